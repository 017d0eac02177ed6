// op::symmetric_scan and its gradient. Both strands are read through one table: the words of the other
// strand's windows are those of the sequence, turned round.
#pragma once
#include <explainn/cpu/motif_scan.hpp>
#include <explainn/cpu/motif_scan_gradient.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The words that the other strand reads: at place i the reverse complement of the `live` letters from i on,
/// as an offset into a table of entries of 16 floats. The last live - 1 are not written.
struct reverse_offsets {
    letter const* from{};
    std::size_t count{};   ///< letters there are
    std::size_t letters{}; ///< 4 or 5: values the letters take
    std::size_t live{};    ///< 4, or the width of a narrower filter
    std::uint16_t* to{};

    template <int Bytes>
    static EXPLAINN_INLINE void run(reverse_offsets const& a)
    {
        constexpr std::size_t n = static_cast<std::size_t>(Bytes) / 2;
        using bytes = typename pack<std::uint8_t, Bytes / 2>::raw;
        using shorts = typename pack<std::uint16_t, Bytes>::raw;
        std::uint16_t times[word_columns] = {}; // of the last live letter first
        times[a.live - 1] = static_cast<std::uint16_t>(block_units);
        for (std::size_t k = a.live - 1; k-- > 0;)
            times[k] = static_cast<std::uint16_t>(times[k + 1] * a.letters);
        std::size_t i = 0;
        for (; i + n + word_columns - 1 <= a.count; i += n) {
            shorts s{};
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < word_columns; ++k) {
                bytes x;
                __builtin_memcpy(&x, a.from + i + k, n);
                // 0 to 3 backwards, N itself
                bytes const no_base = x & 4, base = (no_base >> 2) - 1;
                bytes const complement = ((3 - x) & 3 & base) | no_base;
                s += __builtin_convertvector(complement, shorts) * times[k];
            }
            __builtin_memcpy(a.to + i, &s, 2 * n);
        }
        for (; i + a.live <= a.count; ++i) {
            unsigned s = 0;
            for (std::size_t k = 0; k < a.live; ++k)
                s += (a.from[i + k] < 4 ? 3u - a.from[i + k] : unsigned{a.from[i + k]}) * times[k];
            a.to[i] = static_cast<std::uint16_t>(s);
        }
    }
};

/// The scan of both strands of some sequences by one block of units. Words overlap at the filter's end, so
/// that all of them lie in the window from either end: the last one begins at column `last`, and its columns
/// that the word before has are zeros. The two strands add the same entries in the same order, which gives a
/// window and its reverse complement the same bits.
struct symmetric_block : scan_block {
    static constexpr std::size_t strands = 2;
    std::uint16_t const* reverse{}; ///< (N, L): words of the other strand
    std::size_t last{};
    void begin_at(std::size_t letter) { offsets += letter, reverse += letter; }
    /// The responses of the units to the window at place t on a strand. Word g of all but the last stands 4 g
    /// columns behind the window's begin or, on the other strand, as far before its last word.
    template <int Bytes, std::size_t Words, std::size_t M>
    EXPLAINN_INLINE void response(std::size_t t, std::size_t strand, pack<float, Bytes> (&s)[M]) const
    {
        using F = pack<float, Bytes>;
        bool const given = strand == 0;
        std::size_t const count = Words != 0 ? Words : words, end = given ? last : 0,
                          begin = given ? 0 : last;
        std::uint16_t const* o = (given ? offsets : reverse) + t;
        EXPLAINN_FORGET(o);
        float const* const first = table + o[count == 1 ? end : begin];
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < M; ++i) s[i] = F::load(first + i * F::size);
        if constexpr (Words != 0) {
            EXPLAINN_UNROLL
            for (std::size_t g = 1; g + 1 < Words; ++g) add_inner_word<Bytes>(g, given, o, s);
        } else
            for (std::size_t g = 1; g + 1 < count; ++g) add_inner_word<Bytes>(g, given, o, s);
        if (count > 1) detail::add_word<Bytes>(table + (count - 1) * word_floats + o[end], s);
    }

private:
    template <int Bytes, std::size_t M>
    EXPLAINN_INLINE void add_inner_word(std::size_t g, bool given, std::uint16_t const* o,
                                        pack<float, Bytes> (&s)[M]) const
    {
        std::size_t const column = given ? word_columns * g : last - word_columns * g;
        detail::add_word<Bytes>(table + g * word_floats + o[column], s);
    }
};

