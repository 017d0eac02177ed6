#!/usr/bin/env bash
# A project of someone else's finds the library (check.sh subdirectory | package | fetched), builds and runs.
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
unset CXXFLAGS
configured=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_COMPILER=${CXX:-g++}" -DCMAKE_CXX_FLAGS_DEBUG=-O0)
if [ "$way" = package ]; then
    step cmake -S "$root" -B "$scratch/library" "${configured[@]}" -DEXPLAINN_BUILD_EXAMPLES=OFF \
        "-DCMAKE_INSTALL_PREFIX=$scratch/installed"
    step cmake --build "$scratch/library" -j 1
    step cmake --install "$scratch/library"
    configured+=("-DCMAKE_PREFIX_PATH=$scratch/installed")
    # what is installed does not point back to where it was built
    if grep -rlF -e "$root/" -e "$scratch/library" "$scratch/installed"; then
        echo "the installed files above name the folder they were built in"
        exit 1
    fi
fi
step cmake -S "$here/$way" -B "$scratch/build" "${configured[@]}" "-DEXPLAINN_SOURCE=$root"
step cmake --build "$scratch/build" -j 1
if [ -e "$scratch/build/compiled" ]; then step "$scratch/build/compiled"; fi
step "$scratch/build/consumer"
cat "$scratch/log"
