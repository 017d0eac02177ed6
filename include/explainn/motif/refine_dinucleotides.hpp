// Refinement of a motif whose neighbouring columns depend on one another, and what the dependencies are
// worth.
#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/motif/first_order.hpp>
#include <explainn/motif/refine.hpp>
#include <explainn/motif/refine_in_turn.hpp>

namespace explainn::EXPLAINN_ABI {

/// A motif with weights of neighbouring pairs: logit = offset + bias + slope * occupancy.
struct dinucleotide_motif {
    first_order_weights weights; ///< natural log-odds; column k is column k of the given motif
    double slope = 1, bias = 0;
    double floor =
        -std::numeric_limits<double>::infinity(); ///< occupancy = log(exp(floor) + sum over windows)
    double label_mean = 0,
           label_deviation = 1; ///< what real labels were scaled by: (label - mean) / deviation
    std::vector<double> losses; ///< mean loss of each step's batch, without the prior
};

/// What pairs are worth on sequences that nothing was fitted to: the summed losses, in nats, and the areas
/// under the ROC curve of occupancy (labels of 1 and 0; else nan), of a fit without pairs and of one with
/// them.
struct dinucleotide_gain {
    double loss_without = 0, loss_with = 0;
    double auroc_without = 0, auroc_with = 0;
    double nats() const { return loss_without - loss_with; }
};

/// Fits a motif with weights of neighbouring pairs to labelled sequences, as refine() fits one without: the
/// same steps, batches, floor and slope, refine_options::prior on the weights of bases and pair_prior on
/// those of pairs, which begin at 0. Its columns are those of the given motif, none is added or cut. The
/// means of pairs by their first and second base are moved to the bases (centred_pairs).
///
/// Throws error as refine() does.
///
///     auto const with_pairs = refine_dinucleotides(ctcf, windowed_sequences{peaks}, labels_by_task[0]);
inline dinucleotide_motif refine_dinucleotides(motif const& given, windowed_sequences const& sequences,
                                               std::span<double const> labels, refine_options const& o = {},
                                               std::span<double const> offsets = {})
{
    if (given.width() == 0)
        throw error{"expected a motif with columns, found none in " + in_quotes(given.name)};
    auto fit = detail::fit_weights(without_pairs(detail::natural_log_odds(given.probabilities)), sequences,
                                   labels, o, offsets);
    return {centred_pairs(std::move(fit.weights)),
            fit.slope,
            fit.bias,
            fit.floor,
            fit.label_mean,
            fit.label_deviation,
            std::move(fit.losses)};
}

namespace detail {
// summed loss and AUROC of occupancy on a judge's sequences
template <class Fit>
std::pair<double, double> judged_alone(Fit const& fit, turn_judge const& judge, bool logistic,
                                       bool both_strands)
{
    auto const z = occupancies(fit.weights, judge.sequences, both_strands);
    auto logits = z;
    for (double& x : logits) x = std::isfinite(x) ? fit.bias + fit.slope * with_floor(x, fit.floor) : 0;
    return {summed_loss(fit, logits, judge.labels, logistic),
            motif_quality_of(z, descending_order(z), judge.labels).auroc};
}
} // namespace detail

/// Fits a motif without and with weights of pairs, from the same columns, by the same steps, and compares
/// both on a judge's sequences, alone.
///
/// Throws error as refine() does.
///
///     windowed_sequences const s{peaks};
///     auto const [fit, aside] = hold_out(labels_by_task[0], 0.1, seed{1});
///     turn_judge const judge{s, aside};
///     gain_of_dinucleotides(ctcf, s, fit, judge).nats();
inline dinucleotide_gain gain_of_dinucleotides(motif const& given, windowed_sequences const& sequences,
                                               std::span<double const> labels, turn_judge const& judge,
                                               refine_options const& o = {})
{
    bool const logistic = are_binary(labels);
    auto const with = refine_dinucleotides(given, sequences, labels, o);
    auto const without =
        detail::fit_weights(detail::natural_log_odds(given.probabilities), sequences, labels, o, {});
    dinucleotide_gain gain;
    auto const a = detail::judged_alone(without, judge, logistic, o.both_strands),
               b = detail::judged_alone(with, judge, logistic, o.both_strands);
    gain.loss_without = a.first;
    gain.auroc_without = a.second;
    gain.loss_with = b.first;
    gain.auroc_with = b.second;
    return gain;
}

/// The header of a table of pairs.
inline constexpr std::string_view dinucleotide_header =
    "motif\tfirst_column\tpair\tweight\tprobability\tof_its_bases\n";

/// The rows of such a table for one motif: for each pair of neighbouring columns (first_column counts from
/// 1) and each of the 16 pairs its weight (natural log-odds beside those of its bases), its probability in
/// the words that the weights favour, and the product of the probabilities of its two bases there. A line
/// before them says, as a comment, what the pairs are worth.
///
///     dinucleotide_motif const fit = refine_dinucleotides(ctcf, windowed_sequences{peaks},
///     labels_by_task[0]); std::string const text = std::string{dinucleotide_header} +
///     dinucleotide_rows("CTCF", fit, {});
inline std::string dinucleotide_rows(std::string const& name, dinucleotide_motif const& m,
                                     dinucleotide_gain const& gain)
{
    std::string text = "# " + table_field(name) + ": on sequences not fitted to, loss " +
                       number_text(gain.loss_without, 5) + " without pairs and " +
                       number_text(gain.loss_with, 5) + " with them (nats, gain " +
                       number_text(gain.nats(), 3) + "), AUROC of occupancy " +
                       number_text(gain.auroc_without, 4) + " and " + number_text(gain.auroc_with, 4) + '\n';
    auto const of = probabilities_of(m.weights);
    for (std::size_t k = 0; k < m.weights.pairs.size(); ++k)
        for (std::size_t x = 0; x < 4; ++x)
            for (std::size_t y = 0; y < 4; ++y)
                text += table_field(name) + '\t' + std::to_string(k + 1) + '\t' + "ACGT"[x] + "ACGT"[y] +
                        '\t' + number_text(m.weights.pairs[k][4 * x + y], 4) + '\t' +
                        number_text(of.pairs[k][4 * x + y], 4) + '\t' +
                        number_text(of.single.columns[k][x] * of.single.columns[k + 1][y], 4) + '\n';
    return text;
}

} // namespace explainn::EXPLAINN_ABI
