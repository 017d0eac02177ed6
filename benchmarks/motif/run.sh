#!/usr/bin/env bash
# The motif toolkit beside PyPI's memelite (newest when written: 0.5.0) on two threads, in turn, round by round; prints
# seconds and ratios. $EXPLAINN_MEMELITE_PYTHON (default python3) is the Python with memelite; without memelite only our own figures
# are printed.
#
# Calls: within a process that has read its files; memelite's JIT is warm, our first call counts. Whole processes: from
# start to end, ours with reading, comparing and the written table, memelite's with its imports, reading and one call, but no table; its
# JIT is cached on disk by one run before the first round. For whole processes
# processor seconds are printed too: they mean more than elapsed seconds where the machine has other work.
# ROUNDS (3) is how often each is measured; the median counts.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rounds=${ROUNDS:-3} threads=${THREADS:-2} build=${BUILD:-build/bench}
python=${EXPLAINN_MEMELITE_PYTHON:-python3}
[ -d "$build" ] || cmake --preset bench >/dev/null || exit 1
cmake --build "$build" --target bench_motif motifs >/dev/null || { echo "error: bench_motif or motifs does not build" >&2; exit 1; }
ours=$(find "$build" -type f -name bench_motif | head -n 1)
program=$(find "$build" -type f -name motifs -perm -u+x | head -n 1)
"$python" -c 'import memelite' 2>/dev/null || { python=; echo "memelite is not here"; }

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
gzip -dc examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz >"$work/jaspar.meme"
gzip -dc examples/data/explainn_filters.meme.gz >"$work/filters.meme"
{
    cat "$work/jaspar.meme"
    for copy in 2 3 4; do awk -v c=$copy '/^MOTIF/ { seen = 1; $2 = $2 "_" c } seen' "$work/jaspar.meme"; done
} >"$work/fourfold.meme"
"$ours" sequences "$work/sequences.fa" || exit 1
peer() { "$python" benchmarks/motif/memelite_times.py "$1" "$work" "$threads" "${@:2}"; }
# seconds and processor seconds of a command, from start to end
whole() {
    local TIMEFORMAT='%R %U %S'
    { time "$@" >/dev/null 2>"$work/error" || { echo "error: $* failed: $(cat "$work/error")" >&2; exit 1; }; } 2>&1 |
        awk 'NF == 3 { print $1, $2 + $3; next } { print >"/dev/stderr"; bad = 1 } END { exit bad }' || exit 1
}
calls_of() { [ "$1" = fourfold ] && echo 2 || echo 5; }
if [ -n "$python" ]; then
    peer compare 0 || exit 1
    peer scan 0 || exit 1
fi
for ((r = 0; r < rounds; ++r)); do
    for what in compare self fourfold scan cluster; do
        "$ours" $what "$threads" >"$work/now" || exit 1
        cat "$work/now" >>"$work/ours.$what"
        head -n 1 "$work/now" >>"$work/first.$what"
        [ -n "$python" ] && [ $what != cluster ] && peer $what "$(calls_of $what)" >>"$work/peer.$what"
    done
    for what in compare all_rows self fourfold; do
        case $what in
        self) query=jaspar target=jaspar ;;
        fourfold) query=fourfold target=fourfold ;;
        *) query=filters target=jaspar ;;
        esac
        [ $what = all_rows ] && rows=1 || rows=0.5
        for ((k = 0; k < $(calls_of $what); ++k)); do
            whole "$program" compare "$work/$query.meme" "$work/$target.meme" --threads "$threads" --threshold $rows \
                --out "$work/table.tsv" >>"$work/ours.whole_$what"
        done
        [ $what = all_rows ] || [ -z "$python" ] || whole peer $what 0 >>"$work/peer.whole_$what"
    done
done
cp "$work/peer.whole_compare" "$work/peer.whole_all_rows" 2>/dev/null
median() { [ -s "$1" ] && cut -d ' ' -f "${2:-1}" "$1" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}' || echo nan; }
printf '%-52s %8s %8s %9s %7s\n' "seconds, $threads threads" ours first memelite ratio
row() {
    awk -v n="$2" -v a="$(median "$work/ours.$1")" -v b="$(median "$work/first.$1")" -v c="$(median "$work/peer.$1")" 'BEGIN {
        printf "%-52s %8.4f %8s %9s %7s\n", n, a, b == "nan" ? "" : sprintf("%.4f", b), c, c == "nan" ? "" : sprintf("%.2f", c / a) }'
}
row compare "Tomtom, 100 x 746 motifs, p, E and q"
row self "Tomtom, 746 x 746 motifs"
row fourfold "Tomtom, 2,984 x 2,984 (JASPAR four times)"
row scan "scan, 746 motifs, 2,000 x 200 bp, both strands"
row cluster "all-against-all clusters of 746 motifs"
printf '\n%-42s %8s %9s %7s %9s %9s %7s\n' "whole processes" ours memelite ratio "ours, cpu" memelite ratio
process() {
    local a b c d
    a=$(median "$work/ours.$1") b=$(median "$work/peer.$1") c=$(median "$work/ours.$1" 2) d=$(median "$work/peer.$1" 2)
    awk -v n="$2" -v a="$a" -v b="$b" -v c="$c" -v d="$d" 'BEGIN {
        r = b == "nan" ? "" : sprintf("%.1f", b / a); q = d == "nan" ? "" : sprintf("%.1f", d / c)
        printf "%-42s %8.3f %9s %7s %9.3f %9s %7s\n", n, a, b, r, c, d, q }'
}
process whole_compare "100 x 746, rows with q <= 0.5"
process whole_all_rows "100 x 746, all 74,600 rows"
process whole_self "746 x 746, rows with q <= 0.5"
process whole_fourfold "2,984 x 2,984, rows with q <= 0.5"
