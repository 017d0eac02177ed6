// How much every unit matters for every task: weights of the head, and importances over sequences with a hit.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/distribution.hpp>
#include <explainn/interpret/unit_task_table.hpp>
#include <explainn/train/evaluate.hpp>

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

/// How much a hit of a unit decides about a task: w (m1 - m0) sqrt(p (1 - p)), where w is the weight in the
/// head, m1 and m0 are the unit's mean outputs over the sequences with a hit and over those without, and p is
/// the share of sequences with one. It is the standard deviation of the logit that comes from having a hit or
/// not, with the sign of what a hit does. A unit that is hit in few sequences decides little, however
/// strongly it answers; so does one that is hit in all. 0 where every sequence has a hit; nan where none has.
///
///     hit_effect(2.0, 1.5, 0.5, 0.5);                    // 1
inline double hit_effect(double weight, double mean_with, double mean_without, double share)
{
    if (!(share > 0)) return std::numeric_limits<double>::quiet_NaN();
    if (share >= 1) return 0;
    return weight * (mean_with - mean_without) * std::sqrt(share * (1 - share));
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
    unit_task_table effects; ///< hit_effect() of each unit and task over all sequences (by strand)
};

namespace detail {

/// look_into for a bank whose units read DNA.
template <backend B, labelled_sequences Data>
bank_insight look_into_dna(basic_model<B>& m, explainn::part<Data> const& p, hit_options const& how, int bank)
{
    using T = typename B::scalar;
    auto weights = head_weights(m, bank);
    auto const units = static_cast<std::size_t>(weights.units);
    std::vector<std::vector<T>> outputs(units);
    std::vector<double> sums_without(units);
    std::vector<T> host;
    std::size_t sequences = 0; // by strand
    auto hits = bank_scan<B>{m, how, bank}(p, [&](hit_batch<B> const& seen) {
        // all stages of a network need more memory than a scan, so that fewer sequences fit into the caches
        constexpr extent at_once = 128;
        extent const all = seen.batch.sequences.size(0);
        sequences += static_cast<std::size_t>(all);
        for (extent first = 0; first < all; first += at_once) {
            extent const last = std::min(first + at_once, all);
            batch_view some{seen.batch.sequences.slice(first, last), seen.batch.has_n};
            if (seen.batch.signals) some.signals = seen.batch.signals.slice(first, last);
            m.run().infer(some, m.data());
            auto const y = m.run().unit_outputs(bank, last - first);
            host.resize(y.count());
            fetch(m.device(), host.data(), y.data, host.size());
            view<std::uint32_t const, 2> const hit_counts{seen.hits.data(), weights.units, all};
            view<T const, 2> const output{host.data(), weights.units, last - first};
            for (extent u = 0; u < weights.units; ++u)
                for (extent i = first; i < last; ++i)
                    if (hit_counts(u, i) != 0)
                        outputs[static_cast<std::size_t>(u)].push_back(output(u, i - first));
                    else
                        sums_without[static_cast<std::size_t>(u)] +=
                            static_cast<double>(output(u, i - first));
        }
    });
    unit_task_table importances = weights, effects = weights;
    std::vector<distribution> spread;
    for (std::size_t u = 0; u < units; ++u) {
        double const middle = median(outputs[u]);
        for (extent o = 0; o < weights.tasks; ++o)
            importances.values[u * static_cast<std::size_t>(weights.tasks) + static_cast<std::size_t>(o)] *=
                middle;
        spread.push_back(distribution_of(outputs[u]));
        auto const with = static_cast<double>(outputs[u].size()), all = static_cast<double>(sequences);
        for (extent o = 0; o < weights.tasks; ++o) {
            double& x =
                effects.values[u * static_cast<std::size_t>(weights.tasks) + static_cast<std::size_t>(o)];
            x = hit_effect(x, spread.back().mean, sums_without[u] / (all - with), with / all);
        }
    }
    return {std::move(hits), std::move(weights), std::move(importances), std::move(spread),
            std::move(effects)};
}

/// The same for a bank whose units read signals. They have no hits: their outputs count in all rows. The
/// effect of a unit is weight x standard deviation of its outputs.
template <backend B, labelled_data Data>
bank_insight look_into_signals(basic_model<B>& m, explainn::part<Data> const& p, hit_options const& how,
                               int bank)
{
    using T = typename B::scalar;
    auto weights = head_weights(m, bank);
    auto const units = static_cast<std::size_t>(weights.units),
               tasks = static_cast<std::size_t>(weights.tasks);
    std::vector<std::vector<T>> outputs(units);
    std::vector<T> host;
    evaluator<B>{m, {.both_strands = false, .batch = how.batch}}.on_device(
        p, [&](std::size_t, view<T const, 2> logits, host_batch const&) {
            auto const y = m.run().unit_outputs(bank, logits.size(0)); // (U, N, 1)
            host.resize(y.count());
            fetch(m.device(), host.data(), y.data, host.size());
            auto const count = static_cast<std::ptrdiff_t>(logits.size(0));
            for (std::size_t u = 0; u < units; ++u) {
                auto const first = host.begin() + static_cast<std::ptrdiff_t>(u) * count;
                outputs[u].insert(outputs[u].end(), first, first + count);
            }
        });
    bank_insight seen{
        .hits = {.units = weights.units,
                 .width = 0,
                 .largest = std::vector<double>(units, -std::numeric_limits<double>::infinity()),
                 .counts = {},
                 .windows = std::vector<std::uint64_t>(units),
                 .sequences = std::vector<std::uint64_t>(units),
                 .read_both = false,
                 .share = how.share},
        .weights = weights,
        .importances = weights,
        .outputs = {},
        .effects = weights};
    for (std::size_t u = 0; u < units; ++u) {
        seen.outputs.push_back(distribution_of(outputs[u]));
        auto const& d = seen.outputs.back();
        double squares = 0;
        for (T const x : outputs[u])
            squares += (static_cast<double>(x) - d.mean) * (static_cast<double>(x) - d.mean);
        double const deviation = std::sqrt(squares / static_cast<double>(outputs[u].size()));
        for (std::size_t o = 0; o < tasks; ++o) {
            seen.importances.values[u * tasks + o] *= d.middle;
            seen.effects.values[u * tasks + o] *= deviation;
        }
    }
    return seen;
}

} // namespace detail

/// Hits, weights and importances of a bank from one call. The median of weight x output is weight x median of
/// outputs, so that one list of outputs for each unit serves all tasks; it holds only the sequences with a
/// hit. A unit that reads signals has no hits: its outputs in all rows count, and its effect is weight x
/// standard deviation of them. Throws error for a bank that does not exist, and where the data do not fit the
/// model; labels are not read, so that data without any (`unlabelled`) are accepted.
///
///     bank_insight const seen = look_into(m, part{data, rows}, {.both_strands = true});
///     write_unit_tasks("importances.tsv", seen.importances, data.tasks());
template <backend B, labelled_data Data>
bank_insight look_into(basic_model<B>& m, part<Data> const& p, hit_options how = {}, int bank = 0)
{
    require_inputs(m, p);
    if (p.data.outputs() != 0) detail::require_tasks(m.outputs(), p.data.outputs());
    if (m.rows().bank(bank).from != reads::dna) return detail::look_into_signals(m, p, how, bank);
    if constexpr (labelled_sequences<Data>) return detail::look_into_dna(m, p, how, bank);
    else throw shape_error{"the model reads sequences, the data have none"}; // where there is no row
}

} // namespace explainn::EXPLAINN_ABI
