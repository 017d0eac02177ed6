// Discriminative refinement: a motif is fitted to labelled sequences, as the weights of a regression on its
// occupancy.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/pool.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/fit_bank.hpp>
#include <explainn/motif/occupancy.hpp>
#include <explainn/motif/palindrome.hpp>
#include <explainn/motif/pseudocount.hpp>
#include <explainn/motif/refine_options.hpp>
#include <explainn/motif/score.hpp>
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which of three motifs a refinement ended with.
enum class refined_from { given, trimmed, fitted };

/// A refined motif, and how well each candidate ranks the sequences it was refined on: the area under the ROC
/// curve of its best hit, under a uniform background with a pseudocount of 0.1 of 20 sites.
struct refined_motif {
    motif result;                            ///< the best of the three by that area
    refined_from from = refined_from::given; ///< which it is
    double auroc_given = 0;                  ///< of the motif as it was given
    double auroc_trimmed = 0;                ///< of the given motif without its ends of low information
    double auroc_fitted = 0;                 ///< of the fitted motif
    motif_weights weights;                   ///< natural log-odds of the fit, before its ends were cut
    double slope = 1, bias = 0;              ///< logit = offset + bias + slope * occupancy, of the fit
    double floor =
        -std::numeric_limits<double>::infinity(); ///< occupancy = log(exp(floor) + sum over windows)
    double label_mean = 0,
           label_deviation = 1; ///< what real labels were scaled by: (label - mean) / deviation
    std::vector<double> losses; ///< mean loss of each step's batch, without the prior
};

namespace detail {
// `most` columns in a row: those that hold the most information; of equals the first
inline ppm most_informative(ppm const& p, std::size_t most)
{
    if (p.width() <= most) return p;
    auto const bits = information(p);
    std::size_t best = 0;
    double sum = std::accumulate(bits.begin(), bits.begin() + static_cast<std::ptrdiff_t>(most), 0.0),
           top = sum;
    for (std::size_t first = 1; first + most <= p.width(); ++first) {
        sum += bits[first + most - 1] - bits[first - 1];
        if (sum > top + 1e-12) {
            top = sum;
            best = first;
        }
    }
    return columns_of(p, best, most);
}

// without the ends below so many bits, but with at least so many columns, where it has them; empty where all
// columns are below
inline ppm trimmed(ppm const& p, double bits, std::size_t least)
{
    ppm cut = trim(p, bits);
    if (cut.width() == 0) return cut;
    return cut.width() < std::min(least, p.width()) ? most_informative(p, least) : cut;
}

// the natural log-odds of a motif with a pseudocount of 0.1 of 20 sites under a uniform background
inline motif_weights natural_log_odds(ppm const& p)
{
    motif_weights w;
    for (column const& c : with_pseudocount(p, 20, 0.1, {}).columns) {
        column x{};
        for (std::size_t b = 0; b < 4; ++b) x[b] = std::log(c[b] / 0.25);
        w.push_back(x);
    }
    return w;
}

// the columns that a motif begins with at most
inline std::size_t most_columns_of(refine_options const& o, std::size_t longest)
{
    return std::min(longest < 100 ? std::min<std::size_t>(o.most_columns, 14) : o.most_columns, longest);
}

inline motif_weights weights_at_start(motif const& m, refine_options const& o, std::size_t longest)
{
    std::size_t const most = most_columns_of(o, longest);
    ppm p = m.probabilities;
    if (o.symmetric) p = symmetric_about(p, self_likeness_of(p).centre);
    ppm const inner = o.symmetric ? trimmed_evenly(p, o.start_bits, o.least_columns)
                                  : trimmed(p, o.start_bits, o.least_columns);
    if (inner.width() > 0) p = inner;
    p = pad(p, o.free_columns, o.free_columns);
    p = o.symmetric ? middle_columns(p, most) : most_informative(p, most);
    return natural_log_odds(p);
}

inline ppm softmax_of(motif_weights const& w)
{
    ppm p;
    for (column c : w) {
        double const top = *std::max_element(c.begin(), c.end());
        for (double& x : c) x = std::exp(x - top);
        double const all = total(c);
        for (double& x : c) x /= all;
        p.columns.push_back(c);
    }
    return p;
}

inline double training_auroc(ppm const& p, bool both_strands, windowed_sequences const& s,
                             std::span<double const> labels)
{
    if (p.width() == 0) return 0;
    motif m;
    m.name = "candidate";
    m.probabilities = p;
    m.sites = 20;
    std::vector<std::vector<double>> const tasks{{labels.begin(), labels.end()}};
    double const a =
        score_motif(score_matrix{m, {}, 0.1, both_strands}, s, tasks, motif_ranking::best_hit)[0].auroc;
    return std::isnan(a) ? 0 : a;
}

// The fit of one motif, whose slope is free where labels are real or offsets are given.
template <class Weights>
struct weights_fit : fitted_unit<Weights> {
    double bias = 0, label_mean = 0, label_deviation = 1;
    std::vector<double> losses; // mean loss of each step's batch, without the prior
};
template <class Weights>
weights_fit<Weights> fit_weights(Weights start, windowed_sequences const& sequences,
                                 std::span<double const> labels, refine_options const& o,
                                 std::span<double const> offsets)
{
    bool const free_slope = !are_binary(labels) || !offsets.empty();
    auto fit = fit_bank<Weights>({{std::move(start), no_slope_yet}}, sequences, labels, offsets, o, o.steps,
                                 free_slope);
    return {std::move(fit.units.front()), fit.bias, fit.label_mean, fit.label_deviation,
            std::move(fit.losses)};
}

// The fit alone: weights, slope, bias and losses of a refined_motif.
inline refined_motif fit_motif(motif const& given, windowed_sequences const& sequences,
                               std::span<double const> labels, refine_options const& o,
                               std::span<double const> offsets)
{
    if (given.width() == 0)
        throw error{"expected a motif with columns, found none in " + in_quotes(given.name)};
    auto fit = fit_weights(weights_at_start(given, o, longest_of(sequences)), sequences, labels, o, offsets);
    refined_motif out;
    out.weights = std::move(fit.weights);
    out.slope = fit.slope;
    out.bias = fit.bias;
    out.floor = fit.floor;
    out.label_mean = fit.label_mean;
    out.label_deviation = fit.label_deviation;
    out.losses = std::move(fit.losses);
    return out;
}

// what a file of motifs gets of fitted weights: probabilities, without ends of low information
inline ppm fitted_columns(motif_weights const& w, refine_options const& o)
{
    ppm const whole = softmax_of(w);
    if (!o.symmetric) return trimmed(whole, o.end_bits, o.least_columns);
    // sums in another order differ in their last digits: both halves get the same
    auto const last = static_cast<std::ptrdiff_t>(w.size()) - 1;
    return trimmed_evenly(symmetric_about(whole, last), o.end_bits, o.least_columns);
}
} // namespace detail

