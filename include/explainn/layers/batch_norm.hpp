// Batch normalisation by channel.
#pragma once
#include <explainn/layers/layer_pass.hpp>
#include <explainn/layers/norm_numbers.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// Moves the running statistics towards those of a batch, each of which was computed from `count` values.
template <class B, class T>
void follow(B& b, double momentum, double count, view<T, 2> mean, view<T, 2> variance,
            view<T, 2> running_mean, view<T, 2> running_variance)
{
    extent const all = mean.size(0) * mean.size(1);
    run(b, op::update_running<T>{.mean = mean.as(all),
                                 .variance = variance.as(all),
                                 .momentum = momentum,
                                 .count = count,
                                 .running_mean = running_mean.as(all),
                                 .running_variance = running_variance.as(all)});
}

struct batch_norm_layer {
    static constexpr kind what = kind::batch_norm;
    static constexpr char const* word = "batch_norm";
    static constexpr numbers given{};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("epsilon", d.epsilon);
        f("momentum", d.momentum);
    }
    template <class Layer>
    static void require(Layer const& d, std::string const&)
    {
        require_norm(d);
    }
    static constexpr phrase name(numbers) { return "batch_norm"; }
    static constexpr outcome after(shape in, numbers) { return in; }
    /// The weights stand in this order everywhere, also in fused stages.
    enum weight_index { gamma, beta, running_mean, running_variance };
    static constexpr weight_rows weights(shape in, numbers)
    {
        return {constant_weight("weight", 1, in.channels), constant_weight("bias", 0, in.channels),
                state(constant_weight("running_mean", 0, in.channels)),
                state(constant_weight("running_var", 1, in.channels))};
    }
    enum kept_index { mean, variance };
    static constexpr kept_rows keeps(shape in, shape)
    {
        return {kept_row{"mean", in.channels, 0, true}, kept_row{"variance", in.channels, 0, true}};
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        extent const channels = a.row->in.channels;
        run(b, op::batch_norm<T>{.x = a.x,
                                 .gamma = a.weight(gamma, channels),
                                 .beta = a.weight(beta, channels),
                                 .batch_statistics = a.batch_statistics,
                                 .mean = statistic(a, mean, running_mean),
                                 .variance = statistic(a, variance, running_variance),
                                 .epsilon = a.row->epsilon,
                                 .y = a.y});
        if (a.batch_statistics)
            follow(b, a.row->momentum, static_cast<double>(a.n) * a.row->in.positions,
                   statistic(a, mean, running_mean), statistic(a, variance, running_variance),
                   a.weight(running_mean, channels), a.weight(running_variance, channels));
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        extent const channels = a.row->in.channels;
        run(b, op::batch_norm_gradient<T>{.x = a.x,
                                          .gamma = a.weight(gamma, channels),
                                          .batch_statistics = a.batch_statistics,
                                          .mean = statistic(a, mean, running_mean),
                                          .variance = statistic(a, variance, running_variance),
                                          .epsilon = a.row->epsilon,
                                          .dy = a.dy,
                                          .dx = a.dx,
                                          .dgamma = a.dweight(gamma, channels),
                                          .dbeta = a.dweight(beta, channels)});
    }

private:
    // the statistic of the batch where it takes part in the gradient, else the running one
    template <class T>
    static view<T, 2> statistic(layer_pass<T> const& a, int of_batch, int running)
    {
        extent const channels = a.row->in.channels;
        return a.batch_statistics ? a.template kept<T>(of_batch, channels) : a.weight(running, channels);
    }
};

} // namespace detail

/// The settings of a batch norm, as template values: 10^-EpsilonExponent and Momentum percent.
template <int EpsilonExponent = 5, percent Momentum = percent{10}>
struct batch_norm_with : detail::batch_norm_layer {
    static constexpr double epsilon = [] {
        double e = 1;
        for (int i = 0; i < EpsilonExponent; ++i) e /= 10;
        return e;
    }();
    static constexpr double momentum = Momentum.value / 100.0;
};
/// PyTorch's BatchNorm1d: epsilon 1e-5, momentum 0.1, learned scale and shift.
using batch_norm = batch_norm_with<>;

} // namespace explainn::EXPLAINN_ABI
