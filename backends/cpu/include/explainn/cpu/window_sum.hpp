// A window's responses of sixteen units: one table entry a word, added up.
#pragma once
#include <explainn/cpu/scan_tables.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Where the windows of some sequences find their words in the tables of a block of units.
struct scan_words {
    std::uint16_t const* offsets{}; ///< (N, L)
    std::size_t words{};
    float const* table{};
};

namespace detail {

template <int Bytes, std::size_t M>
EXPLAINN_INLINE void add_word(float const* entry, pack<float, Bytes> (&s)[M])
{
    using F = pack<float, Bytes>;
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < M; ++i) s[i] = s[i] + F::load(entry + i * F::size);
}
// One window's responses of sixteen units. Words > 0: their number, known to the compiler.
template <int Bytes, std::size_t Words>
EXPLAINN_INLINE void window_sum(scan_words const& a, std::size_t t,
                                pack<float, Bytes> (&s)[block_units / pack<float, Bytes>::size])
{
    using F = pack<float, Bytes>;
    constexpr std::size_t M = block_units / F::size;
    std::uint16_t const* o = a.offsets + t;
    // windows share letters, but to keep their offsets from one to the next takes more than it saves
    EXPLAINN_FORGET(o);
    float const* const first = a.table + o[0];
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < M; ++i) s[i] = F::load(first + i * F::size);
    if constexpr (Words != 0) {
        EXPLAINN_UNROLL
        for (std::size_t g = 1; g < Words; ++g)
            add_word<Bytes>(a.table + g * word_floats + o[word_columns * g], s);
    } else
        for (std::size_t g = 1; g < a.words; ++g)
            add_word<Bytes>(a.table + g * word_floats + o[word_columns * g], s);
}

} // namespace detail

/// Runs Kernel<Words> on one block: the kernel made for its number of words if that is Known, else Kernel<0>.
template <template <std::size_t> class Kernel, std::size_t... Known, class Block>
void dispatch_words(isa level, Block const& a)
{
    bool const done = ((a.words == Known && (dispatch<Kernel<Known>>(level, a), true)) || ...);
    if (!done) dispatch<Kernel<0>>(level, a);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
