#!/usr/bin/env bash
# The effect of each step of recipe::recommended on the main job of ../shared/data/tfbs (MAX, FOXA1, JUND; train chr13, 14, 18, 20, 21,
# validation chr22, test chr19), and the recipe on all 122 masked factors; seeds 1 to 3 and their means.
#
#     bash benchmarks/recipes/run.sh               everything (an hour of one core)
#     WHAT=main SEEDS=1 bash benchmarks/recipes/run.sh      the steps alone, one seed
#     WHAT=ideas SEEDS=1 bash benchmarks/recipes/run.sh     ideas that the recipe did not take up, in EPOCHS epochs (default 4)
#     WHAT=teachers bash benchmarks/recipes/run.sh          five teachers and their student (an hour of one core)
#     WHAT=stages bash benchmarks/recipes/run.sh            122 factors (STAGE epochs, default 2), then the three from that model
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${SHARED_TFBS:-../shared/data/tfbs} seeds=${SEEDS:-1 2 3} threads=${THREADS:-$(nproc)} what=${WHAT:-main all}
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not here"; exit 0; }
program=${BENCH_RECIPES:-}
if [ -z "$program" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target bench_recipes -j "$(nproc)" >/dev/null || { echo "error: bench_recipes does not build" >&2; exit 1; }
    program=$(find build/bench -type f -name bench_recipes | head -n 1)
fi
out=$(mktemp) ; trap 'rm -f "$out"' EXIT
row() { # NAME OPTION...: a run for every seed, and their mean
    local name=$1; shift
    : >"$out"
    for seed in $seeds; do
        "$program" --name "$name" --sequences "$data/sequences.fa.gz" --labels "$data/labels.tsv.gz" --threads "$threads" --seed "$seed" "$@" 2>/dev/null | tee -a "$out"
    done
    awk -F'\t' -v name="$name" '{for (i = 4; i <= 10; ++i) s[i] += $i}
        END {if (!NR) exit 1; printf "%s\tmean\t", name; for (i = 4; i <= 10; ++i) printf "\t%.4f", s[i] / NR; print ""}' "$out"
}
printf 'run\tseed\tbest epoch\tvalid loss\tvalid AUPRC\tall\ttest AUPRC\tAUROC\tall AUPRC\tAUROC\tseconds\n'
if [[ $what == *main* ]]; then
    job=(--targets MAX,FOXA1,JUND --resolved-all)
    cosine=(--patience 0 --epochs 24 --schedule cosine)
    adamw=("${cosine[@]}" --optimizer adamw --decay 0.03)
    row "reference" "${job[@]}"
    row "+ both strands" "${job[@]}" --reverse-complement
    row "+ cosine rate" "${job[@]}" --reverse-complement "${cosine[@]}"
    row "+ decoupled decay" "${job[@]}" --reverse-complement "${adamw[@]}"
    row "+ averaged weights" "${job[@]}" --reverse-complement "${adamw[@]}" --average 0.999
    row "+ shift = recommended" "${job[@]}" --recommended
fi
[[ $what == *all* ]] && row "recommended, 122 factors" --recommended
job=(--targets MAX,FOXA1,JUND --resolved-all --recommended)
epochs=${EPOCHS:-4}
if [[ $what == *ideas* ]]; then
    short=("${job[@]}" --epochs "$epochs")
    row "recommended, $epochs epochs" "${short[@]}"
    row "+ dropout of cells, 10 %" "${short[@]}" --drop-cells 10
    row "+ dropout of units, 10 %" "${short[@]}" --drop-units 10
    row "+ filters from JASPAR" "${short[@]}" --filters examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz
    row "+ shuffles of 30 % as negatives" "${short[@]}" --shuffled 0.3
    row "+ 200 units, half the epochs" "${job[@]}" --units 200 --epochs $((epochs / 2))
    row "+ two cycles, their ends averaged" "${short[@]}" --cycles 2
fi
[[ $what == *teachers* ]] && row "five teachers" "${job[@]}" --teachers 5 --own 0.5
if [[ $what == *stages* ]]; then
    first=$(mktemp) ; trap 'rm -f "$out" "$first"' EXIT
    for seeds in $seeds; do # each with its own first stage
        row "122 factors" --recommended --epochs "${STAGE:-2}" --save "$first"
        row "then the three" "${job[@]}" --epochs "$epochs" --learning-rate 0.001 --from "$first"
        row "then the three, taught by it" "${job[@]}" --epochs "$epochs" --learning-rate 0.001 --from "$first" --teacher "$first"
    done
fi
exit 0
