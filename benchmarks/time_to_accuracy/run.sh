#!/usr/bin/env bash
# Seconds from the files on disk to a model that is as good as the reference's own (AUPRC 0.444 on chr19, MAX FOXA1 JUND, both strands; or 0.277
# as the mean of all 122 factors), ours with the quick recipe (docs/recipes.md) beside the reference's training in PyTorch, in one run on the same threads.
#
#     bash benchmarks/time_to_accuracy/run.sh                   seeds 1 to 3
#     SEEDS=1 SECONDS_MOST=1800 bash benchmarks/time_to_accuracy/run.sh
#     FACTORS=all EPOCHS=2 SEEDS=1 bash benchmarks/time_to_accuracy/run.sh      all factors, ours in two epochs instead of four
#
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; without it only ours is timed. TF_BINDING names a program that is
# built already.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${SHARED_TFBS:-../shared/data/tfbs} threads=${THREADS:-2} python=${EXPLAINN_TORCH_PYTHON:-python3} factors=${FACTORS:-MAX,FOXA1,JUND}
rows=(--targets "$factors" --resolved all) goal=${GOAL:-0.444}
[ "$factors" = all ] && rows=(--targets all) goal=${GOAL:-0.277}
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not here"; exit 0; }
program=${TF_BINDING:-}
if [ -z "$program" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target tf_binding -j "$(nproc)" >/dev/null || exit 1
    program=$(find build/bench -type f -name tf_binding -perm -u+x | head -n 1)
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
files=("$data/sequences.fa.gz" "$data/labels.tsv.gz")
printf 'what\tseed\tseconds\tepochs\tAUPRC\tgoal %s\n' "$goal"
for seed in ${SEEDS:-1 2 3}; do
    /usr/bin/env time -f %e -o "$scratch/time" "$program" train --sequences "${files[0]}" --labels "${files[1]}" "${rows[@]}" \
        --valid chr22 --test chr19 --recipe quick ${EPOCHS:+--epochs "$EPOCHS"} --threads "$threads" --seed "$seed" --no-report --refine 0 --out "$scratch/run_$seed" >"$scratch/log" 2>&1 ||
        { tail -n 1 "$scratch/log"; exit 1; }
    awk -F'\t' -v seed="$seed" -v seconds="$(tail -n 1 "$scratch/time")" -v goal="$goal" -v epochs="$(tail -n +2 "$scratch/run_$seed/losses.tsv" | wc -l)" \
        '$1 == "macro" {printf "quick\t%s\t%s\t%s\t%.4f\t%s\n", seed, seconds, epochs, $5, ($5 >= goal ? "reached" : "not reached")}' "$scratch/run_$seed/metrics.tsv"
    "$python" -c 'import torch' 2>/dev/null || { echo "no PyTorch: the reference is not timed"; continue; }
    printf 'reference in PyTorch\t%s\t%s\n' "$seed" \
        "$("$python" benchmarks/time_to_accuracy/reference.py "${files[@]}" --targets "$factors" --threads "$threads" --seed "$seed" --goal "$goal" --seconds "${SECONDS_MOST:-7200}" 2>/dev/null)"
done
