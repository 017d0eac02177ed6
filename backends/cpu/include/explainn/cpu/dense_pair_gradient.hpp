// op::dense_pair_gradient: the gradient of the hidden values is of rank one but for ReLU and dropout, so it
// is never stored; what batch norm and the last weights need are two sums over it.
#pragma once
#include <explainn/cpu/dense_block_gradient.hpp>
#include <explainn/cpu/dense_pair.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

// The gradient of a unit's last features, taken from dz while it is made: a few more than fill vectors cost
// the products as much as vectors of them.
struct features_apart {
    std::size_t n{}, f{}, h{};
    isa level{};
    dense_products by{};
    std::size_t count{few(f, level, by)}, row{round_up(h, 16)};
    float* const x{scratch<float>(piece::values, 2 * count * (n + row))};
    float *const dx{x + count * n}, *const w{dx + count * n}, *const dw{w + count * row};
    float* const partial{scratch<float>(piece::partial, count* n* lanes<float>(level))};

    static std::size_t few(std::size_t f, isa level, dense_products by)
    {
        std::size_t const step = std::min<std::size_t>(lanes<float>(level), 8), rest = f % step;
        return by == dense_products::float32 && f > 2 * step && rest <= step / 4 ? rest : 0;
    }
    void prepare(float const* from, float const* weight, alive_gradient& of) const
    {
        for (std::size_t k = 0; k < count; ++k) {
            std::size_t const feature = f - count + k;
            for (std::size_t i = 0; i < n; ++i) x[k * n + i] = from[i * f + feature];
            for (std::size_t i = 0; i < h; ++i) w[k * row + i] = weight[i * f + feature];
            std::fill_n(w + k * row + h, row - h, 0.0f);
        }
        of.apart = count;
        of.v = x;
        of.w = w;
        of.partial = partial;
        of.dw = dw;
    }
    void finish(float* dweight, float* to) const
    {
        if (to) dispatch<partial_sums>(level, partial_sums{partial, count * n, dx});
        for (std::size_t k = 0; k < count; ++k) {
            std::size_t const feature = f - count + k;
            for (std::size_t i = 0; i < h; ++i) dweight[i * f + feature] = dw[k * row + i];
            for (std::size_t i = 0; to && i < n; ++i) to[i * f + feature] = dx[k * n + i];
        }
    }
};

} // namespace detail

/// op::dense_pair_gradient with the vectors of `level`.
inline void dense_pair_gradient(isa level, dense_products by, op::dense_pair_gradient<float> const& both)
{
    auto const& o = both.hidden;
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               f = static_cast<std::size_t>(o.x.size(2)), h = static_cast<std::size_t>(o.weight.size(1)),
               row = round_up(h, 16);
    float* const back = scratch<float>(piece::projection, units * n);
    auto second = both.last;
    // with weights of 1 a block's dx is the gradient of its argument, whatever x, which makes its dweight
    // useless
    second.x = {second.y.data, o.x.size(0), o.x.size(1), 1};
    second.weight = {detail::unit_weights(units), o.x.size(0), 1, 1};
    second.dweight = {scratch<float>(piece::partial, units), o.x.size(0), 1, 1};
    second.dx = {back, o.x.size(0), o.x.size(1), 1};
    second.kept = both.kept.behind(pair_layout{n, h}.last_at());
    dense_block_gradient(level, dense_products::float32, second);

    float* const dz = scratch<float>(piece::product, n * row);
    detail::unit_product_gradient products{n, f, h, dz, by};
    detail::features_apart const apart{n, f, h, level, by};
    products.columns = f - apart.count;
    detail::parameter_rows const p{6, h};
    float *const sums = p[0], *const dots = p[1], *const all = p[2], *const e = p[3], *const constant = p[4],
                 *const linear = p[5];
    for (float* const each : {e, constant, linear}) std::fill_n(each, row, 0.0f);
    auto const keep_scale = static_cast<float>(o.dropout.scale());
    float const inverse = o.batch_statistics ? 1.0f / static_cast<float>(n) : 0.0f;

    for (std::size_t u = 0; u < units; ++u) {
        float const *const x = both.kept.of_unit<float const>(u), *const ds = back + u * n,
                           *const last = both.last.weight.data + u * h;
        dispatch<alive_sums>(level, alive_sums{x, row, n, h, ds, sums, dots, all});
        pair_gradient_sums g{
            h, sums, dots, all, o.variance.data + u * h, o.gamma.data + u * h, o.beta.data + u * h, last};
        g.epsilon = static_cast<float>(o.epsilon);
        g.keep_scale = keep_scale;
        g.inverse = inverse;
        g.dlast = both.last.dweight.data + u * h;
        g.dgamma = o.dgamma.data + u * h;
        g.dbeta = o.dbeta.data + u * h;
        g.dbias = o.dbias.data + u * h;
        g.e = e, g.p = constant, g.q = linear;
        dispatch<pair_gradient_sums>(level, g);
        float const *const given = o.x.data + u * n * f, *const weight = o.weight.data + u * h * f;
        float *const dweight = o.dweight.data + u * h * f, *const dx = o.dx ? o.dx.data + u * n * f : nullptr;
        alive_gradient gradient{x, row, n, h, ds, e, constant, linear, dz};
        apart.prepare(given, weight, gradient);
        dispatch<alive_gradient>(level, gradient);
        products.read = {weight + h * f, u + 1 < units ? h * f : 0};
        products.run(level, given, weight, dweight, dx);
        apart.finish(dweight, dx);
    }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
