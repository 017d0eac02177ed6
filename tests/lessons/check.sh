#!/usr/bin/env bash
# A lesson is short, is word for word in its page, and prints what the page shows.
#   check.sh PAGE PROGRAM SOURCE [PROGRAM SOURCE...]: the page has a ```cpp block of "// program" and the source of every
#   lesson, then an ```output block; the programs run one after another in one folder, because a lesson may read what the one
#   before it wrote
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
page=$1
shift
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
# the programs of the page and what they print, numbered
awk -v folder="$scratch" '
    /^```cpp *$/ { getline; on = /^\/\/ program/ ? 1 : 0; n += on; next }
    /^```output *$/ && n { on = 2; next }
    /^``` *$/ { on = 0; next }
    on == 1 { print >(folder "/" n ".code") }
    on == 2 { print >(folder "/" n ".output") }' "$page"
mkdir -p "$scratch/run/examples"
ln -s "$PWD/examples/data" "$scratch/run/examples/data"
status=0
while [ $# -gt 1 ]; do
    program=$(realpath "$1") source=$2
    shift 2
    lines=$(wc -l <"$source")
    [ "$lines" -le 60 ] || { echo "$source has $lines lines; a lesson has at most 60"; status=1; }
    found=
    for code in "$scratch"/*.code; do
        if cmp -s "$source" "$code"; then found=${code%.code}; fi
    done
    [ -n "$found" ] || { echo "$source is not a program of $page, word for word"; status=1; continue; }
    [ -s "$found.output" ] || { echo "$page does not say what $source prints"; status=1; continue; }
    (cd "$scratch/run" && "$program") >"$scratch/printed" || { echo "$program fails"; status=1; }
    diff "$found.output" "$scratch/printed" || { echo "$program does not print what $page says"; status=1; }
done
exit $status
