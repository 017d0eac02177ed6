#!/usr/bin/env bash
# prepare regions, from command line to folder: what bedtools says of the same regions, the same bytes for any number of threads, bad input,
# an interrupt; the training program takes what it writes. Usage: regions.sh PREPARE [TF_BINDING]
prepare=$(realpath "$1")
tf_binding=${2:+$(realpath "$2")}
shared=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../../../shared/data/more" 2>/dev/null)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
good() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }
is() { if [ "$2" = "$3" ]; then good; else bad "$1: expected '$3', found '$2'"; fi; }
works() {
    local name=$1
    shift
    if "$@" >out.txt 2>err.txt; then good; else bad "$name: $(tail -n 1 err.txt)"; fi
}
# refuses NAME PATTERN command...: exit status 1, one line "error: ..." that holds the pattern, and nothing left behind
refuses() {
    local name=$1 pattern=$2 line status
    shift 2
    "$@" >out.txt 2>err.txt
    status=$?
    is "$name: exit status" "$status" 1
    line=$(tail -n 1 err.txt)
    if printf '%s\n' "$line" | grep -qE -- "^error: .*$pattern"; then good; else bad "$name: '$pattern' not in '$line'"; fi
    is "$name: lines with error" "$(grep -c '^error: ' err.txt)" 1
    is "$name: nothing stays" "$(find . -name 'x*' -o -name '*.partial' | paste -sd' ')" ""
}
in_counts() { grep -F "\"$2\": " "$1/prepared.json" | grep -v '[[{]$' | head -n 1 | sed -E 's/.*: //; s/,$//'; }
# sequences as "name bases", in upper case
table_of() { zcat "$1/sequences.fa.gz" | paste - - | sed 's/^>//' | awk '{print $1, toupper($2)}'; }

# a genome of three contigs: GC changes along them, some bases are in lower case, some are N
awk 'BEGIN {
    srand(4)
    n = split("chr1 chr2 chr10", names, " "); split("60000 30000 5000", sizes, " ")
    for (c = 1; c <= n; ++c) {
        s = ""
        for (i = 0; i < sizes[c]; ++i) {
            if (i % 400 == 0) { gc = 0.25 + 0.4 * rand(); low = rand() < 0.2 }
            b = rand() < gc ? substr("GC", 1 + int(2 * rand()), 1) : substr("AT", 1 + int(2 * rand()), 1)
            if (i % 9000 < 70) b = "N"
            s = s (low ? tolower(b) : b)
        }
        print ">" names[c] " made up"
        for (i = 1; i <= sizes[c]; i += 60) print substr(s, i, 60)
    }
}' >genome.fa
# random intervals, among them both ends of contigs, odd and even lengths, duplicates, and strands
awk 'BEGIN {
    srand(8)
    split("chr1 chr2 chr10", names, " "); split("60000 30000 5000", sizes, " ")
    for (c = 1; c <= 3; ++c) {
        print names[c] "\t0\t1\tfirst\t0\t+"; print names[c] "\t" sizes[c] - 1 "\t" sizes[c] "\tlast\t0\t-"
        print names[c] "\t0\t" sizes[c] "\twhole\t0\t."
        for (i = 0; i < 40 * (4 - c); ++i) {
            start = int(rand() * sizes[c]); end = start + 1 + int(rand() * 300)
            if (end > sizes[c]) end = sizes[c]
            line = names[c] "\t" start "\t" end "\tp" i "\t0\t" (rand() < 0.5 ? "+" : "-")
            print line; if (rand() < 0.1) print line
        }
    }
}' >peaks.bed
run=("$prepare" regions --genome genome.fa)

