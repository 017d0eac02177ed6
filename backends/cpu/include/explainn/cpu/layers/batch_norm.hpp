// op::batch_norm and its gradient, a channel of a unit at a time; channels of one position sixteen at a time.
#pragma once
#include <cmath>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/simd.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// What a pass over rows of numbers does. With a = x - mean:
enum class channel_pass : unsigned char {
    sums,     ///< first = sum of a
    squares,  ///< first = sum of a a
    apply,    ///< y = factor a + offset
    products, ///< first = sum of dy, second = sum of dy a
    gradient  ///< y = factor (dy - offset - slope a)
};

/// `lanes` channels side by side (1, or those of one position) of `rows` rows, `step` numbers from one row to
/// the next. The numbers of a channel follow one another where lanes is 1.
struct channel_kernel {
    channel_pass what{};
    float const *x{}, *dy{};
    float* y{};
    std::size_t rows{}, step{}, length{}, lanes = 1;
    float const *mean{}, *factor{}, *offset{}, *slope{}; ///< by lane
    double *first{}, *second{};                          ///< by lane

    template <int B>
    static EXPLAINN_INLINE pack<float, B> of(float const* p, bool each)
    {
        using F = pack<float, B>;
        if (p == nullptr) return F::zero();
        return each ? F::load(p) : F::all(*p);
    }
    template <int B>
    static EXPLAINN_INLINE void run(channel_kernel const& argument)
    {
        using F = pack<float, B>;
        channel_kernel const k = argument;
        bool const each = k.lanes != 1;
        std::size_t const count = each ? k.lanes : k.length;
        if (!each && (k.what == channel_pass::apply || k.what == channel_pass::gradient))
            return rows_of<B>(k);
        // several vectors of a row at once, for rows lie far from each other
        std::size_t at = 0;
        for (; !each && at + 4 * F::size <= count; at += 4 * F::size) columns<B, 4>(k, at, count);
        for (; at < count; at += F::size) columns<B, 1>(k, at, count);
    }

private:
    // V vectors of all rows from `at` on; the last vector may be a part of one where V is 1.
    template <int B, std::size_t V>
    static EXPLAINN_INLINE void columns(channel_kernel const& k, std::size_t at, std::size_t count)
    {
        using F = pack<float, B>;
        bool const each = k.lanes != 1;
        std::size_t const of_lane = each ? at : 0, here = count - at < F::size ? count - at : F::size;
        F const mean = of<B>(k.mean ? k.mean + of_lane : nullptr, each),
                factor = of<B>(k.factor ? k.factor + of_lane : nullptr, each),
                offset = of<B>(k.offset ? k.offset + of_lane : nullptr, each),
                slope = of<B>(k.slope ? k.slope + of_lane : nullptr, each);
        F first[V], second[V];
        double wide_first[V][F::size] = {}, wide_second[V][F::size] = {};
        for (std::size_t v = 0; v < V; ++v) first[v] = second[v] = F::zero();
        for (std::size_t i = 0; i < k.rows; ++i) {
            EXPLAINN_UNROLL
            for (std::size_t v = 0; v < V; ++v) {
                std::size_t const to = at + v * F::size, place = i * k.step + to;
                F const x = load_until<B>(k.x + i * k.step, to, count);
                F a = x - mean;
                if (here < F::size) a = only<B>(a, here);
                switch (k.what) {
                case channel_pass::sums:
                    first[v] = first[v] + a;
                    break;
                case channel_pass::squares:
                    first[v] = multiply_add(a, a, first[v]);
                    break;
                case channel_pass::apply:
                    put<B>(multiply_add(a, factor, offset), k.y + place, here);
                    break;
                case channel_pass::products: {
                    F const dy = load_until<B>(k.dy + i * k.step, to, count);
                    first[v] = first[v] + dy;
                    second[v] = multiply_add(dy, a, second[v]);
                    break;
                }
                case channel_pass::gradient: {
                    F const dy = load_until<B>(k.dy + i * k.step, to, count);
                    put<B>((dy - offset - slope * a) * factor, k.y + place, here);
                    break;
                }
                }
            }
            // sums of sixteen rows in float, of all rows in double
            if (i % 16 == 15 || i + 1 == k.rows)
                for (std::size_t v = 0; v < V; ++v) {
                    for (std::size_t j = 0; j < F::size; ++j) {
                        wide_first[v][j] += double(first[v].v[j]);
                        wide_second[v][j] += double(second[v].v[j]);
                    }
                    first[v] = second[v] = F::zero();
                }
        }
        for (std::size_t v = 0; v < V; ++v)
            for (std::size_t j = 0; j < here; ++j) {
                if (k.first) k.first[each ? at + j : 0] += wide_first[v][j];
                if (k.second) k.second[each ? at + j : 0] += wide_second[v][j];
            }
    }
    // apply and gradient of one channel, row by row
    template <int B>
    static EXPLAINN_INLINE void rows_of(channel_kernel const& k)
    {
        using F = pack<float, B>;
        F const mean = of<B>(k.mean, false), factor = of<B>(k.factor, false), offset = of<B>(k.offset, false),
                slope = of<B>(k.slope, false);
        bool const back = k.what == channel_pass::gradient;
        for (std::size_t i = 0; i < k.rows; ++i)
            for (std::size_t at = 0; at < k.length; at += F::size) {
                F const a = load_until<B>(k.x + i * k.step, at, k.length) - mean;
                F y = multiply_add(a, factor, offset);
                if (back) y = (load_until<B>(k.dy + i * k.step, at, k.length) - offset - slope * a) * factor;
                store_until<B>(y, k.y + i * k.step, at, k.length);
            }
    }
    template <int B>
    static EXPLAINN_INLINE pack<float, B> only(pack<float, B> const& a, std::size_t n)
    {
        float some[pack<float, B>::size];
        a.store(some);
        return pack<float, B>::load(some, n);
    }
    template <int B>
    static EXPLAINN_INLINE void put(pack<float, B> const& y, float* to, std::size_t here)
    {
        if (here == pack<float, B>::size) y.store(to);
        else y.store(to, here);
    }
};

