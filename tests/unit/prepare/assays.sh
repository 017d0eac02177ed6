#!/usr/bin/env bash
# prepare reads, array and cells, from command line to folder: what is written, the same bytes again, bad input leaves nothing behind.
# Usage: assays.sh PREPARE
prepare=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../../programs_more/common.sh"
# refused NAME PATTERN arguments...: refuses, and neither the folder nor a part of it stays
refused() {
    refuses "$1" "$2" "$prepare" "${@:3}" --out no/x
    is "$1: nothing stays" "$(ls -d no 2>/dev/null)" ""
}
labels() { gzip -dc "$1/labels.tsv.gz"; }
counts() { grep -F "\"$2\": " "$1/prepared.json" | head -n 1 | sed -E 's/.*: //; s/,$//'; }

# --- reads: 12 bases between the flanks TGG and CCAG, in two cycles; the bound ones hold TTAATCC
awk 'BEGIN {
    srand(2)
    for (c = 0; c < 2; ++c) for (i = 0; i < 400; ++i) {
        s = ""
        for (k = 0; k < 12; ++k) s = s substr("ACGT", 1 + int(4 * rand()), 1)
        if (c == 1 && i % 2) s = substr(s, 1, 3) "TTAATCC" substr(s, 11)
        read = "TGG" s (i % 50 == 49 ? "GGGG" : "CCAG")
        q = read; gsub(/./, "I", q)
        print "@read" i "\n" read "\n+\n" q >("cycle" c ".fq")
        if (i % 10 == 0) print "@again" i "\n" read "\n+\n" q >("cycle" c ".fq")
    }
}'
gzip -k cycle1.fq
# different sequences of 12 bases between the flanks
kept() { sed -nE 's/^TGG(.{12})CCAG$/\1/p' "$1" | sort -u | wc -l; }
flanks=(--clip-left 3 --clip-right 4 --left-flank TGG --right-flank CCAG --length 12)
works "reads" "$prepare" reads input=cycle0.fq bound=cycle1.fq.gz "${flanks[@]}" --out selex
is "reads: columns" "$(labels selex | head -n 1)" $'sequence\tinput\tbound'
is "reads: rows" "$(labels selex | awk 'NR > 1 { ++n[$2 $3] } END { print n["10"], n["01"], length(n) }')" "$(kept cycle0.fq) $(kept cycle1.fq) 2"
is "reads: 12 bases each" "$(gzip -dc selex/sequences.fa.gz | awk '!/^>/ { ++n[length($0)] } END { for (k in n) print k, n[k] }')" "12 $(($(kept cycle0.fq) + $(kept cycle1.fq)))"
is "reads: another flank" "$(counts selex 'left out: another flank')" 8
is "reads: duplicates" "$(counts selex duplicates)" $((432 - $(kept cycle0.fq)))
is "reads: how often each" "$(gzip -dc selex/weights.tsv.gz | awk 'NR > 1 { sum += $2 } END { print sum }')" 864
works "reads, again" "$prepare" reads input=cycle0.fq bound=cycle1.fq.gz "${flanks[@]}" --out again
for file in $(ls selex); do same "the same bytes" "selex/$file" "again/$file"; done
works "one class has shuffles" "$prepare" reads cycle1.fq "${flanks[@]}" --per-class 50 --out alone
is "one class has shuffles: rows" "$(labels alone | awk 'NR > 1 { ++n[$2] } END { print n[1], n[0] }')" "50 50"
is "one class is named as its file" "$(labels alone | head -n 1 | cut -f 2)" cycle1
works "another seed" "$prepare" reads cycle1.fq "${flanks[@]}" --per-class 50 --seed 2 --out alone2
differ "another seed" alone/sequences.fa.gz alone2/sequences.fa.gz
works "the input is no class" "$prepare" reads input=cycle0.fq bound=cycle1.fq "${flanks[@]}" --background input --balanced --out zero
is "the input is no class: columns" "$(labels zero | head -n 1)" $'sequence\tbound'
printf 'ACGT\t0\t2\t1\nCCCA\t0\t0\t7\n' >counts.tsv
works "a table of counts" "$prepare" reads counts.tsv --labels counts --out counted
is "a table of counts: labels" "$(labels counted | paste -sd ' ')" $'sequence\tcycle1\tcycle2 read_1\t2\t1 read_2\t0\t7'
works "standard input" "$prepare" reads bound=- "${flanks[@]}" --negatives none --out piped <cycle1.fq
same "standard input" <(gzip -dc piped/sequences.fa.gz) <(gzip -dc selex/sequences.fa.gz | grep -A 1 '^>bound' | grep -v '^--')
awk 'NR % 4 == 2 { s = ""; for (i = length($0); i; --i) s = s substr("TGCA", index("ACGT", substr($0, i, 1)), 1); $0 = s } { print }' cycle1.fq >mate.fq
works "pairs" "$prepare" reads bound=cycle1.fq --mates mate.fq "${flanks[@]}" --negatives none --out paired
same "pairs of equal reads" piped/sequences.fa.gz paired/sequences.fa.gz
works "smile-seq" "$prepare" reads <(awk 'BEGIN { for (i = 0; i < 9; ++i) { s = i; gsub(/./, "ACG", s); for (k = 0; k < 98; ++k) s = s substr("ACGT", 1 + (i * k + k * k) % 4, 1); print s } }') --preset smile-seq --out smile
is "smile-seq: its options" "$(grep -E '"--(clip-left|clip-right|length|negatives)"' smile/prepared.json | sed -E 's/.*: "(.*)",/\1/' | paste -sd ' ')" "7 64 30 dinucleotide"
is "smile-seq: 30 bases" "$(counts smile longest)" 30
cp -r selex before
refuses "results are there" "expected a folder without results, found sequences.fa.gz; --overwrite replaces them" "$prepare" reads cycle1.fq --out selex
for file in $(ls before); do same "results are there" "selex/$file" "before/$file"; done
works "results are replaced" "$prepare" reads cycle1.fq --overwrite --out selex
differ "results are replaced" selex/labels.tsv.gz before/labels.tsv.gz
refuses "a result over its input" "expected a file of its own" "$prepare" reads selex/sequences.fa.gz --overwrite --out selex

