// op::dense_pair: the hidden block's values never leave the unit; what goes on is their product with one
// vector.
#pragma once
#include <explainn/cpu/dense_block.hpp>
#include <explainn/cpu/pair_layout.hpp>
#include <explainn/cpu/pair_passes.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

/// `last` of a pair as a block on what its weight has already been multiplied with: (units, N, 1) and weights
/// of 1.
inline float const* unit_weights(std::size_t units)
{
    float* const ones = scratch<float>(piece::ones, units);
    std::fill_n(ones, units, 1.0f);
    return ones;
}

} // namespace detail

/// op::dense_pair with the vectors of `level`. It keeps what pair_layout says.
inline void dense_pair(isa level, dense_products by, op::dense_pair<float> const& both)
{
    auto const& o = both.hidden;
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               f = static_cast<std::size_t>(o.x.size(2)), h = static_cast<std::size_t>(o.weight.size(1)),
               row = round_up(h, 16);
    pair_layout const layout{n, h};
    bool const store = both.kept || o.batch_statistics || o.dropout.threshold() != 0;
    detail::unit_product product{n, f, h, nullptr, scratch<float>(piece::packed, f * row), by};
    detail::parameter_rows const p{6, h};
    float *const a = p[0], *const b = p[1], *const c = p[2], *const d = p[3], *const w = p[4],
                 *const mean = p[5];
    for (float* const each : {a, b, c, d, w}) std::fill_n(each, row, 0.0f);
    float* const work = scratch<float>(piece::values, n + f + h + 64);
    float* const partial = scratch<float>(piece::partial, n * lanes<float>(level));
    float* const projected = scratch<float>(piece::projection, units * n);
    std::uint16_t* bits = nullptr;
    if (o.dropout.threshold() != 0) bits = scratch<std::uint16_t>(piece::keep, dropout_words(n * h));
    auto const keep_scale = static_cast<float>(o.dropout.scale());

    for (std::size_t u = 0; u < units; ++u) {
        float const *const x = o.x.data + u * n * f, *const gamma = o.gamma.data + u * h,
                           *const beta = o.beta.data + u * h, *const bias = o.bias.data + u * h,
                           *const last = both.last.weight.data + u * h;
        product.z = both.kept ? both.kept.of_unit<float>(u) : scratch<float>(piece::product, n * row);
        if (u + 1 < units) {
            product.read = {o.weight.data + (u + 1) * h * f, h * f};
            if (both.kept) product.written = {both.kept.of_unit<float>(u + 1), n * row};
        } else product.read = product.written = {};
        if (store) product.run(level, x, o.weight.data + u * h * f);
        if (o.batch_statistics) {
            product.statistics(level, x, mean, o.variance.data + u * h, work);
            for (std::size_t i = 0; i < h; ++i) o.mean.data[u * h + i] = mean[i] + bias[i];
        }
        pair_folding fold{h, o.variance.data + u * h, o.mean.data + u * h, bias, gamma, beta, last};
        if (o.batch_statistics) fold.mean = mean, fold.bias = nullptr;
        fold.epsilon = static_cast<float>(o.epsilon);
        fold.keep_scale = keep_scale;
        fold.a = a, fold.b = b, fold.w = w;
        if (store) fold.c = c, fold.d = d;
        dispatch<pair_folding>(level, fold);
        if (store) {
            if (bits) keep_bits(level, o.dropout, static_cast<std::uint32_t>(u), n * h, bits);
            dispatch<project_pass>(level, project_pass{product.z, row, n, h, a, b, c, d, w, bits, partial});
        } else {
            auto const values = product.of(level, x, o.weight.data + u * h * f);
            if (by == dense_products::bfloat16)
                dispatch_pairs(projected_product<true>{values, a, b, w, partial});
            else
                dispatch<projected_product<false>>(level, projected_product<false>{values, a, b, w, partial});
        }
        dispatch<partial_sums>(level, partial_sums{partial, n, projected + u * n});
    }
    auto second = both.last;
    second.x = {projected, o.x.size(0), o.x.size(1), 1};
    second.weight = {detail::unit_weights(units), o.x.size(0), 1, 1};
    second.kept = both.kept.behind(layout.last_at());
    dense_block(level, dense_products::float32, second);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
