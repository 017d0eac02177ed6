// The distribution of numbers: quartiles, ends, mean and a histogram.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// A summary of numbers, as a box plot and a histogram show it. All but `count` are nan where there are no
/// numbers.
struct distribution {
    std::size_t count = 0;
    double least = std::numeric_limits<double>::quiet_NaN();
    double lower_quartile = std::numeric_limits<double>::quiet_NaN();
    double middle = std::numeric_limits<double>::quiet_NaN(); ///< the median
    double upper_quartile = std::numeric_limits<double>::quiet_NaN();
    double most = std::numeric_limits<double>::quiet_NaN();
    double mean = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::uint32_t> bins{}; ///< counts of equal parts from `least` to `most`
};

/// The quantile of sorted numbers at `share` (0 to 1), interpolated linearly between two of them (as in
/// NumPy); nan where there are none.
///
///     quantile_of_sorted(std::vector{1.0, 2.0, 4.0}, 0.75);      // 3
template <class T>
double quantile_of_sorted(std::vector<T> const& sorted, double share)
{
    if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
    double const at = share * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(at);
    auto const low = static_cast<double>(sorted[below]);
    if (below + 1 >= sorted.size()) return low;
    return low + (at - static_cast<double>(below)) * (static_cast<double>(sorted[below + 1]) - low);
}

/// The distribution of finite numbers, which are reordered. Throws error for a number that is not finite.
///
///     std::vector<float> x{3, 1, 2};
///     distribution_of(x).middle;                                 // 2
template <class T>
distribution distribution_of(std::vector<T>& values, std::size_t bins = 24)
{
    distribution d;
    d.count = values.size();
    d.bins.assign(bins, 0);
    if (values.empty()) return d;
    double sum = 0;
    for (T const x : values) {
        if (!std::isfinite(x))
            throw error{"expected finite numbers for a distribution, found one that is not"};
        sum += static_cast<double>(x);
    }
    std::sort(values.begin(), values.end());
    d.least = static_cast<double>(values.front());
    d.lower_quartile = quantile_of_sorted(values, 0.25);
    d.middle = quantile_of_sorted(values, 0.5);
    d.upper_quartile = quantile_of_sorted(values, 0.75);
    d.most = static_cast<double>(values.back());
    d.mean = sum / static_cast<double>(values.size());
    double const width = d.most - d.least;
    for (T const x : values) {
        double const place = width > 0 ? (static_cast<double>(x) - d.least) / width : 0;
        if (bins > 0)
            ++d.bins[std::min(bins - 1, static_cast<std::size_t>(place * static_cast<double>(bins)))];
    }
    return d;
}

/// The distribution of the same numbers, each times `factor`: where `d` is of unit outputs and the factor is
/// a weight of the head, it is the distribution of contributions. A negative factor reverses the order.
///
///     std::vector<float> x{3, 1, 2};
///     scaled(distribution_of(x), -2).least;                      // -6
inline distribution scaled(distribution d, double factor)
{
    for (double* const x : {&d.least, &d.lower_quartile, &d.middle, &d.upper_quartile, &d.most, &d.mean})
        *x *= factor;
    if (factor < 0) {
        std::swap(d.least, d.most);
        std::swap(d.lower_quartile, d.upper_quartile);
        std::reverse(d.bins.begin(), d.bins.end());
    }
    return d;
}

} // namespace explainn::EXPLAINN_ABI
