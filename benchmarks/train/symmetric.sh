#!/usr/bin/env bash
# A training step and inference with symmetric units beside plain ones, on one thread, in alternating rounds: sequences a
# second of computing time (medians of ROUNDS, 5), and the time of symmetric units over that of plain ones.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-5} threads=1 program=${BENCH_TRAIN:-}
if [ -z "$program" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target bench_train -j "$(nproc)" >/dev/null || { echo "error: bench_train does not build" >&2; exit 1; }
    program=$(find build/bench -type f -name bench_train | head -n 1)
fi
median() { sort -g | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] : 0}'; }
export EXPLAINN_BENCH_CPU_TIME=1
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
printf '%-28s %10s %10s %14s\n' "sequences/s, one thread" plain symmetric "time, ratio"
for shape in "100 200 3" "300 251 81"; do
    read -r u l o <<<"$shape"
    for what in train infer; do
        rm -f "$out"/*
        for ((r = 0; r < rounds; ++r)); do
            for units in cpu symmetric; do "$program" "$u" "$l" "$o" 100 "$threads" $what 3 $units >>"$out/$units"; done
        done
        awk -v name="U $u L $l O $o, $what" -v p="$(median <"$out/cpu")" -v s="$(median <"$out/symmetric")" \
            'BEGIN {printf "%-28s %10.0f %10.0f %14.3f\n", name, p, s, p / s}'
    done
done
