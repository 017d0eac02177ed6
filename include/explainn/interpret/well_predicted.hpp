// The sequences a model predicts right, the ones its motifs are read from.
#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// The rows of a part whose every resolved label is the rounded probability: 1 for a logit above 0, else 0
/// (a probability of exactly 0.5 rounds to 0, as in the reference). Throws error where the data are not what
/// the model reads.
///
///     auto const rows = well_predicted(m, part{data, split.train}, {.both_strands = true});
template <backend B, labelled_sequences Data>
std::vector<std::uint32_t> well_predicted(basic_model<B>& m, part<Data> const& p, reading how = {})
{
    require_agreement(m, p);
    std::vector<std::uint32_t> right;
    evaluator<B>{m, how}(
        p, [&](std::size_t first, view<typename B::scalar const, 2> y, host_batch const& batch) {
            float const* label = batch.labels.data();
            for (extent n = 0; n < y.size(0); ++n) {
                bool all = true;
                for (extent o = 0; o < y.size(1); ++o, ++label)
                    all = all && (std::isnan(*label) || *label == (y(n, o) > 0 ? 1.f : 0.f));
                if (all) right.push_back(p.rows[first + static_cast<std::size_t>(n)]);
            }
        });
    return right;
}

} // namespace explainn::EXPLAINN_ABI
