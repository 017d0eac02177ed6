// cis-BP files: lines "TF Name<tab>...", "Motif<tab>...", then "Pos A C G T" and a numbered row per position.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn {
namespace detail {

inline bool is_cisbp_head(std::string_view line)
{
    auto const parts = words(line);
    return parts.size() >= 2 && (parts[0] == "Pos" || parts[0] == "pos") && parts[1] == "A";
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
        if (key == "Motif") m.name = value;
        else if (key == "TF Name") m.alternative_name = value;
        else m.notes.push_back({"cis-BP " + std::string{key}, std::string{value}});
    }
    if (in.done()) in.refuse_next("a line \"Pos A C G T\"");
    auto const head = words(in.take());
    if (head.size() != 5 || head[2] != "C" || head[3] != "G" || head[4] != "T")
        in.refuse("the columns Pos A C G T", std::to_string(head.size()) + " others");
    if (m.name.empty()) m.name = in.path() == "-" ? "motif" : in.path().stem().string();
    while (!in.done()) {
        auto const next = words(in.peek());
        if (next.empty() || !motif_number(next[0])) break;
        auto const parts = words(in.take());
        if (motif_number(parts[0]) != static_cast<double>(m.width() + 1))
            in.refuse("row " + std::to_string(m.width() + 1), in_quotes(parts[0]));
        if (parts.size() != 5)
            in.refuse("a position and 4 probabilities", std::to_string(parts.size()) + " fields");
        m.probabilities.columns.push_back(
            probabilities(in, four_numbers(in, parts, 1, "a probability"), m.width() + 1));
        if (m.width() > widest_motif) check_width(in, m.width());
    }
    if (m.width() == 0) in.refuse_next("a row of motif " + in_quotes(m.name));
    return m;
}

inline motif_set parse_cisbp(motif_lines& in)
{
    motif_set set;
    for (in.skip_blank(); !in.done(); in.skip_blank()) set.motifs.push_back(cisbp_motif(in));
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

/// Writes cis-BP text; the file still needs its commit().
inline void write_cisbp(output_file& out, motif_set const& set) { out << cisbp_text(set); }

} // namespace explainn
