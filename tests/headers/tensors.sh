#!/usr/bin/env bash
# explainn/model/tensors.hpp serves users of xtensor as it was up to 0.25 and as it is from 0.26 on, where every header
# moved into a folder. The folders are made here, of files that include what is installed.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/headers/all.sh
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
compiler=${CXX:-g++}
flags=(-std=c++20)
for folder in "${header_roots[@]}"; do flags+=("-I$folder"); done
printf '#include <xtensor/xadapt.hpp>\n' >"$scratch/probe.hpp"
flat=$("$compiler" -std=c++20 -M -x c++ "$scratch/probe.hpp" 2>/dev/null | tr ' ' '\n' | grep -m 1 '/xtensor/xadapt\.hpp$')
printf '#include <xtensor/containers/xadapt.hpp>\n' >"$scratch/probe.hpp"
deep=$("$compiler" -std=c++20 -M -x c++ "$scratch/probe.hpp" 2>/dev/null | tr ' ' '\n' | grep -m 1 '/xtensor/containers/xadapt\.hpp$')
[ -n "$flat$deep" ] || { echo "skipped: no xtensor"; exit 77; }
cat >"$scratch/main.cpp" <<'EOF'
// Logits and a parameter as tensors.
#include <explainn/layers/layers.hpp>
#include <explainn/model/tensors.hpp>
#include <explainn/reference.hpp>
namespace ex = explainn;
using unit = ex::unit<ex::conv<5>, ex::relu, ex::global_max_pool>;
using network = ex::network<ex::dna<24>, ex::bank<3, unit>, ex::linear_head<2>>;
int main()
{
    ex::model<network, ex::reference<float>> model{ex::seed{1}};
    xt::xtensor<ex::letter, 2> const letters = xt::zeros<ex::letter>({4, 24});
    xt::xtensor<float, 2> const logits = ex::predict(model, letters), weights = ex::tensor<2>(model, "final.weight");
    auto const plain = model.predict({letters.data(), 4, 24});
    bool same = logits.shape(0) == 4 && logits.shape(1) == 2 && weights.shape(0) == 2 && weights.shape(1) == 3;
    for (std::size_t i = 0; i < plain.size(); ++i) same = same && logits.data()[i] == plain[i];
    return same ? 0 : 1;
}
EOF
status=0
# build NAME HEADER [flag...]: compiles, runs, and sees which xadapt.hpp was taken first
build()
{
    local name=$1 header=$2
    shift 2
    if ! "$compiler" "$@" "${flags[@]}" "$scratch/main.cpp" -o "$scratch/uses_$name" -lz -pthread >"$scratch/log" 2>&1 ||
        ! "$scratch/uses_$name"; then
        echo "tensors.hpp does not serve xtensor's $name headers:"
        grep -E 'error|undefined' "$scratch/log" | head -n 10
        status=1
    elif ! "$compiler" "$@" "${flags[@]}" -M "$scratch/main.cpp" | tr ' ' '\n' | grep -m 1 '/xadapt\.hpp$' | grep -q "$header"; then
        echo "tensors.hpp does not take the $name headers"
        status=1
    fi
}
if [ -n "$deep" ]; then
    build moved '/xtensor/containers/xadapt\.hpp$'
else
    build flat '/xtensor/xadapt\.hpp$'
    mkdir -p "$scratch/moved/xtensor/containers"
    for header in xadapt xtensor; do
        printf '#include "%s/%s.hpp"\n' "$(dirname "$flat")" "$header" >"$scratch/moved/xtensor/containers/$header.hpp"
    done
    build moved '/xtensor/containers/xadapt\.hpp$' "-I$scratch/moved"
fi
exit $status
