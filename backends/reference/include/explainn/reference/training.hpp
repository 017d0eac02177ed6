// Running statistics, the loss of logits, the optimizers' steps and what else is done to parameters.
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
    double loss = 0, labels = 0;
    for (std::size_t i = 0; i < a.logits.count(); ++i) {
        double const x = a.logits.data[i], y = a.labels.data[i];
        if (std::isnan(y)) continue;
        loss += std::max(x, 0.0) - x * y + std::log1p(std::exp(-std::abs(x)));
        labels += 1;
    }
    a.totals(0) = loss;
    a.totals(1) = labels;
    if (!a.gradient) return;
    double const divisor = a.divisor > 0 ? a.divisor : labels;
    for (std::size_t i = 0; i < a.logits.count(); ++i) {
        double const x = a.logits.data[i], y = a.labels.data[i];
        a.gradient.data[i] = std::isnan(y) ? T(0) : static_cast<T>((1 / (1 + std::exp(-x)) - y) / divisor);
    }
}

/// op::adam_step
template <class T>
void run(reference<T>&, op::adam_step<T> const& a)
{
    double const correction1 = 1 - std::pow(a.beta1, static_cast<double>(a.step));
    double const correction2 = 1 - std::pow(a.beta2, static_cast<double>(a.step));
    for (std::size_t i = 0; i < a.parameter.count(); ++i) {
        double const g = a.gradient.data[i];
        double const first = a.beta1 * a.first.data[i] + (1 - a.beta1) * g;
        double const second = a.beta2 * a.second.data[i] + (1 - a.beta2) * g * g;
        double const decayed = a.parameter.data[i] * (1 - a.learning_rate * a.decoupled_decay);
        double const denominator = std::sqrt(second) / std::sqrt(correction2) + a.epsilon;
        a.parameter.data[i] = static_cast<T>(decayed - a.learning_rate / correction1 * first / denominator);
        a.first.data[i] = static_cast<T>(first);
        a.second.data[i] = static_cast<T>(second);
    }
}

/// op::sgd_step
template <class T>
void run(reference<T>&, op::sgd_step<T> const& a)
{
    for (std::size_t i = 0; i < a.parameter.count(); ++i) {
        double const g = a.gradient.data[i];
        double step = g;
        if (a.momentum != 0) {
            double const velocity = a.momentum * a.velocity.data[i] + g;
            a.velocity.data[i] = static_cast<T>(velocity);
            step = a.nesterov ? g + a.momentum * velocity : velocity;
        }
        a.parameter.data[i] = static_cast<T>(a.parameter.data[i] - a.learning_rate * step);
    }
}

/// op::rmsprop_step
template <class T>
void run(reference<T>&, op::rmsprop_step<T> const& a)
{
    for (std::size_t i = 0; i < a.parameter.count(); ++i) {
        double const g = a.gradient.data[i];
        double const square = a.alpha * a.square.data[i] + (1 - a.alpha) * g * g;
        a.square.data[i] = static_cast<T>(square);
        double step = g / (std::sqrt(square) + a.epsilon);
        if (a.momentum != 0) {
            step += a.momentum * a.velocity.data[i];
            a.velocity.data[i] = static_cast<T>(step);
        }
        a.parameter.data[i] = static_cast<T>(a.parameter.data[i] - a.learning_rate * step);
    }
}

/// op::moving_average
template <class T>
void run(reference<T>&, op::moving_average<T> const& a)
{
    for (std::size_t i = 0; i < a.value.count(); ++i) {
        double const before = a.decay == 0 ? 0 : a.decay * a.average.data[i];
        a.average.data[i] = static_cast<T>(before + (1 - a.decay) * a.value.data[i]);
    }
}

/// op::scale_and_clamp
template <class T>
void run(reference<T>&, op::scale_and_clamp<T> const& a)
{
    for (std::size_t i = 0; i < a.x.count(); ++i)
        a.x.data[i] = static_cast<T>(std::clamp(a.factor * a.x.data[i], a.least, a.most));
}

/// op::sum_of_squares
template <class T>
void run(reference<T>&, op::sum_of_squares<T> const& a)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.x.count(); ++i)
        sum += static_cast<double>(a.x.data[i]) * static_cast<double>(a.x.data[i]);
    a.total(0) = sum;
}

} // namespace explainn::EXPLAINN_ABI
