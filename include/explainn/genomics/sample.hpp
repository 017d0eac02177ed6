// One row of some data as a batch reads it: its strand, and how far it is moved.
#pragma once
#include <cstdint>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// One row of the data, on one of its strands.
struct sample {
    std::uint32_t row{};
    bool reverse_complement{};
    std::int16_t shift{}; ///< bases the sequence moves to its start, to its end if negative; N follows from
                          ///< where it was
};
static_assert(sizeof(sample) == 8);

} // namespace explainn::EXPLAINN_ABI
