// Work items shared out among threads; each writes only its own result, so the count of threads changes
// nothing.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <explainn/core/cpp20.hpp>

namespace explainn {

/// Threads to use where 0 asks for all cores.
inline std::size_t thread_count(std::size_t asked)
{
    return asked != 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

/// Calls work(item, worker) for items 0..count-1, worker < threads; the first exception is thrown again here.
///
///     for_each_item(queries.size(), 2, [&](std::size_t i, std::size_t) { out[i] = compare(queries[i]); });
template <class Work>
void for_each_item(std::size_t count, std::size_t threads, Work&& work)
{
    threads = std::min(thread_count(threads), std::max<std::size_t>(count, 1));
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex guard;
    auto const run = [&](std::size_t worker) {
        try {
            for (std::size_t i; (i = next.fetch_add(1)) < count;) work(i, worker);
        } catch (...) {
            std::lock_guard const lock{guard};
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    std::vector<std::jthread> pool;
    for (std::size_t t = 1; t < threads; ++t) pool.emplace_back(run, t);
    run(0);
    pool.clear();
    if (failure) std::rethrow_exception(failure);
}

} // namespace explainn
