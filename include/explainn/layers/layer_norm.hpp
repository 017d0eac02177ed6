// Layer normalisation: over the features of one sequence in one unit.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

/// (C, L) -> (C, L), normalised over C x L with a learned scale and shift for each; epsilon 1e-5 as in
/// PyTorch.
struct layer_norm {
    static constexpr kind what = kind::layer_norm;
    static constexpr numbers given{};
    static constexpr double epsilon = 1e-5, momentum = 0;
    static constexpr phrase name(numbers) { return "layer_norm"; }
    static constexpr outcome after(shape in, numbers) { return in; }
    static constexpr weight_rows weights(shape in, numbers)
    {
        extent const features_ = extent_product(in.channels, in.positions);
        return {constant_weight("weight", 1, features_), constant_weight("bias", 0, features_)};
    }
};

} // namespace explainn
