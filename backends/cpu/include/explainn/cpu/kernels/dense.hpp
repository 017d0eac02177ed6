// The ops of cpu<float> that have kernels of their own: the dense layers of units, fused and alone, and the
// head.
#pragma once
#include <explainn/cpu.hpp>
#include <explainn/cpu/dense_block_gradient.hpp>
#include <explainn/cpu/dense_pair_gradient.hpp>
#include <explainn/cpu/kernels/spreads.hpp>
#include <explainn/cpu/layers/dense.hpp>
#include <explainn/cpu/linear.hpp>

namespace explainn::EXPLAINN_ABI {

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

} // namespace explainn::EXPLAINN_ABI
