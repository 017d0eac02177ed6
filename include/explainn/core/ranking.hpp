// Measures of a ranking: AUROC, average precision, Spearman's correlation; ties are treated as in
// scikit-learn and scipy.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <explainn/core/cpp20.hpp>
#include <explainn/core/floating_point.hpp>
#include <explainn/core/sort_places.hpp>

namespace explainn::EXPLAINN_ABI {

/// The indices of the scores from the highest to the lowest; equal scores keep their order. One such order
/// serves the labels of any number of tasks. NaN scores come last.
///
///     auto const order = descending_order(scores);
///     auto const q = rank_quality(scores, [&](std::size_t i) { return labels[i]; }, std::span{order});
///     q.auroc;
inline std::vector<std::uint32_t> descending_order(std::span<double const> scores)
{
    std::vector<std::uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0u);
    sort_places(order, [scores](std::uint32_t a, std::uint32_t b) {
        if (std::isnan(scores[a]) || std::isnan(scores[b]))
            return !std::isnan(scores[a]) && std::isnan(scores[b]);
        return scores[a] > scores[b];
    });
    return order;
}

/// A label of a binary task: 1 = positive, 0 = negative; anything else is unresolved and does not count.
enum class binary_label : std::uint8_t { negative = 0, positive = 1, unresolved = 2 };

/// The measures that one walk down a ranking gives; each is nan where it needs a class that is missing.
struct ranking_quality {
    double auroc = std::numeric_limits<double>::quiet_NaN();             ///< area under the ROC curve
    double average_precision = std::numeric_limits<double>::quiet_NaN(); ///< AUPRC as the step-wise sum
    std::size_t positives = 0;
    std::size_t negatives = 0;
};

/// AUROC (ties count half) and average precision (sum of (R_n - R_n-1) P_n over distinct scores, as in
/// scikit-learn) over the resolved labels. `label_of(i)` returns the binary_label of sequence i; `order`
/// comes from descending_order(scores). AUROC is nan if a class is missing, average precision if there is no
/// positive.
template <class Score, class LabelOf>
ranking_quality rank_quality(std::span<Score const> scores, LabelOf&& label_of,
                             std::span<std::uint32_t const> order)
{
    ranking_quality q;
    double area = 0, precision = 0;
    for (std::size_t at = 0; at < order.size();) {
        Score const score = scores[order[at]];
        std::size_t tied_positives = 0, tied_negatives = 0;
        do {
            auto const label = static_cast<binary_label>(label_of(order[at]));
            tied_positives += label == binary_label::positive;
            tied_negatives += label == binary_label::negative;
            ++at;
        } while (at < order.size() &&
                 (scores[order[at]] == score || (std::isnan(score) && std::isnan(scores[order[at]]))));
        auto const p = static_cast<double>(tied_positives), n = static_cast<double>(tied_negatives);
        area += n * (static_cast<double>(q.positives) + 0.5 * p);
        q.positives += tied_positives;
        q.negatives += tied_negatives;
        if (tied_positives > 0)
            precision +=
                p * static_cast<double>(q.positives) / static_cast<double>(q.positives + q.negatives);
    }
    auto const p = static_cast<double>(q.positives), n = static_cast<double>(q.negatives);
    if (q.positives > 0 && q.negatives > 0) q.auroc = area / (p * n);
    if (q.positives > 0) q.average_precision = precision / p;
    return q;
}

/// The same for labels held as bytes (1, 0, anything else = unresolved); it sorts the scores itself.
inline ranking_quality rank_quality(std::span<double const> scores, std::span<std::uint8_t const> labels)
{
    auto const order = descending_order(scores);
    return rank_quality(
        scores, [labels](std::size_t i) { return labels[i]; }, std::span<std::uint32_t const>{order});
}

