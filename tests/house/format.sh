#!/usr/bin/env bash
# Every C++ file is as clang-format 16 leaves it (other versions differ in details).
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/house/files.sh
format=$(command -v clang-format-16 || command -v clang-format)
[ -n "$format" ] && "$format" --version | grep -q 'version 16' || { echo "skipped: no clang-format 16"; exit 77; }
found=$(tracked_files '*.hpp' '*.cpp' '*.cuh' '*.cu' | grep -v '^tests/fail/' | xargs -P 2 -n 20 "$format" --dry-run -Werror 2>&1 |
    grep -E 'error:' | cut -d: -f1 | sort | uniq -c)
[ -z "$found" ] && exit 0
echo "not as clang-format leaves it (places, file); clang-format -i FILE repairs it:"
echo "$found"
exit 1
