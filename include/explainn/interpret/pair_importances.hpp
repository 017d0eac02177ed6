// How much the pairs of a network matter, from their purified terms.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include <explainn/interpret/pair_terms.hpp>

namespace explainn::EXPLAINN_ABI {

/// How much a pair matters over some sequences.
struct pair_importance {
    std::size_t unit{};               ///< the number of its unit over all banks, as in head_values::units
    unit_pair pair{};                 ///< its units, within the bank of the pairs
    std::vector<double> deviation;    ///< (O): the standard deviation of its interaction, in logits
    std::vector<double> share;        ///< (O): the variance of its interaction over that of the logit
    std::vector<std::size_t> carrier; ///< (O): the number of the sequence with the largest interaction
};

/// The importances of all pairs over the sequences of a source, the one with the largest deviation for any
/// output first. Throws error as pair_terms does.
///
///     pair_terms<cpu<float>> purify{m, peaks};
///     std::vector<pair_importance> const all = importances_of_pairs(m, purify, part{data, rows});
template <backend B, sequence_source Source>
std::vector<pair_importance> importances_of_pairs(basic_model<B>& m, pair_terms<B>& purify,
                                                  Source const& source)
{
    auto const outputs = static_cast<std::size_t>(m.outputs());
    std::vector<pair_importance> all;
    std::size_t unit = 0;
    for (auto const& bank : m.rows().banks) {
        auto const pairs = m.rows().pairs_of(bank);
        for (std::size_t k = 0; k < pairs.size(); ++k)
            all.push_back({unit + k, pairs[k], std::vector<double>(outputs), std::vector<double>(outputs),
                           std::vector<std::size_t>(outputs)});
        unit += static_cast<std::size_t>(bank.units);
    }
    // Welford's sums: of a pair's terms, then of the logits
    struct spread {
        double mean = 0, squares = 0, largest = -1;
        void add(double x, double count)
        {
            double const off = x - mean;
            mean += off / count;
            squares += off * (x - mean);
        }
    };
    std::vector<spread> spreads((all.size() + 1) * outputs);
    double count = 0;
    purify(source, [&](purified_sequence const& seen) {
        ++count;
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t k = 0; k < all.size(); ++k) {
                double const term = seen.term(all[k].unit, o);
                auto& here = spreads[k * outputs + o];
                here.add(term, count);
                if (std::abs(term) <= here.largest) continue;
                here.largest = std::abs(term);
                all[k].carrier[o] = seen.number;
            }
            spreads[all.size() * outputs + o].add(seen.logits[o], count);
        }
    });
    for (std::size_t k = 0; k < all.size(); ++k)
        for (std::size_t o = 0; o < outputs; ++o) {
            double const here = spreads[k * outputs + o].squares,
                         whole = spreads[all.size() * outputs + o].squares;
            all[k].deviation[o] = count > 0 ? std::sqrt(here / count) : 0;
            all[k].share[o] = whole > 0 ? here / whole : 0;
        }
    std::ranges::stable_sort(all, [](auto const& a, auto const& b) {
        return *std::ranges::max_element(a.deviation) > *std::ranges::max_element(b.deviation);
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
