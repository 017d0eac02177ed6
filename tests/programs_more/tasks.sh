#!/usr/bin/env bash
# tasks.sh TRAIN_TASK PREDICT_SEQUENCES: every task trained on small made-up data, its files, its predictions, its refusals.
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
program=$(realpath "$1") predict=$(realpath "$2")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# --- every task: files and measures
trained() { "$program" --sequences seq.fa --labels "$1" --task "$2" "${small[@]}" "${@:3}"; }
while read -r task labels measures; do
    works "$task" trained "$labels" "$task" --out "run_$task"
    steps_are "$task" data,training,test,filters,refinement,report
    for file in model.safetensors losses.tsv metrics.tsv predictions.tsv.gz; do
        [ -s "run_$task/$file" ] && good || bad "$task: no $file"
    done
    for file in filters.meme motifs.meme motifs.tsv; do [ -s "run_$task/$file" ] && good || bad "$task: no $file"; done
    is "$task: measures" "$(cut -f 1 "run_$task/metrics.tsv" | tail -n +2 | paste -sd ,)" "$measures"
    is "$task: header" "$(head -n 1 "run_$task/metrics.tsv" | cut -f 3-)" "$(head -n 1 "$labels" | cut -f 2-)"
    is "$task: its name in the model" "$(head -c 4000 "run_$task/model.safetensors" | grep -ac "\"task\":\"$task\"")" 1
    is "$task: a prediction for each of the test rows" "$(gzip -dc "run_$task/predictions.tsv.gz" | wc -l)" 25
    is "$task: losses of both epochs" "$(wc -l <"run_$task/losses.tsv")" 3
done <<'T'
multilabel yes.tsv auroc,auprc
multiclass classes.tsv accuracy,f1,log_loss
regression numbers.tsv pcc,spearman,r2
profile profiles.tsv row_pcc,rows_pcc_0.75
counts counted.tsv deviance,pcc
T
gzip -dc run_multiclass/predictions.tsv.gz | awk 'NR > 1 && ($2 + $3 + $4 < .99999 || $2 + $3 + $4 > 1.00001) { exit 1 }' &&
    good || bad "probabilities of classes do not add up to 1"
gzip -dc run_counts/predictions.tsv.gz | awk 'NR > 1 && $2 <= 0 { exit 1 }' && good || bad "a rate is not positive"

# --- it learns: fifteen epochs separate the sites that were planted
works "learning" "$program" --sequences seq.fa --labels yes.tsv "${shape[@]}" --epochs 15 --units 8 --reverse-complement --out learned
steps_are "learning" data,training,test,filters,refinement,report
awk '$1 == "auroc" && $3 > .8 { good = 1 } END { exit !good }' learned/metrics.tsv && good || bad "AP1 is not learned: $(cat learned/metrics.tsv)"

# --- the same seed gives the same bits, another seed others; a run that continues ends as one that never stopped
works "one thread" trained profiles.tsv profile --threads 1 --out again
works "two threads" trained profiles.tsv profile --threads 2 --overwrite --out run_profile
for file in model.safetensors losses.tsv metrics.tsv predictions.tsv.gz motifs.meme motifs.tsv; do same "threads" again/$file run_profile/$file; done
works "another seed" trained profiles.tsv profile --seed 2 --out other
differ "another seed" other/model.safetensors again/model.safetensors
works "one epoch" "$program" --sequences seq.fa --labels counted.tsv --task counts "${shape[@]}" --units 4 --epochs 1 --out stopped
works "then two" trained counted.tsv counts --resume --out stopped
same "resumed" stopped/model.safetensors run_counts/model.safetensors
refuses "another rate" "learning-rate" trained counted.tsv counts --learning-rate 0.1 --resume --out stopped

# --- a finished run is not continued; --overwrite keeps earlier results complete until the new run has some of its own
sums() { (cd "$1" && cksum model.safetensors losses.tsv metrics.tsv predictions.tsv.gz report.html && ls -i) | sort; }
before=$(sums run_counts)
works "--resume of a finished run" trained counted.tsv counts --resume --out run_counts
is "--resume of a finished run says so" "$(tail -n 1 err.txt)" "nothing to do: the run is finished"
is "--resume of a finished run writes nothing" "$(sums run_counts)" "$before"
cp -r run_counts lacks && rm lacks/metrics.tsv
works "a finished run that lacks a result" trained counted.tsv counts --resume --out lacks
same "a finished run that lacks a result" lacks/metrics.tsv run_counts/metrics.tsv
limited() { (ulimit -f 2; "$@"); }
refuses "full disk, --overwrite" "cannot be written" limited "$program" --sequences seq.fa --labels counted.tsv --task counts "${small[@]}" --seed 3 --overwrite --out run_counts
is "full disk, --overwrite: earlier results stay" "$(sums run_counts)" "$before"
refuses "a report of names that are none" "seq.fa" "$program" --sequences none.fa --labels counted.tsv --task counts "${small[@]}" --names seq.fa --out no

