// Positions that mirror each other, added.
#pragma once
#include <explainn/backend/concept.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

/// (C, L) -> (C, (L + 1) / 2): position p is the sum of positions p and L - 1 - p; of an odd L the middle
/// stays as it is. In a dense layer behind it both places share a weight, so that a unit whose cells those of
/// the reverse complement mirror gives the same bits for both strands.
///
///     using my_unit = unit<conv<19, strands::both>, batch_norm, exponential, larger_strand, max_pool<7>,
///                          mirror_sum, dense<1>>;
struct mirror_sum {
    static constexpr kind what = kind::mirror_sum;
    static constexpr char const* word = "mirror_sum";
    static constexpr numbers given{};
    static constexpr phrase name(numbers) { return "mirror_sum"; }
    static constexpr outcome after(shape in, numbers)
    {
        if (surely_less(in.positions, 1)) return wants(at_least, 1, positions, in.positions);
        return shape{in.channels, known(in.positions) ? (in.positions + 1) / 2 : dynamic};
    }
    /// Whether a backend has the ops of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::mirror_sum> && runs<B, op::mirror_sum_gradient>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        run(b, op::mirror_sum<T>{.x = a.x, .y = a.y});
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        run(b, op::mirror_sum_gradient<T>{.dy = a.dy, .dx = a.dx});
    }
};

} // namespace explainn::EXPLAINN_ABI
