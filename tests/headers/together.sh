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
{ cat "$scratch/all.hpp"; echo 'int other() { return 1; }'; } >"$scratch/other.cpp"
{ cat "$scratch/all.hpp"; echo 'int other(); int main() { return other() - 1; }'; } >"$scratch/main.cpp"
status=0
if ! "$compiler" "${header_flags[@]}" -O0 "$scratch/other.cpp" "$scratch/main.cpp" -o "$scratch/both" -lz -pthread \
    >"$scratch/log" 2>&1; then
    echo "two units that include everything do not link:"
    grep -E 'error|multiple|undefined' "$scratch/log" | head -n 20
    status=1
elif ! "$scratch/both"; then
    echo "the program of two units fails"
    status=1
fi
with_clang=()
for version in 14 15 16 17 18 19; do
    clang=$(command -v "clang++-$version") && with_clang+=("$clang")
done
[ ${#with_clang[@]} -gt 0 ] || { echo "no clang++-14 to clang++-19: not checked with clang"; exit $status; }
for clang in "${with_clang[@]}"; do
    echo "$clang"
    if ! "$clang" "${header_flags[@]}" -fsyntax-only "$scratch/main.cpp" >"$scratch/log" 2>&1; then
        echo "the unit that includes everything does not compile with $clang:"
        grep -E 'error' "$scratch/log" | head -n 20
        status=1
    fi
done
together "$PWD"/examples/*/*.cpp >"$scratch/programs.cpp"
if ! "${with_clang[0]}" "${header_flags[@]}" -Iexamples -DEXPLAINN_EXAMPLE_DATA='""' -Wno-return-type -fsyntax-only "$scratch/programs.cpp" \
    >"$scratch/log" 2>&1; then
    echo "the programs do not compile with ${with_clang[0]}:"
    grep -E 'error' "$scratch/log" | head -n 20
    status=1
fi
exit $status
