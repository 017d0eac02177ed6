// Example sequences of a report: the best, the median and the worst explained sequence of a task, base by
// base.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/letters.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/report/model_report.hpp>

namespace explainn::EXPLAINN_ABI {

/// The rows of some outcomes that a task explains best, in the middle and worst. Where labels are yes or no,
/// they are positives, sorted by descending prediction; otherwise they are rows sorted by ascending distance
/// of prediction and label. There are none where no row qualifies; of one or two rows, each occurs once.
///
///     outcomes const seen = outcomes_of(m, train, multilabel{});
///     for (auto const& [role, row] : example_rows(seen.table(), 0)) use(role, row);
inline std::vector<std::pair<std::string, std::size_t>> example_rows(outcome_table const& seen, extent output)
{
    bool yes_or_no = true;
    for (extent n = 0; n < seen.rows(); ++n) {
        double const y = seen.labels(n, output);
        yes_or_no = yes_or_no && (std::isnan(y) || y == 0 || y == 1);
    }
    std::vector<std::pair<double, std::size_t>> order; // the best explained comes first
    for (extent n = 0; n < seen.rows(); ++n) {
        double const y = seen.labels(n, output), x = seen.predictions(n, output);
        if (std::isnan(y) || std::isnan(x) || (yes_or_no && y != 1)) continue;
        order.emplace_back(yes_or_no ? -x : std::abs(x - y), static_cast<std::size_t>(n));
    }
    sort_keeping_order(order, [](auto const& a, auto const& b) { return a.first < b.first; });
    std::vector<std::pair<std::string, std::size_t>> out;
    if (order.empty()) return out;
    out.emplace_back("Best explained", order.front().second);
    if (order.size() > 2) out.emplace_back("Median", order[order.size() / 2].second);
    if (order.size() > 1) out.emplace_back("Worst explained", order.back().second);
    return out;
}

/// Explains one sequence for one task: the effects of bases, the `most` units that contribute most with their
/// tracks along the sequence, and the sum of the other contributions. Units that read signals have no track;
/// a model that reads no DNA has neither bases nor their effects.
template <backend B>
class example_maker {
public:
    using T = typename B::scalar;
    /// `largest`: each unit's largest response over the sequences that the motifs come from
    /// (model_insight::largest).
    example_maker(basic_model<B>& m, std::vector<double> largest, reading how = {})
        : model_{m.handle()}, how_{how}, both_{how.both_strands.both(m)}, largest_{std::move(largest)}
    {
        if (m.rows().reads_dna()) mutate_.emplace(m, mutagenesis_options{.both_strands = how.both_strands});
        for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank)
            filters_.push_back(m.rows().bank(bank).from == reads::dna ? filter_bank<B>{m, bank}.on_host()
                                                                      : host_filters{});
        for (auto const& filters : filters_) both_ = both_ || filters.symmetric;
    }

    /// The first sequence of a source: its letters, and its signals where the model reads some.
    template <sequence_source Source>
    report_example operator()(std::string name, Source const& one, extent task, std::size_t most = 6)
    {
        report_example e;
        e.task = static_cast<std::size_t>(task);
        e.name = std::move(name);
        std::vector<letter> sequence(mutate_ ? letters_of(one).length() : 0);
        if (mutate_) letters_of(one).read(0, sequence);
        for (letter const x : sequence) e.sequence += char_of(x);
        auto const seen = explain(model_, one, how_);
        e.logit = static_cast<double>(seen.logit(0, task));
        e.bias = seen.bias(task);
        if (mutate_)
            (*mutate_)(one, [&](mutants<T> const& some) {
                for (extent k = 0; k < some.length; ++k)
                    for (letter base = 0; base < 4; ++base)
                        e.effects.push_back(sequence[static_cast<std::size_t>(k)] == base
                                                ? std::numeric_limits<double>::quiet_NaN()
                                                : static_cast<double>(some.change(base_change::substitution,
                                                                                  0, k, base, task)));
            });
        std::vector<std::size_t> units(seen.units().size());
        for (std::size_t u = 0; u < units.size(); ++u) units[u] = u;
        auto const size = [&](std::size_t u) {
            return std::abs(seen.contribution(0, static_cast<extent>(u), task));
        };
        sort_places(units, [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
        for (std::size_t i = 0; i < units.size(); ++i) {
            double const added = seen.contribution(0, static_cast<extent>(units[i]), task);
            if (i < most && added != 0)
                e.units.push_back({units[i], added, track(seen.units()[units[i]], units[i], sequence)});
            else e.rest += added;
        }
        return e;
    }

private:
    // the activation of every window on the stronger strand, as a share of the unit's largest
    std::vector<double> track(unit_row const& unit, std::size_t number,
                              std::span<letter const> sequence) const
    {
        auto const& filters = filters_[static_cast<std::size_t>(unit.bank)];
        if (filters.width == 0) return {}; // it reads signals
        auto const width = static_cast<std::size_t>(filters.width);
        std::vector<letter> turned(sequence.begin(), sequence.end());
        reverse_complement(turned);
        std::vector<double> out;
        for (std::size_t k = 0; k + width <= sequence.size(); ++k) {
            double response = filters.response(unit.unit, sequence.data() + k);
            if (both_)
                response = std::max(
                    response, filters.response(unit.unit, turned.data() + (sequence.size() - width - k)));
            double const most = largest_[number];
            double const share = filters.act == activation::exponential
                                     ? std::exp(response - most) // exp(response) may not be finite
                                     : activated(filters.act, response) / activated(filters.act, most);
            out.push_back(std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0);
        }
        return out;
    }

    basic_model<B> model_;
    reading how_;
    bool both_;
    std::vector<double> largest_;
    std::optional<mutagenesis<B>> mutate_;
    std::vector<host_filters> filters_;
};

} // namespace explainn::EXPLAINN_ABI
