// ROC and precision-recall curves with few points.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <explainn/core/ranking.hpp>
#include <explainn/report/model_report.hpp>

namespace explainn::EXPLAINN_ABI {

/// Both curves of a ranking.
struct ranking_curves {
    report_curve roc;              ///< x: false positive rate, y: true positive rate, from (0, 0) to (1, 1)
    report_curve precision_recall; ///< x: recall, y: precision
};

namespace detail {
/// Leaves out points that move by less than 1/most along both axes, but never the last point.
inline report_curve thinned(report_curve const& all, std::size_t most)
{
    report_curve some;
    double const step = 1 / static_cast<double>(most);
    for (std::size_t i = 0; i < all.x.size(); ++i) {
        bool const near = !some.empty() && i + 1 < all.x.size() &&
                          std::abs(all.x[i] - some.x.back()) < step &&
                          std::abs(all.y[i] - some.y.back()) < step;
        if (near) continue;
        some.x.push_back(all.x[i]);
        some.y.push_back(all.y[i]);
    }
    return some;
}
} // namespace detail

/// The curves of scores and labels (1 and 0; other labels do not count), with a point for each distinct
/// score, as scikit-learn's roc_curve and precision_recall_curve have, thinned to about `most` points along
/// each axis. They are empty where a class is missing. Throws error unless there is one score for each label.
///
///     ranking_curves const c = curves_of(std::vector{0.9, 0.2}, std::vector{1.0, 0.0});
inline ranking_curves curves_of(std::span<double const> scores, std::span<double const> labels,
                                std::size_t most = 100)
{
    if (scores.size() != labels.size())
        throw error{"expected a score for each of " + std::to_string(labels.size()) + " labels, found " +
                    std::to_string(scores.size())};
    double all_positives = 0, all_negatives = 0;
    for (double const y : labels) {
        all_positives += y == 1;
        all_negatives += y == 0;
    }
    ranking_curves out;
    if (all_positives == 0 || all_negatives == 0) return out;
    out.roc = {{0}, {0}};
    double positives = 0, negatives = 0;
    auto const order = descending_order(scores);
    for (std::size_t at = 0; at < order.size();) {
        double const score = scores[order[at]];
        double const before = positives + negatives;
        do {
            positives += labels[order[at]] == 1;
            negatives += labels[order[at]] == 0;
            ++at;
        } while (at < order.size() &&
                 (scores[order[at]] == score || (std::isnan(score) && std::isnan(scores[order[at]]))));
        if (positives + negatives == before) continue;
        double const recall = positives / all_positives, precision = positives / (positives + negatives);
        out.roc.x.push_back(negatives / all_negatives);
        out.roc.y.push_back(recall);
        if (out.precision_recall.empty()) out.precision_recall = {{0}, {precision}};
        out.precision_recall.x.push_back(recall);
        out.precision_recall.y.push_back(precision);
    }
    return {detail::thinned(out.roc, most), detail::thinned(out.precision_recall, most)};
}

} // namespace explainn::EXPLAINN_ABI
