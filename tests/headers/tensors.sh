#!/usr/bin/env bash
# The headers tensors.hpp work with xtensor as it was up to 0.25 and as it is from 0.26 on, where every header
# moved into a folder, and where XTENSOR_DEFAULT_LAYOUT is column by column. The folders are made here, with files that include the installed ones.
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
// A data set of arrays; logits, a parameter, contributions, best windows, importances and motifs as arrays.
#include <explainn/interpret/tensors.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/reference.hpp>
namespace ex = explainn;
using unit = ex::unit<ex::conv<5>, ex::relu, ex::global_max_pool>;
using network = ex::network<ex::dna<24>, ex::bank<3, unit>, ex::linear_head<2>>;
int main()
{
    ex::model<network, ex::reference<float>> model{ex::seed{1}};
    xt::xtensor<ex::letter, 2> letters = xt::zeros<ex::letter>({4, 24});
    for (std::size_t n = 0; n < 4; ++n)
        for (std::size_t k = 0; k < 24; ++k) letters(n, k) = static_cast<ex::letter>((n + 3 * k * k + k / 5) % 4);
    std::vector<ex::letter> rows;
    for (std::size_t i = 0; i < 96; ++i) rows.push_back(letters(i / 24, i % 24));
    ex::view<ex::letter const, 2> const plain_letters{rows.data(), 4, 24};
    bool same = true;
    auto const hold = [&same](auto a, auto b) { same = same && a == b; };

    xt::xtensor<float, 2> const logits = ex::predict(model, letters), weights = ex::tensor<2>(model, "final.weight");
    ex::tensor_dataset const data{letters, logits};
    auto const all = data.rows();
    auto const plain = model.predict(plain_letters), head = model.values("final.weight");
    auto const explained = ex::explain(model, plain_letters);
    auto const seen = ex::explain(model, letters);
    xt::xtensor<double, 3> const added = ex::contributions_tensor(seen);
    auto const windows = ex::best_windows(model, plain_letters);
    auto const best = ex::tensors_of(ex::best_windows(model, letters));
    auto const insight = ex::look_into(model, ex::part{data, all});
    xt::xtensor<double, 2> const importances = ex::tensor_of(ex::look_into(model, letters).importances);
    auto const set = ex::motifs_of(insight.hits);
    xt::xtensor<double, 3> const motifs = ex::tensor_of(set);
    xt::xtensor<float, 2> const labels = ex::labels_tensor(ex::part{data, all});
    for (std::size_t n = 0; n < 4; ++n)
        for (std::size_t o = 0; o < 2; ++o) {
            hold(logits(n, o), plain[2 * n + o]);
            hold(labels(n, o), plain[2 * n + o]);
            for (std::size_t u = 0; u < 3; ++u) {
                hold(weights(o, u), head[3 * o + u]);
                hold(added(n, u, o), explained.contribution(int(n), int(u), int(o)));
                hold(best.starts(n, u), windows(int(n), int(u)).start);
                hold(importances(u, o), insight.importances(int(u), int(o)));
                for (std::size_t k = 0; k < 5; ++k) hold(motifs(u, 3, k), set.motifs[u].probabilities.columns[k][3]);
            }
        }
    return same && plain[0] != plain[2] && plain[0] != plain[1] && added(0, 0, 0) != 0 ? 0 : 1;
}
EOF
status=0
# build NAME HEADER [flag...]: compiles, runs, and checks which xadapt.hpp was included first
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
    build column_major '/xtensor/containers/xadapt\.hpp$' -DXTENSOR_DEFAULT_LAYOUT=layout_type::column_major
else
    build flat '/xtensor/xadapt\.hpp$'
    build column_major '/xtensor/xadapt\.hpp$' -DXTENSOR_DEFAULT_LAYOUT=layout_type::column_major
    mkdir -p "$scratch/moved/xtensor/containers"
    for header in xadapt xtensor; do
        printf '#include "%s/%s.hpp"\n' "$(dirname "$flat")" "$header" >"$scratch/moved/xtensor/containers/$header.hpp"
    done
    build moved '/xtensor/containers/xadapt\.hpp$' "-I$scratch/moved"
fi
exit $status
