#!/usr/bin/env bash
# How many binding modes the models of run.sh found (the paper's Fig. 1D and E): among the motifs of their first filters, and among the patterns that the attributions
# of their bases have in common (seqlets). Both are read from the first N regions of the test chromosome that are bound by a factor. A motif counts where
# Tomtom's q for its best known motif is at most 0.05. The third table of docs/comparison.md.
#
#     bash benchmarks/comparison/modes.sh                   after run.sh, with the same OUT
#     MODELS="explainn danq" SEED=2 N=500 OUT=folder PROGRAMS=build/bench bash benchmarks/comparison/modes.sh
#
# ExplaiNN has a third row: its units that matter, which are those without which the AUPRC of some factor on the test chromosome falls by more than 0.001.
# Attributions are DeepLIFT's with zeros as reference or, for networks with layers that its rules do not cover (DanQ's LSTM, LegNet), gradient x input.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. benchmarks/comparison/common.sh
bound_by_any "${N:-1000}" "$out/bound_${N:-1000}.fa"
sequences=$out/bound_${N:-1000}.fa
modes() { python3 benchmarks/comparison/modes.py "$jaspar" "$clusters" "$factors"; } # of names on standard input
row() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4"; }
test_rows()
{
    [ -s "$out/test.fa" ] && return
    awk '/^chr19[:_]/ || NR == 1' "$few_labels" >"$out/test.tsv"
    awk '/^>/ { on = $0 ~ /^>chr19[:_]/ } on' "$few_sequences" >"$out/test.fa"
}
printf 'model\tlooked into by\tmotifs named, of\tmodes of the factors\tother modes\tprocessor seconds\tmodes found\tothers found\n'
for model in ${MODELS:-explainn cnn1 cnn1-exp deepcnn danq deepstarr ai-tac legnet}; do
    dir=$out/${model}_${SEED:-1} file=$out/${model}_${SEED:-1}/model.safetensors
    [ -e "$file" ] || continue
    of=(--model "$file" --sequences "$sequences" --motifs "$jaspar" --threads "$threads")
    line() # HOW NAMES-FILE SECONDS-FILE
    {
        local found
        found=$(awk 'NF' "$2" | modes) || return
        printf '%s\t%s\t%s, %s\t%s\t%s\t%s\n' "$model" "$1" "$(awk '$1 != "." && NF' "$2" | wc -l)" "$(wc -l <"$2")" "$(cut -f 1,2 <<<"$found")" \
            "$(seconds_in "$3")" "$(cut -f 3,4 <<<"$found")"
    }
    timed "$dir/filters.seconds" "$explain" filters "${of[@]}" --out "$dir/filters.meme" &&
        awk '/^MOTIF/ { $1 = $2 = ""; sub(/^ +/, ""); print }' "$dir/filters.meme" >"$dir/filters.names" && line filters "$dir/filters.names" "$dir/filters.seconds"
    case $model in
        explainn*)
            test_rows
            timed "$dir/nullified.seconds" "$explain" nullify --model "$file" --sequences "$out/test.fa" --labels "$out/test.tsv" --threads "$threads" \
                --out "$dir/nullified.tsv" &&
                awk -F'\t' 'NR == FNR { if (FNR > 1 && $3 - $4 > 0.001) matters[$1] = 1; next } /^MOTIF/ { split($0, w, " "); name = $0
                    sub(/^MOTIF [^ ]+ ?/, "", name); if (w[2] in matters) print name }' "$dir/nullified.tsv" "$dir/filters.meme" >"$dir/matter.names" &&
                line "units that matter" "$dir/matter.names" "$dir/nullified.seconds"
            method=deeplift ;;
        danq | legnet) method=gradient ;;
        *) method=deeplift ;;
    esac
    timed "$dir/patterns.seconds" "$explain" patterns "${of[@]}" --method "$method" --table "$dir/patterns.tsv" --out "$dir/patterns.meme" &&
        tail -n +2 "$dir/patterns.tsv" | cut -f 7 >"$dir/patterns.names" && line "seqlets, $method" "$dir/patterns.names" "$dir/patterns.seconds"
done | tee "$out/modes.tsv"
