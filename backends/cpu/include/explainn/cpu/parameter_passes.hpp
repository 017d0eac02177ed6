// What a step does to parameters and gradients beside Adam: RMSprop, averages, bounds; a vector at a time.
#pragma once
#include <algorithm>
#include <cmath>

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

/// op::rmsprop_step with the vectors of `level`.
inline void rmsprop_step(isa level, op::rmsprop_step<float> const& o)
{
    rmsprop_kernel k;
    k.parameter = o.parameter.data;
    k.square = o.square.data;
    k.velocity = o.momentum != 0 ? o.velocity.data : nullptr;
    k.gradient = o.gradient.data;
    k.count = o.parameter.count();
    k.rate = static_cast<float>(o.learning_rate);
    k.alpha = static_cast<float>(o.alpha);
    k.rest = static_cast<float>(1 - o.alpha);
    k.epsilon = static_cast<float>(o.epsilon);
    k.momentum = static_cast<float>(o.momentum);
    dispatch<rmsprop_kernel>(level, k);
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

/// op::moving_average with the vectors of `level`.
inline void moving_average(isa level, op::moving_average<float> const& o)
{
    if (o.decay == 0) {
        std::copy_n(o.value.data, o.value.count(), o.average.data);
        return;
    }
    dispatch<average_kernel>(level,
                             average_kernel{o.value.data, o.average.data, o.value.count(),
                                            static_cast<float>(o.decay), static_cast<float>(1 - o.decay)});
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

/// op::scale_and_clamp with the vectors of `level`.
inline void scale_and_clamp(isa level, op::scale_and_clamp<float> const& o)
{
    dispatch<clamp_kernel>(level, clamp_kernel{o.x.data, o.x.count(), static_cast<float>(o.factor),
                                               static_cast<float>(o.least), static_cast<float>(o.most)});
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

/// op::sum_of_squares with the vectors of `level`.
inline void sum_of_squares(isa level, op::sum_of_squares<float> const& o)
{
    dispatch<squares_kernel>(level, squares_kernel{o.x.data, o.x.count(), o.total.data});
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
