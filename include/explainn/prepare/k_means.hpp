// Points in groups around their means.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/rng.hpp>

namespace explainn::EXPLAINN_ABI {

/// Groups of points.
struct grouped_points {
    std::vector<std::uint32_t> group; ///< of each point; group 0 is the largest
    double distance{};                ///< the sum of squared distances to the groups' means
};

namespace detail {
inline double squared_distance(double const* a, double const* b, std::size_t dimensions)
{
    double sum = 0;
    for (std::size_t k = 0; k < dimensions; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sum;
}
/// First means: points drawn with chances that rise with the squared distance to those drawn before (Arthur
/// and Vassilvitskii 2007).
inline std::vector<double> first_means(std::span<double const> points, std::size_t dimensions,
                                       std::size_t groups, random_numbers& draw)
{
    std::size_t const count = points.size() / dimensions;
    std::vector<double> means, nearest(count, std::numeric_limits<double>::infinity());
    std::size_t chosen = draw.below(static_cast<std::uint32_t>(count));
    for (std::size_t g = 0; g < groups; ++g) {
        double const* const mean = points.data() + chosen * dimensions;
        means.insert(means.end(), mean, mean + dimensions);
        double total = 0;
        for (std::size_t i = 0; i < count; ++i) {
            double const d = squared_distance(points.data() + i * dimensions, mean, dimensions);
            if (d < nearest[i]) nearest[i] = d;
            total += nearest[i];
        }
        double at = draw.uniform() * total;
        chosen = 0;
        while (chosen + 1 < count && at >= nearest[chosen]) at -= nearest[chosen++];
    }
    return means;
}
/// Lloyd's steps until no point changes its group. A group that loses all its points takes the one that is
/// furthest from its mean.
inline grouped_points settle(std::span<double const> points, std::size_t dimensions, std::size_t groups,
                             std::vector<double> means, int most_steps)
{
    std::size_t const count = points.size() / dimensions;
    grouped_points out;
    out.group.assign(count, 0);
    std::vector<double> distance(count);
    std::vector<std::size_t> sizes;
    for (int step = 0; step < most_steps; ++step) {
        bool changed = step == 0;
        out.distance = 0;
        sizes.assign(groups, 0);
        for (std::size_t i = 0; i < count; ++i) {
            double best = std::numeric_limits<double>::infinity();
            std::uint32_t nearest = 0;
            for (std::uint32_t g = 0; g < groups; ++g) {
                double const d = squared_distance(points.data() + i * dimensions,
                                                  means.data() + g * dimensions, dimensions);
                if (d < best) {
                    best = d;
                    nearest = g;
                }
            }
            changed = changed || out.group[i] != nearest;
            out.group[i] = nearest;
            distance[i] = best;
            out.distance += best;
            ++sizes[nearest];
        }
        for (std::uint32_t g = 0; g < groups; ++g) {
            if (sizes[g] > 0) continue;
            std::size_t furthest = 0;
            for (std::size_t i = 0; i < count; ++i)
                if (sizes[out.group[i]] > 1 &&
                    (sizes[out.group[furthest]] < 2 || distance[i] > distance[furthest]))
                    furthest = i;
            --sizes[out.group[furthest]];
            out.group[furthest] = g;
            distance[furthest] = 0;
            sizes[g] = 1;
            changed = true;
        }
        if (!changed) break;
        means.assign(groups * dimensions, 0.0);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t k = 0; k < dimensions; ++k)
                means[out.group[i] * dimensions + k] +=
                    points[i * dimensions + k] / static_cast<double>(sizes[out.group[i]]);
    }
    return out;
}
} // namespace detail

/// Groups points (by rows) around their means: the best of ten runs of Lloyd's algorithm by the sum of
/// squared distances. Groups are numbered by size, the largest first, those of one size by their first point.
/// The same seed gives the same groups. `between` is called before each run with the share that is done, and
/// may throw. Throws error for more groups than points, or none.
///
///     std::vector<double> const points{0, 0.1, 5, 5.2};   // of one dimension
///     k_means(points, 1, 2, seed{1}).group;               // 0, 0, 1, 1
inline grouped_points k_means(std::span<double const> points, std::size_t dimensions, std::size_t groups,
                              seed from, std::function<void(double)> const& between = {})
{
    std::size_t const count = dimensions == 0 ? 0 : points.size() / dimensions;
    if (groups == 0 || groups > count)
        throw error{"expected from 1 to " + std::to_string(count) + " groups of as many points, found " +
                    std::to_string(groups)};
    grouped_points best;
    best.distance = std::numeric_limits<double>::infinity();
    for (std::uint32_t run = 0; run < 10; ++run) {
        if (between) between(run / 10.0);
        random_numbers draw{from, stream::choice, run};
        auto found = detail::settle(points, dimensions, groups,
                                    detail::first_means(points, dimensions, groups, draw), 300);
        if (found.distance < best.distance) best = std::move(found);
    }
    std::vector<std::size_t> sizes(groups), first(groups, count), order(groups);
    for (std::size_t i = count; i-- > 0;) {
        ++sizes[best.group[i]];
        first[best.group[i]] = i;
    }
    for (std::size_t g = 0; g < groups; ++g) order[g] = g;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : first[a] < first[b];
    });
    std::vector<std::uint32_t> number(groups);
    for (std::uint32_t g = 0; g < groups; ++g) number[order[g]] = g;
    for (std::uint32_t& g : best.group) g = number[g];
    return best;
}

} // namespace explainn::EXPLAINN_ABI
