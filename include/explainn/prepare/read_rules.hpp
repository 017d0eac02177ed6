// What is kept of a read: clipping, flanks, length, quality, bases that were not called.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/reads_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which bases of a read are kept, and which reads.
///
///     read_rules const smile_seq{.clip_left = 7, .clip_right = 64, .length = 30};
struct read_rules {
    std::size_t clip_left{};   ///< bases taken away at the beginning
    std::size_t clip_right{};  ///< bases taken away at the end
    std::string left_flank{};  ///< bases that must stand right before the kept ones; empty: any
    std::string right_flank{}; ///< bases that must stand right behind the kept ones; empty: any
    std::size_t length{};      ///< bases that are kept; 0: as many as most reads have
    bool cut = false;          ///< whether longer reads are cut to `length` at their end, or left out
    double least_quality{};    ///< the least mean quality (Phred) of the kept bases; 0: any
    int phred = 33;            ///< the character of quality 0: 33, or 64 as Illumina wrote until 2011
    bool keep_n = false;       ///< whether reads with N stay
};

/// What becomes of a read under read_rules.
enum class read_fate { kept, too_short, too_long, other_flank, low_quality, with_n };
/// How many fates there are.
inline constexpr std::size_t read_fates = 6;

/// What a table of counts calls each fate, in the order of the enumeration.
inline constexpr std::array<std::string_view, read_fates> fate_names{
    "kept", "too short", "too long", "another flank", "low quality", "with N"};

/// Throws error for rules that no read can meet.
inline void require_rules(read_rules const& rules)
{
    auto const flank = [](std::string const& given, std::size_t clipped, char const* side) {
        if (detail::leading_bases(given) != given.size())
            throw error{std::string{"expected bases in the "} + side + " flank, found " + in_quotes(given)};
        if (given.size() > clipped)
            throw error{"expected " + std::to_string(given.size()) + " bases or more to be clipped on the " +
                        side + ", as many as its flank has, found " + std::to_string(clipped)};
    };
    flank(rules.left_flank, rules.clip_left, "left");
    flank(rules.right_flank, rules.clip_right, "right");
    if (rules.phred != 33 && rules.phred != 64)
        throw error{"expected 33 or 64 as the character of quality 0, found " + std::to_string(rules.phred)};
    if (rules.cut && rules.length == 0) throw error{"expected a length to cut reads to, found none"};
    if (!(rules.least_quality >= 0 && rules.least_quality <= 93))
        throw error{"expected a least quality from 0 to 93"};
}

namespace detail {
/// The mean quality of a piece of a read. Throws input_error for a character below that of quality 0.
inline double mean_quality(std::string_view qualities, int phred, reads_file const& file,
                           sequencing_read const& read)
{
    double sum = 0;
    for (char const c : qualities) {
        int const q = static_cast<unsigned char>(c) - phred;
        if (q < 0 || c > '~')
            file.refuse(
                read,
                "qualities that are characters from " + std::to_string(phred) + " to 126 (" +
                    (phred == 64 ? "64 is what Illumina wrote until 2011; later files have 33" : "Phred+33") +
                    ")",
                in_quotes(c));
        sum += q;
    }
    return qualities.empty() ? 0 : sum / static_cast<double>(qualities.size());
}
inline bool same_bases(std::string_view a, std::string_view upper_or_lower)
{
    return std::equal(a.begin(), a.end(), upper_or_lower.begin(), upper_or_lower.end(),
                      [](char x, char y) { return x == base_chars[static_cast<unsigned char>(y)]; });
}
} // namespace detail

/// Clips a read by the rules: `bases` becomes what is kept. Where the rules name no length, a read of any
/// length is kept. Throws input_error where a least quality is asked for and the file tells none, and for
/// qualities that are none.
///
///     reads_file reads{"cycle4.fastq.gz"};
///     std::string_view kept;
///     for (sequencing_read read; reads.next(read);)
///         if (clip_read(read, {.clip_left = 7}, reads, kept) == read_fate::kept) use(kept);
inline read_fate clip_read(sequencing_read const& read, read_rules const& rules, reads_file const& file,
                           std::string_view& bases)
{
    std::size_t const outside = rules.clip_left + rules.clip_right;
    if (read.bases.size() <= outside) return read_fate::too_short;
    std::size_t size = read.bases.size() - outside;
    auto const flank = [&](std::size_t begin, std::string const& wanted) {
        return wanted.empty() || detail::same_bases(read.bases.substr(begin, wanted.size()), wanted);
    };
    if (!flank(rules.clip_left - rules.left_flank.size(), rules.left_flank) ||
        !flank(rules.clip_left + size, rules.right_flank))
        return read_fate::other_flank;
    if (rules.length > 0 && size < rules.length) return read_fate::too_short;
    if (rules.length > 0 && size > rules.length) {
        if (!rules.cut) return read_fate::too_long;
        size = rules.length;
    }
    bases = read.bases.substr(rules.clip_left, size);
    if (!rules.keep_n && bases.find('N') != bases.npos) return read_fate::with_n;
    if (rules.least_quality > 0) {
        if (read.qualities.empty()) file.refuse(read, "qualities of the bases (FASTQ)", "none");
        if (detail::mean_quality(read.qualities.substr(rules.clip_left, size), rules.phred, file, read) <
            rules.least_quality)
            return read_fate::low_quality;
    }
    return read_fate::kept;
}

} // namespace explainn::EXPLAINN_ABI