/// Refines a motif on labelled sequences: binary labels (1, 0) by logistic regression, real ones, as of
/// arrays, by least squares on labels of mean 0 and variance 1. labels[i] is that of sequence i; nan =
/// unresolved.
///
/// The model is logit = offset + bias + slope * occupancy, where occupancy is the log-sum-exp over all whole
/// windows (both strands) of the sum of the motif's weights, natural log-odds. Without offsets and with
/// binary labels the slope is 1; else it is fitted. Offsets are what motifs found before say of each
/// sequence, in logits, so that what one explains the next need not. Adam fits weights, bias and slope in
/// mini-batches; the softmax of each column of weights is the fitted motif. The result is the best of the
/// given, the trimmed and the fitted motif by the AUROC of best hits on these sequences. With
/// refine_options::symmetric it is the fitted one, whose column k and last but k are counterparts to the bit.
/// The same seed gives the same bits for any number of threads.
///
/// Throws error where sequences are shorter than the motif or all labels are equal, and on a motif without
/// columns.
///
///     windowed_sequences const s{peaks};
///     auto const r = refine(ctcf, s, labels_by_task[0]);
///     r.result;                                   // as a file of motifs takes it
inline refined_motif refine(motif const& given, windowed_sequences const& sequences,
                            std::span<double const> labels, refine_options const& o = {},
                            std::span<double const> offsets = {})
{
    refined_motif out = detail::fit_motif(given, sequences, labels, o, offsets);
    thread_pool const pool{threads{static_cast<int>(o.threads)}};
    ppm const without_ends = detail::trimmed(given.probabilities, o.start_bits, o.least_columns);
    ppm const fitted = detail::fitted_columns(out.weights, o);
    std::array<double, 3> areas{};
    std::array<ppm const*, 3> const candidates{&given.probabilities, &without_ends, &fitted};
    pool.for_items(3, [&](std::size_t i, std::size_t) {
        areas[i] = detail::training_auroc(*candidates[i], o.both_strands, sequences, labels);
    });
    out.auroc_given = areas[0];
    out.auroc_trimmed = areas[1];
    out.auroc_fitted = areas[2];
    // a motif beside others is not judged alone, and of the three the fitted one alone is symmetric
    bool const fit = !offsets.empty() || o.symmetric || (areas[2] >= areas[0] && areas[2] >= areas[1]);
    std::size_t const best = fit && fitted.width() > 0 ? 2 : areas[1] > areas[0] ? 1 : 0;
    out.from = static_cast<refined_from>(best);
    out.result = given;
    if (best != 0) {
        out.result.probabilities = *candidates[best];
        out.result.counts.reset();
        out.result.notes.clear();
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
