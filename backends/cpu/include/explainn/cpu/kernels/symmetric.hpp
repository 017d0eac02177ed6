// The ops of cpu<float> that have kernels of their own: scans of both strands.
#pragma once
#include <explainn/cpu.hpp>
#include <explainn/cpu/kernels/spreads.hpp>
#include <explainn/cpu/symmetric_scan.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::symmetric_scan, which keeps the places of the winners.
EXPLAINN_KERNEL void run(cpu<float>& b, op::symmetric_scan<float> const& a)
{
    simd::symmetric_scan(b.level(), a, static_cast<std::size_t>(b.thread_count()), detail::over_threads{&b});
}
/// op::symmetric_scan_gradient
EXPLAINN_KERNEL void run(cpu<float>& b, op::symmetric_scan_gradient<float> const& a)
{
    simd::symmetric_scan_gradient(b.level(), a);
}

} // namespace explainn::EXPLAINN_ABI
