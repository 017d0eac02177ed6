// Sums of events over the windows they won: to(k, c) += g where base k of the event's window is c.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <explainn/cpu/letter_layout.hpp>
#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/simd.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The events of one unit.
struct scatter_events {
    float const* g{};          ///< (N, P)
    std::uint16_t const* at{}; ///< (N, P): where the window begins
    std::size_t n{}, cells{}, width{};
    float* to{}; ///< (W, 4), written
};

/// Sequences as strings of 4 bits a base (bit c set: base c; N: none) of `row` bytes each, twice: the second
/// begins a base later, so that every window begins on a byte of one of them.
struct hot_bits {
    unsigned char const* even{};
    unsigned char const* odd{};
    std::size_t row{};

    /// The string of the window that begins at base `at` of the sequence.
    EXPLAINN_INLINE unsigned char const* window(std::size_t at) const
    {
        return (at & 1 ? odd : even) + (at >> 1);
    }
    EXPLAINN_INLINE void next_sequence() { even += row, odd += row; }
    EXPLAINN_INLINE void skip(std::size_t bytes) { even += bytes, odd += bytes; }
};

/// Sequences as words: base i, i + 1, i + 2 as one number of base 5, N as its own digit.
struct three_letters {
    letter const* words{}; ///< (N, L)
    std::size_t row{};     ///< L

    EXPLAINN_INLINE letter const* window(std::size_t at) const { return words + at; }
    EXPLAINN_INLINE void next_sequence() { words += row; }
};

namespace detail {
// nibbles(i) = 1 << letter, 0 for N
struct nibble_kernel {
    letter const* from{};
    std::size_t count{};
    unsigned char* to{};

    template <int Bytes>
    static EXPLAINN_INLINE void run(nibble_kernel const& a)
    {
        using bytes = typename pack<std::uint8_t, Bytes>::raw;
        std::size_t i = 0;
        for (; i + static_cast<std::size_t>(Bytes) <= a.count; i += static_cast<std::size_t>(Bytes)) {
            bytes x;
            __builtin_memcpy(&x, a.from + i, static_cast<std::size_t>(Bytes));
            bytes const b0 = x & 1, b1 = x & 2, n = (x & 4) >> 2;
            // 1, 2, 4, 8 for 0, 1, 2, 3: (1 + b0) times (1 + 3 b1 / 2)
            bytes const low = b0 + 1, high = low + low + low;
            bytes const all_ones = -(b1 >> 1), dropped = n - 1;
            bytes const r = (low + (high & all_ones)) & dropped;
            __builtin_memcpy(a.to + i, &r, static_cast<std::size_t>(Bytes));
        }
        for (; i < a.count; ++i) a.to[i] = static_cast<unsigned char>(a.from[i] < 4 ? 1u << a.from[i] : 0u);
    }
};
// to(i) = from(2 i) | from(2 i + 1) << 4
struct pairing_kernel {
    unsigned char const* from{};
    std::size_t count{}; ///< bytes written
    unsigned char* to{};

    template <int Bytes>
    static EXPLAINN_INLINE void run(pairing_kernel const& a)
    {
        constexpr std::size_t S = static_cast<std::size_t>(Bytes) / 2;
        using shorts = typename pack<std::uint16_t, Bytes>::raw;
        using bytes = typename pack<std::uint8_t, Bytes / 2>::raw;
        std::size_t i = 0;
        for (; i + S <= a.count; i += S) {
            shorts x;
            __builtin_memcpy(&x, a.from + 2 * i, 2 * S);
            bytes const r = __builtin_convertvector((x | x >> 4) & 0xff, bytes);
            __builtin_memcpy(a.to + i, &r, S);
        }
        for (; i < a.count; ++i) a.to[i] = static_cast<unsigned char>(a.from[2 * i] | a.from[2 * i + 1] << 4);
    }
};
} // namespace detail

/// Writes the strings of sequences [first, last) to where those of all begin.
inline void set_hot_bits(isa level, letter_layout const& l, letter const* sequences, std::size_t first,
                         std::size_t last, unsigned char* even)
{
    std::size_t const row = l.string_row();
    unsigned char* const odd = even + l.n * row;
    auto* const nibbles = scratch<unsigned char>(piece::values, 2 * row + 2);
    for (std::size_t i = first; i < last; ++i) {
        dispatch<detail::nibble_kernel>(level,
                                        detail::nibble_kernel{sequences + i * l.length, l.length, nibbles});
        std::memset(nibbles + l.length, 0, 2 * row + 2 - l.length);
        dispatch<detail::pairing_kernel>(level, detail::pairing_kernel{nibbles, row, even + i * row});
        dispatch<detail::pairing_kernel>(level, detail::pairing_kernel{nibbles + 1, row, odd + i * row});
    }
}

