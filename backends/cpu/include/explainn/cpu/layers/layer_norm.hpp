// op::layer_norm and its gradient, a sequence of a unit at a time.
#pragma once
#include <algorithm>
#include <cmath>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {
struct row_moments {
    double mean{}, inv_sd{};
};
inline row_moments moments_of(float const* x, std::size_t count, double epsilon)
{
    double sum = 0, squares = 0;
    for (std::size_t f = 0; f < count; ++f) sum += double(x[f]);
    double const mean = sum / double(count);
    for (std::size_t f = 0; f < count; ++f) squares += (double(x[f]) - mean) * (double(x[f]) - mean);
    return {mean, 1 / std::sqrt(squares / double(count) + epsilon)};
}
} // namespace detail

/// op::layer_norm; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void layer_norm(op::layer_norm<float> const& o, Spread&& spread)
{
    auto const n = static_cast<std::size_t>(o.x.size(1)), count = static_cast<std::size_t>(o.x.size(2));
    spread(static_cast<std::size_t>(o.x.size(0)) * n, std::size_t{8},
           [&](std::size_t begin, std::size_t end) {
               for (std::size_t row = begin; row < end; ++row) {
                   float const* const x = o.x.data + row * count;
                   auto const m = detail::moments_of(x, count, o.epsilon);
                   float const *gamma = o.gamma.data + row / n * count, *beta = o.beta.data + row / n * count;
                   auto const mean = static_cast<float>(m.mean), inv_sd = static_cast<float>(m.inv_sd);
                   for (std::size_t f = 0; f < count; ++f)
                       o.y.data[row * count + f] = gamma[f] * ((x[f] - mean) * inv_sd) + beta[f];
               }
           });
}

/// op::layer_norm_gradient; `spread(n, block, f)` shares out f(first, last). The sums over sequences are made
/// of a number of parts that depends on the batch alone.
template <class Spread>
void layer_norm_gradient(op::layer_norm_gradient<float> const& o, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               count = static_cast<std::size_t>(o.x.size(2));
    std::size_t const parts = std::min<std::size_t>(8, n);
    double* const sums = scratch<double>(piece::partial, units * parts * 2 * count);
    spread(units * parts, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const u = item / parts, part = item % parts;
            double *const dgamma = sums + item * 2 * count, *const dbeta = dgamma + count;
            std::fill_n(dgamma, 2 * count, 0.0);
            float const* const gamma = o.gamma.data + u * count;
            for (std::size_t i = part * n / parts; i < (part + 1) * n / parts; ++i) {
                float const *const x = o.x.data + (u * n + i) * count, *const dy =
                                                                           o.dy.data + (u * n + i) * count;
                auto const m = detail::moments_of(x, count, o.epsilon);
                double all = 0, along = 0;
                for (std::size_t f = 0; f < count; ++f) {
                    double const xhat = (double(x[f]) - m.mean) * m.inv_sd,
                                 d = double(dy[f]) * double(gamma[f]);
                    all += d;
                    along += d * xhat;
                    dgamma[f] += double(dy[f]) * xhat;
                    dbeta[f] += double(dy[f]);
                }
                all /= double(count);
                along /= double(count);
                for (std::size_t f = 0; f < count; ++f) {
                    double const xhat = (double(x[f]) - m.mean) * m.inv_sd,
                                 d = double(dy[f]) * double(gamma[f]);
                    o.dx.data[(u * n + i) * count + f] =
                        static_cast<float>(m.inv_sd * (d - all - xhat * along));
                }
            }
        }
    });
    for (std::size_t u = 0; u < units; ++u)
        for (std::size_t f = 0; f < count; ++f) {
            double dgamma = 0, dbeta = 0;
            for (std::size_t part = 0; part < parts; ++part) {
                dgamma += sums[(u * parts + part) * 2 * count + f];
                dbeta += sums[(u * parts + part) * 2 * count + count + f];
            }
            o.dgamma.data[u * count + f] = static_cast<float>(dgamma);
            o.dbeta.data[u * count + f] = static_cast<float>(dbeta);
        }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
