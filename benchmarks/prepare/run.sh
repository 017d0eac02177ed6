#!/usr/bin/env bash
# Peaks and a genome to sequences, GC-matched negatives, labels and parts: run.sh [PREPARE [MEGABASES [PEAKS]]]. PREPARE is the program, by
# default that of build/default; the genome of 100 Mb and the 100,000 peaks are made up (make_genome.py). Prints the program's own table, and
# time, seconds of the processor and peak memory as the system counts them. Asked for: under 10 s and 300 MB on two cores that nobody else uses.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
prepare=$(realpath "${1:-build/default/examples/prepare}") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 benchmarks/prepare/make_genome.py "$work" "${2:-100}" "${3:-100000}" || exit 1
for threads in 1 2; do
    echo "== $threads threads"
    python3 benchmarks/common/measured.py "$prepare" regions --peaks "$work/peaks.bed" --genome "$work/genome.fa" --length 200 --threads $threads --out "$work/out" --overwrite 2>"$work/err.txt" ||
        { cat "$work/err.txt"; exit 1; }
    sed -n '/^step/,$p' "$work/err.txt"
    sha256sum <(cat "$work"/out/*) | cut -c 1-16
done
