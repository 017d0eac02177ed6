// The checks of a report: what a training run should look like, and whether this one does.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn::EXPLAINN_ABI {

/// The result of a check: as it should be, worth a look, wrong, or not known.
enum class judgement { good, look, bad, unknown };

/// One check: what was found and what is expected, in whole sentences, with a judgement.
struct report_check {
    std::string title;
    judgement said = judgement::unknown;
    std::string found, expected;
};

/// The judgement of a number that should be small: good up to `look`, bad above `bad`.
///
///     judge_below(0.02, 0.1, 0.5) == judgement::good;
inline judgement judge_below(double x, double look, double bad)
{
    if (std::isnan(x)) return judgement::unknown;
    return x <= look ? judgement::good : x <= bad ? judgement::look : judgement::bad;
}

namespace detail {
inline std::string percent_text(double share) { return number_text(100 * share, 3) + " %"; }
/// 33,236 for 33236.
inline std::string count_text(std::size_t n)
{
    std::string text = std::to_string(n);
    for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
    return text;
}
inline std::string units_text(std::size_t n) { return std::to_string(n) + (n == 1 ? " unit" : " units"); }
/// "MAX, FOXA1 and 3 more"
inline std::string some_names(std::vector<std::string> const& names, std::size_t most = 5)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text;
}
} // namespace detail

/// Units that no sequence activates, or whose output never changes: they cannot contribute anything.
inline report_check check_dead_units(std::size_t dead, std::size_t units)
{
    double const share = units > 0 ? static_cast<double>(dead) / static_cast<double>(units) : 0;
    return {"Dead units", judge_below(share, 0.1, 0.5),
            detail::units_text(dead) + " of " + std::to_string(units) + (dead == 1 ? " has" : " have") +
                " the same output for every sequence.",
            "At most a tenth. Many dead units are wasted, or the learning rate was too high."};
}

/// Tasks with so few positives in the part that their measures are mostly chance.
inline report_check check_few_positives(std::vector<std::string> const& tasks,
                                        std::vector<std::size_t> const& positives, std::string const& part)
{
    std::vector<std::string> few;
    std::size_t least = positives.empty() ? 0 : positives.front();
    for (std::size_t i = 0; i < positives.size(); ++i) {
        if (positives[i] < 50) few.push_back(tasks[i] + " (" + std::to_string(positives[i]) + ")");
        least = std::min(least, positives[i]);
    }
    return {"Positives of the " + part + " part",
            few.empty()  ? judgement::good
            : least < 10 ? judgement::bad
                         : judgement::look,
            few.empty() ? "Every task has at least " + std::to_string(least) + "."
                        : "Fewer than 50: " + detail::some_names(few) + ".",
            "50 and more by task. With fewer, AUROC and AUPRC move by several hundredths from one draw of "
            "sequences to "
            "the next."};
}

/// Whether more epochs would probably help: the kept epoch is the last one, and its gain was not small
/// compared with all gains.
inline report_check check_convergence(std::vector<epoch_losses> const& losses, int best_epoch)
{
    report_check c{"Loss that still falls", judgement::unknown, "There is no validation loss.",
                   "The best epoch is not the last one, or the loss hardly falls any more."};
    if (losses.size() < 2 || best_epoch < 1 || std::isnan(losses.back().valid)) return c;
    if (best_epoch < static_cast<int>(losses.size())) {
        c.said = judgement::good;
        c.found =
            "The best epoch was " + std::to_string(best_epoch) + " of " + std::to_string(losses.size()) + ".";
        return c;
    }
    double const last = losses[losses.size() - 2].valid - losses.back().valid;
    double const all = losses.front().valid - losses.back().valid;
    double const share = all > 0 ? last / all : 0;
    c.said = share > 0.01 ? judgement::look : judgement::good;
    c.found = "The best epoch was the last, and it brought " + detail::percent_text(share) +
              " of the whole fall" + (share > 0.01 ? ": more epochs would probably help." : ".");
    return c;
}

