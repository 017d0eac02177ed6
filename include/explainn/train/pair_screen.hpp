// Which pairs of units a model would gain by: a look at all of them in one pass over the data.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/model/with_pairs.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// A pair of units and how much a term over both would explain of what the model gets wrong.
struct screened_pair {
    unit_pair pair{}; ///< first < second, within their bank
    extent output{};  ///< the output of the model for which the score is largest
    /// (sum of r p)^2 / (sum of p^2 x mean of r^2), with r the residuals of that output and p a product of
    /// both units in a sequence: of the order of 1 for a pair that says nothing (a score test with one degree
    /// of freedom).
    double score{};
    friend bool operator==(screened_pair const&, screened_pair const&) = default;
};

namespace detail {

/// Sums over sequences from which the score of every pair of features follows. Features are taken less a
/// shift near their mean, so that no digits are lost in the differences of large sums.
class pair_sums {
public:
    pair_sums(std::size_t features, std::size_t outputs)
        : features_{features}, outputs_{outputs}, shift_(features), sum_(features), residual_(outputs),
          squared_(outputs), weighted_(outputs * features), both_(features * features),
          square_and_(features * features), squares_(features * features),
          residual_both_(outputs * features * features)
    {
    }

    /// Adds n sequences: x (n, features), r (n, outputs). Each feature's sums are the work of one thread.
    template <class B>
    void add(B& b, std::vector<double> x, std::vector<double> const& r)
    {
        std::size_t const n = r.size() / outputs_;
        if (count_ == 0)
            for (std::size_t f = 0; f < features_; ++f) {
                for (std::size_t i = 0; i < n; ++i) shift_[f] += x[i * features_ + f];
                shift_[f] /= static_cast<double>(n);
            }
        for (std::size_t i = 0; i < x.size(); ++i) x[i] -= shift_[i % features_];
        count_ += static_cast<double>(n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t o = 0; o < outputs_; ++o) {
                residual_[o] += r[i * outputs_ + o];
                squared_[o] += r[i * outputs_ + o] * r[i * outputs_ + o];
            }
        b.for_units(static_cast<extent>(features_), [&](extent first, extent last) {
            for (extent f = first; f < last; ++f) add_feature(static_cast<std::size_t>(f), n, x, r);
        });
    }

    /// The score of features i and j for an output; 0 where one of them never changes.
    double score(std::size_t i, std::size_t j, std::size_t o) const
    {
        std::size_t const ij = i * features_ + j, ji = j * features_ + i;
        double const a = sum_[i] / count_, c = sum_[j] / count_; // what the means are above the shifts
        double const hit = residual_both_[o * features_ * features_ + ij] - c * weighted_[o * features_ + i] -
                           a * weighted_[o * features_ + j] + a * c * residual_[o];
        double const ii = both_[i * features_ + i], jj = both_[j * features_ + j];
        double const size = squares_[ij] - 2 * c * square_and_[ij] - 2 * a * square_and_[ji] + c * c * ii +
                            a * a * jj + 4 * a * c * both_[ij] - 2 * a * c * c * sum_[i] -
                            2 * a * a * c * sum_[j] + count_ * a * a * c * c;
        double const noise = squared_[o] / count_;
        return size > 0 && noise > 0 ? hit * hit / (size * noise) : 0;
    }

private:
    void add_feature(std::size_t f, std::size_t n, std::vector<double> const& x, std::vector<double> const& r)
    {
        double *const both = both_.data() + f * features_,
                      *const square_and = square_and_.data() + f * features_,
                      *const squares = squares_.data() + f * features_;
        for (std::size_t i = 0; i < n; ++i) {
            double const* const row = x.data() + i * features_;
            double const one = row[f], two = one * one;
            sum_[f] += one;
            for (std::size_t g = 0; g < features_; ++g) {
                both[g] += one * row[g];
                square_and[g] += two * row[g];
                squares[g] += two * (row[g] * row[g]);
            }
        }
        for (std::size_t o = 0; o < outputs_; ++o) {
            double* const to = residual_both_.data() + (o * features_ + f) * features_;
            for (std::size_t i = 0; i < n; ++i) {
                double const* const row = x.data() + i * features_;
                double const weight = r[i * outputs_ + o] * row[f];
                weighted_[o * features_ + f] += weight;
                for (std::size_t g = f + 1; g < features_; ++g) to[g] += weight * row[g];
            }
        }
    }

