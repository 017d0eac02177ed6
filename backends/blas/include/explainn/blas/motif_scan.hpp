// motif_scan, which multiplies all windows by all filters and pools what comes out, and its gradient over the
// winning windows.
#pragma once
#include <explainn/backend/kept.hpp>
#include <explainn/blas/pointwise.hpp>
#include <explainn/blas/responses.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// Where x(u) is larger than largest(u), it takes that place and i that of first(u). Compilers make a loop
/// without branches of this, and of xt::where they do not.
template <class T>
void take_larger(T const* x, T i, std::size_t units, T* largest, T* first)
{
    for (std::size_t u = 0; u < units; ++u) {
        bool const larger = x[u] > largest[u];
        largest[u] = larger ? x[u] : largest[u];
        first[u] = larger ? i : first[u];
    }
}

/// The scan of an op::motif_scan or op::scan_winners; the window of unit u, sequence n and cell p that won is
/// written to places(u)[n * P + p], where places(u) is not null.
template <class T, template <class> class Op, class Places>
void scan(blas<T>& b, Op<T> const& a, Places places)
{
    std::size_t const units = size_of(a.weight.size(0)), n_all = size_of(a.y.size(1)),
                      cells = size_of(a.y.size(2)), pool = size_of(a.pool), stride = size_of(a.stride);
    each_sequence(b, a.sequences, a.weight, a.scale, [&](std::size_t n, matrix<T> responses) {
        auto best = make_vector<T>(cells * units), at = make_vector<T>(cells * units);
        for (std::size_t p = 0; p < cells; ++p) {
            auto const largest = row(best.data() + p * units, units),
                       first = row(at.data() + p * units, units);
            assign(largest, responses[p * stride]);
            assign(first, xt::zeros<T>({units}));
            for (std::size_t i = 1; i < pool; ++i)
                take_larger<T>(responses.at(p * stride + i), static_cast<T>(i), units,
                               best.data() + p * units, at.data() + p * units);
            assign(largest, xt::abs(row(a.scale)) * largest + row(a.shift));
        }
        activate(a.act, best.data(), best.data(), cells * units);
        for (std::size_t u = 0; u < units; ++u) {
            auto* const to = places(u);
            for (std::size_t p = 0; p < cells; ++p) {
                a.y.data[(u * n_all + n) * cells + p] = best.data()[p * units + u];
                if (to)
                    to[n * cells + p] = static_cast<std::uint16_t>(
                        p * stride + static_cast<std::size_t>(at.data()[p * units + u]));
            }
        }
    });
}

} // namespace blas_detail

/// op::motif_scan, which keeps the winners.
template <class T>
void run(blas<T>& b, op::motif_scan<T> const& a)
{
    blas_detail::scan(b, a, [&](std::size_t u) { return a.kept.template of_unit<std::uint16_t>(u); });
}

/// op::scan_winners
template <class T>
void run(blas<T>& b, op::scan_winners<T> const& a)
{
    blas_detail::scan(b, a, [&](std::size_t u) { return a.at.data + u * a.at.stride(); });
}

/// op::motif_scan_gradient: the gradients of the outputs are collected by letter and place of the windows
/// that won, in double and in the order of the sequences.
template <class T>
void run(blas<T>&, op::motif_scan_gradient<T> const& a)
{
    using namespace blas_detail;
    std::size_t const width = size_of(a.weight.size(2)), n_all = size_of(a.dy.size(1)),
                      cells = size_of(a.dy.size(2)), length = size_of(a.sequences.size(1));
    auto collected = make_vector<double>(5 * width), in_order = make_vector<double>(4 * width);
    for (std::size_t u = 0; u < size_of(a.weight.size(0)); ++u) {
        collected.fill(0); // by place and letter, N among them
        double sum = 0;
        auto const* at = a.kept.template of_unit<std::uint16_t const>(u);
        auto const *y = a.y.data + u * n_all * cells, *dy = a.dy.data + u * n_all * cells;
        with(a.act, [&](auto act) {
            for (std::size_t n = 0; n < n_all; ++n)
                for (std::size_t p = 0; p < cells; ++p) {
                    std::size_t const i = n * cells + p;
                    auto const g = static_cast<double>(dy[i] * rising_slope(decltype(act)::value, y[i]));
                    letter const* const window = a.sequences.data + n * length + at[i];
                    for (std::size_t k = 0; k < width; ++k) collected.data()[5 * k + window[k]] += g;
                    sum += g;
                }
        });
        for (std::size_t c = 0; c < 4; ++c)
            for (std::size_t k = 0; k < width; ++k) in_order(c * width + k) = collected(5 * k + c);
        auto const weight = row(a.weight.data + u * 4 * width, 4 * width);
        auto const scale = static_cast<double>(a.scale.data[u]);
        double sum_normalized = 0; // of the gradients times (c + bias - mean) inv_sd
        if (a.mean)
            sum_normalized = (xt::sum(in_order * weight)() + sum * (static_cast<double>(a.bias.data[u]) -
                                                                    static_cast<double>(a.mean.data[u]))) *
                             static_cast<double>(a.inv_sd.data[u]);
        if (a.batch_statistics)
            in_order -= sum * row(a.window_mean) + sum_normalized * static_cast<double>(a.inv_sd.data[u]) *
                                                       row_of(a.covariance_weight, u);
        assign(row(a.dweight.data + u * 4 * width, 4 * width), xt::cast<T>(scale * in_order));
        a.dbias.data[u] = a.batch_statistics ? T(0) : static_cast<T>(scale * sum);
        if (a.dgamma) a.dgamma.data[u] = static_cast<T>(sum_normalized);
        if (a.dbeta) a.dbeta.data[u] = static_cast<T>(sum);
    }
}

} // namespace explainn::EXPLAINN_ABI
