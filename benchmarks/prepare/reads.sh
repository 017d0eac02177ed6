#!/usr/bin/env bash
# A FASTQ file of reads to counted sequences with labels: reads.sh [PREPARE [READS]]. PREPARE is the program, by default that of build/default;
# the million reads of 40 bases, gzip, are made up. Prints the program's own table, alone and with a shuffle of each read, and seconds
# elapsed and of the processor and peak memory as the system counts them. Asked for: under 5 s.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
prepare=$(realpath "${1:-build/default/examples/prepare}") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 - "$work/reads.fastq.gz" "${2:-1000000}" <<'P' || exit 1
import gzip, random, sys
random.seed(1)
with gzip.open(sys.argv[1], "wt", compresslevel=6) as out:
    for i in range(int(sys.argv[2])):
        bases, quality = "".join(random.choices("ACGT", k=40)), "".join(random.choices("FFFF:,#", k=40))
        out.write(f"@machine:553:flow:1:11101:{i}:1140 1:N:0\n{bases}\n+\n{quality}\n")
P
for negatives in none dinucleotide; do
    echo "== negatives: $negatives"
    python3 benchmarks/common/measured.py "$prepare" reads "$work/reads.fastq.gz" --least-quality 10 --negatives $negatives --out "$work/$negatives" 2>"$work/err.txt" || { cat "$work/err.txt"; exit 1; }
    sed -n '/^step/,$p' "$work/err.txt"
done
