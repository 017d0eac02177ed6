#!/usr/bin/env bash
# What enhancer_activity reaches on real reporter assays (SETS of sets.sh): the correlation (PCC) of each column on the test part, with 2 dense layers in the
# units and with none (--compare-num-fc), and what two motifs that are known for the cells say together beyond each alone. Means over SEEDS, with their
# deviation. ENHANCER_ACTIVITY names a built program, which is built otherwise; SHARED_MORE names the folder of the data.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=$(realpath -m "${SHARED_MORE:-../shared/data/more}") program=$ENHANCER_ACTIVITY
read -ra seeds <<<"${SEEDS:-1 2 3}"
[ -e "$data/mpra_crx_retina" ] || { echo "skipped: $data is not here"; exit 0; }
if [ -z "$program" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target enhancer_activity -j "$(nproc)" >/dev/null || { echo "error: the program does not build" >&2; exit 1; }
    program=$(find build/bench -type f -name enhancer_activity -perm -u+x | head -n 1)
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
. benchmarks/tasks/sets.sh
# AP-1 with GATA in S2 cells of Drosophila, GATA1 with NF-E2 in K562, CRX with NRL in photoreceptors; for the other sets none was chosen
declare -A pair=([deepstarr]=TGAGTCA,AGATAAG [lentimpra]=AGATAAG,TGAGTCA [retina_two]=CTAATCCC,TGCTGACTCAGCA)
recipe() { [ "$1" = recommended ] && echo "--recipe recommended" || echo "--recipe reference --epochs 12 --patience 3"; }
printf 'set\ttraining\tvalidation\ttest\trecipe\tcolumn\tPCC, 2 dense layers\tPCC, none\n'
for set in ${SETS:-deepstarr lentimpra retina_two promoters lac}; do
    make "$set" >"$scratch/log" 2>&1 || { tail -n 1 "$scratch/log"; exit 1; }
    folder=$scratch/$set pairs=()
    [ -n "${pair[$set]}" ] && pairs=(--pair "${pair[$set]}")
    parts=$(awk '{ ++n[$2] } END { print n["train"] "\t" n["valid"] "\t" n["test"] }' "$folder/split.tsv")
    for recipe in ${RECIPES:-reference recommended}; do
        for seed in "${seeds[@]}"; do
            run=$folder/$recipe$seed
            # shellcheck disable=SC2046 # words of options
            "$program" --sequences "$folder/sequences.fa.gz" --labels "$folder/labels.tsv.gz" --split-file "$folder/split.tsv" --units 50 --seed "$seed" $(recipe "$recipe") \
                --compare-num-fc 0 "${pairs[@]}" --no-report --refine 0 --out "$run" >"$run.said" 2>"$scratch/log" || { tail -n 1 "$scratch/log"; exit 1; }
            # rows "dense layers, column, PCC"
            awk -F '\t' 'FNR == 1 { first = $1 == "num_fc" ? 4 : 3; for (i = first; i <= NF; ++i) name[i] = $i; next }
                $(first - 2) == "pcc" { for (i = first; i <= NF; ++i) print (first == 4 ? $1 : 2) "\t" name[i] "\t" $i }' "$run/metrics.tsv" "$run/depths.tsv"
        done | awk -F '\t' -v begin="$set\t$parts\t$recipe" '
            { n[$1, $2]++; s[$1, $2] += $3; q[$1, $2] += $3 * $3; if (!($2 in seen)) { seen[$2]; order[++columns] = $2 } }
            function figure(layers, column) { k = layers SUBSEP column; m = s[k] / n[k]; v = n[k] > 1 ? (q[k] - n[k] * m * m) / (n[k] - 1) : 0; return sprintf("%.3f +- %.3f", m, sqrt(v > 0 ? v : 0)) }
            END { for (i = 1; i <= columns; ++i) print begin "\t" order[i] "\t" figure(2, order[i]) "\t" figure(0, order[i]) }'
        grep -h beyond "$folder/$recipe"*.said | sed "s/^/    /"
    done
done
