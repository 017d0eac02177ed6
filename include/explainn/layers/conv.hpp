// Convolution over positions.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

/// (C, L) -> (Filters, L + 2 Padding - Width + 1), with bias. A Width of `dynamic` is given when the model is
/// made.
///
///     unit<conv<19>, batch_norm, exponential, max_pool<7>>
template <extent Width, extent Filters = 1, extent Padding = 0>
struct conv {
    static constexpr kind what = kind::conv;
    static constexpr numbers given{Width, Filters, Padding};
    static constexpr phrase name(numbers n)
    {
        if (n.c != 0) return spell("conv", n.a, n.b, n.c);
        return n.b == 1 ? spell("conv", n.a) : spell("conv", n.a, n.b);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (less(n.a, 1)) return wants(at_least, 1, positions, n.a);
        if (less(plus(in.positions, 2 * n.c), n.a))
            return wants(at_least, n.a - 2 * n.c, positions, in.positions);
        return shape{n.b, windows(plus(in.positions, 2 * n.c), n.a, 1)};
    }
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const fan_in = times(in.channels, n.a);
        return {uniform_weight("weight", fan_in, n.b, in.channels, n.a), uniform_weight("bias", fan_in, n.b)};
    }
    static_assert(Filters > 0 && Padding >= 0,
                  "a convolution has at least one filter and no negative padding");
};

} // namespace explainn
