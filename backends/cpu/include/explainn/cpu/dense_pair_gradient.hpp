// op::dense_pair_gradient: the gradient of the hidden values is of rank one but for ReLU and dropout, so it
// is never stored; what batch norm and the last weights need are two sums over it.
#pragma once
#include <explainn/cpu/dense_block_gradient.hpp>
#include <explainn/cpu/dense_pair.hpp>

namespace explainn::simd {

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
    second.x = {second.normalized.data, o.x.size(0), o.x.size(1), 1};
    second.weight = {detail::unit_weights(units), o.x.size(0), 1, 1};
    second.dweight = {scratch<float>(piece::partial, units), o.x.size(0), 1, 1};
    second.dx = {back, o.x.size(0), o.x.size(1), 1};
    dense_block_gradient(level, dense_products::float32, second);

    float* const dz = scratch<float>(piece::product, n * row);
    detail::unit_product_gradient products{n, f, h, dz, by};
    detail::parameter_rows const p{7, h};
    float *const sums = p[0], *const dots = p[1], *const root = p[2], *const e = p[3], *const constant = p[4],
                 *const linear = p[5], *const all = p[6];
    for (float* const each : {e, constant, linear}) std::fill_n(each, row, 0.0f);
    auto const keep_scale = static_cast<float>(o.dropout.scale());
    float const inverse = o.batch_statistics ? 1.0f / static_cast<float>(n) : 0.0f;

    for (std::size_t u = 0; u < units; ++u) {
        float const *const x = o.normalized.data + u * n * row, *const ds = back + u * n,
                           *const last = both.last.weight.data + u * h;
        dispatch<alive_sums>(level, alive_sums{x, row, n, h, ds, sums, dots, all});
        detail::inverse_roots(level, o.variance.data + u * h, h, o.epsilon, root);
        for (std::size_t i = 0; i < h; ++i) {
            std::size_t const at = u * h + i;
            float const gamma = o.gamma.data[at], beta = o.beta.data[at], w = last[i] * keep_scale;
            both.last.dweight.data[at] = keep_scale * (gamma * dots[i] + beta * sums[i]);
            float const sum = w * sums[i], dot = w * dots[i], scale = gamma * root[i];
            o.dgamma.data[at] = dot;
            o.dbeta.data[at] = sum;
            o.dbias.data[at] = o.batch_statistics ? 0 : scale * sum;
            e[i] = scale * w;
            linear[i] = -scale * dot * inverse;
            // the bit in x moves its mean away from 0, and with it that of dz
            constant[i] = -scale * sum * inverse - linear[i] * all[i] * inverse;
        }
        dispatch<alive_gradient>(level, alive_gradient{x, row, n, h, ds, e, constant, linear, dz});
        products.read = {o.weight.data + (u + 1) * h * f, u + 1 < units ? h * f : 0};
        products.run(level, o.x.data + u * n * f, o.weight.data + u * h * f, o.dweight.data + u * h * f,
                     o.dx ? o.dx.data + u * n * f : nullptr);
    }
}

} // namespace explainn::simd
