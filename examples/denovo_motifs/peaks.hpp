// Labelled sequences from peaks and a genome: the regions around peaks, and windows that are like them
// elsewhere, as prepare regions makes them.
#pragma once
#include "denovo_motifs/labelled_input.hpp"
#include "prepare/regions.hpp"

namespace denovo {

#if __has_include(<htslib/faidx.h>)

/// The regions of --length bases around peaks, labelled 1, and for each of them a window outside all peaks of
/// the same GC, repeats and N, labelled 0. Throws error and input_error as regions_run does.
inline input from_peaks(settings const& s)
{
    prepare_program::regions_options o;
    o.out = s.out;
    o.seed = s.seed;
    o.peaks.files = {"peaks=" + s.peaks};
    o.peaks.centre = s.centre;
    o.genome = s.genome;
    o.contig_names = s.contig_names;
    o.rules.length = s.length;
    o.threads = s.processor.threads;
    shared::steps all;
    auto const data =
        prepare_program::regions_run{o, {.command = "denovo_motifs", .seed = s.seed}}.without_parts(all);
    input in;
    in.file = s.peaks;
    in.sequences = data.sequences();
    std::size_t positives = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        in.labels.push_back(static_cast<double>(data.label(i, 0)));
        positives += in.labels.back() > 0 ? 1 : 0;
    }
    in.source = count_of(positives, "regions around peaks against ") +
                count_of(data.size() - positives, "windows of the genome that are like them");
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
