#!/usr/bin/env bash
# What a second thread gives, from few units to many and from short sequences to long; rounds interleaved, the median counts.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-3}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_train -j "$(nproc)" >/dev/null || { echo "error: bench_train does not build" >&2; exit 1; }
bench=$(find build/bench -type f -name bench_train | head -n 1)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
median() { sort -g "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-28s %12s %12s %8s\n' "sequences/s" "1 thread" "2 threads" ratio
for shape in "8 200 50" "100 200 50" "300 251 81" "1492 251 81" "100 600 12"; do
    read -r u l o <<<"$shape"
    for what in train infer; do
        rm -f "$dir"/*
        for ((r = 0; r < rounds; ++r)); do
            for t in 1 2; do "$bench" "$u" "$l" "$o" 100 $t $what 1 >>"$dir/$t"; done
        done
        awk -v name="U $u L $l O $o, $what" -v a="$(median "$dir/1")" -v b="$(median "$dir/2")" \
            'BEGIN {printf "%-28s %12.0f %12.0f %8.2f\n", name, a, b, b / a}'
    done
done
