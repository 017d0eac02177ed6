// The chance of a ranking as good as one that was seen, were labels and scores strangers.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <explainn/core/ranking.hpp>

namespace explainn::EXPLAINN_ABI {

/// The chance that a standard normal number is at least z.
inline double normal_tail(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }

/// The one-sided p-value of Mann and Whitney's test (1947) that labels of 1 score higher than labels of 0:
/// the normal approximation with the correction for ties and for continuity, as scipy.stats.mannwhitneyu has
/// it (alternative "greater", method "asymptotic"). Labels other than 0 and 1, and NaN, do not count. nan
/// where a class is missing, 1 where all scores are equal.
///
///     mann_whitney_p(std::vector{3.0, 4.0, 1.0, 2.0}, std::vector{1.0, 1.0, 0.0, 0.0})   // 0.1226
inline double mann_whitney_p(std::span<double const> scores, std::span<double const> labels)
{
    std::vector<double> kept;
    std::vector<bool> positive;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (labels[i] == 0 || labels[i] == 1) {
            kept.push_back(scores[i]);
            positive.push_back(labels[i] == 1);
        }
    std::vector<double> const rank = ranks(kept);
    double n1 = 0, sum = 0;
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (positive[i]) {
            n1 += 1;
            sum += rank[i];
        }
    auto const n = static_cast<double>(kept.size());
    double const n0 = n - n1;
    if (n1 == 0 || n0 == 0) return std::numeric_limits<double>::quiet_NaN();
    auto const order = descending_order(kept);
    double ties = 0; // the sum of t^3 - t over groups of t equal scores
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && kept[order[end]] == kept[order[begin]]) ++end;
        if (end == begin) ++end; // a NaN equals nothing
        auto const t = static_cast<double>(end - begin);
        ties += t * t * t - t;
    }
    double const u = sum - n1 * (n1 + 1) / 2, middle = n1 * n0 / 2;
    double const variance = n1 * n0 / 12 * (n + 1 - ties / (n * (n - 1)));
    return variance > 0 ? normal_tail((u - middle - 0.5) / std::sqrt(variance)) : 1;
}

/// The one-sided p-value of Fisher's exact test (1922): the chance that, of `some` things drawn from `ones`
/// things of one kind and `zeros` of another, at least `both` are of the first kind.
///
///     fisher_p(8, 10, 9, 10)                          // of 9 drawn from 10 and 10, 8 or more: 0.00274
inline double fisher_p(std::size_t both, std::size_t ones, std::size_t some, std::size_t zeros)
{
    auto const ways = [](std::size_t n, std::size_t k) { // the logarithm of n over k
        return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
               std::lgamma(static_cast<double>(n - k) + 1);
    };
    if (some > ones + zeros) return 0;
    double const all = ways(ones + zeros, some);
    double sum = 0;
    for (std::size_t k = std::max(both, some > zeros ? some - zeros : 0); k <= std::min(ones, some); ++k)
        sum += std::exp(ways(ones, k) + ways(zeros, some - k) - all);
    return std::min(sum, 1.0);
}

/// The one-sided p-value of Spearman's correlation above 0 under the normal approximation, whose variance is
/// 1 / (n - 1). Pairs with a NaN are left out; nan below three pairs or where either list is constant.
inline double spearman_p(std::span<double const> a, std::span<double const> b)
{
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < a.size(); ++i) pairs += !std::isnan(a[i]) && !std::isnan(b[i]);
    if (pairs < 3) return std::numeric_limits<double>::quiet_NaN();
    double const r = spearman(a, b);
    return std::isnan(r) ? r : normal_tail(r * std::sqrt(static_cast<double>(pairs) - 1));
}

} // namespace explainn::EXPLAINN_ABI