# sequences and places
for length in 1 101 200; do
    works "length $length" "${run[@]}" --peaks peaks.bed --length "$length" --negatives none --max-n 1 --out "l$length"
    works "length $length, stranded" "${run[@]}" --peaks peaks.bed --length "$length" --negatives none --max-n 1 --stranded --out "s$length"
    if command -v bedtools >/dev/null; then
        awk -v OFS='\t' '/^>/ {if (name) print name, n; name = substr($1, 2); n = 0; next} {n += length($1)} END {print name, n}' genome.fa >sizes.txt
        # the middle, slopped to the length; what bedtools cut at an end of a contig is left out
        awk -v OFS='\t' '{m = $2 + int(($3 - $2) / 2); print $1, m, m + 1, $4, $5, $6}' peaks.bed |
            bedtools slop -i - -g sizes.txt -l $((length / 2)) -r $((length - length / 2 - 1)) |
            awk -v bases="$length" '$3 - $2 == bases' >slopped.bed
        bedtools getfasta -fi genome.fa -bed slopped.bed -tab 2>/dev/null | awk '!/^$/ {if (toupper($2) ~ /[^N]/) print $1, toupper($2)}' | sort -u >theirs.txt
        table_of "l$length" | sort >ours.txt
        is "length $length: bedtools getfasta" "$(diff ours.txt theirs.txt | head -n 3)" ""
        zcat "l$length/sequences.fa.gz" | paste - - | sed 's/^>//' | tr '\t' ' ' | sort >ours.txt
        bedtools getfasta -fi genome.fa -bed slopped.bed -tab 2>/dev/null | awk '{if (toupper($2) ~ /[^N]/) print $1, $2}' | sort -u >theirs.txt
        is "length $length: and its case" "$(diff ours.txt theirs.txt | head -n 3)" ""
        bedtools getfasta -s -fi genome.fa -bed slopped.bed -tab 2>/dev/null | awk '{if (toupper($2) ~ /[^N]/) print $1, toupper($2)}' | sort -u >theirs.txt
        table_of "s$length" | sort >ours.txt
        is "length $length: bedtools getfasta -s" "$(diff ours.txt theirs.txt | head -n 3)" ""
    fi
done
rm -f genome.fa.fai
is "every peak is accounted for" "$(awk -F'[:,]' '/"left out/ {sum += $(NF - 1)} /"regions": [0-9]/ {sum += $2} END {print sum}' \
    <(sed 's/"left out: /"left out /' l200/prepared.json))" "$(wc -l <peaks.bed)"
works "bgzip" bash -c 'command -v bgzip >/dev/null || exit 0; bgzip -c genome.fa >genome.fa.gz && "$@" --genome genome.fa.gz --out bg' _ \
    "$prepare" regions --peaks peaks.bed --length 200 --negatives none --max-n 1
[ -d bg ] && is "bgzip: the same sequences" "$(zcat bg/sequences.fa.gz | sha256sum)" "$(zcat l200/sequences.fa.gz | sha256sum)"
gzip -c genome.fa >plain.fa.gz
works "plain gzip" "$prepare" regions --genome plain.fa.gz --peaks peaks.bed --length 200 --negatives none --max-n 1 --out pg
is "plain gzip: the same sequences" "$(zcat pg/sequences.fa.gz | sha256sum)" "$(zcat l200/sequences.fa.gz | sha256sum)"
works "CRLF" "${run[@]}" --peaks <(sed 's/$/\r/' peaks.bed) --length 200 --negatives none --max-n 1 --out crlf
is "CRLF: the same sequences" "$(zcat crlf/sequences.fa.gz | sha256sum)" "$(zcat l200/sequences.fa.gz | sha256sum)"
awk -v OFS='\t' '{print $1, "x", "peak", $2 + 1, $3, ".", $6, ".", "ID=" $4}' peaks.bed >peaks.gff3
works "GFF3" "${run[@]}" --peaks peaks=peaks.gff3 --length 200 --negatives none --max-n 1 --out gff
is "GFF3: the same sequences" "$(zcat gff/sequences.fa.gz | sha256sum)" "$(zcat l200/sequences.fa.gz | sha256sum)"
awk -v OFS='\t' '{print $1, $2, $3, $4, 0, ".", 1.5, -1, -1, 0}' peaks.bed >peaks.narrowPeak
works "summits" "${run[@]}" --peaks peaks.narrowPeak --centre summit --length 1 --negatives none --max-n 1 --out summits
is "summits: the first bases" "$(table_of summits | cut -d' ' -f1 | sort)" \
    "$(awk '{print $1 ":" $2 "-" $2 + 1}' peaks.bed | sort -u | grep -Fxf <(table_of summits | cut -d' ' -f1))"

