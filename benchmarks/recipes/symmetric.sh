#!/usr/bin/env bash
# Symmetric units beside plain ones on the main job of recipes/run.sh (MAX, FOXA1, JUND), by recipe::recommended: as it is, and with
# one strand an epoch, which takes half the steps, for EPOCHS (24) and for fifteen eighths of them, which takes as long as EPOCHS of both
# strands by plain units; and with places that mirror each other sharing a weight. Every run is judged on both strands. EPOCHS=4 is recipe::quick.
#
#     SEEDS="1 2 3" bash benchmarks/recipes/symmetric.sh
#     RUNS="longer plain" bash benchmarks/recipes/symmetric.sh      these runs alone, of: longer plain places symmetric longer-places regularized both one
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${SHARED_TFBS:-../shared/data/tfbs} seeds=${SEEDS:-1 2 3} threads=${THREADS:-1} epochs=${EPOCHS:-24}
longer=$((epochs * 15 / 8))
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not here"; exit 0; }
program=${BENCH_RECIPES:-}
if [ -z "$program" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target bench_recipes -j "$(nproc)" >/dev/null || { echo "error: bench_recipes does not build" >&2; exit 1; }
    program=$(find build/bench -type f -name bench_recipes | head -n 1)
fi
row() { # RUN NAME OPTION...
    local name=$2
    [[ " ${RUNS:-$1} " == *" $1 "* ]] || return 0
    shift 2
    "$program" --name "$name" --sequences "$data/sequences.fa.gz" --labels "$data/labels.tsv.gz" --threads "$threads" --seed "$seed" \
        --targets MAX,FOXA1,JUND --resolved-all --recommended --both-strands-at-test "$@" 2>/dev/null
}
printf 'run\tseed\tbest epoch\tvalid loss\tvalid AUPRC\tall\ttest AUPRC\tAUROC\tall AUPRC\tAUROC\tseconds\n'
for seed in $seeds; do
    row longer "symmetric, one strand, $longer epochs" --symmetric --no-reverse-complement --epochs "$longer"
    row places "symmetric places, one strand" --symmetric --symmetric-places --no-reverse-complement --epochs "$epochs"
    row longer-places "symmetric places, one strand, $longer epochs" --symmetric --symmetric-places --no-reverse-complement --epochs "$longer"
    row plain "plain, both strands" --reverse-complement --epochs "$epochs"
    row symmetric "symmetric, one strand" --symmetric --no-reverse-complement --epochs "$epochs"
    row regularized "symmetric, one strand, dropout 50 %" --symmetric --no-reverse-complement --epochs "$epochs" --dropout 50
    row regularized "symmetric, one strand, decay 0.1" --symmetric --no-reverse-complement --epochs "$epochs" --decay 0.1
    row regularized "symmetric, one strand, dropout of cells, 10 %" --symmetric --no-reverse-complement --epochs "$epochs" --drop-cells 10
    row both "symmetric, both strands" --symmetric --reverse-complement --epochs "$epochs"
    row one "plain, one strand" --no-reverse-complement --epochs "$epochs"
done
