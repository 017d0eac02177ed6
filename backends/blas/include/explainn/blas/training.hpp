// The loss of logits, the optimizers' steps and what else is done to parameters: an expression for each.
#pragma once
#include <cmath>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// Calls f(first, count, run) for pieces of all runs, in any order and at once; sums are not f's business.
template <class T, class F>
void each_piece(blas<T>& b, view<parameter_run const, 1> runs, F f)
{
    for (extent r = 0; r < runs.size(0); ++r)
        b.for_range(runs(r).count, [&](std::size_t first, std::size_t last) {
            f(runs(r).first + first, last - first, runs(r));
        });
}
/// Elements [first, first + n) of a flat array, in double.
template <class T>
auto wide(view<T, 1> v, std::size_t first, std::size_t n)
{
    return xt::cast<double>(row(v.data + first, n));
}
/// Writes an expression of doubles to such elements.
template <class T, class Expression>
void store(view<T, 1> v, std::size_t first, std::size_t n, Expression const& e)
{
    assign(row(v.data + first, n), xt::cast<T>(e));
}

} // namespace blas_detail

/// op::bce_with_logits
template <class T>
void run(blas<T>&, op::bce_with_logits<T> const& a)
{
    using namespace blas_detail;
    std::size_t const first = size_of(a.first), outputs = size_of(a.logits.size(1)),
                      count = a.count > 0 ? size_of(a.count) : outputs - first;
    double loss = 0, labels = 0;
    for (std::size_t n = 0; n < size_of(a.logits.size(0)); ++n) {
        vector<double> const x = xt::cast<double>(row(a.logits.data + n * outputs + first, count)),
                             y = xt::cast<double>(row(a.labels.data + n * outputs + first, count));
        auto const known = xt::equal(y, y); // NaN is not equal to itself
        loss +=
            xt::sum(xt::where(known, xt::maximum(x, 0.0) - x * y + xt::log1p(xt::exp(-xt::abs(x))), 0.0))();
        labels += xt::sum(xt::where(known, 1.0, 0.0))();
        if (a.gradient)
            assign(row(a.gradient.data + n * outputs + first, count),
                   xt::cast<T>(xt::where(known, a.weight * (1 / (1 + xt::exp(-x)) - y), 0.0)));
    }
    a.totals(0) = (a.add ? a.totals(0) : 0) + a.weight * loss;
    a.totals(1) = (a.add ? a.totals(1) : 0) + a.weight * labels;
}

/// op::adam_step
template <class T>
void run(blas<T>& b, op::adam_step<T> const& a)
{
    using namespace blas_detail;
    auto const step = static_cast<double>(a.now(0).step);
    double const correction1 = 1 - std::pow(a.beta1, step), root2 = std::sqrt(1 - std::pow(a.beta2, step));
    each_piece<T>(b, a.runs, [&](std::size_t from, std::size_t n, parameter_run const& r) {
        double const rate = a.now(0).learning_rate * r.rate,
                     keeps = 1 - rate * (r.decays ? a.decoupled_decay : 0);
        auto const g = wide(a.gradient, from, n);
        vector<double> const first = a.beta1 * wide(a.first, from, n) + (1 - a.beta1) * g,
                             second = a.beta2 * wide(a.second, from, n) + (1 - a.beta2) * g * g;
        store(a.parameter, from, n,
              wide(a.parameter, from, n) * keeps -
                  rate / correction1 * first / (xt::sqrt(second) / root2 + a.epsilon));
        store(a.first, from, n, first);
        store(a.second, from, n, second);
    });
}

/// op::sgd_step
template <class T>
void run(blas<T>& b, op::sgd_step<T> const& a)
{
    using namespace blas_detail;
    each_piece<T>(b, a.runs, [&](std::size_t from, std::size_t n, parameter_run const& r) {
        vector<double> step = wide(a.gradient, from, n);
        if (a.momentum != 0) {
            vector<double> const velocity = a.momentum * wide(a.velocity, from, n) + step;
            store(a.velocity, from, n, velocity);
            if (a.nesterov) step += a.momentum * velocity;
            else step = velocity;
        }
        store(a.parameter, from, n, wide(a.parameter, from, n) - a.now(0).learning_rate * r.rate * step);
    });
}

/// op::rmsprop_step
template <class T>
void run(blas<T>& b, op::rmsprop_step<T> const& a)
{
    using namespace blas_detail;
    each_piece<T>(b, a.runs, [&](std::size_t from, std::size_t n, parameter_run const& r) {
        auto const g = wide(a.gradient, from, n);
        vector<double> const square = a.alpha * wide(a.square, from, n) + (1 - a.alpha) * g * g;
        store(a.square, from, n, square);
        vector<double> step = g / (xt::sqrt(square) + a.epsilon);
        if (a.momentum != 0) {
            step += a.momentum * wide(a.velocity, from, n);
            store(a.velocity, from, n, step);
        }
        store(a.parameter, from, n, wide(a.parameter, from, n) - a.now(0).learning_rate * r.rate * step);
    });
}

/// op::moving_average
template <class T>
void run(blas<T>& b, op::moving_average<T> const& a)
{
    using namespace blas_detail;
    double const decay = a.now(0).average_decay;
    b.for_range(a.value.count(), [&](std::size_t from, std::size_t to) {
        std::size_t const n = to - from;
        if (decay == 0) assign(row(a.average.data + from, n), row(a.value.data + from, n));
        else
            store(a.average, from, n,
                  decay * wide(a.average, from, n) + (1 - decay) * wide(a.value, from, n));
    });
}

/// op::add_sign
template <class T>
void run(blas<T>& b, op::add_sign<T> const& a)
{
    using namespace blas_detail;
    each_piece<T>(b, a.runs, [&](std::size_t from, std::size_t n, parameter_run const&) {
        store(a.gradient, from, n,
              wide(a.gradient, from, n) + a.amount * xt::sign(wide(a.parameter, from, n)));
    });
}

/// op::scale_and_clamp
template <class T>
void run(blas<T>& b, op::scale_and_clamp<T> const& a)
{
    using namespace blas_detail;
    each_piece<T>(b, a.runs, [&](std::size_t from, std::size_t n, parameter_run const&) {
        store(a.x, from, n, xt::clip(a.factor * wide(a.x, from, n), a.least, a.most));
    });
}

/// op::sum_of_squares: each run is summed by one thread, in order.
template <class T>
void run(blas<T>& b, op::sum_of_squares<T> const& a)
{
    using namespace blas_detail;
    b.for_each(static_cast<std::size_t>(a.runs.size(0)), [&](std::size_t r) {
        auto const& run = a.runs.data[r];
        a.sums.data[r] = xt::sum(xt::square(wide(a.x, run.first, run.count)))();
    });
}

/// op::clip_norm
template <class T>
void run(blas<T>& b, op::clip_norm<T> const& a)
{
    using namespace blas_detail;
    double const factor = a.most / (std::sqrt(xt::sum(row(a.squares))()) + 1e-6);
    if (!(factor < 1)) return;
    each_piece<T>(b, a.runs, [&](std::size_t from, std::size_t n, parameter_run const&) {
        store(a.x, from, n, factor * wide(a.x, from, n));
    });
}

} // namespace explainn::EXPLAINN_ABI
