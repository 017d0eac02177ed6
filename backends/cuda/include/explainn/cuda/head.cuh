// linear, where the outputs of all units meet in the logits, products of pairs of them, and their gradients.
#pragma once
#include <explainn/cuda/product.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::linear: a product for each of the K outputs of a unit, of which there is mostly one.
template <class T>
void run(cuda<T>& b, op::linear<T> const& a)
{
    using namespace cuda_detail;
    std::size_t const units = size_of(a.x.size(0)), n = size_of(a.x.size(1)), each = size_of(a.x.size(2)),
                      features = size_of(a.weight.size(1));
    for (std::size_t k = 0; k < each; ++k) {
        product p{};
        p.a = {a.x.data + k, 0, each, n * each};
        p.b = {a.weight.data + size_of(a.first) + k, 0, each, features};
        p.c = {a.y.data, 0, size_of(a.y.size(1)), 1};
        p.units = 1, p.rows = n, p.columns = size_of(a.y.size(1)), p.inner = units;
        p.bias = k == 0 && !a.add ? a.bias.data : nullptr;
        p.add = a.add || k > 0;
        multiply(b, p);
    }
}

/// op::linear_gradient
template <class T>
void run(cuda<T>& b, op::linear_gradient<T> const& a)
{
    using namespace cuda_detail;
    std::size_t const units = size_of(a.x.size(0)), n = size_of(a.x.size(1)), each = size_of(a.x.size(2)),
                      outputs = size_of(a.dy.size(1)), features = size_of(a.weight.size(1));
    for (std::size_t k = 0; k < each; ++k) {
        product p{};
        p.a = {a.dy.data, 0, 1, outputs};
        p.b = {a.x.data + k, 0, each, n * each};
        p.c = {a.dweight.data + size_of(a.first) + k, 0, features, each};
        p.units = 1, p.rows = outputs, p.columns = units, p.inner = n;
        multiply(b, p);
        if (!a.dx) continue;
        p.a = {a.weight.data + size_of(a.first) + k, 0, each, features};
        p.b = {a.dy.data, 0, 1, outputs};
        p.c = {a.dx.data + k, 0, n * each, each};
        p.rows = units, p.columns = n, p.inner = outputs;
        multiply(b, p);
    }
    if (a.dbias) sum_columns<T>(b, {a.dy.data, 0, outputs, 1}, {}, {a.dbias.data, 0, 0, 1}, 1, n, outputs);
}

namespace cuda_detail {
/// Where feature u K + k of sequence n lies in (U, N, K).
template <class T>
EXPLAINN_KERNEL T& feature_of(view<T, 3> const& v, std::size_t n, extent feature)
{
    auto const at = static_cast<std::size_t>(feature), each = static_cast<std::size_t>(v.size(2));
    return v.data[(at / each * static_cast<std::size_t>(v.size(1)) + n) * each + at % each];
}
} // namespace cuda_detail

/// op::pair_products
template <class T>
void run(cuda<T>& b, op::pair_products<T> const& a)
{
    std::size_t const outputs = cuda_detail::size_of(a.y.size(1)), columns = a.weight.stride(),
                      pairs = cuda_detail::size_of(a.pairs.size(0));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const n = i / outputs;
        T const* const weight = a.weight.data + i % outputs * columns;
        double sum = static_cast<double>(a.y.data[i]);
        for (std::size_t p = 0; p < pairs; ++p) {
            extent const* const of = a.pairs.data + 3 * p;
            sum += static_cast<double>(weight[of[2]]) *
                   static_cast<double>(cuda_detail::feature_of(a.x, n, of[0])) *
                   static_cast<double>(cuda_detail::feature_of(a.z, n, of[1]));
        }
        a.y.data[i] = static_cast<T>(sum);
    });
}

/// op::pair_products_gradient; a thread has a sequence, and goes through the pairs in order.
template <class T>
void run(cuda<T>& b, op::pair_products_gradient<T> const& a)
{
    std::size_t const outputs = cuda_detail::size_of(a.dy.size(1)),
                      n_all = cuda_detail::size_of(a.dy.size(0)), columns = a.weight.stride(),
                      pairs = cuda_detail::size_of(a.pairs.size(0));
    cuda_detail::for_each(b, pairs * outputs, [=] EXPLAINN_KERNEL(std::size_t i) {
        extent const* const of = a.pairs.data + 3 * (i / outputs);
        std::size_t const o = i % outputs;
        double sum = 0;
        for (std::size_t n = 0; n < n_all; ++n)
            sum += static_cast<double>(a.dy.data[n * outputs + o]) *
                   static_cast<double>(cuda_detail::feature_of(a.x, n, of[0])) *
                   static_cast<double>(cuda_detail::feature_of(a.z, n, of[1]));
        a.dweight.data[o * columns + static_cast<std::size_t>(of[2])] = static_cast<T>(sum);
    });
    if (!a.dx && !a.dz) return;
    cuda_detail::for_each(b, n_all, [=] EXPLAINN_KERNEL(std::size_t n) {
        for (std::size_t p = 0; p < pairs; ++p) {
            extent const* const of = a.pairs.data + 3 * p;
            double slope = 0; // the gradient of the product
            for (std::size_t o = 0; o < outputs; ++o)
                slope += static_cast<double>(a.dy.data[n * outputs + o]) *
                         static_cast<double>(a.weight.data[o * columns + static_cast<std::size_t>(of[2])]);
            double const x = static_cast<double>(cuda_detail::feature_of(a.x, n, of[0])),
                         z = static_cast<double>(cuda_detail::feature_of(a.z, n, of[1]));
            if (a.dx) cuda_detail::feature_of(a.dx, n, of[0]) += static_cast<T>(slope * z);
            if (a.dz) cuda_detail::feature_of(a.dz, n, of[1]) += static_cast<T>(slope * x);
        }
    });
}

} // namespace explainn::EXPLAINN_ABI