# labels of two tasks: what bedtools intersect says of centres and of all bases
grep -v whole peaks.bed | awk 'NR % 2 == 0' >A.bed; grep -v whole peaks.bed | awk 'NR % 2 == 1' | gzip >B.bed.gz
works "two tasks" "${run[@]}" --peaks A.bed B.bed.gz --length 100 --reach 0 --max-n 1 --negatives none --out two
is "two tasks: their names" "$(zcat two/labels.tsv.gz | head -n 1)" "$(printf 'sequence\tA\tB')"
if command -v bedtools >/dev/null; then
    zcat two/labels.tsv.gz | tail -n +2 | cut -f 1 | sed -E 's/(.*):([0-9]+)-([0-9]+)/\1\t\2\t\3/' >regions.bed
    awk -v OFS='\t' '{print $1, $2 + 50, $2 + 51}' regions.bed >centres.bed
    for task in A B; do
        file=$(ls $task.bed*)
        paste <(bedtools intersect -c -a regions.bed -b "$file" | cut -f 4) <(bedtools intersect -c -a centres.bed -b "$file" | cut -f 4) |
            awk '{print ($2 > 0 ? 1 : $1 > 0 ? "" : 0)}' >theirs_$task.txt
    done
    is "two tasks: bedtools intersect" "$(diff <(zcat two/labels.tsv.gz | tail -n +2 | cut -f 2,3) <(paste theirs_A.txt theirs_B.txt) | head -n 3)" ""
fi
works "one file of all" "${run[@]}" --peaks <(awk -v OFS='\t' '{print $1, $2, $3, "A"}' A.bed; zcat B.bed.gz | awk -v OFS='\t' '{print $1, $2, $3, "B"}') \
    --tasks-by-name --length 100 --reach 0 --max-n 1 --negatives none --out byname
is "one file of all: the same labels" "$(zcat byname/labels.tsv.gz | sha256sum)" "$(zcat two/labels.tsv.gz | sha256sum)"
works "chosen tasks" "${run[@]}" --peaks A.bed B.bed.gz --tasks B --length 100 --negatives none --out chosen 
is "chosen tasks" "$(zcat chosen/labels.tsv.gz | head -n 1)" "$(printf 'sequence\tB')"
works "merged" "${run[@]}" --peaks <(printf 'chr1\t1000\t1001\nchr1\t1040\t1041\nchr1\t1080\t1081\n') B=<(printf 'chr1\t1081\t1082\n') --length 100 --merge 90 --negatives none --out merged
is "merged: one region, 1 for all" "$(zcat merged/labels.tsv.gz | tail -n +2)" "$(printf 'chr1:990-1090\t1\t1')"
works "exclude" "${run[@]}" --peaks A.bed --exclude B.bed.gz --length 100 --max-n 1 --negatives none --out excluded
command -v bedtools >/dev/null && is "exclude: bedtools intersect -v" \
    "$(bedtools intersect -u -a <(table_of excluded | sed -E 's/(.*):([0-9]+)-([0-9]+) .*/\1\t\2\t\3/') -b B.bed.gz | wc -l) $(table_of excluded | wc -l)" \
    "0 $(bedtools intersect -v -a <("$prepare" regions --genome genome.fa --peaks A.bed --length 100 --max-n 1 --negatives none --out whole 2>/dev/null
        table_of whole | sed -E 's/(.*):([0-9]+)-([0-9]+) .*/\1\t\2\t\3/') -b B.bed.gz | wc -l)"

# negatives
head -n 60 peaks.bed | grep -v whole >some.bed
gc=("${run[@]}" --peaks some.bed --length 100 --max-n 0)
works "negatives by GC" "${gc[@]}" --out gc1 --threads 1
for threads in 2 5; do
    works "$threads threads" "${gc[@]}" --out "gc$threads" --threads "$threads"
    is "$threads threads: the same bytes" "$(cat "gc$threads"/* | sha256sum)" "$(cat gc1/* | sha256sum)"
