// Reads of a sequencing machine from FASTQ, FASTA, plain lines, and tables of sequences with counts.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/table_columns.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Every character as the letter that is kept for it, A, C, G, T or N; '\0' for one that is no base.
inline constexpr std::array<char, 256> base_chars = [] {
    std::array<char, 256> chars{};
    for (std::size_t i = 0; i < 256; ++i)
        chars[i] = letter_codes[i] == no_letter ? '\0' : char_of(letter_codes[i]);
    chars['.'] = 'N'; // as sequencing machines wrote a base that was not called
    return chars;
}();
/// How many of the first characters are bases.
inline std::size_t leading_bases(std::string_view text)
{
    auto const end = std::find_if(text.begin(), text.end(),
                                  [](char c) { return base_chars[static_cast<unsigned char>(c)] == '\0'; });
    return static_cast<std::size_t>(end - text.begin());
}
} // namespace detail

/// One read of a file; the views are valid until the next read is taken.
struct sequencing_read {
    std::string_view name{};      ///< up to the first blank; empty where the file gives none
    std::string_view bases{};     ///< A, C, G, T and N
    std::string_view qualities{}; ///< a character a base, or empty where the file gives none
    /// How often it was seen, a number a column of a table of counts; empty in other files: it was seen once.
    std::span<std::uint32_t const> counts{};
    std::size_t line{}; ///< where it begins, from 1
};

/// Which columns of a table hold what; none given: the file says it.
struct read_columns {
    std::string sequence{};            ///< the name of the column of bases
    std::vector<std::string> counts{}; ///< the names of the columns of counts
};

/// Reads of a file in the order of the file, plain or gzip. What it is, the first line says:
/// FASTQ (https://doi.org/10.1093/nar/gkp1137; four lines to each read), FASTA, a table of sequences and
/// counts between tabs or commas, or one sequence a line. FASTQ whose headers are `+` alone, as
/// Bioconductor's SELEX package has it, is read too; a quality of `+` there is none. Letters are read as
/// fasta_file reads them; a read may have no bases (trimming leaves such).
///
/// A table without header has the sequence in column 1 and counts in all others, named cycle0, cycle1, ...
/// With a header, the sequence stands in the column named sequence, seq or read (or as `columns` says), and
/// counts stand in all others; where `columns` names the sequence and no counts, every row is one read.
///
/// Throws input_error with file and line: bases that are none, FASTQ whose qualities are not as many as its
/// bases, a read that is cut off, counts that are no whole numbers of 0 and more, a file without reads.
///
///     reads_file file{"cycle4.fastq.gz"};
///     for (sequencing_read r; file.next(r);) use(r.bases, r.line);
class reads_file {
public:
    explicit reads_file(std::filesystem::path path, read_columns columns = {})
        : file_{std::move(path), "sequencing reads"}, wanted_{std::move(columns)}
    {
        std::string_view line;
        do {
            if (!file_.next(line)) throw input_error{file_.path(), 0, "sequencing reads", "an empty file"};
            line = without_blanks_behind(line);
        } while (line.empty() || line.front() == '#');
        if (line.front() == '>') kind_ = kind::fasta;
        else if (line.front() == '@') kind_ = kind::fastq;
        else if (line == "+") kind_ = kind::fastq, bare_ = true;
        else if (line.find_first_of("\t,") != line.npos || !wanted_.sequence.empty()) begin_table(line);
        else if (detail::leading_bases(line) == line.size()) kind_ = kind::lines;
        else
            file_.refuse("reads: FASTQ ('@' first), FASTA ('>' first), a table of sequences and counts, or a "
                         "sequence a line",
                         in_quotes(line));
        if (!in_header_) file_.unread(line);
    }

    reads_file(reads_file const&) = delete;
    reads_file& operator=(reads_file const&) = delete;

    std::filesystem::path const& path() const { return file_.path(); }
    /// The names of the columns of counts; none where every read was seen once.
    std::vector<std::string> const& count_names() const { return count_names_; }

