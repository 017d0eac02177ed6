// MEME text files, from minimal to full, of any version (meme-suite.org/doc/meme-format.html).
#pragma once
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/matrix_layout.hpp>
#include <explainn/io/motif_columns.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {
namespace detail {

inline constexpr std::string_view meme_version_head = "meme version";
inline constexpr std::string_view meme_matrix_head = "letter-probability matrix :";
inline constexpr std::string_view meme_log_odds_head = "log-odds matrix :";

/// Whether a line is one that occurs only in MEME's files.
inline bool is_meme_line(std::string_view line)
{
    return after_words(line, meme_version_head) || after_words(line, meme_matrix_head);
}

class meme_parser {
public:
    explicit meme_parser(motif_lines& in) : in_{in} {}

    motif_set parse()
    {
        while (!in_.done()) {
            if (auto const next = start_of_motif(in_.peek()); next && !(open_ && repeats(*next)))
                motif_of_file();
            else if (versioned_ && is_motif_of_another_format()) another_format();
            else {
                if (skipping_) in_.take();
                else guarded([this] { statement(in_.take()); });
            }
        }
        guarded([this] { close(); });
        if (!versioned_) in_.refuse("a line \"MEME version 4\" or later", "none");
        if (set_.motifs.empty() && set_.skipped.empty()) in_.refuse("at least one motif", "none");
        return std::move(set_);
    }

private:
    // Does one step of reading a motif. With skip_bad, a motif that fails is left out, up to the next line
    // MOTIF.
    template <class Step>
    void guarded(Step step)
    {
        try {
            step();
        } catch (input_error const& e) {
            if (!in_.options.skip_bad || !open_) throw;
            set_.skipped.push_back(refusal_remark(in_, e));
            set_.motifs.pop_back();
            in_.warnings.resize(warned_);
            in_.motif.clear();
            open_ = false;
            skipping_ = true;
        }
    }
    void motif_of_file()
    {
        std::string_view const rest = *start_of_motif(in_.take());
        guarded([this] { close(); });
        skipping_ = false;
        start(rest);
    }
    // Recognises ">name" and a row of numbers, or TRANSFAC's table, as in a file joined from several formats.
    // The FASTA sequences that MEME's full output can hold are followed by letters, not numbers.
    bool is_motif_of_another_format() const
    {
        std::string_view const line = trimmed(in_.peek());
        if (line.starts_with("P0") || line.starts_with("PO")) return head_of_table(line).has_value();
        if (!line.starts_with('>')) return false;
        std::size_t next = in_.line() + 1;
        while (next < in_.size() && motif_lines::is_blank(in_.line_at(next))) ++next;
        if (next == in_.size()) return false;
        if (order_of_bases(words(in_.line_at(next)))) return true;
        std::string_view const row = row_head{in_.line_at(next)}.rest;
        return row.starts_with('[') || is_row(row);
    }
    void another_format()
    {
        std::string const line{trimmed(in_.take())};
        guarded([this] { close(); });
        in_.refuse("motifs of MEME's format alone (a file has one format)",
                   "a motif of another format, " + in_quotes(line));
    }
    // returns the text after MOTIF, or after "BL   MOTIF" of MEME's blocks; nothing for other lines
    static std::optional<std::string_view> start_of_motif(std::string_view line)
    {
        line = trimmed(line);
        if (line.starts_with("BL") && line.size() > 2 && blanks.find(line[2]) != blanks.npos)
            line = trimmed(line.substr(2));
        if (!line.starts_with("MOTIF")) return std::nullopt;
        line.remove_prefix(5);
        if (!line.empty() && blanks.find(line.front()) == blanks.npos) return std::nullopt;
        return trimmed(line);
    }
    // a full file has "MOTIF x ..." and later "BL   MOTIF x ..." for the same motif
    bool repeats(std::string_view rest) const
    {
        return trimmed(in_.peek()).starts_with("BL") &&
               rest.substr(0, rest.find_first_of(blanks)) == set_.motifs.back().name;
    }

