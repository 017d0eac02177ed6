// What fits of motifs by Adam share: its step, its batches, its learning rates, and the bias to begin with.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

inline double softplus(double z) { return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)); }

// the loss of one sequence at logit z, and its derivative
inline std::pair<double, double> loss_at(double z, double label, bool binary)
{
    if (!binary) return {(z - label) * (z - label) / 2, z - label};
    double const p = 1 / (1 + std::exp(-z));
    return {softplus(z) - label * z, p - label};
}

// Adam (Kingma and Ba 2015) over one number.
struct adam_number {
    double m = 0, v = 0;
    double step(double gradient, double rate, double t)
    {
        m = 0.9 * m + 0.1 * gradient;
        v = 0.999 * v + 0.001 * gradient * gradient;
        return rate * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    }
};

// The learning rate of a step, along a cosine from the first one to 0.
inline double cosine_rate(double first, std::size_t step, std::size_t steps)
{
    return first * 0.5 *
           (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
}

// Batches of places 0 to count - 1: all places in random order, then all in another one.
class place_batches {
public:
    place_batches(std::size_t count, std::size_t batch, seed s)
        : order_(count), places_(std::min(batch, count)), draw_{s, stream::choice}
    {
        std::iota(order_.begin(), order_.end(), 0u);
        draw_.shuffle(order_);
    }
    std::vector<std::uint32_t> const& order() const { return order_; }
    std::span<std::uint32_t const> next()
    {
        for (std::uint32_t& place : places_) {
            if (next_ == order_.size()) {
                draw_.shuffle(order_);
                next_ = 0;
            }
            place = order_[next_++];
        }
        return places_;
    }

private:
    std::vector<std::uint32_t> order_, places_;
    random_numbers draw_;
    std::size_t next_ = 0;
};

// The bias that makes the loss of `count` sequences least, by Newton's method from `bias` on; logit(k, bias)
// and label(k) are those of sequence k.
template <class Logit, class Label>
double best_bias(double bias, std::size_t count, bool binary, Logit logit, Label label)
{
    for (int newton = 0; newton < 20; ++newton) {
        double g = 0, h = 1e-6;
        for (std::size_t k = 0; k < count; ++k) {
            double const y = label(k), d = loss_at(logit(k, bias), y, binary).second, p = d + y;
            g += d;
            h += binary ? p * (1 - p) : 1;
        }
        double const move = std::clamp(g / h, -2.0, 2.0);
        bias -= move;
        if (std::abs(move) < 1e-9) break;
    }
    return bias;
}

} // namespace explainn::EXPLAINN_ABI::detail
