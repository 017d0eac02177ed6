// Probes of a protein-binding microarray with their signals, from the tables of UniPROBE, DREAM5 and others.
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/labels.hpp>
#include <explainn/io/reads_file.hpp>
#include <explainn/io/table_columns.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A probe of a microarray.
struct array_probe {
    std::string bases;  ///< A, C, G, T and N
    std::string linker; ///< the bases that join all probes to the slide; empty where the table has no column
    float signal{};
    std::optional<std::int32_t> row{}, column{}; ///< where it lies on the slide, where the table tells
    std::size_t line{};                          ///< of the file, from 1
};

/// Which columns of a table with a header are read, by their names; empty: the usual ones.
struct array_columns {
    std::string sequence{}, signal{};
    /// Rows that stay: those in which each of these columns holds this value.
    std::vector<std::pair<std::string, std::string>> where{};
};

/// Rows of an array's table that are no probes to learn from.
struct array_left_out {
    std::size_t flagged{};    ///< spots that the scanner's software marked as bad
    std::size_t controls{};   ///< control spots, and spots without a sequence
    std::size_t unmeasured{}; ///< no signal
    std::size_t not_wanted{}; ///< rows that array_columns::where leaves out
};

/// Reads the probes of a microarray, plain or gzip:
///
/// - a table with a header, columns between tabs or commas, as UniPROBE and the Universal PBM Analysis Suite
///   (Berger and Bulyk 2009, doi:10.1038/nprot.2008.195) have it: a column pbm_sequence or Sequence, a signal
///   (mean_signal_intensity, Signal_Mean, Alexa488Adjusted, Alexa488Norm, signal, ... the first of these that
///   is there), and, where they are there, linker_sequence, row, col or Column, flag, control. Letter case,
///   blanks, dots and underscores in names do not count;
/// - rows `probe <tab> signal [<tab> background]`, as the DREAM5 sets have them, or `signal <tab> probe`,
///   without header;
/// - FASTA whose headers hold `signal: NUMBER`, as Dimont reads it.
///
/// Throws input_error with file and line for a table of more columns without a header, a header without
/// sequence or signal, bases that are none, signals that are no numbers, and a file of several proteins of
/// which `where` chooses none.
///
///     array_file file{"Gata3_015681.txt.gz"};
///     for (array_probe p; file.next(p);) use(p.bases, p.signal);
class array_file {
public:
    explicit array_file(std::filesystem::path path, array_columns columns = {})
        : file_{std::move(path), "a microarray's table"}, wanted_{std::move(columns)}
    {
        std::string_view line;
        do {
            if (!file_.next(line))
                throw input_error{file_.path(), 0, "a microarray's table", "an empty file"};
        } while (line.empty() || (line.front() == '#' && !begins_header(line)));
        if (line.front() == '>') {
            fasta_ = true;
            file_.unread(line);
            return;
        }
        if (line.front() == '#') line.remove_prefix(1);
        columns_.look_at(line, file_);
        fields_ = columns_.split(line, file_);
        width_ = fields_.size();
        if (find_columns()) return;
        look_at_bare_row(line);
        file_.unread(line);
    }

    array_file(array_file const&) = delete;
    array_file& operator=(array_file const&) = delete;

    std::filesystem::path const& path() const { return file_.path(); }
    /// What was left out so far.
    array_left_out const& left_out() const { return out_; }

