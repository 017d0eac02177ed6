// A vector of Bytes bytes with the arithmetic the kernels need, on the compiler's own vector types.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <explainn/core/floating_point.hpp>
#include <explainn/cpu/isa.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Bytes / sizeof(T) numbers. A struct, and taken by reference: a bare vector by value is an error in clang.
template <class T, int Bytes>
struct pack {
    typedef T raw __attribute__((vector_size(Bytes)));
    static constexpr std::size_t size = static_cast<std::size_t>(Bytes) / sizeof(T);
    raw v;

    /// x in every lane.
    static EXPLAINN_INLINE pack all(T x)
    {
#if defined(__clang__)
        return {x - raw{}};
#else
        // a shuffle of one lane is one instruction; whatever gcc folds to {x, x, ...} it inserts lane by lane
        using index = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
        typedef index order __attribute__((vector_size(Bytes)));
        raw one = raw{};
        one[0] = x;
        return {__builtin_shuffle(one, order{})};
#endif
    }
    /// *p in every lane; one load where the target has it.
    static EXPLAINN_INLINE pack each(T const* p)
    {
#if defined(__x86_64__) && !defined(__clang__)
        if constexpr (Bytes > 16 && std::is_same_v<T, float>) {
            pack r;
            asm("vbroadcastss %1, %0" : "=v"(r.v) : "m"(*p));
            return r;
        } else if constexpr (Bytes > 16 && std::is_same_v<T, double>) {
            pack r;
            asm("vbroadcastsd %1, %0" : "=v"(r.v) : "m"(*p));
            return r;
        } else
#endif
            return all(*p);
    }
    static EXPLAINN_INLINE pack zero() { return {raw{}}; }
    static EXPLAINN_INLINE pack load(T const* p)
    {
        pack r;
        __builtin_memcpy(&r.v, p, static_cast<std::size_t>(Bytes));
        return r;
    }
    EXPLAINN_INLINE void store(T* p) const { __builtin_memcpy(p, &v, static_cast<std::size_t>(Bytes)); }
    /// The first n < size numbers; zeros beyond.
    static EXPLAINN_INLINE pack load(T const* p, std::size_t n)
    {
        T some[size] = {};
        for (std::size_t i = 0; i < n; ++i) some[i] = p[i];
        return load(some);
    }
    /// Only the first n < size numbers.
    EXPLAINN_INLINE void store(T* p, std::size_t n) const
    {
        T some[size];
        store(some);
        if constexpr (size > 8)
            if (n & 8) { __builtin_memcpy(p, some, 8 * sizeof(T)); }
        std::size_t i = n & ~std::size_t{7};
        if constexpr (size > 4)
            if (n & 4) {
                __builtin_memcpy(p + i, some + i, 4 * sizeof(T));
                i += 4;
            }
        if constexpr (size <= 4) i = 0;
        if (n & 2) {
            __builtin_memcpy(p + i, some + i, 2 * sizeof(T));
            i += 2;
        }
        if (n & 1) p[i] = some[i];
    }

    friend EXPLAINN_INLINE pack operator+(pack const& a, pack const& b) { return {a.v + b.v}; }
    friend EXPLAINN_INLINE pack operator-(pack const& a, pack const& b) { return {a.v - b.v}; }
    friend EXPLAINN_INLINE pack operator*(pack const& a, pack const& b) { return {a.v * b.v}; }
    friend EXPLAINN_INLINE pack operator/(pack const& a, pack const& b) { return {a.v / b.v}; }
    friend EXPLAINN_INLINE pack operator-(pack const& a) { return {-a.v}; }
};

/// The numbers at p + at that lie before `end`; zeros beyond.
template <int B, class T>
EXPLAINN_INLINE pack<T, B> load_until(T const* p, std::size_t at, std::size_t end)
{
    using F = pack<T, B>;
    if (at + F::size <= end) return F::load(p + at);
    return at < end ? F::load(p + at, end - at) : F::zero();
}

/// The part of a vector at p + at that lies before `end`.
template <int B, class T>
EXPLAINN_INLINE void store_until(pack<T, B> const& x, T* p, std::size_t at, std::size_t end)
{
    if (at + pack<T, B>::size <= end) x.store(p + at);
    else x.store(p + at, end - at);
}

/// a * b + c, fused where the target can.
template <class T, int B>
EXPLAINN_INLINE pack<T, B> multiply_add(pack<T, B> const& a, pack<T, B> const& b, pack<T, B> const& c)
{
    return {a.v * b.v + c.v};
}

/// x is in a register from here on, not computed again where it is used.
template <class T, int B>
EXPLAINN_INLINE void in_register(pack<T, B>& x)
{
#if defined(__x86_64__) && !defined(__clang__)
    asm("" : "+x"(x.v));
#else
    (void)x;
#endif
}

/// a > b, lane by lane, for choose().
template <class T, int B>
EXPLAINN_INLINE auto greater(pack<T, B> const& a, pack<T, B> const& b)
{
    using whole = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    return pack<whole, B>{a.v > b.v};
}
/// Where the mask is set a, else b.
template <class M, class T, int B>
EXPLAINN_INLINE pack<T, B> choose(pack<M, B> const& mask, pack<T, B> const& a, pack<T, B> const& b)
{
    return {mask.v ? a.v : b.v};
}
template <class T, int B>
EXPLAINN_INLINE pack<T, B> max(pack<T, B> const& a, pack<T, B> const& b)
{
    return {a.v > b.v ? a.v : b.v};
}
template <class T, int B>
EXPLAINN_INLINE pack<T, B> min(pack<T, B> const& a, pack<T, B> const& b)
{
    return {a.v < b.v ? a.v : b.v};
}
/// The same bits as other numbers of the same size.
template <class To, class T, int B>
EXPLAINN_INLINE pack<To, B> bits_as(pack<T, B> const& a)
{
    pack<To, B> r;
    __builtin_memcpy(&r.v, &a.v, static_cast<std::size_t>(B));
    return r;
}
/// The sum of all lanes, halves first.
template <class T, int B>
EXPLAINN_INLINE T sum(pack<T, B> const& a)
{
    if constexpr (B > 16) {
        T some[pack<T, B>::size];
        a.store(some);
        return sum(pack<T, B / 2>::load(some) + pack<T, B / 2>::load(some + pack<T, B / 2>::size));
    } else if constexpr (sizeof(T) == 4) return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]);
    else return a.v[0] + a.v[1];
}

