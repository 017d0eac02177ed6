// The ops of cpu<float> that have kernels of their own: losses, totals and optimizers.
#pragma once
#include <explainn/cpu.hpp>
#include <explainn/cpu/kernels/spreads.hpp>
#include <explainn/cpu/parameter_passes.hpp>
#include <explainn/cpu/training_steps.hpp>

namespace explainn::EXPLAINN_ABI {

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
