#!/usr/bin/env bash
# Each source here must not compile, and the first line of the compiler that contains "error:" must contain the words after
# "// both: ", and those after "// g++: " or "// clang: " for that compiler. A source may name an older
# standard ("// standard: c++17") and the most lines that the compiler may print ("// lines: 12"). One that begins
# with "// compiles" must compile. Words after "// flags: " are given to the compiler.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
# check COMPILER WORD SOURCE: prints what is wrong, and nothing if all is right
check()
{
    local compiler=$1 word=$2 source=$3 log standard first flags wanted words most
    log=$scratch/$(basename "$source").$word
    standard=$(sed -n 's#^// standard: ##p' "$source")
    flags=$(sed -n 's#^// flags: ##p' "$source")
    # what is read once serves the usual standard and flags
    [ -n "$standard$flags" ] || flags="-include $scratch/$word/usual.hpp"
    # shellcheck disable=SC2086
    if "$compiler" "-std=${standard:-c++20}" $flags -Iinclude -Ibackends/reference/include -Ibackends/cpu/include -fsyntax-only \
        "$source" >"$log" 2>&1; then
        grep -q '^// compiles' "$source" || echo "$word accepts $source"
        return
    fi
    if grep -q '^// compiles' "$source"; then
        echo "$word refuses $source:"
        head -n 12 "$log"
        return
    fi
    wanted=$(awk -v own="// $word: " 'index($0, own) == 1 { print substr($0, length(own) + 1) }
        index($0, "// both: ") == 1 { print substr($0, 10) }' "$source")
    [ -n "$wanted" ] || echo "$source does not say what $word should print"
    first=$(grep -m 1 -F 'error:' "$log")
    while read -r words; do
        [[ $first == *"$words"* ]] && continue
        echo "the first error line of $word on $source does not say \"$words\", but:"
        cut -c 1-400 <<<"$first"
    done <<<"$wanted"
    most=$(sed -n 's#^// lines: ##p' "$source")
    [ -z "$most" ] || [ "$(wc -l <"$log")" -le "$most" ] || echo "$word prints $(wc -l <"$log") lines on $source, more than $most"
}
export -f check
export scratch

# prepare COMPILER WORD SUFFIX: what all sources include, read once
prepare()
{
    mkdir -p "$scratch/$2"
    grep -hE '^#include <(explainn/|[a-z_]+>)' tests/fail/*.cpp | sort -u >"$scratch/$2/usual.hpp"
    "$1" -std=c++20 -Iinclude -Ibackends/reference/include -Ibackends/cpu/include -x c++-header "$scratch/$2/usual.hpp" \
        -o "$scratch/$2/usual.hpp.$3"
}
command -v clang++-14 >/dev/null && prepare clang++-14 clang pch &
prepare g++ g++ gch
wait

# the check itself notices words that are only behind the first error, and a source that compiles
printf '%s\n' '// both: the second sentence' 'static_assert(false, "the first sentence");' \
    'static_assert(false, "the second sentence");' >"$scratch/behind.cpp"
printf '%s\n' '// both: nothing is wrong here' 'int main() {}' >"$scratch/fine.cpp"
check g++ g++ "$scratch/behind.cpp" | grep -q 'does not say "the second sentence"' &&
    check g++ g++ "$scratch/fine.cpp" | grep -q 'g++ accepts' || { echo "the check does not see what it looks for"; exit 1; }

{
    g++ --version 2>/dev/null | grep -qE '\) 1[2-9]\.' && printf 'g++ g++ %s\n' tests/fail/*.cpp
    command -v clang++-14 >/dev/null && printf 'clang++-14 clang %s\n' tests/fail/*.cpp
} >"$scratch/list"
[ -s "$scratch/list" ] || { echo "skipped: neither g++ 12 nor clang++-14"; exit 77; }
command -v clang++-14 >/dev/null || echo "no clang++-14: only g++ is asked"
xargs -P "$(nproc)" -L 1 bash -c 'check "$@"' _ <"$scratch/list" >"$scratch/found" 2>&1
echo "$(wc -l <"$scratch/list") refusals looked at"
[ ! -s "$scratch/found" ] && exit 0
cat "$scratch/found"
exit 1
