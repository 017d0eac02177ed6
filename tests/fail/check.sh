#!/usr/bin/env bash
# Each source here must not compile, and say why within the compiler's first lines: the sentence after "// g++: "
# within 14 lines of g++, the words after "// clang: " within 14 lines of clang 14. One that begins with
# "// compiles" must compile. Words after "// flags: " are given to the compiler.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
check()
{
    local compiler=$1 word=$2 lines=$3 source=$4 log wanted flags
    flags=$(sed -n 's#^// flags: ##p' "$source")
    log=$scratch/$(basename "$source").$word
    # shellcheck disable=SC2086
    if "$compiler" -std=c++20 $flags -Iinclude -Ibackends/reference/include -fsyntax-only "$source" >"$log" 2>&1; then
        grep -q '^// compiles' "$source" || echo "$word accepts $source"
        return
    fi
    if grep -q '^// compiles' "$source"; then
        echo "$word refuses $source:"
        head -n 12 "$log"
        return
    fi
    wanted=$(sed -n "s#^// $word: ##p" "$source")
    head -n "$lines" "$log" | grep -qF -- "$wanted" && return
    echo "$word does not say \"$wanted\" in its first $lines lines on $source, but:"
    head -n "$lines" "$log" | cut -c 1-240
}
export -f check
export scratch
{
    g++ --version 2>/dev/null | grep -qE '\) 1[2-9]\.' && printf 'g++ g++ 14 %s\n' tests/fail/*.cpp
    command -v clang++-14 >/dev/null && printf 'clang++-14 clang 14 %s\n' tests/fail/*.cpp
} >"$scratch/list"
[ -s "$scratch/list" ] || { echo "skipped: neither g++ 12 nor clang++-14"; exit 77; }
command -v clang++-14 >/dev/null || echo "no clang++-14: only g++ is asked"
xargs -P "$(nproc)" -L 1 bash -c 'check "$@"' _ <"$scratch/list" >"$scratch/found" 2>&1
echo "$(wc -l <"$scratch/list") refusals looked at"
[ ! -s "$scratch/found" ] && exit 0
cat "$scratch/found"
exit 1
