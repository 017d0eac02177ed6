// op::conv and its gradient: products with the windows of some sequences, laid side by side.
#pragma once
#include <algorithm>
#include <cstring>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/panels.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

/// The extents of a convolution as a product. Units that share one x count as one group of more filters.
struct conv_extents {
    std::size_t groups{}, filters{}; ///< filters of a group
    std::size_t n{}, channels{}, length{}, width{}, starts{};
    std::ptrdiff_t padding{}, stride{}, dilation{};
    std::size_t units{}, filters_of_unit{};

    template <class Op>
    conv_extents(Op const& o, extent windows)
        : groups{static_cast<std::size_t>(o.x.size(0))}, n{static_cast<std::size_t>(o.x.size(1))},
          channels{static_cast<std::size_t>(o.x.size(2))}, length{static_cast<std::size_t>(o.x.size(3))},
          width{static_cast<std::size_t>(o.weight.size(3))}, starts{static_cast<std::size_t>(windows)},
          padding{o.padding}, stride{o.stride}, dilation{o.dilation},
          units{static_cast<std::size_t>(o.weight.size(0))},
          filters_of_unit{static_cast<std::size_t>(o.weight.size(1))}
    {
        filters = units / groups * filters_of_unit;
    }
    std::size_t taps() const { return channels * width; }
    /// Sequences whose windows stand side by side: enough of them to fill vectors, whatever the threads.
    std::size_t together() const { return starts >= 40 ? 1 : std::min(n, 64 / starts); }
    std::size_t blocks() const { return (n + together() - 1) / together(); }
    std::size_t row() const { return round_up(together() * starts, 16); }
    /// Where filter f of group g has its outputs of sequence i in (U, N, F, T).
    std::size_t output(std::size_t g, std::size_t i, std::size_t f) const
    {
        std::size_t const unit = g * (units / groups) + f / filters_of_unit;
        return ((unit * n + i) * filters_of_unit + f % filters_of_unit) * starts;
    }
};

/// Tap k of window t stands at t stride + shift, which is within the sequence for t in [from, to).
struct tap_reach {
    std::ptrdiff_t shift{}, from{}, to{};
};
inline tap_reach reach_of(conv_extents const& e, std::size_t k)
{
    auto const length = static_cast<std::ptrdiff_t>(e.length), starts = static_cast<std::ptrdiff_t>(e.starts);
    auto const shift = static_cast<std::ptrdiff_t>(k) * e.dilation - e.padding;
    // the first window whose tap is not before `place`
    auto const first = [&](std::ptrdiff_t place) {
        return place <= shift ? std::ptrdiff_t{0} : (place - shift + e.stride - 1) / e.stride;
    };
    auto const from = std::min(first(0), starts);
    return {shift, from, std::clamp<std::ptrdiff_t>(first(length), from, starts)};
}

/// image(c W + k, s T + t) = x(first + s, c, t stride + k dilation - padding), zeros outside x; rows of
/// e.row().
inline void lay_windows(conv_extents const& e, float const* x, std::size_t first, std::size_t count,
                        float* image)
{
    for (std::size_t c = 0; c < e.channels; ++c)
        for (std::size_t k = 0; k < e.width; ++k) {
            auto const [shift, from, to] = reach_of(e, k);
            float* out = image + (c * e.width + k) * e.row();
            for (std::size_t s = 0; s < count; ++s, out += e.starts) {
                float const* const in = x + ((first + s) * e.channels + c) * e.length;
                std::fill(out, out + from, 0.0f);
                if (e.stride != 1)
                    for (std::ptrdiff_t t = from; t < to; ++t) out[t] = in[t * e.stride + shift];
                else if (to > from)
                    std::memcpy(out + from, in + from + shift,
                                static_cast<std::size_t>(to - from) * sizeof(float));
                std::fill(out + to, out + e.starts, 0.0f);
            }
        }
}
/// dx(first + s, c, t stride + k dilation - padding) += image(c W + k, s T + t): the transpose of
/// lay_windows.
inline void add_windows(conv_extents const& e, float const* image, std::size_t first, std::size_t count,
                        float* dx)
{
    for (std::size_t c = 0; c < e.channels; ++c)
        for (std::size_t k = 0; k < e.width; ++k) {
            auto const [shift, from, to] = reach_of(e, k);
            float const* in = image + (c * e.width + k) * e.row();
            for (std::size_t s = 0; s < count; ++s, in += e.starts) {
                float* const out = dx + ((first + s) * e.channels + c) * e.length;
                if (e.stride != 1)
                    for (std::ptrdiff_t t = from; t < to; ++t) out[t * e.stride + shift] += in[t];
                else
                    for (std::ptrdiff_t t = from; t < to; ++t) out[t + shift] += in[t];
            }
        }
}
/// The gradient of the outputs of some sequences, side by side: (filters, s T + t).
inline void lay_outputs(conv_extents const& e, float const* dy, std::size_t group, std::size_t first,
                        std::size_t count, float* out)
{
    for (std::size_t f = 0; f < e.filters; ++f)
        for (std::size_t s = 0; s < count; ++s)
            std::memcpy(out + f * e.row() + s * e.starts, dy + e.output(group, first + s, f),
                        e.starts * sizeof(float));
}

} // namespace detail

