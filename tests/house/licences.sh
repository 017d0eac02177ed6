#!/usr/bin/env bash
# Every data file has a SOURCE*.txt beside it, or above it within its data folder, that names it or its folder, and a
# licence; the project has its own.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/house/files.sh
status=0
grep -q 'MIT License' LICENSE || { echo "LICENSE is not the MIT licence"; status=1; }
total=0
for file in $(tracked_files 'examples/data/*' 'tests/data/*' 'tests/fuzz/*/*' | grep -vE 'SOURCE[^/]*\.txt$|\.(sh|py|cpp|hpp)$|CMakeLists.txt$'); do
    total=$((total + $(stat -c %s "$file")))
    case $file in tests/fuzz/*) continue ;; esac
    folder=$(dirname "$file") ok=
    while [ "$folder" != examples ] && [ "$folder" != tests ]; do
        for source in "$folder"/SOURCE*.txt; do
            [ -e "$source" ] || continue
            grep -qiE 'licen[cs]e|public domain|CC BY|CC0|made ' "$source" || { echo "$source names no licence"; status=1; }
            if [ "$folder" = examples/data ] && ! grep -qF "$(basename "$file")" "$source"; then continue; fi
            ok=1
        done
        folder=$(dirname "$folder")
    done
    [ -n "$ok" ] || { echo "$file: no SOURCE*.txt says where it is from"; status=1; }
done
[ "$total" -le 12000000 ] || { echo "data files hold $total bytes, more than 12 MB"; status=1; }
exit $status
