// Turns the numbers of a motif file into columns: decides whether they are probabilities or counts, or
// refuses them.
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

namespace explainn::EXPLAINN_ABI {

/// The widest motif that is read.
inline constexpr std::size_t widest_motif = 10'000;

/// A column of probabilities whose sum differs from 1 by this much or more is refused, as by MEME's reader; a
/// column that is nearer is divided by its sum.
inline constexpr double column_tolerance = 0.1;

/// How far four probabilities rounded to two digits can be from adding up to 1; a column farther off is read
/// with a warning.
inline constexpr double rounded_tolerance = 0.02;

namespace detail {

// a sum this near to 1 differs by rounding only: to divide again would change the last digit at every reading
inline constexpr double rounding = 1e-12;
// allows for the rounding of binary fractions in 0.33 + 0.33 + 0.33 and in 1 - 0.9
inline constexpr double hair = 1e-9;

inline double off_one(column const& c) { return std::abs(total(c) - 1); }
inline bool adds_up(column const& c) { return off_one(c) < column_tolerance - hair; }

inline void normalise(column& c)
{
    double const sum = total(c);
    if (std::abs(sum - 1) > rounding)
        for (double& x : c) x /= sum;
}

/// "column 3", "columns 1, 2 and 7", "columns 1, 2, 3, 4, 5, 6 and 12 others".
inline std::string columns_text(std::vector<std::size_t> const& numbers)
{
    constexpr std::size_t most = 6;
    std::string out = numbers.size() == 1 ? "column " : "columns ";
    std::size_t const shown = numbers.size() <= most + 1 ? numbers.size() : most;
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) out += i + 1 == numbers.size() ? " and " : ", ";
        out += std::to_string(numbers[i]);
    }
    if (shown < numbers.size()) out += " and " + std::to_string(numbers.size() - shown) + " others";
    return out;
}

/// Makes columns of probabilities add up to 1. Refuses a column that is off by column_tolerance or more or
/// holds a number above 1; warns where rounding to two digits cannot explain the difference. `lines` are the
/// lines of the columns, or one line for all.
inline void set_probabilities(motif_lines& in, motif& m, std::vector<column> columns,
                              std::vector<std::size_t> const& lines)
{
    std::vector<std::size_t> off;
    double worst = 1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        column& c = columns[i];
        std::size_t const line = lines[std::min(i, lines.size() - 1)];
        if (!adds_up(c))
            in.refuse_at(line, "probabilities that add up to 1 in column " + std::to_string(i + 1),
                         number_text(total(c), 6));
        if (double const most = *std::max_element(c.begin(), c.end()); most > 1 + hair)
            in.refuse_at(line, "probabilities of at most 1 in column " + std::to_string(i + 1),
                         number_text(most, 6));
        if (off_one(c) > rounded_tolerance + hair) {
            off.push_back(i + 1);
            if (off_one(c) > std::abs(worst - 1)) worst = total(c);
        }
        normalise(c);
    }
    if (!off.empty())
        in.warn(lines.front(), "the probabilities of " + columns_text(off) +
                                   " do not add up to 1 (the sum is " + number_text(worst, 4) +
                                   "); each was divided by its sum");
    m.probabilities.columns = std::move(columns);
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

/// Whether a number is written as a whole number: 12, not 12.0.
inline bool is_written_whole(std::string_view s)
{
    return std::all_of(s.begin(), s.end(), [](char c) { return (c >= '0' && c <= '9') || c == '+'; });
}

/// The numbers of a motif from a format that holds counts or probabilities.
struct motif_numbers {
    std::vector<column> columns;
    std::vector<std::size_t> lines; ///< of the columns, or one for all
    bool whole = true;              ///< every number is written as a whole one
    /// Notes how a number is written.
    void written(std::string_view s) { whole = whole && is_written_whole(s); }
};

