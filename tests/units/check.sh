#!/usr/bin/env bash
# Two source files of one program that were compiled with different flags: either both are right, each with its own
# kernels, or the linker names the difference; never numbers that are wrong.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
compiler=${CXX:-g++}
flags=(-std=c++20 -O0) # nothing is inlined: every function that both files have is shared by the linker
for folder in "${header_roots[@]}"; do flags+=("-I$folder"); done
status=0
compile()
{
    local object=$1 source=$2
    shift 2
    "$compiler" "${flags[@]}" "$@" -c "$source" -o "$scratch/$object.o" 2>"$scratch/log" && return
    echo "$object does not compile:"
    grep -m 5 error "$scratch/log"
    exit 1
}
# link NAME OBJECT...: 0 where it links
link() { (cd "$scratch" && "$compiler" "${@:2}" -o "$1" -lz -pthread >"$1.log" 2>&1); }
right()
{
    if ! link program "$@"; then
        echo "$* do not link:"
        grep -m 5 -E 'undefined|multiple' "$scratch/program.log"
        status=1
    elif ! "$scratch/program" >"$scratch/log" 2>&1; then
        echo "$*: the program says"
        tail -n 3 "$scratch/log"
        status=1
    fi
}

# wide kernels, and those for every processor
compile wide_main tests/units/main.cpp
compile wide_hands tests/units/hands_over.cpp -DHANDS_OVER
compile wide_keeps tests/units/hands_over.cpp
compile base_asked tests/units/asked.cpp -DEXPLAINN_BASE_ONLY
right wide_main.o wide_keeps.o base_asked.o
right base_asked.o wide_keeps.o wide_main.o
# a model that is handed from one to the other
if link program wide_main.o wide_hands.o base_asked.o; then
    echo "source files with different kernels hand a model over, and the linker says nothing"
    status=1
elif ! c++filt <"$scratch/program.log" | grep 'undefined reference' |
    grep -q 'right_when_handed(.*explainn::[a-z0-9_:]*kernels[a-z0-9_]*::cpu<float>'; then
    echo "the linker does not name the kernels, but says:"
    grep -m 5 -E 'undefined|multiple' "$scratch/program.log"
    status=1
fi

# two versions, where names carry the version
if grep -q 'define EXPLAINN_ABI' include/explainn/core/cpp20.hpp; then
    printf '%s\n' '#include <explainn/core/shape.hpp>' 'int positions_of(explainn::shape const& s) { return s.positions; }' \
        >"$scratch/newer.cpp"
    printf '%s\n' '#include <explainn/core/shape.hpp>' 'int positions_of(explainn::shape const& s);' \
        'int main() { return positions_of({4, 0}); }' >"$scratch/older.cpp"
    compile older "$scratch/older.cpp"
    compile same "$scratch/newer.cpp"
    compile newer "$scratch/newer.cpp" '-DEXPLAINN_ABI=inline v9_9'
    right older.o same.o
    if link program older.o newer.o || ! c++filt <"$scratch/program.log" | grep -q 'positions_of(explainn::v[0-9_]*::shape const&)'; then
        echo "the linker does not name the versions, but says:"
        head -n 5 "$scratch/program.log"
        status=1
    fi
fi

# Different -march: functions exist once, and the linker keeps one of the two, so the program is right where the processor
# has what the widest asks for.
if grep -qw avx2 /proc/cpuinfo 2>/dev/null && grep -qw fma /proc/cpuinfo; then
    compile march_main tests/units/main.cpp -DEXPLAINN_BASE_ONLY -march=x86-64-v3
    compile march_hands tests/units/hands_over.cpp -DHANDS_OVER -DEXPLAINN_BASE_ONLY -march=x86-64-v3
    right march_main.o march_hands.o base_asked.o
    right base_asked.o march_hands.o march_main.o
else
    echo "no AVX2 here: different -march are not looked at"
fi
exit $status
