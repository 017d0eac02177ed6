// What works on whole channels: transpose, copies, sums of mirrored places, a filter or a factor for each
// channel, and their gradients.
#pragma once
#include <algorithm>
#include <cstring>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/product.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// op::transpose; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void transpose(isa level, op::transpose<float> const& o, Spread&& spread)
{
    auto const channels = static_cast<std::size_t>(o.x.size(2)),
               length = static_cast<std::size_t>(o.x.size(3));
    spread(static_cast<std::size_t>(o.x.size(0)) * static_cast<std::size_t>(o.x.size(1)), std::size_t{4},
           [&](std::size_t begin, std::size_t end) {
               for (std::size_t i = begin; i < end; ++i)
                   turn(level,
                        transposition<float>{o.x.data + i * channels * length, length, channels, length,
                                             o.y.data + i * channels * length, channels, false});
           });
}

/// op::copy_channels; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void copy_channels(op::copy_channels<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.x.size(3)),
               count = static_cast<std::size_t>(o.channels) * length,
               from = static_cast<std::size_t>(o.x.size(2)), to = static_cast<std::size_t>(o.y.size(2));
    spread(static_cast<std::size_t>(o.x.size(0)) * static_cast<std::size_t>(o.x.size(1)), std::size_t{4},
           [&](std::size_t begin, std::size_t end) {
               for (std::size_t i = begin; i < end; ++i) {
                   float const* const x =
                       o.x.data + (i * from + static_cast<std::size_t>(o.x_first)) * length;
                   float* const y = o.y.data + (i * to + static_cast<std::size_t>(o.y_first)) * length;
                   if (!o.add) std::memcpy(y, x, count * sizeof(float));
                   else
                       for (std::size_t j = 0; j < count; ++j) y[j] += x[j];
               }
           });
}

/// op::mirror_sum; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void mirror_sum(op::mirror_sum<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.x.size(3)), half = length / 2,
               places = static_cast<std::size_t>(o.y.size(3));
    spread(o.y.count() / places, std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            float const* const x = o.x.data + i * length;
            float* const y = o.y.data + i * places;
            for (std::size_t p = 0; p < half; ++p) y[p] = x[p] + x[length - 1 - p];
            if (places > half) y[half] = x[half];
        }
    });
}
/// op::mirror_sum_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void mirror_sum_gradient(op::mirror_sum_gradient<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.dx.size(3)),
               places = static_cast<std::size_t>(o.dy.size(3));
    spread(o.dy.count() / places, std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            float const* const dy = o.dy.data + i * places;
            float* const dx = o.dx.data + i * length;
            for (std::size_t p = 0; p < places; ++p) dx[p] = dx[length - 1 - p] = dy[p];
        }
    });
}

/// y(t) = begin + sum over k of weight(k) x(t + k), in vectors; with `turned` the weights count from the
/// last.
struct row_filter_kernel {
    float const* x{}; ///< y.size + width - 1 numbers, and to be read up to whole vectors
    float const* weight{};
    std::size_t width{}, count{};
    bool turned{};
    float begin{};
    float* y{};

    template <int B>
    static EXPLAINN_INLINE void run(row_filter_kernel const& argument)
    {
        using F = pack<float, B>;
        row_filter_kernel const k = argument;
        for (std::size_t t = 0; t < k.count; t += F::size) {
            F sum = F::all(k.begin);
            for (std::size_t j = 0; j < k.width; ++j)
                sum =
                    multiply_add(F::all(k.weight[k.turned ? k.width - 1 - j : j]), F::load(k.x + t + j), sum);
            store_until<B>(sum, k.y, t, k.count);
        }
    }
};
/// sums(k) += sum over t of dy(t) x(t + k), for all k.
struct row_filter_gradient_kernel {
    float const *x{}, *dy{}; ///< both to be read up to whole vectors, dy with zeros there
    std::size_t width{}, count{};
    float* sums{};

    template <int B>
    static EXPLAINN_INLINE void run(row_filter_gradient_kernel const& argument)
    {
        using F = pack<float, B>;
        row_filter_gradient_kernel const k = argument;
        for (std::size_t j = 0; j < k.width; ++j) {
            F all = F::zero();
            for (std::size_t t = 0; t < k.count; t += F::size)
                all = multiply_add(F::load(k.dy + t), F::load(k.x + t + j), all);
            k.sums[j] += sum(all);
        }
    }
};

namespace detail {
/// A row with `before` zeros in front and enough behind for whole vectors of windows.
inline void pad_row(float const* x, std::size_t length, std::size_t before, std::size_t room, float* to)
{
    std::fill_n(to, before, 0.0f);
    std::memcpy(to + before, x, length * sizeof(float));
    std::fill_n(to + before + length, room - before - length, 0.0f);
}
/// The extents of a depthwise convolution.
struct depthwise_extents {
    std::size_t units{}, n{}, channels{}, length{}, width{}, windows{}, padding{};
    template <class Op>
    depthwise_extents(Op const& o, extent out)
        : units{static_cast<std::size_t>(o.x.size(0))}, n{static_cast<std::size_t>(o.x.size(1))},
          channels{static_cast<std::size_t>(o.x.size(2))}, length{static_cast<std::size_t>(o.x.size(3))},
          width{static_cast<std::size_t>(o.weight.size(2))}, windows{static_cast<std::size_t>(out)},
          padding{static_cast<std::size_t>(o.padding)}
    {
    }
    /// Numbers of a padded row.
    std::size_t room() const { return std::max(length, windows) + 2 * (width + padding) + 32; }
    std::size_t rows() const { return units * n * channels; }
    /// Where the filter of a row begins.
    std::size_t filter(std::size_t row) const
    {
        return (row / (n * channels) * channels + row % channels) * width;
    }
};
} // namespace detail

