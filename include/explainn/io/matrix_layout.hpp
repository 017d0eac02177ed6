// Files of ">name" and rows of numbers: decides from the whole file whether a row holds a base or a position.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/motif_options.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// ">name", or "=name" as some tools write it.
inline bool is_matrix_head(std::string_view line) { return line.starts_with('>') || line.starts_with('='); }

/// The letter that a row begins with ("A 1 2", "A [ 1 2 ]", "A: 1 2", "A| 1 2"), if there is one, and the
/// rest of the row.
struct row_head {
    std::optional<char> letter;
    std::string_view rest;
    explicit row_head(std::string_view line) : rest{trimmed(line)}
    {
        if (rest.empty() || letter_of(rest.front()) == no_letter) return;
        char const first = rest.front();
        std::string_view after = rest.substr(1);
        bool const alone = after.empty() || blanks.find(after.front()) != blanks.npos;
        if (alone) after = trimmed(after); // "A | 1 2"
        if (after.starts_with(':') || after.starts_with('|')) after.remove_prefix(1);
        else if (!alone && !after.starts_with('[')) return; // a word
        letter = first >= 'a' ? static_cast<char>(first - 'a' + 'A') : first;
        rest = trimmed(after);
    }
};

/// Reads "A C G T" in any order, the head of a table of positions: gives the base of each column.
inline std::optional<std::array<std::size_t, 4>> order_of_bases(std::vector<std::string_view> const& parts)
{
    std::array<std::size_t, 4> order{};
    unsigned seen = 0;
    if (parts.size() != 4) return std::nullopt;
    for (std::size_t i = 0; i < 4; ++i) {
        letter const base = parts[i].size() == 1 ? letter_of(parts[i][0]) : no_letter;
        if (base >= letter_n) return std::nullopt;
        order[i] = base;
        seen |= 1u << base;
    }
    return seen == 15 ? std::optional{order} : std::nullopt;
}

/// Reads the line above a table of positions: "A C G T" in any order, possibly after a word such as "Pos" or
/// "P0".
inline std::optional<std::array<std::size_t, 4>> head_of_table(std::string_view line)
{
    auto parts = words(line);
    if (parts.size() == 5 && !motif_number(parts[0])) parts.erase(parts.begin());
    return order_of_bases(parts);
}

/// One motif of such a file, as it looks before its layout is decided.
struct matrix_block {
    std::size_t head_line = 0, rows = 0, rows_of_four = 0, shortest = 0, longest = 0;
    bool threshold = false;      ///< the head is HOMER's: the third field between tabs is a number
    bool brackets = false;       ///< [ ] around a row
    bool headed = true;          ///< every row begins with a letter
    bool table = false;          ///< a line A C G T stands above the rows
    bool numbers = true;         ///< every row holds numbers of at least 0
    bool whole = true;           ///< all of them are written as whole numbers
    bool index = false;          ///< the first number of each row is its position
    bool sums = false;           ///< the last number of each row is the sum of those before it
    char const* doubt = nullptr; ///< what could be wrong about the index, or about the sums of columns
    std::optional<motif_layout> by_consensus; ///< the only direction that gives the consensus in the head
    std::string letters;                      ///< the letters that the rows begin with
    std::array<column, 4> first{};            ///< the numbers of the first rows, where all rows are of four
    std::vector<double> totals;               ///< the sums of all rows

    bool square() const { return rows == 4 && rows_of_four == 4; }
    column sums_of_columns() const
    {
        column c{};
        for (column const& row : first)
            for (std::size_t b = 0; b < 4; ++b) c[b] += row[b];
        return c;
    }
};

/// How far sums are from those that one of the two layouts would have; sums of 0 (a base or a position
/// without a count) are ignored.
struct sum_quality {
    double off_one = 0; ///< largest distance from 1
    double spread = 0;  ///< (largest - least) / largest
    bool ones() const { return off_one < column_tolerance - hair; }
    bool equal() const { return spread <= 0.02; }
};
template <class Sums>
sum_quality quality_of(Sums const& sums)
{
    sum_quality q;
    double least = 0, most = 0;
    for (double const s : sums) {
        if (s == 0) continue;
        q.off_one = std::max(q.off_one, std::abs(s - 1));
        least = most == 0 ? s : std::min(least, s);
        most = std::max(most, s);
    }
    q.spread = most > 0 ? (most - least) / most : 0;
    return q;
}

