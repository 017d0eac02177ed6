#!/usr/bin/env bash
# zoo.sh TRAIN_TASK PREDICT_SEQUENCES IMPORT_PYTORCH: the models that papers compare with, trained by name on small made-up data; the
# same bits for any number of threads and after a stop; their tensors go to PyTorch and come back.
program=$(realpath "$1") predict=$(realpath "$2") import=$(realpath "$3") peers=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../benchmarks/peers")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

trained() { "$program" --model "$1" --sequences seq.fa --labels "$3" --task "$2" --batch 30 --epochs "${epochs:-2}" --learning-rate 0.001 "${@:4}"; }
while read -r model task labels; do
    works "$model" trained "$model" "$task" "$labels" --threads 2 --out "run_$model"
    for file in model.safetensors pytorch.safetensors losses.tsv metrics.tsv predictions.tsv.gz; do
        [ -s "run_$model/$file" ] && good || bad "$model: no $file"
    done
    works "$model: it predicts" "$predict" --model "run_$model/model.safetensors" --sequences seq.fa --out "$model.tsv"
    is "$model: a row for each sequence and task" "$(tail -n +2 "$model.tsv" | cut -f 2 | sort -u | paste -sd ,)" \
        "$(head -n 1 "$labels" | cut -f 2- | tr '\t' '\n' | sort | paste -sd ,)"
done <<'T'
cnn1 multilabel yes.tsv
cnn1-exp multiclass classes.tsv
danq multilabel yes.tsv
deepstarr regression numbers.tsv
ai-tac profile profiles.tsv
legnet counts counted.tsv
T

# --- the same bits for one thread, and for a run that was stopped after its first epoch
for model in danq legnet; do
    task=multilabel labels=yes.tsv
    [ $model = legnet ] && task=counts labels=counted.tsv
    works "$model: one thread" trained $model $task $labels --threads 1 --out again
    epochs=1 works "$model: one epoch" trained $model $task $labels --threads 2 --out stopped
    works "$model: then two" trained $model $task $labels --threads 2 --resume --out stopped
    for file in model.safetensors pytorch.safetensors losses.tsv predictions.tsv.gz; do
        same "$model: threads" again/$file run_$model/$file
        same "$model: resumed" stopped/$file run_$model/$file
    done
    rm -r again stopped
done

# --- it learns what was planted
works "learning" "$program" --model cnn1 --sequences seq.fa --labels yes.tsv --batch 30 --epochs 12 --learning-rate 0.001 --out learned
awk '$1 == "auroc" && $3 > .7 { good = 1 } END { exit !good }' learned/metrics.tsv && good || bad "AP1 is not learned: $(cat learned/metrics.tsv)"

# --- counts of known motifs under a linear layer
awk 'BEGIN {
    print "MEME version 4\n\nALPHABET= ACGT\n"
    n = split("AP1 TGACTCA GG GGCGGG other ATTTCCTA", words, " ")
    for (i = 1; i < n; i += 2) {
        print "MOTIF " words[i] "\nletter-probability matrix: alength= 4 w= " length(words[i + 1]) " nsites= 20"
        for (k = 1; k <= length(words[i + 1]); ++k) {
            row = ""
            for (c = 1; c <= 4; ++c) row = row (substr("ACGT", c, 1) == substr(words[i + 1], k, 1) ? " 0.97" : " 0.01")
            print row
        }
        print ""
    }
}' >known.meme
counts() { "$program" --model motif-counts --motifs known.meme --sequences seq.fa --labels yes.tsv --batch 30 --learning-rate 0.02 "$@"; }
works "motif-counts" counts --epochs 12 --out counts
steps_are "motif-counts" data,counts,training,test
awk '$1 == "auroc" && $3 > .85 { good = 1 } END { exit !good }' counts/metrics.tsv && good || bad "counts do not tell AP1: $(cat counts/metrics.tsv)"
is "motif-counts: the motif with the largest weight" "$(awk -F '\t' '$1 == "AP1" && $2 == 1 { print $3 }' counts/motif_weights.tsv)" AP1 # GGCGGG is too short for a hit
works "motif-counts: one thread, no report" counts --epochs 12 --threads 1 --no-report --out counts_again
for file in model.safetensors losses.tsv predictions.tsv.gz motif_weights.tsv; do same "motif-counts: threads" counts_again/$file counts/$file; done
# its file holds the motifs: sequences alone give the predictions of the test rows, whatever their number and order
works "motif-counts: it predicts" "$predict" --model counts/model.safetensors --sequences seq.fa --probabilities --threads 2 --out counts.tsv
is "motif-counts: predictions of the test rows" "$(join <(gzip -dc counts/predictions.tsv.gz | tail -n +2 | cut -f 1,2 | sort) \
    <(awk -F '\t' 'NR > 1 && $2 == "AP1" { print $1 "\t" $5 }' counts.tsv | sort) | awk '{ ++n; if (($2 - $3) ^ 2 > 1e-12) ++off } END { print (n > 20) off + 0 }')" 10
awk '/^>/ { print; next } { print substr($0, 2) }' seq.fa >short.fa
refuses "motif-counts: shorter sequences" "expected sequences of 40 bases as the model, found 39" "$predict" --model counts/model.safetensors --sequences short.fa --out no.tsv
printf 'MEME version 4\n' >none.meme
refuses "motif-counts without motifs" "none.meme:1: expected at least one motif, found none" \
    "$program" --model motif-counts --motifs none.meme --sequences seq.fa --labels yes.tsv --out no

# --- refusals leave nothing
refuses "units of a model that has none" "--units" trained danq multilabel yes.tsv --units 5 --out no
refuses "no such model" "danq3" trained danq3 multilabel yes.tsv --out no
refuses "too short for its layers" "max_pool<3, 3> needs at least 3 positions" trained deepcnn multilabel yes.tsv --out no
refuses "another model goes on" "architecture" trained cnn1 multilabel yes.tsv --resume --out run_danq
[ ! -e no ] && good || bad "a refused run leaves a folder"

# --- PyTorch's files come back
python=${EXPLAINN_TORCH_PYTHON:-python3}
if "$python" -c 'import torch, numpy' 2>/dev/null; then
    for model in danq legnet ai-tac; do
        "$python" - "run_$model/pytorch.safetensors" $model.pth "$peers" <<'P'
import sys
sys.path.insert(0, sys.argv[3])
import safetensors_file
import torch
torch.save({n: torch.from_numpy(x) for n, x in safetensors_file.read(sys.argv[1])[1].items()}, sys.argv[2])
P
        tasks=$(head -n 1 "$([ $model = danq ] && echo yes.tsv || { [ $model = legnet ] && echo counted.tsv || echo profiles.tsv; })" | cut -f 2- | tr '\t' ,)
        works "$model: imported" "$import" $model.pth --length 40 --tasks "$tasks" --out $model.safetensors
        is "$model: what it found" "$(grep -o "tensors of $model" out.txt)" "tensors of $model"
        [ $model = danq ] || continue # that of counts and profiles has a link of its own, which PyTorch's file does not tell
        works "$model: it predicts again" "$predict" --model $model.safetensors --sequences seq.fa --out again.tsv
        same "$model: the same predictions" again.tsv $model.tsv
    done
else
    echo "no PyTorch for $python: its files are not imported"
fi
finish
