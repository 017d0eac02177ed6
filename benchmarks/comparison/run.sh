#!/usr/bin/env bash
# ExplaiNN beside the models that its paper compares it with, on ../shared/data/tfbs (MAX, FOXA1, JUND; train chr13, 14, 18, 20, 21,
# validation chr22, test chr19): macro AUPRC and AUROC of the test, parameters, processor seconds of the program that trains and tests, and
# processor seconds until 100 sequences of the test are explained (what each unit adds; DeepLIFT where its rules cover the layers, else
# mutagenesis). The first table of docs/comparison.md.
#
#     bash benchmarks/comparison/run.sh                     all models, seeds 1 and 2
#     MODELS="cnn1 deepcnn" SEEDS=1 OUT=folder THREADS=1 PROGRAMS=build/bench bash benchmarks/comparison/run.sh
#     EPOCHS_danq=20 bash benchmarks/comparison/run.sh      another number of epochs at most
#     FACTORS=all MODELS="explainn cnn1" SEEDS=1 OUT=folder bash benchmarks/comparison/run.sh     all 122 factors, unresolved labels masked
#
# All are trained alike, as the paper trained its models but on one strand: Adam, batches of 100, until three epochs brought no better validation
# loss. The paper's learning rate is 0.003; with RATES="0.003 0.0003" each of the other models has a row for both, and its validation loss says which is the
# better. The networks that take minutes an epoch are given few: these caps are of time, and may cost them accuracy. STRANDS=--reverse-complement
# trains on both strands, as the paper did, in more than twice the time.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. benchmarks/comparison/common.sh
most_epochs() # MODEL: at most so many
{
    local name=EPOCHS_${1//-/_}
    [ -n "${!name:-}" ] && { echo "${!name}"; return; }
    case $1 in
        danq) echo 8 ;;
        deepstarr) echo 4 ;;
        ai-tac | legnet) echo 2 ;;
        *) echo 12 ;;
    esac
}
[ "$factors" = all ] || bound_by_any 100 "$out/few.fa"
# processor seconds until 100 sequences are explained
explained() # FOLDER MODEL
{
    local how
    [ "$factors" = all ] && { echo -; return; }
    case $2 in
        explainn*) how=(sequences) ;;
        motif-counts) echo -; return ;; # its weights are its explanation
        danq | legnet) how=(attributions --method mutagenesis) ;;
        *) how=(attributions --method deeplift) ;;
    esac
    timed "$1/explained.seconds" "$explain" "${how[@]}" --model "$1/model.safetensors" --sequences "$out/few.fa" --out "$1/explained.tsv" \
        --threads "$threads" && seconds_in "$1/explained.seconds" || echo -
}
# row NAME MODEL SEED RATE OPTION...
row()
{
    local name=$1 model=$2 seed=$3 rate=$4 dir=$out/$1_$3
    [ "$rate" = 0.003 ] || dir+=_$rate
    shift 4
    train "$dir" --model "$model" --seed "$seed" --learning-rate "$rate" "$@" || return
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$seed" "$rate" "$(best_loss "$dir")" "$(measure auprc "$dir")" "$(measure auroc "$dir")" \
        "$(parameters_of "$dir/model.safetensors")" "$(seconds_in "$dir.seconds")" "$(epochs "$dir")" "$(explained "$dir" "$name")"
}
printf 'model\tseed\trate\tvalidation loss\tAUPRC\tAUROC\tparameters\ttraining seconds\tbest epoch\tseconds to explain 100\n'
for model in ${MODELS:-explainn explainn-recommended motif-counts cnn1 cnn1-exp deepcnn danq deepstarr ai-tac legnet}; do
    for seed in ${SEEDS:-1 2}; do
        case $model in
            explainn-*) row "$model" explainn "$seed" 0.003 --recipe "${model#explainn-}" --no-report ;;
            motif-counts) row "$model" "$model" "$seed" 0.003 --motifs "$jaspar" --patience 3 --epochs "$(most_epochs "$model")" ;;
            *) for rate in $([ "$model" = explainn ] && echo 0.003 || echo "${RATES:-0.003}"); do
                   row "$model" "$model" "$seed" "$rate" ${STRANDS:-} --no-report --patience 3 --epochs "$(most_epochs "$model")"
               done ;;
        esac
    done
done | tee "$out/table.tsv"
