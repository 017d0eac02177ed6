// Passes over the (N, H) values of one unit between its matrix products, a column of vectors at a time.
#pragma once
#include <cstring>

#include <explainn/cpu/dropout_bits.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {
// Zero where the bit of the mask is 0; `first` is the first bit's number.
template <class T, int B>
EXPLAINN_INLINE pack<T, B> kept(pack<T, B> const& x, std::uint16_t const* bits, std::size_t first)
{
    using I = pack<std::int32_t, B>;
    std::uint32_t some;
    __builtin_memcpy(&some, reinterpret_cast<unsigned char const*>(bits) + first / 8, 4);
    I lane;
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < I::size; ++i) lane.v[i] = static_cast<std::int32_t>(1u << i);
    I const mine{I::all(static_cast<std::int32_t>(some >> first % 8)).v & lane.v};
    // and, not choose: two choices in a row gcc 12 may take apart lane by lane
    return bits_as<T>(I{bits_as<std::int32_t>(x).v & (mine.v != 0)});
}
} // namespace detail

namespace detail {
// Pass::panel<B, V>(p, h, known...): V vectors of columns from h on, until all are done.
template <int B, class Pass, class... Known>
EXPLAINN_INLINE void each_panel(Pass const& p, Known... known)
{
    constexpr std::size_t S = pack<float, B>::size;
    std::size_t h = 0;
    for (; h + 3 * S < p.columns; h += 4 * S) Pass::template panel<B, 4>(p, h, known...);
    if (h + 2 * S < p.columns) Pass::template panel<B, 3>(p, h, known...), h += 3 * S;
    for (; h < p.columns; h += S) Pass::template panel<B, 1>(p, h, known...);
}
} // namespace detail

/// squares(h) = sum over n of (z(n, h) - mean(h))^2; z has rows of whole vectors.
struct squares_pass {
    float const* z{};
    std::size_t z_row{}, rows{}, columns{};
    float const* mean{};
    float* squares{};

    template <int B, std::size_t V>
    static EXPLAINN_INLINE void panel(squares_pass const& a, std::size_t h)
    {
        using F = pack<float, B>;
        F mean[V], s[V];
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) {
            mean[j] = F::load(a.mean + h + j * F::size);
            s[j] = F::zero();
        }
        float const* z = a.z + h;
        std::size_t const z_row = a.z_row;
        for (std::size_t n = a.rows; n != 0; --n, z += z_row) {
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) {
                F const d = F::load(z + j * F::size) - mean[j];
                s[j] = multiply_add(d, d, s[j]);
            }
        }
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) s[j].store(a.squares + h + j * F::size);
    }
    template <int B>
    static EXPLAINN_INLINE void run(squares_pass const& a)
    {
        detail::each_panel<B>(a);
    }
};

/// normalized = z a + b; y = act(normalized c + d), kept or zero, times keep_scale. Without `normalized` y =
/// act(z a + b).
struct forward_pass {
    float const* z{};
    std::size_t z_row{}, rows{}, columns{};
    float const *a{}, *b{}, *c{}, *d{};
    activation act{};
    std::uint16_t const* bits{}; ///< of element n * columns + h; absent: all kept
    float keep_scale = 1;
    float *normalized{}, *y{}; ///< (rows, columns)

    template <int B, bool Keep, bool Relu, bool Drop>
    static EXPLAINN_INLINE void all_rows(forward_pass const& argument)
    {
        using F = pack<float, B>;
        // a copy of its own: what is stored could else be one of its members
        forward_pass const p = argument;
        std::size_t const end = p.rows * p.columns;
        F const scale = F::all(p.keep_scale);
        // what is written beyond a row is made good by the next
        for (std::size_t n = 0; n < p.rows; ++n) {
            float const* const z = p.z + n * p.z_row;
            std::size_t const from = n * p.columns;
            EXPLAINN_NO_UNROLL
            for (std::size_t h = 0; h < p.columns; h += F::size) {
                std::size_t const at = from + h;
                F x = multiply_add(F::load(z + h), F::load(p.a + h), F::load(p.b + h));
                if constexpr (Keep) {
                    store_until(x, p.normalized, at, end);
                    x = multiply_add(x, F::load(p.c + h), F::load(p.d + h));
                }
                F y = activated(Relu ? activation::relu : p.act, x);
                if constexpr (Drop) y = detail::kept(y, p.bits, at) * scale;
                store_until(y, p.y, at, end);
            }
        }
    }
    template <int B>
    static EXPLAINN_INLINE void run(forward_pass const& p)
    {
        bool const relu = p.act == activation::relu;
        if (p.normalized && relu && p.bits) all_rows<B, true, true, true>(p);
        else if (!p.normalized && relu && !p.bits) all_rows<B, false, true, false>(p);
        else if (p.normalized && p.bits) all_rows<B, true, false, true>(p);
        else if (p.normalized) all_rows<B, true, false, false>(p);
        else if (p.bits) all_rows<B, false, false, true>(p);
        else all_rows<B, false, false, false>(p);
    }
};

