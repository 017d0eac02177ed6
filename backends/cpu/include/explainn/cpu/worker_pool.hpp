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

#include <explainn/core/cpp20.hpp>

namespace explainn {

/// How many threads a backend works with; 0 asks for one a core.
struct threads {
    int count = 0;
};

/// In which order a thread takes the blocks of its share.
enum class block_order : unsigned char { forwards, backwards };

/// A pool whose caller takes part. Each thread begins with a share of the blocks of its own, the same in
/// every call, so that what it wrote is still in its cache; who is done takes from the others' shares. Which
/// thread runs a block is so left to chance: a block's result must depend on nothing but the block.
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
        shares_ = std::vector<share>(static_cast<std::size_t>(all));
        workers_.reserve(static_cast<std::size_t>(all - 1));
        for (std::size_t i = 1; i < shares_.size(); ++i)
            workers_.emplace_back([this, i] { wait_for_work(i); });
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
    void for_blocks(std::size_t n, std::size_t block, F&& f, block_order order = block_order::forwards)
    {
        std::size_t const blocks = (n + block - 1) / block;
        if (workers_.empty() || n <= block || inside()) {
            for (std::size_t i = 0; i < blocks; ++i) {
                std::size_t const first = (order == block_order::forwards ? i : blocks - 1 - i) * block;
                f(first, std::min(n, first + block));
            }
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
        order_ = order;
        for (std::size_t i = 0; i < shares_.size(); ++i) {
            shares_[i].first = i * blocks / shares_.size();
            shares_[i].count = (i + 1) * blocks / shares_.size() - shares_[i].first;
            shares_[i].taken.store(0, std::memory_order_relaxed);
        }
        inside_.fetch_and(~closed, std::memory_order_release);
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
        take_blocks(0);
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
    // Some blocks in a row, for one thread to begin with.
    struct alignas(64) share {
        std::size_t first{}, count{};
        std::atomic<std::size_t> taken{0};
    };

    // a thread's own share, then what is left of the others'
    void take_blocks(std::size_t thread)
    {
        inside() = true;
        try {
            for (std::size_t k = 0; k < shares_.size(); ++k)
                take_blocks_of(shares_[(thread + k) % shares_.size()]);
        } catch (...) {
            std::lock_guard const lock{failing_};
            if (!failure_) failure_ = std::current_exception();
            for (share& s : shares_) s.taken.store(s.count, std::memory_order_relaxed);
        }
        inside() = false;
    }
    void take_blocks_of(share& s)
    {
        for (std::size_t i; (i = s.taken.fetch_add(1, std::memory_order_relaxed)) < s.count;) {
            std::size_t const at = order_ == block_order::forwards ? i : s.count - 1 - i,
                              first = (s.first + at) * block_;
            call_(what_, first, std::min(n_, first + block_));
        }
    }
    void wait_for_work(std::size_t thread)
    {
        for (std::uint32_t seen = 0;;) {
            for (int spin = 0; round_.load(std::memory_order_acquire) == seen; ++spin) {
                if (spin < spins_) pause();
                else round_.wait(seen, std::memory_order_acquire);
            }
            seen = round_.load(std::memory_order_acquire);
            if (stop_.load(std::memory_order_relaxed)) return;
            if ((inside_.fetch_add(1, std::memory_order_acq_rel) & closed) == 0) take_blocks(thread);
            inside_.fetch_sub(1, std::memory_order_release);
        }
    }

    std::vector<std::thread> workers_;
    int spins_{};
    std::mutex callers_, failing_;
    void (*call_)(void*, std::size_t, std::size_t){};
    void* what_{};
    std::size_t n_{}, block_{};
    block_order order_{};
    std::exception_ptr failure_;
    std::vector<share> shares_;
    alignas(64) std::atomic<std::uint32_t> inside_{closed}; // workers at work, and whether more may come
    alignas(64) std::atomic<std::uint32_t> round_{0};
    std::atomic<bool> stop_{false};
};

} // namespace explainn
