// Batch normalisation by channel.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

/// The settings of a batch or layer norm, as template values: 10^-EpsilonExponent and Momentum percent.
template <int EpsilonExponent = 5, percent Momentum = percent{10}>
struct batch_norm_with {
    static constexpr kind what = kind::batch_norm;
    static constexpr bool needs_a_layer_before = true;
    static constexpr numbers given{};
    static constexpr double epsilon = [] {
        double e = 1;
        for (int i = 0; i < EpsilonExponent; ++i) e /= 10;
        return e;
    }();
    static constexpr double momentum = Momentum.value / 100.0;
    static constexpr phrase name(numbers) { return "batch_norm"; }
    static constexpr outcome after(shape in, numbers) { return in; }
    static constexpr weight_rows weights(shape in, numbers)
    {
        return {constant_weight("weight", 1, in.channels), constant_weight("bias", 0, in.channels),
                state(constant_weight("running_mean", 0, in.channels)),
                state(constant_weight("running_var", 1, in.channels))};
    }
};
/// PyTorch's BatchNorm1d: epsilon 1e-5, momentum 0.1, learned scale and shift.
using batch_norm = batch_norm_with<>;

} // namespace explainn
