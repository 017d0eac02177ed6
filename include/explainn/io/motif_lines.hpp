// The lines of a motif file with a current position; the parsers of all motif formats read from it.
#pragma once
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/motif_options.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI::detail {

inline constexpr std::string_view blanks = " \t\v\f\r";

// comparing with each is several times as fast as searching a set of characters
constexpr bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

inline std::string_view trimmed(std::string_view s)
{
    while (!s.empty() && is_white(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_white(s.back())) s.remove_suffix(1);
    return s;
}

/// Calls take(word) for each word between white space.
template <class Take>
void for_each_word(std::string_view s, Take take)
{
    for (std::size_t i = 0; i < s.size();) {
        if (is_white(s[i])) {
            ++i;
            continue;
        }
        std::size_t const begin = i;
        while (i < s.size() && !is_white(s[i])) ++i;
        take(s.substr(begin, i - begin));
    }
}

/// The words between white space, none of them empty.
inline std::vector<std::string_view> words(std::string_view s)
{
    std::vector<std::string_view> out;
    out.reserve(s.size() / 4 + 1);
    for_each_word(s, [&out](std::string_view word) { out.push_back(word); });
    return out;
}

/// The fields between tabs, without white space around them.
inline std::vector<std::string_view> tab_fields(std::string_view s)
{
    std::vector<std::string_view> out;
    for (;;) {
        auto const tab = s.find('\t');
        out.push_back(trimmed(s.substr(0, tab)));
        if (tab == s.npos) return out;
        s.remove_prefix(tab + 1);
    }
}

inline std::string lower_case(std::string_view s)
{
    std::string out{s};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// The text behind the words of `head` (given in lower case), if the line begins with them, in any case and
/// with any white space between them; else nothing.
///
///     auto const rest = detail::after_words("ALPHABET = ACGT", "alphabet =");       // " ACGT"
inline std::optional<std::string_view> after_words(std::string_view line, std::string_view head)
{
    bool same = true;
    for_each_word(head, [&](std::string_view word) {
        line = trimmed(line);
        same = same && line.size() >= word.size();
        for (std::size_t i = 0; same && i < word.size(); ++i) {
            char const c = line[i];
            same = (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == word[i];
        }
        if (same) line.remove_prefix(word.size());
    });
    return same ? std::optional{line} : std::nullopt;
}

class motif_lines {
public:
    /// A motif file is read into memory as a whole; a larger file is not a motif file.
    static constexpr std::size_t most_bytes = std::size_t{256} << 20;

    explicit motif_lines(std::filesystem::path path) : path_{std::move(path)}
    {
        text_file file{path_, "a motif file (text, not XML or HTML)"};
        std::size_t bytes = 0;
        for (std::string_view line; file.next(line);) {
            bytes += line.size() + 1;
            if (bytes > most_bytes) file.refuse("a motif file of at most 256 MiB", "more");
            add(line);
        }
    }
    motif_lines(std::string_view content, std::filesystem::path name) : path_{std::move(name)}
    {
        while (!content.empty()) {
            auto const end = content.find_first_of("\r\n");
            std::string_view const line = content.substr(0, end);
            content.remove_prefix(end == content.npos ? content.size() : end);
            content.remove_prefix(content.starts_with("\r\n") ? 2 : content.empty() ? 0 : 1);
            add(line);
        }
    }

    std::filesystem::path const& path() const { return path_; }
    motif_options options{};
    /// The motif that is being read, for errors and warnings.
    std::string motif{};
    /// What was assumed so far.
    std::vector<motif_remark> warnings{};
    /// The line that first had U in place of T, from 1; 0 = the file is not of RNA.
    std::size_t rna_line = 0;
    /// The line that first had T as a letter of its alphabet, from 1; 0 = there was none.
    std::size_t dna_line = 0;

    bool done() const { return at_ == lines_.size(); }
    /// The next line, which is not taken; only if not done().
    std::string_view peek() const { return lines_[at_]; }
    std::string_view take() { return lines_[at_++]; }
    void rewind() { at_ = 0; }
    /// The number of the line taken last, from 1; seek() with this number goes back to the line after it.
    std::size_t line() const { return at_; }
    void seek(std::size_t line) { at_ = line; }
    std::size_t size() const { return lines_.size(); }
    /// Any line; the first is 0, and i must be below size().
    std::string_view line_at(std::size_t i) const { return lines_[i]; }
    /// Skips blank lines and comment lines (#).
    void skip_blank()
    {
        while (!done() && is_blank(peek())) ++at_;
    }
    static bool is_blank(std::string_view line)
    {
        line = trimmed(line);
        return line.empty() || line.front() == '#';
    }
    /// The next line as an error shows it.
    std::string next_in_words() const { return done() ? "the end of the file" : in_quotes(trimmed(peek())); }

    /// Throws input_error at a line (lines count from 1).
    [[noreturn]] void refuse_at(std::size_t line, std::string const& expected, std::string const& found) const
    {
        std::string where;
        if (!motif.empty() && expected.find("motif '") == expected.npos &&
            found.find("motif '") == found.npos)
            where = " in motif " + in_quotes(motif);
        throw input_error{path_, line, expected, found + where};
    }
    /// Throws input_error at the line taken last.
    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        refuse_at(at_, expected, found);
    }
    /// Throws input_error at the line that comes next.
    [[noreturn]] void refuse_next(std::string const& expected) const
    {
        refuse_at(done() ? at_ : at_ + 1, expected, next_in_words());
    }
    /// Notes that the line taken last has U in place of T.
    void is_rna()
    {
        if (rna_line == 0) rna_line = at_;
    }
    /// Notes that the line taken last has T.
    void is_dna()
    {
        if (dna_line == 0) dna_line = at_;
    }
    /// Adds a warning that says what was assumed at a line.
    void warn(std::size_t line, std::string says)
    {
        warnings.push_back({path_, line, motif, std::move(says)});
    }

private:
    void add(std::string_view line)
    {
        if (lines_.empty() && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3); // byte order mark
        if (line == "\x1A") return;                                                    // DOS's end of a file
        lines_.emplace_back(line);
    }

    std::filesystem::path path_;
    std::vector<std::string> lines_;
    std::size_t at_{};
};

/// A number as motif files write it; one too small for a double (MEME's E= 1e-1300) is 0.
inline std::optional<double> motif_number(std::string_view s)
{
    if (auto const x = number_of(s)) return x;
    if (s.starts_with('+')) s.remove_prefix(1);
    double x{};
    auto const end = std::from_chars(s.data(), s.data() + s.size(), x);
    bool const tiny = end.ec == std::errc::result_out_of_range && end.ptr == s.data() + s.size() &&
                      (s.find("e-") != s.npos || s.find("E-") != s.npos);
    return tiny ? std::optional<double>{0.0} : std::nullopt;
}

/// A finite number of at least 0; refuses the line otherwise.
inline double not_negative(motif_lines const& in, std::string_view s, char const* what)
{
    auto const x = motif_number(s);
    if (!x || !std::isfinite(*x)) in.refuse(what, in_quotes(s));
    if (*x < 0) in.refuse(std::string{what} + " of at least 0", in_quotes(s));
    return *x == 0 ? 0.0 : *x; // -0 is 0
}

/// The shortest text that reads back to the same bits; whole numbers are written without exponent, and -0 as
/// 0.
inline std::string exact_text(double x)
{
    char chars[48];
    bool const whole = std::abs(x) < 1e15 && x == std::trunc(x);
    auto const end = whole ? std::to_chars(chars, chars + sizeof chars, static_cast<long long>(x))
                           : std::to_chars(chars, chars + sizeof chars, x);
    return {chars, end.ptr};
}

/// A name as one word of a file: white space and characters that do not print become `_`.
inline std::string one_word(std::string_view name)
{
    std::string out{name.empty() ? std::string_view{"unnamed"} : name};
    for (char& c : out)
        if ((c >= 0 && c <= ' ') || c == '\x7f') c = '_';
    return out;
}

/// A name as a reader keeps it: white space within it, above all tabs, becomes one space, so that a row of a
/// table has its number of fields.
inline std::string name_text(std::string_view name)
{
    std::string out;
    for (std::string_view const part : words(name)) (out += out.empty() ? "" : " ") += part;
    return out;
}

/// The name of a motif whose file does not name it: the file's name without .gz, .txt and other endings; an
/// ending has a letter in it (M00001_2.00 is a name).
inline std::string name_from(std::filesystem::path const& path)
{
    std::filesystem::path name = path.filename();
    auto const ending = [&name] { return name.extension().string(); };
    if (ending() == ".gz" || ending() == ".bgz") name = name.stem();
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    std::string const last = ending();
    if (std::any_of(last.begin(), last.end(), is_letter)) name = name.stem();
    return path == "-" || name.empty() ? "motif" : name.string();
}

/// Turns an error "FILE:LINE: expected ..." into a remark about a motif of a file.
inline motif_remark refusal_remark(std::filesystem::path const& path, std::string motif, input_error const& e)
{
    std::string_view says = e.what();
    std::size_t line = 0;
    if (std::string const file = path.string() + ":"; says.starts_with(file)) {
        says.remove_prefix(file.size());
        auto const end = std::from_chars(says.data(), says.data() + says.size(), line);
        says.remove_prefix(static_cast<std::size_t>(end.ptr - says.data()));
        if (says.starts_with(':')) says.remove_prefix(1);
        says = trimmed(says);
    }
    return {path, line, std::move(motif), std::string{says}};
}
/// Does the same for the motif that was being read.
inline motif_remark refusal_remark(motif_lines const& in, input_error const& e)
{
    return refusal_remark(in.path(), in.motif, e);
}

/// Reads one motif by `parse` and adds it to `set`. If it cannot be read, throws input_error; with skip_bad
/// it adds a remark to set.skipped instead, and `go_on` takes the rest of the motif's lines.
template <class Parse, class Resume>
void add_motif(motif_lines& in, motif_set& set, Parse parse, Resume go_on)
{
    std::size_t const warned = in.warnings.size();
    in.motif.clear();
    try {
        motif m = parse();
        m.name = name_text(m.name);
        m.alternative_name = name_text(m.alternative_name);
        set.motifs.push_back(std::move(m));
    } catch (input_error const& e) {
        if (!in.options.skip_bad) throw;
        in.warnings.resize(warned);
        set.skipped.push_back(refusal_remark(in, e));
        go_on();
    }
    in.motif.clear();
}

/// Free text as a part of one line: characters that do not print become spaces.
inline std::string one_line(std::string_view s)
{
    std::string out{s};
    for (char& c : out)
        if ((c >= 0 && c < ' ' && c != '\t') || c == '\x7f') c = ' ';
    return std::string{trimmed(out)};
}

} // namespace explainn::EXPLAINN_ABI::detail
