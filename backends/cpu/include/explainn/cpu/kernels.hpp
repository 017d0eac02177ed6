// The ops of cpu<float> that have kernels of their own.
#pragma once
#include <explainn/cpu.hpp>
#include <explainn/cpu/dense_block_gradient.hpp>
#include <explainn/cpu/dense_pair_gradient.hpp>
#include <explainn/cpu/layers/batch_norm.hpp>
#include <explainn/cpu/layers/channels.hpp>
#include <explainn/cpu/layers/conv.hpp>
#include <explainn/cpu/layers/dense.hpp>
#include <explainn/cpu/layers/layer_norm.hpp>
#include <explainn/cpu/layers/lstm.hpp>
#include <explainn/cpu/layers/pointwise.hpp>
#include <explainn/cpu/layers/pool.hpp>
#include <explainn/cpu/linear.hpp>
#include <explainn/cpu/motif_scan.hpp>
#include <explainn/cpu/motif_scan_gradient.hpp>
#include <explainn/cpu/parameter_passes.hpp>
#include <explainn/cpu/point_mutations.hpp>
#include <explainn/cpu/scan_hits.hpp>
#include <explainn/cpu/training_steps.hpp>
#include <explainn/cpu/window_statistics.hpp>

namespace explainn::EXPLAINN_ABI::detail::EXPLAINN_BUILT_WITH {

// What shares out blocks over the threads of b.
struct over_threads {
    cpu<float>* b;
    template <class F>
    void operator()(std::size_t n, std::size_t block, F&& f) const
    {
        b->for_blocks(n, block, f);
    }
    template <class F>
    void items(std::size_t n, F&& f) const
    {
        b->for_items(n, f);
    }
};

// What shares out a list of items, such as runs of parameters, over the threads of b.
struct over_items {
    cpu<float>* b;
    template <class F>
    void operator()(std::size_t n, F&& f) const
    {
        b->for_range(n, f);
    }
};

} // namespace explainn::EXPLAINN_ABI::detail::EXPLAINN_BUILT_WITH

namespace explainn::EXPLAINN_ABI {

/// op::prepare_letters
EXPLAINN_KERNEL void run(cpu<float>& b, op::prepare_letters<float> const& a)
{
    simd::prepare_letters(b.level(), a, detail::over_threads{&b});
}
/// op::window_statistics
EXPLAINN_KERNEL void run(cpu<float>& b, op::window_statistics<float> const& a)
{
    simd::window_statistics(b.level(), a, detail::over_threads{&b});
}
/// op::conv_statistics
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv_statistics<float> const& a)
{
    simd::conv_statistics(b.level(), a, detail::over_threads{&b});
}
/// op::motif_scan, which keeps the places of the winners.
EXPLAINN_KERNEL void run(cpu<float>& b, op::motif_scan<float> const& a)
{
    simd::motif_scan(b.level(), a, a.kept, static_cast<std::size_t>(b.thread_count()),
                     detail::over_threads{&b});
}
/// op::scan_winners
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_winners<float> const& a)
{
    own_bytes_by_unit const at{reinterpret_cast<std::byte*>(a.at.data),
                               sizeof(std::uint16_t) * a.at.stride()};
    simd::motif_scan(b.level(), a, at, static_cast<std::size_t>(b.thread_count()), detail::over_threads{&b});
}
/// op::motif_scan_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::motif_scan_gradient<float> const& a)
{
    simd::motif_scan_gradient(b.level(), a);
}
/// op::scan_largest
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_largest<float> const& a)
{
    simd::scan_largest(b.level(), a, detail::over_threads{&b});
}
/// op::scan_hits
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_hits<float> const& a)
{
    simd::scan_hits(b.level(), a, detail::over_threads{&b});
}
/// op::dense_block
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_block<float> const& a)
{
    simd::dense_block(b.level(), b.products(), a);
}
/// op::dense_block_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_block_gradient<float> const& a)
{
    simd::dense_block_gradient(b.level(), b.products(), a);
}
/// op::dense_pair
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_pair<float> const& a)
{
    simd::dense_pair(b.level(), b.products(), a);
}
/// op::dense_pair_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_pair_gradient<float> const& a)
{
    simd::dense_pair_gradient(b.level(), b.products(), a);
}

/// op::linear
EXPLAINN_KERNEL void run(cpu<float>& b, op::linear<float> const& a)
{
    simd::linear(b.level(), a, detail::over_threads{&b});
}
/// op::linear_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::linear_gradient<float> const& a)
{
    simd::linear_gradient(b.level(), a, detail::over_threads{&b});
}
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
/// op::dense
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense<float> const& a)
{
    simd::dense(b.level(), a, detail::over_threads{&b});
}
/// op::dense_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_gradient<float> const& a)
{
    simd::dense_gradient(b.level(), a, detail::over_threads{&b});
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

/// op::point_mutations
EXPLAINN_KERNEL void run(cpu<float>& b, op::point_mutations<float> const& a)
{
    simd::point_mutations(b.level(), a, static_cast<std::size_t>(b.thread_count()), detail::over_threads{&b});
}

/// op::bce_with_logits
EXPLAINN_KERNEL void run(cpu<float>& b, op::bce_with_logits<float> const& a)
{
    simd::bce_with_logits(b.level(), a, detail::over_threads{&b});
}
/// op::divide_by_count
EXPLAINN_KERNEL void run(cpu<float>& b, op::divide_by_count<float> const& a)
{
    simd::divide_by_count(b.level(), a);
}
/// op::add_totals
EXPLAINN_KERNEL void run(cpu<float>&, op::add_totals<float> const& a) { simd::add_totals(a); }
/// op::mean_of_strands
EXPLAINN_KERNEL void run(cpu<float>& b, op::mean_of_strands<float> const& a)
{
    simd::mean_of_strands(b.level(), a);
}
/// op::adam_step
EXPLAINN_KERNEL void run(cpu<float>& b, op::adam_step<float> const& a)
{
    simd::adam_step(b.level(), a, detail::over_items{&b});
}
/// op::sgd_step
EXPLAINN_KERNEL void run(cpu<float>& b, op::sgd_step<float> const& a)
{
    simd::sgd_step(b.level(), a, detail::over_items{&b});
}
/// op::rmsprop_step
EXPLAINN_KERNEL void run(cpu<float>& b, op::rmsprop_step<float> const& a)
{
    simd::rmsprop_step(b.level(), a, detail::over_items{&b});
}
/// op::moving_average
EXPLAINN_KERNEL void run(cpu<float>& b, op::moving_average<float> const& a)
{
    simd::moving_average(b.level(), a, detail::over_items{&b});
}
/// op::add_sign
EXPLAINN_KERNEL void run(cpu<float>& b, op::add_sign<float> const& a)
{
    simd::add_sign(b.level(), a, detail::over_items{&b});
}
/// op::scale_and_clamp
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_and_clamp<float> const& a)
{
    simd::scale_and_clamp(b.level(), a, detail::over_items{&b});
}
/// op::sum_of_squares
EXPLAINN_KERNEL void run(cpu<float>& b, op::sum_of_squares<float> const& a)
{
    simd::sum_of_squares(b.level(), a, detail::over_items{&b});
}
/// op::clip_norm
EXPLAINN_KERNEL void run(cpu<float>& b, op::clip_norm<float> const& a)
{
    simd::clip_norm(b.level(), a, detail::over_items{&b});
}

} // namespace explainn::EXPLAINN_ABI
