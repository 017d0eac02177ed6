// Several motifs fitted together: a small bank of units, each a motif with one free weight.
#pragma once
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/motif/refine.hpp>

namespace explainn::EXPLAINN_ABI {

/// One motif of a joint fit.
using joint_unit = fitted_unit<motif_weights>;
/// Several motifs that explain labels together.
using joint_fit = bank_fit<motif_weights>;

namespace detail {
// what a unit's occupancy adds to a logit; of a sequence without a whole window nothing
inline double unit_adds(joint_unit const& u, double occupancy)
{
    return std::isfinite(occupancy) ? u.slope * with_floor(occupancy, u.floor) : 0;
}

// fits units, each with a free slope, from what they are
inline joint_fit fit_units(std::vector<joint_unit> start, windowed_sequences const& sequences,
                           std::span<double const> labels, refine_options const& o, std::size_t steps)
{
    return fit_bank(std::move(start), sequences, labels, {}, o, steps, true);
}

// units as they begin, each without a slope yet
inline std::vector<joint_unit> units_at_start(std::span<motif const> given, refine_options const& o,
                                              std::size_t longest)
{
    std::vector<joint_unit> units;
    for (motif const& m : given) {
        if (m.width() == 0) throw error{"expected a motif with columns, found none in " + in_quotes(m.name)};
        units.push_back({weights_at_start(m, o, longest), no_slope_yet});
    }
    return units;
}
} // namespace detail

/// The logit of every sequence. The slow twin of what a fit scores goes window by window:
/// occupancy_slowly().
///
///     joint_fit const fit = refine_jointly(filters, windowed_sequences{peaks}, labels_by_task[0]);
///     std::vector<double> const z = joint_logits(fit, windowed_sequences{peaks});
inline std::vector<double> joint_logits(joint_fit const& fit, windowed_sequences const& s,
                                        bool both_strands = true)
{
    std::vector<double> logits(s.size(), fit.bias);
    for (joint_unit const& u : fit.units) {
        auto const z = occupancies(u.weights, s, both_strands);
        for (std::size_t i = 0; i < z.size(); ++i) logits[i] += detail::unit_adds(u, z[i]);
    }
    return logits;
}

/// Fits several motifs together, so that what one explains the next need not, and one motif is not drawn to
/// a blend of two kinds of sites, as the first of a fit one by one is (refine_in_turn). Each begins as
/// refine() begins, with its own free slope and floor; Adam, batches and the prior are those of refine().
/// Sequences that are narrower than the widest motif are left out. labels[i] is that of sequence i; nan =
/// unresolved. The same seed gives the same bits for any number of threads.
///
/// Throws error where no motifs are given, and as refine() does.
///
///     joint_fit const fit = refine_jointly(filters, windowed_sequences{peaks}, labels_by_task[0]);
inline joint_fit refine_jointly(std::span<motif const> given, windowed_sequences const& sequences,
                                std::span<double const> labels, refine_options const& o = {})
{
    return detail::fit_units(detail::units_at_start(given, o, detail::longest_of(sequences)), sequences,
                             labels, o, o.steps);
}

/// A unit's motif: the softmax of its weights, without ends below refine_options::end_bits. Its name is
/// given.
///
///     joint_fit const fit = refine_jointly(filters, windowed_sequences{peaks}, labels_by_task[0]);
///     motif const first = unit_motif(fit.units[0], "first");
inline motif unit_motif(joint_unit const& u, std::string name, refine_options const& o = {})
{
    motif m;
    m.name = std::move(name);
    m.probabilities = detail::fitted_columns(u.weights, o);
    if (m.width() == 0) m.probabilities = detail::softmax_of(u.weights);
    return m;
}

} // namespace explainn::EXPLAINN_ABI
