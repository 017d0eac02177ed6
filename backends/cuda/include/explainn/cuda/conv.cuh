// conv and its gradient, by their definitions: a thread for each number.
#pragma once
#include <explainn/cuda/product.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::conv; an absent bias counts as zeros.
template <class T>
void run(cuda<T>& b, op::conv<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const windows = size_of(a.y.size(3)), filters = size_of(a.y.size(2)),
                      n_all = size_of(a.y.size(1));
    bool const shared_input = a.x.size(0) == 1;
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const t = i % windows, f = i / windows % filters, n = i / windows / filters % n_all,
                          u = i / windows / filters / n_all;
        extent const channels = a.weight.size(2), width = a.weight.size(3), length = a.x.size(3);
        std::size_t const of = shared_input ? 0 : u;
        T const* const w = a.weight.data + (u * filters + f) * size_of(channels) * size_of(width);
        T const* const x = a.x.data + (of * n_all + n) * size_of(channels) * size_of(length);
        T sum = a.bias ? a.bias.data[u * filters + f] : T(0);
        for (extent c = 0; c < channels; ++c)
            for (extent k = 0; k < width; ++k)
                if (extent const l = static_cast<extent>(t) * a.stride + k * a.dilation - a.padding;
                    l >= 0 && l < length)
                    sum += w[c * width + k] * x[c * length + l];
        a.y.data[i] = sum;
    });
}

namespace cuda_detail {

/// The gradient of one weight of a filter.
template <class T>
struct conv_weight_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    op::conv_gradient<T> a;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const width = static_cast<std::size_t>(a.weight.size(3)),
                          channels = static_cast<std::size_t>(a.weight.size(2)),
                          filters = static_cast<std::size_t>(a.weight.size(1)),
                          n_all = static_cast<std::size_t>(a.x.size(1)),
                          windows = static_cast<std::size_t>(a.dy.size(3));
        extent const length = a.x.size(3);
        std::size_t const k = t.block % width, c = t.block / width % channels,
                          f = t.block / width / channels % filters, u = t.block / width / channels / filters;
        std::size_t const of = a.x.size(0) == 1 ? 0 : u;
        double sum = 0;
        for (std::size_t i = t.index; i < n_all * windows; i += threads) {
            std::size_t const n = i / windows, s = i % windows;
            extent const l =
                static_cast<extent>(s) * a.stride + static_cast<extent>(k) * a.dilation - a.padding;
            if (l >= 0 && l < length)
                sum += static_cast<double>(a.dy.data[((u * n_all + n) * filters + f) * windows + s]) *
                       static_cast<double>(
                           a.x.data[((of * n_all + n) * channels + c) * static_cast<std::size_t>(length) +
                                    static_cast<std::size_t>(l)]);
        }
        sum = sum_of_block(t, sum, t.template shared<double>());
        if (t.index == 0) a.dweight.data[t.block] = static_cast<T>(sum);
    }
};
/// The sum of dy over the sequences and windows of a filter.
template <class T>
struct conv_bias_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    view<T const, 4> dy;
    T* dbias;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const filters = static_cast<std::size_t>(dy.size(2)),
                          n_all = static_cast<std::size_t>(dy.size(1)),
                          windows = static_cast<std::size_t>(dy.size(3)), f = t.block % filters,
                          u = t.block / filters;
        double sum = 0;
        for (std::size_t i = t.index; i < n_all * windows; i += threads)
            sum += static_cast<double>(
                dy.data[((u * n_all + i / windows) * filters + f) * windows + i % windows]);
        sum = sum_of_block(t, sum, t.template shared<double>());
        if (t.index == 0) dbias[t.block] = static_cast<T>(sum);
    }
};

} // namespace cuda_detail

/// op::conv_gradient
template <class T>
void run(cuda<T>& b, op::conv_gradient<T> const& a)
{
    using namespace cuda_detail;
    constexpr std::size_t room = 4 * sizeof(double);
    if (a.dweight.count() != 0) launch(b.queue(), blocks(a.dweight.count()), conv_weight_kernel<T>{a}, room);
    if (a.dbias.count() != 0)
        launch(b.queue(), blocks(a.dbias.count()), conv_bias_kernel<T>{a.dy, a.dbias.data}, room);
    if (!a.dx) return;
    std::size_t const length = size_of(a.dx.size(3)), channels = size_of(a.dx.size(2)),
                      n_all = size_of(a.dx.size(1)), filters = size_of(a.weight.size(1)),
                      windows = size_of(a.dy.size(3));
    for_each(b, a.dx.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const l = i % length, c = i / length % channels, n = i / length / channels % n_all,
                          u = i / length / channels / n_all;
        extent const width = a.weight.size(3);
        T sum = 0;
        for (std::size_t f = 0; f < filters; ++f)
            for (extent k = 0; k < width; ++k)
                if (extent const at = static_cast<extent>(l) - k * a.dilation + a.padding;
                    at >= 0 && at % a.stride == 0 && at / a.stride < static_cast<extent>(windows))
                    sum += a.weight.data[((u * filters + f) * channels + c) * size_of(width) + size_of(k)] *
                           a.dy.data[((u * n_all + n) * filters + f) * windows + size_of(at / a.stride)];
        a.dx.data[i] = sum;
    });
}

} // namespace explainn::EXPLAINN_ABI