/// Whether a mask is set anywhere, halves first.
template <class M, int B>
EXPLAINN_INLINE bool any(pack<M, B> const& mask)
{
    if constexpr (B > 16) {
        M some[pack<M, B>::size];
        mask.store(some);
        return any(pack<M, B / 2>{pack<M, B / 2>::load(some).v |
                                  pack<M, B / 2>::load(some + pack<M, B / 2>::size).v});
    } else {
        auto const halves = bits_as<std::int64_t>(mask);
        return (halves.v[0] | halves.v[1]) != 0;
    }
}

namespace detail {
template <class T, int B, std::size_t... I>
EXPLAINN_INLINE pack<T, B> join(pack<T, B / 2> const& a, pack<T, B / 2> const& b, std::index_sequence<I...>)
{
    return {__builtin_shufflevector(a.v, b.v, static_cast<int>(I)...)};
}
// Pieces of 16 bytes, `step` numbers from one to the next, side by side.
template <class T, int B>
EXPLAINN_INLINE pack<T, B> gather_pieces(T const* from, std::size_t step)
{
    if constexpr (B == 16) return pack<T, B>::load(from);
    else
        return join<T, B>(gather_pieces<T, B / 2>(from, step),
                          gather_pieces<T, B / 2>(from + B / 32 * step, step),
                          std::make_index_sequence<pack<T, B>::size>{});
}
template <int To, class T, int B, std::size_t... I>
EXPLAINN_INLINE pack<T, To> first_of(pack<T, B> const& a, std::index_sequence<I...>)
{
    return {__builtin_shufflevector(a.v, a.v, static_cast<int>(I)...)};
}
// In every piece of 16 bytes: the numbers of one half of a's and of b's in turns.
template <std::size_t Half, class T, int B, std::size_t... I>
EXPLAINN_INLINE pack<T, B> zip(pack<T, B> const& a, pack<T, B> const& b, std::index_sequence<I...>)
{
    constexpr std::size_t n = sizeof...(I), c = 16 / sizeof(T);
    return {__builtin_shufflevector(
        a.v, b.v, static_cast<int>(I / c * c + Half * c / 2 + I % c / 2 + (I % 2 == 0 ? 0 : n))...)};
}
} // namespace detail

/// The first To bytes.
template <int To, class T, int B>
EXPLAINN_INLINE pack<T, To> low(pack<T, B> const& a)
{
    if constexpr (To == B) return a;
    else return detail::first_of<To>(a, std::make_index_sequence<pack<T, To>::size>{});
}

/// a, its first lanes plus b.
template <class T, int B, int Few>
EXPLAINN_INLINE pack<T, B> add_low(pack<T, B> const& a, pack<T, Few> const& b)
{
    if constexpr (Few == B) return a + b;
    else return a + detail::join<T, B>(b, pack<T, Few>::zero(), std::make_index_sequence<pack<T, B>::size>{});
}

/// Numbers in a piece of 16 bytes, the columns load_columns() makes.
template <class T>
inline constexpr std::size_t piece_size = 16 / sizeof(T);

/// The first few columns of as many rows in memory as a pack has lanes. The loads put pieces of 16 bytes into
/// their places; what is left are shuffles within the pieces, the cheapest there are.
template <class T, int B>
EXPLAINN_INLINE void load_columns(T const* from, std::size_t row, pack<T, B> (&columns)[piece_size<T>])
{
    constexpr std::size_t c = piece_size<T>;
    using order = std::make_index_sequence<pack<T, B>::size>;
    pack<T, B> other[c];
    EXPLAINN_UNROLL
    for (std::size_t q = 0; q < c; ++q) columns[q] = detail::gather_pieces<T, B>(from + q * row, c * row);
    EXPLAINN_UNROLL
    for (std::size_t round = 1; round < c; round *= 2) {
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < c / 2; ++i) {
            other[2 * i] = detail::zip<0>(columns[i], columns[i + c / 2], order{});
            other[2 * i + 1] = detail::zip<1>(columns[i], columns[i + c / 2], order{});
        }
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < c; ++i) columns[i] = other[i];
    }
}

/// The sums of as many rows of lanes as a pack has lanes.
template <int B, class T>
EXPLAINN_INLINE pack<T, B> lane_sums(T const* rows)
{
    using F = pack<T, B>;
    constexpr std::size_t c = piece_size<T>;
    F sums[c];
    EXPLAINN_UNROLL
    for (std::size_t l = 0; l < F::size; l += c) {
        F columns[c];
        load_columns(rows + l, F::size, columns);
        EXPLAINN_UNROLL
        for (std::size_t q = 0; q < c; ++q) sums[q] = l == 0 ? columns[q] : sums[q] + columns[q];
    }
    EXPLAINN_UNROLL
    for (std::size_t half = c / 2; half != 0; half /= 2) {
        EXPLAINN_UNROLL
        for (std::size_t q = 0; q < c / 2; ++q)
            if (q < half) sums[q] = sums[q] + sums[q + half];
    }
    return sums[0];
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
