// Convolution over positions.
#pragma once
#include <algorithm>
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// What convolutions have in common: their weights, and both passes. A stride or dilation of 0 is one that
/// the layer does not have, and so 1.
struct any_conv {
    static constexpr bool reads_letters = true, reads_signals = true; ///< may be the first layer of a unit
    template <class Layer>
    static void require(Layer const& d, std::string const& name)
    {
        if (d.given.filters < 1) throw error{"expected at least one filter in " + name + ", found 0"};
    }
    /// The weights stand in this order everywhere, also in fused stages.
    enum weight_index { filters, bias };
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const fan_in = extent_product(in.channels, n.width);
        return {uniform_weight("weight", fan_in, n.filters, in.channels, n.width),
                uniform_weight("bias", fan_in, n.filters)};
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        numbers const& g = a.row->given;
        run(b, op::conv<T>{.x = a.x,
                           .weight = a.weight(filters, g.filters, a.row->in.channels, g.width),
                           .bias = a.weight(bias, g.filters),
                           .padding = g.padding,
                           .stride = std::max<extent>(g.stride, 1),
                           .dilation = std::max<extent>(g.dilation, 1),
                           .y = a.y});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        numbers const& g = a.row->given;
        run(b, op::conv_gradient<T>{.x = a.x,
                                    .weight = a.weight(filters, g.filters, a.row->in.channels, g.width),
                                    .padding = g.padding,
                                    .stride = std::max<extent>(g.stride, 1),
                                    .dilation = std::max<extent>(g.dilation, 1),
                                    .dy = a.dy,
                                    .dx = a.dx,
                                    .dweight = a.dweight(filters, g.filters, a.row->in.channels, g.width),
                                    .dbias = a.dweight(bias, g.filters)});
    }
};

struct conv_layer : any_conv {
    static constexpr kind what = kind::conv;
    static constexpr char const* word = "conv";
    static constexpr open_number open[]{{&numbers::width, given_size::width}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
        f("filters", d.given.filters);
        f("padding", d.given.padding);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(extent_sum(in.positions, 2 * n.padding), n.width))
            return wants(at_least, n.width - 2 * n.padding, positions, in.positions);
        return shape{n.filters, windows(extent_sum(in.positions, 2 * n.padding), n.width, 1)};
    }
};

} // namespace detail

/// (C, L) -> (Filters, L + 2 Padding - Width + 1), with bias. If Width is `dynamic`, it is given when the
/// model is made.
///
///     using my_unit = unit<conv<19>, batch_norm, exponential, max_pool<7>>;
template <extent Width, extent Filters = 1, extent Padding = 0>
struct conv : detail::conv_layer {
    static constexpr numbers given{.width = Width, .filters = Filters, .padding = Padding};
    static constexpr phrase name(numbers n)
    {
        if (n.padding != 0) return spell("conv", n.width, n.filters, n.padding);
        return n.filters == 1 ? spell("conv", n.width) : spell("conv", n.width, n.filters);
    }
    static_assert(Filters > 0 && Padding >= 0,
                  "a convolution has at least one filter and no negative padding");
};

} // namespace explainn::EXPLAINN_ABI
