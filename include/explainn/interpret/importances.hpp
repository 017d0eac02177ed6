// How much every unit matters for every task: weights of the head, and importances over sequences with a hit.
#pragma once
#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/distribution.hpp>
#include <explainn/interpret/unit_task_table.hpp>

namespace explainn::EXPLAINN_ABI {

/// The median of numbers (for an even count, the mean of the two in the middle); nan where there are none.
/// Reorders them.
template <class T>
double median(std::vector<T>& values)
{
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    auto const upper = static_cast<double>(*middle);
    if (values.size() % 2 != 0) return upper;
    return (upper + static_cast<double>(*std::max_element(values.begin(), middle))) / 2;
}

/// The head's weights of a bank of units with one output each, by unit and task. Throws error for a bank of
/// other units and for one that does not exist.
template <backend B>
unit_task_table head_weights(basic_model<B>& m, int bank = 0)
{
    auto const& here = m.rows().bank(bank);
    extent first = 0;
    for (int i = 0; i < bank; ++i) {
        auto const& b = m.rows().bank(i);
        first += b.units * b.out.channels * b.out.positions;
    }
    if (here.out.channels * here.out.positions != 1)
        throw error{"expected units of one output for weights by unit, found units of " +
                    std::to_string(here.out.channels * here.out.positions)};
    auto const weights = m.values("final.weight");
    unit_task_table table{here.units, m.outputs(), {}};
    for (extent u = 0; u < table.units; ++u)
        for (extent o = 0; o < table.tasks; ++o)
            table.values.push_back(static_cast<double>(
                weights[static_cast<std::size_t>(o) * static_cast<std::size_t>(m.rows().features) +
                        static_cast<std::size_t>(first + u)]));
    return table;
}

/// What a look into a bank gives.
struct bank_insight {
    bank_hits hits;
    unit_task_table weights;
    unit_task_table importances; ///< median of weight x unit output over the sequences (by strand) with a hit
    /// For each unit, the distribution of its outputs over the sequences (by strand) with a hit. Multiplied
    /// by a weight of the head, it is the distribution of the unit's contributions to that logit, of which
    /// its importance is the median.
    std::vector<distribution> outputs;
};

/// Hits, weights and importances of a bank from one call. The median of weight x output is weight x median of
/// outputs, so that one list of outputs for each unit serves all tasks; it holds only the sequences with a
/// hit. Throws error for a bank that does not exist, and where the data do not fit the model; labels are not
/// read, so that data without any (`unlabelled`) are accepted.
///
///     bank_insight const seen = look_into(m, part{data, rows}, {.both_strands = true});
///     write_unit_tasks("importances.tsv", seen.importances, data.tasks());
template <backend B, labelled_sequences Data>
bank_insight look_into(basic_model<B>& m, part<Data> const& p, hit_options how = {}, int bank = 0)
{
    using T = typename B::scalar;
    require_sequences(m, p);
    if (p.data.outputs() != 0) detail::require_tasks(m.outputs(), p.data.outputs());
    auto weights = head_weights(m, bank);
    auto const units = static_cast<std::size_t>(weights.units);
    std::vector<std::vector<T>> outputs(units);
    std::vector<T> host;
    auto hits = bank_scan<B>{m, how, bank}(p, [&](hit_batch<B> const& seen) {
        // all stages of a network need more memory than a scan, so that fewer sequences fit into the caches
        constexpr extent at_once = 128;
        extent const all = seen.batch.sequences.size(0);
        for (extent first = 0; first < all; first += at_once) {
            extent const last = std::min(first + at_once, all);
            m.run().infer({seen.batch.sequences.slice(first, last), seen.batch.has_n}, m.data());
            auto const y = m.run().unit_outputs(bank, last - first);
            host.resize(y.count());
            fetch(m.device(), host.data(), y.data, host.size());
            view<std::uint32_t const, 2> const hit_counts{seen.hits.data(), weights.units, all};
            view<T const, 2> const output{host.data(), weights.units, last - first};
            for (extent u = 0; u < weights.units; ++u)
                for (extent i = first; i < last; ++i)
                    if (hit_counts(u, i) != 0)
                        outputs[static_cast<std::size_t>(u)].push_back(output(u, i - first));
        }
    });
    unit_task_table importances = weights;
    std::vector<distribution> spread;
    for (std::size_t u = 0; u < units; ++u) {
        double const middle = median(outputs[u]);
        for (extent o = 0; o < weights.tasks; ++o)
            importances.values[u * static_cast<std::size_t>(weights.tasks) + static_cast<std::size_t>(o)] *=
                middle;
        spread.push_back(distribution_of(outputs[u]));
    }
    return {std::move(hits), std::move(weights), std::move(importances), std::move(spread)};
}

} // namespace explainn::EXPLAINN_ABI
