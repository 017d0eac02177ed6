// The functions of runtime.hpp by the CUDA runtime.
#pragma once
#if defined(EXPLAINN_CUBLAS)
#include <cublas_v2.h>
#endif

#include <string>

#include <explainn/core/error.hpp>
#include <explainn/cuda/nvcc.cuh>
#include <explainn/cuda/runtime.hpp>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {
inline cudaStream_t stream_of(cuda_queue q) { return static_cast<cudaStream_t>(q.stream); }
inline void use(cuda_queue q) { check(cudaSetDevice(q.device), "use device " + std::to_string(q.device)); }
inline std::string megabytes(std::size_t bytes)
{
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}
} // namespace cuda_detail

template <class T>
cuda_queue cuda_runtime<T>::make_queue(int device)
{
    int devices = 0;
    cudaError_t const found = cudaGetDeviceCount(&devices);
    if (found != cudaSuccess || devices == 0)
        throw error{"no GPU was found for CUDA: " +
                    std::string{found == cudaSuccess ? "the driver lists none" : cudaGetErrorString(found)}};
    if (device < 0 || device >= devices)
        throw error{"expected the number of a GPU from 0 to " + std::to_string(devices - 1) + ", found " +
                    std::to_string(device)};
    cuda_queue q{device, nullptr};
    cuda_detail::use(q);
    cudaStream_t stream{};
    cuda_detail::check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking),
                       "make a stream on device " + std::to_string(device));
    q.stream = stream;
    return q;
}
template <class T>
void cuda_runtime<T>::drop_queue(cuda_queue q) noexcept
{
    if (cudaSetDevice(q.device) == cudaSuccess) cudaStreamDestroy(cuda_detail::stream_of(q));
}
template <class T>
void* cuda_runtime<T>::allocate(cuda_queue q, std::size_t bytes)
{
    cuda_detail::use(q);
    void* memory = nullptr;
    if (cudaMalloc(&memory, bytes) == cudaSuccess) return memory;
    cudaGetLastError(); // the error is told here, and is not to be found by the next call
    std::size_t free = 0, all = 0;
    cuda_detail::check(cudaMemGetInfo(&free, &all), "say how much memory is free");
    throw error{"GPU " + std::to_string(q.device) + " has no memory left: expected " +
                cuda_detail::megabytes(bytes) + " more, found " + cuda_detail::megabytes(free) + " free of " +
                cuda_detail::megabytes(all) + "; a smaller batch needs proportionally less"};
}
template <class T>
void cuda_runtime<T>::release(cuda_queue q, void* memory) noexcept
{
    if (cudaSetDevice(q.device) == cudaSuccess) cudaFree(memory);
}
template <class T>
void cuda_runtime<T>::clear(cuda_queue q, void* to, std::size_t bytes)
{
    cuda_detail::use(q);
    cuda_detail::check(cudaMemsetAsync(to, 0, bytes, cuda_detail::stream_of(q)),
                       "clear " + std::to_string(bytes) + " bytes");
}
// memory of the host that is not pinned is copied before the call returns
template <class T>
void cuda_runtime<T>::upload(cuda_queue q, void* to, void const* from, std::size_t bytes)
{
    cuda_detail::use(q);
    cuda_detail::check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, cuda_detail::stream_of(q)),
                       "copy " + std::to_string(bytes) + " bytes to the device");
}
template <class T>
void cuda_runtime<T>::download(cuda_queue q, void* to, void const* from, std::size_t bytes)
{
    cuda_detail::use(q);
    cuda_detail::check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, cuda_detail::stream_of(q)),
                       "copy " + std::to_string(bytes) + " bytes from the device");
}
template <class T>
void cuda_runtime<T>::wait(cuda_queue q)
{
    cuda_detail::use(q);
    cuda_detail::check(cudaStreamSynchronize(cuda_detail::stream_of(q)), "finish the work of the device");
}
template <class T>
void cuda_runtime<T>::begin_recording(cuda_queue q)
{
    cuda_detail::use(q);
    cuda_detail::check(cudaStreamBeginCapture(cuda_detail::stream_of(q), cudaStreamCaptureModeThreadLocal),
                       "begin to record a step");
}
template <class T>
void* cuda_runtime<T>::end_recording(cuda_queue q)
{
    cuda_detail::use(q);
    cudaGraph_t graph{};
    cuda_detail::check(cudaStreamEndCapture(cuda_detail::stream_of(q), &graph), "record a step");
    cudaGraphExec_t work{};
    cudaError_t const made = cudaGraphInstantiate(&work, graph, 0);
    cudaGraphDestroy(graph);
    cuda_detail::check(made, "make a graph of a step");
    return work;
}
template <class T>
void cuda_runtime<T>::replay(cuda_queue q, void* recording)
{
    cuda_detail::use(q);
    cuda_detail::check(cudaGraphLaunch(static_cast<cudaGraphExec_t>(recording), cuda_detail::stream_of(q)),
                       "run the graph of a step");
}
template <class T>
void cuda_runtime<T>::drop_recording(cuda_queue q, void* recording) noexcept
{
    if (cudaSetDevice(q.device) == cudaSuccess) cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(recording));
}

#if defined(EXPLAINN_CUBLAS)
namespace cuda_detail {
inline void check(cublasStatus_t status, char const* what)
{
    if (status != CUBLAS_STATUS_SUCCESS)
        throw error{std::string{"cuBLAS could not "} + what + ": " + cublasGetStatusString(status)};
}
} // namespace cuda_detail
template <class T>
void* cuda_runtime<T>::make_cublas(cuda_queue q)
{
    cuda_detail::use(q);
    cublasHandle_t handle{};
    cuda_detail::check(cublasCreate(&handle), "start");
    cuda_detail::check(cublasSetStream(handle, cuda_detail::stream_of(q)), "take a stream");
    return handle;
}
template <class T>
void cuda_runtime<T>::drop_cublas(cuda_queue q, void* cublas) noexcept
{
    if (cudaSetDevice(q.device) == cudaSuccess) cublasDestroy(static_cast<cublasHandle_t>(cublas));
}
template <class T>
void cuda_runtime<T>::multiply(cuda_queue q, void* cublas, cublas_product const& p)
{
    cuda_detail::use(q);
    float const one = 1, before = p.add ? 1 : 0;
    auto const turn = [](bool turned) { return turned ? CUBLAS_OP_T : CUBLAS_OP_N; };
    cuda_detail::check(cublasSgemmStridedBatched(static_cast<cublasHandle_t>(cublas), turn(p.a.turned),
                                                 turn(p.b.turned), p.rows, p.columns, p.inner, &one, p.a.data,
                                                 p.a.step, p.a.unit, p.b.data, p.b.step, p.b.unit, &before,
                                                 p.c.data, p.c.step, p.c.unit, p.units),
                       "multiply");
}
#else
template <class T>
void* cuda_runtime<T>::make_cublas(cuda_queue)
{
    throw error{"products by cuBLAS were asked for, and the kernels were built without it: expected "
                "EXPLAINN_CUBLAS, found none"};
}
template <class T>
void cuda_runtime<T>::drop_cublas(cuda_queue, void*) noexcept
{
}
template <class T>
void cuda_runtime<T>::multiply(cuda_queue, void*, cublas_product const&)
{
}
#endif

} // namespace explainn::EXPLAINN_ABI