    std::size_t features_, outputs_;
    double count_ = 0;
    std::vector<double> shift_;              ///< (F)
    std::vector<double> sum_;                ///< (F): of x
    std::vector<double> residual_, squared_; ///< (O): of r, of r^2
    std::vector<double> weighted_;           ///< (O, F): of r x
    std::vector<double> both_;               ///< (F, F): of x(i) x(j)
    std::vector<double> square_and_;         ///< (F, F): of x(i)^2 x(j)
    std::vector<double> squares_;            ///< (F, F): of x(i)^2 x(j)^2
    std::vector<double> residual_both_;      ///< (O, F, F): of r x(i) x(j), for i < j
};

/// Sums for the products of the cells of two units that lie close together: the second at the place of the
/// first, or at most `near` cells behind it. Every ordered pair has its own, so that order counts.
class near_sums {
public:
    static constexpr std::size_t near = 3;
    near_sums(std::size_t units, std::size_t cells, std::size_t outputs)
        : units_{units}, cells_{cells}, outputs_{outputs}, shift_(units * cells), squared_(outputs),
          squares_(units * units), hits_(outputs * units * units)
    {
    }

    /// Adds n sequences: x (n, units, cells), r (n, outputs). Each unit's sums are the work of one thread.
    template <class B>
    void add(B& b, std::vector<double> x, std::vector<double> const& r)
    {
        std::size_t const n = r.size() / outputs_, each = units_ * cells_;
        if (count_ == 0)
            for (std::size_t i = 0; i < x.size(); ++i) shift_[i % each] += x[i] / static_cast<double>(n);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] -= shift_[i % each];
        count_ += static_cast<double>(n);
        for (std::size_t i = 0; i < r.size(); ++i) squared_[i % outputs_] += r[i] * r[i];
        behind_.assign(n * each, 0.0); // (n, cells, units): sums of a cell and the `near` behind it
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t u = 0; u < units_; ++u)
                for (std::size_t l = 0; l < cells_; ++l)
                    for (std::size_t k = l; k < std::min(cells_, l + near + 1); ++k)
                        behind_[(i * cells_ + l) * units_ + u] += x[i * each + u * cells_ + k];
        b.for_units(static_cast<extent>(units_), [&](extent first, extent last) {
            std::vector<double> products(units_);
            for (extent u = first; u < last; ++u) add_unit(static_cast<std::size_t>(u), n, x, r, products);
        });
    }
    /// The score of units i and j, in this order, for an output; 0 where they never meet.
    double score(std::size_t i, std::size_t j, std::size_t o) const
    {
        double const hit = hits_[(o * units_ + i) * units_ + j], size = squares_[i * units_ + j],
                     noise = squared_[o] / count_;
        return size > 0 && noise > 0 ? hit * hit / (size * noise) : 0;
    }

