#!/usr/bin/env bash
# In how many factors is the best refined motif among the ten first of denovo_motifs? For each factor all filters of its model are refined one
# by one on the training sequences; of these and of the motifs that the program chose, the best is the one with the highest AUROC of best hits on
# chr19, which nothing else is asked of. It is among the ten first where one of these is like it (normalized correlation of 0.8, at which the
# program calls two motifs one). Prints a line for each factor, and the counts; FACTORS chooses some (default: all that can be searched).
#     bash benchmarks/denovo/ten_first.sh
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=../shared/data/tfbs
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not there"; exit 0; }
if [ -z "$BENCH" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target bench_denovo denovo_motifs motifs >/dev/null || exit 1
fi
bench=${BENCH:-$(find build/bench -type f -name bench_denovo -perm -u+x | head -n 1)}
program=${PROGRAM:-$(find build/bench -type f -name denovo_motifs -perm -u+x | head -n 1)}
motifs=${MOTIFS:-$(find build/bench -type f -name motifs -perm -u+x | head -n 1)}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
read -ra factors <<<"${FACTORS:-$(zcat "$data/labels.tsv.gz" | head -n 1 | cut -f 2-)}"
"$bench" cut "$data" "$work" "${factors[@]}" || exit 1
printf 'factor\tfirst\tbest\tbest_auroc\tbest_auroc_of_first\tmost_like\tlikeness\tlike\tas_good\n' | tee "$work/table"
for factor in "${factors[@]}"; do
    folder=$work/$factor
    given=(--positives "$folder/train_positives.fa" --negatives "$folder/train_negatives.fa")
    "$program" "${given[@]}" --out "$folder/ours" >"$work/log" 2>&1 &&
        "$motifs" refine "$folder/ours/filters.meme" "${given[@]}" --out "$folder/refined.meme" >"$work/log" 2>&1 ||
        { echo "left out: $factor: $(tail -n 1 "$work/log")" >&2; continue; }
    "$bench" ten "$folder" "$folder/ours/motifs.meme" "$folder/refined.meme"
done | tee -a "$work/table"
awk -F '\t' 'NR > 1 { like += $8; good += $9; either += $8 || $9 }
    END { printf "of %d factors the best refined motif is among the ten first in %d (%.1f %%); the best of the ten first is as good as it (0.001) in %d; either in %d\n", NR - 1, like, 100 * like / (NR - 1), good, either }' "$work/table"
