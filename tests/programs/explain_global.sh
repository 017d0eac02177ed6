#!/usr/bin/env bash
# explain (argument 1) on a small model of tf_binding (argument 2): nullify, cooperativity, units, map, report; errors.
explain=$(realpath "$1") tf_binding=$(realpath "$2")
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
refuses() { leaves_no_output "$@"; }

awk 'BEGIN {
    srand(7); print "region\tAP1\tGG" > "labels.tsv"
    for (i = 0; i < 400; ++i) {
        s = ""
        for (k = 0; k < 60; ++k) s = s substr("ACGT", int(rand() * 4) + 1, 1)
        a = rand() < .4; g = rand() < .4
        if (a) { at = int(rand() * 20) + 1; s = substr(s, 1, at - 1) "TGACTCA" substr(s, at + 7) }
        if (g) { at = int(rand() * 20) + 31; s = substr(s, 1, at - 1) "GGCGGG" substr(s, at + 6) }
        print ">chr1:" 1000 * i "-" 1000 * i + 60 "\n" s > "peaks.fa"
        print "chr1:" 1000 * i "-" 1000 * i + 60 "\t" a "\t" (i % 9 == 0 ? "" : g) > "labels.tsv"
    }
}'
"$tf_binding" train --sequences peaks.fa --labels labels.tsv --units 6 --width 8 --hidden 8 --batch 20 --epochs 12 --out run >log.txt 2>&1 ||
    { cat log.txt; echo "tf_binding train failed"; exit 1; }
[ -s run/report.html ] && good || bad "a training run ends with its report"
model=(--model run/model.safetensors) data=(--sequences peaks.fa --labels labels.tsv)

# nullify: a row for every unit and task; the value before is that of evaluate
"$explain" nullify "${model[@]}" "${data[@]}" --out n.tsv || bad "nullify"
is "nullify: header" "$(head -n 1 n.tsv)" $'unit\ttask\tauprc_before\tauprc_after'
is "nullify: rows" "$(wc -l <n.tsv)" 13
"$tf_binding" evaluate "${model[@]}" "${data[@]}" --out m.tsv
for task in AP1 GG; do
    is "nullify: $task before is that of evaluate" "$(awk -v t=$task '$2 == t { printf "%.5f", $3; exit }' n.tsv)" "$(awk -v t=$task '$1 == t { printf "%.5f", $5 }' m.tsv)"
done
is "nullify: some unit matters" "$(awk 'NR > 1 && $4 < $3 - 0.02 { n = 1 } END { print n + 0 }' n.tsv)" 1
for what in filter-zero filter-mean; do # the ranking does not see the constant
    "$explain" nullify "${model[@]}" "${data[@]}" --what $what --out other.tsv
    is "nullify: $what" "$(paste n.tsv other.tsv | awk 'NR > 1 && ($4 - $8 > 1e-3 || $8 - $4 > 1e-3)' | wc -l)" 0
done
"$explain" nullify "${model[@]}" "${data[@]}" --metric auroc --out n2.tsv
is "nullify: another metric" "$(head -n 1 n2.tsv | cut -f 3)" auroc_before
refuses "nullify: metric" 'expected one of the model.s task \(auroc, auprc\), found .nonsense.' "$explain" nullify "${model[@]}" "${data[@]}" --metric nonsense --out refused.tsv
refuses "nullify: its own input" 'expected a file of its own' "$explain" nullify "${model[@]}" "${data[@]}" --out peaks.fa
sed 's/AP1/AP2/' labels.tsv >others.tsv
refuses "nullify: a task that is not there" "others.tsv.*found 'AP1'" "$explain" nullify "${model[@]}" --sequences peaks.fa --labels others.tsv --out refused.tsv

printf 'unit\tname\nfilter1\tmy AP1\nfilter4\tGC box\n' >called.tsv
"$explain" nullify "${model[@]}" "${data[@]}" --names called.tsv --out n3.tsv || bad "nullify: names"
is "nullify: names" "$(cut -f 1,2 n3.tsv | sort -u | paste -sd,)" \
    $'filter0\t.,filter1\tmy AP1,filter2\t.,filter3\t.,filter4\tGC box,filter5\t.,unit\tmotif'
is "nullify: names change no number" "$(cut -f 1,3- n3.tsv | sha256sum)" "$(sha256sum <n.tsv)"

# units: as TSV and as npy the same numbers
"$explain" units "${model[@]}" --sequences peaks.fa --out u.tsv && "$explain" units "${model[@]}" --sequences peaks.fa --out u.npy || bad "units"
is "units: header" "$(head -n 1 u.tsv)" $'sequence\tfilter0\tfilter1\tfilter2\tfilter3\tfilter4\tfilter5'
is "units: rows" "$(wc -l <u.tsv)" 401
is "units: npy" "$(head -c 128 u.npy | tr -d '\n' | grep -aoE "\(400, 6\)")" "(400, 6)"
is "units: the same numbers" "$(tail -c 24 u.npy | od -An -t f4 -w24 | awk '{ for (i = 1; i <= 6; ++i) printf "%.4f ", $i }')" \
    "$(tail -n 1 u.tsv | awk '{ for (i = 2; i <= 7; ++i) printf "%.4f ", $i }')"
