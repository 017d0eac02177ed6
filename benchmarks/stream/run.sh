#!/usr/bin/env bash
# Reading of sequences and labels, and prediction streamed from FASTA beside the model alone: 1,000,000 sequences of 200
# bases, 122 columns of labels, 100 units, 50 outputs, both strands. COUNT, THREADS and OUTPUTS change that.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
count=${COUNT:-1000000} threads=${THREADS:-2} outputs=${OUTPUTS:-50}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_stream -j "$(nproc)" >/dev/null || { echo "error: bench_stream does not build" >&2; exit 1; }
bench=$(find build/bench -type f -name bench_stream | head -n 1)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$bench" make "$count" 200 122 "$dir/s.fa" "$dir/l.tsv" || exit 1
zip=(bgzip -c)
command -v bgzip >/dev/null || { zip=(gzip -1 -c); echo "bgzip is not here: gzip"; }
for file in s.fa l.tsv; do "${zip[@]}" "$dir/$file" >"$dir/$file.gz"; done
say() { # NAME ARGUMENT...: sequences a second
    local name=$1 seconds sequences
    shift
    read -r seconds sequences < <("$bench" "$@") || exit 1
    awk -v name="$name" -v s="$seconds" -v n="$sequences" 'BEGIN {printf "%-58s %7.2f s %10.0f sequences/s\n", name, s, n / s}'
}
cat "$dir"/* >/dev/null # all in the page cache
say "sequences, plain" read "$dir/s.fa" 200
say "sequences, ${zip[0]}" read "$dir/s.fa.gz" 200
say "sequences and 122 labels, plain" labelled "$dir/s.fa" "$dir/l.tsv"
say "sequences and 122 labels, ${zip[0]}" labelled "$dir/s.fa.gz" "$dir/l.tsv.gz"
say "the model alone, both strands, $threads threads" infer "$dir/s.fa" 200 "$outputs" "$threads"
say "streamed: plain FASTA to plain table, $outputs columns" predict "$dir/s.fa" 200 "$outputs" "$threads" "$dir/p.tsv"
say "streamed: ${zip[0]} FASTA to plain table" predict "$dir/s.fa.gz" 200 "$outputs" "$threads" "$dir/p.tsv"
say "streamed: ${zip[0]} FASTA to .gz table" predict "$dir/s.fa.gz" 200 "$outputs" "$threads" "$dir/p.tsv.gz"
