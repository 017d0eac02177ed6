// Communities of a graph: groups of nodes with more weight among them than chance gives.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include <explainn/interpret/seqlet_neighbours.hpp>

namespace explainn::EXPLAINN_ABI {

/// The modularity of a partition (Newman 2004): the share of weight within groups minus what is expected of
/// nodes of these degrees. 0 without edges.
///
///     double const q = modularity(4, edges, {0, 0, 1, 1});
inline double modularity(std::size_t nodes, std::vector<seqlet_edge> const& edges,
                         std::vector<std::size_t> const& group)
{
    double all = 0, within = 0;
    std::map<std::size_t, double> degree;
    for (auto const& e : edges) {
        all += e.weight;
        if (group[e.a] == group[e.b]) within += e.weight;
        degree[group[e.a]] += e.weight;
        degree[group[e.b]] += e.weight;
    }
    if (all == 0 || nodes == 0) return 0;
    double expected = 0;
    for (auto const& [of, d] : degree) expected += d * d;
    return within / all - expected / (4 * all * all);
}

/// The group of every node, from 0 in the order of their first nodes: groups of large modularity by the
/// Louvain method (Blondel et al. 2008). Nodes move one by one, in order, to the group of a neighbour where
/// the modularity gains the most, until none moves; groups then become nodes. TF-MoDISco uses Leiden, which
/// adds a refinement and random orders; this has neither, and gives the same groups every time.
///
///     std::vector<std::size_t> const group = communities(stretches.size(), edges);
inline std::vector<std::size_t> communities(std::size_t nodes, std::vector<seqlet_edge> const& edges)
{
    std::vector<std::size_t> result(nodes);
    std::iota(result.begin(), result.end(), std::size_t{0});
    std::vector<std::map<std::size_t, double>> near(
        nodes); // weights to others; to itself: twice what is within
    double all = 0;
    for (auto const& e : edges) {
        near[e.a][e.b] += e.weight;
        near[e.b][e.a] += e.weight;
        all += 2 * e.weight;
    }
    if (all == 0) return result;
    for (bool moved_any = true; moved_any;) {
        moved_any = false;
        std::size_t const n = near.size();
        std::vector<std::size_t> group(n);
        std::iota(group.begin(), group.end(), std::size_t{0});
        std::vector<double> degree(n);
        for (std::size_t i = 0; i < n; ++i)
            for (auto const& [j, w] : near[i]) degree[i] += w;
        std::vector<double> of_group = degree;
        for (bool moved = true; moved;) {
            moved = false;
            for (std::size_t i = 0; i < n; ++i) {
                std::map<std::size_t, double> to; // weight from i to every group around it
                to[group[i]] += 0;
                for (auto const& [j, w] : near[i])
                    if (j != i) to[group[j]] += w;
                of_group[group[i]] -= degree[i];
                auto const gain = [&](std::size_t g, double w) { return w - of_group[g] * degree[i] / all; };
                std::size_t best = group[i];
                double most = gain(best, to[best]) + 1e-12 * all; // rounding moves nothing
                for (auto const& [g, w] : to)
                    if (double const x = gain(g, w); x > most) {
                        most = x;
                        best = g;
                    }
                of_group[best] += degree[i];
                if (best != group[i]) moved = moved_any = true;
                group[i] = best;
            }
        }
        std::map<std::size_t, std::size_t> number;
        for (std::size_t i = 0; i < n; ++i) number.emplace(group[i], number.size());
        std::vector<std::map<std::size_t, double>> merged(number.size());
        for (std::size_t i = 0; i < n; ++i)
            for (auto const& [j, w] : near[i]) merged[number[group[i]]][number[group[j]]] += w;
        for (std::size_t& r : result) r = number[group[r]];
        near = std::move(merged);
    }
    std::map<std::size_t, std::size_t> number;
    for (std::size_t& r : result) r = number.emplace(r, number.size()).first->second;
    return result;
}

} // namespace explainn::EXPLAINN_ABI
