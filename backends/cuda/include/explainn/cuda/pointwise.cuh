// Ops of one element at a time: activations and their slopes, dropout, letters and signals as layers read
// them, the mean of strands.
#pragma once
#include <explainn/cuda/dropout.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::activate
template <class T>
void run(cuda<T>& b, op::activate<T> const& a)
{
    cuda_detail::for_each(
        b, a.x.count(), [=] EXPLAINN_KERNEL(std::size_t i) { a.y.data[i] = activated(a.act, a.x.data[i]); });
}

/// op::activate_gradient
template <class T>
void run(cuda<T>& b, op::activate_gradient<T> const& a)
{
    cuda_detail::for_each(b, a.x.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        a.dx.data[i] = a.dy.data[i] * activation_slope(a.act, a.x.data[i], a.y.data[i]);
    });
}

/// op::dropout
template <class T>
void run(cuda<T>& b, op::dropout<T> const& a)
{
    cuda_detail::device_mask const mask{a.mask};
    std::size_t const of_unit = a.x.stride();
    cuda_detail::for_each(b, a.x.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        float const factor = mask.factor(i / of_unit, i % of_unit);
        a.y.data[i] = factor != 0 ? a.x.data[i] * factor : T(0);
    });
}

/// op::one_hot
template <class T>
void run(cuda<T>& b, op::one_hot<T> const& a)
{
    auto const length = cuda_detail::size_of(a.y.size(3));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const l = i % length, n = i / length / 4, base = i / length % 4;
        a.y.data[i] = a.sequences.data[n * length + l] == base ? T(1) : T(0);
    });
}

/// op::spread_signals
template <class T>
void run(cuda<T>& b, op::spread_signals<T> const& a)
{
    bool const of_each = a.y.size(0) == a.signals.size(1) && a.y.size(2) == 1;
    auto const n_all = cuda_detail::size_of(a.signals.size(0)),
               channels = cuda_detail::size_of(a.signals.size(1)),
               length = cuda_detail::size_of(a.signals.size(2));
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t from = i;
        if (of_each) {
            std::size_t const c = i / length / n_all, n = i / length % n_all;
            from = (n * channels + c) * length + i % length;
        }
        a.y.data[i] = static_cast<T>(a.signals.data[from]);
    });
}

/// op::mean_of_strands
template <class T>
void run(cuda<T>& b, op::mean_of_strands<T> const& a)
{
    cuda_detail::for_each(b, a.y.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        a.y.data[i] = a.first ? a.strand.data[i] : (a.y.data[i] + a.strand.data[i]) / 2;
    });
}

} // namespace explainn::EXPLAINN_ABI
