// Labels of regions by a track of numbers: the mean, largest or summed signal of each.
#pragma once
#include <explainn/core/cpp20.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/genomics/quantile_transform.hpp>
#include <explainn/prepare/peaks.hpp>
#if __has_include(<bigWig.h>)
#include <explainn/genome/bigwig.hpp>
#endif

namespace explainn::EXPLAINN_ABI {

/// What becomes of the values of a region's bases.
enum class signal_summary { mean, max, sum };

/// What bases without a value are: 0, as in pile-ups, which leave uncovered bases out (mean0 of
/// bigWigAverageOverBed), or bases that do not count (its mean, and that of pyBigWig).
enum class uncovered_bases { zero, missing };

/// What becomes of the numbers of all regions of a task: log(1 + x), or their ranks from 0 to 1.
enum class signal_transform { none, log, quantile };

/// The number of some bases' values; NaN is a base without one. NaN where none counts.
///
///     std::vector<float> const values{1, 2, std::nanf("")};
///     summary_of(values, signal_summary::mean, uncovered_bases::zero);           // 1
///     summary_of(values, signal_summary::mean, uncovered_bases::missing);        // 1.5
inline double summary_of(std::span<float const> values, signal_summary how, uncovered_bases uncovered)
{
    double sum = 0, most = 0;
    std::size_t count = 0;
    for (float const x : values) {
        if (std::isnan(x) && uncovered == uncovered_bases::missing) continue;
        double const y = std::isnan(x) ? 0. : static_cast<double>(x);
        sum += y;
        most = count == 0 ? y : std::max(most, y);
        ++count;
    }
    if (count == 0) return std::numeric_limits<double>::quiet_NaN();
    if (how == signal_summary::max) return most;
    return how == signal_summary::sum ? sum : sum / static_cast<double>(count);
}

/// Transforms the numbers of a task in place. Throws error for log of a number of -1 or less.
inline void transform_signal(std::vector<float>& values, signal_transform how)
{
    if (how == signal_transform::quantile) values = quantile_transform(values);
    if (how != signal_transform::log) return;
    for (float& x : values) {
        if (x <= -1) throw error{"expected signals above -1 for log(1 + x), found " + float_text(x)};
        x = std::log1p(x);
    }
}

#if __has_include(<bigWig.h>)
/// The number of each region in a bigWig file. No base of a contig that the file does not have has a value.
/// Throws input_error where the file has a contig of the genome by another name (chr1 for 1) or with another
/// length, which is so where it is of another assembly; and where it has none of the genome's contigs.
///
///     auto const atac = signals_of(regions, hg38.contigs(), "atac.bw", signal_summary::mean,
///                                 uncovered_bases::zero, {});
inline std::vector<float> signals_of(std::span<stranded_region const> regions, contig_list const& contigs,
                                     std::filesystem::path const& path, signal_summary how,
                                     uncovered_bases uncovered, contig_renames const& renames)
{
    bigwig_file track{path};
    std::vector<std::string> name_there(contigs.size()); // empty where the track has none
    std::size_t known = 0;
    for (contig const& each : track.contigs()) {
        auto const i = contig_in(contigs, each.name, renames, path, 0);
        if (!i) continue;
        if (contigs[*i].length != each.length)
            throw input_error{path, 0,
                              std::to_string(contigs[*i].length) + " bases of " + in_quotes(each.name) +
                                  " as in " + contigs.file().string() + " (is it of this assembly?)",
                              std::to_string(each.length)};
        name_there[*i] = each.name;
        ++known;
    }
    if (known == 0)
        throw input_error{path, 0, "a contig of " + contigs.file().string(),
                          "others alone, such as " + in_quotes(track.contigs()[0].name)};
    std::vector<float> out;
    out.reserve(regions.size());
    for (stranded_region const& r : regions) {
        std::string const& name = name_there[r.contig];
        std::vector<float> const values =
            name.empty() ? std::vector<float>(static_cast<std::size_t>(r.end - r.start), std::nanf(""))
                         : track.values(name, r.start, r.end);
        out.push_back(static_cast<float>(summary_of(values, how, uncovered)));
    }
    return out;
}
#endif

} // namespace explainn::EXPLAINN_ABI
