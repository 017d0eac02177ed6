#!/usr/bin/env bash
# ExplaiNN beside the models that its paper compares it with, on ../shared/data/tfbs (MAX, FOXA1, JUND; train chr13, 14, 18, 20, 21,
# validation chr22, test chr19): macro AUPRC and AUROC of the test, parameters, processor seconds of the training, and seconds until 100
# sequences of the test are explained (units' contributions; DeepLIFT where its rules cover the layers, else mutagenesis). The table of
# docs/comparison.md.
#
#     bash benchmarks/comparison/run.sh                     all models, seeds 1 and 2
#     MODELS="cnn1 deepcnn" SEEDS=1 OUT=folder bash benchmarks/comparison/run.sh
#
# Each run is a folder of OUT; one that is there is not run again, so that an interrupted table goes on. PROGRAMS names a folder with
# train_task, tf_binding and explain that are built already.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${SHARED_TFBS:-../shared/data/tfbs} threads=${THREADS:-$(nproc)} programs=${PROGRAMS:-} out=${OUT:-build/comparison}
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not here"; exit 0; }
if [ -z "$programs" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target train_task explain -j "$(nproc)" >/dev/null || exit 1
    programs=$(dirname "$(find build/bench -type f -name train_task -perm -u+x | head -n 1)")
fi
mkdir -p "$out" || exit 1
common=(--sequences "$data/sequences.fa.gz" --labels "$data/labels.tsv.gz" --targets "MAX,FOXA1,JUND" --resolved all --valid chr22 --test chr19
    --threads "$threads" --no-report --refine 0)

# the numbers that a model learns, from the header of its file
parameters_of()
{
    python3 - "$1" <<'P'
import json, math, struct, sys
with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
print(sum(math.prod(t["shape"]) for name, t in header.items()
          if name != "__metadata__" and "running_" not in name and not name.endswith("num_batches_tracked") and not name.startswith("self_test")))
P
}
# the first 100 sequences of the test chromosome
few=$out/few.fa
[ -e "$few" ] || gzip -dc "$data/sequences.fa.gz" | awk '/^>/ {on = $0 ~ /chr19[:_]/ && n < 100; n += on} on' >"$few"
# seconds until they are explained
explained()
{
    local how
    case $2 in
        explainn*) how=(sequences) ;;
        danq* | legnet) how=(attributions --method mutagenesis) ;;
        *) how=(attributions --method deeplift) ;;
    esac
    /usr/bin/env time -f %e -o "$1/explained" "$programs/explain" "${how[@]}" --model "$1/model.safetensors" --sequences "$few" --out "$1/explained.tsv" \
        --threads "$threads" >/dev/null 2>"$1/explained.log" && tail -n 1 "$1/explained" || echo -
}
# row NAME MODEL SEED OPTION...
row()
{
    local name=$1 model=$2 seed=$3 dir=$out/$1_$3
    shift 3
    if [ ! -e "$dir/metrics.tsv" ]; then
        /usr/bin/env time -f '%U' -o "$dir.time" "$programs/train_task" "${common[@]}" --model "$model" --seed "$seed" --out "$dir" --overwrite "$@" \
            >"$dir.log" 2>&1 || { echo "error: $dir failed: $(tail -n 1 "$dir.log")" >&2; return 1; }
    fi
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$seed" "$(awk -F'\t' '$1 == "macro" {printf "%.4f\t%.4f", $5, $4}' "$dir/metrics.tsv")" \
        "$(parameters_of "$dir/model.safetensors")" "$(tail -n 1 "$dir.time")" "$(tail -n +2 "$dir/losses.tsv" | wc -l)" "$(explained "$dir" "$name")"
}
printf 'model\tseed\tAUPRC\tAUROC\tparameters\tprocessor seconds\tepochs\tseconds to explain 100\n'
both=(--reverse-complement)
for model in ${MODELS:-explainn explainn-recommended motif-counts cnn1 cnn1-exp deepcnn danq legnet}; do
    for seed in ${SEEDS:-1 2}; do
        case $model in
            explainn) row "$model" explainn "$seed" "${both[@]}" ;;
            explainn-recommended) row "$model" explainn "$seed" --recipe recommended ;;
            motif-counts) row "$model" "$model" "$seed" ;;
            # black boxes overfit early: five epochs without a better loss are enough
            *) row "$model" "$model" "$seed" "${both[@]}" --patience 5 ;;
        esac
    done
done | tee "$out/table.tsv"