    /// The next read; false at the end.
    bool next(sequencing_read& to)
    {
        to.qualities = {};
        to.name = {};
        to.counts = {};
        switch (kind_) {
        case kind::fastq:
            return next_fastq(to);
        case kind::fasta:
            return next_fasta(to);
        case kind::table:
            return next_row(to);
        case kind::lines:
            break;
        }
        return next_line(to);
    }
    /// Throws input_error at the line of a read.
    [[noreturn]] void refuse(sequencing_read const& at, std::string const& expected,
                             std::string const& found) const
    {
        throw input_error{path(), at.line, expected, found};
    }

private:
    enum class kind { lines, fastq, fasta, table };

    static std::string_view without_blanks_behind(std::string_view line)
    {
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
        return line;
    }
    static std::string_view name_of(std::string_view header)
    {
        header.remove_prefix(1);
        header.remove_prefix(std::min(header.find_first_not_of(" \t"), header.size()));
        return header.substr(0, header.find_first_of(" \t"));
    }
    // adds bases to bases_, or refuses the first character that is none
    void take_bases(std::string_view text)
    {
        std::size_t const begin = bases_.size();
        bases_.resize(begin + text.size());
        for (std::size_t i = 0; i < text.size(); ++i) {
            char const c = detail::base_chars[static_cast<unsigned char>(text[i])];
            if (c == '\0') file_.refuse("IUPAC nucleotides", in_quotes(text[i]));
            bases_[begin + i] = c;
        }
    }

    bool next_fastq(sequencing_read& to)
    {
        static std::string const four = "four lines to each FASTQ read";
        std::string_view line;
        do {
            if (!file_.next(line)) return false;
        } while (line.empty());
        to.line = file_.line();
        if (line.front() != '@' && !(bare_ && line == "+"))
            file_.refuse("a header line that begins with '@'", in_quotes(line));
        name_ = name_of(line);
        bases_.clear();
        if (!file_.next(line)) file_.refuse(four, "the end of the file");
        take_bases(without_blanks_behind(line));
        if (!file_.next(line)) file_.refuse(four, "the end of the file");
        if (!line.starts_with('+')) file_.refuse("a line that begins with '+'", in_quotes(line));
        if (!file_.next(line)) {
            // a last read without bases may lack its last line end, and so its line of no qualities
            if (!bases_.empty()) file_.refuse(four, "the end of the file");
            line = {};
        }
        if (line.size() > bases_.size()) line = without_blanks_behind(line);
        bool const none = bare_ && line == "+" && bases_.size() != 1;
        if (!none && line.size() != bases_.size())
            file_.refuse(std::to_string(bases_.size()) + " quality characters, as many as the read has bases",
                         std::to_string(line.size()));
        qualities_ = none ? std::string_view{} : line;
        to.name = name_;
        to.bases = bases_;
        to.qualities = qualities_;
        return true;
    }
    bool next_fasta(sequencing_read& to)
    {
        std::string_view line;
        do {
            if (!file_.next(line)) return false;
        } while (without_blanks_behind(line).empty());
        to.line = file_.line();
        if (line.front() != '>') file_.refuse("a header line that begins with '>'", in_quotes(line));
        name_ = name_of(line);
        bases_.clear();
        while (file_.next(line)) {
            if (line.starts_with('>')) {
                file_.unread(line);
                break;
            }
            take_bases(without_blanks_behind(line));
        }
        to.name = name_;
        to.bases = bases_;
        return true;
    }
    bool next_line(sequencing_read& to)
    {
        for (std::string_view line; file_.next(line);) {
            line = without_blanks_behind(line);
            if (line.empty() || line.front() == '#') continue;
            bases_.clear();
            take_bases(line);
            to.bases = bases_;
            to.line = file_.line();
            return true;
        }
        return false;
    }

