// Passes over the (N, H) values of one unit between its matrix products, a column of vectors at a time.
#pragma once
#include <cstring>

#include <explainn/cpu/dropout_bits.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::simd {

namespace detail {
// Zero where the bit of the mask is 0; `first` is the first bit's number.
template <int B>
EXPLAINN_INLINE pack<float, B> kept(pack<float, B> const& x, std::uint16_t const* bits, std::size_t first)
{
    using I = pack<std::int32_t, B>;
    std::uint32_t some;
    __builtin_memcpy(&some, reinterpret_cast<unsigned char const*>(bits) + first / 8, 4);
    I lane;
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < I::size; ++i) lane.v[i] = static_cast<std::int32_t>(1u << i);
    I const mine{I::all(static_cast<std::int32_t>(some >> first % 8)).v & lane.v};
    return choose(I{mine.v != 0}, x, pack<float, B>::zero());
}
// Vectors of a row of H that begin before `end`, whatever of them lies beyond it.
template <int B>
EXPLAINN_INLINE pack<float, B> load_until(float const* p, std::size_t at, std::size_t end)
{
    return at + pack<float, B>::size <= end ? pack<float, B>::load(p + at)
                                            : pack<float, B>::load(p + at, end - at);
}
template <int B>
EXPLAINN_INLINE void store_until(pack<float, B> const& x, float* p, std::size_t at, std::size_t end)
{
    if (at + pack<float, B>::size <= end) x.store(p + at);
    else x.store(p + at, end - at);
}
} // namespace detail

/// squares(h) = sum over n of (z(n, h) - mean(h))^2; z has rows of whole vectors.
struct squares_pass {
    float const* z{};
    std::size_t z_row{}, rows{}, columns{};
    float const* mean{};
    float* squares{};

    template <int B>
    static EXPLAINN_INLINE void run(squares_pass const& a)
    {
        using F = pack<float, B>;
        for (std::size_t h = 0; h < a.columns; h += F::size) {
            F const mean = F::load(a.mean + h);
            F s0 = F::zero(), s1 = F::zero();
            float const* z = a.z + h;
            std::size_t n = 0;
            for (; n + 2 <= a.rows; n += 2, z += 2 * a.z_row) {
                F const d0 = F::load(z) - mean, d1 = F::load(z + a.z_row) - mean;
                s0 = multiply_add(d0, d0, s0);
                s1 = multiply_add(d1, d1, s1);
            }
            if (n < a.rows) {
                F const d = F::load(z) - mean;
                s0 = multiply_add(d, d, s0);
            }
            (s0 + s1).store(a.squares + h);
        }
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

    template <int B>
    static EXPLAINN_INLINE void run(forward_pass const& p)
    {
        using F = pack<float, B>;
        std::size_t const end = p.rows * p.columns;
        F const scale = F::all(p.keep_scale);
        // from the last vector of a row to the first, so that what is written beyond a row is made good later
        for (std::size_t h = round_up(p.columns, F::size); h != 0;) {
            h -= F::size;
            F const a = F::load(p.a + h), b = F::load(p.b + h), c = F::load(p.c + h), d = F::load(p.d + h);
            float const* z = p.z + h;
            std::size_t at = h;
            EXPLAINN_NO_UNROLL
            for (std::size_t n = 0; n < p.rows; ++n, z += p.z_row, at += p.columns) {
                F x = multiply_add(F::load(z), a, b);
                if (p.normalized) {
                    detail::store_until(x, p.normalized, at, end);
                    x = multiply_add(x, c, d);
                }
                F y = activated(p.act, x);
                if (p.bits) y = detail::kept(y, p.bits, at) * scale;
                detail::store_until(y, p.y, at, end);
            }
        }
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

    template <int B>
    static EXPLAINN_INLINE void run(backward_pass const& p)
    {
        using F = pack<float, B>;
        std::size_t const end = p.rows * p.columns;
        F const scale = F::all(p.keep_scale);
        for (std::size_t h = 0; h < p.columns; h += F::size) {
            F const c = F::load(p.c + h), d = F::load(p.d + h);
            F sums = F::zero(), dots = F::zero();
            std::size_t at = h;
            float* to = p.g + h;
            EXPLAINN_NO_UNROLL
            for (std::size_t n = 0; n < p.rows; ++n, at += p.columns, to += p.g_row) {
                F const x = detail::load_until<B>(p.normalized, at, end);
                F g = detail::load_until<B>(p.dy, at, end);
                if (p.act == activation::relu) {
                    F const y = detail::load_until<B>(p.y, at, end);
                    g = choose(greater(y, F::zero()), g * scale, F::zero());
                } else if (p.act == activation::exponential) {
                    g = g * detail::load_until<B>(p.y, at, end);
                } else {
                    if (p.bits) g = detail::kept(g, p.bits, at) * scale;
                    if (p.act != activation::identity) {
                        F const argument = multiply_add(x, c, d);
                        g = g * activation_slope(p.act, argument, activated(p.act, argument));
                    }
                }
                g.store(to);
                sums = sums + g;
                dots = multiply_add(g, x, dots);
            }
            sums.store(p.sums + h);
            dots.store(p.dots + h);
        }
    }
};

/// g = a g - b - c normalized.
struct norm_pass {
    float* g{};
    std::size_t g_row{}, rows{}, columns{};
    float const* normalized{}; ///< (rows, columns)
    float const *a{}, *b{}, *c{};

    template <int B>
    static EXPLAINN_INLINE void run(norm_pass const& p)
    {
        using F = pack<float, B>;
        std::size_t const end = p.rows * p.columns;
        for (std::size_t h = 0; h < p.columns; h += F::size) {
            F const a = F::load(p.a + h), b = F::load(p.b + h), c = F::load(p.c + h);
            std::size_t at = h;
            float* to = p.g + h;
            EXPLAINN_NO_UNROLL
            for (std::size_t n = 0; n < p.rows; ++n, at += p.columns, to += p.g_row) {
                F const x = detail::load_until<B>(p.normalized, at, end);
                (F::load(to) * a - b - x * c).store(to);
            }
        }
    }
};

} // namespace explainn::simd
