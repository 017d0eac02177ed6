#!/usr/bin/env bash
# paper_tasks.sh ENHANCER_ACTIVITY CHROMATIN_ACCESSIBILITY SINGLE_CELL PLUG_AND_PLAY: their demos find what was planted in made-up data; small data of the
# user's own; refusals.
enhancers=$(realpath "$1") chromatin=$(realpath "$2") cells=$(realpath "$3") plug=$(realpath "$4")
shared=$(realpath -m "$(dirname "${BASH_SOURCE[0]}")/../../../shared/data")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# --- enhancer_activity: two motifs at one distance have more effect than each alone, at that distance only; dense layers help
works "enhancer_activity: demo" "$enhancers"
steps_are "enhancer_activity" data,training,test,filters,pairs,depths,refinement,report
demo=enhancer_activity_demo
for file in model.safetensors losses.tsv metrics.tsv predictions.tsv.gz cooperativity.tsv depths.tsv report.html; do
    [ -s $demo/$file ] && good || bad "enhancer_activity: no $file"
done
awk '$1 == "pcc" && $2 > .6 && $3 > .6 && $4 > .6 { good = 1 } END { exit !good }' $demo/metrics.tsv && good || bad "PCC: $(cat $demo/metrics.tsv)"
beyond=$(awk -F '\t' 'NR > 1 && $6 == "developmental" { print $3 $4, $5, $8 }' $demo/cooperativity.tsv | sort -k 3,3gr)
is "enhancer_activity: the planted distance and its mirror image come first" "$(head -n 2 <<<"$beyond" | cut -d ' ' -f 1,2 | sort | paste -sd ,)" "++ 7,-- -9"
awk 'NR == 1 { top = $3 } NR == 3 { exit !(top > 1 && $3 < top / 2) }' <<<"$beyond" && good || bad "distances that were not planted: $(head -n 4 <<<"$beyond")"
awk -F '\t' '$1 == 0 && $2 == "pcc" { none = $3 } $1 == 2 && $2 == "pcc" { two = $3 } END { exit !(two > none) }' $demo/depths.tsv && good ||
    bad "dense layers: $(cat $demo/depths.tsv)"
works "enhancer_activity: the demo again" "$enhancers"

# --- chromatin_accessibility: the motif of each lineage is found for it
works "chromatin_accessibility: demo" "$chromatin"
steps_are "chromatin_accessibility" data,training,test,filters,groups,refinement,report
first_of() { awk -F '\t' -v group="$2" -v against="$3" '$1 == group && $2 == against && $3 == 1 { print $5 }' "$1"; }
for pair in erythroid:GATA1 myeloid:CEBPA lymphoid:RUNX1; do
    found=$(first_of chromatin_accessibility_demo/lineages.tsv "${pair%:*}" "the others")
    case $found in *${pair#*:}*) good ;; *) bad "${pair%:*}: expected ${pair#*:} first, found $found" ;; esac
done
in_report() { grep -o '"contrasts":\[.*\],"pairs"' "$1/report.html" | grep -oE '"group":"[^"]*","against":"[^"]*","units":\[\{"unit":[0-9]+'; }
is "chromatin_accessibility: motifs by lineage in the report" "$(in_report chromatin_accessibility_demo | sed -E 's/.*"unit":/filter/' | paste -sd ,)" \
    "$(awk -F '\t' '$3 == 1 { print $4 }' chromatin_accessibility_demo/lineages.tsv | paste -sd ,)"
is "chromatin_accessibility: measures" "$(cut -f 1 chromatin_accessibility_demo/metrics.tsv | tail -n +2 | paste -sd ,)" row_pcc,rows_pcc_0.75

# --- single_cell: motifs that distinguish clusters of high hormone from those of low
works "single_cell: demo" "$cells"
for pair in high:low:RFX2 low:high:NRF1; do
    IFS=: read -r here there motif <<<"$pair"
    found=$(first_of single_cell_demo/contrasts.tsv "$here" "$there")
    case $found in *$motif*) good ;; *) bad "$here against $there: expected $motif first, found $found" ;; esac