    void statement(std::string_view line)
    {
        std::string_view const text = trimmed(line);
        if (auto const rest = after_words(text, meme_version_head)) version(*rest);
        else if (auto const letters = after_words(text, "alphabet =")) alphabet(trimmed(*letters));
        else if (is_alphabet_block(text)) alphabet_block();
        else if (auto const signs = after_words(text, "strands :")) strands(*signs);
        else if (after_words(text, "background letter frequencies")) letters_of_file();
        else if (auto const sizes = matrix_head(text, meme_matrix_head, "letter-probability matrix:"))
            matrix(*sizes);
        else if (auto const odds = matrix_head(text, meme_log_odds_head, "log-odds matrix:")) log_odds(*odds);
        else if (text.starts_with("URL") && open_) set_.motifs.back().url = trimmed(text.substr(3));
    }
    // after other white space than MEME's own, a line is the head of a matrix only if key = value follows
    static std::optional<std::string_view> matrix_head(std::string_view text, std::string_view head,
                                                       std::string_view exactly)
    {
        auto const rest = after_words(text, head);
        if (!rest || text.starts_with(exactly) || trimmed(*rest).empty() || rest->find('=') != rest->npos)
            return rest;
        return std::nullopt;
    }
    static bool is_alphabet_block(std::string_view text)
    {
        auto const rest = after_words(text, "alphabet");
        return rest && (rest->empty() || blanks.find(rest->front()) != blanks.npos);
    }

