// motif_scan by single ops over every window, and its gradient by a formula over the winning windows.
#pragma once
#include <explainn/backend/kept.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/reference/conv.hpp>
#include <explainn/reference/pointwise.hpp>
#include <explainn/reference/pool.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::scan_winners
template <class T>
void run(reference<T>& b, op::scan_winners<T> const& a)
{
    extent const units = a.weight.size(0), n_all = a.sequences.size(0), length = a.sequences.size(1),
                 width = a.weight.size(2), windows = length - width + 1, cells = a.y.size(2);
    detail::temporary<T, 4> x{1, n_all, 4, length}, c{units, n_all, 1, windows}, best{units, n_all, 1, cells};
    run(b, op::one_hot<T>{.sequences = a.sequences, .y = x.all});
    run(b, op::conv<T>{.x = x.all, .weight = a.weight.as(units, 1, 4, width), .bias = {}, .y = c.all});
    // where the scale is negative, the minimum of c is the maximum of -c
    auto const sign = [&](extent u) { return a.scale(u) >= 0 ? T(1) : T(-1); };
    detail::each({units, n_all, windows},
                 [&](extent u, extent n, extent t) { c.all(u, n, 0, t) *= sign(u); });
    op::pool<T> cell_by_cell{.x = c.all, .width = a.pool, .stride = a.stride, .y = best.all};
    cell_by_cell.kept = {reinterpret_cast<std::byte*>(a.at.data), kept_bytes(b, cell_by_cell)};
    run(b, cell_by_cell);
    detail::each({units, n_all, cells}, [&](extent u, extent n, extent p) {
        T const extremum = sign(u) * best.all(u, n, 0, p);
        a.y(u, n, p) = activated(a.act, a.scale(u) * extremum + a.shift(u));
    });
}

/// op::motif_scan, which keeps the winners.
template <class T>
void run(reference<T>& b, op::motif_scan<T> const& a)
{
    detail::temporary<std::uint16_t, 3> at{a.y.size(0), a.y.size(1), a.y.size(2)};
    run(b, op::scan_winners<T>{.sequences = a.sequences,
                               .has_n = a.has_n,
                               .weight = a.weight,
                               .scale = a.scale,
                               .shift = a.shift,
                               .act = a.act,
                               .pool = a.pool,
                               .stride = a.stride,
                               .y = a.y,
                               .at = at.all});
    if (a.kept) detail::keep(at.all, a.kept);
}

namespace detail {

/// Letter k of window t as it is given or, on the other strand, of its reverse complement.
inline letter letter_on(view<letter const, 2> sequences, extent n, extent t, extent k, extent width,
                        extent strand)
{
    letter const x = sequences(n, strand == 0 ? t + k : t + width - 1 - k);
    return strand == 0 ? x : complement(x);
}

/// The gradient of a scan as the formula over winning windows; letter_of(n, place, k) is letter k of a
/// winner.
template <class T, template <class> class Op, class Letters>
void scan_gradient(Op<T> const& a, Letters letter_of)
{
    extent const width = a.dweight.size(2);
    for (extent u = 0; u < a.dweight.size(0); ++u) {
        std::vector<double> events(static_cast<std::size_t>(4 * width)); // sum over events of g x
        view<double, 2> const gx{events.data(), 4, width};
        double sum = 0, sum_normalized = 0; // of g, of g (c + bias - mean) inv_sd
        auto const* at = a.kept.template of_unit<std::uint16_t const>(u);
        detail::each({a.dy.size(1), a.dy.size(2)}, [&](extent n, extent p) {
            double const g = double(a.dy(u, n, p)) * rising_slope(a.act, a.y(u, n, p));
            double c = 0;
            extent const window = *at++;
            for (extent k = 0; k < width; ++k)
                if (letter const x = letter_of(n, window, k); x != letter_n) {
                    c += a.weight(u, x, k);
                    gx(x, k) += g;
                }
            sum += g;
            if (a.mean) sum_normalized += g * (c + a.bias(u) - a.mean(u)) * a.inv_sd(u);
        });
        detail::each({4, width}, [&](extent x, extent k) {
            double bracket = gx(x, k);
            if (a.batch_statistics)
                bracket -= sum * a.window_mean(x * width + k) +
                           sum_normalized * a.inv_sd(u) * a.covariance_weight(u, x * width + k);
            a.dweight(u, x, k) = static_cast<T>(a.scale(u) * bracket);
        });
        a.dbias(u) = a.batch_statistics ? T(0) : static_cast<T>(a.scale(u) * sum);
        if (a.dgamma) a.dgamma(u) = static_cast<T>(sum_normalized);
        if (a.dbeta) a.dbeta(u) = static_cast<T>(sum);
    }
}

} // namespace detail

/// op::motif_scan_gradient; the tests hold it to conv, batch_norm, activate and pool in turn over all
/// windows.
template <class T>
void run(reference<T>&, op::motif_scan_gradient<T> const& a)
{
    detail::scan_gradient(a, [&a](extent n, extent window, extent k) { return a.sequences(n, window + k); });
}

} // namespace explainn::EXPLAINN_ABI