private:
    void add_unit(std::size_t u, std::size_t n, std::vector<double> const& x, std::vector<double> const& r,
                  std::vector<double>& products)
    {
        for (std::size_t i = 0; i < n; ++i) {
            std::fill(products.begin(), products.end(), 0.0);
            for (std::size_t l = 0; l < cells_; ++l) {
                double const here = x[(i * units_ + u) * cells_ + l];
                double const* const behind = behind_.data() + (i * cells_ + l) * units_;
                for (std::size_t v = 0; v < units_; ++v) products[v] += here * behind[v];
            }
            double* const squares = squares_.data() + u * units_;
            for (std::size_t v = 0; v < units_; ++v) squares[v] += products[v] * products[v];
            for (std::size_t o = 0; o < outputs_; ++o) {
                double const weight = r[i * outputs_ + o];
                double* const hits = hits_.data() + (o * units_ + u) * units_;
                for (std::size_t v = 0; v < units_; ++v) hits[v] += weight * products[v];
            }
        }
    }

    std::size_t units_, cells_, outputs_;
    double count_ = 0;
    std::vector<double> shift_;   ///< (U, L): the means of the first sequences
    std::vector<double> squared_; ///< (O): of r^2
    std::vector<double> squares_; ///< (U, U): of p^2
    std::vector<double> hits_;    ///< (O, U, U): of r p
    std::vector<double> behind_;
};

/// A copy of a model that keeps the cells of all units of its last bank of units, if it is `bank`, while it
/// computes its logits: every unit is in some pair of a bank behind it. None where that bank has no cells.
template <backend B>
std::optional<basic_model<B>> model_with_cells(basic_model<B>& m, int bank)
{
    auto const& rows = m.rows();
    auto const& of = rows.bank(bank);
    bool const own = std::ranges::any_of(rows.layers, [](auto const& l) { return l.what == kind::own; });
    if (own || bank_of_pairs(rows.banks, static_cast<int>(rows.banks.size())) != bank ||
        layer_of_cells(rows.layers, of) < 0)
        return std::nullopt;
    if constexpr (runs<B, op::pair_cells>) {
        std::vector<unit_pair> pairs;
        for (extent u = 0; u < of.units; u += 2) pairs.push_back({u, (u + 1) % of.units});
        return with_pairs(m, pairs, layers_of(unit<dense<1>>{}), seed{1}, m.device());
    } else return std::nullopt;
}

} // namespace detail

/// Scores every pair of units of a bank by what the residuals of the model say about both, in one pass over
/// the rows; the best first, and of equal scores the first units. Residuals are the gradient of `loss`, with
/// the other sign (label minus prediction for cross-entropy and squared error); a missing label has none. The
/// model reads the strand that is given.
///
/// A pair has the best score of three products p: that of both units' outputs, each less its mean (of several
/// outputs the best), which sees that motifs count together; and those of the cells of one unit and the cells
/// of the other at the same place or at most three behind, each less its mean over the first batch, for
/// either order, which see what stands close together in one order. There are no cells where nothing stands
/// before a unit's dense layer, where the bank is not the last that reads an input, or beside layers of a
/// user's own. Throws error for a bank there is not, for one of a single unit, for data without labels, and
/// where the data do not fit the model.
///
///     auto const pairs = screen_pairs(m, part{data, rows}, bce_with_logits{});
///     std::vector<unit_pair> const chosen = best_pairs(pairs, 10);
template <backend B, class Loss, labelled_data Data>
    requires loss<Loss, B>
