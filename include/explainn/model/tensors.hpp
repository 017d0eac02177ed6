// A model's sequences, logits and parameters as arrays of xtensor. No other header of the library includes
// it.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

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

/// The type of arrays that the library returns: stored row after row, whatever XTENSOR_DEFAULT_LAYOUT is.
/// Unless that macro is set, it is xt::xtensor<T, Rank>.
template <class T, std::size_t Rank>
using tensor_array = xt::xtensor<T, Rank, xt::layout_type::row_major>;

namespace detail {

/// "(2, 30)"
template <class Extents>
std::string extents_text(Extents const& extents)
{
    std::string text;
    for (auto const n : extents) text += (text.empty() ? "" : ", ") + std::to_string(n);
    return "(" + text + ")";
}

/// An array made from numbers that are stored row by row.
template <class To, std::size_t Rank, class Numbers>
tensor_array<To, Rank> array_of(Numbers const& numbers, std::array<std::size_t, Rank> const& extents)
{
    auto array = tensor_array<To, Rank>::from_shape(extents);
    std::copy(numbers.begin(), numbers.end(), array.data());
    return array;
}

/// Throws shape_error unless an array has as many axes as `shape`, "(N, L)", names.
template <std::size_t Rank, class E>
void require_rank(E const& array, std::string const& what, std::string const& shape)
{
    if (array.dimension() != Rank)
        throw shape_error{"expected " + what + " of shape " + shape + ", found " +
                          extents_text(array.shape())};
}

/// The letters (N, L) of an array or expression of whole numbers; an array that has this type already is
/// returned itself.
template <class E>
decltype(auto) letters_in(xt::xexpression<E> const& given)
{
    using value = typename E::value_type;
    static_assert(std::is_integral_v<value>,
                  "letters are whole numbers: 0, 1, 2, 3 for A, C, G, T and 4 for N");
    auto const& array = given.derived_cast();
    if constexpr (std::is_same_v<E, tensor_array<letter, 2>>) return (array);
    else {
        require_rank<2>(array, "letters", "(N, L)");
        auto const rows = static_cast<std::size_t>(array.shape()[0]),
                   length = static_cast<std::size_t>(array.shape()[1]);
        auto letters = tensor_array<letter, 2>::from_shape({rows, length});
        std::size_t at = 0;
        for (auto i = array.template begin<xt::layout_type::row_major>(); at < rows * length; ++i, ++at) {
            value const code = *i;
            if (code < value{0} || code > value{letter_n})
                throw error{"expected letters 0 to 4 (A, C, G, T, N), found " + std::to_string(code) +
                            " at base " + std::to_string(at % length + 1) + " of sequence " +
                            std::to_string(at / length + 1)};
            letters.data()[at] = static_cast<letter>(code);
        }
        return letters;
    }
}

/// The same letters in the form that the library's functions take.
inline view<letter const, 2> view_of(tensor_array<letter, 2> const& letters)
{
    for (std::size_t const n : letters.shape())
        if (n > static_cast<std::size_t>(std::numeric_limits<extent>::max()))
            throw shape_error{"expected fewer than 2^31 sequences of fewer than 2^31 bases, found letters of "
                              "shape " +
                              extents_text(letters.shape())};
    return {letters.data(), static_cast<extent>(letters.shape()[0]), static_cast<extent>(letters.shape()[1])};
}

template <std::size_t Rank>
std::array<std::size_t, Rank> extents_of(parameter const& p)
{
    if (static_cast<std::size_t>(p.rank) != Rank)
        throw shape_error{std::string{p.name()} + ": expected rank " + std::to_string(Rank) + ", found " +
                          std::to_string(p.rank)};
    std::array<std::size_t, Rank> extents{};
    for (std::size_t d = 0; d < Rank; ++d) extents[d] = static_cast<std::size_t>(p.sizes[d]);
    return extents;
}

} // namespace detail

/// Letters (N, L) of sequences of one length; throws shape_error if lengths differ.
///
///     auto const some = letters_tensor(sequences);
///     use(predict(m, some));
inline tensor_array<letter, 2> letters_tensor(packed_sequences const& sequences)
{
    std::size_t const length = sequences.common_length();
    if (length == 0) throw shape_error{"expected sequences of one length, found different lengths or none"};
    auto tensor = tensor_array<letter, 2>::from_shape({sequences.size(), length});
    for (std::size_t i = 0; i < sequences.size(); ++i)
        sequences.unpack(i, {tensor.data() + i * length, length});
    return tensor;
}

/// Logits (N, O) of letters (N, L), an array or an expression of whole numbers; strands as
/// basic_model::predict reads them. Throws as that does, and shape_error for an array of another rank.
///
///     xt::xtensor<float, 2> const probabilities = 1 / (1 + xt::exp(-predict(m, letters)));
template <backend B, class Letters>
tensor_array<typename B::scalar, 2> predict(basic_model<B>& m, xt::xexpression<Letters> const& letters,
                                            strands_read strands = {})
{
    auto const& some = detail::letters_in(letters);
    detail::require_length(m.length(), some.shape()[1]);
    return detail::array_of<typename B::scalar>(
        m.predict(detail::view_of(some), strands),
        std::array{static_cast<std::size_t>(some.shape()[0]), static_cast<std::size_t>(m.outputs())});
}

/// A parameter as an array. Throws shape_error where the parameter's rank is not Rank, and error where no
/// parameter has this name.
///
///     auto const head = tensor<2>(m, "final.weight");        // (O, U)
template <std::size_t Rank, backend B>
tensor_array<typename B::scalar, Rank> tensor(basic_model<B>& m, std::string_view name)
{
    auto const extents = detail::extents_of<Rank>(m.parameters()[name]);
    return detail::array_of<typename B::scalar>(m.values(name), extents);
}

/// Sets a parameter to an array or an expression of its shape. Throws shape_error for another shape, and
/// error where no parameter has this name.
///
///     set_tensor(m, "final.weight", 0.5f * tensor<2>(m, "final.weight"));
template <backend B, class E>
void set_tensor(basic_model<B>& m, std::string_view name, xt::xexpression<E> const& values)
{
    using T = typename B::scalar;
    auto const& p = m.parameters()[name];
    auto const& array = values.derived_cast();
    std::vector<std::size_t> const found(array.shape().begin(), array.shape().end());
    std::vector<std::size_t> const wanted(p.sizes.begin(), p.sizes.begin() + p.rank);
    if (found != wanted)
        throw shape_error{std::string{name} + ": expected shape " + detail::extents_text(wanted) +
                          ", found " + detail::extents_text(found)};
    std::vector<T> host(p.count);
    auto from = array.template begin<xt::layout_type::row_major>();
    for (T& x : host) x = static_cast<T>(*from++);
    m.set_values(name, host);
}

} // namespace explainn::EXPLAINN_ABI