done
works "another seed" "${gc[@]}" --out gc7 --seed 7
[ "$(zcat gc7/sequences.fa.gz | sha256sum)" != "$(zcat gc1/sequences.fa.gz | sha256sum)" ] && good || bad "another seed gives the same negatives"
percent_of() { awk '{n = gsub(/[GC]/, "", $2); count[n]++} END {for (i = 0; i <= 100; ++i) print i, count[i] + 0}'; }
names_with() { zcat "$1/labels.tsv.gz" | awk -v x="$2" '$2 == x {print $1}'; }
is "negatives: as many of every percent of GC" \
    "$(table_of gc1 | grep -Fwf <(names_with gc1 1) | percent_of | sha256sum)" "$(table_of gc1 | grep -Fwf <(names_with gc1 0) | percent_of | sha256sum)"
is "negatives: as many" "$(names_with gc1 0 | wc -l)" "$(names_with gc1 1 | wc -l)"
command -v bedtools >/dev/null && is "negatives: none on a peak" \
    "$(names_with gc1 0 | sed -E 's/(.*):([0-9]+)-([0-9]+)/\1\t\2\t\3/' | bedtools intersect -u -a - -b some.bed | wc -l)" 0
works "candidates and a ratio" "${gc[@]}" --candidates <(printf 'chr1\t20000\t40000\n') --ratio 2 --out cand
is "a ratio" "$(names_with cand 0 | wc -l)" "$((2 * $(names_with cand 1 | wc -l)))"
[ "$(in_counts cand "in candidates")" -gt 20 ] && good || bad "few negatives are from candidates: $(in_counts cand "in candidates")"
for words in 2 4; do
    works "shuffles of $words" "${gc[@]}" --negatives dinucleotide --shuffle-words $words --out "shuffled$words"
    # every word of k letters stands in the shuffle as often as in the region that it is named by
    is "shuffles of $words: the same words" "$(table_of "shuffled$words" | awk -v k=$words '
        {
            is_shuffle = sub(/^shuffle1::/, "", $1)
            for (i = 1; i + k - 1 <= length($2); ++i) count[$1 " " substr($2, i, k)] += is_shuffle ? -1 : 1
            same[$1 " " $2]++
        }
        END {for (each in count) if (count[each] != 0) print each; for (each in same) if (same[each] > 1) print each}' | head -n 3)" ""
    is "shuffles of $words: one for each" "$(zgrep -c '^>shuffle1::' "shuffled$words/sequences.fa.gz")" "$(names_with "shuffled$words" 1 | wc -l)"
done
table_of whole | head -n 30 | awk '{print ">own" NR; print $2}' >own.fa
works "own negatives" "${gc[@]}" --negatives own.fa --out own
is "own negatives" "$(names_with own 0 | wc -l)" 30

# splits
works "by chromosome" "${run[@]}" --peaks peaks.bed --length 100 --valid chr2 --test chr10 --out parts
is "by chromosome" "$(tail -n +2 parts/split.tsv | sed -E 's/:[^\t]*//' | sort -u | paste -sd,)" "$(printf 'chr1\ttrain,chr10\ttest,chr2\tvalid')"
works "by similarity" "${run[@]}" --peaks peaks.bed --length 100 --max-n 1 --by-similarity --out similar
is "by similarity: no leakage" "$(in_counts similar "test with a near-duplicate in train")" 0
works "at random" "${run[@]}" --peaks peaks.bed --length 100 --max-n 1 --out random
[ "$(in_counts random "test with a near-duplicate in train")" -gt 0 ] && good || bad "overlapping regions are not counted as leakage"
works "three regions, no split" "${run[@]}" --peaks <(printf 'chr1\t1000\t1100\nchr1\t2000\t2100\n') --length 100 --out few
is "three regions, no split" "$(ls few | paste -sd' ')" "labels.tsv.gz prepared.json sequences.fa.gz"

if [ -n "$tf_binding" ]; then
    train=("$tf_binding" train --sequences random/sequences.fa.gz --labels random/labels.tsv.gz --units 2 --width 5 --epochs 1 --threads 1)
    works "a model is trained on the parts" "${train[@]}" --split-file random/split.tsv --out model
    grep -v -m 1 "$(sed -n 2p random/split.tsv | cut -f 1)" random/split.tsv | head -n 3 >part.tsv
    refuses "a table that names too few" 'part.tsv: expected a part for every sequence, found none for' "${train[@]}" --split-file part.tsv --out x
    refuses "two ways to split" '--split-file' "${train[@]}" --split-file part.tsv --split 80,10,10 --out x
