#!/usr/bin/env bash
# What the tasks of the paper reach on real data: train_task and the same model and training in PyTorch, on the same sequences and parts, three seeds each
# (SEEDS). Sets (sets.sh) are cut to some thousands of sequences, so that one takes about a minute. Lines go to $OUT (default tasks.tsv) as they come.
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; SHARED_MORE names the folder of the data; SETS chooses sets; PREPARE and
# TRAIN_TASK name built programs, which are built otherwise.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=$(realpath -m "${SHARED_MORE:-../shared/data/more}") python=${EXPLAINN_TORCH_PYTHON:-python3} out=${OUT:-tasks.tsv}
read -ra seeds <<<"${SEEDS:-1 2 3}"
[ -e "$data/blood_atac" ] || { echo "skipped: $data is not here"; exit 0; }
"$python" -c 'import torch' 2>/dev/null || { echo "skipped: PyTorch is not here"; exit 0; }
prepare=$PREPARE train=$TRAIN_TASK
if [ -z "$prepare" ] || [ -z "$train" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target prepare train_task -j "$(nproc)" >/dev/null || { echo "error: the programs do not build" >&2; exit 1; }
    prepare=$(find build/bench -type f -name prepare -perm -u+x | head -n 1)
    train=$(find build/bench -type f -name train_task -perm -u+x | head -n 1)
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

. benchmarks/tasks/sets.sh
declare -A measure=([multilabel]=auroc [multiclass]=accuracy [regression]=pcc [profile]=row_pcc)
[ -s "$out" ] || printf 'set\ttask\tmeasure\tseed\texplainn\tpytorch\n' | tee "$out"
for set in ${SETS:-bicoid zfc4 exdhox prdm13 retina promoters lac deepstarr lentimpra blood yeast}; do
    make "$set" >"$scratch/log" 2>&1 || { tail -n 1 "$scratch/log"; exit 1; }
    shared=("${shape[@]}" --units 50 --epochs 12 --patience 3)
    ours=("${shared[@]}")
    [ ${#shape[@]} -gt 0 ] && ours+=(--stride 5)
    for seed in "${seeds[@]}"; do
        "$train" --task "$task" --sequences "$scratch/$set/sequences.fa.gz" --labels "$scratch/$set/labels.tsv.gz" --split-file "$scratch/$set/split.tsv" \
            "${ours[@]}" --seed "$seed" --no-report --threads 1 --out "$scratch/run" --overwrite >"$scratch/log" 2>&1 || { tail -n 1 "$scratch/log"; exit 1; }
        awk -v name="${measure[$task]}" '$1 == name { printf "%.4f\n", $2 }' "$scratch/run/metrics.tsv"
    done >"$scratch/ours"
    "$python" benchmarks/tasks/task_peer.py "$scratch/$set" --task "$task" "${shared[@]}" --seeds "${seeds[@]}" 2>"$scratch/log" >"$scratch/theirs" ||
        { tail -n 3 "$scratch/log"; exit 1; }
    paste <(printf '%s\n' "${seeds[@]}") "$scratch/ours" "$scratch/theirs" | sed "s/^/$set\t$task\t${measure[$task]}\t/" | tee -a "$out"
done
# the mean of each, and whether they differ by less than two standard errors of their difference (at least 0.005)
awk -F '\t' 'NR > 1 { k = $1; if (!(k in n)) order[++sets] = k; m[k] = $3; a[k] += $5; aa[k] += $5 * $5; b[k] += $6; bb[k] += $6 * $6; ++n[k] } END {
    for (i = 1; i <= sets; ++i) { k = order[i]; c = n[k]; x = a[k] / c; y = b[k] / c
        va = c > 1 ? (aa[k] - c * x * x) / (c - 1) : 0; vb = c > 1 ? (bb[k] - c * y * y) / (c - 1) : 0
        va = va > 0 ? va : 0; vb = vb > 0 ? vb : 0
        noise = 2 * sqrt((va + vb) / c); if (noise < .005) noise = .005
        d = x - y; printf "%s\t%s\t%d seeds\t%.3f\t%.3f\tnoise %.3f\t%s\n", k, m[k], c, x, y, noise, (d < 0 ? -d : d) <= noise ? "within" : d > 0 ? "above" : "below" } }' "$out"
