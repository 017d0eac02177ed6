// Layer normalisation over the features of one sequence in one unit.
#pragma once
#include <explainn/layers/layer_pass.hpp>
#include <explainn/layers/norm_numbers.hpp>

namespace explainn::EXPLAINN_ABI {

/// (C, L) -> (C, L), normalised over C x L with a learned scale and shift for each; epsilon 1e-5 as in
/// PyTorch.
struct layer_norm {
    static constexpr kind what = kind::layer_norm;
    static constexpr char const* word = "layer_norm";
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("epsilon", d.epsilon);
    }
    template <class Layer>
    static void require(Layer const& d, std::string const&)
    {
        detail::require_norm(d);
    }
    static constexpr numbers given{};
    static constexpr double epsilon = 1e-5, momentum = 0;
    static constexpr phrase name(numbers) { return "layer_norm"; }
    static constexpr outcome after(shape in, numbers) { return in; }
    enum weight_index { gamma, beta };
    static constexpr weight_rows weights(shape in, numbers)
    {
        extent const each = extent_product(in.channels, in.positions);
        return {constant_weight("weight", 1, each), constant_weight("bias", 0, each)};
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        run(b, op::layer_norm<T>{.x = features_of(a.x),
                                 .gamma = a.weight(gamma, a.row->features_in()),
                                 .beta = a.weight(beta, a.row->features_in()),
                                 .epsilon = a.row->epsilon,
                                 .y = features_of(a.y)});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        run(b, op::layer_norm_gradient<T>{.x = features_of(a.x),
                                          .dy = features_of(a.dy),
                                          .gamma = a.weight(gamma, a.row->features_in()),
                                          .epsilon = a.row->epsilon,
                                          .dx = features_of(a.dx),
                                          .dgamma = a.dweight(gamma, a.row->features_in()),
                                          .dbeta = a.dweight(beta, a.row->features_in())});
    }
};

} // namespace explainn::EXPLAINN_ABI
