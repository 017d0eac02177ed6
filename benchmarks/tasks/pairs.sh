#!/usr/bin/env bash
# What pairs of units add on real reporter assays (SETS of sets.sh): the correlation (PCC) of each column on the test part without pairs and with
# them, trained on both strands and averaged over them, and on the given strand alone; train_task --recipe recommended --pairs, and the same networks and recipe
# in PyTorch (pairs_peer.py). Lines go to $OUT (default pairs.tsv) as they come, means follow on standard output.
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch, without which ours is run alone; TRAIN_TASK names a built program; SHARED_MORE the folder of
# the data; SEEDS and TORCH_SEEDS the seeds of both; PAIRS the number of pairs, EPOCHS the epochs of the units (pairs: a third of them).
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=$(realpath -m "${SHARED_MORE:-../shared/data/more}") python=${EXPLAINN_TORCH_PYTHON:-python3} out=$(realpath -m "${OUT:-pairs.tsv}") pairs=${PAIRS:-10} epochs=${EPOCHS:-24}
read -ra seeds <<<"${SEEDS:-1 2 3}"
read -ra torch_seeds <<<"${TORCH_SEEDS:-${seeds[*]}}"
[ -e "$data/mpra_deepstarr_lentimpra" ] || { echo "skipped: $data is not here"; exit 0; }
program=$TRAIN_TASK
if [ -z "$program" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target train_task -j "$(nproc)" >/dev/null || { echo "error: the program does not build" >&2; exit 1; }
    program=$(find build/bench -type f -name train_task -perm -u+x | head -n 1)
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
. benchmarks/tasks/sets.sh
[ -s "$out" ] || printf 'set\tstrands\tprogram\tseed\twhat\tPCC of each column\n' >"$out"
# pcc FOLDER: the PCC of each column, between tabs
pcc() { awk -F '\t' '$1 == "pcc" { for (i = 3; i <= NF; ++i) printf "%s%.4f", (i > 3 ? "\t" : ""), $i; print "" }' "$1/metrics.tsv"; }
for set in ${SETS:-deepstarr lentimpra}; do
    make "$set" >"$scratch/log" 2>&1 || { tail -n 1 "$scratch/log"; exit 1; }
    folder=$scratch/$set
    for strands in both one; do
        [ $strands = both ] && ours=() theirs=() || { ours=(--no-reverse-complement); theirs=(--one-strand); }
        for seed in "${seeds[@]}"; do
            for what in units pairs; do
                more=()
                [ $what = pairs ] && more=(--pairs "$pairs")
                "$program" --task regression --sequences "$folder/sequences.fa.gz" --labels "$folder/labels.tsv.gz" --split-file "$folder/split.tsv" --units 50 \
                    --recipe recommended --epochs "$epochs" "${ours[@]}" "${more[@]}" --seed "$seed" --threads 1 --no-report --refine 0 --out "$scratch/run" --overwrite >"$scratch/log" 2>&1 ||
                    { tail -n 1 "$scratch/log"; exit 1; }
                printf '%s\t%s\texplainn\t%s\t%s\t%s\n' "$set" $strands "$seed" $what "$(pcc "$scratch/run")" | tee -a "$out"
            done
        done
        "$python" -c 'import torch' 2>/dev/null || { echo "no PyTorch: the same networks there are not run"; continue; }
        "$python" benchmarks/tasks/pairs_peer.py "$folder" --pairs "$pairs" --epochs "$epochs" "${theirs[@]}" --seeds "${torch_seeds[@]}" 2>"$scratch/log" | sed "s/^/$set\t$strands\tpytorch\t/" | tee -a "$out"
    done
done
awk -F '\t' 'NR > 1 { for (i = 6; i <= NF; ++i) { k = $1 "\t" i - 5 "\t" $2 "\t" $3 "\t" $5; if (!(k in n)) order[++many] = k; ++n[k]; s[k] += $i; q[k] += $i * $i } } END {
    print "set\tcolumn\tstrands\tprogram\twhat\tPCC\tseeds"
    for (j = 1; j <= many; ++j) { k = order[j]; m = s[k] / n[k]; v = n[k] > 1 ? (q[k] - n[k] * m * m) / (n[k] - 1) : 0; printf "%s\t%.3f +- %.3f\t%d\n", k, m, sqrt(v > 0 ? v : 0), n[k] } }' "$out"
