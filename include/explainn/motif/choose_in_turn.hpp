// Motifs chosen by what they say about labelled sequences, each beside those chosen before it.
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

#include <explainn/core/error.hpp>
#include <explainn/motif/refine.hpp>
#include <explainn/motif/similarity.hpp>
#include <explainn/motif/solve.hpp>

namespace explainn::EXPLAINN_ABI {

/// How motifs are chosen.
struct choice_options {
    std::size_t count = 10; ///< motifs at most
    double least_gain =
        2;              ///< a motif is chosen if the summed loss falls by more than this, in nats: by chance
                        ///< twice the fall is above 4 in 4.6 % of choices (a chi-square of one degree)
    double alike = 0.8; ///< a motif with at least this normalized correlation to a chosen one joins it
    bool both_strands = true; ///< windows of both strands count
    std::size_t threads = 0;  ///< 0 = as default_thread_count() says; changes no result
};

/// A motif that was chosen, and what it says about the sequences.
struct motif_choice {
    std::size_t candidate = 0; ///< its place among the candidates
    motif_quality best_hit;    ///< of its best window, alone
    motif_quality occupancy;   ///< of its occupancy, alone
    double gain = 0; ///< how far the mean loss of the regression falls where its occupancy joins, in nats
    double auroc_so_far = std::numeric_limits<double>::quiet_NaN(); ///< of the regression with all so far
    std::vector<std::size_t> alike; ///< candidates that joined it, as they are like it, in their order
};

namespace detail {
// A regression of labels on a few features: mean loss, and coefficients with the bias at the end.
struct small_regression {
    std::vector<double> coefficients;
    double loss = 0; // the mean
};

// Newton's method on the mean loss plus 1e-4 times the squared coefficients (the bias is free); `offsets` may
// be empty
inline small_regression fit_regression(std::span<std::vector<double> const* const> features,
                                       std::span<double const> labels, bool logistic,
                                       std::span<double const> offsets)
{
    std::size_t const k = features.size(), n = labels.size();
    constexpr double ridge = 1e-4;
    small_regression r;
    r.coefficients.assign(k + 1, 0.0);
    auto const logit = [&](std::vector<double> const& c, std::size_t i) {
        double z = (offsets.empty() ? 0 : offsets[i]) + c[k];
        for (std::size_t f = 0; f < k; ++f) z += c[f] * (*features[f])[i];
        return z;
    };
    auto const loss_of = [&](std::vector<double> const& c) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += loss_at(logit(c, i), labels[i], logistic).first;
        return sum / static_cast<double>(n);
    };
    auto const penalty = [&](std::vector<double> const& c) {
        double sum = 0;
        for (std::size_t f = 0; f < k; ++f) sum += ridge * c[f] * c[f];
        return sum;
    };
    double now = loss_of(r.coefficients);
    std::vector<double> x(k + 1, 1.0);
    for (int newton = 0; newton < 25; ++newton) {
        std::vector<double> g(k + 1, 0.0), h((k + 1) * (k + 1), 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t f = 0; f < k; ++f) x[f] = (*features[f])[i];
            double const d = loss_at(logit(r.coefficients, i), labels[i], logistic).second;
            double const p = d + labels[i], curve = logistic ? p * (1 - p) : 1;
            for (std::size_t a = 0; a <= k; ++a) {
                g[a] += d * x[a];
                for (std::size_t b = 0; b <= a; ++b) h[a * (k + 1) + b] += curve * x[a] * x[b];
            }
        }
        for (std::size_t a = 0; a <= k; ++a) {
            g[a] /= static_cast<double>(n);
            for (std::size_t b = 0; b <= a; ++b) h[a * (k + 1) + b] /= static_cast<double>(n);
            h[a * (k + 1) + a] += 1e-9;
            if (a == k) continue;
            g[a] += 2 * ridge * r.coefficients[a];
            h[a * (k + 1) + a] += 2 * ridge;
        }
        solve_in_place(h, g);
        // the step is halved until the loss falls
        double share = 1, next = now;
        std::vector<double> to;
        for (int halving = 0; halving < 30; ++halving, share /= 2) {
            to = r.coefficients;
            for (std::size_t a = 0; a <= k; ++a) to[a] -= share * g[a];
            next = loss_of(to);
            if (next + penalty(to) <= now + penalty(r.coefficients)) break;
        }
        if (!(next + penalty(to) <= now + penalty(r.coefficients))) break;
        double const fall = now + penalty(r.coefficients) - next - penalty(to);
        r.coefficients = std::move(to);
        now = next;
        if (fall < 1e-10) break;
    }
    r.loss = now;
    return r;
}

