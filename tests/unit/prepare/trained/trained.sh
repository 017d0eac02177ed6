#!/usr/bin/env bash
# What prepare makes of reads, arrays and cells, trained on as it is. Usage: trained.sh PREPARE TRAIN_TASK
prepare=$(realpath "$1") train=$(realpath "$2")
. "$(dirname "${BASH_SOURCE[0]}")/../../../programs_more/common.sh"

# three cycles of 20 bases, of which the later ones hold TTAATCC more often
awk 'BEGIN { srand(2); for (c = 0; c < 3; ++c) for (i = 0; i < 150; ++i) {
    s = ""; for (k = 0; k < 20; ++k) s = s substr("ACGT", 1 + int(4 * rand()), 1)
    if (rand() < c / 2) s = substr(s, 1, 6) "TTAATCC" substr(s, 14)
    print s >("cycle" c ".txt") } }'
works "reads" "$prepare" reads cycle0.txt cycle1.txt cycle2.txt --out selex
works "reads: classes" "$train" --sequences selex/sequences.fa.gz --labels selex/labels.tsv.gz --task multiclass --stratify "${small[@]}" --out classes
is "reads: three columns are measured" "$(head -n 1 classes/metrics.tsv | cut -f 3-)" $'cycle0\tcycle1\tcycle2'
works "reads: parts" "$prepare" reads cycle0.txt cycle1.txt cycle2.txt --split 80,10,10 --stratify --out parts
works "reads: by part" "$train" --sequences parts/sequences.fa.gz --labels parts/labels.tsv.gz --split-file parts/split.tsv --task multiclass "${small[@]}" --out by_part
works "reads: counts" "$prepare" reads cycle0.txt cycle1.txt cycle2.txt --labels counts --table --out counted
works "reads: counts are learned" "$train" --table counted/table.tsv.gz --task counts "${small[@]}" --out counts
works "reads against shuffles" "$prepare" reads cycle2.txt --out alone
works "reads against shuffles: learned" "$train" --sequences alone/sequences.fa.gz --labels alone/labels.tsv.gz --task multilabel --stratify "${small[@]}" --out yes

works "arrays" "$prepare" array array1.txt --test array2.txt --transform rank --out array
works "arrays: by part" "$train" --sequences array/sequences.fa.gz --labels array/labels.tsv.gz --task regression --split-file array/split.tsv "${small[@]}" --out numbers
is "arrays: the second one is the test" "$(gzip -dc numbers/predictions.tsv.gz | tail -n +2 | grep -vc '^test:')" 0

awk 'BEGIN { srand(6); print ">chr1" >"genome.fa"; for (i = 0; i < 300; ++i) { s = ""; for (k = 0; k < 60; ++k) s = s substr("ACGT", 1 + int(4 * rand()), 1); print s >"genome.fa" }
    system("mkdir -p matrix")
    for (p = 0; p < 90; ++p) print "chr1\t" 50 + 190 * p "\t" 150 + 190 * p >"matrix/peaks.bed"
    for (j = 1; j <= 20; ++j) { print "C" j >"matrix/barcodes.tsv"; print "C" j "\t" j % 3 >"clusters.tsv"
        for (p = 1; p <= 90; ++p) if (rand() < .4) e[n++] = p " " j " 1" }
    print "%%MatrixMarket matrix coordinate integer general\n90 20 " n >"matrix/matrix.mtx"
    for (i = 0; i < n; ++i) print e[i] >"matrix/matrix.mtx" }'
if "$prepare" cells matrix --clusters clusters.tsv --genome genome.fa --length 60 --out cells 2>err.txt; then
    good
    works "cells: profiles" "$train" --sequences cells/sequences.fa.gz --labels cells/labels.tsv.gz --task profile "${small[@]}" --out profiles
    works "cells: yes and no" "$prepare" cells matrix --clusters clusters.tsv --genome genome.fa --length 60 --values binarised --open 0.4 --out open
    works "cells: yes and no, learned" "$train" --sequences open/sequences.fa.gz --labels open/labels.tsv.gz --task multilabel "${small[@]}" --out open_run
else
    grep -q "built without htslib" err.txt && good || bad "cells: $(tail -n 1 err.txt)"
fi
finish
