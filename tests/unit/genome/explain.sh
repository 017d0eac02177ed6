#!/usr/bin/env bash
# explain variants and explain tracks, from command line to file: what other programs read of it, and bad input. Usage: explain.sh EXPLAIN
explain=$(realpath "$1")
data=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../data/model_files" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/../../programs_more/common.sh"
model=(--model "$data/tf_binding_0_1.safetensors" --threads 1)

# a genome, variants with REF as it has it, and regions
awk 'BEGIN {
    srand(9)
    split("chr2 chr10 chr1", names, " ")
    print "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO" > "snvs.vcf"
    for (c = 1; c <= 3; ++c) {
        s = ""
        for (i = 0; i < 1000; ++i) s = s substr("ACGT", int(rand() * 4) + 1, 1)
        print ">" names[c] > "genome.fa"
        for (i = 1; i <= 1000; i += 50) print substr(s, i, 50) > "genome.fa"
        for (p = 5; p <= 1000; p += 5) {
            ref = substr(s, p, 1)
            alt = substr("ACGT", (index("ACGT", ref) + int(rand() * 3)) % 4 + 1, 1)
            if (p % 25 == 0) alt = alt "," ref "GATTACA"
            if (p % 35 == 0 && p < 990) { ref = substr(s, p, 3); alt = substr(s, p, 1) }
            print names[c] "\t" p "\trs" p "\t" ref "\t" alt "\t.\tPASS\t." > "snvs.vcf"
        }
    }
}'
variants=("${model[@]}" --genome genome.fa)

works "variants" "$explain" variants "${variants[@]}" --vcf snvs.vcf --out all.tsv
is "header" "$(head -n 1 all.tsv)" "$(printf 'chrom\tpos\tid\tref\talt\tAP1\tGG')"
is "a row for every alternative" "$(tail -n +2 all.tsv | cut -f 1-5 | sha256sum)" \
    "$(grep -v '^#' snvs.vcf | awk -v OFS='\t' '{n = split($5, a, ","); for (i = 1; i <= n; ++i) print $1, $2, $3, $4, a[i]}' | sha256sum)"
is "no index is left" "$(echo genome.fa.*)" 'genome.fa.*'
"$explain" variants "${variants[@]}" --vcf snvs.vcf >piped.tsv 2>err.txt
same "standard output" all.tsv piped.tsv
"$explain" variants "${variants[@]}" --vcf - <snvs.vcf >piped.tsv 2>err.txt
same "standard input" all.tsv piped.tsv
"$explain" variants --model "$data/tf_binding_0_1.safetensors" --genome genome.fa --vcf snvs.vcf --threads 4 >piped.tsv 2>err.txt
same "threads" all.tsv piped.tsv

# the difference of what predictions of both windows say: chr2, its first variant far enough from its ends
awk -v OFS='\n' 'NR == FNR { if (/^>/) name = substr($0, 2); else seq[name] = seq[name] $0; next }
    !/^#/ && $1 == "chr1" && $2 > 100 && $2 < 900 {
        n = split($5, a, ",")
        before = substr(seq[$1], $2 - 20, 20)
        behind = substr(seq[$1], $2 + length($4), 60)
        print ">ref", substr(before $4 behind, 1, 40)
        for (i = 1; i <= n; ++i) print ">" $2 ":" a[i], substr(before a[i] behind, 1, 40)
    }' genome.fa snvs.vcf >windows.fa
works "windows" "$explain" sequences "${model[@]}" --sequences windows.fa --out windows.tsv
awk -F'\t' '$2 == "AP1" && $1 == "ref" {r = $3} $2 == "AP1" && $1 != "ref" {split($1, p, ":"); print p[1], p[2], $3 - r}' windows.tsv >by_hand.txt
awk -F'\t' '$1 == "chr1" && $2 > 100 && $2 < 900 {print $2, $5, $6}' all.tsv >by_program.txt
is "rows by hand" "$(wc -l <by_hand.txt)" "$(wc -l <by_program.txt)"
is "differences by hand" "$(paste by_hand.txt by_program.txt | awk '$1 != $4 || $2 != $5 || ($3 - $6) ^ 2 > 1e-10' | head -n 3)" ""

