#!/usr/bin/env bash
# The effect of a second thread, from few units to many and from short sequences to long, in alternating rounds; the median counts.
# One thread is measured on each of two cores, because other work slows them unequally, then on both at once, in two
# processes, which shows what the machine allows. `times one`: two threads relative to the mean of the cores; `of both`: relative to the
# sum of the two processes.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-3}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_train -j "$(nproc)" >/dev/null || { echo "error: bench_train does not build" >&2; exit 1; }
bench=$(find build/bench -type f -name bench_train | head -n 1)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cores=($(taskset -pc $$ | sed 's/.*: //' | tr , '\n' | awk -F- '{for (i = $1; i <= ($2 == "" ? $1 : $2); ++i) print i}'))
[ ${#cores[@]} -ge 2 ] || { echo "error: two cores are needed, here is one" >&2; exit 1; }
median() { sort -g "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
one() { taskset -c "${cores[$1]}" "$bench" "$u" "$l" "$o" 100 1 $what 1; }
printf '%-28s %10s %10s %10s %10s %10s %8s\n' "sequences/s" "one core" "the other" both "2 threads" "times one" "of both"
for shape in "8 200 50" "100 200 50" "300 251 81" "1492 251 81" "100 600 12"; do
    read -r u l o <<<"$shape"
    for what in train infer; do
        rm -f "$dir"/*
        for ((r = 0; r < rounds; ++r)); do
            for c in 0 1; do one $c >>"$dir/one$c"; done
            one 0 >"$dir/beside" & one 1 >"$dir/here"; wait
            paste "$dir/beside" "$dir/here" | awk '{print $1 + $2}' >>"$dir/both"
            taskset -c "${cores[0]},${cores[1]}" "$bench" "$u" "$l" "$o" 100 2 $what 1 >>"$dir/threads"
        done
        awk -v name="U $u L $l O $o, $what" -v a="$(median "$dir/one0")" -v b="$(median "$dir/one1")" \
            -v c="$(median "$dir/both")" -v t="$(median "$dir/threads")" \
            'BEGIN {printf "%-28s %10.0f %10.0f %10.0f %10.0f %10.2f %7.0f%%\n", name, a, b, c, t, 2 * t / (a + b), 100 * t / c}'
    done
done