head -c 40 peaks.fa >short.fa
refuses "units: a short sequence" 'short.fa:1: expected sequences of 60 bases as the model' "$explain" units "${model[@]}" --sequences short.fa --out refused.tsv

# map: the same seed gives the same map, another seed another
"$explain" map "${model[@]}" --sequences peaks.fa --epochs 50 --out a.tsv 2>/dev/null && "$explain" map "${model[@]}" --sequences peaks.fa --epochs 50 --threads 1 --out b.tsv 2>/dev/null || bad "map"
"$explain" map "${model[@]}" --sequences peaks.fa --epochs 50 --seed 2 --out c.tsv 2>/dev/null
is "map: header" "$(head -n 1 a.tsv)" $'sequence\tumap1\tumap2\tpca1\tpca2'
cmp -s a.tsv b.tsv && good || bad "map: the same for any threads"
cmp -s a.tsv c.tsv && bad "map: the seed counts" || good

# cooperativity
"$explain" cooperativity "${model[@]}" --first TGACTCA --second GGCGGG --backgrounds 5 --out co.tsv || bad "cooperativity"
is "cooperativity: header" "$(head -n 1 co.tsv)" $'first_strand\tsecond_strand\tdistance\ttask\tratio\tdifference'
is "cooperativity: rows" "$(tail -n +2 co.tsv | wc -l)" $((4 * (55 - 12) * 2)) # 55 places less 12 that overlap; 4 turns, 2 tasks
"$explain" cooperativity "${model[@]}" --first TGACTCA --second GGCGGG --backgrounds 5 --sequences peaks.fa --out shuffled.tsv || bad "cooperativity: shuffles"
refuses "cooperativity: no word" "expected a word of A, C, G and T, or the name of a motif of --motifs, found 'TGAZ'" \
    "$explain" cooperativity "${model[@]}" --first TGAZ --second A --out refused.tsv
refuses "cooperativity: a long word" 'expected a word that fits into backgrounds of 60 bases' \
    "$explain" cooperativity "${model[@]}" --first "$(printf 'A%.0s' {1..61})" --second A --out refused.tsv

# report: refuses a folder with one, takes names
"$explain" report "${model[@]}" "${data[@]}" --out looked 2>/dev/null || bad "report"
[ -s looked/report.html ] && [ -s looked/report/units.tsv ] && good || bad "report: page and tables"
refuses "report: there already" 'expected a folder without results, found report.html; use --overwrite' "$explain" report "${model[@]}" "${data[@]}" --out looked
printf 'unit\tname\nfilter9\tX\n' >names.tsv
refuses "report: a unit that is not there" "names.tsv:2: expected a unit of the model, such as 'filter0', found 'filter9'" \
    "$explain" report "${model[@]}" "${data[@]}" --names names.tsv --out named
"$explain" report "${model[@]}" "${data[@]}" --names called.tsv --out called 2>/dev/null || bad "report: names"
is "report: names in its table" "$(cut -f 1,2 called/report/units.tsv | grep -c $'^filter1\tmy AP1$\|^filter4\tGC box$')" 2
"$tf_binding" motifs "${model[@]}" --sequences peaks.fa --names called.tsv --out found || bad "tf_binding motifs: names"
is "tf_binding motifs: names" "$(grep '^MOTIF' found/filters.meme | paste -sd,)" \
    "MOTIF filter0,MOTIF filter1 my AP1,MOTIF filter2,MOTIF filter3,MOTIF filter4 GC box,MOTIF filter5"
refuses "tf_binding motifs: a unit that is not there" "names.tsv:2: expected a unit" "$tf_binding" motifs "${model[@]}" --sequences peaks.fa --names names.tsv --out named
[ -e named ] && bad "report: a folder without a report" || good
refuses "report: a torn model" 'torn.safetensors' "$explain" report --model torn.safetensors "${data[@]}" --out named

# --no-report leaves it out, also the one of a run before
"$tf_binding" train --sequences peaks.fa --labels labels.tsv --units 6 --width 8 --hidden 8 --batch 20 --epochs 1 --out run --overwrite --no-report --names called.tsv >log.txt 2>&1
is "tf_binding train: names, without a report too" "$(grep -c '^MOTIF filter[14] [mG]' run/filters.meme)" 2
grep -qE 'my AP1|GC box' log.txt && good || bad "tf_binding train: names in what is printed"
[ -e run/report.html ] || [ -e run/report ] && bad "--no-report: a report of an earlier run stays" || good
finish
