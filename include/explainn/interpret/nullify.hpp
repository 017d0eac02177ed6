// The loss when a unit or its filter is removed from a model: the paper's nullification, for every unit and
// task.
#pragma once
#include <concepts>
#include <cstddef>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/constant_filters.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// What is removed.
enum class nullified {
    unit,        ///< the unit contributes nothing, nor does a pair that reads its cells
    filter_zero, ///< its filter's activation is 0 in every window
    filter_mean  ///< its filter's activation is its mean in every window
};

/// A model whose units can be removed one at a time. The additive network does this by a formula; another
/// model may have to compute all sequences again for each unit.
template <class M>
concept nullifiable = requires(M& m, std::size_t unit) {
    {
        m.units()
    } -> std::convertible_to<std::size_t>;
    {
        m.outputs()
    } -> std::convertible_to<std::size_t>;
    {
        m.logits()
    } -> std::convertible_to<std::vector<double>>; // (N, O)
    {
        m.logits_without(unit)
    } -> std::convertible_to<std::vector<double>>; // (N, O)
};

/// Measures before and after a removal.
struct nullification_table {
    std::size_t units = 0;
    std::vector<double> before; ///< (measures): one for each task, or whatever the measure returns
    std::vector<double> after;  ///< (units, measures)

    double operator()(std::size_t unit, std::size_t measure) const
    {
        return after[unit * before.size() + measure];
    }
};

/// Removes one unit after the other and measures: `measure` turns logits (N, O) into numbers, such as one for
/// each task.
///
///     additive_nullification<cpu<float>> model{m, train, nullified::filter_mean};
///     auto const mean = [](std::vector<double> const& all) {
///         return std::vector{std::accumulate(all.begin(), all.end(), 0.0) /
///         static_cast<double>(all.size())};
///     };
///     nullification_table const effect = nullify(model, mean);
///     effect.before[0] - effect(3, 0);                   // what the mean logit loses without unit 3
template <nullifiable M, class Measure>
nullification_table nullify(M& model, Measure measure)
{
    nullification_table table;
    table.units = static_cast<std::size_t>(model.units());
    table.before = measure(model.logits());
    for (std::size_t u = 0; u < table.units; ++u) {
        std::vector<double> const now = measure(model.logits_without(u));
        if (now.size() != table.before.size())
            throw error{"expected " + std::to_string(table.before.size()) +
                        " measures without a unit as with it, found " + std::to_string(now.size())};
        table.after.insert(table.after.end(), now.begin(), now.end());
    }
    return table;
}

/// Exact nullification of an additive model: every sequence is computed once. A logit without a unit is the
/// logit minus the contributions of the unit and of the pairs that read it; where only its filter is held,
/// the contribution of the held unit, which is the same for all sequences, is added. Unit outputs are kept,
/// (N, features) numbers. Throws error as explainer does and, for filters, as hold_filters does and for a
/// model with units that read signals.
template <backend B>
class additive_nullification {
public:
    template <sequence_source Source>
    additive_nullification(basic_model<B>& m, Source const& source, nullified what, reading how = {})
        : seen_{explain(m, source, how)}, held_(static_cast<std::size_t>(seen_.head->features))
    {
        for (std::size_t u = 0; u < units(); ++u) gone_.push_back(removed_with(m.rows(), seen_.units(), u));
        if (what == nullified::unit || seen_.sequences == 0) return;
        if (m.rows().reads_signals())
            throw error{"expected units that all have a filter on DNA, found some that read signals: whole "
                        "units of them can be removed"};
        if (!m.rows().unit_pairs.empty())
            throw error{"expected units that all have a filter of their own, found some that read the cells "
                        "of pairs: whole units of them can be removed"};
        held_ = held_outputs(m, source, what, how);
    }
    std::size_t units() const { return seen_.units().size(); }
    std::size_t outputs() const { return static_cast<std::size_t>(seen_.outputs()); }
    std::vector<double> logits() const { return {seen_.logits.begin(), seen_.logits.end()}; }
    std::vector<double> logits_without(std::size_t unit) const
    {
        auto all = logits();
        for (std::size_t gone : gone_[unit]) {
            auto const& row = seen_.units()[gone];
            std::size_t i = 0;
            for (extent n = 0; n < seen_.sequences; ++n)
                for (extent o = 0; o < seen_.outputs(); ++o, ++i)
                    for (extent f = row.first; f < row.first + row.outputs; ++f)
                        all[i] += seen_.head->weight(f, o) * (held_[static_cast<std::size_t>(f)] -
                                                              static_cast<double>(seen_.unit_output(n, f)));
        }
        return all;
    }

private:
    // the outputs of all units while their filters are held: computed for one sequence, because it is the
    // same for all
    template <class Source>
    static std::vector<double> held_outputs(basic_model<B>& m, Source const& source, nullified what,
                                            reading how)
    {
        std::vector<std::vector<double>> activations;
        for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
            auto const units = static_cast<std::size_t>(m.rows().bank(bank).units);
            activations.push_back(what == nullified::filter_mean
                                      ? mean_activations(m, source, how.both_strands, bank)
                                      : std::vector<double>(units));
        }
        struct restored {
            basic_model<B>& m;
            std::vector<typename B::scalar> values;
            ~restored() { m.restore(values); }
        } const as_it_was{m, m.snapshot()};
        for (std::size_t bank = 0; bank < activations.size(); ++bank)
            hold_filters(m, activations[bank], static_cast<int>(bank));
        std::vector<letter> const any(static_cast<std::size_t>(m.length()), letter{0});
        auto const held =
            explain(m, view<letter const, 2>{any.data(), 1, m.length()}, {.both_strands = false});
        return {held.unit_outputs.begin(), held.unit_outputs.end()};
    }

    explained_sequences<typename B::scalar> seen_;
    std::vector<double> held_;                   // (features)
    std::vector<std::vector<std::size_t>> gone_; // with each unit
};

} // namespace explainn::EXPLAINN_ABI
