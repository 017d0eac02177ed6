// What works on whole channels: transpose, copies, sums of mirrored places, a filter or a factor for each
// channel.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::transpose
template <class T>
void run(cuda<T>& b, op::transpose<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.x.size(3)),
                      channels = cuda_detail::size_of(a.x.size(2));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const c = i % channels, l = i / channels % length, row = i / channels / length;
        a.y.data[i] = a.x.data[(row * channels + c) * length + l];
    });
}

/// op::copy_channels
template <class T>
void run(cuda<T>& b, op::copy_channels<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const of_row = size_of(a.channels) * size_of(a.x.size(3)),
                      x_row = size_of(a.x.size(2)) * size_of(a.x.size(3)),
                      y_row = size_of(a.y.size(2)) * size_of(a.y.size(3));
    T const* const x = a.x.data + size_of(a.x_first) * size_of(a.x.size(3));
    T* const y = a.y.data + size_of(a.y_first) * size_of(a.y.size(3));
    bool const add = a.add;
    cuda_detail::for_each(b, size_of(a.x.size(0)) * size_of(a.x.size(1)) * of_row,
                          [=] EXPLAINN_KERNEL(std::size_t i) {
                              T& to = y[i / of_row * y_row + i % of_row];
                              to = x[i / of_row * x_row + i % of_row] + (add ? to : T(0));
                          });
}

/// op::mirror_sum
template <class T>
void run(cuda<T>& b, op::mirror_sum<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.x.size(3)), half = cuda_detail::size_of(a.y.size(3));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        T const* const x = a.x.data + i / half * length;
        std::size_t const p = i % half, other = length - 1 - p;
        a.y.data[i] = x[p] + (p == other ? T(0) : x[other]);
    });
}

/// op::mirror_sum_gradient
template <class T>
void run(cuda<T>& b, op::mirror_sum_gradient<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.dx.size(3)), half = cuda_detail::size_of(a.dy.size(3));
    cuda_detail::for_each(b, a.dx.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const p = i % length, other = length - 1 - p;
        a.dx.data[i] = a.dy.data[i / length * half + (p < other ? p : other)];
    });
}

/// op::depthwise_conv
template <class T>
void run(cuda<T>& b, op::depthwise_conv<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const windows = size_of(a.y.size(3)), channels = size_of(a.y.size(2)),
                      n_all = size_of(a.y.size(1));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        extent const width = a.weight.size(2), length = a.x.size(3);
        std::size_t const row = i / windows, filter = row / channels / n_all * channels + row % channels;
        T const* const w = a.weight.data + filter * size_of(width);
        T const* const x = a.x.data + row * size_of(length);
        extent const start = static_cast<extent>(i % windows) - a.padding;
        T sum = a.bias.data[filter];
        for (extent k = 0; k < width; ++k)
            if (extent const l = start + k; l >= 0 && l < length) sum += w[k] * x[l];
        a.y.data[i] = sum;
    });
}

namespace cuda_detail {

/// A block sums, for one channel, dy x over sequences and windows at one place of its filter; at the place
/// behind the last it sums dy alone, which is the gradient of the bias.
template <class T>
struct depthwise_weight_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    op::depthwise_conv_gradient<T> a;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const width = static_cast<std::size_t>(a.weight.size(2)),
                          channels = static_cast<std::size_t>(a.x.size(2)),
                          n_all = static_cast<std::size_t>(a.x.size(1)),
                          windows = static_cast<std::size_t>(a.dy.size(3));
        extent const length = a.x.size(3);
        std::size_t const k = t.block % (width + 1), filter = t.block / (width + 1);
        std::size_t const c = filter % channels, u = filter / channels;
        double sum = 0;
        for (std::size_t i = t.index; i < n_all * windows; i += threads) {
            std::size_t const row = (u * n_all + i / windows) * channels + c;
            extent const l = static_cast<extent>(i % windows + k) - a.padding;
            double x = 1;
            if (k < width)
                x = l >= 0 && l < length
                        ? static_cast<double>(
                              a.x.data[row * static_cast<std::size_t>(length) + static_cast<std::size_t>(l)])
                        : 0;
            sum += x * static_cast<double>(a.dy.data[row * windows + i % windows]);
        }
        sum = sum_of_block(t, sum, t.template shared<double>());
        if (t.index != 0) return;
        if (k < width) a.dweight.data[filter * width + k] = static_cast<T>(sum);
        else a.dbias.data[filter] = static_cast<T>(sum);
    }
};
/// A warp sums x dy over the positions of one channel of one sequence.
template <class T>
struct gate_gradient_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    T const *x, *dy;
    T* dgate;
    std::size_t rows, length;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const row = std::size_t{t.block} * (threads / 32) + t.warp();
        if (row >= rows) return; // the whole warp
        double sum = 0;
        for (std::size_t l = t.lane(); l < length; l += 32)
            sum += static_cast<double>(x[row * length + l]) * static_cast<double>(dy[row * length + l]);
        sum = sum_of_warp(t, sum);
        if (t.lane() == 0) dgate[row] = static_cast<T>(sum);
    }
};

} // namespace cuda_detail

/// op::depthwise_conv_gradient
template <class T>
void run(cuda<T>& b, op::depthwise_conv_gradient<T> const& a)
{
    using namespace cuda_detail;
    if (a.dbias.count() != 0)
        launch(b.queue(), blocks(a.dweight.count() + a.dbias.count()), depthwise_weight_kernel<T>{a},
               4 * sizeof(double));
    if (!a.dx) return;
    std::size_t const length = size_of(a.dx.size(3)), channels = size_of(a.dx.size(2)),
                      n_all = size_of(a.dx.size(1));
    for_each(b, a.dx.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        extent const width = a.weight.size(2), windows = a.dy.size(3);
        std::size_t const row = i / length, filter = row / channels / n_all * channels + row % channels;
        T const* const w = a.weight.data + filter * size_of(width);
        T const* const dy = a.dy.data + row * size_of(windows);
        extent const end = static_cast<extent>(i % length) + a.padding;
        T sum = 0;
        for (extent k = 0; k < width; ++k)
            if (extent const t = end - k; t >= 0 && t < windows) sum += w[k] * dy[t];
        a.dx.data[i] = sum;
    });
}

/// op::scale_channels
template <class T>
void run(cuda<T>& b, op::scale_channels<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.x.size(3));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        a.y.data[i] = a.gate.data[i / length] * a.x.data[i];
    });
}

/// op::scale_channels_gradient
template <class T>
void run(cuda<T>& b, op::scale_channels_gradient<T> const& a)
{
    using namespace cuda_detail;
    using kernel = gate_gradient_kernel<T>;
    std::size_t const rows = a.dgate.count();
    if (rows != 0)
        launch(b.queue(), blocks(pieces(rows, kernel::threads / 32)),
               kernel{a.x.data, a.dy.data, a.dgate.data, rows, size_of(a.x.size(3))});
}

/// op::add_mean_gradient
template <class T>
void run(cuda<T>& b, op::add_mean_gradient<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.y.size(3));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        a.y.data[i] += a.x.data[i / length] / static_cast<T>(length);
    });
}

} // namespace explainn::EXPLAINN_ABI
