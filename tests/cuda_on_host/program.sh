#!/usr/bin/env bash
# tf_binding on the emulated device (argument 1: a build of it with cpu and cuda), from end to end on a cut of the
# demonstration's data; what it finds is what it finds on cpu.
program=$(realpath "$1")
examples=$PWD/examples/data
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"

# 160 regions, 60 bases of each, two of the factors
zcat "$examples/sequences.fa.gz" | head -n 320 | cut -c 1-60 >peaks.fa
zcat "$examples/labels.tsv.gz" | cut -f 1,4,5 | head -n 161 >labels.tsv
fit=("$program" train --sequences peaks.fa --labels labels.tsv --units 5 --width 9 --hidden 6 --batch 20 --epochs 3
    --no-report --n zero)
works "train on cpu" "${fit[@]}" --out on_cpu
works "train on cuda" "${fit[@]}" --out on_cuda --device cuda
works "train on cuda once more" "${fit[@]}" --out again --device cuda:0
for file in losses.tsv metrics.tsv importances.tsv model.safetensors; do
    [ -s "on_cuda/$file" ] && good || bad "no $file"
    same "$file, twice" "on_cuda/$file" "again/$file"
done
# work is done as late as it may be, and the host cannot read the device's memory
export CUDA_ON_HOST_STRICT=1
works "train on a strict device" "${fit[@]}" --out strict --device cuda
same "losses.tsv, late" on_cuda/losses.tsv strict/losses.tsv
same "model.safetensors, late" on_cuda/model.safetensors strict/model.safetensors
# near FILE OTHER: whether all their numbers agree to 1e-3 of 1 or of the number
near()
{
    paste <(tr '\t' '\n' <"$1") <(tr '\t' '\n' <"$2") | awk -F '\t' '
        $1 == $2 { next }
        { d = $1 - $2; m = $1 < 0 ? -$1 : $1; if (d < 0) d = -d; if (d > 1e-3 * (m > 1 ? m : 1)) ++far }
        END { exit far > 0 }'
}
near on_cpu/losses.tsv on_cuda/losses.tsv && good || bad "losses: $(paste on_cpu/losses.tsv on_cuda/losses.tsv)"
for device in cpu cuda; do
    works "predict on $device" "$program" predict --model on_cuda/model.safetensors --sequences peaks.fa \
        --out "logits_$device.tsv" --device "$device"
    works "motifs on $device" "$program" motifs --model on_cuda/model.safetensors --sequences peaks.fa --labels labels.tsv \
        --out "motifs_$device" --device "$device"
done
near logits_cpu.tsv logits_cuda.tsv && good || bad "predict: other logits"
near motifs_cpu/importances.tsv motifs_cuda/importances.tsv && good || bad "motifs: other importances"
fails_with "a GPU that there is not" "from 0 to 0, found 3" "$program" predict --model on_cuda/model.safetensors \
    --sequences peaks.fa --out none.tsv --device cuda:3
fails_with "a device that it was not built with" "built with \(cpu, cuda or cuda:N .*\), found 'blas'" \
    "$program" predict --model on_cuda/model.safetensors --sequences peaks.fa --out none.tsv --device blas
fails_with "bfloat16 elsewhere" "bfloat16 is for --device cpu" "$program" predict --model on_cuda/model.safetensors \
    --sequences peaks.fa --out none.tsv --device cuda --bfloat16
[ -e none.tsv ] && bad "a refused call wrote something" || good
finish
