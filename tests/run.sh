#!/usr/bin/env bash
# Builds everything and runs every test; the last line is always "N passed, N failed" or "N passed, N failed, N skipped".
# CI=true adds the kernels on an emulated aarch64 (NEON), the sanitizers and the fuzz targets. EXPLAINN_SANITIZE="group ..." chooses the groups for the
# sanitizers, EXPLAINN_SANITIZE_SECONDS how long they may take together.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
cd "$root" || exit 1
export HOME=${HOME:-/root} LC_ALL=C.UTF-8
umask 022
. cmake/packages.sh

passed=0
failed=0
skipped=0
began=$SECONDS

logs=$(mktemp -d) || exit 1
closing_line()
{
    local line="$passed passed, $failed failed"
    [ "$skipped" -gt 0 ] && line="$line, $skipped skipped"
    echo "$line"
}
trap 'rm -rf "$logs"; closing_line' EXIT
# a run that is stopped has not passed
trap 'failed=$((failed + 1)); echo stopped; exit 1' HUP INT TERM

phase_of()
{
    echo "== $1 ($((SECONDS - began)) s so far)"
}
give_up()
{
    echo "$1"
    failed=$((failed + 1))
    exit 1
}

# jobs: as many as there are cores and as memory allows (a compiler takes up to 1.2 GB)
jobs=$(nproc 2>/dev/null || echo 2)
memory=$(awk '/MemAvailable/ {print int($2 / 1200000)}' /proc/meminfo 2>/dev/null)
[ -n "$memory" ] && [ "$memory" -lt "$jobs" ] && jobs=$((memory > 0 ? memory : 1))

phase_of "packages"
need_packages "${explainn_packages[@]}" doctest-dev python3 || echo "apt did not install them; going on with what is there"
if [ "${CI:-}" = true ]; then
    need_packages clang-14 clang-19 clang-tidy-16 clang-format-16 libclang-rt-14-dev git || echo "no clang: its checks are skipped"
    need_packages chromium || echo "no Chromium: the report is not looked at in a browser"
    need_packages bcftools bedtools python3-pybigwig || echo "no bcftools, bedtools or pyBigWig: they read nothing of what explain writes"
    need_packages snakemake || echo "no Snakemake: the workflow is not run"
    need_packages libopenblas-dev || echo "no OpenBLAS: its backend is not tested"
    need_packages libboost-context-dev || echo "no Boost.Context: the kernels of the cuda backend are not tested"
    need_packages libbenchmark-dev || echo "no Google Benchmark: the programs that use it are not compiled"
    need_packages libhdf5-dev pkg-config || echo "no libhdf5: its reader is not tested"
    need_packages g++-aarch64-linux-gnu qemu-user || echo "nothing for aarch64: its checks are skipped"
fi

# ccache only where it works (its folder may not be writable)
cache=(-DEXPLAINN_CCACHE=OFF)
if command -v ccache >/dev/null; then
    echo 'int main() {}' >"$logs/try.cpp"
    ccache g++ -c "$logs/try.cpp" -o "$logs/try.o" >/dev/null 2>&1 && cache=(-DEXPLAINN_CCACHE=ON)
fi

phase_of "configure"
cmake --preset default -DEXPLAINN_TOGETHER=ON "${cache[@]}" >"$logs/configure" 2>&1 ||
    { tail -n 50 "$logs/configure"; give_up "the project does not configure"; }

phase_of "build with $jobs jobs"
cmake --build build/default -j "$jobs" >"$logs/build" 2>&1 ||
    { grep -nE -A 12 'error|Error|undefined reference' "$logs/build" | head -n 60; tail -n 5 "$logs/build"
      give_up "the project does not build"; }

