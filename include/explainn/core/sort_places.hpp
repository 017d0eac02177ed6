// Sorts places of a table by what stands there; equal ones keep their order.
#pragma once
#include <algorithm>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// Sorts ascending indices by `less(a, b)`; indices that are equal by it stay ascending, which is what
/// std::stable_sort gives. It needs no memory, and clang 17 and later warn about the buffer that
/// std::stable_sort takes in libstdc++ 12.
///
///     std::vector<double> const heights{2, 1, 2};
///     std::vector<std::size_t> order{0, 1, 2};
///     sort_places(order, [&](std::size_t a, std::size_t b) { return heights[a] < heights[b]; }); // 1, 0, 2
template <class Indices, class Less>
void sort_places(Indices& ascending, Less less)
{
    std::sort(ascending.begin(), ascending.end(),
              [&less](auto a, auto b) { return less(a, b) || (a < b && !less(b, a)); });
}
} // namespace explainn::EXPLAINN_ABI
