#!/usr/bin/env bash
# symmetric.sh TRAIN_TASK PREDICT_SEQUENCES EXPLAIN TF_BINDING: symmetric units from training to predictions, motifs, hits and the report.
program=$(realpath "$1") predict=$(realpath "$2") explain=$(realpath "$3") binding=$(realpath "$4")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
awk '/^>/ { print; next } { s = ""; for (i = length($0); i > 0; --i) { c = substr($0, i, 1); s = s (c == "A" ? "T" : c == "C" ? "G" : c == "G" ? "C" : c == "T" ? "A" : c) } print s }' \
    seq.fa >turned.fa
train=("$program" --sequences seq.fa --labels yes.tsv "${shape[@]}" --symmetric --no-report)

works "train_task" "${train[@]}" --units 8 --epochs 15 --out run
model=run/model.safetensors
grep -q 'symmetric_conv' <(head -c 5000 $model) && good || bad "the file holds symmetric units"
awk '$1 == "auroc" && $3 > .8 { good = 1 } END { exit !good }' run/metrics.tsv && good || bad "AP1 is not learned: $(cat run/metrics.tsv)"
is "refined motifs have names without a report" "$(awk -F '\t' '$2 == "AP1" { print $23; exit }' run/motifs.tsv | grep -cE 'FOS|JUN|BATF')" 1
works "two threads" "${train[@]}" --units 8 --epochs 15 --out again --threads 2
same "the same bits for two threads" $model again/model.safetensors
works "a finished run" "${train[@]}" --units 8 --epochs 15 --out run --resume
fails_with "a run of other units" "architecture" "$program" --sequences seq.fa --labels yes.tsv "${shape[@]}" --units 8 --epochs 15 --no-report --out run --resume

# --- without dense layers both strands give the same bits
works "one cell" "${train[@]}" --units 4 --epochs 2 --num-fc 0 --out one
works "the strand that is given" "$predict" --model one/model.safetensors --sequences seq.fa --out given.tsv
works "the other strand" "$predict" --model one/model.safetensors --sequences turned.fa --out turned.tsv
same "predictions of both strands" given.tsv turned.tsv

# --- with symmetric places units of several cells do, too
works "mirrored places" "${train[@]}" --units 4 --epochs 2 --symmetric-places --pool 3 --stride 3 --out places
works "their strand that is given" "$predict" --model places/model.safetensors --sequences seq.fa --out given.tsv
works "their other strand" "$predict" --model places/model.safetensors --sequences turned.fa --out turned.tsv
same "predictions of both strands by several cells" given.tsv turned.tsv
works "their contributions" "$explain" sequences --model places/model.safetensors --sequences seq.fa --out places.tsv
works "their mutants" "$explain" mutagenesis --model places/model.safetensors --sequences seq.fa --out places_mutants.tsv
works "symmetric places with a report" "$binding" train --sequences seq.fa --labels yes.tsv "${shape[@]}" --units 4 --epochs 2 --symmetric --symmetric-places \
    --pool 3 --stride 3 --out places_reported
fails_with "symmetric places of plain units" "--symmetric" "$program" --sequences seq.fa --labels yes.tsv --symmetric-places --out none
fails_with "cells that do not mirror each other" "expected pooling cells that mirror each other" "${train[@]}" --units 4 --symmetric-places --pool 7 --stride 5 --out none

# --- what is there for plain units
works "motifs" "$binding" motifs --model $model --sequences seq.fa --out motifs
is "a motif for each unit" "$(grep -c '^MOTIF' motifs/filters.meme)" 8
works "hits" "$explain" hits --model $model --sequences seq.fa --out hits.tsv
is "hits on both strands" "$(awk -F'\t' '!at { for (i = 1; i <= NF; ++i) if ($i == "strand") at = i; next } !/^#/ { print $at }' hits.tsv | sort -u | tr '\n' ' ')" "+ - "
grep -q 'on both strands' hits.tsv && good || bad "hits do not say on which strands they were searched"
works "contributions" "$explain" sequences --model $model --sequences seq.fa --out contributions.tsv
works "mutants" "$explain" mutagenesis --model $model --sequences seq.fa --out mutants.tsv
works "removed units" "$explain" nullify --model $model --sequences seq.fa --labels yes.tsv --out removed.tsv
works "held filters" "$explain" nullify --model $model --sequences seq.fa --labels yes.tsv --what filter-mean --out held.tsv
works "attributions" "$explain" attributions --model $model --sequences seq.fa --method deeplift --out attributions.tsv

# --- the report, the recipe, filters that begin as motifs, pairs
works "tf_binding with a report" "$binding" train --sequences seq.fa --labels yes.tsv "${shape[@]}" --units 4 --epochs 3 --symmetric --out reported
works "filters that begin as motifs" "$binding" train --sequences seq.fa --labels yes.tsv --hidden 6 --batch 30 --epochs 2 --symmetric --no-report \
    --filters motifs/filters.meme --freeze-filters --out started
is "a unit for each motif" "$(grep -c '^MOTIF' started/filters.meme)" "$(grep -c '^MOTIF' motifs/filters.meme)"
works "pairs of symmetric units" "$binding" train --sequences seq.fa --labels yes.tsv "${shape[@]}" --units 4 --epochs 3 --symmetric --no-report --pairs 2 --out paired
fails_with "another model" "--symmetric: expected only with --model explainn, found --model danq" "$program" --model danq --sequences seq.fa --labels yes.tsv --symmetric --out none
[ ! -e none ] && good || bad "a refusal leaves no folder"
finish
