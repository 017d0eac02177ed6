// HOMER motif files: ">consensus<tab>name<tab>threshold..." and a row of four probabilities per position.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn {
namespace detail {

inline motif homer_motif(motif_lines& in)
{
    std::string_view const line = in.take();
    if (!line.starts_with('>')) in.refuse("> and the consensus of a motif", in_quotes(line));
    auto const fields = tab_fields(line.substr(1));
    motif m;
    m.name = fields.size() > 1 && !fields[1].empty() ? fields[1] : fields[0];
    if (m.name.empty()) in.refuse("a motif name after >", "none");
    if (fields.size() > 2) {
        auto const threshold = motif_number(fields[2]);
        if (!threshold || !std::isfinite(*threshold))
            in.refuse("a threshold of log-odds", in_quotes(fields[2]));
        m.notes.push_back({"HOMER threshold", std::string{fields[2]}});
    }
    if (fields.size() > 3) {
        std::string rest;
        for (std::size_t i = 3; i < fields.size(); ++i) (rest += i == 3 ? "" : "\t") += fields[i];
        m.notes.push_back({"HOMER statistics", rest});
    }
    for (in.skip_blank(); !in.done() && !in.peek().starts_with('>'); in.skip_blank()) {
        auto const parts = words(in.take());
        if (parts.size() != 4) in.refuse("4 probabilities", std::to_string(parts.size()));
        m.probabilities.columns.push_back(
            probabilities(in, four_numbers(in, parts, 0, "a probability"), m.width() + 1));
        if (m.width() > widest_motif) check_width(in, m.width());
    }
    if (m.width() == 0) in.refuse_next("a row of 4 probabilities of motif " + in_quotes(m.name));
    if (fields.size() > 1 && fields[0] != iupac_consensus(m.probabilities))
        m.notes.push_back({"HOMER consensus", std::string{fields[0]}});
    return m;
}

inline motif_set parse_homer(motif_lines& in)
{
    motif_set set;
    for (in.skip_blank(); !in.done(); in.skip_blank()) set.motifs.push_back(homer_motif(in));
    return set;
}

} // namespace detail

/// The motifs as HOMER text. What HOMER alone holds comes from the notes a HOMER file left; without them the
/// consensus is IUPAC and the threshold 70 % of the best score (natural log-odds against 0.25, with
/// probabilities of at least 0.001).
inline std::string homer_text(motif_set const& set)
{
    require_finite(set);
    std::string out;
    for (motif const& m : set.motifs) {
        std::string consensus = detail::note_of(m, "HOMER consensus");
        if (consensus.empty()) consensus = iupac_consensus(m.probabilities);
        std::string threshold = detail::note_of(m, "HOMER threshold");
        if (threshold.empty()) {
            double best = 0;
            for (column const& c : m.probabilities.columns)
                best += std::log(std::max(0.001, *std::max_element(c.begin(), c.end())) / 0.25);
            threshold = number_text(0.7 * best, 6);
        }
        std::string name = detail::one_line(m.name.empty() ? "unnamed" : m.name);
        std::replace(name.begin(), name.end(), '\t', ' ');
        out += ">" + consensus + "\t" + name + "\t" + threshold;
        if (std::string const rest = detail::note_of(m, "HOMER statistics"); !rest.empty())
            out += "\t" + rest;
        out += "\n";
        for (column const& c : m.probabilities.columns)
            for (std::size_t b = 0; b < 4; ++b) (out += detail::exact_text(c[b])) += b == 3 ? '\n' : '\t';
    }
    return out;
}

/// Writes HOMER text; the file still needs its commit().
inline void write_homer(output_file& out, motif_set const& set) { out << homer_text(set); }

} // namespace explainn
