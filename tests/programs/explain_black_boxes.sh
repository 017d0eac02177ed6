#!/usr/bin/env bash
# explain (argument 1) on a small CNN of train_task (argument 2): attributions, patterns, filters, nullify; errors.
explain=$(realpath "$1") train_task=$(realpath "$2")
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
refuses() { leaves_no_output "$@"; }

awk 'BEGIN {
    srand(7); print "region\tAP1\tGG" > "labels.tsv"
    for (i = 0; i < 500; ++i) {
        s = ""
        for (k = 0; k < 60; ++k) s = s substr("ACGT", int(rand() * 4) + 1, 1)
        a = rand() < .4; g = rand() < .4
        if (a) { at = int(rand() * 20) + 1; s = substr(s, 1, at - 1) "TGACTCA" substr(s, at + 7) }
        if (g) { at = int(rand() * 20) + 31; s = substr(s, 1, at - 1) "GGGGCGGGG" substr(s, at + 9) }
        print ">s" i "\n" s > "peaks.fa"
        print "s" i "\t" a "\t" g > "labels.tsv"
    }
}'
"$train_task" --model cnn1 --sequences peaks.fa --labels labels.tsv --epochs 6 --batch 50 --out run >log.txt 2>&1 ||
    { cat log.txt; echo "train_task failed"; exit 1; }
model=(--model run/model.safetensors)
head -n 20 peaks.fa | sed '2s/./N/5' >ten.fa

# attributions: tables of three methods; what they add up to; arrays hold the same numbers
for method in mutagenesis gradient deeplift; do
    "$explain" attributions "${model[@]}" --sequences ten.fa --method $method --out $method.tsv 2>/dev/null || bad "attributions $method"
    is "$method: header" "$(head -n 1 $method.tsv)" $'sequence\tposition\tbase\tAP1\tGG'
    is "$method: rows" "$(tail -n +2 $method.tsv | wc -l)" 600
    "$explain" attributions "${model[@]}" --sequences ten.fa --method $method --out $method.npy 2>/dev/null || bad "attributions $method as npy"
    is "$method: npy" "$(head -c 128 $method.npy | tr -d '\n' | grep -aoE "\(10, 2, 4, 60\)")" "(10, 2, 4, 60)"
    # the last number of the array is what a T would add at the last position
    is "$method: some contribution is not 0" "$(awk -F '\t' 'NR > 1 && $4 != 0 {n = 1} END {print n + 0}' $method.tsv)" 1
done
is "the array holds the table's numbers" "$(tail -n +2 deeplift.tsv | awk -F '\t' '$1 == "s9" && $3 == "A" {printf "%s:%.5f ", $2, $5}')" \
    "$(tail -c 960 deeplift.npy | head -c 240 | od -An -v -t f4 -w4 | awk '{print NR - 1 "\t" $1}' | awk -F '\t' 'NR == FNR {if ($1 == "s9" && $3 == "A") there[$2] = 1; next} $1 in there {printf "%s:%.5f ", $1, $2}' deeplift.tsv -)"
"$explain" attributions "${model[@]}" --sequences ten.fa --method deeplift --shuffles 4 --tasks GG --sums sums.tsv --out shuffled.tsv 2>note || bad "attributions: shuffles"
is "sums: header" "$(head -n 1 sums.tsv)" $'sequence\ttask\tlogit\treferences\tconvergence_delta'
is "sums: rows" "$(wc -l <sums.tsv)" 11
is "contributions add up to the difference of logits" "$(awk -F '\t' 'NR == FNR {if (FNR > 1) sum[$1] += $4; next} FNR > 1 {d = sum[$1] - ($3 - $4); if (d < 0) d = -d; if (d > off) off = d; x = $3 - $4; if (x < 0) x = -x; if (x > most) most = x} END {print (most > 0.01 && off < 1e-3) ? "so" : "off by " off " of " most}' shuffled.tsv sums.tsv)" so
grep -q 'note: contributions miss the difference of logits to the references by at most' note && good || bad "no note of the convergence delta"
"$explain" attributions "${model[@]}" --sequences ten.fa --method deeplift --shuffles 4 --tasks GG --threads 1 --out one.tsv 2>/dev/null
cmp -s one.tsv shuffled.tsv && good || bad "attributions: the same for any threads"
"$explain" attributions "${model[@]}" --sequences ten.fa --method deeplift --shuffles 4 --tasks GG --seed 2 --out other.tsv 2>/dev/null
cmp -s other.tsv shuffled.tsv && bad "attributions: the seed counts" || good
refuses "attributions: no such task" "expected a task of the model \(AP1, GG\), found 'CTCF'" "$explain" attributions "${model[@]}" --sequences ten.fa --tasks CTCF --out refused.tsv
refuses "attributions: shuffles without references" "expected them with --method deeplift" "$explain" attributions "${model[@]}" --sequences ten.fa --shuffles 3 --out refused.tsv
refuses "attributions: sums of mutagenesis" "sums: expected --method deeplift" "$explain" attributions "${model[@]}" --sequences ten.fa --sums s.tsv --out refused.tsv
refuses "attributions: its own input" 'expected a file of its own' "$explain" attributions "${model[@]}" --sequences ten.fa --out ten.fa
head -c 40 peaks.fa >short.fa
refuses "attributions: a short sequence" 'short.fa:1: expected sequences of 60 bases as the model' "$explain" attributions "${model[@]}" --sequences short.fa --out refused.tsv

