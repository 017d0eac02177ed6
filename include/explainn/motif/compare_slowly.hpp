// Tomtom's comparison by its definition, column by column: the slow version that compare.hpp is tested
// against.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/motif/match.hpp>
#include <explainn/motif/q_values.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
struct slow_target {
    std::uint32_t index;
    bool reverse;
    ppm columns;
    double sites;
};

// The tails P(S >= x), x = 0, 1, ..., of the sum S of one random score of each of the query columns
// first..last, for last = first, first + 1, ...
inline std::vector<std::vector<double>> slow_tails(std::vector<std::vector<int>> const& scores,
                                                   std::size_t first)
{
    std::vector<std::vector<double>> tails(scores.size());
    std::vector<double> pmf{1};
    for (std::size_t last = first; last < scores.size(); ++last) {
        std::vector<double> share(101), next(pmf.size() + 100);
        for (int const s : scores[last])
            share[static_cast<std::size_t>(s)] += 1.0 / static_cast<double>(scores[last].size());
        for (std::size_t x = 0; x < pmf.size(); ++x)
            for (std::size_t s = 0; s < share.size(); ++s) next[x + s] += pmf[x] * share[s];
        pmf = std::move(next);
        tails[last] = pmf;
        for (std::size_t x = pmf.size() - 1; x-- > 0;)
            tails[last][x] = std::min(tails[last][x] + tails[last][x + 1], 1.0);
    }
    return tails;
}
inline double at(std::vector<double> const& tail, long x)
{
    return x <= 0 ? 1 : x < static_cast<long>(tail.size()) ? tail[static_cast<std::size_t>(x)] : 0;
}
} // namespace detail

