// A pointer and extents, row-major, rank in the type: the same on the host and in a kernel. Owns nothing.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>

#include <explainn/core/shape.hpp>

namespace explainn::EXPLAINN_ABI {

/// A dense row-major array of somebody else's. A view to write converts to a view to read.
///
///     view<float, 2> y{pointer, 100, 50};        // (N, O)
///     y(3, 4) = 1;
template <class T, int Rank>
struct view {
    using value_type = T;
    static constexpr int rank = Rank;
    T* data{};
    std::array<extent, Rank> sizes{};

    constexpr view() = default;
    template <class... E>
        requires(sizeof...(E) == Rank && (std::convertible_to<E, extent> && ...))
    constexpr view(T* p, E... e) : data{p}, sizes{static_cast<extent>(e)...}
    {
    }
    template <class X>
        requires std::same_as<X const, T>
    constexpr view(view<X, Rank> v) : data{v.data}, sizes{v.sizes}
    {
    }

    /// False for an optional argument that was left out.
    constexpr explicit operator bool() const { return data != nullptr; }
    constexpr extent size(int d) const { return sizes[static_cast<std::size_t>(d)]; }
    constexpr std::size_t count() const
    {
        std::size_t n = 1;
        for (extent const e : sizes) n *= static_cast<std::size_t>(e);
        return n;
    }
    template <class... I>
        requires(sizeof...(I) == Rank)
    constexpr T& operator()(I... i) const
    {
        std::size_t at = 0, d = 0;
        ((at = at * static_cast<std::size_t>(sizes[d++]) + static_cast<std::size_t>(i)), ...);
        return data[at];
    }
    /// Elements from one index of the first axis to the next.
    constexpr std::size_t stride() const
    {
        return count() / static_cast<std::size_t>(sizes[0] ? sizes[0] : 1);
    }
    /// Indices [first, last) of the first axis; an absent view stays absent.
    constexpr view slice(extent first, extent last) const
    {
        view v = *this;
        if (data) v.data = data + static_cast<std::size_t>(first) * stride();
        v.sizes[0] = last - first;
        return v;
    }
    /// The same elements under other extents of the same product.
    template <class... E>
    constexpr view<T, static_cast<int>(sizeof...(E))> as(E... e) const
    {
        return {data, e...};
    }
};

} // namespace explainn::EXPLAINN_ABI
