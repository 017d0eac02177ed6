// batch_norm over sequences and positions, layer_norm over the features of a sequence, and their gradients.
#pragma once
#include <explainn/cuda/product.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// Channel c of unit u of (U, N, C, L), which a block has: element i of the N L.
template <class T>
struct channel {
    T* data;
    std::size_t n_all, channels, length;

    EXPLAINN_KERNEL std::size_t count() const { return n_all * length; }
    EXPLAINN_KERNEL T& at(std::size_t block, std::size_t i) const
    {
        std::size_t const u = block / channels, c = block % channels;
        return data[((u * n_all + i / length) * channels + c) * length + i % length];
    }
};
template <class T>
channel<T> channel_of(view<T, 4> v)
{
    return {v.data, size_of(v.size(1)), size_of(v.size(2)), size_of(v.size(3))};
}

template <class T>
struct batch_norm_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    op::batch_norm<T> a;
    channel<T const> x;
    channel<T> y;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const at = t.block, all = x.count();
        double mean = 0, variance = 0;
        if (a.batch_statistics) {
            double* const room = t.template shared<double>();
            for (std::size_t i = t.index; i < all; i += threads) mean += static_cast<double>(x.at(at, i));
            mean = sum_of_block(t, mean, room) / static_cast<double>(all);
            for (std::size_t i = t.index; i < all; i += threads) {
                double const d = static_cast<double>(x.at(at, i)) - mean;
                variance += d * d;
            }
            variance = sum_of_block(t, variance, room) / static_cast<double>(all);
            if (t.index == 0) {
                a.mean.data[at] = static_cast<T>(mean);
                a.variance.data[at] = static_cast<T>(variance);
            }
        } else {
            mean = static_cast<double>(a.mean.data[at]);
            variance = static_cast<double>(a.variance.data[at]);
        }
        double const scale = static_cast<double>(a.gamma.data[at]) / sqrt(variance + a.epsilon),
                     shift = static_cast<double>(a.beta.data[at]);
        for (std::size_t i = t.index; i < all; i += threads)
            y.at(at, i) = static_cast<T>(scale * (static_cast<double>(x.at(at, i)) - mean) + shift);
    }
};

template <class T>
struct batch_norm_gradient_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    op::batch_norm_gradient<T> a;
    channel<T const> x, dy;
    channel<T> dx;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const at = t.block, all = x.count();
        double const mean = static_cast<double>(a.mean.data[at]),
                     inv_sd = 1 / sqrt(static_cast<double>(a.variance.data[at]) + a.epsilon);
        double sum = 0, sum_normalized = 0;
        for (std::size_t i = t.index; i < all; i += threads) {
            double const d = static_cast<double>(dy.at(at, i));
            sum += d;
            sum_normalized += d * (static_cast<double>(x.at(at, i)) - mean) * inv_sd;
        }
        double* const room = t.template shared<double>();
        sum = sum_of_block(t, sum, room);
        sum_normalized = sum_of_block(t, sum_normalized, room);
        if (t.index == 0) {
            a.dbeta.data[at] = static_cast<T>(sum);
            a.dgamma.data[at] = static_cast<T>(sum_normalized);
        }
        auto const count = static_cast<double>(all);
        double const scale = static_cast<double>(a.gamma.data[at]) * inv_sd;
        for (std::size_t i = t.index; i < all; i += threads) {
            double d = static_cast<double>(dy.at(at, i));
            if (a.batch_statistics)
                d -=
                    sum / count + (static_cast<double>(x.at(at, i)) - mean) * inv_sd * sum_normalized / count;
            dx.at(at, i) = static_cast<T>(scale * d);
        }
    }
};

} // namespace cuda_detail

/// op::batch_norm: a block for each channel of a unit.
template <class T>
void run(cuda<T>& b, op::batch_norm<T> const& a)
{
    using namespace cuda_detail;
    if (a.gamma.count() != 0)
        launch(b.queue(), blocks(a.gamma.count()), batch_norm_kernel<T>{a, channel_of(a.x), channel_of(a.y)},
               8 * sizeof(double));
}

/// op::batch_norm_gradient
template <class T>
void run(cuda<T>& b, op::batch_norm_gradient<T> const& a)
{
    using namespace cuda_detail;
    if (a.gamma.count() != 0)
        launch(b.queue(), blocks(a.gamma.count()),
               batch_norm_gradient_kernel<T>{a, channel_of(a.x), channel_of(a.dy), channel_of(a.dx)},
               8 * sizeof(double));
}

