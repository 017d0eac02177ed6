#!/usr/bin/env bash
# docs/ops.md has every op of the vocabulary, and no op that is not in it: the structs of explainn/backend/ops.hpp are
# named in headings ("### conv_statistics", "### dense_pair, dense_pair_gradient") or in the first column of tables. The
# gradient of a single layer stands in the row of the layer.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

# ops_of HEADER, documented PAGE: names, sorted
ops_of() { sed -nE 's/^struct ([a-z_0-9]+) \{$/\1/p' "$1" | sort; }
documented()
{
    awk '
        /^### / { names = substr($0, 5); gsub(/,/, " ", names); n = split(names, all, " "); for (i = 1; i <= n; ++i) print all[i]; next }
        /^\| Op \|/ { within = 1; gradients = /Gradient/; split($0, head, "|"); next }
        within && /^\|---/ { next }
        within && /^\|/ { split($0, cell, "|"); gsub(/ /, "", cell[2]); print cell[2]; if (gradients && cell[4] !~ /^ *(none|itself)/) print cell[2] "_gradient"; next }
        { within = 0 }' "$1" | sort
}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# check_page HEADER PAGE: what is wrong
check_page()
{
    comm -23 <(ops_of "$1") <(documented "$2") | sed "s|.*|$2 lacks the op &|"
    comm -13 <(ops_of "$1") <(documented "$2") | sed "s|.*|$2 names &, which is no op|"
}

# the check itself finds what it looks for
grep -v '^### scan_hits' docs/ops.md >"$scratch/page.md"
echo '### scan_nothing' >>"$scratch/page.md"
found=$(check_page include/explainn/backend/ops.hpp "$scratch/page.md")
if ! grep -q 'lacks the op scan_hits' <<<"$found" || ! grep -q 'names scan_nothing' <<<"$found"; then
    echo "the check does not see an op that is missing"
    exit 1
fi

found=$(check_page include/explainn/backend/ops.hpp docs/ops.md)
[ -z "$found" ] && echo "$(ops_of include/explainn/backend/ops.hpp | wc -l) ops" && exit 0
echo "$found"
exit 1