# --- losses and sums
works "huber" trained numbers.tsv regression --loss huber --out huber
differ "huber" huber/model.safetensors run_regression/model.safetensors
works "mse of a profile" trained profiles.tsv profile --loss mse --out mse
differ "mse of a profile" mse/model.safetensors run_profile/model.safetensors
works "sum is the default for profiles" trained profiles.tsv profile --reduction sum --out sum
same "sum is the default for profiles" sum/model.safetensors run_profile/model.safetensors
works "mean for profiles" trained profiles.tsv profile --reduction mean --out mean
differ "mean for profiles" mean/model.safetensors run_profile/model.safetensors

# --- data in other ways
works "chromosomes" "$program" --table table.tsv --valid chr5 --test chr6 "${small[@]}" --out chromosomes
works "three files" "$program" --train-table train_table.tsv --valid-table valid_table.tsv --test-table test_table.tsv "${small[@]}" --out files
same "three files" chromosomes/metrics.tsv files/metrics.tsv # the same rows by part, in the same order
works "microarrays" "$program" --task regression --pbm-train array1.txt --pbm-test array2.txt --quantile-transform "${small[@]}" --out pbm
is "microarrays: all of the second are the test" "$(gzip -dc pbm/predictions.tsv.gz | wc -l)" 241
works "one microarray" "$program" --task regression --pbm-train array1.txt "${small[@]}" --out pbm_one

# --- refusals
refuses "results are there" "metrics|model" trained yes.tsv multilabel --out run_multilabel
refuses "no task" "task" trained yes.tsv clustering --out no
refuses "classes that are none" "one 1 among the classes" trained yes.tsv multiclass --out no
refuses "numbers for yes and no" "labels 1, 0 or empty" trained numbers.tsv multilabel --out no
refuses "negative counts" "counts of 0 and more" trained profiles.tsv counts --out no
refuses "a profile of one" "at least two outputs" trained counted.tsv profile --out no
refuses "a loss that does not fit" "fits counts" trained counted.tsv counts --loss mse --out no
refuses "two ways" "in one way" "$program" --table table.tsv --pbm-train array1.txt --out no
refuses "no data" "in one way" "$program" --out no
refuses "two of three" "all of --train-table" "$program" --train-table train_table.tsv --valid-table valid_table.tsv --out no
refuses "a row in two files" "one of the files" "$program" --train-table train_table.tsv --valid-table valid_table.tsv --test-table train_table.tsv --out no
refuses "ranks of a table" "quantile-transform" "$program" --table table.tsv --quantile-transform --out no
refuses "an empty list of chromosomes" "--valid" "$program" --table table.tsv --valid "" --test chr6 --out no
refuses "chromosomes of arrays" "--valid" "$program" --pbm-train array1.txt --valid chr5 --test chr6 --out no
refuses "no such array" "array3.txt" "$program" --task regression --pbm-train array3.txt --out no
[ ! -e no ] && good || bad "a refused run leaves a folder"

# --- predictions by another program: the link of the model's task, both strands
works "logits" "$predict" --model run_multiclass/model.safetensors --sequences seq.fa --out logits.tsv
is "header" "$(head -n 1 logits.tsv)" "$(printf 'SeqId\tClass\tFwd\tRev\tMean\tMax')"
is "a row per sequence and class" "$(wc -l <logits.tsv)" 721
awk 'NR > 1 { m = ($3 + $4) / 2 - $5; b = ($3 > $4 ? $3 : $4) - $6; if (m * m + b * b > 1e-10) exit 1 }' logits.tsv && good || bad "mean and maximum"
works "classes" "$predict" --model run_multiclass/model.safetensors --sequences seq.fa --probabilities --out classes.out
awk 'NR > 1 { f += $3; m += $5; if (NR % 3 == 1) { if (f < .9999 || f > 1.0001 || m < .9999 || m > 1.0001) exit 1; f = m = 0 } }' classes.out &&
    good || bad "probabilities of classes by predict_sequences"
