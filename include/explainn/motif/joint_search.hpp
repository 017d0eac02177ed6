// A joint fit that grows and shrinks: motifs of two kinds are taken apart, and motifs that add nothing left
// out, as sequences say that nothing is fitted to.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/motif/choose_in_turn.hpp>
#include <explainn/motif/refine_in_turn.hpp>
#include <explainn/motif/refine_jointly.hpp>
#include <explainn/motif/split_motif.hpp>

namespace explainn::EXPLAINN_ABI {

/// How motifs are looked for together.
struct joint_options {
    refine_options refine{}; ///< how units begin and are fitted
    split_options split{};   ///< how a motif is taken apart; its strands are those of `refine`
    std::vector<double> priors{1,
                               0.1}; ///< refine_options::prior of the searches that are made; the one after
                                     ///< which the judge's summed loss is least stays. Empty: one search
    std::size_t most = 12;           ///< motifs at most
    double least_gain = 1;   ///< the judge's summed loss must be less by more than this, in nats, for a motif
                             ///< to stay
    double split_gain = 0.5; ///< and by more than this for two to take the place of one
    std::size_t widened =
        4;                  ///< columns that a fit adds at each end of all motifs, where the judge prefers it
    std::size_t rounds = 3; ///< how often all motifs are tried to be taken apart, at most
};

/// One motif of a joint search.
struct joint_motif {
    motif result;              ///< as a file of motifs takes it
    std::size_t candidate = 0; ///< the candidate that it began as
    std::size_t splits = 0;    ///< how often it, or what it came from, was taken apart
    double gain = 0; ///< nats by which the judge's summed loss is more where its occupancy is left out of a
                     ///< regression on all of them
};

/// What a joint search ended with: motifs, the fit that holds them, and the judge's summed loss, in nats,
/// after the first fit of the candidates and at the end.
struct joint_search_result {
    std::vector<joint_motif> motifs;
    joint_fit fit; ///< unit k is motif k
    double judged_first = 0, judged = 0;
    double prior = 1; ///< refine_options::prior of the fit
};

namespace detail {
// the summed loss of the judge's resolved sequences
inline double judged_loss(joint_fit const& fit, turn_judge const& judge, bool logistic, bool both_strands)
{
    return summed_loss(fit, joint_logits(fit, judge.sequences, both_strands), judge.labels, logistic);
}

// A unit without ends of low information, and with as many free columns at each end as there is room for.
inline joint_unit widened(joint_unit const& u, std::size_t by, refine_options const& o, std::size_t longest)
{
    ppm const p = softmax_of(u.weights);
    auto const [first, count] = informative_columns(p, o.end_bits);
    if (count == 0) return u;
    std::size_t const most = most_columns_of(o, longest);
    by = std::min(by, count < most ? (most - count) / 2 : 0);
    joint_unit wide = u;
    wide.weights.assign(by, column{});
    wide.weights.insert(wide.weights.end(), u.weights.begin() + static_cast<std::ptrdiff_t>(first),
                        u.weights.begin() + static_cast<std::ptrdiff_t>(first + count));
    wide.weights.resize(wide.weights.size() + by, column{});
    return wide;
}

// For each unit the nats by which the judge's summed loss rises where its occupancy is left out of a
// regression on all.
inline std::vector<double> gains_of_units(joint_fit const& fit, turn_judge const& judge, bool logistic,
                                          bool both_strands)
{
    std::vector<double> labels;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < judge.labels.size(); ++i)
        if (!std::isnan(judge.labels[i])) {
            rows.push_back(i);
            labels.push_back((judge.labels[i] - fit.label_mean) / fit.label_deviation);
        }
    std::vector<std::vector<double>> features;
    for (joint_unit const& u : fit.units) {
        auto const z = occupancies(u.weights, judge.sequences, both_strands);
        std::vector<double> some;
        some.reserve(rows.size());
        for (std::size_t const row : rows)
            some.push_back(std::isfinite(z[row]) ? with_floor(z[row], u.floor) : z[row]);
        features.push_back(standardized(std::move(some)));
    }
    auto const loss_without = [&](std::size_t left_out) {
        std::vector<std::vector<double> const*> some;
        for (std::size_t u = 0; u < features.size(); ++u)
            if (u != left_out) some.push_back(&features[u]);
        return fit_regression(some, labels, logistic, {}).loss * static_cast<double>(labels.size());
    };
    double const all = loss_without(features.size());
    std::vector<double> gains;
    for (std::size_t u = 0; u < features.size(); ++u) gains.push_back(loss_without(u) - all);
    return gains;
}
// the search with one prior
inline joint_search_result joint_search_once(std::span<motif const> candidates,
                                             windowed_sequences const& sequences,
                                             std::span<double const> labels, turn_judge const& judge,
                                             joint_options const& o = {})
{
    bool const logistic = are_binary(labels), both = o.refine.both_strands;
    std::size_t const longest = longest_of(sequences), some_steps = (o.refine.steps + 1) / 2;
    std::vector<joint_motif> about; // of each unit
    for (std::size_t c = 0; c < candidates.size(); ++c) {
        about.emplace_back();
        about.back().result = candidates[c];
        about.back().candidate = c;
    }
    joint_search_result out;
    out.prior = o.refine.prior;
    out.fit = refine_jointly(candidates, sequences, labels, o.refine);
    out.judged_first = out.judged = judged_loss(out.fit, judge, logistic, both);

    auto const drop = [&](std::size_t unit) {
        out.fit.units.erase(out.fit.units.begin() + static_cast<std::ptrdiff_t>(unit));
        about.erase(about.begin() + static_cast<std::ptrdiff_t>(unit));
    };
    // without the unit of least gain, again and again, until each has enough
    auto const prune = [&] {
        bool dropped = false;
        for (; out.fit.units.size() > 1; dropped = true) {
            auto const gains = gains_of_units(out.fit, judge, logistic, both);
            auto const least = std::min_element(gains.begin(), gains.end());
            if (*least > o.least_gain && out.fit.units.size() <= o.most) break;
            drop(static_cast<std::size_t>(least - gains.begin()));
        }
        if (!dropped) return;
        out.fit = fit_units(out.fit.units, sequences, labels, o.refine, some_steps);
        out.judged = judged_loss(out.fit, judge, logistic, both);
    };
    split_options how = o.split;
    how.both_strands = both;
    auto const split = [&] {
        bool changed = false;
        for (std::size_t u = 0; u < out.fit.units.size() && out.fit.units.size() < o.most; ++u) {
            auto const kinds = split_motif(out.fit.units[u].weights, sequences, labels, how);
            if (kinds.empty()) continue;
            auto units = out.fit.units;
            std::vector<motif> starts(2);
            for (std::size_t k = 0; k < 2; ++k) starts[k].probabilities = kinds[k];
            auto two = units_at_start(starts, o.refine, longest);
            units[u] = std::move(two[0]);
            units.insert(units.begin() + static_cast<std::ptrdiff_t>(u) + 1, std::move(two[1]));
            auto fit = fit_units(std::move(units), sequences, labels, o.refine, some_steps);
            double const judged = judged_loss(fit, judge, logistic, both);
            if (!(out.judged - judged > o.split_gain)) continue;
            out.fit = std::move(fit);
            out.judged = judged;
            ++about[u].splits;
            about.insert(about.begin() + static_cast<std::ptrdiff_t>(u) + 1, about[u]);
            ++u; // its halves have their turn in the next round
            changed = true;
        }
        return changed;
    };
    auto const widen = [&] {
        auto units = out.fit.units;
        for (joint_unit& u : units) u = widened(u, o.widened, o.refine, longest);
        auto fit = fit_units(std::move(units), sequences, labels, o.refine, some_steps);
        double const judged = judged_loss(fit, judge, logistic, both);
        if (!(judged < out.judged)) return;
        out.fit = std::move(fit);
        out.judged = judged;
    };
    prune();
    if (o.widened > 0) widen();
    for (std::size_t round = 0; round < o.rounds && split(); ++round) {
        prune();
        if (o.widened > 0) widen();
    }

    auto const gains = gains_of_units(out.fit, judge, logistic, both);
    std::vector<std::size_t> order(gains.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_places(order, [&](std::size_t a, std::size_t b) { return gains[a] > gains[b]; });
    joint_fit last = std::move(out.fit);
    out.fit = last;
    out.fit.units.clear();
    for (std::size_t const u : order) {
        joint_motif m = about[u];
        m.gain = gains[u];
        ppm const columns = fitted_columns(last.units[u].weights, o.refine);
        m.result.probabilities = columns.width() > 0 ? columns : softmax_of(last.units[u].weights);
        m.result.counts.reset();
        m.result.notes.clear();
        out.motifs.push_back(std::move(m));
        out.fit.units.push_back(last.units[u]);
    }
    return out;
}
} // namespace detail

/// Fits candidates together (refine_jointly), leaves out those that add too little to the sequences of a
/// judge, takes apart those of which two explain the judge's sequences better (split_motif), and fits all
/// that are left once more. Motifs come in the order of their gain, the largest first. The same seed gives
/// the same bits for any number of threads.
///
/// Throws error as refine_jointly() does.
///
///     windowed_sequences const aside{sequences};
///     turn_judge const judge{aside, labels_by_task[0]};
///     auto const found = joint_search(filters, windowed_sequences{peaks}, labels_by_task[0], judge);
inline joint_search_result joint_search(std::span<motif const> candidates,
                                        windowed_sequences const& sequences, std::span<double const> labels,
                                        turn_judge const& judge, joint_options const& o = {})
{
    std::optional<joint_search_result> best;
    for (double const prior : o.priors.empty() ? std::vector<double>{o.refine.prior} : o.priors) {
        joint_options with = o;
        with.refine.prior = prior;
        auto found = detail::joint_search_once(candidates, sequences, labels, judge, with);
        if (!best || found.judged < best->judged) best = std::move(found);
    }
    return std::move(*best);
}

} // namespace explainn::EXPLAINN_ABI
