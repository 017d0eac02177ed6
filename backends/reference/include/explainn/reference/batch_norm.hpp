// batch_norm (Ioffe & Szegedy 2015) and its gradient, over sequences and positions.
#pragma once
#include <cmath>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::batch_norm
template <class T>
void run(reference<T>&, op::batch_norm<T> const& a)
{
    extent const n_all = a.x.size(1), length = a.x.size(3);
    detail::each({a.x.size(0), a.x.size(2)}, [&](extent u, extent c) {
        double const count = double(n_all) * length;
        double mean = 0, variance = 0;
        if (a.batch_statistics) {
            detail::each({n_all, length}, [&](extent n, extent l) { mean += a.x(u, n, c, l); });
            mean /= count;
            detail::each({n_all, length}, [&](extent n, extent l) {
                double const d = a.x(u, n, c, l) - mean;
                variance += d * d;
            });
            variance /= count;
            a.mean(u, c) = static_cast<T>(mean);
            a.variance(u, c) = static_cast<T>(variance);
        } else {
            mean = a.mean(u, c);
            variance = a.variance(u, c);
        }
        double const inv_sd = 1 / std::sqrt(variance + a.epsilon);
        detail::each({n_all, length}, [&](extent n, extent l) {
            a.y(u, n, c, l) =
                static_cast<T>(a.gamma(u, c) * (a.x(u, n, c, l) - mean) * inv_sd + a.beta(u, c));
        });
    });
}

/// op::batch_norm_gradient
template <class T>
void run(reference<T>&, op::batch_norm_gradient<T> const& a)
{
    extent const n_all = a.x.size(1), length = a.x.size(3);
    detail::each({a.x.size(0), a.x.size(2)}, [&](extent u, extent c) {
        double const count = double(n_all) * length, mean = a.mean(u, c);
        double const inv_sd = 1 / std::sqrt(a.variance(u, c) + a.epsilon);
        double sum = 0, sum_normalized = 0;
        detail::each({n_all, length}, [&](extent n, extent l) {
            sum += a.dy(u, n, c, l);
            sum_normalized += a.dy(u, n, c, l) * (a.x(u, n, c, l) - mean) * inv_sd;
        });
        a.dbeta(u, c) = static_cast<T>(sum);
        a.dgamma(u, c) = static_cast<T>(sum_normalized);
        detail::each({n_all, length}, [&](extent n, extent l) {
            double d = a.dy(u, n, c, l);
            if (a.batch_statistics)
                d -= sum / count + (a.x(u, n, c, l) - mean) * inv_sd * sum_normalized / count;
            a.dx(u, n, c, l) = static_cast<T>(a.gamma(u, c) * inv_sd * d);
        });
    });
}

} // namespace explainn::EXPLAINN_ABI
