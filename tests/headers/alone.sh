#!/usr/bin/env bash
# Every header includes what it uses of the standard library, compiles alone and included twice; compiled as C++17, each says in its first error
# line that it is C++20.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
export compiler=${CXX:-g++} scratch flags="${header_flags[*]}" read_once=
# The standard library is read once, not for each header: that a header includes what it needs of it is looked at in its text.
if command -v python3 >/dev/null; then
    # the check itself finds what it looks for
    mkdir "$scratch/probe"
    printf '#include <vector>\nstd::vector<std::string> f();\n' >"$scratch/probe/probe.hpp"
    [ "$(python3 tests/headers/standard_includes.py "$scratch/probe")" = "probe.hpp uses std::string and does not include <string>" ] ||
        { echo "the check does not see a missing include"; exit 1; }
    python3 tests/headers/standard_includes.py "${header_roots[@]}" backends/blas/include >"$scratch/standard.bad" ||
        echo "tests/headers/standard_includes.py looked at the includes, and not all is well" >>"$scratch/standard.bad"
    python3 tests/headers/standard_includes.py --headers | sed 's/.*/#include <&>/' >"$scratch/standard.hpp"
    # shellcheck disable=SC2086
    $compiler $flags -x c++-header "$scratch/standard.hpp" -o "$scratch/standard.hpp.gch" && read_once="-include $scratch/standard.hpp"
fi
check()
{
    local name=${1//\//_}
    printf '#include <%s>\n#include <%s>\n' "$1" "$1" >"$scratch/$name.cpp"
    # shellcheck disable=SC2086
    $compiler $flags $read_once -fsyntax-only "$scratch/$name.cpp" >"$scratch/$name.log" 2>&1 ||
        { echo "$1 does not stand alone:"; head -n 12 "$scratch/$name.log"; } >"$scratch/$name.bad"
    # shellcheck disable=SC2086
    $compiler ${flags/c++20/c++17} -Wfatal-errors -fsyntax-only "$scratch/$name.cpp" >"$scratch/$name.log" 2>&1
    grep -m 1 -F 'error:' "$scratch/$name.log" | grep -qF 'explainn is written in C++20' ||
        echo "$1 does not include <explainn/core/cpp20.hpp>, nor a header that does" >>"$scratch/$name.bad"
}
export -f check
all_headers | xargs -P "$(nproc)" -I {} bash -c 'check {}'
# where there is a namespace of the version, it is that of every header and of this version
if abi=$(sed -nE 's/^#define EXPLAINN_ABI inline (.*)/\1/p' include/explainn/core/cpp20.hpp) && [ -n "$abi" ]; then
    grep -rnE '^namespace explainn( |::)' "${header_roots[@]}" --include='*.hpp' | grep -v 'explainn::EXPLAINN_ABI' |
        sed 's/$/: not in the inline namespace; cmake\/version_namespace.sh puts it there/' >"$scratch/namespaces.bad"
    version=$(sed -nE 's/^#define EXPLAINN_VERSION_(MAJOR|MINOR) ([0-9]+)$/\2/p' include/explainn/core/version.hpp | paste -sd _)
    [ "$abi" = "v$version" ] || echo "EXPLAINN_ABI is $abi, and the version v$version" >>"$scratch/namespaces.bad"
fi
echo "$(all_headers | wc -l) headers"
find "$scratch" -name '*.bad' -size 0 -delete
! cat "$scratch"/*.bad 2>/dev/null
