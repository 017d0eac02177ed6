// Memory a kernel works in: one set a thread, grown when needed and kept.
#pragma once
#include <array>
#include <cstddef>

#include <explainn/cpu/aligned_array.hpp>
#include <explainn/cpu/kernel_names.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// What a piece of scratch memory is for; pieces in use at once have different names.
enum class piece : std::size_t {
    tables,
    table_owners,
    letters,
    columns,
    values,
    event,
    centred,
    packed,
    product,
    parameters,
    keep,
    other_packed,
    other_product,
    projection,
    partial,
    ones,
    pairs,
    other_pairs,
    image,
    turned_image,
    outputs,
    other_partial,
    mutants,
    mutated_units,
    lstm_inputs,
    lstm_weights,
    lstm_hidden_weights,
    lstm_states,
    lstm_input_gradients,
    panel,
    other_panel,
    count
};

namespace detail {
inline unsigned char* scratch_bytes(piece p, std::size_t bytes)
{
    thread_local std::array<aligned_array<unsigned char>, static_cast<std::size_t>(piece::count)> pieces;
    auto& mine = pieces[static_cast<std::size_t>(p)];
    if (mine.size() < bytes) mine = aligned_array<unsigned char>(bytes + bytes / 2);
    return mine.data();
}
} // namespace detail

/// At least n elements of X of this thread's own, aligned to 64 bytes, what is in them left from before.
///
///     float* z = scratch<float>(piece::product, n * h);
template <class X>
X* scratch(piece p, std::size_t n)
{
    return reinterpret_cast<X*>(detail::scratch_bytes(p, n * sizeof(X) + 128));
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
