// op::motif_scan from k-mer tables: sixteen units a vector, the extremum and its place kept in registers.
#pragma once
#include <algorithm>
#include <limits>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/prepared_letters.hpp>
#include <explainn/cpu/vector_math.hpp>
#include <explainn/cpu/window_sum.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The scan of some sequences by one block of units; views are those of op::motif_scan from the block's first
/// unit and the first of these sequences on.
struct scan_block : scan_words {
    static constexpr std::size_t strands = 1; ///< responses of a window
    std::size_t n{}, length{}, cells{}, pool{}, stride{}, windows{}, units{};
    std::size_t row{}, at_row{}; ///< elements of y, and of at, from one unit to the next
    activation act{};
    float const *scale{}, *shift{}, *sign{}; ///< (16), zeros beyond the units
    float* y{};
    std::uint16_t* at{};
    float* values{}; ///< (windows, strands, 16), where cells overlap
    void begin_at(std::size_t letter) { offsets += letter; }
    /// The responses of the units to the window at place t, on the only strand.
    template <int Bytes, std::size_t Words, std::size_t M>
    EXPLAINN_INLINE void response(std::size_t t, std::size_t, pack<float, Bytes> (&s)[M]) const
    {
        detail::window_sum<Bytes, Words>(*this, t, s);
    }
};

namespace detail {

// Up to sixteen cells, rows of sixteen units, become as many cells of each unit; `to` has rows of `row`.
template <int Bytes, class T, class Out>
EXPLAINN_INLINE void turn_cells(T const* from, std::size_t units, std::size_t cells, Out* to, std::size_t row)
{
    using V = pack<T, Bytes>;
    using narrow = pack<Out, Bytes / static_cast<int>(sizeof(T) / sizeof(Out))>;
    constexpr std::size_t S = V::size, c = piece_size<T>;
    for (std::size_t first = 0; first < cells; first += S) {
        std::size_t const here = cells - first < S ? cells - first : S;
        for (std::size_t u = 0; u < units; u += c) {
            V of_unit[c];
            load_columns(from + first * block_units + u, block_units, of_unit);
            EXPLAINN_UNROLL
            for (std::size_t q = 0; q < c; ++q) {
                if (u + q >= units) break;
                narrow const x{__builtin_convertvector(of_unit[q].v, typename narrow::raw)};
                Out* const there = to + (u + q) * row + first;
                if (here == S) x.store(there);
                else x.store(there, here);
            }
        }
    }
}

// What is found in the cells of a block, kept until there are sixteen of them.
struct found_cells {
    alignas(64) float y[block_units * block_units], best[block_units * block_units];
    alignas(64) std::int32_t at[block_units * block_units];

    // y of four rows of best, which is of the filters times their sign. Four, for one is a chain of
    // operations that wait for each other; not sixteen, so that they run while the next cells' windows are
    // loaded
    template <int Bytes, activation Act>
    EXPLAINN_INLINE void activate(scan_block const& a, std::size_t row)
    {
        using F = pack<float, Bytes>;
        EXPLAINN_UNROLL
        for (std::size_t u = 0; u < block_units; u += F::size) {
            F const sign = F::load(a.sign + u), scale = F::load(a.scale + u), shift = F::load(a.shift + u);
            float const* const c = best + row * block_units + u;
            float* const to = y + row * block_units + u;
            F x[4];
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < 4; ++j) {
                x[j] = multiply_add(scale, F::load(c + j * block_units) * sign, shift);
            }
            EXPLAINN_UNROLL
            for (F& each : x) each = activated(Act == activation::exponential ? Act : a.act, each);
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < 4; ++j) x[j].store(to + j * block_units);
        }
    }
    template <int Bytes>
    EXPLAINN_INLINE void activate(scan_block const& a, std::size_t row)
    {
        if (a.act == activation::exponential) activate<Bytes, activation::exponential>(a, row);
        else activate<Bytes, activation::identity>(a, row);
    }
    // writes cells from `first` on in the order of the views
    template <int Bytes>
    EXPLAINN_INLINE void write(scan_block const& a, std::size_t first, std::size_t count)
    {
        turn_cells<Bytes>(y, a.units, count, a.y + first, a.row);
        if (a.at) turn_cells<Bytes>(at, a.units, count, a.at + first, a.at_row);
    }
};

} // namespace detail