done

is "single_cell: groups and contrasts in the report" "$(in_report single_cell_demo | cut -d '"' -f 4,8 | tr '"' ' ' | paste -sd ,)" \
    "high the others,low the others,high low,low high"

# --- a demo does not write over files that it did not make
mkdir -p elsewhere/single_cell_demo && : >elsewhere/single_cell_demo/mine
refuses "a folder the demo did not make" "single_cell_demo: expected no folder" bash -c "cd elsewhere && exec '$cells'"

# --- the user's own data
given=(--sequences seq.fa --labels profiles.tsv --units 4 --epochs 1 --width 7 --pool 4 --stride 4 --hidden 5 --no-report)
works "single_cell" "$cells" "${given[@]}" --out cells
steps_are "single_cell, no report" data,training,test,filters,refinement
works "single_cell, nothing of motifs" "$cells" "${given[@]}" --refine 0 --out bare
steps_are "single_cell, nothing of motifs" data,training,test
[ -e cells/lineages.tsv ] && bad "lineages without --groups" || good
printf 'output\tgroup\na\tx\nb\tx\nc\ty\n' >groups.tsv
works "groups" "$cells" "${given[@]}" --groups groups.tsv --contrast x:y --out grouped
[ -s grouped/lineages.tsv ] && [ -s grouped/contrasts.tsv ] && good || bad "no tables of groups"
refuses "results are not written over" "expected a folder without results" "$cells" "${given[@]}" --out cells
printf 'output\tgroup\na\tx\nz\ty\n' >stranger.tsv
refuses "an output that the data do not have" "stranger.tsv:3: expected an output of the model.*found 'z'" "$cells" "${given[@]}" --groups stranger.tsv --out no
printf 'output\tgroup\na\tx\na\ty\n' >twice.tsv
refuses "an output twice" "twice.tsv:3: expected every output once" "$cells" "${given[@]}" --groups twice.tsv --out no
printf 'a\tx\n' >headless.tsv
refuses "no header" "headless.tsv:1: expected the header" "$cells" "${given[@]}" --groups headless.tsv --out no
printf 'output\tgroup\n' >empty.tsv
refuses "no groups" "empty.tsv: expected at least one group" "$cells" "${given[@]}" --groups empty.tsv --out no
refuses "a contrast of groups that are not there" "--contrast: expected two groups" "$cells" "${given[@]}" --groups groups.tsv --contrast x:q --out no
refuses "a contrast without groups" "--contrast: expected --groups" "$cells" "${given[@]}" --contrast x:y --out no
refuses "a pair that is none" "--pair: expected two words" "$enhancers" --sequences seq.fa --labels numbers.tsv --pair ACGT --out no
refuses "a pair of no motif" "--pair: expected a word" "$enhancers" --sequences seq.fa --labels numbers.tsv --pair ACGT,NOBODY --out no
refuses "depths that are none" "--compare-num-fc: expected whole numbers" "$enhancers" --sequences seq.fa --labels numbers.tsv --compare-num-fc 2,x --out no
refuses "no data" "expected data in one way" "$chromatin" --out no
refuses "arrays and text" "expected data in one way" "$chromatin" --one-hot a.npy --signals b.npy "${given[@]}" --out no
refuses "half of the arrays" "expected --one-hot with --signals" "$chromatin" --one-hot a.npy --out no
[ -e no ] && bad "a refused run left a folder" || good