phase_of "tests"
# what the tests make beside the build goes into one folder that is removed at the end
mkdir -p "$logs/scratch"
TMPDIR=$logs/scratch ctest --test-dir build/default -V -j "$jobs" --timeout 1800 >"$logs/ctest" 2>&1
sed -i 's/\x1b\[[0-9;]*m//g' "$logs/ctest"
# A doctest executable counts its cases, a script counts one; one that failed without a failed case counts one. A case
# that printed "skipped: NAME: why" has not passed, nor has a script that ended with 77: they are counted apart.
counts=$(awk '
    match($0, /^[0-9]+: \[doctest\] test cases: /) {
        n = $1 + 0
        split($0, part, "|")
        sub(/ passed.*/, "", part[2]); sub(/ failed.*/, "", part[3])
        cases[n] = 1; good[n] += part[2]; bad[n] += part[3]
    }
    /^[0-9]+: skipped: / { if (!seen[$0]++) without[$1 + 0]++ }
    match($0, /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: /) {
        n = $0; sub(/^[^#]*#/, "", n); n += 0
        name = $0; sub(/^[^#]*#[0-9]+: /, "", name); sub(/[ .*].*/, "", name)
        if ($0 ~ /\*\*\*Skipped/) { ++total_skipped; next }
        ok = $0 ~ / Passed /
        if (!(n in cases)) { good[n] = ok; bad[n] = !ok }
        else if (!ok && bad[n] == 0) bad[n] = 1
        if (!ok) names = names " " n ":" name
        if (n in cases) { good[n] -= without[n]; total_skipped += without[n] }
        total_good += good[n]; total_bad += bad[n]
    }
    END { print total_good + 0, total_bad + 0, total_skipped + 0; print names }' "$logs/ctest")
{ read -r good bad without; read -r failures; } <<<"$counts"
passed=$((passed + good))
failed=$((failed + bad))
skipped=$((skipped + without))
grep -E '^ *[0-9]+/[0-9]+ Test ' "$logs/ctest" | sed 's/^/   /'
for each in $failures; do
    echo "---- ${each#*:}: its last lines"
    grep -E "^${each%%:*}: " "$logs/ctest" | sed 's/^[0-9]*: //' | tail -n 50
done
[ "$without" -gt 0 ] && grep -E '^[0-9]+: skipped: ' "$logs/ctest" | sed 's/^[0-9]*: /   /' | sort -u
if [ $((good + bad)) -eq 0 ]; then
    tail -n 30 "$logs/ctest"
    give_up "no test was run"
fi

# rotated NAME...: the same names, from another one on for each commit, so that where time is short each has its turn
rotated()
{
    local from=$((16#$(git rev-parse --short=6 HEAD 2>/dev/null || date +%j) % $#))
    echo "${@:from + 1}" "${@:1:from}"
}

# was_built NAME STATUS LOG: whether it was; counts and says it where it was not
was_built()
{
    [ "$2" -eq 0 ] && return
    if [ "$2" -eq 124 ]; then
        echo "   $1: skipped, it was not built in time"
        skipped=$((skipped + 1))
    else
        grep -E -A 8 'error|undefined|No rule' "$3" | head -n 40
        echo "   $1: does not build"
        failed=$((failed + 1))
    fi
    return 1
}
# has_run NAME STATUS LOG SECONDS: counts and says how it ended
has_run()
{
    if [ "$2" -eq 0 ]; then
        echo "   $1: passed ($4 s)"
        passed=$((passed + 1))
    elif [ "$2" -eq 124 ]; then # the plain program of this group ended: only time is short
        echo "   $1: skipped, it did not end in time"
        skipped=$((skipped + 1))
    else
        tail -n 50 "$3"
        echo "   $1: failed"
        failed=$((failed + 1))
    fi
}

# The kernels with NEON's vectors: cross-compiled, and run by the user-mode emulator. Of what is installed for this
# machine only headers are used, and none of libc's. Each group is compiled in two halves, and run in two.
emulate_aarch64()
{
    local group header status at half sources cases test
    local flags=(-std=c++20 -O1 -Wall -Wextra -Wpedantic -Wconversion -Werror -DEXPLAINN_TESTS_VECTORS -Itests -Itests/unit -Iinclude
        -Ibackends/reference/include -Ibackends/cpu/include -isystem "$logs/aarch64")
    command -v aarch64-linux-gnu-g++ >/dev/null && command -v qemu-aarch64 >/dev/null ||
        { echo "no compiler or no emulator for aarch64: skipped"; return; }
    . cmake/together.sh
    mkdir -p "$logs/aarch64"
    for header in boost doctest nlohmann xtensor xtl zconf.h zlib.h; do
        [ -e "/usr/include/$header" ] && ln -s "/usr/include/$header" "$logs/aarch64/"
    done
    for group in $(rotated model backends); do
        [ $((SECONDS - began)) -lt 1700 ] || { echo "   aarch64 $group: skipped, the time is over"; continue; }
        at=$SECONDS test=$logs/aarch64/test_$group
        rm -f "$logs"/aarch64/*.o
        # files need zlib, which is not there for aarch64
        mapfile -t sources < <(grep -LE 'explainn/model/(model_file|open_model)\.hpp|imported\.hpp|networks\.hpp' "$root/tests/unit/$group"/*.cpp)
        half=$(((${#sources[@]} + 1) / 2))
        together "${sources[@]:0:half}" >"$logs/aarch64/first.cpp"
        together "${sources[@]:half}" >"$logs/aarch64/second.cpp"
        printf '%s\0' "$logs"/aarch64/{first,second}.cpp tests/main.cpp | timeout 300 xargs -0 -P "$jobs" -I {} sh -c \
            'out=$1 source=$2; shift 2; aarch64-linux-gnu-g++ "$@" -c "$source" -o "$out/$(basename "$source").o"' \
            sh "$logs/aarch64" {} "${flags[@]}" >"$logs/emulated" 2>&1
        status=$?
        [ "$status" -eq 0 ] && { aarch64-linux-gnu-g++ -static "$logs"/aarch64/*.o -o "$test" -pthread >>"$logs/emulated" 2>&1; status=$?; }
        was_built "aarch64 $group" "$status" "$logs/emulated" || continue
        cases=$(qemu-aarch64 "$test" --count | grep -oE '[0-9]+$')
        timeout 600 qemu-aarch64 "$test" --first=1 --last=$((cases / 2)) >"$logs/emulated" 2>&1 </dev/null &
        timeout 600 qemu-aarch64 "$test" --first=$((cases / 2 + 1)) --last="$cases" >"$logs/emulated_other" 2>&1 </dev/null
        status=$?
        wait $! || status=1
        tail -n 25 "$logs/emulated_other" >>"$logs/emulated"
        # one that does not end has failed
        has_run "aarch64 $group" $((status != 0)) "$logs/emulated" $((SECONDS - at))
    done
}

tidy()
{
    timeout 400 bash cmake/tidy.sh >"$logs/tidy" 2>&1
    case $? in
        0) passed=$((passed + 1)); tail -n 1 "$logs/tidy" ;;
        77) tail -n 1 "$logs/tidy" ;;
        124) echo "skipped, it did not end in time" ;;
        *) failed=$((failed + 1)); head -n 40 "$logs/tidy" ;;
    esac
}

sanitize()
{
    local budget=${EXPLAINN_SANITIZE_SECONDS:-1100} start=$SECONDS group left run=()
    # a slow machine ends in time, too, and looks at some groups
    left=$((2300 - (SECONDS - began)))
    [ "$left" -lt 240 ] && left=240
    [ "$left" -lt "$budget" ] && budget=$left
    # where address-space layout is too random for the sanitizer, or leaks cannot be looked for, a program that
    # does nothing shows it
    echo 'int main() {}' >"$logs/nothing.cpp"
    g++ -fsanitize=address,undefined "$logs/nothing.cpp" -o "$logs/nothing" 2>/dev/null ||
        { echo "the sanitizers are not installed: skipped"; return; }
    setarch -R true 2>/dev/null && run=(setarch -R)
    export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1
    if ! "${run[@]}" "$logs/nothing" 2>/dev/null; then
        ASAN_OPTIONS=detect_leaks=0
        "${run[@]}" "$logs/nothing" 2>/dev/null || { echo "the sanitizers do not run here: skipped"; return; }
    fi
    # with the kernels of the build above: compiling them with sanitizers takes many minutes; so does running the
    # cases of suite "long" without optimization, which the plain programs have run
    cmake --preset asan -DEXPLAINN_TOGETHER=ON -DEXPLAINN_BASE_ONLY=OFF "-DEXPLAINN_KERNELS=$root/build/default/libexplainn_cpu_compiled.a" "${cache[@]}" >"$logs/asan" 2>&1 ||
        { tail -n 30 "$logs/asan"; failed=$((failed + 1)); return; }
    local groups="core genomics genome testing io model train motif parity interpret backends cuda_on_host"
    for group in ${EXPLAINN_SANITIZE:-$(rotated $groups)}; do
        left=$((budget - (SECONDS - start)))
        if [ "$left" -le 0 ]; then
            echo "   sanitized $group: skipped, the time for sanitizers is over"
            continue
        fi
        local at=$SECONDS
        timeout "$((left + 60))" cmake --build build/asan -j "$jobs" --target "test_$group" >"$logs/asan" 2>&1
        was_built "sanitized $group" $? "$logs/asan" || continue
        TMPDIR=$logs/scratch timeout 300 "${run[@]}" "$(find build/asan/tests -type f -name "test_$group")" --test-suite-exclude=long >"$logs/asan" 2>&1 </dev/null
        has_run "sanitized $group" $? "$logs/asan" $((SECONDS - at))
    done
}

fuzz()
{
    local source name why at
    . tests/fuzz/build.sh
    for source in $(rotated tests/fuzz/*.cpp); do
        name=$(basename "$source" .cpp)
        if [ $((SECONDS - began)) -ge 2450 ]; then
            echo "   fuzz $name: skipped, the time is over"
            continue
        fi
        why=$(build_fuzz_target "$name" "$logs/fuzz_$name" 2>"$logs/fuzz")
        case $? in 0) ;; 2 | 3) echo "   fuzz $name: $why"; continue ;; *)
            grep -m 1 'libclang_rt' "$logs/fuzz" && { echo "no fuzzer runtime: skipped"; return; }
            head -n 20 "$logs/fuzz"
            echo "   fuzz $name: does not build"
            failed=$((failed + 1))
            continue ;;
        esac
        mkdir -p "$logs/corpus_$name"
        local seeds=()
        [ -d "tests/fuzz/$name" ] && seeds=("tests/fuzz/$name")
        at=$SECONDS
        (cd "$logs" && timeout 120 "./fuzz_$name" -runs=50000 -max_total_time=5 -timeout=30 -rss_limit_mb=2048 -seed=1 \
            "corpus_$name" ${seeds[0]:+"$root/${seeds[0]}"}) >"$logs/fuzz" 2>&1 </dev/null
        # one that does not end has failed
        has_run "fuzz $name" $(($? != 0)) "$logs/fuzz" $((SECONDS - at))
    done
}

if [ "${CI:-}" = true ]; then
    phase_of "clang-tidy"
    tidy
    phase_of "aarch64, emulated"
    emulate_aarch64
    phase_of "sanitizers"
    sanitize
    phase_of "fuzz targets"
    fuzz
fi
phase_of "done"
[ "$failed" -eq 0 ]
exit
