// Optimizers: a rule for one run of parameters, with the state it keeps beside them.
#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>

#include <explainn/backend/concept.hpp>
#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>

namespace explainn::EXPLAINN_ABI {

/// The most arrays of the size of the parameters that an optimizer may keep.
inline constexpr int most_optimizer_states = 8;

/// A run of parameters with gradient and the optimizer's arrays (zeros before the first step).
template <class T>
struct optimizer_run {
    view<T, 1> parameter;
    view<T const, 1> gradient;
    std::array<view<T, 1>, most_optimizer_states> state{}; ///< the first O::states; the others are absent
    std::int64_t step = 1;                                 ///< from 1
    double learning_rate{};                                ///< what a schedule made of the optimizer's own
    bool decays = true;                                    ///< weight decay applies (not to biases and norms)
};

/// An optimizer on backend B: `states` arrays beside the parameters (at most most_optimizer_states), a base
/// learning rate, and a step. All threads of the backend call it at once, each with a run of its own: it must
/// change nothing else. One with a member `void check() const` is asked when a trainer is made: it throws
/// error where its own numbers are none that it can use.
template <class O, class B>
concept optimizer = requires(O const& o, B& b, optimizer_run<typename B::scalar> const& r)
{
    {
        O::states
        } -> std::convertible_to<int>;
    {
        o.learning_rate
        } -> std::convertible_to<double>;
    o(b, r);
};

namespace detail {
/// Throws error unless a decay of an optimizer is a factor from 0 to below 1.
inline void require_decay(char const* what, double x)
{
    if (!(x >= 0 && x < 1))
        throw error{std::string{"expected "} + what + " from 0 to below 1, found " + number_text(x)};
}
/// Throws error unless a number of an optimizer is finite and 0 or more.
inline void require_from_0(char const* what, double x)
{
    if (!(x >= 0 && std::isfinite(x)))
        throw error{std::string{"expected "} + what + " of 0 and more, found " + number_text(x)};
}
} // namespace detail

/// Adam (Kingma & Ba 2015); the defaults are the reference's settings.
struct adam {
    double learning_rate = 0.003, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    static constexpr int states = 2;
    /// Throws error for numbers that it cannot use.
    void check() const
    {
        detail::require_decay("a beta1", beta1);
        detail::require_decay("a beta2", beta2);
        detail::require_from_0("an epsilon", epsilon);
    }
    template <backend B>
    void operator()(B& b, optimizer_run<typename B::scalar> const& r) const
    {
        run(b, op::adam_step<typename B::scalar>{.parameter = r.parameter,
                                                 .gradient = r.gradient,
                                                 .first = r.state[0],
                                                 .second = r.state[1],
                                                 .learning_rate = r.learning_rate,
                                                 .beta1 = beta1,
                                                 .beta2 = beta2,
                                                 .epsilon = epsilon,
                                                 .step = r.step});
    }
};

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019); biases and norms do not decay.
struct adamw {
    double learning_rate = 0.003, weight_decay = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    static constexpr int states = 2;
    /// Throws error for numbers that it cannot use.
    void check() const
    {
        detail::require_decay("a beta1", beta1);
        detail::require_decay("a beta2", beta2);
        detail::require_from_0("an epsilon", epsilon);
        detail::require_from_0("a weight_decay", weight_decay);
    }
    template <backend B>
    void operator()(B& b, optimizer_run<typename B::scalar> const& r) const
    {
        run(b, op::adam_step<typename B::scalar>{.parameter = r.parameter,
                                                 .gradient = r.gradient,
                                                 .first = r.state[0],
                                                 .second = r.state[1],
                                                 .learning_rate = r.learning_rate,
                                                 .beta1 = beta1,
                                                 .beta2 = beta2,
                                                 .epsilon = epsilon,
                                                 .decoupled_decay = r.decays ? weight_decay : 0,
                                                 .step = r.step});
    }
};

/// Stochastic gradient descent, with momentum (Nesterov's on request) as PyTorch computes it.
struct sgd {
    double learning_rate = 0.01, momentum = 0;
    bool nesterov = false;
    static constexpr int states = 1;
    /// Throws error for numbers that it cannot use.
    void check() const { detail::require_from_0("a momentum", momentum); }
    template <backend B>
    void operator()(B& b, optimizer_run<typename B::scalar> const& r) const
    {
        run(b, op::sgd_step<typename B::scalar>{.parameter = r.parameter,
                                                .gradient = r.gradient,
                                                .velocity = r.state[0],
                                                .learning_rate = r.learning_rate,
                                                .momentum = momentum,
                                                .nesterov = nesterov});
    }
};

/// RMSprop (Tieleman & Hinton 2012), with momentum as PyTorch computes it; the defaults are PyTorch's.
///
///     trainer t{m, rmsprop{.learning_rate = 0.001, .momentum = 0.9}, bce_with_logits{}, training{}};
struct rmsprop {
    double learning_rate = 0.01, alpha = 0.99, epsilon = 1e-8, momentum = 0;
    static constexpr int states = 2;
    /// Throws error for numbers that it cannot use.
    void check() const
    {
        detail::require_decay("an alpha", alpha);
        detail::require_from_0("an epsilon", epsilon);
        detail::require_from_0("a momentum", momentum);
    }
    template <backend B>
    void operator()(B& b, optimizer_run<typename B::scalar> const& r) const
    {
        run(b, op::rmsprop_step<typename B::scalar>{.parameter = r.parameter,
                                                    .gradient = r.gradient,
                                                    .square = r.state[0],
                                                    .velocity = r.state[1],
                                                    .learning_rate = r.learning_rate,
                                                    .alpha = alpha,
                                                    .epsilon = epsilon,
                                                    .momentum = momentum});
    }
};

} // namespace explainn::EXPLAINN_ABI
