// op::lstm and its gradient: one product for the inputs of all positions, one for every step in time, and the
// gates a vector at a time. Between the passes everything lies in the order of time: (L, N, numbers).
#pragma once
#include <algorithm>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/panels.hpp>
#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

/// The extents of an lstm, and where its steps lie among the positions.
struct lstm_extents {
    std::size_t n{}, channels{}, length{}, hidden{}, gates{}, y_channels{}, first{};
    bool reverse{};

    template <class Op>
    lstm_extents(Op const& o, view<float const, 4> y)
        : n{static_cast<std::size_t>(o.x.size(1))}, channels{static_cast<std::size_t>(o.x.size(2))},
          length{static_cast<std::size_t>(o.x.size(3))},
          hidden{static_cast<std::size_t>(o.hidden_weight.size(2))}, gates{4 * hidden},
          y_channels{static_cast<std::size_t>(y.size(2))}, first{static_cast<std::size_t>(o.first)},
          reverse{o.reverse}
    {
    }
    std::size_t position(std::size_t step) const { return reverse ? length - 1 - step : step; }
    /// Numbers of (L, N, hidden).
    std::size_t states() const { return length * n * hidden; }
};

/// What the forward pass leaves for the one back: the gates after their activations, c and h.
struct lstm_memory {
    float *gates{}, *cells{}, *outputs{};
    lstm_memory(float* all, lstm_extents const& e)
        : gates{all}, cells{all + 4 * e.states()}, outputs{all + 5 * e.states()}
    {
    }
};

/// c and h of one sequence at one step, from the sums of its gates, which become the gates.
struct lstm_gates_kernel {
    float* gates{};        ///< (4 H)
    float const* before{}; ///< c of the step before (H), null at the first
    float *cell{}, *output{};
    std::size_t hidden{};

    template <int B>
    static EXPLAINN_INLINE void run(lstm_gates_kernel const& argument)
    {
        using F = pack<float, B>;
        lstm_gates_kernel const k = argument;
        std::size_t const h = k.hidden;
        for (std::size_t j = 0; j < h; j += F::size) {
            F const i = activated(activation::sigmoid, load_until<B>(k.gates, j, h));
            F const f = activated(activation::sigmoid, load_until<B>(k.gates + h, j, h));
            F const g = activated(activation::tanh, load_until<B>(k.gates + 2 * h, j, h));
            F const o = activated(activation::sigmoid, load_until<B>(k.gates + 3 * h, j, h));
            F const before = k.before ? load_until<B>(k.before, j, h) : F::zero();
            F const c = multiply_add(f, before, i * g);
            store_until<B>(i, k.gates, j, h);
            store_until<B>(f, k.gates + h, j, h);
            store_until<B>(g, k.gates + 2 * h, j, h);
            store_until<B>(o, k.gates + 3 * h, j, h);
            store_until<B>(c, k.cell, j, h);
            store_until<B>(o * activated(activation::tanh, c), k.output, j, h);
        }
    }
};

/// The gradients of the sums of the gates of one sequence at one step, and of c of the step before.
struct lstm_slopes_kernel {
    float const* gates{};  ///< (4 H)
    float const* before{}; ///< c of the step before (H), null at the first
    float const *cell{}, *dh{};
    float *dc{}, *slopes{}; ///< (H), of c of this step, then of the one before; (4 H)
    std::size_t hidden{};

    template <int B>
    static EXPLAINN_INLINE void run(lstm_slopes_kernel const& argument)
    {
        using F = pack<float, B>;
        lstm_slopes_kernel const k = argument;
        std::size_t const h = k.hidden;
        F const one = F::all(1.0f);
        for (std::size_t j = 0; j < h; j += F::size) {
            F const i = load_until<B>(k.gates, j, h), f = load_until<B>(k.gates + h, j, h),
                    g = load_until<B>(k.gates + 2 * h, j, h), o = load_until<B>(k.gates + 3 * h, j, h);
            F const before = k.before ? load_until<B>(k.before, j, h) : F::zero();
            F const bent = activated(activation::tanh, load_until<B>(k.cell, j, h));
            F const dh = load_until<B>(k.dh, j, h);
            F const dc = multiply_add(dh * o, one - bent * bent, load_until<B>(k.dc, j, h));
            store_until<B>(dc * g * i * (one - i), k.slopes, j, h);
            store_until<B>(dc * before * f * (one - f), k.slopes + h, j, h);
            store_until<B>(dc * i * (one - g * g), k.slopes + 2 * h, j, h);
            store_until<B>(dh * bent * o * (one - o), k.slopes + 3 * h, j, h);
            store_until<B>(dc * f, k.dc, j, h);
        }
    }
};

