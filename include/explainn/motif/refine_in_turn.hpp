// Several motifs refined one after another, each for what those before it leave unexplained.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/motif/refine.hpp>

namespace explainn::EXPLAINN_ABI {

/// Labelled sequences that motifs are not fitted to, by which refine_in_turn() sees when to end.
struct turn_judge {
    windowed_sequences const& sequences;
    std::span<double const> labels; ///< labels[i] is that of sequence i; nan = unresolved
    double least_gain = 2;          ///< the summed loss must fall by more than this, in nats
};

namespace detail {
// Pearson's correlation of finite values of x with y; 0 where either is constant.
inline double correlation_of_finite(std::span<double const> x, std::span<double const> y)
{
    double n = 0, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
        n += 1;
        sx += x[i];
        sy += y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    double const vx = xx - sx * sx / n, vy = yy - sy * sy / n;
    return vx > 0 && vy > 0 ? (xy - sx * sy / n) / std::sqrt(vx * vy) : 0;
}

// The logit of a sequence with a refined motif, by the occupancy and what it was given as offset.
inline double logit_of(refined_motif const& r, double occupancy, double offset)
{
    return offset + (std::isfinite(occupancy) ? r.bias + r.slope * with_floor(occupancy, r.floor) : 0);
}
// The same of all sequences; without offsets they are 0.
inline std::vector<double> logits_of(refined_motif const& r, windowed_sequences const& s,
                                     std::span<double const> offsets, bool both_strands)
{
    std::vector<double> z = occupancies(r.weights, s, both_strands);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = logit_of(r, z[i], offsets.empty() ? 0 : offsets[i]);
    return z;
}
// The mean loss of resolved sequences by their logits.
inline double mean_loss(refined_motif const& r, std::span<double const> logits,
                        std::span<double const> labels, bool logistic)
{
    auto const unresolved =
        std::count_if(labels.begin(), labels.end(), [](double y) { return std::isnan(y); });
    return summed_loss(r, logits, labels, logistic) / static_cast<double>(std::ssize(labels) - unresolved);
}
// The same of every k-th sequence, so that about 2,048 are looked at.
inline double mean_loss_of_some(refined_motif const& r, windowed_sequences const& s,
                                std::span<double const> labels, std::span<double const> offsets,
                                bool logistic, bool both_strands)
{
    auto const tables = word_tables<float>(r.weights);
    window_scores<float> scores{tables, r.weights.size(), both_strands};
    std::vector<double> logits, some;
    for (std::size_t i = 0; i < s.size(); i += (s.size() + 2047) / 2048) {
        logits.push_back(logit_of(r, scores.occupancy(s, i), offsets.empty() ? 0 : offsets[i]));
        some.push_back(labels[i]);
    }
    return mean_loss(r, logits, some, logistic);
}

// Whether motifs still add something to sequences that they are not fitted to.
class turn_end {
public:
    turn_end(turn_judge const* by, std::size_t patience) : by_{by}, patience_{patience} {}
    // whether the judge's summed loss is less with the second motif than with the first, by more than `least`
    bool prefers(refined_motif const& second, refined_motif const& first, double least, bool logistic,
                 bool both_strands) const
    {
        auto const summed = [&](refined_motif const& r) {
            auto const z = logits_of(r, by_->sequences, logits_, both_strands);
            return mean_loss(r, z, by_->labels, logistic) * static_cast<double>(z.size());
        };
        return summed(first) - summed(second) > least;
    }
    // takes the next motif; whether the last ones added too little
    bool after(refined_motif const& r, bool logistic, bool both_strands)
    {
        if (by_ == nullptr) return false;
        auto const next = logits_of(r, by_->sequences, logits_, both_strands);
        if (logits_.empty()) logits_.assign(next.size(), 0.0);
        double const fall =
            first_
                ? std::numeric_limits<double>::infinity()
                : (mean_loss(r, logits_, by_->labels, logistic) - mean_loss(r, next, by_->labels, logistic)) *
                      static_cast<double>(next.size());
        first_ = false;
        logits_ = next;
        in_vain_ = fall > by_->least_gain ? 0 : in_vain_ + 1;
        return in_vain_ >= patience_;
    }

private:
    turn_judge const* by_;
    std::size_t patience_, in_vain_ = 0;
    bool first_ = true;
    std::vector<double> logits_;
};
} // namespace detail

/// One of several refined motifs.
struct refined_in_turn {
    refined_motif motif;
    std::size_t candidate = 0; ///< its place among the candidates
    double prior = 1;          ///< the prior of its fit: refine_options::prior or rare_prior
    double left = 0;           ///< mean loss of all resolved sequences with this motif and those before it
};

/// Refines up to `count` motifs of `candidates`, in the order of what each adds. For the first place the
/// refine_options::screened candidates with the best AUROC of best hits get a fit of a fifth of the steps,
/// the refine_options::starts with the least loss after it are refined, and the best by AUROC stays. For each
/// next one half as many candidates, whose occupancy rises most with what is left (label less the prediction
/// so far), get such a short fit, and the best by its loss is refined, with the logits so far as offsets:
/// regions bound through another factor's motif give that motif first and the factor's own one later. Losses
/// of short fits are those of at most 2,048 sequences. With a judge it ends after refine_options::patience
/// motifs in a row that add too little to sequences that they were not fitted to.
///
/// A prior costs a motif as much however few sequences hold it, and so keeps a rare one soft: it is drawn to
/// a blend of several, or to a part of its columns. With a judge and labels of 1 and 0, a second fit with
/// refine_options::rare_prior is tried, for the first place where the best AUROC is below rare_below (there
/// from as many starts as else, those whose occupancy rises most with the labels), for each next one always.
/// A third fit then begins with what the first two gave and rare_columns free columns at each end, since a
/// word has few. Each is kept where the judge's summed loss is less by more than rare_gain. Throws as
/// refine() does.
///
///     auto const found = refine_in_turn(filters, windowed_sequences{peaks}, labels_by_task[0], 4);
inline std::vector<refined_in_turn> refine_in_turn(std::span<motif const> candidates,
                                                   windowed_sequences const& sequences,
                                                   std::span<double const> labels, std::size_t count,
                                                   refine_options const& o = {},
                                                   turn_judge const* judge = nullptr)
{
    std::vector<refined_in_turn> found;
    if (candidates.empty() || count == 0) return found;
    bool const logistic = are_binary(labels);
    std::size_t const longest = detail::longest_of(sequences);
    std::vector<std::vector<double>> occupancy(candidates.size());
    std::vector<double> areas(candidates.size());
    for_each_item(candidates.size(), o.threads, [&](std::size_t c, std::size_t) {
        occupancy[c] =
            occupancies(detail::weights_at_start(candidates[c], o, longest), sequences, o.both_strands);
        areas[c] = detail::training_auroc(candidates[c].probabilities, o.both_strands, sequences, labels);
    });

    detail::turn_end end{judge, o.patience};
    std::vector<double> offsets, left(labels.begin(), labels.end());
    std::vector<bool> used(candidates.size(), false);
    // those of `order` that do best in a short fit: the mean loss at its end, over some sequences
    auto const best_starts = [&](std::vector<std::size_t> order, std::size_t most, std::size_t keep,
                                 double prior) {
        order.resize(std::min(order.size(), std::max(most, keep)));
        if (order.size() <= keep) return order;
        refine_options quick = o;
        quick.prior = prior;
        quick.steps = o.steps / 5;
        quick.threads = 1;
        std::vector<double> losses(order.size());
        for_each_item(order.size(), o.threads, [&](std::size_t k, std::size_t) {
            auto const r = detail::fit_motif(candidates[order[k]], sequences, labels, quick, offsets);
            losses[k] = detail::mean_loss_of_some(r, sequences, labels, offsets, logistic, o.both_strands);
        });
        std::vector<std::size_t> by_loss(order.size()), best;
        std::iota(by_loss.begin(), by_loss.end(), std::size_t{0});
        sort_places(by_loss, [&](std::size_t x, std::size_t y) { return losses[x] < losses[y]; });
        for (std::size_t k = 0; k < keep; ++k) best.push_back(order[by_loss[k]]);
        return best;
    };
    auto const in_order_of = [&](std::vector<double> const& merit) {
        std::vector<std::size_t> order;
        for (std::size_t c = 0; c < candidates.size(); ++c)
            if (!used[c]) order.push_back(c);
        sort_places(order, [&](std::size_t x, std::size_t y) { return merit[x] > merit[y]; });
        return order;
    };
    auto const rises_of_all = [&] {
        std::vector<double> rises(candidates.size());
        for (std::size_t c = 0; c < candidates.size(); ++c)
            if (!used[c]) rises[c] = detail::correlation_of_finite(occupancy[c], left);
        return rises;
    };
    // another fit of a start, which takes the place of `here` where the judge prefers it
    bool const with_rare = judge != nullptr && logistic && o.rare_prior > 0;
    auto const try_fit = [&](refined_in_turn& here, motif const& start, std::size_t candidate,
                             refine_options const& how) {
        auto r = refine(start, sequences, labels, how, offsets);
        // of the three forms that refine() chooses from by AUROC, the judge hears of the fitted one
        ppm fitted = detail::fitted_columns(r.weights, how);
        if (fitted.width() == 0 || !end.prefers(r, here.motif, o.rare_gain, logistic, o.both_strands)) return;
        r.from = refined_from::fitted;
        r.result.probabilities = std::move(fitted);
        r.result.counts.reset();
        r.result.notes.clear();
        here = refined_in_turn{std::move(r), candidate, how.prior, 0};
    };
    // with the prior of rare motifs, and then wider, since a word has few columns
    auto const try_as_rare = [&](refined_in_turn& here, std::vector<std::size_t> const& starts) {
        refine_options how = o;
        how.prior = o.rare_prior;
        for (std::size_t const c : starts) try_fit(here, candidates[c], c, how);
        how.prior = here.prior;
        how.free_columns = std::max(o.free_columns, o.rare_columns);
        motif const narrow = here.motif.result;
        try_fit(here, narrow, here.candidate, how);
    };
    auto const first_place = [&] {
        std::optional<refined_in_turn> best;
        double most = 0;
        for (std::size_t const c :
             best_starts(in_order_of(areas), o.screened, std::max<std::size_t>(o.starts, 1), o.prior)) {
            auto r = refine(candidates[c], sequences, labels, o);
            double const area = std::max({r.auroc_given, r.auroc_trimmed, r.auroc_fitted});
            if (best && !(area > most)) continue;
            most = area;
            best = refined_in_turn{std::move(r), c, o.prior, 0};
        }
        if (with_rare && most < o.rare_below) {
            auto starts = best_starts(in_order_of(rises_of_all()), o.screened,
                                      std::max<std::size_t>(o.starts, 1), o.rare_prior);
            if (std::find(starts.begin(), starts.end(), best->candidate) == starts.end())
                starts.push_back(best->candidate);
            try_as_rare(*best, starts);
        }
        return best;
    };
    auto const next_place = [&]() -> std::optional<refined_in_turn> {
        auto const rises = rises_of_all();
        auto const order = in_order_of(rises);
        double const least = o.least_rise / std::sqrt(static_cast<double>(sequences.size()));
        if (o.least_rise > 0 && rises[order.front()] < least) return std::nullopt;
        std::size_t const next = best_starts(order, (o.screened + 1) / 2, 1, o.prior).front();
        refined_in_turn here{refine(candidates[next], sequences, labels, o, offsets), next, o.prior, 0};
        if (with_rare) try_as_rare(here, {next});
        return here;
    };
    while (found.size() < std::min(count, candidates.size())) {
        auto place = found.empty() ? first_place() : next_place();
        if (!place) break;
        refined_in_turn here = std::move(*place);
        used[here.candidate] = true;
        offsets = detail::logits_of(here.motif, sequences, offsets, o.both_strands);
        here.left = detail::mean_loss(here.motif, offsets, labels, logistic);
        for (std::size_t i = 0; i < sequences.size(); ++i)
            if (!std::isnan(labels[i]))
                left[i] = -detail::loss_at(offsets[i],
                                           (labels[i] - here.motif.label_mean) / here.motif.label_deviation,
                                           logistic)
                               .second;
        found.push_back(std::move(here));
        if (end.after(found.back().motif, logistic, o.both_strands)) break;
    }
    return found;
}

} // namespace explainn::EXPLAINN_ABI