/// The same as for one strand, with fewer kernels: a narrow filter has any number of words.
inline void scan_of_block(isa level, symmetric_block const& b)
{
    if (b.pool == 7 && !b.values) dispatch_words<scan_of_seven, 5>(level, b);
    else dispatch_words<scan_of_any_pool, 5>(level, b);
}

/// op::symmetric_scan with the vectors of `level`, shared out as op::motif_scan.
template <class Spread>
void symmetric_scan(isa level, op::symmetric_scan<float> const& a, std::size_t threads, Spread&& spread)
{
    auto const width = static_cast<std::size_t>(a.weight.size(2)),
               units = static_cast<std::size_t>(a.weight.size(0)),
               n = static_cast<std::size_t>(a.sequences.size(0)),
               length = static_cast<std::size_t>(a.sequences.size(1));
    word_layout layout{width, a.has_n ? 5u : 4u};
    std::size_t const live = std::min(width, word_columns), last = width - live;
    // the filters with the last word at `last`
    std::size_t const columns = layout.words() * word_columns, before = columns - word_columns;
    layout.width = columns;
    float* const filters = scratch<float>(piece::keep, units * 4 * columns);
    std::fill_n(filters, units * 4 * columns, 0.0f);
    for (std::size_t i = 0; i < 4 * units; ++i)
        for (std::size_t k = 0; k < width; ++k)
            filters[i * columns + (k < before ? k : before + k - last)] = a.weight.data[i * width + k];
    auto* const reverse = scratch<std::uint16_t>(piece::packed, n * length);
    spread(n, std::size_t{64}, [&](std::size_t from, std::size_t to) {
        dispatch<reverse_offsets>(level,
                                  reverse_offsets{a.sequences.data + from * length, (to - from) * length,
                                                  a.has_n ? 5u : 4u, live, reverse + from * length});
    });
    symmetric_block whole;
    whole.offsets =
        prepared_letters(level, a.sequences, a.has_n, a.prepared, letter_parts::words, spread).words;
    whole.reverse = reverse;
    whole.last = last;
    whole.windows = length - width + 1;
    scan_in_parts(level, whole, layout, filters, a, a.kept, threads, spread);
}

/// Windows of both strands: place 2 t is window t, place 2 t + 1 its reverse complement, which is window
/// `last` - t of the reverse complement of the sequence.
template <class Windows>
struct windows_of_both {
    Windows given, reverse;
    std::size_t last{};

    EXPLAINN_INLINE auto window(std::size_t place) const
    {
        std::size_t const t = place >> 1;
        auto const* const one = given.window(t);
        auto const* const other = reverse.window(last - t);
        return place & 1 ? other : one;
    }
    EXPLAINN_INLINE void next_sequence()
    {
        given.next_sequence();
        reverse.next_sequence();
    }
    EXPLAINN_INLINE void skip(std::size_t bytes)
    {
        given.skip(bytes);
        reverse.skip(bytes);
    }
};

/// op::symmetric_scan_gradient with the vectors of `level`.
inline void symmetric_scan_gradient(isa level, op::symmetric_scan_gradient<float> const& o)
{
    auto const n = static_cast<std::size_t>(o.sequences.size(0)),
               length = static_cast<std::size_t>(o.sequences.size(1));
    // units are shared out among threads already
    auto const alone = [](std::size_t all, std::size_t, auto f) { f(std::size_t{0}, all); };
    auto const given =
        prepared_letters(level, o.sequences, o.has_n, o.prepared, letter_parts::windows, alone);
    letter_layout const layout{n, length, level == isa::avx512};
    auto* const complements = scratch<letter>(piece::keep, n * length);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < length; ++k)
            complements[i * length + k] = complement(o.sequences.data[i * length + length - 1 - k]);
    auto* const made = scratch<std::byte>(piece::packed, layout.bytes(letter_parts::gradient));
    make_letters(level, {complements, o.sequences.size(0), o.sequences.size(1)}, o.has_n,
                 letter_parts::windows, made, alone);
    letters_made const reverse = letters_at(layout, made);
    std::size_t const last = length - static_cast<std::size_t>(o.dweight.size(2));
    windows_of_both<hot_bits> const strings{given.strings, reverse.strings, last};
    windows_of_both<three_letters> const words{given.three, reverse.three, last};
    scan_gradient(level, o, [&](scatter_events const& events) { scatter(level, strings, words, events); });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
