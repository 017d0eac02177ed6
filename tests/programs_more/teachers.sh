#!/usr/bin/env bash
# teachers.sh TRAIN_TASK TF_BINDING PREDICT_SEQUENCES: models that learn from others, several models on the same sequences, pairs of train_task.
program=$(realpath "$1") binding=$(realpath "$2") predict=$(realpath "$3")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# --- teachers that are trained first
bind=("$binding" train --sequences seq.fa --labels yes.tsv "${small[@]}" --no-report --refine 0)
works "two teachers" "${bind[@]}" --teachers 2 --out taught
steps_are "two teachers" "data,teacher-1,teacher-2,teaching,training,test,filters,results"
is "an ordinary folder" "$(cd taught && ls)" "$(printf '%s\n' checkpoint.safetensors checkpoint_teacher_1.safetensors checkpoint_teacher_2.safetensors filters.meme importances.tsv losses.tsv metrics.tsv model.safetensors weights.tsv)"
works "two threads" "${bind[@]}" --teachers 2 --out taught2 --threads 2
same "the same bits for two threads" taught/model.safetensors taught2/model.safetensors
works "no teacher" "${bind[@]}" --out alone
cmp -s taught/model.safetensors alone/model.safetensors && bad "teachers change the model" || good
works "teachers of no share" "${bind[@]}" --teachers 1 --own 1 --targets AP1 --out whole # AP1 has every label
works "the same without" "${bind[@]}" --targets AP1 --out whole2
same "a share of 1 is no teacher" whole/model.safetensors whole2/model.safetensors
works "a finished run" "${bind[@]}" --teachers 2 --out taught --resume
grep -q 'nothing to do' err.txt && good || bad "a finished run has nothing to do: $(tail -n 1 err.txt)"
rm taught2/losses.tsv taught2/checkpoint_teacher_2.safetensors taught2/checkpoint.safetensors taught2/model.safetensors
works "a run that stopped at its second teacher" "${bind[@]}" --teachers 2 --out taught2 --resume
same "a run that stopped at its second teacher: the same bits" taught/model.safetensors taught2/model.safetensors
mkdir begun
cp taught/checkpoint_teacher_1.safetensors begun
refuses "a run that stopped at its first teacher" "expected a folder without results, found checkpoint_teacher_1.safetensors" "${bind[@]}" --teachers 2 --out begun
works "one in place of two" "${bind[@]}" --teachers 1 --out taught2 --overwrite
[ ! -e taught2/checkpoint_teacher_2.safetensors ] && good || bad "the second teacher of the earlier run is gone"
works "teachers and pairs" "${bind[@]}" --teachers 1 --pairs 2 --out both

# --- teachers that are there: the first of the two above, of more tasks, of another network
awk 'NR > 1 { print $1 "\t" (NR % 10 == 0 ? "test" : NR % 10 == 5 ? "valid" : "train") } NR == 1 { print "sequence\tpart" }' yes.tsv >split.tsv
fixed=("${bind[@]}" --split-file split.tsv)
works "the first teacher alone" "${fixed[@]}" --seed 1000 --out teacher
works "one trained" "${fixed[@]}" --teachers 1 --out trained
works "the same from its file" "${fixed[@]}" --teacher teacher/model.safetensors --out read
same "a teacher from its file" trained/model.safetensors read/model.safetensors
works "one of two tasks teaches one" "${fixed[@]}" --targets GG --teacher teacher/model.safetensors --teacher read/model.safetensors --out one
refuses "a teacher without the task" "teacher/model.safetensors: expected a teacher of the task 'new', found one without" "$binding" train --sequences seq.fa \
    --labels new.tsv "${small[@]}" --no-report --out none --teacher teacher/model.safetensors
refuses "other teachers on the way" "values of the teachers" "${fixed[@]}" --teacher trained/model.safetensors --out read --resume
refuses "a share of nobody" "--own: expected --teachers or --teacher with it, found neither" "${bind[@]}" --own 0.5 --out none

# --- every task whose predictions may stand for labels
learn=("$program" --sequences seq.fa "${small[@]}" --no-report --refine 0)
for task in "regression numbers" "multiclass classes" "counts counted"; do
    set -- $task
    works "teachers, $1" "${learn[@]}" --task "$1" --labels "$2.tsv" --teachers 1 --out "task_$1"
