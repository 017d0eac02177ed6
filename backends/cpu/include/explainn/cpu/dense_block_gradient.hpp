// op::dense_block_gradient: one pass back through dropout, activation and norm, then two products per unit.
#pragma once
#include <explainn/cpu/dense_block.hpp>

namespace explainn::simd {

namespace detail {

/// dweight and dx of one unit from dz, whose rows are whole vectors; a single output makes one row of N.
struct unit_product_gradient {
    std::size_t n{}, f{}, h{};
    float const* dz{};
    dense_products by{};
    asked_ahead read{}; ///< of the next unit

    void run(isa level, float const* x, float const* w, float* dw, float* dx) const
    {
        if (h == 1) {
            dispatch<rows_weighted>(level, rows_weighted{x, dz, n, f, dw});
            if (dx) dispatch<outer_product>(level, outer_product{dz, w, n, f, dx});
            return;
        }
        if (by == dense_products::bfloat16) return run_pairs(level, x, w, dw, dx);
        std::size_t const row = round_up(h, 16), wide = round_up(f, 16);
        product<float> p;
        p.depth = n;
        if (dx) p.written = {dx, n * f};
        if (8 * h * wide <= 9 * f * row) { // dw, features along the lanes
            set_rows(level, p, x);
            p.a = dz;
            p.a_row = 1;
            p.a_depth = row;
            p.c = dw;
            p.c_row = f;
            p.rows = h;
            p.columns = f;
            p.dense = true;
            multiply(level, p);
        } else { // its transpose, which wastes fewer lanes
            float* const turned = scratch<float>(piece::other_product, f * row);
            p.a = x;
            p.a_row = 1;
            p.a_depth = f;
            p.b = dz;
            p.b_row = row;
            p.c = turned;
            p.c_row = row;
            p.rows = f;
            p.columns = h;
            p.whole = true;
            p.read = {dw, h * f};
            multiply(level, p);
            turn(level, transposition<float>{turned, row, f, h, dw, f, false});
        }
        if (!dx) return;
        product<float> q;
        q.depth = h;
        set_rows(level, q, w);
        q.a = dz;
        q.a_row = row;
        q.a_depth = 1;
        q.c = dx;
        q.c_row = f;
        q.rows = n;
        q.columns = f;
        q.dense = true;
        q.read = read;
        multiply(level, q);
    }

private:
    void run_pairs(isa level, float const* x, float const* w, float* dw, float* dx) const
    {
        std::size_t const row = round_up(h, 16), wide = round_up(f, 16), n2 = (n + 1) / 2, h2 = (h + 1) / 2;
        float* const of_dz = scratch<float>(piece::pairs, n2 * row + 16);
        float* const others = scratch<float>(piece::other_pairs, std::max(n2, h2) * wide);
        dispatch_pairs(row_pairs{dz, row, n, h, of_dz, row});
        dispatch_pairs(row_pairs{x, f, n, f, others, wide});
        product<float> p;
        p.depth = n2;
        p.a_row = 1;
        if (dx) p.written = {dx, n * f};
        if (8 * h * wide <= 9 * f * row) {
            p.a = of_dz;
            p.a_depth = row;
            p.b = others;
            p.b_row = wide;
            p.c = dw;
            p.c_row = f;
            p.rows = h;
            p.columns = f;
            p.dense = true;
            multiply_pairs(p);
        } else {
            float* const turned = scratch<float>(piece::other_product, f * row);
            p.a = others;
            p.a_depth = wide;
            p.b = of_dz;
            p.b_row = row;
            p.c = turned;
            p.c_row = row;
            p.rows = f;
            p.columns = h;
            p.whole = true;
            p.read = {dw, h * f};
            multiply_pairs(p);
            turn(level, transposition<float>{turned, row, f, h, dw, f, false});
        }
        if (!dx) return;
        dispatch_pairs(column_pairs{dz, row, n, h, of_dz});
        dispatch_pairs(row_pairs{w, f, h, f, others, wide});
        product<float> q;
        q.depth = h2;
        q.a = of_dz;
        q.a_row = h2;
        q.a_depth = 1;
        q.b = others;
        q.b_row = wide;
        q.c = dx;
        q.c_row = f;
        q.rows = n;
        q.columns = f;
        q.dense = true;
        q.read = read;
        multiply_pairs(q);
    }