works "everything" "$explain" variants "${variants[@]}" --vcf snvs.vcf --out more.tsv --units --background 500 --annotated more.vcf.gz
is "more columns" "$(head -n 1 more.tsv)" \
    "$(printf 'chrom\tpos\tid\tref\talt\tAP1\tGG\tAP1 percentile\tGG percentile\tgained\tlost')"
is "percentiles in order" "$(tail -n +2 more.tsv | sort -t "$(printf '\t')" -g -k 6,6 | awk -F'\t' '$8 < last {print; exit} {last = $8}')" ""
is "percentiles from 0 to 100" "$(tail -n +2 more.tsv | awk -F'\t' '$8 < 0 || $8 > 100' | head -n 1)" ""
[ "$(tail -n +2 more.tsv | awk -F'\t' '$10 ~ /filter/ || $11 ~ /filter/' | wc -l)" -gt 10 ] && good || bad "no unit gains or loses a hit"
printf 'unit\tname\nfilter0\tbZIP; 1\nfilter1\tGC,box\n' >called.tsv
works "names of units" "$explain" variants "${variants[@]}" --vcf snvs.vcf --out called_units.tsv --units --names called.tsv --annotated called.vcf
grep -qE '(^|[|[:blank:]])filter0:bZIP__1([|[:blank:]]|$)|filter1:GC_box' <(cut -f 8,9 called_units.tsv) && good || bad "no name of a unit that gains or loses a hit"
is "names change no unit" "$(cut -f 8,9 called_units.tsv | sed -E 's/(filter[0-9]+):[^|\t]*/\1/g' | sha256sum)" "$(cut -f 10,11 more.tsv | sha256sum)"
if command -v bcftools >/dev/null; then
    works "bcftools reads names of units" bcftools query -f '%UNITS_LOST\n' called.vcf
    is "bcftools: names" "$(grep -oE 'filter[^|,]*' out.txt | sort | uniq -c)" "$(tail -n +2 called_units.tsv | cut -f 9 | grep -oE 'filter[^|]*' | sort | uniq -c)"
fi
works "the seed again" "$explain" variants "${variants[@]}" --vcf snvs.vcf --out again.tsv --units --background 500
same "the same seed" more.tsv again.tsv

# variants that cannot be scored
printf '##fileformat=VCFv4.2\n##contig=<ID=chr2>\n##contig=<ID=plasmid>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n' >odd.vcf
base=$(sed -n 2p genome.fa | cut -c 1)
other=$([ "$base" = A ] && echo C || echo A)
printf 'chr2\t1\tgood\t%s\tG,<DEL>\t.\t.\t.\nchr2\t1\twrong\t%s\tG\t.\t.\t.\nchr2\t1001\tbeyond\tA\tG\t.\t.\t.\nplasmid\t1\tp\tA\tG\t.\t.\t.\nchr2\t1\tnone\t%s\t.\t.\t.\t.\n' \
    "$base" "$other" "$base" >>odd.vcf
works "odd variants" "$explain" variants "${variants[@]}" --vcf odd.vcf --out odd.tsv --left-out left.tsv --annotated odd.vcf.bcf
is "the good one" "$(cut -f 3 odd.tsv | paste -sd' ')" "id good"
is "the reasons" "$(cut -f 3,6,7 left.tsv | tr '\t' ' ' | paste -sd,)" \
    "id reason genome,good not_bases ,wrong ref_mismatch $base,beyond beyond_contig ,p unknown_contig ,none no_alternative "
grep -q "^warning: chr2:1: REF is '$other', and the genome has '$base'; it is left out" err.txt && good || bad "no word of the REF that differs"
grep -q '1 alternatives of 5 variants scored into odd.tsv; left out: 1 no_alternative, 1 not_bases, 1 unknown_contig, 1 beyond_contig, 1 ref_mismatch' \
    err.txt && good || bad "no count of reasons: $(tail -n 1 err.txt)"

