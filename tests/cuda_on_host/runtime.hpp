// The functions of the CUDA runtime that the backend calls, on the emulated device. What a device refuses
// while work is recorded is refused here, too.
#pragma once
#include <memory>

#include "cuda_on_host/device.hpp"

namespace cuda_on_host {
/// Counts a graph that was replayed.
void count_replay();
/// Counts a product of cuBLAS.
void count_cublas();
/// Throws error where work is being recorded.
inline void refuse_while_recording(stream const& s, char const* what)
{
    if (s.recording) throw explainn::error{std::string{what} + " while work is recorded"};
}
} // namespace cuda_on_host

namespace explainn::EXPLAINN_ABI {

template <class T>
cuda_queue cuda_runtime<T>::make_queue(int device)
{
    if (device != 0) throw error{"expected the number of a GPU from 0 to 0, found " + std::to_string(device)};
    return {device, new cuda_on_host::stream};
}
template <class T>
void cuda_runtime<T>::drop_queue(cuda_queue q) noexcept
{
    delete &cuda_on_host::of(q);
}
template <class T>
void* cuda_runtime<T>::allocate(cuda_queue q, std::size_t bytes)
{
    cuda_on_host::refuse_while_recording(cuda_on_host::of(q), "memory is allocated");
    return cuda_on_host::memory().allocate(bytes);
}
template <class T>
void cuda_runtime<T>::release(cuda_queue q, void* memory) noexcept
{
    cuda_on_host::of(q).finish(); // as a device does
    cuda_on_host::memory().release(memory);
}
template <class T>
void cuda_runtime<T>::clear(cuda_queue q, void* to, std::size_t bytes)
{
    cuda_on_host::of(q).put([=] { std::memset(to, 0, bytes); });
}
template <class T>
void cuda_runtime<T>::upload(cuda_queue q, void* to, void const* from, std::size_t bytes)
{
    auto& s = cuda_on_host::of(q);
    cuda_on_host::refuse_while_recording(s, "memory of the host is copied");
    auto const taken = std::make_shared<std::string>(static_cast<char const*>(from), bytes);
    s.put([=] { std::memcpy(to, taken->data(), bytes); });
}
template <class T>
void cuda_runtime<T>::download(cuda_queue q, void* to, void const* from, std::size_t bytes)
{
    auto& s = cuda_on_host::of(q);
    cuda_on_host::refuse_while_recording(s, "memory of the device is copied");
    s.put([=] { std::memcpy(to, from, bytes); });
}
template <class T>
void cuda_runtime<T>::wait(cuda_queue q)
{
    auto& s = cuda_on_host::of(q);
    cuda_on_host::refuse_while_recording(s, "the host waits");
    s.finish();
}
template <class T>
void cuda_runtime<T>::begin_recording(cuda_queue q)
{
    auto& s = cuda_on_host::of(q);
    cuda_on_host::refuse_while_recording(s, "a recording begins");
    s.recording = true;
    s.recorded.clear();
}
template <class T>
void* cuda_runtime<T>::end_recording(cuda_queue q)
{
    auto& s = cuda_on_host::of(q);
    s.recording = false;
    return new std::vector<cuda_on_host::task>{std::move(s.recorded)};
}
template <class T>
void cuda_runtime<T>::replay(cuda_queue q, void* recording)
{
    cuda_on_host::count_replay();
    for (auto const& t : *static_cast<std::vector<cuda_on_host::task>*>(recording))
        cuda_on_host::of(q).put(t);
}
template <class T>
void cuda_runtime<T>::drop_recording(cuda_queue, void* recording) noexcept
{
    delete static_cast<std::vector<cuda_on_host::task>*>(recording);
}

template <class T>
void* cuda_runtime<T>::make_cublas(cuda_queue)
{
    return new int;
}
template <class T>
void cuda_runtime<T>::drop_cublas(cuda_queue, void* cublas) noexcept
{
    delete static_cast<int*>(cublas);
}
// plain loops
template <class T>
void cuda_runtime<T>::multiply(cuda_queue q, void*, cublas_product const& p)
{
    cuda_on_host::count_cublas();
    cuda_on_host::of(q).put([p] {
        auto const at = [](auto const& m, int unit, int row, int column) -> auto& {
            return m.data[unit * m.unit + (m.turned ? std::ptrdiff_t{row} * m.step + column
                                                    : std::ptrdiff_t{column} * m.step + row)];
        };
        for (int u = 0; u < p.units; ++u)
            for (int j = 0; j < p.columns; ++j)
                for (int i = 0; i < p.rows; ++i) {
                    float sum = 0;
                    for (int k = 0; k < p.inner; ++k) sum += at(p.a, u, i, k) * at(p.b, u, k, j);
                    float& to = at(p.c, u, i, j);
                    to = p.add ? to + sum : sum;
                }
    });
}

} // namespace explainn::EXPLAINN_ABI
