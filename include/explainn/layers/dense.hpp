// A fully connected layer within each unit.
#pragma once
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

struct dense_layer {
    static constexpr kind what = kind::dense;
    static constexpr char const* word = "dense";
    static constexpr open_number open[]{{&numbers::outputs, given_size::hidden}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("outputs", d.given.outputs);
    }
    static constexpr bool reads_signals = true; ///< may be the first layer of a unit that reads signals
    static constexpr phrase name(numbers n) { return spell("dense", n.outputs); }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.outputs, 1)) return wants(at_least, 1, explainn::outputs, n.outputs);
        if (surely_less(extent_product(in.channels, in.positions), 1))
            return wants(at_least, 1, features, extent_product(in.channels, in.positions));
        return shape{n.outputs, 1};
    }
    /// The weights stand in this order everywhere, also in fused stages.
    enum weight_index { matrix, bias };
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const fan_in = extent_product(in.channels, in.positions);
        return {uniform_weight("weight", fan_in, n.outputs, fan_in),
                uniform_weight("bias", fan_in, n.outputs)};
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        extent const h = a.row->given.outputs;
        if (a.shared_x) // it acts as a convolution as wide as its input, with one x for all units
            return run(b, op::conv<T>{.x = a.x,
                                      .weight = a.weight(matrix, h, a.row->in.channels, a.row->in.positions),
                                      .bias = a.weight(bias, h),
                                      .y = a.y});
        run(b, op::dense<T>{.x = features_of(a.x),
                            .weight = a.weight(matrix, h, a.row->features_in()),
                            .bias = a.weight(bias, h),
                            .y = features_of(a.y)});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        extent const h = a.row->given.outputs;
        if (a.shared_x)
            return run(b, op::conv_gradient<T>{
                              .x = a.x,
                              .weight = a.weight(matrix, h, a.row->in.channels, a.row->in.positions),
                              .dy = a.dy,
                              .dweight = a.dweight(matrix, h, a.row->in.channels, a.row->in.positions),
                              .dbias = a.dweight(bias, h)});
        run(b, op::dense_gradient<T>{.x = features_of(a.x),
                                     .weight = a.weight(matrix, h, a.row->features_in()),
                                     .dy = features_of(a.dy),
                                     .dx = features_of(a.dx),
                                     .dweight = a.dweight(matrix, h, a.row->features_in()),
                                     .dbias = a.dweight(bias, h)});
    }
};

} // namespace detail

/// (C, L) -> (Outputs, 1), with bias; inputs are read channel by channel.
template <extent Outputs>
struct dense : detail::dense_layer {
    static constexpr numbers given{.outputs = Outputs};
};

} // namespace explainn::EXPLAINN_ABI
