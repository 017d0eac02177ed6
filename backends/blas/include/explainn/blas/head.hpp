// linear, the products of pairs of units, and their gradients: what meets in the logits.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// Sequences, or units, that one product takes: the same for any number of threads, for the bits' sake.
inline constexpr std::size_t head_block = 64;

/// The features of some units and sequences of (U, N, K) as a matrix (sequences, features).
template <class T>
std::vector<T> gathered(view<T const, 3> x, std::size_t from, std::size_t to, std::size_t first, std::size_t last)
{
    std::size_t const k = size_of(x.size(2)), row = (to - from) * k;
    std::vector<T> all((last - first) * row);
    for (std::size_t u = from; u < to; ++u)
        for (std::size_t n = first; n < last; ++n)
            std::copy_n(unit_of(x, u).at(n), k, all.data() + (n - first) * row + (u - from) * k);
    return all;
}

/// x(n, i) of (U, N, K) for n = 0, 1, ... with i = u K + k: where it begins, and how far apart they lie.
template <class T>
std::pair<T*, std::size_t> feature(view<T, 3> x, extent i)
{
    return {x.data + (i / x.size(2)) * x.size(1) * x.size(2) + i % x.size(2), size_of(x.size(2))};
}

/// The pairs of an op::pair_products or its gradient as matrices: a row for each pair.
template <class T>
struct pair_rows {
    std::size_t pairs, n, outputs;
    std::vector<T> products; ///< (P, N)
    std::vector<T> weights;  ///< (P, O)

    template <template <class> class Op>
    explicit pair_rows(Op<T> const& a)
        : pairs{size_of(a.pairs.size(0))}, n{size_of(a.x.size(1))}, outputs{size_of(a.weight.size(0))},
          products(pairs * n), weights(pairs * outputs)
    {
        for (std::size_t p = 0; p < pairs; ++p) {
            extent const* const pair = a.pairs.data + 3 * p;
            auto const [x, x_step] = feature(a.x, pair[0]);
            auto const [z, z_step] = feature(a.z, pair[1]);
            for (std::size_t i = 0; i < n; ++i) products[p * n + i] = x[i * x_step] * z[i * z_step];
            for (std::size_t o = 0; o < outputs; ++o)
                weights[p * outputs + o] = whole(a.weight).at(o)[pair[2]];
        }
    }
    matrix<T> by_sequence() { return {products.data(), pairs, n}; }
    matrix<T> by_output() { return {weights.data(), pairs, outputs}; }
};

} // namespace blas_detail

/// op::linear
template <class T>
void run(blas<T>& b, op::linear<T> const& a)
{
    using namespace blas_detail;
    std::size_t const units = size_of(a.x.size(0)), n_all = size_of(a.x.size(1)),
                      features = units * size_of(a.x.size(2));
    auto const y = whole(a.y);
    matrix<T const> const weight{a.weight.data + a.first, y.columns, features, size_of(a.weight.size(1))};
    b.for_each((n_all + head_block - 1) / head_block, [&](std::size_t i) {
        auto const some = y.some(i * head_block, std::min(n_all, (i + 1) * head_block));
        if (!a.add)
            for (std::size_t n = 0; n < some.rows; ++n) {
                if (a.bias) assign(some[n], row(a.bias));
                else assign(some[n], xt::zeros<T>({y.columns}));
            }
        auto const x = gathered(a.x, 0, units, i * head_block, i * head_block + some.rows);
        multiply(matrix<T const>{x.data(), some.rows, features}, turned(weight), some, result::added_to);
    });
}

/// op::linear_gradient
template <class T>
void run(blas<T>& b, op::linear_gradient<T> const& a)
{
    using namespace blas_detail;
    std::size_t const units = size_of(a.x.size(0)), n_all = size_of(a.x.size(1)), k = size_of(a.x.size(2)),
                      outputs = size_of(a.dy.size(1)), stride = size_of(a.weight.size(1));
    auto const dy = whole(a.dy);
    b.for_each((units + head_block - 1) / head_block, [&](std::size_t i) {
        std::size_t const from = i * head_block, to = std::min(units, from + head_block),
                          features = (to - from) * k, first = size_of(a.first) + from * k;
        auto x = gathered(a.x, from, to, 0, n_all);
        matrix<T> const some{x.data(), n_all, features};
        multiply(turned(dy), some, matrix<T>{a.dweight.data + first, outputs, features, stride});
        if (!a.dx) return;
        multiply(dy, matrix<T const>{a.weight.data + first, outputs, features, stride}, some);
        for (std::size_t u = from; u < to; ++u)
            for (std::size_t n = 0; n < n_all; ++n)
                std::copy_n(some.at(n) + (u - from) * k, k, unit_of(a.dx, u).at(n));
    });
    if (a.dbias) sum_columns<T>(dy, a.dbias.data);
}

/// op::pair_products
template <class T>
void run(blas<T>&, op::pair_products<T> const& a)
{
    using namespace blas_detail;
    pair_rows<T> rows{a};
    multiply(turned(rows.by_sequence()), rows.by_output(), whole(a.y), result::added_to);
}

/// op::pair_products_gradient
template <class T>
void run(blas<T>&, op::pair_products_gradient<T> const& a)
{
    using namespace blas_detail;
    pair_rows<T> rows{a};
    auto const dy = whole(a.dy);
    std::vector<T> of_weight(rows.pairs * rows.outputs), slopes(rows.pairs * rows.n);
    multiply(rows.by_sequence(), dy, matrix<T>{of_weight.data(), rows.pairs, rows.outputs});
    multiply(rows.by_output(), turned(dy), matrix<T>{slopes.data(), rows.pairs, rows.n});
    auto const add = [&](view<T, 3> to, extent i, view<T const, 3> from, extent j, T const* slope) {
        auto const [d, d_step] = feature(to, i);
        auto const [other, step] = feature(from, j);
        for (std::size_t n = 0; n < rows.n; ++n) d[n * d_step] += slope[n] * other[n * step];
    };
    for (std::size_t p = 0; p < rows.pairs; ++p) {
        extent const* const pair = a.pairs.data + 3 * p;
        for (std::size_t o = 0; o < rows.outputs; ++o)
            whole(a.dweight).at(o)[pair[2]] = of_weight[p * rows.outputs + o];
        if (a.dx) add(a.dx, pair[0], a.z, pair[1], slopes.data() + p * rows.n);
        if (a.dz) add(a.dz, pair[1], a.x, pair[0], slopes.data() + p * rows.n);
    }
}

} // namespace explainn::EXPLAINN_ABI
