#!/usr/bin/env bash
# Peak memory of a training run (one epoch of tf_binding, 122 labels) on 100,000 and on 1,000,000 sequences of 200 bases: the
# second may be 1.3 times the first plus the size of the packed bases, names and labels. FEW and MANY change the counts.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
few=${FEW:-100000} many=${MANY:-1000000}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_stream tf_binding -j "$(nproc)" >/dev/null || { echo "error: it does not build" >&2; exit 1; }
bench=$(find build/bench -type f -name bench_stream | head -n 1)
program=$(find build/bench -type f -name tf_binding | head -n 1)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
peak() { # SEQUENCES: KB
    "$bench" make "$1" 200 122 "$dir/s.fa" "$dir/l.tsv" || exit 1
    /usr/bin/env time -f %M -o "$dir/peak" "$program" train --sequences "$dir/s.fa" --labels "$dir/l.tsv" --recipe reference --epochs 1 \
        --sequences-for-motifs all --out "$dir/run" --overwrite >/dev/null 2>"$dir/log" || { tail -n 1 "$dir/log" >&2; exit 1; }
    tail -n 1 "$dir/peak"
}
a=$(peak "$few") && b=$(peak "$many") || exit 1
names=$(awk -F'\t' 'NR > 1 {n += length($1)} END {print n}' "$dir/l.tsv")
awk -v a="$a" -v b="$b" -v few="$few" -v many="$many" -v names="$names" 'BEGIN {
    # 2 bits a base, 2 bits a label, names and the 8 bytes that say where each ends
    bytes = many * (200 / 4 + 122 / 4 + 8) + names
    printf "peak of %d sequences: %.1f MB\npeak of %d sequences: %.1f MB\n", few, a / 1024, many, b / 1024
    printf "packed bases, names, labels of the second: %.1f MB\n", bytes / 1048576
    printf "allowed: 1.3 x %.1f + %.1f = %.1f MB: %s\n", a / 1024, bytes / 1048576, 1.3 * a / 1024 + bytes / 1048576,
        b / 1024 <= 1.3 * a / 1024 + bytes / 1048576 ? "kept" : "exceeded" }'
