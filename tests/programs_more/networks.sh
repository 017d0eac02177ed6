#!/usr/bin/env bash
# networks.sh WRITE_NETWORKS TF_BINDING PREDICT_SEQUENCES FINE_TUNE: networks other than the paper's are predicted,
# measured, shown and tuned by the programs; damaged and foreign files are refused.
write=$(realpath "$1") tf=$(realpath "$2") predict=$(realpath "$3") fine=$(realpath "$4")
data=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../data/model_files")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
works "the models" "$write" .

# near FILE FILE: the same numbers, column by column, but for their last digits
near() { paste "$1" "$2" | awk -F '\t' -v most="$3" '{ for (i = 1; i <= NF / 2; ++i) { d = $i - $(i + NF / 2); if (d * d > most * most) exit 1 } } END { exit !NR }'; }

# --- a network of two banks with layer norm, several activations and no bias, and a bank of one
for name in banks single; do
    works "$name: predict" "$tf" predict --model $name.safetensors --sequences seq.fa --out $name.tsv
    is "$name: header" "$(head -n 1 $name.tsv)" "$(printf 'sequence\tAP1\tGG')"
    near <(tail -n +2 $name.tsv | cut -f 2-) $name.logits 1e-4 && good || bad "$name: logits are not the library's"
    works "$name: predict_sequences" "$predict" --model $name.safetensors --sequences seq.fa --out $name.more
    is "$name: rows" "$(wc -l <$name.more)" 481
    works "$name: evaluate" "$tf" evaluate --model $name.safetensors --sequences seq.fa --labels yes.tsv --out $name.metrics
    is "$name: tasks" "$(cut -f 1 $name.metrics | paste -sd ,)" "task,AP1,GG,macro"
done
near <(awk '$2 == "AP1" { print $5 }' banks.more) <(cut -f 1 banks.logits) 1e-4 && good || bad "banks: the mean of both strands"
near <(awk '$2 == "AP1" { print $3 }' single.more) <(cut -f 1 single.logits) 1e-4 && good || bad "single: the strand given"
works "one strand of two" "$tf" predict --no-reverse-complement --model banks.safetensors --sequences seq.fa --out given.tsv
near <(awk '$2 == "GG" { print $3 }' banks.more) <(tail -n +2 given.tsv | cut -f 3) 1e-5 && good || bad "banks: the strand given"

# --- networks that read signals: these programs have only sequences (signals.sh has those that take signals)
for name in signals with_signals; do
    refuses "$name: predict" "$name.safetensors: expected a model that reads sequences alone, found one that reads signals" \
        "$tf" predict --model $name.safetensors --sequences seq.fa --out no
    refuses "$name: fine_tune" "reads sequences alone" "$fine" --model $name.safetensors --task multilabel --sequences seq.fa --labels yes.tsv --out no
done

# --- unit outputs of all banks, and the logits they add up to
works "arrays" "$predict" --model banks.safetensors --sequences seq.fa --out with.tsv --arrays all.npz
is "outputs of the units of both banks" "$(grep -aoE "'shape': \(240, 5\)" all.npz | wc -l)" 2

refuses "outputs of units that have several" "expected units of one output, found 5" \
    "$predict" --model single.safetensors --sequences seq.fa --out no --arrays none.npz

# --- motifs of both banks
works "motifs" "$tf" motifs --model banks.safetensors --sequences seq.fa --out motifs
is "motifs: names" "$(awk '/^MOTIF/ { print $2 }' motifs/filters.meme | paste -sd ,)" "filter0,filter1,filter2,filter3,filter4"
is "motifs: widths" "$(grep -o 'w= [0-9]*' motifs/filters.meme | paste -sd ,)" "w= 8,w= 8,w= 8,w= 5,w= 5"
is "motifs: strands" "$(grep '^strands' motifs/filters.meme)" "strands: + -"
is "importances: units" "$(tail -n +2 motifs/importances.tsv | cut -f 1 | paste -sd ,)" "filter0,filter1,filter2,filter3,filter4"
is "importances: columns" "$(awk -F '\t' 'NF != 3' motifs/importances.tsv | wc -l)" 0
works "motifs of what is right" "$tf" motifs --model banks.safetensors --sequences seq.fa --labels yes.tsv --out right
refuses "a bank without one output a unit" "motifs of bank 1: expected units of one output" \
    "$tf" motifs --model single.safetensors --sequences seq.fa --out no

