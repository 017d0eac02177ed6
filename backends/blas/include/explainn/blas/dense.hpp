// dense by unit and its gradient: one product for each unit.
#pragma once
#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::dense
template <class T>
void run(blas<T>&, op::dense<T> const& a)
{
    using namespace blas_detail;
    for (std::size_t u = 0; u < size_of(a.y.size(0)); ++u) {
        auto const y = unit_of(a.y, u);
        multiply(unit_of(a.x, u), turned(unit_of(a.weight, u)), y);
        for (std::size_t i = 0; i < y.rows; ++i) assign(y[i], y[i] + row_of(a.bias, u));
    }
}

/// op::dense_gradient
template <class T>
void run(blas<T>&, op::dense_gradient<T> const& a)
{
    using namespace blas_detail;
    for (std::size_t u = 0; u < size_of(a.dy.size(0)); ++u) {
        auto const dy = unit_of(a.dy, u);
        multiply(turned(dy), unit_of(a.x, u), unit_of(a.dweight, u));
        sum_columns(dy, a.dbias.data + u * dy.columns);
        if (a.dx) multiply(dy, unit_of(a.weight, u), unit_of(a.dx, u));
    }
}

} // namespace explainn::EXPLAINN_ABI
