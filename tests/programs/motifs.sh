#!/usr/bin/env bash
# Runs the built motifs (argument 1): every subcommand on small data, every error, the demo.
program=$(realpath "$1")
data=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../data/motif_golden")
jaspar=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz")
odd=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../data/motif_files/odd")
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
refuses() { fails_with "$@" </dev/null; }

# compare: all of MEME's columns, except the last digits of numbers
"$program" compare "$data/queries.meme" "$jaspar" --threshold 1 >ed.tsv 2>err.txt || bad "compare: $(cat err.txt)"
is "compare: header" "$(head -n 1 ed.tsv)" "$(printf 'Query_ID\tTarget_ID\tOptimal_offset\tp-value\tE-value\tq-value\tOverlap\tQuery_consensus\tTarget_consensus\tOrientation')"
tail -n +2 ed.tsv | cut -f 1-3,7-10 | sort >ours.txt
gzip -dc "$data/tomtom_ed.tsv.gz" | tail -n +2 | grep -v '^$' | cut -f 1-3,7-10 | sort >meme.txt
is "compare: rows unlike MEME's" "$(comm -3 ours.txt meme.txt | wc -l)" 0
# an overlap that motifs cannot have is reported, not reduced silently
"$program" compare "$data/queries.meme" "$jaspar" --min-overlap 99 >wide.tsv 2>err.txt || bad "min-overlap 99: $(cat err.txt)"
is "min-overlap 99: queries" "$(grep -c '^warning: --min-overlap 99: [0-9]* of [0-9]* queries are narrower' err.txt)" 1
is "min-overlap 99: targets" "$(grep -c '^warning: --min-overlap 99: 746 of 746 targets are narrower' err.txt)" 1
is "min-overlap 99: every match covers the narrower motif" "$(awk -F '\t' 'NR > 1 && $7 < length($8) && $7 < length($9)' wide.tsv | wc -l)" 0
"$program" compare "$data/queries.meme" "$jaspar" --min-overlap 4 >/dev/null 2>err.txt || bad "min-overlap 4: $(cat err.txt)"
is "min-overlap 4: no motif is narrower" "$(grep -c min-overlap err.txt)" 0
is "compare: threshold" "$("$program" compare "$data/queries.meme" "$jaspar" --threshold 0.05 | awk 'NR > 1 && $6 > 0.05' | wc -l)" 0
is "compare: E-value" "$("$program" compare "$data/queries.meme" "$jaspar" --evalue --threshold 0.1 | awk 'NR > 1 && $5 > 0.1' | wc -l)" 0
is "annotate: rows" "$("$program" annotate "$data/queries.meme" "$jaspar" | wc -l)" 11
is "compare: standard input" "$(gzip -dc "$jaspar" | "$program" compare "$data/queries.meme" - --threshold 1 | cksum)" "$(cksum <ed.tsv)"

# scan
gzip -dc "$jaspar" | awk '/^MOTIF/ { keep = $2 ~ /^(MA0139.1|MA0006.1|MA0032.2)$/; seen = 1 } !seen || keep' >three.meme
"$program" scan three.meme "$data/sequences.fa.gz" --p-value 1e-3 >hits.tsv 2>err.txt || bad "scan: $(cat err.txt)"
grep -v '^#' hits.tsv | tail -n +2 | cut -f 1-6 | sort >ours.txt
gzip -dc "$data/fimo_uniform.tsv.gz" | tail -n +2 | cut -f 1-6 | sort >meme.txt
is "scan: hits unlike MEME's" "$(comm -3 ours.txt meme.txt | wc -l)" 0
is "scan: bed" "$("$program" scan three.meme "$data/sequences.fa.gz" --p-value 1e-3 --format bed | awk 'NF == 6 && $3 > $2' | wc -l)" 1068
is "scan: gff3" "$("$program" scan three.meme "$data/sequences.fa.gz" --p-value 1e-3 --format gff3 | head -n 1)" "##gff-version 3"
is "scan: gff3 says how its hits were found" "$("$program" scan three.meme "$data/sequences.fa.gz" --p-value 1e-3 --norc --pseudocount 0.5 --format gff3 | grep -v '^##' | grep '^#')" \
    "# hits of p-values up to 0.001 on the forward strand alone; background A 0.25 C 0.25 G 0.25 T 0.25; pseudocount 0.5"
