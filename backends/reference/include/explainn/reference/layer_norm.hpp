// layer_norm (Ba, Kiros & Hinton 2016) and its gradient, over the features of one sequence and unit.
#pragma once
#include <cmath>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
struct moments {
    double mean{}, inv_sd{};
};
template <class T>
moments moments_of_features(view<T const, 3> x, extent u, extent n, double epsilon)
{
    extent const features = x.size(2);
    double mean = 0, variance = 0;
    for (extent f = 0; f < features; ++f) mean += x(u, n, f);
    mean /= features;
    for (extent f = 0; f < features; ++f) variance += (x(u, n, f) - mean) * (x(u, n, f) - mean);
    return {mean, 1 / std::sqrt(variance / features + epsilon)};
}
} // namespace detail

/// op::layer_norm
template <class T>
void run(reference<T>&, op::layer_norm<T> const& a)
{
    detail::each({a.x.size(0), a.x.size(1)}, [&](extent u, extent n) {
        detail::moments const m = detail::moments_of_features(a.x, u, n, a.epsilon);
        for (extent f = 0; f < a.x.size(2); ++f)
            a.y(u, n, f) = static_cast<T>(a.gamma(u, f) * (a.x(u, n, f) - m.mean) * m.inv_sd + a.beta(u, f));
    });
}

/// op::layer_norm_gradient
template <class T>
void run(reference<T>&, op::layer_norm_gradient<T> const& a)
{
    extent const n_all = a.x.size(1), features = a.x.size(2);
    detail::each({a.x.size(0), n_all}, [&](extent u, extent n) {
        detail::moments const m = detail::moments_of_features(a.x, u, n, a.epsilon);
        double sum = 0, sum_normalized = 0;
        for (extent f = 0; f < features; ++f) {
            double const d = double(a.gamma(u, f)) * a.dy(u, n, f);
            sum += d;
            sum_normalized += d * (a.x(u, n, f) - m.mean) * m.inv_sd;
        }
        for (extent f = 0; f < features; ++f) {
            double const normalized = (a.x(u, n, f) - m.mean) * m.inv_sd;
            double const d = double(a.gamma(u, f)) * a.dy(u, n, f);
            a.dx(u, n, f) =
                static_cast<T>(m.inv_sd * (d - sum / features - normalized * sum_normalized / features));
        }
    });
    detail::each({a.x.size(0), features}, [&](extent u, extent f) {
        double dgamma = 0, dbeta = 0;
        for (extent n = 0; n < n_all; ++n) {
            detail::moments const m = detail::moments_of_features(a.x, u, n, a.epsilon);
            dgamma += a.dy(u, n, f) * (a.x(u, n, f) - m.mean) * m.inv_sd;
            dbeta += a.dy(u, n, f);
        }
        a.dgamma(u, f) = static_cast<T>(dgamma);
        a.dbeta(u, f) = static_cast<T>(dbeta);
    });
}

} // namespace explainn::EXPLAINN_ABI
