#!/usr/bin/env bash
# Effects of real variants beside measured ones: run.sh MODEL [EXPLAIN]. MODEL is a trained model of 200 bp, such as that of the 122 factors of
# tfbs/ (benchmarks/tfbs); EXPLAIN is the program, by default that of build/default. COUNTS="100000 1000000" says how many SNVs are
# timed. Reported, not tuned.
model=$(realpath "${1:?the trained model, a .safetensors file}") || exit 1
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
explain=$(realpath "${2:-build/default/examples/explain}") || exit 1
data=../shared/data/more
[ -d "$data/mpra_saturation_mutagenesis" ] || { echo "skipped: the shared data are not here"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

echo "== allelic accessibility: variants within regions of tfbs/, both alleles of the region"
python3 benchmarks/variants/allelic.py sequences "$data/variants_allelic_accessibility/on_tfbs_regions.tsv.gz" >"$work/alleles.fa" || exit 1
"$explain" sequences --model "$model" --sequences "$work/alleles.fa" --out "$work/alleles.tsv" || exit 1
python3 benchmarks/variants/allelic.py judge "$data/variants_allelic_accessibility/on_tfbs_regions.tsv.gz" "$work/alleles.tsv" || exit 1

echo "== saturation mutagenesis (MPRA): Pearson of the task that fits best on every other position, on the positions between"
sed 's/::.*//' "$data/mpra_saturation_mutagenesis/elements_GRCh38_reference.fa" >"$work/elements.fa"
python3 benchmarks/variants/mpra.py variants "$data/mpra_saturation_mutagenesis" >"$work/elements.vcf" || exit 1
"$explain" variants --model "$model" --vcf "$work/elements.vcf" --genome "$work/elements.fa" --out "$work/effects.tsv" || exit 1
python3 benchmarks/variants/mpra.py judge "$data/mpra_saturation_mutagenesis" "$work/effects.tsv" || exit 1

echo "== SNVs of the yeast genome: time and peak memory"
gunzip -c "$data/yeast_genome/sacCer3.fa.gz" >"$work/yeast.fa"
for count in ${COUNTS:-100000 1000000}; do
    awk -v count="$count" 'BEGIN {srand(1)} /^>/ {name = substr($1, 2); names[++n] = name; next} {seq[n] = seq[n] toupper($0)}
        END {
            print "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
            for (i = 1; i <= n; ++i) total += length(seq[i])
            for (i = 1; i <= n; ++i)
                for (p = 1 + int(rand() * total / count); p <= length(seq[i]); p += 1 + int(2 * rand() * (total / count - 0.5))) {
                    ref = substr(seq[i], p, 1)
                    print names[i] "\t" p "\t.\t" ref "\t" substr("ACGT", (index("ACGT", ref) + int(rand() * 3)) % 4 + 1, 1) "\t.\t.\t."
                }
        }' "$work/yeast.fa" >"$work/snvs.vcf"
    python3 benchmarks/common/measured.py "$explain" variants --model "$model" --vcf "$work/snvs.vcf" --genome "$work/yeast.fa" --threads 2 --out "$work/snvs.tsv" || exit 1
done
