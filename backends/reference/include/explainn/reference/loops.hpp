// Nested loops over a list of extents, and arrays for results between two ops.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

#include <explainn/backend/own_memory.hpp>
#include <explainn/backend/view.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Calls f(i, j, ...) for every index below `sizes`, the last index fastest.
///
///     each({U, N}, [&](extent u, extent n) { y(u, n) = 0; });
template <std::size_t Rank, class F>
void each(extent const (&sizes)[Rank], F f)
{
    std::array<extent, Rank> at{};
    for (extent const e : sizes)
        if (e <= 0) return;
    for (;;) {
        std::apply(f, at);
        std::size_t d = Rank;
        while (d > 0 && ++at[d - 1] == sizes[d - 1]) at[--d] = 0;
        if (d == 0) return;
    }
}

/// An array of zeros that lives as long as its op; `all` is a view of it.
template <class T, int Rank>
struct temporary {
    std::vector<T> memory;
    view<T, Rank> all;

    template <class... E>
    explicit temporary(E... sizes) : memory((std::size_t{1} * ... * static_cast<std::size_t>(sizes)))
    {
        all = {memory.data(), sizes...};
    }
    temporary(temporary&&) = default;
    temporary& operator=(temporary&&) = default;
};

/// An array like `v`, filled with one value.
template <class T, class X, int Rank>
temporary<T, Rank> filled(view<X, Rank> v, T value)
{
    return std::apply(
        [&](auto... sizes) {
            temporary<T, Rank> t{sizes...};
            std::fill(t.memory.begin(), t.memory.end(), value);
            return t;
        },
        v.sizes);
}

/// Writes every unit's numbers to where it keeps them.
template <class X, int Rank>
void keep(view<X, Rank> numbers, own_bytes_by_unit kept)
{
    for (extent u = 0; u < numbers.size(0); ++u)
        std::copy_n(numbers.slice(u, u + 1).data, numbers.stride(), kept.template of_unit<X>(u));
}
/// Reads what keep() wrote.
template <class X, int Rank>
void read_kept(own_bytes_by_unit kept, view<X, Rank> numbers)
{
    for (extent u = 0; u < numbers.size(0); ++u)
        std::copy_n(kept.template of_unit<X const>(u), numbers.stride(), numbers.slice(u, u + 1).data);
}

template <class X>
void zero(X* data, std::size_t n)
{
    std::fill_n(data, n, X{});
}

} // namespace explainn::EXPLAINN_ABI::detail
