// What a kernel is made of: a struct whose call is the work of one thread, and launch(). nvcc takes both from
// nvcc.cuh; the tests compile the same kernels by g++ and take them from an emulation.
//
// A kernel K has K::threads (of a block, a multiple of 32), K::meets (whether its threads meet at barriers or
// exchange numbers) and void operator()(thread const&) const. Its members are its arguments.
#pragma once
#include <cstddef>
#include <cstdint>

#include <explainn/cuda/ops.hpp>

#if defined(__CUDACC__)
#define EXPLAINN_KERNEL __device__
#include <explainn/cuda/nvcc.cuh>
#elif defined(EXPLAINN_CUDA_ON_HOST)
#define EXPLAINN_KERNEL
#include "cuda_on_host/kernel.hpp"
#else
#error explainn/cuda/kernel.cuh is compiled by nvcc: g++ and clang include explainn/cuda.hpp and link explainn::cuda_compiled
#endif

namespace explainn::EXPLAINN_ABI::cuda_detail {

/// A number of elements, from an extent that is not negative.
constexpr std::size_t size_of(extent e) { return static_cast<std::size_t>(e); }
/// How many pieces of `each` cover n.
constexpr std::size_t pieces(std::size_t n, std::size_t each) { return (n + each - 1) / each; }
/// A number of blocks as a launch takes it; 2^31 - 1 at most, which memory does not reach.
constexpr unsigned blocks(std::size_t n) { return static_cast<unsigned>(n); }

/// f(i) for one i below n in each thread.
template <class F>
struct each_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = false;
    F f;
    std::size_t n;
    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const i = std::size_t{t.block} * threads + t.index;
        if (i < n) f(i);
    }
};

/// f(i) for every i below n, in any order and at once.
///
///     for_each(b, n, [=] EXPLAINN_KERNEL(std::size_t i) { y[i] = 2 * x[i]; });
template <class T, class F>
void for_each(cuda<T>& b, std::size_t n, F f)
{
    if (n != 0) launch(b.queue(), blocks(pieces(n, each_kernel<F>::threads)), each_kernel<F>{f, n});
}

/// The sum over the 32 threads of a warp, in each of them; always in the same order.
template <class X>
EXPLAINN_KERNEL X sum_of_warp(thread const& t, X x)
{
    for (unsigned d = 16; d != 0; d /= 2) x += t.from_lane(x, t.lane() ^ d);
    return x;
}
/// The sum over the threads of a block, in each of them; `room` is shared memory for one X a warp.
template <class X>
EXPLAINN_KERNEL X sum_of_block(thread const& t, X x, X* room)
{
    x = sum_of_warp(t, x);
    if (t.lane() == 0) room[t.warp()] = x;
    t.barrier();
    X all{};
    for (unsigned w = 0; w < t.threads / 32; ++w) all += room[w];
    t.barrier();
    return all;
}

} // namespace explainn::EXPLAINN_ABI::cuda_detail
