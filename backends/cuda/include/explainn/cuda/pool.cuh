// Maximum and average pooling; the gradient of a place is collected from the cells that cover it.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::pool, which keeps the place of each maximum.
template <class T>
void run(cuda<T>& b, op::pool<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const cells = size_of(a.y.size(3)), of_unit = a.y.stride();
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        extent const length = a.x.size(3), start = static_cast<extent>(i % cells) * a.stride - a.padding;
        T const* const x = a.x.data + i / cells * static_cast<std::size_t>(length);
        T sum = 0, most = 0;
        extent first = -1;
        for (extent l = start < 0 ? 0 : start; l < start + a.width && l < length; ++l) {
            sum += x[l];
            if (first < 0 || x[l] > most) first = l, most = x[l];
        }
        a.y.data[i] = a.average ? sum / static_cast<T>(a.width) : most;
        if (a.kept && !a.average)
            reinterpret_cast<std::uint16_t*>(a.kept.data + i / of_unit * a.kept.each)[i % of_unit] =
                static_cast<std::uint16_t>(first);
    });
}

/// op::pool_gradient
template <class T>
void run(cuda<T>& b, op::pool_gradient<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const length = size_of(a.dx.size(3)), cells = size_of(a.dy.size(3)), of_unit = a.dy.stride();
    cuda_detail::for_each(b, a.dx.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        // cell p covers [p stride - padding, p stride - padding + width)
        extent const l = static_cast<extent>(i % length) + a.padding;
        extent const first = l < a.width ? 0 : (l - a.width) / a.stride + 1;
        std::size_t const row = i / length * cells;
        T sum = 0;
        for (extent p = first; p * a.stride <= l && p < static_cast<extent>(cells); ++p) {
            std::size_t const at = row + static_cast<std::size_t>(p);
            if (a.average) {
                sum += a.dy.data[at] / static_cast<T>(a.width);
                continue;
            }
            auto const* const places =
                reinterpret_cast<std::uint16_t const*>(a.kept.data + at / of_unit * a.kept.each);
            if (places[at % of_unit] == i % length) sum += a.dy.data[at];
        }
        a.dx.data[i] = sum;
    });
}

} // namespace explainn::EXPLAINN_ABI
