// An object that one thread at a time may use, and that refuses a second thread while the first is inside.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/core/fork_count.hpp>

namespace explainn::EXPLAINN_ABI {

/// Stands in an object that is not to be used from two threads at once. Whoever uses the object takes a turn
/// for as long as it does; one thread may take as many turns within each other as it likes, another thread
/// gets an error meanwhile. One atomic exchange a turn: cheap enough to stay in every build.
///
///     struct counter {
///         one_user user;
///         void count() { one_user::turn const mine{user, "a counter"}; ++n; }
///         int n = 0;
///     };
class one_user {
public:
    /// The time that a thread is inside.
    class turn {
    public:
        /// Throws error, with the object as `what` says it, where another thread is inside.
        turn(one_user& of, char const* what)
        {
            std::uint64_t const me = number_of_thread();
            std::uint64_t holder = of.holder_.load(std::memory_order_relaxed);
            if (holder == me) return;
            // one who was inside when the process was forked stayed behind in the parent
            bool const in_this_process = holder >> 32 == me >> 32;
            std::uint64_t expected = in_this_process ? 0 : holder;
            if (!of.holder_.compare_exchange_strong(expected, me, std::memory_order_acquire))
                throw error{std::string{"expected one thread at a time to use "} + what +
                            ", found two at once; give each thread its own"};
            taken_ = &of;
        }
        turn(turn const&) = delete;
        turn& operator=(turn const&) = delete;
        ~turn()
        {
            if (taken_ != nullptr) taken_->holder_.store(0, std::memory_order_release);
        }

    private:
        one_user* taken_ = nullptr; ///< of the outermost turn of the thread
    };

private:
    // not 0, of no other living thread, and another one after a fork
    static std::uint64_t number_of_thread()
    {
        static std::atomic<std::uint32_t> threads{0};
        thread_local std::uint32_t const mine = threads.fetch_add(1, std::memory_order_relaxed) + 1;
        return std::uint64_t{detail::fork_count()} << 32 | mine;
    }

    std::atomic<std::uint64_t> holder_{0};
};

} // namespace explainn::EXPLAINN_ABI
