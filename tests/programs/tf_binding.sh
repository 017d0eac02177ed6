#!/usr/bin/env bash
# Runs the built tf_binding (argument 1) on small made-up data: files and their formats, resuming, every error.
program=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
# checksums of all results, to see that a refused call does not change them
sums() { (cd "$1" && find . -type f | sort | xargs cksum 2> /dev/null); }

# refuses NAME PATTERN command...: as fails_with, with one line of errors and run/ untouched
refuses() {
    local before
    before=$(sums run)
    fails_with "$@"
    is "$1: lines that begin with error:" "$(grep -c '^error:' err.txt)" 1
    is "$1: earlier results" "$(sums run)" "$before"
}

# --- data: 60 bases; task AP1 is bound where TGACTCA occurs, task GG where GGCGGG does; some labels are missing
awk 'BEGIN {
    srand(7); n = 360
    print "region\tAP1\tGG\tnone" > "labels.tsv"
    for (i = 0; i < n; ++i) {
        name = "chr" (i % 6 + 1) ":" 1000 * i "-" 1000 * i + 60
        s = ""
        for (k = 0; k < 60; ++k) s = s substr("ACGT", int(rand() * 4) + 1, 1)
        a = rand() < .4; g = rand() < .4
        if (a) { at = int(rand() * 20) + 1; s = substr(s, 1, at - 1) "TGACTCA" substr(s, at + 7) }
        if (g) { at = int(rand() * 20) + 31; s = substr(s, 1, at - 1) "GGCGGG" substr(s, at + 6) }
        if (i % 50 == 3) s = substr(s, 1, 29) "NN" substr(s, 32)
        print ">" name " note\n" substr(s, 1, 35) "\n" tolower(substr(s, 36)) > "peaks.fa"
        print name "\t" a "\t" (i % 9 == 0 ? "" : g) "\t0" > "labels.tsv"
        print name "\t" s "\t" a "\t" g > "table.tsv"
    }
}'
gzip -k peaks.fa labels.tsv
small=(--units 6 --width 8 --hidden 8 --batch 20)
data=(--sequences peaks.fa.gz --labels labels.tsv.gz)
train=("$program" train "${data[@]}" "${small[@]}" --recipe reference)

# --- normal use
"$program" --help > help.txt 2> err.txt
is "--help" "$?" 0
grep -q 'motifs' help.txt && good || bad "--help names the commands"
"$program" train --help > help.txt
for option in sequences labels table out targets resolved split valid test units width num-fc pool stride hidden dropout epochs \
    patience batch learning-rate seed threads reverse-complement non-negative n sequences-for-motifs resume overwrite; do
    grep -q -- "--$option" help.txt && good || bad "train --help lacks --$option"
done

"${train[@]}" --epochs 4 --threads 1 --out run > table.txt 2> log.txt
is "train" "$?" 0
is "epochs in the log" "$(grep -c '^epoch ' log.txt)" 4
cp log.txt err.txt
steps_are "train" data,training,test,filters,results,refinement,report
is "train: what the step of training says" "$(sed -nE 's/^training +[0-9.]+ +[0-9.]+  ([0-9]+ epochs), the best of them [1-4] .validation loss [0-9.]+.$/\1/p' log.txt)" "4 epochs"
grep -q 'AUROC' table.txt && good || bad "a table of tasks is printed"
is "losses.tsv, header" "$(head -n 1 run/losses.tsv)" $'epoch\ttrain_loss\tvalid_loss'
is "losses.tsv, rows" "$(wc -l < run/losses.tsv)" 5
is "metrics.tsv, header" "$(head -n 1 run/metrics.tsv)" $'task\tsequences\tpositives\tauroc\tauprc'
is "metrics.tsv, tasks" "$(cut -f 1 run/metrics.tsv | tr '\n' ' ')" "task AP1 GG none macro "
is "metrics.tsv, a task of one class" "$(awk '$1 == "none" { print $3, $4, $5 }' run/metrics.tsv)" "0 nan nan"
is "metrics.tsv, macro counts" "$(awk '$1 == "macro" { print $2, $3 }' run/metrics.tsv)" \
    "$(awk 'NR > 1 && $1 != "macro" { s += $2; p += $3 } END { print s, p }' run/metrics.tsv)"
