// batch_norm and layer_norm with their gradients: sums in double over rows, and an expression for each row.
#pragma once
#include <cmath>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// Row (n, c) of unit u of (U, N, C, L).
template <class T>
auto channel(view<T, 4> v, extent u, extent n, extent c)
{
    return row(&v(u, n, c, 0), size_of(v.size(3)));
}
/// Row (u, n) of (U, N, F).
template <class T>
auto sequence_row(view<T, 3> v, extent u, extent n)
{
    return row(&v(u, n, 0), size_of(v.size(2)));
}

/// Mean and 1 / sqrt(variance + epsilon) of a row.
struct moments {
    double mean, inv_sd;

    template <class Row>
    moments(Row const& x, double epsilon) : mean{xt::sum<double>(x)() / static_cast<double>(x.size())}
    {
        double const variance = xt::sum(xt::square(x - mean))() / static_cast<double>(x.size());
        inv_sd = 1 / std::sqrt(variance + epsilon);
    }
};

} // namespace blas_detail

/// op::batch_norm
template <class T>
void run(blas<T>&, op::batch_norm<T> const& a)
{
    using namespace blas_detail;
    extent const n_all = a.x.size(1);
    double const count = static_cast<double>(n_all) * a.x.size(3);
    for (extent u = 0; u < a.x.size(0); ++u)
        for (extent c = 0; c < a.x.size(2); ++c) {
            double mean = static_cast<double>(a.mean(u, c)), variance = static_cast<double>(a.variance(u, c));
            if (a.batch_statistics) {
                mean = variance = 0;
                for (extent n = 0; n < n_all; ++n) mean += xt::sum<double>(channel(a.x, u, n, c))() / count;
                for (extent n = 0; n < n_all; ++n)
                    variance += xt::sum(xt::square(channel(a.x, u, n, c) - mean))() / count;
                a.mean(u, c) = static_cast<T>(mean);
                a.variance(u, c) = static_cast<T>(variance);
            }
            double const factor = static_cast<double>(a.gamma(u, c)) / std::sqrt(variance + a.epsilon),
                         beta = static_cast<double>(a.beta(u, c));
            for (extent n = 0; n < n_all; ++n)
                assign(channel(a.y, u, n, c), xt::cast<T>(factor * (channel(a.x, u, n, c) - mean) + beta));
        }
}

/// op::batch_norm_gradient
template <class T>
void run(blas<T>&, op::batch_norm_gradient<T> const& a)
{
    using namespace blas_detail;
    extent const n_all = a.x.size(1);
    double const count = static_cast<double>(n_all) * a.x.size(3);
    for (extent u = 0; u < a.x.size(0); ++u)
        for (extent c = 0; c < a.x.size(2); ++c) {
            double const mean = static_cast<double>(a.mean(u, c)),
                         inv_sd = 1 / std::sqrt(static_cast<double>(a.variance(u, c)) + a.epsilon);
            double sum = 0, sum_normalized = 0;
            for (extent n = 0; n < n_all; ++n) {
                auto const dy = channel(a.dy, u, n, c);
                sum += xt::sum<double>(dy)();
                sum_normalized += inv_sd * xt::sum(dy * (channel(a.x, u, n, c) - mean))();
            }
            a.dbeta(u, c) = static_cast<T>(sum);
            a.dgamma(u, c) = static_cast<T>(sum_normalized);
            double const scale = static_cast<double>(a.gamma(u, c)) * inv_sd;
            if (!a.batch_statistics) sum = sum_normalized = 0; // a constant has no gradient
            double const of_mean = sum / count, slope = inv_sd * sum_normalized / count;
            for (extent n = 0; n < n_all; ++n)
                assign(channel(a.dx, u, n, c), xt::cast<T>(scale * (channel(a.dy, u, n, c) - of_mean -
                                                                    slope * (channel(a.x, u, n, c) - mean))));
        }
}

/// op::layer_norm
template <class T>
void run(blas<T>&, op::layer_norm<T> const& a)
{
    using namespace blas_detail;
    for (extent u = 0; u < a.x.size(0); ++u)
        for (extent n = 0; n < a.x.size(1); ++n) {
            auto const x = sequence_row(a.x, u, n);
            moments const m{x, a.epsilon};
            auto const unit = static_cast<std::size_t>(u);
            assign(sequence_row(a.y, u, n),
                   xt::cast<T>(row_of(a.gamma, unit) * ((x - m.mean) * m.inv_sd) + row_of(a.beta, unit)));
        }
}

/// op::layer_norm_gradient
template <class T>
void run(blas<T>&, op::layer_norm_gradient<T> const& a)
{
    using namespace blas_detail;
    std::size_t const size = size_of(a.x.size(2));
    auto const count = static_cast<double>(size);
    auto normalized = make_vector<double>(size), d = normalized, dgamma = normalized, dbeta = normalized;
    for (extent u = 0; u < a.x.size(0); ++u) {
        auto const unit = static_cast<std::size_t>(u);
        dgamma.fill(0);
        dbeta.fill(0);
        for (extent n = 0; n < a.x.size(1); ++n) {
            moments const m{sequence_row(a.x, u, n), a.epsilon};
            auto const dy = sequence_row(a.dy, u, n);
            normalized = (sequence_row(a.x, u, n) - m.mean) * m.inv_sd;
            d = xt::cast<double>(row_of(a.gamma, unit)) * dy;
            double const mean = xt::sum(d)() / count, slope = xt::sum(d * normalized)() / count;
            dgamma += dy * normalized;
            dbeta += dy;
            assign(sequence_row(a.dx, u, n), xt::cast<T>(m.inv_sd * (d - mean - normalized * slope)));
        }
        assign(row_of(a.dgamma, unit), xt::cast<T>(dgamma));
        assign(row_of(a.dbeta, unit), xt::cast<T>(dbeta));
    }
}

} // namespace explainn::EXPLAINN_ABI
