// The tensor surface: what users pass and receive as xtensor arrays. On top of everything; no hot path
// includes it.
#pragma once
#include <array>
#include <string_view>

// xtensor 0.26 moved its headers into folders
#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/model/model.hpp>

namespace explainn::EXPLAINN_ABI {

/// Letters (N, L) of sequences of one length; throws shape_error if lengths differ.
inline xt::xtensor<letter, 2> letters_tensor(packed_sequences const& sequences)
{
    std::size_t const length = sequences.common_length();
    if (length == 0) throw shape_error{"expected sequences of one length, found different lengths or none"};
    auto tensor = xt::xtensor<letter, 2>::from_shape({sequences.size(), length});
    for (std::size_t i = 0; i < sequences.size(); ++i)
        sequences.unpack(i, {tensor.data() + i * length, length});
    return tensor;
}

/// Logits (N, O) of letters (N, L); throws as basic_model::predict does.
///
///     xt::xtensor<float, 2> const probabilities = 1 / (1 + xt::exp(-predict(m, letters)));
template <backend B>
xt::xtensor<typename B::scalar, 2> predict(basic_model<B>& m, xt::xtensor<letter, 2> const& letters)
{
    detail::require_length(m.length(), letters.shape(1));
    auto const logits = m.predict({letters.data(), static_cast<extent>(letters.shape(0)), m.length()});
    std::array<std::size_t, 2> const shape{letters.shape(0), static_cast<std::size_t>(m.outputs())};
    return xt::adapt(logits, shape);
}

/// A parameter as a tensor of its own rank, which must be Rank; throws error for a name there is not.
///
///     auto const weights = tensor<2>(m, "final.weight");        // (O, U)
template <std::size_t Rank, backend B>
xt::xtensor<typename B::scalar, Rank> tensor(basic_model<B>& m, std::string_view name)
{
    auto const& p = m.parameters()[name];
    if (static_cast<std::size_t>(p.rank) != Rank)
        throw shape_error{std::string{name} + ": expected rank " + std::to_string(Rank) + ", found " +
                          std::to_string(p.rank)};
    std::array<std::size_t, Rank> shape{};
    for (std::size_t d = 0; d < Rank; ++d) shape[d] = static_cast<std::size_t>(p.sizes[d]);
    return xt::adapt(m.values(name), shape);
}

} // namespace explainn::EXPLAINN_ABI
