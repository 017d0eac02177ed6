// Losses: functions of logits and labels that also give the gradient.
#pragma once
#include <array>
#include <concepts>

#include <explainn/backend/concept.hpp>

namespace explainn::EXPLAINN_ABI {

/// A loss added up over some batches: the mean is sum / count.
struct loss_sum {
    double sum{};
    double count{};
    loss_sum& operator+=(loss_sum const& other)
    {
        sum += other.sum;
        count += other.count;
        return *this;
    }
    double mean() const { return sum / count; }
};

/// A loss on backend B: called with logits (N, O) and labels (N, O; NaN = missing) on the device it gives the
/// sum of its terms and their number, and writes the gradient of their mean where a gradient is wanted. It is
/// called by the thread that trains or evaluates, once a batch; models in several threads each have their
/// own copy.
template <class L, class B>
concept loss = requires(L const& l, B& b, view<typename B::scalar const, 2> logits,
                        view<float const, 2> labels, view<typename B::scalar, 2> gradient)
{
    {
        l(b, logits, labels, gradient)
        } -> std::same_as<loss_sum>;
};

/// Binary cross-entropy with logits: the mean over the labels that are not missing.
///
///     trainer t{m, adam{}, bce_with_logits{}, training{}};
struct bce_with_logits {
    template <backend B>
    loss_sum operator()(B& b, view<typename B::scalar const, 2> logits, view<float const, 2> labels,
                        view<typename B::scalar, 2> gradient) const
    {
        std::array<double, 2> totals{};
        run(b, op::bce_with_logits<typename B::scalar>{
                   .logits = logits, .labels = labels, .gradient = gradient, .totals = {totals.data(), 2}});
        return {totals[0], totals[1]};
    }
};

} // namespace explainn::EXPLAINN_ABI