/// Words, Pool > 0: known to the compiler.
template <std::size_t Words, std::size_t Pool>
struct scan_kernel {
    // window t, the next places of a cell; without Places only the extremum is wanted
    template <bool Places, int Bytes, class Block, std::size_t M>
    static EXPLAINN_INLINE void look(Block const& a, std::size_t t, pack<std::int32_t, Bytes>& place,
                                     pack<float, Bytes> (&best)[M], pack<std::int32_t, Bytes> (&at)[M])
    {
        EXPLAINN_UNROLL
        for (std::size_t strand = 0; strand < Block::strands; ++strand) {
            pack<float, Bytes> s[M];
            a.template response<Bytes, Words>(t, strand, s);
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < M; ++i) {
                if constexpr (Places) at[i] = choose(greater(s[i], best[i]), place, at[i]);
                best[i] = max(s[i], best[i]);
            }
            if constexpr (Places) {
                place = {place.v + 1};
                in_register(place);
            }
        }
    }
    template <int Bytes, class Block>
    static EXPLAINN_INLINE void run(Block const& argument)
    {
        Block const a = argument;
        if (Pool != 0 && !a.at) scan<false, Bytes>(a);
        else scan<true, Bytes>(a);
    }
    template <bool Places, int Bytes, class Block>
    static EXPLAINN_INLINE void scan(Block const& a)
    {
        using F = pack<float, Bytes>;
        using I = pack<std::int32_t, Bytes>;
        constexpr std::size_t S = F::size, M = block_units / S, R = block_units;
        detail::found_cells found;
        bool const overlap = Pool == 0 && a.values != nullptr;
        std::size_t row = 0, first = 0;
        for (std::size_t n = 0; n < a.n; ++n) {
            if (overlap)
                for (std::size_t t = 0; t < a.windows; ++t) {
                    EXPLAINN_UNROLL
                    for (std::size_t strand = 0; strand < Block::strands; ++strand) {
                        F s[M];
                        a.template response<Bytes, Words>(n * a.length + t, strand, s);
                        EXPLAINN_UNROLL
                        for (std::size_t i = 0; i < M; ++i)
                            s[i].store(a.values + (t * Block::strands + strand) * R + i * S);
                    }
                }
            for (std::size_t p = 0; p < a.cells; ++p) {
                F best[M];
                I at[M];
                EXPLAINN_UNROLL
                for (std::size_t i = 0; i < M; ++i) {
                    best[i] = F::all(-std::numeric_limits<float>::infinity());
                    at[i] = I::all(static_cast<std::int32_t>(p * a.stride * Block::strands));
                }
                I place = at[0];
                if (overlap) {
                    float const* v = a.values + p * a.stride * Block::strands * R;
                    EXPLAINN_NO_UNROLL
                    for (std::size_t k = 0; k < a.pool * Block::strands; ++k, v += R) {
                        EXPLAINN_UNROLL
                        for (std::size_t i = 0; i < M; ++i) {
                            F const s = F::load(v + i * S);
                            auto const more = greater(s, best[i]);
                            at[i] = choose(more, place, at[i]);
                            best[i] = choose(more, s, best[i]);
                        }
                        place = I{place.v + 1};
                    }
                } else {
                    std::size_t const t = n * a.length + p * a.stride;
                    if constexpr (Pool != 0) {
                        EXPLAINN_UNROLL
                        for (std::size_t k = 0; k < Pool; ++k) look<Places, Bytes>(a, t + k, place, best, at);
                    } else {
                        EXPLAINN_NO_UNROLL
                        for (std::size_t k = 0; k < a.pool; ++k) look<true, Bytes>(a, t + k, place, best, at);
                    }
                }
                EXPLAINN_UNROLL
                for (std::size_t i = 0; i < M; ++i) {
                    best[i].store(found.best + row * R + i * S);
                    if constexpr (Places) at[i].store(found.at + row * R + i * S);
                }
                if (++row % 4 == 0) found.template activate<Bytes>(a, row - 4);
                if (row == R) {
                    found.template write<Bytes>(a, first, R);
                    first += R;
                    row = 0;
                }
            }
        }
        if (row % 4 != 0) found.template activate<Bytes>(a, row / 4 * 4);
        if (row != 0) found.template write<Bytes>(a, first, row);
    }
};

