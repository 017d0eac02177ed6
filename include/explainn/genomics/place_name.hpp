// Places of a genome in the names of sequences, as bedtools getfasta writes them.
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>

namespace explainn::EXPLAINN_ABI {

/// The place of a sequence in a genome: bases `start` to `end` of a chromosome, counted from 0, `end` not
/// included (BED). On strand '-' the sequence reads from `end` down to `start`, complemented; '.' is a strand
/// that is not known and counts as '+'.
struct genomic_place {
    std::string_view chromosome{};
    std::uint64_t start{}, end{};
    char strand = '.';

    /// How many bases it has.
    std::uint64_t length() const { return end - start; }
    /// The place of bases `first` to `last` (not included) of the sequence that lies here, on its own strand
    /// or, with `reverse`, on the other one. `last` must be at most length().
    ///
    ///     place_of("chr5:2000-2030(-)")->part(4, 14, false)    // chr5, 2016, 2026, '-'
    genomic_place part(std::uint64_t first, std::uint64_t last, bool reverse) const
    {
        bool const down = strand == '-';
        return {chromosome, down ? end - last : start + first, down ? end - first : start + last,
                down != reverse ? '-' : '+'};
    }
    friend bool operator==(genomic_place const&, genomic_place const&) = default;
};

namespace detail {
/// The part of a name that gives its place, without a strand in brackets: "chr19:100-120" of
/// "peak1::chr19:100-120(+)".
inline std::string_view place_text(std::string_view name, char& strand)
{
    for (char const c : {'+', '-', '.'}) {
        char const brackets[]{'(', c, ')'};
        if (!name.ends_with(std::string_view{brackets, 3})) continue;
        strand = c;
        name.remove_suffix(3);
        break;
    }
    auto const prefix = name.rfind("::");
    return prefix == name.npos ? name : name.substr(prefix + 2);
}
/// The number that a text spells if it consists of digits alone.
inline std::optional<std::uint64_t> digits_of(std::string_view text)
{
    std::uint64_t x{};
    auto const end = std::from_chars(text.data(), text.data() + text.size(), x);
    if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
    return x;
}
} // namespace detail

/// The place that a name gives as `chromosome:start-end`, with anything and `::` before it and `(+)`, `(-)`
/// or `(.)` behind it, as `bedtools getfasta` writes names (with -name and -s). The chromosome is everything
/// before the last colon, so it may contain colons itself. Returns nothing where the name gives no place.
/// Numbers with commas between thousands, as genome browsers show them, count from 1 and are not accepted as
/// a place.
///
///     auto const peak = place_of("peak1::chr19:100-120(+)");            // chr19, 100, 120, '+'
///     auto const allele = place_of("HLA-A*01:01:01:01:100-120");        // HLA-A*01:01:01:01, 100, 120, '.'
inline std::optional<genomic_place> place_of(std::string_view name)
{
    genomic_place place;
    std::string_view const text = detail::place_text(name, place.strand);
    auto const colon = text.rfind(':');
    if (colon == text.npos || colon == 0) return std::nullopt;
    std::string_view const range = text.substr(colon + 1);
    auto const dash = range.find('-');
    if (dash == range.npos) return std::nullopt;
    auto const start = detail::digits_of(range.substr(0, dash)),
               end = detail::digits_of(range.substr(dash + 1));
    if (!start || !end || *start >= *end) return std::nullopt;
    place.chromosome = text.substr(0, colon);
    place.start = *start;
    place.end = *end;
    return place;
}

/// The place of a sequence of `length` bases, by its name. Throws error where the name gives none, and where
/// the place is longer or shorter than the sequence, as it is when starts count from 1.
///
///     require_place("chr5:1000-1030", 30)
inline genomic_place require_place(std::string_view name, std::uint64_t length)
{
    auto const place = place_of(name);
    if (!place)
        throw error{"expected a name that tells a place, such as chr5:1000-1030(-), found " +
                    in_quotes(name)};
    if (place->length() != length)
        throw error{"expected " + std::to_string(place->length()) + " bases as the name " + in_quotes(name) +
                    " tells (starts count from 0, as bedtools writes them), found " + std::to_string(length)};
    return *place;
}

/// The chromosome that a name gives: that of its place or, where it gives no range (`chr8:128747680:A:G`),
/// the text before the first colon behind the last `::`. Empty where there is none.
///
///     chromosome_of("peak1::chr19:100-120(+)")       // "chr19"
inline std::string_view chromosome_of(std::string_view name)
{
    if (auto const place = place_of(name)) return place->chromosome;
    char strand{};
    std::string_view const text = detail::place_text(name, strand);
    auto const colon = text.find(':');
    return colon == text.npos ? std::string_view{} : text.substr(0, colon);
}

} // namespace explainn::EXPLAINN_ABI