printf '@r\nACGT\n+\nIII\n' >unequal.fq
printf '@r\nACGT\n+\nII##\n' >poor.fq
printf '>p\nMKLV\n' >protein.fa
head -c 300 cycle1.fq.gz >torn.fq.gz
printf '' >empty.fq
printf 'ACGT\t1\nACGT\t-2\n' >negative.tsv
printf '{"a": 1}\n' >a.json
printf '@r\nACGT\n+\nIIII\n' >unequal2.fq
printf 'ACGTACGT\tx\n' >bad.txt
refused "qualities that are too few" "unequal.fq:4: expected 4 quality characters, as many as the read has bases, found 3" reads unequal.fq
refused "a FASTA of proteins" "protein.fa:2: expected IUPAC nucleotides, found 'L'" reads protein.fa
refused "torn gzip" "torn.fq.gz: the gzip stream ends early" reads torn.fq.gz
refused "an empty file" "empty.fq: expected sequencing reads, found an empty file" reads empty.fq
refused "negative counts" "negative.tsv:2: expected a count" reads negative.tsv
refused "no file" "none.fq: expected a file that can be read, found No such file" reads none.fq
refused "no reads" "a.json:1: expected .*found '.\"a\": 1.'" reads a.json
refused "a folder" "\\.: expected a file, found a folder" reads .
refused "nothing stays" "found none of 440: 440 too short" reads cycle1.fq --length 30
refused "clipped to nothing" "440 too short" reads cycle1.fq --clip-left 50
refused "a flank that is not clipped" "expected 3 bases or more to be clipped on the left" reads cycle1.fq --left-flank TGG
refused "mates that are others" "mates: expected a file for each of 1 files of reads" reads cycle1.fq --mates a b
refused "mates of other reads" "expected the read 'read0' as in cycle1.fq:1, found 'r'" reads cycle1.fq --mates unequal2.fq
refused "two files of one name" "expected a name for each of two files whose classes are both named 'cycle1'" reads cycle1.fq cycle1.fq.gz
refused "no such background" "expected the background to be a class" reads cycle1.fq --background x
refused "a name without a file" "expected FILE or NAME=FILE, found 'x='" reads x=
refused "Phred of nothing" "expected qualities" reads poor.fq --phred 64 --least-quality 2

