#!/usr/bin/env bash
# Reports in a headless Chromium: one of a real run (tf_binding, argument 1), one of 300 units and 50 tasks (argument 2).
tf_binding=$(realpath "$1") large=$(realpath "$2")
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
export PYTHONDONTWRITEBYTECODE=1 # leaves nothing beside the scripts
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
(cd "$here" && python3 -c 'import sys, browser; sys.exit(browser.chromium() is None)') || { echo "skipped: no packaged Chromium"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
data=$here/../../../examples/data
"$tf_binding" train --sequences "$data/sequences.fa.gz" --labels "$data/labels.tsv.gz" --units 20 --epochs 2 --out run >log.txt 2>&1 ||
    { cat log.txt; echo "tf_binding train failed"; exit 1; }
mkdir large && "$large" large || exit 1
python3 "$here/page_test.py" run/report.html large/report.html || exit 1
# names that the page saved are names that a program takes
python3 "$here/page_test.py" --save-names run/report.html names.tsv || exit 1
"$tf_binding" train --sequences "$data/sequences.fa.gz" --labels "$data/labels.tsv.gz" --units 20 --epochs 1 --out named --names names.tsv >log.txt 2>&1 ||
    { cat log.txt; echo "names.tsv was not taken"; exit 1; }
grep -q 'MY OWN NAME' named/report.html || { echo "the name is not in the report"; exit 1; }
grep -q 'MY OWN NAME' named/report/units.tsv || { echo "the name is not in the table"; exit 1; }
