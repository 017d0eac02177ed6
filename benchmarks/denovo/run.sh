#!/usr/bin/env bash
# How well the motif of one command ranks sequences of a chromosome (or the probes of an array of another design) that it never saw, beside
# JASPAR's and those of other tools: AUROC by best hits and by occupancy, and seconds. FACTORS and ARRAYS choose what is run; STREME, DIMONT
# and HOMER may hold commands of those tools, which read $POSITIVES and $NEGATIVES (FASTA) and leave their motifs, the best first, in a file
# $OUT/motifs of any format that the library reads:
#     STREME='streme --p $POSITIVES --n $NEGATIVES --dna --oc $OUT && cp $OUT/streme.txt $OUT/motifs' bash benchmarks/denovo/run.sh
# SETTINGS holds options of the program, sets of them divided by semicolons, each of which gets rows of its own (default: one empty set):
#     SETTINGS=';--no-tune;--joint --seed 2' bash benchmarks/denovo/run.sh
# Where several sets differ in --seed alone, a table of the means over seeds comes last.
# BENCH and PROGRAM name bench_denovo and denovo_motifs where they are built already.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=../shared/data
jaspar=examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz
[ -e "$data/tfbs/sequences.fa.gz" ] || { echo "skipped: $data/tfbs is not there"; exit 0; }
if [ -z "$BENCH" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target bench_denovo denovo_motifs >/dev/null || exit 1
fi
bench=${BENCH:-$(find build/bench -type f -name bench_denovo -perm -u+x | head -n 1)}
program=${PROGRAM:-$(find build/bench -type f -name denovo_motifs -perm -u+x | head -n 1)}
IFS=';' read -ra settings <<<"${SETTINGS:-};" # the last semicolon keeps an empty set
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
read -ra factors <<<"${FACTORS-CEBPB ELF1 FOXA1 GATA3 HNF4A JUND MAX REST RFX5 SP1 TEAD4 TP63}"
read -ra arrays <<<"${ARRAYS-Cebpb Egr2 Esr1 Foxo3 Pou3f1 Sp1}"
for tool in STREME DIMONT HOMER; do [ -n "${!tool}" ] || echo "skipped: $tool holds no command" >&2; done
[ "${#factors[@]}" -eq 0 ] || "$bench" cut "$data/tfbs" "$work/factors" "${factors[@]}" || exit 1
[ "${#arrays[@]}" -eq 0 ] || "$bench" arrays "$data/pbm" "$work/arrays" "${arrays[@]}" || exit 1

seconds=0
timed() { # NAME command...: its wall time goes to the file NAME.seconds
    local begin end
    begin=$(date +%s.%N)
    "${@:2}" >"$1.log" 2>&1 || { echo "failed: ${*:2}" >&2; tail -n 1 "$1.log" >&2; return 1; }
    end=$(date +%s.%N)
    seconds=$(echo "$end $begin" | awk '{ printf "%.2f", $1 - $2 }')
}
row() { # FOLDER TOOL MOTIFS SECONDS
    local line
    line=$("$bench" score "$1" "$2=$3") && [ -n "$line" ] && printf '%s\t%s\n' "$line" "$4"
}
printf 'data\ttool\tpositives\tmotifs\tbest_hit\toccupancy\tbest_hit_of_best_on_training\tseconds\n' | tee "$work/table"
for folder in "$work"/factors/* "$work"/arrays/*; do
    [ -d "$folder" ] || continue
    positives=$folder/train_positives.fa negatives=$folder/train_negatives.fa
    {
        row "$folder" jaspar "$jaspar" 0
        for options in "${settings[@]}"; do
            # shellcheck disable=SC2086 # several options
            timed "$folder/ours" "$program" --positives "$positives" --negatives "$negatives" --out "$folder/ours" --overwrite --motifs 4 $options &&
                row "$folder" "ours${options:+ $options}" "$folder/ours/motifs.meme" "$seconds"
        done
        for tool in STREME DIMONT HOMER; do
            [ -n "${!tool}" ] || continue
            mkdir -p "$folder/$tool"
            POSITIVES=$positives NEGATIVES=$negatives OUT=$folder/$tool timed "$folder/$tool" bash -c "${!tool}" &&
                row "$folder" "${tool,,}" "$folder/$tool/motifs" "$seconds"
        done
    } | tee -a "$work/table"
done
echo
printf 'set\ttool\tsets\tmedian_best_hit\tmean_best_hit\tmean_occupancy\tmean_seconds\n'
tail -n +2 "$work/table" | awk -F '\t' '{ print ($1 ~ /_(ME|HK)$/ ? "arrays" : "factors") "\t" $2 "\t" $5 "\t" $6 "\t" $8 }' | sort -k 1,2 -k 3,3n |
    awk -F '\t' '
    function done_with(key, n) { n = count; if (n) printf "%s\t%d\t%.3f\t%.3f\t%.3f\t%.1f\n", key, n, (x[int((n + 1) / 2)] + x[int((n + 2) / 2)]) / 2, sum / n, occupancy / n, time / n }
    { key = $1 "\t" $2; if (key != last) { done_with(last); count = sum = occupancy = time = 0; last = key }
      x[++count] = $3; sum += $3; occupancy += $4; time += $5 }
    END { done_with(last) }'
case ${SETTINGS:-} in *--seed*)
    printf '\ndata\ttool\tseeds\tmean_best_hit\tmean_occupancy\n'
    awk -F '\t' 'NR > 1 { sub(/ ?--seed [0-9]+/, "", $2); key = $1 "\t" $2; if (!n[key]++) order[++keys] = key; best[key] += $5; occupancy[key] += $6 }
        END { for (k = 1; k <= keys; ++k) { key = order[k]; if (n[key] > 1) printf "%s\t%d\t%.3f\t%.3f\n", key, n[key], best[key] / n[key], occupancy[key] / n[key] } }' "$work/table" ;;
esac
