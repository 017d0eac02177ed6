// scan_largest and scan_hits, one window after the other.
#pragma once
#include <algorithm>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// The response of unit u at window t of sequence n, of an op::scan_largest or op::scan_hits.
template <class T, template <class> class Op>
T response(Op<T> const& a, extent u, extent n, extent t)
{
    double c = 0;
    for (extent k = 0; k < a.weight.size(2); ++k)
        if (letter const x = a.sequences(n, t + k); x != letter_n) c += double(a.weight(u, x, k));
    return a.scale(u) * static_cast<T>(c) + a.shift(u);
}
} // namespace detail

/// op::scan_largest; it keeps nothing.
template <class T>
void run(reference<T>&, op::scan_largest<T> const& a)
{
    extent const windows = a.sequences.size(1) - a.weight.size(2) + 1;
    detail::each({a.weight.size(0), a.sequences.size(0), windows}, [&](extent u, extent n, extent t) {
        a.largest(u) = std::max(a.largest(u), detail::response(a, u, n, t));
    });
}

/// op::scan_hits; it looks everywhere.
template <class T>
void run(reference<T>&, op::scan_hits<T> const& a)
{
    extent const width = a.weight.size(2), windows = a.sequences.size(1) - width + 1;
    detail::each({a.weight.size(0), a.sequences.size(0)}, [&](extent u, extent n) {
        a.hits(u, n) = 0;
        for (extent t = 0; t < windows; ++t) {
            if (!(detail::response(a, u, n, t) > a.cut(u))) continue;
            ++a.hits(u, n);
            for (extent k = 0; k < width; ++k)
                if (letter const x = a.sequences(n, t + k); x != letter_n) ++a.counts(u, k, x);
        }
    });
}

} // namespace explainn::EXPLAINN_ABI
