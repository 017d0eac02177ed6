#!/usr/bin/env bash
# What the tasks of the paper reach on real data: train_task and the same model and training in PyTorch, on the same sequences and parts, three seeds each
# (SEEDS). Sets are cut to some thousands of sequences, so that one takes about a minute. Lines go to $OUT (default tasks.tsv) as they come.
# $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch; SHARED_MORE names the folder of the data; SETS chooses sets; PREPARE and
# TRAIN_TASK name built programs, which are built otherwise.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=$(realpath -m "${SHARED_MORE:-../shared/data/more}") python=${EXPLAINN_TORCH_PYTHON:-python3} out=${OUT:-tasks.tsv}
read -ra seeds <<<"${SEEDS:-1 2 3}"
[ -e "$data/blood_atac" ] || { echo "skipped: $data is not here"; exit 0; }
"$python" -c 'import torch' 2>/dev/null || { echo "skipped: PyTorch is not here"; exit 0; }
prepare=$PREPARE train=$TRAIN_TASK
if [ -z "$prepare" ] || [ -z "$train" ]; then
    [ -d build/bench ] || cmake --preset bench >/dev/null || exit 1
    cmake --build build/bench --target prepare train_task -j "$(nproc)" >/dev/null || { echo "error: the programs do not build" >&2; exit 1; }
    prepare=$(find build/bench -type f -name prepare -perm -u+x | head -n 1)
    train=$(find build/bench -type f -name train_task -perm -u+x | head -n 1)
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# from raw files to the folder $scratch/NAME; a table of "name sequence label..." becomes such a folder by the names of its columns and the percentages
# of training and validation
reads() { "$prepare" reads "${@:2}" --split 80,10,10 --stratify --out "$scratch/$1"; }
folder_of_table()
{
    mkdir -p "$scratch/$1"
    awk -F '\t' -v out="$scratch/$1" -v header="$2" -v train="$3" -v valid="$4" 'BEGIN { srand(1); print "sequence\t" header >(out "/labels.tsv"); print "sequence\tpart" >(out "/split.tsv") }
    {
        print ">" $1 "\n" $2 >(out "/sequences.fa")
        labels = $1; for (i = 3; i <= NF; ++i) labels = labels "\t" $i
        print labels >(out "/labels.tsv")
        x = 100 * rand()
        print $1 "\t" (x < train ? "train" : x < train + valid ? "valid" : "test") >(out "/split.tsv")
    }' && gzip "$scratch/$1/labels.tsv" "$scratch/$1/sequences.fa"
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
        retina) # a reporter assay: activity with the Rho promoter
            task=regression
            join -t $'\t' <(gzip -dc "$data"/mpra_crx_retina/library1And2.fasta.gz | paste - - | sed 's/^>//' | awk -F '\t' 'length($2) == 164' | sort -k 1,1) \
                <(gzip -dc "$data"/mpra_crx_retina/rhoActivityJoinedAnnotated.txt.gz | awk -F '\t' -v OFS='\t' 'NR > 1 && $8 != "" && tolower($8) != "nan" { print $1, $8 }' | sort -k 1,1) |
                folder_of_table "$1" activity 80 10 ;;
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
        *) echo "error: no set $1" >&2; exit 1 ;;
    esac
}
declare -A measure=([multilabel]=auroc [multiclass]=accuracy [regression]=pcc [profile]=row_pcc)
[ -s "$out" ] || printf 'set\ttask\tmeasure\tseed\texplainn\tpytorch\n' | tee "$out"
for set in ${SETS:-bicoid zfc4 exdhox prdm13 retina promoters lac blood yeast}; do
    make "$set" >"$scratch/log" 2>&1 || { tail -n 1 "$scratch/log"; exit 1; }
    shared=("${shape[@]}" --units 50 --epochs 12 --patience 3)
    ours=("${shared[@]}")
    [ ${#shape[@]} -gt 0 ] && ours+=(--stride 5)
    for seed in "${seeds[@]}"; do
        "$train" --task "$task" --sequences "$scratch/$set/sequences.fa.gz" --labels "$scratch/$set/labels.tsv.gz" --split-file "$scratch/$set/split.tsv" \
            "${ours[@]}" --seed "$seed" --no-report --threads 1 --out "$scratch/run" --overwrite >"$scratch/log" 2>&1 || { tail -n 1 "$scratch/log"; exit 1; }
        awk -v name="${measure[$task]}" '$1 == name { printf "%.4f\n", $2 }' "$scratch/run/metrics.tsv"
    done >"$scratch/ours"
    "$python" benchmarks/tasks/task_peer.py "$scratch/$set" --task "$task" "${shared[@]}" --seeds "${seeds[@]}" 2>"$scratch/log" >"$scratch/theirs" ||
        { tail -n 3 "$scratch/log"; exit 1; }
    paste <(printf '%s\n' "${seeds[@]}") "$scratch/ours" "$scratch/theirs" | sed "s/^/$set\t$task\t${measure[$task]}\t/" | tee -a "$out"
done
# the mean of each, and whether they differ by less than two standard errors of their difference (at least 0.005)
awk -F '\t' 'NR > 1 { k = $1; if (!(k in n)) order[++sets] = k; m[k] = $3; a[k] += $5; aa[k] += $5 * $5; b[k] += $6; bb[k] += $6 * $6; ++n[k] } END {
    for (i = 1; i <= sets; ++i) { k = order[i]; c = n[k]; x = a[k] / c; y = b[k] / c
        va = c > 1 ? (aa[k] - c * x * x) / (c - 1) : 0; vb = c > 1 ? (bb[k] - c * y * y) / (c - 1) : 0
        va = va > 0 ? va : 0; vb = vb > 0 ? vb : 0
        noise = 2 * sqrt((va + vb) / c); if (noise < .005) noise = .005
        d = x - y; printf "%s\t%s\t%d seeds\t%.3f\t%.3f\tnoise %.3f\t%s\n", k, m[k], c, x, y, noise, (d < 0 ? -d : d) <= noise ? "within" : d > 0 ? "above" : "below" } }' "$out"
