// Products in bfloat16: two neighbours along the depth in the place of one float, multiplied and added at
// once.
#pragma once
#include <cstdint>

#include <explainn/cpu/simd.hpp>

namespace explainn::EXPLAINN_ABI {

/// How the dense layers of a unit are multiplied: in float, or in bfloat16 (8 bits of precision, sums in
/// float).
enum class dense_products : unsigned char { float32, bfloat16 };

} // namespace explainn::EXPLAINN_ABI

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Whether this processor multiplies bfloat16 (AVX512_BF16) with the vectors of `level`, and this build can.
inline bool has_bfloat16(isa level)
{
#if EXPLAINN_HAS_BFLOAT16_KERNELS
    return level == isa::avx512 && __builtin_cpu_supports("avx512bf16") != 0;
#else
    (void)level;
    return false;
#endif
}
/// Runs a kernel of this file: has_bfloat16() said yes.
template <class Kernel>
void dispatch_pairs(Kernel const& k)
{
#if EXPLAINN_HAS_BFLOAT16_KERNELS
    on_avx512<Kernel>(k);
#else
    (void)k;
#endif
}

/// c + the first of a's pair times that of b's + the second times the second, lane by lane.
template <int B>
EXPLAINN_INLINE pack<float, B> multiply_add_pairs(pack<float, B> const& a, pack<float, B> const& b,
                                                  pack<float, B> const& c)
{
    pack<float, B> r = c;
#if EXPLAINN_HAS_BFLOAT16_KERNELS
    asm("vdpbf16ps %2, %1, %0" : "+v"(r.v) : "v"(a.v), "v"(b.v));
#else
    (void)a, (void)b; // has_bfloat16() says no
#endif
    return r;
}

namespace detail {

// a's numbers, then b's, rounded to the nearest bfloat16.
template <int B>
EXPLAINN_INLINE pack<std::uint16_t, B> rounded(pack<float, B> const& a, pack<float, B> const& b)
{
    pack<std::uint16_t, B> r{};
#if EXPLAINN_HAS_BFLOAT16_KERNELS
    asm("vcvtne2ps2bf16 %2, %1, %0" : "=v"(r.v) : "v"(b.v), "v"(a.v));
#else
    (void)a, (void)b;
#endif
    return r;
}
template <int B, std::size_t... I>
EXPLAINN_INLINE pack<std::uint16_t, B> in_turns(pack<std::uint16_t, B> const& a, std::index_sequence<I...>)
{
    return {__builtin_shufflevector(a.v, a.v, static_cast<int>(I / 2 + (I % 2) * (sizeof...(I) / 2))...)};
}

} // namespace detail

/// to(i, k) = the pair of from(i, 2 k) and from(i, 2 k + 1), zero beyond the columns.
struct column_pairs {
    float const* from{};
    std::size_t from_row{}, rows{}, columns{};
    float* to{}; ///< rows of half as many, rounded up, and a vector of room at the end
    std::size_t row() const { return (columns + 1) / 2; }

    template <int B>
    static EXPLAINN_INLINE void run(column_pairs const& argument)
    {
        column_pairs const a = argument;
        constexpr std::size_t S = pack<float, B>::size;
        std::size_t const end = (a.rows - 1) * a.from_row + a.columns;
        for (std::size_t i = 0; i < a.rows; ++i) {
            float* const to = a.to + i * a.row();
            for (std::size_t j = 0; j < a.columns; j += 2 * S) {
                std::size_t const at = i * a.from_row + j;
                auto const pairs =
                    detail::rounded(load_until<B>(a.from, at, end), load_until<B>(a.from, at + S, end));
                bits_as<float>(pairs).store(to + j / 2);
            }
            if (a.columns % 2 != 0) {
                std::uint16_t const none = 0;
                __builtin_memcpy(reinterpret_cast<char*>(to) + 2 * a.columns, &none, 2);
            }
        }
    }
};

/// to(k, j) = the pair of from(2 k, j) and from(2 k + 1, j), zero beyond the rows.
struct row_pairs {
    float const* from{};
    std::size_t from_row{}, rows{}, columns{};
    float* to{};
    std::size_t to_row{}; ///< whole vectors

    template <int B>
    static EXPLAINN_INLINE void run(row_pairs const& argument)
    {
        row_pairs const a = argument;
        using F = pack<float, B>;
        constexpr auto order = std::make_index_sequence<pack<std::uint16_t, B>::size>{};
        std::size_t const end = (a.rows - 1) * a.from_row + a.columns;
        for (std::size_t i = 0; i < a.rows; i += 2)
            for (std::size_t j = 0; j < a.columns; j += F::size) {
                std::size_t const at = i * a.from_row + j;
                F const first = load_until<B>(a.from, at, end),
                        second = i + 1 < a.rows ? load_until<B>(a.from, at + a.from_row, end) : F::zero();
                bits_as<float>(detail::in_turns(detail::rounded(first, second), order))
                    .store(a.to + i / 2 * a.to_row + j);
            }
    }
};

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
