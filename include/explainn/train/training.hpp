// The settings of a training run.
#pragma once
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/train/optimizer.hpp>
#include <explainn/train/penalty.hpp>

namespace explainn::EXPLAINN_ABI {

/// How to train; the defaults are the reference's.
struct training {
    int epochs = 100;
    int patience = 10; ///< epochs without a better validation loss before it stops; 0: never. Has no effect
                       ///< where there is no validation part
    std::size_t batch = 100;
    seed from{1};
    bool both_strands =
        false;     ///< each epoch holds both strands; logits are averaged over them everywhere else
    int shift = 0; ///< in each epoch sequences move by up to so many bases, either way; N comes in
    bool non_negative = false; ///< head weights that are trained are clamped at 0 after every step
    bool sum_of_terms = false; ///< the gradient is that of the sum of the loss's terms, not of their mean:
                               ///< steps grow with the batch, as PyTorch's reduction='sum'
    double clip_norm = 0;      ///< gradients are scaled down to this 2-norm; 0: they are not
    double clip_value = 0;     ///< gradients are clamped to this; 0: they are not
    double average = 0;        ///< decay of the moving average that is evaluated and kept; 0: none
    double l1_head = 0;        ///< added to the gradient of head weights: l1_head * sign(weight)
    double l1_filters = 0;     ///< the same for the filters: the first convolution of every bank
    int reduce_patience = 0;   ///< epochs without a better validation loss before the rate is reduced; 0:
                               ///< never
    double reduce_factor = 0.1;
    std::function<bool(std::string_view)> freezes{};   ///< by parameter name: not trained. A bank of
                                                       ///< which nothing is trained has no dropout either
    std::function<double(std::string_view)> rate_of{}; ///< by parameter name: factor of the learning rate
    std::function<bool(std::string_view)> decays{};    ///< by parameter name: weight decay applies; none: to
                                                       ///< weights, not to biases and norms
    std::vector<penalty> penalties{};                  ///< of one's own, added to the gradients
};

namespace detail {
/// Throws error unless a rate, or a factor of a rate, is a number of at least 0.
inline void require_rate(std::string const& what, double rate)
{
    if (!(rate >= 0 && std::isfinite(rate)))
        throw error{"expected " + what + " of 0 and more, found " + number_text(rate)};
}
/// Throws error where a number of the settings cannot be used.
inline void require_usable(training const& how)
{
    auto const at_least_0 = [](char const* what, double x) {
        if (!(x >= 0))
            throw error{std::string{"expected "} + what + " of 0 and more, found " + number_text(x)};
    };
    if (how.epochs < 1) throw error{"expected at least one epoch, found " + std::to_string(how.epochs)};
    if (how.epochs == std::numeric_limits<int>::max())
        throw error{"expected fewer than 2147483647 epochs, found " + std::to_string(how.epochs)};
    at_least_0("a patience", how.patience);
    at_least_0("a reduce_patience", how.reduce_patience);
    at_least_0("a shift", how.shift);
    at_least_0("a clip_norm", how.clip_norm);
    at_least_0("a clip_value", how.clip_value);
    require_from_0("an l1_head", how.l1_head);
    require_from_0("an l1_filters", how.l1_filters);
    if (!(how.average >= 0 && how.average < 1))
        throw error{"expected a moving average that decays by a factor from 0 to below 1, found " +
                    number_text(how.average)};
    if (!(how.reduce_factor > 0 && how.reduce_factor <= 1))
        throw error{"expected a reduce_factor above 0 and at most 1, found " +
                    number_text(how.reduce_factor)};
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
