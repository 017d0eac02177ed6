#!/usr/bin/env bash
# Every ```cpp block of README.md and docs/ compiles. A block whose first line is "// program" (or that has a main) is a
# program: it is linked, and if it says "// program" it is run in a folder that is empty at the start of the page but for examples/data of the
# project; an ```output block right after it is what it must print. "// declarations" is compiled at namespace scope,
# every other block in a function. Includes and `using net = ...` of one block do not reach the others.
# The examples of header comments compile too: consecutive lines that begin with "///     ". Each is compiled in a function of its own,
# and the names that it uses without declaring them are those of tests/house/example_names.hpp.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
root=$PWD
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
compiler=${CXX:-g++}
flags=(-std=c++20 -O0 -Wall -Wextra -Iinclude -Ibackends/reference/include -Ibackends/cpu/include -Ibackends/cuda/include -Iexamples -I.)

for page in README.md docs/*.md; do
    [ -e "$page" ] || continue
    awk -v page="$page" -v base="$scratch/$(basename "$page" .md)" '
        !on && /^```cpp *$/ { on = 1; ++n; file = sprintf("%s_%02d.txt", base, n); print page ":" NR + 1 >(file ".place"); next }
        !on && /^```output *$/ && NR == after + 1 { on = 2; out = file ".expected"; printf "" >out; next }
        on && /^``` *$/ { if (on == 1) close(file); after = NR; on = 0; next }
        on == 1 { print >file }
        on == 2 { print >out }
        !on && /^ *$/ && NR == after + 1 { after = NR }' "$page"
done

# Prints, of headers in the order given, each example as a function, numbered by its first line.
header_examples()
{
    awk '
        FNR == 1 && on { print ";}}"; on = 0 }
        /^ *\/\/\/     / {
            text = $0; sub(/^ *\/\/\/     /, "", text)
            if (!on) {
                names = FILENAME ~ /explainn\/(core|genomics|io|motif)\// ? "of_data" : FILENAME ~ /^backends\/blas\// ? "of_blas" : "of_models"
                printf "namespace examples::%s { [[maybe_unused]] static void example_%d() {\n", names, ++n
                printf "#line %d \"%s\"\n", FNR, FILENAME
            }
            on = 1
            print text
            next
        }
        on { print ";}}"; on = 0 }
        END { if (on) print ";}}"; print "// " n + 0 " examples" }' "$@"
}

# the examples of a header are found, each as a function of its own, with its place in the file
mkdir -p "$scratch/include/explainn/io"
printf '%s\n' '/// Text.' '///' '///     first();' '///     second()' 'int f();' '    ///     third' >"$scratch/include/explainn/io/a.hpp"
header_examples "$scratch/include/explainn/io/a.hpp" >"$scratch/found"
if [ "$(grep -c 'namespace examples::of_data' "$scratch/found")" != 2 ] || ! grep -q '^#line 6 ' "$scratch/found" ||
    ! grep -qx 'second()' "$scratch/found" || grep -q 'Text' "$scratch/found"; then
    echo "the examples of a header are not found"
    exit 1
fi

status=0
programs=() fragments=()
for file in "$scratch"/*_[0-9][0-9].txt; do
    [ -e "$file" ] || continue
    if head -n 1 "$file" | grep -q '^// program' || grep -qE '^ *int main *\(' "$file"; then programs+=("$file"); else fragments+=("$file"); fi
done

# the fragments of a page in one translation unit, each in a namespace or function of its own
write_unit()
{
    local unit=$1 file i=0
    shift
    { cat "$@" | grep -E '^ *# *include' | sort -u
      if ! cat "$@" | grep -qE '^ *# *include'; then echo '#include "everything.hpp"'; fi
    } >"$unit"
    echo 'namespace ex = explainn;' >>"$unit"
    for file in "$@"; do
        i=$((i + 1))
        if head -n 1 "$file" | grep -q '^// declarations'; then
            echo "namespace snippet_$i { using namespace explainn;"
            echo "#line 1 \"$(cat "$file.place")+\""
            grep -vE '^ *# *include' "$file"
            echo "}"
        else
            echo "[[maybe_unused]] static void snippet_$i() { using namespace explainn;"
            echo "#line 1 \"$(cat "$file.place")+\""
            grep -vE '^ *# *include' "$file"
            echo "}"
        fi >>"$unit"
    done
}
{ (cd include && find explainn -name '*.hpp' | sort); (cd backends/cpu/include && find explainn -name '*.hpp' | sort)
  (cd backends/cuda/include && find explainn -name '*.hpp' | sort)
  (cd backends/reference/include && find explainn -name '*.hpp' | sort); } | sed 's/.*/#include <&>/' >"$scratch/everything.hpp"
