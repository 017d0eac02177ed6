// MEME text files, minimal to full, versions 4 and 5 (meme-suite.org/doc/meme-format.html).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn {
namespace detail {

class meme_parser {
public:
    explicit meme_parser(motif_lines& in) : in_{in} {}

    motif_set parse()
    {
        while (!in_.done()) statement(in_.take());
        close();
        if (!versioned_) in_.refuse("a line \"MEME version 4\" or later", "none");
        if (set_.motifs.empty()) in_.refuse("at least one motif", "none");
        return std::move(set_);
    }

private:
    void statement(std::string_view line)
    {
        std::string_view const text = trimmed(line);
        if (text.starts_with("MEME version")) version(text.substr(12));
        else if (text.starts_with("ALPHABET=")) alphabet(trimmed(text.substr(9)));
        else if (text == "ALPHABET" || text.starts_with("ALPHABET ") || text.starts_with("ALPHABET\t"))
            alphabet_block();
        else if (text.starts_with("strands:")) strands(text.substr(8));
        else if (text.starts_with("Background letter frequencies")) letters();
        else if (line == "MOTIF" || line.starts_with("MOTIF ") || line.starts_with("MOTIF\t"))
            start(trimmed(line.substr(5)));
        else if (text.starts_with("letter-probability matrix:")) matrix(text.substr(26));
        else if (text.starts_with("log-odds matrix:")) log_odds(text.substr(16));
        else if (text.starts_with("URL") && open_) set_.motifs.back().url = trimmed(text.substr(3));
    }

    void version(std::string_view rest)
    {
        auto const parts = words(rest);
        std::string_view const number = parts.empty() ? std::string_view{} : parts[0];
        auto const major = motif_number(number.substr(0, number.find('.')));
        if (!major || !(*major >= 4)) in_.refuse("MEME version 4 or later", in_quotes(trimmed(rest)));
        versioned_ = true;
    }
    void alphabet(std::string_view letters)
    {
        if (letters != "ACGT") in_.refuse("the DNA alphabet ACGT", in_quotes(letters));
    }
    // core symbols stand alone or as a complementary pair joined by ~; a line with = gives an ambiguity code
    void alphabet_block()
    {
        std::string core;
        for (;;) {
            if (in_.done()) in_.refuse("END ALPHABET", "the end of the file");
            std::string_view const line = trimmed(in_.take());
            if (line.starts_with("END ALPHABET")) break;
            std::string plain;
            bool quote = false;
            for (char const c : line) {
                if (c == '"') quote = !quote;
                plain += quote || c == '"' ? ' ' : c;
            }
            auto const parts = words(plain);
            if (parts.empty() || parts[0].starts_with('#')) continue;
            if (std::find(parts.begin(), parts.end(), "=") != parts.end()) continue;
            core += parts[0];
            auto const tilde = std::find(parts.begin(), parts.end(), "~");
            if (tilde != parts.end() && tilde + 1 != parts.end()) core += *(tilde + 1);
        }
        std::sort(core.begin(), core.end());
        if (core != "ACGT") in_.refuse("the DNA alphabet ACGT", "a custom alphabet of " + in_quotes(core));
    }
    void strands(std::string_view rest)
    {
        auto const parts = words(rest);
        bool const plus = std::find(parts.begin(), parts.end(), "+") != parts.end();
        bool const minus = std::find(parts.begin(), parts.end(), "-") != parts.end();
        if (parts.size() > 2 || !plus || (parts.size() == 2 && !minus))
            in_.refuse("strands + or + -", in_quotes(trimmed(rest)));
        set_.strands = minus ? motif_strands::both : motif_strands::forward;
    }
    void letters()
    {
        column q{-1, -1, -1, -1};
        for (int found = 0; found < 4;) {
            if (in_.done() || trimmed(in_.peek()).empty())
                in_.refuse_next("the background frequencies of A, C, G and T");
            auto const parts = words(in_.take());
            for (std::size_t i = 0; i < parts.size(); i += 2, ++found) {
                letter const base = parts[i].size() == 1 ? letter_of(parts[i][0]) : no_letter;
                if (base >= letter_n || parts[i] == "U" || parts[i] == "u" || q[base] >= 0)
                    in_.refuse("each of A, C, G and T once with its frequency", in_quotes(parts[i]));
                if (i + 1 == parts.size()) in_.refuse("a frequency of " + std::string{parts[i]}, "none");
                q[base] = not_negative(in_, parts[i + 1], "a background frequency");
            }
        }
        if (!adds_up(q)) in_.refuse("background frequencies that add up to 1", number_text(total(q), 6));
        normalise(q);
        set_.letters = background{q};
    }

