#!/usr/bin/env bash
# How well a motif of one platform ranks the sequences of another one, for factors that were measured on both: arrays (DREAM5, two designs)
# against ChIP-seq (chr19), and ChIP-seq (the other chromosomes) against both designs. The motif is the first of one command. Prints a line for
# each pair with AUROC by best hits and by occupancy, beside JASPAR's profile of the factor, and means by direction and of all.
#     bash benchmarks/denovo/platforms.sh
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=../shared/data
jaspar=examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz
[ -e "$data/tfbs/sequences.fa.gz" ] && [ -d "$data/pbm" ] || { echo "skipped: $data/tfbs or $data/pbm is not there"; exit 0; }
if [ -z "$BENCH" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target bench_denovo denovo_motifs >/dev/null || exit 1
fi
bench=${BENCH:-$(find build/bench -type f -name bench_denovo -perm -u+x | head -n 1)}
program=${PROGRAM:-$(find build/bench -type f -name denovo_motifs -perm -u+x | head -n 1)}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$bench" cut "$data/tfbs" "$work/chip" CEBPB ESR1 SP1 && "$bench" arrays "$data/pbm" "$work/array" Cebpb Esr1 Sp1 || exit 1
for folder in "$work"/chip/* "$work"/array/*; do
    "$program" --positives "$folder/train_positives.fa" --negatives "$folder/train_negatives.fa" --out "$folder/ours" --motifs 4 ${OPTIONS:-} \
        >"$work/log" 2>&1 || { tail -n 1 "$work/log" >&2; exit 1; }
done
printf 'fitted_to\tjudged_on\ttool\tbest_hit\toccupancy\n'
for name in Cebpb Esr1 Sp1; do
    for design in ME HK; do
        for pair in "array/${name}_$design chip/${name^^}" "chip/${name^^} array/${name}_$design"; do
            read -r from to <<<"$pair"
            for motifs in "ours=$work/$from/ours/motifs.meme" "jaspar=$jaspar"; do
                "$bench" score "$work/$to" "$motifs" | awk -F '\t' -v OFS='\t' -v from="$from" -v to="$to" '{ print from, to, $2, $5, $6 }'
            done
        done
    done
done | tee "$work/table"
echo
awk -F '\t' '{ split($1, way, "/"); for (k = 1; k <= 2; ++k) { key = (k == 1 ? "from " way[1] : "all") "\t" $3; n[key]++; best[key] += $4; occupancy[key] += $5 } }
    END { print "direction\ttool\tpairs\tmean_best_hit\tmean_occupancy"; for (key in n) printf "%s\t%d\t%.3f\t%.3f\n", key, n[key], best[key] / n[key], occupancy[key] / n[key] }' "$work/table" | sort
