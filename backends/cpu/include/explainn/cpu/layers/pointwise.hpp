// one_hot, spread_signals, activate with its gradient, and dropout: one element from one.
#pragma once
#include <algorithm>
#include <cstdint>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/dropout_bits.hpp>
#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// op::one_hot; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void one_hot(op::one_hot<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.sequences.size(1));
    spread(static_cast<std::size_t>(o.sequences.size(0)), std::size_t{16},
           [&](std::size_t begin, std::size_t end) {
               for (std::size_t n = begin; n < end; ++n)
                   for (letter c = 0; c < 4; ++c) {
                       letter const* const letters = o.sequences.data + n * length;
                       float* const y = o.y.data + (n * 4 + c) * length;
                       for (std::size_t l = 0; l < length; ++l) y[l] = letters[l] == c ? 1.0f : 0.0f;
                   }
           });
}

/// op::spread_signals; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void spread_signals(op::spread_signals<float> const& o, Spread&& spread)
{
    auto const rows = static_cast<std::size_t>(o.signals.size(0)),
               channels = static_cast<std::size_t>(o.signals.size(1)),
               length = static_cast<std::size_t>(o.signals.size(2));
    bool const of_each = o.y.size(0) == o.signals.size(1);
    spread(rows, std::size_t{16}, [&](std::size_t begin, std::size_t end) {
        float const* from = o.signals.data + begin * channels * length;
        for (std::size_t n = begin; n < end; ++n)
            for (std::size_t c = 0; c < channels; ++c, from += length)
                std::copy_n(from, length, o.y.data + (of_each ? c * rows + n : n * channels + c) * length);
    });
}

/// y = act(x); with dy, y = dy act'(x).
struct activate_kernel {
    float const *x{}, *of_x{}, *dy{}; ///< of_x = act(x), with dy
    float* y{};
    std::size_t count{};
    activation act{};

    template <int B>
    static EXPLAINN_INLINE void run(activate_kernel const& argument)
    {
        using F = pack<float, B>;
        activate_kernel const k = argument;
        for (std::size_t i = 0; i < k.count; i += F::size) {
            F const x = load_until<B>(k.x, i, k.count);
            F const y = k.dy ? load_until<B>(k.dy, i, k.count) *
                                   activation_slope(k.act, x, load_until<B>(k.of_x, i, k.count))
                             : activated(k.act, x);
            store_until<B>(y, k.y, i, k.count);
        }
    }
};

/// op::activate; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void activate(isa level, op::activate<float> const& o, Spread&& spread)
{
    spread(o.x.count(), std::size_t{4096}, [&](std::size_t first, std::size_t last) {
        dispatch<activate_kernel>(level, activate_kernel{o.x.data + first, nullptr, nullptr, o.y.data + first,
                                                         last - first, o.act});
    });
}
/// op::activate_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void activate_gradient(isa level, op::activate_gradient<float> const& o, Spread&& spread)
{
    spread(o.x.count(), std::size_t{4096}, [&](std::size_t first, std::size_t last) {
        dispatch<activate_kernel>(level,
                                  activate_kernel{o.x.data + first, o.y.data + first, o.dy.data + first,
                                                  o.dx.data + first, last - first, o.act});
    });
}

/// y = scale x where the bit of the element is set, else 0; begins on a bit of its own word.
struct drop_kernel {
    float const* x{};
    float* y{};
    std::uint16_t const* bits{};
    std::size_t count{};
    float scale{};

    template <int B>
    static EXPLAINN_INLINE void run(drop_kernel const& argument)
    {
        using F = pack<float, B>;
        using M = pack<std::int32_t, B>;
        drop_kernel const k = argument;
        M lane{};
        for (std::size_t j = 0; j < F::size; ++j) lane.v[j] = 1 << j;
        for (std::size_t i = 0; i < k.count; i += F::size) {
            auto const word = static_cast<std::int32_t>(k.bits[i / 16] >> i % 16);
            M const kept{(M{M{}.v + word}.v & lane.v) != 0};
            F const x = load_until<B>(k.x, i, k.count);
            store_until<B>(choose(kept, x * F::all(k.scale), F::zero()), k.y, i, k.count);
        }
    }
};

/// op::dropout; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void dropout(isa level, op::dropout<float> const& o, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(o.x.size(0));
    std::size_t const each = o.x.count() / std::max<std::size_t>(units, 1);
    if (o.mask.threshold() == 0) {
        if (o.y.data != o.x.data) std::copy_n(o.x.data, o.x.count(), o.y.data);
        return;
    }
    auto const scale = static_cast<float>(o.mask.scale());
    spread(units, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        std::uint16_t* const bits = scratch<std::uint16_t>(piece::keep, dropout_words(each));
        for (std::size_t u = begin; u < end; ++u) {
            keep_bits(level, o.mask, static_cast<std::uint32_t>(u), each, bits);
            dispatch<drop_kernel>(level,
                                  drop_kernel{o.x.data + u * each, o.y.data + u * each, bits, each, scale});
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