# --- arrays
printf 'id_probe\trow\tcol\tpbm_sequence\tlinker_sequence\tmean_signal_intensity\tflag\n' >u1.txt
awk 'BEGIN { OFS = "\t"; srand(3); for (f = 1; f <= 2; ++f) for (i = 0; i < 120; ++i) { s = ""; for (k = 0; k < 10; ++k) s = s substr("ACGT", 1 + int(4 * rand()), 1); print "p" i, int(i / 12), i % 12, s, "GTCT", 100 + int(900 * rand()), (i == 7) >("rows" f) } }'
cp u1.txt u2.txt
cat rows1 >>u1.txt
cat rows2 >>u2.txt
works "array" "$prepare" array TF=u1.txt --test u2.txt --transform quantile --detrend spatial --out array
is "array: columns" "$(labels array | head -n 1)" $'sequence\tTF'
is "array: probe and linker" "$(counts array longest)" 14
is "array: flagged" "$(counts array 'left out: flagged')" 1
is "array: parts" "$(awk 'NR > 1 { split($1, n, ":"); if (n[1] != $2) bad = 1; ++count[$2] } END { print bad + 0, count["test"], count["train"] + count["valid"], (count["valid"] > 2 && count["valid"] < 30) }' array/split.tsv)" "0 119 119 1"
is "array: quantiles are shares" "$(labels array | awk 'NR > 1 { if ($2 < 0 || $2 > 1) bad = 1; if ($2 == 1) ++top } END { print bad + 0, top }')" "0 2"
works "array, again" "$prepare" array TF=u1.txt --test u2.txt --transform quantile --detrend spatial --out array2
for file in $(ls array); do same "the same bytes" "array/$file" "array2/$file"; done
works "arrays without linkers" "$prepare" array A=u1.txt B=u2.txt --no-linker --out two
is "arrays without linkers: missing labels are empty" "$(labels two | awk -F '\t' 'NR > 1 { ++n[($2 == "") ($3 == "")] } END { print n["01"], n["10"] }')" "119 119"
refused "UniPROBE without header" "rows1:1: expected a header with columns such as pbm_sequence and mean_signal_intensity" array rows1
refused "a signal that is no number" "bad.txt:1: expected a number or an empty label, found 'x'" array bad.txt
refused "no places for a trend" "array1.txt: expected columns row and col" array array1.txt --detrend spatial
refused "probes of two lengths" "expected probes of 14 bases as the array before, found 35" array u1.txt array1.txt
refused "a test of another protein" "expected a protein of the training arrays, found 'B'" array A=u1.txt --test B=u2.txt
refused "a condition without =" "where: expected COLUMN=VALUE, found 'x'" array u1.txt --where x
refused "a condition on no column" "u1.txt:1: expected a column 'TF_Id' in the header" array u1.txt --where TF_Id=1

