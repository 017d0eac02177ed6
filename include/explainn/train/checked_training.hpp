// Says in one sentence which member the types given to a trainer lack.
#pragma once
#include <explainn/train/loss.hpp>
#include <explainn/train/optimizer.hpp>
#include <explainn/train/schedule.hpp>

namespace explainn::EXPLAINN_ABI::detail {

// The sentence about the first missing member appears in the first error line of every compiler.
template <class B, class Optimizer>
struct checked_optimizer {
    using T = typename B::scalar;
    static constexpr bool right = optimizer<Optimizer, B>;
    static constexpr bool called = steps_all_runs<Optimizer, B> || steps_one_run<Optimizer, B>;
    static constexpr bool counted = requires {
        {
            Optimizer::states
        } -> std::convertible_to<int>;
    };
    static_assert(right || called,
                  "the second argument of a trainer is an optimizer, such as adam{}; this type has no "
                  "`operator()(B&, explainn::optimizer_run<typename B::scalar> const&) const`");
    static_assert(
        right || !called || counted,
        "an optimizer needs `static constexpr int states`, the number of its arrays beside the parameters");
    static_assert(right || !called || !counted, "an optimizer needs a member `double learning_rate`");
};

template <class B, class Loss>
struct checked_loss {
    using T = typename B::scalar;
    static constexpr bool right = loss<Loss, B>;
    static constexpr bool called = requires(Loss const& l, B& b, loss_call<T> const& a) { l(b, a); };
    static_assert(right || called,
                  "the third argument of a trainer is a loss, such as bce_with_logits{}; this type has no "
                  "`void operator()(B&, explainn::loss_call<typename B::scalar> const&) const`");
    static_assert(
        right || !called,
        "a loss returns nothing: it writes the sum of its terms and their number to loss_call::totals");
};

template <class Schedule>
struct checked_schedule {
    static constexpr bool right = rate_schedule<Schedule>;
    static_assert(right,
                  "the fifth argument of a trainer is a schedule, such as cosine_rate{}; this type has no "
                  "`double operator()(explainn::run_position const&) const`");
};

template <class B, class Optimizer, class Loss, class Schedule>
struct checked_training {
    static constexpr bool right = checked_optimizer<B, Optimizer>::right && checked_loss<B, Loss>::right &&
                                  checked_schedule<Schedule>::right;
};

} // namespace explainn::EXPLAINN_ABI::detail
