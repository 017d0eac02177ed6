// A batch of letters as bit strings of its bases, along and across the sequences.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/simd.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH::detail {

/// A batch as bit strings: `along` has a bit a position for each sequence and base, `across` a bit a sequence
/// for each position and base (only of positions less than W from an end).
struct base_bits {
    std::size_t n{}, length{}, width{};
    std::size_t side{};   ///< strings of a base side by side: one a sequence, empty ones to whole vectors
    std::size_t column{}; ///< words of 64 sequences
    std::uint64_t const* along{};
    std::uint64_t* across{};

    std::size_t windows() const { return length - width + 1; }
    /// Word w of the sequences' strings of a base.
    std::uint64_t const* of_sequences(std::size_t w, std::size_t base) const
    {
        return along + (w * 4 + base) * side;
    }
    /// Sequences 64 w and on that have a base at position i.
    std::uint64_t& of_position(std::size_t w, std::size_t i, std::size_t base) const
    {
        return across[(w * length + i) * 4 + base];
    }
    /// Words of 64 window starts, and those of the last one that are.
    std::size_t words() const { return (windows() + 63) / 64; }
    std::uint64_t last_word() const { return ~std::uint64_t{0} >> (words() * 64 - windows()); }
};

// Bit i of the result is the lowest bit of byte i.
inline std::uint64_t low_bits(std::uint64_t bytes)
{
    return (bytes & 0x0101010101010101u) * 0x0102040810204080u >> 56;
}

/// Where the strings along the sequences are written: string w of a base and of all sequences is a row of
/// `side` words, laid out as base_bits reads them.
struct strings_along {
    std::size_t length{}, side{};
    std::uint64_t* to{};
    std::uint64_t& at(std::size_t w, std::size_t base, std::size_t sequence) const
    {
        return to[(w * 4 + base) * side + sequence];
    }
};

// The bits along some of the sequences.
inline void set_along(strings_along const& b, letter const* sequences, std::size_t first, std::size_t last)
{
    for (std::size_t i = first; i < last; ++i) {
        letter const* const s = sequences + i * b.length;
        for (std::size_t w = 0; 64 * w < b.length; ++w) {
            std::uint64_t bits[4] = {};
            for (std::size_t at = 64 * w; at < std::min(b.length, 64 * w + 64); at += 8) {
                std::uint64_t eight = 0x0404040404040404u;
                if (at + 8 <= b.length) std::memcpy(&eight, s + at, 8);
                else std::memcpy(&eight, s + at, b.length - at);
                std::uint64_t const one = low_bits(eight), two = low_bits(eight >> 1),
                                    base = ~low_bits(eight >> 2) & 0xffu;
                bits[0] |= (base & ~one & ~two) << at % 64;
                bits[1] |= (base & one & ~two) << at % 64;
                bits[2] |= (base & ~one & two) << at % 64;
                bits[3] |= (base & one & two) << at % 64;
            }
            for (std::size_t c = 0; c < 4; ++c) b.at(w, c, i) = bits[c];
        }
    }
}
#if EXPLAINN_HAS_WIDE_KERNELS
// The same, 64 letters at once.
EXPLAINN_TARGET_AVX512 inline void set_along_avx512(strings_along const& b, letter const* sequences,
                                                    std::size_t first, std::size_t last)
{
    for (std::size_t i = first; i < last; ++i)
        for (std::size_t w = 0; 64 * w < b.length; ++w) {
            std::size_t const rest = b.length - 64 * w;
            __mmask64 const there = rest < 64 ? ~(~std::uint64_t{0} << rest) : ~std::uint64_t{0};
            __m512i const letters = _mm512_maskz_loadu_epi8(there, sequences + i * b.length + 64 * w);
            for (std::size_t c = 0; c < 4; ++c)
                b.at(w, c, i) =
                    _mm512_mask_cmpeq_epi8_mask(there, letters, _mm512_set1_epi8(static_cast<char>(c)));
        }
}
#endif

// The bits across sequences 64 w and on.
inline void set_across(base_bits const& b, letter const* sequences, std::size_t w)
{
    for (std::size_t i = 64 * w; i < std::min(b.n, 64 * w + 64); ++i) {
        letter const* const s = sequences + i * b.length;
        for (std::size_t at = 0; at < b.length; ++at) {
            if (at + 1 == b.width && at < b.windows()) at = b.windows();
            if (at < b.length && s[at] < 4) b.of_position(w, at, s[at]) |= std::uint64_t{1} << i % 64;
        }
    }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH::detail
