// The losses of the paper's tasks besides binary cross-entropy. All of them leave out missing (NaN) labels.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <explainn/train/host_loss.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// The weight of column o: 1 where none are given.
inline double weight_of(std::vector<double> const& weights, extent o)
{
    return weights.empty() ? 1 : weights[static_cast<std::size_t>(o)];
}
/// Throws error unless there is a weight of at least 0 for each column, or none at all.
inline void require_weights(std::vector<double> const& weights, extent outputs)
{
    if (!weights.empty() && weights.size() != static_cast<std::size_t>(outputs))
        throw error{"expected a weight for each of " + std::to_string(outputs) + " outputs, found " +
                    std::to_string(weights.size())};
    for (double const w : weights)
        if (!(w >= 0 && std::isfinite(w)))
            throw error{"expected weights of 0 and more, found " + std::to_string(w)};
}
} // namespace detail

/// Cross-entropy of softmax(logits) and the columns' probabilities (one-hot for classes), averaged over rows.
/// With `class_weights`, the terms of a class are multiplied by its weight, as with PyTorch's `weight`, and
/// the mean is over these weights. A row with a missing label has no term. Throws error unless there is a
/// weight for each output.
///
///     trainer t{m, adam{}, cross_entropy{{}, {1, 1, 10}}, training{}}; // the third class is rare
struct cross_entropy : host_loss<cross_entropy> {
    std::vector<double> class_weights{}; ///< by output; none: 1 each
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        loss_sum total;
        extent const outputs = x.size(1);
        detail::require_weights(class_weights, outputs);
        for (extent n = 0; n < x.size(0); ++n) {
            double top = x(n, 0), weight = 0;
            for (extent o = 0; o < outputs; ++o) {
                top = std::max(top, x(n, o));
                weight += detail::weight_of(class_weights, o) * y(n, o);
            }
            if (std::isnan(weight)) continue;
            double exponentials = 0;
            for (extent o = 0; o < outputs; ++o) exponentials += std::exp(x(n, o) - top);
            double const log_sum = top + std::log(exponentials);
            for (extent o = 0; o < outputs; ++o) {
                double const share = detail::weight_of(class_weights, o) * y(n, o);
                total.sum += share * (log_sum - x(n, o));
                gradient(n, o) = weight * std::exp(x(n, o) - log_sum) - share;
            }
            total.count += class_weights.empty() ? 1 : weight;
        }
        return total;
    }
};

/// Binary cross-entropy with logits whose terms have weights, averaged over labels, as with PyTorch's
/// `pos_weight` and `weight`: a term is output_weight (positive_weight y log p + (1 - y) log(1 - p)). Throws
/// error unless there is a weight for each output.
///
///     trainer t{m, adam{}, weighted_bce{{}, {20, 5}}, training{}}; // positives are rare
struct weighted_bce : host_loss<weighted_bce> {
    std::vector<double> positive_weights{}; ///< by output; none: 1 each
    std::vector<double> output_weights{};   ///< by output; none: 1 each
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        loss_sum total;
        for (auto const* weights : {&positive_weights, &output_weights})
            detail::require_weights(*weights, x.size(1));
        for (extent n = 0; n < x.size(0); ++n)
            for (extent o = 0; o < x.size(1); ++o) {
                double const z = x(n, o), label = y(n, o);
                if (std::isnan(label)) continue;
                double const weight = detail::weight_of(output_weights, o);
                double const yes = weight * detail::weight_of(positive_weights, o) * label,
                             no = weight * (1 - label);
                double const tail = std::log1p(std::exp(-std::abs(z)));
                total += {yes * (std::max(-z, 0.0) + tail) + no * (std::max(z, 0.0) + tail), 1};
                gradient(n, o) = (yes + no) / (1 + std::exp(-z)) - yes;
            }
        return total;
    }
};

/// Squared error, averaged over labels.
struct mean_squared_error : host_loss<mean_squared_error> {
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        loss_sum total;
        for (std::size_t i = 0; i < x.count(); ++i) {
            double const d = x.data[i] - y.data[i];
            if (std::isnan(y.data[i])) continue;
            total += {d * d, 1};
            gradient.data[i] = 2 * d;
        }
        return total;
    }
};

/// Huber's loss (1964), averaged over labels: squared / 2 up to `delta`, linear beyond.
struct huber : host_loss<huber> {
    double delta = 1;
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        loss_sum total;
        for (std::size_t i = 0; i < x.count(); ++i) {
            double const d = x.data[i] - y.data[i], size = std::abs(d);
            if (std::isnan(y.data[i])) continue;
            total += {size <= delta ? d * d / 2 : delta * (size - delta / 2), 1};
            gradient.data[i] = std::clamp(d, -delta, delta);
        }
        return total;
    }
};

/// The paper's profile loss: 1 - Pearson correlation of a row's outputs with its labels (norms of centred
/// rows are at least 1e-6, so that a constant row contributes 1). A row with fewer than two labels has no
/// term. The reference takes the sum over the batch, which training::sum_of_terms does too.
struct pearson_loss : host_loss<pearson_loss> {
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        constexpr double least = 1e-6;
        loss_sum total;
        extent const outputs = x.size(1);
        for (extent n = 0; n < x.size(0); ++n) {
            double count = 0, mean_x = 0, mean_y = 0;
            for (extent o = 0; o < outputs; ++o)
                if (!std::isnan(y(n, o))) count += 1, mean_x += x(n, o), mean_y += y(n, o);
            if (count < 2) continue;
            mean_x /= count;
            mean_y /= count;
            double xx = 0, yy = 0, xy = 0;
            for (extent o = 0; o < outputs; ++o) {
                if (std::isnan(y(n, o))) continue;
                double const a = x(n, o) - mean_x, b = y(n, o) - mean_y;
                xx += a * a;
                yy += b * b;
                xy += a * b;
            }
            double const norm_x = std::max(std::sqrt(xx), least), norm_y = std::max(std::sqrt(yy), least);
            double const r = xy / (norm_x * norm_y);
            total += {1 - r, 1};
            double mean_g = 0;
            for (extent o = 0; o < outputs; ++o) {
                if (std::isnan(y(n, o))) continue;
                double const a = x(n, o) - mean_x, b = y(n, o) - mean_y;
                double const through_norm = std::sqrt(xx) > least ? r * a / xx : 0;
                gradient(n, o) = through_norm - b / (norm_x * norm_y);
                mean_g += gradient(n, o);
            }
            mean_g /= count;
            for (extent o = 0; o < outputs; ++o)
                if (!std::isnan(y(n, o))) gradient(n, o) -= mean_g;
        }
        return total;
    }
};

/// Poisson negative log-likelihood with a log link: exp(x) - y x, averaged over labels (PyTorch's, without
/// the full term).
struct poisson_loss : host_loss<poisson_loss> {
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        loss_sum total;
        for (std::size_t i = 0; i < x.count(); ++i) {
            if (std::isnan(y.data[i])) continue;
            double const rate = std::exp(x.data[i]);
            total += {rate - y.data[i] * x.data[i], 1};
            gradient.data[i] = rate - y.data[i];
        }
        return total;
    }
};

} // namespace explainn::EXPLAINN_ABI
