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
    /// The sequences of a block, which begin with block * together().
    std::size_t sequences(std::size_t block) const { return std::min(together(), n - block * together()); }
    /// Taps that a gradient works on before others, so that what it reads and writes stays in the second
    /// cache.
    std::size_t tap_block() const { return std::min<std::size_t>(64, round_up(taps(), 16)); }
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

/// image(i - from, s T + t) = x(first + s, c, t stride + k dilation - padding) for tap i = c W + k, from <= i
/// < to, zeros outside x; rows of e.row().
inline void lay_windows(conv_extents const& e, float const* x, std::size_t first, std::size_t count,
                        std::size_t from_tap, std::size_t to_tap, float* image)
{
    for (std::size_t tap = from_tap; tap < to_tap; ++tap) {
        std::size_t const c = tap / e.width;
        auto const [shift, from, to] = reach_of(e, tap % e.width);
        float* out = image + (tap - from_tap) * e.row();
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
/// dx(first + s, c, t stride + k dilation - padding) += image((c - from) W + k, s T + t), from <= c < to: the
/// transpose of lay_windows.
inline void add_windows(conv_extents const& e, float const* image, std::size_t first, std::size_t count,
                        std::size_t from_channel, std::size_t to_channel, float* dx)
{
    for (std::size_t c = from_channel; c < to_channel; ++c)
        for (std::size_t k = 0; k < e.width; ++k) {
            auto const [shift, from, to] = reach_of(e, k);
            float const* in = image + ((c - from_channel) * e.width + k) * e.row();
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
                              count = e.sequences(item % e.blocks());
            detail::lay_windows(e, o.x.data + g * e.n * e.channels * e.length, first, count, 0, e.taps(),
                                image);
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

namespace detail {

// dweight and dbias. The sums over sequences are made of a number of parts that depends on the batch alone,
// and the parts are added up in order.
template <class Spread>
void conv_weight_gradient(isa level, conv_extents const& e, op::conv_gradient<float> const& o,
                          Spread&& spread)
{
    constexpr std::size_t most_parts = 8;
    std::size_t const parts = std::min(most_parts, e.blocks()), tap_block = e.tap_block(),
                      numbers = e.filters * round_up(e.taps(), tap_block); // of a part's sums
    float* const sums = scratch<float>(piece::partial, e.groups * parts * numbers);
    double* const bias_sums = scratch<double>(piece::other_partial, e.groups * parts * e.filters);
    spread(e.groups * parts, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        // blocks of sequences whose outputs stay in the second cache, too, while one block of taps follows
        // another
        std::size_t const outputs = e.filters * e.row(), together = std::max<std::size_t>(1, 65536 / outputs);
        float* const image = scratch<float>(piece::image, tap_block * e.row());
        float* const turned = scratch<float>(piece::panel, panel_numbers(level, e.row(), tap_block));
        float* const dy = scratch<float>(piece::outputs, together * outputs);
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const g = item / parts, part = item % parts, last = (part + 1) * e.blocks() / parts;
            float* const sum = sums + item * numbers;
            double* const bias_sum = bias_sums + item * e.filters;
            std::fill_n(sum, numbers, 0.0f);
            std::fill_n(bias_sum, e.filters, 0.0);
            for (std::size_t from = part * e.blocks() / parts, to; from < last; from = to) {
                to = std::min(from + together, last);
                for (std::size_t k = from; k < to; ++k) {
                    float* const here = dy + (k - from) * outputs;
                    lay_outputs(e, o.dy.data, g, k * e.together(), e.sequences(k), here);
                    for (std::size_t f = 0; f < e.filters; ++f) {
                        float some[4] = {}; // four sums, which follow no one another
                        float const* const row = here + f * e.row();
                        for (std::size_t j = 0; j < e.sequences(k) * e.starts; ++j) some[j % 4] += row[j];
                        bias_sum[f] += double(some[0]) + double(some[1]) + double(some[2]) + double(some[3]);
                    }
                }
                for (std::size_t tap = 0; tap < e.taps(); tap += tap_block)
                    for (std::size_t k = from; k < to; ++k) {
                        std::size_t const some = std::min(tap_block, e.taps() - tap);
                        lay_windows(e, o.x.data + g * e.n * e.channels * e.length, k * e.together(),
                                    e.sequences(k), tap, tap + some, image);
                        product<float> p;
                        p.a = dy + (k - from) * outputs;
                        p.a_row = e.row();
                        p.a_depth = 1;
                        p.c = sum + e.filters * tap; // (block of taps, filter, tap of the block)
                        p.c_row = tap_block;
                        p.rows = e.filters;
                        p.depth = e.sequences(k) * e.starts;
                        p.add = true;
                        p.whole = true;
                        panels const windows{level, turned, p.depth, some};
                        windows.lay_turned(level, image, e.row());
                        windows.multiply(level, p);
                    }
            }
        }
    });
    spread(e.groups * e.filters, std::size_t{4}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            std::size_t const g = i / e.filters, f = i % e.filters;
            for (std::size_t tap = 0; tap < e.taps(); tap += tap_block) {
                float const* const from = sums + g * parts * numbers + tap * e.filters + f * tap_block;
                float* const total = o.dweight.data + i * e.taps() + tap;
                std::size_t const some = std::min(tap_block, e.taps() - tap);
                std::copy_n(from, some, total);
                for (std::size_t part = 1; part < parts; ++part)
                    for (std::size_t k = 0; k < some; ++k) total[k] += from[part * numbers + k];
            }
        }
    });
    for (std::size_t i = 0; i < e.groups * e.filters; ++i) {
        double total = 0;
        for (std::size_t part = 0; part < parts; ++part)
            total += bias_sums[(i / e.filters * parts + part) * e.filters + i % e.filters];
        o.dbias.data[i] = static_cast<float>(total);
    }
}

// dx, from weights that are turned, so that what a sum reads of them follows each other.
template <class Spread>
void conv_input_gradient(isa level, conv_extents const& e, op::conv_gradient<float> const& o, Spread&& spread)
{
    std::size_t const weights = e.filters * e.taps(), tap_block = e.tap_block();
    float* const turned = scratch<float>(piece::turned_image, e.groups * weights);
    std::size_t const turns = (e.taps() + tap_block - 1) / tap_block;
    spread(e.groups * turns, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const g = item / turns, tap = item % turns * tap_block;
            turn(level, transposition<float>{o.weight.data + g * weights + tap, e.taps(), e.filters,
                                             std::min(tap_block, e.taps() - tap),
                                             turned + g * weights + tap * e.filters, e.filters, false});
        }
    });
    spread(e.groups * e.blocks(), std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        // whole tiles of rows, which the first two caches keep
        std::size_t const channels = 6 * std::max<std::size_t>(1, tap_block / (6 * e.width));
        float* const image = scratch<float>(piece::image, channels * e.width * e.row());
        float* const outputs = scratch<float>(piece::outputs, e.filters * e.row());
        float* const memory = scratch<float>(piece::panel, panel_numbers(level, e.filters, e.row()));
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const g = item / e.blocks(), first = item % e.blocks() * e.together(),
                              count = e.sequences(item % e.blocks());
            lay_outputs(e, o.dy.data, g, first, count, outputs);
            panels const dy{level, memory, e.filters, count * e.starts};
            dy.lay(outputs, e.row(), 0, dy.count());
            float* const dx = o.dx.data + g * e.n * e.channels * e.length;
            std::fill_n(dx + first * e.channels * e.length, count * e.channels * e.length, 0.0f);
            for (std::size_t c = 0; c < e.channels; c += channels) {
                std::size_t const some = std::min(channels, e.channels - c);
                product<float> p; // image = weight' dy
                p.a = turned + g * weights + c * e.width * e.filters;
                p.a_row = e.filters;
                p.a_depth = 1;
                p.c = image;
                p.c_row = e.row();
                p.rows = some * e.width;
                p.depth = e.filters;
                p.whole = true;
                dy.multiply(level, p);
                add_windows(e, image, first, count, c, c + some, dx);
            }
        }
    });
}

} // namespace detail

/// op::conv_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void conv_gradient(isa level, op::conv_gradient<float> const& o, Spread&& spread)
{
    detail::conv_extents const e{o, o.dy.size(3)};
    detail::conv_weight_gradient(level, e, o, spread);
    if (o.dx) detail::conv_input_gradient(level, e, o, spread);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
