// op::scan_largest and op::scan_hits: sums of sixteen units in registers, and work beyond them only where one
// of eight windows passes. Bases are counted by words, in a table laid out as that of the filters.
#pragma once
#include <algorithm>
#include <limits>
#include <mutex>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/prepared_letters.hpp>
#include <explainn/cpu/window_sum.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// What both ops do to some sequences and one block of units. Numbers by unit are 16, whatever units there
/// are.
struct hit_block : scan_words {
    std::size_t n{}, length{}, windows{};
    float scale[block_units]{}, shift[block_units]{}; ///< scale without its sign, which is in the table
    float cut[block_units]{};
    float* largest{};                 ///< (16)
    std::uint8_t* promising{};        ///< (n): written by largest_kernel, where it is not absent
    std::uint8_t const* look_where{}; ///< (n): read by hits_kernel; absent: everywhere
    std::int32_t* hits{};             ///< (n, 16)
    std::int32_t* counts{};           ///< (words, 640, 16): added to: hits by the word they hold
};

namespace detail {
// The numbers of sixteen units that turn sums into responses, and where those exceed the cut.
template <int Bytes>
struct unit_cuts {
    using F = pack<float, Bytes>;
    using I = pack<std::int32_t, Bytes>;
    static constexpr std::size_t S = F::size, M = block_units / S;
    F scale[M], shift[M], cut[M];

    explicit EXPLAINN_INLINE unit_cuts(hit_block const& a)
    {
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < M; ++i) {
            scale[i] = F::load(a.scale + i * S);
            shift[i] = F::load(a.shift + i * S);
            cut[i] = F::load(a.cut + i * S);
        }
    }
    // whether a unit's response exceeds its cut, and in `over` (all ones) which
    EXPLAINN_INLINE bool passed(F const (&s)[M], I (&over)[M]) const
    {
        auto some = I::zero();
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < M; ++i) {
            over[i] = greater(multiply_add(scale[i], s[i], shift[i]), cut[i]);
            some.v |= over[i].v;
        }
        return any(some);
    }
};
} // namespace detail

template <std::size_t Words>
struct largest_kernel {
    template <int Bytes>
    static EXPLAINN_INLINE void run(hit_block const& a)
    {
        using F = pack<float, Bytes>;
        using I = pack<std::int32_t, Bytes>;
        constexpr std::size_t S = F::size, M = block_units / S;
        scan_words const words = a;
        detail::unit_cuts<Bytes> const cuts{a};
        F top[M];
        I over[M];
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < M; ++i) top[i] = F::all(-std::numeric_limits<float>::infinity());
        for (std::size_t n = 0; n < a.n; ++n) {
            F best[M];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) best[i] = F::all(-std::numeric_limits<float>::infinity());
            for (std::size_t t = n * a.length, end = t + a.windows; t < end; ++t) {
                F s[M];
                detail::window_sum<Bytes, Words>(words, t, s);
                EXPLAINN_UNROLL
                for (std::size_t i = 0; i < M; ++i) best[i] = max(s[i], best[i]);
            }
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) top[i] = max(best[i], top[i]);
            if (a.promising) a.promising[n] = cuts.passed(best, over);
        }
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < M; ++i)
            multiply_add(cuts.scale[i], top[i], cuts.shift[i]).store(a.largest + i * S);
    }
};