    void version(std::string_view rest)
    {
        auto const parts = words(rest);
        std::string_view const number = parts.empty() ? std::string_view{} : parts[0];
        auto const major = motif_number(number.substr(0, number.find('.')));
        if (!major || !(*major >= 1)) in_.refuse("the number of a version of MEME", in_quotes(trimmed(rest)));
        versioned_ = true;
    }
    bool rna() const { return in_.rna_line != 0; }
    void alphabet(std::string_view letters)
    {
        alphabet_said_ = true;
        std::string const given = lower_case(letters);
        if (given == "acgu") in_.is_rna();
        if (given == "acgt") in_.is_dna();
        else if (given == "acdefghiklmnpqrstvwy")
            in_.refuse("the DNA alphabet ACGT", "the protein alphabet " + in_quotes(letters));
        else if (given != "acgt" && given != "acgu") in_.refuse("the DNA alphabet ACGT", in_quotes(letters));
    }
    // a core symbol stands alone or as a complementary pair joined by ~; a line with = defines an ambiguity
    // code
    void alphabet_block()
    {
        alphabet_said_ = true;
        std::string core;
        for (;;) {
            if (in_.done()) in_.refuse("END ALPHABET", "the end of the file");
            std::string_view const line = trimmed(in_.take());
            bool const divider = line.size() >= 80 && line.find_first_not_of('*') == line.npos;
            if (after_words(line, "end alphabet") || (divider && !core.empty())) break;
            if (divider) continue;
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
        if (core == "ACGU") in_.is_rna();
        else if (core == "ACGT") in_.is_dna();
        else if (core == "ACDEFGHIKLMNPQRSTVWY")
            in_.refuse("the DNA alphabet ACGT", "the protein alphabet " + in_quotes(core));
        else in_.refuse("the DNA alphabet ACGT", "a custom alphabet of " + in_quotes(core));
    }
    void strands(std::string_view rest)
    {
        std::string signs;
        for (std::string_view const part : words(rest)) signs += part;
        bool const plus = signs == "+", both = signs == "+-" || signs == "-+";
        if (signs.empty() || lower_case(signs) == "none") return;
        if (!plus && !both) in_.refuse("strands + or + -", in_quotes(trimmed(rest)));
        // a second header, in a file joined from several, does not change the motifs that were read before it
        if (set_.motifs.empty()) set_.strands = both ? motif_strands::both : motif_strands::forward;
    }
    void letters_of_file()
    {
        std::size_t const line = in_.line();
        column q{-1, -1, -1, -1};
        for (int found = 0; found < 4;) {
            while (!in_.done() && trimmed(in_.peek()).empty()) in_.take();
            if (in_.done()) in_.refuse_next("the background frequencies of A, C, G and T");
            auto const parts = words(in_.peek());
            if (parts[0].size() != 1) in_.refuse_next("the background frequencies of A, C, G and T");
            in_.take();
            for (std::size_t i = 0; i < parts.size(); i += 2, ++found) {
                letter const base = parts[i].size() == 1 ? letter_of(parts[i][0]) : no_letter;
                bool const uracil = parts[i] == "U" || parts[i] == "u";
                if (uracil && !alphabet_said_) in_.is_rna();
                if (base >= letter_n || q[base] >= 0 || uracil != (rna() && base == 3))
                    in_.refuse("each of A, C, G and " + std::string{rna() ? "U" : "T"} +
                                   " once with its frequency",
                               in_quotes(parts[i]));
                if (i + 1 == parts.size()) in_.refuse("a frequency of " + std::string{parts[i]}, "none");
                q[base] = not_negative(in_, parts[i + 1], "a background frequency");
            }
        }
        if (!adds_up(q)) in_.refuse("background frequencies that add up to 1", number_text(total(q), 6));
        if (off_one(q) > rounded_tolerance + hair)
            in_.warnings.push_back({in_.path(), line, "",
                                    "the background frequencies add up to " + number_text(total(q), 4) +
                                        "; each was divided by their sum"});
        normalise(q);
        if (!set_.letters) set_.letters = background{q};
        else if (*set_.letters != background{q})
            in_.warnings.push_back({in_.path(), line, "",
                                    "a second background differs from the first; the first is taken "
                                    "for all motifs"});
    }

    void start(std::string_view rest)
    {
        in_.motif.clear();
        if (!versioned_) in_.refuse("a line \"MEME version 4\" or later before the first motif", "none");
        // in full files the line goes on with "width =  15  sites =  18  llr = ..."
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
        m.alternative_name = name_text(rest.substr(n));
        in_.motif = m.name;
        warned_ = in_.warnings.size();
        set_.motifs.push_back(std::move(m));
        open_ = true;
        has_probabilities_ = false;
        has_log_odds_ = false;
        log_odds_.clear();
    }
    void close()
    {
        if (open_ && !has_probabilities_) {
            if (!has_log_odds_)
                in_.refuse("a letter-probability matrix of motif " + in_quotes(set_.motifs.back().name),
                           "none");
            stand_in();
        }
        open_ = false;
        in_.motif.clear();
    }

    // the word after `key=`, with or without white space around the sign, in any case
    static std::optional<std::string_view> word(std::string_view given, std::string_view key)
    {
        std::string const rest = lower_case(given);
        for (std::size_t at = 0; (at = rest.find(key, at)) != rest.npos; ++at) {
            if (at != 0 && blanks.find(rest[at - 1]) == blanks.npos) continue;
            std::string_view after = trimmed(given.substr(at + key.size()));
            if (!after.starts_with('=')) continue;
            after = trimmed(after.substr(1));
            return after.substr(0, after.find_first_of(blanks));
        }
        return std::nullopt;
    }
    std::optional<double> value(std::string_view rest, std::string_view key) const
    {
        auto const number = word(rest, key);
        if (!number) return std::nullopt;
        auto const x = motif_number(*number);
        if (!x || !(*x >= 0))
            in_.refuse("a number after " +
                           std::string{key == "e"   ? "E"
                                       : key == "p" ? "P"
                                                    : key} +
                           "=",
                       in_quotes(*number));
        return x;
    }
    std::optional<std::size_t> sizes(std::string_view rest) const
    {
        if (!open_) in_.refuse("a line MOTIF before a matrix", "none");
        if (double const n = value(rest, "alength").value_or(4); n != 4)
            in_.refuse("alength= 4 (DNA)", "alength= " + number_text(n) + (n == 20 ? " (protein)" : ""));
        auto const w = value(rest, "w");
        if (!w) return std::nullopt;
        if (*w == 0) in_.refuse("a motif of at least one column", "w= 0");
        if (*w != std::trunc(*w) || *w > static_cast<double>(widest_motif))
            in_.refuse("a width w= from 1 to " + std::to_string(widest_motif), number_text(*w));
        return static_cast<std::size_t>(*w);
    }
    // reads E=, or P= as some of MEME's programs write; a number too large for a double becomes the largest
    // double
    double e_value(std::string_view rest) const
    {
        char const* const key = word(rest, "e") ? "e" : "p";
        auto const given = word(rest, key);
        if (!given) return 0;
        double x{};
        auto const end = std::from_chars(given->data(), given->data() + given->size(), x);
        bool const beyond = end.ec == std::errc::result_out_of_range &&
                            end.ptr == given->data() + given->size() && !motif_number(*given) &&
                            given->front() != '-';
        return beyond ? std::numeric_limits<double>::max() : *value(rest, key);
    }
    static bool is_row(std::string_view line)
    {
        line = trimmed(line);
        return !line.empty() && motif_number(line.substr(0, line.find_first_of(blanks)));
    }
    static bool is_full_row(std::string_view line)
    {
        auto const parts = words(line);
        return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view s) {
                   return motif_number(s).has_value();
               });
    }
    // Blank lines and comments may stand between the rows of a matrix whose head gives w=; in others they end
    // it.
    template <class Row>
    std::size_t rows(std::optional<std::size_t> w, Row row)
    {
        auto const past_blanks = [this] {
            while (!in_.done() && motif_lines::is_blank(in_.peek())) in_.take();
        };
        past_blanks();
        std::size_t n = 0;
        while (!in_.done() && is_row(in_.peek())) {
            auto const parts = words(in_.take());
            if (w && n == *w)
                in_.refuse("the end of the matrix after w= " + std::to_string(n) + " rows", "a further row");
            if (parts.size() != 4) in_.refuse("4 numbers", std::to_string(parts.size()));
            row(parts, ++n);
            if (n > widest_motif) check_width(in_, n);
            if (w && n < *w) past_blanks();
        }
        std::string const rest = in_.done() ? std::string{} : std::string{trimmed(in_.peek())};
        bool const ends = rest.empty() || rest.starts_with("URL") || rest.starts_with("MOTIF") ||
                          rest.front() == '-' || rest.front() == '*' || rest.front() == '#';
        if ((w && n < *w) || (!w && !ends) || n == 0)
            in_.refuse_next(w ? "row " + std::to_string(n + 1) + " of w= " + std::to_string(*w)
                              : std::string{"a row of 4 probabilities or the end of the matrix"});
        past_blanks();
        if (!in_.done() && is_full_row(in_.peek()))
            in_.refuse_next(w ? "the end of the matrix after w= " + std::to_string(n) + " rows"
                              : std::string{"w= in the head of a matrix with blank lines between its rows"});
        return n;
    }
    void matrix(std::string_view rest)
    {
        auto const w = sizes(rest);
        motif& m = set_.motifs.back();
        if (has_probabilities_)
            in_.refuse("one letter-probability matrix of motif " + in_quotes(m.name), "a second one");
        m.sites = value(rest, "nsites").value_or(0);
        m.e_value = e_value(rest);
        if (!std::isfinite(m.sites)) in_.refuse("a number after nsites=", number_text(m.sites));
        motif_numbers read;
        rows(w, [&](std::vector<std::string_view> const& parts, std::size_t) {
            read.columns.push_back(four_numbers(in_, parts, 0, "a probability"));
            read.lines.push_back(in_.line());
            if (!adds_up(read.columns.back())) set_probabilities(in_, m, read.columns, read.lines); // refuses
        });
        set_probabilities(in_, m, std::move(read.columns), read.lines);
        has_probabilities_ = true;
    }
    // Log-odds are used only where no probabilities are given, so they are checked at the end of the motif.
    void log_odds(std::string_view rest)
    {
        auto const w = sizes(rest);
        motif& m = set_.motifs.back();
        if (has_log_odds_) in_.refuse("one log-odds matrix of motif " + in_quotes(m.name), "a second one");
        if (!has_probabilities_) m.e_value = e_value(rest);
        has_log_odds_ = true;
        rows(w, [&](std::vector<std::string_view> const& parts, std::size_t) {
            std::array<std::string, 4> scores;
            std::copy(parts.begin(), parts.end(), scores.begin());
            log_odds_.push_back({in_.line(), std::move(scores)});
        });
    }
    // MEME's scores are 100 log2(p / background) as whole numbers; some tools write log2 or the natural
    // logarithm itself. Numbers with a fraction, or all below 10, are read as MEME's scores only if nothing
    // else fits.
    void stand_in()
    {
        constexpr double rounded_scores = 0.005; // how far scores rounded to 1/100 bit can be from the sum 1
        constexpr double least_of_hundredths = 10;
        struct scale {
            double factor; ///< turns a score into bits
            double off = 0;
            std::vector<column> columns{};
        };
        scale hundredths{0.01}, bits{1}, natural{std::numbers::log2e};
        motif& m = set_.motifs.back();
        column const q = set_.letters.value_or(background{}).frequencies;
        motif_numbers read;
        double largest = 0;
        for (auto const& [line, scores] : log_odds_) {
            column x{};
            for (std::size_t b = 0; b < 4; ++b) {
                auto const score = motif_number(scores[b]);
                if (!score || !std::isfinite(*score))
                    in_.refuse_at(line, "a log-odds score", in_quotes(scores[b]));
                read.written(std::string_view{scores[b]}.substr(scores[b].starts_with('-') ? 1 : 0));
                largest = std::max(largest, std::abs(*score));
                x[b] = *score;
            }
            for (scale* const s : {&hundredths, &bits, &natural}) {
                column c{};
                for (std::size_t b = 0; b < 4; ++b) c[b] = q[b] * std::exp2(x[b] * s->factor);
                s->off = std::max(s->off, off_one(c));
                s->columns.push_back(c);
            }
            read.lines.push_back(line);
        }
        bool const as_meme_writes = read.whole && largest >= least_of_hundredths;
        scale& other = natural.off < bits.off ? natural : bits;
        bool const other_fits = other.off < column_tolerance - hair;
        bool const other_taken =
            other_fits &&
            !(as_meme_writes && (hundredths.off <= rounded_scores || hundredths.off <= other.off));
        if (!other_taken) {
            if (largest < least_of_hundredths && !(read.whole && hundredths.off <= rounded_scores))
                in_.refuse_at(read.lines.front(),
                              "log-odds in 1/100 bit, bits or natural logarithms, whose probabilities add up "
                              "to 1",
                              "numbers below 10 whose probabilities as bits add up to 1 within " +
                                  number_text(bits.off, 3) + " alone");
            set_probabilities(in_, m, std::move(hundredths.columns), read.lines);
            return;
        }
        in_.warn(
            read.lines.front(),
            std::string{"it has log-odds alone; taken as "} +
                (&other == &bits ? "bits" : "natural logarithms") +
                ", of which the probabilities add up to 1, and not as MEME's whole numbers of 1/100 bit");
        set_probabilities(in_, m, std::move(other.columns), read.lines);
    }

