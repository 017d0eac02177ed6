// dense_block and its gradient: a product, and a kernel that has the columns of a unit and passes over them
// once for their mean, once for their variance and once for the result.
#pragma once
#include <explainn/cuda/dense.cuh>
#include <explainn/cuda/dropout.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// Batch norm, activation and dropout of one unit's values (N, H), some columns a block.
template <class T>
struct block_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    op::dense_block<T> a;
    matrices<T> values; ///< (N, H): x w' + bias, which become those before gamma and beta
    matrices<T> to;     ///< (N, H): y
    device_mask mask;
    std::size_t n, hidden;
    column_tiles tiles;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const u = t.block / tiles.tiles;
        std::size_t const j = std::size_t{t.block % tiles.tiles} * tiles.lanes + t.index % tiles.lanes;
        std::size_t const first = t.index / tiles.lanes, step = threads / tiles.lanes, at = u * hidden + j;
        bool const mine = j < hidden;
        double mean = 0, inv_sd = 1;
        if (a.gamma && a.batch_statistics) {
            double* const room = t.template shared<double>();
            float sum = 0;
            for (std::size_t i = first; mine && i < n; i += step) sum += values.at(u, i, j);
            mean = sum_of_rows(t, static_cast<double>(sum), tiles.lanes, room) / static_cast<double>(n);
            auto const middle = static_cast<float>(mean);
            float squares = 0, rest = 0; // rest: what rounding left of the mean
            for (std::size_t i = first; mine && i < n; i += step) {
                float const d = values.at(u, i, j) - middle;
                squares += d * d;
                rest += d;
            }
            double const of_rest =
                sum_of_rows(t, static_cast<double>(rest), tiles.lanes, room) / static_cast<double>(n);
            double const variance =
                sum_of_rows(t, static_cast<double>(squares), tiles.lanes, room) / static_cast<double>(n) -
                of_rest * of_rest;
            mean = static_cast<double>(middle) + of_rest;
            if (mine && first == 0) {
                a.mean.data[at] = static_cast<T>(mean);
                a.variance.data[at] = static_cast<T>(variance > 0 ? variance : 0.0);
            }
            inv_sd = 1 / sqrt((variance > 0 ? variance : 0.0) + a.epsilon);
        } else if (a.gamma && mine) {
            mean = static_cast<double>(a.mean.data[at]);
            inv_sd = 1 / sqrt(static_cast<double>(a.variance.data[at]) + a.epsilon);
        }
        if (!mine) return;
        float const gamma = a.gamma ? a.gamma.data[at] : 1.f, beta = a.gamma ? a.beta.data[at] : 0.f;
        auto const middle = static_cast<float>(mean), slope = static_cast<float>(inv_sd);
        for (std::size_t i = first; i < n; i += step) {
            float const normalized = (values.at(u, i, j) - middle) * slope;
            values.at(u, i, j) = normalized;
            float const factor = mask.factor(u, i * hidden + j);
            float const y = activated(a.act, gamma * normalized + beta);
            to.at(u, i, j) = factor != 0 ? y * factor : 0.f;
        }
    }
};