fi

# counts of a table
printf 'peak\ts1\ts2\nchr1:1000-1300\t5\t7\nchr2:400-700\t\t1\nchr1:1000-1300(-)\t9\t9\n' >counts.tsv
works "counts" "${run[@]}" --counts counts.tsv --length 100 --transform log --out counts
is "counts" "$(zcat counts/labels.tsv.gz | paste -sd' ')" "$(printf 'sequence\ts1\ts2 chr1:1100-1200\t1.7917595\t2.0794415 chr2:500-600\t\t0.6931472')"

# what is there already
refuses "results that are there" 'expected a folder without results, found sequences.fa.gz; --overwrite replaces them' "${gc[@]}" --out gc1
works "overwrite" "${gc[@]}" --out gc1 --overwrite --npy --table --negatives none
is "overwrite" "$(ls gc1 | paste -sd' ')" "labels.npy labels.tsv.gz prepared.json sequences.fa.gz split.tsv table.tsv.gz"
if "${gc[@]}" --out h5 --hdf5 >out.txt 2>err.txt; then
    is "HDF5" "$(ls h5 | paste -sd' ')" "data.h5 labels.tsv.gz prepared.json sequences.fa.gz split.tsv"
else
    grep -q 'built without libhdf5' err.txt && echo "skipped: prepare was built without libhdf5" || bad "HDF5: $(tail -n 1 err.txt)"
fi
refuses "HDF5 of too few" "built without libhdf5|--hdf5: expected sequences enough for a split" "${run[@]}" --peaks B=<(printf 'chr1\t1000\t1100\n') --length 100 --out x --hdf5

# bad input: one line, nothing behind
x=("${run[@]}" --length 100 --out x)
peak() { printf "$1" >bad.bed; }
peak 'chr1\t200\t100\n'; refuses "start behind end" 'bad.bed:1: expected a start before the end, found 200 and 100' "${x[@]}" --peaks bad.bed
peak 'chr1\t100\t100\n'; refuses "an interval of nothing" 'bad.bed:1: expected a start before the end' "${x[@]}" --peaks bad.bed
peak 'chr1\t-5\t100\n'; refuses "a negative start" "bad.bed:1: expected the first base, from 0, in column 2, found '-5'" "${x[@]}" --peaks bad.bed
peak 'chr1\tten\t100\n'; refuses "text for a number" "bad.bed:1: .*column 2, found 'ten'" "${x[@]}" --peaks bad.bed
peak 'chr1\t10\t1e3\n'; refuses "a number with an exponent" "bad.bed:1: .*column 3, found '1e3'" "${x[@]}" --peaks bad.bed
peak 'chrom\tstart\tend\nchr1\t10\t100\n'; refuses "a header" "bad.bed:1: .*column 2, found 'start'" "${x[@]}" --peaks bad.bed
peak 'chr1\t10\n'; refuses "two columns" 'bad.bed:1: expected 3 to 12 columns \(BED\), found 2' "${x[@]}" --peaks bad.bed
peak 'chr1\t10\t100\ta\t0\tplus\n'; refuses "a strand in words" "bad.bed:1: expected a strand .* found 'plus'" "${x[@]}" --peaks bad.bed
peak 'chr1\t10\t100\nchr1\t59000\t60001\n'; refuses "beyond the contig" "bad.bed:2: expected an end within the 60000 bases of 'chr1'.*assembly.*found 60001" "${x[@]}" --peaks bad.bed
peak '1\t10\t100\n'; refuses "names of contigs" "bad.bed:1: expected a contig of genome.fa, found '1'; genome.fa has 'chr1'.*--contig-names" "${x[@]}" --peaks bad.bed
peak 'plasmid\t10\t100\n'; refuses "unknown contigs alone" 'expected regions of 100 bases, found none: 1 peaks read, 1 left out: unknown contig' "${x[@]}" --peaks bad.bed
peak '# nothing\n'; refuses "no intervals" 'bad.bed: expected intervals \(BED or GFF3\), found none' "${x[@]}" --peaks bad.bed
: >bad.bed; refuses "an empty file" 'bad.bed: expected intervals' "${x[@]}" --peaks bad.bed
peak '##gff-version 3\nchr1\tx\ty\t0\t20\t.\t+\t.\tz\n'; refuses "GFF3 from 0" 'bad.bed:2: expected the first base, from 1' "${x[@]}" --peaks bad.bed
refuses "no summits" 'some.bed:1: expected a summit in column 10|expected a summit in column 10' "${x[@]}" --peaks B=some.bed --centre summit
refuses "a FASTA for peaks" 'expected intervals \(BED or GFF3\), found FASTA|genome.fa' "${x[@]}" --peaks genome.fa
refuses "peaks there are not" 'none.bed' "${x[@]}" --peaks none.bed
refuses "a genome there is not" 'none.fa' "$prepare" regions --genome none.fa --peaks some.bed --length 100 --out x
printf '>chr1\nMKVLAEFQ\nPPLLIEFQ\n' >protein.fa; peak 'chr1\t2\t12\n'
refuses "proteins" "protein.fa: expected IUPAC nucleotides, found 'E'|protein.fa: expected IUPAC" "$prepare" regions --genome protein.fa --peaks bad.bed --length 10 --out x
head -c 20000 plain.fa.gz >torn.fa.gz; refuses "a torn gzip" 'torn.fa.gz' "$prepare" regions --genome torn.fa.gz --peaks some.bed --length 100 --out x
[ -e genome.fa.gz ] && { head -c $(($(stat -c %s genome.fa.gz) - 28)) genome.fa.gz >torn.fa.gz
    refuses "a torn bgzip" 'torn.fa.gz: the bgzip file ends early' "$prepare" regions --genome torn.fa.gz --peaks some.bed --length 100 --out x; }
