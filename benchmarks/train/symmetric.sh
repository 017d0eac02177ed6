#!/usr/bin/env bash
# A training step and inference with symmetric units beside plain ones, on one thread, in alternating rounds: sequences a
# second of computing time (medians of ROUNDS, 5), and their time over that of plain ones; the same with symmetric places. In 249 bases
# the cells of a pool of 7 mirror each other, as they do in 200.
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
printf '%-28s %10s %10s %12s %10s %12s\n' "sequences/s, one thread" plain symmetric "time, ratio" places "time, ratio"
for shape in "100 200 3" "300 249 81"; do
    read -r u l o <<<"$shape"
    for what in train infer; do
        rm -f "$out"/*
        for ((r = 0; r < rounds; ++r)); do
            for units in cpu symmetric places; do "$program" "$u" "$l" "$o" 100 "$threads" $what 3 $units >>"$out/$units"; done
        done
        awk -v name="U $u L $l O $o, $what" -v p="$(median <"$out/cpu")" -v s="$(median <"$out/symmetric")" -v m="$(median <"$out/places")" \
            'BEGIN {printf "%-28s %10.0f %10.0f %12.3f %10.0f %12.3f\n", name, p, s, p / s, m, p / m}'
    done
done
