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

/// What becomes of the values of a region's bases. Bases without a value count as 0, as in pile-ups, which
/// leave uncovered bases out.
enum class signal_summary { mean, max, sum };

/// What becomes of the numbers of all regions of a task: log(1 + x), or their ranks from 0 to 1.
enum class signal_transform { none, log, quantile };

/// The number of some bases' values; NaN is a base without one.
///
///     summary_of(std::vector{1.f, 2.f, std::nanf("")}, signal_summary::mean)     // 1
inline double summary_of(std::span<float const> values, signal_summary how)
{
    double sum = 0, most = 0;
    bool any = false;
    for (float const x : values) {
        double const y = std::isnan(x) ? 0. : static_cast<double>(x);
        sum += y;
        most = any ? std::max(most, y) : y;
        any = true;
    }
    if (how == signal_summary::max) return most;
    return how == signal_summary::sum || values.empty() ? sum : sum / static_cast<double>(values.size());
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
/// The number of each region in a bigWig file. A contig that the file does not have has no signal there, and
/// its regions have 0. Throws input_error where the file has a contig of the genome by another name (chr1 for
/// 1) or with another length, which is so where it is of another assembly; and where it has none of the
/// genome's contigs.
///
///     auto const atac = signals_of(regions, hg38.contigs(), "atac.bw", signal_summary::mean, {});
inline std::vector<float> signals_of(std::span<stranded_region const> regions, contig_list const& contigs,
                                     std::filesystem::path const& path, signal_summary how,
                                     contig_renames const& renames)
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
    for (stranded_region const& r : regions)
        out.push_back(
            name_there[r.contig].empty()
                ? 0.f
                : static_cast<float>(summary_of(track.values(name_there[r.contig], r.start, r.end), how)));
    return out;
}
#endif

} // namespace explainn::EXPLAINN_ABI
