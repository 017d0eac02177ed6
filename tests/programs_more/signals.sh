#!/usr/bin/env bash
# signals.sh WRITE_NETWORKS EXPLAIN PREDICT_SEQUENCES: networks of signals, and of DNA and signals, are predicted and explained; what
# does not fit is refused.
write=$(realpath "$1") explain=$(realpath "$2") predict=$(realpath "$3")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
works "the models" "$write" .
# near FILE FILE: the same numbers, column by column, but for their last digits
near()
{
    cat "$1" >near1; cat "$2" >near2
    [ "$(wc -l <near1)" = "$(wc -l <near2)" ] &&
        paste near1 near2 | awk -F '\t' '{ for (i = 1; i <= NF / 2; ++i) { d = $i - $(i + NF / 2); if (d * d > 1e-8) exit 1 } } END { exit !NR }'
}

for name in signals with_signals; do
    without=(--model $name.safetensors)
    [ $name = with_signals ] && without+=(--sequences seq.fa)
    given=("${without[@]}" --signals signals.npy)
    units=6; [ $name = with_signals ] && units=9
    works "$name: predict_sequences" "$predict" "${given[@]}" --out $name.tsv --arrays $name.npz
    near <(awk -F '\t' '$2 == "AP1" { a = $5 } $2 == "GG" { print a "\t" $5 }' $name.tsv) $name.logits && good || bad "$name: logits are not the library's"
    works "$name: sequences" "$explain" sequences "${given[@]}" --out $name.sums
    near <(awk -F '\t' '$2 == "AP1" { a = $3 } $2 == "GG" { print a "\t" $3 }' $name.sums) $name.logits && good || bad "$name: contributions are of other logits"
    near <(awk -F '\t' 'NR > 1 { s = $4; for (i = 5; i <= NF; ++i) s += $i; printf "%.9g\n", s }' $name.sums) <(tail -n +2 $name.sums | cut -f 3) && good || bad "$name: contributions do not add up"
    works "$name: units" "$explain" units "${given[@]}" --out $name.units
    is "$name: units: rows and columns" "$(awk -F '\t' 'END { print NR, NF }' $name.units)" "241 $((units + 1))"
    works "$name: map" "$explain" map "${given[@]}" --neighbours 5 --epochs 10 --out $name.map
    is "$name: map: rows" "$(wc -l <$name.map)" 241
    works "$name: nullify" "$explain" nullify "${given[@]}" --labels yes.tsv --out $name.null
    is "$name: nullify: rows" "$(wc -l <$name.null)" $((2 * units + 1))
    works "$name: report" "$explain" report "${given[@]}" --labels yes.tsv --all --out report_$name
    grep -q '"signals":true' report_$name/report.html && good || bad "$name: the report knows no unit that reads signals"
    is "$name: report: importances of all units" "$(cut -f 1 report_$name/report/importances.tsv | tail -n +2 | sort -u | wc -l)" $units
    refuses "$name: no signals" "--signals: expected a file of signals, which the model reads, found none" \
        "$explain" sequences "${without[@]}" --out no
    refuses "$name: signals of another shape" "five.npy: the model reads 6 signals a row, the data have 5 signals" \
        "$explain" units "${without[@]}" --signals five.npy --out no
    refuses "$name: filters are not all there" "expected units that all have a filter on DNA" \
        "$explain" nullify "${given[@]}" --labels yes.tsv --what filter-zero --out no
done
is "names of signals alone" "$(sed -n '2p;4p' signals.sums | cut -f 1 | paste -sd ,)" "row1,row2"

# mutants keep their signals: the logits of a mutant are those of predicting it
works "mutagenesis" "$explain" mutagenesis --model with_signals.safetensors --sequences seq.fa --signals signals.npy --out changes.tsv
sed -n 2p seq.fa >first.txt
awk -v base="$(cut -c 12 first.txt)" 'NR == 2 { $0 = substr($0, 1, 11) (base == "G" ? "T" : "G") substr($0, 13) } { print }' seq.fa >mutant.fa
works "the mutant" "$predict" --model with_signals.safetensors --sequences mutant.fa --signals signals.npy --out mutant.tsv
near <(awk -F '\t' -v b="$(cut -c 12 first.txt)" '$2 == 11 && $4 == (b == "G" ? "T" : "G") { print $5; exit }' changes.tsv) \
    <(paste <(sed -n 2p mutant.tsv | cut -f 5) <(sed -n 2p with_signals.tsv | cut -f 5) | awk '{ printf "%.9g\n", $1 - $2 }') && good || bad "mutagenesis: not what predicting the mutant gives"
refuses "mutagenesis of signals alone" "expected a model that reads DNA, whose bases can be mutated, found one that reads signals alone" \
    "$explain" mutagenesis --model signals.safetensors --signals signals.npy --out no
refuses "sequences for signals alone" "--sequences: expected no file of sequences, which the model does not read, found 'seq.fa'" \
    "$predict" --model signals.safetensors --sequences seq.fa --signals signals.npy --out no
refuses "signals for DNA alone" "--signals: expected no file of signals, which the model does not read, found 'signals.npy'" \
    "$explain" sequences --model banks.safetensors --sequences seq.fa --signals signals.npy --out no
refuses "fewer signals than sequences" "fewer.npy: expected signals for each of the 240 rows of seq.fa, found signals for 239" \
    "$predict" --model with_signals.safetensors --sequences seq.fa --signals fewer.npy --out no
refuses "fewer signals than labels" "fewer.npy: expected signals for each of the 240 rows of yes.tsv, found signals for 239" \
    "$explain" nullify --model signals.safetensors --signals fewer.npy --labels yes.tsv --out no
for what in hits dependencies design; do
    extra=(); [ $what = design ] && extra=(--up AP1)
    refuses "$what of signals" "expected a model that reads sequences alone, found one that reads signals" \
        "$explain" $what --model with_signals.safetensors --sequences seq.fa "${extra[@]}" --out no
done
[ ! -e no ] && good || bad "a refused run leaves a file"
finish
