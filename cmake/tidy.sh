#!/usr/bin/env bash
# clang-tidy over one unit that includes every header, and over one with every program; tidy.sh headers leaves the programs out.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
tidy=$(command -v clang-tidy-16) || { echo "skipped: no clang-tidy-16"; exit 77; }
. tests/headers/all.sh
. cmake/together.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
all_headers | sed 's/.*/#include <&>/' >"$scratch/all.cpp"
sources=("$scratch/all.cpp")
[ "${1:-}" = headers ] || { together "$PWD"/examples/*/*.cpp >"$scratch/programs.cpp"; sources+=("$scratch/programs.cpp"); }
# whole paths, which the filter of headers in .clang-tidy looks at
flags=(-std=c++20)
for folder in "${header_roots[@]}"; do flags+=("-I$PWD/$folder"); done
[ -d /usr/include/hdf5/serial ] && flags+=(-isystem /usr/include/hdf5/serial) # where Debian and Ubuntu keep hdf5.h
printf '%s\n' "${sources[@]}" | xargs -P 2 -I {} "$tidy" --quiet --config-file=.clang-tidy {} -- -std=c++20 "-I$PWD/examples" -Wno-return-type \
    -DEXPLAINN_EXAMPLE_DATA='""' "${flags[@]}" >"$scratch/log" 2>"$scratch/noise"
grep -E '(warning|error): ' "$scratch/log" | sort -u >"$scratch/found"
cat "$scratch/found"
echo "$(wc -l <"$scratch/found") findings in ${#sources[@]} units"
[ ! -s "$scratch/found" ]