/// (C, L) of sequences [begin, end) as (L, N, C), in the order of time.
inline void in_time(isa level, float const* x, lstm_extents const& e, float* to, std::size_t begin,
                    std::size_t end)
{
    for (std::size_t i = begin; i < end; ++i) {
        transposition<float> t;
        t.from = x + i * e.channels * e.length;
        t.from_row = t.columns = e.length;
        t.rows = e.channels;
        t.to = to + i * e.channels;
        t.to_row = e.n * e.channels;
        t.pad = false;
        turn(level, t);
        if (e.reverse) // positions in the reverse order
            for (std::size_t s = 0; s < e.length / 2; ++s)
                std::swap_ranges(t.to + s * t.to_row, t.to + s * t.to_row + e.channels,
                                 t.to + (e.length - 1 - s) * t.to_row);
    }
}
/// Sequences that a thread takes at once: even shares, and enough to use what it reads of the weights.
inline std::size_t lstm_share(std::size_t n, std::size_t threads)
{
    return std::max<std::size_t>((n + threads - 1) / threads, std::min<std::size_t>(n, 6));
}

} // namespace detail

/// op::lstm; `spread(n, block, f)` shares out f(first, last). Every sum is one element of a product, so that
/// no bit depends on how the sequences are shared out.
template <class Spread>
void lstm(isa level, op::lstm<float> const& o, std::size_t threads, Spread&& spread)
{
    detail::lstm_extents const e{o, o.y};
    float* const in_time = scratch<float>(piece::lstm_inputs, e.length * e.n * e.channels);
    panels const input{level, scratch<float>(piece::lstm_weights, panel_numbers(level, e.channels, e.gates)),
                       e.channels, e.gates};
    panels const recurrent{
        level, scratch<float>(piece::lstm_hidden_weights, panel_numbers(level, e.hidden, e.gates)), e.hidden,
        e.gates};
    float* const memory = o.kept ? nullptr : scratch<float>(piece::lstm_states, 6 * e.states());
    for (std::size_t u = 0; u < static_cast<std::size_t>(o.x.size(0)); ++u) {
        detail::lstm_memory const m{o.kept ? o.kept.of_unit<float>(u) : memory, e};
        input.lay_turned(level, o.input_weight.data + u * e.gates * e.channels, e.channels);
        recurrent.lay_turned(level, o.hidden_weight.data + u * e.gates * e.hidden, e.hidden);
        float const *input_bias = o.input_bias.data + u * e.gates,
                    *hidden_bias = o.hidden_bias.data + u * e.gates;
        spread(e.n, detail::lstm_share(e.n, threads), [&](std::size_t begin, std::size_t end) {
            detail::in_time(level, o.x.data + u * e.n * e.channels * e.length, e, in_time, begin, end);
            for (std::size_t s = 0; s < e.length; ++s) {
                float* const gates = m.gates + (s * e.n + begin) * e.gates;
                for (std::size_t i = 0; i < end - begin; ++i)
                    for (std::size_t q = 0; q < e.gates; ++q)
                        gates[i * e.gates + q] = input_bias[q] + hidden_bias[q];
                product<float> p;
                p.a = in_time + (s * e.n + begin) * e.channels;
                p.a_row = e.channels;
                p.a_depth = 1;
                p.c = gates;
                p.c_row = e.gates;
                p.rows = end - begin;
                p.depth = e.channels;
                p.add = true;
                input.multiply(level, p);
                if (s > 0) {
                    p.a = m.outputs + ((s - 1) * e.n + begin) * e.hidden;
                    p.a_row = p.depth = e.hidden;
                    recurrent.multiply(level, p);
                }
                for (std::size_t i = begin; i < end; ++i) {
                    std::size_t const at = (s * e.n + i) * e.hidden;
                    dispatch<detail::lstm_gates_kernel>(
                        level, detail::lstm_gates_kernel{m.gates + 4 * at,
                                                         s > 0 ? m.cells + at - e.n * e.hidden : nullptr,
                                                         m.cells + at, m.outputs + at, e.hidden});
                }
            }
            // h of every step to its position
            for (std::size_t i = begin; i < end; ++i) {
                float* const y = o.y.data + ((u * e.n + i) * e.y_channels + e.first) * e.length;
                for (std::size_t s = 0; s < e.length; ++s) {
                    float const* const h = m.outputs + (s * e.n + i) * e.hidden;
                    std::size_t const l = e.position(s);
                    for (std::size_t j = 0; j < e.hidden; ++j) y[j * e.length + l] = h[j];
                }
            }
        });
    }
}

