// Dropout: sets random elements to zero while training, and does nothing at inference.
#pragma once
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

struct dropout_layer {
    static constexpr kind what = kind::dropout;
    static constexpr char const* word = "dropout";
    static constexpr open_number open[]{{&numbers::percent, given_size::dropout}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("percent", d.given.percent);
    }
    static constexpr phrase name(numbers n) { return spell("dropout", n.percent); }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.percent, 0)) return wants(at_least, 0, percent_of_rate, n.percent);
        if (surely_less(99, n.percent)) return wants(at_most, 99, percent_of_rate, n.percent);
        return in;
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        run(b, op::dropout<T>{.x = features_of(a.x), .mask = mask(a), .y = features_of(a.y)});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        run(b, op::dropout<T>{.x = features_of(a.dy), .mask = mask(a), .y = features_of(a.dx)});
    }

private:
    template <class T>
    static dropout_mask mask(layer_pass<T> const& a)
    {
        dropout_mask m = a.random;
        m.rate = a.training ? a.row->given.percent / 100.0 : 0;
        return m;
    }
};

} // namespace detail

/// While training, each element becomes zero with probability P and the others are scaled by 1 / (1 - P).
template <percent P>
struct dropout : detail::dropout_layer {
    static constexpr numbers given{.percent = P.value};
};

} // namespace explainn::EXPLAINN_ABI
