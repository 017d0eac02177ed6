#!/usr/bin/env bash
# Best-hit AUROC on a chromosome never seen, of JASPAR's motif, of a small model's best filter and of the filters refined; FACTORS chooses
# the factors.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
table=$(mktemp) || exit 1
data=../shared/data/tfbs
jaspar=examples/data/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz
[ -e "$data/sequences.fa.gz" ] || { echo "skipped: $data is not there"; exit 0; }
cmake --preset bench >/dev/null && cmake --build build/bench --target bench_denovo >/dev/null || exit 1
read -ra factors <<<"${FACTORS:-CEBPB ELF1 FOXA1 GATA3 HNF4A JUND MAX REST RFX5 SP1 TEAD4 TP63}"
"$(find build/bench -type f -name bench_denovo -perm -u+x | head -n 1)" "$data" "$jaspar" "${factors[@]}" | tee "$table" | column -t -s $'\t'
awk -F '\t' 'NR > 1 { for (i = 3; i <= 6; ++i) { x[i, NR - 1] = $i; sum[i] += $i } n = NR - 1 }
    END {
        split("x x jaspar filter refined from_jaspar", name, " ")
        for (i = 3; i <= 6; ++i) {
            for (a = 1; a <= n; ++a) for (b = a + 1; b <= n; ++b) if (x[i, b] < x[i, a]) { t = x[i, a]; x[i, a] = x[i, b]; x[i, b] = t }
            printf "%-12s median %.3f mean %.3f\n", name[i], (x[i, int((n + 1) / 2)] + x[i, int((n + 2) / 2)]) / 2, sum[i] / n
        }
    }' "$table"
rm -f "$table"
