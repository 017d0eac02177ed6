// Items of work shared among threads; each item writes only its own result, so the number of threads changes
// no result.
#pragma once
#include <algorithm>
#include <cstddef>

#include <explainn/core/pool.hpp>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// The number of threads to use; where 0 is asked for, default_thread_count().
inline std::size_t thread_count(std::size_t asked)
{
    return asked != 0 ? asked : static_cast<std::size_t>(default_thread_count());
}

/// Calls work(item, worker) for items 0..count-1 with worker < threads; no two simultaneous calls have the
/// same worker. The first exception is thrown again here. If as many threads are asked for as
/// default_thread_count() says, they are those of the process's shared pool; for another number a pool is
/// made for this call. Throws error for more than most_threads.
///
///     std::vector<double> bits(jaspar.size());
///     for_each_item(jaspar.size(), 2, [&](std::size_t i, std::size_t) {
///         bits[i] = information(jaspar[i].probabilities.columns[0]);
///     });
template <class Work>
void for_each_item(std::size_t count, std::size_t threads, Work&& work)
{
    std::size_t const all = std::min(thread_count(threads), std::max<std::size_t>(count, 1));
    if (all == 1) {
        for (std::size_t i = 0; i < count; ++i) work(i, std::size_t{0});
        return;
    }
    bool const shared = all == static_cast<std::size_t>(default_thread_count());
    thread_pool const pool{
        explainn::threads{shared ? 0 : static_cast<int>(std::min<std::size_t>(all, most_threads + 1))}};
    pool.for_items(count, work);
}

} // namespace explainn::EXPLAINN_ABI
