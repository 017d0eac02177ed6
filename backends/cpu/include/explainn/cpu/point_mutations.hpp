// op::point_mutations: of sixteen units at once, the windows and cells that a change of one base touches, and
// what their change makes of the dense layers.
#pragma once
#include <algorithm>
#include <limits>
#include <utility>

#include <explainn/cpu/motif_scan.hpp>
#include <explainn/cpu/mutated_units.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// All changes of one kind in some sequences, for one block of units.
struct mutation_block {
    mutated_units units{};
    std::size_t n{}, length{}, here{}; ///< sequences, their length, units of the block
    letter const* sequences{};         ///< (n, L)
    base_change what{};
    std::size_t first{}, positions{}; ///< positions [first, first + R)
    float* change{};                  ///< from the block's first unit and the first of these sequences on
    std::size_t row{};                ///< elements of change from one unit to the next
    float* room{};                    ///< of room_for() floats

    std::size_t alternatives() const { return static_cast<std::size_t>(alternatives_of(what)); }
    /// Numbers of one unit and sequence.
    std::size_t numbers() const { return positions * alternatives() * units.outputs(); }
    /// Levels of the table of maxima: of 1, 2, 4, ... windows, up to a cell's.
    std::size_t levels() const
    {
        std::size_t all = 1;
        while ((std::size_t{2} << (all - 1)) <= units.pool) ++all;
        return all;
    }
    /// Cells that windows in a row, as many as a filter has columns, may touch.
    std::size_t touched() const
    {
        return std::min(units.cells, (units.width + units.pool) / units.stride + 2);
    }
    /// The widest dense layer.
    std::size_t widest() const
    {
        std::size_t most = 1;
        for (std::size_t i = 0; i < units.depth; ++i) most = std::max(most, units.layers[i].outputs);
        return most;
    }
    std::size_t room_for() const
    {
        std::size_t const hidden = units.depth == 0 ? 0 : units.layers[0].outputs;
        // what is turned at the end is read in whole blocks
        return block_units *
               (levels() * (units.windows + 2) + 2 * units.cells + (units.cells + 1) * hidden +
                units.outputs() + 4 * units.width + 4 * touched() + 12 * widest() + numbers() + block_units);
    }
};

namespace detail {

/// One sequence and one vector of units of a block: u is the first of these units.
template <int Bytes>
struct mutated_sequence {
    using F = pack<float, Bytes>;
    static constexpr std::size_t B = block_units;

    mutation_block const& a;
    mutated_units const& m;
    letter const* x; ///< (L)
    std::size_t u;
    // rows of sixteen numbers
    float* maxima;       ///< (levels, windows + 2): of windows from t on at row t + 1
    float* y;            ///< (P): the cells
    float* moved;        ///< (P): the cells where all windows are those before or behind
    float* z;            ///< (P + 1, H): of the first dense layer, where the cells from row q on have moved
    float* y_out;        ///< (K)
    float* changed;      ///< (W, A): the windows that hold the change
    float* delta;        ///< (cells touched, A): changes of their activations
    float *some, *other; ///< (A, widest layer) each, between layers
    float* result;       ///< (A, K)
    float* rows;         ///< (R, alternatives, K)

    EXPLAINN_INLINE mutated_sequence(mutation_block const& block, letter const* sequence, std::size_t unit)
        : a{block}, m{block.units}, x{sequence}, u{unit}
    {
        float* to = block.room;
        auto const hidden = m.depth == 0 ? std::size_t{0} : m.layers[0].outputs;
        std::size_t const sizes[] = {block.levels() * (m.windows + 2),
                                     m.cells,
                                     m.cells,
                                     (m.cells + 1) * hidden,
                                     m.outputs(),
                                     4 * m.width,
                                     4 * block.touched(),
                                     4 * block.widest(),
                                     4 * block.widest(),
                                     4 * block.widest()};
        float** const all[] = {&maxima, &y, &moved, &z, &y_out, &changed, &delta, &some, &other, &result};
        for (std::size_t i = 0; i < 10; ++i) {
            *all[i] = to + u;
            to += sizes[i] * B;
        }
        rows = to + u;
    }

    static EXPLAINN_INLINE F at(float const* row, std::size_t i) { return F::load(row + i * B); }
    static EXPLAINN_INLINE void put(F const& v, float* row, std::size_t i) { v.store(row + i * B); }

