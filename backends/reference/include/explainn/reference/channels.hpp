// What works on whole channels: transpose, copies, sums of mirrored places, a filter or a factor for each
// channel.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::transpose
template <class T>
void run(reference<T>&, op::transpose<T> const& a)
{
    detail::each({a.x.size(0), a.x.size(1), a.x.size(2), a.x.size(3)},
                 [&](extent u, extent n, extent c, extent l) { a.y(u, n, l, c) = a.x(u, n, c, l); });
}

/// op::copy_channels
template <class T>
void run(reference<T>&, op::copy_channels<T> const& a)
{
    detail::each({a.x.size(0), a.x.size(1), a.channels, a.x.size(3)},
                 [&](extent u, extent n, extent c, extent l) {
                     T& y = a.y(u, n, a.y_first + c, l);
                     y = a.x(u, n, a.x_first + c, l) + (a.add ? y : T(0));
                 });
}

/// op::mirror_sum
template <class T>
void run(reference<T>&, op::mirror_sum<T> const& a)
{
    extent const last = a.x.size(3) - 1;
    detail::each({a.y.size(0), a.y.size(1), a.y.size(2), a.y.size(3)},
                 [&](extent u, extent n, extent c, extent p) {
                     a.y(u, n, c, p) = a.x(u, n, c, p) + (p == last - p ? T(0) : a.x(u, n, c, last - p));
                 });
}

/// op::mirror_sum_gradient
template <class T>
void run(reference<T>&, op::mirror_sum_gradient<T> const& a)
{
    extent const last = a.dx.size(3) - 1;
    detail::each({a.dx.size(0), a.dx.size(1), a.dx.size(2), a.dx.size(3)},
                 [&](extent u, extent n, extent c, extent p) {
                     a.dx(u, n, c, p) = a.dy(u, n, c, p < last - p ? p : last - p);
                 });
}

/// op::depthwise_conv
template <class T>
void run(reference<T>&, op::depthwise_conv<T> const& a)
{
    extent const width = a.weight.size(2), length = a.x.size(3);
    detail::each({a.y.size(0), a.y.size(1), a.y.size(2), a.y.size(3)},
                 [&](extent u, extent n, extent c, extent t) {
                     double sum = a.bias(u, c);
                     for (extent k = 0; k < width; ++k)
                         if (extent const l = t + k - a.padding; l >= 0 && l < length)
                             sum += double(a.weight(u, c, k)) * a.x(u, n, c, l);
                     a.y(u, n, c, t) = static_cast<T>(sum);
                 });
}

/// op::depthwise_conv_gradient
template <class T>
void run(reference<T>&, op::depthwise_conv_gradient<T> const& a)
{
    extent const units = a.x.size(0), n_all = a.x.size(1), channels = a.x.size(2), length = a.x.size(3),
                 width = a.weight.size(2), windows = a.dy.size(3);
    detail::each({units, channels, width}, [&](extent u, extent c, extent k) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n)
            for (extent t = 0; t < windows; ++t)
                if (extent const l = t + k - a.padding; l >= 0 && l < length)
                    sum += double(a.dy(u, n, c, t)) * a.x(u, n, c, l);
        a.dweight(u, c, k) = static_cast<T>(sum);
    });
    detail::each({units, channels}, [&](extent u, extent c) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n)
            for (extent t = 0; t < windows; ++t) sum += a.dy(u, n, c, t);
        a.dbias(u, c) = static_cast<T>(sum);
    });
    if (!a.dx) return;
    detail::each({units, n_all, channels, length}, [&](extent u, extent n, extent c, extent l) {
        double sum = 0;
        for (extent k = 0; k < width; ++k)
            if (extent const t = l - k + a.padding; t >= 0 && t < windows)
                sum += double(a.weight(u, c, k)) * a.dy(u, n, c, t);
        a.dx(u, n, c, l) = static_cast<T>(sum);
    });
}

/// op::scale_channels
template <class T>
void run(reference<T>&, op::scale_channels<T> const& a)
{
    detail::each(
        {a.x.size(0), a.x.size(1), a.x.size(2), a.x.size(3)},
        [&](extent u, extent n, extent c, extent l) { a.y(u, n, c, l) = a.gate(u, n, c) * a.x(u, n, c, l); });
}

/// op::scale_channels_gradient
template <class T>
void run(reference<T>&, op::scale_channels_gradient<T> const& a)
{
    detail::each({a.x.size(0), a.x.size(1), a.x.size(2)}, [&](extent u, extent n, extent c) {
        double sum = 0;
        for (extent l = 0; l < a.x.size(3); ++l) sum += double(a.x(u, n, c, l)) * a.dy(u, n, c, l);
        a.dgate(u, n, c) = static_cast<T>(sum);
    });
}

/// op::add_mean_gradient
template <class T>
void run(reference<T>&, op::add_mean_gradient<T> const& a)
{
    detail::each({a.y.size(0), a.y.size(1), a.y.size(2), a.y.size(3)},
                 [&](extent u, extent n, extent c, extent l) {
                     a.y(u, n, c, l) = static_cast<T>(a.y(u, n, c, l) + double(a.x(u, n, c)) / a.y.size(3));
                 });
}

} // namespace explainn::EXPLAINN_ABI