// columns with counts become probabilities, columns of zeros become uniform
inline void set_shares(motif& m, std::vector<column> const& counts)
{
    m.probabilities.columns.clear();
    for (column c : counts) {
        if (total(c) > 0) normalise(c);
        else c = background{}.frequencies;
        m.probabilities.columns.push_back(c);
    }
}

/// Sets the columns for formats that hold either counts or probabilities. Whole numbers are counts, even
/// where every column adds up to 1 (one site). Other numbers are probabilities if every column adds up to 1,
/// within column_tolerance; if half of the columns do, a column that does not is refused; else they are
/// counts. The number of sites is the count of the largest column. A column of zeros among others is read as
/// uniform, with a warning.
inline void set_columns(motif_lines& in, motif& m, motif_numbers numbers)
{
    std::vector<column>& columns = numbers.columns;
    std::vector<std::size_t> const& lines = numbers.lines;
    check_width(in, columns.size());
    auto const line = [&lines](std::size_t i) { return lines[std::min(i, lines.size() - 1)]; };
    std::vector<std::size_t> empty;
    std::size_t near = 0, full = 0, astray = 0;
    double least = 0, most = 0, largest = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        double const n = total(columns[i]);
        if (!(n <= 1e15))
            in.refuse_at(line(i), "counts of at most 1e15", "more in column " + std::to_string(i + 1));
        if (n == 0) {
            empty.push_back(i + 1);
            continue;
        }
        if (adds_up(columns[i])) ++near;
        else if (astray == 0) astray = i + 1;
        least = full == 0 ? n : std::min(least, n);
        most = std::max(most, n);
        largest = std::max(largest, *std::max_element(columns[i].begin(), columns[i].end()));
        ++full;
    }
    if (full == 0) in.refuse_at(line(0), "a count in some column", "zeros alone");
    if (!empty.empty())
        in.warn(line(empty[0] - 1), columns_text(empty) + (empty.size() == 1 ? " is" : " are") +
                                        " zero for every base and taken as uniform");
    if (!numbers.whole && near == full) {
        for (std::size_t const i : empty) columns[i - 1] = background{}.frequencies;
        set_probabilities(in, m, std::move(columns), lines);
        return;
    }
    if (!numbers.whole && (2 * near >= full || (largest <= 1 + hair && most > 1.02 * least)))
        in.refuse_at(line(astray - 1), "probabilities that add up to 1 in every column (or counts)",
                     number_text(total(columns[astray - 1]), 6) + " in column " + std::to_string(astray));
    if (!numbers.whole && largest <= 1 + hair)
        in.warn(line(0), "no number is above 1, and the columns add up to " + number_text(most, 4) +
                             "; taken as counts of as many sites");
    m.sites = most;
    set_shares(m, columns);
    m.counts = pfm{std::move(columns)};
}

/// Columns from four rows of one base each, in the order A, C, G, T.
inline std::vector<column> transposed(std::array<std::vector<double>, 4> const& rows)
{
    std::vector<column> out(rows[0].size());
    for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t b = 0; b < 4; ++b) out[i][b] = rows[b][i];
    return out;
}

/// The columns that formats of counts write: counts where they are known or follow from the number of sites,
/// else probabilities. Among these, 0 and 1 are written 0.0 and 1.0, because whole numbers are read as
/// counts.
struct written_columns {
    std::vector<column> columns;
    bool counts;
    explicit written_columns(motif const& m)
        : columns{m.counts || m.sites > 0 ? counts_of(m).columns : m.probabilities.columns},
          counts{m.counts || m.sites > 0}
    {
    }
    std::string text(double x) const
    {
        std::string const s = exact_text(x);
        return counts || s.find_first_not_of("0123456789") != s.npos ? s : s + ".0";
    }
};

inline std::string note_of(motif const& m, std::string_view key)
{
    for (motif_note const& note : m.notes)
        if (note.key == key) return note.value;
    return {};
}

} // namespace detail
} // namespace explainn::EXPLAINN_ABI