    /// What column k of the filters adds where letter c stands.
    EXPLAINN_INLINE F column(letter c, std::size_t k) const
    {
        return F::load(m.filters + (c * m.width + k) * B + u);
    }
    /// The letter at a place, from -1 on; N outside.
    EXPLAINN_INLINE letter letter_at(std::ptrdiff_t i) const
    {
        return i < 0 || i >= static_cast<std::ptrdiff_t>(a.length) ? letter_n : x[i];
    }
    /// The largest response of windows [from, to), which may be moved by `by`.
    EXPLAINN_INLINE F largest(std::size_t from, std::size_t to, std::ptrdiff_t by = 0) const
    {
        auto const level = static_cast<std::size_t>(63 - __builtin_clzll(to - from));
        std::size_t const first = from + static_cast<std::size_t>(1 + by),
                          last = to + static_cast<std::size_t>(1 + by) - (std::size_t{1} << level);
        float const* const row = maxima + level * (m.windows + 2) * B;
        return max(at(row, first), at(row, last));
    }
    EXPLAINN_INLINE F activated_response(F const& largest) const
    {
        F const r = multiply_add(F::load(m.scale + u), largest * F::load(m.sign + u), F::load(m.shift + u));
        return activated(m.act, r);
    }

    /// Responses, cells, and the dense layers of the sequence as it is.
    EXPLAINN_INLINE void look()
    {
        std::ptrdiff_t const by = shift();
        std::size_t const rows_of_windows = m.windows + 2;
        std::size_t const width = m.width;
        for (std::size_t t = 0; t < rows_of_windows; ++t) {
            F s = F::zero();
            bool const inside = t != 0 && t + 1 != rows_of_windows;
            letter const* const here = x + t - 1;
            for (std::size_t k = 0; k < width; ++k) {
                letter const c = inside ? here[k] : letter_at(static_cast<std::ptrdiff_t>(t + k) - 1);
                s = s + F::load(m.filters + (c * width + k) * B + u);
            }
            put(s, maxima, t);
        }
        for (std::size_t level = 1; level < a.levels(); ++level) {
            float const* const from = maxima + (level - 1) * rows_of_windows * B;
            float* const to = maxima + level * rows_of_windows * B;
            std::size_t const half = std::size_t{1} << (level - 1);
            for (std::size_t t = 0; t + 2 * half <= rows_of_windows; ++t)
                put(max(at(from, t), at(from, t + half)), to, t);
        }
        for (std::size_t q = 0; q < m.cells; ++q) {
            std::size_t const start = m.start(q);
            put(activated_response(largest(start, start + m.pool)), y, q);
            if (by != 0) put(activated_response(largest(start, start + m.pool, by)), moved, q);
        }
        if (m.depth == 0) {
            for (std::size_t q = 0; q < m.cells; ++q) put(at(y, q), y_out, q);
            return;
        }
        auto const& layer = m.layers[0];
        std::size_t const h = layer.outputs;
        float* const last = z + m.cells * h * B;
        for (std::size_t i = 0; i < h; ++i) put(F::load(layer.bias + i * B + u), last, i);
        for (std::size_t q = 0; q < m.cells; ++q) add_cell(q, at(y, q), last, last);
        if (by != 0)
            for (std::size_t q = m.cells; q-- != 0;)
                add_cell(q, at(moved, q) - at(y, q), z + (q + 1) * h * B, z + q * h * B);
        finish<1>(last, 0, 0, y_out);
    }
    /// to = from + what cell q adds to the first dense layer for `more` of its activation.
    EXPLAINN_INLINE void add_cell(std::size_t q, F const& more, float const* from, float* to) const
    {
        std::size_t const h = m.layers[0].outputs;
        float const* const w = m.layers[0].weight + q * h * B + u;
        for (std::size_t i = 0; i < h; ++i) put(multiply_add(at(w, i), more, at(from, i)), to, i);
    }
    EXPLAINN_INLINE std::ptrdiff_t shift() const
    {
        return a.what == base_change::deletion ? 1 : a.what == base_change::insertion ? -1 : 0;
    }

