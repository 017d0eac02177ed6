#!/usr/bin/env bash
# How far the losses of the first 20 steps are from those of an earlier commit: run.sh [COMMIT], by default the commit before the hidden
# block and the layer of one output after it became one op.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
earlier=${1:-c62645d}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
git archive "$earlier" include backends | tar -x -C "$dir" || { echo "skipped: $earlier is not here"; exit 0; }
losses() { # TREE
    g++ -std=c++20 -O2 -DEXPLAINN_EXAMPLE_DATA="\"$PWD/examples/data\"" "-I$1/include" "-I$1/backends/cpu/include" \
        "-I$1/backends/reference/include" benchmarks/losses/losses.cpp -o "$dir/losses" -lz -pthread && "$dir/losses"
}
losses "$dir" >"$dir/before" && losses . >"$dir/now" || exit 1
paste "$dir/before" "$dir/now" | awk -v was="$earlier" '{d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d}
    NR == 1 {first = $2}
    END {printf "%d losses, from %.7f to %.7f; at most %.1e from those of %s\n", NR, first, $2, most, was}'