/// op::conv; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void conv(isa level, op::conv<float> const& o, Spread&& spread)
{
    detail::conv_extents const e{o, o.y.size(3)};
    spread(e.groups * e.blocks(), std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        float* const image = scratch<float>(piece::image, e.taps() * e.row());
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const g = item / e.blocks(), first = item % e.blocks() * e.together(),
                              count = std::min(e.together(), e.n - first);
            detail::lay_windows(e, o.x.data + g * e.n * e.channels * e.length, first, count, image);
            product<float> p;
            p.a_row = e.taps();
            p.a_depth = 1;
            p.b = image;
            p.b_row = e.row();
            p.depth = e.taps();
            p.columns = count * e.starts;
            p.add = true;
            auto const bias = [&o](std::size_t filter) { return o.bias ? o.bias.data[filter] : 0.0f; };
            if (count == 1) { // the filters of a unit follow one another in y
                p.rows = e.filters_of_unit;
                p.c_row = e.starts;
                for (std::size_t f = 0; f < e.filters; f += e.filters_of_unit) {
                    p.a = o.weight.data + (g * e.filters + f) * e.taps();
                    p.c = o.y.data + e.output(g, first, f);
                    for (std::size_t i = 0; i < p.rows; ++i)
                        std::fill_n(p.c + i * p.c_row, e.starts, bias(g * e.filters + f + i));
                    multiply_large(level, p);
                }
                continue;
            }
            float* const y = scratch<float>(piece::outputs, e.filters * e.row());
            for (std::size_t f = 0; f < e.filters; ++f)
                std::fill_n(y + f * e.row(), e.row(), bias(g * e.filters + f));
            p.a = o.weight.data + g * e.filters * e.taps();
            p.c = y;
            p.c_row = e.row();
            p.rows = e.filters;
            p.whole = true;
            multiply_large(level, p);
            for (std::size_t f = 0; f < e.filters; ++f)
                for (std::size_t s = 0; s < count; ++s)
                    std::memcpy(o.y.data + e.output(g, first + s, f), y + f * e.row() + s * e.starts,
                                e.starts * sizeof(float));
        }
    });
}

/// op::conv_gradient; `spread(n, block, f)` shares out f(first, last). The sums over sequences are made of a
/// number of parts that depends on the batch alone, and the parts are added up in order.
template <class Spread>
void conv_gradient(isa level, op::conv_gradient<float> const& o, Spread&& spread)
{
    detail::conv_extents const e{o, o.dy.size(3)};
    constexpr std::size_t most_parts = 8;
    std::size_t const parts = std::min(most_parts, e.blocks()), weights = e.filters * e.taps();
    float* const sums = scratch<float>(piece::partial, e.groups * parts * weights);
    double* const bias_sums = scratch<double>(piece::other_partial, e.groups * parts * e.filters);
    spread(e.groups * parts, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        std::size_t const across = round_up(e.taps(), 16);
        float* const image = scratch<float>(piece::image, e.taps() * e.row());
        float* const windows = scratch<float>(piece::turned_image, e.row() * across);
        float* const dy = scratch<float>(piece::outputs, e.filters * e.row());
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const g = item / parts, part = item % parts;
            float* const sum = sums + item * weights;
            double* const bias_sum = bias_sums + item * e.filters;
            std::fill_n(sum, weights, 0.0f);
            std::fill_n(bias_sum, e.filters, 0.0);
            for (std::size_t k = part * e.blocks() / parts; k < (part + 1) * e.blocks() / parts; ++k) {
                std::size_t const first = k * e.together(), count = std::min(e.together(), e.n - first),
                                  columns = count * e.starts;
                detail::lay_windows(e, o.x.data + g * e.n * e.channels * e.length, first, count, image);
                turn(level, transposition<float>{image, e.row(), e.taps(), columns, windows, across});
                detail::lay_outputs(e, o.dy.data, g, first, count, dy);
                product<float> p;
                p.a = dy;
                p.a_row = e.row();
                p.a_depth = 1;
                p.b = windows;
                p.b_row = across;
                p.c = sum;
                p.c_row = e.taps();
                p.rows = e.filters;
                p.depth = columns;
                p.columns = e.taps();
                p.add = true;
                multiply_large(level, p);
                for (std::size_t f = 0; f < e.filters; ++f) {
                    float some[4] = {}; // four sums, which follow no one another
                    float const* const row = dy + f * e.row();
                    for (std::size_t j = 0; j < columns; ++j) some[j % 4] += row[j];
                    bias_sum[f] += double(some[0]) + double(some[1]) + double(some[2]) + double(some[3]);
                }
            }
        }
    });
    spread(e.groups * weights, std::size_t{4096}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            float const* const from = sums + i / weights * parts * weights + i % weights;
            float total = from[0];
            for (std::size_t part = 1; part < parts; ++part) total += from[part * weights];
            o.dweight.data[i] = total;
        }
    });
    for (std::size_t i = 0; i < e.groups * e.filters; ++i) {
        double total = 0;
        for (std::size_t part = 0; part < parts; ++part)
            total += bias_sums[(i / e.filters * parts + part) * e.filters + i % e.filters];
        o.dbias.data[i] = static_cast<float>(total);
    }
    if (!o.dx) return;
    spread(e.groups * e.blocks(), std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        float* const image = scratch<float>(piece::image, e.taps() * e.row());
        float* const dy = scratch<float>(piece::outputs, e.filters * e.row());
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const g = item / e.blocks(), first = item % e.blocks() * e.together(),
                              count = std::min(e.together(), e.n - first);
            detail::lay_outputs(e, o.dy.data, g, first, count, dy);
            product<float> p; // image = weight' dy
            p.a = o.weight.data + g * weights;
            p.a_row = 1;
            p.a_depth = e.taps();
            p.b = dy;
            p.b_row = e.row();
            p.c = image;
            p.c_row = e.row();
            p.rows = e.taps();
            p.depth = e.filters;
            p.columns = count * e.starts;
            p.whole = true;
            multiply_large(level, p);
            float* const dx = o.dx.data + g * e.n * e.channels * e.length;
            std::fill_n(dx + first * e.channels * e.length, count * e.channels * e.length, 0.0f);
            detail::add_windows(e, image, first, count, dx);
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
