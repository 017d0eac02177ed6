// The sequences that a model predicts correctly, from which its motifs are computed.
#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <explainn/train/outcomes.hpp>

namespace explainn::EXPLAINN_ABI {

/// The rows of a part in which every resolved label equals the rounded probability: 1 for a logit above 0,
/// else 0 (a probability of exactly 0.5 rounds to 0, as in the reference). Throws error where the data do not
/// fit the model.
///
///     auto const rows = well_predicted(m, part{data, split.train}, {.both_strands = true});
template <backend B, labelled_data Data>
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

/// The same rows from the outcomes of all of `rows`, where they are there already.
///
///     auto const seen = outcomes_of(m, part{data, split.train}, regression{});
///     auto const rows = well_predicted(seen, split.train, regression{});
template <class Task>
std::vector<std::uint32_t> well_predicted(outcomes const& seen, std::span<std::uint32_t const> rows,
                                          Task const& task)
{
    auto const good = task.well_predicted(seen.table());
    if (good.size() != rows.size())
        throw error{"expected outcomes of " + std::to_string(rows.size()) + " rows, found " +
                    std::to_string(good.size())};
    std::vector<std::uint32_t> right;
    for (std::size_t i = 0; i < good.size(); ++i)
        if (good[i]) right.push_back(rows[i]);
    return right;
}

/// The rows of a part that the rule of a task calls well predicted (docs/tasks.md): right on every resolved
/// label, of the right class, among the lowest or highest by label and by prediction, or correlated by row.
/// Unlike the rule for yes and no above, it keeps the predictions of all rows in memory.
///
///     auto const rows = well_predicted(m, part{data, split.train}, regression{});
template <backend B, labelled_data Data, has_link Task>
std::vector<std::uint32_t> well_predicted(basic_model<B>& m, part<Data> const& p, Task const& task,
                                          reading how = {})
{
    return well_predicted(outcomes_of(m, p, task, how), p.rows, task);
}

} // namespace explainn::EXPLAINN_ABI
