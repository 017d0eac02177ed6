// Values replaced by their ranks, which frees the measurements of a microarray from their scale.
#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <explainn/core/ranking.hpp>

namespace explainn::EXPLAINN_ABI {

/// The ranks of the values, spread over 0 to 1; equal values share the mean of their ranks, and NaN (missing)
/// stays NaN. A single value becomes 0.5. scikit-learn's QuantileTransformer with as many quantiles as values
/// gives the same, except for equal values at either end, which it makes 0 or 1.
///
///     quantile_transform(std::vector{7.f, -1.f, 30.f});     // 0.5, 0, 1
inline std::vector<float> quantile_transform(std::span<float const> values)
{
    std::vector<double> there;
    for (float const x : values)
        if (!std::isnan(x)) there.push_back(static_cast<double>(x));
    auto const places = ranks(there);
    std::vector<float> out(values.begin(), values.end());
    std::size_t at = 0;
    for (float& x : out)
        if (!std::isnan(x)) {
            double const place = places[at++];
            x = there.size() < 2 ? 0.5f
                                 : static_cast<float>((place - 1) / static_cast<double>(there.size() - 1));
        }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
