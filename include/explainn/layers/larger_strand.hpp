// The larger of the two strands' responses to a window.
#pragma once
#include <explainn/layers/pool.hpp>

namespace explainn::EXPLAINN_ABI {

/// (C, 2 L) -> (C, L): position t is the larger of positions 2 t and 2 t + 1, which behind conv<Width,
/// strands::both> are the responses of window t on the two strands; of equal ones the given strand's counts.
/// It may stand before or behind an activation that rises.
///
///     using my_unit = unit<conv<19, strands::both>, batch_norm, exponential, larger_strand, max_pool<7>>;
struct larger_strand {
    static constexpr kind what = kind::larger_strand;
    static constexpr char const* word = "larger_strand";
    static constexpr numbers given{};
    static constexpr phrase name(numbers) { return "larger_strand"; }
    static constexpr outcome after(shape in, numbers)
    {
        if (surely_less(in.positions, 2)) return wants(at_least, 2, positions, in.positions);
        if (known(in.positions) && in.positions % 2 != 0)
            return wants(exactly, in.positions - 1, positions, in.positions);
        if (surely_less(detail::most_pooled_positions, in.positions))
            return wants(at_most, detail::most_pooled_positions, positions, in.positions);
        return shape{in.channels, known(in.positions) ? in.positions / 2 : dynamic};
    }
    template <class B>
    static std::size_t kept_bytes(B const& b, layer_row const& row, extent n)
    {
        using T = typename B::scalar;
        return explainn::kept_bytes(
            b, larger<T>({}, view<T, 4>{nullptr, 1, n, row.out.channels, row.out.positions}));
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        auto o = larger<T>(a.x, a.y);
        o.kept = a.own;
        run(b, o);
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        run(b, op::pool_gradient<T>{.width = 2, .stride = 2, .kept = a.own, .dy = a.dy, .dx = a.dx});
    }

private:
    template <class T>
    static op::pool<T> larger(view<T const, 4> x, view<T, 4> y)
    {
        return {.x = x, .width = 2, .stride = 2, .y = y};
    }
};

} // namespace explainn::EXPLAINN_ABI
