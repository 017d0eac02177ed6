// dense_pair and its gradient as the two blocks they stand for.
#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>

#include <explainn/reference/dense_block.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
template <class T>
using bits_of = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// x with the last bit of its mantissa set or not
template <class T>
T with_last_bit(T x, bool set)
{
    auto const bits = std::bit_cast<bits_of<T>>(x);
    return std::bit_cast<T>(static_cast<bits_of<T>>((bits & ~bits_of<T>{1}) | (set ? 1u : 0u)));
}
template <class T>
bool last_bit(T x)
{
    return (std::bit_cast<bits_of<T>>(x) & 1u) != 0;
}
} // namespace detail

/// op::dense_pair
template <class T>
void run(reference<T>& b, op::dense_pair<T> const& a)
{
    extent const units = a.last.y.size(0), n_all = a.last.y.size(1), hidden = a.hidden.weight.size(1);
    detail::temporary<T, 3> y{units, n_all, hidden}, normalized{units, n_all, hidden};
    auto first = a.hidden;
    first.normalized = normalized.all;
    first.y = y.all;
    run(b, first);
    if (a.hidden.normalized)
        detail::each({units, n_all, hidden}, [&](extent u, extent n, extent h) {
            a.hidden.normalized(u, n, h) = detail::with_last_bit(normalized.all(u, n, h), y.all(u, n, h) > 0);
        });
    auto second = a.last;
    second.x = y.all;
    run(b, second);
}

/// op::dense_pair_gradient
template <class T>
void run(reference<T>& b, op::dense_pair_gradient<T> const& a)
{
    extent const units = a.last.y.size(0), n_all = a.last.y.size(1), hidden = a.hidden.weight.size(1);
    detail::temporary<T, 3> y{units, n_all, hidden}, dy{units, n_all, hidden},
        normalized{units, n_all, hidden};
    auto const scale = static_cast<T>(a.hidden.dropout.scale());
    detail::each({units, n_all, hidden}, [&](extent u, extent n, extent h) {
        T const x = a.hidden.normalized(u, n, h);
        normalized.all(u, n, h) = x;
        y.all(u, n, h) =
            detail::last_bit(x) ? (a.hidden.gamma(u, h) * x + a.hidden.beta(u, h)) * scale : T(0);
    });
    auto second = a.last;
    second.x = y.all;
    second.dx = dy.all;
    run(b, second);
    // where y is not positive nothing goes back, whatever the sign of what rounding made of its argument
    detail::each({units, n_all, hidden}, [&](extent u, extent n, extent h) {
        bool const passes = detail::last_bit(normalized.all(u, n, h));
        dy.all(u, n, h) = passes ? dy.all(u, n, h) * scale : T(0);
    });
    auto first = a.hidden;
    first.dropout = {};
    first.act = activation::identity;
    first.normalized = normalized.all;
    first.y = y.all;
    first.dy = dy.all;
    run(b, first);
}

} // namespace explainn::EXPLAINN_ABI
