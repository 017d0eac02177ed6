// Threads and launches by CUDA.
#pragma once
#include <cstddef>
#include <string>

#include <cuda_runtime.h>

#include <explainn/core/error.hpp>
#include <explainn/cuda/runtime.hpp>

namespace explainn::EXPLAINN_ABI::cuda_detail {

/// Throws error where a call of the runtime failed; `what` completes "CUDA could not ...".
inline void check(cudaError_t code, std::string const& what)
{
    if (code != cudaSuccess)
        throw error{"CUDA could not " + what + ": " + cudaGetErrorString(code) + " (" +
                    cudaGetErrorName(code) + ")"};
}

/// The thread that runs, as a kernel sees it.
struct thread {
    unsigned index, block, threads, blocks;

    __device__ thread() : index{threadIdx.x}, block{blockIdx.x}, threads{blockDim.x}, blocks{gridDim.x} {}
    __device__ unsigned lane() const { return index % 32; }
    __device__ unsigned warp() const { return index / 32; }
    /// All threads of the block meet here.
    __device__ void barrier() const { __syncthreads(); }
    /// The x of another lane of the warp; all lanes ask.
    template <class X>
    __device__ X from_lane(X x, unsigned lane) const
    {
        return __shfl_sync(0xffffffffu, x, static_cast<int>(lane));
    }
    /// The block's shared memory, as large as the launch asked.
    template <class X>
    __device__ X* shared() const
    {
        extern __shared__ double explainn_shared_memory[];
        return reinterpret_cast<X*>(explainn_shared_memory);
    }
};
/// to += x, whole numbers, by any threads at once.
__device__ inline void add_at_once(int* to, int x) { atomicAdd(to, x); }
__device__ inline void add_at_once(std::uint64_t* to, std::uint64_t x)
{
    atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(x));
}

template <class K>
__global__ void __launch_bounds__(K::threads) run_kernel(K const k)
{
    k(thread{});
}

/// Puts a kernel of so many blocks into the queue, each with so many bytes of shared memory.
template <class K>
void launch(cuda_queue q, unsigned blocks, K const& k, std::size_t shared = 0)
{
    check(cudaSetDevice(q.device), "use device " + std::to_string(q.device));
    if (shared > 48 * 1024)
        check(cudaFuncSetAttribute(run_kernel<K>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   static_cast<int>(shared)),
              "give a block " + std::to_string(shared) + " bytes of shared memory");
    run_kernel<K><<<blocks, K::threads, shared, static_cast<cudaStream_t>(q.stream)>>>(k);
    check(cudaGetLastError(), "start a kernel of " + std::to_string(blocks) + " blocks");
}

} // namespace explainn::EXPLAINN_ABI::cuda_detail
