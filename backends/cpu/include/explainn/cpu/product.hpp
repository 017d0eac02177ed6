// C = A B for small matrices: B packed in rows of whole vectors, a tile of C kept in registers.
#pragma once
#include <cstddef>

#include <explainn/cpu/bfloat16_pairs.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Memory asked for while a product runs, so that what comes next does not wait for it.
struct asked_ahead {
    float const* from{};
    std::size_t count{};

    /// Asks for the share of rows first to last - 1 of `rows`.
    template <int Write>
    EXPLAINN_INLINE void ask(std::size_t first, std::size_t last, std::size_t rows) const
    {
        std::size_t const end = last * count / rows;
        for (std::size_t i = first * count / rows; i < end; i += 64 / sizeof(float))
            __builtin_prefetch(from + i, Write, 2);
    }
};

/// C(i, j) = sum over k of A(i, k) B(k, j), i < rows, j < columns; with `add`, C += that.
template <class T>
struct product {
    T const* a{};
    std::size_t a_row{}, a_depth{}; ///< A(i, k) = a[i a_row + k a_depth]
    T const* b{};
    std::size_t b_row{}; ///< B(k, j) = b[k b_row + j]; rows can be read up to whole vectors
    T const* b_last{};   ///< the last row of B, where it is elsewhere
    T* c{};
    std::size_t c_row{}; ///< C(i, j) = c[i c_row + j]
    std::size_t rows{}, depth{}, columns{};
    bool whole = false; ///< rows of C may be written up to whole vectors
    bool add = false;
    bool dense = false; ///< rows of C follow each other: what is written beyond one is made good by the next
    asked_ahead read{}, written{}; ///< what the next product reads and writes
};

/// Vectors of columns that a tile has at most, of so many bytes each: there are 32 registers, or 16.
constexpr std::size_t tile_vectors(std::size_t bytes) { return bytes == 64 ? 4 : 2; }

namespace detail {

// The last of a tile's vectors of columns is half as wide where that is enough and whole ones take twice as
// long.
template <class T, int Bytes>
constexpr int half_of = Bytes == 64 && sizeof(T) == 4 ? 32 : Bytes;

// Sums of R rows and V vectors of columns, the last vector Last bytes wide; of pairs of bfloat16.
template <class T, int Bytes, int Last, std::size_t R, std::size_t V, bool Pairs>
struct tile {
    using F = pack<T, Bytes>;
    using L = pack<T, Last>;
    static constexpr std::size_t whole = V - 1;
    F sums[R][whole == 0 ? 1 : whole];
    L last[R];

    // sum over k of A(i, k) B(k, j) for rows and columns from the given ones on
    EXPLAINN_INLINE void multiply(product<T> const& p, std::size_t row, std::size_t column)
    {
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < R; ++i) {
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < whole; ++j) sums[i][j] = F::zero();
            last[i] = L::zero();
        }
        if (column == 0) {
            p.read.template ask<0>(row, row + R, p.rows);
            p.written.template ask<1>(row, row + R, p.rows);
        }
        std::size_t const a_row = p.a_row, a_depth = p.a_depth, b_row = p.b_row;
        T const *a = p.a + row * a_row, *b = p.b + column;
        T const* const b_last = (p.b_last ? p.b_last : p.b + (p.depth - 1) * b_row) + column;
        EXPLAINN_NO_UNROLL
        for (std::size_t k = p.depth; k != 0; --k, a += a_depth, b += b_row) {
            b = k == 1 ? b_last : b;
            F across[whole == 0 ? 1 : whole];
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < whole; ++j) across[j] = F::load(b + j * F::size);
            L const end = L::load(b + whole * F::size);
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < R; ++i) {
                F const down = F::each(a + i * a_row);
                EXPLAINN_UNROLL
                for (std::size_t j = 0; j < whole; ++j) sums[i][j] = step(down, across[j], sums[i][j]);
                last[i] = step(low<Last>(down), end, last[i]);
            }
        }
    }

private:
    template <int B>
    static EXPLAINN_INLINE pack<T, B> step(pack<T, B> const& a, pack<T, B> const& b, pack<T, B> const& c)
    {
        if constexpr (Pairs) return multiply_add_pairs(a, b, c);
        else return multiply_add(a, b, c);
    }
};

