#!/usr/bin/env bash
# Seconds of denovo_motifs from FASTA to the page on real regions of 200 bases: EACH positives, bound by at least one of the factors of the data,
# and as many negatives, open and bound by none, drawn at random; up to ten motifs, on one and two threads. Prints wall seconds, seconds of
# processor (what counts on a busy machine) and the memory at most.
#     EACH="5000 50000" OPTIONS=--rare bash benchmarks/denovo/time.sh
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=../shared/data/tfbs
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not there"; exit 0; }
if [ -z "$PROGRAM" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target denovo_motifs >/dev/null || exit 1
fi
program=${PROGRAM:-$(find build/bench -type f -name denovo_motifs -perm -u+x | head -n 1)}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
zcat "$data/labels.tsv.gz" | awk -F '\t' -v out="$work" 'NR > 1 { bound = open = 0
    for (i = 2; i <= NF; ++i) { bound += $i == "1"; open += $i == "0" }
    if (bound || open) print $1 > (out (bound ? "/positives.txt" : "/negatives.txt")) }'
zcat "$data/sequences.fa.gz" | awk '/^>/ { name = substr($1, 2); next } { bases[name] = bases[name] $0 } END { for (name in bases) print name "\t" bases[name] }' >"$work/sequences.tsv"
printf 'each\tthreads\tseconds\tprocessor_seconds\tmegabytes\tmotifs\n'
for each in ${EACH:-5000 50000}; do
    for kind in positives negatives; do
        shuf -n "$each" --random-source=<(yes) "$work/$kind.txt" |
            awk -F '\t' 'NR == FNR { bases[$1] = $2; next } { print ">" $1 "\n" bases[$1] }' "$work/sequences.tsv" - >"$work/$kind.fa"
        [ "$(grep -c '>' "$work/$kind.fa")" -eq "$each" ] || { echo "expected $each $kind, found $(grep -c '>' "$work/$kind.fa")" >&2; exit 1; }
    done
    for threads in ${THREADS:-1 2}; do
        rm -rf "$work/out"
        /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$program" --positives "$work/positives.fa" --negatives "$work/negatives.fa" --out "$work/out" \
            --threads "$threads" ${OPTIONS:-} >"$work/log" 2>&1 || { tail -n 1 "$work/log" >&2; exit 1; }
        awk -v OFS='\t' -v each="$each" -v threads="$threads" -v motifs="$(grep -c '^MOTIF' "$work/out/motifs.meme")" \
            '{ print each, threads, $1, $2 + $3, int($4 / 1024), motifs }' "$work/time"
    done
done