# patterns: the planted words, from attributions that are computed and from an array of them
printf 'MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\n' >known.meme
for word in TGACTCA GGGGCGGGG AATTGCAAT CCACGTGA GATAAG; do
    printf 'MOTIF %s\nletter-probability matrix: alength= 4 w= %d nsites= 20 E= 0\n' $word ${#word}
    fold -w 1 <<<$word | awk '{for (i = 1; i <= 4; ++i) printf "%s%s", $1 == substr("ACGT", i, 1) ? "0.97" : "0.01", i < 4 ? " " : "\n"}'
    echo
done >>known.meme
"$explain" patterns "${model[@]}" --sequences peaks.fa --window 9 --flank 4 --motifs known.meme --table p.tsv --sites sites.bed --out p.meme 2>note || bad "patterns"
is "patterns: binding modes" "$(sed -n 's/^note: \([0-9]*\) of \([0-9]*\) patterns look like known motifs, of \([0-9]*\) binding modes among \([0-9]*\)$/\2 \3 \4/p' note)" \
    "$(tail -n +2 p.tsv | wc -l) $(tail -n +2 p.tsv | cut -f 7 | grep -vx '[.]' | sort -u | wc -l) 5"
is "patterns: header" "$(head -n 1 p.tsv)" $'pattern\ttask\tsign\tsites\tmean_sum\tconsensus\tmatch\tq'
for pair in AP1:TGACTCA GG:GGGGCGGGG; do
    is "patterns: the planted word of ${pair%:*}" "$(awk -F '\t' -v t="${pair%:*}" -v w="${pair#*:}" '$2 == t && $3 == "+" && $7 == w {n = 1} END {print n + 0}' p.tsv)" 1
done
is "patterns: motifs" "$(grep -c ^MOTIF p.meme)" "$(tail -n +2 p.tsv | wc -l)"
is "patterns: sites" "$(tail -n +2 sites.bed | wc -l)" "$(awk -F '\t' 'NR > 1 {n += $4} END {print n}' p.tsv)"
is "patterns: places" "$(tail -n +2 sites.bed | awk -F '\t' 'NF != 6 || $2 < 0 || $3 > 60 || $2 >= $3' | head -n 1)" ""
"$explain" attributions "${model[@]}" --sequences peaks.fa --out all.npy || bad "attributions of all"
"$explain" patterns "${model[@]}" --sequences peaks.fa --window 9 --flank 4 --motifs known.meme --attributions all.npy --threads 1 --out q.meme 2>/dev/null || bad "patterns of an array"
cmp -s p.meme q.meme && good || bad "patterns: the same from an array, and for any threads"
refuses "patterns: an array of other sequences" 'deeplift.npy: expected an array \(500, 2, 4, 60\) of sequences, tasks, bases and positions, found \(10, 2, 4, 60\)' \
    "$explain" patterns "${model[@]}" --sequences peaks.fa --attributions deeplift.npy --out refused.tsv
{ head -c 1000 all.npy; printf '\000\000\300\177'; tail -c +1005 all.npy; } >nan.npy
refuses "patterns: an array with NaN" 'nan.npy: expected finite numbers, found another for sequence 1' \
    "$explain" patterns "${model[@]}" --sequences peaks.fa --attributions nan.npy --out refused.tsv
refuses "patterns: two of one file" 'expected a file of its own' "$explain" patterns "${model[@]}" --sequences peaks.fa --table refused.tsv --out refused.tsv

# filters of the first convolution, and what every task's measure is without them
"$explain" filters "${model[@]}" --sequences peaks.fa --motifs known.meme --out filters.meme 2>/dev/null || bad "filters"
is "filters: as many as the first layer has" "$(grep -c ^MOTIF filters.meme)" 100
is "filters: names" "$(grep ^MOTIF filters.meme | cut -d ' ' -f 2 | sed -n '1p;100p' | paste -sd,)" filter0,filter99
"$explain" nullify "${model[@]}" --sequences peaks.fa --labels labels.tsv --what filter-mean --out n.tsv 2>note || bad "nullify"
is "nullify: rows" "$(wc -l <n.tsv)" 201
is "nullify: something changes" "$(awk -F '\t' 'NR > 1 && $3 != $4 {n = 1} END {print n + 0}' n.tsv)" 1
grep -q 'note: the filters of this model act through several layers' note && good || bad "nullify: no note"

"$train_task" --model danq --sequences peaks.fa --labels labels.tsv --epochs 1 --out lstm >log.txt 2>&1 || bad "train_task danq"
"$explain" attributions --model lstm/model.safetensors --sequences ten.fa --method gradient --out g.tsv || bad "gradients of an LSTM"
refuses "deeplift of an LSTM" "expected layers that DeepLIFT's rescale rule covers, found an LSTM" "$explain" attributions --model lstm/model.safetensors --sequences ten.fa --method deeplift --out refused.tsv
finish
