// op::motif_scan_gradient: only winning windows carry a gradient; the rest is the batch's statistics.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/cpu/prepared_letters.hpp>
#include <explainn/cpu/scan_scatter.hpp>
#include <explainn/cpu/scan_tables.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// g = dy act'(x), y = act(x), over the events of one unit; their sum.
struct event_gradients {
    float const *y{}, *dy{};
    std::size_t count{};
    activation act{};
    float* g{};
    double* sum{};

    template <int B>
    static EXPLAINN_INLINE void run(event_gradients const& argument)
    {
        using F = pack<float, B>;
        constexpr std::size_t S = F::size;
        event_gradients const a = argument;
        F sums = F::zero();
        std::size_t i = 0;
        for (; i + S <= a.count; i += S) {
            F const g = F::load(a.dy + i) * rising_slope(a.act, F::load(a.y + i));
            g.store(a.g + i);
            sums = sums + g;
        }
        double s = simd::sum(sums);
        for (; i < a.count; ++i) {
            a.g[i] = a.dy[i] * explainn::rising_slope<float>(a.act, a.y[i]);
            s += a.g[i];
        }
        *a.sum = s;
    }
};

/// The gradient of a scan; scatter(events) adds up those of a unit over the windows they won.
template <class Op, class Scatter>
void scan_gradient(isa level, Op const& o, Scatter const& scatter)
{
    auto const units = static_cast<std::size_t>(o.dweight.size(0)),
               width = static_cast<std::size_t>(o.dweight.size(2)),
               n = static_cast<std::size_t>(o.dy.size(1)), cells = static_cast<std::size_t>(o.dy.size(2));
    std::size_t const count = n * cells;
    float* const g = scratch<float>(piece::event, count);
    float* const direct = scratch<float>(piece::columns, 4 * width);
    for (std::size_t u = 0; u < units; ++u) {
        std::size_t const from = u * count;
        double sum;
        dispatch<event_gradients>(level,
                                  event_gradients{o.y.data + from, o.dy.data + from, count, o.act, g, &sum});
        scatter(scatter_events{g, o.kept.template of_unit<std::uint16_t const>(u), n, cells, width, direct});
        double dot = 0; // of g and what norm makes of its window's response
        if (o.mean) {
            float const* const w = o.weight.data + u * 4 * width;
            for (std::size_t c = 0; c < 4; ++c)
                for (std::size_t k = 0; k < width; ++k) dot += double(direct[k * 4 + c]) * w[c * width + k];
            dot = (dot + sum * (double(o.bias.data[u]) - o.mean.data[u])) * o.inv_sd.data[u];
        }
        double const scale = o.scale.data[u];
        float* const dw = o.dweight.data + u * 4 * width;
        if (o.batch_statistics) {
            float const* const cw = o.covariance_weight.data + u * 4 * width;
            double const* const m = o.window_mean.data;
            double const a = dot * o.inv_sd.data[u];
            for (std::size_t c = 0; c < 4; ++c)
                for (std::size_t k = 0; k < width; ++k) {
                    std::size_t const i = c * width + k;
                    dw[i] = static_cast<float>(scale * (direct[k * 4 + c] - sum * m[i] - a * cw[i]));
                }
        } else
            for (std::size_t c = 0; c < 4; ++c)
                for (std::size_t k = 0; k < width; ++k)
                    dw[c * width + k] = static_cast<float>(scale * direct[k * 4 + c]);
        o.dbias.data[u] = o.batch_statistics ? 0.0f : static_cast<float>(scale * sum);
        if (o.dgamma) o.dgamma.data[u] = static_cast<float>(dot);
        if (o.dbeta) o.dbeta.data[u] = static_cast<float>(sum);
    }
}

/// Adds up events over windows as they are read with the vectors of `level`: strings for masks, or words.
template <class Strings, class Words>
void scatter(isa level, Strings const& strings, Words const& words, scatter_events const& events)
{
#if defined(__x86_64__)
    if (level == isa::avx512) return detail::scatter_by_masks(strings, events);
#endif
    (void)level;
    (void)strings;
    scatter_by_tables(words, events);
}

/// op::motif_scan_gradient with the vectors of `level`.
inline void motif_scan_gradient(isa level, op::motif_scan_gradient<float> const& o)
{
    // units are shared out among threads already
    auto const alone = [](std::size_t all, std::size_t, auto f) { f(std::size_t{0}, all); };
    auto const letters =
        prepared_letters(level, o.sequences, o.has_n, o.prepared, letter_parts::windows, alone);
    scan_gradient(level, o, [level, &letters](scatter_events const& events) {
        scatter(level, letters.strings, letters.three, events);
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
