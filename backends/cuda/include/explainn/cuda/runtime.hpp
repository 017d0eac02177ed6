// What the backend asks of the driver: devices, memory, a queue, and work that is recorded and replayed.
#pragma once
#include <cstddef>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// A device and one stream of it: work runs in the order in which it was put there.
struct cuda_queue {
    int device{};
    void* stream{};
};

/// c = a b, or c + a b, for each unit, in the words of cublasSgemmStridedBatched: matrices lie column by
/// column, `step` numbers from one to the next, and `unit` numbers from one unit's matrix to the next.
struct cublas_product {
    template <class X>
    struct matrix {
        X* data{};
        int step{};
        long long unit{};
        bool turned = false; ///< it lies row by row
    };
    matrix<float const> a, b;
    matrix<float> c;
    int rows{}, columns{}, inner{}, units{};
    bool add = false;
};

/// The functions of the CUDA runtime that the backend calls. They are declared here without a word of CUDA,
/// so that any compiler reads them, and defined in runtime.cuh, which nvcc compiles
/// (explainn::cuda_compiled), or by the emulation of the tests. All throw error, in a sentence that names
/// what was asked for.
template <class T>
struct cuda_runtime {
    /// A new queue of a device; throws error where there is no such device.
    static cuda_queue make_queue(int device);
    static void drop_queue(cuda_queue q) noexcept;
    /// Bytes on the device, with any numbers in them. The error says how much is free.
    static void* allocate(cuda_queue q, std::size_t bytes);
    static void release(cuda_queue q, void* memory) noexcept;
    /// Sets bytes to zero, in order.
    static void clear(cuda_queue q, void* to, std::size_t bytes);
    /// Copies from the host, in order; the host's bytes are taken when it returns.
    static void upload(cuda_queue q, void* to, void const* from, std::size_t bytes);
    /// Copies to the host, in order; the bytes are there after wait().
    static void download(cuda_queue q, void* to, void const* from, std::size_t bytes);
    /// Returns when all work of the queue is done; throws error where some of it failed.
    static void wait(cuda_queue q);
    /// From here on work is recorded instead of run, until end_recording() gives the recording.
    static void begin_recording(cuda_queue q);
    static void* end_recording(cuda_queue q);
    /// Runs recorded work once more, in order.
    static void replay(cuda_queue q, void* recording);
    static void drop_recording(cuda_queue q, void* recording) noexcept;
    /// cuBLAS with memory of its own, for one queue. Throws error where the kernels were built without it.
    static void* make_cublas(cuda_queue q);
    static void drop_cublas(cuda_queue q, void* cublas) noexcept;
    /// A product by cuBLAS, in float, in order.
    static void multiply(cuda_queue q, void* cublas, cublas_product const& p);
};

} // namespace explainn::EXPLAINN_ABI
