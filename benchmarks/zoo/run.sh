#!/usr/bin/env bash
# The models of the zoo beside the same networks in eager PyTorch, both in one run on two threads, in alternating rounds; prints the
# ratios. $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; without PyTorch only our own figures are printed. ROUNDS
# (2) is how often each is measured, each time REPEATS (2) times 0.7 s; the median counts. MODELS names the models, BENCH a program that is built already.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-2} repeats=${REPEATS:-2} threads=${THREADS:-2}
python=${EXPLAINN_TORCH_PYTHON:-python3}
ours=${BENCH:-}
if [ -z "$ours" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target bench_zoo -j "$(nproc)" >/dev/null || { echo "error: bench_zoo does not build" >&2; exit 1; }
    ours=$(find build/bench -type f -name bench_zoo | head -n 1)
fi
"$python" -c 'import torch; print("PyTorch", torch.__version__)' 2>/dev/null || { python=; echo "PyTorch is not here"; }

median() { sort -g | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] + 0 : 0}'; }
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
printf '%-24s %10s %10s %8s\n' "sequences/s, $threads threads" ours PyTorch ratio
for model in ${MODELS:-deepcnn danq deepstarr ai-tac legnet}; do
    for what in train infer; do
        rm -f "$out"/*
        flag=; [ $what = infer ] && flag=--inference
        for ((r = 0; r < rounds; ++r)); do
            "$ours" "$model" 100 "$threads" $what "$repeats" >>"$out/ours"
            [ -n "$python" ] && "$python" benchmarks/peers/zoo_peer.py "$model" --threads "$threads" --repeats "$repeats" $flag 2>/dev/null >>"$out/peer"
        done
        touch "$out/peer"
        echo "$(median <"$out/ours") $(median <"$out/peer")" |
            awk -v name="$model, $what" '{printf "%-24s %10.0f %10.0f %8.2f\n", name, $1, $2, ($2 > 0 ? $1 / $2 : 0)}'
    done
done
