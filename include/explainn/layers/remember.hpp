// Branches of a unit: what a layer gave is remembered and joins what later layers make of it.
#pragma once
#include <explainn/backend/concept.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// What `remember` keeps: its input, and in training the gradient that comes back from where that joins.
enum remembered_index { remembered_values, remembered_gradient };

/// Copies of all channels of x; `add`: added to y.
template <class T>
op::copy_channels<T> all_channels(view<T const, 4> x, view<T, 4> y, bool add = false)
{
    return {.x = x, .channels = x.size(2), .add = add, .y = y};
}

template <bool Concatenates>
struct joins_remembered {
    static constexpr kind what = Concatenates ? kind::concat_remembered : kind::add_remembered;
    static constexpr char const* word = Concatenates ? "concat_remembered" : "add_remembered";
    static constexpr numbers given{};
    static constexpr phrase name(numbers) { return word; }
    /// The answer where no layer remembers anything.
    static constexpr outcome after(shape, numbers) { return wants(at_least, 1, remembering_layers, 0); }
    /// The answer to the shape of the input and to the shape that is remembered.
    static constexpr outcome joins(shape in, shape remembered)
    {
        if (surely_less(in.positions, remembered.positions) ||
            surely_less(remembered.positions, in.positions))
            return wants(exactly, remembered.positions, positions, in.positions);
        if constexpr (Concatenates) return shape{extent_sum(in.channels, remembered.channels), in.positions};
        if (surely_less(in.channels, remembered.channels) || surely_less(remembered.channels, in.channels))
            return wants(exactly, remembered.channels, channels, in.channels);
        return in;
    }
    /// Whether a backend has the op of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::copy_channels>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        auto const with = remembered(a, remembered_values);
        run(b, all_channels<T>(a.x, a.y));
        if constexpr (Concatenates)
            run(b, op::copy_channels<T>{
                       .x = with, .y_first = a.row->in.channels, .channels = with.size(2), .y = a.y});
        else run(b, all_channels<T>(with, a.y, true));
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        auto const dwith = remembered(a, remembered_gradient);
        run(b, op::copy_channels<T>{.x = a.dy,
                                    .x_first = Concatenates ? a.row->in.channels : 0,
                                    .channels = dwith.size(2),
                                    .y = dwith});
        if (a.dx) run(b, op::copy_channels<T>{.x = a.dy, .channels = a.row->in.channels, .y = a.dx});
    }

private:
    template <class T>
    static view<T, 4> remembered(layer_pass<T> const& a, remembered_index which)
    {
        shape const s = a.row->remembered;
        return {a.remembered[static_cast<std::size_t>(which)], a.units, a.n, s.channels, s.positions};
    }
};

} // namespace detail

/// (C, L) -> (C, L): passes its input on and remembers it for the next concat_remembered or add_remembered of
/// the unit that no later `remember` belongs to: they pair as brackets do.
struct remember {
    static constexpr kind what = kind::remember;
    static constexpr char const* word = "remember";
    static constexpr numbers given{};
    static constexpr phrase name(numbers) { return "remember"; }
    static constexpr outcome after(shape in, numbers) { return in; }
    static constexpr kept_rows keeps(shape in, shape)
    {
        extent const each = extent_product(in.channels, in.positions);
        return {kept_row{"values", 0, each}, kept_row{"gradient", 0, each, true}};
    }
    /// Whether a backend has the op of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::copy_channels>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        shape const s = a.row->in;
        run(b, detail::all_channels<T>(
                   a.x, a.template kept<T>(detail::remembered_values, a.n, s.channels, s.positions)));
        run(b, detail::all_channels<T>(a.x, a.y));
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        if (!a.dx) return;
        shape const s = a.row->in;
        run(b, detail::all_channels<T>(a.dy, a.dx));
        run(b,
            detail::all_channels<T>(
                a.template kept<T>(detail::remembered_gradient, a.n, s.channels, s.positions), a.dx, true));
    }
};

/// (C, L) -> (C + C', L): its input and behind it the (C', L) that were remembered, as a residual of LegNet.
///
///     using block = unit<conv<7, 16, 3>, remember, conv<7, 16, 3>, relu, concat_remembered, conv<7, 8, 3>>;
struct concat_remembered : detail::joins_remembered<true> {};

/// (C, L) -> (C, L): the sum of its input and what was remembered, as a residual of ResNet.
///
///     using block = unit<conv<7, 16, 3>, remember, conv<7, 16, 3>, relu, add_remembered, relu, dense<1>>;
struct add_remembered : detail::joins_remembered<false> {};

} // namespace explainn::EXPLAINN_ABI
