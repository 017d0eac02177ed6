// UniPROBE files: a line with the protein's name, then rows "A:", "C:", "G:", "T:" of probabilities.
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
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {
namespace detail {

inline bool is_uniprobe_row(std::string_view line)
{
    line = trimmed(line);
    return line.size() >= 2 && line[1] == ':' && letter_of(line[0]) < letter_n;
}

// Whether a line begins the rows of a motif: "A:" and numbers.
inline bool begins_uniprobe_rows(std::string_view line)
{
    if (!is_uniprobe_row(line) || letter_of(trimmed(line)[0]) != 0) return false;
    auto const numbers = words(trimmed(line).substr(2));
    return numbers.empty() || motif_number(numbers[0]);
}

// UniPROBE's full files hold four matrices for each protein, each under its title
enum class uniprobe_block { none, probabilities, other };
inline uniprobe_block uniprobe_title(std::string_view line)
{
    if (after_words(line, "probability matrix")) return uniprobe_block::probabilities;
    bool const other = after_words(line, "enrichment score matrix") || after_words(line, "energy matrix") ||
                       after_words(line, "reverse complement matrix");
    return other ? uniprobe_block::other : uniprobe_block::none;
}

// takes the name from "Protein: Sox2<tab>Seed ...", "Gene:  Cha4-primary  Motif: ...", or a name alone
inline std::string_view uniprobe_name(std::string_view header)
{
    std::string_view name = header;
    for (std::string_view const key : {"Protein:", "Gene:"})
        if (name.starts_with(key)) {
            name = trimmed(name.substr(key.size()));
            name = name.substr(0, std::min(name.find('\t'), name.find("  ")));
            return trimmed(name);
        }
    return trimmed(name.substr(0, name.find('\t')));
}

// Takes lines up to the rows of the next matrix of probabilities; `header` becomes the line that names the
// motif.
inline void take_uniprobe_header(motif_lines& in, std::string& header, bool titled)
{
    uniprobe_block block = uniprobe_block::none;
    for (in.skip_blank(); !in.done(); in.skip_blank()) {
        std::string_view const line = trimmed(in.peek());
        if (is_uniprobe_row(line)) {
            if (!titled || block == uniprobe_block::probabilities) return;
            in.take(); // a row of another matrix
            continue;
        }
        in.take();
        if (auto const title = uniprobe_title(line); titled && title != uniprobe_block::none) block = title;
        else if (titled && words(line).front() == "PO") continue;
        else {
            header = line;
            in.motif = uniprobe_name(header);
        }
    }
}

inline motif uniprobe_motif(motif_lines& in, bool titled)
{
    motif m;
    std::string header;
    take_uniprobe_header(in, header, titled);
    m.name = uniprobe_name(header);
    if (m.name.empty()) m.name = name_from(in.path());
    in.motif = m.name;
    if (!header.empty() && header != m.name) m.notes.push_back({"UniPROBE header", header});
    if (titled && in.done()) in.refuse_next("a block \"Probability matrix\" of motif " + in_quotes(m.name));

    std::array<std::vector<double>, 4> rows;
    for (std::size_t b = 0; b < 4; ++b) {
        in.skip_blank();
        std::string const which = std::string{"row \""} + "ACGT"[b] + ":\" of motif " + in_quotes(m.name);
        if (in.done() || !is_uniprobe_row(in.peek()) || letter_of(trimmed(in.peek())[0]) != b)
            in.refuse_next(which);
        std::string_view const line = trimmed(in.take());
        if (line.front() == 'U' || line.front() == 'u') in.is_rna();
        if (line.front() == 'T' || line.front() == 't') in.is_dna();
        for (std::string_view const part : words(line.substr(2)))
            rows[b].push_back(not_negative(in, part, "a probability"));
        check_width(in, rows[b].size());
        if (rows[b].size() != rows[0].size())
            in.refuse(std::to_string(rows[0].size()) + " probabilities as in row \"A:\"",
                      std::to_string(rows[b].size()));
    }
    set_probabilities(in, m, transposed(rows), {in.line()});
    return m;
}

inline motif_set parse_uniprobe(motif_lines& in)
{
    bool titled = false;
    for (; !in.done() && !titled; in.take())
        titled = uniprobe_title(in.peek()) == uniprobe_block::probabilities;
    in.rewind();
    // matrices that follow the probabilities of a protein are not motifs
    auto const only_others = [&in] {
        std::size_t const here = in.line();
        std::string header;
        take_uniprobe_header(in, header, true);
        bool const nothing = in.done() && header.empty();
        if (!nothing) in.seek(here);
        return nothing;
    };
    motif_set set;
    for (in.skip_blank(); !in.done(); in.skip_blank()) {
        if (titled && !set.motifs.empty() && only_others()) break;
        add_motif(
            in, set, [&] { return uniprobe_motif(in, titled); },
            [&] {
                while (!in.done() && (motif_lines::is_blank(in.peek()) || is_uniprobe_row(in.peek())))
                    in.take();
            });
    }
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

/// Writes UniPROBE text; the caller still has to call out.commit().
inline void write_uniprobe(output_file& out, motif_set const& set) { out << uniprobe_text(set); }

} // namespace explainn::EXPLAINN_ABI