is "metrics.tsv, macro AUROC over tasks that have one" "$(awk '$1 == "macro" { printf "%.6f", $4 }' run/metrics.tsv)" \
    "$(awk '$1 == "AP1" || $1 == "GG" { s += $4 } END { printf "%.6f", s / 2 }' run/metrics.tsv)"
grep -q 'none has 0 positives' log.txt && good || bad "a task of one class is reported"
for file in weights importances; do
    is "$file.tsv, header" "$(head -n 1 run/$file.tsv)" $'unit\tAP1\tGG\tnone'
    is "$file.tsv, units" "$(tail -n +2 run/$file.tsv | cut -f 1 | tr '\n' ' ')" \
        "filter0 filter1 filter2 filter3 filter4 filter5 "
    is "$file.tsv, columns" "$(awk -F '\t' 'NF != 4' run/$file.tsv | wc -l)" 0
done
is "filters.meme" "$(head -n 1 run/filters.meme | cut -c 1-12)" "MEME version"
is "filters.meme, names" "$(awk '/^MOTIF/ { print $2 }' run/filters.meme | tr '\n' ' ')" \
    "filter0 filter1 filter2 filter3 filter4 filter5 "
is "filters.meme, columns" "$(grep -c 'w= 8 ' run/filters.meme)" 6
is "motifs.meme, a motif a row of motifs.tsv" "$(awk '/^MOTIF/ { print $2, $3 }' run/motifs.meme | paste -sd,)" \
    "$(tail -n +2 run/motifs.tsv | awk -F '\t' '{ print $1, $2 }' | paste -sd,)"
is "model.safetensors, no time or path" "$(head -c 4000 run/model.safetensors | grep -ac "$work")" 0
is "nothing half written stays" "$(find run -name '*.partial' | wc -l)" 0

# --- the same bits: again, with other threads, from plain files
for threads in 2 3; do
    "$program" train --sequences peaks.fa --labels labels.tsv "${small[@]}" --recipe reference --threads "$threads" \
        --epochs 4 --out "threads$threads" > /dev/null 2>&1
    for file in model.safetensors losses.tsv metrics.tsv filters.meme weights.tsv importances.tsv motifs.meme motifs.tsv; do
        same "threads $threads" "run/$file" "threads$threads/$file"
    done
done

# --- refined motifs: of a run that learned something
"$program" train "${data[@]}" "${small[@]}" --epochs 25 --patience 25 --out learned > /dev/null 2>&1
is "motifs.tsv, tasks with both labels alone" "$(tail -n +2 learned/motifs.tsv | cut -f 2 | sort -u | paste -sd,)" "AP1,GG"
is "motifs.tsv, places and forms" "$(awk -F '\t' 'NR > 1 && ($3 < 1 || $3 > 3 || $4 !~ /^filter[0-5]$/ || ($5 != "refined" && $5 != "filter"))' learned/motifs.tsv | wc -l)" 0
is "motifs.tsv, the first of each task does no worse than its filter" "$(awk -F '\t' 'NR > 1 && $3 == 1 && $9 < $10' learned/motifs.tsv | wc -l)" 0
is "motifs.tsv, what is planted" "$(awk -F '\t' '$2 == "AP1" && $3 == 1' learned/motifs.tsv | cut -f 6 | grep -cE 'TGA[CS]TCA|TGAGTCA')" 1
is "the report shows refined motifs" "$(grep -c '"refined":\[{"task":0,"place":1' learned/report.html)" 1

