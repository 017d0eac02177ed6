#!/usr/bin/env bash
# Runs the built denovo_motifs (argument 1): planted sequences from two files, a table, an array and reads; its files; every refusal.
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
good() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }
is() { if [ "$2" = "$3" ]; then good; else bad "$1: expected '$3', found '$2'"; fi; }
refuses() {
    local name=$1 pattern=$2 status
    shift 2
    "$@" >out.txt 2>err.txt </dev/null
    status=$?
    is "$name: exit status" "$status" 1
    is "$name: last line" "$(tail -n 1 err.txt | cut -c 1-7)" "error: "
    if tail -n 1 err.txt | grep -qE -- "$pattern"; then good; else bad "$name: '$pattern' not in '$(tail -n 1 err.txt)'"; fi
}

# sequences of 60 bases; those of bound.fa, and the probes of high signal, hold TGACTCAGC at a place of their own
awk 'BEGIN {
    srand(7)
    for (i = 0; i < 600; ++i) {
        s = ""
        for (k = 0; k < 60; ++k) s = s substr("ACGT", int(rand() * 4) + 1, 1)
        plain = s
        if (i % 2 == 0) { at = int(rand() * 50); s = substr(s, 1, at) "TGACTCAGC" substr(s, at + 10) }
        name = "chr1:" i * 100 "-" i * 100 + 60
        print ">" name "\n" s > (i % 2 == 0 ? "bound.fa" : "unbound.fa")
        print ">" name "\n" s > "all.fa"
        print name "\t" (i % 7 == 3 ? "" : 1 - i % 2) "\t" i > "rows.tsv"
        print (i % 6 == 0 ? s : plain) "\t" (i % 6 == 0 ? 900 : 100) + rand() * 50 > "array.txt"
    }
}'
{ printf 'name\tbound\tnumber\n'; cat rows.tsv; } >labels.tsv
quick=(--motifs 2 --epochs 3 --units 6)

"$program" --positives bound.fa --negatives unbound.fa --out two "${quick[@]}" --threads 2 >out.txt 2>err.txt || bad "two files: $(tail -n 1 err.txt)"
is "two files: files" "$(cd two && echo *)" "filters.meme hits.bed motifs.html motifs.meme motifs.tsv sites.meme"
is "two files: the motif" "$(sed -n 2p two/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
is "two files: E" "$(awk -F '\t' 'NR == 2 { print ($10 < 0.001) }' two/motifs.tsv)" 1
is "two files: what it looks like" "$(sed -n 2p two/motifs.tsv | cut -f 14 | grep -cE 'FOS|JUN|NFE2|BACH')" 1
is "two files: motifs in motifs.meme" "$(grep -c '^MOTIF motif' two/motifs.meme)" "$(($(wc -l <two/motifs.tsv) - 1))"
is "two files: the sites of motif1" "$(awk '/^MOTIF motif1 /{ on = 1; next } /^MOTIF/ { on = 0 } on && NF == 4 { most = 0; for (b = 1; b <= 4; ++b) if ($b > most) { most = $b; best = substr("ACGT", b, 1) } s = s (most > .9 ? best : ".") } END { print s }' two/sites.meme | grep -cE 'TGACTCAGC|GCTGAGTCA')" 1
is "two files: motifs in sites.meme" "$(grep -c '^MOTIF motif' two/sites.meme)" "$(($(wc -l <two/motifs.tsv) - 1))"
is "two files: filters" "$(grep -c '^MOTIF filter' two/filters.meme)" 6
is "two files: hits on the genome" "$(awk -F '\t' '!/^#/ && ($1 != "chr1" || $3 - $2 < 5 || NF != 6)' two/hits.bed | wc -l)" 0
is "two files: how hits were found" "$(head -n 1 two/hits.bed | cut -d ';' -f 1)" "# hits of p-values up to 0.0001 on both strands"
is "two files: hits in most positives" "$(awk -F '\t' 'NR == 2 { print ($5 > 200) }' two/motifs.tsv)" 1
is "two files: a logo a motif" "$(grep -o '<svg' two/motifs.html | wc -l)" "$(($(wc -l <two/motifs.tsv) - 1))"
"$program" --positives bound.fa --negatives unbound.fa --out one "${quick[@]}" --threads 1 >/dev/null 2>&1
is "same bits for one thread and two" "$(cat one/motifs.meme one/motifs.tsv one/hits.bed | cksum)" "$(cat two/motifs.meme two/motifs.tsv two/hits.bed | cksum)"
"$program" --positives bound.fa --negatives unbound.fa --out untuned "${quick[@]}" --no-tune >/dev/null 2>err.txt || bad "not tuned: $(tail -n 1 err.txt)"
is "not tuned: the motif" "$(sed -n 2p untuned/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
is "not tuned: other columns than those of tuning" "$(cmp -s untuned/motifs.meme two/motifs.meme && echo same || echo other)" other
refuses "results are there" "two: expected a folder without results, found motifs.meme; use --overwrite" "$program" --positives bound.fa --out two
before=$(cksum <two/motifs.meme)
refuses "a motif file that is none" "unbound.fa" "$program" --positives bound.fa --known unbound.fa --out two --overwrite
is "what was there stays" "$(cksum <two/motifs.meme)" "$before"
"$program" --positives bound.fa --out two --overwrite "${quick[@]}" >/dev/null 2>err.txt || bad "shuffled: $(tail -n 1 err.txt)"
is "shuffled negatives" "$(grep -c '300 positives against themselves, shuffled' err.txt)" 1
is "shuffled negatives: the motif" "$(sed -n 2p two/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
"$program" --sequences all.fa --labels labels.tsv --target bound --out table "${quick[@]}" >/dev/null 2>err.txt || bad "table: $(tail -n 1 err.txt)"
is "table: unresolved" "$(grep -c 'note: 86 sequences without a label are left out' err.txt)" 1
is "table: the motif" "$(sed -n 2p table/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
"$program" --pbm array.txt --out array "${quick[@]}" --width 6,12 >/dev/null 2>err.txt || bad "array: $(tail -n 1 err.txt)"
is "array: the motif" "$(sed -n 2p array/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
is "array: width" "$(awk -F '\t' 'NR > 1 && ($3 < 6 || $3 > 12)' array/motifs.tsv | wc -l)" 0
"$program" --reads unbound.fa bound.fa --out reads "${quick[@]}" >/dev/null 2>err.txt || bad "reads: $(tail -n 1 err.txt)"
is "reads: the motif" "$(sed -n 2p reads/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1