for format in tsv bed; do
    "$program" scan three.meme "$data/sequences.fa.gz" --p-value 1e-3 --norc --pseudocount 0.5 --format $format >comment.$format 2>err.txt
    is "scan: $format says how its hits were found" "$(grep '^#' comment.$format)" \
        "# hits of p-values up to 0.001 on the forward strand alone; background A 0.25 C 0.25 G 0.25 T 0.25; pseudocount 0.5"
done
is "scan: the first line of a table is its header" "$(head -n 1 comment.tsv | cut -f 1)" "motif_id"
if [ -n "$(command -v bedtools)" ]; then
    is "scan: bedtools takes the comment" "$(bedtools sort -i comment.bed | bedtools intersect -u -a - -b comment.bed | wc -l)" "$(grep -vc '^#' comment.bed)"
fi
is "scan: q-values" "$("$program" scan three.meme "$data/sequences.fa.gz" --q-values 2>err.txt | awk -F '\t' 'NR > 1 && !/^#/ && $9 == ""' | wc -l)" 0
is "scan: one strand" "$("$program" scan three.meme "$data/sequences.fa.gz" --norc 2>err.txt | awk -F '\t' '$6 == "-"' | wc -l)" 0

# scan at the places that names give, as bedtools getfasta writes them
printf 'MEME version 4\nMOTIF edge\nletter-probability matrix: alength= 4 w= 10\n' >edge.meme
for base in T G A C G A T T C C; do
    for row in A C G T; do [ $row = $base ] && printf '0.97 ' || printf '0.01 '; done
    echo
done >>edge.meme
{
    for name in 'chr5:1000-1030' 'peak 2::chr5:2000-2030(-)' 'x::HLA-A*01:01:100-130(+)' 'chrUn_KI270742v1:0-30(.)'; do
        printf '>%s\nACGTTGACGATTCCACGTACGTACGTACGT\n' "${name// /_}"
    done
    printf '>%s\nACGTACGTACGTACGTGGAATCGTCAACGT\n' 'chr6:2000-2030' 'chr7:2000-2030(-)'
} >places.fa
is "places: bed" "$("$program" scan edge.meme places.fa --genomic-coordinates --format bed | grep -v '^#' | cut -f 1-3,6)" \
    "$(printf 'chr5\t1004\t1014\t+\nchr5\t2016\t2026\t-\nHLA-A*01:01\t104\t114\t+\nchrUn_KI270742v1\t4\t14\t+\nchr6\t2016\t2026\t-\nchr7\t2004\t2014\t+')"
is "places: tsv" "$("$program" scan edge.meme places.fa --genomic-coordinates | sed -n 3p | cut -f 3-6,10)" \
    "$(printf 'chr5\t2017\t2026\t-\tTGACGATTCC')"
is "places: gff3" "$("$program" scan edge.meme places.fa --genomic-coordinates --format gff3 | sed -n 3p | cut -f 1,4,5,7)" \
    "$(printf 'chr5\t2017\t2026\t-')"
is "places: in the sequence" "$("$program" scan edge.meme places.fa --format bed | cut -f 1-3,6 | sed -n 3p)" \
    "$(printf 'peak_2::chr5:2000-2030(-)\t4\t14\t+')"
"$program" scan --help | tr -s ' \n' ' ' | grep -q 'count from 0 as bedtools' && good || bad "scan --help says what names count from"
for name in peak1 HLA:DRB1 chr1:1,000-1,030 chr1:30; do
    printf '>chr5:1000-1030\nACGTTGACGATTCCACGTACGTACGTACGT\n>%s\nACGTTGACGATTCCACGTACGTACGTACGT\n' $name >bad.fa
    refuses "places: $name" "bad.fa:3: expected a name that tells a place, such as chr5:1000-1030\(-\), found '$name'" \
        "$program" scan edge.meme bad.fa --genomic-coordinates
done
printf '>chr5:1001-1030\nACGTTGACGATTCCACGTACGTACGTACGT\n' >bad.fa
refuses "places: counted from 1" "bad.fa:1: expected 29 bases as the name 'chr5:1001-1030' tells .*, found 30" \
    "$program" scan edge.meme bad.fa --genomic-coordinates

