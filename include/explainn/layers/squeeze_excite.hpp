// Squeeze and excitation: every channel is scaled by what the means of all channels say.
#pragma once
#include <string>

#include <explainn/backend/concept.hpp>
#include <explainn/core/error.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

struct squeeze_excite_layer {
    static constexpr kind what = kind::squeeze_excite;
    static constexpr char const* word = "squeeze_excite";
    static constexpr open_number open[]{{&numbers::outputs, given_size::hidden}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("hidden", d.given.outputs);
    }
    template <class Layer>
    static void require(Layer const& d, std::string const& name)
    {
        if (d.given.outputs < 1) throw error{"expected a hidden size of at least 1 in " + name + ", found 0"};
    }
    static constexpr phrase name(numbers n) { return spell(word, n.outputs); }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.outputs, 1)) return wants(at_least, 1, outputs, n.outputs);
        if (surely_less(in.positions, 1)) return wants(at_least, 1, positions, in.positions);
        return in;
    }
    enum weight_index { squeeze, squeeze_bias, excite, excite_bias };
    /// Under the names of PyTorch's implementations: fc is linear, activation, linear, sigmoid.
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const c = in.channels, h = n.outputs;
        return {uniform_weight("fc.0.weight", c, h, c), uniform_weight("fc.0.bias", c, h),
                uniform_weight("fc.2.weight", h, c, h), uniform_weight("fc.2.bias", h, c)};
    }
    /// What the forward pass makes on its way, and two gradients.
    enum kept_index { means, squeezed, hidden, excited, gate, dchannels, dhidden };
    static constexpr kept_rows keeps_for(shape in, numbers n)
    {
        extent const c = in.channels, h = n.outputs;
        return {kept_row{"means", 0, c},        kept_row{"squeezed", 0, h}, kept_row{"hidden", 0, h},
                kept_row{"excited", 0, c},      kept_row{"gate", 0, c},     kept_row{"dchannels", 0, c, true},
                kept_row{"dhidden", 0, h, true}};
    }
    /// Whether a backend has the ops of this layer.
    template <class B>
    static constexpr bool runs_on =
        runs<B, op::scale_channels> && runs<B, op::scale_channels_gradient> && runs<B, op::add_mean_gradient>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        extent const c = a.row->in.channels, l = a.row->in.positions, h = a.row->given.outputs;
        run(b, op::pool<T>{.x = a.x,
                           .width = l,
                           .stride = l,
                           .average = true,
                           .y = a.template kept<T>(means, a.n, c, 1)});
        run(b, op::dense<T>{.x = a.template kept<T>(means, a.n, c),
                            .weight = a.weight(squeeze, h, c),
                            .bias = a.weight(squeeze_bias, h),
                            .y = a.template kept<T>(squeezed, a.n, h)});
        run(b, op::activate<T>{.x = a.template kept<T>(squeezed, a.n, h, 1),
                               .act = activation::silu,
                               .y = a.template kept<T>(hidden, a.n, h, 1)});
        run(b, op::dense<T>{.x = a.template kept<T>(hidden, a.n, h),
                            .weight = a.weight(excite, c, h),
                            .bias = a.weight(excite_bias, c),
                            .y = a.template kept<T>(excited, a.n, c)});
        run(b, op::activate<T>{.x = a.template kept<T>(excited, a.n, c, 1),
                               .act = activation::sigmoid,
                               .y = a.template kept<T>(gate, a.n, c, 1)});
        run(b, op::scale_channels<T>{.x = a.x, .gate = a.template kept<T>(gate, a.n, c), .y = a.y});
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        extent const c = a.row->in.channels, h = a.row->given.outputs;
        auto const dc = a.template kept<T>(dchannels, a.n, c), dh = a.template kept<T>(dhidden, a.n, h);
        run(b, op::scale_channels_gradient<T>{.x = a.x, .dy = a.dy, .dgate = dc});
        run(b, op::activate_gradient<T>{.x = a.template kept<T>(excited, a.n, c, 1),
                                        .y = a.template kept<T>(gate, a.n, c, 1),
                                        .dy = dc.as(a.units, a.n, c, 1),
                                        .act = activation::sigmoid,
                                        .dx = dc.as(a.units, a.n, c, 1)});
        run(b, op::dense_gradient<T>{.x = a.template kept<T>(hidden, a.n, h),
                                     .weight = a.weight(excite, c, h),
                                     .dy = dc,
                                     .dx = dh,
                                     .dweight = a.dweight(excite, c, h),
                                     .dbias = a.dweight(excite_bias, c)});
        run(b, op::activate_gradient<T>{.x = a.template kept<T>(squeezed, a.n, h, 1),
                                        .y = a.template kept<T>(hidden, a.n, h, 1),
                                        .dy = dh.as(a.units, a.n, h, 1),
                                        .act = activation::silu,
                                        .dx = dh.as(a.units, a.n, h, 1)});
        run(b, op::dense_gradient<T>{.x = a.template kept<T>(means, a.n, c),
                                     .weight = a.weight(squeeze, h, c),
                                     .dy = dh,
                                     .dx = dc,
                                     .dweight = a.dweight(squeeze, h, c),
                                     .dbias = a.dweight(squeeze_bias, h)});
        if (!a.dx) return;
        run(b, op::scale_channels<T>{.x = a.dy, .gate = a.template kept<T>(gate, a.n, c), .y = a.dx});
        run(b, op::add_mean_gradient<T>{.x = dc, .y = a.dx});
    }
};

} // namespace detail

/// (C, L) -> (C, L): y(c, l) = gate(c) x(c, l), with gate = sigmoid(W silu(V m + v) + w) of the means m of
/// all channels over their positions, and Hidden numbers between V and W (Hu et al. 2018, with SiLU as LegNet
/// has it).
///
///     using gated = unit<conv<9, 64, 4>, batch_norm, silu, squeeze_excite<16>, global_average_pool>;
template <extent Hidden>
struct squeeze_excite : detail::squeeze_excite_layer {
    static constexpr numbers given{.outputs = Hidden};
};

} // namespace explainn::EXPLAINN_ABI
