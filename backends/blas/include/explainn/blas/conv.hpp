// conv and its gradient: windows are written out as the columns of a matrix and multiplied by the filters.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// The matrix (C W, T) of one sequence's windows: x(c, t stride + k dilation - padding) at (c W + k, t).
template <class T>
class window_columns {
public:
    explicit window_columns(auto const& a)
        : channels_{size_of(a.x.size(2))}, length_{size_of(a.x.size(3))}, width_{size_of(a.weight.size(3))},
          padding_{size_of(a.padding)}, stride_{size_of(a.stride)}, dilation_{size_of(a.dilation)},
          row_{length_ + 2 * padding_}, windows_{(row_ - dilation_ * (width_ - 1) - 1) / stride_ + 1},
          padded_(channels_ * row_), memory_(channels_ * width_ * windows_)
    {
    }
    matrix<T> all() { return {memory_.data(), channels_ * width_, windows_}; }
    /// Writes out x (C, L).
    matrix<T> of(T const* x)
    {
        for (std::size_t c = 0; c < channels_; ++c)
            std::copy_n(x + c * length_, length_, padded_.data() + c * row_ + padding_);
        for (std::size_t i = 0; i < memory_.size(); ++i) memory_[i] = padded_[place(i)];
        return all();
    }
    /// dx (C, L) = for each element, the sum of the numbers of the matrix that are copies of it.
    void sum_to(T* dx)
    {
        vector<T> sums = xt::zeros<T>({channels_ * row_});
        for (std::size_t i = 0; i < memory_.size(); ++i) sums[place(i)] += memory_[i];
        for (std::size_t c = 0; c < channels_; ++c)
            std::copy_n(sums.data() + c * row_ + padding_, length_, dx + c * length_);
    }

private:
    // where a number of the matrix lies in rows with their padding
    std::size_t place(std::size_t i) const
    {
        return i / windows_ / width_ * row_ + i / windows_ % width_ * dilation_ + i % windows_ * stride_;
    }
    std::size_t channels_, length_, width_, padding_, stride_, dilation_, row_, windows_;
    std::vector<T> padded_, memory_; // x with zeros around it, and the matrix
};

/// The sizes of an op::conv or its gradient.
template <class T>
struct conv_sizes {
    std::size_t units, n_all, filters, columns, windows;
    bool shared_x;

    conv_sizes(view<T const, 4> x, view<T const, 4> weight, extent t)
        : units{size_of(weight.size(0))}, n_all{size_of(x.size(1))}, filters{size_of(weight.size(1))},
          columns{size_of(weight.size(2) * weight.size(3))}, windows{size_of(t)}, shared_x{x.size(0) == 1}
    {
    }
    matrix<T const> weight_of(T const* all, std::size_t u) const
    {
        return {all + u * filters * columns, filters, columns};
    }
    template <class X>
    matrix<X> responses(X* all, std::size_t u, std::size_t n) const
    {
        return {all + (u * n_all + n) * filters * windows, filters, windows};
    }
    /// Where (C, L) of a unit's sequence begins in an array like x.
    auto* sequence(auto const& x, std::size_t u, std::size_t n) const
    {
        return x.data + ((shared_x ? 0 : u) * n_all + n) * size_of(x.size(2) * x.size(3));
    }
};

} // namespace blas_detail

/// op::conv; an absent bias counts as zeros.
template <class T>
void run(blas<T>&, op::conv<T> const& a)
{
    using namespace blas_detail;
    conv_sizes<T> const s{a.x, a.weight, a.y.size(3)};
    window_columns<T> windows{a};
    for (std::size_t n = 0; n < s.n_all; ++n)
        for (std::size_t u = 0; u < s.units; ++u) {
            if (u == 0 || !s.shared_x) windows.of(s.sequence(a.x, u, n));
            auto const y = s.responses(a.y.data, u, n);
            multiply(s.weight_of(a.weight.data, u), windows.all(), y);
            for (std::size_t f = 0; a.bias && f < s.filters; ++f)
                assign(y[f], y[f] + a.bias.data[u * s.filters + f]);
        }
}

/// op::conv_gradient
template <class T>
void run(blas<T>&, op::conv_gradient<T> const& a)
{
    using namespace blas_detail;
    conv_sizes<T> const s{a.x, a.weight, a.dy.size(3)};
    window_columns<T> windows{a};
    for (std::size_t u = 0; u < s.units; ++u) {
        matrix<T> const dweight{a.dweight.data + u * s.filters * s.columns, s.filters, s.columns};
        std::fill_n(dweight.data, s.filters * s.columns, T(0));
        std::vector<double> dbias(s.filters);
        for (std::size_t n = 0; n < s.n_all; ++n) {
            auto const dy = s.responses(a.dy.data, u, n);
            multiply(dy, turned(windows.of(s.sequence(a.x, u, n))), dweight, result::added_to);
            for (std::size_t f = 0; f < s.filters; ++f) dbias[f] += xt::sum<double>(dy[f])();
            if (!a.dx) continue;
            multiply(turned(s.weight_of(a.weight.data, u)), dy, windows.all());
            windows.sum_to(s.sequence(a.dx, u, n));
        }
        for (std::size_t f = 0; f < s.filters; ++f)
            a.dbias.data[u * s.filters + f] = static_cast<T>(dbias[f]);
    }
}

} // namespace explainn::EXPLAINN_ABI