# refine: a part of CACGTTACG grows by the two columns at each end that it may; input that cannot be refined is refused
awk 'BEGIN { srand(5); for (i = 0; i < 600; ++i) { s = ""; for (j = 0; j < 80; ++j) s = s substr("ACGT", int(4 * rand()) + 1, 1);
    at = int(70 * rand()); if (i % 2) s = substr(s, 1, at) "CACGTTACG" substr(s, at + 10); print ">s" i "\n" s > (i % 2 ? "with.fa" : "without.fa") } }'
printf '>half\nA [ 1 9 1 1 1 ]\nC [ 9 1 9 1 1 ]\nG [ 1 1 1 9 1 ]\nT [ 1 1 1 1 9 ]\n' >half.jaspar
"$program" refine half.jaspar --positives with.fa --negatives without.fa --out whole.meme --table whole.tsv 2>err.txt || bad "refine: $(cat err.txt)"
is "refine: table" "$(awk -F '\t' 'NR == 2 { print $1, $2, ($5 > 0.98), ($5 > $3) }' whole.tsv)" "half fitted 1 1"
"$program" compare whole.meme whole.meme --threshold 1 | tail -n 1 | cut -f 8 | grep -q CACGTTA && good || bad "refine: the whole motif"
"$program" refine half.jaspar --positives with.fa --negatives without.fa --threads 1 2>/dev/null | cmp -s - whole.meme && good || bad "refine: threads"
"$program" refine half.jaspar --positives with.fa --negatives without.fa --in-turn 1 2>err.txt | grep -q '^MOTIF half' && good || bad "refine: in turn"
: >none.fa
refuses "refine: no negatives" "none.fa: expected FASTA sequences, found an empty file" "$program" refine half.jaspar --positives with.fa --negatives none.fa
refuses "refine: own input" "half.jaspar" "$program" refine half.jaspar --positives with.fa --negatives without.fa --out half.jaspar
refuses "refine: one output for two" "as --out and as --table" "$program" refine half.jaspar --positives with.fa --negatives without.fa --out a --table a
refuses "refine: one output for two tables" "as --table and as --dinucleotides" "$program" refine half.jaspar --positives with.fa --negatives without.fa --out a --table b --dinucleotides b
refuses "refine: together and in turn" "--joint: expected to stand alone, found --in-turn" "$program" refine half.jaspar --positives with.fa --negatives without.fa --joint --in-turn 1
{ cat half.jaspar; sed 's/half/again/' half.jaspar; } >twice.jaspar
"$program" refine twice.jaspar --positives with.fa --negatives without.fa --joint --threads 1 --out joint.meme 2>err.txt || bad "refine: together: $(cat err.txt)"
is "refine: together: of two alike one stays" "$(grep -c '^MOTIF' joint.meme)" 1
"$program" refine twice.jaspar --positives with.fa --negatives without.fa --joint --threads 2 2>/dev/null | cmp -s - joint.meme && good || bad "refine: together: threads"
"$program" refine half.jaspar --positives with.fa --negatives without.fa --tune --dinucleotides pairs.tsv --out tuned.meme 2>err.txt || bad "refine: tuned: $(cat err.txt)"
is "refine: tuned: the motif" "$(grep -c '^MOTIF half' tuned.meme)" 1
is "refine: pairs" "$(awk -F '\t' '!/^#/ && NR > 1 && NF == 6 { ++n; p += $5 } END { print (n % 16 == 0 && n > 0 && p > n / 16 - 0.01 && p < n / 16 + 0.01) }' pairs.tsv)" 1
is "refine: what pairs are worth" "$(grep -c '^# half: on sequences not fitted to' pairs.tsv)" 1
"$program" refine half.jaspar --positives with.fa --negatives without.fa --symmetric --out even.meme 2>/dev/null
is "refine: symmetric" "$(awk 'NF == 4 && $1 + 0 == $1 { a[++n] = $1; t[n] = $4 } END { for (i = 1; i <= n; ++i) if (a[i] != t[n + 1 - i]) bad = 1; print (n > 0 && !bad) }' even.meme)" 1

# score
gzip -dc "$data/sequences.fa.gz" | awk '/^>/ { print substr($1, 2) "\t" n++ % 2 }' | sed '1i sequence\ttask' >labels.tsv
is "score: rows" "$("$program" score three.meme "$data/sequences.fa.gz" labels.tsv | awk -F '\t' 'NF == 5' | wc -l)" 4

