// Products of a matrix of rows with one vector: what a dense layer of a single output needs.
#pragma once
#include <cstddef>

#include <explainn/cpu/simd.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// to(n) = sum over f of x(n, f) w(f).
struct row_dots {
    float const *x{}, *w{};
    std::size_t rows{}, columns{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(row_dots const& a)
    {
        using F = pack<float, B>;
        constexpr std::size_t S = F::size;
        if (a.columns == 1) {
            F const w = F::each(a.w);
            for (std::size_t n = 0; n < a.rows; n += S)
                store_until(load_until<B>(a.x, n, a.rows) * w, a.to, n, a.rows);
            return;
        }
        if (a.columns < S) {
            for (std::size_t n = 0; n < a.rows; ++n) {
                float s = 0;
                for (std::size_t f = 0; f < a.columns; ++f) s += a.x[n * a.columns + f] * a.w[f];
                a.to[n] = s;
            }
            return;
        }
        // the last vector of a row ends where the row does; what it repeats has the weight zero
        std::size_t const last = a.columns - S, twice = (S - a.columns % S) % S;
        float some[S];
        for (std::size_t i = 0; i < S; ++i) some[i] = i < twice ? 0.0f : a.w[last + i];
        F const end = F::load(some);
        std::size_t n = 0;
        for (; n + S <= a.rows; n += S) {
            F sums[S];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < S; ++i) sums[i] = F::load(a.x + (n + i) * a.columns + last) * end;
            for (std::size_t f = 0; f + S < a.columns; f += S) {
                F const w = F::load(a.w + f);
                float const* const x = a.x + n * a.columns + f;
                EXPLAINN_UNROLL
                for (std::size_t i = 0; i < S; ++i)
                    sums[i] = multiply_add(F::load(x + i * a.columns), w, sums[i]);
            }
            alignas(64) float lanes[S * S];
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < S; ++i) sums[i].store(lanes + i * S);
            lane_sums<B>(lanes).store(a.to + n);
        }
        if (n == a.rows) return;
        // the rows that are left, added up in the same order: a row's bits do not depend on how many there
        // are
        alignas(64) float lanes[S * S]{};
        for (std::size_t i = n; i < a.rows; ++i) {
            F s = F::load(a.x + i * a.columns + last) * end;
            for (std::size_t f = 0; f + S < a.columns; f += S)
                s = multiply_add(F::load(a.x + i * a.columns + f), F::load(a.w + f), s);
            s.store(lanes + (i - n) * S);
        }
        lane_sums<B>(lanes).store(a.to + n, a.rows - n);
    }
};

/// to(f) = sum over n of v(n) x(n, f).
struct rows_weighted {
    float const *x{}, *v{};
    std::size_t rows{}, columns{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(rows_weighted const& a)
    {
        using F = pack<float, B>;
        constexpr std::size_t S = F::size;
        if (a.columns < S) {
            for (std::size_t f = 0; f < a.columns; ++f) {
                float s = 0;
                for (std::size_t n = 0; n < a.rows; ++n) s += a.v[n] * a.x[n * a.columns + f];
                a.to[f] = s;
            }
            return;
        }
        for (std::size_t from = 0; from < a.columns; from += 4 * S) {
            std::size_t at[4];
            F sums[4];
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < 4; ++j) {
                at[j] = from + j * S < a.columns - S ? from + j * S : a.columns - S;
                sums[j] = F::zero();
            }
            float const* x = a.x;
            for (std::size_t n = 0; n < a.rows; ++n, x += a.columns) {
                F const v = F::each(a.v + n);
                EXPLAINN_UNROLL
                for (std::size_t j = 0; j < 4; ++j) sums[j] = multiply_add(v, F::load(x + at[j]), sums[j]);
            }
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < 4; ++j) sums[j].store(a.to + at[j]);
        }
    }
};

/// to(n, f) = v(n) w(f).
struct outer_product {
    float const *v{}, *w{};
    std::size_t rows{}, columns{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(outer_product const& a)
    {
        using F = pack<float, B>;
        constexpr std::size_t S = F::size;
        for (std::size_t n = 0; n < a.rows; ++n) {
            float* const to = a.to + n * a.columns;
            if (a.columns < S) {
                for (std::size_t f = 0; f < a.columns; ++f) to[f] = a.v[n] * a.w[f];
                continue;
            }
            F const v = F::each(a.v + n);
            for (std::size_t f = 0; f + S < a.columns; f += S) (v * F::load(a.w + f)).store(to + f);
            (v * F::load(a.w + a.columns - S)).store(to + a.columns - S);
        }
    }
};

/// to(n, f) = from(n, f), rows of `to` whole vectors, what is beyond the columns left open.
struct row_packing {
    float const* from{};
    std::size_t rows{}, columns{};
    float* to{};
    std::size_t to_row{};

    template <int B>
    static EXPLAINN_INLINE void run(row_packing const& a)
    {
        using F = pack<float, B>;
        std::size_t const end = a.rows * a.columns;
        for (std::size_t n = 0; n < a.rows; ++n)
            for (std::size_t f = 0; f < a.columns; f += F::size) {
                std::size_t const at = n * a.columns + f;
                load_until<B>(a.from, at, end).store(a.to + n * a.to_row + f);
            }
    }
};

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
