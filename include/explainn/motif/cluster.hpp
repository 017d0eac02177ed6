// Clusters of motifs, their archetypes and their tree; groups of redundant filters.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/archetype.hpp>
#include <explainn/motif/similarity.hpp>
#include <explainn/motif/tree.hpp>

namespace explainn::EXPLAINN_ABI {

/// How clusters are made: by a tree with average or complete linkage, or by repeatedly merging the two most
/// similar into their archetype.
enum class clustering { average, complete, iterative };

/// The names that the command line uses.
inline constexpr std::array<std::string_view, 3> clustering_names{"average", "complete", "iterative"};

/// How to cluster. With the defaults JASPAR 2020's 746 vertebrate profiles fall into 118 clusters, whose
/// adjusted Rand index with JASPAR's own is 0.948.
struct cluster_options {
    clustering how = clustering::average;
    double distance = 0.5;       ///< clusters are cut at this distance = 1 - normalized correlation
    std::size_t min_overlap = 5; ///< columns; a narrower motif overlaps in full
    std::size_t threads = 0;     ///< 0 = all cores; changes no result
};

/// The result of clustering.
struct motif_clusters {
    std::vector<std::size_t> labels; ///< the cluster of each motif, 0, 1, ... by first member
    std::vector<motif> archetypes;   ///< one for each cluster
    cluster_tree tree;               ///< complete for linkages; iterative stops at the distance
    std::size_t count() const { return archetypes.size(); }
};

namespace detail {

// merges the two most similar into their average until no two are similar enough
inline cluster_tree merge_iteratively(std::span<motif const> motifs, similarity_matrix const& similar,
                                      cluster_options const& options)
{
    std::size_t const n = motifs.size();
    cluster_tree tree{n, {}};
    std::vector<ppm> shape;
    std::vector<std::size_t> node(n), members(n, 1);
    std::vector<bool> gone(n);
    std::vector<double> like(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        shape.push_back(motifs[i].probabilities);
        node[i] = i;
        for (std::size_t j = 0; j < n; ++j) like[i * n + j] = similar.at(i, j).similarity;
    }
    std::vector<std::size_t> nearest(n, n);
    auto const find_nearest = [&](std::size_t i) {
        nearest[i] = n;
        for (std::size_t j = i + 1; j < n; ++j)
            if (!gone[j] && (nearest[i] == n || like[i * n + j] > like[i * n + nearest[i]])) nearest[i] = j;
    };
    for (std::size_t i = 0; i < n; ++i) find_nearest(i);
    for (;;) {
        std::size_t a = n;
        for (std::size_t i = 0; i < n; ++i)
            if (!gone[i] && nearest[i] != n &&
                (a == n || like[i * n + nearest[i]] > like[a * n + nearest[a]]))
                a = i;
        if (a == n || 1 - like[a * n + nearest[a]] > options.distance) return tree;
        std::size_t const b = nearest[a];
        motif_alignment const best = align(shape[a], shape[b], options.min_overlap);
        std::array<placed_motif, 2> const pair{
            placed_motif{&shape[a], 0, false, static_cast<double>(members[a])},
            placed_motif{&shape[b], best.offset, best.reverse, static_cast<double>(members[b])}};
        ppm merged = aligned_average(pair);
        members[a] += members[b];
        tree.joins.push_back(
            {std::min(node[a], node[b]), std::max(node[a], node[b]), 1 - like[a * n + b], members[a]});
        node[a] = n + tree.joins.size() - 1;
        shape[a] = std::move(merged);
        gone[b] = true;
        std::vector<double> row(n);
        for_each_item(n, options.threads, [&](std::size_t j, std::size_t) {
            if (j != a && !gone[j]) row[j] = align(shape[a], shape[j], options.min_overlap).similarity;
        });
        for (std::size_t j = 0; j < n; ++j) like[a * n + j] = like[j * n + a] = row[j];
        for (std::size_t i = 0; i < n; ++i)
            if (!gone[i] && (i <= a || nearest[i] == b || nearest[i] == a)) find_nearest(i);
    }
}

} // namespace detail

/// Clusters motifs. The number of threads and the order of the motifs do not change the clusters, except for
/// ties. Throws error on an empty motif.
///
///     auto const c = cluster_motifs(jaspar);
///     c.labels[0] == c.labels[1];
inline motif_clusters cluster_motifs(std::span<motif const> motifs, cluster_options const& options = {})
{
    similarity_matrix const similar{motifs, options.min_overlap, options.threads};
    std::size_t const n = motifs.size();
    motif_clusters out;
    if (options.how == clustering::iterative) {
        out.tree = detail::merge_iteratively(motifs, similar, options);
        out.labels = cut(out.tree, std::numeric_limits<double>::infinity());
    } else {
        std::vector<double> distances(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                distances[i * n + j] = i == j ? 0 : 1 - similar.at(i, j).similarity;
        out.tree = grow_tree(std::move(distances), n,
                             options.how == clustering::average ? linkage::average : linkage::complete);
        out.labels = cut(out.tree, options.distance);
    }
    std::vector<std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < n; ++i) {
        if (out.labels[i] >= members.size()) members.resize(out.labels[i] + 1);
        members[out.labels[i]].push_back(i);
    }
    for (auto const& m : members) out.archetypes.push_back(archetype(motifs, similar, m));
    return out;
}

/// Filters that learned the same motif.
struct filter_group {
    std::vector<std::size_t> filters; ///< indices, ascending
    motif shape;                      ///< their archetype
    std::vector<double> weights;      ///< for each task, the sum of the filters' weights
};

/// Groups the redundant filters of a model: clusters of their motifs, each with its archetype and, for each
/// task, the sum of its filters' weights in the head (row i of `weights` holds one number a task for filter
/// i). Filters that learned nothing (uniform motifs) stay alone. Throws error unless there is a row for each
/// motif.
inline std::vector<filter_group> redundant_filters(std::span<motif const> motifs,
                                                   std::span<std::vector<double> const> weights,
                                                   cluster_options const& options = {})
{
    if (weights.size() != motifs.size())
        throw error{"expected weights of " + std::to_string(motifs.size()) + " filters, found " +
                    std::to_string(weights.size())};
    auto const clusters = cluster_motifs(motifs, options);
    std::vector<filter_group> groups(clusters.count());
    for (std::size_t i = 0; i < motifs.size(); ++i) {
        filter_group& g = groups[clusters.labels[i]];
        if (g.filters.empty()) {
            g.shape = clusters.archetypes[clusters.labels[i]];
            g.weights.assign(weights[i].size(), 0.0);
        }
        if (g.weights.size() != weights[i].size())
            throw error{"expected weights for " + std::to_string(g.weights.size()) + " tasks, found " +
                        std::to_string(weights[i].size())};
        g.filters.push_back(i);
        for (std::size_t t = 0; t < g.weights.size(); ++t) g.weights[t] += weights[i][t];
    }
    return groups;
}

} // namespace explainn::EXPLAINN_ABI
