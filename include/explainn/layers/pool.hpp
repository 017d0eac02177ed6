// Pooling over positions.
#pragma once
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// Positions that a maximum is taken over; training keeps where each maximum was, for which a
/// backend may take 16 bits.
inline constexpr extent most_pooled_positions = 65536;

template <kind What>
struct pool_passes {
    static constexpr kind what = What;
    static constexpr bool averages = What == kind::average_pool;
    static constexpr char const* word = averages ? "average_pool" : "max_pool";
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
        f("stride", d.given.stride);
        f("padding", d.given.padding);
    }
    template <class Layer>
    static void require(Layer const& d, std::string const& name)
    {
        if (2 * d.given.padding > d.given.width)
            throw error{"expected a padding of at most half the width in " + name +
                        ", so that no cell is padding alone, found " + std::to_string(d.given.padding)};
    }
    template <class B>
    static std::size_t kept_bytes(B const& b, layer_row const& row, extent n)
    {
        using T = typename B::scalar;
        return explainn::kept_bytes(
            b, pooling<T>(row, {}, view<T, 4>{nullptr, 1, n, row.out.channels, row.out.positions}));
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        auto o = pooling<T>(*a.row, a.x, a.y);
        o.kept = a.own;
        run(b, o);
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        numbers const& g = a.row->given;
        run(b, op::pool_gradient<T>{.width = g.width,
                                    .stride = g.stride,
                                    .padding = g.padding,
                                    .average = averages,
                                    .kept = a.own,
                                    .dy = a.dy,
                                    .dx = a.dx});
    }

private:
    template <class T>
    static op::pool<T> pooling(layer_row const& row, view<T const, 4> x, view<T, 4> y)
    {
        numbers const& g = row.given;
        return {.x = x,
                .width = g.width,
                .stride = g.stride,
                .padding = g.padding,
                .average = averages,
                .y = y};
    }
};

template <kind What, extent Width, extent Stride, extent Padding>
struct pool_layer : pool_passes<What> {
    static constexpr open_number open[]{{&numbers::width, given_size::pool},
                                        {&numbers::stride, given_size::stride}};
    static constexpr numbers given{.width = Width, .stride = Stride, .padding = Padding};
    static constexpr phrase name(numbers n)
    {
        char const* const word = pool_passes<What>::word;
        return n.padding == 0 ? spell(word, n.width, n.stride) : spell(word, n.width, n.stride, n.padding);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(n.stride, 1)) return wants(at_least, 1, positions, n.stride);
        if (surely_less(extent_sum(in.positions, 2 * n.padding), n.width))
            return wants(at_least, n.width - 2 * n.padding, positions, in.positions);
        if (What == kind::max_pool && surely_less(most_pooled_positions, in.positions))
            return wants(at_most, most_pooled_positions, positions, in.positions);
        return shape{in.channels, windows(extent_sum(in.positions, 2 * n.padding), n.width, n.stride)};
    }
    static_assert(Padding >= 0 && (!known(Width) || 2 * Padding <= Width),
                  "a pool is padded by at most half its width, so that no cell is padding alone");
};

template <kind What>
struct global_pool : pool_passes<What> {
    static constexpr numbers given{};
    static constexpr bool global = true; // as wide as its input
    static constexpr phrase name(numbers)
    {
        return What == kind::max_pool ? "global_max_pool" : "global_average_pool";
    }
    static constexpr outcome after(shape in, numbers)
    {
        if (surely_less(in.positions, 1)) return wants(at_least, 1, positions, in.positions);
        if (What == kind::max_pool && surely_less(most_pooled_positions, in.positions))
            return wants(at_most, most_pooled_positions, positions, in.positions);
        return shape{in.channels, 1};
    }
};

} // namespace detail

/// (C, L) -> (C, (L + 2 Padding - Width) / Stride + 1); positions at the end that do not fill a cell are left
/// out, as in PyTorch.
template <extent Width, extent Stride = Width, extent Padding = 0>
struct max_pool : detail::pool_layer<kind::max_pool, Width, Stride, Padding> {};

/// The mean of each cell; padding counts as zeros, as in PyTorch.
template <extent Width, extent Stride = Width, extent Padding = 0>
struct average_pool : detail::pool_layer<kind::average_pool, Width, Stride, Padding> {};

/// (C, L) -> (C, 1): the maximum over all positions.
struct global_max_pool : detail::global_pool<kind::max_pool> {};
/// (C, L) -> (C, 1): the mean over all positions.
struct global_average_pool : detail::global_pool<kind::average_pool> {};

} // namespace explainn::EXPLAINN_ABI
