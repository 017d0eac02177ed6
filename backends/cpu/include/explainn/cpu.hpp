// The cpu backend with every op: what has a kernel of its own, and the reference's for the rest.
#pragma once
#include <explainn/cpu/dense_block_gradient.hpp>
#include <explainn/cpu/device.hpp>
#include <explainn/cpu/motif_scan.hpp>

namespace explainn {

/// op::motif_scan
inline void run(cpu<float>& b, op::motif_scan<float> const& a) { simd::motif_scan(b.level(), a); }
/// op::dense_block
inline void run(cpu<float>& b, op::dense_block<float> const& a) { simd::dense_block(b.level(), a); }
/// op::dense_block_gradient
inline void run(cpu<float>& b, op::dense_block_gradient<float> const& a)
{
    simd::dense_block_gradient(b.level(), a);
}

static_assert(backend<cpu<float>> && backend<cpu<double>>);

} // namespace explainn