    /// Output i of the first layer before its activation, of A mutants: what is at `from`, and what `count`
    /// cells from q on add for the changes d of their activations. Cells > 0: their number, known to the
    /// compiler.
    template <std::size_t A, std::size_t Cells>
    EXPLAINN_INLINE void first_layer(float const* from, std::size_t q, std::size_t count, F const* d,
                                     std::size_t i, F (&s)[A]) const
    {
        std::size_t const h = m.layers[0].outputs;
        float const* const w = m.layers[0].weight + (q * h + i) * B + u;
        F const z_of = at(from, i);
        EXPLAINN_UNROLL
        for (std::size_t k = 0; k < A; ++k) s[k] = z_of;
        if constexpr (Cells != 0) {
            EXPLAINN_UNROLL
            for (std::size_t c = 0; c < Cells; ++c) {
                F w_of = at(w, c * h);
                in_register(w_of);
                EXPLAINN_UNROLL
                for (std::size_t k = 0; k < A; ++k) s[k] = multiply_add(w_of, d[c * A + k], s[k]);
            }
        } else {
            EXPLAINN_NO_UNROLL
            for (std::size_t c = 0; c < count; ++c) {
                F const w_of = at(w, c * h);
                EXPLAINN_UNROLL
                for (std::size_t k = 0; k < A; ++k) s[k] = multiply_add(w_of, at(delta, c * A + k), s[k]);
            }
        }
    }
    /// Outputs (A, K) of A mutants into `to`, of which `count` cells from q on change by delta.
    template <std::size_t A>
    EXPLAINN_INLINE void finish(float const* from, std::size_t q, std::size_t count, float* to) const
    {
        auto const& layer = m.layers[0];
        if (m.depth == 2 && m.layers[1].outputs == 1 && layer.act == activation::relu) {
            if (A == 3 && count == 3) return finish_pair < A, A == 3 ? 3 : 0 > (from, q, count, to);
            if (A == 3 && count == 4) return finish_pair < A, A == 3 ? 4 : 0 > (from, q, count, to);
            return finish_pair<A, 0>(from, q, count, to);
        }
        std::size_t const h = layer.outputs;
        float* y_of = m.depth == 1 ? to : some;
        for (std::size_t i = 0; i < h; ++i) {
            F s[A];
            first_layer<A, 0>(from, q, count, nullptr, i, s);
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < A; ++k) put(activated(layer.act, s[k]), y_of, k * h + i);
        }
        float* next = other;
        for (std::size_t d = 1; d < m.depth; ++d) {
            float* const there = d + 1 == m.depth ? to : next;
            next_layer<A>(m.layers[d], y_of, there);
            next = y_of;
            y_of = there;
        }
    }
    /// A dense layer behind the first, of A mutants: rows (A, F) become rows (A, H).
    template <std::size_t A>
    EXPLAINN_INLINE void next_layer(mutated_layer const& layer, float const* x_of, float* y_of) const
    {
        for (std::size_t o = 0; o < layer.outputs; ++o) {
            F s[A];
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < A; ++k) s[k] = F::load(layer.bias + o * B + u);
            EXPLAINN_NO_UNROLL
            for (std::size_t i = 0; i < layer.inputs; ++i) {
                F const w = F::load(layer.weight + (i * layer.outputs + o) * B + u);
                EXPLAINN_UNROLL
                for (std::size_t k = 0; k < A; ++k)
                    s[k] = multiply_add(w, at(x_of, k * layer.inputs + i), s[k]);
            }
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < A; ++k) put(activated(layer.act, s[k]), y_of, k * layer.outputs + o);
        }
    }
    /// finish() for two layers, the first with ReLU and the second of one output: nothing is stored between.
    template <std::size_t A, std::size_t Cells>
    EXPLAINN_INLINE void finish_pair(float const* from, std::size_t q, std::size_t count, float* to) const
    {
        auto const& behind = m.layers[1];
        float const* const w = behind.weight + u;
        F sum[A], d[A * (Cells == 0 ? 1 : Cells)], zero = F::zero();
        in_register(zero); // a maximum with a constant becomes two instructions
        if constexpr (Cells != 0) {
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < A * Cells; ++k) d[k] = at(delta, k);
        }
        EXPLAINN_UNROLL
        for (std::size_t k = 0; k < A; ++k) sum[k] = F::load(behind.bias + u);
        EXPLAINN_NO_UNROLL
        for (std::size_t i = 0; i < behind.inputs; ++i) {
            F s[A];
            first_layer<A, Cells>(from, q, count, d, i, s);
            F w_of = at(w, i);
            in_register(w_of);
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < A; ++k) sum[k] = multiply_add(w_of, max(s[k], zero), sum[k]);
        }
        EXPLAINN_UNROLL
        for (std::size_t k = 0; k < A; ++k) put(activated(behind.act, sum[k]), to, k);
    }

    /// Every change at position i.
    EXPLAINN_INLINE void change(std::size_t i)
    {
        letter bases[4] = {0, 1, 2, 3};
        if (a.what == base_change::deletion) return change<1>(i, bases);
        if (a.what == base_change::insertion || x[i] == letter_n) return change<4>(i, bases);
        std::size_t const k = m.outputs();
        float* const same = rows + ((i - a.first) * 4 + x[i]) * k * B;
        for (std::size_t o = 0; o < k; ++o) put(F::zero(), same, o);
        for (letter c = x[i]; c < 3; ++c) bases[c] = static_cast<letter>(c + 1);
        change<3>(i, bases);
    }
    template <std::size_t A>
    EXPLAINN_INLINE void change(std::size_t i, letter const (&bases)[4])
    {
        // windows [from, to) hold the change, those behind are those of the sequence moved by `by`
        std::ptrdiff_t const by = shift();
        std::size_t const from = i + 1 < m.width ? 0 : std::min(i + 1 - m.width, m.windows),
                          to = std::min(a.what == base_change::deletion ? i : i + 1, m.windows),
                          holds = to > from ? to - from : 0, begin = to > from ? from : to;
        respond<A>(i, begin, holds, bases);
        std::size_t const qa = m.first_behind(begin), qb = std::max(qa, m.first_from(to));
        pool<A>(qa, qb, begin, to, by);
        write<A>(i, qa, qb, by, bases);
    }
    /// The changes of the outputs of the mutants at position i, of which cells [qa, qb) change by delta and
    /// those behind have moved.
    template <std::size_t A>
    EXPLAINN_INLINE void write(std::size_t i, std::size_t qa, std::size_t qb, std::ptrdiff_t by,
                               letter const (&bases)[4])
    {
        std::size_t const k = m.outputs();
        bool const dense = m.depth != 0;
        if (dense) {
            std::size_t const z_row = by == 0 ? m.cells : qb;
            finish<A>(z + z_row * m.layers[0].outputs * B, qa, qb - qa, result);
        }
        EXPLAINN_UNROLL
        for (std::size_t b = 0; b < A; ++b) {
            float* const there = rows + ((i - a.first) * a.alternatives() + (A == 1 ? 0 : bases[b])) * k * B;
            for (std::size_t o = 0; o < k; ++o) {
                F v = F::zero();
                if (dense) v = at(result, b * k + o) - at(y_out, o);
                else if (o >= qa && o < qb) v = at(delta, (o - qa) * A + b);
                else if (o >= qb && by != 0) v = at(moved, o) - at(y, o);
                put(v, there, dense || !m.reverse ? o : k - 1 - o);
            }
        }
    }
    /// The responses of the windows that hold the change.
    template <std::size_t A>
    EXPLAINN_INLINE void respond(std::size_t i, std::size_t from, std::size_t count, letter const (&bases)[4])
    {
        if (a.what == base_change::substitution) {
            float const* const columns = m.filters + u + (i - from) * B;
            std::size_t const rows_of_letter = m.width * B;
            float const *s = maxima + (from + 1) * B, *old = columns + x[i] * rows_of_letter, *now[A];
            for (std::size_t b = 0; b < A; ++b) now[b] = columns + bases[b] * rows_of_letter;
            float* to = changed;
            EXPLAINN_NO_UNROLL
            for (std::size_t j = 0; j < count; ++j, s += B, to += A * B) {
                std::ptrdiff_t const k = -static_cast<std::ptrdiff_t>(j * B);
                F const without = F::load(s) - F::load(old + k);
                EXPLAINN_UNROLL
                for (std::size_t b = 0; b < A; ++b) (without + F::load(now[b] + k)).store(to + b * B);
            }
            return;
        }
        bool const inserted = a.what == base_change::insertion;
        for (std::size_t j = 0; j < count; ++j) {
            std::size_t const t = from + j, before = i - t;
            F s = F::zero();
            for (std::size_t k = 0; k < before && k < m.width; ++k) s = s + column(x[t + k], k);
            std::ptrdiff_t const by = inserted ? -1 : 1;
            for (std::size_t k = inserted ? before + 1 : before; k < m.width; ++k)
                s = s + column(letter_at(static_cast<std::ptrdiff_t>(t + k) + by), k);
            if (!inserted) put(s, changed, j);
            else {
                EXPLAINN_UNROLL
                for (std::size_t b = 0; b < A; ++b) put(s + column(bases[b], before), changed, j * A + b);
            }
        }
    }
    /// How the activations of cells [qa, qb) change.
    template <std::size_t A>
    EXPLAINN_INLINE void pool(std::size_t qa, std::size_t qb, std::size_t from, std::size_t to,
                              std::ptrdiff_t by)
    {
        if (m.act == activation::exponential) pool_as<A, activation::exponential>(qa, qb, from, to, by);
        else pool_as<A, activation::identity>(qa, qb, from, to, by);
    }
    // Act: the exponential, or any other
    template <std::size_t A, activation Act>
    EXPLAINN_INLINE void pool_as(std::size_t qa, std::size_t qb, std::size_t from, std::size_t to,
                                 std::ptrdiff_t by)
    {
        F const sign = F::load(m.sign + u), scale = F::load(m.scale + u), add = F::load(m.shift + u);
        activation const act = Act == activation::exponential ? Act : m.act;
        float* there = delta;
        for (std::size_t q = qa; q < qb; ++q, there += A * B) {
            std::size_t const start = m.start(q), end = start + m.pool;
            F rest = F::all(-std::numeric_limits<float>::infinity());
            if (start < from) rest = largest(start, from);
            if (end > to) rest = max(rest, largest(std::max(to, start), end, by));
            F most[A];
            EXPLAINN_UNROLL
            for (std::size_t b = 0; b < A; ++b) most[b] = rest;
            std::size_t const begin = std::max(start, from), behind = std::min(end, to);
            float const* response = changed + (begin - from) * A * B;
            EXPLAINN_NO_UNROLL
            for (std::size_t t = begin; t < behind; ++t, response += A * B) {
                EXPLAINN_UNROLL
                for (std::size_t b = 0; b < A; ++b) most[b] = max(most[b], F::load(response + b * B));
            }
            F const before = at(y, q);
            EXPLAINN_UNROLL
            for (std::size_t b = 0; b < A; ++b) most[b] = multiply_add(scale, most[b] * sign, add);
            EXPLAINN_UNROLL
            for (std::size_t b = 0; b < A; ++b) most[b] = activated(act, most[b]);
            EXPLAINN_UNROLL
            for (std::size_t b = 0; b < A; ++b) (most[b] - before).store(there + b * B);
        }
    }
};

