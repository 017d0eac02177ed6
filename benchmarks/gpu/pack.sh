#!/usr/bin/env bash
# pack.sh FILE.tar.gz: the project and the headers that it needs, for a machine with a GPU and nothing but nvcc, g++ and PyTorch.
# There: tar xzf FILE.tar.gz && bash explainn_gpu/benchmarks/gpu/run.sh
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
[ $# -eq 1 ] || { echo "error: expected one argument, the file to write" >&2; exit 1; }
to=$(realpath -m "$1")
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
pack=$scratch/explainn_gpu
mkdir -p "$pack/packed/include" "$pack/packed/lib"
git archive HEAD | tar x -C "$pack" || exit 1
rm -rf "$pack/tests/fuzz"
# the headers of other libraries that tf_binding, the tests and the benchmark include
{ echo '#include "tf_binding/tf_binding.cpp"'; echo '#include "parity/check_case.hpp"'; } |
    g++ -std=c++20 -M -x c++ -DEXPLAINN_WITHOUT_GENOMES -DEXPLAINN_EXAMPLE_DATA='""' -Iinclude -Ibackends/{reference,cpu,cuda}/include -Iexamples -Itests -Itests/unit - |
    tr ' ' '\n' | grep -E '^/usr/include/(boost|CLI|doctest|zlib|zconf)' | sort -u |
    while read -r header; do install -D -m 644 "$header" "$pack/packed/include/${header#/usr/include/}"; done
cp "$(g++ -print-file-name=libz.a)" "$pack/packed/lib/" || { echo "error: expected libz.a, found none" >&2; exit 1; }
tar czf "$to" -C "$scratch" explainn_gpu
size=$(stat -c %s "$to")
echo "$to: $((size / 1000000)) MB"
[ "$size" -lt 60000000 ] || { echo "error: expected less than 60 MB" >&2; exit 1; }
