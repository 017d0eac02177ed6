// The cuda backend: the memory and one stream of an NVIDIA GPU.
#pragma once
#include <concepts>
#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include <explainn/backend/concept.hpp>
#include <explainn/cuda/runtime.hpp>
#include <explainn/cuda/scratch.hpp>

namespace explainn::EXPLAINN_ABI {

/// Who multiplies matrices: kernels of this library, whose sums have one order on every GPU, or cuBLAS, which
/// the kernels must have been built with (EXPLAINN_CUBLAS).
enum class cuda_products : unsigned char { own, cublas };

namespace cuda_detail {

/// A queue that goes with its owner.
template <class T>
struct owned_queue : cuda_queue {
    explicit owned_queue(int gpu) : cuda_queue{cuda_runtime<T>::make_queue(gpu)} {}
    owned_queue(owned_queue const&) = delete;
    owned_queue& operator=(owned_queue const&) = delete;
    ~owned_queue() { cuda_runtime<T>::drop_queue(*this); }
};
/// Recorded work that goes with its owner; none: the work ran once, and is recorded the next time.
template <class T>
struct recording {
    cuda_queue queue;
    void* work{};

    explicit recording(cuda_queue q) : queue{q} {}
    recording(recording const&) = delete;
    recording& operator=(recording const&) = delete;
    ~recording()
    {
        if (work) cuda_runtime<T>::drop_recording(queue, work);
    }
};

/// cuBLAS for a queue, where it is wanted, which goes with its owner.
template <class T>
struct owned_cublas {
    cuda_queue queue;
    void* handle;

    owned_cublas(cuda_queue q, cuda_products products)
        : queue{q}, handle{products == cuda_products::cublas ? cuda_runtime<T>::make_cublas(q) : nullptr}
    {
    }
    owned_cublas(owned_cublas const&) = delete;
    owned_cublas& operator=(owned_cublas const&) = delete;
    ~owned_cublas()
    {
        if (handle) cuda_runtime<T>::drop_cublas(queue, handle);
    }
};

/// A queue with what belongs to it. The copies of a backend and its arrays share it.
template <class T>
struct device_state {
    owned_queue<T> queue; // first, for the others need it until they are gone
    scratch_memory<T> scratch{queue};
    owned_cublas<T> cublas;
    std::map<record_key, recording<T>> recordings;

    device_state(int device, cuda_products products) : queue{device}, cublas{queue, products} {}
};

} // namespace cuda_detail

/// An array of a GPU, as cuda<T>::make gives it; it frees its memory. It may be moved and not copied.
template <class X, class T>
class cuda_array {
public:
    cuda_array() = default;
    /// n zeros.
    cuda_array(std::shared_ptr<cuda_detail::device_state<T>> on, std::size_t n) : on_{std::move(on)}
    {
        if (n == 0) return;
        data_ = static_cast<X*>(cuda_runtime<T>::allocate(on_->queue, n * sizeof(X)));
        size_ = n;
        cuda_runtime<T>::clear(on_->queue, data_, n * sizeof(X));
    }
    cuda_array(cuda_array&& other) noexcept { swap(other); }
    cuda_array& operator=(cuda_array&& other) noexcept
    {
        cuda_array old{std::move(other)};
        swap(old);
        return *this;
    }
    cuda_array(cuda_array const&) = delete;
    cuda_array& operator=(cuda_array const&) = delete;
    ~cuda_array()
    {
        if (data_) cuda_runtime<T>::release(on_->queue, data_);
    }
    X* data() { return data_; }
    X const* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    void swap(cuda_array& other) noexcept
    {
        std::swap(on_, other.on_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }
    std::shared_ptr<cuda_detail::device_state<T>> on_;
    X* data_{};
    std::size_t size_{};
};

/// The backend of NVIDIA's GPUs, in float. Every call puts work into one stream of the device and returns;
/// wait() waits for it. Copies share their stream: they are one backend. One thread at a time may use them.
/// Two runs on one kind of device have the same bits. Programs link explainn::cuda_compiled, or are compiled
/// by nvcc (docs/backends.md).
///
///     cuda<float> b{0};
///     model<net, cuda<float>> m{seed{1}, b};
template <class T>
struct cuda {
    static_assert(std::same_as<T, float>, "cuda<T> computes in float");
    using scalar = T;
    using runtime = cuda_runtime<T>;

    /// The GPU of this number, from 0 on. Throws error where there is none, and where cuBLAS is asked for and
    /// the kernels were built without it.
    explicit cuda(int device = 0, cuda_products products = cuda_products::own)
        : state_{std::make_shared<cuda_detail::device_state<T>>(device, products)}
    {
    }

    /// n zeros on the device. Throws error where its memory does not suffice.
    template <class X>
    cuda_array<X, T> make(std::size_t n)
    {
        return {state_, n};
    }
    /// Copies n elements of the host to the device; they are taken when it returns.
    template <class X>
    void upload(X* device, X const* host, std::size_t n)
    {
        if (n != 0) runtime::upload(queue(), device, host, n * sizeof(X));
    }
    /// Copies n elements of the device to the host, where they are after wait().
    template <class X>
    void download(X* host, X const* device, std::size_t n)
    {
        if (n != 0) runtime::download(queue(), host, device, n * sizeof(X));
    }
    /// Waits until all work is done. Throws error where some of it failed.
    void wait() { runtime::wait(queue()); }
    /// Work of a new key runs as it is, so that all memory is there behind it; the next time it is recorded
    /// as one graph, which is replayed from then on.
    template <class F>
    void record(record_key const& key, F&& f)
    {
        auto const [at, is_new] = state_->recordings.try_emplace(key, queue());
        if (is_new) return f();
        if (!at->second.work) {
            runtime::begin_recording(queue());
            try {
                f();
            } catch (...) {
                runtime::drop_recording(queue(), runtime::end_recording(queue()));
                throw;
            }
            at->second.work = runtime::end_recording(queue());
        }
        runtime::replay(queue(), at->second.work);
    }
    /// f(0, units): every op spreads a whole bank by itself.
    template <class F>
    void for_units(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    /// f(0, units)
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    /// f(0, n)
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        f(std::size_t{0}, n);
    }
    /// Every op is given all units at once.
    template <template <class> class Op>
    bool takes_whole_bank(extent) const
    {
        return true;
    }
    /// Letters stay on the device while a model is trained.
    bool gathers_letters() const { return true; }
    /// One byte for each letter and its neighbour.
    std::size_t prepared_bytes(op::prepare_letters<T> const& o) const { return o.sequences.count(); }

    /// cuBLAS, where it multiplies; else null.
    void* cublas() const { return state_->cublas.handle; }
    /// Where kernels are launched.
    cuda_queue queue() const { return state_->queue; }
    /// Memory for what lies between the kernels of an op, for as long as the result lives.
    typename cuda_detail::scratch_memory<T>::scope scratch()
    {
        return typename cuda_detail::scratch_memory<T>::scope{state_->scratch};
    }

private:
    std::shared_ptr<cuda_detail::device_state<T>> state_;
};

} // namespace explainn::EXPLAINN_ABI
