// Several motifs refined one after another, each for what those before it leave unexplained.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/motif/refine.hpp>

namespace explainn::EXPLAINN_ABI {

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
} // namespace detail

/// One of several refined motifs.
struct refined_in_turn {
    refined_motif motif;
    std::size_t candidate = 0; ///< its place among the candidates
    double left = 0;           ///< mean loss of all resolved sequences with this motif and those before it
};

/// Refines up to `count` motifs of `candidates`, in the order of what each adds. For the first place the
/// refine_options::starts candidates with the best AUROC of best hits are refined, and the best by that area
/// stays. Each next one is the candidate whose occupancy rises most with what is left (label less the
/// prediction so far), and it is refined with the logits so far as offsets: regions bound through another
/// factor's motif give that motif first and the factor's own one later. Throws as refine() does.
///
///     auto const found = refine_in_turn(filters, windowed_sequences{peaks}, labels_by_task[0], 4);
inline std::vector<refined_in_turn> refine_in_turn(std::span<motif const> candidates,
                                                   windowed_sequences const& sequences,
                                                   std::span<double const> labels, std::size_t count,
                                                   refine_options const& o = {})
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

    std::vector<double> offsets, left(labels.begin(), labels.end());
    std::vector<bool> used(candidates.size(), false);
    auto const first_place = [&] {
        std::vector<std::size_t> order(candidates.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        sort_places(order, [&](std::size_t a, std::size_t b) { return areas[a] > areas[b]; });
        order.resize(std::min(order.size(), std::max<std::size_t>(o.starts, 1)));
        std::optional<refined_in_turn> best;
        double most = 0;
        for (std::size_t const c : order) {
            auto r = refine(candidates[c], sequences, labels, o);
            double const area = std::max({r.auroc_given, r.auroc_trimmed, r.auroc_fitted});
            if (best && !(area > most)) continue;
            most = area;
            best = refined_in_turn{std::move(r), c, 0};
        }
        return std::move(*best);
    };
    auto const next_place = [&] {
        std::size_t next = candidates.size();
        double most = 0;
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            if (used[c]) continue;
            double const gain = detail::correlation_of_finite(occupancy[c], left);
            if (next < candidates.size() && gain <= most) continue;
            most = gain;
            next = c;
        }
        return refined_in_turn{refine(candidates[next], sequences, labels, o, offsets), next, 0};
    };
    while (found.size() < std::min(count, candidates.size())) {
        refined_in_turn here = found.empty() ? first_place() : next_place();
        used[here.candidate] = true;
        offsets.resize(sequences.size(), 0.0);
        auto const z = occupancies(here.motif.weights, sequences, o.both_strands);
        double resolved = 0;
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            if (std::isfinite(z[i])) offsets[i] += here.motif.bias + here.motif.slope * z[i];
            if (std::isnan(labels[i])) continue;
            auto const [loss, derivative] = detail::loss_at(
                offsets[i], (labels[i] - here.motif.label_mean) / here.motif.label_deviation, logistic);
            left[i] = -derivative;
            here.left += loss;
            resolved += 1;
        }
        here.left /= resolved;
        found.push_back(std::move(here));
    }
    return found;
}

} // namespace explainn::EXPLAINN_ABI
