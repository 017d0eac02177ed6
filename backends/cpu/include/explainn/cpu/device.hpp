// The cpu backend: the host's memory, all its cores.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstring>
#include <utility>

#include <explainn/backend/ops.hpp>
#include <explainn/core/error.hpp>
#include <explainn/core/pool.hpp>
#include <explainn/cpu/aligned_array.hpp>
#include <explainn/cpu/bfloat16_pairs.hpp>
#include <explainn/cpu/letter_layout.hpp>
#include <explainn/cpu/pair_layout.hpp>

namespace explainn::EXPLAINN_ABI::EXPLAINN_BUILT_WITH {

/// The backend for this machine's processor: fused vector kernels in float, threads over blocks of units.
/// What it has no kernel for (all of double), reference does, in the same threads: cpu.hpp lists it. Results
/// have the same bits for any number of threads. Copies share their threads, and so do models that are given
/// copies; they may then be used at once from several threads, each model from one at a time.
///
///     cpu<float> b{threads{2}};
///     model<net, cpu<float>> first{seed{1}, b}, second{seed{2}, b};    // two threads for both
template <class T>
struct cpu {
    using scalar = T;

    /// Threads in all; 0: the pool that the whole process shares, of as many as it may use or as
    /// EXPLAINN_THREADS says (thread_pool). The variable EXPLAINN_ISA (base, avx2, avx512) holds the vectors
    /// down. Throws error where bfloat16 is asked for and the processor, what EXPLAINN_ISA left of it or the
    /// build has none, and as thread_pool does.
    ///
    ///     cpu<float> b{threads{}, dense_products::bfloat16};    // not everywhere faster; 8 bits a factor
    explicit cpu(threads n = threads{}, dense_products products = dense_products::float32)
        : cpu{thread_pool{n}, products}
    {
    }
    /// The threads of a pool, which others may have, too.
    ///
    ///     thread_pool const pool{threads{8}};
    ///     cpu<float> b{pool};
    explicit cpu(thread_pool const& pool, dense_products products = dense_products::float32)
        : pool_{pool}, level_{simd::chosen_isa()}, products_{products}
    {
        if (products == dense_products::bfloat16 && !simd::has_bfloat16(level_))
            throw error{
                "products in bfloat16 need a processor with AVX512_BF16, EXPLAINN_ISA not below avx512 "
                "and a build by g++"};
    }

    /// n zeros, aligned to 64 bytes.
    template <class X>
    aligned_array<X> make(std::size_t n)
    {
        return aligned_array<X>(n);
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
    /// Whether all units of a bank are to be given to Op at once, for it spreads its work by itself: scans by
    /// sequence as well as by unit, single layers of a bank that has too few units to keep the threads busy.
    template <template <class> class Op>
    bool takes_whole_bank(extent units) const
    {
        if constexpr (!std::same_as<T, float>) return false;
        if constexpr (std::same_as<Op<T>, op::motif_scan<T>>) return true;
        return std::same_as<Op<T>, op::conv<T>> && units < 4 * thread_count();
    }
    /// Bytes a unit that dense_pair keeps; the other ops keep the plain form (kept_bytes()), as does double.
    std::size_t kept_bytes(op::dense_pair<T> const& o) const
        requires std::same_as<T, float>
    {
        return simd::pair_layout{static_cast<std::size_t>(o.last.y.size(1)),
                                 static_cast<std::size_t>(o.hidden.weight.size(1))}
            .bytes();
    }
    /// Bytes that scan_largest keeps: one for each block of 16 units and each sequence.
    std::size_t kept_bytes(op::scan_largest<T> const& o) const
        requires std::same_as<T, float>
    {
        return (static_cast<std::size_t>(o.weight.size(0)) + 15) / 16 *
               static_cast<std::size_t>(o.sequences.size(0));
    }
    /// Bytes that are made of a batch's letters.
    std::size_t prepared_bytes(op::prepare_letters<T> const& o) const
        requires std::same_as<T, float>
    {
        return simd::letter_layout{static_cast<std::size_t>(o.sequences.size(0)),
                                   static_cast<std::size_t>(o.sequences.size(1)), level_ == simd::isa::avx512}
            .bytes(o.gradient ? simd::letter_parts::gradient : simd::letter_parts::forward);
    }
    /// f(first, last) for blocks of up to 16 units, as many and at least four for each thread where there are
    /// the units, in any order and at once.
    template <class F>
    void for_units(extent units, F&& f)
    {
        spread_units(units, f, block_order::forwards);
    }
    /// The same, each thread from the last of its units to the first.
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        spread_units(units, f, block_order::backwards);
    }
    /// f(first, last) for some 32 chunks, of 16,384 elements at most, in any order and at once.
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        pool_.for_blocks(n, std::clamp<std::size_t>(n / 32, 1, 16384), f);
    }
    /// f(first, last) for blocks of `block` of n elements, in any order and at once.
    template <class F>
    void for_blocks(std::size_t n, std::size_t block, F&& f)
    {
        pool_.for_blocks(n, block, f);
    }

    /// f(item, thread) for n items, in any order and at once, but of one thread one after the other; threads
    /// count from 0.
    template <class F>
    void for_items(std::size_t n, F&& f)
    {
        pool_.for_items(n, f);
    }

    /// Threads in all; 1 in a process that was forked since.
    int thread_count() const { return pool_.size(); }
    /// The vectors in use.
    simd::isa level() const { return level_; }
    /// How the dense layers of a unit are multiplied.
    dense_products products() const { return products_; }
    /// How far a logit may be from the exact one, as a share of the largest: what a model file's self-test
    /// allows.
    double logit_tolerance() const { return products_ == dense_products::bfloat16 ? 0.05 : 1e-4; }

private:
    template <class F>
    void spread_units(extent units, F& f, block_order order)
    {
        auto const all = static_cast<std::size_t>(units);
        std::size_t const blocks =
            simd::round_up((all + 15) / 16, 4 * static_cast<std::size_t>(thread_count()));
        pool_.for_blocks(
            all, blocks > 0 ? (all + blocks - 1) / blocks : 1,
            [&f](std::size_t first, std::size_t last) {
                f(static_cast<extent>(first), static_cast<extent>(last));
            },
            order);
    }

    thread_pool pool_;
    simd::isa level_;
    dense_products products_;
};

} // namespace explainn::EXPLAINN_ABI::EXPLAINN_BUILT_WITH
