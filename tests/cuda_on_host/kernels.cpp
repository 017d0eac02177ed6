// The kernels of the cuda backend, compiled for the host, and the one emulated device.
#define EXPLAINN_CUDA_ON_HOST
#include <explainn/cuda/kernels.cuh>

#include <cstdlib>

#include "cuda_on_host/runtime.hpp"

namespace cuda_on_host {

namespace {
work_done so_far;
} // namespace

settings& emulation()
{
    static settings one = [] {
        bool const strict = std::getenv("CUDA_ON_HOST_STRICT") != nullptr;
        return settings{.late = strict, .hidden = strict};
    }();
    return one;
}
work_done const& work_so_far() { return so_far; }
void count_kernel() { ++so_far.kernels; }
void count_replay() { ++so_far.replays; }
void count_cublas() { ++so_far.cublas; }
device_memory& memory()
{
    // backends that are static are gone after it would be
    static auto& one = *new device_memory;
    return one;
}

} // namespace cuda_on_host

EXPLAINN_CUDA_INSTANTIATE