flags+=("-I$scratch")

if [ ${#fragments[@]} -gt 0 ]; then
    write_unit "$scratch/fragments.cpp" "${fragments[@]}"
    sed -i '1i #include "everything.hpp"' "$scratch/fragments.cpp"
    echo '#include "tests/house/example_names.hpp"' >>"$scratch/fragments.cpp"
    # the reader of HDF5 is not declared where libhdf5 is not installed
    hdf5=$(find /usr/include -name hdf5.h -print -quit 2>/dev/null)
    if [ -n "$hdf5" ]; then flags+=(-isystem "$(dirname "$hdf5")"); fi
    # nor is the backend on BLAS where there is no OpenBLAS
    blas=$(find /usr/include -name openblas_config.h -print -quit 2>/dev/null)
    if [ -n "$blas" ]; then
        flags+=(-Ibackends/blas/include -isystem "$(dirname "$blas")")
        (cd backends/blas/include && find explainn -name '*.hpp' | sort | sed 's/.*/#include <&>/') >>"$scratch/everything.hpp"
    fi
    mapfile -t headers < <(find include backends/*/include -name '*.hpp' | sort |
        if [ -n "$hdf5" ]; then cat; else grep -v hdf5_; fi | if [ -n "$blas" ]; then cat; else grep -v ^backends/blas/; fi)
    header_examples "${headers[@]}" >>"$scratch/fragments.cpp"
    if ! "$compiler" "${flags[@]}" -Wno-unused -fsyntax-only "$scratch/fragments.cpp" >"$scratch/log" 2>&1; then
        grep -E 'error' "$scratch/log" | head -n 20
        status=1
    fi
fi
# all programs are compiled at once, with the kernels of the build where there is one, and run one after another
kernels=${BUILD_DIR:-build/default}/libexplainn_cpu_compiled.a
if [ -e "$kernels" ]; then flags+=(-DEXPLAINN_COMPILED_KERNELS); else kernels=; fi
build_program()
{
    local file=$1 place
    shift
    place=$(cat "$file.place")
    { echo "#line 1 \"$place+\""; cat "$file"; } >"$file.cpp"
    # shellcheck disable=SC2086
    "$compiler" "$@" "$file.cpp" -o "$file.program" $kernels -lz -pthread >"$file.log" 2>&1 || rm -f "$file.program"
}
export -f build_program
export compiler kernels
printf '%s\0' "${programs[@]}" | xargs -0 -P "$(nproc)" -I {} bash -c 'build_program "$@"' bash {} "${flags[@]}"
for file in "${programs[@]}"; do
    place=$(cat "$file.place")
    if [ ! -x "$file.program" ]; then
        echo "$place does not build:"
        grep -E 'error|undefined' "$file.log" | head -n 10
        status=1
        continue
    fi
    head -n 1 "$file" | grep -q '^// program' || continue
    # the programs of one page run in one folder: a later one may read what an earlier one wrote
    if [ "${place%%:*}" != "$page_that_runs" ]; then rm -rf "$scratch/run"; fi
    page_that_runs=${place%%:*}
    mkdir -p "$scratch/run/examples"
    ln -sfn "$root/examples/data" "$scratch/run/examples/data"
    if ! (cd "$scratch/run" && timeout 600 "$file.program" </dev/null) >"$scratch/printed" 2>"$scratch/log"; then
        echo "$place does not run:"
        tail -n 10 "$scratch/log"
        status=1
    elif [ -e "$file.expected" ] && ! diff "$file.expected" "$scratch/printed"; then
        echo "$place prints something else"
        status=1
    fi
done
echo "${#programs[@]} programs, ${#fragments[@]} fragments, $(sed -n 's/^\/\/ \([0-9]* examples\)$/\1/p' "$scratch/fragments.cpp") in headers"
exit $status
