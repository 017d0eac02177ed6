// How much memory ops take that is the backend's own: what they keep for a gradient or for a second pass, and
// what is made of a batch's letters.
#pragma once
#include <cstddef>
#include <cstdint>

#include <explainn/backend/ops.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

template <class T, int Rank>
std::size_t numbers_of_a_unit(view<T, Rank> v)
{
    std::size_t n = 1;
    for (int d = 1; d < Rank; ++d) n *= static_cast<std::size_t>(v.size(d));
    return n;
}

/// Bytes a unit in the plain form of `reference`: the place of each maximum in 16 bits.
template <class T>
std::size_t plain_kept_bytes(op::motif_scan<T> const& o)
{
    return sizeof(std::uint16_t) * numbers_of_a_unit(o.y);
}
/// The same, as 2 t + strand.
template <class T>
std::size_t plain_kept_bytes(op::symmetric_scan<T> const& o)
{
    return sizeof(std::uint16_t) * numbers_of_a_unit(o.y);
}
template <class T>
std::size_t plain_kept_bytes(op::pool<T> const& o)
{
    return o.average ? 0 : sizeof(std::uint16_t) * numbers_of_a_unit(o.y);
}
/// The values before gamma and beta, (N, H).
template <class T>
std::size_t plain_kept_bytes(op::dense_block<T> const& o)
{
    return sizeof(T) * numbers_of_a_unit(o.y);
}
/// What the hidden block keeps, what it gives, and what the last block keeps.
template <class T>
std::size_t plain_kept_bytes(op::dense_pair<T> const& o)
{
    std::size_t const last = numbers_of_a_unit(o.last.y);
    return sizeof(T) * (2 * last * static_cast<std::size_t>(o.hidden.weight.size(1)) + last);
}
/// The four gates, c and h of every position, (N, L, 6 H).
template <class T>
std::size_t plain_kept_bytes(op::lstm<T> const& o)
{
    return sizeof(T) * 6 * static_cast<std::size_t>(o.hidden_weight.size(2)) *
           static_cast<std::size_t>(o.y.size(1)) * static_cast<std::size_t>(o.y.size(3));
}
/// Nothing: the second pass looks everywhere.
template <class T>
std::size_t plain_kept_bytes(op::scan_largest<T> const&)
{
    return 0;
}

} // namespace detail

/// Bytes of `kept` that an op wants on backend B: for each unit of motif_scan, symmetric_scan, pool,
/// dense_block, dense_pair and lstm, in all of scan_largest. Of the op only the sizes of its views count,
/// which may have no data. No answer is smaller for more sequences. A backend says it by a member
/// kept_bytes(op); one that has none keeps the plain form, as `reference` does.
///
///     op::motif_scan<float> scan{};
///     scan.y = {nullptr, 100, 64, 26};
///     auto memory = b.make<std::byte>(100 * kept_bytes(b, scan));
template <class B, class Op>
std::size_t kept_bytes(B const& b, Op const& o)
{
    if constexpr (requires { b.kept_bytes(o); }) return b.kept_bytes(o);
    else return detail::plain_kept_bytes(o);
}

/// Bytes that backend B makes of a batch's letters, of which only the sizes count: what its member
/// prepared_bytes(op) says; 0 of a backend without one, which reads the letters as they are.
template <class B, class T>
std::size_t prepared_bytes(B const& b, op::prepare_letters<T> const& o)
{
    if constexpr (requires { b.prepared_bytes(o); }) return b.prepared_bytes(o);
    else return 0;
}

/// Makes of a batch's letters what the backend wants of them, in memory of at least prepared_bytes(b, o)
/// bytes, and gives what ops take as `prepared`: absent of a backend that reads the letters as they are.
///
///     op::prepare_letters<float> const o{.sequences = batch.sequences, .has_n = false};
///     auto memory = b.make<std::byte>(prepared_bytes(b, o));
///     own_bytes const prepared = prepare(b, o, memory.data());
template <class B, class T>
own_bytes prepare(B& b, op::prepare_letters<T> o, std::byte* memory)
{
    o.prepared = {memory, prepared_bytes(b, o)};
    if (o.prepared.count == 0) return {};
    if constexpr (requires { b.prepared_bytes(o); }) run(b, o);
    return o.prepared;
}

} // namespace explainn::EXPLAINN_ABI
