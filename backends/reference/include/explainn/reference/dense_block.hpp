// dense_block and its gradient, computed by the single ops of which they consist.
#pragma once
#include <cmath>

#include <explainn/reference/batch_norm.hpp>
#include <explainn/reference/dense.hpp>
#include <explainn/reference/pointwise.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
// gamma normalized + beta; without batch norm, normalized itself
template <class T>
void before_activation(view<T const, 3> normalized, view<T const, 2> gamma, view<T const, 2> beta,
                       view<T, 3> z)
{
    each({z.size(0), z.size(1), z.size(2)}, [&](extent u, extent n, extent h) {
        z(u, n, h) = gamma ? gamma(u, h) * normalized(u, n, h) + beta(u, h) : normalized(u, n, h);
    });
}
} // namespace detail

/// op::dense_block
template <class T>
void run(reference<T>& b, op::dense_block<T> const& a)
{
    extent const units = a.y.size(0), n_all = a.y.size(1), hidden = a.y.size(2);
    detail::temporary<T, 3> normalized{units, n_all, hidden}, z{units, n_all, hidden};
    run(b, op::dense<T>{.x = a.x, .weight = a.weight, .bias = a.bias, .y = normalized.all});
    if (a.gamma) {
        auto const ones = detail::filled(a.gamma, T(1));
        auto const zeros = detail::filled(a.gamma, T(0));
        auto const both = normalized.all.as(units, n_all, hidden, 1);
        run(b, op::batch_norm<T>{.x = both,
                                 .gamma = ones.all,
                                 .beta = zeros.all,
                                 .batch_statistics = a.batch_statistics,
                                 .mean = a.mean,
                                 .variance = a.variance,
                                 .epsilon = a.epsilon,
                                 .y = both});
    }
    detail::before_activation<T>(normalized.all, a.gamma, a.beta, z.all);
    if (a.kept) detail::keep(normalized.all, a.kept);
    auto const z4 = z.all.as(units, n_all, hidden, 1);
    run(b, op::activate<T>{.x = z4, .act = a.act, .y = z4});
    run(b, op::dropout<T>{.x = z.all, .mask = a.dropout, .y = a.y});
}

/// op::dense_block_gradient
template <class T>
void run(reference<T>& b, op::dense_block_gradient<T> const& a)
{
    extent const units = a.y.size(0), n_all = a.y.size(1), hidden = a.y.size(2);
    detail::temporary<T, 3> z{units, n_all, hidden}, y{units, n_all, hidden},
        normalized{units, n_all, hidden};
    detail::read_kept(a.kept, normalized.all);
    auto const four = [&](view<T, 3> v) { return v.as(units, n_all, hidden, 1); };
    run(b, op::dropout<T>{.x = a.dy, .mask = a.dropout, .y = a.dy});
    detail::before_activation<T>(normalized.all, a.gamma, a.beta, z.all);
    run(b, op::activate<T>{.x = four(z.all), .act = a.act, .y = four(y.all)});
    run(b, op::activate_gradient<T>{
               .x = four(z.all), .y = four(y.all), .dy = four(a.dy), .act = a.act, .dx = four(a.dy)});
    if (a.gamma) {
        // the normalized values already have mean 0 and variance 1, so they are the input of the batch norm
        // here
        auto scale = detail::filled(a.gamma, T(0));
        auto const zeros = detail::filled(a.gamma, T(0));
        auto const ones = detail::filled(a.gamma, T(1));
        for (std::size_t i = 0; i < a.gamma.count(); ++i)
            scale.memory[i] = static_cast<T>(a.gamma.data[i] / std::sqrt(a.variance.data[i] + a.epsilon));
        run(b, op::batch_norm_gradient<T>{.x = normalized.all.as(units, n_all, hidden, 1),
                                          .gamma = scale.all,
                                          .batch_statistics = a.batch_statistics,
                                          .mean = zeros.all,
                                          .variance = ones.all,
                                          .epsilon = 0,
                                          .dy = four(a.dy),
                                          .dx = four(a.dy),
                                          .dgamma = a.dgamma,
                                          .dbeta = a.dbeta});
    }
    run(b, op::dense_gradient<T>{
               .x = a.x, .weight = a.weight, .dy = a.dy, .dx = a.dx, .dweight = a.dweight, .dbias = a.dbias});
    if (a.batch_statistics) detail::zero(a.dbias.data, a.dbias.count());
}

} // namespace explainn::EXPLAINN_ABI
