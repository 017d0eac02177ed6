#!/usr/bin/env bash
# workflow.sh TF_BINDING: the Snakemake file trains a model for each of two factors and collects what they say.
program=$(realpath "$1") root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
command -v snakemake >/dev/null || { echo "skipped: no Snakemake"; exit 77; }
. "$root/tests/programs_more/common.sh"
export XDG_CACHE_HOME=$work/cache
run() { snakemake -s "$root/examples/workflows/Snakefile" --cores 2 --nocolor --config "program=$program" sequences=seq.fa labels=yes.tsv out=runs "$@"; }
options="options=--epochs 1 --units 4 --width 7 --pool 4 --stride 4 --hidden 5"
works "two factors" run "$options"
for factor in AP1 GG; do [ -s "runs/$factor/report.html" ] && good || bad "$factor: no report: $(tail -n 1 "runs/$factor.log")"; done
is "metrics: a row a factor" "$(cut -f 1 runs/metrics.tsv | paste -sd ,)" task,AP1,GG
is "importances: four units a factor" "$(cut -f 1 runs/importances.tsv | LC_ALL=C sort | uniq -c | awk '{ print $2 ":" $1 }' | paste -sd ,)" AP1:4,GG:4,factor:1
is "motifs under the names of their factors" "$(grep -c '^MOTIF \(AP1\|GG\)\.filter[0-3]' runs/filters.meme)" 8
is "one header of motifs" "$(grep -c '^MEME version' runs/filters.meme)" 1
is "the page leads to the reports" "$(grep -o 'href="[^"]*"' runs/index.html | paste -sd ,)" 'href="AP1/report.html",href="GG/report.html"'
works "nothing is left to do" run "$options"
grep -q "Nothing to be done" err.txt && good || bad "a finished workflow works again: $(tail -n 3 err.txt)"
# a refused run fails the workflow and leaves the tables alone
cp runs/metrics.tsv before.tsv
run "options=--epochs 0" --forcerun train >out.txt 2>err.txt && bad "a refused run does not fail the workflow" || good
run factors=NOBODY >out.txt 2>err.txt && bad "a factor that is not there" || good
grep -q "expected a factor of yes.tsv, such as AP1, found NOBODY" err.txt out.txt && good || bad "a factor that is not there: $(tail -n 1 err.txt)"
finish