nothing=("$explain" variants "${variants[@]}" --out x.tsv --annotated x.vcf --left-out x.txt)
sed 's/^chr//' snvs.vcf >plain_names.vcf
refuses "names of contigs" "plain_names.vcf:3: expected a contig of genome.fa, found '2'; genome.fa has 'chr2'" "${nothing[@]}" --vcf plain_names.vcf
printf '2 chr2\n10\tchr10\n1 chr1\n' >names.txt
works "given names" "$explain" variants "${variants[@]}" --vcf plain_names.vcf --contig-names names.txt --out named.tsv
is "given names, the same numbers" "$(cut -f 2- named.tsv | sha256sum)" "$(cut -f 2- all.tsv | sha256sum)"
sed 's/^chr2/plasmid/' odd.vcf >none_good.vcf
refuses "no variant can be scored" 'none_good.vcf: expected variants that can be scored, found none in 5 \(1 no_alternative, 5 unknown_contig\)' \
    "${nothing[@]}" --vcf none_good.vcf
(cat snvs.vcf; printf 'chr2\t12') >torn.vcf
refuses "a torn VCF" 'torn.vcf:603: expected 8 columns between tabs \(VCF\), found 2' "${nothing[@]}" --vcf torn.vcf
refuses "a FASTA in place of the VCF" 'expected variants \(VCF or BCF\), found FASTA' "${nothing[@]}" --vcf genome.fa
refuses "a VCF in place of the genome" "snvs.vcf:1: expected a header line that begins with '>'" "$explain" variants "${model[@]}" --vcf snvs.vcf --genome snvs.vcf
refuses "no index for a region" 'expected an index beside the file' "${nothing[@]}" --vcf snvs.vcf --region chr1
refuses "standard input twice" 'expected a file that can be read twice' "${nothing[@]}" --vcf - --background 5
refuses "an output over an input" '--annotated: expected a file of its own' "$explain" variants "${variants[@]}" --vcf snvs.vcf --annotated snvs.vcf
printf '1 a\n1 b\n' >twice.txt
refuses "names of contigs twice" 'twice.txt:2: expected every name once' "${nothing[@]}" --vcf snvs.vcf --contig-names twice.txt
is "nothing stays" "$(ls x.* 2>/dev/null | paste -sd' ')" ""

if command -v bcftools >/dev/null; then
    works "bcftools reads the annotated file" bcftools query -f '%CHROM\t%POS\t%ID\t%REF\t%ALT\t%DELTA_AP1\t%DELTA_GG\n' more.vcf.gz
    is "bcftools: no warning" "$(grep -ci warn err.txt)" 0
    awk -F'\t' '{n = split($6, a, ","); for (i = 1; i <= n; ++i) print $2, a[i]}' out.txt >of_file.txt
    tail -n +2 more.tsv | awk -F'\t' '{print $2, $6}' >of_table.txt
    is "bcftools: the numbers of the table" "$(paste of_file.txt of_table.txt | awk '$1 != $3 || ($2 - $4) ^ 2 > 1e-10' | head -n 3)" ""
    is "bcftools: all of them" "$(wc -l <of_file.txt)" "$(wc -l <of_table.txt)"
    works "bcftools reads the BCF" bcftools query -f '%ID %DELTA_AP1 %NOT_SCORED\n' odd.vcf.bcf
    is "bcftools: reasons" "$(sed -E 's/-?[0-9]+\.[0-9e-]+|^(good) [^,]*/\1 x/' out.txt | paste -sd,)" \
        "good x,. .,not_bases,wrong . ref_mismatch,beyond . beyond_contig,p . unknown_contig,none . ."
    bcftools view -Oz -o snvs.vcf.gz snvs.vcf 2>err.txt && bcftools index snvs.vcf.gz
    head -n 1 all.tsv >parts.tsv
    for region in chr2:1-500 chr2:501-1000 chr10 chr1; do
        works "region $region" "$explain" variants "${variants[@]}" --vcf snvs.vcf.gz --region "$region" --out part.tsv
        tail -n +2 part.tsv >>parts.tsv
    done
    same "regions side by side" all.tsv parts.tsv
