// How often this process was forked from one that used the library: what has threads or holders of its own
// sees by it that they stayed behind in the parent.
#pragma once
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <mutex>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

inline std::atomic<std::uint32_t> forks_so_far{0};

/// Held while something is changed that a fork must not find half done: a fork waits for it.
inline std::mutex& fork_gate()
{
    static std::mutex gate;
    return gate;
}

/// 0 in the first process; one more in a child that was forked after the first call. Only fork() counts, a
/// bare clone() does not.
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
