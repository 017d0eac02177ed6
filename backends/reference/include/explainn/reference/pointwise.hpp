// activate, its gradient, and dropout: one element at a time.
#pragma once
#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::activate
template <class T>
void run(reference<T>&, op::activate<T> const& a)
{
    for (std::size_t i = 0; i < a.x.count(); ++i) a.y.data[i] = activated(a.act, a.x.data[i]);
}

/// op::activate_gradient
template <class T>
void run(reference<T>&, op::activate_gradient<T> const& a)
{
    for (std::size_t i = 0; i < a.x.count(); ++i)
        a.dx.data[i] = a.dy.data[i] * activation_slope(a.act, a.x.data[i], a.y.data[i]);
}

/// op::dropout
template <class T>
void run(reference<T>&, op::dropout<T> const& a)
{
    T const scale = static_cast<T>(a.mask.scale());
    detail::each({a.x.size(0), a.x.size(1), a.x.size(2)}, [&](extent u, extent n, extent f) {
        auto const element =
            static_cast<std::size_t>(n) * static_cast<std::size_t>(a.x.size(2)) + static_cast<std::size_t>(f);
        bool const kept = a.mask.keeps(static_cast<std::uint32_t>(u), element);
        a.y(u, n, f) = kept ? a.x(u, n, f) * scale : T(0);
    });
}

} // namespace explainn::EXPLAINN_ABI
