#!/usr/bin/env bash
# What denovo_motifs finds in data of other assays, beside the known motif: HT-SELEX, SELEX-seq, SMiLE-seq, ChIP-exo of yeast (peaks and genome),
# ChIP-seq (positives alone). For each set: sequences, the first motifs with the test AUROC and E, and which of them is most like the known
# motif: its correlation over all columns of the known one, and its place. For ChIP-seq also AUROC on positives and negatives kept aside.
#     bash benchmarks/denovo/assays.sh
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
root=$PWD more=$PWD/../shared/data/more
[ -d "$more" ] || { echo "skipped: $more is not there"; exit 0; }
if [ -z "$BENCH" ]; then
    cmake --preset bench >/dev/null && cmake --build build/bench --target bench_denovo denovo_motifs >/dev/null || exit 1
fi
bench=$(realpath "${BENCH:-$(find build/bench -type f -name bench_denovo -perm -u+x | head -n 1)}")
program=$(realpath "${PROGRAM:-$(find build/bench -type f -name denovo_motifs -perm -u+x | head -n 1)}")
jaspar=$root/examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# word NAME WORD: a motif of IUPAC letters in MEME's format
word() {
    awk -v name="$1" -v word="$2" 'BEGIN {
        print "MEME version 5\n\nALPHABET= ACGT\n\nMOTIF " name "\nletter-probability matrix: alength= 4 w= " length(word) " nsites= 20 E= 0"
        split("A 1000 C 0100 G 0010 T 0001 R 1010 Y 0101 S 0110 W 1001 K 0011 M 1100 N 1111", code, " ")
        for (i = 1; i in code; i += 2) of[code[i]] = code[i + 1]
        for (k = 1; k <= length(word); ++k) {
            mask = of[substr(word, k, 1)]; n = gsub(1, 1, mask); line = ""
            for (b = 1; b <= 4; ++b) line = line " " (substr(mask, b, 1) == 1 ? 0.97 / n + (n == 4 ? 0.0075 : 0) : n == 4 ? 0 : 0.03 / (4 - n))
            print line
        }
    }'
}
# of_jaspar NAME: the profile of that name
of_jaspar() { zcat "$jaspar" | awk -v name="$1" 'NR < 8 || /^MOTIF/ { on = NR < 8 || $3 == name } on'; }
fasta() { awk '{ print ">" NR "\n" $1 }'; }

# found NAME TRUTH option...: searches and prints the first motifs and what is known
found() {
    local name=$1 truth=$2 folder=$work/$1
    shift 2
    mkdir -p "$folder"
    cp "$truth" "$folder/truth.meme"
    local begin end
    begin=$(date +%s.%N)
    "$program" "$@" --out "$folder/out" --motifs 4 >"$folder/log" 2>&1 || { echo "failed: $name: $(tail -n 1 "$folder/log")"; return 1; }
    end=$(date +%s.%N)
    printf '%s\t%s s\t%s\n' "$name" "$(echo "$end $begin" | awk '{ printf "%.1f", $1 - $2 }')" "$(head -n 1 "$folder/log")"
    awk -F '\t' 'NR > 1 { printf "\t%s\t%s\tAUROC %.3f\tE %s\t%s\n", $1, $2, $6, $10, $14 }' "$folder/out/motifs.tsv"
    for file in motifs sites; do
        "$bench" judge "$folder" "$folder/out/$file.meme" | awk -F '\t' -v file="$file" '{ print "\tknown " $2 " (" $3 " columns): " file ", " $5 ", correlation " $6 }'
    done
}