template <std::size_t Words>
struct hits_kernel {
    template <int Bytes>
    static EXPLAINN_INLINE void run(hit_block const& a)
    {
        using F = pack<float, Bytes>;
        using I = pack<std::int32_t, Bytes>;
        constexpr std::size_t S = F::size, M = block_units / S, together = 16;
        scan_words const words = a;
        detail::unit_cuts<Bytes> const cuts{a};
        for (std::size_t n = 0; n < a.n; ++n) {
            I found[M];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) found[i] = I::zero();
            for (std::size_t t = a.look_where && !a.look_where[n] ? a.windows : 0; t < a.windows;
                 t += together) {
                std::size_t const first = n * a.length + t, count = std::min(together, a.windows - t);
                F best[M];
                EXPLAINN_UNROLL
                for (std::size_t i = 0; i < M; ++i) best[i] = F::all(-std::numeric_limits<float>::infinity());
                for (std::size_t k = 0; k < count; ++k) {
                    F s[M];
                    detail::window_sum<Bytes, Words>(words, first + k, s);
                    EXPLAINN_UNROLL
                    for (std::size_t i = 0; i < M; ++i) best[i] = max(s[i], best[i]);
                }
                I over[M];
                if (!cuts.passed(best, over)) continue;
                for (std::size_t k = 0; k < count; ++k) {
                    F s[M];
                    detail::window_sum<Bytes, Words>(words, first + k, s);
                    if (!cuts.passed(s, over)) continue;
                    EXPLAINN_UNROLL
                    for (std::size_t i = 0; i < M; ++i) found[i] = found[i] - over[i];
                    add_words<Bytes>(a, first + k, over);
                }
            }
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) found[i].store(a.hits + n * block_units + i * S);
        }
    }

private:
    // counts the words of one window for the units whose mask (all ones: -1) is set
    template <int Bytes, std::size_t M>
    static EXPLAINN_INLINE void add_words(hit_block const& a, std::size_t t,
                                          pack<std::int32_t, Bytes> const (&over)[M])
    {
        using I = pack<std::int32_t, Bytes>;
        for (std::size_t g = 0; g < a.words; ++g) {
            std::int32_t* const entry = a.counts + g * word_floats + a.offsets[t + word_columns * g];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i)
                (I::load(entry + i * I::size) - over[i]).store(entry + i * I::size);
        }
    }
};

namespace detail {

/// Adds counts of words (words, 640, 16), which no 31 bits overflow, to those of bases (units, W, 4); of the
/// former sums are left.
inline void bases_of_words(word_layout const& layout, std::int32_t* words, std::size_t units,
                           std::uint64_t* bases)
{
    constexpr std::size_t B = block_units;
    std::size_t const w = layout.width, a = layout.letters;
    for (std::size_t g = 0; g < layout.words(); ++g) {
        std::int32_t* const count = words + g * word_floats;
        // from the last column, whose letter changes slowest; then all its letters are one
        std::size_t entries = layout.entries();
        for (std::size_t k = word_columns; k-- != 0;) {
            entries /= a;
            for (std::size_t c = 0; c < a; ++c) {
                std::int32_t* const of_letter = count + c * entries * B;
                std::int32_t sums[B] = {};
                for (std::size_t i = 0; i < entries; ++i)
                    for (std::size_t u = 0; u < B; ++u) {
                        sums[u] += of_letter[i * B + u];
                        if (c != 0) count[i * B + u] += of_letter[i * B + u];
                    }
                if (c == 4 || word_columns * g + k >= w) continue; // N, or behind the filter
                for (std::size_t u = 0; u < units; ++u)
                    bases[(u * w + word_columns * g + k) * 4 + c] += static_cast<std::uint64_t>(sums[u]);
            }
        }
    }
}

// What scan_largest keeps for scan_hits: a byte for each block of units and each of `all` sequences, 1 where
// a response of the block exceeds its unit's cut, else 0. Here those of the block from unit u on.
inline std::uint8_t* flags_of(own_bytes kept, std::size_t u, std::size_t all)
{
    return reinterpret_cast<std::uint8_t*>(kept.data) + u / block_units * all;
}

// Calls each(block, layout, first unit, first sequence) for blocks of units and of sequences, shared out by
// `spread`.
template <template <class> class Op, class Spread, class Each>
void each_hit_block(isa level, Op<float> const& a, Spread&& spread, Each each)
{
    auto const units = static_cast<std::size_t>(a.weight.size(0)),
               all = static_cast<std::size_t>(a.sequences.size(0)),
               length = static_cast<std::size_t>(a.sequences.size(1));
    if (units == 0 || all == 0) return;
    word_layout const layout{static_cast<std::size_t>(a.weight.size(2)), a.has_n ? 5u : 4u};
    std::size_t const windows = length - layout.width + 1;
    // as many as leave the counts of a block in their 31 bits
    std::size_t const some = std::clamp<std::size_t>((std::size_t{1} << 31) / windows, 1, 128);
    std::size_t const parts = (all + some - 1) / some, blocks = (units + block_units - 1) / block_units;
    std::uint16_t const* const offsets =
        prepared_letters(level, a.sequences, a.has_n, a.prepared, letter_parts::words, spread).words;
    spread(blocks * parts, std::size_t{1}, [&](std::size_t from, std::size_t to) {
        for (; from < to; ++from) {
            std::size_t const u = from / parts * block_units, s = from % parts * some;
            float sign[block_units];
            float* const table = scratch<float>(piece::tables, layout.floats());
            hit_block b;
            std::size_t const here = std::min(block_units, units - u);
            std::fill_n(b.cut, block_units, std::numeric_limits<float>::infinity());
            if (a.cut) std::copy_n(a.cut.data + u, here, b.cut);
            for (std::size_t i = 0; i < here; ++i) {
                float const scale = a.scale.data[u + i];
                sign[i] = scale < 0 ? -1.0f : 1.0f;
                b.scale[i] = sign[i] * scale;
                b.shift[i] = a.shift.data[u + i];
            }
            build_tables(level, layout, a.weight.data + u * 4 * layout.width, sign, here, table);
            b.table = table;
            b.words = layout.words();
            b.offsets = offsets + s * length;
            b.n = std::min(some, all - s);
            b.length = length;
            b.windows = windows;
            each(b, layout, u, s);
        }
    });
}

} // namespace detail