/// All sequences of a block.
struct mutation_kernel {
    template <int Bytes>
    static EXPLAINN_INLINE void run(mutation_block const& a)
    {
        for (std::size_t n = 0; n < a.n; ++n) {
            float const* rows = nullptr;
            for (std::size_t u = 0; u < block_units; u += pack<float, Bytes>::size) {
                mutated_sequence<Bytes> s{a, a.sequences + n * a.length, u};
                s.look();
                for (std::size_t i = 0; i < a.positions; ++i) s.change(a.first + i);
                rows = s.rows - u;
            }
            turn_cells<Bytes>(rows, a.here, a.numbers(), a.change + n * a.numbers(), a.row);
        }
    }
};

} // namespace detail

/// op::point_mutations with the vectors of `level`; `spread(n, block, f)` shares out f(first, last) over
/// `threads` threads: parts of the sequences, one block of units after the other.
template <class Spread>
void point_mutations(isa level, op::point_mutations<float> const& a, std::size_t threads, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(a.change.size(0)),
               n = static_cast<std::size_t>(a.sequences.size(0)),
               blocks = (units + block_units - 1) / block_units;
    // as many parts as give every thread some items, and no fewer sequences in one than pay for its packing
    std::size_t const wanted = threads == 1 ? 1 : (4 * threads + blocks - 1) / blocks,
                      parts = std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(n / 2, 1)),
                      together = (n + parts - 1) / parts;
    spread(blocks * parts, std::size_t{1}, [&, level](std::size_t first, std::size_t last) {
        for (std::size_t item = first; item < last; ++item) {
            std::size_t const u = item / parts * block_units, from = item % parts * together;
            if (from >= n) continue;
            mutation_block b;
            b.here = std::min(block_units, units - u);
            b.units = packed_units(a, u, b.here);
            b.n = std::min(together, n - from);
            b.length = static_cast<std::size_t>(a.sequences.size(1));
            b.sequences = a.sequences.data + from * b.length;
            b.what = a.what;
            b.first = static_cast<std::size_t>(a.first);
            b.positions = static_cast<std::size_t>(a.change.size(2));
            b.row = n * b.numbers();
            b.change = a.change.data + (u * n + from) * b.numbers();
            b.room = scratch<float>(piece::mutants, b.room_for());
            dispatch<detail::mutation_kernel>(level, b);
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