word bcd GGATTA >bcd.meme
zcat "$more"/selex_bcd_htselex/*.tsv.gz | awk '{ for (k = 0; k < $3; ++k) print $1 }' | shuf -n 20000 --random-source=<(yes) | fasta >bcd1.fa
zcat "$more"/selex_bcd_htselex/*.tsv.gz | awk '{ for (k = 0; k < $6; ++k) print $1 }' | shuf -n 20000 --random-source=<(yes) | fasta >bcd4.fa
found "HT-SELEX_Bicoid" bcd.meme --reads bcd1.fa bcd4.fa

word exd-hox TGAYNNAY >exd.meme
for round in R0 R2; do zcat "$more/selex_exdhox_selexseq/$round.fastq.gz" | awk 'NR % 4 == 2 { print substr($1, 4, 16) }' | shuf -n 20000 --random-source=<(yes) | fasta >$round.fa; done
found "SELEX-seq_Exd-Hox" exd.meme --reads R0.fa R2.fa

word SALL4 ATATTA >sall4.meme
found "SELEX_SALL4_cycle6_against_no_protein" sall4.meme --reads "$more/selex_zfc4_cycles/RV31_lib1_cycle6_noprotein.fa.gz" "$more/selex_zfc4_cycles/RV30_lib1_cycle6_ZFC4.fa.gz"
found "SELEX_SALL4_cycle6_against_cycle0" sall4.meme --reads "$more/selex_zfc4_cycles/RV01_lib1_cycle0_input.fa.gz" "$more/selex_zfc4_cycles/RV30_lib1_cycle6_ZFC4.fa.gz"

# the authors' matrix of natural logarithms of affinities, as shares by column
tail -n +2 "$more/smileseq_prdm13/PRDM13_bindingmode_1_psam.csv" | awk -F ',' '
    { s = exp($2) + exp($3) + exp($4) + exp($5); row[++n] = exp($2) / s " " exp($3) / s " " exp($4) / s " " exp($5) / s }
    END { print "MEME version 5\n\nALPHABET= ACGT\n\nMOTIF PRDM13\nletter-probability matrix: alength= 4 w= " n " nsites= 20 E= 0"; for (k = 1; k <= n; ++k) print " " row[k] }' >prdm13.meme
zcat "$more"/smileseq_prdm13/UT380*.fastq.gz | awk 'NR % 4 == 2 { print $1 }' | shuf -n 10000 --random-source=<(yes) | fasta >bound.fa
zcat "$more/smileseq_prdm13/PRDM13_input_vs_bound_counts.tsv.gz" | awk '$2 > 0 { print $1 }' | shuf -n 10000 --random-source=<(yes) | fasta >input.fa
found "SMiLE-seq_PRDM13" prdm13.meme --positives bound.fa --negatives input.fa

zcat "$more/yeast_genome/sacCer3.fa.gz" >sacCer3.fa
printf '%s\n' "1 I" "2 II" "3 III" "4 IV" "5 V" "6 VI" "7 VII" "8 VIII" "9 IX" "10 X" "11 XI" "12 XII" "13 XIII" "14 XIV" "15 XV" "16 XVI" |
    awk '{ print "chr" $1, "chr" $2 }' >contigs.txt
while read -r factor known; do
    word "$factor" "$known" >"$factor.meme"
    found "ChIP-exo_$factor" "$factor.meme" --peaks "$more/yeast_peaks/original/${factor}_CX.bed" --genome sacCer3.fa --contig-names contigs.txt --length 100
done <<'T'
Abf1 RTCAYTNNNNACG
Cbf1 RTCACRTG
Mcm1 TTWCCNNWWNRGGAAA
Rap1 ACACCCRTACAY
Reb1 TTACCCG
T

for factor in CTCFL ELK1 REST USF1; do
    of_jaspar $factor >$factor.meme
    mkdir -p "chip_$factor"
    zcat "$more/chip_deepbind_encode/$factor"_*_AC.seq.gz | awk 'NR > 1 { print $3 }' | fasta >"chip_$factor/train_positives.fa"
    for kind in positives:1 negatives:0; do
        zcat "$more/chip_deepbind_encode/$factor"_*_B.seq.gz | awk -v bound="${kind#*:}" 'NR > 1 && $4 == bound { print $3 }' | fasta >"chip_$factor/test_${kind%:*}.fa"
    done
    cp "chip_$factor/test_negatives.fa" "chip_$factor/train_negatives.fa" # the best on training sequences is not asked for
    found "ChIP-seq_$factor" $factor.meme --positives "chip_$factor/train_positives.fa" || continue
    "$bench" score "chip_$factor" "first motif=$work/ChIP-seq_$factor/out/motifs.meme" "profile of JASPAR=$factor.meme" |
        awk -F '\t' '{ printf "\tkept aside: %s: AUROC %s by best hits, %s by occupancy\n", $2, $5, $6 }'
done
