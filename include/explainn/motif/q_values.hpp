// q-values of a list of p-values (Storey 2002; Benjamini and Hochberg where pi0 is 1).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// The share of true null hypotheses among p-values in ascending order (Storey 2002, section 9). MEME chooses
/// lambda by the smallest mean squared error over bootstrap resamples of 1,000; here the expectation of that
/// error is computed in closed form, so that the same p-values always give the same pi0. For at most 100
/// p-values the result is 1.
inline double estimate_pi0(std::span<double const> sorted)
{
    constexpr int lambdas = 100;
    constexpr double largest_lambda = 0.5, samples = 1000;
    if (sorted.size() <= 100) return 1;
    auto const n = static_cast<double>(sorted.size());
    double pi0[lambdas];
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < lambdas; ++i) {
        double const lambda = (i + 1) * largest_lambda / lambdas;
        auto const below = std::lower_bound(sorted.begin(), sorted.end(), lambda);
        pi0[i] = static_cast<double>(sorted.end() - below) / ((1 - lambda) * n);
        if (pi0[i] > 0) least = std::min(least, pi0[i]);
    }
    double best = 1, smallest_error = std::numeric_limits<double>::infinity();
    for (int i = 0; i < lambdas; ++i) {
        if (!(pi0[i] > 0)) continue;
        double const lambda = (i + 1) * largest_lambda / lambdas, above = pi0[i] * (1 - lambda);
        double const spread = above * (1 - above) / (samples * (1 - lambda) * (1 - lambda));
        double const mse = spread + (pi0[i] - least) * (pi0[i] - least);
        if (mse < smallest_error) {
            smallest_error = mse;
            best = pi0[i];
        }
    }
    return std::min(best, 1.0);
}

/// q-values of p-values in ascending order: the smallest value of pi0 p n / rank at this rank or a later one,
/// at most 1.
inline std::vector<double> q_values_of_sorted(std::span<double const> sorted, double pi0)
{
    std::vector<double> q(sorted.size());
    auto const n = static_cast<double>(sorted.size());
    double least = 1;
    for (std::size_t i = sorted.size(); i-- > 0;) {
        least = std::min(least, pi0 * sorted[i] * n / static_cast<double>(i + 1));
        q[i] = least;
    }
    return q;
}

/// q-values of p-values in any order. `pi0` 1 gives Benjamini and Hochberg's; estimate_pi0 of the sorted
/// p-values gives Storey's.
///
///     auto const q = q_values(p_values, 1.0);
inline std::vector<double> q_values(std::span<double const> p, double pi0)
{
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [p](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> sorted(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) sorted[i] = p[order[i]];
    auto const by_rank = q_values_of_sorted(sorted, pi0);
    std::vector<double> q(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) q[order[i]] = by_rank[i];
    return q;
}

} // namespace explainn::EXPLAINN_ABI
