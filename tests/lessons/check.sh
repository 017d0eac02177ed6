#!/usr/bin/env bash
# A lesson is short, stands word for word in its page, and prints what the page says. It runs in an empty folder in which
# examples/data is the project's.
#   check.sh PROGRAM SOURCE PAGE, where the page has a ```cpp block of "// program" and the source, then a ```output block
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
program=$(realpath "$1") source=$2 page=$3 root=$PWD
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
awk -v code="$scratch/code" -v output="$scratch/output" '
    /^```cpp *$/ { getline; on = /^\/\/ program/ ? 1 : 0; program = program || on; next }
    /^```output *$/ && program { on = 2; next }
    /^``` *$/ { on = 0; next }
    on == 1 { print >code }
    on == 2 { print >output }' "$page"
if [ ! -s "$scratch/code" ] || [ ! -s "$scratch/output" ]; then
    echo "$page has no program, or does not say what it prints"
    exit 1
fi
status=0
lines=$(wc -l <"$source")
[ "$lines" -le 60 ] || { echo "$source has $lines lines; a lesson has at most 60"; status=1; }
diff "$source" "$scratch/code" || { echo "$source is not the program of $page"; status=1; }
mkdir -p "$scratch/run/examples" && ln -s "$root/examples/data" "$scratch/run/examples/data"
(cd "$scratch/run" && "$program") >"$scratch/printed" || { echo "$program fails"; status=1; }
diff "$scratch/output" "$scratch/printed" || { echo "$program does not print what $page says"; status=1; }
exit $status
