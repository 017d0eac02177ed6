// Sequences from FASTA and FASTQ files, plain, gzip or bgzip.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads a FASTA file (or FASTQ, recognised by its first character '@') one sequence at a time. Lines may
/// have any width and letters either case; U is read as T; IUPAC ambiguity codes, X and the dot (which MEME's
/// DNA alphabet also reads as any base) are read as N. A name ends at the first blank. Throws input_error
/// with file and line for letters that are not IUPAC, bases before the first header, a header without name or
/// bases, and a file without sequences.
///
///     fasta_file file{"peaks.fa.gz"};
///     for (std::string name, bases; file.next(name, bases);) use(name, bases);
class fasta_file {
public:
    /// Opens the file and looks at its first line.
    explicit fasta_file(std::filesystem::path path) : file_{std::move(path), "FASTA sequences"}
    {
        if (!next_line()) throw input_error{file_.path(), 0, "FASTA sequences", "an empty file"};
        if (line_.front() != '>' && line_.front() != '@')
            file_.refuse("a header line that begins with '>'", in_quotes(line_));
        fastq_ = line_.front() == '@';
    }

    /// The name it was opened by.
    std::filesystem::path const& path() const { return file_.path(); }
    /// The line of the header of the sequence read last, from 1.
    std::size_t header_line() const { return header_line_; }

    /// Appends the next sequence to `to`; returns false at the end of the file.
    bool next(packed_sequences& to)
    {
        return read([&](std::string_view name) { to.begin(name); },
                    [&](std::string_view bases) {
                        for (;;) {
                            std::size_t const good = to.extend(bases);
                            if (good == bases.size()) return;
                            if (bases[good] != '.') refuse_letter(bases[good]);
                            to.extend("N");
                            bases.remove_prefix(good + 1);
                        }
                    });
    }
    /// Reads the next sequence as ACGTN characters; returns false at the end of the file.
    bool next(std::string& name, std::string& bases)
    {
        return read(
            [&](std::string_view n) {
                name = n;
                bases.clear();
            },
            [&](std::string_view more) {
                for (char const c : more) {
                    letter const code = c == '.' ? letter_n : letter_of(c);
                    if (code == no_letter) refuse_letter(c);
                    bases += char_of(code);
                }
            });
    }

private:
    template <class Begin, class Extend>
    bool read(Begin&& begin, Extend&& extend)
    {
        if (done_) return false;
        header_line_ = file_.line();
        if (line_.front() != (fastq_ ? '@' : '>'))
            file_.refuse(std::string{"a header line that begins with '"} + (fastq_ ? "@'" : ">'"),
                         in_quotes(line_));
        std::string_view const name = line_.substr(1, line_.substr(1).find_first_of(" \t"));
        if (name.empty())
            file_.refuse("a sequence name after the '" + std::string{line_.front()} + "'", in_quotes(line_));
        begin(name);
        std::size_t const count = fastq_ ? read_fastq(extend) : read_fasta(extend);
        if (count == 0) throw input_error{file_.path(), header_line_, "bases after the header line", "none"};
        return true;
    }
    template <class Extend>
    std::size_t read_fasta(Extend&& extend)
    {
        std::size_t count = 0;
        for (;;) {
            if (!next_line()) {
                done_ = true;
                return count;
            }
            if (line_.front() == '>') return count;
            extend(line_);
            count += line_.size();
        }
    }
    template <class Extend>
    std::size_t read_fastq(Extend&& extend)
    {
        std::string const what = "four lines to each FASTQ sequence";
        if (!next_line()) file_.refuse(what, "the end of the file");
        extend(line_);
        std::size_t const count = line_.size();
        if (!next_line()) file_.refuse(what, "the end of the file");
        if (line_.front() != '+') file_.refuse("a line that begins with '+'", in_quotes(line_));
        if (!next_line()) file_.refuse(what, "the end of the file");
        if (line_.size() != count)
            file_.refuse(std::to_string(count) + " quality characters", std::to_string(line_.size()));
        done_ = !next_line();
        return count;
    }
    // takes the next line that is not blank, without blanks at its end
    bool next_line()
    {
        while (file_.next(line_)) {
            while (!line_.empty() && (line_.back() == ' ' || line_.back() == '\t')) line_.remove_suffix(1);
            if (!line_.empty()) return true;
        }
        return false;
    }
    [[noreturn]] void refuse_letter(char c) const { file_.refuse("IUPAC nucleotides", in_quotes(c)); }

    text_file file_;
    std::string_view line_;
    std::size_t header_line_{};
    bool fastq_{}, done_{};
};

namespace detail {
/// Throws "peaks.fa:7: the name 'a' is given twice, first at line 3".
[[noreturn]] inline void refuse_second_name(std::filesystem::path const& file, std::size_t line,
                                            std::string_view name, std::size_t first_line)
{
    throw input_error{file, line,
                      "the name " + in_quotes(name) + " is given twice, first at line " +
                          std::to_string(first_line)};
}
} // namespace detail

/// All sequences of a FASTA or FASTQ file whose name satisfies `keep` (a predicate of std::string_view).
/// Throws input_error as fasta_file does, and where a name is given twice, with both lines.
///
///     auto const s = read_fasta("hg38.fa.gz", [](std::string_view name) { return name == "chr21"; });
template <class Keep>
packed_sequences read_fasta(std::filesystem::path const& path, Keep&& keep)
{
    fasta_file file{path};
    packed_sequences all, left_out;
    name_index kept_names, other_names;
    std::vector<std::size_t> kept_lines, other_lines;
    auto const enter = [&](packed_sequences& names, name_index& index, std::vector<std::size_t>& lines) {
        std::size_t const last = names.size() - 1;
        auto const first = index.add(names.name(last), last, [&](std::size_t i) { return names.name(i); });
        if (first != name_index::none)
            detail::refuse_second_name(path, file.header_line(), names.name(last), lines[first]);
        lines.push_back(file.header_line());
    };
    while (file.next(all)) {
        std::size_t const last = all.size() - 1;
        if (keep(all.name(last))) {
            enter(all, kept_names, kept_lines);
            continue;
        }
        left_out.begin(all.name(last));
        enter(left_out, other_names, other_lines);
        all.drop_last();
    }
    all.shrink_to_fit();
    return all;
}

/// All sequences of a FASTA or FASTQ file.
///
///     packed_sequences const peaks = read_fasta("peaks.fa.gz");
inline packed_sequences read_fasta(std::filesystem::path const& path)
{
    return read_fasta(path, [](std::string_view) { return true; });
}

} // namespace explainn::EXPLAINN_ABI
