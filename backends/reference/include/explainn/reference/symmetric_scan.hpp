// Scans of both strands, response by response, and what they need: filters and statistics of both strands.
#pragma once
#include <explainn/backend/kept.hpp>
#include <explainn/reference/motif_scan.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::symmetric_statistics
template <class T>
void run(reference<T>&, op::symmetric_statistics<T> const& a)
{
    extent const last = a.mean.size(0) - 1;
    auto const half = [&](extent i) { return (a.window_mean(i) - a.window_mean(last - i)) / 2; };
    detail::each({last + 1}, [&](extent i) { a.mean(i) = (a.window_mean(i) + a.window_mean(last - i)) / 2; });
    detail::each({last + 1, last + 1}, [&](extent i, extent j) {
        a.covariance(i, j) =
            (a.window_covariance(i, j) + a.window_covariance(last - i, last - j)) / 2 + half(i) * half(j);
    });
}

/// op::both_strands
template <class T>
void run(reference<T>&, op::both_strands<T> const& a)
{
    extent const width = a.weight.size(3);
    detail::each({a.weight.size(0), a.weight.size(1)}, [&](extent u, extent f) {
        for (extent s = 0; s < 2; ++s) {
            a.bias_both(u, 2 * f + s) = a.bias(u, f);
            for (extent c = 0; c < 4; ++c)
                for (extent k = 0; k < width; ++k)
                    a.of_both(u, 2 * f + s, c, k) =
                        s == 0 ? a.weight(u, f, c, k) : a.weight(u, f, 3 - c, width - 1 - k);
        }
    });
}

/// op::both_strands_gradient
template <class T>
void run(reference<T>&, op::both_strands_gradient<T> const& a)
{
    extent const width = a.dweight.size(3);
    detail::each({a.dweight.size(0), a.dweight.size(1)}, [&](extent u, extent f) {
        a.dbias(u, f) = a.bias_both(u, 2 * f) + a.bias_both(u, 2 * f + 1);
        for (extent c = 0; c < 4; ++c)
            for (extent k = 0; k < width; ++k)
                a.dweight(u, f, c, k) =
                    a.of_both(u, 2 * f, c, k) + a.of_both(u, 2 * f + 1, 3 - c, width - 1 - k);
    });
}

/// op::symmetric_scan. A response is added up from the filter's first column to its last on either strand, so
/// that a window and its reverse complement have the same bits.
template <class T>
void run(reference<T>&, op::symmetric_scan<T> const& a)
{
    extent const width = a.weight.size(2);
    detail::each({a.y.size(0), a.y.size(1)}, [&](extent u, extent n) {
        bool const most = a.scale(u) >= 0;
        auto* at = a.kept ? a.kept.template of_unit<std::uint16_t>(u) + n * a.y.size(2) : nullptr;
        for (extent p = 0; p < a.y.size(2); ++p) {
            T extremum{};
            extent place = -1;
            for (extent t = p * a.stride; t < p * a.stride + a.pool; ++t)
                for (extent strand = 0; strand < 2; ++strand) {
                    double sum = 0;
                    for (extent k = 0; k < width; ++k)
                        if (letter const x = detail::letter_on(a.sequences, n, t, k, width, strand);
                            x != letter_n)
                            sum += double(a.weight(u, x, k));
                    T const c = static_cast<T>(sum);
                    if (place >= 0 && !(most ? c > extremum : c < extremum)) continue;
                    extremum = c;
                    place = 2 * t + strand;
                }
            a.y(u, n, p) = activated(a.act, a.scale(u) * extremum + a.shift(u));
            if (at) at[p] = static_cast<std::uint16_t>(place);
        }
    });
}

/// op::symmetric_scan_gradient
template <class T>
void run(reference<T>&, op::symmetric_scan_gradient<T> const& a)
{
    detail::scan_gradient(a, [&a](extent n, extent place, extent k) {
        return detail::letter_on(a.sequences, n, place / 2, k, a.dweight.size(2), place % 2);
    });
}

} // namespace explainn::EXPLAINN_ABI
