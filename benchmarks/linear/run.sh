#!/usr/bin/env bash
# Whether cost is linear: time for a sequence against units, length and outputs, with a straight line fitted to each by least squares
# (of relative errors), and how far above it any point is. Rounds over all points alternate and the best time of each point counts, because
# other work on a shared machine only adds time. WHAT (train infer), THREADS (2) and ROUNDS (3) may be set.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
threads=${THREADS:-2} rounds=${ROUNDS:-3}
[ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
cmake --build build/bench --target bench_train -j "$(nproc)" >/dev/null || { echo "error: bench_train does not build" >&2; exit 1; }
bench=$(find build/bench -type f -name bench_train | head -n 1)
line() { # NAME, then "x microseconds" lines
    awk -v name="$1" '{x[NR] = $1; y[NR] = $2; w = 1 / ($2 * $2); sw += w; sx += w * $1; sy += w * $2; sxx += w * $1 * $1; sxy += w * $1 * $2}
        END {
            slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx); start = (sy - slope * sx) / sw
            printf "%s: %.3f + %.5f x us a sequence\n", name, start, slope
            for (i = 1; i <= NR; ++i) {
                above = 100 * (y[i] / (start + slope * x[i]) - 1)
                if (i == 1 || above > most) most = above
                printf "    %6d %10.2f us %+6.1f %%\n", x[i], y[i], above
            }
            printf "    at most %.1f %% above the line\n", most }'
}
# points WHAT, "x units bases outputs" lines: "x microseconds" lines
points()
{
    local lines x u l o r
    mapfile -t lines
    for ((r = 0; r < rounds; ++r)); do
        for each in "${lines[@]}"; do
            read -r x u l o <<<"$each"
            "$bench" "$u" "$l" "$o" 100 "$threads" "$1" 1 | awk -v x="$x" '{print x, 1e6 / $1}'
        done
    done | sort -k1,1g -k2,2g | awk '!seen[$1]++'
}
for what in ${WHAT:-train infer}; do
    for u in 25 50 100 200 400 800 1600; do echo "$u $u 200 50"; done | points $what | line "$what, units (L 200, O 50)"
    for l in 50 100 200 500 1000 2000; do echo "$l 100 $l 50"; done | points $what | line "$what, bases (U 100, O 50)"
    for o in 1 10 50 100 200 500 1000; do echo "$o 100 200 $o"; done | points $what | line "$what, outputs (U 100, L 200)"
done
