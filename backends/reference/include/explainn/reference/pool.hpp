// Maximum and average pooling, with their gradients.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// The place that `reference` keeps of the maximum of a cell.
template <class Views>
std::uint16_t& kept_place(own_bytes_by_unit kept, Views const& y, extent u, extent n, extent c, extent p)
{
    auto const at = (static_cast<std::size_t>(n) * static_cast<std::size_t>(y.size(2)) +
                     static_cast<std::size_t>(c)) *
                        static_cast<std::size_t>(y.size(3)) +
                    static_cast<std::size_t>(p);
    return kept.template of_unit<std::uint16_t>(u)[at];
}
} // namespace detail

/// op::pool
template <class T>
void run(reference<T>&, op::pool<T> const& a)
{
    extent const length = a.x.size(3);
    detail::each({a.y.size(0), a.y.size(1), a.y.size(2), a.y.size(3)},
                 [&](extent u, extent n, extent c, extent p) {
                     double sum = 0;
                     extent first = -1;
                     for (extent k = 0; k < a.width; ++k) {
                         extent const l = p * a.stride + k - a.padding;
                         if (l < 0 || l >= length) continue;
                         sum += a.x(u, n, c, l);
                         if (first < 0 || a.x(u, n, c, l) > a.x(u, n, c, first)) first = l;
                     }
                     a.y(u, n, c, p) = a.average ? static_cast<T>(sum / a.width) : a.x(u, n, c, first);
                     if (a.kept && !a.average)
                         detail::kept_place(a.kept, a.y, u, n, c, p) = static_cast<std::uint16_t>(first);
                 });
}

/// op::pool_gradient
template <class T>
void run(reference<T>&, op::pool_gradient<T> const& a)
{
    extent const length = a.dx.size(3);
    detail::zero(a.dx.data, a.dx.count());
    detail::each({a.dy.size(0), a.dy.size(1), a.dy.size(2), a.dy.size(3)},
                 [&](extent u, extent n, extent c, extent p) {
                     T const d = a.dy(u, n, c, p);
                     if (!a.average) a.dx(u, n, c, detail::kept_place(a.kept, a.dy, u, n, c, p)) += d;
                     else
                         for (extent k = 0; k < a.width; ++k)
                             if (extent const l = p * a.stride + k - a.padding; l >= 0 && l < length)
                                 a.dx(u, n, c, l) += d / static_cast<T>(a.width);
                 });
}

} // namespace explainn::EXPLAINN_ABI
