// An object that one thread at a time may use, and that refuses a second thread while the first is inside.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/core/fork_count.hpp>

namespace explainn::EXPLAINN_ABI {

/// A member of an object that two threads must not use at once. Every function that uses the object takes a
/// turn for as long as it runs. One thread may take any number of turns within each other; another thread
/// gets an error meanwhile. A turn costs one atomic exchange, which is cheap enough to stay in every build.
///
///     struct counter {
///         one_user user;
///         void count() { one_user::turn const mine{user, "a counter"}; ++n; }
///         int n = 0;
///     };
class one_user {
public:
    /// The time during which one thread uses the object.
    class turn {
    public:
        /// Throws error where another thread has a turn; `what` is the name of the object in the sentence.
        turn(one_user& of, char const* what)
        {
            std::uint64_t const me = number_of_thread();
            std::uint64_t holder = of.holder_.load(std::memory_order_relaxed);
            if (holder == me) return;
            // a thread that had its turn when the process was forked exists only in the parent
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
    // the number is not 0, differs from that of every other living thread, and changes after a fork
    static std::uint64_t number_of_thread()
    {
        static std::atomic<std::uint32_t> threads{0};
        thread_local std::uint32_t const mine = threads.fetch_add(1, std::memory_order_relaxed) + 1;
        return std::uint64_t{detail::fork_count()} << 32 | mine;
    }

    std::atomic<std::uint64_t> holder_{0};
};

} // namespace explainn::EXPLAINN_ABI
