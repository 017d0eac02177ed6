// A convolution whose windows start every few positions, or whose taps are some positions apart.
#pragma once
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

struct strided_conv_layer {
    static constexpr kind what = kind::strided_conv;
    static constexpr char const* word = "strided_conv";
    static constexpr bool reads_letters = true, reads_signals = true; ///< may be the first layer of a unit
    static constexpr open_number open[]{{&numbers::width, given_size::width},
                                        {&numbers::stride, given_size::stride}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
        f("filters", d.given.filters);
        f("stride", d.given.stride);
        f("dilation", d.given.dilation);
        f("padding", d.given.padding);
    }
    template <class Layer>
    static void require(Layer const& d, std::string const& name)
    {
        if (d.given.filters < 1) throw error{"expected at least one filter in " + name + ", found 0"};
        if (d.given.dilation < 1) throw error{"expected a dilation of at least 1 in " + name + ", found 0"};
    }
    static constexpr phrase name(numbers n)
    {
        return spell(word, n.width, n.filters, n.stride, n.dilation, n.padding);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(n.stride, 1)) return wants(at_least, 1, positions, n.stride);
        extent const reach = known(n.width) ? n.dilation * (n.width - 1) + 1 : dynamic;
        if (surely_less(extent_sum(in.positions, 2 * n.padding), reach))
            return wants(at_least, reach - 2 * n.padding, positions, in.positions);
        if (!known(n.stride)) return shape{n.filters, dynamic};
        return shape{n.filters, windows(extent_sum(in.positions, 2 * n.padding), reach, n.stride)};
    }
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
                           .stride = g.stride,
                           .dilation = g.dilation,
                           .y = a.y});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        numbers const& g = a.row->given;
        run(b, op::conv_gradient<T>{.x = a.x,
                                    .weight = a.weight(filters, g.filters, a.row->in.channels, g.width),
                                    .padding = g.padding,
                                    .stride = g.stride,
                                    .dilation = g.dilation,
                                    .dy = a.dy,
                                    .dx = a.dx,
                                    .dweight = a.dweight(filters, g.filters, a.row->in.channels, g.width),
                                    .dbias = a.dweight(bias, g.filters)});
    }
};

} // namespace detail

/// (C, L) -> (Filters, (L + 2 Padding - Dilation (Width - 1) - 1) / Stride + 1), with bias, as PyTorch's
/// Conv1d: windows start every Stride positions, and the taps of a window are Dilation positions apart. If
/// Width or Stride is `dynamic`, it is given when the model is made. No fused stage takes it.
///
///     using my_block = unit<conv<11, 32>, relu, strided_conv<5, 32, 2>, relu, strided_conv<3, 32, 1, 4, 4>>;
template <extent Width, extent Filters, extent Stride, extent Dilation = 1, extent Padding = 0>
struct strided_conv : detail::strided_conv_layer {
    static_assert(Filters > 0 && Padding >= 0 && Dilation > 0 && (Stride > 0 || Stride == dynamic),
                  "a convolution has at least one filter, a stride and a dilation of at least 1 and no "
                  "negative padding");
    static constexpr numbers given{
        .width = Width, .filters = Filters, .stride = Stride, .padding = Padding, .dilation = Dilation};
};

} // namespace explainn::EXPLAINN_ABI
