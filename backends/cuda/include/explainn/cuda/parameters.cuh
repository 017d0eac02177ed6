// What is done to parameters and gradients: one launch over all of them. A thread has an element, and looks
// for the runs that hold it.
#pragma once
#include <cmath>

#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// f(i, run) for every element i of every run.
template <class T, class F>
void for_each_parameter(cuda<T>& b, view<parameter_run const, 1> runs, std::size_t count, F f)
{
    std::size_t const run_count = size_of(runs.size(0));
    for_each(b, count, [=] EXPLAINN_KERNEL(std::size_t i) {
        for (std::size_t r = 0; r < run_count; ++r)
            if (parameter_run const& of = runs.data[r]; i >= of.first && i - of.first < of.count) f(i, of);
    });
}
/// A number on the device, in double.
template <class T>
EXPLAINN_KERNEL double wide(view<T, 1> const& v, std::size_t i)
{
    return static_cast<double>(v.data[i]);
}

} // namespace cuda_detail

/// op::adam_step
template <class T>
void run(cuda<T>& b, op::adam_step<T> const& a)
{
    using cuda_detail::wide;
    cuda_detail::for_each_parameter(
        b, a.runs, a.parameter.count(), [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const& r) {
            auto const step = static_cast<double>(a.now.data->step);
            double const correction1 = 1 - pow(a.beta1, step), correction2 = 1 - pow(a.beta2, step);
            double const rate = a.now.data->learning_rate * r.rate, g = wide(a.gradient, i);
            double const first = a.beta1 * wide(a.first, i) + (1 - a.beta1) * g;
            double const second = a.beta2 * wide(a.second, i) + (1 - a.beta2) * g * g;
            double const decayed = wide(a.parameter, i) * (1 - rate * (r.decays ? a.decoupled_decay : 0));
            double const denominator = sqrt(second) / sqrt(correction2) + a.epsilon;
            a.parameter.data[i] = static_cast<T>(decayed - rate / correction1 * first / denominator);
            a.first.data[i] = static_cast<T>(first);
            a.second.data[i] = static_cast<T>(second);
        });
}

/// op::sgd_step
template <class T>
void run(cuda<T>& b, op::sgd_step<T> const& a)
{
    using cuda_detail::wide;
    cuda_detail::for_each_parameter(
        b, a.runs, a.parameter.count(), [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const& r) {
            double const g = wide(a.gradient, i);
            double step = g;
            if (a.momentum != 0) {
                double const velocity = a.momentum * wide(a.velocity, i) + g;
                a.velocity.data[i] = static_cast<T>(velocity);
                step = a.nesterov ? g + a.momentum * velocity : velocity;
            }
            a.parameter.data[i] =
                static_cast<T>(wide(a.parameter, i) - a.now.data->learning_rate * r.rate * step);
        });
}

/// op::rmsprop_step
template <class T>
void run(cuda<T>& b, op::rmsprop_step<T> const& a)
{
    using cuda_detail::wide;
    cuda_detail::for_each_parameter(
        b, a.runs, a.parameter.count(), [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const& r) {
            double const g = wide(a.gradient, i);
            double const square = a.alpha * wide(a.square, i) + (1 - a.alpha) * g * g;
            a.square.data[i] = static_cast<T>(square);
            double step = g / (sqrt(square) + a.epsilon);
            if (a.momentum != 0) {
                step += a.momentum * wide(a.velocity, i);
                a.velocity.data[i] = static_cast<T>(step);
            }
            a.parameter.data[i] =
                static_cast<T>(wide(a.parameter, i) - a.now.data->learning_rate * r.rate * step);
        });
}

/// op::moving_average
template <class T>
void run(cuda<T>& b, op::moving_average<T> const& a)
{
    using cuda_detail::wide;
    cuda_detail::for_each(b, a.value.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        double const decay = a.now.data->average_decay,
                     before = decay == 0 ? 0.0 : decay * wide(a.average, i);
        a.average.data[i] = static_cast<T>(before + (1 - decay) * wide(a.value, i));
    });
}

/// op::add_sign
template <class T>
void run(cuda<T>& b, op::add_sign<T> const& a)
{
    cuda_detail::for_each_parameter(b, a.runs, a.parameter.count(),
                                    [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const&) {
                                        T const w = a.parameter.data[i];
                                        a.gradient.data[i] += static_cast<T>(a.amount * ((w > 0) - (w < 0)));
                                    });
}

/// op::scale_and_clamp
template <class T>
void run(cuda<T>& b, op::scale_and_clamp<T> const& a)
{
    cuda_detail::for_each_parameter(
        b, a.runs, a.x.count(), [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const&) {
            double const x = a.factor * cuda_detail::wide(a.x, i);
            a.x.data[i] = static_cast<T>(x < a.least ? a.least : a.most < x ? a.most : x);
        });
}

namespace cuda_detail {

template <class T>
struct squares_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    op::sum_of_squares<T> a;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        parameter_run const& of = a.runs.data[t.block];
        double sum = 0;
        for (std::size_t i = of.first + t.index; i < of.first + of.count; i += threads)
            sum += wide(a.x, i) * wide(a.x, i);
        sum = sum_of_block(t, sum, t.template shared<double>());
        if (t.index == 0) a.sums.data[t.block] = sum;
    }
};

} // namespace cuda_detail

/// op::sum_of_squares: a block for each run.
template <class T>
void run(cuda<T>& b, op::sum_of_squares<T> const& a)
{
    if (a.runs.count() != 0)
        cuda_detail::launch(b.queue(), cuda_detail::blocks(a.runs.count()), cuda_detail::squares_kernel<T>{a},
                            8 * sizeof(double));
}

/// op::clip_norm
template <class T>
void run(cuda<T>& b, op::clip_norm<T> const& a)
{
    std::size_t const parts = a.squares.count();
    cuda_detail::for_each_parameter(b, a.runs, a.x.count(),
                                    [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const&) {
                                        double squares = 0;
                                        for (std::size_t p = 0; p < parts; ++p) squares += a.squares.data[p];
                                        double const factor = a.most / (sqrt(squares) + 1e-6);
                                        if (factor < 1)
                                            a.x.data[i] = static_cast<T>(factor * cuda_detail::wide(a.x, i));
                                    });
}

} // namespace explainn::EXPLAINN_ABI
