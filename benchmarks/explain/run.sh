#!/usr/bin/env bash
# Saturation mutagenesis of real sequences by the reference's trained model (U 100, L 200), all substitutions: our mutagenesis, our own
# model on every mutant, and PyTorch's best effort, torch.compile and tangermeme (each on fewer sequences and scaled up), all in
# one run on two threads; prints the ratios and the largest difference of the changes. $EXPLAINN_TORCH_PYTHON (default python3) is the
# Python with PyTorch and tangermeme. COUNT, THREADS, PEER_COUNT and SHARED_DATA change the settings.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
shared=${SHARED_DATA:-../shared/data} threads=${THREADS:-2} count=${COUNT:-1000} few=${PEER_COUNT:-40}
python=${EXPLAINN_TORCH_PYTHON:-python3}
[ -e "$shared/tfbs/sequences.fa.gz" ] || { echo "skipped: $shared/tfbs is not here"; exit 0; }
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_explain import_pytorch -j "$(nproc)" >/dev/null || { echo "error: it does not build" >&2; exit 1; }
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
"$(find build/bench -type f -name import_pytorch -perm -u+x | head -n 1)" "$shared/reference_model/model_epoch_best_4.pth" --out "$out/model.safetensors" >/dev/null || exit 1
ours=$(find build/bench -type f -name bench_explain -perm -u+x | head -n 1)
sequences=$(realpath "$shared/tfbs/sequences.fa.gz")
read -r fast slow < <("$ours" "$out/model.safetensors" "$sequences" "$count" "$threads" 5)
echo "all substitutions of $count sequences, $threads threads: $fast s; every mutant through our own model $slow s"
"$ours" "$out/model.safetensors" "$sequences" "$few" "$threads" 1 "$out/ours.npy" >/dev/null || exit 1
"$python" -c 'import torch' 2>/dev/null || { echo "PyTorch is not here"; exit 0; }
for which in best compiled tangermeme; do
    if [ $which = tangermeme ] && ! "$python" -c 'import tangermeme' 2>/dev/null; then echo "tangermeme is not here"; continue; fi
    seconds=$("$python" benchmarks/explain/explain_peer.py "$out/model.safetensors" "$sequences" "$few" --threads "$threads" --which $which --out "$out/$which.npy" 2>"$out/$which.log" | tail -n 1)
    [ -n "$seconds" ] || { echo "$which: $(tail -n 1 "$out/$which.log")"; continue; }
    grep -h "fast=" "$out/$which.log" | head -n 1
    "$python" - "$out/ours.npy" "$out/$which.npy" "$which" "$seconds" "$few" "$count" "$fast" <<'PY'
import sys
import numpy as np
ours, theirs = np.load(sys.argv[1]), np.load(sys.argv[2])
which, seconds, few, count, fast = sys.argv[3], *map(float, sys.argv[4:])
off = np.abs(ours.reshape(theirs.shape) - theirs).max() / np.abs(theirs).max()
scaled = seconds * count / few
print(f"{which}: {scaled:.2f} s ({seconds:.2f} s for {few:.0f}), {scaled / fast:.0f} times ours; changes differ by at most {off:.1e} of the largest")
PY
done