"$program" --positives bound.fa --negatives unbound.fa --out joint "${quick[@]}" --joint --tune --dinucleotides --threads 2 >/dev/null 2>err.txt || bad "joint: $(tail -n 1 err.txt)"
is "joint: the motif" "$(sed -n 2p joint/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
is "joint: pairs of each motif" "$(grep -c '^# motif' joint/dinucleotides.tsv)" "$(($(wc -l <joint/motifs.tsv) - 1))"
is "joint: how often fitted together" "$(grep -c 'fitting motifs together' err.txt)" 1
"$program" --positives bound.fa --negatives unbound.fa --out joint1 "${quick[@]}" --joint --tune --dinucleotides --threads 1 >/dev/null 2>&1
is "joint: same bits for one thread and two" "$(cat joint1/motifs.meme joint1/motifs.tsv joint1/dinucleotides.tsv | cksum)" "$(cat joint/motifs.meme joint/motifs.tsv joint/dinucleotides.tsv | cksum)"
"$program" --positives bound.fa --negatives unbound.fa --out joint1 "${quick[@]}" --overwrite >/dev/null 2>&1
is "joint: no table of an earlier run stays" "$(cd joint1 && echo *)" "filters.meme hits.bed motifs.html motifs.meme motifs.tsv sites.meme"