/// dy becomes the gradient of x w' + bias; and the gradients of bias, gamma and beta.
template <class T>
struct block_gradient_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    op::dense_block_gradient<T> a;
    matrices<T const> normalized; ///< (N, H): values before gamma and beta
    matrices<T const> y;          ///< (N, H)
    device_mask mask;
    std::size_t n, hidden;
    column_tiles tiles;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const u = t.block / tiles.tiles;
        std::size_t const j = std::size_t{t.block % tiles.tiles} * tiles.lanes + t.index % tiles.lanes;
        std::size_t const first = t.index / tiles.lanes, step = threads / tiles.lanes, at = u * hidden + j;
        bool const mine = j < hidden;
        float const gamma = a.gamma && mine ? a.gamma.data[at] : 1.f,
                    beta = a.gamma && mine ? a.beta.data[at] : 0.f;
        float sum = 0, sum_normalized = 0;
        for (std::size_t i = first; mine && i < n; i += step) {
            float const before = normalized.at(u, i, j), z = gamma * before + beta;
            float& d = a.dy.data[(u * n + i) * hidden + j];
            // what dropout left out has no gradient
            float const factor =
                a.act == activation::relu
                    ? (y.at(u, i, j) > 0 ? mask.scale : 0.f)
                    : mask.factor(u, i * hidden + j) * activation_slope(a.act, z, activated(a.act, z));
            d *= factor;
            sum += d;
            sum_normalized += d * before;
        }
        double* const room = t.template shared<double>();
        double const all = sum_of_rows(t, static_cast<double>(sum), tiles.lanes, room),
                     all_normalized = sum_of_rows(t, static_cast<double>(sum_normalized), tiles.lanes, room);
        if (!mine) return;
        float scale = 1, mean = 0, slope = 0;
        if (a.gamma) {
            scale = static_cast<float>(static_cast<double>(gamma) /
                                       sqrt(static_cast<double>(a.variance.data[at]) + a.epsilon));
            if (a.batch_statistics) {
                mean = static_cast<float>(all / static_cast<double>(n));
                slope = static_cast<float>(all_normalized / static_cast<double>(n));
            }
            for (std::size_t i = first; i < n; i += step) {
                float& d = a.dy.data[(u * n + i) * hidden + j];
                d = scale * (d - mean - normalized.at(u, i, j) * slope);
            }
        }
        if (first != 0) return;
        if (a.dgamma) a.dgamma.data[at] = static_cast<T>(all_normalized);
        if (a.dbeta) a.dbeta.data[at] = static_cast<T>(all);
        a.dbias.data[at] = a.batch_statistics ? 0.f : static_cast<T>(static_cast<double>(scale) * all);
    }
};

/// The numbers (N, H) that each unit of an op keeps.
template <class T>
matrices<T> kept_matrices(own_bytes_by_unit kept, std::size_t hidden)
{
    return {kept.template of_unit<T>(0), kept.each / sizeof(T), hidden, 1};
}

/// op::dense_block for x (N, F) and y (N, H) of each unit, wherever they lie.
template <class T>
void block_forward(cuda<T>& b, op::dense_block<T> const& a, matrices<T const> x, matrices<T> y, std::size_t n)
{
    using kernel = block_kernel<T>;
    std::size_t const units = size_of(a.weight.size(0)), hidden = size_of(a.weight.size(1));
    if (units * n * hidden == 0) return;
    auto const scratch = b.scratch();
    matrices<T> const values =
        a.kept ? kept_matrices<T>(a.kept, hidden)
               : matrices<T>{scratch.template make<T>(units * n * hidden), n * hidden, hidden, 1};
    dense_forward(b, x, a.weight, a.bias, values, n);
    column_tiles const tiles{hidden};
    launch(b.queue(), blocks(units * tiles.tiles), kernel{a, values, y, a.dropout, n, hidden, tiles},
           kernel::threads * sizeof(double));
}

/// op::dense_block_gradient for x (N, F) and y (N, H) of each unit, wherever they lie.
template <class T>
void block_backward(cuda<T>& b, op::dense_block_gradient<T> const& a, matrices<T const> x,
                    matrices<T const> y)
{
    using kernel = block_gradient_kernel<T>;
    std::size_t const units = size_of(a.dy.size(0)), n = size_of(a.dy.size(1)),
                      hidden = size_of(a.dy.size(2));
    if (a.dy.count() == 0) return;
    column_tiles const tiles{hidden};
    launch(b.queue(), blocks(units * tiles.tiles),
           kernel{a, kept_matrices<T const>(a.kept, hidden), y, a.dropout, n, hidden, tiles},
           kernel::threads * sizeof(double));
    dense_backward<T>(b, x, a.weight, a.dy, a.dx, a.dweight);
}

} // namespace cuda_detail

/// op::dense_block; it keeps the values before gamma and beta.
template <class T>
void run(cuda<T>& b, op::dense_block<T> const& a)
{
    using namespace cuda_detail;
    block_forward<T>(b, a, of_units(a.x), of_units(a.y), size_of(a.y.size(1)));
}

/// op::dense_block_gradient
template <class T>
void run(cuda<T>& b, op::dense_block_gradient<T> const& a)
{
    using namespace cuda_detail;
    block_backward<T>(b, a, of_units(a.x), of_units(a.y));
}

} // namespace explainn::EXPLAINN_ABI