// reads the numbers of a block whose rows have four, so that their sums can decide the layout
inline void look_at_numbers(matrix_block& m, std::vector<std::vector<std::string_view>> const& rows)
{
    for (auto const& row : rows) {
        double sum = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            std::string_view const word = row[i + (m.index ? 1 : 0)];
            auto const x = motif_number(word);
            if (!x || !std::isfinite(*x) || *x < 0) m.numbers = false;
            if (!is_written_whole(word)) m.whole = false;
            if (m.totals.size() < 4) m.first[m.totals.size()][i] = x.value_or(0);
            sum += x.value_or(0);
        }
        m.totals.push_back(sum);
    }
}

// whether the first numbers of the rows are 1, 2, 3 ... or 0, 1, 2 ...
inline bool are_counted(std::vector<std::vector<std::string_view>> const& rows)
{
    for (std::size_t const first : {std::size_t{0}, std::size_t{1}}) {
        bool all = true;
        for (std::size_t i = 0; i < rows.size() && all; ++i)
            all = !rows[i].empty() && is_written_whole(rows[i][0]) &&
                  motif_number(rows[i][0]) == static_cast<double>(first + i);
        if (all) return true;
    }
    return false;
}

// Finds out whether a position stands before the four numbers of a row, or their sum behind them. Four rows
// of five numbers can also be the five positions of each base; in that case the sums decide.
inline void look_for_index_and_sums(matrix_block& m, std::vector<std::vector<std::string_view>> const& rows)
{
    std::size_t const width = m.shortest;
    if (m.longest != width || (width != 5 && width != 6) || (rows.size() < 2 && !m.table) ||
        !m.letters.empty() || m.brackets || m.threshold)
        return;
    std::vector<std::vector<double>> numbers;
    for (auto const& row : rows) {
        numbers.emplace_back();
        for (std::string_view const word : row) {
            auto const x = motif_number(word);
            if (!x || !std::isfinite(*x) || *x < 0) return;
            numbers.back().push_back(*x);
        }
    }
    auto const sum_from = [](std::vector<double> const& row, std::size_t first) {
        return row[first] + row[first + 1] + row[first + 2] + row[first + 3];
    };
    bool const counted = are_counted(rows);
    if (width == 6 && !counted) return;
    std::size_t const behind = width == 6 ? 1 : 0;
    bool const sums = std::all_of(numbers.begin(), numbers.end(), [&](std::vector<double> const& row) {
        double const sum = sum_from(row, behind);
        return sum > 0 && std::abs(row[behind + 4] - sum) <= rounded_tolerance * sum + hair;
    });
    if (sums) {
        m.sums = true;
        m.index = width == 6;
        return;
    }
    if (width == 6 || !counted) return;
    std::vector<double> of_rows, of_columns(width);
    for (auto const& row : numbers) {
        of_rows.push_back(sum_from(row, 1));
        for (std::size_t i = 0; i < width; ++i) of_columns[i] += row[i];
    }
    sum_quality const by_rows = quality_of(of_rows), by_columns = quality_of(of_columns);
    bool const padded = rows[0][0].size() > 1 && rows[0][0].front() == '0';
    m.index = m.table || padded || (rows.size() > 4) ||
              (rows.size() < 4 ? by_rows.ones() || by_rows.spread <= 0.25 : !by_columns.equal());
    if (m.index && rows.size() == 4 && !m.table && !padded && !by_rows.ones() && !by_rows.equal())
        m.doubt = "the first numbers of its rows count the rows; taken as positions, each with four counts";
    if (!m.index && rows.size() == 4 && (by_rows.ones() || by_rows.equal()))
        m.doubt = "the first numbers of its rows count the rows, and the columns have equal sums; taken as "
                  "a row for each base";
}

// where the head has a consensus of four letters, as HOMER writes it: the layout that gives that consensus
inline std::optional<motif_layout> layout_by_consensus(matrix_block const& m, std::string_view consensus)
{
    if (!m.square() || m.headed || consensus.size() != 4) return std::nullopt;
    bool rows = true, columns = true;
    for (std::size_t i = 0; i < 4; ++i) {
        letter const base = letter_of(consensus[i]);
        if (base >= letter_n) return std::nullopt;
        for (std::size_t b = 0; b < 4; ++b) {
            rows = rows && m.first[i][b] <= m.first[i][base];
            columns = columns && m.first[b][i] <= m.first[base][i];
        }
    }
    if (rows == columns) return std::nullopt;
    return rows ? motif_layout::positions : motif_layout::bases;
}

