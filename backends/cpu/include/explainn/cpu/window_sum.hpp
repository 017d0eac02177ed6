// A window's responses of sixteen units: one table entry a word, added up.
#pragma once
#include <explainn/cpu/scan_tables.hpp>

namespace explainn::simd {

/// Where the windows of some sequences find their words in the tables of a block of units.
struct scan_words {
    std::uint16_t const *offsets{}, *tail{}; ///< (N, L): of 3-mers, and of the last word
    std::size_t words{}, tail_at{};          ///< tail_at: where the last word begins in a window
    float const* table{};
};

/// The words of `count` letters, in scratch memory of this thread; the table is still to be set.
inline scan_words words_of(isa level, letter const* letters, std::size_t count, word_layout const& layout)
{
    auto* const offsets = scratch<std::uint16_t>(piece::offsets, count);
    auto* tail = offsets;
    dispatch<word_offsets>(level, word_offsets{letters, count, layout.letters, 3, offsets});
    if (layout.last() != 3) {
        tail = scratch<std::uint16_t>(piece::tail_offsets, count);
        dispatch<word_offsets>(level, word_offsets{letters, count, layout.letters, layout.last(), tail});
    }
    return {offsets, tail, layout.words(), 3 * (layout.words() - 1)};
}

namespace detail {

// One window's responses of sixteen units. Words > 0: their number, known to the compiler.
template <int Bytes, std::size_t Words>
EXPLAINN_INLINE void window_sum(scan_words const& a, std::size_t t,
                                pack<float, Bytes> (&s)[block_units / pack<float, Bytes>::size])
{
    using F = pack<float, Bytes>;
    constexpr std::size_t M = block_units / F::size;
    std::size_t const words = Words ? Words : a.words;
    std::uint16_t const* o = a.offsets + t;
    // windows share letters, but to keep their offsets from one to the next takes more than it saves
    EXPLAINN_FORGET(o);
    float const* const last = a.table + (words - 1) * word_floats + a.tail[t + a.tail_at];
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < M; ++i) s[i] = F::load(last + i * F::size);
    if constexpr (Words != 0) {
        EXPLAINN_UNROLL
        for (std::size_t g = 0; g + 1 < Words; ++g) {
            float const* const entry = a.table + g * word_floats + o[3 * g];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) s[i] = s[i] + F::load(entry + i * F::size);
        }
    } else {
        for (std::size_t g = 0; g + 1 < words; ++g) {
            float const* const entry = a.table + g * word_floats + o[3 * g];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) s[i] = s[i] + F::load(entry + i * F::size);
        }
    }
}

} // namespace detail

/// Runs Kernel<Words> on one block: the kernel made for its number of words if that is Known, else Kernel<0>.
template <template <std::size_t> class Kernel, std::size_t... Known, class Block>
void dispatch_words(isa level, Block const& a)
{
    bool const done = ((a.words == Known && (dispatch<Kernel<Known>>(level, a), true)) || ...);
    if (!done) dispatch<Kernel<0>>(level, a);
}

} // namespace explainn::simd
