// A dense layer as it computes when it no longer learns.
#pragma once
#include <explainn/backend/activation.hpp>
#include <explainn/backend/view.hpp>

namespace explainn::EXPLAINN_ABI {

/// A dense layer with the batch norm behind it folded in and dropout left out: y = act(x w' + bias) by unit.
template <class T>
struct folded_dense {
    view<T const, 3> weight{}; ///< (U, H, F)
    view<T const, 2> bias{};   ///< (U, H)
    activation act{};
};

/// The most folded layers behind a scan that an op takes.
inline constexpr int most_folded_layers = 8;

} // namespace explainn::EXPLAINN_ABI
