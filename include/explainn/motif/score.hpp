// How well the scores of a single motif separate labelled sequences.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/ranking.hpp>
#include <explainn/motif/best_hits.hpp>

namespace explainn::EXPLAINN_ABI {

/// The score that ranks a sequence: that of its best window on either strand, or the sum of all windows'
/// odds.
enum class motif_ranking { best_hit, occupancy };

/// How well a motif ranks the sequences of one task; nan where it is not defined.
struct motif_quality {
    double auroc = std::numeric_limits<double>::quiet_NaN();
    double auprc = std::numeric_limits<double>::quiet_NaN(); ///< average precision
    double spearman = std::numeric_limits<double>::quiet_NaN();
};

/// The smallest value that counts as a positive where labels are real numbers, as for arrays: four standard
/// deviations above the mean.
inline double positive_from(std::span<double const> labels)
{
    double n = 0, sum = 0, squares = 0;
    for (double const x : labels)
        if (!std::isnan(x)) {
            n += 1;
            sum += x;
        }
    double const mean = n > 0 ? sum / n : 0;
    for (double const x : labels)
        if (!std::isnan(x)) squares += (x - mean) * (x - mean);
    return mean + 4 * std::sqrt(n > 1 ? squares / (n - 1) : 0);
}

/// Whether all labels are 1, 0 or missing (nan).
inline bool are_binary(std::span<double const> labels)
{
    return std::all_of(labels.begin(), labels.end(),
                       [](double x) { return x == 0 || x == 1 || std::isnan(x); });
}

/// Measures scores against the labels of one task (nan = unresolved). For AUROC and AUPRC, labels of 1 are
/// positive; where labels are real numbers, those of at least positive_from(labels). Spearman's correlation
/// is over the resolved labels. `order` is descending_order(scores), the same for all tasks.
inline motif_quality motif_quality_of(std::span<double const> scores, std::span<std::uint32_t const> order,
                                      std::span<double const> labels)
{
    if (scores.size() != labels.size())
        throw error{"expected labels of " + std::to_string(scores.size()) + " sequences, found " +
                    std::to_string(labels.size())};
    double const least = are_binary(labels) ? 1 : positive_from(labels);
    auto const quality = rank_quality(
        scores,
        [labels, least](std::size_t i) {
            if (std::isnan(labels[i])) return binary_label::unresolved;
            return labels[i] >= least ? binary_label::positive : binary_label::negative;
        },
        order);
    return {quality.auroc, quality.average_precision, spearman(scores, labels)};
}

/// Scores a motif on sequences against every task; labels[task][sequence].
///
///     windowed_sequences const s{peaks};
///     auto const by_task =
///         score_motif(score_matrix{ctcf, {}, 0.1}, s, labels_by_task, motif_ranking::best_hit);
inline std::vector<motif_quality> score_motif(score_matrix const& m, windowed_sequences const& sequences,
                                              std::span<std::vector<double> const> labels, motif_ranking by)
{
    std::vector<double> scores;
    for (auto const& s : score_sequences(m, sequences))
        scores.push_back(by == motif_ranking::best_hit ? s.best() : s.occupancy);
    auto const order = descending_order(scores);
    std::vector<motif_quality> out;
    for (auto const& task : labels) out.push_back(motif_quality_of(scores, order, task));
    return out;
}

} // namespace explainn::EXPLAINN_ABI