// Four rows that do not have four counts each are rows of bases; very unequal sums of columns make that
// doubtful.
inline void look_at_columns(matrix_block& m, std::vector<std::vector<std::string_view>> const& rows)
{
    if (m.rows != 4 || m.shortest != m.longest || m.longest == 4 || m.headed || m.brackets || m.doubt) return;
    std::vector<double> sums(m.longest);
    for (auto const& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (!is_written_whole(row[i])) return;
            sums[i] += motif_number(row[i]).value_or(0);
        }
    if (quality_of(sums).spread > 0.9)
        m.doubt = "the counts of its columns have very unequal sums; taken as a row for each base";
}

/// Takes one block, from its head to the next, and notes what it looks like.
inline matrix_block look_at_block(motif_lines& in)
{
    matrix_block m;
    auto const fields = tab_fields(in.take());
    m.head_line = in.line();
    m.threshold = fields.size() > 2 && motif_number(fields[2]);
    std::vector<std::vector<std::string_view>> rows;
    for (in.skip_blank(); !in.done() && !is_matrix_head(in.peek()); in.skip_blank()) {
        std::string_view const line = in.take();
        if (m.rows == 0 && !m.table && line.find('[') == line.npos && head_of_table(line)) {
            m.table = true;
            continue;
        }
        row_head const head{line};
        if (head.letter) m.letters += *head.letter;
        else m.headed = false;
        std::string_view rest = head.rest;
        if (rest.starts_with('[') || rest.ends_with(']')) {
            m.brackets = true;
            if (rest.starts_with('[')) rest.remove_prefix(1);
            if (rest.ends_with(']')) rest.remove_suffix(1);
        }
        rows.push_back(words(rest));
        std::size_t const n = rows.back().size();
        if (n == 4) ++m.rows_of_four;
        m.shortest = m.rows == 0 ? n : std::min(m.shortest, n);
        m.longest = std::max(m.longest, n);
        ++m.rows;
    }
    if (m.rows == 0) m.headed = false;
    look_for_index_and_sums(m, rows);
    if (m.index || m.sums) {
        m.rows_of_four = m.rows;
        m.shortest = m.longest = 4;
    }
    if (m.rows_of_four == m.rows && !m.brackets) look_at_numbers(m, rows);
    look_at_columns(m, rows);
    if (fields.size() > 1) m.by_consensus = layout_by_consensus(m, trimmed(fields[0].substr(1)));
    return m;
}

/// A decision about the layout, and the sentence to warn with where it could be wrong.
struct layout_choice {
    motif_layout layout;
    char const* doubt = nullptr;
};

/// The layout that the form of a block shows for certain, or nothing.
inline std::optional<motif_layout> certain_layout(matrix_block const& m)
{
    if (m.brackets) return motif_layout::bases;
    if (m.threshold && !m.headed) return motif_layout::positions;
    if (m.table || m.index || m.sums) return motif_layout::positions;
    if (m.by_consensus) return m.by_consensus;
    bool const all_four = m.rows_of_four == m.rows;
    if (m.rows == 4 && m.shortest == m.longest && m.longest != 4) return motif_layout::bases;
    // counts with very unequal sums could be rows of bases before which the line with ">" is missing
    sum_quality const sums = quality_of(m.totals);
    if (m.rows > 4 && all_four && (!m.numbers || sums.ones() || sums.spread <= 0.75))
        return motif_layout::positions;
    if (m.rows != 0 && m.rows < 4 && all_four && m.numbers && !m.whole && quality_of(m.totals).ones())
        return motif_layout::positions;
    return std::nullopt;
}

/// The layout that the sums make probable: for four rows of four probabilities, the one direction in which
/// they are 1; two or three rows of four numbers with equal sums are positions.
inline std::optional<motif_layout> probable_layout(matrix_block const& m)
{
    bool const narrow = (m.rows == 2 || m.rows == 3) && m.rows_of_four == m.rows;
    if (narrow && !m.headed && m.numbers && quality_of(m.totals).equal()) return motif_layout::positions;
    if (!m.square() || m.headed || !m.numbers) return std::nullopt;
    bool const rows = quality_of(m.totals).ones(), columns = quality_of(m.sums_of_columns()).ones();
    if (rows == columns) return std::nullopt;
    return rows ? motif_layout::positions : motif_layout::bases;
}