# --- cells: 60 peaks of two kinds by 30 cells of two clusters
awk 'BEGIN {
    srand(6)
    for (c = 1; c <= 2; ++c) { print ">chr" c >"genome.fa"; for (i = 0; i < 100; ++i) { s = ""; for (k = 0; k < 60; ++k) s = s substr("ACGT", 1 + int(4 * rand()), 1); print s >"genome.fa" } }
    system("mkdir -p matrix")
    for (p = 0; p < 60; ++p) print "chr" 1 + p % 2 "\t" 50 + 95 * p "\t" 150 + 95 * p >"matrix/peaks.bed"
    print "cell,cluster" >"clusters.csv"
    for (j = 1; j <= 30; ++j) {
        print "CELL" j "-1" >"matrix/barcodes.tsv"
        print "CELL" j "-1," (j % 2 ? "alpha" : "beta") >"clusters.csv"
        for (p = 1; p <= 59; ++p) if (rand() < ((int(p / 2) % 2) == (j % 2) ? .6 : .1)) entries[n++] = p " " j " " 1 + int(3 * rand())
    }
    print "%%MatrixMarket matrix coordinate integer general\n60 30 " n >"matrix/matrix.mtx"
    for (i = 0; i < n; ++i) print entries[i] >"matrix/matrix.mtx"
}'
how=(--genome genome.fa --length 80)
if "$prepare" cells matrix --clusters clusters.csv --peaks matrix/peaks.bed "${how[@]}" --out cells 2>err.txt; then
    good
    is "cells: columns" "$(labels cells | head -n 1)" $'sequence\talpha\tbeta'
    is "cells: peaks" "$(labels cells | tail -n +2 | wc -l)" 59 # nothing opens the last one
    is "cells: its name" "$(labels cells | sed -n 2p | cut -f 1)" chr1:60-140
    is "cells: its bases" "$(gzip -dc cells/sequences.fa.gz | sed -n 2p)" "$(sed -n '2,5p' genome.fa | paste -sd '' | cut -c 61-140)"
    is "cells: open in no cell" "$(counts cells 'left out: open in no cell')" 1
    is "cells: the means tell the kinds apart" "$(labels cells | awk 'NR > 1 { kind = int((NR - 1) / 2) % 2; if (kind == ($2 > $3)) ++right } END { print (right > 50) }')" 1
    works "cells, shares" "$prepare" cells matrix --clusters clusters.csv "${how[@]}" --values binarised --out shares
    is "cells, shares: the first peak's" "$(labels shares | sed -n 2p | cut -f 2-)" "$(awk 'NR > 2 && $1 == 1 { ++n[$2 % 2] } END { printf "%.8g\t%.8g", n[1] / 15, n[0] / 15 }' matrix/matrix.mtx)"
    works "cells, yes and no" "$prepare" cells matrix --clusters clusters.csv "${how[@]}" --values binarised --open 0.3 --out yes
    is "cells, yes and no" "$(labels yes | awk 'NR > 1 { ++n[$2]; ++n[$3] } END { print length(n), (n[0] > 20), (n[1] > 20) }')" "2 1 1"
    works "cells without clusters" "$prepare" cells matrix --groups 2 --dimensions 3 "${how[@]}" --threads 1 --out found
    works "cells without clusters, two threads" "$prepare" cells matrix --groups 2 --dimensions 3 "${how[@]}" --threads 2 --out found2
    for file in $(ls found); do same "the same bytes" "found/$file" "found2/$file"; done
    is "cells without clusters: they are found" "$(paste <(gzip -dc found/clusters.tsv.gz | cut -f 2) <(cut -d , -f 2 clusters.csv) | tail -n +2 | sort | uniq -c | awk '$1 > 12' | wc -l)" 2
    head -n 59 matrix/peaks.bed >few.bed
    { cat matrix/peaks.bed; head -n 1 matrix/peaks.bed; } >many.bed
    tac matrix/peaks.bed >turned.bed
    sed s/-1,/,/ clusters.csv >other.csv
    { cat clusters.csv; echo LOST-1,gamma; } >more.csv
    sed s/chr// matrix/peaks.bed >plain.bed
    for copy in negative torn; do cp -r matrix $copy; done
    sed -i '3s/ [0-9]*$/ -1/' negative/matrix.mtx
    gzip torn/matrix.mtx && truncate -s -20 torn/matrix.mtx.gz
    refused "a matrix with more peaks than the BED" "few.bed:59: expected 60 peaks, as matrix/matrix.mtx has, found 59" cells matrix --clusters clusters.csv --peaks few.bed "${how[@]}"
    refused "a BED with more peaks than the matrix" "many.bed:61: expected the end of the file after 60 peaks" cells matrix --clusters clusters.csv --peaks many.bed "${how[@]}"
    refused "a BED in another order" "turned.bed:1: expected the peak 'chr1:50-150', as matrix/matrix.mtx names it at this place, found 'chr2:5655-5755'" cells matrix --clusters clusters.csv --peaks turned.bed "${how[@]}"
    refused "barcodes that differ" "other.csv:2: expected names of cells as the matrix has them, such as 'CELL1-1', found none; the first is 'CELL1'" cells matrix --clusters other.csv "${how[@]}"
    refused "an empty cluster" "more.csv:32: expected a cell of the matrix in the cluster 'gamma', found none" cells matrix --clusters more.csv "${how[@]}"
    refused "negative numbers" "negative/matrix.mtx:3: expected a number of 0 or more, found '-1'" cells negative --clusters clusters.csv "${how[@]}"
    refused "a torn matrix" "torn/matrix.mtx.gz: the gzip stream ends early" cells torn --clusters clusters.csv "${how[@]}"
    refused "no clusters" "expected either --clusters or --groups, found neither" cells matrix "${how[@]}"
    refused "contigs by other names" "expected a contig of genome.fa, found '1'; genome.fa has 'chr1'" cells matrix --clusters clusters.csv --peaks plain.bed "${how[@]}"
    refused "obs of a folder" "expected a table of cells with the column 'leiden' .AnnData's obs., found a format without one" cells matrix --clusters obs:leiden "${how[@]}"
    refused "no matrix" "genome.fa:1: expected %%MatrixMarket matrix coordinate" cells genome.fa --clusters clusters.csv "${how[@]}"
    refused "a genome that is none" "clusters.csv" cells matrix --clusters clusters.csv --genome clusters.csv --length 80
    refused "more groups than cells" "expected from 1 to 30 groups of as many points, found 31" cells matrix --groups 31 --dimensions 3 "${how[@]}"