# --- motifs are refined for as many tasks as are asked for
"${train[@]}" --epochs 4 --out none --refine 0 > /dev/null 2>&1
is "--refine 0: no refined motifs" "$(ls none | grep -c '^motifs')" 0
same "--refine 0" none/filters.meme run/filters.meme
is "--refine 0: none in the report" "$(grep -c '"refined":\[\]' none/report.html)" 1
"$program" train "${data[@]}" "${small[@]}" --epochs 25 --patience 25 --out none --refine 1 --overwrite > /dev/null 2>&1
is "--refine 1: one task" "$(tail -n +2 none/motifs.tsv | cut -f 2 | sort -u | wc -l)" 1
"${train[@]}" --epochs 4 --out none --refine 0 --overwrite > /dev/null 2>&1
is "--refine 0 after a run with refined motifs" "$(ls none | grep -c '^motifs')" 0
rm -r none; mkdir none; : > none/motifs.meme
fails_with "refined motifs are there" "expected a folder without results, found motifs.meme" "${train[@]}" --epochs 1 --out none
rm -r none

# --- a finished run
before=$(sums run)
"${train[@]}" --epochs 4 --out run --resume > /dev/null 2>&1
is "--resume of a finished run" "$?" 0
is "--resume of a finished run changes nothing" "$(sums run)" "$before"
cp -r run longer
"${train[@]}" --epochs 6 --out longer --resume --threads 2 > /dev/null 2>&1
"${train[@]}" --epochs 6 --out straight --resume > /dev/null 2>&1
is "--resume without a checkpoint starts afresh" "$?" 0
for file in model.safetensors losses.tsv metrics.tsv filters.meme; do
    same "more epochs later" "longer/$file" "straight/$file"
done
rm longer/weights.tsv
"${train[@]}" --epochs 6 --out longer --resume > /dev/null 2>&1
same "a lost result is made again" longer/weights.tsv straight/weights.tsv
"${train[@]}" --epochs 4 --seed 2 --out longer --overwrite > /dev/null 2>&1
is "--overwrite" "$?" 0
cmp -s longer/model.safetensors run/model.safetensors && bad "another seed, the same model" || good

# --- killed at ten moments, then resumed: the bits of an unbroken run
long=(--epochs 12 --patience 0 --checkpoint-seconds 0 --reverse-complement)
"${train[@]}" "${long[@]}" --out unbroken > /dev/null 2>&1
is "unbroken run" "$?" 0
inode() { stat -c %i broken/checkpoint.safetensors 2> /dev/null; }
for moment in 1 2 3 4 5 6 7 8 9 10; do
    last=$(inode)
    "${train[@]}" "${long[@]}" --threads $((moment % 3 + 1)) --out broken --resume > /dev/null 2> killed.txt &
    pid=$!
    # after this many further checkpoints, or the end
    for ((seen = 0; seen < 3 * moment; )); do
        kill -0 $pid 2> /dev/null || break
        now=$(inode)
        [ "$now" != "$last" ] && seen=$((seen + 1)) && last=$now
    done
    signal=-9
    [ $((moment % 4)) = 0 ] && signal=-INT
    kill $signal $pid 2> /dev/null
    wait $pid 2> /dev/null
done
"${train[@]}" "${long[@]}" --out broken --resume > /dev/null 2>&1
is "resumed after ten kills" "$?" 0
for file in model.safetensors losses.tsv metrics.tsv filters.meme weights.tsv importances.tsv; do
    same "after ten kills" "unbroken/$file" "broken/$file"
done

# --- Ctrl-C
endless=(--epochs 1000000 --patience 0 --out stopped)
for again in 1 2; do
    before=$(stat -c %i stopped/checkpoint.safetensors 2> /dev/null)
    "${train[@]}" "${endless[@]}" --resume > /dev/null 2> err.txt &
    pid=$!
    for ((i = 0; i < 6000; ++i)); do
        [ "$(stat -c %i stopped/checkpoint.safetensors 2> /dev/null)" != "$before" ] && break
        sleep 0.01
    done
    kill -INT $pid
    wait $pid
    is "Ctrl-C: exit status" "$?" 130
    is "Ctrl-C: last line" "$(tail -n 1 err.txt | cut -c 1-7)" "error: "
    is "Ctrl-C: no results yet" "$(ls stopped | tr '\n' ' ')" "checkpoint.safetensors "