// Occupancies as a feature: mean 0 and variance 1; sequences without a whole window get the least there is.
inline std::vector<double> standardized(std::vector<double> z)
{
    double least = std::numeric_limits<double>::infinity();
    for (double const x : z)
        if (std::isfinite(x)) least = std::min(least, x);
    double mean = 0, variance = 0;
    for (double& x : z) {
        if (!std::isfinite(x)) x = std::isfinite(least) ? least : 0;
        mean += x / static_cast<double>(z.size());
    }
    for (double const x : z) variance += (x - mean) * (x - mean) / static_cast<double>(z.size());
    for (double& x : z) x = variance > 0 ? (x - mean) / std::sqrt(variance) : 0;
    return z;
}
} // namespace detail

/// Forward selection. Labels are regressed on occupancies: binary ones by logistic regression, real ones by
/// least squares on labels of variance 1. The first motif is the one whose occupancy makes the loss fall
/// most, each next one the one that makes it fall most beside all chosen; all slopes are fitted anew after
/// each. A motif counts only if sequences that hold it have higher labels. Motifs that are like a chosen one
/// join it and are not chosen. Fewer than asked for come back where none adds enough. To be called on
/// sequences that the motifs were not fitted to. labels[i] is that of sequence i; nan = unresolved.
///
/// Throws error for another number of labels than sequences, labels that are all equal, a motif without
/// columns.
///
///     auto const chosen = choose_in_turn(filters, windowed_sequences{peaks}, labels_by_task[0], {.count =
///     5}); filters[chosen[0].candidate];
inline std::vector<motif_choice> choose_in_turn(std::span<motif const> candidates,
                                                windowed_sequences const& sequences,
                                                std::span<double const> labels, choice_options const& o = {})
{
    std::vector<motif_choice> chosen;
    for (motif const& m : candidates)
        if (m.width() == 0) throw error{"expected a motif with columns, found none in " + in_quotes(m.name)};
    if (candidates.empty()) return chosen;
    auto const data = detail::refine_data_of(sequences, labels, {}, 1);
    std::size_t const n = data.rows.size();

    // by candidate: what it says alone, and its occupancy at the resolved sequences
    std::vector<motif_choice> alone(candidates.size());
    std::vector<std::vector<double>> features(candidates.size());
    for_each_item(candidates.size(), o.threads, [&](std::size_t c, std::size_t) {
        motif of_twenty = candidates[c];
        of_twenty.counts.reset();
        of_twenty.sites = 20;
        std::vector<std::vector<double>> const tasks{{labels.begin(), labels.end()}};
        alone[c].candidate = c;
        alone[c].best_hit = score_motif(score_matrix{of_twenty, {}, 0.1, o.both_strands}, sequences, tasks,
                                        motif_ranking::best_hit)[0];
        auto const z =
            occupancies(detail::natural_log_odds(candidates[c].probabilities), sequences, o.both_strands);
        alone[c].occupancy = motif_quality_of(z, descending_order(z), labels);
        std::vector<double> some;
        some.reserve(data.rows.size());
        for (std::uint32_t const row : data.rows) some.push_back(z[row]);
        features[c] = detail::standardized(std::move(some));
    });
    similarity_matrix const similar{candidates, 5, o.threads};

    enum class state { free, taken };
    std::vector<state> states(candidates.size(), state::free);
    std::vector<double> offsets(n, 0.0);
    double loss = detail::fit_regression({}, data.labels, data.binary, {}).loss;
    std::vector<std::vector<double> const*> used;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
        auto const& q = alone[c].best_hit;
        if (!(data.binary ? q.auroc > 0.5 : q.spearman > 0)) states[c] = state::taken;
    }
    while (chosen.size() < o.count) {
        std::vector<double> losses(candidates.size(), std::numeric_limits<double>::infinity());
        for_each_item(candidates.size(), o.threads, [&](std::size_t c, std::size_t) {
            if (states[c] == state::taken) return;
            std::vector<double> const* const one = &features[c];
            auto const r = detail::fit_regression(std::span{&one, 1}, data.labels, data.binary, offsets);
            if (r.coefficients[0] > 0) losses[c] = r.loss;
        });
        auto const best =
            static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
        if (!((loss - losses[best]) * static_cast<double>(n) > o.least_gain)) break;
        used.push_back(&features[best]);
        auto const all = detail::fit_regression(used, data.labels, data.binary, {});
        motif_choice here = alone[best];
        here.gain = loss - all.loss;
        loss = all.loss;
        for (std::size_t i = 0; i < n; ++i) {
            offsets[i] = all.coefficients.back();
            for (std::size_t f = 0; f < used.size(); ++f) offsets[i] += all.coefficients[f] * (*used[f])[i];
        }
        std::vector<double> resolved;
        resolved.reserve(data.rows.size());
        for (std::uint32_t const row : data.rows) resolved.push_back(labels[row]);
        here.auroc_so_far = motif_quality_of(offsets, descending_order(offsets), resolved).auroc;
        states[best] = state::taken;
        for (std::size_t c = 0; c < candidates.size(); ++c)
            if (states[c] == state::free && similar.at(best, c).similarity >= o.alike) {
                states[c] = state::taken;
                here.alike.push_back(c);
            }
        chosen.push_back(std::move(here));
    }
    return chosen;
}

} // namespace explainn::EXPLAINN_ABI
