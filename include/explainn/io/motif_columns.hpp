// Numbers of a motif file become columns: what adds up to 1, what are counts, what is refused.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/io/motif_lines.hpp>

namespace explainn {

/// The widest motif that is read.
inline constexpr std::size_t widest_motif = 10'000;

/// How far the probabilities of a column may be from adding up to 1 in a file; what is nearer is divided by
/// its sum.
inline constexpr double column_tolerance = 1e-2;

namespace detail {

// a sum this near to 1 is rounding: dividing again would change the last digit at every reading
inline constexpr double rounding = 1e-12;

inline bool adds_up(column const& c) { return std::abs(total(c) - 1) <= column_tolerance; }

inline void normalise(column& c)
{
    double const sum = total(c);
    if (std::abs(sum - 1) > rounding)
        for (double& x : c) x /= sum;
}

/// Probabilities of one column, normalised; a refusal where they do not add up to 1. `number` counts from 1.
inline column probabilities(motif_lines const& in, column c, std::size_t number)
{
    if (!adds_up(c))
        in.refuse("probabilities that add up to 1 in column " + std::to_string(number),
                  number_text(total(c), 6));
    normalise(c);
    return c;
}

inline void check_width(motif_lines const& in, std::size_t width)
{
    if (width == 0) in.refuse("a motif of at least one column", "none");
    if (width > widest_motif)
        in.refuse("a motif of at most " + std::to_string(widest_motif) + " columns", "more");
}

/// Four numbers of one position from four words.
inline column four_numbers(motif_lines const& in, std::vector<std::string_view> const& parts,
                           std::size_t first, char const* what)
{
    column c{};
    for (std::size_t b = 0; b < 4; ++b) c[b] = not_negative(in, parts[first + b], what);
    return c;
}

/// For the formats that hold either: probabilities where every column adds up to 1, else counts. Sites are
/// the largest column's count.
inline void set_columns(motif_lines const& in, motif& m, std::vector<column> columns)
{
    check_width(in, columns.size());
    if (std::all_of(columns.begin(), columns.end(), adds_up)) {
        for (column& c : columns) normalise(c);
        m.probabilities.columns = std::move(columns);
        return;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        double const n = total(columns[i]);
        if (!(n > 0)) in.refuse("counts in every column", "none in column " + std::to_string(i + 1));
        if (!(n <= 1e15)) in.refuse("counts of at most 1e15", "more in column " + std::to_string(i + 1));
        m.sites = std::max(m.sites, n);
    }
    m.counts = pfm{std::move(columns)};
    m.probabilities = to_ppm(*m.counts, 0, background{});
}

/// Columns from four rows of one base each, in the order A, C, G, T.
inline std::vector<column> transposed(std::array<std::vector<double>, 4> const& rows)
{
    std::vector<column> out(rows[0].size());
    for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t b = 0; b < 4; ++b) out[i][b] = rows[b][i];
    return out;
}

/// What the formats of counts write: counts where they are known or follow from the sites, else
/// probabilities.
inline std::vector<column> counts_or_probabilities(motif const& m)
{
    return m.counts || m.sites > 0 ? counts_of(m).columns : m.probabilities.columns;
}

inline std::string note_of(motif const& m, std::string_view key)
{
    for (motif_note const& note : m.notes)
        if (note.key == key) return note.value;
    return {};
}

} // namespace detail
} // namespace explainn