    void start(std::string_view rest)
    {
        close();
        if (!versioned_) in_.refuse("a line \"MEME version 4\" or later before the first motif", "none");
        // full files go on with "width =  15  sites =  18  llr = ..."
        for (std::size_t at = 0; (at = rest.find("width", at)) != rest.npos; ++at)
            if ((at == 0 || blanks.find(rest[at - 1]) != blanks.npos) &&
                trimmed(rest.substr(at + 5)).starts_with('=')) {
                rest = trimmed(rest.substr(0, at));
                break;
            }
        auto const n = std::min(rest.find_first_of(blanks), rest.size());
        if (n == 0) in_.refuse("a motif name after MOTIF", "none");
        motif m;
        m.name = rest.substr(0, n);
        m.alternative_name = trimmed(rest.substr(n));
        set_.motifs.push_back(std::move(m));
        open_ = true;
    }
    void close()
    {
        if (open_ && set_.motifs.back().width() == 0)
            in_.refuse("a letter-probability matrix of motif " + in_quotes(set_.motifs.back().name), "none");
        open_ = false;
    }

    // the number after `key=`, with or without white space around the sign
    std::optional<double> value(std::string_view rest, std::string_view key) const
    {
        for (std::size_t at = 0; (at = rest.find(key, at)) != rest.npos; ++at) {
            if (at != 0 && blanks.find(rest[at - 1]) == blanks.npos) continue;
            std::string_view after = trimmed(rest.substr(at + key.size()));
            if (!after.starts_with('=')) continue;
            after = trimmed(after.substr(1));
            std::string_view const number = after.substr(0, after.find_first_of(blanks));
            auto const x = motif_number(number);
            if (!x || !(*x >= 0)) in_.refuse("a number after " + std::string{key} + "=", in_quotes(number));
            return x;
        }
        return std::nullopt;
    }
    std::optional<std::size_t> sizes(std::string_view rest) const
    {
        if (!open_) in_.refuse("a line MOTIF before a matrix", "none");
        if (double const n = value(rest, "alength").value_or(4); n != 4)
            in_.refuse("alength= 4 (DNA)", "alength= " + number_text(n));
        auto const w = value(rest, "w");
        if (!w) return std::nullopt;
        if (*w == 0) in_.refuse("a motif of at least one column", "w= 0");
        if (*w != std::trunc(*w) || *w > static_cast<double>(widest_motif))
            in_.refuse("a width w= from 1 to " + std::to_string(widest_motif), number_text(*w));
        return static_cast<std::size_t>(*w);
    }
    static bool is_row(std::string_view line)
    {
        line = trimmed(line);
        return !line.empty() && motif_number(line.substr(0, line.find_first_of(blanks)));
    }
    template <class Row>
    std::size_t rows(std::optional<std::size_t> w, Row row)
    {
        while (!in_.done() && trimmed(in_.peek()).empty()) in_.take();
        std::size_t n = 0;
        while (!in_.done() && is_row(in_.peek())) {
            auto const parts = words(in_.take());
            if (w && n == *w)
                in_.refuse("the end of the matrix after w= " + std::to_string(n) + " rows", "a further row");
            if (parts.size() != 4) in_.refuse("4 numbers", std::to_string(parts.size()));
            row(parts, ++n);
            if (n > widest_motif) check_width(in_, n);
        }
        std::string const rest = in_.done() ? std::string{} : std::string{trimmed(in_.peek())};
        bool const ends = rest.empty() || rest.starts_with("URL") || rest.starts_with("MOTIF") ||
                          rest.front() == '-' || rest.front() == '*' || rest.front() == '#';
        if ((w && n < *w) || (!w && !ends) || n == 0)
            in_.refuse_next(w ? "row " + std::to_string(n + 1) + " of w= " + std::to_string(*w)
                              : std::string{"a row of 4 probabilities or the end of the matrix"});
        return n;
    }
    void matrix(std::string_view rest)
    {
        auto const w = sizes(rest);
        motif& m = set_.motifs.back();
        if (m.width() != 0 && !from_log_odds_)
            in_.refuse("one letter-probability matrix of motif " + in_quotes(m.name), "a second one");
        from_log_odds_ = false;
        m.sites = value(rest, "nsites").value_or(0);
        m.e_value = value(rest, "E").value_or(0);
        if (!std::isfinite(m.sites)) in_.refuse("a number after nsites=", number_text(m.sites));
        m.probabilities.columns.clear();
        rows(w, [&](std::vector<std::string_view> const& parts, std::size_t n) {
            m.probabilities.columns.push_back(
                probabilities(in_, four_numbers(in_, parts, 0, "a probability"), n));
        });
    }
    // scores are 100 log2(p / background); they stand in only where no probabilities follow
    void log_odds(std::string_view rest)
    {
        auto const w = sizes(rest);
        motif& m = set_.motifs.back();
        if (m.width() != 0) in_.refuse("the log-odds matrix before the probabilities", "it after them");
        m.e_value = value(rest, "E").value_or(0);
        column const q = set_.letters.value_or(background{}).frequencies;
        from_log_odds_ = true;
        rows(w, [&](std::vector<std::string_view> const& parts, std::size_t n) {
            column c{};
            for (std::size_t b = 0; b < 4; ++b) {
                auto const x = motif_number(parts[b]);
                if (!x || !std::isfinite(*x)) in_.refuse("a log-odds score", in_quotes(parts[b]));
                c[b] = q[b] * std::exp2(*x / 100);
            }
            m.probabilities.columns.push_back(probabilities(in_, c, n));
        });
    }

