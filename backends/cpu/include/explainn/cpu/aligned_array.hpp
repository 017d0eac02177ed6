// An owning array of numbers that begins on a cache line.
#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// n zeros of X in memory aligned to 64 bytes; moves, does not copy.
///
///     aligned_array<float> a(1000);              // a.data()[999] == 0
template <class X>
    requires(std::is_trivially_copyable_v<X> && std::is_trivially_destructible_v<X>)
class aligned_array {
public:
    aligned_array() = default;
    explicit aligned_array(std::size_t n)
        : memory_{n == 0 ? nullptr : ::operator new(bytes(n), std::align_val_t{64})}, size_{n}
    {
        if (n != 0) std::memset(memory_.get(), 0, bytes(n)); // all bits 0
    }
    X* data() { return static_cast<X*>(memory_.get()); }
    X const* data() const { return static_cast<X const*>(memory_.get()); }
    std::size_t size() const { return size_; }

private:
    struct release {
        void operator()(void* p) const { ::operator delete(p, std::align_val_t{64}); }
    };
    // whole cache lines, and one more: a vector may be read past the end
    static std::size_t bytes(std::size_t n) { return (n * sizeof(X) + 63) / 64 * 64 + 64; }

    std::unique_ptr<void, release> memory_;
    std::size_t size_{};
};

} // namespace explainn::EXPLAINN_ABI
