// op::dense_block: per unit one packed product, then one pass that normalises, activates and drops.
#pragma once
#include <algorithm>
#include <cstring>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/column_passes.hpp>
#include <explainn/cpu/product.hpp>
#include <explainn/cpu/row_passes.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

/// Rows of `count` parameters each, padded to whole vectors, in one piece of scratch memory.
class parameter_rows {
public:
    parameter_rows(std::size_t rows, std::size_t count)
        : step_{round_up(count, 16)}, data_{scratch<float>(piece::parameters, rows * step_)}
    {
    }
    float* operator[](std::size_t row) const { return data_ + row * step_; }
    std::size_t size() const { return step_; }

private:
    std::size_t step_;
    float* data_;
};

// to(h) = 1 / sqrt(variance(h) + epsilon)
struct inverse_roots {
    float const* variance{};
    std::size_t count{};
    float epsilon{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(inverse_roots const& a)
    {
        using F = pack<float, B>;
        for (std::size_t i = 0; i < a.count; i += F::size) {
            F const root = square_root(load_until<B>(a.variance, i, a.count) + F::all(a.epsilon));
            store_until(F::all(1.0f) / root, a.to, i, a.count);
        }
    }
};

} // namespace detail

namespace detail {

/// z = x w' of one unit, rows of z in whole vectors; a single output makes one row of N.
struct unit_product {
    std::size_t n{}, f{}, h{};
    float* z{};
    float* packed{};
    dense_products by{};
    asked_ahead read{}, written{}; ///< by run(), of the next unit

    std::size_t row() const { return round_up(h, 16); }
    void run(isa level, float const* x, float const* w) const
    {
        if (h == 1) return dispatch<row_dots>(level, row_dots{x, w, n, f, z});
        auto p = of(level, x, w);
        p.written = written;
        multiply(level, by, p);
    }
    /// The product, with weights and (of bfloat16) x in scratch memory.
    product<float> of(isa level, float const* x, float const* w) const
    {
        float const* of_w = w;
        std::size_t depth = f;
        if (by == dense_products::bfloat16) {
            float* const pairs_x = scratch<float>(piece::pairs, n * f + 16);
            float* const pairs_w = scratch<float>(piece::other_pairs, h * f + 16);
            dispatch_pairs(column_pairs{x, f, n, f, pairs_x});
            dispatch_pairs(column_pairs{w, f, h, f, pairs_w});
            x = pairs_x;
            of_w = pairs_w;
            depth = (f + 1) / 2;
        }
        turn(level, transposition<float>{of_w, depth, h, depth, packed, row()});
        auto p = by_packed(x, n, depth, z);
        p.read = read;
        return p;
    }
    /// mean(h) and variance(h) of z over n, without the bias.
    void statistics(isa level, float const* x, float* mean, float* variance, float* work) const
    {
        float const inverse = 1.0f / static_cast<float>(n);
        if (h == 1) {
            mean[0] = 0;
            for (std::size_t i = 0; i < n; ++i) mean[0] += z[i];
            mean[0] *= inverse;
            float squares = 0;
            for (std::size_t i = 0; i < n; ++i) squares += (z[i] - mean[0]) * (z[i] - mean[0]);
            variance[0] = squares * inverse;
            return;
        }
        float* const weights = work;
        float* const mean_x = work + round_up(n, 16);
        std::fill_n(weights, n, inverse);
        if (by == dense_products::bfloat16)
            dispatch<rows_weighted>(level, rows_weighted{z, weights, n, row(), mean});
        else { // the mean of x w' is (mean of x) w'
            dispatch<rows_weighted>(level, rows_weighted{x, weights, n, f, mean_x});
            multiply(level, by_packed(mean_x, 1, f, mean));
        }
        dispatch<squares_pass>(level, squares_pass{z, row(), n, h, mean, work});
        for (std::size_t i = 0; i < h; ++i) variance[i] = work[i] * inverse;
    }

private:
    product<float> by_packed(float const* x, std::size_t rows, std::size_t depth, float* to) const
    {
        product<float> p;
        p.a = x;
        p.a_row = depth;
        p.a_depth = 1;
        p.b = packed;
        p.b_row = row();
        p.c = to;
        p.c_row = row();
        p.rows = rows;
        p.depth = depth;
        p.columns = h;
        p.whole = true;
        return p;
    }
};

} // namespace detail

/// op::dense_block with the vectors of `level`, multiplied in float or bfloat16. It keeps the values before
/// gamma and beta, (N, H).
inline void dense_block(isa level, dense_products by, op::dense_block<float> const& o)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               f = static_cast<std::size_t>(o.x.size(2)), h = static_cast<std::size_t>(o.weight.size(1));
    bool const norm = static_cast<bool>(o.gamma), single = h == 1;
    std::size_t const columns = single ? n : h, rows = single ? 1 : n;
    detail::unit_product const product{n,
                                       f,
                                       h,
                                       scratch<float>(piece::product, n * round_up(h, 16)),
                                       scratch<float>(piece::packed, f * round_up(h, 16)),
                                       by};
    detail::parameter_rows const p{6, columns};
    float *const a = p[0], *const b = p[1], *const c = p[2], *const d = p[3], *const mean = p[4];
    float* const work = scratch<float>(piece::values, n + f + h + 64);
    std::uint16_t* bits = nullptr;
    if (o.dropout.threshold() != 0) bits = scratch<std::uint16_t>(piece::keep, dropout_words(n * h));

    for (std::size_t u = 0; u < units; ++u) {
        float const* const x = o.x.data + u * n * f;
        float const* const bias = o.bias.data + u * h;
        product.run(level, x, o.weight.data + u * h * f);
        if (norm && o.batch_statistics) product.statistics(level, x, mean, o.variance.data + u * h, work);
        if (norm)
            dispatch<detail::inverse_roots>(
                level, detail::inverse_roots{o.variance.data + u * h, h, static_cast<float>(o.epsilon), a});
        for (std::size_t i = 0; i < h; ++i) {
            if (!norm) a[i] = 1, b[i] = bias[i], c[i] = 1, d[i] = 0;
            else {
                if (o.batch_statistics) {
                    b[i] = -mean[i] * a[i];
                    o.mean.data[u * h + i] = mean[i] + bias[i];
                } else b[i] = (bias[i] - o.mean.data[u * h + i]) * a[i];
                c[i] = o.gamma.data[u * h + i];
                d[i] = o.beta.data[u * h + i];
            }
        }
        if (!o.kept && norm)
            for (std::size_t i = 0; i < h; ++i) {
                a[i] *= c[i];
                b[i] = b[i] * c[i] + d[i];
            }
        if (single)
            for (float* const row : {a, b, c, d}) std::fill_n(row + 1, n - 1, row[0]);
        if (bits) keep_bits(level, o.dropout, static_cast<std::uint32_t>(u), n * h, bits);
        forward_pass pass;
        pass.z = product.z;
        pass.z_row = product.row();
        pass.rows = rows;
        pass.columns = columns;
        pass.a = a;
        pass.b = b;
        pass.c = c;
        pass.d = d;
        pass.act = o.act;
        pass.bits = bits;
        pass.keep_scale = static_cast<float>(o.dropout.scale());
        pass.normalized = o.kept.of_unit<float>(u);
        pass.y = o.y.data + u * n * h;
        dispatch<forward_pass>(level, pass);
    }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
