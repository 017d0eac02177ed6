#!/usr/bin/env bash
# From peaks and a genome to a model: README's two commands on real data, tf_binding train --peaks, which gives the same bits, its refusals, an
# interrupt. Usage: peaks.sh PREPARE TF_BINDING
prepare=$(realpath "$1") tf_binding=$(realpath "$2")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
yeast=$root/tests/data/yeast_peaks
shared=$(realpath -m "$root/../shared/data/more")
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
"$prepare" regions --help >out.txt 2>&1
grep -q -- --peaks out.txt || { echo "skipped: prepare was built without htslib"; exit 77; }

# has_motif NAME FILE PATTERN...: one of the file's motifs holds one of the patterns, as the most probable bases of its columns
consensus()
{
    awk '/^MOTIF/ { if (s) print s; s = "" } /^ *[01]\.?[0-9]* / { m = 0; for (i = 1; i <= 4; ++i) if ($i > m) { m = $i; b = i }
        s = s (m > .4 ? substr("ACGT", b, 1) : "N") } END { print s }' "$1"
}
has_motif()
{
    local name=$1 file=$2
    shift 2
    if consensus "$file" | grep -qE "$(IFS='|'; echo "$*")"; then good; else bad "$name: no motif holds $*: $(consensus "$file" | paste -sd ' ')"; fi
}
learned() { awk -F '\t' -v task="$2" -v least="$3" '$1 == task && $4 > least { good = 1 } END { exit !good }' "$1/metrics.tsv"; }

