#!/usr/bin/env bash
# Activations and motifs (PWMs) of every unit of the reference's trained model (100 units) over 10,000 real sequences, beside the same in
# PyTorch, once in the way of the paper's code and once as well as we could, all in one run on two threads; prints the ratios
# and the largest difference between the PWMs. $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
shared=${SHARED_DATA:-../shared/data} threads=${THREADS:-2} count=${COUNT:-10000}
python=${EXPLAINN_TORCH_PYTHON:-python3}
[ -e "$shared/tfbs/sequences.fa.gz" ] || { echo "skipped: $shared/tfbs is not here"; exit 0; }
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_interpret import_pytorch -j "$(nproc)" >/dev/null || { echo "error: it does not build" >&2; exit 1; }
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
"$(find build/bench -type f -name import_pytorch -perm -u+x | head -n 1)" "$shared/reference_model/model_epoch_best_4.pth" --out "$out/model.safetensors" >/dev/null || exit 1
read -r motifs both hits < <("$(find build/bench -type f -name bench_interpret | head -n 1)" "$out/model.safetensors" "$shared/tfbs/sequences.fa.gz" "$count" "$threads" 5 "$out/ours.tsv")
echo "motifs of $count sequences x 100 units, $threads threads: $motifs s, with importances $both s; $hits hits"
"$python" -c 'import torch' 2>/dev/null || { echo "PyTorch is not here"; exit 0; }
for which in paper vectorised; do
    seconds=$(cd benchmarks/interpret && "$python" interpret_peer.py "$out/model.safetensors" "$(realpath "$OLDPWD/$shared/tfbs/sequences.fa.gz")" "$count" --threads "$threads" --which $which --out "$out/$which.tsv" | tail -n 1)
    paste "$out/ours.tsv" "$out/$which.tsv" | awk -v which=$which -v s="$seconds" -v ours="$motifs" '{
        for (i = 1; i <= 4; ++i) { d = $i - $(i + 4); if (d < 0) d = -d; if (d > most) most = d } }
        END {printf "PyTorch, %s: %.2f s, %.0f times ours; PWMs differ by at most %.1e\n", which, s, s / ours, most}'
done
