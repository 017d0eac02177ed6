#!/usr/bin/env bash
# A training step (U 100, L 200, O 50, batches of 100, two threads) on the backends blas, reference and cpu, and in the reference's PyTorch
# formulation, by turns: sequences a second, medians of ROUNDS (3). BENCH_TRAIN names a bench_train with blas that is built already;
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
program=${BENCH_TRAIN:-} python=${EXPLAINN_TORCH_PYTHON:-python3} rounds=${ROUNDS:-3}
if [ -z "$program" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target bench_train -j "$(nproc)" >/dev/null || exit 1
    program=$(find build/bench -type f -name bench_train | head -n 1)
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
for ((r = 0; r < rounds; ++r)); do
    for device in reference blas cpu; do "$program" 100 200 50 100 2 train 1 $device >>"$scratch/$device"; done
    (cd benchmarks/peers && "$python" train_peer.py --which grouped --repeats 3 2>/dev/null | tail -n 1) >>"$scratch/grouped in PyTorch"
done
for what in reference "grouped in PyTorch" blas cpu; do
    printf '%-20s %s\n' "$what" "$(sort -g "$scratch/$what" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}')"
done