// Use::tile<Bytes, Last, R, V>(use, row, column) for all tiles of p: R rows, V vectors.
template <int Bytes, int Last, std::size_t V, class T, class Use>
EXPLAINN_INLINE void tiles_of_columns(product<T> const& p, Use const& use, std::size_t column)
{
    std::size_t i = 0;
    for (; i + 6 <= p.rows; i += 6) Use::template tile<Bytes, Last, 6, V>(use, i, column);
    for (; i + 4 <= p.rows; i += 4) Use::template tile<Bytes, Last, 4, V>(use, i, column);
    for (; i + 2 <= p.rows; i += 2) Use::template tile<Bytes, Last, 2, V>(use, i, column);
    if (i < p.rows) Use::template tile<Bytes, Last, 1, V>(use, i, column);
}
template <int Bytes, std::size_t V, class T, class Use>
EXPLAINN_INLINE void tiles_of_columns(product<T> const& p, Use const& use, std::size_t column)
{
    constexpr int half = half_of<T, Bytes>;
    constexpr std::size_t whole = (V - 1) * pack<T, Bytes>::size;
    if (half != Bytes && p.columns - column <= whole + pack<T, half>::size)
        tiles_of_columns<Bytes, half, V>(p, use, column);
    else tiles_of_columns<Bytes, Bytes, V>(p, use, column);
}
// From the last columns to the first, for `dense`.
template <int Bytes, class T, class Use>
EXPLAINN_INLINE void each_tile(product<T> const& p, Use const& use)
{
    constexpr std::size_t S = pack<T, Bytes>::size;
    constexpr std::size_t most = tile_vectors(Bytes);
    for (std::size_t left = (p.columns + S - 1) / S; left != 0;) {
        // 5 = 3 + 2 rather than 4 + 1: a tile one vector wide is slow
        std::size_t const now = left <= most ? left : left == most + 1 ? (most + 2) / 2 : most;
        left -= now;
        if constexpr (most == 4) {
            if (now == 4) tiles_of_columns<Bytes, 4>(p, use, left * S);
            else if (now == 3) tiles_of_columns<Bytes, 3>(p, use, left * S);
        }
        if (now == 2) tiles_of_columns<Bytes, 2>(p, use, left * S);
        else if (now == 1) tiles_of_columns<Bytes, 1>(p, use, left * S);
    }
}

} // namespace detail

/// What a row of n numbers costs a product, in numbers: whole vectors, the last a half where that is enough.
constexpr std::size_t product_width(std::size_t n) { return round_up(n, 8); }

/// Each element is one sum in the order of k, so that how the rows are cut among threads changes no bit. With
/// Pairs A and B hold pairs of bfloat16, the next two of the depth.
template <class T, bool Pairs>
struct product_kernel {
    product<T> of;

    template <int Bytes, int Last, std::size_t R, std::size_t V>
    static EXPLAINN_INLINE void tile(product_kernel const& k, std::size_t row, std::size_t column)
    {
        using F = pack<T, Bytes>;
        using L = pack<T, Last>;
        product<T> const& p = k.of;
        detail::tile<T, Bytes, Last, R, V, Pairs> t;
        t.multiply(p, row, column);
        std::size_t const rest = p.columns - column - (V - 1) * F::size;
        T const* const end = p.c + p.rows * p.c_row;
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < R; ++i) {
            T* const to = p.c + (row + i) * p.c_row + column;
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j + 1 < V; ++j) {
                if (p.add) t.sums[i][j] = t.sums[i][j] + F::load(to + j * F::size);
                t.sums[i][j].store(to + j * F::size);
            }
            T* const last = to + (V - 1) * F::size;
            if (p.whole || rest >= L::size || (p.dense && last + L::size <= end)) {
                if (p.add) t.last[i] = t.last[i] + L::load(last);
                t.last[i].store(last);
            } else {
                if (p.add) t.last[i] = t.last[i] + L::load(last, rest);
                t.last[i].store(last, rest);
            }
        }
    }
    template <int Bytes>
    static EXPLAINN_INLINE void run(product_kernel const& argument)
    {
        product_kernel const k = argument;
        detail::each_tile<Bytes>(k.of, k);
    }
};

/// Computes p with the vectors of `level`.
template <class T>
void multiply(isa level, product<T> const& p)
{
    dispatch<product_kernel<T, false>>(level, product_kernel<T, false>{p});
}
/// The same of floats, or of pairs of bfloat16.
inline void multiply(isa level, dense_products by, product<float> const& p)
{
    if (by == dense_products::bfloat16) dispatch_pairs(product_kernel<float, true>{p});
    else multiply(level, p);
}

/// to(j, i) = from(i, j).
template <class T>
struct transposition {
    T const* from{};
    std::size_t from_row{}, rows{}, columns{};
    T* to{};
    std::size_t to_row{};
    bool pad = true; ///< rows of `to` may be written up to whole vectors

    template <int Bytes>
    static EXPLAINN_INLINE void run(transposition const& argument)
    {
        using F = pack<T, Bytes>;
        constexpr std::size_t S = F::size, c = piece_size<T>;
        transposition const t = argument;
        if (t.pad && t.rows % S != 0) // zeros in the last, broken vector of a row
            for (std::size_t j = 0; j < t.columns; ++j) F::zero().store(t.to + j * t.to_row + t.rows / S * S);
        if (t.rows < S || t.columns < c) {
            for (std::size_t j = 0; j < t.columns; ++j)
                for (std::size_t i = 0; i < t.rows; ++i) t.to[j * t.to_row + i] = t.from[i * t.from_row + j];
            return;
        }
        // the last piece ends where the matrix does and repeats some of the one before
        for (std::size_t row = 0; row < t.rows; row += S)
            for (std::size_t column = 0; column < t.columns; column += c) {
                std::size_t const i = row + S <= t.rows ? row : t.rows - S,
                                  j = column + c <= t.columns ? column : t.columns - c;
                F columns[c];
                load_columns(t.from + i * t.from_row + j, t.from_row, columns);
                EXPLAINN_UNROLL
                for (std::size_t q = 0; q < c; ++q) columns[q].store(t.to + (j + q) * t.to_row + i);
            }
    }
};

template <class T>
void turn(isa level, transposition<T> const& t)
{
    dispatch<transposition<T>>(level, t);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
