// What is done to parameters and gradients: one launch over all of them. Runs do not overlap.
#pragma once
#include <cmath>

#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// f(i, run) for every element i of a run, some blocks for each run.
template <class F>
struct runs_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = false;
    F f;
    parameter_run const* runs;
    unsigned parts; ///< blocks of a run

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        parameter_run const& of = runs[t.block / parts];
        for (std::size_t i = std::size_t{t.block % parts} * threads + t.index; i < of.count;
             i += std::size_t{parts} * threads)
            f(of.first + i, of);
    }
};
/// f(i, run) for every element i of every run, of `count` parameters in all.
template <class T, class F>
void for_each_parameter(cuda<T>& b, view<parameter_run const, 1> runs, std::size_t count, F f)
{
    using kernel = runs_kernel<F>;
    if (runs.size(0) == 0) return;
    // how long each run is stands on the device; four elements a thread, if all were alike
    std::size_t const run_count = runs.count(), wanted = pieces(count, run_count * kernel::threads * 4),
                      parts = wanted < 64 ? (wanted > 0 ? wanted : 1) : 64;
    launch(b.queue(), blocks(run_count * parts), kernel{f, runs.data, static_cast<unsigned>(parts)});
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
    auto const scratch = b.scratch();
    double* const corrections = scratch.template make<double>(2);
    cuda_detail::for_each(b, 2, [=] EXPLAINN_KERNEL(std::size_t i) {
        corrections[i] = 1 - pow(i == 0 ? a.beta1 : a.beta2, static_cast<double>(a.now.data->step));
    });
    cuda_detail::for_each_parameter(
        b, a.runs, a.parameter.count(), [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const& r) {
            double const correction1 = corrections[0], correction2 = corrections[1];
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
    auto const scratch = b.scratch();
    double* const to_most = scratch.template make<double>(1);
    cuda_detail::for_each(b, 1, [=] EXPLAINN_KERNEL(std::size_t) {
        double squares = 0;
        for (std::size_t p = 0; p < parts; ++p) squares += a.squares.data[p];
        *to_most = a.most / (sqrt(squares) + 1e-6);
    });
    cuda_detail::for_each_parameter(b, a.runs, a.x.count(),
                                    [=] EXPLAINN_KERNEL(std::size_t i, parameter_run const&) {
                                        if (double const factor = *to_most; factor < 1)
                                            a.x.data[i] = static_cast<T>(factor * cuda_detail::wide(a.x, i));
                                    });
}

} // namespace explainn::EXPLAINN_ABI
