// The blas backend: the host's memory, all its cores, each with an OpenBLAS of one thread.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <vector>

#include <explainn/backend/ops.hpp>
#include <explainn/blas/product.hpp>
#include <explainn/core/pool.hpp>

namespace explainn::EXPLAINN_ABI {

/// The backend that is short to read: expressions of xtensor for what is done element by element, OpenBLAS
/// for products, in float or double. Results have the same bits for any number of threads: the threads are
/// ours, and OpenBLAS works in the one that asks, to which the first blas<T> of a process sets it for the
/// whole process. Copies share their threads, as those of cpu<T> do.
///
///     blas<double> b{threads{2}};
///     model<net, blas<double>> m{seed{1}, b};
template <class T>
struct blas {
    static_assert(std::same_as<T, float> || std::same_as<T, double>, "blas<T> computes in float or double");
    using scalar = T;

    /// Threads in all; 0: the pool that the whole process shares (thread_pool). Throws error as that does.
    explicit blas(threads n = threads{}) : blas{thread_pool{n}} {}
    /// The threads of a pool, which others may have, too.
    explicit blas(thread_pool const& pool) : pool_{pool}
    {
        static bool const once = (openblas_set_num_threads(1), true);
        static_cast<void>(once);
    }

    /// n zeros.
    template <class X>
    std::vector<X> make(std::size_t n)
    {
        return std::vector<X>(n);
    }
    /// Copies n elements of the host to the device, which here is the host.
    template <class X>
    void upload(X* device, X const* host, std::size_t n)
    {
        std::copy_n(host, n, device);
    }
    /// Copies n elements of the device to the host.
    template <class X>
    void download(X* host, X const* device, std::size_t n)
    {
        std::copy_n(device, n, host);
    }
    /// Returns: every call has done its work when it returns.
    void wait() {}
    /// f()
    template <class Key, class F>
    void record(Key const&, F&& f)
    {
        f();
    }
    /// Whether all units of a bank are to be given to Op at once: to the scan, which multiplies the windows
    /// of a sequence by all filters and spreads sequences over the threads.
    template <template <class> class Op>
    bool takes_whole_bank(extent) const
    {
        return std::same_as<Op<T>, op::motif_scan<T>>;
    }
    /// f(first, last) for blocks of units, four for each thread, in any order and at once.
    template <class F>
    void for_units(extent units, F&& f, block_order order = block_order::forwards)
    {
        auto const all = static_cast<std::size_t>(units),
                   blocks = 4 * static_cast<std::size_t>(thread_count());
        auto const some = [&f](std::size_t i, std::size_t j) {
            f(static_cast<extent>(i), static_cast<extent>(j));
        };
        pool_.for_blocks(all, all / blocks + 1, some, order);
    }
    /// The same, each thread from the last of its units to the first.
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        for_units(units, f, block_order::backwards);
    }
    /// f(first, last) for blocks of n elements, in any order and at once.
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        pool_.for_blocks(n, 4096, f);
    }
    /// f(i) for each i below n, in any order and at once.
    template <class F>
    void for_each(std::size_t n, F&& f)
    {
        pool_.for_items(n, [&f](std::size_t i, std::size_t) { f(i); });
    }
    /// Threads in all; 1 in a process that was forked since.
    int thread_count() const { return pool_.size(); }

private:
    thread_pool pool_;
};

} // namespace explainn::EXPLAINN_ABI
