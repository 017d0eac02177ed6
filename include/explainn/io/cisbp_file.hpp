// cis-BP files: lines "TF Name<tab>...", "Motif<tab>...", then "Pos A C G T" and a numbered row per position.
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

inline bool is_cisbp_head(std::string_view line)
{
    auto const parts = words(line);
    if (parts.size() < 2 || (parts[0] != "Pos" && parts[0] != "pos" && parts[0] != "POS")) return false;
    return parts[1].size() == 1 && letter_of(parts[1][0]) < letter_n;
}

inline motif cisbp_motif(motif_lines& in)
{
    motif m;
    for (in.skip_blank(); !in.done() && !is_cisbp_head(in.peek()); in.skip_blank()) {
        std::string_view const line = in.take();
        auto const tab = line.find('\t');
        std::string_view const key = trimmed(line.substr(0, tab));
        if (tab == line.npos || key.empty() || motif_number(key))
            in.refuse("a line \"key<tab>value\" or \"Pos A C G T\"", in_quotes(trimmed(line)));
        std::string_view const value = trimmed(line.substr(tab));
        if (key == "Motif") in.motif = m.name = value;
        else if (key == "TF Name") m.alternative_name = value;
        else m.notes.push_back({"cis-BP " + std::string{key}, std::string{value}});
    }
    if (in.done()) in.refuse_next("a line \"Pos A C G T\"");
    auto const head = words(in.take());
    if (m.name.empty()) m.name = name_from(in.path());
    in.motif = m.name;
    auto const order = order_of_bases({head.begin() + 1, head.end()});
    bool const rna =
        std::any_of(head.begin(), head.end(), [](std::string_view s) { return s == "U" || s == "u"; });
    if (rna) in.refuse("the columns Pos A C G T", "those of RNA");
    if (!order) in.refuse("the columns Pos A C G T", std::to_string(head.size()) + " others");
    std::vector<column> columns;
    std::vector<std::size_t> lines;
    while (!in.done()) {
        auto const next = words(in.peek());
        if (next.empty() || !motif_number(next[0])) break;
        auto const parts = words(in.take());
        if (motif_number(parts[0]) != static_cast<double>(columns.size() + 1))
            in.refuse("row " + std::to_string(columns.size() + 1), in_quotes(parts[0]));
        if (parts.size() != 5)
            in.refuse("a position and 4 probabilities", std::to_string(parts.size()) + " fields");
        column const given = four_numbers(in, parts, 1, "a probability");
        column c{};
        for (std::size_t i = 0; i < 4; ++i) c[(*order)[i]] = given[i];
        columns.push_back(c);
        lines.push_back(in.line());
        if (columns.size() > widest_motif) check_width(in, columns.size());
    }
    if (columns.empty()) in.refuse_next("a row of motif " + in_quotes(m.name));
    set_probabilities(in, m, std::move(columns), lines);
    return m;
}

inline motif_set parse_cisbp(motif_lines& in)
{
    motif_set set;
    for (in.skip_blank(); !in.done(); in.skip_blank()) {
        // after a motif that cannot be read, continues behind its rows
        auto const is_number_row = [&in] {
            auto const parts = words(in.peek());
            return !parts.empty() && motif_number(parts[0]).has_value();
        };
        add_motif(
            in, set, [&in] { return cisbp_motif(in); },
            [&] {
                while (!in.done() && (motif_lines::is_blank(in.peek()) || is_number_row())) in.take();
            });
    }
    return set;
}

} // namespace detail

/// The motifs as cis-BP text, in cis-BP's order of lines; probabilities read back to the same bits.
inline std::string cisbp_text(motif_set const& set)
{
    require_finite(set);
    static constexpr std::array<std::string_view, 6> order{"TF",    "TF Name", "Gene",
                                                           "Motif", "Family",  "Species"};
    std::string out;
    for (motif const& m : set.motifs) {
        auto const line = [&out](std::string_view key, std::string_view value) {
            out += std::string{key} + "\t" + detail::one_line(value) + "\n";
        };
        for (std::string_view const key : order) {
            if (key == "Motif") line(key, m.name.empty() ? "unnamed" : m.name);
            else if (key == "TF Name") {
                if (!m.alternative_name.empty()) line(key, m.alternative_name);
            } else
                for (motif_note const& note : m.notes)
                    if (note.key == "cis-BP " + std::string{key}) line(key, note.value);
        }
        for (motif_note const& note : m.notes)
            if (note.key.starts_with("cis-BP ")) {
                std::string const key = note.key.substr(7);
                if (key != "TF" && key != "Gene" && key != "Family" && key != "Species")
                    line(key, note.value);
            }
        out += "Pos\tA\tC\tG\tT\n";
        for (std::size_t i = 0; i < m.width(); ++i) {
            out += std::to_string(i + 1);
            for (double const x : m.probabilities.columns[i]) out += "\t" + detail::exact_text(x);
            out += "\n";
        }
        out += "\n";
    }
    return out;
}

/// Writes cis-BP text; the caller still has to call out.commit().
inline void write_cisbp(output_file& out, motif_set const& set) { out << cisbp_text(set); }

} // namespace explainn::EXPLAINN_ABI