/// The layout that all certain blocks of a file agree on, or where none is certain all probable ones; else
/// nothing.
inline std::optional<motif_layout> layout_of_file(std::vector<matrix_block> const& blocks)
{
    for (auto const layout_of_block : {certain_layout, probable_layout}) {
        std::optional<motif_layout> all;
        bool agree = true;
        for (matrix_block const& m : blocks)
            if (auto const here = layout_of_block(m)) {
                agree = agree && (!all || *all == *here);
                all = here;
            }
        if (all) return agree ? all : std::nullopt;
    }
    return std::nullopt;
}

// decides a block of four rows of four numbers by the direction whose sums look like those of a motif's
// columns
inline layout_choice square_layout(matrix_block const& m, std::optional<motif_layout> file)
{
    constexpr auto bases = motif_layout::bases, positions = motif_layout::positions;
    constexpr std::string_view bases_in_order = "ACGT";
    if (!m.numbers) return {file.value_or(bases)}; // refused when its numbers are read
    sum_quality const rows = quality_of(m.totals), columns = quality_of(m.sums_of_columns());
    bool const one_base_a_row =
        m.headed && std::is_permutation(m.letters.begin(), m.letters.end(), std::begin(bases_in_order),
                                        std::end(bases_in_order));
    // letters that are not A, C, G, T once each are the consensus, one letter for each position
    if (m.headed && !one_base_a_row && (rows.ones() || rows.spread <= 0.25)) return {positions};
    if (m.headed && !one_base_a_row) return {bases}; // refused for a base that occurs twice
    bool consensus = one_base_a_row;
    for (std::size_t i = 0; i < 4 && consensus; ++i)
        consensus =
            m.first[i][letter_of(m.letters[i])] == *std::max_element(m.first[i].begin(), m.first[i].end());
    bool const in_order = m.letters == bases_in_order;
    bool same = true;
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t b = 0; b < i; ++b) same = same && m.first[i][b] == m.first[b][i];

    bool const ones = rows.ones() || columns.ones();
    bool const by_rows = ones ? rows.ones() : rows.equal(),
               by_columns = ones ? columns.ones() : columns.equal();
    constexpr double clearly_unequal = 0.25;
    if (by_rows && !by_columns) {
        if (file == bases && ones)
            return {positions, "its rows and not its columns add up to 1, unlike the file's other motifs; "
                               "taken as a row for each position"};
        if (file == bases && columns.spread > clearly_unequal)
            return {positions, "its rows and not its columns have equal sums, unlike the file's other "
                               "motifs; taken as a row for each position"};
        if (file == bases)
            return {bases, "its rows and not its columns have equal sums; taken as a row for each base, as "
                           "the file's other motifs"};
        if (ones && m.headed && in_order && !consensus && !file)
            return {positions,
                    "its rows add up to 1 and are headed A, C, G, T; taken as a row for each position"};
        if (ones || file) return {positions};
        return {positions,
                "it has four rows of four counts, of which the rows have equal sums; taken as a row for "
                "each position"};
    }
    if (by_columns && !by_rows) {
        if (file == positions && ones)
            return {bases, "its columns and not its rows add up to 1, unlike the file's other motifs; taken "
                           "as a row for each base"};
        if (file == positions && rows.spread > clearly_unequal)
            return {bases, "its columns and not its rows have equal sums, unlike the file's other motifs; "
                           "taken as a row for each base"};
        if (file == positions)
            return {positions, "its columns and not its rows have equal sums; taken as a row for each "
                               "position, as the file's other motifs"};
        return {bases};
    }
    if (file) return {*file};
    if (same) return {bases}; // both layouts give the same motif
    if (one_base_a_row) {
        if (consensus && by_rows && !in_order)
            return {positions}; // letters of a consensus, as ENCODE's motifs
        if (consensus && by_rows)
            return {positions,
                    "its four rows and its four columns have equal sums; taken as a row for each position "
                    "headed by its likeliest base"};
        if (by_rows)
            return {bases,
                    "its four rows and its four columns have equal sums; taken as a row for each base"};
        return {bases}; // counts with unequal sums, headed by their bases
    }
    bool const to_positions =
        by_rows ? rows.off_one + 0.005 < columns.off_one && ones : 2 * rows.spread < columns.spread;
    if (to_positions && by_rows)
        return {positions,
                "its four rows and its four columns add up to about 1, the rows more nearly; taken as a row "
                "for each position"};
    if (to_positions)
        return {positions,
                "it has four rows of four counts, of which the rows have more nearly equal sums; taken as "
                "a row for each position"};
    return {bases,
            by_rows
                ? "its four rows and its four columns have equal sums; taken as a row for each base"
                : "it has four rows of four counts without equal sums either way; taken as a row for each "
                  "base"};
}