/// g = dy x dropout x act'; sums(h) = sum over n of g, dots(h) = sum of g normalized.
struct backward_pass {
    float const *y{}, *dy{}, *normalized{}; ///< (rows, columns)
    std::size_t rows{}, columns{};
    float const *c{}, *d{}; ///< the argument of act is normalized c + d
    activation act{};
    std::uint16_t const* bits{}; ///< absent: all kept, or y tells
    float keep_scale = 1;
    float* g{};
    std::size_t g_row{};
    float *sums{}, *dots{};

    template <int B, std::size_t V, bool Relu>
    static EXPLAINN_INLINE void panel(backward_pass const& argument, std::size_t h)
    {
        using F = pack<float, B>;
        backward_pass const p = argument;
        std::size_t const end = p.rows * p.columns;
        F const scale = F::all(p.keep_scale);
        F sums[V], dots[V];
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) sums[j] = dots[j] = F::zero();
        std::size_t at = h;
        float* to = p.g + h;
        EXPLAINN_NO_UNROLL
        for (std::size_t n = 0; n < p.rows; ++n, at += p.columns, to += p.g_row) {
            // only the last rows come near the end of the arrays
            bool const whole = at + V * F::size <= end;
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) {
                std::size_t const i = at + j * F::size;
                F const x = whole ? F::load(p.normalized + i) : load_until<B>(p.normalized, i, end);
                F g = whole ? F::load(p.dy + i) : load_until<B>(p.dy, i, end);
                if constexpr (Relu) {
                    F const y = whole ? F::load(p.y + i) : load_until<B>(p.y, i, end);
                    g = choose(greater(y, F::zero()), g * scale, F::zero());
                } else if (p.act == activation::exponential) {
                    g = g * load_until<B>(p.y, i, end);
                } else {
                    if (p.bits) g = detail::kept(g, p.bits, i) * scale;
                    if (p.act != activation::identity) {
                        F const inside =
                            multiply_add(x, F::load(p.c + h + j * F::size), F::load(p.d + h + j * F::size));
                        g = g * activation_slope(p.act, inside, activated(p.act, inside));
                    }
                }
                g.store(to + j * F::size);
                sums[j] = sums[j] + g;
                dots[j] = multiply_add(g, x, dots[j]);
            }
        }
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) {
            sums[j].store(p.sums + h + j * F::size);
            dots[j].store(p.dots + h + j * F::size);
        }
    }
    template <int B>
    static EXPLAINN_INLINE void run(backward_pass const& p)
    {
        constexpr std::size_t S = pack<float, B>::size;
        std::size_t h = 0;
        if (p.act == activation::relu) {
            for (; h + 3 * S < p.columns; h += 4 * S) panel<B, 4, true>(p, h);
            for (; h + 2 * S < p.columns; h += 3 * S) panel<B, 3, true>(p, h);
            for (; h < p.columns; h += S) panel<B, 1, true>(p, h);
        } else
            for (; h < p.columns; h += S) panel<B, 1, false>(p, h);
    }
};

/// g = a g - b - c normalized.
struct norm_pass {
    float* g{};
    std::size_t g_row{}, rows{}, columns{};
    float const* normalized{}; ///< (rows, columns)
    float const *a{}, *b{}, *c{};

    template <int B>
    static EXPLAINN_INLINE void run(norm_pass const& argument)
    {
        using F = pack<float, B>;
        norm_pass const p = argument;
        std::size_t const end = p.rows * p.columns;
        for (std::size_t n = 0; n < p.rows; ++n) {
            float* const g = p.g + n * p.g_row;
            std::size_t const from = n * p.columns;
            EXPLAINN_NO_UNROLL
            for (std::size_t h = 0; h < p.columns; h += F::size) {
                F const x = load_until<B>(p.normalized, from + h, end);
                (F::load(g + h) * F::load(p.a + h) - F::load(p.b + h) - x * F::load(p.c + h)).store(g + h);
            }
        }
    }
};

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
