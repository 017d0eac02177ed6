#!/usr/bin/env bash
# Every header includes what it uses of the standard library and of the project, and may be included twice; compiled as C++17, each says in its first
# error line that it is C++20.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
export compiler=${CXX:-g++} scratch flags="${header_flags[*]}" read_once=
# stand_alone "HEADER HEADER...": a chain of headers, of which each includes the one before (chains.py); all of them twice
stand_alone()
{
    local chain=$1 name=${1##* }
    name=$scratch/${name//\//_}
    { printf '#include <%s>\n' $chain; printf '#include <%s>\n' $chain; } >"$name.cpp"
    # shellcheck disable=SC2086
    $compiler $flags $read_once -fsyntax-only "$name.cpp" >"$name.log" 2>&1 ||
        { echo "one of these headers does not stand alone: $chain"; grep -m 5 -A 3 error "$name.log"; } >"$name.bad"
}
# refused_before_cpp20 HEADER: compiled as C++17, it says so in its first error line
refused_before_cpp20()
{
    # shellcheck disable=SC2086
    echo "#include <$1>" | $compiler ${flags/c++20/c++17} -Wfatal-errors -fsyntax-only -x c++ - 2>&1 | grep -m 1 -F 'error:' |
        grep -qF 'explainn is written in C++20' ||
        echo "$1 does not include <explainn/core/cpp20.hpp>, nor a header that does" >"$scratch/${1//\//_}.old.bad"
}
export -f stand_alone refused_before_cpp20
if command -v python3 >/dev/null; then
    # the checks themselves find what they look for: a.hpp needs <string> and b.hpp needs a.hpp, and neither includes it
    mkdir "$scratch/probe"
    printf '#pragma once\n#include <vector>\nstd::vector<std::string> f();\n' >"$scratch/probe/a.hpp"
    printf '#pragma once\nusing g = decltype(f());\n' >"$scratch/probe/b.hpp"
    printf '#pragma once\n#include <a.hpp>\n#include <b.hpp>\n' >"$scratch/probe/c.hpp"
    [ "$(python3 tests/headers/standard_includes.py "$scratch/probe")" = "a.hpp uses std::string and does not include <string>" ] ||
        { echo "the check does not see a missing include"; exit 1; }
    python3 tests/headers/chains.py "$scratch/probe" >"$scratch/probe/chains"
    while read -r chain; do flags="$flags -I$scratch/probe -include string" stand_alone "$chain"; done <"$scratch/probe/chains"
    cat "$scratch"/*.bad | grep -q 'b.hpp.*error' || { echo "the check does not see that a header needs another:"; cat "$scratch/probe/chains"; exit 1; }
    rm -f "$scratch"/*.bad
    # The standard library is read once, not for each header: that a header includes what it needs of it is looked at in its text.
    python3 tests/headers/standard_includes.py "${header_roots[@]}" backends/blas/include >"$scratch/standard.bad" ||
        echo "tests/headers/standard_includes.py looked at the includes, and not all is well" >>"$scratch/standard.bad"
    python3 tests/headers/standard_includes.py --headers | sed 's/.*/#include <&>/' >"$scratch/standard.hpp"
    # shellcheck disable=SC2086
    $compiler $flags -x c++-header "$scratch/standard.hpp" -o "$scratch/standard.hpp.gch" && read_once="-include $scratch/standard.hpp"
    python3 tests/headers/chains.py "${header_roots[@]}" >"$scratch/chains"
else
    all_headers >"$scratch/chains"
fi
[ "$(tr ' ' '\n' <"$scratch/chains" | sort)" = "$(all_headers | sort)" ] || echo "the chains do not hold every header once" >"$scratch/chains.bad"
xargs -P "$(nproc)" -d '\n' -I {} bash -c 'stand_alone "$1"' bash {} <"$scratch/chains"
all_headers | xargs -P "$(nproc)" -I {} bash -c 'refused_before_cpp20 {}'
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
