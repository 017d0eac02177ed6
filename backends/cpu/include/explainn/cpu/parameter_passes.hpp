// What a step does to parameters, gradients and logits beside Adam: RMSprop, averages, signs, bounds, means;
// a vector at a time.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// A step of RMSprop over a vector of parameters.
struct rmsprop_kernel {
    float *parameter{}, *square{};
    float* velocity{}; ///< absent: no momentum
    float const* gradient{};
    std::size_t count{};
    float rate{}, alpha{}, rest{}, epsilon{}, momentum{};

    template <int B>
    static EXPLAINN_INLINE void run(rmsprop_kernel const& argument)
    {
        using F = pack<float, B>;
        rmsprop_kernel const a = argument;
        F const alpha = F::all(a.alpha), rest = F::all(a.rest), rate = F::all(a.rate),
                epsilon = F::all(a.epsilon), momentum = F::all(a.momentum);
        for (std::size_t i = 0; i < a.count; i += F::size) {
            F const g = load_until<B>(a.gradient, i, a.count);
            F const square = multiply_add(alpha, load_until<B>(a.square, i, a.count), rest * g * g);
            store_until(square, a.square, i, a.count);
            F step = g / (square_root(square) + epsilon);
            if (a.velocity) {
                step = multiply_add(momentum, load_until<B>(a.velocity, i, a.count), step);
                store_until(step, a.velocity, i, a.count);
            }
            store_until(load_until<B>(a.parameter, i, a.count) - rate * step, a.parameter, i, a.count);
        }
    }
};

/// op::rmsprop_step with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void rmsprop_step(isa level, op::rmsprop_step<float> const& o, Spread&& spread)
{
    spread(o.runs.count(), [&o, level](std::size_t begin, std::size_t end) {
        rmsprop_kernel k;
        k.alpha = static_cast<float>(o.alpha);
        k.rest = static_cast<float>(1 - o.alpha);
        k.epsilon = static_cast<float>(o.epsilon);
        k.momentum = static_cast<float>(o.momentum);
        for (std::size_t i = begin; i < end; ++i) {
            parameter_run const r = o.runs.data[i];
            k.parameter = o.parameter.data + r.first;
            k.square = o.square.data + r.first;
            k.velocity = o.momentum != 0 ? o.velocity.data + r.first : nullptr;
            k.gradient = o.gradient.data + r.first;
            k.count = r.count;
            k.rate = static_cast<float>(o.now(0).learning_rate * r.rate);
            dispatch<rmsprop_kernel>(level, k);
        }
    });
}

/// op::moving_average
struct average_kernel {
    float const* value{};
    float* average{};
    std::size_t count{};
    float decay{}, rest{};

    template <int B>
    static EXPLAINN_INLINE void run(average_kernel const& a)
    {
        using F = pack<float, B>;
        F const decay = F::all(a.decay), rest = F::all(a.rest);
        std::size_t i = 0;
        for (; i + F::size <= a.count; i += F::size)
            multiply_add(decay, F::load(a.average + i), rest * F::load(a.value + i)).store(a.average + i);
        for (; i < a.count; ++i) a.average[i] = a.decay * a.average[i] + a.rest * a.value[i];
    }
};

/// op::moving_average with the vectors of `level`; `spread(n, f)` shares out f(first, last) of whole vectors.
template <class Spread>
void moving_average(isa level, op::moving_average<float> const& o, Spread&& spread)
{
    constexpr std::size_t block = 16384;
    std::size_t const all = o.value.count();
    double const decay = o.now(0).average_decay;
    spread((all + block - 1) / block, [&o, level, all, decay](std::size_t from, std::size_t to) {
        std::size_t const at = from * block, count = std::min(to * block, all) - at;
        if (decay == 0) std::copy_n(o.value.data + at, count, o.average.data + at);
        else
            dispatch<average_kernel>(level, average_kernel{o.value.data + at, o.average.data + at, count,
                                                           static_cast<float>(decay),
                                                           static_cast<float>(1 - decay)});
    });
}

/// op::add_sign
struct sign_kernel {
    float const* parameter{};
    float* gradient{};
    std::size_t count{};
    float amount{};

    template <int B>
    static EXPLAINN_INLINE void run(sign_kernel const& a)
    {
        using F = pack<float, B>;
        F const up = F::all(a.amount), down = F::all(-a.amount);
        for (std::size_t i = 0; i < a.count; i += F::size) {
            F const w = load_until<B>(a.parameter, i, a.count);
            F const slope = choose(greater(w, F::zero()), up, choose(greater(F::zero(), w), down, F::zero()));
            store_until(load_until<B>(a.gradient, i, a.count) + slope, a.gradient, i, a.count);
        }
    }
};

/// op::add_sign with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void add_sign(isa level, op::add_sign<float> const& o, Spread&& spread)
{
    spread(o.runs.count(), [&o, level](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            parameter_run const r = o.runs.data[i];
            dispatch<sign_kernel>(level, sign_kernel{o.parameter.data + r.first, o.gradient.data + r.first,
                                                     r.count, static_cast<float>(o.amount)});
        }
    });
}

