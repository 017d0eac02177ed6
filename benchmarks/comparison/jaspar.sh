#!/usr/bin/env bash
# Filters that begin as JASPAR's profiles (the paper's Fig. 6A to C) beside random ones, on ../shared/data/tfbs (MAX, FOXA1, JUND): AUPRC and AUROC of the test, how many
# units are hit, how many moved away from their profile (Tomtom's q above 0.05, the paper's criterion) and the median q. The second table of
# docs/comparison.md. moved_UNITS.tsv of OUT has the ten most important units of those that moved, with the known motif that each is like now.
#
#     bash benchmarks/comparison/jaspar.sh                  300 units (150 profiles, both orientations) and 1,492 (all 746)
#     SIZES=150 EPOCHS_150=12 OUT=folder THREADS=1 PROGRAMS=build/bench bash benchmarks/comparison/jaspar.sh
#
# All rows of one size have the same settings and epochs: the reference's recipe on one strand, three epochs, two for more than 600 units: a cap of time.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. benchmarks/comparison/common.sh
# row NAME FOLDER OPTION...
row()
{
    local name=$1 dir=$2 moved="-\t-\t-"
    shift 2
    train "$dir" --no-report --patience 3 "$@" || return
    [ -e "$dir/filters.tsv" ] && moved=$(awk -F'\t' 'NR > 1 { ++n; if ($4 != "") { ++hit; q[hit] = $3 + 0; moved += $4 == "yes" } }
        END { for (i = 2; i <= hit; ++i) { x = q[i]; for (j = i - 1; j > 0 && q[j] > x; --j) q[j + 1] = q[j]; q[j + 1] = x }
              printf "%d\t%d (%.0f %%)\t%.2g", hit, moved, hit ? 100 * moved / hit : 0, q[int((hit + 1) / 2)] }' "$dir/filters.tsv")
    printf '%s\t%s\t%s\t%s\t%s\t%b\n' "$name" "$(measure auprc "$dir")" "$(measure auroc "$dir")" "$(epochs "$dir")" "$(seconds_in "$dir.seconds")" "$moved"
}
printf 'filters\tAUPRC\tAUROC\tbest epoch\ttraining seconds\tunits hit\tmoved\tmedian q\n'
for size in ${SIZES:-150 746}; do
    units=$((2 * size)) most=EPOCHS_$size
    most=${!most:-$([ "$size" -gt 300 ] && echo 2 || echo 3)}
    row "$units, random" "$out/random_$units" --units "$units" --epochs "$most"
    for how in frozen free; do
        row "$units, JASPAR, $how" "$out/jaspar_${how}_$units" --filters "$jaspar" --choose "$((size < 746 ? size : 0))" --epochs "$most" \
            $([ $how = frozen ] && echo --freeze-filters)
    done
    free=$out/jaspar_free_$units
    [ -e "$free/filters.tsv" ] || continue
    bound_by_any 1000 "$out/bound_1000.fa"
    timed "$free/named.seconds" "$explain" filters --model "$free/model.safetensors" --sequences "$out/bound_1000.fa" --motifs "$jaspar" --threads "$threads" \
        --out "$free/named.meme" || continue
    { printf 'unit\tbegan as\tq\tnow like\ttask\timportance\n'
      awk -F'\t' 'NR == FNR { if (/^MOTIF/) { split($0, w, " "); name = $0; sub(/^MOTIF [^ ]+ ?/, "", name); now[w[2]] = name } next }
          FNR > 1 && $4 == "yes" { x = $7 < 0 ? -$7 : $7; print x "\t" $1 "\t" $2 "\t" $3 "\t" (now[$1] == "" ? "-" : now[$1]) "\t" $6 "\t" $7 }' \
          "$free/named.meme" "$free/filters.tsv" | sort -t "$(printf '\t')" -k 1,1gr | head -n 10 | cut -f 2-; } >"$out/moved_$units.tsv"
done | tee "$out/jaspar.tsv"