done

# --- predict, evaluate, motifs
"$program" predict --model run/model.safetensors --sequences peaks.fa.gz --out p.tsv 2> err.txt
is "predict" "$?" 0
is "predict, header" "$(head -n 1 p.tsv)" $'sequence\tAP1\tGG\tnone'
is "predict, order" "$(tail -n +2 p.tsv | cut -f 1 | cksum)" "$(tail -n +2 labels.tsv | cut -f 1 | cksum)"
before=$(cat run/model.safetensors peaks.fa | cksum)
refuses "predict onto its model" "a file of its own, found run/model.safetensors, which --model reads" \
    "$program" predict --model run/model.safetensors --sequences peaks.fa --out run/model.safetensors
refuses "predict onto its sequences" "a file of its own" "$program" predict --model run/model.safetensors --sequences peaks.fa --out ./peaks.fa
is "its inputs are as they were" "$(cat run/model.safetensors peaks.fa | cksum)" "$before"
mkfifo pipe.tsv
cat pipe.tsv >through.tsv &
"$program" predict --model run/model.safetensors --sequences peaks.fa --out pipe.tsv 2> err.txt
wait $!
same "predict into a named pipe" p.tsv through.tsv
is "it stays a pipe" "$([ -p pipe.tsv ] && echo yes)" yes
"$program" predict --model run/model.safetensors --sequences peaks.fa --out p.tsv.gz --threads 2 2> err.txt
is "predict to gzip" "$(zcat p.tsv.gz | cksum)" "$(cksum < p.tsv)"
"$program" predict --model run/model.safetensors --sequences - --out - < peaks.fa > piped.tsv 2> err.txt
same "predict through pipes" p.tsv piped.tsv
"$program" predict --model run/model.safetensors --sequences peaks.fa --out q.tsv --probabilities
is "--probabilities" "$(paste p.tsv q.tsv | awk 'NR > 1 { d = 1 / (1 + exp(-$2)) - $6; if (d > 1e-6 || d < -1e-6) ++n } END { print n + 0 }')" 0
if "$program" predict --model run/model.safetensors --sequences peaks.fa --out short.tsv --bfloat16 2> err.txt; then
    cmp -s p.tsv short.tsv && bad "--bfloat16 computes otherwise" || good
    is "--bfloat16 is near" "$(paste p.tsv short.tsv | awk 'NR > 1 { d = $2 - $6; if (d > .1 || d < -.1) ++n } END { print n + 0 }')" 0
elif grep -q "need a processor with AVX512_BF16" err.txt; then good
else bad "--bfloat16: $(tail -n 1 err.txt)"
fi
refuses "--bfloat16 where there is none" "need a processor with AVX512_BF16" env EXPLAINN_ISA=base "$program" predict \
    --model run/model.safetensors --sequences peaks.fa --out refused.tsv --bfloat16
[ -e refused.tsv ] && bad "--bfloat16 refused: nothing is written" || good
refuses "--device of another build" "expected a device that this program was built with \\(cpu.*\\), found 'gpu'" "$program" predict \
    --model run/model.safetensors --sequences peaks.fa --out refused.tsv --device gpu
[ -e refused.tsv ] && bad "--device refused: nothing is written" || good
"$program" predict --model unbroken/model.safetensors --sequences peaks.fa --out both.tsv
"$program" predict --model unbroken/model.safetensors --sequences peaks.fa --out one.tsv --no-reverse-complement
cmp -s both.tsv one.tsv && bad "a model of both strands averages them" || good
awk '/^>/ { print; next } { s = toupper($0); getline t; s = s toupper(t); r = ""
    for (k = length(s); k > 0; --k) { c = substr(s, k, 1); i = index("ACGT", c); r = r (i ? substr("TGCA", i, 1) : "N") }
    print r }' peaks.fa > reverse.fa
