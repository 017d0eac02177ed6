#!/usr/bin/env bash
# A user's project finds the library (check.sh subdirectory | package | fetched), builds and runs.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 1
root=$(cd "$here/../.." && pwd)
way=$1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
step()
{
    "$@" >"$scratch/log" 2>&1 && return
    echo "$* failed:"
    tail -n 30 "$scratch/log"
    exit 1
}
# refused PATTERN COMMAND...: the command fails and says PATTERN, in one line or over several
refused()
{
    local pattern=$1
    shift
    if "$@" >"$scratch/log" 2>&1; then
        echo "$* should have failed"
        exit 1
    fi
    tr -s ' \n' ' ' <"$scratch/log" | grep -qF -- "$pattern" && return
    echo "$* does not say \"$pattern\", but:"
    tail -n 20 "$scratch/log"
    exit 1
}
unset CXXFLAGS
configured=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_COMPILER=${CXX:-g++}" -DCMAKE_CXX_FLAGS_DEBUG=-O0)
bare=(-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON -DCMAKE_DISABLE_FIND_PACKAGE_xtensor=ON)
if [ "$way" = package ]; then
    step cmake -S "$root" -B "$scratch/library" "${configured[@]}" "${bare[@]}" -DEXPLAINN_BUILD_EXAMPLES=OFF \
        "-DCMAKE_INSTALL_PREFIX=$scratch/installed"
    step cmake --build "$scratch/library" -j 1
    step cmake --install "$scratch/library"
    configured+=("-DCMAKE_PREFIX_PATH=$scratch/installed")
    # what is installed does not point back to where it was built
    if grep -rlF -e "$root/" -e "$scratch/library" "$scratch/installed"; then
        echo "the installed files above name the folder they were built in"
        exit 1
    fi
    cmp -s "$root/LICENSE" "$scratch/installed/share/doc/explainn/LICENSE" || { echo "LICENSE is not installed"; exit 1; }
    [ -e "$scratch/installed/include/explainn/explainn.hpp" ] || { echo "the headers are not installed"; exit 1; }
    refused 'explainn has no component "gpus"; its components are core, reference, cpu, cpu_compiled, blas, cuda, cuda_compiled, tensors, hana, hdf5' \
        cmake -S "$here/$way" -B "$scratch/refused" "${configured[@]}" "-DCOMPONENTS=cpu;gpus"
    refused 'component "tensors" needs xtensor, which was not found' \
        cmake -S "$here/$way" -B "$scratch/refused" "${configured[@]}" "${bare[@]}" "-DCOMPONENTS=cpu;tensors"
    # with every library that is optional, and with components
    step cmake -S "$here/$way" -B "$scratch/with" "${configured[@]}" -DWITH_LIBRARIES=ON "-DCOMPONENTS=cpu;tensors;hana"
    step cmake --build "$scratch/with" -j 1 --target tensors
    step "$scratch/with/tensors"
fi
step cmake -S "$here/$way" -B "$scratch/build" "${configured[@]}" "${bare[@]}" "-DEXPLAINN_SOURCE=$root"
step cmake --build "$scratch/build" -j 1
if [ "$way" = package ]; then
    step cmake --install "$scratch/build" --prefix "$scratch/program"
    step "$scratch/program/bin/compiled"
fi
# a project that installs itself does not install the library with it, unless it asks for that
if [ "$way" != package ]; then
    step cmake --install "$scratch/build" --prefix "$scratch/with_the_tool"
    if [ -n "$(find "$scratch/with_the_tool" -type f 2>/dev/null)" ]; then
        echo "$(find "$scratch/with_the_tool" -type f | wc -l) files of the library are installed with the consumer"
        exit 1
    fi
    step cmake -S "$here/$way" -B "$scratch/build" -DEXPLAINN_INSTALL=ON
    step cmake --install "$scratch/build" --prefix "$scratch/with_the_tool"
    [ -e "$scratch/with_the_tool/include/explainn/explainn.hpp" ] || { echo "EXPLAINN_INSTALL=ON installs nothing"; exit 1; }
    step cmake -S "$here/$way" -B "$scratch/with" "${configured[@]}" -DWITH_LIBRARIES=ON "-DEXPLAINN_SOURCE=$root"
    step cmake --build "$scratch/with" -j 1 --target tensors
    step "$scratch/with/tensors"
fi
step "$scratch/build/names"
step "$scratch/build/consumer"
cat "$scratch/log"
