// dense and its gradient: products for each unit.
#pragma once
#include <explainn/cuda/product.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// y = x w' + bias by unit, for x (N, F) and y (N, H) of each unit and weight (U, H, F).
template <class T>
void dense_forward(cuda<T>& b, matrices<T const> x, view<T const, 3> weight, view<T const, 2> bias,
                   matrices<T> y, std::size_t n)
{
    product p{};
    p.a = x;
    p.b = of_units(weight).turned();
    p.c = y;
    p.units = size_of(weight.size(0)), p.rows = n, p.columns = size_of(weight.size(1)),
    p.inner = size_of(weight.size(2));
    p.bias = bias.data;
    p.bias_unit = p.columns;
    multiply(b, p);
}
/// dweight = dy' x and dx = dy w by unit, for x (N, F) of each; an absent dx is not wanted.
template <class T>
void dense_backward(cuda<T>& b, matrices<T const> x, view<T const, 3> weight, view<T const, 3> dy,
                    view<T, 3> dx, view<T, 3> dweight)
{
    product p{};
    p.a = of_units(dy).turned();
    p.b = x;
    p.c = of_units(dweight);
    p.units = size_of(weight.size(0)), p.rows = size_of(weight.size(1)), p.columns = size_of(weight.size(2)),
    p.inner = size_of(dy.size(1));
    multiply(b, p);
    if (!dx) return;
    p.a = of_units(dy);
    p.b = of_units(weight);
    p.c = of_units(dx);
    p.rows = size_of(dy.size(1)), p.inner = size_of(dy.size(2));
    multiply(b, p);
}

} // namespace cuda_detail

/// op::dense
template <class T>
void run(cuda<T>& b, op::dense<T> const& a)
{
    cuda_detail::dense_forward(b, cuda_detail::of_units(a.x), a.weight, a.bias, cuda_detail::of_units(a.y),
                               cuda_detail::size_of(a.x.size(1)));
}

/// op::dense_gradient
template <class T>
void run(cuda<T>& b, op::dense_gradient<T> const& a)
{
    using namespace cuda_detail;
    dense_backward(b, of_units(a.x), a.weight, a.dy, a.dx, a.dweight);
    std::size_t const hidden = size_of(a.dy.size(2));
    sum_columns(b, of_units(a.dy), {}, {a.dbias.data, hidden, 0, 1}, size_of(a.dy.size(0)),
                size_of(a.dy.size(1)), hidden);
}

} // namespace explainn::EXPLAINN_ABI