"$program" predict --model unbroken/model.safetensors --sequences reverse.fa --out other.tsv --no-reverse-complement
is "the average of the strands" "$(paste one.tsv other.tsv both.tsv | awk 'NR > 1 { d = ($2 + $6) / 2 - $10; if (d > 1e-4 || d < -1e-4) ++n } END { print n + 0 }')" 0
"$program" evaluate --model run/model.safetensors --sequences peaks.fa --labels labels.tsv --out m.tsv
is "evaluate" "$?" 0
is "evaluate, tasks" "$(cut -f 1,2 m.tsv | tr '\t\n' '  ')" "task sequences AP1 360 GG 320 none 360 macro 1040 "
"$program" motifs --model run/model.safetensors --sequences peaks.fa --labels labels.tsv --out motifs
is "motifs" "$?" 0
is "motifs, files" "$(ls motifs | tr '\n' ' ')" "filters.meme importances.tsv "
"$program" motifs --model run/model.safetensors --sequences peaks.fa --out motifs_all --threads 2
is "motifs of all sequences" "$(awk '/^MOTIF/' motifs_all/filters.meme | wc -l)" 6

# --- other kinds of input
"$program" train --table table.tsv "${small[@]}" --epochs 1 --out by_table --targets class1 > /dev/null 2>&1
is "--table" "$?" 0
is "--table, tasks" "$(head -n 1 by_table/weights.tsv)" $'unit\tclass1'
"${train[@]}" --epochs 1 --valid chr5 --test chr6 --targets GG,AP1 --resolved all --n skip --non-negative --num-fc 0 \
    --sequences-for-motifs all --out by_chromosome > /dev/null 2> err.txt
is "split by chromosomes" "$?" 0
is "targets in the order given" "$(head -n 1 by_chromosome/weights.tsv)" $'unit\tGG\tAP1'
is "reference defect 3: --non-negative holds" "$(awk 'NR > 1 { for (i = 2; i <= NF; ++i) if ($i < 0) ++n } END { print n + 0 }' by_chromosome/weights.tsv)" 0
is "--resolved all, --n skip" "$(sed -n 's/^sequences: .*left out: //p' err.txt)" "40 unresolved, 7 with N; rows of labels without sequence: 0"

# names as bedtools writes them, labels as R and pandas do: the same run
sed 's/^>\([^ ]*\)/>peak::\1(+)/' peaks.fa > named.fa
sed '1!s/^\([^\t]*\)/peak::\1(+)/' labels.tsv > named.tsv
awk -F'\t' -v OFS=, '{ $1 = $1; if (NR > 1) for (i = 2; i <= NF; ++i) if ($i == "") $i = "NA"; print }' named.tsv > named.csv
awk -F'\t' -v OFS='\t' 'NR == 1 { print "\"" $2 "\"", "\"" $3 "\"", "\"" $4 "\""; next }
    { $1 = "\"" $1 "\""; for (i = 2; i <= NF; ++i) if ($i == "") $i = "NA"; print }' named.tsv > named_by_r.tsv
for labels in named.tsv named.csv named_by_r.tsv; do
    "$program" train --sequences named.fa --labels $labels --valid chr5 --test chr6 "${small[@]}" --epochs 1 --out by_$labels > /dev/null 2> err.txt
    is "$labels" "$?" 0
    is "$labels: warnings" "$(grep -c '^warning: ' err.txt)" "$([ $labels = named_by_r.tsv ] && echo 1 || echo 0)"
    same "$labels: the same run" by_$labels/model.safetensors by_named.tsv/model.safetensors
    is "$labels: parts" "$(sed -n 's/^sequences: \(.*\); left.*/\1/p' err.txt)" "240 training, 60 validation, 60 test"
done

awk -F'\t' '{ part = $1 ~ /^chr5:/ ? "valid" : $1 ~ /^chr6:/ ? "test" : "train"; print > part "_table.tsv" }' table.tsv
"$program" train --table table.tsv --valid ' chr5 ' --test chr6 "${small[@]}" --epochs 1 --out chromosomes > /dev/null 2>&1
"$program" train --train-table train_table.tsv --valid-table valid_table.tsv --test-table test_table.tsv "${small[@]}" --epochs 1 \
    --out files > /dev/null 2>&1
