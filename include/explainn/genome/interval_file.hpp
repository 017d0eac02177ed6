// Intervals of a genome from BED, narrowPeak, broadPeak, summits and GFF3, told apart by what they hold.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/bed_file.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads intervals line by line, plain, gzip or bgzip: BED of 3 to 12 columns and its kin (narrowPeak,
/// broadPeak, summits), as bed_file does, or GFF3 (and GTF), whose nine columns stand between tabs
/// (https://github.com/The-Sequence-Ontology/Specifications/blob/master/gff3.md): its starts count from 1 and
/// its ends are included, which becomes the count from 0 of BED; its type (column 3) becomes the name. A file
/// is GFF where it says so in its first line (##gff-version), or where its first line of data has nine
/// columns with numbers in the fourth and fifth and none in the second. Throws input_error with file and line
/// for what is no interval.
///
///     interval_file peaks{"peaks.narrowPeak.gz"};
///     for (bed_interval peak; peaks.next(peak);) use(peak.contig, peak.start, peak.end);
class interval_file {
public:
    explicit interval_file(std::filesystem::path path) : file_{std::move(path), "intervals (BED or GFF3)"} {}

    std::filesystem::path const& path() const { return file_.path(); }
    /// The line that next() gave last, from 1.
    std::size_t line() const { return file_.line(); }

    /// The next interval; false at the end of the file.
    bool next(bed_interval& to)
    {
        for (std::string_view line; !ended_ && file_.next(line);) {
            if (line.starts_with("##gff-version")) kind_ = kind::gff;
            if (kind_ == kind::gff && line.starts_with("##FASTA")) ended_ = true; // sequences follow
            while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
            if (ended_ || detail::bed_line::is_passed_over(line)) continue;
            auto const& fields = fields_.split(line);
            if (kind_ == kind::unknown) kind_ = is_gff(fields) ? kind::gff : kind::bed;
            if (kind_ == kind::bed) fields_.take(line, file_, to);
            else take_gff(fields, line, to);
            return true;
        }
        return false;
    }

private:
    enum class kind : unsigned char { unknown, bed, gff };

    static bool is_gff(std::vector<std::string_view> const& fields)
    {
        return fields.size() == 9 && !detail::digits_of(fields[1]) && detail::digits_of(fields[3]) &&
               detail::digits_of(fields[4]);
    }
    void take_gff(std::vector<std::string_view> const& fields, std::string_view line, bed_interval& to)
    {
        if (fields.size() != 9) // some leave the attributes out
            file_.refuse("9 columns (GFF3)", std::to_string(fields.size()) + ": " + in_quotes(line));
        if (fields[0].empty()) file_.refuse("a contig in column 1", "nothing");
        to.contig = decoded(fields[0]);
        std::uint64_t const first = number(fields[3], "the first base, from 1, in column 4"),
                            last = number(fields[4], "the last base, a whole number, in column 5");
        if (first == 0) file_.refuse("the first base, from 1, in column 4", "'0'");
        if (first > last)
            file_.refuse("a first base that is not behind the last",
                         std::to_string(first) + " and " + std::to_string(last));
        to.start = first - 1;
        to.end = last;
        to.name = fields[2];
        if (fields[6] != "+" && fields[6] != "-" && fields[6] != "." && fields[6] != "?")
            file_.refuse("a strand (+, -, . or ?) in column 7", in_quotes(fields[6]));
        to.strand = fields[6] == "?" ? '.' : fields[6][0];
        to.summit.reset();
        to.line = file_.line();
    }
    std::uint64_t number(std::string_view field, std::string const& what) const
    {
        auto const x = detail::digits_of(field);
        if (!x || *x > std::uint64_t{1} << 48) file_.refuse(what, in_quotes(field));
        return *x;
    }
    // %20 is a blank
    static std::string decoded(std::string_view field)
    {
        auto const digit = [](char c) {
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : -1;
        };
        std::string out;
        for (std::size_t i = 0; i < field.size(); ++i) {
            bool const is_code = field[i] == '%' && i + 2 < field.size() && digit(field[i + 1]) >= 0 &&
                                 digit(field[i + 2]) >= 0;
            out += is_code ? static_cast<char>(16 * digit(field[i + 1]) + digit(field[i + 2])) : field[i];
            i += is_code ? 2 : 0;
        }
        return out;
    }

    text_file file_;
    detail::bed_line fields_;
    kind kind_ = kind::unknown;
    bool ended_ = false;
};

} // namespace explainn::EXPLAINN_ABI
