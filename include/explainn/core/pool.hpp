// One pool of threads for backends, motif code and any other code that wants to share it.
#pragma once
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/fork_count.hpp>
#include <explainn/core/processors.hpp>

namespace explainn::EXPLAINN_ABI {

/// How many threads to work with, the caller's among them, up to most_threads; 0: default_thread_count().
struct threads {
    int count = 0;
};

/// In which order a thread takes the items of its share.
enum class block_order : unsigned char { forwards, backwards };

namespace detail {
/// The threads of a pool, which wait for work. Users reach them through thread_pool.
class crew {
public:
    /// The crew is smaller where the system creates fewer threads than `all`.
    explicit crew(int all)
        : born_{fork_count()}, spins_{all <= usable_processors() ? 4000 : 1},
          shares_(static_cast<std::size_t>(all)), places_(static_cast<std::size_t>(all - 1))
    {
        for (place& p : places_) {
            p.at = this;
            p.thread = count_ + 1;
            if (pthread_create(&p.handle, nullptr, begin, &p) != 0) break;
            ++count_;
        }
    }
    crew(crew const&) = delete;
    crew& operator=(crew const&) = delete;
    ~crew()
    {
        if (stayed_behind()) return; // the threads exist only in the parent: there is nothing to join
        stop_.store(true, std::memory_order_relaxed);
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
        for (std::size_t i = 0; i < count_; ++i) pthread_join(places_[i].handle, nullptr);
    }

    /// Whether a fork left the threads behind in the parent.
    bool stayed_behind() const { return born_ != fork_count(); }
    /// Threads in all, the caller's among them.
    int size() const { return stayed_behind() ? 1 : static_cast<int>(count_) + 1; }

    /// Calls f(item, thread) for the items [0, items); the caller is thread 0.
    template <class F>
    void share_out(std::size_t items, F& f, block_order order)
    {
        if (items <= 1 || count_ == 0 || inside() || stayed_behind() ||
            busy_.exchange(true, std::memory_order_acquire)) {
            for (std::size_t i = 0; i < items; ++i)
                f(order == block_order::forwards ? i : items - 1 - i, std::size_t{0});
            return;
        }
        struct release {
            std::atomic<bool>& what;
            ~release() { what.store(false, std::memory_order_release); }
        } const at_end{busy_};
        call_ = [](void* what, std::size_t item, std::size_t thread) {
            (*static_cast<F*>(what))(item, thread);
        };
        what_ = const_cast<void*>(static_cast<void const*>(&f));
        order_ = order;
        std::size_t const all = count_ + 1;
        for (std::size_t i = 0; i < all; ++i) {
            shares_[i].first = i * items / all;
            shares_[i].count = (i + 1) * items / all - shares_[i].first;
            shares_[i].taken.store(0, std::memory_order_relaxed);
        }
        inside_.fetch_and(~closed, std::memory_order_release);
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
        take_items(0);
        // does not wait for a worker that has not started by now
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

    // Consecutive items that one thread begins with.
    struct alignas(64) share {
        std::size_t first{}, count{};
        std::atomic<std::size_t> taken{0};
    };
    struct place {
        crew* at{};
        std::size_t thread{};
        pthread_t handle{};
    };

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
    static void* begin(void* where)
    {
        auto const& p = *static_cast<place const*>(where);
        p.at->wait_for_work(p.thread);
        return nullptr;
    }

    // takes the items of the thread's own share, then items that are left in the shares of the others
    void take_items(std::size_t thread)
    {
        inside() = true;
        try {
            std::size_t const all = count_ + 1;
            for (std::size_t k = 0; k < all; ++k) take_items_of(shares_[(thread + k) % all], thread);
        } catch (...) {
            std::lock_guard const lock{failing_};
            if (!failure_) failure_ = std::current_exception();
            for (share& s : shares_) s.taken.store(s.count, std::memory_order_relaxed);
        }
        inside() = false;
    }
    void take_items_of(share& s, std::size_t thread)
    {
        for (std::size_t i; (i = s.taken.fetch_add(1, std::memory_order_relaxed)) < s.count;)
            call_(what_, s.first + (order_ == block_order::forwards ? i : s.count - 1 - i), thread);
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
            if ((inside_.fetch_add(1, std::memory_order_acq_rel) & closed) == 0) take_items(thread);
            inside_.fetch_sub(1, std::memory_order_release);
        }
    }

