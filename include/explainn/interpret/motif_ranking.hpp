// How well each filter's motif alone identifies the positives of a task, and the order of the filters by it
// (the paper's Fig. 3A).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/score.hpp>

namespace explainn::EXPLAINN_ABI {

/// One motif of several as a classifier.
struct ranked_motif {
    motif_quality quality;
    std::size_t rank =
        0; ///< place by AUPRC, from 1; of equal ones the first motif comes first, nan comes last
};

/// Scores each motif by its best window on either strand of every sequence (Novakovsky et al. 2023, Methods),
/// compares the scores with the labels of one task as score_motif does, and ranks the motifs by AUPRC. Throws
/// error as score_motif does.
///
///     motif_set const filters = read_motifs("filters.meme");
///     std::vector<double> const labels(peaks.size(), 1);
///     auto const ranked = rank_motifs(filters.motifs, peaks, labels);
inline std::vector<ranked_motif> rank_motifs(std::span<motif const> motifs, packed_sequences const& sequences,
                                             std::vector<double> const& labels,
                                             background const& frequencies = {}, double pseudocount = 0.1)
{
    windowed_sequences const windows{sequences};
    std::vector<ranked_motif> out;
    for (motif const& m : motifs)
        out.push_back({score_motif(score_matrix{m, frequencies, pseudocount}, windows, std::span{&labels, 1},
                                   motif_ranking::best_hit)
                           .front(),
                       0});
    std::vector<std::size_t> order(out.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    auto const height = [&](std::size_t i) {
        return std::isnan(out[i].quality.auprc) ? -1 : out[i].quality.auprc;
    };
    sort_places(order, [&](std::size_t a, std::size_t b) { return height(a) > height(b); });
    for (std::size_t i = 0; i < order.size(); ++i) out[order[i]].rank = i + 1;
    return out;
}

} // namespace explainn::EXPLAINN_ABI
