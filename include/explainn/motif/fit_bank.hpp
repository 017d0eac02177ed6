// The fit of a bank of motifs to labels, of one or of several: a logistic or linear regression on what each
// says of a sequence, by Adam.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/pool.hpp>
#include <explainn/motif/adam_fit.hpp>
#include <explainn/motif/first_order.hpp>
#include <explainn/motif/occupancy.hpp>
#include <explainn/motif/palindrome.hpp>
#include <explainn/motif/refine_options.hpp>
#include <explainn/motif/score.hpp>

namespace explainn::EXPLAINN_ABI {

/// One motif of a fit.
template <class Weights>
struct fitted_unit {
    Weights weights;  ///< natural log-odds
    double slope = 1; ///< its free weight
    double floor =
        -std::numeric_limits<double>::infinity(); ///< occupancy = log(exp(floor) + sum over windows)
};

/// Motifs that explain labels together: logit = bias + sum over units of slope * occupancy. A unit whose
/// motif is wider than a sequence adds nothing to it.
template <class Weights>
struct bank_fit {
    std::vector<fitted_unit<Weights>> units;
    double bias = 0;
    double label_mean = 0,
           label_deviation = 1; ///< what real labels were scaled by: (label - mean) / deviation
    std::vector<double> losses; ///< mean loss of each step's batch, without the prior
};

namespace detail {
// The resolved sequences with a whole window, their labels, and what the rest of a model already says about
// them.
struct refine_data {
    windowed_sequences const& sequences;
    std::vector<std::uint32_t> rows;
    std::vector<double> labels;  // by place in rows, scaled
    std::vector<double> offsets; // by place in rows; empty = none
    bool binary = true;
    double mean = 0, deviation = 1; // real labels are scaled to mean 0 and variance 1
};

inline std::size_t longest_of(windowed_sequences const& s)
{
    std::size_t longest = 0;
    for (std::size_t i = 0; i < s.size(); ++i) longest = std::max(longest, s.end(i) - s.begin(i));
    return longest;
}

// log(exp(a) + exp(b)) of finite a; b may be minus infinity
inline double with_floor(double a, double b)
{
    return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

inline refine_data refine_data_of(windowed_sequences const& s, std::span<double const> labels,
                                  std::span<double const> offsets, std::size_t width)
{
    if (labels.size() != s.size() || (!offsets.empty() && offsets.size() != s.size()))
        throw error{"expected " + std::to_string(s.size()) + " labels, one a sequence, found " +
                    std::to_string(labels.size() != s.size() ? labels.size() : offsets.size())};
    refine_data d{s, {}, {}, {}, are_binary(labels)};
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (std::isnan(labels[i])) continue;
        bool whole = false;
        for (std::size_t p = s.begin(i); !whole && p + width <= s.end(i); ++p) whole = s.known(p) >= width;
        if (!whole) continue;
        d.rows.push_back(static_cast<std::uint32_t>(i));
        d.labels.push_back(labels[i]);
        if (!offsets.empty()) d.offsets.push_back(offsets[i]);
    }
    auto const n = static_cast<double>(d.rows.size());
    double const mean = std::accumulate(d.labels.begin(), d.labels.end(), 0.0) / n;
    double variance = 0;
    for (double const y : d.labels) variance += (y - mean) * (y - mean) / n;
    if (d.rows.empty() || !(variance > 0))
        throw error{"expected sequences of at least " + std::to_string(width) +
                    " bases without N, with labels that differ, found " +
                    (d.rows.empty()
                         ? std::string{"none"}
                         : std::to_string(d.rows.size()) + " with the label " + std::to_string(mean))};
    if (d.binary) return d;
    d.mean = mean;
    d.deviation = std::sqrt(variance);
    for (double& y : d.labels) y = (y - d.mean) / d.deviation;
    return d;
}

// The mean loss of some sequences (places in d.rows) and its gradient by all units, from one pass over them.
// Blocks of sequences are summed in order, so any number of threads gives the same bits.
template <class T = double, class Weights = motif_weights>
class bank_step {
public:
    bank_step(refine_data const& d, bool both_strands, thread_pool const& pool)
        : data_{d}, both_strands_{both_strands}, pool_{pool}
    {
    }
    struct sums {
        double loss = 0, bias = 0;
        std::vector<fitted_unit<Weights>> units; // their weights, slopes and floors hold derivatives
    };
    sums of(std::vector<fitted_unit<Weights>> const& units, double bias,
            std::span<std::uint32_t const> places)
    {
        constexpr std::size_t block = 64;
        std::size_t const count = (places.size() + block - 1) / block, all_units = units.size();
        std::vector<std::vector<word_table<T>>> tables;
        tables.reserve(all_units);
        for (auto const& u : units) tables.push_back(word_tables<T>(u.weights));
        blocks_.resize(std::max(blocks_.size(), count));
        pool_.for_items(count, [&](std::size_t b, std::size_t) {
            auto& mine = blocks_[b];
            mine.loss = mine.bias = 0;
            mine.units.resize(all_units);
            std::vector<scan> scores;
            scores.reserve(all_units);
            for (std::size_t u = 0; u < all_units; ++u) {
                mine.units[u].words.assign(tables[u].size(), word_table<T>{});
                mine.units[u].slope = mine.units[u].floor = 0;
                scores.emplace_back(tables[u], width_of(units[u].weights), both_strands_);
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
        for (std::size_t b = 0; b < count; ++b) {
            all.loss += blocks_[b].loss;
            all.bias += blocks_[b].bias;
        }
        all.loss /= n;
        all.bias /= n;
        for (std::size_t u = 0; u < all_units; ++u) {
            fitted_unit<Weights> to{zeros_like(units[u].weights), 0, 0};
            auto& words = blocks_[0].units[u].words;
            for (std::size_t b = 0; b < count; ++b) {
                auto const& from = blocks_[b].units[u];
                to.slope += from.slope;
                to.floor += from.floor;
                if (b == 0) continue;
                for (std::size_t t = 0; t < words.size(); ++t)
                    for (std::size_t word = 0; word < 256; ++word)
                        words[t].of[word] += from.words[t].of[word];
            }
            to.slope /= n;
            to.floor /= n;
            add_word_sums(words, to.weights);
            each_weight(to.weights, [n](double& x, bool) { x /= n; });
            all.units.push_back(std::move(to));
        }
        return all;
    }

private:
    using scan = window_scores<T, table_stride<Weights>>;
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

// The slope of a unit that has none yet: a fit gives it one, and a floor, that serve at first.
inline constexpr double no_slope_yet = 0;

// Fits units from what they are, and a bias beside them; slopes are fitted where they are free. Weights of
// pairs have a prior of their own.
template <class Weights>
bank_fit<Weights> fit_bank(std::vector<fitted_unit<Weights>> start, windowed_sequences const& sequences,
                           std::span<double const> labels, std::span<double const> offsets,
                           refine_options const& o, std::size_t steps, bool free_slopes)
{
    if (start.empty()) throw error{"expected motifs to fit together, found none"};
    if (o.batch == 0) throw error{"expected a batch of at least one sequence, found 0"};
    bank_fit<Weights> out;
    out.units = std::move(start);
    std::size_t widest = 1;
    for (auto const& u : out.units) widest = std::max(widest, width_of(u.weights));
    auto const data = refine_data_of(sequences, labels, offsets, widest);
    out.label_mean = data.mean;
    out.label_deviation = data.deviation;
    thread_pool const pool{threads{static_cast<int>(o.threads)}};
    bank_step<float, Weights> gradient{data, o.both_strands, pool};
    place_batches batches{data.rows.size(), o.batch, o.random};
    auto const& order = batches.order();

    // the slopes, where they are free, and the bias that serve the motifs as they are
    {
        std::size_t const some = std::min<std::size_t>(order.size(), 2048);
        auto const mean = [some](std::vector<double> const& x) {
            return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(some);
        };
        std::vector<double> added(some, 0.0), z(some);
        for (auto& u : out.units) {
            auto const tables = word_tables(u.weights);
            pool.for_blocks(some, 64, [&](std::size_t first, std::size_t last) {
                window_scores<double, table_stride<Weights>> scores{tables, width_of(u.weights),
                                                                    o.both_strands};
                for (std::size_t k = first; k < last; ++k)
                    z[k] = scores.occupancy(sequences, data.rows[order[k]]);
            });
            bool const begins = u.slope == no_slope_yet;
            // at first as high as the windows of most sequences add up to
            if (begins && o.with_floor) u.floor = mean(z);
            for (double& x : z) x = with_floor(x, u.floor);
            double const middle = mean(z);
            if (begins) {
                double spread = 0;
                for (double const x : z) spread += (x - middle) * (x - middle) / static_cast<double>(some);
                u.slope = free_slopes ? 0.5 / std::max(std::sqrt(spread), 0.5) : 1;
            }
            for (std::size_t k = 0; k < some; ++k) added[k] += u.slope * z[k];
            out.bias -= u.slope * middle;
        }
        out.bias = best_bias(
            out.bias, some, data.binary,
            [&](std::size_t k, double bias) {
                return (data.offsets.empty() ? 0 : data.offsets[order[k]]) + bias + added[k];
            },
            [&](std::size_t k) { return data.labels[order[k]]; });
    }

    struct unit_adam {
        std::vector<adam_number> weights;
        adam_number slope, floor;
    };
    std::vector<unit_adam> adam(out.units.size());
    for (std::size_t u = 0; u < adam.size(); ++u)
        each_weight(out.units[u].weights, [&](double&, bool) { adam[u].weights.emplace_back(); });
    std::vector<double> slopes; // of the loss, by the weights of a unit
    adam_number adam_bias;
    double const pull = 2 * o.prior / static_cast<double>(data.rows.size()),
                 pull_of_pairs = 2 * o.pair_prior / static_cast<double>(data.rows.size());
    for (std::size_t step = 0; step < steps; ++step) {
        auto g = gradient.of(out.units, out.bias, batches.next());
        out.losses.push_back(g.loss);
        double const rate = cosine_rate(o.rate, step, steps), t = static_cast<double>(step) + 1;
        for (std::size_t u = 0; u < adam.size(); ++u) {
            auto& unit = out.units[u];
            auto& by = g.units[u];
            if (o.symmetric) tie_halves(by.weights);
            slopes.clear();
            each_weight(by.weights, [&](double x, bool) { slopes.push_back(x); });
            std::size_t next = 0;
            each_weight(unit.weights, [&](double& x, bool of_pair) {
                x -= adam[u].weights[next].step(slopes[next] + (of_pair ? pull_of_pairs : pull) * x, rate, t);
                ++next;
            });
            if (free_slopes) unit.slope -= adam[u].slope.step(by.slope, rate, t);
            if (o.with_floor) unit.floor -= adam[u].floor.step(by.floor, rate, t);
        }
        out.bias -= adam_bias.step(g.bias, rate, t);
    }
    return out;
}

// The summed loss of the resolved sequences at their logits.
template <class Fit>
double summed_loss(Fit const& fit, std::span<double const> logits, std::span<double const> labels,
                   bool logistic)
{
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i)
        if (!std::isnan(labels[i]))
            sum += loss_at(logits[i], (labels[i] - fit.label_mean) / fit.label_deviation, logistic).first;
    return sum;
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