    // B of p: the rows as they are where a whole vector ends in the next row; only the last has none
    void set_rows(isa level, product<float>& p, float const* rows) const
    {
        std::size_t const wide = round_up(f, 16);
        float* const packed = scratch<float>(piece::packed, p.depth * wide);
        bool const direct = f >= 16;
        std::size_t const first = direct ? p.depth - 1 : 0;
        dispatch<row_packing>(level, row_packing{rows + first * f, p.depth - first, f, packed, wide});
        p.b = direct ? rows : packed;
        p.b_row = direct ? f : wide;
        p.b_last = direct ? packed : nullptr;
    }
};

} // namespace detail

/// op::dense_block_gradient with the vectors of `level`.
inline void dense_block_gradient(isa level, dense_products by, op::dense_block_gradient<float> const& o)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               f = static_cast<std::size_t>(o.x.size(2)), h = static_cast<std::size_t>(o.weight.size(1));
    bool const norm = static_cast<bool>(o.gamma), single = h == 1;
    std::size_t const columns = single ? n : h, rows = single ? 1 : n, row = round_up(columns, 16);
    float* const g = scratch<float>(piece::product, rows * row);
    detail::unit_product_gradient const products{n, f, h, g, by};
    detail::parameter_rows const p{8, columns};
    float *const c = p[0], *const d = p[1], *const sums = p[2], *const dots = p[3], *const root = p[4];
    float *const ka = p[5], *const kb = p[6], *const kc = p[7];
    bool const y_tells = o.act == activation::relu || o.act == activation::exponential;
    std::uint16_t* bits = nullptr;
    if (o.dropout.threshold() != 0 && !y_tells)
        bits = scratch<std::uint16_t>(piece::keep, dropout_words(n * h));

    for (std::size_t u = 0; u < units; ++u) {
        for (std::size_t i = 0; i < h; ++i) {
            c[i] = norm ? o.gamma.data[u * h + i] : 1;
            d[i] = norm ? o.beta.data[u * h + i] : 0;
        }
        if (single) {
            std::fill_n(c + 1, n - 1, c[0]);
            std::fill_n(d + 1, n - 1, d[0]);
        }
        if (bits) keep_bits(level, o.dropout, static_cast<std::uint32_t>(u), n * h, bits);
        backward_pass back;
        back.y = o.y.data + u * n * h;
        back.dy = o.dy.data + u * n * h;
        back.normalized = o.normalized.data + u * n * h;
        back.rows = rows;
        back.columns = columns;
        back.c = c;
        back.d = d;
        back.act = o.act;
        back.bits = bits;
        back.keep_scale = static_cast<float>(o.dropout.scale());
        back.g = g;
        back.g_row = row;
        back.sums = sums;
        back.dots = dots;
        dispatch<backward_pass>(level, back);
        if (single)
            for (std::size_t i = 1; i < n; ++i) {
                sums[0] += sums[i];
                dots[0] += dots[i];
            }
        if (norm) {
            detail::inverse_roots(level, o.variance.data + u * h, h, o.epsilon, root);
            float const inverse = o.batch_statistics ? 1.0f / static_cast<float>(n) : 0.0f;
            for (std::size_t i = 0; i < h; ++i) {
                o.dgamma.data[u * h + i] = dots[i];
                o.dbeta.data[u * h + i] = sums[i];
                ka[i] = c[i] * root[i];
                kb[i] = ka[i] * sums[i] * inverse;
                kc[i] = ka[i] * dots[i] * inverse;
                o.dbias.data[u * h + i] = o.batch_statistics ? 0 : ka[i] * sums[i];
            }
            if (single)
                for (float* const k : {ka, kb, kc}) std::fill_n(k + 1, n - 1, k[0]);
            dispatch<norm_pass>(level, norm_pass{g, row, rows, columns, back.normalized, ka, kb, kc});
        } else std::copy_n(sums, h, o.dbias.data + u * h);
        products.run(level, o.x.data + u * n * f, o.weight.data + u * h * f, o.dweight.data + u * h * f,
                     o.dx ? o.dx.data + u * n * f : nullptr);
    }
}

} // namespace explainn::simd
