// What filters answer to the windows of a sequence: sums of rows of a table of their weights.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI::blas_detail {

/// The weights of a bank's filters for each pair of letters at places 2 j and 2 j + 1 of a window: a row
/// holds those of all units, so that a response is a sum of rows. With a scale, filters whose scale is
/// negative have the other sign, so that the largest response is the extremum that a scan looks for.
///
/// Sums of rows are taken here instead of products by one-hot windows, for a product's bits would depend on
/// how many units are multiplied at once, and so on the number of threads.
template <class T>
class filter_table {
public:
    explicit filter_table(view<T const, 3> weight, view<T const, 1> scale = {})
        : units_{size_of(weight.size(0))}, width_{size_of(weight.size(2))}, rows_(pairs() * 25 * units_)
    {
        auto const number = [&](std::size_t u, std::size_t x, std::size_t k) {
            return x == letter_n || k == width_ ? T(0) : weight.data[(u * 4 + x) * width_ + k];
        };
        for (std::size_t j = 0; j < pairs(); ++j)
            for (std::size_t xy = 0; xy < 25; ++xy)
                for (std::size_t u = 0; u < units_; ++u) {
                    T const sum = number(u, xy / 5, 2 * j) + number(u, xy % 5, 2 * j + 1);
                    rows_[(j * 25 + xy) * units_ + u] = scale && scale.data[u] < 0 ? -sum : sum;
                }
    }
    std::size_t units() const { return units_; }
    /// Writes the responses (T, U) of all filters to the windows of a sequence.
    void responses(letter const* sequence, matrix<T> to) const
    {
        for (std::size_t t = 0; t < to.rows; ++t) {
            // behind an odd width the window ends with an N
            auto const pair = [&](std::size_t j) {
                letter const* const at = sequence + t + 2 * j;
                std::size_t const second = 2 * j + 1 < width_ ? at[1] : letter_n;
                return row(rows_.data() + (j * 25 + std::size_t{at[0]} * 5 + second) * units_, units_);
            };
            std::size_t j = 1;
            assign(to[t], pair(0));
            for (; j + 3 <= pairs(); j += 3) assign(to[t], to[t] + pair(j) + pair(j + 1) + pair(j + 2));
            for (; j < pairs(); ++j) assign(to[t], to[t] + pair(j));
        }
    }

private:
    std::size_t pairs() const { return (width_ + 1) / 2; }

    std::size_t units_, width_;
    std::vector<T> rows_;
};

/// Calls f(n, responses) for all sequences, with the responses (T, U) to that one, which f may change; in any
/// order and at once.
template <class T, class F>
void each_sequence(blas<T>& b, view<letter const, 2> sequences, view<T const, 3> weight,
                   view<T const, 1> scale, F f)
{
    filter_table<T> const filters{weight, scale};
    std::size_t const n_all = size_of(sequences.size(0)), length = size_of(sequences.size(1)),
                      windows = length - size_of(weight.size(2)) + 1,
                      blocks = std::min(n_all, 4 * static_cast<std::size_t>(b.thread_count()));
    b.for_each(blocks, [&](std::size_t i) {
        std::vector<T> memory(windows * filters.units());
        matrix<T> const responses{memory.data(), windows, filters.units()};
        for (std::size_t n = i * n_all / blocks; n < (i + 1) * n_all / blocks; ++n) {
            filters.responses(sequences.data + n * length, responses);
            f(n, responses);
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::blas_detail
