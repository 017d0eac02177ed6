// The ops of cpu<float> that have kernels of their own: single layers.
#pragma once
#include <explainn/cpu.hpp>
#include <explainn/cpu/kernels/spreads.hpp>
#include <explainn/cpu/layers/batch_norm.hpp>
#include <explainn/cpu/layers/channels.hpp>
#include <explainn/cpu/layers/conv.hpp>
#include <explainn/cpu/layers/layer_norm.hpp>
#include <explainn/cpu/layers/lstm.hpp>
#include <explainn/cpu/layers/pointwise.hpp>
#include <explainn/cpu/layers/pool.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::one_hot
EXPLAINN_KERNEL void run(cpu<float>& b, op::one_hot<float> const& a)
{
    simd::one_hot(a, detail::over_threads{&b});
}
/// op::spread_signals
EXPLAINN_KERNEL void run(cpu<float>& b, op::spread_signals<float> const& a)
{
    simd::spread_signals(a, detail::over_threads{&b});
}
/// op::conv
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv<float> const& a)
{
    simd::conv(b.level(), a, detail::over_threads{&b});
}
/// op::conv_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv_gradient<float> const& a)
{
    simd::conv_gradient(b.level(), a, detail::over_threads{&b});
}
/// op::batch_norm
EXPLAINN_KERNEL void run(cpu<float>& b, op::batch_norm<float> const& a)
{
    simd::batch_norm(b.level(), a, detail::over_threads{&b});
}
/// op::batch_norm_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::batch_norm_gradient<float> const& a)
{
    simd::batch_norm_gradient(b.level(), a, detail::over_threads{&b});
}
/// op::activate
EXPLAINN_KERNEL void run(cpu<float>& b, op::activate<float> const& a)
{
    simd::activate(b.level(), a, detail::over_threads{&b});
}
/// op::activate_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::activate_gradient<float> const& a)
{
    simd::activate_gradient(b.level(), a, detail::over_threads{&b});
}
/// op::pool
EXPLAINN_KERNEL void run(cpu<float>& b, op::pool<float> const& a)
{
    simd::pool(b.level(), a, detail::over_threads{&b});
}
/// op::pool_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::pool_gradient<float> const& a)
{
    simd::pool_gradient(a, detail::over_threads{&b});
}
/// op::dropout
EXPLAINN_KERNEL void run(cpu<float>& b, op::dropout<float> const& a)
{
    simd::dropout(b.level(), a, detail::over_threads{&b});
}
/// op::layer_norm
EXPLAINN_KERNEL void run(cpu<float>& b, op::layer_norm<float> const& a)
{
    simd::layer_norm(a, detail::over_threads{&b});
}
/// op::layer_norm_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::layer_norm_gradient<float> const& a)
{
    simd::layer_norm_gradient(a, detail::over_threads{&b});
}
/// op::lstm
EXPLAINN_KERNEL void run(cpu<float>& b, op::lstm<float> const& a)
{
    simd::lstm(b.level(), a, static_cast<std::size_t>(b.thread_count()), detail::over_threads{&b});
}
/// op::lstm_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::lstm_gradient<float> const& a)
{
    simd::lstm_gradient(b.level(), a, static_cast<std::size_t>(b.thread_count()), detail::over_threads{&b});
}
/// op::transpose
EXPLAINN_KERNEL void run(cpu<float>& b, op::transpose<float> const& a)
{
    simd::transpose(b.level(), a, detail::over_threads{&b});
}
/// op::copy_channels
EXPLAINN_KERNEL void run(cpu<float>& b, op::copy_channels<float> const& a)
{
    simd::copy_channels(a, detail::over_threads{&b});
}
/// op::mirror_sum
EXPLAINN_KERNEL void run(cpu<float>& b, op::mirror_sum<float> const& a)
{
    simd::mirror_sum(a, detail::over_threads{&b});
}
/// op::mirror_sum_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::mirror_sum_gradient<float> const& a)
{
    simd::mirror_sum_gradient(a, detail::over_threads{&b});
}
/// op::depthwise_conv
EXPLAINN_KERNEL void run(cpu<float>& b, op::depthwise_conv<float> const& a)
{
    simd::depthwise_conv(b.level(), a, detail::over_threads{&b});
}
/// op::depthwise_conv_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::depthwise_conv_gradient<float> const& a)
{
    simd::depthwise_conv_gradient(b.level(), a, detail::over_threads{&b});
}
/// op::scale_channels
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_channels<float> const& a)
{
    simd::scale_channels(a, detail::over_threads{&b});
}
/// op::scale_channels_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_channels_gradient<float> const& a)
{
    simd::scale_channels_gradient(b.level(), a, detail::over_threads{&b});
}
/// op::add_mean_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::add_mean_gradient<float> const& a)
{
    simd::add_mean_gradient(a, detail::over_threads{&b});
}

} // namespace explainn::EXPLAINN_ABI