/// op::scale_and_clamp
struct clamp_kernel {
    float* x{};
    std::size_t count{};
    float factor{}, least{}, most{};

    template <int B>
    static EXPLAINN_INLINE void run(clamp_kernel const& a)
    {
        using F = pack<float, B>;
        F const factor = F::all(a.factor), least = F::all(a.least), most = F::all(a.most);
        std::size_t i = 0;
        for (; i + F::size <= a.count; i += F::size) {
            F const x = factor * F::load(a.x + i), raised = choose(greater(least, x), least, x);
            choose(greater(raised, most), most, raised).store(a.x + i);
        }
        for (; i < a.count; ++i) a.x[i] = std::clamp(a.factor * a.x[i], a.least, a.most);
    }
};

namespace detail {
/// x = factor x within [least, most], in some runs.
template <class Spread>
void clamp_runs(isa level, view<parameter_run const, 1> runs, float* x, float factor, float least, float most,
                Spread&& spread)
{
    spread(runs.count(), [=](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            dispatch<clamp_kernel>(
                level, clamp_kernel{x + runs.data[i].first, runs.data[i].count, factor, least, most});
    });
}
} // namespace detail

/// op::scale_and_clamp with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void scale_and_clamp(isa level, op::scale_and_clamp<float> const& o, Spread&& spread)
{
    detail::clamp_runs(level, o.runs, o.x.data, static_cast<float>(o.factor), static_cast<float>(o.least),
                       static_cast<float>(o.most), spread);
}

/// op::clip_norm with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void clip_norm(isa level, op::clip_norm<float> const& o, Spread&& spread)
{
    double squares = 0;
    for (std::size_t i = 0; i < o.squares.count(); ++i) squares += o.squares.data[i];
    double const factor = o.most / (std::sqrt(squares) + 1e-6);
    constexpr float no_end = std::numeric_limits<float>::infinity();
    if (factor < 1)
        detail::clamp_runs(level, o.runs, o.x.data, static_cast<float>(factor), -no_end, no_end, spread);
}

/// op::divide_by_count: a vector times 1 / count.
inline void divide_by_count(isa level, op::divide_by_count<float> const& o)
{
    constexpr float no_end = std::numeric_limits<float>::infinity();
    double const count = o.totals.data[1];
    if (count > 0)
        dispatch<clamp_kernel>(
            level, clamp_kernel{o.x.data, o.x.count(), static_cast<float>(1 / count), -no_end, no_end});
    else std::fill_n(o.x.data, o.x.count(), 0.0f);
}

/// op::mean_of_strands
struct mean_kernel {
    float const* other{};
    float* y{};
    std::size_t count{};

    template <int B>
    static EXPLAINN_INLINE void run(mean_kernel const& a)
    {
        using F = pack<float, B>;
        F const half = F::all(0.5f);
        std::size_t i = 0;
        for (; i + F::size <= a.count; i += F::size)
            ((F::load(a.y + i) + F::load(a.other + i)) * half).store(a.y + i);
        for (; i < a.count; ++i) a.y[i] = (a.y[i] + a.other[i]) * 0.5f;
    }
};

/// op::mean_of_strands with the vectors of `level`.
inline void mean_of_strands(isa level, op::mean_of_strands<float> const& o)
{
    if (o.first) std::copy_n(o.strand.data, o.strand.count(), o.y.data);
    else dispatch<mean_kernel>(level, mean_kernel{o.strand.data, o.y.data, o.y.count()});
}

/// op::add_totals
inline void add_totals(op::add_totals<float> const& o)
{
    double const sum = o.totals.data[0];
    o.sums.data[0] += sum;
    o.sums.data[1] += o.totals.data[1];
    if (o.now && o.sums.data[2] == 0 && !std::isfinite(sum))
        o.sums.data[2] = static_cast<double>(o.now(0).batch);
}

/// op::sum_of_squares, in blocks small enough for a float sum.
struct squares_kernel {
    float const* x{};
    std::size_t count{};
    double* total{};

    template <int B>
    static EXPLAINN_INLINE void run(squares_kernel const& a)
    {
        using F = pack<float, B>;
        double sum = 0;
        for (std::size_t first = 0; first < a.count; first += 64 * F::size) {
            std::size_t const last = std::min(a.count, first + 64 * F::size);
            F squares = F::zero();
            std::size_t i = first;
            for (; i + F::size <= last; i += F::size) {
                F const x = F::load(a.x + i);
                squares = multiply_add(x, x, squares);
            }
            if (i < last) {
                F const x = F::load(a.x + i, last - i);
                squares = multiply_add(x, x, squares);
            }
            float lanes[F::size];
            squares.store(lanes);
            for (float const lane : lanes) sum += double(lane);
        }
        *a.total = sum;
    }
};

/// op::sum_of_squares with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void sum_of_squares(isa level, op::sum_of_squares<float> const& o, Spread&& spread)
{
    spread(o.runs.count(), [&o, level](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            dispatch<squares_kernel>(level, squares_kernel{o.x.data + o.runs.data[i].first,
                                                           o.runs.data[i].count, o.sums.data + i});
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
