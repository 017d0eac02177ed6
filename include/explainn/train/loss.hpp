// Losses: functions of logits and labels that also give the gradient.
#pragma once
#include <concepts>

#include <explainn/backend/concept.hpp>

namespace explainn::EXPLAINN_ABI {

/// A loss added up over some batches; its mean is sum / count.
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

/// The arguments of a loss: a batch on the device, and where on the device the results are written.
template <class T>
struct loss_call {
    view<T const, 2> logits;     ///< (N, O)
    view<float const, 2> labels; ///< (N, O); NaN: missing
    /// (N, O): of the sum of the terms, 0 for labels that are missing; absent where it is not needed.
    view<T, 2> gradient{};
    view<double, 1> totals; ///< (2): the sum of the terms and their number, or the sum of their weights
    // For losses with `takes_columns`, which a joint_loss asks for:
    extent first = 0, count = 0; ///< the loss uses columns [first, first + count) only; count 0: all
    double weight = 1;           ///< the weight of a term, in all results
    bool add = false;            ///< the results are added to the totals

    /// How many columns the loss uses.
    extent columns() const { return count > 0 ? count : logits.size(1); }
};

/// A loss on backend B: it enqueues the work that computes the totals and, where it is needed, the gradient
/// of the sum of its terms; the trainer divides by the number of terms, on the device. It is called by the
/// thread that trains or evaluates, once for each batch; models in several threads each have a copy of their
/// own.
///
/// A loss with `static constexpr bool only_enqueues = true` never reads numbers of the device on the host, so
/// that its step may be recorded (backend/concept.hpp); the step of any other loss is executed directly. A
/// loss with `takes_columns` uses the columns, weight and add of the call and may be part of a joint_loss.
template <class L, class B>
concept loss = requires(L const& l, B& b, loss_call<typename B::scalar> const& a) {
    {
        l(b, a)
    } -> std::same_as<void>;
};

/// Whether a loss says that it only enqueues.
template <class L>
inline constexpr bool only_enqueues = [] {
    if constexpr (requires { L::only_enqueues; }) return L::only_enqueues;
    else return false;
}();
/// Whether a loss says that it uses the columns, weight and add of a call.
template <class L>
inline constexpr bool takes_columns = [] {
    if constexpr (requires { L::takes_columns; }) return L::takes_columns;
    else return false;
}();

/// The totals of a loss for one batch on the device, and its gradient (of the sum) where a view is given.
/// Waits for the device.
///
///     view<float const, 2> const predicted{logits.data(), 10, 5}, labels{weights.data(), 10, 5};
///     loss_sum const seen = total_of(m.device(), bce_with_logits{}, predicted, labels);
template <class B, class L>
    requires loss<L, B>
loss_sum total_of(B& b, L const& l, view<typename B::scalar const, 2> logits, view<float const, 2> labels,
                  view<typename B::scalar, 2> gradient = {})
{
    auto totals = b.template make<double>(2);
    l(b, loss_call<typename B::scalar>{
             .logits = logits, .labels = labels, .gradient = gradient, .totals = {totals.data(), 2}});
    double host[2];
    fetch(b, host, totals.data(), 2);
    return {host[0], host[1]};
}

/// Binary cross-entropy with logits: the mean over the labels that are not missing.
///
///     trainer t{m, adam{}, bce_with_logits{}, training{}};
struct bce_with_logits {
    static constexpr bool only_enqueues = true, takes_columns = true;
    template <backend B>
    void operator()(B& b, loss_call<typename B::scalar> const& a) const
    {
        run(b, op::bce_with_logits<typename B::scalar>{.logits = a.logits,
                                                       .labels = a.labels,
                                                       .first = a.first,
                                                       .count = a.count,
                                                       .weight = a.weight,
                                                       .gradient = a.gradient,
                                                       .add = a.add,
                                                       .totals = a.totals});
    }
};

} // namespace explainn::EXPLAINN_ABI