same "three files" chromosomes/metrics.tsv files/metrics.tsv # the same rows by part, in the same order
recommended=("$program" train "${data[@]}" "${small[@]}")
"${recommended[@]}" --epochs 2 --out recommended > /dev/null 2> err.txt
is "the recommended recipe is the default" "$?" 0
is "the recommended recipe, epochs as given" "$(wc -l < recommended/losses.tsv)" 3
grep -q '"both_strands":"*true' recommended/model.safetensors && good || bad "the recommended recipe reads both strands"
"${recommended[@]}" --epochs 2 --no-reverse-complement --shift 0 --out one_strand > /dev/null 2>&1
is "an option overrides the recipe" "$?" 0
grep -q '"both_strands":"*false' one_strand/model.safetensors && good || bad "--no-reverse-complement holds"
"${train[@]}" --epochs 2 --reverse-complement --out as_before > /dev/null 2>&1
cmp -s recommended/losses.tsv as_before/losses.tsv && bad "the recommended recipe is another" || good
"${recommended[@]}" --recipe quick --out quick > /dev/null 2>&1
is "the quick recipe: four epochs" "$(wc -l < quick/losses.tsv)" 5
"${recommended[@]}" --epochs 4 --out four > /dev/null 2>&1
same "the quick recipe is the recommended one in four epochs" quick/losses.tsv four/losses.tsv
refuses "another recipe" "as the run was begun with" "${train[@]}" --epochs 2 --resume --out recommended
refuses "a cosine of other steps" "--epochs as the run was begun with, 2, found 3" "${recommended[@]}" --epochs 3 --resume --out recommended

# --- refusals: data
try=("$program" train "${small[@]}" --epochs 1 --out new)
refuses "two of three tables" "all of --train-table" "$program" train "${small[@]}" --train-table train_table.tsv --test-table test_table.tsv --out new
refuses "tables beside others" "in one way" "${train[@]}" --train-table train_table.tsv --valid-table valid_table.tsv --test-table test_table.tsv --out new
refuses "missing file" 'absent.fa: .*No such file' "${try[@]}" --sequences absent.fa --labels labels.tsv
: > empty.fa
refuses "empty file" 'empty.fa: expected FASTA sequences, found an empty file' "${try[@]}" --sequences empty.fa --labels labels.tsv
refuses "empty labels" 'empty.fa: expected' "${try[@]}" --sequences peaks.fa --labels empty.fa
head -c 3000 peaks.fa.gz > torn.fa.gz
refuses "truncated gzip" 'torn.fa.gz.*gzip stream ends early' "${try[@]}" --sequences torn.fa.gz --labels labels.tsv
(cat peaks.fa; printf '>chr1:1-61\n%061d\n' 0 | tr 0 A) > long.fa
(cat labels.tsv; printf 'chr1:1-61\t1\t0\t0\n') > more.tsv
refuses "longer sequence" 'long.fa:1081: expected .*60.*, found 61' "${try[@]}" --sequences long.fa --labels more.tsv
(cat peaks.fa; printf '>chr1:1-61\nACGT\n') > short.fa
refuses "shorter sequence" 'short.fa:1081: expected .*60.*, found 4' "${try[@]}" --sequences short.fa --labels more.tsv
sed '2s/^./J/' peaks.fa > letter.fa
refuses "letter" "letter.fa:2: expected IUPAC nucleotides, found 'J'" "${try[@]}" --sequences letter.fa --labels labels.tsv
sed '3d' labels.tsv > fewer.tsv
refuses "name missing from labels" 'peaks.fa:4: expected a name that fewer.tsv has' "${try[@]}" --sequences peaks.fa --labels fewer.tsv
(cat peaks.fa; head -n 3 peaks.fa) > twice.fa
refuses "name twice" 'twice.fa:1081: .*twice, first at line 1' "${try[@]}" --sequences twice.fa --labels labels.tsv
sed '5s/\t[^\t]*$//' labels.tsv > columns.tsv
refuses "too few columns" 'columns.tsv:5: expected 4 columns, found 3' "${try[@]}" --sequences peaks.fa --labels columns.tsv
sed '7s/\t0$/\tmaybe/' labels.tsv > word.tsv
refuses "label of letters" "word.tsv:7: expected a number or an empty label, found 'maybe'" "${try[@]}" --sequences peaks.fa --labels word.tsv
sed '7s/\t0$/\tinf/' labels.tsv > infinite.tsv
refuses "infinite label" 'infinite.tsv:7: expected a finite label' "${try[@]}" --sequences peaks.fa --labels infinite.tsv
refuses "unknown target" "labels.tsv.*found 'CTCF'" "${try[@]}" --sequences peaks.fa --labels labels.tsv --targets AP1,CTCF
awk -F '\t' 'NR == 1 { print; next } { print $1 "\t\t\t" }' labels.tsv > unresolved.tsv
refuses "no rows left" 'expected some rows to stay, found none' "${try[@]}" --sequences peaks.fa --labels unresolved.tsv
sed 's/\t0$/\t0.5/' labels.tsv > half.tsv
refuses "labels that are no classes" 'half.tsv: expected labels 1' "${try[@]}" --sequences peaks.fa --labels half.tsv
refuses "empty part" 'none for training' "${try[@]}" --sequences peaks.fa --labels labels.tsv --valid chr1,chr2,chr3 --test chr4,chr5,chr6
refuses "chromosomes that no name tells" "none for validation on 'chrX', none for test on '1'; their names tell 'chr1', 'chr2', 'chr3', 'chr4', 'chr5', 'chr6'" \
    "${try[@]}" --sequences peaks.fa --labels labels.tsv --valid chrX,chr2 --test 1
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 12345\n' 0 > pointer.fa
tr '\t' ';' < labels.tsv > semicolons.csv
refuses "a Git LFS pointer" 'pointer.fa:1: expected FASTA sequences, found a Git LFS pointer: run git lfs pull' \
    "${try[@]}" --sequences pointer.fa --labels labels.tsv
