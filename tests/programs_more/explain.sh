#!/usr/bin/env bash
# explain.sh EXPLAIN IMPORT_PYTORCH PREDICT_SEQUENCES DATA: the tables of explain agree with predictions of mutants.
program=$(realpath "$1") import=$(realpath "$2") predict=$(realpath "$3") data=$(realpath "$4")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$import" "$data/fc4.pth" --pool 4 --stride 3 --length 40 --tasks MAX,JUND --out m.safetensors >/dev/null || exit 1
head -n 12 seq.fa | sed '4s/./N/7' >six.fa
# logits FASTA OUT: name, then the logits of the strand that is given
logits() { "$predict" --model m.safetensors --sequences "$1" --out "$2.all" 2>/dev/null && tail -n +2 "$2.all" | awk -F '\t' '{x[$1] = x[$1] "\t" $3; if (!seen[$1]++) name[++n] = $1} END {for (i = 1; i <= n; ++i) print name[i] x[name[i]]}' >"$2"; }
logits six.fa six.logits
# close NAME FILE: two columns of numbers that differ by 1e-5 of the largest at most, of which some are not 0
close_to() {
    is "$1" "$(awk -F '\t' '{d = $1 - $2; if (d < 0) d = -d; if (d > off) off = d; m = $2 < 0 ? -$2 : $2; if (m > most) most = m; ++n} END {print (most > 0 && off <= 1e-5 * most + 1e-6) ? "close" : "off by " off " of " most " in " n + 0}' "$2")" close
}

works "sequences" "$program" sequences --model m.safetensors --sequences six.fa --out sequences.tsv
is "sequences: header" "$(head -n 1 sequences.tsv)" $'sequence\ttask\tlogit\tbias\tfilter0\tfilter1\tfilter2'
awk -F '\t' 'NR > 1 {print $4 + $5 + $6 + $7 "\t" $3}' sequences.tsv >pairs; close_to "sequences: the sum is the logit" pairs
paste <(awk -F '\t' 'NR > 1 {print $3}' sequences.tsv) <(awk -F '\t' '{print $2; print $3}' six.logits) >pairs; close_to "sequences: the logit is the prediction" pairs

works "mutagenesis" "$program" mutagenesis --model m.safetensors --sequences six.fa --deletions --insertions --out changes.tsv
is "mutagenesis: header" "$(head -n 1 changes.tsv)" $'sequence\tposition\treference\talternative\tMAX\tJUND'
is "mutagenesis: rows, one more substitution at the N" "$(tail -n +2 changes.tsv | wc -l)" $((6 * 40 * 8 + 1))
# every row as a mutant of its own
awk -F '\t' 'NR == FNR {if (/^>/) name = substr($0, 2); else s[name] = $0; next}
    FNR > 1 {x = s[$1]; i = $2
        if ($4 == "-") y = substr(x, 1, i) substr(x, i + 2) "N"
        else if ($3 == "-") y = substr(x, 1, i) $4 substr(x, i + 1, 39 - i)
        else y = substr(x, 1, i) $4 substr(x, i + 2)
        print ">" FNR "\n" y}' six.fa changes.tsv >mutants.fa
logits mutants.fa mutants.logits
for t in 1 2; do
    awk -F '\t' -v t=$t 'FILENAME == "six.logits" {before[$1] = $(t + 1); next} FILENAME == "mutants.logits" {after[$1] = $(t + 1); next}
        FNR > 1 {print $(t + 4) "\t" after[FNR] - before[$1]}' six.logits mutants.logits changes.tsv >pairs
    close_to "mutagenesis: task $t is what predictions of the mutants say" pairs
done
works "mutagenesis of substitutions alone" "$program" mutagenesis --model m.safetensors --sequences six.fa --out plain.tsv
is "the same substitutions" "$(diff plain.tsv <(awk -F '\t' '$3 != "-" && $4 != "-"' changes.tsv))" ""
works "mutagenesis by unit" "$program" mutagenesis --model m.safetensors --sequences six.fa --by-unit --out units.tsv
awk -F '\t' 'NR == FNR {if (FNR > 1) sum[$1, $2, $4] += $6; next} FNR > 1 {print sum[$1, $2, $4] + 0 "\t" $5}' units.tsv plain.tsv >pairs
close_to "units add up to the change" pairs
works "one thread" "$program" mutagenesis --model m.safetensors --sequences six.fa --threads 1 --out one.tsv
same "the same for any number of threads" one.tsv plain.tsv
works "to standard output, from standard input" bash -c "'$program' mutagenesis --model m.safetensors --sequences - <six.fa >piped.tsv"
same "piped" piped.tsv plain.tsv

