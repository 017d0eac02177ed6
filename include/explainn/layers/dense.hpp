// Fully connected, within a unit.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

/// (C, L) -> (Outputs, 1), with bias; inputs are read channel by channel.
template <extent Outputs>
struct dense {
    static constexpr kind what = kind::dense;
    static constexpr numbers given{Outputs, 0, 0};
    static constexpr bool needs_a_layer_before = true;
    static constexpr phrase name(numbers n) { return spell("dense", n.a); }
    static constexpr outcome after(shape in, numbers n)
    {
        if (less(n.a, 1)) return wants(at_least, 1, outputs, n.a);
        if (less(times(in.channels, in.positions), 1))
            return wants(at_least, 1, features, times(in.channels, in.positions));
        return shape{n.a, 1};
    }
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const fan_in = times(in.channels, in.positions);
        return {uniform_weight("weight", fan_in, n.a, fan_in), uniform_weight("bias", fan_in, n.a)};
    }
};

} // namespace explainn