refuses "columns between semicolons" 'semicolons.csv:1: expected columns between tabs or commas, found semicolons' \
    "${try[@]}" --sequences peaks.fa --labels semicolons.csv

# --- refusals: options and folders
now=("${try[@]}" "${data[@]}")
plain=("$program" train "${data[@]}" --recipe reference --hidden 8 --out new)
refuses "folder with results" 'run: expected a folder without results, .*--resume or --overwrite' "${train[@]}" --epochs 4 --out run
refuses "other options" 'architecture as the run was begun with' "$program" train "${data[@]}" --recipe reference --units 7 --width 8 --hidden 8 --batch 20 --epochs 4 --out run --resume
refuses "other seed" '--seed as the run was begun with, 1, found 2' "${train[@]}" --epochs 4 --out run --resume --seed 2
refuses "fewer epochs" '--epochs as the run was begun with, 4, found 3' "${train[@]}" --epochs 3 --out run --resume
sed '2s/\t[01]\t/\t/;2s/$/\t0/' labels.tsv > other.tsv
refuses "other data" 'data as the run was begun with' "$program" train --recipe reference --sequences peaks.fa --labels other.tsv "${small[@]}" --epochs 4 --out run --resume
: > file
refuses "folder that cannot be made" 'file/new: cannot' "$program" train "${data[@]}" "${small[@]}" --out file/new
refuses "a file where the folder should be" 'file: cannot' "$program" train "${data[@]}" "${small[@]}" --out file
refuses "resume and overwrite" '--resume|--overwrite' "${now[@]}" --resume --overwrite
refuses "valid without test" '--test' "${now[@]}" --valid chr1
refuses "valid of nothing" '--valid: expected names' "${now[@]}" --valid "" --test chr1
refuses "valid with split" '--split' "${now[@]}" --valid chr1 --test chr2 --split 80,10,10
refuses "percentages" 'add up to 100' "${now[@]}" --split 80,10,20
refuses "two percentages" 'three percentages' "${now[@]}" --split 80,20
refuses "labels missing" '--labels' "${try[@]}" --sequences peaks.fa
refuses "table and sequences" '--table' "${now[@]}" --table table.tsv
refuses "unknown option" '--unknown' "${now[@]}" --unknown 3
refuses "units of none" '--units' "${plain[@]}" --units 0
refuses "a number that is none" '--units' "${plain[@]}" --units many
refuses "unknown command" 'teach' "$program" teach
refuses "filter wider than the sequences" 'needs at most 60|needs at least' "${plain[@]}" --width 61
refuses "pool wider than the windows" 'max_pool<99, 99> needs at least 99 positions, but gets 53' "${now[@]}" --pool 99 --stride 99
refuses "NaN loss" 'no longer a number' "${plain[@]}" --learning-rate 1e6 --epochs 500 --patience 0 --overwrite
# after training has failed, the folder still holds no results
is "NaN loss: no model" "$(ls new/model.safetensors 2> /dev/null)" ""

