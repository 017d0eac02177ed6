// Long short-term memories along the positions, in one direction or in both.
#pragma once
#include <string>

#include <explainn/backend/concept.hpp>
#include <explainn/core/error.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

template <bool Both>
struct lstm_layer {
    static constexpr kind what = Both ? kind::bidirectional_lstm : kind::lstm;
    static constexpr char const* word = Both ? "bidirectional_lstm" : "lstm";
    static constexpr open_number open[]{{&numbers::outputs, given_size::hidden}};
    static constexpr int directions = Both ? 2 : 1;
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
        return shape{extent_product(directions, n.outputs), in.positions};
    }
    /// Of one direction; those of the reverse direction follow in the same order.
    enum weight_index { input_weight, hidden_weight, input_bias, hidden_bias, of_a_direction };
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const h = n.outputs, gates = extent_product(4, h);
        weight_rows rows{uniform_weight("weight_ih_l0", h, gates, in.channels),
                         uniform_weight("weight_hh_l0", h, gates, h), uniform_weight("bias_ih_l0", h, gates),
                         uniform_weight("bias_hh_l0", h, gates)};
        if constexpr (Both) {
            constexpr char const* reversed[]{"weight_ih_l0_reverse", "weight_hh_l0_reverse",
                                             "bias_ih_l0_reverse", "bias_hh_l0_reverse"};
            for (int k = 0; k < of_a_direction; ++k) {
                rows.rows[of_a_direction + k] = rows.rows[k];
                rows.rows[of_a_direction + k].name = reversed[k];
            }
            rows.size = 2 * of_a_direction;
        }
        return rows;
    }
    /// Whether a backend has the ops of this layer.
    template <class B>
    static constexpr bool runs_on = runs<B, op::lstm> && runs<B, op::lstm_gradient>;

    template <class B>
        requires runs_on<B>
    static std::size_t kept_bytes(B const& b, layer_row const& row, extent n)
    {
        return directions * bytes_of_a_direction(b, row, n);
    }
    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        extent const h = a.row->given.outputs, gates = 4 * h, channels = a.row->in.channels;
        for (int d = 0; d < directions; ++d) {
            int const k = d * of_a_direction;
            run(b, op::lstm<T>{.x = a.x,
                               .input_weight = a.weight(k + input_weight, gates, channels),
                               .hidden_weight = a.weight(k + hidden_weight, gates, h),
                               .input_bias = a.weight(k + input_bias, gates),
                               .hidden_bias = a.weight(k + hidden_bias, gates),
                               .reverse = d == 1,
                               .first = d * h,
                               .y = a.y,
                               .kept = kept_of(b, a, d)});
        }
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        extent const h = a.row->given.outputs, gates = 4 * h, channels = a.row->in.channels;
        for (int d = 0; d < directions; ++d) {
            int const k = d * of_a_direction;
            run(b, op::lstm_gradient<T>{.x = a.x,
                                        .input_weight = a.weight(k + input_weight, gates, channels),
                                        .hidden_weight = a.weight(k + hidden_weight, gates, h),
                                        .reverse = d == 1,
                                        .first = d * h,
                                        .kept = kept_of(b, a, d),
                                        .dy = a.dy,
                                        .add = d == 1,
                                        .dx = a.dx,
                                        .dinput_weight = a.dweight(k + input_weight, gates, channels),
                                        .dhidden_weight = a.dweight(k + hidden_weight, gates, h),
                                        .dinput_bias = a.dweight(k + input_bias, gates),
                                        .dhidden_bias = a.dweight(k + hidden_bias, gates)});
        }
    }

private:
    template <class B>
    static std::size_t bytes_of_a_direction(B const& b, layer_row const& row, extent n)
    {
        using T = typename B::scalar;
        extent const h = row.given.outputs;
        op::lstm<T> o{};
        o.hidden_weight = {nullptr, 1, 4 * h, h};
        o.y = {nullptr, 1, n, row.out.channels, row.out.positions};
        return explainn::kept_bytes(b, o);
    }
    template <class B, class T>
    static own_bytes_by_unit kept_of(B const& b, layer_pass<T> const& a, int direction)
    {
        return direction == 0 ? a.own : a.own.behind(bytes_of_a_direction(b, *a.row, a.n));
    }
};

} // namespace detail

/// (C, L) -> (Hidden, L): PyTorch's LSTM of one layer (Hochreiter & Schmidhuber 1997), with the order of its
/// gates and the names of its parameters; channel h of position l is its output h after the positions up to
/// l.
template <extent Hidden>
struct lstm : detail::lstm_layer<false> {
    static constexpr numbers given{.outputs = Hidden};
};

/// (C, L) -> (2 Hidden, L): PyTorch's bidirectional LSTM of one layer; channels Hidden and on are those of
/// the direction that begins at the last position. Several layers are several of these, with a dropout
/// between.
///
///     using danq_like = unit<conv<26, 320>, relu, max_pool<13>, bidirectional_lstm<320>, transpose,
///     dense<925>>;
template <extent Hidden>
struct bidirectional_lstm : detail::lstm_layer<true> {
    static constexpr numbers given{.outputs = Hidden};
};

} // namespace explainn::EXPLAINN_ABI