# cluster, choose, logo, convert
"$program" cluster "$jaspar" --out clusters 2>err.txt || bad "cluster: $(cat err.txt)"
is "cluster: rows" "$(wc -l <clusters/clusters.tsv)" 747
is "cluster: archetypes" "$(grep -c ^MOTIF clusters/clusters.meme)" 118
is "cluster: tree" "$(grep -o 'MA[0-9.]*' clusters/tree.nwk | sort -u | wc -l)" 746
"$program" cluster three.meme --out few --method iterative 2>err.txt || bad "iterative: $(cat err.txt)"
is "choose: how many" "$("$program" choose "$jaspar" --count 7 | grep -c ^MOTIF)" 7
"$program" logo three.meme --out logos 2>err.txt || bad "logo: $(cat err.txt)"
is "logo: files" "$(ls logos)" "$(printf 'MA0006.1.svg\nMA0032.2.svg\nMA0139.1.svg')"
for to in meme jaspar transfac homer; do
    "$program" convert three.meme --to $to >three.$to.out 2>err.txt || bad "convert: $(cat err.txt)"
    is "convert: $to and back" "$("$program" convert three.$to.out --to meme | grep -c ^MOTIF)" 3
done

# dialects: a guess is a warning that an option settles; a folder of cis-BP files; motifs that cannot be read
warned() { if grep -qE -- "^warning: .*$2" err.txt; then good; else bad "$1: no warning '$2' in '$(cat err.txt)'"; fi; }
printf '>both\n0.7 0.1 0.1 0.1\n0.1 0.1 0.7 0.1\n0.1 0.1 0.1 0.7\n0.1 0.7 0.1 0.1\n' >both.pfm
rows_of() { grep -A 4 letter-prob "$1" | tail -n 4 | awk '{ for (i = b = 1; i <= 4; i++) if ($i > $b) b = i; printf "%s", substr("ACGT", b, 1) }'; }
"$program" convert both.pfm --to meme >bases.meme 2>err.txt || bad "convert both: $(cat err.txt)"
warned "both directions" "both.pfm:1: motif 'both': .*taken as a row for each base"
is "both directions: as bases" "$(rows_of bases.meme)" ATCG
"$program" convert both.pfm --to meme --motif-layout positions >positions.meme 2>err.txt || bad "convert positions: $(cat err.txt)"
is "told positions: no warning" "$(wc -c <err.txt)" 0
is "told positions" "$(rows_of positions.meme)" AGTC
is "told homer" "$("$program" convert both.pfm --to meme --motif-format homer 2>&1 | cksum)" "$(cksum <positions.meme)"
is "told jaspar" "$("$program" convert both.pfm --to meme --motif-format jaspar 2>&1 | cksum)" "$(cksum <bases.meme)"
refuses "another format" "two-letter key" "$program" convert both.pfm --to meme --motif-format transfac
refuses "no such format" "motif-format" "$program" convert both.pfm --to meme --motif-format fasta
"$program" scan "$odd/01_zero_column.jaspar" "$data/sequences.fa.gz" >/dev/null 2>err.txt || bad "scan of 01: $(cat err.txt)"
warned "a column of zeros" "motif 'XX0002.1': column 5 is zero"
mkdir pwms && cp "$odd"/19* pwms
refuses "a file without rows" "19c_empty_M90002_2.00.txt:1: .*motif '19c_empty_M90002_2.00'" "$program" cluster pwms --out none
is "a folder: motifs read" "$("$program" convert pwms --to meme --skip-bad 2>err.txt | grep -c ^MOTIF)" 2
warned "a folder: named" "left out: .*19c_empty_M90002_2.00"
warned "a folder: counted" "1 of 3 motifs cannot be read and were left out"
printf '>good\nA [9 0]\nC [0 9]\nG [0 0]\nT [0 0]\n>bad\nA [9 0]\nC [0 9]\nG [0 -1]\nT [0 0]\n' >mixed.jaspar
for command in "compare mixed.jaspar three.meme" "compare three.meme mixed.jaspar" "annotate mixed.jaspar three.meme" \
    "scan mixed.jaspar $data/sequences.fa.gz" "score mixed.jaspar $data/sequences.fa.gz labels.tsv" \
    "cluster mixed.jaspar --out mixed" "choose mixed.jaspar --count 1" "logo mixed.jaspar --out mixed" "convert mixed.jaspar --to meme"; do
    refuses "a bad motif: $command" "mixed.jaspar:9: .* in motif 'bad'" "$program" $command
    "$program" $command --skip-bad >/dev/null 2>err.txt || bad "skip: $command: $(cat err.txt)"
    warned "skip: $command" "left out: mixed.jaspar:9: .* motif 'bad'"
