// Memory whose layout is a backend's own: what an op keeps for its gradient, and what a backend makes of a
// batch's letters. Whoever holds it asks the backend for its size and never looks inside.
#pragma once
#include <cstddef>

#include <explainn/core/shape.hpp>

namespace explainn::EXPLAINN_ABI {

/// Some bytes on the device.
struct own_bytes {
    std::byte* data{};
    std::size_t count{};
    /// False for an argument that was left out.
    constexpr explicit operator bool() const { return data != nullptr; }
};

/// As many bytes on the device for each unit, one unit after the other.
///
///     own_bytes_by_unit kept{memory, 400};
///     auto* const places = kept.of_unit<std::uint16_t>(2);        // 800 bytes behind the pointer
struct own_bytes_by_unit {
    std::byte* data{};
    std::size_t each{}; ///< bytes of one unit
    /// False for an argument that was left out.
    constexpr explicit operator bool() const { return data != nullptr; }
    /// The bytes of units from `first` on; absent memory stays absent.
    constexpr own_bytes_by_unit from(extent first) const
    {
        return {data ? data + static_cast<std::size_t>(first) * each : nullptr, each};
    }
    /// The same without the first `bytes` of every unit, which something else uses.
    constexpr own_bytes_by_unit behind(std::size_t bytes) const
    {
        return {data ? data + bytes : nullptr, each};
    }
    /// What a unit keeps, as a backend reads it; null where the memory is absent.
    template <class X, class Unit>
    X* of_unit(Unit unit) const
    {
        return data ? reinterpret_cast<X*>(data + static_cast<std::size_t>(unit) * each) : nullptr;
    }
};

} // namespace explainn::EXPLAINN_ABI
