// Several motifs fitted together: a small bank of units, each a motif with one free weight.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/motif/refine.hpp>

namespace explainn::EXPLAINN_ABI {

/// One motif of a joint fit.
struct joint_unit {
    motif_weights weights; ///< natural log-odds
    double slope = 1;      ///< its free weight
    double floor =
        -std::numeric_limits<double>::infinity(); ///< occupancy = log(exp(floor) + sum over windows)
};

/// Several motifs that explain labels together: logit = bias + sum over units of slope * occupancy. A unit
/// whose motif is wider than a sequence adds nothing to it.
struct joint_fit {
    std::vector<joint_unit> units;
    double bias = 0;
    double label_mean = 0,
           label_deviation = 1; ///< what real labels were scaled by: (label - mean) / deviation
    std::vector<double> losses; ///< mean loss of each step's batch, without the prior
};

namespace detail {
// The mean loss of some sequences (places in d.rows) and its gradient by all units, from one pass over them.
// Blocks of sequences are summed in order, so any number of threads gives the same bits.
template <class T = double>
class joint_step {
public:
    joint_step(refine_data const& d, bool both_strands, thread_pool const& pool)
        : data_{d}, both_strands_{both_strands}, pool_{pool}
    {
    }
    struct sums {
        double loss = 0, bias = 0;
        std::vector<joint_unit> units; // their weights, slopes and floors hold derivatives
    };
    sums of(std::vector<joint_unit> const& units, double bias, std::span<std::uint32_t const> places)
    {
        constexpr std::size_t block = 64;
        std::size_t const count = (places.size() + block - 1) / block, all_units = units.size();
        std::vector<std::vector<word_table<T>>> tables;
        tables.reserve(all_units);
        for (joint_unit const& u : units) tables.push_back(word_tables<T>(u.weights));
        blocks_.resize(std::max(blocks_.size(), count));
        pool_.for_items(count, [&](std::size_t b, std::size_t) {
            auto& mine = blocks_[b];
            mine.loss = mine.bias = 0;
            mine.units.resize(all_units);
            std::vector<window_scores<T>> scores;
            scores.reserve(all_units);
            for (std::size_t u = 0; u < all_units; ++u) {
                mine.units[u].words.assign(tables[u].size(), word_table<T>{});
                mine.units[u].slope = mine.units[u].floor = 0;
                scores.emplace_back(tables[u], units[u].weights.size(), both_strands_);
            }
            std::vector<double> z(all_units);
            for (std::size_t k = b * block; k < std::min(places.size(), (b + 1) * block); ++k) {
                std::size_t const at = places[k];
                double logit = (data_.offsets.empty() ? 0 : data_.offsets[at]) + bias;
                for (std::size_t u = 0; u < all_units; ++u) {
                    z[u] =
                        scores[u].occupancy(data_.sequences, data_.rows[at], static_cast<T>(units[u].floor));
                    logit += units[u].slope * z[u];
                }
                auto const [loss, g] = loss_at(logit, data_.labels[at], data_.binary);
                mine.loss += loss;
                mine.bias += g;
                for (std::size_t u = 0; u < all_units; ++u) {
                    auto& to = mine.units[u];
                    double const by = g * units[u].slope;
                    to.slope += g * z[u];
                    to.floor += by * scores[u].floor_share();
                    scores[u].add_gradient(data_.sequences, by, to.words);
                }
            }
        });
        auto const n = static_cast<double>(places.size());
        sums all;
        all.units.resize(all_units);
        for (std::size_t b = 0; b < count; ++b) {
            all.loss += blocks_[b].loss / n;
            all.bias += blocks_[b].bias / n;
        }
        for (std::size_t u = 0; u < all_units; ++u) {
            joint_unit& to = all.units[u];
            to.slope = to.floor = 0;
            auto& words = blocks_[0].units[u].words;
            for (std::size_t b = 0; b < count; ++b) {
                auto const& from = blocks_[b].units[u];
                to.slope += from.slope / n;
                to.floor += from.floor / n;
                if (b == 0) continue;
                for (std::size_t t = 0; t < words.size(); ++t)
                    for (std::size_t word = 0; word < 256; ++word)
                        words[t].of[word] += from.words[t].of[word];
            }
            to.weights = zeros_like(units[u].weights);
            add_word_sums(words, to.weights);
            each_weight(to.weights, [n](double& x, bool) { x /= n; });
        }
        return all;
    }

private:
    struct unit_sums {
        std::vector<word_table<T>> words;
        double slope = 0, floor = 0;
    };
    struct block_sums {
        double loss = 0, bias = 0;
        std::vector<unit_sums> units;
    };
    refine_data const& data_;
    bool both_strands_;
    thread_pool const& pool_;
    std::vector<block_sums> blocks_;
};

// what a unit's occupancy adds to a logit; of a sequence without a whole window nothing
inline double unit_adds(joint_unit const& u, double occupancy)
{
    return std::isfinite(occupancy) ? u.slope * with_floor(occupancy, u.floor) : 0;
}

inline std::size_t widest_of(std::span<joint_unit const> units)
{
    std::size_t widest = 1;
    for (joint_unit const& u : units) widest = std::max(widest, u.weights.size());
    return widest;
}

// Fits units from what they are; those without a slope yet (0) get one, a floor, and all a bias that serve
// them at first.
inline joint_fit fit_units(std::vector<joint_unit> start, windowed_sequences const& sequences,
                           std::span<double const> labels, refine_options const& o, std::size_t steps)
{
    if (start.empty()) throw error{"expected motifs to fit together, found none"};
    if (o.batch == 0) throw error{"expected a batch of at least one sequence, found 0"};
    joint_fit out;
    out.units = std::move(start);
    auto const data = refine_data_of(sequences, labels, {}, widest_of(out.units));
    out.label_mean = data.mean;
    out.label_deviation = data.deviation;
    thread_pool const pool{threads{static_cast<int>(o.threads)}};
    joint_step<float> gradient{data, o.both_strands, pool};
    place_batches batches{data.rows.size(), o.batch, o.random};
    auto const& order = batches.order();
    {
        std::size_t const some = std::min<std::size_t>(order.size(), 2048);
        std::vector<double> logits(some, 0.0), z(some);
        for (joint_unit& u : out.units) {
            auto const tables = word_tables(u.weights);
            pool.for_blocks(some, 64, [&](std::size_t first, std::size_t last) {
                window_scores<> scores{tables, u.weights.size(), o.both_strands};
                for (std::size_t k = first; k < last; ++k)
                    z[k] = scores.occupancy(sequences, data.rows[order[k]]);
            });
            auto const mean = [&] {
                return std::accumulate(z.begin(), z.end(), 0.0) / static_cast<double>(some);
            };
            if (u.slope == 0) {
                if (o.with_floor) u.floor = mean();
                double const floor = u.floor;
                auto const floored = [floor](double x) { return with_floor(x, floor); };
                std::vector<double> occupancy(some);
                std::transform(z.begin(), z.end(), occupancy.begin(), floored);
                double const middle =
                    std::accumulate(occupancy.begin(), occupancy.end(), 0.0) / static_cast<double>(some);
                double spread = 0;
                for (double const x : occupancy)
                    spread += (x - middle) * (x - middle) / static_cast<double>(some);
                u.slope = 0.5 / std::max(std::sqrt(spread), 0.5);
            }
            for (std::size_t k = 0; k < some; ++k) logits[k] += unit_adds(u, z[k]);
        }
        double const middle = std::accumulate(logits.begin(), logits.end(), 0.0) / static_cast<double>(some);
        out.bias = best_bias(
            -middle, some, data.binary, [&](std::size_t k, double bias) { return bias + logits[k]; },
            [&](std::size_t k) { return data.labels[order[k]]; });
    }
    struct unit_adam {
        std::vector<std::array<adam_number, 4>> weights;
        adam_number slope, floor;
    };
    std::vector<unit_adam> adam(out.units.size());
    for (std::size_t u = 0; u < adam.size(); ++u) adam[u].weights.resize(out.units[u].weights.size());
    adam_number adam_bias;
    double const pull = 2 * o.prior / static_cast<double>(data.rows.size());
    for (std::size_t step = 0; step < steps; ++step) {
        auto g = gradient.of(out.units, out.bias, batches.next());
        out.losses.push_back(g.loss);
        double const rate = cosine_rate(o.rate, step, steps), t = static_cast<double>(step) + 1;
        for (std::size_t u = 0; u < adam.size(); ++u) {
            joint_unit& unit = out.units[u];
            joint_unit& slopes = g.units[u];
            if (o.symmetric) tie_halves(slopes.weights);
            for (std::size_t j = 0; j < unit.weights.size(); ++j)
                for (std::size_t b = 0; b < 4; ++b)
                    unit.weights[j][b] -=
                        adam[u].weights[j][b].step(slopes.weights[j][b] + pull * unit.weights[j][b], rate, t);
            unit.slope -= adam[u].slope.step(slopes.slope, rate, t);
            if (o.with_floor) unit.floor -= adam[u].floor.step(slopes.floor, rate, t);
        }
        out.bias -= adam_bias.step(g.bias, rate, t);
    }
    return out;
}

// units as they begin, each without a slope yet
inline std::vector<joint_unit> units_at_start(std::span<motif const> given, refine_options const& o,
                                              std::size_t longest)
{
    std::vector<joint_unit> units;
    for (motif const& m : given) {
        if (m.width() == 0) throw error{"expected a motif with columns, found none in " + in_quotes(m.name)};
        units.push_back({weights_at_start(m, o, longest), 0});
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
