// exp, sqrt and the activations, a vector at a time.
#pragma once
#include <cmath>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <explainn/backend/activation.hpp>
#include <explainn/cpu/simd.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// e^x within 2 units in the last place; overflow gives infinity, what is below the smallest normal number
/// zero.
template <int B>
EXPLAINN_INLINE pack<float, B> exp(pack<float, B> const& x)
{
    using F = pack<float, B>;
    using bits = pack<std::uint32_t, B>;
    // adding 1.5 2^23 rounds to a whole number and leaves it in the low bits
    F const magic = F::all(12582912.0f);
    F const shifted = multiply_add(x, F::all(1.44269504088896341f), magic);
    F const n = shifted - magic;
    F r = multiply_add(n, F::all(-0.693145751953125f), x);
    r = multiply_add(n, F::all(-1.42860682030941723212e-6f), r);
    // 1 + r + r^2 q(r), of the least relative error on |r| <= log(2) / 2: 0.05 half units
    F p = F::all(0.0013814577832818031f);
    p = multiply_add(p, r, F::all(0.008368715643882751f));
    p = multiply_add(p, r, F::all(0.04166838899254799f));
    p = multiply_add(p, r, F::all(0.1666652113199234f));
    p = multiply_add(p, r, F::all(0.4999999403953552f));
    p = multiply_add(p, r, F::all(1.0f));
    p = multiply_add(p, r, F::all(1.0f));
    // times 2^n, in the exponent; beyond the range of a float x tells
    F y = bits_as<float>(bits{bits_as<std::uint32_t>(p).v + (bits_as<std::uint32_t>(shifted).v << 23)});
    y = choose(greater(F::all(-87.33f), x), F::zero(), y);
    return choose(greater(F::all(88.72284f), x), y, x + F::all(std::numeric_limits<float>::infinity()));
}

/// log(1 + z) for z in [0, 1].
template <int B>
EXPLAINN_INLINE pack<float, B> log_one_plus(pack<float, B> const& z)
{
    using F = pack<float, B>;
    F const s = z / (F::all(2.0f) + z);
    F const q = s * s;
    F p = F::all(1.0f / 15);
    p = multiply_add(p, q, F::all(1.0f / 13));
    p = multiply_add(p, q, F::all(1.0f / 11));
    p = multiply_add(p, q, F::all(1.0f / 9));
    p = multiply_add(p, q, F::all(1.0f / 7));
    p = multiply_add(p, q, F::all(1.0f / 5));
    p = multiply_add(p, q, F::all(1.0f / 3));
    p = multiply_add(p, q, F::all(1.0f));
    return F::all(2.0f) * s * p;
}

/// tanh within 3 units in the last place: (e - 1) / (e + 1) with e = exp(2 |x|), and the series near 0, where
/// that cancels.
template <int B>
EXPLAINN_INLINE pack<float, B> tanh(pack<float, B> const& x)
{
    using F = pack<float, B>;
    F const size = max(x, -x), q = x * x;
    F p = F::all(62.0f / 2835);
    p = multiply_add(p, q, F::all(-17.0f / 315));
    p = multiply_add(p, q, F::all(2.0f / 15));
    p = multiply_add(p, q, F::all(-1.0f / 3));
    F const near = multiply_add(x * q, p, x);
    F const far = F::all(1.0f) - F::all(2.0f) / (F::all(1.0f) + simd::exp(size + size));
    return choose(greater(F::all(0.25f), size), near, choose(greater(x, F::zero()), far, -far));
}

/// a(x); those without a vector form go lane by lane.
template <int B>
EXPLAINN_INLINE pack<float, B> activated(activation a, pack<float, B> const& x)
{
    using F = pack<float, B>;
    switch (a) {
    case activation::identity:
        return x;
    case activation::relu:
        return choose(greater(F::zero(), x), F::zero(), x);
    case activation::exponential:
        return simd::exp(x);
    case activation::sigmoid:
        return F::all(1.0f) / (F::all(1.0f) + simd::exp(-x));
    case activation::tanh:
        return simd::tanh(x);
    case activation::silu:
        return x / (F::all(1.0f) + simd::exp(-x));
    default: {
        F y = x;
        for (std::size_t i = 0; i < F::size; ++i) y.v[i] = explainn::activated<float>(a, x.v[i]);
        return y;
    }
    }
}
/// a'(x), given y = a(x).
template <int B>
EXPLAINN_INLINE pack<float, B> activation_slope(activation a, pack<float, B> const& x,
                                                pack<float, B> const& y)
{
    using F = pack<float, B>;
    switch (a) {
    case activation::identity:
        return F::all(1.0f);
    case activation::relu:
        return choose(greater(y, F::zero()), F::all(1.0f), F::zero());
    case activation::exponential:
        return y;
    case activation::sigmoid:
        return y * (F::all(1.0f) - y);
    case activation::tanh:
        return F::all(1.0f) - y * y;
    case activation::silu: {
        F const s = F::all(1.0f) / (F::all(1.0f) + simd::exp(-x));
        return s * multiply_add(x, F::all(1.0f) - s, F::all(1.0f));
    }
    default: {
        F s = x;
        for (std::size_t i = 0; i < F::size; ++i)
            s.v[i] = explainn::activation_slope<float>(a, x.v[i], y.v[i]);
        return s;
    }
    }
}

/// a'(x) of an activation that rises, from y = a(x) alone.
template <int B>
EXPLAINN_INLINE pack<float, B> rising_slope(activation a, pack<float, B> const& y)
{
    if (a != activation::softplus) return activation_slope(a, y, y);
    pack<float, B> s = y;
    for (std::size_t i = 0; i < s.size; ++i) s.v[i] = explainn::rising_slope<float>(a, y.v[i]);
    return s;
}

#if defined(__x86_64__) && defined(__clang__)
namespace detail {
// clang takes no register of these sizes in functions for vectors of any size: by way of memory
inline void roots(float (&x)[4]) { _mm_storeu_ps(x, _mm_sqrt_ps(_mm_loadu_ps(x))); }
EXPLAINN_TARGET_AVX2 inline void roots(float (&x)[8])
{
    _mm256_storeu_ps(x, _mm256_sqrt_ps(_mm256_loadu_ps(x)));
}
EXPLAINN_TARGET_AVX512 inline void roots(float (&x)[16])
{
    _mm512_storeu_ps(x, _mm512_sqrt_ps(_mm512_loadu_ps(x)));
}
} // namespace detail
#endif

/// The square roots, correctly rounded.
template <int B>
EXPLAINN_INLINE pack<float, B> square_root(pack<float, B> const& x)
{
    pack<float, B> r;
#if defined(__x86_64__) && !defined(__clang__)
    if constexpr (B == 16) asm("sqrtps %1, %0" : "=x"(r.v) : "x"(x.v));
    else asm("vsqrtps %1, %0" : "=v"(r.v) : "v"(x.v));
#elif defined(__x86_64__)
    float some[r.size];
    x.store(some);
    detail::roots(some);
    r = r.load(some);
#else
    for (std::size_t i = 0; i < r.size; ++i) r.v[i] = std::sqrt(x.v[i]);
#endif
    return r;
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
