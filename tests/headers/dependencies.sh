#!/usr/bin/env bash
# Which headers need which library, as `g++ -M` sees it. xtensor is needed only by the headers called tensors.hpp, Boost.Hana
# only by the headers below that combine values of different types, and the other libraries by no header.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
with_xtensor='explainn/(model|train|interpret)/tensors\.hpp'
with_hana='explainn/(train/(listeners|joint_loss|joint_task|task_by_name)|report/report_of)\.hpp'
export compiler=${CXX:-g++} flags="${header_flags[*]}"
needs()
{
    # shellcheck disable=SC2086
    echo "#include <$1>" | $compiler $flags -M -x c++ - 2>&1 | tr ' ' '\n' |
        sed -nE 's#.*/(xtensor|xtl|boost|nlohmann|CLI)/.*#\1#p; s#.*/(hdf5|bigWig)\.h$#\1#p; s#.*/(htslib)/.*#\1#p' | sort -u | sed "s#^#$1 #"
}
export -f needs
all_headers | xargs -P "$(nproc)" -I {} bash -c 'needs {}' | sort >"$scratch/needs"
# the check itself finds what it looks for
grep -qx 'explainn/model/tensors.hpp xtensor' "$scratch/needs" && grep -qx 'explainn/train/listeners.hpp boost' "$scratch/needs" ||
    { echo "the check sees neither xtensor in model/tensors.hpp nor Boost in train/listeners.hpp:"; cat "$scratch/needs"; exit 1; }
with_hts='explainn/genome/(genome|hts|indexed_fasta|variant_file|variant_writer)\.hpp'
found=$(grep -vE "^($with_hts htslib|explainn/genome/bigwig\.hpp bigWig|$with_xtensor (xtensor|xtl)|$with_hana boost|explainn/io/hdf5_file\.hpp hdf5)$" "$scratch/needs")
[ -z "$found" ] && echo "$(wc -l <"$scratch/needs") headers need a library, and may" && exit 0
echo "these headers need a library that they should not need:"
echo "$found"
exit 1
