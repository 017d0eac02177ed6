// scan_largest and scan_hits: the same product as a scan's, looked through window by window.
#pragma once
#include <atomic>
#include <limits>
#include <mutex>

#include <explainn/blas/responses.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {
/// Calls f(n, z) for all sequences with z = scale c + shift, (T, U), of an op::scan_largest or op::scan_hits.
template <class T, template <class> class Op, class F>
void each_scaled(blas<T>& b, Op<T> const& a, F f)
{
    each_sequence<T>(b, a.sequences, a.weight, {}, [&](std::size_t n, matrix<T> z) {
        for (std::size_t t = 0; t < z.rows; ++t) assign(z[t], row(a.scale) * z[t] + row(a.shift));
        f(n, z);
    });
}
} // namespace blas_detail

/// op::scan_largest; it keeps nothing.
template <class T>
void run(blas<T>& b, op::scan_largest<T> const& a)
{
    using namespace blas_detail;
    std::mutex of_largest;
    each_scaled(b, a, [&](std::size_t, matrix<T> z) {
        vector<T> most = xt::ones<T>({z.columns}) * -std::numeric_limits<T>::infinity();
        for (std::size_t t = 0; t < z.rows; ++t) most = xt::maximum(most, z[t]);
        std::lock_guard const lock{of_largest}; // a maximum is the same in any order
        assign(row(a.largest), xt::maximum(row(a.largest), most));
    });
}

/// op::scan_hits; it looks everywhere.
template <class T>
void run(blas<T>& b, op::scan_hits<T> const& a)
{
    using namespace blas_detail;
    std::size_t const width = size_of(a.weight.size(2)), n_all = size_of(a.sequences.size(0)),
                      length = size_of(a.sequences.size(1));
    each_scaled(b, a, [&](std::size_t n, matrix<T> z) {
        for (std::size_t u = 0; u < z.columns; ++u) {
            std::uint32_t hits = 0;
            for (std::size_t t = 0; t < z.rows; ++t) {
                if (!(z.at(t)[u] > a.cut.data[u])) continue;
                ++hits;
                letter const* const window = a.sequences.data + n * length + t;
                for (std::size_t k = 0; k < width; ++k)
                    if (window[k] != letter_n) // whole numbers: the order in which threads add does not count
                        std::atomic_ref{a.counts.data[(u * width + k) * 4 + window[k]]}.fetch_add(
                            1, std::memory_order_relaxed);
            }
            a.hits.data[u * n_all + n] = hits;
        }
    });
}

} // namespace explainn::EXPLAINN_ABI