works "rates" "$predict" --model run_counts/model.safetensors --sequences seq.fa --probabilities --out rates.tsv
works "logs of rates" "$predict" --model run_counts/model.safetensors --sequences seq.fa --out logs.tsv
paste rates.tsv logs.tsv | awk 'NR > 1 { d = log($3) - $9; if (d * d > 1e-8) exit 1 }' && good || bad "rates are not the exponential of logits"
works "a table" "$predict" --model run_multiclass/model.safetensors --table table.tsv --out from_table.tsv
same "a table" from_table.tsv logits.tsv
works "compressed" "$predict" --model run_multiclass/model.safetensors --sequences seq.fa --out logits.tsv.gz
gzip -dc logits.tsv.gz | cmp -s - logits.tsv && good || bad "compressed predictions differ"
awk '/^>/ { print; next } { r = ""; for (i = length($0); i > 0; --i) r = r substr("TGCA", index("ACGT", substr($0, i, 1)), 1); print r }' seq.fa >reverse.fa
works "the other strand" "$predict" --model run_multiclass/model.safetensors --sequences reverse.fa --out reverse.tsv
paste logits.tsv reverse.tsv | awk 'NR > 1 && ($3 != $10 || $4 != $9) { exit 1 }' && good || bad "strands do not change places"
printf '>a\nACGT\n' >short.fa
refuses "another length" "sequences of 40 bases as the model" "$predict" --model run_counts/model.safetensors --sequences short.fa --out no.tsv
cp run_counts/model.safetensors own.model
cp seq.fa own.fa
before=$(cat own.model own.fa | cksum)
refuses "predictions onto the model" "--out: expected a file of its own, found own.model, which --model reads" "$predict" --model own.model --sequences own.fa --out own.model
refuses "predictions onto the sequences" "--out: expected a file of its own, found ./own.fa, which --sequences reads" "$predict" --model own.model --sequences own.fa --out ./own.fa
refuses "two outputs in one file" "--arrays: expected a file of its own, found no.tsv, which --out writes" "$predict" --model own.model --sequences own.fa --out no.tsv --arrays no.tsv
is "inputs are as they were" "$(cat own.model own.fa | cksum)" "$before"
mkdir own_run && cp yes.tsv own_run/metrics.tsv
refuses "results onto the labels" "which --labels reads" "$program" --sequences seq.fa --labels own_run/metrics.tsv --overwrite --out own_run
refuses "seconds that are no number" "expected a number from 0 to 1e\\+09, found 'nan'" "$program" --sequences seq.fa --labels yes.tsv --checkpoint-seconds nan --out no
refuses "nothing to score" "neither" "$predict" --model run_counts/model.safetensors --out no.tsv
refuses "no model" "seq.fa" "$predict" --model seq.fa --sequences seq.fa --out no.tsv
[ ! -e no.tsv ] && good || bad "a refused table stays"
# --- filters that begin as motifs
motifs=$here/../../examples/data/explainn_filters.meme.gz
begun() { "$program" --sequences seq.fa --labels yes.tsv "${shape[@]}" --epochs 2 --filters "$motifs" --choose 3 "$@"; }
works "filters" begun --out begun
is "filters: a unit for each motif and its reverse" "$(tail -n +2 begun/filters.tsv | cut -f 1 | paste -sd ,)" filter0,filter1,filter2,filter3,filter4,filter5
is "filters: two begin as each motif" "$(tail -n +2 begun/filters.tsv | cut -f 2 | uniq -c | awk '{ print $1 }' | paste -sd ,)" 2,2,2
works "frozen filters" begun --freeze-filters --out frozen
differ "frozen filters" begun/model.safetensors frozen/model.safetensors
is "frozen filters: none moves" "$(cut -f 4 frozen/filters.tsv | grep -c yes)" 0
works "log-odds" begun --filter-scale log-odds --out log_odds
differ "log-odds" begun/model.safetensors log_odds/model.safetensors
works "one epoch of frozen filters" "$program" --sequences seq.fa --labels yes.tsv "${shape[@]}" --epochs 1 --filters "$motifs" --choose 3 --freeze-filters --out half
works "then two" begun --freeze-filters --resume --out half
same "frozen filters, resumed" half/model.safetensors frozen/model.safetensors
refuses "filters that are not frozen any more" "freeze-filters" "$program" --sequences seq.fa --labels yes.tsv "${shape[@]}" --epochs 3 --filters "$motifs" --choose 3 --resume --out half
refuses "filters and units" "filters" begun --units 4 --out no
refuses "a choice without motifs" "filters" "$program" --sequences seq.fa --labels yes.tsv --choose 3 --out no
refuses "more motifs than there are" "expected at most" "$program" --sequences seq.fa --labels yes.tsv --filters "$motifs" --choose 1000 --out no
refuses "no motifs" "seq.fa" "$program" --sequences seq.fa --labels yes.tsv --filters seq.fa --out no
finish
