// The lines of a motif file with a place to read on from; every motif format is parsed from these.
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
#include <explainn/io/text_file.hpp>

namespace explainn::detail {

inline constexpr std::string_view blanks = " \t\v\f\r";

/// Whether a character is one of `blanks`; a search in a text asks for it once a character.
constexpr bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n'); }

inline std::string_view trimmed(std::string_view s)
{
    std::size_t first = 0, last = s.size();
    while (first < last && is_white(s[first])) ++first;
    while (last > first && is_white(s[last - 1])) --last;
    return s.substr(first, last - first);
}

/// The parts between white space, none of them empty.
inline std::vector<std::string_view> words(std::string_view s)
{
    std::vector<std::string_view> out;
    out.reserve(8); // a row of a motif in one piece of memory
    for (std::size_t at = 0;;) {
        while (at < s.size() && is_white(s[at])) ++at;
        if (at == s.size()) return out;
        std::size_t const begin = at;
        while (at < s.size() && !is_white(s[at])) ++at;
        out.push_back(s.substr(begin, at - begin));
    }
}

/// The parts between tabs, without white space around them.
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

class motif_lines {
public:
    /// A motif file is read whole; what is larger than this is something else.
    static constexpr std::size_t most_bytes = std::size_t{256} << 20;

    explicit motif_lines(std::filesystem::path path) : path_{std::move(path)}
    {
        text_file file{path_};
        std::size_t bytes = 0;
        for (std::string_view line; file.next(line);) {
            if ((bytes += line.size() + 1) > most_bytes)
                file.refuse("a motif file of at most 256 MiB", "more");
            add(line);
        }
    }
    motif_lines(std::string_view content, std::filesystem::path name) : path_{std::move(name)}
    {
        while (!content.empty()) {
            auto const end = content.find('\n');
            std::string_view line = content.substr(0, end);
            content.remove_prefix(end == content.npos ? content.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            add(line);
        }
    }

    std::filesystem::path const& path() const { return path_; }
    bool done() const { return at_ == lines_.size(); }
    /// The next line, which stays; only if not done().
    std::string_view peek() const { return lines_[at_]; }
    std::string_view take() { return lines_[at_++]; }
    void rewind() { at_ = 0; }
    /// Past blank lines and lines of comment (#).
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

    /// Refuses the line taken last.
    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        throw input_error{path_, at_, expected, found};
    }
    /// Refuses the line that comes next.
    [[noreturn]] void refuse_next(std::string const& expected) const
    {
        throw input_error{path_, done() ? at_ : at_ + 1, expected, next_in_words()};
    }
    /// Refuses what the line taken last says, in a sentence of its own.
    [[noreturn]] void refuse(std::string const& sentence) const { throw input_error{path_, at_, sentence}; }

private:
    void add(std::string_view line)
    {
        if (lines_.empty() && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3); // byte order mark
        lines_.emplace_back(line);
    }

    std::filesystem::path path_;
    std::vector<std::string> lines_;
    std::size_t at_{};
};

/// A number as motif files write them; what is too small for a double (MEME's E= 1e-1300) is 0.
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

/// A finite number of at least 0, or a refusal of the line.
inline double not_negative(motif_lines const& in, std::string_view s, char const* what)
{
    auto const x = motif_number(s);
    if (!x || !std::isfinite(*x)) in.refuse(what, in_quotes(s));
    if (*x < 0) in.refuse(std::string{what} + " of at least 0", in_quotes(s));
    return *x;
}

/// The shortest text that reads back to the same bits; whole numbers without exponent.
inline std::string exact_text(double x)
{
    char chars[48];
    bool const whole = std::abs(x) < 1e15 && x == std::trunc(x) && !(x == 0 && std::signbit(x));
    auto const end = whole ? std::to_chars(chars, chars + sizeof chars, static_cast<long long>(x))
                           : std::to_chars(chars, chars + sizeof chars, x);
    return {chars, end.ptr};
}

/// A name as one word of a file: white space and what does not print become `_`.
inline std::string one_word(std::string_view name)
{
    std::string out{name.empty() ? std::string_view{"unnamed"} : name};
    for (char& c : out)
        if ((c >= 0 && c <= ' ') || c == '\x7f') c = '_';
    return out;
}

/// Free text as part of one line: what does not print becomes a space.
inline std::string one_line(std::string_view s)
{
    std::string out{s};
    for (char& c : out)
        if ((c >= 0 && c < ' ' && c != '\t') || c == '\x7f') c = ' ';
    return std::string{trimmed(out)};
}

} // namespace explainn::detail