namespace cuda_detail {

/// The mean and 1 / sd of the features of a sequence of one unit, in each lane of the warp that has them.
struct row_moments {
    double mean{}, inv_sd{};
    template <class T>
    EXPLAINN_KERNEL row_moments(thread const& t, T const* x, std::size_t features, double epsilon)
    {
        auto const count = static_cast<double>(features);
        for (std::size_t f = t.lane(); f < features; f += 32) mean += static_cast<double>(x[f]);
        mean = sum_of_warp(t, mean) / count;
        double squares = 0;
        for (std::size_t f = t.lane(); f < features; f += 32) {
            double const d = static_cast<double>(x[f]) - mean;
            squares += d * d;
        }
        inv_sd = 1 / sqrt(sum_of_warp(t, squares) / count + epsilon);
    }
};

/// layer_norm of a row for each warp.
template <class T>
struct layer_norm_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    op::layer_norm<T> a;
    std::size_t rows, of_unit, features;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const row = std::size_t{t.block} * (threads / 32) + t.warp();
        if (row >= rows) return; // the whole warp
        T const* const x = a.x.data + row * features;
        row_moments const m{t, x, features, a.epsilon};
        std::size_t const u = row / of_unit * features;
        for (std::size_t f = t.lane(); f < features; f += 32)
            a.y.data[row * features + f] = static_cast<T>(
                static_cast<double>(a.gamma.data[u + f]) * (static_cast<double>(x[f]) - m.mean) * m.inv_sd +
                static_cast<double>(a.beta.data[u + f]));
    }
};

/// dx of a row for each warp, and the mean and 1 / sd of each row.
template <class T>
struct layer_norm_gradient_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    op::layer_norm_gradient<T> a;
    std::size_t rows, of_unit, features;
    double* moments; ///< (U N, 2)

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const row = std::size_t{t.block} * (threads / 32) + t.warp();
        if (row >= rows) return; // the whole warp
        T const *const x = a.x.data + row * features, *const dy = a.dy.data + row * features,
                       *const gamma = a.gamma.data + row / of_unit * features;
        row_moments const m{t, x, features, a.epsilon};
        auto const normalized = [&](std::size_t f) {
            return (static_cast<double>(x[f]) - m.mean) * m.inv_sd;
        };
        auto const slope = [&](std::size_t f) {
            return static_cast<double>(gamma[f]) * static_cast<double>(dy[f]);
        };
        double sum = 0, sum_normalized = 0;
        for (std::size_t f = t.lane(); f < features; f += 32) {
            sum += slope(f);
            sum_normalized += slope(f) * normalized(f);
        }
        auto const count = static_cast<double>(features);
        sum = sum_of_warp(t, sum) / count;
        sum_normalized = sum_of_warp(t, sum_normalized) / count;
        for (std::size_t f = t.lane(); f < features; f += 32)
            a.dx.data[row * features + f] =
                static_cast<T>(m.inv_sd * (slope(f) - sum - normalized(f) * sum_normalized));
        if (t.lane() != 0) return;
        moments[2 * row] = m.mean;
        moments[2 * row + 1] = m.inv_sd;
    }
};

} // namespace cuda_detail

/// op::layer_norm
template <class T>
void run(cuda<T>& b, op::layer_norm<T> const& a)
{
    using namespace cuda_detail;
    std::size_t const n = size_of(a.x.size(1)), rows = size_of(a.x.size(0)) * n;
    if (a.x.count() != 0)
        launch(b.queue(), blocks(pieces(rows, 4)), layer_norm_kernel<T>{a, rows, n, size_of(a.x.size(2))});
}

/// op::layer_norm_gradient
template <class T>
void run(cuda<T>& b, op::layer_norm_gradient<T> const& a)
{
    using namespace cuda_detail;
    std::size_t const n = size_of(a.x.size(1)), rows = size_of(a.x.size(0)) * n,
                      features = size_of(a.x.size(2));
    if (a.x.count() == 0) return;
    auto const scratch = b.scratch();
    double* const moments = scratch.template make<double>(2 * rows);
    // dx may take the place of dy, which is read once more behind it
    T* const dy = scratch.template make<T>(a.dy.count());
    for_each(b, a.dy.count(), [=] EXPLAINN_KERNEL(std::size_t i) { dy[i] = a.dy.data[i]; });
    launch(b.queue(), blocks(pieces(rows, 4)), layer_norm_gradient_kernel<T>{a, rows, n, features, moments});
    for_each(b, a.gamma.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const u = i / features, f = i % features;
        double dgamma = 0, dbeta = 0;
        for (std::size_t row = u * n; row < (u + 1) * n; ++row) {
            double const d = static_cast<double>(dy[row * features + f]),
                         x = static_cast<double>(a.x.data[row * features + f]);
            dgamma += d * (x - moments[2 * row]) * moments[2 * row + 1];
            dbeta += d;
        }
        a.dgamma.data[i] = static_cast<T>(dgamma);
        a.dbeta.data[i] = static_cast<T>(dbeta);
    });
}

} // namespace explainn::EXPLAINN_ABI
