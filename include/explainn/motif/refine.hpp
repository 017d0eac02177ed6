// Discriminative refinement: a motif is fitted to labelled sequences, as the weights of a regression on its
// occupancy.
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

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/pool.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/adam_fit.hpp>
#include <explainn/motif/first_order.hpp>
#include <explainn/motif/occupancy.hpp>
#include <explainn/motif/palindrome.hpp>
#include <explainn/motif/pseudocount.hpp>
#include <explainn/motif/score.hpp>
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a motif is refined. The defaults are those that did best on ChIP-seq and arrays (docs/refinement.md).
struct refine_options {
    double start_bits = 0.25;      ///< columns at both ends of the given motif below this are cut before
    std::size_t free_columns = 2;  ///< background columns that are then added at each end
    std::size_t most_columns = 20; ///< of which at most so many are kept; 14 where no sequence has 100 bases
    std::size_t least_columns = 1; ///< a motif keeps at least so many columns, whatever its ends hold
    double end_bits = 0.1;         ///< columns at both ends of the refined motif below this are cut
    std::size_t steps = 300;       ///< steps of Adam
    std::size_t batch = 256;       ///< sequences in a step
    double rate = 0.1;             ///< the first learning rate; it falls to 0 along a cosine
    double prior = 1; ///< the loss has prior / N times the sum of squared weights, N sequences being resolved
    double pair_prior = 10;    ///< refine_dinucleotides: the same for weights of pairs of columns
    bool symmetric = false;    ///< a palindrome stays one: both halves have the same weights, around the
                               ///< centre where the given motif is most like its own reverse complement
    bool with_floor = true;    ///< a sequence without a site counts as the floor says, and not as its windows
                               ///< add up to by chance
    bool both_strands = true;  ///< windows of both strands count
    std::size_t starts = 3;    ///< refine_in_turn: candidates that are refined for the first place
    std::size_t screened = 12; ///< refine_in_turn: candidates that get a short fit for the first place; half
                               ///< as many do for each next one
    std::size_t patience = 2;  ///< refine_in_turn: it ends after so many motifs in a row that add too little
                               ///< to the sequences of its judge
    double least_rise = 0; ///< refine_in_turn: it ends where no candidate's occupancy has a correlation with
                           ///< what is left of more than this many times 1 / sqrt(sequences); 0: it goes on
    double rare_prior = 0; ///< refine_in_turn with a judge: the prior of a second fit, for motifs that few
                           ///< positives hold, such as 0.1; 0: there is none
    double rare_below = 0.65; ///< the first place gets it where its AUROC is below this, as where three of
                              ///< ten positives hold the motif
    std::size_t rare_columns = 5; ///< background columns that a third fit adds at each end of what the first
                                  ///< two gave
    double rare_gain = 1;    ///< nats that the judge's summed loss must be less by for another fit to stay
    seed random{1};          ///< the order of sequences
    std::size_t threads = 0; ///< 0 = as default_thread_count() says
};

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

// The mean loss of some sequences (places in d.rows), and its gradient. Blocks of sequences are summed in
// order, so any number of threads gives the same bits. Windows are scored in numbers of type T.
template <class T = double, class Weights = motif_weights>
class refine_step {
public:
    refine_step(refine_data const& d, bool both_strands, thread_pool const& pool)
        : data_{d}, both_strands_{both_strands}, pool_{pool}
    {
    }
    struct sums {
        double loss = 0, bias = 0, slope = 0, floor = 0;
        Weights weights;
    };
    sums of(Weights const& w, double slope, double bias, std::span<std::uint32_t const> places,
            double floor = -std::numeric_limits<double>::infinity())
    {
        constexpr std::size_t block = 64;
        std::size_t const count = (places.size() + block - 1) / block;
        auto const tables = word_tables<T>(w);
        blocks_.resize(std::max(blocks_.size(), count));
        pool_.for_items(count, [&](std::size_t b, std::size_t) {
            auto& mine = blocks_[b];
            mine.words.assign(tables.size(), word_table<T>{});
            mine.loss = mine.bias = mine.slope = mine.floor = 0;
            scan scores{tables, width_of(w), both_strands_};
            for (std::size_t k = b * block; k < std::min(places.size(), (b + 1) * block); ++k) {
                std::size_t const at = places[k];
                double const z = scores.occupancy(data_.sequences, data_.rows[at], static_cast<T>(floor));
                double const offset = data_.offsets.empty() ? 0 : data_.offsets[at];
                auto const [loss, g] = loss_at(offset + bias + slope * z, data_.labels[at], data_.binary);
                mine.loss += loss;
                mine.bias += g;
                mine.slope += g * z;
                mine.floor += g * slope * scores.floor_share();
                scores.add_gradient(data_.sequences, g * slope, mine.words);
            }
        });
        sums all;
        all.weights = zeros_like(w);
        for (std::size_t b = 0; b < count; ++b) {
            all.loss += blocks_[b].loss;
            all.bias += blocks_[b].bias;
            all.slope += blocks_[b].slope;
            all.floor += blocks_[b].floor;
            if (b == 0) continue;
            for (std::size_t t = 0; t < tables.size(); ++t)
                for (std::size_t word = 0; word < 256; ++word)
                    blocks_[0].words[t].of[word] += blocks_[b].words[t].of[word];
        }
        add_word_sums(blocks_[0].words, all.weights);
        auto const n = static_cast<double>(places.size());
        all.loss /= n;
        all.bias /= n;
        all.slope /= n;
        all.floor /= n;
        each_weight(all.weights, [n](double& x, bool) { x /= n; });
        return all;
    }

private:
    using scan = window_scores<T, table_stride<Weights>>;
    struct block_sums {
        std::vector<word_table<T>> words;
        double loss = 0, bias = 0, slope = 0, floor = 0;
    };
    refine_data const& data_;
    bool both_strands_;
    thread_pool const& pool_;
    std::vector<block_sums> blocks_;
};

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

