// Filters of sixteen units as tables over 4-mers, and sequences as offsets into them.
#pragma once
#include <algorithm>
#include <cstdint>

#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/simd.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Units of a block: what one table entry holds, side by side.
inline constexpr std::size_t block_units = 16;

/// Columns of a word. Longer ones need fewer table entries a window, and larger tables.
inline constexpr std::size_t word_columns = 4;

/// Floats from one word's table to the next: room for 5^4 entries, a constant for short addresses.
inline constexpr std::size_t word_floats = 640 * block_units;

/// How a filter's W columns, and columns of zeros behind them, fall into 4-mers, over 4 letters, or 5 where N
/// is one.
struct word_layout {
    std::size_t width{};
    std::size_t letters = 4;
    std::size_t words() const { return (width + word_columns - 1) / word_columns; }
    /// Entries of a word.
    std::size_t entries() const { return letters * letters * letters * letters; }
    std::size_t floats() const { return words() * word_floats; }
};

namespace detail {

/// table(j, i) = table(i) + column(j), i < count, j < letters: entries of 16 floats.
struct longer_words {
    float* table{};
    float const* column{};
    std::size_t count{}, letters{};

    template <int Bytes>
    static EXPLAINN_INLINE void run(longer_words const& a)
    {
        using F = pack<float, Bytes>;
        // the first last: the others are made of what is there
        for (std::size_t j = a.letters; j-- != 0;)
            for (std::size_t u = 0; u < block_units; u += F::size) {
                F const column = F::load(a.column + j * block_units + u);
                float const* from = a.table + u;
                float* to = a.table + j * a.count * block_units + u;
                for (std::size_t i = 0; i < a.count; ++i, from += block_units, to += block_units)
                    (F::load(from) + column).store(to);
            }
    }
};

} // namespace detail

/// Table (words, 640, 16) of the filters (units <= 16, 4, W), each times its sign; missing units get
/// zeros.
inline void build_tables(isa level, word_layout const& layout, float const* weight, float const* sign,
                         std::size_t units, float* table)
{
    constexpr std::size_t B = block_units;
    std::size_t const w = layout.width, a = layout.letters;
    // (4 words, letters, 16): the columns with units side by side, N and what is behind the filter zero
    std::size_t const count = layout.words() * word_columns * a * B;
    float* const columns = scratch<float>(piece::columns, count);
    std::fill_n(columns, count, 0.0f);
    for (std::size_t u = 0; u < units; ++u)
        for (std::size_t c = 0; c < 4; ++c)
            for (std::size_t k = 0; k < w; ++k)
                columns[(k * a + c) * B + u] = sign[u] * weight[(u * 4 + c) * w + k];
    for (std::size_t g = 0; g < layout.words(); ++g) {
        float* const to = table + g * word_floats;
        float const* column = columns + word_columns * g * a * B;
        std::copy_n(column, a * B, to);
        for (std::size_t entries = a; entries < layout.entries(); entries *= a)
            dispatch<detail::longer_words>(level, detail::longer_words{to, column += a * B, entries, a});
    }
}

/// The word of four letters at every place, as an offset into a table of entries of 16 floats.
struct word_offsets {
    letter const* from{};
    std::size_t count{};   ///< letters there are
    std::size_t letters{}; ///< 4 or 5: values the letters take
    std::uint16_t* to{};   ///< `count` offsets; those of words that do not fit are of the letters there are

    template <int Bytes>
    static EXPLAINN_INLINE void run(word_offsets const& a)
    {
        constexpr std::size_t n = static_cast<std::size_t>(Bytes) / 2;
        using bytes = typename pack<std::uint8_t, Bytes / 2>::raw;
        using shorts = typename pack<std::uint16_t, Bytes>::raw;
        auto const low = static_cast<std::uint8_t>(a.letters == 4 ? 3 : 7);
        std::uint16_t times[word_columns] = {static_cast<std::uint16_t>(block_units)};
        for (std::size_t k = 1; k < word_columns; ++k)
            times[k] = static_cast<std::uint16_t>(times[k - 1] * a.letters);
        std::size_t i = 0;
        for (; i + n + word_columns - 1 <= a.count; i += n) {
            shorts s{};
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < word_columns; ++k) {
                bytes x;
                __builtin_memcpy(&x, a.from + i + k, n);
                s += __builtin_convertvector(x & low, shorts) * times[k];
            }
            __builtin_memcpy(a.to + i, &s, 2 * n);
        }
        for (; i < a.count; ++i) {
            unsigned s = 0;
            for (std::size_t k = 0; k < word_columns && i + k < a.count; ++k)
                s += (a.from[i + k] & unsigned{low}) * times[k];
            a.to[i] = static_cast<std::uint16_t>(s);
        }
    }
};

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
