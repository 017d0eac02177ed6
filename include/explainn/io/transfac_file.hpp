// TRANSFAC matrices: lines of a two-letter key, a table from P0 (or PO) on, records that end in //.
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
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn {
namespace detail {

inline bool is_transfac_line(std::string_view line)
{
    line = trimmed(line);
    auto const upper = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return line.size() >= 2 && line[0] >= 'A' && line[0] <= 'Z' && upper(line[1]) &&
           (line.size() == 2 || blanks.find(line[2]) != blanks.npos);
}

class transfac_parser {
public:
    explicit transfac_parser(motif_lines& in) : in_{in} {}

    motif_set parse()
    {
        while (!in_.done()) {
            std::string_view const line = trimmed(in_.take());
            if (line.empty() || line.front() == '#') continue;
            if (line.starts_with("//")) finish();
            else if (line.front() >= '0' && line.front() <= '9') row(line);
            else if (is_transfac_line(line)) entry(line.substr(0, 2), trimmed(line.substr(2)));
            else in_.refuse("a line with a two-letter key, a row or //", in_quotes(line));
        }
        // a file may break off: a table that nothing follows is not trusted
        if (in_table_) in_.refuse("// at the end of the record", "the end of the file");
        if (started()) finish();
        if (set_.motifs.empty()) in_.refuse("at least one matrix", "none");
        return std::move(set_);
    }

private:
    bool started() const { return order_ || accession_ || id_ || name_ || description_; }

    void entry(std::string_view key, std::string_view value)
    {
        in_table_ = false;
        auto const keep = [&](std::optional<std::string>& slot) {
            if (slot) in_.refuse("// before the next record", "a second line " + std::string{key});
            slot = value;
        };
        if (key == "P0" || key == "PO") table(value);
        else if (key == "AC") keep(accession_);
        else if (key == "ID") keep(id_);
        else if (key == "NA") keep(name_);
        else if (key == "DE" && !description_) keep(description_);
        else if (key != "XX" && key != "VV")
            notes_.push_back({"TRANSFAC " + std::string{key}, std::string{value}});
    }
    void table(std::string_view letters)
    {
        if (order_) in_.refuse("// before the next record", "a second table");
        std::array<std::size_t, 4> order{};
        unsigned seen = 0;
        auto const parts = words(letters);
        for (std::size_t i = 0; i < parts.size() && i < 4; ++i) {
            letter const base = parts[i].size() == 1 ? letter_of(parts[i][0]) : no_letter;
            if (base < letter_n) {
                order[i] = base;
                seen |= 1u << base;
            }
        }
        if (parts.size() != 4 || seen != 15) in_.refuse("A C G T after P0", in_quotes(letters));
        order_ = order;
        in_table_ = true;
    }
    void row(std::string_view line)
    {
        auto const parts = words(line);
        if (!in_table_) in_.refuse("a line P0 before the rows", in_quotes(line));
        auto const number = motif_number(parts[0]);
        if (columns_.empty() && number == 0) first_ = 0;
        if (!number || *number != static_cast<double>(columns_.size() + first_))
            in_.refuse("row " + std::to_string(columns_.size() + first_), in_quotes(parts[0]));
        bool const letter_after = parts.size() == 6 && !motif_number(parts[5]);
        if (parts.size() != 5 && !letter_after)
            in_.refuse("a row number, 4 counts and a letter", std::to_string(parts.size()) + " fields");
        column const given = four_numbers(in_, parts, 1, "a count");
        column c{};
        for (std::size_t i = 0; i < 4; ++i) c[(*order_)[i]] = given[i];
        columns_.push_back(c);
        if (columns_.size() > widest_motif) check_width(in_, columns_.size());
    }
    void finish()
    {
        bool const anything = started();
        in_table_ = false;
        if (anything) {
            if (!order_) in_.refuse("a table from P0 on in the record", "none");
            motif m;
            take_names(m);
            set_columns(in_, m, std::move(columns_));
            set_.motifs.push_back(std::move(m));
        }
        columns_.clear();
        notes_.clear();
        accession_ = id_ = name_ = description_ = std::nullopt;
        order_ = std::nullopt;
        first_ = 1;
    }
    // AC names it, NA (else ID) is what people read; without AC they move up
    void take_names(motif& m)
    {
        if (accession_) {
            m.name = *accession_;
            m.alternative_name = name_ ? *name_ : id_.value_or("");
            if (name_ && id_) m.notes.push_back({"TRANSFAC ID", *id_});
        } else {
            m.name = id_ ? *id_ : name_.value_or("");
            if (id_ && name_) m.alternative_name = *name_;
        }
        if (m.name.empty() && description_)
            m.name = description_->substr(0, description_->find_first_of(blanks));
        if (m.name.empty()) in_.refuse("a line AC, ID, NA or DE with the motif's name", "none");
        if (description_) m.notes.push_back({"TRANSFAC DE", *description_});
        for (motif_note& note : notes_) m.notes.push_back(std::move(note));
    }

    motif_lines& in_;
    motif_set set_;
    std::optional<std::string> accession_, id_, name_, description_;
    std::vector<motif_note> notes_;
    std::optional<std::array<std::size_t, 4>> order_;
    std::vector<column> columns_;
    std::size_t first_ = 1;
    bool in_table_ = false;
};

inline motif_set parse_transfac(motif_lines& in) { return transfac_parser{in}.parse(); }

} // namespace detail

/// The motifs as TRANSFAC records: AC, ID, NA, the lines a TRANSFAC file left as notes, the table of counts
/// (as jaspar_text chooses them) with IUPAC letters, //.
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
        std::vector<column> const columns = detail::counts_or_probabilities(m);
        std::string const letters = iupac_consensus(to_ppm(pfm{columns}, 0, background{}));
        std::size_t i = 0;
        for (column const& c : columns) {
            out += (i + 1 < 10 ? "0" : "") + std::to_string(i + 1);
            for (double const x : c) {
                std::string const number = detail::exact_text(x);
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

/// Writes TRANSFAC text; the file still needs its commit().
inline void write_transfac(output_file& out, motif_set const& set) { out << transfac_text(set); }

} // namespace explainn
