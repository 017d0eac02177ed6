// How well each motif alone tells the positives of a task: the AUPRC of its best hit in every sequence.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <explainn/core/ranking.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/best_hits.hpp>

namespace explainn::EXPLAINN_ABI {

/// One motif as a classifier.
struct motif_quality {
    double auprc = std::numeric_limits<double>::quiet_NaN();
    double auroc = std::numeric_limits<double>::quiet_NaN();
    std::size_t rank = 0; ///< by AUPRC among all, from 1; of equals the first motif goes first
};

/// The score of a sequence is that of the best window of the motif on both strands (Novakovsky et al. 2023,
/// Methods and Fig. 3A). Labels: 1, 0, anything else does not count. Throws error unless every sequence has a
/// label.
///
///     motif_set const filters = read_motifs("filters.meme");
///     std::vector<float> const labels(peaks.size(), 1);
///     auto const ranked = best_hit_quality(filters.motifs, peaks, labels);
inline std::vector<motif_quality>
best_hit_quality(std::span<motif const> motifs, packed_sequences const& sequences,
                 std::span<float const> labels, background const& frequencies = {}, double pseudocount = 0.1)
{
    if (labels.size() != sequences.size())
        throw error{"expected a label for each of " + std::to_string(sequences.size()) +
                    " sequences, found " + std::to_string(labels.size())};
    windowed_sequences const windows{sequences};
    std::vector<std::uint8_t> classes;
    for (float const y : labels) classes.push_back(y == 1 ? 1 : y == 0 ? 0 : 2);
    std::vector<motif_quality> out;
    for (motif const& m : motifs) {
        std::vector<double> scores;
        for (auto const& s : score_sequences(score_matrix{m, frequencies, pseudocount}, windows))
            scores.push_back(s.best());
        auto const q = rank_quality(std::span<double const>{scores}, std::span<std::uint8_t const>{classes});
        out.push_back({q.average_precision, q.auroc, 0});
    }
    std::vector<std::size_t> order(out.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return out[a].auprc > out[b].auprc; });
    for (std::size_t i = 0; i < order.size(); ++i) out[order[i]].rank = i + 1;
    return out;
}

} // namespace explainn::EXPLAINN_ABI
