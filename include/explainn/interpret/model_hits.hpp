// Motif hits of a model: windows to which a unit responds, with the contribution of each to every logit.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/located_contributions.hpp>

namespace explainn::EXPLAINN_ABI {

/// A place in a sequence with a hit of one unit, or of several units of a group.
struct model_hit {
    std::size_t sequence{};            ///< number of the sequence
    extent start{}, end{};             ///< bases [start, end) of the given strand, from 0
    bool reverse{};                    ///< the motif stands on the reverse strand
    std::vector<extent> units;         ///< numbers over all banks; one unit, or those that were merged
    double activation{};               ///< the largest activation of them
    std::vector<double> contributions; ///< (O): the windows' shares of the logits (located_sequence)
};

/// What is done with hits of one group that lie on the same bases.
enum class overlapping_hits : unsigned char {
    all,     ///< all are kept
    compete, ///< the one with the largest contribution, whatever its sign, is kept
    merge    ///< they become one hit, from the first base to the last, with the sum of their contributions
};

/// The hits among the windows of a sequence: windows whose activation exceeds the cut of their unit; `cuts`
/// has a number for each unit of all banks. Windows that win no cell contribute nothing to a logit and are
/// not hits.
inline std::vector<model_hit> hits_of(located_sequence const& seen, std::span<double const> cuts)
{
    if (cuts.size() != seen.head->units.size())
        throw error{"expected a cut for each of " + std::to_string(seen.head->units.size()) +
                    " units, found " + std::to_string(cuts.size())};
    std::vector<model_hit> hits;
    auto const outputs = static_cast<std::size_t>(seen.outputs());
    for (std::size_t i = 0; i < seen.windows.size(); ++i) {
        won_window const& w = seen.windows[i];
        if (!(w.activation > cuts[static_cast<std::size_t>(w.unit)])) continue;
        double const* const shares = seen.shares.data() + i * outputs;
        hits.push_back({seen.number,
                        w.start,
                        w.start + w.width,
                        w.reverse,
                        {w.unit},
                        w.activation,
                        {shares, shares + outputs}});
    }
    return hits;
}

namespace detail {
inline double largest_magnitude(std::vector<double> const& values)
{
    double most = 0;
    for (double const x : values) most = std::max(most, std::abs(x));
    return most;
}
// whether at least half of the shorter hit lies on the other
inline bool same_place(model_hit const& a, model_hit const& b)
{
    extent const shared = std::min(a.end, b.end) - std::max(a.start, b.start);
    return 2 * shared >= std::min(a.end - a.start, b.end - b.start);
}
} // namespace detail

/// Decides between hits of one sequence that overlap. Hits overlap if their units are of one group (`groups`
/// has a number for each unit of all banks; equal numbers mean the same group) and if, on whatever strand, at
/// least half of the bases of the shorter hit belong to the other too. Hits compete in the order of their
/// largest contribution, and merge with the first one that is kept; ties are decided by start, then unit. The
/// hits are returned sorted by start, then unit.
inline std::vector<model_hit> settled(std::vector<model_hit> hits, std::span<std::size_t const> groups,
                                      overlapping_hits how)
{
    auto const by_place = [](model_hit const& a, model_hit const& b) {
        return std::pair{a.start, a.units.front()} < std::pair{b.start, b.units.front()};
    };
    sort_keeping_order(hits, by_place);
    if (how == overlapping_hits::all) return hits;
    sort_keeping_order(hits, [](model_hit const& a, model_hit const& b) {
        return detail::largest_magnitude(a.contributions) > detail::largest_magnitude(b.contributions);
    });
    auto const group = [&](model_hit const& h) { return groups[static_cast<std::size_t>(h.units.front())]; };
    std::vector<model_hit> winners, stay;
    for (auto& h : hits) {
        std::size_t i = 0;
        while (i < winners.size() && !(group(winners[i]) == group(h) && detail::same_place(winners[i], h)))
            ++i;
        if (i == winners.size()) {
            winners.push_back(h);
            stay.push_back(std::move(h));
        } else if (how == overlapping_hits::merge) {
            auto& to = stay[i];
            to.start = std::min(to.start, h.start);
            to.end = std::max(to.end, h.end);
            if (std::ranges::find(to.units, h.units.front()) == to.units.end())
                to.units.push_back(h.units.front());
            to.activation = std::max(to.activation, h.activation);
            for (std::size_t o = 0; o < h.contributions.size(); ++o)
                to.contributions[o] += h.contributions[o];
        }
    }
    sort_keeping_order(stay, by_place);
    return stay;
}

} // namespace explainn::EXPLAINN_ABI
