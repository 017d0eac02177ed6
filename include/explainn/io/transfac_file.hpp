// TRANSFAC matrices: lines with a two-letter key, a table that begins with P0 (or PO), records that end in
// //.
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/matrix_layout.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {
namespace detail {

inline bool is_transfac_line(std::string_view line)
{
    line = trimmed(line);
    auto const upper = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return line.size() >= 2 && line[0] >= 'A' && line[0] <= 'Z' && upper(line[1]) &&
           (line.size() == 2 || blanks.find(line[2]) != blanks.npos);
}

/// Whether the file is in STAMP's dialect: "DE name", rows of a number, four counts and a letter, XX, but no
/// P0 and no //.
inline bool is_stamp(motif_lines const& in)
{
    bool described = false, rows = false;
    for (std::size_t i = 0; i < in.size(); ++i) {
        std::string_view const line = trimmed(in.line_at(i));
        if (line.empty() || line.front() == '#' || line.starts_with("//")) continue;
        if (line.front() >= '0' && line.front() <= '9') {
            rows = true;
            if (!described) return false;
        } else if (!is_transfac_line(line) || line.starts_with("P0") || line.starts_with("PO")) return false;
        else if (line.starts_with("DE")) described = true;
    }
    return rows;
}

class transfac_parser {
public:
    explicit transfac_parser(motif_lines& in) : in_{in}, stamp_{is_stamp(in)} {}

    motif_set parse()
    {
        while (!in_.done()) {
            bool more = false;
            add_motif(
                in_, set_,
                [&] {
                    more = take_record();
                    return more ? std::move(motif_) : motif{};
                },
                [&] { pass_record(), more = true; });
            if (!more) set_.motifs.pop_back(); // a record without a motif
        }
        if (set_.motifs.empty() && set_.skipped.empty()) in_.refuse("at least one matrix", "none");
        return std::move(set_);
    }

private:
    struct record {
        std::optional<std::string> accession, id, name, description;
        std::vector<motif_note> notes;
        std::optional<std::array<std::size_t, 4>> order;
        motif_numbers numbers;
        std::size_t first = 1;
        bool in_table = false;
        bool started() const { return order || accession || id || name || description; }
    };

    // Reads one record up to its //, or in STAMP's dialect up to the next DE. Returns false if it holds
    // nothing.
    bool take_record()
    {
        record_ = {};
        while (!in_.done()) {
            std::string_view const line = trimmed(in_.peek());
            if (stamp_ && line.starts_with("DE") && record_.description) break;
            in_.take();
            if (line.empty() || line.front() == '#') continue;
            if (line.starts_with("//")) return finish();
            if (line.front() >= '0' && line.front() <= '9') row(line);
            else if (is_transfac_line(line)) entry(line.substr(0, 2), trimmed(line.substr(2)));
            else in_.refuse("a line with a two-letter key, a row or //", in_quotes(line));
        }
        // a file may break off: a table is accepted only if something follows it
        if (record_.in_table)
            in_.refuse(stamp_ ? "XX at the end of the matrix" : "// at the end of the record",
                       in_.done() ? "the end of the file" : in_.next_in_words());
        return finish();
    }
    // skips the rest of a record that cannot be read
    void pass_record()
    {
        if (in_.line() > 0 && trimmed(in_.line_at(in_.line() - 1)).starts_with("//")) return;
        while (!in_.done()) {
            std::string_view const line = trimmed(in_.peek());
            if (stamp_ && line.starts_with("DE")) return;
            in_.take();
            if (line.starts_with("//")) return;
        }
    }

    void entry(std::string_view key, std::string_view value)
    {
        record_.in_table = false;
        auto const keep = [&](std::optional<std::string>& slot) {
            if (slot) in_.refuse("// before the next record", "a second line " + std::string{key});
            slot = value;
            if (in_.motif.empty() || key == "AC") in_.motif = name_text(value);
        };
        if (key == "P0" || key == "PO") table(value);
        else if (key == "AC") keep(record_.accession);
        else if (key == "ID") keep(record_.id);
        else if (key == "NA") keep(record_.name);
        else if (key == "DE" && !record_.description) keep(record_.description);
        else if (key != "XX" && key != "VV")
            record_.notes.push_back({"TRANSFAC " + std::string{key}, std::string{value}});
    }
    void table(std::string_view letters)
    {
        if (record_.order) in_.refuse("// before the next record", "a second table");
        record_.order = order_of_bases(words(letters));
        if (!record_.order) in_.refuse("A C G T after P0", in_quotes(letters));
        if (letters.find_first_of("Uu") != letters.npos) in_.is_rna();
        else in_.is_dna();
        record_.in_table = true;
    }
    void row(std::string_view line)
    {
        auto const parts = words(line);
        if (stamp_ && !record_.order && record_.description) {
            record_.order = std::array<std::size_t, 4>{0, 1, 2, 3};
            record_.in_table = true;
        }
        if (!record_.in_table) in_.refuse("a line P0 before the rows", in_quotes(line));
        motif_numbers& read = record_.numbers;
        auto const number = motif_number(parts[0]);
        if (read.columns.empty() && number == 0) record_.first = 0;
        std::size_t const next = read.columns.size() + record_.first;
        if (!number || *number != static_cast<double>(next))
            in_.refuse("row " + std::to_string(next), in_quotes(parts[0]));
        // the last field is one character of the consensus; PRODORIC has "n16" in three rows
        bool const letter_after = parts.size() == 6 && (parts[5].size() == 1 || !motif_number(parts[5]));
        if (parts.size() != 5 && !letter_after)
            in_.refuse("a row number, 4 counts and a letter", std::to_string(parts.size()) + " fields");
        for (std::size_t i = 1; i < 5; ++i) read.written(parts[i]);
        column const given = four_numbers(in_, parts, 1, "a count");
        column c{};
        for (std::size_t i = 0; i < 4; ++i) c[(*record_.order)[i]] = given[i];
        read.columns.push_back(c);
        read.lines.push_back(in_.line());
        if (read.columns.size() > widest_motif) check_width(in_, read.columns.size());
    }
    bool finish()
    {
        if (!record_.started()) return false;
        if (!record_.order) in_.refuse("a table from P0 on in the record", "none");
        motif_ = {};
        take_names(motif_);
        check_width(in_, record_.numbers.columns.size());
        set_columns(in_, motif_, std::move(record_.numbers));
        return true;
    }
    // AC is the name, NA (else ID) the name that people read; without AC they take its place
    void take_names(motif& m)
    {
        if (record_.accession) {
            m.name = *record_.accession;
            m.alternative_name = record_.name ? *record_.name : record_.id.value_or("");
            if (record_.name && record_.id) m.notes.push_back({"TRANSFAC ID", *record_.id});
        } else {
            m.name = record_.id ? *record_.id : record_.name.value_or("");
            if (record_.id && record_.name) m.alternative_name = *record_.name;
        }
        if (m.name.empty() && record_.description)
            m.name = record_.description->substr(0, record_.description->find_first_of(blanks));
        if (m.name.empty()) in_.refuse("a line AC, ID, NA or DE with the motif's name", "none");
        in_.motif = name_text(m.name);
        if (record_.description) m.notes.push_back({"TRANSFAC DE", *record_.description});
        for (motif_note& note : record_.notes) m.notes.push_back(std::move(note));
    }

    motif_lines& in_;
    motif_set set_;
    motif motif_;
    record record_;
    bool stamp_;
};

inline motif_set parse_transfac(motif_lines& in) { return transfac_parser{in}.parse(); }

} // namespace detail

/// The motifs as TRANSFAC records: AC, ID, NA, the lines that a TRANSFAC file left as notes, the table of
/// counts (chosen as in jaspar_text) with IUPAC letters, //.
inline std::string transfac_text(motif_set const& set)
{
    require_finite(set);
    std::string out;
    for (motif const& m : set.motifs) {
        out += "AC  " + detail::one_line(m.name.empty() ? "unnamed" : m.name) + "\nXX\n";
        bool const identified = std::any_of(m.notes.begin(), m.notes.end(),
                                            [](motif_note const& note) { return note.key == "TRANSFAC ID"; });
        if (identified) out += "ID  " + detail::one_line(detail::note_of(m, "TRANSFAC ID")) + "\nXX\n";
        if (!m.alternative_name.empty())
            out += (identified ? "NA  " : "ID  ") + detail::one_line(m.alternative_name) + "\nXX\n";
        for (motif_note const& note : m.notes)
            if (note.key.starts_with("TRANSFAC ") && note.key.size() == 11 && note.key != "TRANSFAC ID")
                out += note.key.substr(9) + "  " + detail::one_line(note.value) + "\n";
        out += "P0";
        for (char const base : {'A', 'C', 'G', 'T'}) (out += "      ") += base;
        out += "\n";
        detail::written_columns const written{m};
        std::string const letters = iupac_consensus(m.probabilities);
        std::size_t i = 0;
        for (column const& c : written.columns) {
            out += (i + 1 < 10 ? "0" : "") + std::to_string(i + 1);
            for (double const x : c) {
                std::string const number = written.text(x);
                out += std::string(number.size() < 6 ? 7 - number.size() : 1, ' ') + number;
            }
            out += "      ";
            out += letters[i++];
            out += "\n";
        }
        out += "XX\n//\n";
    }
    return out;
}

/// Writes TRANSFAC text; the caller still has to call out.commit().
inline void write_transfac(output_file& out, motif_set const& set) { out << transfac_text(set); }

} // namespace explainn::EXPLAINN_ABI
