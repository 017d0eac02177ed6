// The ops of cpu<float> that have kernels of their own: scans of letters, what is made of them for these, and
// mutants.
#pragma once
#include <explainn/cpu.hpp>
#include <explainn/cpu/kernels/spreads.hpp>
#include <explainn/cpu/motif_scan.hpp>
#include <explainn/cpu/motif_scan_gradient.hpp>
#include <explainn/cpu/point_mutations.hpp>
#include <explainn/cpu/scan_hits.hpp>
#include <explainn/cpu/window_statistics.hpp>

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
/// op::point_mutations
EXPLAINN_KERNEL void run(cpu<float>& b, op::point_mutations<float> const& a)
{
    simd::point_mutations(b.level(), a, static_cast<std::size_t>(b.thread_count()), detail::over_threads{&b});
}

} // namespace explainn::EXPLAINN_ABI
