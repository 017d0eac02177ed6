// Statistics of a batch's windows, from counts of pairs of letters, and of filters' responses.
#pragma once
#include <cstdint>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::window_statistics. Two positions of a window d apart meet the same pairs of letters at every place of
/// the window but the first and the last: pairs are counted once for each d, and the rest follows.
template <class T>
void run(blas<T>& b, op::window_statistics<T> const& a)
{
    using namespace blas_detail;
    extent const n_all = a.sequences.size(0), width = a.mean.size(0) / 4;
    extent const windows = a.sequences.size(1) - width + 1;
    double const count = static_cast<double>(n_all) * windows;
    auto const s = a.sequences;
    // each d writes the elements of its own pair of diagonals
    b.for_each(static_cast<std::size_t>(width), [&](std::size_t distance) {
        auto const d = static_cast<extent>(distance);
        std::int64_t pairs[5][5]{}; // of letters at i and i + d of all windows
        for (extent n = 0; n < n_all; ++n)
            for (extent t = 0; t < windows; ++t) ++pairs[s(n, t)][s(n, t + d)];
        for (extent i = 0; i + d < width; ++i) {
            for (extent x = 0; x < 4; ++x)
                for (extent y = 0; y < 4; ++y)
                    a.covariance(x * width + i, y * width + i + d) =
                        a.covariance(y * width + i + d, x * width + i) =
                            static_cast<double>(pairs[x][y]) / count;
            for (extent x = 0; d == 0 && x < 4; ++x)
                a.mean(x * width + i) = static_cast<double>(pairs[x][x]) / count;
            if (i + d + 1 == width) break;
            for (extent n = 0; n < n_all; ++n) {
                --pairs[s(n, i)][s(n, i + d)];
                ++pairs[s(n, i + windows)][s(n, i + d + windows)];
            }
        }
    });
    std::size_t const size = a.mean.count();
    auto const mean = row(a.mean);
    for (std::size_t i = 0; i < size; ++i) {
        auto const line = row(a.covariance.data + i * size, size);
        assign(line, line - a.mean.data[i] * mean);
    }
}

/// op::conv_statistics; a variance that rounding made negative becomes 0. In double, unit by unit.
template <class T>
void run(blas<T>&, op::conv_statistics<T> const& a)
{
    using namespace blas_detail;
    std::size_t const size = size_of(a.weight.size(1));
    auto weight = make_vector<double>(size), product = make_vector<double>(size);
    for (std::size_t u = 0; u < size_of(a.weight.size(0)); ++u) {
        weight = xt::cast<double>(row_of(a.weight, u));
        multiply(matrix<double>{weight.data(), 1, size}, whole(a.window_covariance),
                 matrix<double>{product.data(), 1, size});
        assign(row_of(a.covariance_weight, u), xt::cast<T>(product));
        double const mean = xt::sum(weight * row(a.window_mean))(), variance = xt::sum(weight * product)();
        a.mean.data[u] = static_cast<T>(mean + static_cast<double>(a.bias.data[u]));
        a.variance.data[u] = static_cast<T>(variance > 0 ? variance : 0);
    }
}

} // namespace explainn::EXPLAINN_ABI