/// op::lstm_gradient; `spread(n, block, f)` shares out f(first, last). Back through time by shares of the
/// sequences; then the weights' gradients by rows, each element one sum over time and sequences.
template <class Spread>
void lstm_gradient(isa level, op::lstm_gradient<float> const& o, std::size_t threads, Spread&& spread)
{
    detail::lstm_extents const e{o, o.dy};
    std::size_t const rows = e.length * e.n, rows_before = rows - e.n;
    float* const in_time = scratch<float>(piece::lstm_inputs, rows * e.channels);
    float* const dx = o.dx ? scratch<float>(piece::lstm_input_gradients, rows * e.channels) : nullptr;
    float* const slopes = scratch<float>(piece::lstm_states, 4 * e.states());
    panels const input{level, scratch<float>(piece::lstm_weights, panel_numbers(level, e.gates, e.channels)),
                       e.gates, e.channels};
    panels const recurrent{
        level, scratch<float>(piece::lstm_hidden_weights, panel_numbers(level, e.gates, e.hidden)), e.gates,
        e.hidden};
    panels const x{level, scratch<float>(piece::panel, panel_numbers(level, rows, e.channels)), rows,
                   e.channels};
    panels const h{level, scratch<float>(piece::other_panel, panel_numbers(level, rows_before, e.hidden)),
                   rows_before, e.hidden};
    for (std::size_t u = 0; u < static_cast<std::size_t>(o.x.size(0)); ++u) {
        detail::lstm_memory const m{o.kept.of_unit<float>(u), e};
        input.lay(o.input_weight.data + u * e.gates * e.channels, e.channels, 0, input.count());
        recurrent.lay(o.hidden_weight.data + u * e.gates * e.hidden, e.hidden, 0, recurrent.count());
        spread(e.n, detail::lstm_share(e.n, threads), [&](std::size_t begin, std::size_t end) {
            detail::in_time(level, o.x.data + u * e.n * e.channels * e.length, e, in_time, begin, end);
            std::size_t const share = (end - begin) * e.hidden;
            float* const dh = scratch<float>(piece::product, 2 * share);
            float* const dc = dh + share;
            std::fill_n(dh, 2 * share, 0.0f);
            for (std::size_t s = e.length; s-- > 0;) {
                std::size_t const l = e.position(s);
                for (std::size_t i = begin; i < end; ++i) {
                    float const* const dy =
                        o.dy.data + ((u * e.n + i) * e.y_channels + e.first) * e.length + l;
                    float* const mine = dh + (i - begin) * e.hidden;
                    for (std::size_t j = 0; j < e.hidden; ++j) mine[j] += dy[j * e.length];
                    std::size_t const at = (s * e.n + i) * e.hidden;
                    dispatch<detail::lstm_slopes_kernel>(
                        level, detail::lstm_slopes_kernel{m.gates + 4 * at,
                                                          s > 0 ? m.cells + at - e.n * e.hidden : nullptr,
                                                          m.cells + at, mine, dc + (i - begin) * e.hidden,
                                                          slopes + 4 * at, e.hidden});
                }
                product<float> p;
                p.a = slopes + (s * e.n + begin) * e.gates;
                p.a_row = p.depth = e.gates;
                p.a_depth = 1;
                p.rows = end - begin;
                if (o.dx) { // dx(step) = slopes input_weight
                    p.c = dx + (s * e.n + begin) * e.channels;
                    p.c_row = e.channels;
                    input.multiply(level, p);
                }
                if (s == 0) break;
                p.c = dh; // dh(step before) = slopes hidden_weight
                p.c_row = e.hidden;
                recurrent.multiply(level, p);
            }
            if (!o.dx) return;
            for (std::size_t i = begin; i < end; ++i) {
                float* const to = o.dx.data + (u * e.n + i) * e.channels * e.length;
                for (std::size_t s = 0; s < e.length; ++s)
                    for (std::size_t c = 0; c < e.channels; ++c) {
                        float& at = to[c * e.length + e.position(s)];
                        at = dx[(s * e.n + i) * e.channels + c] + (o.add ? at : 0.0f);
                    }
            }
        });
        spread(x.count() + h.count(), std::size_t{1}, [&](std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q)
                if (q < x.count()) x.lay(in_time, e.channels, q, q + 1);
                else h.lay(m.outputs, e.hidden, q - x.count(), q - x.count() + 1);
        });
        constexpr std::size_t together = 48; // gates whose slopes are laid next to each other
        spread(e.gates, together, [&](std::size_t begin, std::size_t end) {
            std::size_t const some = end - begin;
            float* const mine = scratch<float>(piece::packed, rows * together);
            double sums[together]{};
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t q = 0; q < some; ++q) {
                    mine[r * together + q] = slopes[r * e.gates + begin + q];
                    sums[q] += double(mine[r * together + q]);
                }
            for (std::size_t q = 0; q < some; ++q)
                o.dinput_bias.data[u * e.gates + begin + q] = o.dhidden_bias.data[u * e.gates + begin + q] =
                    static_cast<float>(sums[q]);
            product<float> p; // dinput_weight(q, c) = sum over time and sequences of slopes(., q) x(., c)
            p.a = mine;
            p.a_row = 1;
            p.a_depth = together;
            p.c = o.dinput_weight.data + (u * e.gates + begin) * e.channels;
            p.c_row = e.channels;
            p.rows = some;
            p.depth = rows;
            x.multiply(level, p);
            // dhidden_weight(q, j): the same with h of the step before
            p.a = mine + e.n * together;
            p.c = o.dhidden_weight.data + (u * e.gates + begin) * e.hidden;
            p.c_row = e.hidden;
            p.depth = rows_before;
            if (p.depth > 0) h.multiply(level, p);
            else std::fill_n(p.c, some * e.hidden, 0.0f);
        });
    }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
