// op::dense_block_gradient: one pass back through dropout, activation and norm, then two products per unit.
#pragma once
#include <explainn/cpu/dense_block.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

/// dweight and dx of one unit from dz, whose rows are whole vectors; a single output makes one row of N.
struct unit_product_gradient {
    std::size_t n{}, f{}, h{};
    float const* dz{};
    dense_products by{};
    std::size_t columns{f}; ///< of the f features, the others are somebody else's (in float, h > 1)
    asked_ahead read{};     ///< of the next unit

    void run(isa level, float const* x, float const* w, float* dw, float* dx) const
    {
        if (h == 1) {
            dispatch<rows_weighted>(level, rows_weighted{x, dz, n, f, dw});
            if (dx) dispatch<outer_product>(level, outer_product{dz, w, n, f, dx});
            return;
        }
        bool const pairs = by == dense_products::bfloat16;
        std::size_t const row = round_up(h, 16), wide = round_up(columns, 16);
        bool const features_in_lanes = 8 * h * wide <= 9 * columns * row;
        lines const of_dz = pairs ? paired(dz, row, n, h, piece::pairs) : lines{dz, row, n};
        lines const of_x = pairs || features_in_lanes ? in_lanes(level, x, n) : lines{x, f, n};
        product<float> p;
        p.depth = of_x.count;
        p.a_row = 1;
        if (dx) p.written = {dx, n * f};
        if (features_in_lanes) {
            p.a = of_dz.first;
            p.a_depth = of_dz.step;
            of_x.become_b(p);
            p.c = dw;
            p.c_row = f;
            p.rows = h;
            p.columns = columns;
            p.dense = true;
            multiply(level, by, p);
        } else { // the transpose of dw wastes fewer lanes
            float* const turned = scratch<float>(piece::other_product, f * row);
            p.a = of_x.first;
            p.a_depth = of_x.step;
            of_dz.become_b(p);
            p.c = turned;
            p.c_row = row;
            p.rows = columns;
            p.columns = h;
            p.whole = true;
            p.read = {dw, h * f};
            multiply(level, by, p);
            turn(level, transposition<float>{turned, row, columns, h, dw, f, false});
        }
        if (!dx) return;
        product<float> q;
        q.a = dz;
        q.a_row = row;
        if (pairs) {
            float* const to = scratch<float>(piece::pairs, n * row + 16);
            column_pairs const as_pairs{dz, row, n, h, to};
            dispatch_pairs(as_pairs);
            q.a = to;
            q.a_row = as_pairs.row();
        }
        q.a_depth = 1;
        lines const of_w = in_lanes(level, w, h);
        q.depth = of_w.count;
        of_w.become_b(q);
        q.c = dx;
        q.c_row = f;
        q.rows = n;
        q.columns = columns;
        q.dense = true;
        q.read = read;
        multiply(level, by, q);
    }

private:
    // A matrix by the depth of a product: its rows, or pairs of them; the last may be elsewhere.
    struct lines {
        float const* first{};
        std::size_t step{}, count{};
        float const* last{};

        void become_b(product<float>& p) const
        {
            p.b = first;
            p.b_row = step;
            p.b_last = last;
        }
    };

    static lines paired(float const* rows, std::size_t row, std::size_t count, std::size_t columns,
                        piece where)
    {
        std::size_t const step = round_up(columns, 16), half = (count + 1) / 2;
        float* const to = scratch<float>(where, half * step);
        dispatch_pairs(row_pairs{rows, row, count, columns, to, step});
        return {to, step, half};
    }
    // rows of F: as they are where a whole vector ends in the next row; only the last has none
    lines in_lanes(isa level, float const* rows, std::size_t count) const
    {
        if (by == dense_products::bfloat16) return paired(rows, f, count, f, piece::other_pairs);
        std::size_t const wide = round_up(f, 16);
        float* const packed = scratch<float>(piece::packed, count * wide);
        bool const direct = f >= 16;
        std::size_t const first = direct ? count - 1 : 0;
        dispatch<row_packing>(level, row_packing{rows + first * f, count - first, f, packed, wide});
        return direct ? lines{rows, f, count, packed} : lines{packed, wide, count};
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
        back.normalized = o.kept.of_unit<float>(u);
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
            dispatch<detail::inverse_roots>(
                level,
                detail::inverse_roots{o.variance.data + u * h, h, static_cast<float>(o.epsilon), root});
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

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
