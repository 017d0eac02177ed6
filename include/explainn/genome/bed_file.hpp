// Intervals of a genome from BED files.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A line of a BED file.
struct bed_interval {
    std::string contig;
    std::uint64_t start{}, end{}; ///< bases `start` to `end`, from 0, `end` not included
    std::string name;             ///< empty where there are 3 columns
    char strand = '.';            ///< '+', '-', or '.' where the file does not give it
    std::size_t line{};           ///< its line in the file, from 1

    std::uint64_t length() const { return end - start; }
};

/// Reads BED of 3 to 12 columns, plain, gzip or bgzip, line by line
/// (https://genome.ucsc.edu/FAQ/FAQformat.html#format1): fields between tabs, or between blanks where a line
/// has no tab. Empty lines, comments (#) and lines of a browser (track, browser) are passed over. Columns
/// from the seventh on are counted and not read. Throws input_error with file and line for what is no
/// interval.
///
///     bed_file peaks{"peaks.bed.gz"};
///     for (bed_interval peak; peaks.next(peak);) use(peak.contig, peak.start, peak.end);
class bed_file {
public:
    explicit bed_file(std::filesystem::path path) : file_{std::move(path), "intervals (BED)"} {}

    std::filesystem::path const& path() const { return file_.path(); }
    /// The line that next() gave last, from 1.
    std::size_t line() const { return file_.line(); }

    /// The next interval; false at the end of the file.
    bool next(bed_interval& to)
    {
        for (std::string_view line; file_.next(line);) {
            while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
            if (line.empty() || line.front() == '#' || is_word(line, "track") || is_word(line, "browser"))
                continue;
            take(line, to);
            return true;
        }
        return false;
    }

private:
    static bool is_word(std::string_view line, std::string_view word)
    {
        return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ');
    }
    void take(std::string_view line, bed_interval& to)
    {
        fields_.clear();
        if (line.find('\t') != line.npos) {
            for (std::size_t at = 0;;) {
                std::size_t const tab = line.find('\t', at);
                fields_.push_back(line.substr(at, tab == line.npos ? tab : tab - at));
                if (tab == line.npos) break;
                at = tab + 1;
            }
        } else {
            for (std::size_t at = 0; (at = line.find_first_not_of(' ', at)) != line.npos;) {
                std::size_t const stop = std::min(line.find(' ', at), line.size());
                fields_.push_back(line.substr(at, stop - at));
                at = stop;
            }
        }
        if (fields_.size() < 3 || fields_.size() > 12)
            file_.refuse("3 to 12 columns (BED)", std::to_string(fields_.size()) + ": " + in_quotes(line));
        if (fields_[0].empty()) file_.refuse("a contig in column 1", "nothing");
        to.contig = fields_[0];
        to.start = number(1, "the first base, from 0,");
        to.end = number(2, "the end, a whole number");
        if (to.start >= to.end)
            file_.refuse("a start before the end",
                         std::to_string(to.start) + " and " + std::to_string(to.end));
        to.name = fields_.size() > 3 ? fields_[3] : std::string_view{};
        to.strand = '.';
        if (fields_.size() > 5) {
            if (fields_[5] != "+" && fields_[5] != "-" && fields_[5] != ".")
                file_.refuse("a strand (+, - or .) in column 6", in_quotes(fields_[5]));
            to.strand = fields_[5][0];
        }
        to.line = file_.line();
    }
    std::uint64_t number(std::size_t place, std::string const& what) const
    {
        auto const x = detail::digits_of(fields_[place]);
        if (!x || *x > std::uint64_t{1} << 48)
            file_.refuse(what + " in column " + std::to_string(place + 1), in_quotes(fields_[place]));
        return *x;
    }

    text_file file_;
    std::vector<std::string_view> fields_;
};

/// An interval of one contig of a list.
struct region {
    std::size_t contig{};         ///< its number in the list
    std::uint64_t start{}, end{}; ///< from 0, `end` not included
    friend bool operator==(region const&, region const&) = default;
};

/// All intervals of a BED file as regions of these contigs, in the order of the file. Throws input_error with
/// file and line for a contig that is not among them (it names those of a similar name), for an interval
/// beyond the contig's end, and for a file without intervals.
///
///     auto const peaks = read_regions("peaks.bed", hg38.contigs());
inline std::vector<region> read_regions(std::filesystem::path const& path, contig_list const& contigs)
{
    bed_file file{path};
    std::vector<region> all;
    for (bed_interval each; file.next(each);) {
        std::size_t const i = contigs.require(each.contig, path, each.line);
        if (each.end > contigs[i].length)
            throw input_error{path, each.line,
                              "an end within the " + std::to_string(contigs[i].length) + " bases of " +
                                  in_quotes(each.contig) + " in " + contigs.file().string(),
                              std::to_string(each.end)};
        all.push_back({i, each.start, each.end});
    }
    if (all.empty()) throw input_error{path, 0, "intervals (BED)", "none"};
    return all;
}

/// Every contig as one region.
inline std::vector<region> whole_contigs(contig_list const& contigs)
{
    std::vector<region> all;
    for (std::size_t i = 0; i < contigs.size(); ++i) all.push_back({i, 0, contigs[i].length});
    return all;
}

/// The bases that at least one region covers, each once: regions that overlap or touch become one. Contigs
/// are sorted by the bytes of their names, as bigWig and `sort -k1,1 -k2,2n` sort them.
///
///     merged({{0, 10, 30}, {0, 20, 40}}, hg38.contigs())    // {0, 10, 40}
inline std::vector<region> merged(std::vector<region> all, contig_list const& contigs)
{
    std::sort(all.begin(), all.end(), [&](region const& a, region const& b) {
        if (a.contig != b.contig) return contigs[a.contig].name < contigs[b.contig].name;
        return a.start != b.start ? a.start < b.start : a.end < b.end;
    });
    std::vector<region> out;
    for (region const& each : all)
        if (!out.empty() && out.back().contig == each.contig && each.start <= out.back().end)
            out.back().end = std::max(out.back().end, each.end);
        else out.push_back(each);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
