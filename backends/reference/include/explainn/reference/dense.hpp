// Products: dense by unit, linear over all units, products of pairs of units, and their gradients.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Feature u K + k of sequence n in (U, N, K).
template <class X>
X& feature(view<X, 3> const& v, extent n, extent at)
{
    return v(at / v.size(2), n, at % v.size(2));
}
} // namespace detail

/// op::dense
template <class T>
void run(reference<T>&, op::dense<T> const& a)
{
    detail::each({a.y.size(0), a.y.size(1), a.y.size(2)}, [&](extent u, extent n, extent h) {
        double sum = a.bias(u, h);
        for (extent f = 0; f < a.x.size(2); ++f) sum += double(a.weight(u, h, f)) * a.x(u, n, f);
        a.y(u, n, h) = static_cast<T>(sum);
    });
}

/// op::dense_gradient
template <class T>
void run(reference<T>&, op::dense_gradient<T> const& a)
{
    extent const units = a.x.size(0), n_all = a.x.size(1), features = a.x.size(2), hidden = a.dy.size(2);
    detail::each({units, hidden, features}, [&](extent u, extent h, extent f) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n) sum += double(a.dy(u, n, h)) * a.x(u, n, f);
        a.dweight(u, h, f) = static_cast<T>(sum);
    });
    detail::each({units, hidden}, [&](extent u, extent h) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n) sum += a.dy(u, n, h);
        a.dbias(u, h) = static_cast<T>(sum);
    });
    if (!a.dx) return;
    detail::each({units, n_all, features}, [&](extent u, extent n, extent f) {
        double sum = 0;
        for (extent h = 0; h < hidden; ++h) sum += double(a.dy(u, n, h)) * a.weight(u, h, f);
        a.dx(u, n, f) = static_cast<T>(sum);
    });
}

/// op::linear
template <class T>
void run(reference<T>&, op::linear<T> const& a)
{
    extent const per_unit = a.x.size(2);
    detail::each({a.y.size(0), a.y.size(1)}, [&](extent n, extent o) {
        double sum = a.add ? a.y(n, o) : a.bias ? a.bias(o) : T(0);
        detail::each({a.x.size(0), per_unit}, [&](extent u, extent k) {
            sum += double(a.weight(o, a.first + u * per_unit + k)) * a.x(u, n, k);
        });
        a.y(n, o) = static_cast<T>(sum);
    });
}

/// op::linear_gradient
template <class T>
void run(reference<T>&, op::linear_gradient<T> const& a)
{
    extent const units = a.x.size(0), n_all = a.x.size(1), per_unit = a.x.size(2), outputs = a.dy.size(1);
    if (a.dx)
        detail::each({units, n_all, per_unit}, [&](extent u, extent n, extent k) {
            double sum = 0;
            for (extent o = 0; o < outputs; ++o)
                sum += double(a.weight(o, a.first + u * per_unit + k)) * a.dy(n, o);
            a.dx(u, n, k) = static_cast<T>(sum);
        });
    detail::each({outputs, units, per_unit}, [&](extent o, extent u, extent k) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n) sum += double(a.dy(n, o)) * a.x(u, n, k);
        a.dweight(o, a.first + u * per_unit + k) = static_cast<T>(sum);
    });
    if (!a.dbias) return;
    for (extent o = 0; o < outputs; ++o) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n) sum += a.dy(n, o);
        a.dbias(o) = static_cast<T>(sum);
    }
}

/// op::pair_products
template <class T>
void run(reference<T>&, op::pair_products<T> const& a)
{
    detail::each({a.y.size(0), a.y.size(1)}, [&](extent n, extent o) {
        double sum = a.y(n, o);
        for (extent p = 0; p < a.pairs.size(0); ++p)
            sum += double(a.weight(o, a.pairs(p, 2))) * detail::feature(a.x, n, a.pairs(p, 0)) *
                   detail::feature(a.z, n, a.pairs(p, 1));
        a.y(n, o) = static_cast<T>(sum);
    });
}

/// op::pair_products_gradient
template <class T>
void run(reference<T>&, op::pair_products_gradient<T> const& a)
{
    extent const n_all = a.dy.size(0), outputs = a.dy.size(1);
    for (extent p = 0; p < a.pairs.size(0); ++p) {
        extent const i = a.pairs(p, 0), j = a.pairs(p, 1), place = a.pairs(p, 2);
        for (extent o = 0; o < outputs; ++o) {
            double sum = 0;
            for (extent n = 0; n < n_all; ++n)
                sum += double(a.dy(n, o)) * detail::feature(a.x, n, i) * detail::feature(a.z, n, j);
            a.dweight(o, place) = static_cast<T>(sum);
        }
        for (extent n = 0; n < n_all; ++n) {
            double slope = 0; // the gradient of the product
            for (extent o = 0; o < outputs; ++o) slope += double(a.dy(n, o)) * a.weight(o, place);
            if (a.dx) detail::feature(a.dx, n, i) += static_cast<T>(slope * detail::feature(a.z, n, j));
            if (a.dz) detail::feature(a.dz, n, j) += static_cast<T>(slope * detail::feature(a.x, n, i));
        }
    }
}

} // namespace explainn::EXPLAINN_ABI