/// Decides the layout of one block of a file whose other blocks have the layout `file`.
inline layout_choice layout_of(matrix_block const& m, std::optional<motif_layout> file)
{
    constexpr auto bases = motif_layout::bases, positions = motif_layout::positions;
    if (auto const certain = certain_layout(m)) return {*certain, m.doubt};
    if (m.square()) return square_layout(m, file);
    if (m.threshold && !m.headed) return {positions};
    bool const all_four = m.rows_of_four == m.rows;
    if (m.rows != 0 && m.rows < 4 && all_four && m.numbers) {
        // these are positions, or four rows of bases that end too early
        sum_quality const rows = quality_of(m.totals);
        bool const headed_by_bases = m.headed && std::string_view{"ACGT"}.starts_with(m.letters);
        if (file == positions) return {positions};
        if (file == bases || headed_by_bases || m.rows == 1 || rows.spread > 0.25) return {bases}; // refused
        return {positions, rows.equal() && !m.whole
                               ? nullptr
                               : "it has fewer than four rows of four counts of about equal sums; "
                                 "taken as a row for each position"};
    }
    if (m.rows > 4 && all_four && (m.headed || file == positions)) return {positions};
    if (m.rows > 4 && all_four && file == bases) return {bases}; // refused: a ">" is missing
    if (m.rows > 4 && all_four)
        return {positions, "the counts of its rows have very unequal sums; taken as a row for each position"};
    if (m.rows == 0) return {file.value_or(bases)};
    return {m.rows != 4 && 2 * m.rows_of_four > m.rows ? positions : bases};
}

/// Every block of the file with its layout; the place in the file stays the same.
struct file_layout {
    std::vector<matrix_block> blocks;
    std::vector<layout_choice> choices;

    explicit file_layout(motif_lines& in)
    {
        std::size_t const back = in.line();
        in.rewind();
        bool cluster_buster = false;
        while (!in.done() && !is_matrix_head(in.peek())) in.take();
        while (!in.done()) blocks.push_back(look_at_block(in));
        in.rewind();
        for (; !in.done() && !cluster_buster; in.take()) {
            if (!in.peek().starts_with('#')) continue;
            auto const parts = words(in.peek());
            cluster_buster =
                parts.size() > 1 && parts[0] == "#" && (parts[1] == "WEIGHT:" || parts[1] == "GAP:");
        }
        in.seek(back);
        auto file = layout_of_file(blocks);
        if (!file && cluster_buster) file = motif_layout::positions;
        // an option decides the layout of all blocks but those with brackets, which leave no doubt
        std::optional<motif_layout> told = in.options.layout;
        if (!told && in.options.format == motif_format::jaspar) told = motif_layout::bases;
        if (!told && in.options.format == motif_format::homer) told = motif_layout::positions;
        bool const certain = std::any_of(blocks.begin(), blocks.end(),
                                         [](matrix_block const& m) { return certain_layout(m).has_value(); });
        auto const voters = std::count_if(blocks.begin(), blocks.end(), [](matrix_block const& m) {
            return probable_layout(m).has_value();
        });
        for (matrix_block const& m : blocks) {
            // a block of two or three rows does not decide its own layout
            bool const alone = m.rows < 4 && !certain && !cluster_buster && voters == 1 && probable_layout(m);
            choices.push_back(told ? layout_choice{*told} : layout_of(m, alone ? std::nullopt : file));
        }
    }
    /// Whether most blocks of the file have a row for each position.
    bool positions() const
    {
        auto const n = std::count_if(choices.begin(), choices.end(),
                                     [](layout_choice c) { return c.layout == motif_layout::positions; });
        return 2 * static_cast<std::size_t>(n) > choices.size();
    }
};

} // namespace explainn::EXPLAINN_ABI::detail
