#!/usr/bin/env bash
# On a machine with a GPU: builds what pack.sh packed, trains the golden cases on the device (and once under
# compute-sanitizer), the demonstration on cpu and on cuda, and times steps beside PyTorch. Prints one table, and writes it as
# gpu.tsv. It has not run on a GPU yet. $EXPLAINN_TORCH_PYTHON (default python3) is the Python with PyTorch;
# $EXPLAINN_SECONDS (480) is how long it may take, after which what is left is not measured.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
nvidia-smi -L 2>/dev/null | grep '^GPU' || { echo "error: expected a GPU, found none" >&2; exit 1; }
command -v nvcc >/dev/null || { echo "error: expected nvcc, found none" >&2; exit 1; }
began=$SECONDS budget=${EXPLAINN_SECONDS:-480}
python=${EXPLAINN_TORCH_PYTHON:-python3}
build=build/gpu
mkdir -p "$build"
headers=(-Iinclude -Ibackends/reference/include -Ibackends/cpu/include -Ibackends/cuda/include -Iexamples -Itests -Itests/unit
    -Ibenchmarks -isystem packed/include)
compile=(g++ -std=c++20 -O2 "${headers[@]}" -DEXPLAINN_COMPILED_CUDA -DEXPLAINN_COMPILED_KERNELS -DEXPLAINN_DEVICE_CUDA -DEXPLAINN_BENCH_CUDA -DEXPLAINN_WITHOUT_GENOMES
    "-DEXPLAINN_EXAMPLE_DATA=\"$PWD/examples/data\"" "-DEXPLAINN_TEST_DATA=\"$PWD/tests/data\"")
printf '#include <explainn/cuda/kernels.cuh>\nEXPLAINN_CUDA_INSTANTIATE\n' >"$build/kernels.cu"
echo '#include <explainn/cpu/kernels.hpp>' >"$build/cpu_kernels.cpp"
nvcc -std=c++20 -O2 -arch=native -DEXPLAINN_CUBLAS --extended-lambda --expt-relaxed-constexpr "${headers[@]/-isystem/-I}" -c "$build/kernels.cu" \
    -o "$build/kernels.o" &
jobs=($!)
for source in "$build/cpu_kernels.cpp" tests/main.cpp tests/cuda_on_host/train_golden.cpp benchmarks/train/train.cpp \
    examples/tf_binding/tf_binding.cpp; do
    "${compile[@]}" -c "$source" -o "$build/$(basename "$source" .cpp).o" &
    jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job" || { echo "error: it does not build" >&2; exit 1; }; done
link() { nvcc "${@:2}" "$build/kernels.o" "$build/cpu_kernels.o" -Lpacked/lib -lcublas -lz -lpthread -o "$build/$1" || exit 1; }
link test_golden "$build/main.o" "$build/train_golden.o"
link bench_train "$build/train.o"
link tf_binding "$build/tf_binding.o"
echo "built in $((SECONDS - began)) s"

"$build/test_golden" || { echo "error: training on the device gives other numbers than PyTorch in double" >&2; exit 1; }
if command -v compute-sanitizer >/dev/null; then
    timeout 120 compute-sanitizer --error-exitcode 9 "$build/test_golden" >"$build/sanitizer.log" 2>&1
    case $? in 0) echo "compute-sanitizer: no error" ;; 124) echo "compute-sanitizer: not done in 120 s" ;;
        *) tail -n 20 "$build/sanitizer.log"; echo "error: compute-sanitizer found something" >&2; exit 1 ;; esac
fi
for device in cpu cuda; do
    at=$SECONDS
    "$build/tf_binding" train --sequences examples/data/sequences.fa.gz --labels examples/data/labels.tsv.gz --epochs 4 --no-report \
        --out "$build/$device" --overwrite --device $device >/dev/null 2>&1 || { echo "error: tf_binding fails on $device" >&2; exit 1; }
    echo "tf_binding, 4 epochs on $device: $((SECONDS - at)) s, losses $(tail -n 1 "$build/$device/losses.tsv" | tr '\t' ' ')"
done

peer() { (cd benchmarks/peers && timeout 120 "$python" train_peer.py --device cuda --repeats 3 "$@" 2>/dev/null | tail -n 1); }
printf 'what\tU\tB\tcuda\tcublas\tgrouped\tbanked\tcompiled\tcompiled_bf16\n' | tee gpu.tsv
for what in train infer; do
    flag=()
    [ $what = infer ] && flag=(--inference)
    for units in 100 300 1492; do
        for batch in 100 1024 8192; do
            [ $((SECONDS - began)) -lt "$budget" ] || { echo "the time is over: U $units B $batch and what follows are not measured"; exit 0; }
            same=(--units $units --batch $batch "${flag[@]}")
            row="$what\t$units\t$batch\t$("$build/bench_train" $units 200 50 $batch 2 $what 3 cuda 2>/dev/null || echo nan)"
            row+="\t$("$build/bench_train" $units 200 50 $batch 2 $what 3 cublas 2>/dev/null || echo nan)"
            for which in grouped banked compiled; do row+="\t$(peer --which $which "${same[@]}" || echo nan)"; done
            row+="\t$(peer --which compiled --bf16 "${same[@]}" || echo nan)"
            printf "$row\n" | tee -a gpu.tsv
        done
    done
done