    /// The next probe with a signal; false at the end.
    bool next(array_probe& to)
    {
        if (!fasta_) return next_of_table(to);
        while (next_of_fasta(to)) {
            if (!std::isnan(to.signal)) return true;
            ++out_.unmeasured;
        }
        return false;
    }

private:
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    // lower case, without what does not count
    static std::string plain(std::string_view name)
    {
        std::string s;
        for (char const c : name)
            if (c != '_' && c != ' ' && c != '.')
                s += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return s;
    }
    static bool begins_header(std::string_view line)
    {
        std::string const s = plain(line);
        return line.find('\t') != line.npos && s.find("sequence") != s.npos;
    }
    std::size_t usual(std::initializer_list<std::string_view> names) const
    {
        for (std::string_view const name : names)
            for (std::size_t i = 0; i < fields_.size(); ++i)
                if (plain(fields_[i]) == name) return i;
        return nowhere;
    }
    std::size_t named(std::string const& name) const
    {
        for (std::size_t i = 0; i < fields_.size(); ++i)
            if (fields_[i] == name) return i;
        file_.refuse("a column " + in_quotes(name) + " in the header", in_quotes(header_text()));
    }
    std::string header_text() const
    {
        std::string text;
        for (auto const field : fields_) text += (text.empty() ? "" : ", ") + std::string{field};
        return text;
    }
    // whether the first line is a header; then which columns hold what
    bool find_columns()
    {
        sequence_ = usual({"pbmsequence", "sequence", "probesequence", "seq"});
        bool const told = !wanted_.sequence.empty() || !wanted_.signal.empty() || !wanted_.where.empty();
        if (sequence_ == nowhere && !told) return false;
        if (!wanted_.sequence.empty()) sequence_ = named(wanted_.sequence);
        if (sequence_ == nowhere)
            file_.refuse("a header with a column of sequences", in_quotes(header_text()));
        signal_ = wanted_.signal.empty()
                      ? usual({"meansignalintensity", "signalmean", "alexa488adjusted", "alexa488norm",
                               "signal", "meansignal", "signalintensity", "intensity", "alexa488"})
                      : named(wanted_.signal);
        if (signal_ == nowhere)
            file_.refuse("a header with a column of signals, such as mean_signal_intensity",
                         in_quotes(header_text()));
        linker_ = usual({"linkersequence", "linker"});
        row_ = usual({"row"});
        column_ = usual({"col", "column"});
        flag_ = usual({"flag", "alexa488flags"});
        control_ = usual({"control"});
        for (auto const& [name, value] : wanted_.where) where_.emplace_back(named(name), value);
        for (char const* const name : {"tfid", "arraytype"}) one_of_.emplace_back(usual({name}), "");
        return true;
    }
    void look_at_bare_row(std::string_view line)
    {
        auto const is_probe = [this](std::size_t i) {
            return fields_[i].size() >= 8 && detail::leading_bases(fields_[i]) == fields_[i].size();
        };
        auto const is_signal = [this](std::size_t i) {
            return fields_[i].empty() || detail::is_missing_word(fields_[i]) || number_of(fields_[i]);
        };
        bool const narrow = width_ == 2 || width_ == 3;
        if (narrow && is_probe(0)) {
            sequence_ = 0;
            signal_ = 1;
        } else if (width_ == 2 && is_probe(1) && is_signal(0)) {
            sequence_ = 1;
            signal_ = 0;
        } else {
            file_.refuse("a header with columns such as pbm_sequence and mean_signal_intensity (UniPROBE), "
                         "or rows of probe, signal and background (DREAM5)",
                         in_quotes(line));
        }
    }
    bool next_of_table(array_probe& to)
    {
        for (std::string_view line; file_.next(line);) {
            if (line.empty() || line.front() == '#') continue;
            fields_ = columns_.split(line, file_);
            if (fields_.size() != width_)
                file_.refuse(std::to_string(width_) + " columns as in the first line",
                             std::to_string(fields_.size()));
            if (!is_wanted()) {
                ++out_.not_wanted;
                continue;
            }
            std::string_view const bases = fields_[sequence_];
            if (bases.empty() || detail::is_missing_word(bases) || says_yes(control_)) {
                ++out_.controls;
                continue;
            }
            if (says_yes(flag_)) {
                ++out_.flagged;
                continue;
            }
            to.signal = detail::label_of(fields_[signal_], file_);
            if (std::isnan(to.signal)) {
                ++out_.unmeasured;
                continue;
            }
            take(bases, to.bases);
            to.linker.clear();
            if (linker_ != nowhere) take(fields_[linker_], to.linker);
            to.row = place(row_);
            to.column = place(column_);
            to.line = file_.line();
            return true;
        }
        return false;
    }
    bool is_wanted()
    {
        for (auto const& [at, value] : where_)
            if (fields_[at] != value) return false;
        for (auto& [at, value] : one_of_) {
            if (at == nowhere) continue;
            if (value.empty()) value = fields_[at];
            if (fields_[at] != value)
                file_.refuse("one protein on one array, " + in_quotes(value) +
                                 " as before (choose one with a condition on its column)",
                             in_quotes(fields_[at]));
        }
        return true;
    }
    // 1, TRUE, yes and other text are yes; 0, FALSE, no and nothing are no
    bool says_yes(std::size_t at) const
    {
        if (at == nowhere) return false;
        std::string const s = plain(fields_[at]);
        if (auto const x = number_of(s)) return *x != 0;
        return !(s.empty() || s == "false" || s == "f" || s == "no" || s == "na");
    }
    std::optional<std::int32_t> place(std::size_t at) const
    {
        if (at == nowhere) return std::nullopt;
        auto const x = detail::digits_of(fields_[at]);
        if (!x || *x > 100000)
            file_.refuse("a place on the slide in column " + std::to_string(at + 1), in_quotes(fields_[at]));
        return static_cast<std::int32_t>(*x);
    }
    void take(std::string_view from, std::string& to) const
    {
        to.clear();
        for (char const c : from) {
            char const base = detail::base_chars[static_cast<unsigned char>(c)];
            if (base == '\0') file_.refuse("IUPAC nucleotides", in_quotes(c));
            to += base;
        }
    }
    bool next_of_fasta(array_probe& to)
    {
        std::string_view line;
        do {
            if (!file_.next(line)) return false;
        } while (line.empty());
        if (line.front() != '>') file_.refuse("a header line that begins with '>'", in_quotes(line));
        constexpr std::string_view key = "signal:";
        auto const at = line.find(key);
        if (at == line.npos)
            file_.refuse("a header that holds 'signal: NUMBER', as Dimont reads it", in_quotes(line));
        std::string_view value = line.substr(at + key.size());
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        to.signal = detail::label_of(value.substr(0, value.find_first_of("; \t")), file_);
        to.line = file_.line();
        to.row = to.column = std::nullopt;
        to.linker.clear();
        to.bases.clear();
        std::string more;
        while (file_.next(line)) {
            if (line.starts_with('>')) {
                file_.unread(line);
                break;
            }
            take(line, more);
            to.bases += more;
        }
        if (to.bases.empty()) throw input_error{path(), to.line, "bases after the header line", "none"};
        return true;
    }

    text_file file_;
    array_columns wanted_;
    table_columns columns_;
    std::vector<std::string_view> fields_;
    std::size_t width_{};
    std::size_t sequence_ = nowhere, signal_ = nowhere, linker_ = nowhere, row_ = nowhere, column_ = nowhere,
                flag_ = nowhere, control_ = nowhere;
    std::vector<std::pair<std::size_t, std::string>> where_, one_of_;
    array_left_out out_;
    bool fasta_ = false;
};

} // namespace explainn::EXPLAINN_ABI
