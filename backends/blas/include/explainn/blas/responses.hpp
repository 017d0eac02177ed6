// What filters answer to the windows of a sequence: a product of matrices.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI::blas_detail {

/// The filters of a bank as the columns of a matrix, to be multiplied by the windows of sequences.
template <class T>
class filter_columns {
public:
    /// (U, 4, W); with `scale`, filters whose scale is negative have the other sign, so that the largest
    /// response is the extremum that a scan looks for.
    explicit filter_columns(view<T const, 3> weight, view<T const, 1> scale = {})
        : units_{size_of(weight.size(0))}, width_{size_of(weight.size(2))}, columns_(4 * width_ * units_)
    {
        for (std::size_t u = 0; u < units_; ++u) {
            T const sign = scale && scale.data[u] < 0 ? T(-1) : T(1);
            for (std::size_t c = 0; c < 4; ++c)
                for (std::size_t k = 0; k < width_; ++k)
                    columns_[(k * 4 + c) * units_ + u] = sign * weight.data[(u * 4 + c) * width_ + k];
        }
    }
    std::size_t units() const { return units_; }
    std::size_t width() const { return width_; }
    /// (4 W, U), its rows in the order of one-hot letters.
    matrix<T const> all() const { return {columns_.data(), 4 * width_, units_}; }

private:
    std::size_t units_, width_;
    std::vector<T> columns_;
};

/// Responses (T, U) of all filters to the windows of one sequence after the other. The bits for a sequence
/// depend on it and the filters alone, not on what was asked before.
template <class T>
class responses_to {
public:
    responses_to(filter_columns<T> const& filters, extent length)
        : filters_{filters}, length_{size_of(length)}, windows_{length_ - filters.width() + 1},
          one_hot_(4 * length_), some_(4 * filters.width() * std::min(block, windows_)),
          responses_(windows_ * filters.units())
    {
    }
    /// The responses to a sequence, until the next call.
    matrix<T> operator()(letter const* sequence)
    {
        std::fill(one_hot_.begin(), one_hot_.end(), T(0));
        for (std::size_t l = 0; l < length_; ++l)
            if (sequence[l] != letter_n) one_hot_[4 * l + sequence[l]] = 1;
        matrix<T> const all{responses_.data(), windows_, filters_.units()};
        std::size_t const size = 4 * filters_.width();
        for (std::size_t first = 0; first < windows_; first += block) {
            std::size_t const last = std::min(first + block, windows_);
            // a window's letters lie together: its row is a copy
            for (std::size_t t = first; t < last; ++t)
                std::copy_n(one_hot_.data() + 4 * t, size, some_.data() + (t - first) * size);
            multiply(matrix<T>{some_.data(), last - first, size}, filters_.all(), all.some(first, last));
        }
        return all;
    }

private:
    static constexpr std::size_t block = 512; // windows that are multiplied at once

    filter_columns<T> const& filters_;
    std::size_t length_, windows_;
    std::vector<T> one_hot_, some_, responses_;
};

/// Calls f(n, responses) for all sequences, with the responses of that one; in any order and at once.
template <class T, class F>
void each_sequence(blas<T>& b, view<letter const, 2> sequences, filter_columns<T> const& filters, F f)
{
    std::size_t const n_all = size_of(sequences.size(0)), length = size_of(sequences.size(1)),
                      blocks = std::min(n_all, 4 * static_cast<std::size_t>(b.thread_count()));
    b.for_each(blocks, [&](std::size_t i) {
        responses_to<T> responses{filters, sequences.size(1)};
        for (std::size_t n = i * n_all / blocks; n < (i + 1) * n_all / blocks; ++n)
            f(n, responses(sequences.data + n * length));
    });
}

} // namespace explainn::EXPLAINN_ABI::blas_detail