inline motif_weights weights_at_start(motif const& m, refine_options const& o, std::size_t longest)
{
    std::size_t const most =
        std::min(longest < 100 ? std::min<std::size_t>(o.most_columns, 14) : o.most_columns, longest);
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

// A fit of weights of any shape, and what it ended with.
template <class Weights>
struct weights_fit {
    Weights weights;
    double slope = 1, bias = 0, floor = -std::numeric_limits<double>::infinity();
    double label_mean = 0, label_deviation = 1;
    std::vector<double> losses; // mean loss of each step's batch, without the prior
};

// Fits weights from what they are at the start. Weights of pairs have a prior of their own.
template <class Weights>
weights_fit<Weights> fit_weights(Weights start, windowed_sequences const& sequences,
                                 std::span<double const> labels, refine_options const& o,
                                 std::span<double const> offsets)
{
    if (o.batch == 0) throw error{"expected a batch of at least one sequence, found 0"};
    weights_fit<Weights> out;
    out.weights = std::move(start);
    std::size_t const width = width_of(out.weights);
    auto const data = refine_data_of(sequences, labels, offsets, std::max<std::size_t>(width, 1));
    out.label_mean = data.mean;
    out.label_deviation = data.deviation;
    thread_pool const pool{threads{static_cast<int>(o.threads)}};
    refine_step<float, Weights> gradient{data, o.both_strands, pool};
    bool const free_slope = !data.binary || !data.offsets.empty();

    place_batches batches{data.rows.size(), o.batch, o.random};
    auto const& order = batches.order();

    // the bias (and the slope, where it is free) that serve the motif as it is
    {
        std::size_t const some = std::min<std::size_t>(order.size(), 2048);
        std::vector<double> z(some);
        auto const tables = word_tables(out.weights);
        pool.for_blocks(some, 64, [&](std::size_t first, std::size_t last) {
            window_scores<double, table_stride<Weights>> scores{tables, width, o.both_strands};
            for (std::size_t k = first; k < last; ++k)
                z[k] = scores.occupancy(sequences, data.rows[order[k]]);
        });
        double middle = std::accumulate(z.begin(), z.end(), 0.0) / static_cast<double>(some);
        if (o.with_floor) { // at first as high as the windows of most sequences add up to
            out.floor = middle;
            for (double& x : z) x = with_floor(x, out.floor);
            middle = std::accumulate(z.begin(), z.end(), 0.0) / static_cast<double>(some);
        }
        double spread = 0;
        for (double const x : z) spread += (x - middle) * (x - middle) / static_cast<double>(some);
        if (free_slope) out.slope = 0.5 / std::max(std::sqrt(spread), 0.5);
        out.bias = best_bias(
            -out.slope * middle, some, data.binary,
            [&](std::size_t k, double bias) {
                double const offset = data.offsets.empty() ? 0 : data.offsets[order[k]];
                return offset + bias + out.slope * z[k];
            },
            [&](std::size_t k) { return data.labels[order[k]]; });
    }

    std::vector<adam_number> adam;
    each_weight(out.weights, [&](double&, bool) { adam.emplace_back(); });
    std::vector<double> slopes(adam.size());
    adam_number adam_bias, adam_slope, adam_floor;
    for (std::size_t step = 0; step < o.steps; ++step) {
        auto g = gradient.of(out.weights, out.slope, out.bias, batches.next(), out.floor);
        if (o.symmetric) tie_halves(g.weights);
        out.losses.push_back(g.loss);
        double const rate = cosine_rate(o.rate, step, o.steps);
        double const t = static_cast<double>(step) + 1;
        double const pull = 2 * o.prior / static_cast<double>(data.rows.size()),
                     pull_of_pairs = 2 * o.pair_prior / static_cast<double>(data.rows.size());
        std::size_t next = 0;
        each_weight(g.weights, [&](double x, bool) { slopes[next++] = x; });
        next = 0;
        each_weight(out.weights, [&](double& x, bool of_pair) {
            x -= adam[next].step(slopes[next] + (of_pair ? pull_of_pairs : pull) * x, rate, t);
            ++next;
        });
        out.bias -= adam_bias.step(g.bias, rate, t);
        if (free_slope) out.slope -= adam_slope.step(g.slope, rate, t);
        if (o.with_floor) out.floor -= adam_floor.step(g.floor, rate, t);
    }
    return out;
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
