// A map of points in the plane that keeps neighbours together: UMAP (McInnes, Healy and Melville, 2018).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/nearest_neighbours.hpp>
#include <explainn/interpret/principal_components.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a map is made; the defaults are those of umap-learn.
struct umap_options {
    std::size_t neighbours = 15; ///< of each point; fewer where there are not enough points
    int epochs = 0;              ///< 0: 500 up to 10,000 points, 200 beyond
    int negatives = 5;           ///< points that are pushed away for each that is pulled nearer
    double rate = 1;             ///< learning rate of the first epoch; it falls linearly to 0
    seed from{1};
};

/// Two of the points, and the certainty (0 to 1) that they are neighbours, combined from both directions.
struct neighbour_edge {
    std::uint32_t a = 0, b = 0;
    double weight = 0;
};

/// The fuzzy graph of neighbours (sections 3.1 and 4.1 of the paper): for each point, its nearest neighbour
/// has weight 1 and the others exp(-(distance - nearest) / sigma), with sigma such that they add up to
/// log2(k); the weights of both directions are combined as a + b - a b. Edges have a < b and are in order.
///
///     auto const edges = neighbour_graph(nearest_neighbours(outputs, 400, 100, 15));
inline std::vector<neighbour_edge> neighbour_graph(neighbour_table const& near)
{
    std::vector<neighbour_edge> directed;
    double const target = std::log2(static_cast<double>(near.k));
    double mean = 0;
    for (double const d : near.distances) mean += d / static_cast<double>(near.distances.size());
    for (std::size_t p = 0; p < near.points; ++p) {
        std::span const d{near.distances.data() + p * near.k, near.k};
        double nearest = 0, own_mean = 0;
        for (double const x : d) {
            if (nearest == 0 && x > 0) nearest = x;
            own_mean += x / static_cast<double>(near.k);
        }
        double low = 0, high = std::numeric_limits<double>::infinity(), sigma = 1;
        for (int i = 0; i < 64; ++i) {
            double sum = 0;
            for (double const x : d) sum += x > nearest ? std::exp(-(x - nearest) / sigma) : 1;
            if (std::abs(sum - target) < 1e-5) break;
            (sum > target ? high : low) = sigma;
            sigma = std::isinf(high) ? sigma * 2 : (low + high) / 2;
        }
        sigma = std::max(sigma, 1e-3 * (nearest > 0 ? own_mean : mean));
        for (std::size_t j = 0; j < near.k; ++j) {
            double const w = d[j] > nearest && sigma > 0 ? std::exp(-(d[j] - nearest) / sigma) : 1;
            auto const from = static_cast<std::uint32_t>(p), to = near.points_near[p * near.k + j];
            directed.push_back({std::min(from, to), std::max(from, to), w});
        }
    }
    sort_keeping_order(directed,
                       [](auto const& x, auto const& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
    std::vector<neighbour_edge> edges;
    for (auto const& e : directed) {
        if (edges.empty() || edges.back().a != e.a || edges.back().b != e.b) edges.push_back(e);
        else edges.back().weight = edges.back().weight + e.weight - edges.back().weight * e.weight;
    }
    return edges;
}

/// Maps points (points x dimensions) into the plane: (points, 2). Neighbours are exact; the map begins with
/// the first two principal components, and its points are then moved by sampled attraction along edges and
/// repulsion from random points (section 4.2), with min_dist 0.1 and spread 1. One thread moves the points
/// one after the other, so that a seed always gives the same bits. These features of umap-learn are left out:
/// approximate neighbours, the spectral start, other distances than the Euclidean, more or fewer dimensions
/// than two, labels, and placing new points on an existing map. Throws error for sizes that do not fit; fewer
/// than 4 points are placed by their principal components.
///
///     std::vector<double> const xy = umap(outputs, 400, 100, {.from = seed{7}});
inline std::vector<double> umap(std::span<float const> values, std::size_t points, std::size_t dimensions,
                                umap_options how = {}, thread_pool const& pool = thread_pool{})
{
    std::vector<double> xy(points * 2);
    if (points == 0) return xy;
    auto const start =
        principal_components_of(values, points, dimensions, std::min<std::size_t>(2, dimensions));
    double largest = 0;
    for (double const x : start.coordinates) largest = std::max(largest, std::abs(x));
    random_numbers draw{how.from, stream::embedding, 1};
    for (std::size_t p = 0; p < points; ++p)
        for (std::size_t c = 0; c < 2; ++c)
            xy[2 * p + c] = (c < start.components && largest > 0 ? 10 * start.at(p, c) / largest : 0) +
                            1e-4 * draw.uniform(-1, 1);
    if (points < 4) return xy;
    auto const edges = neighbour_graph(
        nearest_neighbours(values, points, dimensions, std::min(how.neighbours, points - 1), pool));
    int const epochs = how.epochs > 0 ? how.epochs : points <= 10000 ? 500 : 200;
    double most = 0;
    for (auto const& e : edges) most = std::max(most, e.weight);
    // 1 / (1 + a d^2b) fits the curve of min_dist 0.1 and spread 1 best (as umap-learn fits it)
    double const a = 1.5769434603113077, b = 0.8950608779109733;
    auto const clip = [](double x) { return std::clamp(x, -4.0, 4.0); };
    std::vector<double> due(edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i) due[i] = most / edges[i].weight;
    std::vector<double> next = due;
    auto const count = static_cast<std::uint32_t>(points);
    for (int epoch = 0; epoch < epochs; ++epoch) {
        double const rate = how.rate * (1 - static_cast<double>(epoch) / epochs);
        for (std::size_t i = 0; i < edges.size(); ++i) {
            if (due[i] > epochs || next[i] > epoch) continue;
            next[i] += due[i];
            double* const ends[2]{&xy[2 * std::size_t{edges[i].a}], &xy[2 * std::size_t{edges[i].b}]};
            for (int side = 0; side < 2; ++side) { // an edge counts once in each direction
                double* const p = ends[side];
                double* const q = ends[1 - side];
                double const square = (p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]);
                if (square > 0) {
                    double const power = std::pow(square, b);
                    double const pull = -2 * a * b * power / square / (1 + a * power);
                    for (int c = 0; c < 2; ++c) {
                        double const g = clip(pull * (p[c] - q[c]));
                        p[c] += rate * g;
                        q[c] -= rate * g;
                    }
                }
                for (int k = 0; k < how.negatives; ++k) {
                    double const* const r = &xy[2 * std::size_t{draw.below(count)}];
                    if (r == p) continue;
                    double const far = (p[0] - r[0]) * (p[0] - r[0]) + (p[1] - r[1]) * (p[1] - r[1]);
                    double const push = 2 * b / ((0.001 + far) * (1 + a * std::pow(far, b)));
                    for (int c = 0; c < 2; ++c) p[c] += rate * (far > 0 ? clip(push * (p[c] - r[c])) : 4);
                }
            }
        }
    }
    return xy;
}

} // namespace explainn::EXPLAINN_ABI
