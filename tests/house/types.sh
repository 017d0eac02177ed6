#!/usr/bin/env bash
# docs/types.md names every class of the library, and no class that is not there.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/house/files.sh
classes=$(for file in $(tracked_files 'include/*.hpp' 'backends/*.hpp'); do
    awk '/^namespace .*detail/ { inside = 1 }
         /^} *\/\/ namespace .*detail/ { inside = 0 }
         /^class [a-z_]+( |$)/ && !/;$/ && !inside { print $2 }' "$file"
done | sort -u)
# the names in the first columns of the tables of classes
named=$(awk '/^## / { table = /One thread|Several threads|Values/ } table && /^\| `/' docs/types.md | cut -d'|' -f2 | grep -oE '`[a-z_]+`' | tr -d '`' | sort)
twice=$(uniq -d <<<"$named")
missing=$(comm -23 <(echo "$classes") <(echo "$named" | sort -u))
gone=$(comm -13 <(echo "$classes") <(echo "$named" | sort -u))
[ -n "$classes" ] || { echo "no classes found: the headers are not where this test looks"; exit 1; }
[ -z "$twice$missing$gone" ] && exit 0
echo "docs/types.md and the headers differ:"
[ -n "$twice" ] && echo "in the page twice:" $twice
[ -n "$missing" ] && echo "not in the page:" $missing
[ -n "$gone" ] && echo "in the page, in no header:" $gone
exit 1
