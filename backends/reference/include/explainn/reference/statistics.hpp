// Statistics of windows and of filters' responses, and batch norm folded into scale and shift.
#pragma once
#include <algorithm>
#include <cmath>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::window_statistics
template <class T>
void run(reference<T>&, op::window_statistics<T> const& a)
{
    extent const n_all = a.sequences.size(0), width = a.mean.size(0) / 4;
    extent const windows = a.sequences.size(1) - width + 1;
    double const count = double(n_all) * windows;
    detail::zero(a.mean.data, a.mean.count());
    detail::zero(a.covariance.data, a.covariance.count());
    detail::each({n_all, windows}, [&](extent n, extent t) {
        for (extent i = 0; i < width; ++i) {
            letter const x = a.sequences(n, t + i);
            if (x == letter_n) continue;
            a.mean(x * width + i) += 1;
            for (extent j = 0; j < width; ++j)
                if (letter const y = a.sequences(n, t + j); y != letter_n)
                    a.covariance(x * width + i, y * width + j) += 1;
        }
    });
    for (std::size_t i = 0; i < a.mean.count(); ++i) a.mean.data[i] /= count;
    detail::each({4 * width, 4 * width}, [&](extent i, extent j) {
        a.covariance(i, j) = a.covariance(i, j) / count - a.mean(i) * a.mean(j);
    });
}

/// op::conv_statistics; a variance that rounding made negative becomes 0.
template <class T>
void run(reference<T>&, op::conv_statistics<T> const& a)
{
    extent const size = a.weight.size(1);
    for (extent u = 0; u < a.weight.size(0); ++u) {
        double mean = a.bias(u), variance = 0;
        for (extent i = 0; i < size; ++i) {
            double row = 0;
            for (extent j = 0; j < size; ++j) row += a.window_covariance(i, j) * a.weight(u, j);
            mean += a.window_mean(i) * a.weight(u, i);
            variance += row * a.weight(u, i);
            a.covariance_weight(u, i) = static_cast<T>(row);
        }
        a.mean(u) = static_cast<T>(mean);
        a.variance(u) = static_cast<T>(std::max(variance, 0.0));
    }
}

/// op::fold_norm; without batch norm inv_sd is written as 1 where it is given.
template <class T>
void run(reference<T>&, op::fold_norm<T> const& a)
{
    for (extent u = 0; u < a.scale.size(0); ++u) {
        double const inv_sd = a.gamma ? 1 / std::sqrt(a.variance(u) + a.epsilon) : 1.0;
        double const scale = a.gamma ? a.gamma(u) * inv_sd : 1.0;
        a.scale(u) = static_cast<T>(scale);
        a.shift(u) =
            a.gamma ? static_cast<T>(a.beta(u) + scale * (double(a.bias(u)) - a.mean(u))) : a.bias(u);
        if (a.inv_sd) a.inv_sd(u) = static_cast<T>(inv_sd);
    }
}

} // namespace explainn::EXPLAINN_ABI
