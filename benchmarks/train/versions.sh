#!/usr/bin/env bash
# versions.sh COMMIT: training and inference of this checkout beside those of an earlier commit, in one run, alternating; prints sequences a second
# and the ratio of the medians. ROUNDS (5) is how often each is measured; BEFORE and AFTER may name programs that are built already.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
before=${1:?expected the commit to compare with, found none} rounds=${ROUNDS:-5}
scratch=$(mktemp -d) || exit 1
trap 'git worktree remove --force "$scratch/before" 2>/dev/null; rm -rf "$scratch"' EXIT
build()
{
    cmake -S "$1" -B "$2" -DCMAKE_BUILD_TYPE=Release -DEXPLAINN_BUILD_BENCHMARKS=ON >/dev/null &&
        cmake --build "$2" --target bench_train -j "$(nproc)" >/dev/null || { echo "error: bench_train of $1 does not build" >&2; exit 1; }
    find "$2" -type f -name bench_train
}
old=${BEFORE:-} new=${AFTER:-}
if [ -z "$old" ]; then
    git worktree add -q --detach "$scratch/before" "$before" && old=$(build "$scratch/before" "$scratch/build_before") || exit 1
fi
if [ -z "$new" ]; then new=$(build . "$scratch/build_after") || exit 1; fi
median() { sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)] + 0}'; }
printf '%-40s %10s %10s %8s\n' "sequences/s" before after ratio
for shape in "100 200 50 2" "300 251 81 2" "8 200 50 2" "8 200 50 1"; do
    read -r u l o threads <<<"$shape"
    for what in train infer; do
        rm -f "$scratch"/old.txt "$scratch"/new.txt
        for ((r = 0; r < rounds; ++r)); do
            "$old" "$u" "$l" "$o" 100 "$threads" $what 3 >>"$scratch/old.txt"
            "$new" "$u" "$l" "$o" 100 "$threads" $what 3 >>"$scratch/new.txt"
        done
        echo "$(median <"$scratch/old.txt") $(median <"$scratch/new.txt")" | awk -v name="U $u L $l O $o, $threads threads, $what" \
            '{ printf "%-40s %10.0f %10.0f %8.3f\n", name, $1, $2, $2 / $1 }'
    done
done
