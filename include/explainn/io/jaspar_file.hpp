// JASPAR files: ">ID name" and four rows, one for each base: either "A [ 1 2 3 ]" or plain numbers in the
// order A, C, G, T.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/matrix_layout.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {
namespace detail {

// Takes the name, and what else stands behind ">".
inline void take_matrix_head(motif_lines& in, motif& m)
{
    std::string_view const line = in.take();
    if (!is_matrix_head(line)) in.refuse("> and the name of a motif", in_quotes(line));
    std::string_view const head = trimmed(line.substr(1));
    auto const n = std::min(head.find_first_of(blanks), head.size());
    if (n == 0) in.refuse("a motif name after >", "none");
    in.motif = m.name = head.substr(0, n);
    m.alternative_name = trimmed(head.substr(n));
}

// reads one row; returns the base that it belongs to, or letter_n if it does not say
inline std::pair<letter, std::vector<double>> jaspar_row(motif_lines& in, motif_numbers& read)
{
    row_head const head{in.take()};
    std::string_view line = head.rest;
    letter base = letter_n;
    if (head.letter == 'U') in.is_rna();
    if (head.letter == 'T') in.is_dna();
    if (head.letter && letter_of(*head.letter) < letter_n) base = letter_of(*head.letter);
    else if (head.letter) in.refuse("a row of A, C, G or T", in_quotes(*head.letter));
    if (line.starts_with('[')) {
        if (!line.ends_with(']')) in.refuse("a row that ends in ]", in_quotes(line));
        line = line.substr(1, line.size() - 2);
    }
    std::pair<letter, std::vector<double>> row{base, {}};
    for (std::string_view const part : words(line)) {
        read.written(part);
        row.second.push_back(not_negative(in, part, "a count"));
    }
    return row;
}

/// Reads a motif of four rows, one for each base: in any order with letters, or in the order A, C, G, T
/// without.
inline motif jaspar_motif(motif_lines& in)
{
    motif m;
    take_matrix_head(in, m);
    std::array<std::vector<double>, 4> rows;
    std::array<bool, 4> have{};
    motif_numbers read;
    std::size_t width = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        in.skip_blank();
        std::string const which = "row " + std::to_string(i + 1) + " of 4 of motif " + in_quotes(m.name);
        if (in.done() || is_matrix_head(in.peek())) in.refuse_next(which);
        auto [base, numbers] = jaspar_row(in, read);
        std::size_t const b = base < letter_n ? base : i;
        if (have[b])
            in.refuse("each of A, C, G and T once", std::string{char_of(static_cast<letter>(b))} + " twice");
        if (i > 0 && numbers.size() != width)
            in.refuse(std::to_string(width) + " counts as in the first row", std::to_string(numbers.size()));
        if (i == 0) check_width(in, width = numbers.size());
        have[b] = true;
        rows[b] = std::move(numbers);
    }
    read.columns = transposed(rows);
    read.lines = {in.line()};
    set_columns(in, m, std::move(read));
    in.skip_blank();
    if (!in.done() && !is_matrix_head(in.peek())) in.refuse_next("> and the name of a motif");
    return m;
}

} // namespace detail

/// The motifs in JASPAR's layout with brackets: counts where they are known or follow from the number of
/// sites (counts_of), else probabilities that read back to the same bits.
inline std::string jaspar_text(motif_set const& set)
{
    require_finite(set);
    std::string out;
    for (motif const& m : set.motifs) {
        out += ">" + detail::one_word(m.name);
        if (!m.alternative_name.empty()) out += "\t" + detail::one_line(m.alternative_name);
        out += "\n";
        detail::written_columns const written{m};
        std::size_t longest = 6;
        for (column const& c : written.columns)
            for (double const x : c) longest = std::max(longest, written.text(x).size());
        for (std::size_t b = 0; b < 4; ++b) {
            out += "ACGT"[b];
            out += "  [";
            for (column const& c : written.columns) {
                std::string const x = written.text(c[b]);
                out += std::string(longest + 1 - x.size(), ' ') + x;
            }
            out += " ]\n";
        }
    }
    return out;
}

/// Writes JASPAR text; the caller still has to call out.commit().
inline void write_jaspar(output_file& out, motif_set const& set) { out << jaspar_text(set); }

} // namespace explainn::EXPLAINN_ABI