done
printf '>s\nTGTATACA\n' >rna.fa
is "RNA: one strand" "$("$program" scan "$odd/14b_rna.meme" rna.fa --p-value 0.01 2>err.txt | awk -F '\t' 'NR > 1 { print $4 $6 }')" "1+"
warned "RNA" "the alphabet is RNA"
refuses "RNA: score" "RNA" "$program" score "$odd/14b_rna.meme" "$data/sequences.fa.gz" labels.tsv
"$program" convert "$odd/14b_rna.meme" --to jaspar >out.txt 2>err.txt || bad "RNA: convert: $(cat err.txt)"
warned "RNA: convert" "the motifs are RNA, and jaspar is written with T for U"
"$program" convert "$odd/14b_rna.meme" --to meme 2>err.txt | grep -q 'ALPHABET= ACGU' && good || bad "RNA: convert --to meme"
is "RNA: convert --to meme: no loss" "$(grep -c 'T for U' err.txt)" 0
mkdir mixture && cp "$odd/14b_rna.meme" "$odd/23_motif.meme" mixture
for command in "scan mixture rna.fa" "compare mixture mixture" "score mixture rna.fa labels.tsv" "convert mixture --to meme"; do
    refuses "DNA and RNA: $command" "mixture/23_motif.meme: expected motifs of RNA as in mixture/14b_rna.meme, found DNA" "$program" $command
done
"$program" compare "$odd/23_motif.meme" "$odd/14b_rna.meme" --threshold 1 >out.txt 2>err.txt || bad "RNA targets: $(cat err.txt)"
is "RNA targets: one strand" "$(awk -F '\t' 'NR > 1 { print $10 }' out.txt | sort -u)" "+"
# a background that the motif file does not give is asked for; backgrounds that differ
"$program" scan "$odd/29_tabs.jaspar" "$data/sequences.fa.gz" --background motif >/dev/null 2>err.txt || bad "no background: $(cat err.txt)"
warned "no background" "the motif file gives no background; a uniform one is taken"
"$program" compare "$odd/29_tabs.jaspar" "$odd/29_tabs.jaspar" >/dev/null 2>err.txt || bad "no background asked: $(cat err.txt)"
is "no background asked" "$(grep -c 'no background' err.txt)" 0
mkdir backgrounds
for share in 3 2; do
    printf 'MEME version 4\nBackground letter frequencies\nA 0.%d C 0.%d G 0.%d T 0.%d\nMOTIF m\nletter-probability matrix: w= 1\n0 0 0 1\n' \
        $share $((5 - share)) $((5 - share)) $share >backgrounds/$share.meme
done
"$program" scan backgrounds rna.fa --p-value 1 --background motif >/dev/null 2>err.txt || bad "backgrounds: $(cat err.txt)"
warned "backgrounds" "backgrounds/3.meme: its background differs from that of backgrounds/2.meme"
# a narrow motif that cannot reach the threshold: a warning with its name and best p-value
meme() { # NAME WORD ...: sharp motifs
    printf 'MEME version 4\n\nALPHABET= ACGT\n\n'
    while [ $# -gt 1 ]; do
        printf 'MOTIF %s\nletter-probability matrix: alength= 4 w= %d nsites= 20 E= 0\n' "$1" "${#2}"
        awk -v word="$2" 'BEGIN {
            for (i = 1; i <= length(word); ++i) {
                split("0.01 0.01 0.01 0.01", p, " ")
                p[index("ACGT", substr(word, i, 1))] = 0.97
                print " " p[1], p[2], p[3], p[4]
            }
            print "" }'
        shift 2
    done
}
meme GAATTC6 GAATTC TGACTCA7 TGACTCA >narrow.meme
printf '>s1\nCCCGAATTCCCGTGACTCACC\n' >short.fa
"$program" scan narrow.meme short.fa >hits.tsv 2>err.txt || bad "narrow: $(cat err.txt)"
is "narrow: warnings" "$(cat err.txt)" "warning: motif GAATTC6 matches nothing: its best possible p-value is 0.000244, above the threshold of 0.0001"
is "narrow: hits" "$(grep -v '^#' hits.tsv | tail -n +2 | cut -f 1,4-6)" "$(printf 'TGACTCA7\t13\t19\t+')"
"$program" scan narrow.meme short.fa --p-value 2.5e-4 >hits.tsv 2>err.txt || bad "narrow: $(cat err.txt)"
is "narrow: no warning" "$(cat err.txt)" ""
is "narrow: more hits" "$(grep -v '^#' hits.tsv | tail -n +2 | wc -l)" 3
"$program" scan narrow.meme short.fa --p-value 1e-5 2>err.txt >/dev/null || bad "narrow: $(cat err.txt)"
is "narrow: two warnings" "$(grep -c '^warning: motif .* matches nothing: its best possible p-value is' err.txt)" 2

