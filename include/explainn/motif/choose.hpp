// Choosing a few diverse motifs from many.
#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/similarity.hpp>

namespace explainn::EXPLAINN_ABI {

/// Farthest-point choice: the first motif is the one with the most information; each next one is the motif
/// that is least similar to those already chosen (by its largest normalized correlation with one of them).
/// Returns indices in the order of choice; among equals the earlier name is taken. Throws error if there are
/// fewer motifs than asked for.
///
///     for (std::size_t const i : choose_diverse(jaspar, 150)) filters.push_back(jaspar[i]);
inline std::vector<std::size_t> choose_diverse(std::span<motif const> motifs, std::size_t count,
                                               std::size_t threads = 0)
{
    if (count > motifs.size())
        throw error{"expected at most " + std::to_string(motifs.size()) + " motifs to choose, found " +
                    std::to_string(count)};
    std::vector<std::size_t> chosen;
    if (count == 0) return chosen;
    similarity_matrix const similar{motifs, 5, threads};
    // in this order the first of equals is taken
    std::vector<std::size_t> order(motifs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_places(order, [motifs](std::size_t a, std::size_t b) { return motifs[a].name < motifs[b].name; });
    auto const bits = [motifs](std::size_t i) {
        auto const all = information(motifs[i].probabilities);
        return std::accumulate(all.begin(), all.end(), 0.0);
    };
    std::size_t next = order.front();
    double most = -1;
    for (std::size_t const i : order)
        if (double const b = bits(i); b > most) {
            most = b;
            next = i;
        }
    std::vector<double> nearest(motifs.size(), -2);
    std::vector<bool> taken(motifs.size());
    for (;;) {
        chosen.push_back(next);
        taken[next] = true;
        if (chosen.size() == count) return chosen;
        double least = 3;
        std::size_t const last = next;
        for (std::size_t const i : order) {
            nearest[i] = std::max(nearest[i], similar.at(last, i).similarity);
            if (taken[i] || nearest[i] >= least) continue;
            least = nearest[i];
            next = i;
        }
    }
}

} // namespace explainn::EXPLAINN_ABI
