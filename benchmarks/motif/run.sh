#!/usr/bin/env bash
# The motif toolkit beside PyPI's memelite on two threads, rounds interleaved; prints seconds and ratios. memelite is asked
# of $EXPLAINN_MEMELITE_PYTHON (default python3); without it only our own figures are printed. Its JIT is warm, our
# first call counts. ROUNDS (3) is how often each is measured; the median counts.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-3} threads=${THREADS:-2} build=${BUILD:-build/bench}
python=${EXPLAINN_MEMELITE_PYTHON:-python3}
[ -d "$build" ] || cmake --preset bench >/dev/null || exit 1
cmake --build "$build" --target bench_motif >/dev/null || { echo "error: bench_motif does not build" >&2; exit 1; }
ours=$(find "$build" -type f -name bench_motif | head -n 1)
"$python" -c 'import memelite' 2>/dev/null || { python=; echo "memelite is not here"; }

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
gzip -dc examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz >"$work/jaspar.meme"
gzip -dc examples/data/explainn_filters.meme.gz >"$work/filters.meme"
"$ours" sequences "$work/sequences.fa" || exit 1
for ((r = 0; r < rounds; ++r)); do
    for what in compare scan cluster; do
        "$ours" $what "$threads" >"$work/now" || exit 1
        cat "$work/now" >>"$work/ours.$what"
        head -n 1 "$work/now" >>"$work/first.$what"
        [ -n "$python" ] && [ $what != cluster ] && "$python" benchmarks/motif/memelite_times.py $what "$work" "$threads" >>"$work/peer.$what"
    done
done
median() { [ -s "$1" ] && cut -d ' ' -f 1 "$1" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}' || echo nan; }
printf '%-46s %8s %8s %9s %7s\n' "seconds, $threads threads" ours first memelite ratio
for what in compare scan cluster; do
    case $what in
    compare) name="Tomtom, 100 x 746 motifs, p, E and q" ;;
    scan) name="scan, 746 motifs, 2,000 x 200 bp, both strands" ;;
    cluster) name="all-against-all clusters of 746 motifs" ;;
    esac
    a=$(median "$work/ours.$what") b=$(median "$work/first.$what") c=$(median "$work/peer.$what" 2>/dev/null)
    awk -v n="$name" -v a="$a" -v b="$b" -v c="$c" 'BEGIN {
        printf "%-46s %8.4f %8.4f %9s %7s\n", n, a, b, c, c == "nan" ? "" : sprintf("%.2f", c / a) }'
done
