// A convolution with one filter for each channel.
#pragma once
#include <string>

#include <explainn/backend/concept.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

struct depthwise_conv_layer {
    static constexpr kind what = kind::depthwise_conv;
    static constexpr char const* word = "depthwise_conv";
    static constexpr open_number open[]{{&numbers::width, given_size::width}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
        f("padding", d.given.padding);
    }
    static constexpr phrase name(numbers n) { return spell(word, n.width, n.padding); }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(extent_sum(in.positions, 2 * n.padding), n.width))
            return wants(at_least, n.width - 2 * n.padding, positions, in.positions);
        return shape{in.channels, windows(extent_sum(in.positions, 2 * n.padding), n.width, 1)};
    }
    enum weight_index { filters, bias };
    /// As those of PyTorch's convolution with as many groups as channels.
    static constexpr weight_rows weights(shape in, numbers n)
    {
        return {uniform_weight("weight", n.width, in.channels, 1, n.width),
                uniform_weight("bias", n.width, in.channels)};
    }
    /// Whether a backend has the ops of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::depthwise_conv> && runs<B, op::depthwise_conv_gradient>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        extent const channels = a.row->in.channels;
        run(b, op::depthwise_conv<T>{.x = a.x,
                                     .weight = a.weight(filters, channels, a.row->given.width),
                                     .bias = a.weight(bias, channels),
                                     .padding = a.row->given.padding,
                                     .y = a.y});
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        extent const channels = a.row->in.channels;
        run(b, op::depthwise_conv_gradient<T>{.x = a.x,
                                              .weight = a.weight(filters, channels, a.row->given.width),
                                              .padding = a.row->given.padding,
                                              .dy = a.dy,
                                              .dx = a.dx,
                                              .dweight = a.dweight(filters, channels, a.row->given.width),
                                              .dbias = a.dweight(bias, channels)});
    }
};

} // namespace detail

/// (C, L) -> (C, L + 2 Padding - Width + 1), with bias: every channel has one filter and gives one channel.
///
///     using my_block = unit<conv<1, 64>, depthwise_conv<9, 4>, batch_norm, silu, conv<1, 16>>;
template <extent Width, extent Padding = 0>
struct depthwise_conv : detail::depthwise_conv_layer {
    static_assert(Padding >= 0, "a convolution has no negative padding");
    static constexpr numbers given{.width = Width, .padding = Padding};
};

} // namespace explainn::EXPLAINN_ABI