# --- refusals: a full disk, imitated by a limit on the size of files
limited() { (ulimit -f 2; "$@"); }
refuses "full disk, training" 'cannot be written' limited "$program" train "${data[@]}" "${small[@]}" --epochs 1 --out full
is "full disk: nothing half written" "$(find full -type f | wc -l)" 0
refuses "full disk, over earlier results" 'cannot be written' limited "${train[@]}" --epochs 5 --out run --resume
refuses "full disk, --overwrite" 'cannot be written' limited "${train[@]}" --epochs 5 --out run --overwrite
before=$(cksum p.tsv)
refuses "full disk, predict" 'cannot be written' limited "$program" predict --model run/model.safetensors --sequences peaks.fa --out p.tsv
is "full disk: predictions of before" "$(cksum p.tsv)" "$before"

# --- refusals: models
head -c 3000 run/model.safetensors > torn.safetensors
refuses "torn model" 'torn.safetensors: expected' "$program" predict --model torn.safetensors --sequences peaks.fa --out p.tsv
head -c 100 /dev/zero > zeros.safetensors
refuses "no model" 'zeros.safetensors' "$program" predict --model zeros.safetensors --sequences peaks.fa --out p.tsv
refuses "a checkpoint is no model" 'checkpoint.safetensors: expected' "$program" predict --model run/checkpoint.safetensors --sequences peaks.fa --out p.tsv
# without the checksum of the facts, which would notice first (a name of the same length takes its place)
sed 's/"units\\":6/"units\\":7/; s/"facts_crc32"/"other_entry"/' run/model.safetensors > shape.safetensors
refuses "model of another shape" 'shape.safetensors: expected a tensor .* of shape \(7, ' "$program" predict --model shape.safetensors --sequences peaks.fa --out p.tsv
printf '>a\nACGTACGTAC\n' > ten.fa
refuses "sequences shorter than the model" 'ten.fa:1: expected sequences of 60 bases as the model, found 10' \
    "$program" predict --model run/model.safetensors --sequences ten.fa --out p.tsv
printf 'name\tAP1\tGG\tnone\na\t1\t1\t0\n' > ten.tsv
refuses "evaluate on shorter sequences" 'ten.fa:1: expected sequences of 60' \
    "$program" evaluate --model run/model.safetensors --sequences ten.fa --labels ten.tsv --out m.tsv
printf 'name\tAP1\na\t1\n' > one.tsv
refuses "evaluate without a task of the model" "one.tsv.*found 'GG'" \
    "$program" evaluate --model run/model.safetensors --sequences peaks.fa --labels one.tsv --out m.tsv
refuses "motifs over earlier ones" 'expected a folder without results' \
    "$program" motifs --model run/model.safetensors --sequences peaks.fa --out motifs
is "refused predictions left the earlier ones" "$(cksum p.tsv)" "$before"

# --- the demo's folder
mkdir -p elsewhere/tf_binding_demo && : > elsewhere/tf_binding_demo/mine
refuses "a folder the demo did not make" 'tf_binding_demo: expected no folder' bash -c "cd elsewhere && exec '$program'"

finish