    std::uint32_t born_;
    int spins_;
    std::mutex failing_;
    void (*call_)(void*, std::size_t, std::size_t){};
    void* what_{};
    block_order order_{};
    std::exception_ptr failure_;
    std::vector<share> shares_;
    alignas(64) std::atomic<std::uint32_t> inside_{closed}; // workers at work, and whether more may come
    alignas(64) std::atomic<std::uint32_t> round_{0};
    std::atomic<bool> stop_{false};
    alignas(64) std::atomic<bool> busy_{false}; // whether the crew works for a caller
    std::vector<place> places_;                 // of all threads but the caller's
    std::size_t count_ = 0;                     // how many of these threads were created
};
} // namespace detail

/// Threads that wait for work, shared by all copies of the pool: models with copies of one pool, or of one
/// backend, use the same threads. The caller takes part. Each thread begins with its own share of the items,
/// which is the same in every call, so that what it wrote last time is still in its cache; a thread that
/// finishes early takes items from the shares of the others. Which thread computes an item is therefore left
/// to chance: the result of an item must depend on nothing but the item, and then any number of threads gives
/// the same results.
///
/// Any thread may call at any time. While the threads work for one caller, another caller computes its items
/// alone and does not wait; the same holds for a call from inside an item. In a process that was forked while
/// the pool existed, the pool consists of the caller alone. Where the system creates fewer threads than are
/// asked for, the pool has those.
///
///     thread_pool const pool{threads{4}};
///     std::vector<int> squares(100);
///     pool.for_blocks(100, 16, [&](std::size_t first, std::size_t last) {
///         for (std::size_t i = first; i < last; ++i) squares[i] = static_cast<int>(i * i);
///     });
class thread_pool {
public:
    /// Makes a pool with threads of its own; for `threads{}` (0) the pool uses the threads of shared().
    /// Throws error for fewer than 0 or more than most_threads, and as default_thread_count() does.
    explicit thread_pool(threads n = threads{}) : crew_{n.count == 0 ? shared_crew() : new_crew(n.count)} {}
    // it can be copied only, so that a pool that was moved from can still be used
    thread_pool(thread_pool const&) = default;
    thread_pool& operator=(thread_pool const&) = default;
    ~thread_pool() = default;

    /// The pool of this process, of default_thread_count() threads. As long as any copy of it exists, every
    /// call returns the same pool; its threads end with the last copy.
    static thread_pool shared() { return thread_pool{}; }

    /// Threads in all, the caller's among them.
    int size() const { return crew_->size(); }

    /// Calls f(first, last) for the blocks [0, block), [block, 2 block), ... of [0, n), in any order and
    /// several at the same time; throws the first exception that f threw.
    template <class F>
    void for_blocks(std::size_t n, std::size_t block, F&& f, block_order order = block_order::forwards) const
    {
        auto const each = [n, block, &f](std::size_t i, std::size_t) {
            f(i * block, std::min(n, (i + 1) * block));
        };
        crew_->share_out((n + block - 1) / block, each, order);
    }
    /// Calls f(item, thread) for the items [0, items) with 0 <= thread < size(), in any order and several at
    /// the same time; no two simultaneous calls have the same `thread`. Throws the first exception that f
    /// threw.
    template <class F>
    void for_items(std::size_t items, F&& f) const
    {
        crew_->share_out(items, f, block_order::forwards);
    }

private:
    static std::shared_ptr<detail::crew> new_crew(int count)
    {
        if (count < 0 || count > most_threads)
            throw error{"expected 1 to " + std::to_string(most_threads) + " threads, or 0 for as many as " +
                        "this process may use, found " + std::to_string(count)};
        return std::make_shared<detail::crew>(count);
    }
    static std::shared_ptr<detail::crew> shared_crew()
    {
        static std::weak_ptr<detail::crew> of_all;
        int const count = default_thread_count();
        detail::fork_count(); // from now on a fork waits until the gate is unlocked
        std::lock_guard const lock{detail::fork_gate()};
        auto now = of_all.lock();
        if (!now || now->stayed_behind()) of_all = now = new_crew(count);
        return now;
    }

    std::shared_ptr<detail::crew> crew_;
};

} // namespace explainn::EXPLAINN_ABI
