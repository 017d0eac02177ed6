// This is a separate file, so that the compiler does not see that memory from new is released by free().
#include "counted_new.hpp"

#include <cstdlib>
#include <new>

std::atomic<std::size_t> counted::allocations{0};

namespace {

void* allocate(std::size_t bytes, std::size_t alignment)
{
    counted::allocations.fetch_add(1, std::memory_order_relaxed);
    // aligned_alloc wants a multiple of the alignment
    void* const p = std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
    if (p == nullptr) throw std::bad_alloc{};
    return p;
}

} // namespace

// every other form calls one of these
void* operator new(std::size_t bytes) { return allocate(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment)
{
    return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
