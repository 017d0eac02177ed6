#!/usr/bin/env bash
# An ordinary convolutional network, a bank of one, beside the same network in eager PyTorch, both in one run on one and two
# threads, in alternating rounds; prints the ratios. $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; without
# PyTorch only our own figures are printed. ROUNDS (3) is how often each is measured; the median counts.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-3}
python=${EXPLAINN_TORCH_PYTHON:-python3}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_deep -j "$(nproc)" >/dev/null || { echo "error: bench_deep does not build" >&2; exit 1; }
ours=$(find build/bench -type f -name bench_deep | head -n 1)
"$python" -c 'import torch; print("PyTorch", torch.__version__)' 2>/dev/null || { python=; echo "PyTorch is not here"; }

median() { sort -g | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] + 0 : 0}'; }
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
printf '%-28s %10s %10s %8s\n' "DeepCNN, sequences/s" ours PyTorch ratio
for threads in 1 2; do
    for what in train infer; do
        rm -f "$out"/*
        flag=; [ $what = infer ] && flag=--inference
        for ((r = 0; r < rounds; ++r)); do
            "$ours" 50 100 "$threads" $what 3 >>"$out/ours"
            [ -n "$python" ] && "$python" benchmarks/peers/zoo_peer.py deepcnn --threads "$threads" $flag 2>/dev/null >>"$out/peer"
        done
        touch "$out/peer"
        echo "$(median <"$out/ours") $(median <"$out/peer")" |
            awk -v name="$what, $threads threads" '{printf "%-28s %10.0f %10.0f %8.2f\n", name, $1, $2, ($2 > 0 ? $1 / $2 : 0)}'
    done
done