/// Writes words(i) for the places i of sequences [first, last): the three letters from i on as one number;
/// N is a letter, and what is behind the last sequence is A.
inline void set_three_letters(letter_layout const& l, letter const* s, std::size_t first, std::size_t last,
                              letter* words)
{
    std::size_t const all = l.n * l.length, end = last * l.length;
    for (std::size_t i = first * l.length; i < end; ++i)
        words[i] =
            static_cast<letter>(s[i] + (i + 1 < all ? 5 * s[i + 1] : 0) + (i + 2 < all ? 25 * s[i + 2] : 0));
}

/// The obvious loop, for vectors without masks; four tables of 3-mers folded at the end would be its cure for
/// filters much wider than the few cells a unit has.
template <class Windows>
void scatter_by_tables(Windows sequence, scatter_events const& e)
{
    constexpr std::size_t entries = 125, ways = 2;
    std::size_t const groups = (e.width + 2) / 3;
    float* const tables = scratch<float>(piece::tables, ways * groups * entries);
    std::fill_n(tables, ways * groups * entries, 0.0f);
    for (std::size_t n = 0, i = 0; n < e.n; ++n, sequence.next_sequence())
        for (std::size_t p = 0; p < e.cells; ++p, ++i) {
            letter const* const word = sequence.window(e.at[i]);
            float const g = e.g[i];
            float* const table = tables + i % ways * groups * entries;
            for (std::size_t j = 0; j < groups; ++j) table[j * entries + word[3 * j]] += g;
        }
    std::fill_n(e.to, 4 * e.width, 0.0f);
    for (std::size_t j = 0; j < groups; ++j)
        for (std::size_t m = 0; m < entries; ++m) {
            float const v = tables[j * entries + m] + tables[(groups + j) * entries + m];
            std::size_t const code[3] = {m % 5, m / 5 % 5, m / 25};
            for (std::size_t k = 0; k < 3 && 3 * j + k < e.width; ++k)
                if (code[k] < 4) e.to[(3 * j + k) * 4 + code[k]] += v;
        }
}

#if defined(__x86_64__)
namespace detail {
// Masks 16-bit wide of the window's bits from byte `from` on select which of 16 sums a lane adds to.
template <std::size_t Masks, class Windows>
EXPLAINN_TARGET_AVX512 void scatter_by_masks(Windows const& bits, scatter_events const& e, std::size_t from,
                                             float* to)
{
    __m512 sums[Masks];
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < Masks; ++i) sums[i] = _mm512_setzero_ps();
    float const* g = e.g;
    std::uint16_t const* at = e.at;
    Windows sequence = bits;
    sequence.skip(from);
    for (std::size_t n = 0; n < e.n; ++n, sequence.next_sequence())
        for (std::size_t p = 0; p < e.cells; ++p, ++g, ++at) {
            unsigned char const* const window = sequence.window(*at);
            __m512 const x = _mm512_set1_ps(*g);
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < Masks; ++i) {
                // straight from memory: by way of an integer register it takes twice as long as the sum
                __mmask16 mask;
                asm("kmovw %1, %0"
                    : "=k"(mask)
                    : "m"(*reinterpret_cast<unsigned char const(*)[2]>(window + 2 * i)));
                sums[i] = _mm512_mask_add_ps(sums[i], mask, sums[i], x);
            }
        }
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < Masks; ++i) _mm512_storeu_ps(to + 16 * i, sums[i]);
}

template <class Windows>
void scatter_by_masks(Windows const& bits, scatter_events const& e)
{
    alignas(64) float sums[8 * 16];
    for (std::size_t k = 0; k < e.width; k += 32) {
        std::size_t const columns = std::min<std::size_t>(32, e.width - k);
        switch ((columns + 3) / 4) {
        case 1:
        case 2:
        case 3:
            scatter_by_masks<3>(bits, e, k / 2, sums);
            break;
        case 4:
            scatter_by_masks<4>(bits, e, k / 2, sums);
            break;
        case 5:
            scatter_by_masks<5>(bits, e, k / 2, sums);
            break;
        case 6:
            scatter_by_masks<6>(bits, e, k / 2, sums);
            break;
        default:
            scatter_by_masks<8>(bits, e, k / 2, sums);
        }
        std::copy_n(sums, 4 * columns, e.to + 4 * k);
    }
}
} // namespace detail
#endif

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
