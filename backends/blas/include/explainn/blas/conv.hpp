// conv and its gradient: windows are written out as the columns of a matrix and multiplied by the filters.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// The matrix (C W, T) of one sequence's windows: row (c, k) has x(c, t + k - padding) in column t.
template <class T>
class window_columns {
public:
    window_columns(extent channels, extent length, extent width, extent padding)
        : channels_{channels}, length_{length}, width_{width}, padding_{padding},
          windows_{length + 2 * padding - width + 1}, memory_(size_of(channels * width * windows_))
    {
    }
    matrix<T> all() { return {memory_.data(), size_of(channels_ * width_), size_of(windows_)}; }
    /// Writes out x (C, L).
    matrix<T> of(T const* x)
    {
        std::fill(memory_.begin(), memory_.end(), T(0));
        each_row([&](T* columns, extent first, extent from, extent count) {
            std::copy_n(x + from, count, columns + first);
        });
        return all();
    }
    /// Adds every number of the matrix to the element of dx (C, L) that it is a copy of.
    void add_to(T* dx)
    {
        each_row([&](T const* columns, extent first, extent from, extent count) {
            for (extent i = 0; i < count; ++i) dx[from + i] += columns[first + i];
        });
    }

private:
    // calls f(row, first, from, count): `count` columns of the row, from `first` on, are x from `from` on
    template <class F>
    void each_row(F f)
    {
        for (extent c = 0; c < channels_; ++c)
            for (extent k = 0; k < width_; ++k) {
                extent const first = std::max<extent>(0, padding_ - k),
                             last = std::min(windows_, length_ + padding_ - k);
                if (first < last)
                    f(memory_.data() + (c * width_ + k) * windows_, first, c * length_ + first + k - padding_,
                      last - first);
            }
    }

    extent channels_, length_, width_, padding_, windows_;
    std::vector<T> memory_;
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
    template <class X>
    X* sequence(view<X, 4> x, std::size_t u, std::size_t n) const
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
    window_columns<T> windows{a.x.size(2), a.x.size(3), a.weight.size(3), a.padding};
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
    window_columns<T> windows{a.x.size(2), a.x.size(3), a.weight.size(3), a.padding};
    for (std::size_t u = 0; u < s.units; ++u) {
        matrix<T> const dweight{a.dweight.data + u * s.filters * s.columns, s.filters, s.columns};
        std::fill_n(dweight.data, s.filters * s.columns, T(0));
        std::vector<double> dbias(s.filters);
        for (std::size_t n = 0; n < s.n_all; ++n) {
            auto const dy = s.responses(a.dy.data, u, n);
            multiply(dy, turned(windows.of(s.sequence(a.x, u, n))), dweight, result::added_to);
            for (std::size_t f = 0; f < s.filters; ++f) dbias[f] += xt::sum<double>(dy[f])();
            if (!a.dx) continue;
            T* const dx = s.sequence(a.dx, u, n);
            std::fill_n(dx, a.dx.size(2) * a.dx.size(3), T(0));
            multiply(turned(s.weight_of(a.weight.data, u)), dy, windows.all());
            windows.add_to(dx);
        }
        for (std::size_t f = 0; f < s.filters; ++f)
            a.dbias.data[u * s.filters + f] = static_cast<T>(dbias[f]);
    }
}

} // namespace explainn::EXPLAINN_ABI