# an uneven background, one strand: other p-values than on both
printf 'A 0.22\nC 0.31\nG 0.19\nT 0.28\n' >uneven.bg
is "uneven: both strands" "$("$program" scan narrow.meme short.fa --background uneven.bg 2>/dev/null | awk -F '\t' 'NR > 1 && !/^#/ { print $1, $8 }')" "TGACTCA7 6.10352e-05"
is "uneven: one strand" "$("$program" scan narrow.meme short.fa --background uneven.bg --norc 2>/dev/null | awk -F '\t' 'NR > 1 && !/^#/ { print $1, $8 }')" "TGACTCA7 $(awk 'BEGIN { printf "%.6g", 0.28 * 0.19 * 0.22 * 0.31 * 0.28 * 0.31 * 0.22 }')"

# tabs in names: every row has its number of fields
printf '>MA9001.1\tNAME\tzinc finger\nA [ 0 9 0 9 0 9 0 ]\nC [ 0 0 0 0 0 0 9 ]\nG [ 9 0 0 0 9 0 0 ]\nT [ 0 0 9 0 0 0 0 ]\n>MA9002.1\nA [ 9 9 0 9 0 9 0 ]\nC [ 0 0 0 0 0 0 9 ]\nG [ 0 0 0 0 9 0 0 ]\nT [ 0 0 9 0 0 0 0 ]\n>MA9003.1\tA::B (var.2)\nA [ 0 9 0 9 0 9 0 ]\nC [ 0 0 9 0 0 0 9 ]\nG [ 9 0 0 0 9 0 0 ]\nT [ 0 0 0 0 0 0 0 ]\n' >tabs.jaspar
printf '>p1\nCCGATAGACCAATAGACC\n' >tabs.fa
printf 'sequence\tone\ttwo\np1\t1\t0\n' >tabs.tsv
fields() { awk -F '\t' -v n="$1" '{ rows += 1; bad += NF != n } END { print (rows > 1 ? bad + 0 : "no rows") }'; }
is "tabs: scan" "$("$program" scan tabs.jaspar tabs.fa --p-value 1e-3 2>/dev/null | grep -v '^#' | fields 10)" 0
is "tabs: bed" "$("$program" scan tabs.jaspar tabs.fa --p-value 1e-3 --format bed 2>/dev/null | grep -v '^#' | fields 6)" 0
is "tabs: gff3" "$("$program" scan tabs.jaspar tabs.fa --p-value 1e-3 --format gff3 2>/dev/null | grep -v '^#' | fields 9)" 0
is "tabs: compare" "$("$program" compare tabs.jaspar tabs.jaspar --threshold 1 2>/dev/null | fields 10)" 0
is "tabs: annotate" "$("$program" annotate tabs.jaspar tabs.jaspar --q 1 2>/dev/null | fields 3)" 0
is "tabs: score" "$("$program" score tabs.jaspar tabs.fa tabs.tsv 2>/dev/null | fields 5)" 0
"$program" cluster tabs.jaspar --out tabs 2>err.txt || bad "tabs: $(cat err.txt)"
is "tabs: cluster" "$(fields 2 <tabs/clusters.tsv)" 0

# names that no file can have: a file for each motif, in the folder, valid XML
long=$(printf 'x%.0s' {1..300})
meme a/b GATA a_b GATC ../up GATG A_B GATT "$long" CATG '<&">' CATC .hidden CATA CON CATT \
    .. CCAT "$long"y CCAA a_b GGAA $'n\xff\x01' GGTA $'NF-\xce\xbaB' GGTT >names.meme
