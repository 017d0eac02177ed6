// What units of pairs read and compute: the cells of two units, and their products by distance.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::pair_cells
template <class T>
void run(reference<T>&, op::pair_cells<T> const& a)
{
    extent const channels = a.x.size(2);
    detail::each({a.pairs.size(0), a.x.size(1), extent{2}, channels, a.x.size(3)},
                 [&](extent k, extent n, extent side, extent c, extent l) {
                     a.y(k, n, side * channels + c, l) = a.x(a.pairs(k, side), n, c, l);
                 });
}

/// op::pair_cells_gradient
template <class T>
void run(reference<T>&, op::pair_cells_gradient<T> const& a)
{
    extent const channels = a.dx.size(2), units = a.dx.size(0);
    for (extent k = 0; k < a.pairs.size(0); ++k)
        for (extent side = 0; side < 2; ++side) {
            extent const u = a.pairs(k, side) - a.first;
            if (u < 0 || u >= units) continue;
            detail::each({a.dx.size(1), channels, a.dx.size(3)}, [&](extent n, extent c, extent l) {
                a.dx(u, n, c, l) += a.dy(k, n, side * channels + c, l);
            });
        }
}

/// op::by_distance
template <class T>
void run(reference<T>&, op::by_distance<T> const& a)
{
    extent const length = a.x.size(3);
    detail::each({a.x.size(0), a.x.size(1), 2 * length - 1}, [&](extent u, extent n, extent place) {
        extent const d = place - (length - 1);
        double sum = 0;
        for (extent l = d < 0 ? -d : 0; l < length && l + d < length; ++l)
            sum += double(a.x(u, n, 0, l)) * a.x(u, n, 1, l + d);
        a.y(u, n, 0, place) = static_cast<T>(sum);
    });
}

/// op::by_distance_gradient
template <class T>
void run(reference<T>&, op::by_distance_gradient<T> const& a)
{
    extent const length = a.x.size(3);
    detail::each({a.x.size(0), a.x.size(1), length}, [&](extent u, extent n, extent l) {
        double first = 0, second = 0;
        for (extent other = 0; other < length; ++other) {
            first += double(a.dy(u, n, 0, other - l + length - 1)) * a.x(u, n, 1, other);
            second += double(a.dy(u, n, 0, l - other + length - 1)) * a.x(u, n, 0, other);
        }
        a.dx(u, n, 0, l) = static_cast<T>(first);
        a.dx(u, n, 1, l) = static_cast<T>(second);
    });
}

} // namespace explainn::EXPLAINN_ABI