std::vector<screened_pair> screen_pairs(basic_model<B>& m, part<Data> const& p, Loss const& l, int bank = 0,
                                        std::size_t batch = 256)
{
    using T = typename B::scalar;
    auto const& of = m.rows().bank(bank);
    if (of.units < 2)
        throw error{"expected at least two units to pair in bank " + std::to_string(bank) + ", found " +
                    std::to_string(of.units)};
    if (p.data.outputs() == 0 || p.rows.empty())
        throw error{"expected labelled rows to screen pairs of units, found none"};
    auto const size = [](auto n) { return static_cast<std::size_t>(n); };
    std::size_t const each = size(of.out.channels) * size(of.out.positions), units = size(of.units),
                      features = units * each, outputs = size(m.outputs());
    auto with_cells = detail::model_with_cells(m, bank);
    auto& reader = with_cells ? *with_cells : m;
    int const last = static_cast<int>(reader.rows().banks.size()) - 1;
    shape const cell_shape =
        with_cells ? m.rows().layer(detail::layer_of_cells(m.rows().layers, of)).in : shape{0, 0};
    std::size_t const channels = size(cell_shape.channels), cells = size(cell_shape.positions);
    detail::pair_sums sums{features, outputs};
    detail::near_sums near{with_cells ? units : 0, cells, outputs};
    auto& b = reader.device();
    auto gradient = b.template make<T>(batch * outputs);
    auto labels = b.template make<float>(batch * outputs);
    auto totals = b.template make<double>(2);
    std::vector<T> on_host, residuals;
    evaluator<B>{reader, {.both_strands = false, .batch = batch}}.on_device(p, [&](std::size_t,
                                                                                   view<T const, 2> logits,
                                                                                   host_batch const& some) {
        std::size_t const n = size(logits.size(0));
        view<T, 2> const slope{gradient.data(), logits.size(0), logits.size(1)};
        b.upload(labels.data(), some.labels.data(), some.labels.size());
        l(b, loss_call<T>{.logits = logits,
                          .labels = view<float, 2>{labels.data(), logits.size(0), logits.size(1)},
                          .gradient = slope,
                          .totals = {totals.data(), 2}});
        residuals.resize(slope.count());
        b.download(residuals.data(), gradient.data(), residuals.size());
        auto const y = reader.run().unit_outputs(bank, logits.size(0)); // (U, n, outputs of a unit)
        on_host.resize(y.count());
        fetch(b, on_host.data(), y.data, on_host.size());
        std::vector<double> x(n * features), r(residuals.size());
        for (std::size_t u = 0; u < units; ++u)
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t k = 0; k < each; ++k)
                    x[i * features + u * each + k] = static_cast<double>(on_host[(u * n + i) * each + k]);
        for (std::size_t i = 0; i < r.size(); ++i) r[i] = -static_cast<double>(residuals[i]);
        sums.add(b, std::move(x), r);
        if (!with_cells) return;
        auto const z = reader.run().pair_cells(last, logits.size(0)); // (pairs, n, 2 C, L)
        on_host.resize(z.count());
        fetch(b, on_host.data(), z.data, on_host.size());
        std::vector<double> tracks(n * units * cells); // channels are added up
        for (std::size_t u = 0; u < units; ++u)
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t c = 0; c < channels; ++c)
                    for (std::size_t k = 0; k < cells; ++k)
                        tracks[(i * units + u) * cells + k] += static_cast<double>(
                            on_host[(((u / 2) * n + i) * 2 * channels + (u % 2) * channels + c) * cells + k]);
        near.add(b, std::move(tracks), r);
    });
    std::vector<screened_pair> all;
    for (std::size_t u = 0; u < units; ++u)
        for (std::size_t v = u + 1; v < units; ++v) {
            screened_pair best{{static_cast<extent>(u), static_cast<extent>(v)}, 0, -1};
            for (std::size_t o = 0; o < outputs; ++o) {
                double score = with_cells ? std::max(near.score(u, v, o), near.score(v, u, o)) : 0;
                for (std::size_t i = u * each; i < (u + 1) * each; ++i)
                    for (std::size_t j = v * each; j < (v + 1) * each; ++j)
                        score = std::max(score, sums.score(i, j, o));
                if (score <= best.score) continue;
                best.output = static_cast<extent>(o);
                best.score = score;
            }
            all.push_back(best);
        }
    std::ranges::stable_sort(all, [](auto const& x, auto const& y) { return x.score > y.score; });
    return all;
}

/// The first `most` pairs of a screen, all of them where there are fewer.
inline std::vector<unit_pair> best_pairs(std::span<screened_pair const> screened, std::size_t most)
{
    std::vector<unit_pair> pairs;
    for (auto const& each : screened.first(std::min(most, screened.size()))) pairs.push_back(each.pair);
    return pairs;
}

} // namespace explainn::EXPLAINN_ABI
