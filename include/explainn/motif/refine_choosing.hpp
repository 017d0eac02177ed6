// Refinement whose prior, width and symmetry are chosen by sequences that it is not fitted to.
#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <explainn/motif/held_out.hpp>
#include <explainn/motif/palindrome.hpp>
#include <explainn/motif/refine.hpp>
#include <explainn/motif/refine_in_turn.hpp>

namespace explainn::EXPLAINN_ABI {

/// What is tried. What refine_options says is tried first.
struct refine_choices {
    std::vector<double> priors{0.1, 10};         ///< refine_options::prior
    std::vector<std::size_t> free_columns{0, 5}; ///< refine_options::free_columns: the width
    double symmetric_from = 0.7; ///< a motif that is as like its own reverse complement is tried symmetric;
                                 ///< above 1: none is
    double share = 0.1;          ///< of the sequences: held aside to choose by
    double steps = 1;            ///< each trial takes this share of refine_options::steps
};

/// One fit that was tried: its summed loss on the sequences held aside, in nats.
struct refine_trial {
    double prior = 1;
    std::size_t free_columns = 2;
    bool symmetric = false;
    double loss = 0;
};

/// All that was tried; `best` is the trial with the least loss.
struct chosen_options {
    std::vector<refine_trial> trials;
    std::size_t best = 0;
    /// `o` with what was chosen.
    refine_options with(refine_options o) const
    {
        o.prior = trials[best].prior;
        o.free_columns = trials[best].free_columns;
        o.symmetric = trials[best].symmetric;
        return o;
    }
};

/// Chooses prior, then width, then whether a motif that is nearly its own reverse complement is kept one, by
/// fits to `labels` and what each says about a judge's sequences. The least summed loss wins; a palindrome,
/// which has half the weights, wins where it is as good. `offsets` are logits of the sequences that are
/// fitted to, `judged_offsets` those of the judge's; both may be empty.
///
/// Throws error as refine() does.
///
///     windowed_sequences const s{peaks};
///     auto const parts = hold_out(labels_by_task[0], 0.1, seed{1});
///     turn_judge const judge{s, parts.aside};
///     auto const chosen = choose_options(ctcf, s, parts.fit, judge);
inline chosen_options choose_options(motif const& given, windowed_sequences const& sequences,
                                     std::span<double const> labels, turn_judge const& judge,
                                     refine_options const& o = {}, refine_choices const& choices = {},
                                     std::span<double const> offsets = {},
                                     std::span<double const> judged_offsets = {})
{
    bool const logistic = are_binary(labels);
    chosen_options out;
    double least = std::numeric_limits<double>::infinity();
    refine_options now = o;
    now.steps = static_cast<std::size_t>(std::ceil(choices.steps * static_cast<double>(o.steps)));
    auto const try_with = [&](refine_options const& how) {
        auto const fit = detail::fit_motif(given, sequences, labels, how, offsets);
        auto const z = detail::logits_of(fit, judge.sequences, judged_offsets, how.both_strands);
        double const sum = detail::summed_loss(fit, z, judge.labels, logistic);
        out.trials.push_back({how.prior, how.free_columns, how.symmetric, sum});
        if (!(how.symmetric && !now.symmetric ? sum <= least : sum < least)) return;
        least = sum;
        out.best = out.trials.size() - 1;
    };
    try_with(now);
    for (double const prior : choices.priors) {
        refine_options how = now;
        how.prior = prior;
        if (prior != now.prior) try_with(how);
    }
    now = out.with(now);
    for (std::size_t const columns : choices.free_columns) {
        refine_options how = now;
        how.free_columns = columns;
        if (columns != now.free_columns) try_with(how);
    }
    now = out.with(now);
    if (!now.symmetric && self_likeness_of(given.probabilities).likeness >= choices.symmetric_from) {
        refine_options how = now;
        how.symmetric = true;
        try_with(how);
    }
    return out;
}

/// A refined motif, and what its options were chosen from.
struct chosen_refinement {
    refined_motif motif;
    chosen_options options;
};

/// Refines a motif with the prior, width and symmetry that explain a share of the sequences best which is
/// held aside (choose_options), then fits it with these to all of them.
///
/// Throws error as refine() does, and for a share that is not above 0 and below 1.
///
///     auto const r = refine_choosing(ctcf, windowed_sequences{peaks}, labels_by_task[0]);
///     r.options.trials[r.options.best].prior;
inline chosen_refinement refine_choosing(motif const& given, windowed_sequences const& sequences,
                                         std::span<double const> labels, refine_options const& o = {},
                                         refine_choices const& choices = {})
{
    auto const parts = hold_out(labels, choices.share, o.random);
    auto chosen = choose_options(given, sequences, parts.fit, turn_judge{sequences, parts.aside}, o, choices);
    auto motif = refine(given, sequences, labels, chosen.with(o));
    return {std::move(motif), std::move(chosen)};
}

} // namespace explainn::EXPLAINN_ABI