/// op::scan_largest with the vectors of `level`; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void scan_largest(isa level, op::scan_largest<float> const& a, Spread&& spread)
{
    std::mutex one_at_once;
    auto const units = static_cast<std::size_t>(a.weight.size(0)),
               all = static_cast<std::size_t>(a.sequences.size(0));
    detail::each_hit_block(level, a, spread,
                           [&](hit_block& b, word_layout const&, std::size_t u, std::size_t s) {
                               float largest[block_units];
                               b.largest = largest;
                               if (a.kept) b.promising = detail::flags_of(a.kept, u, all) + s;
                               dispatch_words<largest_kernel, 5>(level, b);
                               std::lock_guard const lock{one_at_once};
                               for (std::size_t i = 0; i < std::min(block_units, units - u); ++i)
                                   a.largest.data[u + i] = std::max(a.largest.data[u + i], largest[i]);
                           });
}

/// op::scan_hits with the vectors of `level`; counts are whole numbers: exact in any order.
template <class Spread>
void scan_hits(isa level, op::scan_hits<float> const& a, Spread&& spread)
{
    std::mutex one_at_once;
    auto const units = static_cast<std::size_t>(a.weight.size(0)),
               all = static_cast<std::size_t>(a.sequences.size(0));
    detail::each_hit_block(
        level, a, spread, [&](hit_block& b, word_layout const& layout, std::size_t u, std::size_t s) {
            std::size_t const here = std::min(block_units, units - u);
            if (a.kept) b.look_where = detail::flags_of(a.kept, u, all) + s;
            b.hits = scratch<std::int32_t>(piece::event, b.n * block_units);
            b.counts = scratch<std::int32_t>(piece::values, layout.floats());
            for (std::size_t g = 0; g < layout.words(); ++g)
                std::fill_n(b.counts + g * word_floats, layout.entries() * block_units, 0);
            dispatch_words<hits_kernel, 5>(level, b);
            for (std::size_t i = 0; i < here; ++i)
                for (std::size_t n = 0; n < b.n; ++n)
                    a.hits.data[(u + i) * all + s + n] =
                        static_cast<std::uint32_t>(b.hits[n * block_units + i]);
            std::lock_guard const lock{one_at_once};
            detail::bases_of_words(layout, b.counts, here, a.counts.data + u * layout.width * 4);
        });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
