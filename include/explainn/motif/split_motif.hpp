// A motif whose sites are of two kinds, taken apart.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/best_hits.hpp>
#include <explainn/motif/occupancy.hpp>

namespace explainn::EXPLAINN_ABI {

/// How sites of a motif are taken apart.
struct split_options {
    std::size_t flank = 6;        ///< columns at each side of the motif that are looked at, too
    std::size_t least_sites = 20; ///< each kind must have so many sites
    std::size_t most_sites =
        4000;                 ///< best hits that are looked at, of sequences of high and of low labels each
    std::size_t starts = 4;   ///< columns at whose letters the division begins, the best of them
    std::size_t rounds = 30;  ///< of expectation and maximization
    bool both_strands = true; ///< hits of both strands count
};

namespace detail {
using site_letters = std::vector<letter>;

// The best window of a sequence with as many letters at both sides, read on its strand; letters outside the
// sequence are N.
struct placed_site {
    double score = -std::numeric_limits<double>::infinity();
    bool high = false;
    site_letters letters;
};
inline placed_site best_site(motif_weights const& w, windowed_sequences const& s, std::size_t i,
                             std::size_t flank, bool both_strands)
{
    placed_site best;
    std::size_t const width = w.size();
    std::size_t at = 0;
    bool back = false;
    for (std::size_t p = s.begin(i); p + width <= s.end(i); ++p) {
        if (s.known(p) < width) continue;
        letter const* const l = s.at(p);
        double ahead = 0, reverse = 0;
        for (std::size_t k = 0; k < width; ++k) {
            ahead += w[k][l[k]];
            reverse += w[width - 1 - k][3u - l[k]];
        }
        for (bool const other : {false, true}) {
            double const score = other ? reverse : ahead;
            if ((other && !both_strands) || !(score > best.score)) continue;
            best.score = score;
            at = p;
            back = other;
        }
    }
    if (!std::isfinite(best.score)) return best;
    best.letters.assign(width + 2 * flank, letter_n);
    for (std::size_t k = 0; k < best.letters.size(); ++k) {
        if (at + k < s.begin(i) + flank || at + k >= s.end(i) + flank) continue;
        letter const l = *s.at(at + k - flank);
        if (l > 3) continue;
        if (back) best.letters[best.letters.size() - 1 - k] = static_cast<letter>(3u - l);
        else best.letters[k] = l;
    }
    return best;
}

// Sites of several kinds: the share of each, and the natural logarithms of its letters' probabilities by
// column.
struct site_kind {
    double share = 0;
    std::vector<column> logs;
};
// the kind of weighted sites, with one site's worth of equal letters added
template <class Weight>
site_kind kind_of(std::span<site_letters const> sites, std::size_t width, Weight weight)
{
    site_kind kind;
    std::vector<column> counts(width, column{0.25, 0.25, 0.25, 0.25});
    for (std::size_t i = 0; i < sites.size(); ++i) {
        double const by = weight(i);
        kind.share += by / static_cast<double>(sites.size());
        if (by == 0) continue;
        for (std::size_t k = 0; k < width; ++k)
            if (sites[i][k] < 4) counts[k][sites[i][k]] += by;
    }
    for (column& c : counts) {
        double const all = c[0] + c[1] + c[2] + c[3];
        for (double& x : c) x = std::log(x / all);
    }
    kind.logs = std::move(counts);
    return kind;
}
inline double log_share_of(site_kind const& kind, site_letters const& site)
{
    double sum = std::log(std::max(kind.share, 1e-12));
    for (std::size_t k = 0; k < site.size(); ++k)
        if (site[k] < 4) sum += kind.logs[k][site[k]];
    return sum;
}
} // namespace detail

/// The two kinds of sites that a motif's best hits are made of, as two motifs: where one motif stands for
/// two factors, each of them explains labels better for itself. The sites are the best hits in sequences of
/// labels above the mean, down to the score where hits are most above what sequences of other labels hold;
/// the hits of the others above this score are the kind that chance gives, which is known. Two kinds beside
/// it are fitted by expectation and maximization over columns of independent letters, from the divisions
/// by one letter of one column that explain most. Empty where a kind has fewer than
/// split_options::least_sites sites. Whether two motifs are better than one is for other sequences to say
/// (joint_search).
///
/// Throws error for another number of labels than sequences.
///
///     motif_weights const w(7, column{1, 0, 0, 0});
///     auto const two = split_motif(w, windowed_sequences{peaks}, labels_by_task[0]);
inline std::vector<ppm> split_motif(motif_weights const& w, windowed_sequences const& sequences,
                                    std::span<double const> labels, split_options const& o = {})
{
    if (labels.size() != sequences.size())
        throw error{"expected " + std::to_string(sequences.size()) + " labels, one a sequence, found " +
                    std::to_string(labels.size())};
    double mean = 0, resolved = 0;
    for (double const y : labels)
        if (!std::isnan(y)) {
            mean += y;
            resolved += 1;
        }
    mean /= std::max(resolved, 1.0);
    std::vector<detail::placed_site> hits;
    double highs = 0, lows = 0;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        if (std::isnan(labels[i])) continue;
        auto site = detail::best_site(w, sequences, i, o.flank, o.both_strands);
        if (!std::isfinite(site.score)) continue;
        site.high = labels[i] > mean;
        (site.high ? highs : lows) += 1;
        hits.push_back(std::move(site));
    }
    if (highs == 0 || lows == 0) return {};
    sort_keeping_order(hits, [](auto const& a, auto const& b) { return a.score > b.score; });
    double above = 0, most = 0;
    std::size_t reach = 0;
    for (std::size_t k = 0; k < hits.size(); ++k) {
        above += hits[k].high ? 1 / highs : -1 / lows;
        if (above > most) {
            most = above;
            reach = k + 1;
        }
    }
    std::vector<detail::site_letters> sites, by_chance;
    for (std::size_t k = 0; k < reach; ++k) {
        auto& to = hits[k].high ? sites : by_chance;
        if (to.size() < o.most_sites) to.push_back(std::move(hits[k].letters));
    }
    if (sites.size() < 2 * o.least_sites) return {};
    std::size_t const width = w.size() + 2 * o.flank;
    auto chance = detail::kind_of(by_chance, width, [](std::size_t) { return 1.0; });
    double const chance_share = std::min(0.9, static_cast<double>(by_chance.size()) / lows * highs /
                                                  static_cast<double>(sites.size()));
    chance.share = chance_share;

