// Threads that wait for work, and the sharing out of blocks among them.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace explainn {

/// How many threads a backend works with; 0 asks for one a core.
struct threads {
    int count = 0;
};

/// A pool whose caller takes part. Blocks are handed out one by one, so which thread runs a block is left to
/// chance: a block's result must depend on nothing but the block.
///
///     worker_pool pool{2};
///     pool.for_blocks(100, 16, [&](std::size_t first, std::size_t last) { fill(first, last); });
class worker_pool {
public:
    /// A pool of `count` threads, the caller's among them; 0: one a core.
    explicit worker_pool(int count)
    {
        auto const cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        int const all = count > 0 ? count : cores;
        spins_ = all <= cores ? 4000 : 1;
        workers_.reserve(static_cast<std::size_t>(all - 1));
        for (int i = 1; i < all; ++i) workers_.emplace_back([this] { wait_for_work(); });
    }
    worker_pool(worker_pool const&) = delete;
    worker_pool& operator=(worker_pool const&) = delete;
    ~worker_pool()
    {
        stop_.store(true, std::memory_order_relaxed);
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
        for (auto& w : workers_) w.join();
    }

    /// Threads in all.
    int size() const { return static_cast<int>(workers_.size()) + 1; }

    /// Calls f(first, last) for the blocks [0, block), [block, 2 block), ... of [0, n); throws the first
    /// exception that f threw. A call from inside f runs in the caller alone.
    template <class F>
    void for_blocks(std::size_t n, std::size_t block, F&& f)
    {
        if (workers_.empty() || n <= block || inside()) {
            for (std::size_t i = 0; i < n; i += block) f(i, std::min(n, i + block));
            return;
        }
        std::lock_guard const one_caller{callers_};
        using function = std::remove_reference_t<F>;
        call_ = [](void* what, std::size_t first, std::size_t last) {
            (*static_cast<function*>(what))(first, last);
        };
        what_ = const_cast<void*>(static_cast<void const*>(&f));
        n_ = n;
        block_ = block;
        next_.store(0, std::memory_order_relaxed);
        inside_.fetch_and(~closed, std::memory_order_release);
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
        take_blocks();
        // a worker that has not come by now is not waited for
        inside_.fetch_or(closed, std::memory_order_acq_rel);
        for (int spin = 0; inside_.load(std::memory_order_acquire) != closed; ++spin)
            if (spin < spins_) pause();
            else std::this_thread::yield();
        if (failure_) {
            auto const e = failure_;
            failure_ = nullptr;
            std::rethrow_exception(e);
        }
    }

private:
    static constexpr std::uint32_t closed = std::uint32_t{1} << 31;

    static bool& inside()
    {
        thread_local bool here = false;
        return here;
    }
    static void pause()
    {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    void take_blocks()
    {
        inside() = true;
        try {
            for (std::size_t i; (i = next_.fetch_add(block_, std::memory_order_relaxed)) < n_;)
                call_(what_, i, std::min(n_, i + block_));
        } catch (...) {
            std::lock_guard const lock{failing_};
            if (!failure_) failure_ = std::current_exception();
            next_.store(n_, std::memory_order_relaxed);
        }
        inside() = false;
    }
    void wait_for_work()
    {
        for (std::uint32_t seen = 0;;) {
            for (int spin = 0; round_.load(std::memory_order_acquire) == seen; ++spin) {
                if (spin < spins_) pause();
                else round_.wait(seen, std::memory_order_acquire);
            }
            seen = round_.load(std::memory_order_acquire);
            if (stop_.load(std::memory_order_relaxed)) return;
            if ((inside_.fetch_add(1, std::memory_order_acq_rel) & closed) == 0) take_blocks();
            inside_.fetch_sub(1, std::memory_order_release);
        }
    }

    std::vector<std::thread> workers_;
    int spins_{};
    std::mutex callers_, failing_;
    void (*call_)(void*, std::size_t, std::size_t){};
    void* what_{};
    std::size_t n_{}, block_{};
    std::exception_ptr failure_;
    alignas(64) std::atomic<std::size_t> next_{0};
    alignas(64) std::atomic<std::uint32_t> inside_{closed}; // workers at work, and whether more may come
    alignas(64) std::atomic<std::uint32_t> round_{0};
    std::atomic<bool> stop_{false};
};

} // namespace explainn
