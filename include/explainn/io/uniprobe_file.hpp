// UniPROBE files: a line with the protein's name, then rows "A:", "C:", "G:", "T:" of probabilities.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn {
namespace detail {

inline bool is_uniprobe_row(std::string_view line)
{
    line = trimmed(line);
    return line.size() >= 2 && line[1] == ':' && letter_of(line[0]) < letter_n;
}

inline motif uniprobe_motif(motif_lines& in)
{
    motif m;
    std::string header;
    for (in.skip_blank(); !in.done() && !is_uniprobe_row(in.peek()); in.skip_blank())
        header = trimmed(in.take());
    std::string_view const first = std::string_view{header}.substr(0, header.find('\t'));
    m.name = trimmed(first.starts_with("Protein:") ? first.substr(8) : first);
    if (m.name.empty()) m.name = in.path() == "-" ? "motif" : in.path().stem().string();
    if (!header.empty() && header != m.name) m.notes.push_back({"UniPROBE header", header});

    std::array<std::vector<double>, 4> rows;
    for (std::size_t b = 0; b < 4; ++b) {
        in.skip_blank();
        std::string const which = std::string{"row \""} + "ACGT"[b] + ":\" of motif " + in_quotes(m.name);
        if (in.done() || !is_uniprobe_row(in.peek()) || letter_of(trimmed(in.peek())[0]) != b)
            in.refuse_next(which);
        for (std::string_view const part : words(trimmed(in.take()).substr(2)))
            rows[b].push_back(not_negative(in, part, "a probability"));
        check_width(in, rows[b].size());
        if (rows[b].size() != rows[0].size())
            in.refuse(std::to_string(rows[0].size()) + " probabilities as in row \"A:\"",
                      std::to_string(rows[b].size()));
    }
    m.probabilities.columns = transposed(rows);
    for (std::size_t i = 0; i < m.width(); ++i)
        m.probabilities.columns[i] = probabilities(in, m.probabilities.columns[i], i + 1);
    return m;
}

inline motif_set parse_uniprobe(motif_lines& in)
{
    motif_set set;
    for (in.skip_blank(); !in.done(); in.skip_blank()) set.motifs.push_back(uniprobe_motif(in));
    return set;
}

} // namespace detail

/// The motifs as UniPROBE text; probabilities read back to the same bits.
inline std::string uniprobe_text(motif_set const& set)
{
    require_finite(set);
    std::string out;
    for (motif const& m : set.motifs) {
        std::string const header = detail::note_of(m, "UniPROBE header");
        out += detail::one_line(!header.empty() ? header : m.name.empty() ? "unnamed" : m.name) + "\n";
        for (std::size_t b = 0; b < 4; ++b) {
            out += "ACGT"[b];
            out += ":";
            for (column const& c : m.probabilities.columns) out += "\t" + detail::exact_text(c[b]);
            out += "\n";
        }
        out += "\n";
    }
    return out;
}

/// Writes UniPROBE text; the file still needs its commit().
inline void write_uniprobe(output_file& out, motif_set const& set) { out << uniprobe_text(set); }

} // namespace explainn
