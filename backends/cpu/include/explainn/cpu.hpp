// The cpu backend with every op: what has a kernel of its own, and the reference's for the rest.
#pragma once
#include <explainn/cpu/device.hpp>

// Kernels take most of the compiler's time. They are compiled wherever this header is included; or, where
// EXPLAINN_COMPILED_KERNELS is defined, in the one source file that includes explainn/cpu/kernels.hpp. The
// CMake target explainn::cpu_compiled is that file and the definition.
#if defined(EXPLAINN_COMPILED_KERNELS)
#define EXPLAINN_KERNEL
#else
#define EXPLAINN_KERNEL inline
#endif

namespace explainn {

EXPLAINN_KERNEL void run(cpu<float>& b, op::window_statistics<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv_statistics<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::motif_scan<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::motif_scan_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_largest<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_hits<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_block<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_block_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_pair<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_pair_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::linear<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::linear_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::bce_with_logits<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::adam_step<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::sgd_step<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::rmsprop_step<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::moving_average<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_and_clamp<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::sum_of_squares<float> const& a);

template <>
inline constexpr bool takes_whole_bank<cpu<float>, op::motif_scan> = true; // by sequences as well as by units

static_assert(backend<cpu<float>> && backend<cpu<double>>);

} // namespace explainn

#if !defined(EXPLAINN_COMPILED_KERNELS)
#include <explainn/cpu/kernels.hpp>
#endif
