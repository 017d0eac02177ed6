# Sourced: build_fuzz_target NAME OUTPUT builds tests/fuzz/NAME.cpp with libFuzzer and sanitizers. Returns 3, with a
# line, where clang is not installed, and 2 where a library it needs is not; output of the compiler goes to standard error.
build_fuzz_target()
{
    local clang here libraries=(-lz)
    here=$(dirname "${BASH_SOURCE[0]}")
    clang=$(command -v "${CXX_FUZZ:-clang++-14}" || command -v clang++) || { echo "skipped, no clang++ is here"; return 3; }
    if [ "$1" = hdf5 ]; then
        pkg-config --exists hdf5 2>/dev/null || { echo "skipped, libhdf5 is not here"; return 2; }
        read -ra libraries <<<"$(pkg-config --cflags --libs hdf5) -lz"
    fi
    "$clang" -std=c++20 -O1 -g1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$here/../../include" \
        -I"$here/../../backends/reference/include" "$here/$1.cpp" -o "$2" "${libraries[@]}" || return 1
}