done
works "another network teaches" "$program" --sequences seq.fa --labels yes.tsv --batch 30 --epochs 1 --no-report --model cnn1 --out deep
works "a student of another network" "${learn[@]}" --labels yes.tsv --teacher deep/model.safetensors --out from_deep
refuses "a profile" "--teachers: expected a task whose predictions may stand for labels" "${learn[@]}" --task profile --labels profiles.tsv --teachers 1 --out none
refuses "another meaning" "expected a teacher of the task regression, found multilabel" "${learn[@]}" --task regression --labels yes.tsv --targets AP1 \
    --teacher teacher/model.safetensors --out none
refuses "counts of motifs" "--teachers: expected a model that reads sequences, found --model motif-counts" "$program" --model motif-counts --sequences seq.fa \
    --labels yes.tsv --teachers 1 --out none
[ ! -e none/model.safetensors ] && good || bad "a refusal leaves no model"

# --- pairs of train_task
pairs=("$program" --sequences seq.fa "${shape[@]}" --units 4 --no-report --refine 0 --task regression --labels numbers.tsv --epochs 6 --pairs 2)
works "units and then pairs" "${pairs[@]}" --out paired
is "rows of pairs.tsv" "$(wc -l <paired/pairs.tsv)" 3
is "a third of the epochs" "$(tail -n +2 paired/losses.tsv | wc -l)" 2
grep -q 'pair_cells' <(head -c 5000 paired/model.safetensors) && good || bad "the file holds a bank of pairs"
works "the same again" "${pairs[@]}" --out paired2 --threads 2
same "pairs: the same bits for two threads" paired/model.safetensors paired2/model.safetensors
rm paired2/losses.tsv paired2/checkpoint_2.safetensors
works "a run that stopped between its trainings" "${pairs[@]}" --out paired2 --resume
same "a run that stopped between its trainings: the same bits" paired/model.safetensors paired2/model.safetensors
refuses "pairs of a fixed network" "--pairs: expected only with --model explainn" "$program" --model cnn1 --sequences seq.fa --labels yes.tsv --pairs 2 --out none

# --- several models on the same sequences
a=taught/model.safetensors b=alone/model.safetensors c=trained/model.safetensors
for link in "" --probabilities; do
    for m in a b c; do works "$m $link" "$predict" --model "${!m}" --sequences seq.fa --out "$m.tsv" $link; done
    works "three models $link" "$predict" --model $a --model $b --model $c --sequences seq.fa --out spread.tsv $link --threads 2
    is "columns" "$(head -n 1 spread.tsv)" $'SeqId\tClass\tMean\tDeviation'
    is "rows" "$(wc -l <spread.tsv)" 481
    [ -z "$link" ] && paste a.tsv b.tsv c.tsv spread.tsv | awk -F '\t' 'NR > 1 {
        m = ($5 + $11 + $17) / 3; d = sqrt((($5 - m) ^ 2 + ($11 - m) ^ 2 + ($17 - m) ^ 2) / 2)
        if (sqrt((m - $21) ^ 2) > 1e-5 || sqrt((d - $22) ^ 2) > 1e-5) ++off; if (d > 1e-3) ++apart } END { print off + 0, (apart > 400) }' >found &&
        is "the mean of three means of strands, and their deviation" "$(cat found)" "0 1"
    [ -n "$link" ] && is "probabilities" "$(awk -F '\t' 'NR > 1 && ($3 < 0 || $3 > 1 || $4 < 0 || $4 > 0.6) { ++off } END { print off + 0 }' spread.tsv)" 0
done
works "a model beside itself" "$predict" --model $a --model $a --sequences seq.fa --out same.tsv
is "no deviation" "$(awk -F '\t' 'NR > 1 && $4 != 0 { ++off } END { print off + 0 }' same.tsv)" 0
refuses "other tasks" "expected the tasks 'AP1, GG' as of taught/model.safetensors, found 'GG'" "$predict" --model $a --model one/model.safetensors --sequences seq.fa --out none.tsv
works "numbers of that task" "${learn[@]}" --task regression --labels yes.tsv --targets AP1 --out regression_of_ap1
refuses "another meaning of the same task" "expected multilabel as of" "$predict" --model whole/model.safetensors --model regression_of_ap1/model.safetensors \
    --sequences seq.fa --out none.tsv
refuses "arrays of several models" "--arrays: expected one --model, found 2" "$predict" --model $a --model $b --sequences seq.fa --out none.tsv --arrays none.npz
[ ! -e none.tsv ] && good || bad "a refusal leaves no table"
finish