    struct log_odds_row {
        std::size_t line;
        std::array<std::string, 4> scores;
    };

    motif_lines& in_;
    motif_set set_;
    std::vector<log_odds_row> log_odds_;
    std::size_t warned_ = 0;
    bool versioned_ = false, alphabet_said_ = false, open_ = false, skipping_ = false;
    bool has_probabilities_ = false, has_log_odds_ = false;
};

inline motif_set parse_meme(motif_lines& in) { return meme_parser{in}.parse(); }

} // namespace detail

/// The motifs as MEME version 5 text. Probabilities read back to the same bits; nsites is written only where
/// it is known. White space in a name becomes `_`.
inline std::string meme_text(motif_set const& set)
{
    require_finite(set);
    using detail::exact_text;
    char const* const bases = set.rna ? "ACGU" : "ACGT";
    std::string out = std::string{"MEME version 5\n\nALPHABET= "} + bases + "\n\n";
    if (set.strands != motif_strands::not_said)
        out += set.strands == motif_strands::both ? "strands: + -\n\n" : "strands: +\n\n";
    if (set.letters) {
        out += "Background letter frequencies\n";
        for (std::size_t b = 0; b < 4; ++b) {
            out += b == 0 ? "" : " ";
            out += bases[b];
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

/// Writes MEME text; the caller still has to call out.commit().
///
///     output_file out{"filters.meme"};
///     write_meme(out, set);
///     out.commit();
inline void write_meme(output_file& out, motif_set const& set) { out << meme_text(set); }

} // namespace explainn::EXPLAINN_ABI
