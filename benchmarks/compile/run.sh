#!/usr/bin/env bash
# How long the compiler takes, in seconds and megabytes: one header, one model, tf_binding with optimisation.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
flags=(-std=c++20 -Iinclude -Ibackends/reference/include -Ibackends/cpu/include -Iexamples -DEXPLAINN_EXAMPLE_DATA='""')
# measure NAME COMPILER FLAG... SOURCE: wall seconds and peak memory of one compilation
measure()
{
    local name=$1 compiler=$2
    shift 2
    command -v "$compiler" >/dev/null || return
    python3 - "$name" "$compiler" "${flags[@]}" "$@" -c -o "$scratch/out.o" <<'P' || status=1
import resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run(sys.argv[2:], stderr=subprocess.PIPE, text=True)
seconds = time.monotonic() - start
if done.returncode:
    print(f"{sys.argv[1]:<44} {sys.argv[2]:<12} does not compile: {done.stderr.splitlines()[0]}")
    sys.exit(1)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{sys.argv[1]:<44} {sys.argv[2]:<12} {seconds:7.2f} s {peak:7.0f} MB")
P
}
status=0
echo '#include <explainn/model/paper.hpp>
using net = explainn::paper_network<explainn::paper{}>;
static_assert(net::rows.features == 100);' >"$scratch/types.cpp"
{ cat "$scratch/types.cpp"; for i in $(seq 1 20); do
    echo "using net$i = explainn::paper_network<explainn::paper{.length = $((200 + i))}>; static_assert(net$i::is_static);"; done
} >"$scratch/types20.cpp"
echo '#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
using namespace explainn;
void run() { model<paper_network<paper{}>, reference<float>> m{seed{1}}; (void)m; }' >"$scratch/model.cpp"
for compiler in g++ clang++-14; do
    measure "one network's type" $compiler "$scratch/types.cpp"
    measure "21 networks' types" $compiler "$scratch/types20.cpp"
    measure "one model on reference, -O2" $compiler -O2 "$scratch/model.cpp"
    for source in examples/*.cpp; do
        [ -e "$source" ] && measure "$(basename "$source"), -O2" $compiler -O2 "$source"
    done
done
exit $status