works "dependencies" "$program" dependencies --model m.safetensors --sequences six.fa --first 2 --last 9 --out map.tsv
is "dependencies: rows" "$(tail -n +2 map.tsv | wc -l)" $((6 * 7 * 6 / 2))
works "dependencies, all pairs" "$program" dependencies --model m.safetensors --sequences six.fa --first 2 --last 9 --all-pairs --out all.tsv
awk -F '\t' 'NR == FNR {if (/^>/) name = substr($0, 2); else s[name] = $0; next}
    FNR > 1 {x = s[$1]; print ">" FNR "\n" substr(x, 1, $2) $4 substr(x, $2 + 2, $5 - $2 - 1) $7 substr(x, $5 + 2)}' six.fa all.tsv >pairs.fa
logits pairs.fa pairs.logits
awk -F '\t' 'FILENAME == "six.logits" {before[$1] = $2; next} FILENAME == "pairs.logits" {after[$1] = $2; next}
    FILENAME == "plain.tsv" {change[$1, $2, $4] = $5; next}
    FNR > 1 {print $8 + change[$1, $2, $4] + change[$1, $5, $7] "\t" after[FNR] - before[$1]}' six.logits pairs.logits plain.tsv all.tsv >pairs
close_to "dependencies are what predictions of pairs say" pairs
awk -F '\t' 'NR == FNR {if (FNR > 1) {k = $1 "\t" $2 "\t" $5; a = $8 < 0 ? -$8 : $8; b = most[k] < 0 ? -most[k] : most[k]; if (a > b) most[k] = $8} next}
    FNR > 1 {print $6 "\t" most[$1 "\t" $2 "\t" $4] + 0}' all.tsv map.tsv >pairs
close_to "the table has the pair of the largest magnitude" pairs

works "hits" "$program" hits --model m.safetensors --sequences seq.fa --out hits.tsv
is "hits: header" "$(head -n 1 hits.tsv)" $'#sequence\tstart\tend\tname\tscore\tstrand\tunit\tmotif\tactivation\tMAX\tJUND'
[ "$(wc -l <hits.tsv)" -gt 3 ] && good || bad "no hits"
is "hits: how they were found" "$(sed -n 2p hits.tsv)" "# hits above 0.5 of each unit's largest activation on the forward strand alone; overlaps: all"
is "hits: places" "$(tail -n +3 hits.tsv | awk -F '\t' 'NF != 11 || $3 - $2 != 7 || $2 < 0 || $3 > 40 || $5 < 500 || $5 > 1000 || $6 != "+"' | head -n 1)" ""
works "hits as BED" "$program" hits --model m.safetensors --sequences seq.fa --format bed --genomic-coordinates --out hits.bed
is "hits as BED: as many" "$(wc -l <hits.bed)" $(($(wc -l <hits.tsv) - 1))
is "hits as BED: a place in the genome" "$(awk -F '\t' 'NR == FNR {if (FNR > 2) {split($1, p, /[:-]/); print p[1] "\t" p[2] + $2 "\t" p[2] + $3}}' hits.tsv hits.tsv | diff - <(grep -v '^#' hits.bed | cut -f 1-3) | head -n 1)" ""
if command -v bedtools >/dev/null; then
    works "bedtools takes hits" bedtools merge -i <(bedtools sort -i hits.bed)
    works "bedtools takes a table of hits" bedtools sort -i hits.tsv
fi
printf 'unit\tname\nfilter0\tAP1\nfilter1\tAP1\n' >names.tsv
works "hits with names" "$program" hits --model m.safetensors --sequences seq.fa --names names.tsv --threshold 0.2 --out named.tsv
works "hits that compete" "$program" hits --model m.safetensors --sequences seq.fa --names names.tsv --threshold 0.2 --overlaps compete --out compete.tsv
works "hits that merge" "$program" hits --model m.safetensors --sequences seq.fa --names names.tsv --threshold 0.2 --overlaps merge --out merge.tsv
[ "$(wc -l <compete.tsv)" -lt "$(wc -l <named.tsv)" ] && good || bad "no hit lost against another"
is "merged: as many as win" "$(wc -l <merge.tsv)" "$(wc -l <compete.tsv)"
is "the names stand there" "$(cut -f 7,8 named.tsv | grep -c $'filter1\tAP1')" "$(cut -f 7 named.tsv | grep -c 'filter1$')"
for file in named merge; do awk -F '\t' 'NR > 1 {s += $10} END {printf "%.4f\n", s}' $file.tsv >$file.sum; done
awk -F '\t' '{a = $1} END {print a}' named.sum | paste - merge.sum >pairs; close_to "merged contributions are sums" pairs

