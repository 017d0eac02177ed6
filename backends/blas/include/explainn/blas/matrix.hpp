// Rows and matrices in somebody's memory, as xtensor and BLAS read them.
#pragma once
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#if __has_include(<xtensor/containers/xadapt.hpp>) // where xtensor 0.26 put them
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/core/xnoalias.hpp>
#include <xtensor/core/xoperation.hpp>
#include <xtensor/generators/xbuilder.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xoperation.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include <explainn/backend/view.hpp>

namespace explainn::EXPLAINN_ABI::blas_detail {

/// n elements in a row, as an operand of xtensor's expressions.
template <class T>
auto row(T* data, std::size_t n)
{
    return xt::adapt(std::move(data), n, xt::no_ownership(), std::array<std::size_t, 1>{n});
}
/// All elements of a view as one row.
template <class T, int Rank>
auto row(view<T, Rank> v)
{
    return row(v.data, v.count());
}

/// to = e, element by element, without an array between them.
///
///     assign(row(to, n), xt::exp(row(from, n)) + 1);
template <class Row, class Expression>
void assign(Row to, Expression const& e)
{
    xt::noalias(to) = e;
}

/// An array of an op's own; its elements are not initialised.
template <class T>
using vector = xt::xtensor<T, 1>;
template <class T>
vector<T> make_vector(std::size_t n)
{
    return vector<T>::from_shape({n});
}

/// A matrix of which each row lies together, `stride` elements behind the one before.
template <class T>
struct matrix {
    T* data{};
    std::size_t rows{}, columns{}, stride{};

    /// Without a stride the rows lie one behind the other.
    constexpr matrix(T* d, std::size_t r, std::size_t c, std::size_t s = 0)
        : data{d}, rows{r}, columns{c}, stride{s == 0 ? c : s}
    {
    }
    constexpr operator matrix<T const>() const
        requires(!std::is_const_v<T>)
    {
        return {data, rows, columns, stride};
    }
    T* at(std::size_t i) const { return data + i * stride; }
    /// Row i as an operand of xtensor's expressions.
    auto operator[](std::size_t i) const { return row(at(i), columns); }
    /// Rows [first, last).
    constexpr matrix some(std::size_t first, std::size_t last) const
    {
        return {data + first * stride, last - first, columns, stride};
    }
};

/// A number of elements, from an extent that is not negative.
constexpr std::size_t size_of(extent e) { return static_cast<std::size_t>(e); }
/// The matrix of one unit of (U, N, F).
template <class T>
matrix<T> unit_of(view<T, 3> v, std::size_t u)
{
    std::size_t const rows = size_of(v.size(1)), columns = size_of(v.size(2));
    return {v.data + u * rows * columns, rows, columns};
}
/// A view of rank 2 as a matrix.
template <class T>
matrix<T> whole(view<T, 2> v)
{
    return {v.data, size_of(v.size(0)), size_of(v.size(1))};
}
/// Row u of (U, H) as an operand of xtensor's expressions.
template <class T>
auto row_of(view<T, 2> v, std::size_t u)
{
    return row(v.data + u * size_of(v.size(1)), size_of(v.size(1)));
}

} // namespace explainn::EXPLAINN_ABI::blas_detail
