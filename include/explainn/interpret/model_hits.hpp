// Motif hits of a model: windows that a unit answers to, with what each adds to every logit.
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

/// A place in a sequence that one unit answers to, or several of a group.
struct model_hit {
    std::size_t sequence{};            ///< its number
    extent start{}, end{};             ///< bases [start, end) of the strand that is given, from 0
    bool reverse{};                    ///< the motif stands on the reverse strand
    std::vector<extent> units;         ///< of the units of all banks; one, or those that were merged
    double activation{};               ///< the largest of them
    std::vector<double> contributions; ///< (O): the windows' shares of the logits (located_sequence)
};

/// What becomes of hits of one group that lie on the same bases.
enum class overlapping_hits : unsigned char {
    all,     ///< each is a hit
    compete, ///< the one of the largest contribution stays, whatever its sign
    merge    ///< they become one hit, from the first base to the last, whose contributions are added up
};

/// The hits among the windows of a sequence: those whose activation exceeds the cut of their unit, `cuts` by
/// unit of all banks. Windows that win no cell add nothing to a logit and are no hits.
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
// whether at least half of the shorter one lies on the other
inline bool same_place(model_hit const& a, model_hit const& b)
{
    extent const shared = std::min(a.end, b.end) - std::max(a.start, b.start);
    return 2 * shared >= std::min(a.end - a.start, b.end - b.start);
}
} // namespace detail

/// Settles hits of one sequence that overlap: of units of one group (`groups` by unit of all banks: equal
/// numbers, equal groups) and on the same place, whatever the strand, which is where at least half of the
/// bases of the shorter one are those of the other. Hits compete in the order of their largest contribution,
/// and join the first that stays; ties are settled by start, then unit. Hits come back by start, then unit.
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