# names of units wherever units are named: beside the number, which stays
printf 'unit\tname\nfilter0\tAP1\nfilter1\tFOS::JUN v2\n' >some.tsv
works "sequences with names" "$program" sequences --model m.safetensors --sequences six.fa --names some.tsv --out called.tsv
is "sequences with names: header" "$(head -n 1 called.tsv)" $'sequence\ttask\tlogit\tbias\tfilter0:AP1\tfilter1:FOS::JUN v2\tfilter2'
is "sequences with names: the same numbers" "$(tail -n +2 called.tsv)" "$(tail -n +2 sequences.tsv)"
works "units with names" "$program" units --model m.safetensors --sequences six.fa --names some.tsv --out called.tsv
is "units with names: header" "$(head -n 1 called.tsv)" $'sequence\tfilter0:AP1\tfilter1:FOS::JUN v2\tfilter2'
works "mutagenesis by unit with names" "$program" mutagenesis --model m.safetensors --sequences six.fa --by-unit --names some.tsv --out called.tsv
is "mutagenesis with names: header" "$(head -n 1 called.tsv | cut -f 5-6)" $'unit\tmotif'
is "mutagenesis with names: names of the units that a change touches" "$(tail -n +2 called.tsv | cut -f 5,6 | LC_ALL=C sort -u | paste -sd,)" $'filter0\tAP1,filter2\t.'
is "mutagenesis with names: the same numbers" "$(cut -f 1-5,7- called.tsv | sha256sum)" "$(sha256sum <units.tsv)"

works "design" "$program" design --model m.safetensors --sequences six.fa --up MAX --down JUND --changes 3 --beam 2 --protect 0-10 39 --fasta designed.fa --out design.tsv
logits designed.fa designed.logits
awk -F '\t' 'NR == FNR {goal[$1 "_design" $2] = $7; next} {print goal[$1] "\t" $2 - $3}' design.tsv designed.logits >pairs
close_to "design: the goal is what predictions say" pairs
is "design: protected bases stay" "$(paste <(grep -v '>' designed.fa | cut -c 1-10) <(grep -v '>' six.fa | awk '{x = substr($0, 1, 10); print x; print x}') | awk '$1 != $2' | head -n 1)" ""
is "design: the best is no worse than the sequence" "$(awk -F '\t' '$2 == 1 && $3 == 0 {before = $7} $2 == 1 && $3 > 0 {after[$1] = $7 - before} END {for (n in after) if (after[n] < 0) print n}' design.tsv)" ""

refuses "no task of this name" "expected a task of the model \(MAX, JUND\), found \"?'?none" "$program" design --model m.safetensors --sequences six.fa --up none --out no
refuses "no goal" "up or --down, found neither" "$program" design --model m.safetensors --sequences six.fa --out no
refuses "positions that are none" "protect: expected positions such as" "$program" design --model m.safetensors --sequences six.fa --up MAX --protect 39-41 --out no
refuses "positions past the end" "expected positions within the 40 of a sequence, found 2 to 41" "$program" dependencies --model m.safetensors --sequences six.fa --first 2 --last 41 --out no
printf '>a\nACGT\n' >short.fa
for what in sequences hits mutagenesis dependencies; do
    refuses "$what: a sequence too short" "short.fa:1: expected sequences of 40 bases as the model, found 4" "$program" $what --model m.safetensors --sequences short.fa --out no
    refuses "$what: no model" "six.fa" "$program" $what --model six.fa --sequences six.fa --out no
    refuses "$what: onto its sequences" "expected a file of its own" "$program" $what --model m.safetensors --sequences six.fa --out six.fa
done
refuses "groups without names" "expected --names or --motifs" "$program" hits --model m.safetensors --sequences six.fa --overlaps merge --out no
printf 'unit\tname\nfilter9\tAP1\n' >bad.tsv
refuses "a name of no unit" "bad.tsv:2: expected a unit of the model" "$program" hits --model m.safetensors --sequences six.fa --names bad.tsv --out no
for what in sequences units mutagenesis; do
    refuses "$what: a name of no unit" "bad.tsv:2: expected a unit of the model" "$program" $what --model m.safetensors --sequences six.fa --names bad.tsv --out no
    refuses "$what: onto its names" "expected a file of its own" "$program" $what --model m.safetensors --sequences six.fa --names some.tsv --out some.tsv
done
refuses "no subcommand" "subcommand" "$program" --threads 1
refuses "no model of the demo" "tf_binding_demo/model.safetensors: expected the model" "$program"
[ ! -e no ] && [ ! -e explain_demo ] && good || bad "a refused command leaves a file"
finish
