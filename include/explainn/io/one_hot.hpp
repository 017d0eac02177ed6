// Sequences as one-hot arrays (N, 4, L) with a given order of rows, and back.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/io/tensor_table.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which base each of the four rows of a one-hot array stands for.
///
///     row_order{"ATGC"}      // AI-TAC's arrays
class row_order {
public:
    /// Throws error unless the text holds A, C, G and T once each.
    explicit row_order(std::string_view bases = "ACGT")
    {
        std::array<bool, 4> seen{};
        bool good = bases.size() == 4;
        for (std::size_t i = 0; good && i < 4; ++i) {
            codes_[i] = letter_of(bases[i]);
            good = codes_[i] < 4 && !std::exchange(seen[codes_[i]], true);
        }
        if (!good) throw error{"expected an order of rows such as ACGT, found " + in_quotes(bases)};
    }
    letter operator[](std::size_t row) const { return codes_[row]; }

private:
    std::array<letter, 4> codes_{};
};

/// Reads one block (4, L): a column with a single 1 is that base; a column of zeros, or of four equal numbers
/// of at most 0.25, is N. Returns the first column that is neither.
inline std::optional<std::size_t> letters_of_one_hot(std::span<float const> block, row_order const& order,
                                                     std::span<letter> out)
{
    std::size_t const length = out.size();
    for (std::size_t i = 0; i < length; ++i) {
        std::array<float, 4> const x{block[i], block[length + i], block[2 * length + i],
                                     block[3 * length + i]};
        bool const same = x[0] == x[1] && x[1] == x[2] && x[2] == x[3];
        if (same && x[0] >= 0 && x[0] <= 0.25f) {
            out[i] = letter_n;
            continue;
        }
        std::size_t ones = 0, zeros = 0, at = 0;
        for (std::size_t r = 0; r < 4; ++r) {
            if (x[r] == 1) ++ones, at = r;
            zeros += x[r] == 0;
        }
        if (ones != 1 || zeros != 3) return i;
        out[i] = order[at];
    }
    return std::nullopt;
}

/// The sequences of an array (N, 4, L), named by `names` or sequence0, sequence1, ... Throws shape_error for
/// another shape or number of names, and error for a column that is not a base.
///
///     auto const s = sequences_of_one_hot(read_npy("one_hot_seqs.npy"), row_order{"ATGC"});
inline packed_sequences sequences_of_one_hot(tensor_entry const& array, row_order const& order = row_order{},
                                             std::span<std::string const> names = {})
{
    auto const& shape = array.shape;
    if (shape.size() != 3 || shape[1] != 4 || shape[2] < 1)
        throw shape_error{"expected one-hot sequences of shape (N, 4, L), found " +
                          detail::shape_text(shape)};
    auto const rows = static_cast<std::size_t>(shape[0]), length = static_cast<std::size_t>(shape[2]);
    if (!names.empty() && names.size() != rows)
        throw shape_error{"expected " + std::to_string(rows) + " names, found " +
                          std::to_string(names.size())};
    auto const values = array.values<float>();
    std::vector<letter> letters(length);
    packed_sequences out;
    for (std::size_t row = 0; row < rows; ++row) {
        std::string const name = names.empty() ? "sequence" + std::to_string(row) : names[row];
        if (auto const bad =
                letters_of_one_hot(std::span{values}.subspan(row * 4 * length, 4 * length), order, letters))
            throw error{"expected a single 1 or no base at all in every column, found neither in " +
                        in_quotes(name) + " at position " + std::to_string(*bad + 1)};
        out.append(name, letters);
    }
    return out;
}

/// The array (N, 4, L) of sequences of one length, as bytes (int8); N is a column of zeros. Throws
/// shape_error where lengths differ.
///
///     write_npy("one_hot.npy", one_hot_of(sequences));
inline tensor_entry one_hot_of(packed_sequences const& sequences, row_order const& order = row_order{})
{
    std::size_t const length = sequences.common_length();
    if (length == 0) throw shape_error{"expected sequences of one length, found different lengths or none"};
    std::array<std::size_t, 4> row_of{};
    for (std::size_t r = 0; r < 4; ++r) row_of[order[r]] = r;
    std::vector<std::int8_t> values(sequences.size() * 4 * length);
    std::vector<letter> letters(length);
    for (std::size_t n = 0; n < sequences.size(); ++n) {
        sequences.unpack(n, letters);
        for (std::size_t i = 0; i < length; ++i)
            if (letters[i] < 4) values[(n * 4 + row_of[letters[i]]) * length + i] = 1;
    }
    return tensor_entry::of<std::int8_t>(
        "", {static_cast<std::int64_t>(sequences.size()), 4, static_cast<std::int64_t>(length)}, values);
}

} // namespace explainn::EXPLAINN_ABI
