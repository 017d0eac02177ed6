#!/usr/bin/env bash
# Runs the microbenchmarks: ops (every op on every backend), train with its peers, motif, compile; run.sh NAME... runs
# those named (tfbs, pbm, tasks: whole studies, minutes to hours). Figures go to standard output, each under the command that prints it.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. cmake/packages.sh
status=0
names=("$@")
[ $# -gt 0 ] || names=(ops train motif compile)
need_packages "${explainn_packages[@]}" libbenchmark-dev || echo "apt did not install them; going on with what is there"
cmake --preset bench >/dev/null || { echo "error: the project does not configure" >&2; exit 1; }
for name in "${names[@]}"; do
    folder=benchmarks/$name
    if [ -x "$folder/run.sh" ] || [ -e "$folder/run.sh" ]; then
        echo "== bash $folder/run.sh"
        bash "$folder/run.sh" || status=1
    elif [ -e "$folder/CMakeLists.txt" ] || compgen -G "$folder/*.cpp" >/dev/null; then
        cmake --build build/bench --target "bench_$name" -j "$(nproc)" >/dev/null || { status=1; continue; }
        program=$(find build/bench -type f -name "bench_$name" -perm -u+x | head -n 1)
        [ -n "$program" ] || { echo "error: bench_$name was not built" >&2; status=1; continue; }
        echo "== $program"
        "$program" || status=1
    elif [ $# -gt 0 ] && [ "$name" != peers ]; then
        echo "error: there is no benchmark $name" >&2
        status=1
    fi
done
exit $status