    // divisions by a letter of a column, and how much more likely two kinds make the sites
    struct division {
        double gain;
        std::size_t column;
        letter of;
    };
    std::vector<division> divisions;
    for (std::size_t c = 0; c < width; ++c)
        for (letter l = 0; l < 4; ++l) {
            std::vector<std::array<double, 4>> with(width), without(width);
            double n = 0, m = 0;
            for (auto const& site : sites) {
                bool const here = site[c] == l;
                (here ? n : m) += 1;
                for (std::size_t k = 0; k < width; ++k)
                    if (k != c && site[k] < 4) (here ? with : without)[k][site[k]] += 1;
            }
            if (n < static_cast<double>(o.least_sites) || m < static_cast<double>(o.least_sites)) continue;
            double gain = 0;
            auto const log_likely = [](std::array<double, 4> const& x) {
                double const all = x[0] + x[1] + x[2] + x[3];
                double sum = 0;
                for (double const y : x)
                    if (y > 0) sum += y * std::log(y / all);
                return sum;
            };
            for (std::size_t k = 0; k < width; ++k) {
                std::array<double, 4> both{};
                for (std::size_t b = 0; b < 4; ++b) both[b] = with[k][b] + without[k][b];
                gain += log_likely(with[k]) + log_likely(without[k]) - log_likely(both);
            }
            divisions.push_back({gain, c, l});
        }
    sort_keeping_order(divisions, [](auto const& a, auto const& b) { return a.gain > b.gain; });
    divisions.resize(std::min(divisions.size(), o.starts));

    double most_likely = -std::numeric_limits<double>::infinity();
    std::vector<ppm> best;
    for (division const& d : divisions) {
        std::array<detail::site_kind, 2> kinds;
        for (std::size_t which = 0; which < 2; ++which) {
            kinds[which] = detail::kind_of(sites, width, [&](std::size_t i) {
                return (sites[i][d.column] == d.of) == (which == 0) ? 1.0 : 0.0;
            });
            kinds[which].share *= 1 - chance_share;
        }
        std::vector<std::array<double, 2>> belongs(sites.size());
        double likely = 0;
        for (std::size_t round = 0; round < o.rounds; ++round) {
            likely = 0;
            for (std::size_t i = 0; i < sites.size(); ++i) {
                std::array<double, 3> const logs{detail::log_share_of(kinds[0], sites[i]),
                                                 detail::log_share_of(kinds[1], sites[i]),
                                                 detail::log_share_of(chance, sites[i])};
                double const top = *std::max_element(logs.begin(), logs.end());
                double sum = 0;
                for (double const x : logs) sum += std::exp(x - top);
                likely += top + std::log(sum);
                for (std::size_t which = 0; which < 2; ++which)
                    belongs[i][which] = std::exp(logs[which] - top) / sum;
            }
            for (std::size_t which = 0; which < 2; ++which)
                kinds[which] =
                    detail::kind_of(sites, width, [&](std::size_t i) { return belongs[i][which]; });
        }
        auto const enough = [&](detail::site_kind const& k) {
            return k.share * static_cast<double>(sites.size()) >= static_cast<double>(o.least_sites);
        };
        if (!(likely > most_likely) || !enough(kinds[0]) || !enough(kinds[1])) continue;
        most_likely = likely;
        best.clear();
        for (auto const& kind : kinds) {
            ppm p;
            for (column c : kind.logs) {
                for (double& x : c) x = std::exp(x);
                p.columns.push_back(c);
            }
            best.push_back(std::move(p));
        }
    }
    return best;
}

} // namespace explainn::EXPLAINN_ABI
