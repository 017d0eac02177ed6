// How kernels share out their work over the threads of a backend.
#pragma once
#include <explainn/cpu/device.hpp>

namespace explainn::EXPLAINN_ABI::detail::EXPLAINN_BUILT_WITH {

// What shares out blocks over the threads of b.
struct over_threads {
    cpu<float>* b;
    template <class F>
    void operator()(std::size_t n, std::size_t block, F&& f) const
    {
        b->for_blocks(n, block, f);
    }
    template <class F>
    void items(std::size_t n, F&& f) const
    {
        b->for_items(n, f);
    }
};

// What shares out a list of items, such as runs of parameters, over the threads of b.
struct over_items {
    cpu<float>* b;
    template <class F>
    void operator()(std::size_t n, F&& f) const
    {
        b->for_range(n, f);
    }
};

} // namespace explainn::EXPLAINN_ABI::detail::EXPLAINN_BUILT_WITH
