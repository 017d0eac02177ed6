#!/usr/bin/env bash
# Peaks and a genome to sequences, GC-matched negatives, labels and parts: run.sh [PREPARE [MEGABASES [PEAKS]]]. PREPARE is the program, by
# default that of build/default; the genome of 100 Mb and the 100,000 peaks are made up (make_genome.py). Prints the program's own table, and
# time and peak memory as the system counts them. Asked for: under 10 s and 300 MB on two cores that nobody else uses.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
prepare=$(realpath "${1:-build/default/examples/prepare}") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 benchmarks/prepare/make_genome.py "$work" "${2:-100}" "${3:-100000}" || exit 1
for threads in 1 2; do
    echo "== $threads threads"
    began=$(date +%s.%N)
    "$prepare" regions --peaks "$work/peaks.bed" --genome "$work/genome.fa" --length 200 --threads $threads --out "$work/out" --overwrite 2>"$work/err.txt" &
    pid=$!
    peak=0
    while [ -r "/proc/$pid/status" ] && now=$(awk '/VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        [ "$now" -gt "$peak" ] && peak=$now
        sleep 0.05
    done
    wait $pid || { cat "$work/err.txt"; exit 1; }
    sed -n '/^step/,$p' "$work/err.txt"
    awk -v a="$began" -v b="$(date +%s.%N)" -v p="$peak" 'BEGIN {printf "%.1f s, peak %.0f MB, load of the machine ", b - a, p / 1024}'
    cut -d' ' -f1 /proc/loadavg
    sha256sum <(cat "$work"/out/*) | cut -c 1-16
done
