#!/usr/bin/env bash
# The cost of compiling: seconds and megabytes for one header, one model and every program, with kernels compiled in place and once;
# the size of the programs and how soon they start; the slowest headers on their own; the time that a precompiled header saves.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
flags=(-std=c++20 -Iinclude -Ibackends/reference/include -Ibackends/cpu/include -Iexamples -DEXPLAINN_EXAMPLE_DATA='""')
status=0
# cost COMPILER FLAG... SOURCE: wall seconds and peak memory (MB) of one compilation
cost()
{
    python3 - "$@" <<'P'
import resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run(sys.argv[1:], stderr=subprocess.PIPE, text=True)
seconds = time.monotonic() - start
if done.returncode:
    print("does not compile:", done.stderr.splitlines()[0])
    sys.exit(1)
print(f"{seconds:.2f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}")
P
}
# measure NAME COMPILER FLAG... SOURCE
measure()
{
    local name=$1 compiler=$2 found
    shift 2
    command -v "$compiler" >/dev/null || return
    found=$(cost "$compiler" "${flags[@]}" "$@" -c -o "$scratch/out.o") || { status=1; echo "$name, $compiler: $found"; return; }
    printf '%-52s %-11s %7.2f s %6d MB\n' "$name" "$compiler" $found
}
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
void run() { model<paper_network<paper{}>, reference<float>> m{seed{1}}; m.predict({}); }' >"$scratch/model.cpp"
sed 's/reference/cpu/g' "$scratch/model.cpp" >"$scratch/cpu.cpp"
echo '#include <explainn/cpu/kernels.hpp>' >"$scratch/kernels.cpp"
for compiler in g++ clang++-14; do
    measure "one network's type" $compiler "$scratch/types.cpp"
    measure "21 networks' types" $compiler "$scratch/types20.cpp"
    measure "one model on reference, -O2" $compiler -O2 "$scratch/model.cpp"
    measure "one model on cpu, kernels in place, -O2" $compiler -O2 "$scratch/cpu.cpp"
    measure "one model on cpu, kernels elsewhere, -O2" $compiler -O2 -DEXPLAINN_COMPILED_KERNELS "$scratch/cpu.cpp"
    measure "the kernels (explainn::cpu_compiled), -O2" $compiler -O2 -DEXPLAINN_COMPILED_KERNELS "$scratch/kernels.cpp"
done
measure "tf_binding.cpp, kernels in place, -O2" g++ -O2 examples/tf_binding/tf_binding.cpp
for source in examples/*/*.cpp; do
    measure "$(basename "$source"), kernels elsewhere, -O2" g++ -O2 -DEXPLAINN_COMPILED_KERNELS "$source"
done
mkdir "$scratch/pch"
printf '#include <%s>\n' explainn/cpu.hpp explainn/model/model.hpp explainn/model/paper.hpp explainn/train/trainer.hpp \
    explainn/interpret/importances.hpp explainn/io/read_dataset.hpp >"$scratch/pch/all.hpp"
measure "a precompiled header of what programs share" g++ -O2 -DEXPLAINN_COMPILED_KERNELS -x c++-header "$scratch/pch/all.hpp"
cp "$scratch/out.o" "$scratch/pch/all.hpp.gch"
measure "tf_binding.cpp with it" g++ -O2 -DEXPLAINN_COMPILED_KERNELS -include "$scratch/pch/all.hpp" examples/tf_binding/tf_binding.cpp

echo "headers on their own, g++ -fsyntax-only, the ten dearest:"
for base in include backends/reference/include backends/cpu/include; do (cd $base && find explainn -name '*.hpp'); done | sort -u |
while read -r header; do
    echo "#include <$header>" >"$scratch/one.cpp"
    [ "$header" = explainn/io/hdf5_file.hpp ] && continue
    echo "$(cost g++ "${flags[@]}" -fsyntax-only "$scratch/one.cpp") $header"
done | sort -gr | head -n 10 | awk '{printf "    %5.2f s %5d MB  %s\n", $1, $2, $3}'

if [ -d build/bench ] || cmake --preset bench >/dev/null; then
    cmake --build build/bench --target tf_binding train_task predict_sequences motifs -j "$(nproc)" >/dev/null || status=1
    for name in tf_binding train_task predict_sequences motifs; do
        program=$(find build/bench -type f -name $name -perm -u+x | head -n 1)
        strip -o "$scratch/stripped" "$program"
        start=$(date +%s%N)
        for _ in $(seq 50); do "$program" --help >/dev/null; done
        printf '%-20s %6.2f MB stripped, starts and prints its help in %.1f ms\n' $name \
            "$(stat -c %s "$scratch/stripped" | awk '{print $1 / 1e6}')" "$((($(date +%s%N) - start) / 50000))e-3"
    done
fi
exit $status