mkdir inside && "$program" logo names.meme --out inside/names --both-strands 2>err.txt || bad "names: $(cat err.txt)"
is "names: files" "$(find inside/names -name '[!.]*.svg' -type f | wc -l)" 13
is "names: nothing else" "$(find inside | wc -l)" 15
is "names: letter case aside" "$(ls inside/names | tr A-Z a-z | sort -u | wc -l)" 13
if command -v python3 >/dev/null; then
    python3 -c 'import glob, xml.dom.minidom as x; [x.parse(f) for f in glob.glob("inside/names/*")]' 2>err.txt || bad "names: XML: $(tail -n 1 err.txt)"
fi

# refusals
refuses "no file" "no_such" "$program" compare no_such.meme "$jaspar"
refuses "no subcommand" "." "$program" --threads 2
refuses "unknown subcommand" "." "$program" draw
refuses "unknown distance" "distance" "$program" compare three.meme three.meme --distance manhattan
refuses "no target" "targets" "$program" compare three.meme
printf 'A 0.5\nC 0.5\n' >torn.bg
refuses "background" "torn.bg" "$program" scan three.meme "$data/sequences.fa.gz" --background torn.bg
refuses "too many chosen" "at most 3" "$program" choose three.meme --count 5
printf 'sequence\ttask\nother\t1\n' >other.tsv
refuses "labels of others" "other.tsv" "$program" score three.meme "$data/sequences.fa.gz" other.tsv
refuses "no folder" "cannot be" "$program" cluster three.meme --out three.meme/x
printf '>s\nAC!T\n' >bad.fa
refuses "letters" "bad.fa:2" "$program" scan three.meme bad.fa

# no output is one of the inputs, whatever it is called
gzip -dc "$data/sequences.fa.gz" >own.fa
cp three.meme own.meme
ln -s own.meme link.meme
ln -s own.meme link.out
mkdir several && cp three.meme several/one.meme
before=$(cat own.meme own.fa several/one.meme | cksum)
refuses "convert onto its input" "a file of its own, found own.meme" "$program" convert own.meme --to jaspar --out own.meme
refuses "convert onto a link to its input" "a file of its own" "$program" convert own.meme --to jaspar --out link.out
refuses "convert into its folder" "a file of its own" "$program" convert several --to jaspar --out several/one.meme
refuses "choose onto its input" "a file of its own" "$program" choose link.meme --count 2 --out ./own.meme
refuses "scan onto sequences" "a file of its own" "$program" scan own.meme own.fa --out own.fa
refuses "compare onto a target" "a file of its own" "$program" compare three.meme own.meme --out own.meme
is "inputs are as they were" "$(cat own.meme own.fa several/one.meme | cksum)" "$before"
refuses "standard input twice" "standard input .*both" "$program" scan - -

# numbers out of range
refuses "p-value nan" "expected a number from 0 to 1, found 'nan'" "$program" scan three.meme own.fa --p-value nan
refuses "threshold nan" "expected a number from 0 on, found 'nan'" "$program" compare three.meme three.meme --threshold nan
refuses "pseudocount nan" "found 'nan'" "$program" scan three.meme own.fa --pseudocount nan
refuses "pseudocount below 0" "expected a number from 0 on, found '-1'" "$program" scan three.meme own.fa --pseudocount -1
for threads in -1 99999999999 99999999999999999999 1.5 x; do
    refuses "threads $threads" "expected a whole number from 0 to 1024, found '$threads'" "$program" scan three.meme own.fa --threads $threads
done
for overlap in 0 -3; do
    refuses "overlap $overlap" "expected a whole number from 1 to 1000" "$program" compare three.meme three.meme --min-overlap $overlap
done
refuses "an empty output" "expected the name of a file to write, found an empty name" "$program" convert three.meme --to jaspar --out ''

# the demo
"$program" >demo.txt 2>err.txt || bad "demo: $(cat err.txt)"
is "demo: page" "$([ -s motifs_demo/index.html ] && grep -c '<tr>' motifs_demo/index.html)" 100
if grep -q CTCF demo.txt; then good; else bad "demo: no CTCF in $(cat demo.txt)"; fi

finish
