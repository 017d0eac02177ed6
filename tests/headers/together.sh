#!/usr/bin/env bash
# Two translation units that include everything link together. Every installed clang from 14 to 19 accepts everything; the oldest also compiles the
# examples.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
. cmake/together.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
compiler=${CXX:-g++}
all_headers | sed 's/.*/#include <&>/' >"$scratch/all.hpp"
printf '#include "all.hpp"\nint other() { return 1; }\n' >"$scratch/other.cpp"
printf '#include "all.hpp"\nint other(); int main() { return other() - 1; }\n' >"$scratch/main.cpp"
status=0
# failed WHAT: says it, with the first errors of the last command
failed()
{
    echo "$1:"
    grep -E 'error|multiple|undefined' "$scratch/log" | head -n 20
    status=1
}
# everything is read once for both units
if ! "$compiler" "${header_flags[@]}" -O0 -x c++-header "$scratch/all.hpp" -o "$scratch/all.hpp.gch" >"$scratch/log" 2>&1 ||
    ! "$compiler" "${header_flags[@]}" -O0 "$scratch/other.cpp" "$scratch/main.cpp" -o "$scratch/both" -lz -pthread >"$scratch/log" 2>&1; then
    failed "two units that include everything do not link"
elif ! "$scratch/both"; then
    echo "the program of two units fails"
    status=1
fi
rm -f "$scratch/all.hpp.gch"
with_clang=()
for version in 14 15 16 17 18 19; do
    clang=$(command -v "clang++-$version") && with_clang+=("$clang")
done
[ ${#with_clang[@]} -gt 0 ] || { echo "no clang++-14 to clang++-19: not checked with clang"; exit $status; }
for clang in "${with_clang[@]:1}"; do
    echo "$clang"
    "$clang" "${header_flags[@]}" -fsyntax-only "$scratch/main.cpp" >"$scratch/log" 2>&1 || failed "the unit that includes everything does not compile with $clang"
done
# the oldest reads everything once, and the programs after it
echo "${with_clang[0]}, with the programs"
together "$PWD"/examples/*/*.cpp >"$scratch/programs.cpp"
of_programs=("${header_flags[@]}" -Iexamples -DEXPLAINN_EXAMPLE_DATA='""')
if ! "${with_clang[0]}" "${of_programs[@]}" -x c++-header "$scratch/all.hpp" -o "$scratch/all.pch" >"$scratch/log" 2>&1; then
    failed "the unit that includes everything does not compile with ${with_clang[0]}"
elif ! "${with_clang[0]}" "${of_programs[@]}" -Wno-return-type -include-pch "$scratch/all.pch" -fsyntax-only "$scratch/programs.cpp" >"$scratch/log" 2>&1; then
    failed "the programs do not compile with ${with_clang[0]}"
fi
exit $status
