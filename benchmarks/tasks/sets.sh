# Sourced by the scripts of this folder: the sets of real data. $prepare is the program, $data the folder of the data, $scratch where folders go.

# from raw files to the folder $scratch/NAME; a table of "name sequence label..." becomes such a folder by the names of its columns and the percentages
# of training and validation
reads() { "$prepare" reads "${@:2}" --split 80,10,10 --stratify --out "$scratch/$1"; }
# of rows "group name sequence label...": rows of one group, such as both strands of a sequence, are in one part
folder_of_groups()
{
    mkdir -p "$scratch/$1"
    awk -F '\t' -v out="$scratch/$1" -v header="$2" -v train="$3" -v valid="$4" 'BEGIN { srand(1); print "sequence\t" header >(out "/labels.tsv"); print "sequence\tpart" >(out "/split.tsv") }
    {
        print ">" $2 "\n" $3 >(out "/sequences.fa")
        labels = $2; for (i = 4; i <= NF; ++i) labels = labels "\t" $i
        print labels >(out "/labels.tsv")
        if (!($1 in part)) { x = 100 * rand(); part[$1] = x < train ? "train" : x < train + valid ? "valid" : "test" }
        print $2 "\t" part[$1] >(out "/split.tsv")
    }' && gzip "$scratch/$1/labels.tsv" "$scratch/$1/sequences.fa"
}
# the same of rows "name sequence label...", each by itself
folder_of_table() { awk -v OFS='\t' '{ print NR, $0 }' | folder_of_groups "$@"; }
# retina_table TABLE COLUMN: rows "locus name sequence activity" of the sequences of 164 bases that were measured
retina_table()
{
    join -t $'\t' <(gzip -dc "$data"/mpra_crx_retina/library1And2.fasta.gz | paste - - | sed 's/^>//' | awk -F '\t' 'length($2) == 164' | sort -k 1,1) \
        <(gzip -dc "$data/mpra_crx_retina/$1.txt.gz" | awk -F '\t' -v OFS='\t' -v at="$2" 'NR > 1 && $at != "" && tolower($at) != "nan" { print $1, $at }' | sort -k 1,1) |
        awk -F '\t' -v OFS='\t' '{ locus = $1; sub(/_.*/, "", locus); print locus, $0 }'
}
# make NAME: the data of a set; sets `task` and `shape`
short=(--width 10 --pool 5)
make()
{
    local zfc4=$data/selex_zfc4_cycles lanes
    shape=() task=multiclass
    case $1 in
        bicoid) # HT-SELEX: the cycle that a read is of, where it was met last
            shape=("${short[@]}")
            reads "$1" bcd="$data/selex_bcd_htselex/countTable.Nitta2015.bcd_KD_TTGCCG20NTA.tsv.gz" --shared last --per-class 3000 ;;
        zfc4) # SELEX of four cycles
            shape=("${short[@]}")
            reads "$1" c0="$zfc4/RV01_lib1_cycle0_input.fa.gz" c1="$zfc4/RV06_lib1_cycle1_ZFC4.fa.gz" c3="$zfc4/RV18_lib1_cycle3_ZFC4.fa.gz" \
                c6="$zfc4/RV30_lib1_cycle6_ZFC4.fa.gz" --shared last --per-class 3000 ;;
        exdhox) # SELEX-seq: round 2 against the input
            shape=("${short[@]}") task=multilabel lanes=$data/selex_exdhox_selexseq
            reads "$1" input="$lanes/R0.fastq.gz" bound="$lanes/R2.fastq.gz" --background input --clip-left 3 --clip-right 17 --length 16 --per-class 6000 ;;
        prdm13) # SMiLE-seq: bound reads against those of the input
            task=multilabel
            reads "$1" prdm13="$data/smileseq_prdm13/PRDM13_input_vs_bound_counts.tsv.gz" --background prdm13_cycle0 --shared last --per-class 6000 ;;
        retina) # a reporter assay: activity with the Rho promoter; a sequence and its mutants are in one part
            task=regression
            retina_table rhoActivityJoinedAnnotated 8 | folder_of_groups "$1" activity 80 10 ;;
        retina_two) # the same with both promoters, as two columns
            task=regression
            join -t $'\t' <(retina_table rhoActivityJoinedAnnotated 8 | sort -k 2,2) <(retina_table polyActivityJoinedAnnotated 4 | cut -f 2,4 | sort -k 1,1) -1 2 -2 1 |
                awk -F '\t' -v OFS='\t' '{ print $2, $1, $3, $4, $5 }' | folder_of_groups "$1" "$(printf 'Rho\tpolylinker')" 80 10 ;;
        promoters) # a reporter assay: random promoters of yeast, those of 110 bases
            task=regression
            gzip -dc "$data"/mpra_yeast_promoters/HighQuality.pTpA.Glu.test.txt.gz | awk -F '\t' -v OFS='\t' 'length($1) == 110 && $1 !~ /N/ { print "p" NR, $1, $2 }' |
                folder_of_table "$1" expression 80 10 ;;
        lac) # a reporter assay: the mean bin of variants of a promoter, every fifth of them
            task=regression
            gzip -dc "$data"/mpra_sortseq_lac/sortseq_data.csv.gz | awk -F , -v OFS='\t' 'NR > 1 && NR % 5 == 0 { n = s = 0; for (i = 0; i < 10; ++i) { n += $(i + 2); s += i * $(i + 2) } if (n > 0) print "v" NR, $12, s / n }' |
                folder_of_table "$1" bin 80 10 ;;
        blood) # accessibility of six kinds of blood cells
            task=profile
            gzip -dc "$data"/blood_atac/blood_atac_on_tfbs_regions.tsv.gz | awk -F '\t' -v OFS='\t' 'NR > 1 { print $1, $10, $4, $5, $6, $7, $8, $9 }' |
                folder_of_table "$1" "$(printf 'Mono\tCD4\tCD8\tNK\tB\tEry')" 60 20 ;;
        yeast) # ATAC of yeast: log coverage of a bigWig file over accessible regions and as many windows of their GC three times
            task=regression
            gzip -dc "$data/yeast_genome/sacCer3.fa.gz" >"$scratch/sacCer3.fa"
            "$prepare" regions --peaks "$data/yeast_peaks/hmmratac_yeast500k_accessible_regions.narrowPeak.gz" --signal ATAC="$data/yeast_atac/yeast_500k_fragment_coverage.bw" \
                --genome "$scratch/sacCer3.fa" --length 200 --transform log --negatives gc --ratio 3 --valid chrIV --test chrVII,chrXV --out "$scratch/$1" ;;
        deepstarr) # STARR-seq of Drosophila, a sample of chrX: developmental and housekeeping activity; windows overlap, so that 100,000 bases are in one part
            task=regression
            for part in train val test; do gzip -dc "$data/mpra_deepstarr_lentimpra/drosophila_deepstarr_sample_$part.txt.gz" | tail -n +2; done |
                awk -F '\t' -v OFS='\t' '!($4 in seen) { seen[$4]; print int($2 / 100000), $4, $6, $7, $8 }' | folder_of_groups "$1" "$(printf 'developmental\thousekeeping')" 80 10 ;;
        lentimpra) # lentiMPRA of K562, a sample: log2 activity; a sequence and its reverse are in one part
            task=regression
            for part in train valid test; do gzip -dc "$data/mpra_deepstarr_lentimpra/human_lentimpra_sample_$part.txt.gz" | tail -n +2; done |
                awk -F '\t' -v OFS='\t' '!($1 in seen) { seen[$1]; group = $1; sub(/_.*/, "", group); sub(/:$/, "", $1); print group, $1, $2, $3 }' | folder_of_groups "$1" activity 80 10 ;;
        *) echo "error: no set $1" >&2; exit 1 ;;
    esac
}
