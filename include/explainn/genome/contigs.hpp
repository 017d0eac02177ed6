// The contigs of a genome: their names, lengths and order, and which names of other files may mean them.
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>

namespace explainn::EXPLAINN_ABI {

/// A chromosome, scaffold or other sequence of a genome.
struct contig {
    std::string name;
    std::uint64_t length{}; ///< in bases
    friend bool operator==(contig const&, contig const&) = default;
};

namespace detail {
/// The number that Roman digits spell (IV is 4), or 0 where they spell none up to 39.
inline int roman_number(std::string_view text)
{
    constexpr std::array<std::string_view, 10> ones{"",  "i",  "ii",  "iii",  "iv",
                                                    "v", "vi", "vii", "viii", "ix"};
    for (int n = 1; n < 40; ++n)
        if (text == std::string(static_cast<std::size_t>(n / 10), 'x') +
                        std::string{ones[static_cast<std::size_t>(n % 10)]})
            return n;
    return 0;
}
/// A contig's name without what differs from one file to the next: the word chr before it, letter case, a
/// version behind it (.1), M and Mito for MT.
inline std::string plain_contig_name(std::string_view name)
{
    std::string s;
    for (char const c : name) s += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (std::string_view const before : {"chromosome", "chrom", "chr"})
        if (s.starts_with(before) && s.size() > before.size()) {
            s.erase(0, before.size());
            break;
        }
    while (s.size() > 1 && (s.front() == '_' || s.front() == '0')) s.erase(0, 1);
    if (auto const dot = s.rfind('.'); dot != s.npos && dot > 0 && dot + 2 == s.size()) s.resize(dot);
    if (s == "m" || s == "mito") return "mt";
    return s;
}
} // namespace detail

/// How another file writes the names of a genome's contigs: from that file's name to the genome's.
using contig_renames = std::map<std::string, std::string, std::less<>>;

/// The contigs of a genome, in the order of its file.
///
///     contig_list const all{"hg38.fa", {{"chr1", 248956422}, {"chrM", 16569}}};
///     all.find("chrM");                              // 1
class contig_list {
public:
    /// `file` is the file that errors name. Throws input_error where a name is empty or stands there twice,
    /// and where there is no contig.
    contig_list(std::filesystem::path file, std::vector<contig> all)
        : file_{std::move(file)}, all_{std::move(all)}
    {
        if (all_.empty()) throw input_error{file_, 0, "sequences", "none"};
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (all_[i].name.empty())
                throw input_error{file_, 0, "a name for every sequence", "an empty one"};
            if (!by_name_.emplace(all_[i].name, i).second)
                throw input_error{file_, 0, "every name once",
                                  in_quotes(all_[i].name) + " for two sequences"};
        }
    }

    std::filesystem::path const& file() const { return file_; }
    std::size_t size() const { return all_.size(); }
    contig const& operator[](std::size_t i) const { return all_[i]; }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

    /// The number of the contig of this name.
    std::optional<std::size_t> find(std::string_view name) const
    {
        auto const at = by_name_.find(name);
        if (at == by_name_.end()) return std::nullopt;
        return at->second;
    }
    /// The names of this list that could mean the same contig as a name that it does not have: chr1 for 1 or
    /// CHR1, chrM for MT, chrIV for chr4. They are suggested to the user; the library never treats them as
    /// the same by itself.
    std::vector<std::string> alike(std::string_view name) const
    {
        std::vector<std::string> found;
        std::string const plain = detail::plain_contig_name(name);
        for (contig const& each : all_)
            if (detail::plain_contig_name(each.name) == plain) found.push_back(each.name);
        if (!found.empty()) return found;
        // Roman numbers are read only where a genome has them: a lone X is a sex chromosome
        bool const is_roman = std::any_of(all_.begin(), all_.end(), [](contig const& each) {
            std::string const its = detail::plain_contig_name(each.name);
            return its.size() > 1 && detail::roman_number(its) > 0; // such as II or IV
        });
        if (!is_roman && (plain == "x" || detail::roman_number(plain) == 0)) return found;
        for (contig const& each : all_) {
            std::string const other = detail::plain_contig_name(each.name);
            auto const is = [](std::string const& number, std::string const& roman) {
                int const n = detail::roman_number(roman);
                return n > 0 && number == std::to_string(n);
            };
            if (is(plain, other) || is(other, plain)) found.push_back(each.name);
        }
        return found;
    }
    /// The number of the contig of this name. Where there is none, throws input_error at `place` and suggests
    /// names of the list that are similar.
    ///
    ///     hg38.contigs().require("1", "peaks.bed", 12);
    ///     // peaks.bed:12: expected a contig of hg38.fa, found '1'; hg38.fa has 'chr1'
    std::size_t require(std::string_view name, std::filesystem::path const& place, std::size_t line = 0) const
    {
        if (auto const i = find(name)) return *i;
        throw input_error{place, line, "a contig of " + file_.string(), in_quotes(name) + advice(name)};
    }
    /// What an error says after a name that this list does not have: "; hg38.fa has 'chr1'".
    std::string advice(std::string_view name) const
    {
        auto const others = alike(name);
        if (!others.empty()) return "; " + file_.filename().string() + " has " + in_quotes(others.front());
        std::string text = "; it has ";
        for (std::size_t i = 0; i < all_.size() && i < 3; ++i)
            text += (i > 0 ? ", " : "") + in_quotes(all_[i].name);
        if (all_.size() > 3) text += " and " + std::to_string(all_.size() - 3) + " more";
        return text;
    }

private:
    std::filesystem::path file_;
    std::vector<contig> all_;
    std::map<std::string, std::size_t, std::less<>> by_name_;
};

} // namespace explainn::EXPLAINN_ABI
