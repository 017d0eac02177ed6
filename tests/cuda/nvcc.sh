#!/usr/bin/env bash
# nvcc compiles every kernel of the cuda backend for one kind of GPU without a warning, none of them spills registers,
# tf_binding is compiled by g++ and linked with them and with cuBLAS, and where there is no GPU it says so in one line.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
command -v nvcc >/dev/null || { echo "no nvcc: skipped"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
headers=(-Iinclude -Ibackends/reference/include -Ibackends/cpu/include -Ibackends/cuda/include)

# the flags of cmake/explainn_cuda.cmake
printf '#include <explainn/cuda/kernels.cuh>\nEXPLAINN_CUDA_INSTANTIATE\n' >"$scratch/kernels.cu"
nvcc -std=c++20 -O2 -arch=sm_90 --extended-lambda --expt-relaxed-constexpr -Xptxas=-v -Werror=all-warnings \
    -Xcompiler=-Wall,-Wextra -DEXPLAINN_CUBLAS "${headers[@]}" -c "$scratch/kernels.cu" -o "$scratch/kernels.o" >"$scratch/log" 2>&1 ||
    { echo "nvcc does not compile the kernels:"; grep -E 'error|warning' "$scratch/log" | head -n 20; exit 1; }

# every kernel's stack and spills, a line each: NAME, bytes of spill stores, bytes of spill loads
spills()
{
    awk '/Function properties for/ { name = $NF } /spill stores/ { gsub(/,/, ""); print name, $5, $9 }' "$1"
}
spills "$scratch/log" >"$scratch/kernels"
for hot in motif_scan_kernel winners_kernel tile_kernel block_kernel block_gradient_kernel scan_largest_kernel \
    scan_hits_kernel adam_step; do
    grep -q "$hot" "$scratch/kernels" || { echo "ptxas says nothing of $hot"; exit 1; }
done
# the check itself finds what it looks for
printf 'ptxas info : Function properties for bad_kernel\n 8 bytes stack frame, 4 bytes spill stores, 0 bytes spill loads\n' >"$scratch/bad"
[ "$(spills "$scratch/bad")" = "bad_kernel 4 0" ] || { echo "the check does not see a spill"; exit 1; }
if awk '$2 + $3 > 0' "$scratch/kernels" | grep .; then
    echo "these kernels spill registers (name, bytes stored, bytes loaded)"
    exit 1
fi
echo "$(wc -l <"$scratch/kernels") kernels, no spills"

library=${BUILD_DIR:-build/default}/libexplainn_cpu_compiled.a
[ -e "$library" ] || { echo "no $library: programs are not linked"; exit 1; }
compiler=${CXX:-g++}
"$compiler" -std=c++20 -O0 -DEXPLAINN_WITHOUT_GENOMES -DEXPLAINN_DEVICE_CUDA -DEXPLAINN_COMPILED_CUDA -DEXPLAINN_COMPILED_KERNELS \
    -DEXPLAINN_EXAMPLE_DATA="\"$PWD/examples/data\"" "${headers[@]}" -Iexamples \
    -c examples/tf_binding/tf_binding.cpp -o "$scratch/tf_binding.o" || exit 1
nvcc "$scratch/tf_binding.o" "$scratch/kernels.o" "$library" -lcublas -lz -lpthread -o "$scratch/tf_binding" || exit 1
nvidia-smi -L 2>/dev/null | grep -q '^GPU' && { echo "a GPU is here: what is said without one is not looked at"; exit 0; }
"$scratch/tf_binding" train --sequences examples/data/sequences.fa.gz --labels examples/data/labels.tsv.gz --out "$scratch/run" --device cuda \
    >"$scratch/out" 2>"$scratch/err"
status=$?
if [ $status -ne 1 ] || [ -s "$scratch/out" ] || [ "$(wc -l <"$scratch/err")" -ne 1 ] ||
    ! grep -q '^error: no GPU was found for CUDA: ' "$scratch/err"; then
    echo "tf_binding --device cuda without a GPU: expected exit 1 and one line, found exit $status and:"
    cat "$scratch/out" "$scratch/err"
    exit 1
fi
cat "$scratch/err"
