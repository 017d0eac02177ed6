// Lowering: the layers of a bank become a few stages, fused where a fused op gives the same numbers.
#pragma once
#include <vector>

#include <explainn/model/stages/dense_block.hpp>
#include <explainn/model/stages/dense_pair.hpp>
#include <explainn/model/stages/motif_scan.hpp>
#include <explainn/model/stages/single_layer.hpp>

namespace explainn::EXPLAINN_ABI {

/// Whether lowering may fuse layers; `off` computes layer by layer, and tests compare the fused stages with
/// it.
enum class fusing : bool { off, on };

namespace detail {

/// The stages in the order in which lowering tries them, which is that of stage_kind. The last one takes any
/// layer.
using stage_types =
    pack<motif_scan_stage, symmetric_scan_stage, dense_pair_stage, dense_block_stage, single_layer_stage>;

/// Calls f(stage type) for the type of this kind.
template <class F, class... S>
decltype(auto) on_stage_type(pack<S...>, stage_kind what, F f)
{
    (void)((S::what == what && (f(S{}), true)) || ...);
}
template <class F>
void on_stage_type(stage_kind what, F f)
{
    on_stage_type(stage_types{}, what, f);
}

template <class... S>
stage stage_at(pack<S...>, network_rows const& n, bank_row const& bank, int at)
{
    stage found;
    auto const tries = [&](stage_kind what, int last) {
        if (last == at) return false;
        found = {what, at, last};
        return true;
    };
    (void)(tries(S::what, S::match(n, bank, at)) || ...);
    return found;
}

} // namespace detail

/// The stages of one bank. conv [+ batch norm] [+ rising activation] + max pool on letters becomes a
/// motif_scan, and the same of both strands with larger_strand before or behind the activation a
/// symmetric_scan; dense [+ batch norm] [+ activation] [+ dropout] becomes a dense_block; a dense_block with
/// batch norm and ReLU together with a following one of one output becomes a dense_pair; every other layer
/// becomes a stage of its own.
inline std::vector<stage> lower(network_rows const& n, bank_row const& bank, fusing fuse = fusing::on)
{
    std::vector<stage> stages;
    for (int i = bank.first; i < bank.last; i = stages.back().last)
        stages.push_back(fuse == fusing::on ? detail::stage_at(detail::stage_types{}, n, bank, i)
                                            : stage{stage_kind::single, i, i + 1});
    return stages;
}

} // namespace explainn::EXPLAINN_ABI