/// The same measures with memory for the positives alone: all positives are added first, then the negatives,
/// which are only counted. NaN scores come last. `Score` is float by default.
///
///     counted_ranking r;
///     r.add_positive(0.9f);
///     r.add_negative(0.2f);
///     r.quality().auroc                              // 1
template <class Score = float>
class counted_ranking {
public:
    /// Must not be called after add_negative().
    void add_positive(Score score) { positives_.push_back(place(score)); }
    void add_negative(Score score)
    {
        if (between_.empty()) {
            std::sort(positives_.begin(), positives_.end());
            between_.assign(positives_.size() + 1, 0);
            tied_.assign(positives_.size(), 0);
        }
        Score const x = place(score);
        auto const at = static_cast<std::size_t>(std::lower_bound(positives_.begin(), positives_.end(), x) -
                                                 positives_.begin());
        if (at < positives_.size() && positives_[at] == x) ++tied_[at];
        else ++between_[at];
    }
    ranking_quality quality() const
    {
        ranking_quality q;
        q.positives = positives_.size();
        for (auto const n : between_) q.negatives += n;
        for (auto const n : tied_) q.negatives += n;
        if (q.positives == 0) return q;
        if (between_.empty()) { // no negatives
            q.average_precision = 1;
            return q;
        }
        double area = 0, precision = 0, above = 0, negatives = 0; // positives and negatives so far
        for (std::size_t end = positives_.size(); end > 0;) {
            std::size_t first = end - 1;
            while (first > 0 && positives_[first - 1] == positives_[end - 1]) --first;
            double const tied = static_cast<double>(end - first), others = tied_[first];
            area += between_[end] * above + others * (above + 0.5 * tied);
            above += tied;
            negatives += between_[end] + others;
            precision += tied * above / (above + negatives);
            end = first;
        }
        area += between_[0] * above;
        if (q.negatives > 0) q.auroc = area / (above * static_cast<double>(q.negatives));
        q.average_precision = precision / above;
        return q;
    }

private:
    static Score place(Score score)
    {
        return std::isnan(score) ? -std::numeric_limits<Score>::infinity() : score;
    }

    std::vector<Score> positives_; // sorted when the first negative comes
    std::vector<std::uint32_t> between_,
        tied_{}; // negatives between positives i - 1 and i; negatives tied with positive i
};

/// How well scores separate the positives (labels of 1) of a task from the negatives (labels of 0) among
/// `rows` rows; other labels, such as NaN, do not count. Both areas are nan where either class is missing.
/// Every AUROC and AUPRC of a model is computed by this function.
///
///     auto const q = yes_or_no_quality(3, [&](std::size_t i) { return scores[i]; },
///                                      [&](std::size_t i) { return labels[i]; });
template <class ScoreOf, class LabelOf>
ranking_quality yes_or_no_quality(std::size_t rows, ScoreOf&& score_of, LabelOf&& label_of)
{
    counted_ranking<std::decay_t<decltype(score_of(std::size_t{}))>> ranked;
    for (std::size_t i = 0; i < rows; ++i)
        if (label_of(i) == 1) ranked.add_positive(score_of(i));
    for (std::size_t i = 0; i < rows; ++i)
        if (label_of(i) == 0) ranked.add_negative(score_of(i));
    auto q = ranked.quality();
    if (q.negatives == 0) q.average_precision = std::numeric_limits<double>::quiet_NaN();
    return q;
}

/// Area under the ROC curve: the chance that a random positive scores higher than a random negative, where a
/// tie counts half; nan if a class is missing.
///
///     auroc(std::vector{0.9, 0.8, 0.1}, std::vector<std::uint8_t>{1, 0, 0});   // 1
inline double auroc(std::span<double const> scores, std::span<std::uint8_t const> labels)
{
    return rank_quality(scores, labels).auroc;
}

/// Average precision, as sklearn.metrics.average_precision_score computes it; nan without a positive.
inline double average_precision(std::span<double const> scores, std::span<std::uint8_t const> labels)
{
    return rank_quality(scores, labels).average_precision;
}

/// Ranks from 1; equal values share the mean of their ranks (scipy.stats.rankdata).
inline std::vector<double> ranks(std::span<double const> values)
{
    std::vector<std::uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [values](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
    std::vector<double> out(values.size());
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        if (end == begin) ++end; // a NaN equals nothing, not even itself
        double const mean = 0.5 * static_cast<double>(begin + 1 + end);
        for (std::size_t i = begin; i < end; ++i) out[order[i]] = mean;
    }
    return out;
}

/// Pearson's correlation of two lists of one length; nan if either is constant or has fewer than two values.
inline double pearson(std::span<double const> a, std::span<double const> b)
{
    auto const n = static_cast<double>(a.size());
    double const mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
    double const mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    if (!(aa > 0 && bb > 0)) return std::numeric_limits<double>::quiet_NaN();
    return std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

/// Spearman's rank correlation, ties by mean rank; pairs with a NaN are left out.
///
///     spearman(std::vector{1.0, 2.0, 3.0}, std::vector{1.0, 4.0, 9.0});   // 1
inline double spearman(std::span<double const> a, std::span<double const> b)
{
    std::vector<double> x, y;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!std::isnan(a[i]) && !std::isnan(b[i])) {
            x.push_back(a[i]);
            y.push_back(b[i]);
        }
    return pearson(ranks(x), ranks(y));
}

} // namespace explainn::EXPLAINN_ABI
