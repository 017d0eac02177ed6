// Values mapped to 0 to 1 by a number of their quantiles.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// The line through the points (x, y), x rising or equal, at one place; the ends go on flat.
inline double line_at(std::vector<double> const& x, std::vector<double> const& y, double at)
{
    auto const above = std::upper_bound(x.begin(), x.end(), at);
    if (above == x.begin()) return y.front();
    auto const k = static_cast<std::size_t>(above - x.begin()) - 1;
    if (above == x.end()) return y.back();
    return y[k] + (y[k + 1] - y[k]) * (at - x[k]) / (x[k + 1] - x[k]);
}
} // namespace detail

/// The share of values below each value, by a line through so many quantiles, as scikit-learn's
/// QuantileTransformer has it (output uniform, all values used; Gata3's array of the paper had 10 quantiles):
/// the mean of the lines from below and from above, so that values on a flat part lie in its middle; the
/// smallest value is 0 and the largest 1. NaN (missing) stays. More quantiles than values are as many as
/// there are values. Throws error for fewer than two quantiles.
///
///     quantile_map(std::vector{1.f, 2.f, 4.f}, 3);     // 0, 0.5, 1
inline std::vector<float> quantile_map(std::span<float const> values, std::size_t quantiles)
{
    if (quantiles < 2) throw error{"expected two quantiles or more, found " + std::to_string(quantiles)};
    std::vector<double> sorted;
    for (float const x : values)
        if (!std::isnan(x)) sorted.push_back(static_cast<double>(x));
    std::vector<float> out(values.begin(), values.end());
    if (sorted.empty()) return out;
    std::sort(sorted.begin(), sorted.end());
    quantiles = std::max<std::size_t>(std::min(quantiles, sorted.size()), 2);
    std::vector<double> share(quantiles), at(quantiles), down(quantiles), down_share(quantiles);
    for (std::size_t q = 0; q < quantiles; ++q) {
        share[q] = static_cast<double>(q) / static_cast<double>(quantiles - 1);
        double const place = share[q] * static_cast<double>(sorted.size() - 1);
        auto const k = std::min(static_cast<std::size_t>(place), sorted.size() - 1);
        double const next = sorted[std::min(k + 1, sorted.size() - 1)];
        at[q] = sorted[k] + (next - sorted[k]) * (place - static_cast<double>(k));
    }
    for (std::size_t q = 0; q < quantiles; ++q) {
        down[q] = -at[quantiles - 1 - q];
        down_share[q] = -share[quantiles - 1 - q];
    }
    for (float& y : out) {
        if (std::isnan(y)) continue;
        auto const x = static_cast<double>(y);
        double const mean = 0.5 * (detail::line_at(at, share, x) - detail::line_at(down, down_share, -x));
        y = static_cast<float>(x <= at.front() ? 0.0 : x >= at.back() ? 1.0 : mean);
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
