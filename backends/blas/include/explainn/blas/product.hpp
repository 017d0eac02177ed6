// Products of matrices by OpenBLAS, in the thread that asks for them.
#pragma once
#include <algorithm>
#include <concepts>
#include <limits>
#include <string>
#include <type_traits>

#include <cblas.h>

#include <explainn/blas/matrix.hpp>
#include <explainn/core/error.hpp>

#if !defined(OPENBLAS_VERSION)
#error explainn/blas.hpp expected the cblas.h of OpenBLAS and found that of another BLAS; link the CMake target explainn::blas
#endif

namespace explainn::EXPLAINN_ABI::blas_detail {

/// A matrix of a product, as it lies in memory or turned.
template <class T>
struct factor {
    matrix<T const> of;
    bool turned = false;

    factor(matrix<T> m) : of{m} {}
    factor(matrix<T const> m, bool t = false) : of{m}, turned{t} {}
    std::size_t rows() const { return turned ? of.columns : of.rows; }
    std::size_t columns() const { return turned ? of.rows : of.columns; }
};
/// The transpose of a matrix, as a factor.
template <class T>
factor<std::remove_const_t<T>> turned(matrix<T> m)
{
    return {matrix<T const>{m}, true};
}

/// What becomes of the numbers that stand in a result.
enum class result : unsigned char { assigned, added_to };

/// A number of rows, columns or elements as BLAS takes it; throws error where its integers are too small.
inline blasint blas_size(std::size_t n)
{
    if (n > static_cast<std::size_t>(std::numeric_limits<blasint>::max()))
        throw error{"OpenBLAS multiplies matrices of at most " +
                    std::to_string(std::numeric_limits<blasint>::max()) + " rows or columns, found " +
                    std::to_string(n)};
    return static_cast<blasint>(n);
}

/// c = a b, or c += a b. Throws error where the sizes do not fit together. The bits depend on the numbers and
/// the sizes alone, for OpenBLAS has one thread here.
///
///     multiply(x, turned(w), y);                          // y = x w'
template <class T>
void multiply(std::type_identity_t<factor<T>> const& a, std::type_identity_t<factor<T>> const& b, matrix<T> c,
              result to = result::assigned)
{
    if (a.rows() != c.rows || a.columns() != b.rows() || b.columns() != c.columns)
        throw error{"a product of matrices does not fit: " + std::to_string(a.rows()) + " x " +
                    std::to_string(a.columns()) + " by " + std::to_string(b.rows()) + " x " +
                    std::to_string(b.columns()) + " into " + std::to_string(c.rows) + " x " +
                    std::to_string(c.columns)};
    if (c.rows == 0 || c.columns == 0) return;
    auto const ld = [](auto const& m) { return blas_size(std::max<std::size_t>(1, m.stride)); };
    auto const order = [](factor<T> const& f) { return f.turned ? CblasTrans : CblasNoTrans; };
    auto const call = [&](auto gemm) {
        gemm(CblasRowMajor, order(a), order(b), blas_size(c.rows), blas_size(c.columns),
             blas_size(a.columns()), T(1), a.of.data, ld(a.of), b.of.data, ld(b.of),
             T(to == result::added_to ? 1 : 0), c.data, ld(c));
    };
    if constexpr (std::same_as<T, float>) call(cblas_sgemm);
    else call(cblas_dgemm);
}

/// to(j) = sum of column j of m.
template <class T>
void sum_columns(matrix<T const> m, T* to)
{
    vector<T> const ones = xt::ones<T>({m.rows});
    multiply<T>(matrix<T const>{ones.data(), 1, m.rows}, m, matrix<T>{to, 1, m.columns});
}

} // namespace explainn::EXPLAINN_ABI::blas_detail