/// Returns what compare_motifs returns, computed by the definition (Gupta et al. 2007; complete scores:
/// Tanaka et al. 2011). It takes minutes where compare_motifs takes milliseconds.
inline match_table compare_motifs_slowly(std::span<motif const> queries, std::span<motif const> targets,
                                         compare_options const& options = {})
{
    background const b = symmetric(options.background);
    std::vector<detail::slow_target> all;
    for (std::uint32_t t = 0; t < targets.size(); ++t) {
        ppm const p = smoothed(targets[t], b, options.pseudocount);
        double const sites = targets[t].sites;
        all.push_back({t, false, p, sites});
        if (options.both_strands) all.push_back({t, true, reverse_complement(p), sites});
    }
    double const strands = options.both_strands ? 2 : 1;
    match_table table;
    for (std::uint32_t qi = 0; qi < queries.size(); ++qi) {
        ppm const query = smoothed(queries[qi], b, options.pseudocount);
        double const sites = queries[qi].sites;
        std::size_t const w = query.width();

        // scores of every query column against every target column, as whole numbers from 0
        std::vector<std::vector<double>> raw(w);
        double least = std::numeric_limits<double>::infinity(), most = -least;
        for (std::size_t i = 0; i < w; ++i) {
            for (auto const& t : all)
                for (column const& c : t.columns.columns)
                    raw[i].push_back(column_score(options.distance, query.columns[i], c, sites, t.sites, b));
            if (options.complete_scores) {
                auto sorted = raw[i];
                std::sort(sorted.begin(), sorted.end());
                std::size_t const n = sorted.size();
                double const median = 0.5 * (sorted[std::max<std::size_t>(n / 2, 1) - 1] +
                                             sorted[std::max<std::size_t>((n + 1) / 2, 1) - 1]);
                for (double& x : raw[i]) x -= median;
            }
            least = std::min(least, *std::min_element(raw[i].begin(), raw[i].end()));
            most = std::max(most, *std::max_element(raw[i].begin(), raw[i].end()));
        }
        if (most == least) least = most - 1;
        double const from = std::floor(least), scale = std::floor(100 / (most - from));
        std::vector<std::vector<int>> scores(w);
        for (std::size_t i = 0; i < w; ++i)
            for (double const x : raw[i]) scores[i].push_back(static_cast<int>((x - from) * scale + 0.5));
        std::vector<std::vector<std::vector<double>>> tails; // by first and last column
        for (std::size_t first = 0; first < w; ++first) tails.push_back(detail::slow_tails(scores, first));
        long const nothing = static_cast<long>(from * scale); // an aligned column's share below 0

        std::vector<match> found;
        std::size_t start = 0;
        for (auto const& t : all) {
            auto const tw = t.columns.width();
            auto const lowest = std::min({std::max<std::size_t>(options.min_overlap, 1), w, tw});
            match best{qi, t.index, 0, 0, t.reverse, 2, 0, 1};
            double best_key = std::numeric_limits<double>::infinity();
            long best_score = 0;
            std::size_t tried = 0;
            for (long offset = 1 - static_cast<long>(tw); offset < static_cast<long>(w); ++offset) {
                // here `offset` is the query column under the target's first column
                auto const first = static_cast<std::size_t>(std::max(offset, 0L));
                auto const last = std::min(static_cast<long>(w), offset + static_cast<long>(tw)) - 1;
                auto const overlap = static_cast<std::size_t>(last) - first + 1;
                if (overlap < lowest) continue;
                ++tried;
                long score = 0;
                for (std::size_t i = first; i <= static_cast<std::size_t>(last); ++i)
                    score += scores[i][start + static_cast<std::size_t>(static_cast<long>(i) - offset)];
                double key;
                if (options.complete_scores)
                    key = -static_cast<double>(score + static_cast<long>(overlap) * nothing);
                else key = detail::at(tails[first][static_cast<std::size_t>(last)], score);
                bool const better = key < best_key || (key == best_key && overlap > best.overlap);
                bool const equal_and_earlier =
                    key == best_key && overlap == best.overlap && -offset < best.offset;
                if (better || equal_and_earlier) {
                    best_key = key;
                    best_score = score + static_cast<long>(overlap) * nothing;
                    best.offset = static_cast<std::int32_t>(-offset);
                    best.overlap = static_cast<std::uint32_t>(overlap);
                }
            }
            if (options.complete_scores) {
                // the chance that the best of all alignments, on both strands, scores at least as high
                double none_above = 1, some_above = 0;
                for (long offset = 1 - static_cast<long>(tw); offset < static_cast<long>(w); ++offset) {
                    auto const first = static_cast<std::size_t>(std::max(offset, 0L));
                    auto const last = static_cast<std::size_t>(
                        std::min(static_cast<long>(w), offset + static_cast<long>(tw)) - 1);
                    long const at = best_score - static_cast<long>(last - first + 1) * nothing;
                    double const one = detail::at(tails[first][last], at);
                    for (int s = 0; s < static_cast<int>(strands); ++s) {
                        some_above += one * none_above;
                        none_above *= 1 - one;
                    }
                }
                best.p = std::min(some_above, 1.0);
            } else {
                best.p = -std::expm1(static_cast<double>(tried) * strands * std::log1p(-best_key));
            }
            if (is_uniform(query) || is_uniform(t.columns)) best.p = 1;
            found.push_back(best);
            start += tw;
        }
        std::sort(found.begin(), found.end(), [&](match const& x, match const& y) {
            if (ranking_p(x.p) != ranking_p(y.p)) return ranking_p(x.p) < ranking_p(y.p);
            if (x.overlap != y.overlap) return x.overlap > y.overlap;
            if (x.reverse != y.reverse) return y.reverse;
            return std::tie(targets[x.target].name, x.target) < std::tie(targets[y.target].name, y.target);
        });
        std::vector<double> p;
        p.reserve(found.size());
        for (match const& m : found) p.push_back(m.p);
        std::sort(p.begin(), p.end()); // ranks use single precision
        auto const q = q_values_of_sorted(p, estimate_pi0(p));
        std::vector<bool> seen(targets.size());
        std::vector<match> kept;
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (seen[found[i].target]) continue;
            seen[found[i].target] = true;
            found[i].e = found[i].p * static_cast<double>(targets.size());
            found[i].q = q[i];
            kept.push_back(found[i]);
        }
        table.push_back(std::move(kept));
    }
    return table;
}

} // namespace explainn::EXPLAINN_ABI
