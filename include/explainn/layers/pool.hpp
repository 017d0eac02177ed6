// Pooling over positions.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

namespace detail {
template <kind What, extent Width, extent Stride, extent Padding>
struct pool_layer {
    static constexpr kind what = What;
    static constexpr numbers given{Width, Stride, Padding};
    static constexpr phrase name(numbers n)
    {
        char const* const word = What == kind::max_pool ? "max_pool" : "average_pool";
        return n.c == 0 ? spell(word, n.a, n.b) : spell(word, n.a, n.b, n.c);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (less(n.a, 1)) return wants(at_least, 1, positions, n.a);
        if (less(n.b, 1)) return wants(at_least, 1, positions, n.b);
        if (less(plus(in.positions, 2 * n.c), n.a))
            return wants(at_least, n.a - 2 * n.c, positions, in.positions);
        return shape{in.channels, windows(plus(in.positions, 2 * n.c), n.a, n.b)};
    }
    static_assert(Padding >= 0 && (!known(Width) || 2 * Padding <= Width),
                  "a pool is padded by at most half its width, so that no cell is padding alone");
};
} // namespace detail

/// (C, L) -> (C, (L + 2 Padding - Width) / Stride + 1); positions that fill no cell are left out, as in
/// PyTorch.
template <extent Width, extent Stride = Width, extent Padding = 0>
struct max_pool : detail::pool_layer<kind::max_pool, Width, Stride, Padding> {
};

/// The mean of each cell; padding counts as zeros, as in PyTorch.
template <extent Width, extent Stride = Width, extent Padding = 0>
struct average_pool : detail::pool_layer<kind::average_pool, Width, Stride, Padding> {
};

/// (C, L) -> (C, 1): the maximum over all positions.
struct global_max_pool {
    static constexpr kind what = kind::max_pool;
    static constexpr numbers given{0, 0, 0};
    static constexpr bool global = true; // as wide as its input
    static constexpr phrase name(numbers) { return "global_max_pool"; }
    static constexpr outcome after(shape in, numbers)
    {
        if (less(in.positions, 1)) return wants(at_least, 1, positions, in.positions);
        return shape{in.channels, 1};
    }
};
/// (C, L) -> (C, 1): the mean over all positions.
struct global_average_pool : global_max_pool {
    static constexpr kind what = kind::average_pool;
    static constexpr phrase name(numbers) { return "global_average_pool"; }
};

} // namespace explainn