    // the header, or the first row where there is none
    void begin_table(std::string_view line)
    {
        kind_ = kind::table;
        columns_.look_at(line, file_);
        auto const fields = columns_.split(line, file_);
        width_ = fields.size();
        bool const header = !wanted_.sequence.empty() || !is_row(fields);
        in_header_ = header;
        if (!header) {
            for (std::size_t i = 1; i < fields.size(); ++i) {
                count_columns_.push_back(i);
                count_names_.push_back("cycle" + std::to_string(i - 1));
            }
            if (!wanted_.counts.empty())
                file_.refuse("a header with the column " + in_quotes(wanted_.counts[0]), in_quotes(line));
            counts_.resize(count_columns_.size());
            return;
        }
        auto const place_of_column = [&](std::string_view name) {
            auto const at = std::find(fields.begin(), fields.end(), name);
            if (at == fields.end())
                file_.refuse("a column " + in_quotes(name) + " in the header", in_quotes(line));
            return static_cast<std::size_t>(at - fields.begin());
        };
        if (!wanted_.sequence.empty()) sequence_column_ = place_of_column(wanted_.sequence);
        else {
            static constexpr std::array<std::string_view, 6> names{"sequence", "Sequence", "seq",
                                                                   "Seq",      "read",     "Read"};
            auto const at = std::find_first_of(fields.begin(), fields.end(), names.begin(), names.end());
            if (at == fields.end())
                file_.refuse("a row of a sequence and counts, or a header with a column 'sequence'",
                             in_quotes(line));
            sequence_column_ = static_cast<std::size_t>(at - fields.begin());
        }
        for (auto const& name : wanted_.counts) {
            count_columns_.push_back(place_of_column(name));
            count_names_.push_back(name);
        }
        if (wanted_.counts.empty() && wanted_.sequence.empty())
            for (std::size_t i = 0; i < fields.size(); ++i)
                if (i != sequence_column_) {
                    count_columns_.push_back(i);
                    count_names_.emplace_back(fields[i]);
                }
        counts_.resize(count_columns_.size());
    }
    static bool is_row(std::vector<std::string_view> const& fields)
    {
        return fields.size() > 1 && !fields[0].empty() &&
               detail::leading_bases(fields[0]) == fields[0].size() &&
               std::all_of(fields.begin() + 1, fields.end(), [](std::string_view field) {
                   return !field.empty() && field.find_first_not_of("+-.0123456789") == field.npos;
               });
    }
    bool next_row(sequencing_read& to)
    {
        for (std::string_view line; file_.next(line);) {
            if (line.empty() || line.front() == '#') continue;
            auto const& fields = columns_.split(line, file_);
            if (fields.size() != width_)
                file_.refuse(std::to_string(width_) + " columns as in the first line",
                             std::to_string(fields.size()));
            bases_.clear();
            take_bases(fields[sequence_column_]);
            for (std::size_t i = 0; i < counts_.size(); ++i) {
                std::string_view const field = fields[count_columns_[i]];
                auto const x = detail::digits_of(field);
                if (!x || *x > std::numeric_limits<std::uint32_t>::max())
                    file_.refuse("a count (a whole number of 0 or more) in column " +
                                     std::to_string(count_columns_[i] + 1),
                                 in_quotes(field));
                counts_[i] = static_cast<std::uint32_t>(*x);
            }
            to.bases = bases_;
            to.counts = counts_;
            to.line = file_.line();
            return true;
        }
        return false;
    }

    text_file file_;
    read_columns wanted_;
    kind kind_ = kind::lines;
    bool bare_ = false;      // FASTQ without names
    bool in_header_ = false; // the first line is no read
    std::string name_, bases_;
    std::string_view qualities_;
    table_columns columns_;
    std::size_t width_{}, sequence_column_{};
    std::vector<std::size_t> count_columns_;
    std::vector<std::string> count_names_;
    std::vector<std::uint32_t> counts_;
};

} // namespace explainn::EXPLAINN_ABI
