#!/usr/bin/env bash
# pairs.sh TRAIN_TASK FINE_TUNE PREDICT_SEQUENCES EXPLAIN TF_BINDING: pairs of units from a trained model to tables of them.
program=$(realpath "$1") fine=$(realpath "$2") predict=$(realpath "$3") explain=$(realpath "$4") binding=$(realpath "$5")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

works "the first model" "$program" --sequences seq.fa --labels yes.tsv "${small[@]}" --out first --no-report
first=first/model.safetensors
pair=("$fine" --model $first --sequences seq.fa --labels yes.tsv "${tune[@]}" --epochs 2 --no-report)

# --- choosing, training, the same bits for any number of threads
works "three pairs" "${pair[@]}" --pairs 3 --out paired
is "rows of pairs.tsv" "$(wc -l <paired/pairs.tsv)" 4
is "scores fall" "$(tail -n +2 paired/pairs.tsv | cut -f 5 | sort -gr)" "$(tail -n +2 paired/pairs.tsv | cut -f 5)"
grep -q '"reads\\*":\\*"pair_cells' <(head -c 5000 paired/model.safetensors) && good || bad "the file holds a bank of pairs"
works "two threads" "${pair[@]}" --pairs 3 --out again --threads 2
cmp -s paired/model.safetensors again/model.safetensors && good || bad "the same bits for two threads"
works "more pairs than there are" "${pair[@]}" --pairs 1000 --out all
is "all pairs of four units" "$(wc -l <all/pairs.tsv)" 7
works "it predicts" "$predict" --model paired/model.safetensors --sequences seq.fa --out predictions.tsv

# --- the report shows which units a unit of a pair reads
works "a report" "$fine" --model $first --sequences seq.fa --labels yes.tsv "${tune[@]}" --epochs 1 --pairs 2 --out reported
if [ -e reported/report.html ]; then
    is "units of pairs in the report" "$(grep -oE '"pair":\[[0-3],[0-3]\]' reported/report.html | wc -l)" 2
else
    grep -q '^note: no report' err.txt && good || bad "neither a report nor a note: $(tail -n 1 err.txt)"
fi

# --- units that stay
works "frozen units" "${pair[@]}" --pairs 2 --freeze --out frozen
works "the pairs of a model with pairs" "$fine" --model paired/model.safetensors --sequences seq.fa --labels yes.tsv "${tune[@]}" \
    --epochs 1 --no-report --out tuned

# --- both trainings in one run
both=("$binding" train --sequences seq.fa --labels yes.tsv "${shape[@]}" --units 4 --epochs 6 --no-report --pairs 2)
works "units and then pairs" "${both[@]}" --out both
is "the pairs of one run" "$(wc -l <both/pairs.tsv)" 3
is "a third of the epochs" "$(tail -n +2 both/losses.tsv | wc -l)" 2
grep -q 'pair_cells' <(head -c 5000 both/model.safetensors) && good || bad "the file of one run holds a bank of pairs"
works "the same again" "${both[@]}" --out both2 --threads 2
same "one run: the same bits for two threads" both/model.safetensors both2/model.safetensors
works "a finished run" "${both[@]}" --out both --resume
grep -q 'nothing to do' err.txt && good || bad "a finished run has nothing to do: $(tail -n 1 err.txt)"
rm both2/losses.tsv both2/checkpoint_2.safetensors both2/model.safetensors
works "a run that stopped between its trainings" "${both[@]}" --out both2 --resume
same "a run that stopped between its trainings: the same bits" both/model.safetensors both2/model.safetensors
is "motifs of units alone" "$(grep -c '^MOTIF' both/filters.meme)" 4
works "filters that stay" "$binding" train --sequences seq.fa --labels yes.tsv --hidden 6 --batch 30 --epochs 3 --no-report --pairs 2 --out kept \
    --filters both/filters.meme --freeze-filters

# --- refusals leave nothing
refuses "tasks of another model" "--pairs: expected tasks that the model was trained for, found 'new'" "$fine" --model $first --sequences seq.fa \
    --labels new.tsv "${tune[@]}" --pairs 2 --out none
refuses "with new tasks" "excludes" "${pair[@]}" --pairs 2 --add-tasks --out none
[ ! -e none ] && good || bad "a refusal leaves no folder"

# --- tables
works "explain pairs" "$explain" pairs --model paired/model.safetensors --sequences seq.fa --out pairs.tsv --distances distances.tsv --background 10 \
    --backgrounds 3 --step 4
is "a row for every pair and task" "$(wc -l <pairs.tsv)" 7
is "columns" "$(awk -F'\t' '{ print NF }' pairs.tsv | sort -u)" 13
is "columns of distances" "$(awk -F'\t' '{ print NF }' distances.tsv | sort -u)" 8
refuses "a model without pairs" "expected a model with pairs of units, as fine_tune --pairs makes it, found one without" "$explain" pairs --model $first \
    --sequences seq.fa --out none.tsv
[ ! -e none.tsv ] && good || bad "a refusal leaves no table"
works "contributions" "$explain" sequences --model paired/model.safetensors --sequences seq.fa --out contributions.tsv
works "hits" "$explain" hits --model paired/model.safetensors --sequences seq.fa --out hits.tsv
works "removed units" "$explain" nullify --model paired/model.safetensors --sequences seq.fa --labels yes.tsv --out removed.tsv
grep -q 'banks.1.pair' removed.tsv && good || bad "pairs are removed one by one, too"
finish
