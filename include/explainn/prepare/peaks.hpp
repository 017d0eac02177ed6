// Peaks on the contigs of a genome, and regions of one length around their centres.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genome/bed_file.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/genome/interval_file.hpp>
#include <explainn/prepare/interval_set.hpp>

namespace explainn::EXPLAINN_ABI {

/// Where the centre of a peak lies: in the middle of its interval, or at the summit that column 10 of
/// narrowPeak tells.
enum class peak_centre { middle, summit };

/// A peak on a contig of a genome.
struct peak {
    std::uint32_t contig{};
    std::uint32_t set{};          ///< which set of peaks it belongs to (a task, or one replicate of a task)
    std::uint64_t start{}, end{}; ///< from 0, `end` not included
    std::uint64_t centre{};       ///< a base
    char strand = '.';
};

/// A region that a sequence is read from. A region on strand '-' reads as the reverse complement.
struct stranded_region {
    std::uint32_t contig{};
    std::uint64_t start{}, end{};
    char strand = '.'; ///< '.' where strands do not matter
    friend bool operator==(stranded_region const&, stranded_region const&) = default;
};

/// How many peaks were read, and how many of them gave no region of their own, by reason.
struct region_counts {
    std::size_t read{};
    std::size_t unknown_contig{}; ///< on a contig that the genome does not have
    std::size_t beyond_contig{};  ///< the region would reach beyond an end of its contig
    std::size_t duplicate{};      ///< the same region as that of another peak
    std::size_t merged{};         ///< its centre is close to that of another peak, see regions_around()
    std::size_t excluded{};       ///< overlaps what is excluded
    std::size_t too_many_n{};     ///< more N than is allowed
};

/// The number of a contig by the name that a file has for it; `renames` goes before the genome's own names.
/// Nothing for a contig that the genome does not have. Throws input_error at `place` for a name that the
/// genome has in another way of writing (1 for chr1): whether they are the same is for the user to say.
///
///     contig_in(hg38.contigs(), "chr1", {}, "peaks.bed", 3);
inline std::optional<std::size_t> contig_in(contig_list const& contigs, std::string_view name,
                                            contig_renames const& renames, std::filesystem::path const& place,
                                            std::size_t line)
{
    if (auto const other = renames.find(name); other != renames.end()) {
        if (auto const i = contigs.find(other->second)) return i;
        throw input_error{place, line,
                          "a contig of " + contigs.file().string() + " by the name that is given for " +
                              in_quotes(name),
                          in_quotes(other->second) + contigs.advice(other->second)};
    }
    if (auto const i = contigs.find(name)) return i;
    if (contigs.alike(name).empty()) return std::nullopt;
    throw input_error{place, line, "a contig of " + contigs.file().string(),
                      in_quotes(name) + contigs.advice(name) +
                          ": where these are the same, a file with the line \"" + std::string{name} + " " +
                          contigs.alike(name).front() + "\" says so (--contig-names)"};
}

/// Calls f(interval, contig number) for every interval of a file (BED, narrowPeak, broadPeak, summits, GFF3)
/// on these contigs; how many lie on contigs that the genome does not have. Throws input_error with file and
/// line for what is no interval, for one that ends beyond its contig (which is so where it is of another
/// assembly), and as contig_in() does; and for a file without intervals.
///
///     each_interval("blacklist.bed", hg38.contigs(), {}, [&](bed_interval const& i, std::size_t contig) {
///         use(contig, i.start, i.end);
///     });
template <class F>
std::size_t each_interval(std::filesystem::path const& path, contig_list const& contigs,
                          contig_renames const& renames, F f)
{
    interval_file file{path};
    std::size_t unknown = 0, all = 0;
    for (bed_interval each; file.next(each); ++all) {
        auto const i = contig_in(contigs, each.contig, renames, path, each.line);
        if (!i) {
            ++unknown;
            continue;
        }
        if (each.end > contigs[*i].length)
            throw input_error{path, each.line,
                              "an end within the " + std::to_string(contigs[*i].length) + " bases of " +
                                  in_quotes(each.contig) + " in " + contigs.file().string() +
                                  " (is it of this assembly?)",
                              std::to_string(each.end)};
        f(static_cast<bed_interval const&>(each), *i);
    }
    if (all == 0) throw input_error{path, 0, "intervals (BED or GFF3)", "none"};
    return unknown;
}

/// The peak of an interval. Throws input_error where its summit is asked for and not told: an interval of one
/// base is its own summit.
inline peak peak_of(bed_interval const& from, std::size_t contig, std::uint32_t set, peak_centre centre,
                    std::filesystem::path const& path)
{
    peak out{static_cast<std::uint32_t>(contig), set,        from.start, from.end,
             from.start + from.length() / 2,     from.strand};
    if (centre == peak_centre::middle || from.length() == 1) return out;
    if (!from.summit)
        throw input_error{path, from.line, "a summit in column 10 (narrowPeak) for --centre summit", "none"};
    if (*from.summit >= from.length())
        throw input_error{path, from.line,
                          "a summit within the " + std::to_string(from.length()) +
                              " bases of the peak in column 10",
                          std::to_string(*from.summit)};
    out.centre = from.start + *from.summit;
    return out;
}

/// The `length` bases around a base, half of them before it (the smaller half stands behind where the length
/// is even, with the centre itself), or nothing where they reach beyond the contig.
///
///     around(0, 150, 200, 1000);                      // bases 50 to 250
inline std::optional<region> around(std::size_t contig, std::uint64_t centre, std::uint64_t length,
                                    std::uint64_t contig_length)
{
    if (centre < length / 2) return std::nullopt;
    std::uint64_t const start = centre - length / 2;
    if (start + length > contig_length) return std::nullopt;
    return region{contig, start, start + length};
}

/// How regions are made of peaks.
struct region_rules {
    std::uint64_t length = 200;
    /// Centres that lie within so many bases of the first of them become one region, around the one in the
    /// middle (of an even number, the one before it); 0 merges only those at the same base.
    std::uint64_t merge = 0;
    bool stranded = false; ///< regions of both strands differ, and keep theirs
};

/// The regions of one length around the centres of peaks, each once, by contig, start and strand; counts what
/// gave none. Regions that overlap `excluded` are left out.
///
///     region_counts counts;
///     auto const regions = regions_around(summits, hg38.contigs(), {.length = 200}, blacklist, counts);
inline std::vector<stranded_region> regions_around(std::span<peak const> peaks, contig_list const& contigs,
                                                   region_rules const& how, interval_set const& excluded,
                                                   region_counts& counts)
{
    if (how.length == 0) throw error{"expected regions of 1 base or more, found a length of 0"};
    struct centre {
        std::uint32_t contig;
        std::uint64_t base;
        char strand;
    };
    std::vector<centre> all;
    all.reserve(peaks.size());
    for (peak const& each : peaks) {
        if (!around(each.contig, each.centre, how.length, contigs[each.contig].length)) {
            ++counts.beyond_contig;
            continue;
        }
        all.push_back({each.contig, each.centre, how.stranded ? each.strand : '.'});
    }
    // strands apart where they matter: '+' and '-' are merged each with their own
    std::sort(all.begin(), all.end(), [](centre const& a, centre const& b) {
        if (a.contig != b.contig) return a.contig < b.contig;
        return a.strand != b.strand ? a.strand < b.strand : a.base < b.base;
    });
    std::vector<stranded_region> out;
    for (std::size_t first = 0, last = 0; first < all.size(); first = last) {
        std::size_t different = 1;
        for (last = first + 1;
             last < all.size() && all[last].contig == all[first].contig &&
             all[last].strand == all[first].strand && all[last].base - all[first].base <= how.merge;
             ++last)
            different += all[last].base != all[last - 1].base ? 1 : 0;
        counts.duplicate += last - first - different;
        counts.merged += different - 1;
        centre const& chosen = all[first + (last - first - 1) / 2];
        auto const found = *around(chosen.contig, chosen.base, how.length, contigs[chosen.contig].length);
        if (excluded.overlaps(chosen.contig, found.start, found.end)) ++counts.excluded;
        else out.push_back({chosen.contig, found.start, found.end, chosen.strand});
    }
    std::sort(out.begin(), out.end(), [](stranded_region const& a, stranded_region const& b) {
        if (a.contig != b.contig) return a.contig < b.contig;
        return a.start != b.start ? a.start < b.start : a.strand < b.strand;
    });
    return out;
}

/// What a window that is no peak's must not overlap: every peak, and the `length` bases around its centre. A
/// region may begin before its contig's first base, where it is cut, and end behind the last one.
///
///     interval_set const forbidden{covered_by(summits, 200)};
inline std::vector<region> covered_by(std::span<peak const> peaks, std::uint64_t length)
{
    std::vector<region> out;
    std::uint64_t const before = length / 2;
    for (peak const& each : peaks)
        out.push_back({each.contig, std::min(each.start, each.centre - std::min(each.centre, before)),
                       std::max(each.end, each.centre + length - before)});
    return out;
}

/// The name of a region as `bedtools getfasta` writes it: chr1:100-300, and chr1:100-300(-) where strands
/// matter.
inline std::string name_of(stranded_region const& r, contig_list const& contigs, bool stranded)
{
    std::string name = contigs[r.contig].name + ':' + std::to_string(r.start) + '-' + std::to_string(r.end);
    if (stranded) ((name += '(') += r.strand) += ')';
    return name;
}

} // namespace explainn::EXPLAINN_ABI