# --- AI-TAC's arrays
arrays=$shared/aitac_sample
if [ -d "$arrays" ]; then
    one_hot=$(ls "$arrays"/*one_hot*.npy | head -n 1) signals=$(ls "$arrays"/*.npy | grep -v one_hot | head -n 1)
    works "arrays" "$chromatin" --one-hot "$one_hot" --bases ATGC --signals "$signals" --units 4 --epochs 1 --no-report --out aitac
    is "arrays: columns" "$(head -n 1 <(gzip -dc aitac/predictions.tsv.gz) | tr '\t' '\n' | grep -c column)" 81
    refuses "signals of other regions" "expected signals of shape" "$chromatin" --one-hot "$one_hot" --bases ATGC --signals "$one_hot" --out no
else
    echo "skipped: AI-TAC's arrays: no shared data"
fi
# --- plug_and_play: the unit that is the new task has the say, the other has none
works "plug_and_play: demo" "$plug"
steps_are "plug_and_play" data,units,training,test,shares
is "plug_and_play: eight units" "$(tail -n +2 plug_and_play_demo/unit_importances.tsv | wc -l)" 8
awk '$1 == "auroc" && $2 > .6 { good = 1 } END { exit !good }' plug_and_play_demo/metrics.tsv && good || bad "AUROC: $(cat plug_and_play_demo/metrics.tsv)"
cut -f 1,2 yes.tsv >first.tsv
units=(--pretrain yes.tsv --pretrain-epochs 12 --pretrain-units 8)
works "models that are trained first" "$plug" --sequences seq.fa --labels first.tsv "${units[@]}" --epochs 20 --learning-rate .01 --out plugged
is "the unit of the task itself comes first" "$(sed -n 2p plugged/unit_importances.tsv | cut -f 1-3 | tr '\t' ,)" AP1,1,AP1
is "units.tsv has a row for each sequence" "$(wc -l <plugged/units.tsv)" 241
works "their files as units give the same" "$plug" --sequences seq.fa --labels first.tsv --model plugged/units/AP1.safetensors plugged/units/GG.safetensors --epochs 20 \
    --learning-rate .01 --out again
for file in model.safetensors metrics.tsv predictions.tsv.gz units.tsv unit_importances.tsv; do same "models as units" plugged/$file again/$file; done
works "their scores as units give the same within their digits" "$plug" --sequences seq.fa --labels first.tsv --scores plugged/units.tsv --epochs 20 --learning-rate .01 --out scored
is "scores: the same units" "$(cut -f 3 scored/unit_importances.tsv | paste -sd ,)" "$(cut -f 3 plugged/unit_importances.tsv | paste -sd ,)"
works "nam" "$plug" --sequences seq.fa --labels numbers.tsv --task regression --scores plugged/units.tsv --head nam --hidden 8 --epochs 3 --out nam
is "nam: a row for each task and unit" "$(tail -n +2 nam/unit_importances.tsv | wc -l)" 4
works "a stopped run goes on" "$plug" --sequences seq.fa --labels first.tsv "${units[@]}" --epochs 20 --learning-rate .01 --resume --out plugged
refuses "no units" "expected models to stand in the place of units" "$plug" --sequences seq.fa --labels first.tsv --out no
refuses "a unit twice" "different names" "$plug" --sequences seq.fa --labels first.tsv --scores plugged/units.tsv plugged/units.tsv --out no
head -n 20 plugged/units.tsv >short.tsv
refuses "scores of some sequences" "short.tsv: expected scores of every sequence" "$plug" --sequences seq.fa --labels first.tsv --scores short.tsv --out no
sed '3s/\t[^\t]*$/\t/' plugged/units.tsv >hole.tsv
refuses "a score that is missing" "hole.tsv: expected a score of" "$plug" --sequences seq.fa --labels first.tsv --scores hole.tsv --out no
refuses "a model that is none" "seq.fa" "$plug" --sequences seq.fa --labels first.tsv --model seq.fa --out no
refuses "a model of longer sequences" "expected a model of at most the 40 bases" "$plug" --sequences seq.fa --labels first.tsv --model plug_and_play_demo/units/MAX.safetensors --out no
refuses "numbers to train units on" "numbers.tsv: expected labels 1, 0 or empty" "$plug" --sequences seq.fa --labels first.tsv --pretrain numbers.tsv --out no
finish
