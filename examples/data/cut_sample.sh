#!/usr/bin/env bash
# Cuts the sample for tf_binding out of the whole set: cut_sample.sh FOLDER writes sequences.fa.gz and labels.tsv.gz here.
# FOLDER holds sequences.fa.gz and labels.tsv.gz with the same regions in the same order.
set -euo pipefail
from=$1
cd "$(dirname "${BASH_SOURCE[0]}")"
targets=CEBPB,ELF1,FOXA1,GATA3,HNF4A,JUND,MAX,REST
rows=20000
chosen=$(mktemp)
trap 'rm -f "$chosen"' EXIT

# Regions with at least six of the targets resolved; those bound by one come first in the draw, so that every target has
# positives to learn from. The draw is a fixed multiplicative hash of the row, so that it can be repeated.
zcat "$from/labels.tsv.gz" | awk -F'\t' -v OFS='\t' -v targets="$targets" '
    NR == 1 { n = split(targets, want, ","); for (i = 1; i <= NF; ++i) at[$i] = i; next }
    {
        resolved = bound = 0; labels = ""
        for (i = 1; i <= n; ++i) {
            x = $(at[want[i]]); labels = labels OFS x
            resolved += x != ""; bound += x == "1"
        }
        draw = (NR * 40503) % 65536 / 65536
        if (resolved >= 6 && (bound ? draw < 0.9 : draw < 0.25)) print NR - 1, $1 labels
    }' >"$chosen"
[ "$(wc -l <"$chosen")" -ge "$rows" ] || { echo "only $(wc -l <"$chosen") rows" >&2; exit 1; }
awk -v rows="$rows" -v all="$(wc -l <"$chosen")" 'int(NR * rows / all) > int((NR - 1) * rows / all)' "$chosen" >"$chosen.cut"
mv "$chosen.cut" "$chosen"
{ printf 'region\t%s\n' "${targets//,/$'\t'}"; cut -f 2- "$chosen"; } | gzip -9n >labels.tsv.gz
zcat "$from/sequences.fa.gz" | awk -v chosen="$chosen" '
    BEGIN { while ((getline line < chosen) > 0) { split(line, f, "\t"); keep[f[1]] = f[2] } }
    /^>/ { ++row; on = row in keep; if (on && substr($1, 2) != keep[row]) { print "order differs" > "/dev/stderr"; exit 1 } }
    on' | gzip -9n >sequences.fa.gz
