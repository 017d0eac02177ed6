// The nearest points of every point.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/pool.hpp>

namespace explainn::EXPLAINN_ABI {

/// For each point its k nearest other points, the nearest first; of points at equal distances the one with
/// the lower number comes first.
struct neighbour_table {
    std::size_t points = 0, k = 0;
    std::vector<std::uint32_t> points_near; ///< (points, k)
    std::vector<double> distances;          ///< (points, k), Euclidean
};

/// Finds the nearest neighbours exactly by computing all distances, in time points x points x dimensions,
/// with the threads of `pool`; any number of threads gives the same result. Throws error for sizes that do
/// not fit and unless there are more points than k.
///
///     neighbour_table const near = nearest_neighbours(outputs, 400, 100, 15);
inline neighbour_table nearest_neighbours(std::span<float const> values, std::size_t points,
                                          std::size_t dimensions, std::size_t k,
                                          thread_pool const& pool = thread_pool{})
{
    if (values.size() != points * dimensions)
        throw error{"expected " + std::to_string(points) + " x " + std::to_string(dimensions) +
                    " numbers for neighbours, found " + std::to_string(values.size())};
    if (k == 0 || k >= points)
        throw error{"expected 1 to " + std::to_string(points == 0 ? 0 : points - 1) + " neighbours of " +
                    std::to_string(points) + " points, found " + std::to_string(k)};
    neighbour_table out{points, k, std::vector<std::uint32_t>(points * k), std::vector<double>(points * k)};
    pool.for_blocks(points, 16, [&](std::size_t first, std::size_t last) {
        std::vector<std::pair<float, std::uint32_t>> all(points);
        for (std::size_t p = first; p < last; ++p) {
            float const* const x = values.data() + p * dimensions;
            for (std::size_t q = 0; q < points; ++q) {
                float const* const y = values.data() + q * dimensions;
                float sums[8]{};
                std::size_t i = 0;
                for (; i + 8 <= dimensions; i += 8)
                    for (std::size_t j = 0; j < 8; ++j)
                        sums[j] += (x[i + j] - y[i + j]) * (x[i + j] - y[i + j]);
                float sum = 0;
                for (; i < dimensions; ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
                for (float const s : sums) sum += s;
                all[q] = {sum, static_cast<std::uint32_t>(q)};
            }
            all[p].first = -1; // the point itself always comes first
            std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(k + 1), all.end());
            for (std::size_t j = 0; j < k; ++j) {
                out.points_near[p * k + j] = all[j + 1].second;
                out.distances[p * k + j] = std::sqrt(static_cast<double>(all[j + 1].first));
            }
        }
    });
    return out;
}

} // namespace explainn::EXPLAINN_ABI
