// What units of pairs read and compute: the cells of two units, and their products by distance.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::pair_cells
template <class T>
void run(cuda<T>& b, op::pair_cells<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const each = size_of(a.x.size(2)) * size_of(a.x.size(3)), n_all = size_of(a.x.size(1));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const half = i / each, row = half / 2;
        auto const unit = static_cast<std::size_t>(a.pairs.data[row / n_all * 2 + half % 2]);
        a.y.data[i] = a.x.data[(unit * n_all + row % n_all) * each + i % each];
    });
}

/// op::pair_cells_gradient; a thread has a cell, and goes through the pairs in order.
template <class T>
void run(cuda<T>& b, op::pair_cells_gradient<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const each = size_of(a.dx.size(2)) * size_of(a.dx.size(3)), n_all = size_of(a.dx.size(1)),
                      halves = 2 * size_of(a.pairs.size(0));
    cuda_detail::for_each(b, a.dx.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const row = i / each, n = row % n_all;
        extent const unit = a.first + static_cast<extent>(row / n_all);
        T sum = a.dx.data[i];
        for (std::size_t half = 0; half < halves; ++half)
            if (a.pairs.data[half] == unit)
                sum += a.dy.data[((half / 2 * n_all + n) * 2 + half % 2) * each + i % each];
        a.dx.data[i] = sum;
    });
}

/// op::by_distance
template <class T>
void run(cuda<T>& b, op::by_distance<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.x.size(3)),
                      distances = cuda_detail::size_of(a.y.size(3));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        T const* const x = a.x.data + i / distances * 2 * length;
        // x(0, l) stands beside x(1, l + d)
        std::size_t const place = i % distances, first = place + 1 < length ? length - 1 - place : 0,
                          second = place + 1 < length ? 0 : place + 1 - length;
        T sum = 0;
        for (std::size_t l = 0; first + l < length && second + l < length; ++l)
            sum += x[first + l] * x[length + second + l];
        a.y.data[i] = sum;
    });
}

/// op::by_distance_gradient
template <class T>
void run(cuda<T>& b, op::by_distance_gradient<T> const& a)
{
    std::size_t const length = cuda_detail::size_of(a.x.size(3)), distances = 2 * length - 1;
    cuda_detail::for_each(b, a.dx.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const l = i % length, side = i / length % 2, row = i / length / 2;
        T const* const other = a.x.data + (2 * row + 1 - side) * length;
        T const* const dy = a.dy.data + row * distances;
        T sum = 0;
        for (std::size_t k = 0; k < length; ++k)
            sum += dy[(side == 0 ? k + length - 1 - l : l + length - 1 - k)] * other[k];
        a.dx.data[i] = sum;
    });
}

} // namespace explainn::EXPLAINN_ABI