/// How much higher the validation loss of the kept epoch is than the training loss.
inline report_check check_overfitting(std::vector<epoch_losses> const& losses, int best_epoch)
{
    report_check c{
        "Training against validation", judgement::unknown, "There is no validation loss.",
        "A validation loss of at most 1.2 times the training loss in the epoch that was kept. (Dropout and "
        "moving averages can put it below.)"};
    if (best_epoch < 1 || best_epoch > static_cast<int>(losses.size())) return c;
    auto const& at = losses[static_cast<std::size_t>(best_epoch - 1)];
    if (std::isnan(at.valid) || !(at.train > 0)) return c;
    double const ratio = at.valid / at.train;
    c.said = judge_below(ratio, 1.2, 2);
    c.found = "The validation loss of epoch " + std::to_string(best_epoch) + " is " + number_text(ratio, 3) +
              " times the training loss.";
    return c;
}

/// Pearson's correlation of the logits of both strands, over sequences and tasks.
inline report_check check_strands(double correlation, bool both_strands)
{
    report_check c{
        "Strand agreement",
        std::isnan(correlation) ? judgement::unknown
                                : judge_below(1 - correlation, both_strands ? 0.1 : 0.3, 0.5),
        std::isnan(correlation) ? "The logits do not vary."
                                : "Logits of a sequence and of its reverse complement correlate with r = " +
                                      number_text(correlation, 3) + ".",
        both_strands ? "0.9 and more: the model learned from both strands, and DNA is the same on both."
                     : "0.7 and more where strands mean the same. Training on both strands raises it."};
    return c;
}

/// Units with hits whose motif is not similar to any motif of the collection.
inline report_check check_unknown_motifs(std::size_t without, std::size_t with_hits, double q,
                                         std::string const& collection)
{
    double const share = with_hits > 0 ? static_cast<double>(without) / static_cast<double>(with_hits) : 1;
    return {
        "Units without a known motif", judge_below(share, 0.6, 0.9),
        std::to_string(without) + " of " + std::to_string(with_hits) +
            " units with hits match nothing of q up to " + number_text(q) + " in " + collection + ".",
        "At most six of ten. Motifs without a match can be parts of motifs, GC content, repeats, or new."};
}

/// Tasks that the model predicts hardly better than by chance.
inline report_check check_chance(std::vector<std::string> const& tasks, std::vector<double> const& auroc)
{
    std::vector<std::string> near;
    std::size_t known = 0;
    for (std::size_t i = 0; i < auroc.size(); ++i) {
        if (std::isnan(auroc[i])) continue;
        ++known;
        if (auroc[i] < 0.65) near.push_back(tasks[i] + " (" + number_text(auroc[i], 3) + ")");
    }
    double const share = known > 0 ? static_cast<double>(near.size()) / static_cast<double>(known) : 0;
    return {"Tasks near chance",
            known == 0     ? judgement::unknown
            : near.empty() ? judgement::good
            : share > 0.5  ? judgement::bad
                           : judgement::look,
            known == 0     ? "No task has both classes in the test part."
            : near.empty() ? "Every task has an AUROC of 0.65 and more."
                           : "AUROC below 0.65: " + detail::some_names(near) + ".",
            "An AUROC of 0.65 and more. What units say about a task that is not predicted means little."};
}

/// Sequences of the test part that occur in the training part too, on either strand.
inline report_check check_leaks(std::size_t shared, std::size_t test)
{
    double const share = test > 0 ? static_cast<double>(shared) / static_cast<double>(test) : 0;
    return {"Test sequences that were trained on",
            shared == 0    ? judgement::good
            : share < 0.01 ? judgement::look
                           : judgement::bad,
            detail::count_text(shared) + " of " + detail::count_text(test) +
                " test sequences stand in the training part as well, on either strand.",
            "None: what was learned by heart is measured too well."};
}

/// Whether contributions add up to the logits, as they must.
inline report_check check_sums(double largest_error)
{
    return {"Contributions add up", judge_below(largest_error, 1e-5, 1e-5),
            "Bias and contributions differ from the logit by at most " + number_text(largest_error, 2) +
                " of the sum of their sizes.",
            "Nothing but rounding, 1e-5 at most: the model is additive."};
}

} // namespace explainn::EXPLAINN_ABI
