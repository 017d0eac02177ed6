#!/usr/bin/env bash
# Every program of benchmarks/ compiles: the tests build none of them. Those that can share a unit do (cmake/together.sh).
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
. cmake/together.sh
compiler=${CXX:-g++}
# a main in a namespace is a function like any other, which must return
flags=(-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Werror -Wno-return-type '-DEXPLAINN_EXAMPLE_DATA="examples/data"'
    -Iinclude -Ibackends/reference/include -Ibackends/cpu/include -Ibenchmarks -Itests -Iexamples)
echo '#include <benchmark/benchmark.h>' >"$scratch/google.cpp"
"$compiler" "${flags[@]}" "$scratch/google.cpp" 2>/dev/null || without=1

shared=() failed=0
for source in "$PWD"/benchmarks/*/*.cpp; do
    if [ -n "$without" ] && grep -q '<benchmark/benchmark.h>' "$(dirname "$source")"/*; then
        echo "skipped: ${source#"$PWD/"}: no Google Benchmark"
    elif grep -qE '^#(define|if)' "$source"; then
        "$compiler" "${flags[@]}" "$source" || failed=1
    else
        shared+=("$source")
    fi
done
together "${shared[@]}" >"$scratch/shared.cpp"
"$compiler" "${flags[@]}" "$scratch/shared.cpp" || failed=1
exit $failed
