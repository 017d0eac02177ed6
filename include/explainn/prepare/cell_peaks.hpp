// Where the peaks of a matrix lie in the genome.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/bed_file.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/genome/interval_file.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/cell_matrix.hpp>

namespace explainn::EXPLAINN_ABI {

/// The place that the name of a peak tells: chr1:100-300 or, as R packages write it, chr1-100-300 and
/// chr1_100_300. Nothing where it tells none.
///
///     peak_place("chr1-100-300")->start                // 100
inline std::optional<genomic_place> peak_place(std::string_view name)
{
    auto const second = name.find_last_of("-_");
    if (second == name.npos || second == 0) return std::nullopt;
    auto const first = name.find_last_of(":-_", second - 1);
    if (first == name.npos || first == 0) return std::nullopt;
    auto const start = detail::digits_of(name.substr(first + 1, second - first - 1)),
               end = detail::digits_of(name.substr(second + 1));
    if (!start || !end || *start >= *end || *end > std::uint64_t{1} << 48) return std::nullopt;
    return genomic_place{name.substr(0, first), *start, *end};
}

namespace detail {
/// Refuses a BED file whose interval is another one than the matrix names at this place. Starts may differ by
/// 1: R packages count from 1.
inline void require_same_peak(bed_interval const& given, std::string const& name, cell_matrix const& matrix,
                              std::filesystem::path const& path)
{
    auto const told = peak_place(name);
    if (!told) return;
    bool const same = (told->start == given.start || told->start == given.start + 1) &&
                      told->end == given.end &&
                      plain_contig_name(told->chromosome) == plain_contig_name(given.contig);
    if (!same)
        throw input_error{
            path, given.line,
            "the peak " + in_quotes(name) + ", as " + matrix.path().string() + " names it at this place",
            in_quotes(given.contig + ':' + std::to_string(given.start) + '-' + std::to_string(given.end))};
}
} // namespace detail

/// The peaks of a matrix in its order, from a BED file or, where the path is empty, from the names in the
/// matrix. Throws input_error where the file has more or fewer intervals than the matrix has peaks, or others
/// than it names, and for names that tell no place.
///
///     market_matrix const matrix{"filtered_peak_bc_matrix"};
///     std::vector<bed_interval> const peaks = peaks_of_matrix(matrix, "peaks.bed");
inline std::vector<bed_interval> peaks_of_matrix(cell_matrix const& matrix, std::filesystem::path const& bed)
{
    auto const& names = matrix.peak_names();
    std::vector<bed_interval> out;
    if (bed.empty()) {
        if (names.empty())
            throw input_error{matrix.path(), 0, "peaks beside the matrix, or in a BED file (--peaks)",
                              "none"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            auto const told = peak_place(names[i]);
            if (!told)
                throw input_error{
                    matrix.path(), 0,
                    "names of peaks that tell places, such as chr1:100-300, or a BED file (--peaks)",
                    in_quotes(names[i])};
            bed_interval& each = out.emplace_back();
            each.contig = told->chromosome;
            each.start = told->start;
            each.end = told->end;
            each.line = i + 1;
        }
        return out;
    }
    interval_file file{bed};
    for (bed_interval each; file.next(each); out.push_back(each)) {
        if (out.size() == matrix.peaks())
            throw input_error{bed, each.line,
                              "the end of the file after " + std::to_string(matrix.peaks()) + " peaks, as " +
                                  matrix.path().string() + " has",
                              "one more"};
        if (!names.empty()) detail::require_same_peak(each, names[out.size()], matrix, bed);
    }
    if (out.size() != matrix.peaks())
        throw input_error{bed, file.line(),
                          std::to_string(matrix.peaks()) + " peaks, as " + matrix.path().string() + " has",
                          std::to_string(out.size())};
    return out;
}

} // namespace explainn::EXPLAINN_ABI