printf 'chr1\t70000\t70100\n' >far.bed
refuses "an exclude list of another assembly" 'far.bed:1: expected an end within' "${x[@]}" --peaks some.bed --exclude far.bed
refuses "candidates of another assembly" 'far.bed:1: expected an end within' "${x[@]}" --peaks some.bed --candidates far.bed
refuses "candidates for shuffles" '--candidates: expected --negatives gc' "${x[@]}" --peaks some.bed --candidates some.bed --negatives dinucleotide
refuses "negatives there are not" 'none.fa' "${x[@]}" --peaks some.bed --negatives none.fa
printf '>a\nACGT\n' >short.fa; refuses "negatives that are short" 'short.fa: expected sequences of at least 100 bases, found none' "${x[@]}" --peaks some.bed --negatives short.fa
refuses "a bigWig that is none" 'some.bed: expected a bigWig file' "${x[@]}" --peaks some.bed --signal A=some.bed
refuses "shuffles with signals" '--negatives: expected gc or none with --signal' "${x[@]}" --peaks some.bed --signal A=a.bw --negatives dinucleotide
refuses "length 0" '--length: expected a whole number from 1 to 1000000' "${run[@]}" --peaks some.bed --length 0 --out x
refuses "longer than any contig" 'found none: .*beyond its contig' "${run[@]}" --peaks some.bed --length 70000 --out x
refuses "two files of one name" 'files of different names' "${x[@]}" --peaks some.bed some.bed
refuses "an empty name" 'expected FILE or NAME=FILE' "${x[@]}" --peaks =some.bed
refuses "a task there is not" "--tasks: expected names of tasks that have peaks, found 'Z'" "${x[@]}" --peaks some.bed --tasks Z
peak 'chr1\t1000\t1100\n'; refuses "tasks without names" 'bad.bed:1: expected the name of a task in column 4' "${x[@]}" --peaks bad.bed --tasks-by-name
refuses "no peaks" 'expected --peaks or --counts, found neither' "${x[@]}"
printf 'peak\ta\nsomewhere\t1\n' >bad.tsv; refuses "counts that lie nowhere" "bad.tsv: expected rows with names that tell places" "${x[@]}" --counts bad.tsv
refuses "percentages" 'expected percentages that add up to 100' "${x[@]}" --peaks some.bed --split 80,10,20
refuses "a chromosome there is not" "none for test on 'chr7'" "${x[@]}" --peaks peaks.bed --valid chr2 --test chr7
refuses "the folder is a file" 'some.bed: expected a folder, found a file' "${run[@]}" --length 100 --peaks peaks.bed --out some.bed
printf '1 chr1\n1 chr2\n' >twice.txt; refuses "names of contigs twice" 'twice.txt:2: expected every name once' "${x[@]}" --peaks some.bed --contig-names twice.txt
sed 's/^chr//' some.bed >plain.bed; printf '1 chr1\n2 chr2\n10 chr10\n' >names.txt
works "names of contigs are told" "${run[@]}" --length 100 --max-n 0 --peaks some=plain.bed --contig-names names.txt --out named
is "names of contigs are told: the same" "$(zcat named/sequences.fa.gz | sha256sum)" "$(zcat gc2/sequences.fa.gz | sha256sum)"

