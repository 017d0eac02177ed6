// Optimizers: a rule that changes ranges of parameters, with the arrays of state that it keeps.
#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

#include <explainn/backend/concept.hpp>
#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>

namespace explainn::EXPLAINN_ABI {

/// The most arrays of the size of the parameters that an optimizer may keep.
inline constexpr int most_optimizer_states = 8;

/// The arguments of an optimizer: all parameters of a model with their gradient and the optimizer's arrays
/// (zeros before the first step), on the device, and which of the parameters it steps.
template <class T>
struct optimizer_step {
    view<T, 1> parameter;
    view<T const, 1> gradient;
    std::array<view<T, 1>, most_optimizer_states> state{}; ///< the first O::states; the others are absent
    view<parameter_run const, 1> runs;                     ///< on the device, any number: what to step
    view<step_values const, 1> now;                        ///< on the device, (1): learning rate and step
};

/// One range of adjacent parameters, for a rule that is a loop over memory of the host.
template <class T>
struct optimizer_run {
    view<T, 1> parameter;
    view<T const, 1> gradient;
    std::array<view<T, 1>, most_optimizer_states> state{}; ///< the first O::states; the others are absent
    std::int64_t step = 1;                                 ///< from 1
    double learning_rate{};                                ///< of this step and this range
    bool decays = true;                                    ///< weight decay applies (not to biases and norms)
};

/// Calls f(optimizer_run) for every range of a step, from all threads of the backend at once. In this way a
/// rule that is written for one range steps them all, on a backend whose memory is the host's.
///
///     optimizer_step<float> const step{};
///     for_each_run(m.device(), step, [](optimizer_run<float> const& r) { r.parameter(0) -= r.gradient(0);
///     });
template <class B, class F>
void for_each_run(B& b, optimizer_step<typename B::scalar> const& a, F f)
{
    using T = typename B::scalar;
    b.for_range(a.runs.count(), [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            parameter_run const& which = a.runs.data[i];
            auto const count = static_cast<extent>(which.count);
            optimizer_run<T> r{.parameter = {a.parameter.data + which.first, count},
                               .gradient = {a.gradient.data + which.first, count},
                               .step = a.now(0).step,
                               .learning_rate = a.now(0).learning_rate * which.rate,
                               .decays = which.decays};
            for (std::size_t s = 0; s < r.state.size(); ++s)
                r.state[s] = {a.state[s] ? a.state[s].data + which.first : nullptr, count};
            f(r);
        }
    });
}

/// A rule that steps all ranges of parameters by ops of the backend: it only enqueues.
template <class O, class B>
concept steps_all_runs = requires(O const& o, B& b, optimizer_step<typename B::scalar> const& a) { o(b, a); };
/// A rule for one range of parameters. All threads of the backend call it at once, each with a range of its
/// own; it must change nothing else. It works on backends whose memory is the host's.
template <class O, class B>
concept steps_one_run = requires(O const& o, B& b, optimizer_run<typename B::scalar> const& r) { o(b, r); };

/// An optimizer on backend B: `states` arrays besides the parameters (at most most_optimizer_states), a base
/// learning rate, and a step for all ranges or for one. If it has a member `void check() const`, this is
/// called when a trainer is made, and throws error where the optimizer's numbers cannot be used.
template <class O, class B>
concept optimizer = requires(O const& o) {
    {
        O::states
    } -> std::convertible_to<int>;
    {
        o.learning_rate
    } -> std::convertible_to<double>;
} && (steps_all_runs<O, B> || steps_one_run<O, B>);

/// Makes one step of an optimizer of either form.
///
///     optimizer_step<float> const step{};
///     step_all(m.device(), adam{}, step);
template <class B, class O>
    requires optimizer<O, B>
void step_all(B& b, O const& o, optimizer_step<typename B::scalar> const& a)
{
    if constexpr (steps_all_runs<O, B>) o(b, a);
    else for_each_run(b, a, [&](optimizer_run<typename B::scalar> const& r) { o(b, r); });
}

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

/// Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019); biases and norms do not
/// decay.
struct adamw {
    double learning_rate = 0.003, weight_decay = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    static constexpr int states = 2;
    /// Throws error for numbers that cannot be used.
    void check() const
    {
        detail::require_decay("a beta1", beta1);
        detail::require_decay("a beta2", beta2);
        detail::require_from_0("an epsilon", epsilon);
        detail::require_from_0("a weight_decay", weight_decay);
    }
    template <backend B>
    void operator()(B& b, optimizer_step<typename B::scalar> const& a) const
    {
        run(b, op::adam_step<typename B::scalar>{.parameter = a.parameter,
                                                 .gradient = a.gradient,
                                                 .first = a.state[0],
                                                 .second = a.state[1],
                                                 .runs = a.runs,
                                                 .now = a.now,
                                                 .beta1 = beta1,
                                                 .beta2 = beta2,
                                                 .epsilon = epsilon,
                                                 .decoupled_decay = weight_decay});
    }
};

/// Adam (Kingma & Ba 2015), which is AdamW without decay; the defaults are the reference's settings.
struct adam {
    double learning_rate = 0.003, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    static constexpr int states = 2;
    /// Throws error for numbers that cannot be used.
    void check() const { without_decay().check(); }
    template <backend B>
    void operator()(B& b, optimizer_step<typename B::scalar> const& a) const
    {
        without_decay()(b, a);
    }

private:
    adamw without_decay() const
    {
        return {.learning_rate = learning_rate,
                .weight_decay = 0,
                .beta1 = beta1,
                .beta2 = beta2,
                .epsilon = epsilon};
    }
};

/// Stochastic gradient descent, with momentum (Nesterov's on request) as PyTorch computes it.
struct sgd {
    double learning_rate = 0.01, momentum = 0;
    bool nesterov = false;
    static constexpr int states = 1;
    /// Throws error for numbers that cannot be used.
    void check() const { detail::require_from_0("a momentum", momentum); }
    template <backend B>
    void operator()(B& b, optimizer_step<typename B::scalar> const& a) const
    {
        run(b, op::sgd_step<typename B::scalar>{.parameter = a.parameter,
                                                .gradient = a.gradient,
                                                .velocity = a.state[0],
                                                .runs = a.runs,
                                                .now = a.now,
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
    /// Throws error for numbers that cannot be used.
    void check() const
    {
        detail::require_decay("an alpha", alpha);
        detail::require_from_0("an epsilon", epsilon);
        detail::require_from_0("a momentum", momentum);
    }
    template <backend B>
    void operator()(B& b, optimizer_step<typename B::scalar> const& a) const
    {
        run(b, op::rmsprop_step<typename B::scalar>{.parameter = a.parameter,
                                                    .gradient = a.gradient,
                                                    .square = a.state[0],
                                                    .velocity = a.state[1],
                                                    .runs = a.runs,
                                                    .now = a.now,
                                                    .alpha = alpha,
                                                    .epsilon = epsilon,
                                                    .momentum = momentum});
    }
};

} // namespace explainn::EXPLAINN_ABI