# --- fine tuning: a new head, more tasks, frozen units
fit=("$fine" --sequences seq.fa --labels new.tsv "${tune[@]}" --epochs 2)
metadata() { head -c 6000 "$1" | tr -d '\\' | grep -aoE "$2" | head -n 1; }
for name in banks single; do
    works "$name: a new head" "${fit[@]}" --model $name.safetensors --out head_$name
    works "$name: it predicts" "$predict" --model head_$name/model.safetensors --sequences seq.fa --out head_$name.tsv
    is "$name: its task" "$(cut -f 2 head_$name.tsv | tail -n +2 | sort -u)" "new"
    works "$name: more tasks, frozen" "${fit[@]}" --model $name.safetensors --add-tasks --freeze --out more_$name
    works "$name: they predict" "$predict" --model more_$name/model.safetensors --sequences seq.fa --out more_$name.tsv
    for task in AP1 GG; do
        same "$name: $task as before" <(awk -v t=$task '$2 == t' $name.more) <(awk -v t=$task '$2 == t' more_$name.tsv)
    done
    works "$name: another number of threads" "${fit[@]}" --model $name.safetensors --threads 1 --out one_$name
    same "$name: threads" one_$name/model.safetensors head_$name/model.safetensors
done
is "banks: the head stays without bias" "$(metadata more_banks/model.safetensors '"outputs":3,"bias":[a-z]*')" '"outputs":3,"bias":false'
is "banks: frozen units keep their dropout" "$(metadata more_banks/model.safetensors '"percent":[0-9]*')" '"percent":20'
is "banks: strands" "$(metadata more_banks/model.safetensors '"both_strands":"[a-z]*"')" '"both_strands":"true"'
works "tuned and tuned again" "${fit[@]}" --model more_banks/model.safetensors --add-tasks --out again

# --- a file written in float opens where layers are multiplied in bfloat16, and the other way round, where that is possible
if "$tf" predict --bfloat16 --model banks.safetensors --sequences seq.fa --out half.tsv 2>err.txt; then
    near <(tail -n +2 half.tsv | cut -f 2-) banks.logits 0.2 && good || bad "bfloat16: logits are far from float's"
    works "bfloat16: fine tuning" "${fit[@]}" --bfloat16 --model banks.safetensors --out half
    works "bfloat16: its file opens in float" "$tf" predict --model half/model.safetensors --sequences seq.fa --out half.tsv
else
    grep -q 'products in bfloat16 need' err.txt && good || bad "bfloat16: $(tail -n 1 err.txt)"
fi

# --- files of version 0.1
works "version 0.1: predict" "$tf" predict --model "$data/tf_binding_0_1.safetensors" --sequences seq.fa --out old.tsv
works "version 0.1: motifs" "$tf" motifs --model "$data/tf_binding_0_1.safetensors" --sequences seq.fa --out old_motifs
works "version 0.1: fine tuning" "${fit[@]}" --model "$data/tf_binding_0_1.safetensors" --out old_tuned
refuses "version 0.1: a network it did not keep" "version 0.1 kept the layers of the paper's networks alone" \
    "$tf" predict --model "$data/other_0_1.safetensors" --sequences seq.fa --out no

# --- refusals
everyone() {
    refuses "$1: tf_binding predict" "$2" "$tf" predict --model "$3" --sequences seq.fa --out no
    refuses "$1: predict_sequences" "$2" "$predict" --model "$3" --sequences seq.fa --out no
    refuses "$1: tf_binding evaluate" "$2" "$tf" evaluate --model "$3" --sequences seq.fa --labels yes.tsv --out no
    refuses "$1: tf_binding motifs" "$2" "$tf" motifs --model "$3" --sequences seq.fa --out no
    refuses "$1: fine_tune" "$2" "${fit[@]}" --model "$3" --out no
}
everyone "a user's own layer" "own.safetensors: the architecture is refused: .*'leaky_relu', a user's own" own.safetensors
{ head -c -1 banks.safetensors; printf '\x01'; } >weight.safetensors
everyone "a changed weight" "weight.safetensors: expected the tensors that the self-test was written with" weight.safetensors
sed 's/"facts_crc32"/"other_entry"/; s/\\"layer\\":\\"relu\\"/\\"layer\\":\\"gelu\\"/' banks.safetensors >layer.safetensors
cmp -s layer.safetensors banks.safetensors && bad "the layer was not changed"
everyone "a changed layer" "layer.safetensors: expected logit [12] of sequence [1-4] of the self-test" layer.safetensors
head -c 3000 banks.safetensors >torn.safetensors
everyone "a torn file" "torn.safetensors: expected" torn.safetensors
printf '\x49\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                   \0\0\0\0' >foreign.safetensors
everyone "another program's tensors" "foreign.safetensors: expected a model's metadata with 'alphabet', found none" foreign.safetensors
everyone "no safetensors" "seq.fa: expected" seq.fa
[ ! -e no ] && good || bad "a refused run leaves a file"
finish
