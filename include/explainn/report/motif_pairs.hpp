// What pairs of motifs say beyond what each says alone, at every distance, for the report.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/likeliest_word.hpp>
#include <explainn/interpret/insertion.hpp>
#include <explainn/report/model_report.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// The units whose motifs have the largest effects on any task, one of each group of redundant units, the
/// largest first.
inline std::vector<std::size_t> units_for_pairs(model_report const& r, std::size_t most)
{
    std::vector<unit_size> size(r.units.size());
    std::vector<std::size_t> order, chosen;
    for (std::size_t u = 0; u < r.units.size(); ++u) {
        for (std::size_t o = 0; o < r.tasks.size(); ++o)
            if (auto const x = unit_size::of(r, u, o); x > size[u]) size[u] = x;
        if (size[u].some()) order.push_back(u);
    }
    sort_places(order, [&](std::size_t a, std::size_t b) { return size[a] > size[b]; });
    std::vector<bool> taken(r.groups.size());
    for (auto const u : order) {
        if (chosen.size() == most) break;
        if (r.units[u].group) {
            if (taken[*r.units[u].group]) continue;
            taken[*r.units[u].group] = true;
        }
        if (likeliest_word(r.units[u].shape.probabilities).size() >= 4) chosen.push_back(u);
    }
    return chosen;
}

/// Writes the likeliest words of `most` motifs into random sequences, all pairs of them at every distance up
/// to `reach` bases. A report of a model whose sequences are too short for a pair goes without it.
template <backend B>
void report_pairs(model_report& r, basic_model<B>& m, std::size_t most, seed from, std::size_t count = 10,
                  extent reach = 40)
{
    auto const units = units_for_pairs(r, most);
    if (units.empty()) return;
    auto const backgrounds = random_backgrounds(count, r.length, {0.25, 0.25, 0.25, 0.25}, from);
    for (std::size_t i = 0; i < units.size(); ++i)
        for (std::size_t k = i; k < units.size(); ++k) {
            auto const a = likeliest_word(r.units[units[i]].shape.probabilities),
                       b = likeliest_word(r.units[units[k]].shape.probabilities);
            if (a.size() + b.size() > r.length) continue;
            report_pair same{units[i], units[k]}, turned{units[i], units[k], true};
            for (auto& point : cooperativity(m, a, b, backgrounds, {.most = reach, .turn_first = false})) {
                auto& to = point.turned.second_reverse ? turned : same;
                to.distances.push_back(static_cast<int>(point.distance));
                to.beyond.insert(to.beyond.end(), point.beyond.begin(), point.beyond.end());
            }
            for (auto* pair : {&same, &turned})
                if (!pair->distances.empty()) r.pairs.push_back(std::move(*pair));
        }
    r.pair_backgrounds = count;
}

} // namespace explainn::EXPLAINN_ABI::detail
