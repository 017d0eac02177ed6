// Threads and launches of the cuda backend's kernels, on the host. Blocks run one after another. A kernel
// whose threads meet runs on a fiber for each; any other is a loop. Shared memory holds garbage first.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include <explainn/core/error.hpp>
#include <explainn/cuda/runtime.hpp>

#include "cuda_on_host/device.hpp"
#include "cuda_on_host/team.hpp"

namespace cuda_on_host {
/// Counts a kernel that ran.
void count_kernel();
} // namespace cuda_on_host

namespace explainn::EXPLAINN_ABI::cuda_detail {

/// The thread that runs, as a kernel sees it.
struct thread {
    unsigned index, block, threads, blocks;
    cuda_on_host::team* team;
    std::byte* memory;

    unsigned lane() const { return index % 32; }
    unsigned warp() const { return index / 32; }
    void barrier() const { meeting().barrier(index); }
    template <class X>
    X from_lane(X x, unsigned lane) const
    {
        static_assert(sizeof(X) <= 8 && std::is_trivially_copyable_v<X>);
        X theirs;
        meeting().exchange(index, &x, &theirs, sizeof x, lane);
        return theirs;
    }
    template <class X>
    X* shared() const
    {
        return reinterpret_cast<X*>(memory);
    }

private:
    cuda_on_host::team& meeting() const
    {
        if (!team) throw error{"a kernel whose `meets` is false has a barrier or an exchange"};
        return *team;
    }
};
inline void add_at_once(int* to, int x) { *to += x; }
inline void add_at_once(std::uint64_t* to, std::uint64_t x) { *to += x; }

/// One block of a kernel, as the fibers of a team see it.
template <class K>
struct running_block {
    K const& kernel;
    unsigned block, blocks;
    std::byte* memory;
    static void work(void const* what, cuda_on_host::team& all, unsigned i)
    {
        auto const& me = *static_cast<running_block const*>(what);
        me.kernel(thread{i, me.block, K::threads, me.blocks, &all, me.memory});
    }
};

template <class K>
void run_all_blocks(K const& k, unsigned blocks, std::size_t shared)
{
    cuda_on_host::count_kernel();
    bool const backwards = cuda_on_host::emulation().backwards;
    auto const nth = [backwards](unsigned i, unsigned all) { return backwards ? all - 1 - i : i; };
    if constexpr (!K::meets) {
        for (unsigned block = 0; block < blocks; ++block)
            for (unsigned i = 0; i < K::threads; ++i)
                k(thread{nth(i, K::threads), nth(block, blocks), K::threads, blocks, nullptr, nullptr});
    } else {
        auto const memory = std::make_unique<double[]>(shared / sizeof(double) + 1);
        auto* const bytes = reinterpret_cast<std::byte*>(memory.get());
        for (unsigned block = 0; block < blocks; ++block) {
            std::memset(bytes, 0xff, shared);
            running_block<K> const one{k, nth(block, blocks), blocks, bytes};
            cuda_on_host::team::mine().run(K::threads, &running_block<K>::work, &one, backwards);
        }
    }
}

template <class K>
void launch(cuda_queue q, unsigned blocks, K const& k, std::size_t shared = 0)
{
    static_assert(K::threads % 32 == 0 && K::threads <= 1024);
    static_assert(sizeof(K) <= 4096, "a kernel's arguments have 4 KB");
    if (blocks == 0 || blocks > 0x7fffffffu || shared > 227 * 1024)
        throw error{"a launch of " + std::to_string(blocks) + " blocks with " + std::to_string(shared) +
                    " bytes of shared memory is refused"};
    cuda_on_host::of(q).put([k, blocks, shared] { run_all_blocks(k, blocks, shared); });
}

} // namespace explainn::EXPLAINN_ABI::cuda_detail
