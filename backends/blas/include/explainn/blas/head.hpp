// linear, where the outputs of all units meet in the logits, and its gradient.
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
std::vector<T> gathered(view<T const, 3> x, std::size_t from, std::size_t to, std::size_t first,
                        std::size_t last)
{
    std::size_t const k = size_of(x.size(2)), row = (to - from) * k;
    std::vector<T> all((last - first) * row);
    for (std::size_t u = from; u < to; ++u)
        for (std::size_t n = first; n < last; ++n)
            std::copy_n(unit_of(x, u).at(n), k, all.data() + (n - first) * row + (u - from) * k);
    return all;
}

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
    vector<T> start = xt::zeros<T>({y.columns});
    if (a.bias) start = row(a.bias);
    b.for_each((n_all + head_block - 1) / head_block, [&](std::size_t i) {
        auto const some = y.some(i * head_block, std::min(n_all, (i + 1) * head_block));
        for (std::size_t n = 0; !a.add && n < some.rows; ++n) assign(some[n], start);
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

} // namespace explainn::EXPLAINN_ABI
