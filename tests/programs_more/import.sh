#!/usr/bin/env bash
# import.sh IMPORT_PYTORCH PREDICT_SEQUENCES DATA: PyTorch's models become files that the other programs read.
program=$(realpath "$1") predict=$(realpath "$2") data=$(realpath "$3")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

for n in 0 1 2 3 4 5; do
    works "fc$n" "$program" "$data/fc$n.pth" --pool 4 --stride 3 --length 40 --tasks MAX,JUND --out fc$n.safetensors
    is "fc$n: what it found" "$(grep -o "units 3, width 7, num-fc $n" out.txt)" "units 3, width 7, num-fc $n"
    works "fc$n: it predicts" "$predict" --model fc$n.safetensors --sequences seq.fa --out fc$n.tsv
    is "fc$n: tasks" "$(tail -n +2 fc$n.tsv | cut -f 2 | sort -u | paste -sd ,)" "JUND,MAX"
done
works "arrays for NumPy" "$predict" --model fc2.safetensors --sequences seq.fa --out with.tsv --arrays all.npz
same "arrays beside the table" with.tsv fc2.tsv
for name in forward:2 reverse:2 forward_units:3 reverse_units:3; do
    is "array ${name%:*}" "$(grep -aoE "'shape': \(240, ${name#*:}\)" all.npz | wc -l)" 2 # two arrays of this shape
    is "array ${name%:*}, named" "$(grep -aoF "${name%:*}.npy" all.npz | wc -l)" 2 # before its data and in the list of all
done
refuses "arrays that cannot be written" "none/all.npz" "$predict" --model fc2.safetensors --sequences seq.fa --out no --arrays none/all.npz
works "a GPU's" "$program" "$data/gpu.pth" --pool 4 --stride 3 --length 40 --tasks MAX,JUND --out gpu.safetensors
same "a GPU's" gpu.safetensors fc2.safetensors
works "names made up" "$program" "$data/fc2.pth" --pool 4 --stride 3 --length 40 --out named.safetensors
is "names made up" "$(head -c 3000 named.safetensors | grep -ac 'output0[^"]*output1')" 1
refuses "too few names" "expected 2 names" "$program" "$data/fc2.pth" --pool 4 --stride 3 --tasks MAX --out no
refuses "no length told" "length" "$program" "$data/fc0.pth" --out no
refuses "no state dict" "seq.fa" "$program" seq.fa --out no
refuses "no such file" "none.pth" "$program" none.pth --out no
[ ! -e no ] && good || bad "a refused import leaves a file"
finish
