// The products of two tracks by the distance between their places.
#pragma once
#include <explainn/backend/concept.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

/// (2, L) -> (1, 2 L - 1), the cross-correlation of two tracks: y(d + L - 1) = sum over l of x(0, l)
/// x(1, l + d) for the distances d from -(L - 1) to L - 1. What stands before the other and how far away is
/// kept, where both are in the sequence is not. A dense layer behind it learns a weight for each distance.
/// It is meant for the units of a pair_bank, whose two tracks are the pooled cells of two units.
///
///     using pair = unit<batch_norm, by_distance, batch_norm, dense<1>>;
struct by_distance {
    static constexpr kind what = kind::by_distance;
    static constexpr char const* word = "by_distance";
    static constexpr numbers given{};
    static constexpr phrase name(numbers) { return "by_distance"; }
    static constexpr outcome after(shape in, numbers)
    {
        if (known(in.channels) && in.channels != 2) return wants(exactly, 2, channels, in.channels);
        if (surely_less(in.positions, 1)) return wants(at_least, 1, positions, in.positions);
        return shape{1, known(in.positions) ? 2 * in.positions - 1 : dynamic};
    }
    /// Whether a backend has the ops of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::by_distance> && runs<B, op::by_distance_gradient>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        run(b, op::by_distance<T>{.x = a.x, .y = a.y});
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        if (a.dx) run(b, op::by_distance_gradient<T>{.x = a.x, .dy = a.dy, .dx = a.dx});
    }
};

} // namespace explainn::EXPLAINN_ABI
