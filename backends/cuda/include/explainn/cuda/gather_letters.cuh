// gather_letters: a thread for each letter of the batch.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::gather_letters
template <class T>
void run(cuda<T>& b, op::gather_letters<T> const& a)
{
    using cuda_detail::size_of;
    std::size_t const length = size_of(a.sequences.size(1));
    cuda_detail::for_each(b, a.sequences.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        sample const s = a.samples.data[i / length];
        std::size_t const place = i % length;
        extent const from = static_cast<extent>(s.reverse_complement ? length - 1 - place : place) + s.shift;
        letter& to = a.sequences.data[i];
        to = letter_n;
        if (from < 0 || from >= static_cast<extent>(length)) return;
        auto const at = static_cast<std::size_t>(from);
        std::size_t const n = a.row_of_n.data[s.row];
        if (n < static_cast<std::size_t>(a.n.size(0)) &&
            (a.n.data[n * static_cast<std::size_t>(a.n.size(1)) + at / 8] >> at % 8 & 1) != 0)
            return;
        auto const base = static_cast<letter>(
            a.packed.data[s.row * static_cast<std::size_t>(a.packed.size(1)) + at / 4] >> at % 4 * 2 & 3);
        to = s.reverse_complement ? static_cast<letter>(3 - base) : base;
    });
}

} // namespace explainn::EXPLAINN_ABI
