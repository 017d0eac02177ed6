#!/usr/bin/env bash
# From peaks and a genome to a report in two commands, as a new user does it: walk.sh [PREPARE [TF_BINDING]], by default those of build/default. About 20,000 peaks of
# 22 factors of yeast (Rossi et al. 2021) and the genome sacCer3, of the shared data; every setting of training at its default. Prints seconds elapsed and of the
# processor, peak memory, and the table of steps of each command. Asked for: under a minute on two cores that nobody else uses.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
prepare=$(realpath "${1:-build/default/examples/prepare}") || exit 1
tf_binding=$(realpath "${2:-build/default/examples/tf_binding}") || exit 1
data=../shared/data/more
[ -d "$data/yeast_peaks" ] || { echo "skipped: the shared data are not here"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
gunzip -c "$data/yeast_genome/sacCer3.fa.gz" >"$work/sacCer3.fa"
gunzip -c "$data/yeast_peaks/rossi2021_chexmix_all_targets.bed.gz" >"$work/rossi2021.bed"
factors=Abf1,Cbf1,Cin5,Cyc8,Fhl1,Fkh1,Fkh2,Hsf1,Htz1,Ifh1,Mcm1,Pdr1,Phd1,Rap1,Reb1,Rox1,Sko1,Sok2,Swi3,Tfb4,Tup1,Ume6
measured()
{
    python3 benchmarks/common/measured.py "$@" 2>"$work/err.txt" || { tail -n 1 "$work/err.txt"; exit 1; }
    sed -n '/^step/,$p' "$work/err.txt"
}
echo "== prepare"
measured "$prepare" regions --peaks "$work/rossi2021.bed" --tasks-by-name --tasks $factors --genome "$work/sacCer3.fa" --length 200 --threads 2 --out "$work/data"
echo "== tf_binding"
measured "$tf_binding" train --sequences "$work/data/sequences.fa.gz" --labels "$work/data/labels.tsv.gz" --split-file "$work/data/split.tsv" --threads 2 --out "$work/model"
ls -s "$work/model/report.html"
