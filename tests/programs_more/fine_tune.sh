#!/usr/bin/env bash
# fine_tune.sh TRAIN_TASK FINE_TUNE PREDICT_SEQUENCES: a new head, more tasks, frozen units, rates by name.
program=$(realpath "$1") fine=$(realpath "$2") predict=$(realpath "$3")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }

# tensors FILE: a line per tensor with a sum of its bytes
tensors() {
    python3 - "$1" <<'P'
import hashlib, json, struct, sys
raw = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
for name, t in sorted(json.loads(raw[8:8 + size]).items()):
    if name == "__metadata__":
        print("architecture", t["architecture"]); print("tasks", t["tasks"].replace("\t", ",")); print("task", t.get("task", ""))
    else:
        begin, end = t["data_offsets"]
        print(name, t["shape"], hashlib.md5(raw[8 + size + begin:8 + size + end]).hexdigest())
P
}
tensors_but_head() { tensors "$1" | grep -vE '^(final|tasks|task|architecture) ?'; }
logits_of() { "$predict" --model "$1" --sequences seq.fa --out - 2>/dev/null | awk -v t="$2" '$2 == t'; }

works "the first model" "$program" --sequences seq.fa --labels yes.tsv "${small[@]}" --reverse-complement --out first
first=first/model.safetensors
tensors $first >first.txt
fit=("$fine" --sequences seq.fa --labels new.tsv "${tune[@]}")
new=("${fit[@]}" --epochs 2)
tune+=(--epochs 2)

# --- a new head
works "a new head" "${new[@]}" --model $first --out head
tensors head/model.safetensors >head.txt
is "a new head: tasks" "$(grep '^tasks ' head.txt)" "tasks new"
grep -q '"both_strands":"true"' <(head -c 3000 head/model.safetensors) && good || bad "strands are read as the model did"
for name in linears.0.weight linears.1.running_mean linears.6.weight linears.10.weight final.weight; do
    differ "a new head: $name learns" <(grep "^$name" first.txt) <(grep "^$name" head.txt)
done

# --- the reference's defect 11: frozen units do not change, running statistics included, and a tuned model can be tuned again
works "frozen" "${new[@]}" --model $first --freeze --out frozen
same "frozen: all but the head" <(tensors_but_head $first) <(tensors_but_head frozen/model.safetensors)
differ "frozen: the head" <(tensors $first | grep '^final') <(tensors frozen/model.safetensors | grep '^final')
grep -q '"percent":30' <(tensors frozen/model.safetensors) && good || bad "frozen: the model's dropout is forgotten"
works "the tuned model once more" "${new[@]}" --model frozen/model.safetensors --out twice
works "and once more" "${new[@]}" --model twice/model.safetensors --freeze --out thrice
works "frozen, another number of threads" "${new[@]}" --model $first --freeze --threads 1 --out frozen_one
for file in model.safetensors metrics.tsv losses.tsv; do same "threads" frozen/$file frozen_one/$file; done

# --- more tasks
works "more tasks" "${new[@]}" --model $first --add-tasks --freeze --out more
is "more tasks: names" "$(tensors more/model.safetensors | grep '^tasks ')" "tasks AP1,GG,new"
for task in AP1 GG; do
    same "more tasks: $task as before" <(logits_of $first $task) <(logits_of more/model.safetensors $task)
done
works "labels of an old task and a new one" "$fine" --sequences seq.fa --labels both.tsv "${tune[@]}" --model $first --add-tasks --out both
is "labels of both: names" "$(tensors both/model.safetensors | grep '^tasks ')" "tasks AP1,GG,new"
differ "labels of both: AP1 learns" <(logits_of $first AP1) <(logits_of both/model.safetensors AP1)
is "measures only where labels are" "$(awk '$1 == "auroc" { print ($3 != "nan") ($4 == "nan") ($5 != "nan") }' both/metrics.tsv)" 111

# --- rates by name
works "filters stand still" "${new[@]}" --model $first --rate linears.0=0 --out still
same "filters stand still" <(grep '^linears.0' first.txt) <(tensors still/model.safetensors | grep '^linears.0')
differ "what comes after does not" <(grep '^linears.6' first.txt) <(tensors still/model.safetensors | grep '^linears.6')
works "the longest name counts" "${new[@]}" --model $first --rate linears=0 --rate linears.6=1 --out longest
same "the longest name counts: linears.10" <(grep '^linears.10' first.txt) <(tensors longest/model.safetensors | grep '^linears.10')
differ "the longest name counts: linears.6" <(grep '^linears.6' first.txt) <(tensors longest/model.safetensors | grep '^linears.6')

# --- another task on the same units
works "counts on the same units" "$fine" --model $first --task counts --sequences seq.fa --labels counted.tsv "${tune[@]}" --freeze --out counted
is "counts: its name" "$(tensors counted/model.safetensors | grep '^task ')" "task counts"
works "the task stays by itself" "$fine" --model counted/model.safetensors --sequences seq.fa --labels counted.tsv "${tune[@]}" --out counted2
is "counts: its name stays" "$(tensors counted2/model.safetensors | grep '^task ')" "task counts"

# --- a run that goes on
works "one epoch" "${fit[@]}" --model $first --epochs 1 --out stopped
works "then two" "${new[@]}" --model $first --resume --out stopped
same "resumed" stopped/model.safetensors head/model.safetensors

# --- refusals
refuses "results are there" "results" "${new[@]}" --model $first --out head
refuses "another model to go on from" "values of the model" "${new[@]}" --model twice/model.safetensors --out stopped --resume
refuses "no model" "seq.fa" "${new[@]}" --model seq.fa --out no
refuses "no such name" "beginning of a parameter" "${new[@]}" --model $first --rate conv=1 --out no
refuses "no factor" "NAME=FACTOR" "${new[@]}" --model $first --rate linears --out no
refuses "a task beside others of another kind" "the task of the model" "$fine" --model $first --add-tasks --task counts --sequences seq.fa --labels counted.tsv --out no
awk '/^>/ { print; next } { print substr($0, 1, 30) }' seq.fa >short.fa
refuses "another length" "40 bases as the model" "$fine" --model $first --sequences short.fa --labels new.tsv --out no
[ ! -e no ] && good || bad "a refused run leaves a folder"
finish