# an interrupt and a kill leave nothing, or what the next run takes away
awk '{for (i = 0; i < 3000; ++i) print $1 "\t" (7 * i) % 4000 "\t" (7 * i) % 4000 + 1 + i % 900}' some.bed >many.bed
for signal in INT TERM; do
    "${x[@]}" --peaks many.bed >out.txt 2>err.txt &
    pid=$!
    for _ in $(seq 200); do [ -e x.partial ] && break; sleep 0.01; done
    kill -$signal $pid 2>/dev/null
    wait $pid; status=$?
    if [ "$status" = 130 ]; then good; else [ -e x/prepared.json ] && echo "the run was over before $signal came" || bad "$signal: exit status $status: $(tail -n 1 err.txt)"; fi
    [ "$status" = 130 ] && is "$signal: nothing stays" "$(find . -name 'x*' -o -name '*.partial' | paste -sd' ')" ""
    rm -rf x
done
"${x[@]}" --peaks many.bed >out.txt 2>err.txt &
pid=$!
for _ in $(seq 200); do [ -e x.partial ] && break; sleep 0.01; done
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
rm -rf x
works "after a kill" "${run[@]}" --length 100 --peaks some.bed --out x
rm -rf x
is "after a kill" "$(find . -name '*.partial' | paste -sd' ')" ""

# real peaks
if [ -d "$shared/yeast_peaks" ]; then
    zcat "$shared/yeast_genome/sacCer3.fa.gz" >yeast.fa
    zcat "$shared/yeast_peaks/rossi2021_chexmix_all_targets.bed.gz" >all.bed
    works "yeast" "$prepare" regions --peaks all.bed --tasks-by-name --tasks Abf1,Cbf1,Reb1 --genome yeast.fa --length 200 --out yeast
    if command -v bedtools >/dev/null; then
        awk -v OFS='\t' '/^>/ {if (name) print name, n; name = substr($1, 2); n = 0; next} {n += length($1)} END {print name, n}' yeast.fa >sizes.txt
        grep -P '\t(Abf1|Cbf1|Reb1)\t' all.bed | bedtools slop -i - -g sizes.txt -l 100 -r 99 | awk '$3 - $2 == 200' |
            bedtools getfasta -fi yeast.fa -bed - -tab 2>/dev/null | tr '\t' ' ' | sort -u >theirs.txt
        is "yeast: bedtools" "$(diff <(table_of yeast | head -n "$(in_counts yeast regions)" | sort) theirs.txt | head -n 3)" ""
    fi
    refuses "chr1 is not chrI" "expected a contig of yeast.fa, found 'chr[0-9]*'; yeast.fa has 'chr[IVX]*'.*--contig-names" \
        "$prepare" regions --peaks "$(ls "$shared"/yeast_peaks/original/*.bed* | head -n 1)" --genome yeast.fa --length 200 --out x
else
    echo "skipped: the shared data are not here: no real peaks"
fi
command -v bedtools >/dev/null || echo "skipped: bedtools is not here: nothing was compared with it"
echo "$passed right, $failed wrong"
[ "$failed" -eq 0 ]
