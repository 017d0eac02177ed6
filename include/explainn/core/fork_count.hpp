// How often this process was forked from one that used the library. An object that has threads, or that a
// thread has taken, sees by this number that those threads stayed behind in the parent process.
#pragma once
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <mutex>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

inline std::atomic<std::uint32_t> forks_so_far{0};

/// Locked while something is changed that a fork must not copy half done: fork() waits until it is unlocked.
inline std::mutex& fork_gate()
{
    static std::mutex gate;
    return gate;
}

/// 0 in the first process; each child that was forked after the first call has one more than its parent. Only
/// fork() counts, a bare clone() does not.
///
///     std::uint32_t const born = detail::fork_count();        // in the constructor
///     if (born != detail::fork_count()) { /* the threads of this object are the parent's */ }
inline std::uint32_t fork_count()
{
    [[maybe_unused]] static bool const registered = [] {
        fork_gate();
        return pthread_atfork([] { fork_gate().lock(); }, [] { fork_gate().unlock(); },
                              [] {
                                  fork_gate().unlock();
                                  forks_so_far.fetch_add(1, std::memory_order_relaxed);
                              }) == 0;
    }();
    return forks_so_far.load(std::memory_order_relaxed);
}

} // namespace explainn::EXPLAINN_ABI::detail
