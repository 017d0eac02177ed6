// Labelled sequences from peaks and a genome: the regions around peaks, and windows that are like them
// elsewhere.
#pragma once
#include "denovo_motifs/labelled_input.hpp"

#if __has_include(<htslib/faidx.h>)
#include <cstdint>
#include <iostream>
#include <utility>

#include <explainn/core/pool.hpp>
#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/prepare/matched_windows.hpp>
#include <explainn/prepare/peaks.hpp>
#include <explainn/prepare/region_bases.hpp>
#endif

namespace denovo {

#if __has_include(<htslib/faidx.h>)

/// The regions of --length bases around peaks, labelled 1, and for each of them a window outside all peaks of
/// the same GC, repeats and N (match_windows), labelled 0. Regions of which more than a tenth is N are left
/// out. Throws input_error as each_interval() and genome do, and where no region is left.
inline input from_peaks(settings const& s)
{
    ex::genome genome{s.genome};
    auto const renames =
        s.contig_names.empty() ? ex::contig_renames{} : ex::read_contig_names(s.contig_names);
    auto const& contigs = genome.contigs();
    auto const centre = s.centre == "summit" ? ex::peak_centre::summit : ex::peak_centre::middle;
    std::vector<ex::peak> peaks;
    ex::region_counts counts;
    counts.unknown_contig =
        ex::each_interval(s.peaks, contigs, renames, [&](ex::bed_interval const& each, std::size_t contig) {
            peaks.push_back(ex::peak_of(each, contig, 0, centre, s.peaks));
        });
    input in;
    in.file = s.peaks;
    std::vector<ex::window_class> classes;
    auto const add = [&](ex::stranded_region const& r, std::string const& bases, double label) {
        in.sequences.append(ex::name_of(r, contigs, false), bases);
        in.labels.push_back(label);
    };
    for (auto const& r : ex::regions_around(peaks, contigs, {.length = s.length}, {}, counts)) {
        std::string const bases = ex::bases_of(r, genome);
        auto const made_of = ex::count_bases(bases);
        if (made_of.n * 10 > s.length) {
            ++counts.too_many_n;
            continue;
        }
        classes.push_back(*ex::class_of(made_of));
        add(r, bases, 1);
    }
    std::size_t const positives = in.labels.size();
    std::size_t const left_out = counts.unknown_contig + counts.beyond_contig + counts.too_many_n;
    if (left_out > 0)
        std::cerr << "note: " << left_out << " peaks without a region: " << counts.unknown_contig
                  << " on contigs that the genome does not have, " << counts.beyond_contig
                  << " too near to an end of their contig, " << counts.too_many_n << " of N\n";
    if (positives == 0)
        throw ex::input_error{s.peaks, 0,
                              "peaks with " + std::to_string(s.length) + " bases of the genome around them",
                              "none"};
    auto const between = [](double) {
        if (interrupted()) throw interruption{"interrupted"};
    };
    auto const found = ex::match_windows(
        classes, ex::interval_set{ex::covered_by(peaks, s.length)}, genome,
        {.length = s.length, .from = ex::seed{s.seed}, .candidates = {}, .between = between},
        ex::thread_pool{ex::threads{s.processor.threads}});
    for (auto const& r : found.windows) add(r, ex::bases_of(r, genome), 0);
    in.source = count_of(positives, "regions around peaks against ") +
                count_of(found.windows.size(), "windows of the genome that are like them");
    return in;
}

#else

inline input from_peaks(settings const&)
{
    throw ex::error{
        "--genome: this program was built without htslib (package libhts-dev), which reads genomes"};
}

#endif

} // namespace denovo