# peaks of a genome: 300 sites of TGACTCAGC on two contigs, one of them in few GC; negatives lie outside the peaks
awk 'BEGIN {
    srand(3)
    for (c = 1; c <= 2; ++c) {
        s = ""
        for (i = 0; i < 90000; ++i) s = s (rand() < 0.3 + 0.2 * c ? substr("GC", int(rand() * 2) + 1, 1) : substr("AT", int(rand() * 2) + 1, 1))
        for (i = 0; i < 150; ++i) {
            at = 200 + i * 580 + int(rand() * 20)
            s = substr(s, 1, at) "TGACTCAGC" substr(s, at + 10)
            print "chr" c "\t" at - 20 "\t" at + 30 > "peaks.bed"
        }
        print ">chr" c > "genome.fa"
        for (i = 1; i <= length(s); i += 60) print substr(s, i, 60) > "genome.fa"
    }
}'
if "$program" --peaks peaks.bed --genome genome.fa --length 100 --out peaks "${quick[@]}" --threads 2 >/dev/null 2>err.txt; then
    is "peaks: what is searched" "$(grep -c '^300 regions around peaks against 300 windows of the genome that are like them' err.txt)" 1
    is "peaks: the motif" "$(sed -n 2p peaks/motifs.tsv | cut -f 2 | grep -cE 'TGA.TCA|TGASTCA')" 1
    is "peaks: hits are those that were planted" "$(awk 'NR == FNR { for (i = $2; i < $3; ++i) peak[$1, i] = 1; next } $4 == "motif1" { ++n; in_peaks += ($1, $2 + 1) in peak } END { print (n > 200 && in_peaks > 0.8 * n) }' peaks.bed peaks/hits.bed)" 1
    "$program" --peaks peaks.bed --genome genome.fa --length 100 --out peaks1 "${quick[@]}" --threads 1 >/dev/null 2>&1
    is "peaks: same bits for one thread and two" "$(cat peaks1/motifs.meme peaks1/hits.bed | cksum)" "$(cat peaks/motifs.meme peaks/hits.bed | cksum)"
    sed 's/^chr//' peaks.bed >bare.bed
    refuses "contigs of other names" "bare.bed:1: expected a contig of genome.fa, found '1'.*--contig-names" "$program" --peaks bare.bed --genome genome.fa --out new
    printf '1 chr1\n2 chr2\n' >names.txt
    "$program" --peaks bare.bed --genome genome.fa --contig-names names.txt --length 100 --out peaks2 "${quick[@]}" >/dev/null 2>&1
    is "peaks: names of contigs" "$(cksum <peaks2/motifs.meme)" "$(cksum <peaks/motifs.meme)"
    printf 'chr1\t89990\t90010\n' >long.bed
    refuses "a peak behind its contig" "long.bed:1: expected an end within the 90000 bases of 'chr1'" "$program" --peaks long.bed --genome genome.fa --out new
    printf 'chr1\t0\t20\n' >edge.bed
    refuses "no region" "expected regions of 200 bases, found none: 1 peaks read, 1 left out: beyond its contig" "$program" --peaks edge.bed --genome genome.fa --out new
    refuses "no summit" "peaks.bed:1: expected a summit in column 10" "$program" --peaks peaks.bed --genome genome.fa --centre summit --out new
    refuses "no genome at the place" "gone.fa" "$program" --peaks peaks.bed --genome gone.fa --out new
else
    is "peaks: built without htslib" "$(grep -c 'built without htslib' err.txt)" 1
fi
refuses "peaks alone" "expected --peaks and --genome together" "$program" --peaks peaks.bed --out new

# what cannot be searched is refused in a sentence, and no folder is left with half of the results
head -n 2 bound.fa >single.fa
refuses "one sequence" "single.fa: expected at least 10 positives .* found 1" "$program" --positives single.fa --out new
refuses "one negative" "expected at least 10 negatives .* found 1" "$program" --positives bound.fa --negatives single.fa --out new
sed '/^>/!s/./N/g' bound.fa >n.fa
refuses "N alone" "bases without N" "$program" --positives n.fa --negatives n.fa --out new "${quick[@]}"
sed '/^>/!s/^\(.....\).*/\1/' bound.fa >short.fa
refuses "shorter than a motif" "short.fa: expected sequences of at least 8 bases, found 5" "$program" --positives short.fa --out new
awk -F '\t' 'NR == 1 || $2 = 1' OFS='\t' labels.tsv >equal.tsv
refuses "labels all equal" "equal.tsv: expected at least 10 negatives .* found 0" "$program" --sequences all.fa --labels equal.tsv --target bound --out new
refuses "no such column" "labels.tsv:1: expected a column 'bond'" "$program" --sequences all.fa --labels labels.tsv --target bond --out new
refuses "an empty file" "none.fa: expected FASTA sequences, found an empty file" sh -c ': >none.fa; "$0" --positives none.fa --out new' "$program"
refuses "no input" "found 0" "$program" --out new
refuses "two inputs" "found 2" "$program" --positives bound.fa --pbm array.txt --out new
refuses "no folder" "--out" "$program" --positives bound.fa
refuses "width" "--width: expected the fewest and the most columns" "$program" --positives bound.fa --out new --width 9
refuses "split" "--split" "$program" --positives bound.fa --out new --split 50,50
refuses "an input as output" "--out: expected a file of its own" sh -c 'mkdir -p own && cp bound.fa own/motifs.meme && "$0" --positives own/motifs.meme --out own' "$program"
is "no half of results" "$(find new -type f 2>/dev/null | wc -l)" 0

echo "denovo_motifs: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
