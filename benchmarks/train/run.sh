#!/usr/bin/env bash
# Training and inference beside PyTorch, both in one run on two threads, in alternating rounds; prints the ratios.
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; without PyTorch only our own figures are printed.
# ROUNDS (3) is how often each is measured; the median counts. `bfloat16` is ours with products in bfloat16, 0 where the
# processor cannot multiply in it; the ratios are of `ours`.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-3} threads=${THREADS:-2}
python=${EXPLAINN_TORCH_PYTHON:-python3}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_train -j "$(nproc)" >/dev/null || { echo "error: bench_train does not build" >&2; exit 1; }
ours=$(find build/bench -type f -name bench_train | head -n 1)
peers="grouped banked compiled"
"$python" -c 'import torch; print("PyTorch", torch.__version__)' 2>/dev/null || { peers=; echo "PyTorch is not here"; }

median() { sort -g | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] + 0 : 0}'; }
peer() { (cd benchmarks/peers && timeout 300 "$python" train_peer.py --which "$1" --units "$2" --length "$3" --outputs "$4" \
    --threads "$threads" --repeats 3 $5 2>/dev/null | tail -n 1); }

out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
printf '%-28s %10s %10s %10s %10s %10s | %8s %8s\n' "sequences/s, $threads threads" ours bfloat16 grouped banked compiled "/grouped" "/best"
for shape in "100 200 50" "300 251 81"; do
    read -r u l o <<<"$shape"
    for what in train infer; do
        rm -f "$out"/*
        flag=; [ $what = infer ] && flag=--inference
        for ((r = 0; r < rounds; ++r)); do
            "$ours" "$u" "$l" "$o" 100 "$threads" $what 3 >>"$out/ours"
            "$ours" "$u" "$l" "$o" 100 "$threads" $what 3 bfloat16 2>/dev/null >>"$out/bfloat16"
            for p in $peers; do peer "$p" "$u" "$l" "$o" $flag >>"$out/$p"; done
        done
        for p in ours bfloat16 grouped banked compiled; do
            touch "$out/$p"; median <"$out/$p"
        done | paste -s -d ' ' | awk -v name="U $u L $l O $o, $what" '{
            best = $4 > $5 ? $4 : $5
            printf "%-28s %10.0f %10.0f %10.0f %10.0f %10.0f | %8.1f %8.1f\n", name, $1, $2, $3, $4, $5, ($3 > 0 ? $1 / $3 : 0), (best > 0 ? $1 / best : 0) }'
    done
done
