// Motif files with a row for each position: HOMER's ">consensus<tab>name<tab>threshold...", and the ">name"
// of other tools.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/jaspar_file.hpp>
#include <explainn/io/matrix_layout.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {
namespace detail {

// takes HOMER's ">consensus<tab>name<tab>threshold...", or ">name other name" as other tools write it
inline bool take_homer_head(motif_lines& in, motif& m, std::vector<std::string_view>& fields)
{
    std::string_view const line = in.peek();
    fields = is_matrix_head(line) ? tab_fields(line.substr(1)) : std::vector<std::string_view>{};
    bool const with_threshold = fields.size() > 2 && motif_number(fields[2]);
    if (!with_threshold) {
        take_matrix_head(in, m);
        return false;
    }
    in.take();
    in.motif = m.name = fields[1].empty() ? fields[0] : fields[1];
    if (m.name.empty()) in.refuse("a motif name after >", "none");
    if (!std::isfinite(*motif_number(fields[2]))) in.refuse("a threshold of log-odds", in_quotes(fields[2]));
    m.notes.push_back({"HOMER threshold", std::string{fields[2]}});
    if (fields.size() > 3) {
        std::string rest;
        for (std::size_t i = 3; i < fields.size(); ++i) (rest += i == 3 ? "" : "\t") += fields[i];
        m.notes.push_back({"HOMER statistics", rest});
    }
    return true;
}

// A HOMER head without a threshold is recognised by its first field: as long as the motif, only nucleotide
// letters.
inline bool is_consensus(std::string_view s, std::size_t width)
{
    return s.size() == width &&
           std::all_of(s.begin(), s.end(), [](char c) { return letter_of(c) != no_letter; });
}

/// Reads a motif with a row for each position: probabilities if its head is HOMER's, else counts or
/// probabilities, where a line "A C G T" may stand above the rows, or a letter of the consensus before each
/// row. `index`: a position stands before the four numbers of a row; `sums`: their sum stands behind them.
inline motif homer_motif(motif_lines& in, bool index = false, bool sums = false)
{
    motif m;
    std::vector<std::string_view> fields;
    bool const with_threshold = take_homer_head(in, m, fields);
    char const* const what = with_threshold ? "a probability" : "a count or probability";
    motif_numbers read;
    std::array<std::size_t, 4> order{0, 1, 2, 3};
    bool table = false;
    for (in.skip_blank(); !in.done() && !is_matrix_head(in.peek()); in.skip_blank()) {
        std::string_view line = in.take();
        if (read.columns.empty() && !with_threshold && !table)
            if (auto const given = head_of_table(line)) {
                order = *given;
                auto const parts = words(line);
                if (lower_case(parts[parts.size() - 4 +
                                     static_cast<std::size_t>(std::find(order.begin(), order.end(), 3) -
                                                              order.begin())]) == "u")
                    in.is_rna();
                table = true;
                continue;
            }
        if (!with_threshold) line = row_head{line}.rest;
        auto parts = words(line);
        if (index && !parts.empty()) parts.erase(parts.begin());
        if (sums && !parts.empty()) parts.pop_back();
        if (parts.size() != 4)
            in.refuse(with_threshold ? "4 probabilities" : "4 numbers", std::to_string(parts.size()));
        for (std::string_view const part : parts) read.written(part);
        column const given = four_numbers(in, parts, 0, what);
        column c{};
        for (std::size_t i = 0; i < 4; ++i) c[order[i]] = given[i];
        read.columns.push_back(c);
        read.lines.push_back(in.line());
        if (read.columns.size() > widest_motif) check_width(in, read.columns.size());
    }
    if (read.columns.empty())
        in.refuse_next("a row of 4 " + std::string{with_threshold ? "probabilities" : "numbers"} +
                       " of motif " + in_quotes(m.name));
    if (with_threshold) set_probabilities(in, m, std::move(read.columns), read.lines);
    else {
        set_columns(in, m, std::move(read));
        if (fields.size() > 1 && !fields[1].empty() && is_consensus(fields[0], m.width())) {
            m.name = fields[1];
            m.alternative_name.clear();
        } else fields.clear();
    }
    if (fields.size() > 1 && fields[0] != iupac_consensus(m.probabilities))
        m.notes.push_back({"HOMER consensus", std::string{fields[0]}});
    return m;
}

/// Reads files of ">name" and rows of numbers, each motif in the layout decided for it.
inline motif_set parse_matrices(motif_lines& in)
{
    file_layout const layout{in};
    motif_set set;
    std::size_t block = 0;
    for (in.skip_blank(); !in.done(); in.skip_blank()) {
        while (block < layout.blocks.size() && layout.blocks[block].head_line <= in.line()) ++block;
        auto const go_on = [&] {
            while (!in.done() && !is_matrix_head(in.peek())) in.take();
        };
        bool const known = block < layout.blocks.size() && layout.blocks[block].head_line == in.line() + 1;
        layout_choice const choice = known ? layout.choices[block] : layout_choice{motif_layout::bases};
        std::size_t const line = in.line() + 1;
        add_motif(
            in, set,
            [&] {
                motif m = choice.layout == motif_layout::bases
                              ? jaspar_motif(in)
                              : homer_motif(in, known && layout.blocks[block].index,
                                            known && layout.blocks[block].sums);
                if (choice.doubt) in.warn(line, choice.doubt + std::string{" (--motif-layout settles it)"});
                return m;
            },
            go_on);
    }
    return set;
}

} // namespace detail

/// The motifs as HOMER text. Fields that only HOMER has come from the notes that a HOMER file left; without
/// notes the consensus is IUPAC and the threshold 70 % of the best score (natural log-odds against 0.25, with
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

/// Writes HOMER text; the caller still has to call out.commit().
inline void write_homer(output_file& out, motif_set const& set) { out << homer_text(set); }

} // namespace explainn::EXPLAINN_ABI
