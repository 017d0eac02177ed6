// What the cpu backend keeps of a dense_pair for its gradient, and where it lies.
#pragma once
#include <cstddef>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::simd {

/// The memory of one unit: the hidden block's values before gamma and beta, (N, H) in rows of whole cache
/// lines, and the last block's, (N). The last bit of a hidden value's mantissa is set where ReLU and dropout
/// let it pass: so neither the hidden block's y nor its gradient is stored. That costs a value at most one
/// unit in its last place; what it adds to the mean of a batch's column, which is 0, is taken out of the
/// gradient again.
struct pair_layout {
    std::size_t n{}, hidden{};
    /// Bytes before the last block's values.
    std::size_t last_at() const { return n * floats_of_lines(hidden) * sizeof(float); }
    /// Bytes in all, so that every unit begins with a cache line.
    std::size_t bytes() const { return last_at() + floats_of_lines(n) * sizeof(float); }

private:
    static constexpr std::size_t floats_of_lines(std::size_t n) { return (n + 15) / 16 * 16; }
};

} // namespace explainn::EXPLAINN_ABI::simd
