#!/usr/bin/env bash
# run.sh TRAIN_TASK PYTHON DATA [OUT]: Spearman on the other array, train_task and the same model in PyTorch, three seeds each.
# DATA holds Cebpb_ME.txt.gz and so on. Lines go to OUT (pbm.tsv) as they come.
program=$1 python=$2 data=$3 out=${4:-pbm.tsv}
here=$(dirname "${BASH_SOURCE[0]}")
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
printf 'factor\tsignals\tseed\texplainn\tpytorch\n' >"$out"
for signals in quantiles measured; do
    more=()
    [ $signals = quantiles ] && more=(--quantile-transform)
    for factor in Cebpb Egr2; do
        arrays=("$data/${factor}_ME.txt.gz" "$data/${factor}_HK.txt.gz")
        for seed in 1 2 3; do
            "$program" --task regression --pbm-train "${arrays[0]}" --pbm-test "${arrays[1]}" "${more[@]}" --epochs 8 \
                --patience 3 --seed $seed --out "$scratch/run" --overwrite >"$scratch/log" 2>&1 ||
                { tail -n 1 "$scratch/log"; exit 1; }
            awk '$1 == "spearman" { printf "%.4f\n", $2 }' "$scratch/run/metrics.tsv"
        done >"$scratch/ours"
        "$python" "$here/pbm_peer.py" "${arrays[@]}" "${more[@]}" --seeds 1 2 3 2>"$scratch/log" >"$scratch/theirs" ||
            { tail -n 3 "$scratch/log"; exit 1; }
        paste "$scratch/ours" "$scratch/theirs" |
            awk -v f="$factor" -v s=$signals '{ print f "\t" s "\t" NR "\t" $0 }' | tee -a "$out"
    done
done
