// Filters of sixteen units as tables over 3-mers, and sequences as offsets into them.
#pragma once
#include <algorithm>
#include <cstdint>

#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/simd.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::simd {

/// Units of a block: what one table entry holds, side by side.
inline constexpr std::size_t block_units = 16;

/// Floats from one word's table to the next: room for 5^3 entries, a constant for short addresses.
inline constexpr std::size_t word_floats = 128 * block_units;

/// How a filter's W columns fall into 3-mers and a last, shorter word, over 4 letters, or 5 where N is one.
struct word_layout {
    std::size_t width{};
    std::size_t letters = 4;
    std::size_t words() const { return (width + 2) / 3; }
    /// Columns of the last word: 1 to 3.
    std::size_t last() const { return width - 3 * (words() - 1); }
    /// Entries of word g: letters to the power of its columns.
    std::size_t entries(std::size_t g) const
    {
        std::size_t const columns = g + 1 < words() ? 3 : last();
        return letters * (columns > 1 ? letters : 1) * (columns > 2 ? letters : 1);
    }
    std::size_t floats() const { return words() * word_floats; }
};

/// Table (words, 128, 16) of the filters (units <= 16, 4, W), each times its sign; missing units get
/// zeros.
inline void build_tables(word_layout const& layout, float const* weight, float const* sign, std::size_t units,
                         float* table)
{
    constexpr std::size_t B = block_units;
    std::size_t const w = layout.width, a = layout.letters;
    // (W + 2, letters, 16): the columns with units side by side, N and columns past the end zero
    std::size_t const count = layout.words() * 3 * a * B;
    float* const columns = scratch<float>(piece::columns, count);
    std::fill_n(columns, count, 0.0f);
    for (std::size_t u = 0; u < units; ++u)
        for (std::size_t c = 0; c < 4; ++c)
            for (std::size_t k = 0; k < w; ++k)
                columns[(k * a + c) * B + u] = sign[u] * weight[(u * 4 + c) * w + k];
    for (std::size_t g = 0; g < layout.words(); ++g) {
        float const* const c0 = columns + 3 * g * a * B;
        float const* const c1 = c0 + a * B;
        float const* const c2 = c1 + a * B;
        std::size_t const n1 = 3 * g + 1 < w ? a : 1, n2 = 3 * g + 2 < w ? a : 1;
        float* to = table + g * word_floats;
        for (std::size_t k = 0; k < n2; ++k)
            for (std::size_t j = 0; j < n1; ++j) {
                float both[B];
                for (std::size_t u = 0; u < B; ++u) both[u] = c1[j * B + u] + c2[k * B + u];
                for (std::size_t i = 0; i < a; ++i, to += B)
                    for (std::size_t u = 0; u < B; ++u) to[u] = c0[i * B + u] + both[u];
            }
    }
}

/// The word of `letters` letters at every place, as an offset into a table of entries of 16 floats.
struct word_offsets {
    letter const* from{};
    std::size_t count{};   ///< letters there are
    std::size_t letters{}; ///< 4 or 5: values the letters take
    std::size_t word{};    ///< 1, 2 or 3
    std::uint16_t* to{};   ///< `count` offsets; those of words that do not fit are of the letters there are

    template <int Bytes>
    static EXPLAINN_INLINE void run(word_offsets const& a)
    {
        constexpr std::size_t n = static_cast<std::size_t>(Bytes) / 2;
        using bytes = typename pack<std::uint8_t, Bytes / 2>::raw;
        using shorts = typename pack<std::uint16_t, Bytes>::raw;
        auto const first = static_cast<std::uint16_t>(block_units);
        auto const second = static_cast<std::uint16_t>(a.word > 1 ? first * a.letters : 0);
        auto const third = static_cast<std::uint16_t>(a.word > 2 ? second * a.letters : 0);
        auto const low = static_cast<std::uint8_t>(a.letters == 4 ? 3 : 7);
        std::size_t i = 0;
        for (; i + n + 2 <= a.count; i += n) {
            bytes x, y, z;
            __builtin_memcpy(&x, a.from + i, n);
            __builtin_memcpy(&y, a.from + i + 1, n);
            __builtin_memcpy(&z, a.from + i + 2, n);
            shorts const s = __builtin_convertvector(x & low, shorts) * first +
                             __builtin_convertvector(y & low, shorts) * second +
                             __builtin_convertvector(z & low, shorts) * third;
            __builtin_memcpy(a.to + i, &s, 2 * n);
        }
        for (; i < a.count; ++i) {
            unsigned const x = a.from[i] & low, y = i + 1 < a.count ? a.from[i + 1] & low : 0u,
                           z = i + 2 < a.count ? a.from[i + 2] & low : 0u;
            a.to[i] = static_cast<std::uint16_t>(x * first + y * second + z * third);
        }
    }
};

} // namespace explainn::simd
