#!/usr/bin/env bash
# Every header compiles alone, and included twice.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
export compiler=${CXX:-g++} scratch flags="${header_flags[*]}"
check()
{
    local name=${1//\//_}
    printf '#include <%s>\n#include <%s>\n' "$1" "$1" >"$scratch/$name.cpp"
    # shellcheck disable=SC2086
    $compiler $flags -fsyntax-only "$scratch/$name.cpp" >"$scratch/$name.log" 2>&1 && return
    { echo "$1 does not stand alone:"; head -n 12 "$scratch/$name.log"; } >"$scratch/$name.bad"
}
export -f check
all_headers | xargs -P "$(nproc)" -I {} bash -c 'check {}'
echo "$(all_headers | wc -l) headers"
! cat "$scratch"/*.bad 2>/dev/null