    motif_lines& in_;
    motif_set set_;
    bool versioned_ = false, open_ = false, from_log_odds_ = false;
};

inline motif_set parse_meme(motif_lines& in) { return meme_parser{in}.parse(); }

} // namespace detail

/// The motifs as MEME version 5 text: probabilities so that they read back to the same bits; nsites only
/// where it is known. White space in a name becomes `_`.
inline std::string meme_text(motif_set const& set)
{
    require_finite(set);
    using detail::exact_text;
    std::string out = "MEME version 5\n\nALPHABET= ACGT\n\n";
    if (set.strands != motif_strands::not_said)
        out += set.strands == motif_strands::both ? "strands: + -\n\n" : "strands: +\n\n";
    if (set.letters) {
        out += "Background letter frequencies\n";
        for (std::size_t b = 0; b < 4; ++b) {
            out += b == 0 ? "" : " ";
            out += "ACGT"[b];
            out += " " + exact_text(set.letters->frequencies[b]);
        }
        out += "\n\n";
    }
    for (motif const& m : set.motifs) {
        out += "MOTIF " + detail::one_word(m.name);
        if (!m.alternative_name.empty()) out += " " + detail::one_line(m.alternative_name);
        out += "\nletter-probability matrix: alength= 4 w= " + std::to_string(m.width());
        if (m.sites > 0) out += " nsites= " + exact_text(m.sites);
        out += " E= " + exact_text(m.e_value) + "\n";
        for (column const& c : m.probabilities.columns) {
            for (double const x : c) out += " " + exact_text(x);
            out += "\n";
        }
        if (!m.url.empty()) out += "URL " + detail::one_line(m.url) + "\n";
        out += "\n";
    }
    return out;
}

/// Writes MEME text; the file still needs its commit().
///
///     output_file out{"filters.meme"};
///     write_meme(out, set);
///     out.commit();
inline void write_meme(output_file& out, motif_set const& set) { out << meme_text(set); }

} // namespace explainn