template <std::size_t Words>
using scan_of_any_pool = scan_kernel<Words, 0>;
template <std::size_t Words>
using scan_of_seven = scan_kernel<Words, 7>;

/// How many parts of the sequences `blocks` blocks of units are scanned in: as many for each thread, four at
/// least, of eight sequences at least.
inline std::size_t scan_parts(std::size_t n, std::size_t blocks, std::size_t threads)
{
    if (threads == 1 || n < 16) return 1;
    return std::min({round_up((4 * threads + blocks - 1) / blocks, threads), n / 8, std::size_t{64}});
}

/// Runs the scan of a block with the kernel for its number of words and the paper's pool, or for any.
inline void scan_of_block(isa level, scan_block const& b)
{
    if (b.pool == 7 && !b.values) dispatch_words<scan_of_seven, 5, 7>(level, b);
    else dispatch_words<scan_of_any_pool, 2, 3, 4, 5, 6, 7>(level, b);
}

/// Scans parts of the sequences, one block of units after the other. `whole` holds the words of all sequences
/// and the number of windows; weight (U, 4, W) is that of the layout. Places go to `at`, 16 bits each and
/// (N, P) of a unit, where it is not absent. spread.items(n, f) shares out f(item, thread) over `threads`
/// threads.
template <class Block, class Op, class Spread>
void scan_in_parts(isa level, Block const& whole, word_layout const& layout, float const* weight, Op const& a,
                   own_bytes_by_unit at, std::size_t threads, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(a.weight.size(0)),
               n = static_cast<std::size_t>(a.sequences.size(0)),
               length = static_cast<std::size_t>(a.sequences.size(1)),
               cells = static_cast<std::size_t>(a.y.size(2));
    std::size_t const blocks = (units + block_units - 1) / block_units,
                      parts = scan_parts(n, blocks, threads), together = (n + parts - 1) / parts;
    // the block of units whose table a thread made last
    auto* const made = scratch<std::size_t>(piece::table_owners, threads);
    std::fill_n(made, threads, blocks);
    spread.items(blocks * parts, [&](std::size_t item, std::size_t thread) {
        std::size_t const block = item / parts, u = block * block_units, from = item % parts * together;
        if (from >= n) return;
        Block b = whole;
        b.n = std::min(together, n - from);
        b.begin_at(from * length);
        b.words = layout.words();
        b.length = length;
        b.cells = cells;
        b.pool = static_cast<std::size_t>(a.pool);
        b.stride = static_cast<std::size_t>(a.stride);
        b.act = a.act;
        b.row = n * cells;
        b.at_row = at.each / sizeof(std::uint16_t);
        if (a.stride < a.pool && cells > 1)
            b.values = scratch<float>(piece::values, b.windows * Block::strands * block_units);
        b.units = std::min(block_units, units - u);
        float sign[block_units] = {}, scale[block_units] = {}, shift[block_units] = {};
        for (std::size_t i = 0; i < b.units; ++i) {
            scale[i] = a.scale.data[u + i];
            shift[i] = a.shift.data[u + i];
            sign[i] = scale[i] < 0 ? -1.0f : 1.0f;
        }
        float* const table = scratch<float>(piece::tables, layout.floats());
        if (made[thread] != block)
            build_tables(level, layout, weight + u * 4 * layout.width, sign, b.units, table);
        made[thread] = block;
        b.table = table;
        b.scale = scale;
        b.shift = shift;
        b.sign = sign;
        b.y = a.y.data + (u * n + from) * cells;
        b.at = at ? at.template of_unit<std::uint16_t>(u) + from * cells : nullptr;
        scan_of_block(level, b);
    });
}

/// op::motif_scan and op::scan_winners with the vectors of `level`; places go to `at` and work is shared out
/// as by scan_in_parts.
template <template <class> class Op, class Spread>
void motif_scan(isa level, Op<float> const& a, own_bytes_by_unit at, std::size_t threads, Spread&& spread)
{
    word_layout const layout{static_cast<std::size_t>(a.weight.size(2)), a.has_n ? 5u : 4u};
    scan_block whole;
    whole.offsets =
        prepared_letters(level, a.sequences, a.has_n, a.prepared, letter_parts::words, spread).words;
    whole.windows = static_cast<std::size_t>(a.sequences.size(1)) - layout.width + 1;
    scan_in_parts(level, whole, layout, a.weight.data, a, at, threads, spread);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