else
    grep -q "built without htslib" err.txt && good || bad "cells: $(tail -n 1 err.txt)"
fi

# --- an interrupt of data that are long: exit status 130, and nothing is left; long steps say how far they are
# interrupted NAME SIGNAL WORD arguments...: the signal is sent when WORD is said
interrupted()
{
    local name=$1 signal=$2 word=$3 pid status
    shift 3
    : >err.txt # what an earlier run said is no sign of this one
    "$prepare" "$@" --out no/x >out.txt 2>err.txt &
    pid=$!
    for _ in $(seq 1500); do grep -q "$word" err.txt && break; sleep .01; done
    kill -"$signal" $pid 2>/dev/null
    wait $pid
    status=$?
    is "$name: exit status" "$status" 130
    is "$name: last line" "$(tail -n 1 err.txt)" "error: interrupted; nothing was written"
    grep -q "$word" err.txt && good || bad "$name: no progress: $(tail -n 2 err.txt)"
    is "$name: nothing stays" "$(ls -d no 2>/dev/null)" ""
}
mkfifo endless.fq
while :; do cat cycle1.fq; done >endless.fq 2>/dev/null &
writer=$!
interrupted "reads" INT "reads: [0-9]* reads" reads bound=endless.fq
kill $writer; wait $writer 2>/dev/null
# an array that never ends; its lines come slowly, so that memory stays small
awk 'BEGIN { srand(7); for (i = 0; i < 5000; ++i) { s = ""; for (k = 0; k < 12; ++k) s = s substr("ACGT", 1 + int(4 * rand()), 1); print s "\t" 100 + i % 7 } }' >chunk.txt
mkfifo endless.txt
while cat chunk.txt; do sleep .05; done >endless.txt 2>/dev/null &
writer=$!
interrupted "array" INT "arrays: [0-9]* probes read" array endless.txt
kill $writer 2>/dev/null; wait $writer 2>/dev/null
# a slide of a million spots, whose windows take long
awk 'BEGIN { print "sequence\tsignal\trow\tcol"; for (r = 0; r < 800; ++r) for (c = 0; c < 1000; ++c) print "ACGTACGTAC\t" 100 + (r * c) % 97 "\t" r "\t" c }' >slide.txt
interrupted "array, levelled" TERM "arrays: [0-9]* spots levelled" array slide.txt --detrend spatial
rm slide.txt chunk.txt
if [ -d cells ]; then
    mkdir long && cp matrix/barcodes.tsv matrix/peaks.bed long
    { printf '%%%%MatrixMarket matrix coordinate integer general\n60 30 12000000\n'; yes '1 1 1' | head -n 12000000; } >long/matrix.mtx
    interrupted "cells" TERM "^means" cells long --clusters clusters.csv "${how[@]}"
    interrupted "cells without clusters" INT "^clusters" cells long --groups 2 --dimensions 3 "${how[@]}"
    rm -r long
fi
finish