else
    echo "bcftools is not here: it reads nothing of what is written"
fi

# tracks
printf 'chr2\t95\t300\nchr1\t10\t20\nchr2\t250\t410\n' >regions.bed
works "tracks" "$explain" tracks "${variants[@]}" --regions regions.bed --stride 50 --bedgraph --out tracks
is "files of tracks" "$(ls tracks | paste -sd' ')" "AP1.bedGraph AP1.bw GG.bedGraph GG.bw"
is "places, in order and once" "$(cut -f 1-3 tracks/AP1.bedGraph | tr '\t' ' ' | paste -sd,)" \
    "chr1 10 20,chr2 95 100,chr2 100 150,chr2 150 200,chr2 200 250,chr2 250 300,chr2 300 350,chr2 350 400,chr2 400 410"
awk '/^>/ {name = substr($0, 2); next} name == "chr2" {s = s $0} END {for (k = 2; k < 8; ++k) print ">" k "\n" substr(s, 50 * k + 25 - 20 + 1, 40)}' genome.fa >windows.fa
works "windows of tracks" "$explain" sequences "${model[@]}" --sequences windows.fa --out windows.tsv
is "values of tracks" "$(awk -F'\t' '$2 == "AP1" {printf "%.5f\n", $3}' windows.tsv | paste -sd' ')" \
    "$(awk '$1 == "chr2" && $2 >= 100 && $3 <= 400 {printf "%.5f\n", $4}' tracks/AP1.bedGraph | paste -sd' ')"
works "whole contigs" "$explain" tracks "${variants[@]}" --stride 10 --out whole
refuses "tracks that are there" 'whole/AP1.bw: expected no such file yet, found one; --overwrite replaces it' "$explain" tracks "${variants[@]}" --stride 10 --out whole
works "overwrite" "$explain" tracks "${variants[@]}" --stride 10 --out whole --overwrite
printf '2\t1\t2\n' >bad.bed
printf 'chr2\t1\t1001\n' >beyond.bed
refuses "regions of another genome" "bad.bed:1: expected a contig of genome.fa, found '2'; genome.fa has 'chr2'" \
    "$explain" tracks "${variants[@]}" --regions bad.bed --out none
refuses "regions beyond the end" "expected an end within the 1000 bases of 'chr2'" \
    "$explain" tracks "${variants[@]}" --regions beyond.bed --out none
printf '>chr2\nNNNNNNNN\n' >gap.fa
refuses "nothing but N" 'expected bases other than N in the regions, found none' "$explain" tracks "${model[@]}" --genome gap.fa --out none
is "no folder stays" "$(ls -d none 2>/dev/null)" ""

python=
for each in python3 /usr/bin/python3; do "$each" -c 'import pyBigWig' 2>/dev/null && python=$each; done
if [ -n "$python" ]; then
    "$python" - >out.txt 2>err.txt <<'END'
import pyBigWig
b = pyBigWig.open("tracks/AP1.bw")
assert list(b.chroms()) == sorted(b.chroms()), b.chroms()
assert b.chroms() == {"chr1": 1000, "chr10": 1000, "chr2": 1000}, b.chroms()
for line in open("tracks/AP1.bedGraph"):
    name, start, end, value = line.split()
    for x in b.values(name, int(start), int(end)):
        assert abs(x - float(value)) < 1e-6, line
assert b.intervals("chr10") is None
w = pyBigWig.open("whole/GG.bw")
assert w.header()["nBasesCovered"] == 3000, w.header()
print("good")
END
    is "pyBigWig reads the tracks" "$(tail -n 1 out.txt)$(tail -n 1 err.txt)" "good"
else
    echo "pyBigWig is not here: it reads nothing of what is written"
fi
if command -v bedtools >/dev/null; then
    bedtools map -a <(sort -k1,1 -k2,2n regions.bed) -b tracks/AP1.bedGraph -c 4 -o count >out.txt 2>err.txt
    is "bedtools reads the bedGraph" "$(cut -f 4 out.txt | paste -sd' ')" "1 5 4"
else
    echo "bedtools is not here: it reads nothing of what is written"
fi
finish
