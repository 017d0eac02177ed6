#!/usr/bin/env bash
# How well tf_binding predicts real TF binding: train chr13, 14, 18, 20, 21, validation chr22, test chr19 of the regions
# in ../shared/data/tfbs (SHARED_TFBS names another folder). Without the data it says so and does nothing.
#
#     bash benchmarks/tfbs/run.sh            three factors, seeds 1 to 10, with and without reverse complement
#     SEEDS="1 2 3" KINDS=bfloat16 bash benchmarks/tfbs/run.sh      plain, both_strands, bfloat16 (as plain)
#     bash benchmarks/tfbs/run.sh all        the 122 factors at once, labels masked, with the peak of its memory
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${SHARED_TFBS:-../shared/data/tfbs} threads=${THREADS:-$(nproc)}
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not here"; exit 0; }
program=${TF_BINDING:-}
if [ -z "$program" ]; then
    cmake -S . -B build/bench -DCMAKE_BUILD_TYPE=Release >/dev/null && cmake --build build/bench --target tf_binding >/dev/null || exit 1
    program=$(find build/bench -type f -name tf_binding -perm -u+x | head -n 1)
fi
out=${OUT:-$(mktemp -d)}
mkdir -p "$out"
train() { # NAME OPTION...
    local dir=$out/$1; shift
    [ -e "$dir/metrics.tsv" ] || /usr/bin/env time -f '%M KB, %e s' -o "$dir.time" "$program" train --sequences "$data/sequences.fa.gz" \
        --labels "$data/labels.tsv.gz" --valid chr22 --test chr19 --recipe reference --threads "$threads" \
        --out "$dir" --overwrite "$@" >"$dir.log" 2>&1 ||
        { echo "error: $dir failed: $(tail -n 1 "$dir.log")" >&2; return 1; }
    local best; best=$(awk -F'\t' 'NR > 1 && (b == "" || $3 < b) {b = $3; e = $1} END {print b "\t" e}' "$dir/losses.tsv")
    printf '%s\t%s\t%s\t%s\n' "$(basename "$dir")" "$(awk -F'\t' '$1 == "macro" {printf "%.4f\t%.4f", $5, $4}' "$dir/metrics.tsv")" \
        "$best" "$(tail -n 1 "$dir.time" 2>/dev/null)"
}
printf 'run\tAUPRC\tAUROC\tvalid loss\tepoch\tpeak memory, time\n'
if [ "$1" = all ]; then
    train all_122 --targets all --resolved any --epochs 12 --patience 0
else
    for kind in ${KINDS:-plain both_strands}; do
        case $kind in both_strands) flag=--reverse-complement ;; bfloat16) flag=--bfloat16 ;; *) flag= ;; esac
        for seed in ${SEEDS:-1 2 3 4 5 6 7 8 9 10}; do
            train "${kind}_$seed" --targets MAX,FOXA1,JUND --resolved all --seed "$seed" $flag
        done | tee "$out/$kind.tsv"
        awk -F'\t' -v kind=$kind '{p += $2; r += $3; ++n} END {if (n) printf "%s, mean of %d\t%.4f\t%.4f\n", kind, n, p / n, r / n}' "$out/$kind.tsv"
    done
fi
