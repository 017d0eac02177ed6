// Channels become positions and positions become channels.
#pragma once
#include <explainn/backend/concept.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

/// (C, L) -> (L, C). Before a dense layer it makes the order of features that of PyTorch's networks that hold
/// (sequences, positions, channels), such as those with an LSTM: position by position.
///
///     using read_by_position = unit<conv<26, 320>, relu, bidirectional_lstm<32>, transpose, dense<10>>;
struct transpose {
    static constexpr kind what = kind::transpose;
    static constexpr char const* word = "transpose";
    static constexpr numbers given{};
    static constexpr phrase name(numbers) { return "transpose"; }
    static constexpr outcome after(shape in, numbers) { return shape{in.positions, in.channels}; }
    /// Whether a backend has the op of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::transpose>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        run(b, op::transpose<T>{.x = a.x, .y = a.y});
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        run(b, op::transpose<T>{.x = a.dy, .y = a.dx});
    }
};

} // namespace explainn::EXPLAINN_ABI