# --- README's second example, word for word but for its files
sed -n '/^From peaks and a genome it is two commands/,/^## /p' "$root/README.md" | sed -n '/^```$/,/^```$/p' | grep -v '^```' >commands.txt
is "README: two commands" "$(cut -d ' ' -f 1,2 commands.txt | paste -sd ,)" "prepare regions,tf_binding train"
cp "$yeast"/*.bed .
sed -E "s#MAX=[^ ]*#Reb1=Reb1.bed#; s#JUND=[^ ]*#Abf1=Abf1.bed#; s#hg38.fa#$yeast/chrIV_chrVII.fa.gz#" commands.txt >ours.txt
prepare() { "$prepare" "$@"; }
tf_binding() { "$tf_binding" "$@" --length 200 --threads 2; }
eval "$(head -n 1 ours.txt)" >out.txt 2>err.txt && good || bad "README, first command: $(tail -n 1 err.txt)"
tf_binding() { "$tf_binding" "$@" --epochs 60 --units 12 --threads 2; }
eval "$(tail -n 1 ours.txt)" >out.txt 2>err.txt && good || bad "README, second command: $(tail -n 1 err.txt)"
[ -s run/model/report.html ] && good || bad "README: no report"
for task in Reb1 Abf1; do learned run/model $task .75 && good || bad "$task: $(grep $task run/model/metrics.tsv)"; done
has_motif "Reb1" run/model/filters.meme TTACCCG CGGGTAA
has_motif "Abf1" run/model/filters.meme 'TC[AGN]......ACG' 'CGT......[CTN]GA'

# --- the same in one command: the same data, the same bits
base=("$tf_binding" train --peaks Reb1.bed Abf1.bed --genome "$yeast/chrIV_chrVII.fa.gz")
one=("${base[@]}" --length 200 --epochs 60 --units 12)
works "one command" "${one[@]}" --threads 1 --out one
for file in sequences.fa.gz labels.tsv.gz split.tsv; do same "one command: the same data" "one/data/$file" "run/data/$file"; done
for file in model.safetensors metrics.tsv filters.meme weights.tsv importances.tsv losses.tsv; do same "one command: the same bits" "one/$file" "run/model/$file"; done
[ -s one/report.html ] && good || bad "one command: no report"
is "one command: how its data were made" "$(grep -cE '"command": "tf_binding train"|"--length": "200"|"--negatives": "gc"' one/data/prepared.json)" 3
is "one command: its report names its peaks" "$(grep -c 'Reb1.bed' one/report.html)" "$(grep -c 'Abf1.bed' one/report.html)"
works "a finished run" "${one[@]}" --out one --resume
grep -q "nothing to do" err.txt && good || bad "a finished run: $(tail -n 1 err.txt)"
few=(--epochs 2 --units 4 --no-report)
works "shuffles" "${base[@]}" "${few[@]}" --negatives dinucleotide --ratio 2 --length 100 --targets Reb1 --split 60,20,20 --stratify --out shuffled
is "shuffles: two for each" "$(zgrep -c '^>shuffle' shuffled/data/sequences.fa.gz)" "$((2 * $(zgrep -vc '^>shuffle\|^[ACGTN]' shuffled/data/sequences.fa.gz)))"
works "excluded" "${base[@]}" "${few[@]}" --length 200 --exclude Abf1.bed --negatives none --targets Reb1 --out excluded
works "the same by prepare" "$prepare" regions --peaks Reb1.bed --genome "$yeast/chrIV_chrVII.fa.gz" --length 200 --exclude Abf1.bed --negatives none --out excluded_data
same "excluded" excluded/data/sequences.fa.gz excluded_data/sequences.fa.gz

# --- refusals: one line, and nothing is left
refuses()
{
    fails_with "$@"
    is "$1: lines that begin with error:" "$(grep -c '^error:' err.txt)" 1
    is "$1: nothing stays" "$(ls -d x* ./*.partial 2>/dev/null | paste -sd ' ')" ""
}
small=("$tf_binding" train --genome "$yeast/chrIV_chrVII.fa.gz" --length 200 "${few[@]}")
x=("${small[@]}" --out x)
sed 's/^chrIV/chr4/; s/^chrVII/chr7/' Reb1.bed >arabic.bed
refuses "chr4 is not chrIV" "arabic.bed:1: expected a contig of .*chrIV_chrVII.fa.gz, found 'chr4'; chrIV_chrVII.fa.gz has 'chrIV'.*--contig-names" "${x[@]}" --peaks arabic.bed
printf 'chr4 chrIV\nchr7 chrVII\n' >names.txt
works "chr4 is chrIV where a file says so" "${x[@]}" --peaks Reb1=arabic.bed --contig-names names.txt
works "chrIV itself" "${small[@]}" --peaks Reb1.bed --out roman
for file in model.safetensors data/sequences.fa.gz data/labels.tsv.gz; do same "chr4 is chrIV" x/$file roman/$file; done
rm -rf x
refuses "peaks without a genome" "--peaks requires --genome" "$tf_binding" train --peaks Reb1.bed --length 200 --out x
refuses "peaks without a length" "--peaks requires --length" "$tf_binding" train --peaks Reb1.bed --genome g.fa --out x
refuses "a genome without peaks" "--genome requires --peaks" "$tf_binding" train --genome g.fa --out x
refuses "two ways to give data" "--sequences excludes --peaks" "${x[@]}" --peaks Reb1.bed --sequences s.fa
refuses "no such peaks" "none.bed: expected a file that can be read" "${x[@]}" --peaks none.bed
refuses "no such genome" "none.fa" "$tf_binding" train --peaks Reb1.bed --genome none.fa --length 200 --out x
printf 'chrIV\t200\t100\n' >bad.bed
refuses "start behind end" "bad.bed:1: expected a start before the end, found 200 and 100" "${x[@]}" --peaks bad.bed
printf 'chrIV\t100\t99000000\n' >bad.bed
refuses "beyond the contig" "bad.bed:1: expected an end within the 1531933 bases of 'chrIV'" "${x[@]}" --peaks bad.bed
printf 'chrIV\t5000\t5001\n' >bad.bed
refuses "too few for parts" "expected sequences in every part of the split" "${x[@]}" --peaks bad.bed
refuses "no such task" "--tasks: expected names of tasks that have peaks, found 'Gal4'" "${x[@]}" --peaks Reb1.bed --targets Gal4
refuses "negatives that are no file" "none.fa" "${x[@]}" --peaks Reb1.bed --negatives none.fa
refuses "candidates for shuffles" "--candidates: expected --negatives gc" "${x[@]}" --peaks Reb1.bed --candidates Abf1.bed --negatives dinucleotide
mkdir -p mine/data && cp Reb1.bed mine/data/split.tsv
fails_with "data of others" "mine: expected a folder without results, found data/split.tsv" "${small[@]}" --peaks Reb1.bed --out mine
is "data of others stay" "$(ls mine mine/data | paste -sd ' ')" "mine: data  mine/data: split.tsv"
fails_with "results are there" "expected a folder without results" "${one[@]}" --out one
same "results are there" one/model.safetensors run/model/model.safetensors

# --- an interrupt leaves a checkpoint alone; the run goes on from it to the same bits
long=("${base[@]}" --length 200 --units 12 --epochs 120 --patience 0 --no-report)
works "unbroken" "${long[@]}" --out unbroken
steps_are "from peaks to motifs" genome,peaks,regions,negatives,split,training,test,filters,writing,results,refinement
"${long[@]}" --out broken >out.txt 2>err.txt &
pid=$!
for _ in $(seq 2000); do [ -e broken/checkpoint.safetensors ] && break; sleep .01; done
kill -INT $pid
wait $pid
is "Ctrl-C: exit status" "$?" 130
is "Ctrl-C: a checkpoint stays" "$(find broken -type f)" broken/checkpoint.safetensors
works "it goes on" "${long[@]}" --out broken --resume --threads 3
for file in model.safetensors metrics.tsv data/sequences.fa.gz; do same "after Ctrl-C" "broken/$file" "unbroken/$file"; done

# --- a whole genome, ten factors from the file of all: the known motifs come out
if [ -d "$shared/yeast_peaks" ]; then
    zcat "$shared/yeast_genome/sacCer3.fa.gz" >sacCer3.fa
    zcat "$shared/yeast_peaks/rossi2021_chexmix_all_targets.bed.gz" >rossi2021.bed
    began=$SECONDS
    works "yeast: prepare" "$prepare" regions --peaks rossi2021.bed --tasks-by-name --tasks Abf1,Cbf1,Reb1,Rap1,Mcm1,Fkh1,Cin5,Sok2,Tup1,Swi3 \
        --genome sacCer3.fa --length 200 --by-similarity --out yeast/data
    works "yeast: train" "$tf_binding" train --sequences yeast/data/sequences.fa.gz --labels yeast/data/labels.tsv.gz --split-file yeast/data/split.tsv \
        --units 50 --epochs 15 --out yeast/model
    cat out.txt
    echo "ten factors of yeast from peaks to a report: $((SECONDS - began)) s"
    [ -s yeast/model/report.html ] && good || bad "yeast: no report"
    has_motif "yeast, Reb1" yeast/model/filters.meme TTACCCG CGGGTAA
    has_motif "yeast, Cbf1" yeast/model/filters.meme CACGTG
    has_motif "yeast, Abf1" yeast/model/filters.meme 'TC[AGN]......ACG' 'CGT......[CTN]GA'
    for task in Reb1 Abf1 Cbf1; do learned yeast/model $task .8 && good || bad "yeast: $(grep $task yeast/model/metrics.tsv)"; done
    cp "$shared/yeast_peaks/original/Reb1_CX.bed" chr1.bed
    refuses "chr1 is not chrI" "chr1.bed:[0-9]*: expected a contig of sacCer3.fa, found 'chr[0-9]*'; sacCer3.fa has 'chr[IVX]*'.*--contig-names" \
        "$tf_binding" train --peaks chr1.bed --genome sacCer3.fa --length 200 --out x
else
    echo "skipped: the whole genome of yeast: the shared data are not here"
fi
finish