/// op::depthwise_conv; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void depthwise_conv(isa level, op::depthwise_conv<float> const& o, Spread&& spread)
{
    detail::depthwise_extents const e{o, o.y.size(3)};
    spread(e.rows(), std::size_t{32}, [&](std::size_t begin, std::size_t end) {
        float* const row = scratch<float>(piece::image, e.room());
        for (std::size_t i = begin; i < end; ++i) {
            detail::pad_row(o.x.data + i * e.length, e.length, e.padding, e.room(), row);
            float const bias = o.bias.data[e.filter(i) / e.width];
            dispatch<row_filter_kernel>(level,
                                        row_filter_kernel{row, o.weight.data + e.filter(i), e.width,
                                                          e.windows, false, bias, o.y.data + i * e.windows});
        }
    });
}

/// op::depthwise_conv_gradient; `spread(n, block, f)` shares out f(first, last). The sums of a filter over
/// the sequences are made by one thread, in their order.
template <class Spread>
void depthwise_conv_gradient(isa level, op::depthwise_conv_gradient<float> const& o, Spread&& spread)
{
    detail::depthwise_extents const e{o, o.dy.size(3)};
    spread(e.units * e.channels, std::size_t{8}, [&](std::size_t begin, std::size_t end) {
        float* const x = scratch<float>(piece::image, e.room());
        float* const dy = scratch<float>(piece::turned_image, e.room());
        float* const sums = scratch<float>(piece::partial, e.width);
        for (std::size_t f = begin; f < end; ++f) {
            std::size_t const u = f / e.channels, c = f % e.channels;
            std::fill_n(sums, e.width, 0.0f);
            double bias = 0;
            for (std::size_t i = 0; i < e.n; ++i) {
                std::size_t const row = (u * e.n + i) * e.channels + c;
                // dx(l) = sum over k of weight(W - 1 - k) dy(l + k - (W - 1 - padding))
                bool const enough = e.width - 1 >= e.padding;
                std::size_t const before = enough ? e.width - 1 - e.padding : 0,
                                  skipped = enough ? 0 : e.padding - (e.width - 1);
                detail::pad_row(o.dy.data + row * e.windows, e.windows, before, e.room(), dy);
                if (o.dx)
                    dispatch<row_filter_kernel>(
                        level, row_filter_kernel{dy + skipped, o.weight.data + f * e.width, e.width, e.length,
                                                 true, 0.0f, o.dx.data + row * e.length});
                detail::pad_row(o.x.data + row * e.length, e.length, e.padding, e.room(), x);
                dispatch<row_filter_gradient_kernel>(
                    level, row_filter_gradient_kernel{x, dy + before, e.width, e.windows, sums});
                for (std::size_t t = 0; t < e.windows; ++t) bias += double(dy[before + t]);
            }
            std::copy_n(sums, e.width, o.dweight.data + f * e.width);
            o.dbias.data[f] = static_cast<float>(bias);
        }
    });
}

/// op::scale_channels; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void scale_channels(op::scale_channels<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.x.size(3));
    spread(o.gate.count(), std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            float const gate = o.gate.data[i];
            float const* const x = o.x.data + i * length;
            float* const y = o.y.data + i * length;
            for (std::size_t l = 0; l < length; ++l) y[l] = gate * x[l];
        }
    });
}
/// The sum of products of two rows.
struct row_product_kernel {
    float const *x{}, *y{};
    std::size_t count{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(row_product_kernel const& argument)
    {
        using F = pack<float, B>;
        row_product_kernel const k = argument;
        F all = F::zero();
        for (std::size_t i = 0; i < k.count; i += F::size)
            all = multiply_add(load_until<B>(k.x, i, k.count), load_until<B>(k.y, i, k.count), all);
        *k.to = sum(all);
    }
};
/// op::scale_channels_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void scale_channels_gradient(isa level, op::scale_channels_gradient<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.x.size(3));
    spread(o.dgate.count(), std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            dispatch<row_product_kernel>(
                level,
                row_product_kernel{o.x.data + i * length, o.dy.data + i * length, length, o.dgate.data + i});
    });
}
/// op::add_mean_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void add_mean_gradient(op::add_mean_gradient<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.y.size(3));
    spread(o.x.count(), std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            float const share = o.x.data[i] / static_cast<float>(length);
            float* const y = o.y.data + i * length;
            for (std::size_t l = 0; l < length; ++l) y[l] += share;
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
