// Running statistics, the loss of logits, the optimizers' steps, and other ops on parameters.
#pragma once
#include <algorithm>
#include <cmath>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::update_running
template <class T>
void run(reference<T>&, op::update_running<T> const& a)
{
    for (std::size_t i = 0; i < a.mean.count(); ++i) {
        double const unbiased = a.variance.data[i] * (a.count / (a.count - 1));
        a.running_mean.data[i] =
            static_cast<T>((1 - a.momentum) * a.running_mean.data[i] + a.momentum * a.mean.data[i]);
        a.running_variance.data[i] =
            static_cast<T>((1 - a.momentum) * a.running_variance.data[i] + a.momentum * unbiased);
    }
}

/// op::bce_with_logits
template <class T>
void run(reference<T>&, op::bce_with_logits<T> const& a)
{
    extent const last = a.count > 0 ? a.first + a.count : a.logits.size(1);
    double loss = 0, labels = 0;
    for (extent n = 0; n < a.logits.size(0); ++n)
        for (extent o = a.first; o < last; ++o) {
            double const x = a.logits(n, o), y = a.labels(n, o);
            bool const known = !std::isnan(y);
            if (known) loss += std::max(x, 0.0) - x * y + std::log1p(std::exp(-std::abs(x))), labels += 1;
            if (a.gradient)
                a.gradient(n, o) = known ? static_cast<T>(a.weight * (1 / (1 + std::exp(-x)) - y)) : T(0);
        }
    a.totals(0) = (a.add ? a.totals(0) : 0) + a.weight * loss;
    a.totals(1) = (a.add ? a.totals(1) : 0) + a.weight * labels;
}

/// op::divide_by_count
template <class T>
void run(reference<T>&, op::divide_by_count<T> const& a)
{
    double const count = a.totals(1);
    for (std::size_t i = 0; i < a.x.count(); ++i)
        a.x.data[i] = count > 0 ? static_cast<T>(a.x.data[i] / count) : T(0);
}

/// op::add_totals
template <class T>
void run(reference<T>&, op::add_totals<T> const& a)
{
    a.sums(0) += a.totals(0);
    a.sums(1) += a.totals(1);
    if (a.now && a.sums(2) == 0 && !std::isfinite(a.totals(0)))
        a.sums(2) = static_cast<double>(a.now(0).batch);
}

/// op::mean_of_strands
template <class T>
void run(reference<T>&, op::mean_of_strands<T> const& a)
{
    for (std::size_t i = 0; i < a.y.count(); ++i)
        a.y.data[i] = a.first ? a.strand.data[i] : (a.y.data[i] + a.strand.data[i]) / 2;
}

namespace detail {
/// Calls f(i, run) for every element i of every range of parameters.
template <class F>
void each_element(view<parameter_run const, 1> runs, F f)
{
    for (extent r = 0; r < runs.size(0); ++r)
        for (std::size_t i = runs(r).first; i < runs(r).first + runs(r).count; ++i) f(i, runs(r));
}
} // namespace detail

/// op::adam_step
template <class T>
void run(reference<T>&, op::adam_step<T> const& a)
{
    auto const step = static_cast<double>(a.now(0).step);
    double const correction1 = 1 - std::pow(a.beta1, step), correction2 = 1 - std::pow(a.beta2, step);
    detail::each_element(a.runs, [&](std::size_t i, parameter_run const& r) {
        double const rate = a.now(0).learning_rate * r.rate, g = a.gradient.data[i];
        double const first = a.beta1 * a.first.data[i] + (1 - a.beta1) * g;
        double const second = a.beta2 * a.second.data[i] + (1 - a.beta2) * g * g;
        double const decayed = a.parameter.data[i] * (1 - rate * (r.decays ? a.decoupled_decay : 0));
        double const denominator = std::sqrt(second) / std::sqrt(correction2) + a.epsilon;
        a.parameter.data[i] = static_cast<T>(decayed - rate / correction1 * first / denominator);
        a.first.data[i] = static_cast<T>(first);
        a.second.data[i] = static_cast<T>(second);
    });
}

/// op::sgd_step
template <class T>
void run(reference<T>&, op::sgd_step<T> const& a)
{
    detail::each_element(a.runs, [&](std::size_t i, parameter_run const& r) {
        double const g = a.gradient.data[i];
        double step = g;
        if (a.momentum != 0) {
            double const velocity = a.momentum * a.velocity.data[i] + g;
            a.velocity.data[i] = static_cast<T>(velocity);
            step = a.nesterov ? g + a.momentum * velocity : velocity;
        }
        a.parameter.data[i] = static_cast<T>(a.parameter.data[i] - a.now(0).learning_rate * r.rate * step);
    });
}

/// op::rmsprop_step
template <class T>
void run(reference<T>&, op::rmsprop_step<T> const& a)
{
    detail::each_element(a.runs, [&](std::size_t i, parameter_run const& r) {
        double const g = a.gradient.data[i];
        double const square = a.alpha * a.square.data[i] + (1 - a.alpha) * g * g;
        a.square.data[i] = static_cast<T>(square);
        double step = g / (std::sqrt(square) + a.epsilon);
        if (a.momentum != 0) {
            step += a.momentum * a.velocity.data[i];
            a.velocity.data[i] = static_cast<T>(step);
        }
        a.parameter.data[i] = static_cast<T>(a.parameter.data[i] - a.now(0).learning_rate * r.rate * step);
    });
}

/// op::moving_average
template <class T>
void run(reference<T>&, op::moving_average<T> const& a)
{
    double const decay = a.now(0).average_decay;
    for (std::size_t i = 0; i < a.value.count(); ++i) {
        double const before = decay == 0 ? 0 : decay * a.average.data[i];
        a.average.data[i] = static_cast<T>(before + (1 - decay) * a.value.data[i]);
    }
}

/// op::add_sign
template <class T>
void run(reference<T>&, op::add_sign<T> const& a)
{
    detail::each_element(a.runs, [&](std::size_t i, parameter_run const&) {
        T const w = a.parameter.data[i];
        a.gradient.data[i] += static_cast<T>(a.amount * ((w > 0) - (w < 0)));
    });
}

/// op::scale_and_clamp
template <class T>
void run(reference<T>&, op::scale_and_clamp<T> const& a)
{
    detail::each_element(a.runs, [&](std::size_t i, parameter_run const&) {
        a.x.data[i] = static_cast<T>(std::clamp(a.factor * a.x.data[i], a.least, a.most));
    });
}

/// op::sum_of_squares
template <class T>
void run(reference<T>&, op::sum_of_squares<T> const& a)
{
    for (extent r = 0; r < a.runs.size(0); ++r) {
        double sum = 0;
        for (std::size_t i = a.runs(r).first; i < a.runs(r).first + a.runs(r).count; ++i)
            sum += static_cast<double>(a.x.data[i]) * static_cast<double>(a.x.data[i]);
        a.sums(r) = sum;
    }
}

/// op::clip_norm
template <class T>
void run(reference<T>&, op::clip_norm<T> const& a)
{
    double squares = 0;
    for (extent i = 0; i < a.squares.size(0); ++i) squares += a.squares(i);
    double const factor = a.most / (std::sqrt(squares) + 1e-6);
    if (!(factor < 1)) return;
    detail::each_element(a.runs, [&](std::size_t i, parameter_run const&) {
        a.x.data[i] = static_cast<T>(factor * a.x.data[i]);
    });
}

} // namespace explainn::EXPLAINN_ABI
