#!/usr/bin/env bash
# Planted motifs and shuffled labels, by the program as users start it. Prints for each share of the positives that hold a site, and for one
# and three kinds, how many planted motifs would pass the test of a search themselves (p of at most 0.05 on a tenth of the sequences), how many
# are found (correlation of 0.9 over all columns, E of at most 0.05) and how many with a width within two columns; then in how many runs on shuffled labels a motif has E of at most 0.05.
#     CASES=20 RUNS=200 bash benchmarks/denovo/planted.sh
# CASES motifs for each share and number of kinds; POSITIVES sequences of 100 bases with as many negatives; profiles of at least BITS bits.
# OPTIONS holds more options of the program, such as --rare.
# Shuffled labels: RUNS runs on 500 and 500 real regions (random ones where the data are absent).
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ -z "$BENCH" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target bench_denovo denovo_motifs >/dev/null || exit 1
fi
bench=${BENCH:-$(find build/bench -type f -name bench_denovo -perm -u+x | head -n 1)}
program=${PROGRAM:-$(find build/bench -type f -name denovo_motifs -perm -u+x | head -n 1)}
jaspar=examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
printf 'share\tkinds\tplanted\ttestable\tfound\twith_width\n'
for share in ${SHARES:-0.05 0.2 0.6}; do
    for kinds in ${KINDS:-1 3}; do
        cases=$(((${CASES:-20} + kinds - 1) / kinds))
        rm -rf "$work/planted"
        "$bench" plant "$jaspar" "$work/planted" "$share" "$kinds" "$cases" "${POSITIVES:-5000}" "${BITS:-9}" || exit 1
        for folder in "$work"/planted/*; do
            "$program" --positives "$folder/positives.fa" --negatives "$folder/negatives.fa" --out "$folder/out" --motifs 6 ${OPTIONS:-} >"$work/log" 2>&1 ||
                { tail -n 1 "$work/log" >&2; exit 1; }
            "$bench" judge "$folder" "$folder/out/motifs.meme"
        done >"$work/judged"
        testable=$(for folder in "$work"/planted/*; do "$bench" ceiling "$folder"; done | awk -F '\t' '{ some += $7 } END { print some + 0 }')
        awk -F '\t' -v OFS='\t' -v share="$share" -v kinds="$kinds" -v testable="$testable" '{ found += $9; width += $10 } END { print share, kinds, NR, testable, found, width }' "$work/judged"
        [ -z "$SHOW" ] || awk -F '\t' '!$10' "$work/judged" >&2
    done
done
runs=${RUNS:-200}
if [ -e ../shared/data/tfbs/sequences.fa.gz ]; then
    "$bench" cut ../shared/data/tfbs "$work/real" FOXA1 || exit 1
    from=("$work/real/FOXA1/train_positives.fa" "$work/real/FOXA1/train_negatives.fa")
else
    "$bench" plant "$jaspar" "$work/random" 0 1 1 2000 "${BITS:-9}" || exit 1
    from=("$work/random/1/positives.fa" "$work/random/1/negatives.fa")
fi
"$bench" shuffle "$work/shuffled" "$runs" 500 "${from[@]}" || exit 1
for folder in "$work"/shuffled/*; do
    "$program" --positives "$folder/positives.fa" --negatives "$folder/negatives.fa" --out "$folder/out" ${OPTIONS:-} >"$work/log" 2>&1 ||
        { tail -n 1 "$work/log" >&2; exit 1; }
    awk -F '\t' 'NR > 1 && $10 <= 0.05 { some = 1 } END { print some + 0 }' "$folder/out/motifs.tsv"
done | awk -v runs="$runs" '{ some += $1 } END { printf "shuffled labels: a motif of E at most 0.05 in %d of %d runs (%.1f %%)\n", some, NR, 100 * some / NR }'
