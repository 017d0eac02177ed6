#!/usr/bin/env bash
# Spearman on the other array: train_task and the same model in PyTorch, trained on the ME array and tested on the HK array of two
# factors, signals as measured and as quantiles, three seeds each. Lines go to $OUT (default pbm.tsv) as they come.
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; SHARED_PBM names the folder of the arrays.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${SHARED_PBM:-../shared/data/pbm} python=${EXPLAINN_TORCH_PYTHON:-python3} out=${OUT:-pbm.tsv}
[ -e "$data/Cebpb_ME.txt.gz" ] || { echo "skipped: $data is not here"; exit 0; }
"$python" -c 'import torch' 2>/dev/null || { echo "skipped: PyTorch is not here"; exit 0; }
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target train_task -j "$(nproc)" >/dev/null || { echo "error: train_task does not build" >&2; exit 1; }
program=$(find build/bench -type f -name train_task -perm -u+x | head -n 1)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
printf 'factor\tsignals\tseed\texplainn\tpytorch\n' | tee "$out"
for signals in ${SIGNALS:-quantiles measured}; do
    more=()
    [ "$signals" = quantiles ] && more=(--quantile-transform)
    for factor in ${FACTORS:-Cebpb Egr2}; do
        arrays=("$data/${factor}_ME.txt.gz" "$data/${factor}_HK.txt.gz")
        for seed in 1 2 3; do
            "$program" --task regression --pbm-train "${arrays[0]}" --pbm-test "${arrays[1]}" "${more[@]}" --epochs 8 \
                --patience 3 --seed "$seed" --out "$scratch/run" --overwrite >"$scratch/log" 2>&1 ||
                { tail -n 1 "$scratch/log"; exit 1; }
            awk '$1 == "spearman" { printf "%.4f\n", $2 }' "$scratch/run/metrics.tsv"
        done >"$scratch/ours"
        "$python" benchmarks/pbm/pbm_peer.py "${arrays[@]}" "${more[@]}" --seeds 1 2 3 2>"$scratch/log" >"$scratch/theirs" ||
            { tail -n 3 "$scratch/log"; exit 1; }
        paste "$scratch/ours" "$scratch/theirs" |
            awk -v f="$factor" -v s="$signals" '{ print f "\t" s "\t" NR "\t" $0 }' | tee -a "$out"
    done
done
awk -F'\t' 'NR > 1 {k = $1 " " $2; a[k] += $4; b[k] += $5; ++n[k]} END {for (k in n) {
    d = (a[k] - b[k]) / n[k]
    printf "%s, mean of %d: %.3f, PyTorch %.3f, %s within 0.02\n", k, n[k], a[k] / n[k], b[k] / n[k], d * d <= 0.0004 ? "" : "not" }}' "$out" | sort
