// C = A B for small matrices: B packed in rows of whole vectors, a tile of C kept in registers.
#pragma once
#include <cstddef>

#include <explainn/cpu/simd.hpp>

namespace explainn::simd {

/// C(i, j) = sum over k of A(i, k) B(k, j), i < rows, j < columns; with `add`, C += that.
template <class T>
struct product {
    T const* a{};
    std::size_t a_row{}, a_depth{}; ///< A(i, k) = a[i a_row + k a_depth]
    T const* b{};
    std::size_t b_row{}; ///< B(k, j) = b[k b_row + j]; rows can be read up to whole vectors
    T* c{};
    std::size_t c_row{}; ///< C(i, j) = c[i c_row + j]
    std::size_t rows{}, depth{}, columns{};
    bool whole = false; ///< rows of C may be written up to whole vectors
    bool add = false;
    bool dense = false; ///< rows of C follow each other: what is written beyond one is made good by the next
};

namespace detail {

// sums(i, j) = sum over k of A(i, k) B(k, j) for R rows from a and V vectors of columns from b
template <class T, int Bytes, std::size_t R, std::size_t V>
EXPLAINN_INLINE void tile_sums(product<T> const& p, T const* a, T const* b, pack<T, Bytes> (&sums)[R][V])
{
    using F = pack<T, Bytes>;
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < R; ++i) {
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) sums[i][j] = F::zero();
    }
    std::size_t const a_row = p.a_row, a_depth = p.a_depth, b_row = p.b_row;
    EXPLAINN_NO_UNROLL
    for (std::size_t k = p.depth; k != 0; --k, a += a_depth, b += b_row) {
        F across[V];
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) across[j] = F::load(b + j * F::size);
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < R; ++i) {
            F const down = F::each(a + i * a_row);
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) sums[i][j] = multiply_add(down, across[j], sums[i][j]);
        }
    }
}

template <class T, int Bytes, std::size_t R, std::size_t V>
EXPLAINN_INLINE void product_tile(product<T> const& p, T const* a, T const* b, T* c, std::size_t columns)
{
    using F = pack<T, Bytes>;
    F sums[R][V];
    tile_sums(p, a, b, sums);
    std::size_t const rest = columns - (V - 1) * F::size;
    EXPLAINN_UNROLL
    for (std::size_t i = 0; i < R; ++i) {
        T* const to = c + i * p.c_row;
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) {
            if (j + 1 < V || p.whole || rest >= F::size ||
                (p.dense && to + (j + 1) * F::size <= p.c + p.rows * p.c_row)) {
                if (p.add) sums[i][j] = sums[i][j] + F::load(to + j * F::size);
                sums[i][j].store(to + j * F::size);
            } else {
                if (p.add) sums[i][j] = sums[i][j] + F::load(to + j * F::size, rest);
                sums[i][j].store(to + j * F::size, rest);
            }
        }
    }
}

template <class T, int Bytes, std::size_t V>
EXPLAINN_INLINE void product_columns(product<T> const& p, std::size_t first)
{
    T const* a = p.a;
    T const* const b = p.b + first;
    T* c = p.c + first;
    std::size_t const columns = p.columns - first;
    std::size_t left = p.rows;
    for (; left >= 6; left -= 6, a += 6 * p.a_row, c += 6 * p.c_row)
        product_tile<T, Bytes, 6, V>(p, a, b, c, columns);
    for (; left >= 4; left -= 4, a += 4 * p.a_row, c += 4 * p.c_row)
        product_tile<T, Bytes, 4, V>(p, a, b, c, columns);
    for (; left >= 2; left -= 2, a += 2 * p.a_row, c += 2 * p.c_row)
        product_tile<T, Bytes, 2, V>(p, a, b, c, columns);
    if (left) product_tile<T, Bytes, 1, V>(p, a, b, c, columns);
}

} // namespace detail

/// Each element is one sum in the order of k, so that how the rows are cut among threads changes no bit.
template <class T>
struct product_kernel {
    template <int Bytes>
    static EXPLAINN_INLINE void run(product<T> const& p)
    {
        constexpr std::size_t S = pack<T, Bytes>::size;
        constexpr std::size_t most = Bytes == 64 ? 4 : 2; // 32 registers, or 16
        std::size_t const vectors = (p.columns + S - 1) / S;
        // from the last columns to the first, for `dense`
        for (std::size_t left = vectors; left != 0;) {
            // 5 = 3 + 2 rather than 4 + 1: a tile one vector wide is slow
            std::size_t const now = left <= most ? left : left == most + 1 ? (most + 2) / 2 : most;
            left -= now;
            if constexpr (most == 4) {
                if (now == 4) detail::product_columns<T, Bytes, 4>(p, left * S);
                else if (now == 3) detail::product_columns<T, Bytes, 3>(p, left * S);
            }
            if (now == 2) detail::product_columns<T, Bytes, 2>(p, left * S);
            else if (now == 1) detail::product_columns<T, Bytes, 1>(p, left * S);
        }
    }
};

/// Computes p with the vectors of `level`.
template <class T>
void multiply(isa level, product<T> const& p)
{
    dispatch<product_kernel<T>>(level, p);
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
    static EXPLAINN_INLINE void run(transposition const& t)
    {
        using F = pack<T, Bytes>;
        constexpr std::size_t S = F::size;
        std::size_t const end = (t.rows - 1) * t.from_row + t.columns;
        for (std::size_t i = 0; i < t.rows; i += S)
            for (std::size_t j = 0; j < t.columns; j += S) {
                std::size_t const high = t.rows - i < S ? t.rows - i : S,
                                  wide = t.columns - j < S ? t.columns - j : S;
                F square[S];
                EXPLAINN_UNROLL
                for (std::size_t k = 0; k < S; ++k) {
                    std::size_t const at = (i + k) * t.from_row + j;
                    if (k >= high) square[k] = F::zero();
                    else if (at + S <= end) square[k] = F::load(t.from + at);
                    else square[k] = F::load(t.from + at, wide);
                }
                transpose(square);
                T* const to = t.to + j * t.to_row + i;
                if (t.pad || high == S) {
                    EXPLAINN_UNROLL
                    for (std::size_t k = 0; k < S; ++k)
                        if (k < wide) square[k].store(to + k * t.to_row);
                } else {
                    T turned[S * S];
                    EXPLAINN_UNROLL
                    for (std::size_t k = 0; k < S; ++k) square[k].store(turned + k * S);
                    for (std::size_t k = 0; k < wide; ++k)
                        F::load(turned + k * S).store(to + k * t.to_row, high);
                }
            }
    }
};

template <class T>
void turn(isa level, transposition<T> const& t)
{
    dispatch<transposition<T>>(level, t);
}

} // namespace explainn::simd
