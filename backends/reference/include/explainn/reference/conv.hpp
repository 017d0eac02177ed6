// one_hot, spread_signals, and conv with its gradient, computed by their definitions.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::one_hot
template <class T>
void run(reference<T>&, op::one_hot<T> const& a)
{
    detail::each({a.y.size(1), 4, a.y.size(3)}, [&](extent n, extent c, extent l) {
        a.y(0, n, c, l) = a.sequences(n, l) == c ? T(1) : T(0);
    });
}

/// op::spread_signals
template <class T>
void run(reference<T>&, op::spread_signals<T> const& a)
{
    bool const of_each = a.y.size(0) == a.signals.size(1) && a.y.size(2) == 1;
    detail::each({a.signals.size(0), a.signals.size(1), a.signals.size(2)},
                 [&](extent n, extent c, extent l) {
                     (of_each ? a.y(c, n, 0, l) : a.y(0, n, c, l)) = static_cast<T>(a.signals(n, c, l));
                 });
}

/// op::conv; an absent bias counts as zeros.
template <class T>
void run(reference<T>&, op::conv<T> const& a)
{
    extent const channels = a.weight.size(2), width = a.weight.size(3), length = a.x.size(3);
    detail::each(
        {a.y.size(0), a.y.size(1), a.y.size(2), a.y.size(3)}, [&](extent u, extent n, extent f, extent t) {
            extent const of = a.x.size(0) == 1 ? 0 : u;
            double sum = a.bias ? a.bias(u, f) : T(0);
            for (extent c = 0; c < channels; ++c)
                for (extent k = 0; k < width; ++k)
                    if (extent const l = t * a.stride + k * a.dilation - a.padding; l >= 0 && l < length)
                        sum += double(a.weight(u, f, c, k)) * a.x(of, n, c, l);
            a.y(u, n, f, t) = static_cast<T>(sum);
        });
}

/// op::conv_gradient
template <class T>
void run(reference<T>&, op::conv_gradient<T> const& a)
{
    extent const units = a.weight.size(0), filters = a.weight.size(1), channels = a.weight.size(2),
                 width = a.weight.size(3), n_all = a.x.size(1), length = a.x.size(3), windows = a.dy.size(3);
    detail::each({units, filters, channels, width}, [&](extent u, extent f, extent c, extent k) {
        extent const of = a.x.size(0) == 1 ? 0 : u;
        double sum = 0;
        for (extent n = 0; n < n_all; ++n)
            for (extent t = 0; t < windows; ++t)
                if (extent const l = t * a.stride + k * a.dilation - a.padding; l >= 0 && l < length)
                    sum += double(a.dy(u, n, f, t)) * a.x(of, n, c, l);
        a.dweight(u, f, c, k) = static_cast<T>(sum);
    });
    detail::each({units, filters}, [&](extent u, extent f) {
        double sum = 0;
        for (extent n = 0; n < n_all; ++n)
            for (extent t = 0; t < windows; ++t) sum += a.dy(u, n, f, t);
        a.dbias(u, f) = static_cast<T>(sum);
    });
    if (!a.dx) return;
    detail::each({units, n_all, channels, length}, [&](extent u, extent n, extent c, extent l) {
        double sum = 0;
        for (extent f = 0; f < filters; ++f)
            for (extent k = 0; k < width; ++k)
                if (extent const at = l - k * a.dilation + a.padding;
                    at >= 0 && at % a.stride == 0 && at / a.stride < windows)
                    sum += double(a.weight(u, f, c, k)) * a.dy(u, n, f, at / a.stride);
        a.dx(u, n, c, l) = static_cast<T>(sum);
    });
}

} // namespace explainn::EXPLAINN_ABI
