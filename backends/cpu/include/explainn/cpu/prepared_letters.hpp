// op::prepare_letters: what is made of a batch's letters once, and read by every kernel that scans them.
#pragma once
#include <algorithm>
#include <cstdint>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/base_bits.hpp>
#include <explainn/cpu/letter_layout.hpp>
#include <explainn/cpu/scan_scatter.hpp>
#include <explainn/cpu/scan_tables.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The parts of a batch's prepared letters (letter_parts), where they are there.
struct letters_made {
    std::uint16_t const* words{}; ///< (N, L): offsets of 4-mers into tables of the letters there are
    hot_bits strings{};           ///< windows, for masks
    three_letters three{};        ///< windows, as words of three letters
    std::uint64_t const* bases{}; ///< strings_along
};

/// Where the parts lie in memory for all of them.
inline letters_made letters_at(letter_layout const& l, std::byte const* from)
{
    auto const* const windows = reinterpret_cast<unsigned char const*>(from + l.windows_at());
    return {reinterpret_cast<std::uint16_t const*>(from),
            {windows, windows + l.n * l.string_row(), l.string_row()},
            {reinterpret_cast<letter const*>(windows), l.length},
            reinterpret_cast<std::uint64_t const*>(from + l.bases_at())};
}

/// Makes some parts of a batch's letters in memory for all of them; `spread(n, block, f)` shares out
/// f(first, last).
template <class Spread>
void make_letters(isa level, view<letter const, 2> sequences, bool has_n, letter_parts which, std::byte* to,
                  Spread&& spread)
{
    letter_layout const l{static_cast<std::size_t>(sequences.size(0)),
                          static_cast<std::size_t>(sequences.size(1)), level == isa::avx512};
    letter const* const s = sequences.data;
    auto* const words = reinterpret_cast<std::uint16_t*>(to);
    std::byte* const windows = to + l.windows_at();
    detail::strings_along const bases{l.length, l.side(),
                                      reinterpret_cast<std::uint64_t*>(to + l.bases_at())};
    if (holds(which, letter_parts::bases)) std::fill_n(bases.to, l.base_words(), 0u);
    spread(l.n, std::size_t{64}, [&](std::size_t first, std::size_t last) {
        std::size_t const from = first * l.length, count = (last - first) * l.length;
        if (holds(which, letter_parts::words))
            dispatch<word_offsets>(level, word_offsets{s + from, count, has_n ? 5u : 4u, words + from});
        if (holds(which, letter_parts::windows)) {
            if (l.masks) set_hot_bits(level, l, s, first, last, reinterpret_cast<unsigned char*>(windows));
            else set_three_letters(l, s, first, last, reinterpret_cast<letter*>(windows));
        }
        if (!holds(which, letter_parts::bases)) return;
#if EXPLAINN_HAS_WIDE_KERNELS
        if (l.masks) return detail::set_along_avx512(bases, s, first, last);
#endif
        detail::set_along(bases, s, first, last);
    });
}

/// op::prepare_letters with the vectors of `level`.
template <class Spread>
void prepare_letters(isa level, op::prepare_letters<float> const& o, Spread&& spread)
{
    make_letters(level, o.sequences, o.has_n, o.gradient ? letter_parts::gradient : letter_parts::forward,
                 o.prepared.data, spread);
}

/// Where the parts lie that an op reads: as they were prepared or, where they were not, made here and now in
/// scratch memory of this thread.
template <class Spread>
letters_made prepared_letters(isa level, view<letter const, 2> sequences, bool has_n, own_bytes prepared,
                              letter_parts wanted, Spread&& spread)
{
    letter_layout const l{static_cast<std::size_t>(sequences.size(0)),
                          static_cast<std::size_t>(sequences.size(1)), level == isa::avx512};
    std::byte const* from = prepared.data;
    if (!prepared || prepared.count < l.bytes(wanted)) {
        auto* const here = scratch<std::byte>(piece::letters, l.bytes(letter_parts::gradient));
        make_letters(level, sequences, has_n, wanted, here, spread);
        from = here;
    }
    return letters_at(l, from);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