namespace detail {

/// Runs `f(kernel, channel)` for the channels of every unit: one at a time, or up to sixteen of one position.
template <class Spread, class F>
void each_channel(view<float const, 4> x, Spread&& spread, F f)
{
    auto const units = static_cast<std::size_t>(x.size(0)), n = static_cast<std::size_t>(x.size(1)),
               channels = static_cast<std::size_t>(x.size(2)), length = static_cast<std::size_t>(x.size(3));
    std::size_t const wide = length == 1 ? 16 : 1, blocks = (channels + wide - 1) / wide;
    spread(units * blocks, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const u = item / blocks, c = item % blocks * wide;
            channel_kernel k;
            k.rows = n;
            k.step = channels * length;
            k.length = length;
            k.lanes = length == 1 ? std::min(wide, channels - c) : 1;
            f(k, u * n * channels * length + c * length, u * channels + c);
        }
    });
}

} // namespace detail

/// op::batch_norm; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void batch_norm(isa level, op::batch_norm<float> const& o, Spread&& spread)
{
    double const count = double(o.x.size(1)) * o.x.size(3);
    detail::each_channel(o.x, spread, [&](channel_kernel k, std::size_t at, std::size_t channel) {
        constexpr std::size_t most = 16;
        float factor[most] = {}, offset[most] = {};
        k.x = o.x.data + at;
        k.y = o.y.data + at;
        auto const pass = [&](channel_pass what, float* to) {
            double sums[most] = {};
            k.what = what;
            k.first = sums;
            dispatch<channel_kernel>(level, k);
            k.first = nullptr;
            for (std::size_t j = 0; j < k.lanes; ++j) to[j] = static_cast<float>(sums[j] / count);
        };
        if (o.batch_statistics) {
            pass(channel_pass::sums, o.mean.data + channel);
            k.mean = o.mean.data + channel;
            pass(channel_pass::squares, o.variance.data + channel);
        }
        k.mean = o.mean.data + channel;
        for (std::size_t j = 0; j < k.lanes; ++j) {
            factor[j] = static_cast<float>(o.gamma.data[channel + j] /
                                           std::sqrt(o.variance.data[channel + j] + o.epsilon));
            offset[j] = o.beta.data[channel + j];
        }
        k.factor = factor;
        k.offset = offset;
        k.what = channel_pass::apply;
        dispatch<channel_kernel>(level, k);
    });
}

/// op::batch_norm_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void batch_norm_gradient(isa level, op::batch_norm_gradient<float> const& o, Spread&& spread)
{
    double const count = double(o.x.size(1)) * o.x.size(3);
    detail::each_channel(o.x, spread, [&](channel_kernel k, std::size_t at, std::size_t channel) {
        constexpr std::size_t most = 16;
        double of_dy[most] = {}, of_products[most] = {};
        float factor[most] = {}, offset[most] = {}, slope[most] = {};
        k.x = o.x.data + at;
        k.dy = o.dy.data + at;
        k.y = o.dx.data + at;
        k.mean = o.mean.data + channel;
        k.what = channel_pass::products;
        k.first = of_dy;
        k.second = of_products;
        dispatch<channel_kernel>(level, k);
        k.first = k.second = nullptr;
        for (std::size_t j = 0; j < k.lanes; ++j) {
            double const inv_sd = 1 / std::sqrt(o.variance.data[channel + j] + o.epsilon);
            o.dbeta.data[channel + j] = static_cast<float>(of_dy[j]);
            o.dgamma.data[channel + j] = static_cast<float>(of_products[j] * inv_sd);
            factor[j] = static_cast<float>(o.gamma.data[channel + j] * inv_sd);
            if (!o.batch_statistics) continue;
            offset[j] = static_cast<float>(of_dy[j] / count);
            slope[j] = static_cast<float>(of_products[j] * inv_sd * inv_sd / count);
        }
        k.factor = factor;
        k.offset = offset;
        k.slope = slope;
        k.what = channel_pass::gradient;
        dispatch<channel_kernel>(level, k);
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
