// gather_letters, one base after the other.
#pragma once
#include <cstdint>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

/// op::gather_letters
template <class T>
void run(reference<T>&, op::gather_letters<T> const& a)
{
    extent const length = a.sequences.size(1);
    auto const base = [&](sample const& s, extent at) {
        extent const from = at + s.shift;
        if (from < 0 || from >= length) return letter_n;
        auto const row = static_cast<extent>(s.row);
        std::uint32_t const n = a.row_of_n(row);
        if (n < static_cast<std::uint32_t>(a.n.size(0)) &&
            (a.n(static_cast<extent>(n), from / 8) >> from % 8 & 1) != 0)
            return letter_n;
        return static_cast<letter>(a.packed(row, from / 4) >> from % 4 * 2 & 3);
    };
    detail::each({a.sequences.size(0), length}, [&](extent i, extent l) {
        sample const& s = a.samples(i);
        a.sequences(i, l) = s.reverse_complement ? complement(base(s, length - 1 - l)) : base(s, l);
    });
}

} // namespace explainn::EXPLAINN_ABI
