// Sorts in which equal elements keep their order, without the buffer that std::stable_sort allocates.
#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// Sorts ascending indices by `less(a, b)`; indices that are equal by it stay ascending, as std::stable_sort
/// would leave them. It needs no memory. std::stable_sort takes a buffer in libstdc++ 12, about which clang
/// 17 and later warn.
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

/// Sorts the elements of a vector by `less`; equal ones keep their order.
///
///     std::vector<std::pair<double, int>> found{{2, 1}, {1, 2}, {2, 0}};
///     sort_keeping_order(found, [](auto const& a, auto const& b) { return a.first < b.first; }); // 2, 1, 0
template <class T, class Less>
void sort_keeping_order(std::vector<T>& all, Less less)
{
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_places(order, [&](std::size_t a, std::size_t b) { return less(all[a], all[b]); });
    std::vector<T> sorted;
    sorted.reserve(all.size());
    for (std::size_t const i : order) sorted.push_back(std::move(all[i]));
    all = std::move(sorted);
}
} // namespace explainn::EXPLAINN_ABI
