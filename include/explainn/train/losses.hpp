// The losses of the paper's tasks beside binary cross-entropy. Every one leaves out missing (NaN) labels.
#pragma once
#include <algorithm>
#include <cmath>

#include <explainn/train/host_loss.hpp>

namespace explainn {

/// Cross-entropy of softmax(logits) against the columns' probabilities (one-hot for classes), averaged over
/// rows. A row with a missing label has no term.
struct cross_entropy : host_loss<cross_entropy> {
    loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const
    {
        loss_sum total;
        extent const outputs = x.size(1);
        for (extent n = 0; n < x.size(0); ++n) {
            double top = x(n, 0), weight = 0;
            for (extent o = 0; o < outputs; ++o) top = std::max(top, x(n, o)), weight += y(n, o);
            if (std::isnan(weight)) continue;
            double exponentials = 0;
            for (extent o = 0; o < outputs; ++o) exponentials += std::exp(x(n, o) - top);
            double const log_sum = top + std::log(exponentials);
            for (extent o = 0; o < outputs; ++o) {
                total.sum += y(n, o) * (log_sum - x(n, o));
                gradient(n, o) = weight * std::exp(x(n, o) - log_sum) - y(n, o);
            }
            total.count += 1;
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

/// Huber's loss (1964): squared / 2 up to `delta`, linear beyond, averaged over labels.
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
/// rows are at least 1e-6, so a constant row contributes 1). A row with fewer than two labels has no term.
/// The reference sums over the batch; {.reduce = reduction::sum} does so too.
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

} // namespace explainn
