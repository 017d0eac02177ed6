// A task combines a loss, a link, the measures of success and the rule for "well predicted".
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <explainn/core/ranking.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/train/losses.hpp>

namespace explainn::EXPLAINN_ABI {

/// One measure: its value for each output (empty where it belongs to rows) and over all outputs (the mean of
/// the values that exist).
struct named_measure {
    std::string name;
    std::vector<double> by_output;
    double overall = std::numeric_limits<double>::quiet_NaN();
};
/// What a model predicted and the labels: (N, O) each, NaN = missing label.
struct outcome_table {
    view<double const, 2> predictions; ///< after the task's link
    view<double const, 2> labels;
    extent rows() const { return labels.size(0); }
    extent outputs() const { return labels.size(1); }
};

namespace detail {

inline double mean_of_existing(std::vector<double> const& values)
{
    double sum = 0, count = 0;
    for (double const x : values)
        if (!std::isnan(x)) sum += x, count += 1;
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}
inline named_measure averaged(std::string name, std::vector<double> by_output)
{
    double const overall = mean_of_existing(by_output);
    return {std::move(name), std::move(by_output), overall};
}
/// The resolved pairs of label and prediction of one column.
struct pairs {
    std::vector<double> predictions, labels;
};
inline pairs column_pairs(outcome_table const& t, extent o)
{
    pairs p;
    for (extent n = 0; n < t.rows(); ++n)
        if (!std::isnan(t.labels(n, o)))
            p.predictions.push_back(t.predictions(n, o)), p.labels.push_back(t.labels(n, o));
    return p;
}
inline pairs row_pairs(outcome_table const& t, extent n)
{
    pairs p;
    for (extent o = 0; o < t.outputs(); ++o)
        if (!std::isnan(t.labels(n, o)))
            p.predictions.push_back(t.predictions(n, o)), p.labels.push_back(t.labels(n, o));
    return p;
}
inline double r_squared(pairs const& p)
{
    double mean = 0, left = 0, all = 0;
    for (double const y : p.labels) mean += y / static_cast<double>(p.labels.size());
    for (std::size_t i = 0; i < p.labels.size(); ++i) {
        left += (p.labels[i] - p.predictions[i]) * (p.labels[i] - p.predictions[i]);
        all += (p.labels[i] - mean) * (p.labels[i] - mean);
    }
    return all > 0 ? 1 - left / all : std::numeric_limits<double>::quiet_NaN();
}
template <class OfColumn>
named_measure by_column(std::string name, outcome_table const& t, OfColumn of)
{
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(t.outputs()));
    for (extent o = 0; o < t.outputs(); ++o) values.push_back(of(column_pairs(t, o)));
    return averaged(std::move(name), std::move(values));
}
/// Marks rows that are among the lowest (or highest) `percent` of a column both by label and by prediction.
/// This is the paper's rule for regression, applied to each column by itself (the reference implementation
/// mixed the columns).
inline void mark_ends(outcome_table const& t, extent o, double percent, std::vector<char>& rows)
{
    std::vector<extent> resolved;
    for (extent n = 0; n < t.rows(); ++n)
        if (!std::isnan(t.labels(n, o))) resolved.push_back(n);
    auto const count = static_cast<std::size_t>(static_cast<double>(resolved.size()) * percent / 100);
    for (double const sign : {1.0, -1.0}) {
        std::vector<char> hits(static_cast<std::size_t>(t.rows()), 0);
        for (auto const& values : {t.labels, t.predictions}) {
            auto order = resolved;
            sort_places(order, [&](extent a, extent b) { return sign * values(a, o) < sign * values(b, o); });
            for (std::size_t i = 0; i < count; ++i) ++hits[static_cast<std::size_t>(order[i])];
        }
        for (std::size_t n = 0; n < rows.size(); ++n)
            if (hits[n] == 2) rows[n] = 1;
    }
}

template <class... Losses>
struct accepts {
    template <class L>
    static constexpr bool loss = (std::same_as<L, Losses> || ...);
};
inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

} // namespace detail

/// A task: `T::loss_type` is its loss; `accepts::loss<L>` says whether another loss makes sense; link(row of
/// logits) turns logits into predictions in place; measures(table) and well_predicted(table) judge
/// predictions.
template <class T>
concept task_kind = requires(T const& t, std::span<double> row, outcome_table const& table) {
    typename T::loss_type;
    {
        T::name
    } -> std::convertible_to<char const*>;
    t.link(row);
    {
        t.measures(table)
    } -> std::same_as<std::vector<named_measure>>;
    {
        t.well_predicted(table)
    } -> std::same_as<std::vector<char>>;
};
/// Whether the loss fits the task: where this concept is required, a softmax on counts or a Poisson loss on
/// yes and no does not compile.
template <class L, class T>
concept loss_for = task_kind<T> && T::template loss<L>;

/// Yes or no for each output, independently. Link: sigmoid. Measures: AUROC and AUPRC. Well predicted: right
/// on every resolved label.
struct multilabel : detail::accepts<bce_with_logits, weighted_bce> {
    using loss_type = bce_with_logits;
    static constexpr char const* name = "multilabel";
    void link(std::span<double> row) const
    {
        for (double& x : row) x = detail::logistic(x);
    }
    std::vector<named_measure> measures(outcome_table const& t) const
    {
        std::vector<double> roc, pr;
        for (extent o = 0; o < t.outputs(); ++o) {
            auto const row = [](std::size_t n) { return static_cast<extent>(n); };
            auto const q = yes_or_no_quality(
                static_cast<std::size_t>(t.rows()), [&](std::size_t n) { return t.predictions(row(n), o); },
                [&](std::size_t n) { return t.labels(row(n), o); });
            roc.push_back(q.auroc);
            pr.push_back(q.average_precision);
        }
        return {detail::averaged("auroc", std::move(roc)), detail::averaged("auprc", std::move(pr))};
    }
    std::vector<char> well_predicted(outcome_table const& t) const
    {
        std::vector<char> rows;
        rows.reserve(static_cast<std::size_t>(t.rows()));
        for (extent n = 0; n < t.rows(); ++n) {
            bool right = true, any = false;
            for (extent o = 0; o < t.outputs(); ++o)
                if (double const y = t.labels(n, o); !std::isnan(y)) {
                    any = true;
                    right = right && (t.predictions(n, o) > 0.5) == (y > 0.5);
                }
            rows.push_back(right && any);
        }
        return rows;
    }
};
/// A single yes or no.
using binary = multilabel;

/// One class of several (columns are one-hot). Link: softmax. Measures: accuracy, macro F1, log loss. Well
/// predicted: the right class.
struct multiclass : detail::accepts<cross_entropy> {
    using loss_type = cross_entropy;
    static constexpr char const* name = "multiclass";
    void link(std::span<double> row) const
    {
        double const top = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (double& x : row) sum += x = std::exp(x - top);
        for (double& x : row) x /= sum;
    }
    std::vector<named_measure> measures(outcome_table const& t) const
    {
        auto const outputs = static_cast<std::size_t>(t.outputs());
        std::vector<double> both(outputs), said(outputs), is(outputs), f1(outputs);
        double right = 0, rows = 0, log_loss = 0;
        for (extent n = 0; n < t.rows(); ++n) {
            auto const truth = best(t.labels, n), guess = best(t.predictions, n);
            if (truth == outputs) continue;
            rows += 1;
            right += truth == guess;
            both[truth] += truth == guess;
            said[guess] += 1;
            is[truth] += 1;
            log_loss -= std::log(std::max(t.predictions(n, static_cast<extent>(truth)), 1e-300));
        }
        for (std::size_t o = 0; o < outputs; ++o)
            f1[o] = said[o] + is[o] > 0 ? 2 * both[o] / (said[o] + is[o])
                                        : std::numeric_limits<double>::quiet_NaN();
        return {
            {"accuracy", {}, right / rows}, detail::averaged("f1", f1), {"log_loss", {}, log_loss / rows}};
    }
    std::vector<char> well_predicted(outcome_table const& t) const
    {
        std::vector<char> rows;
        rows.reserve(static_cast<std::size_t>(t.rows()));
        for (extent n = 0; n < t.rows(); ++n)
            rows.push_back(best(t.labels, n) < static_cast<std::size_t>(t.outputs()) &&
                           best(t.labels, n) == best(t.predictions, n));
        return rows;
    }

private:
    // returns the first largest column, or the number of columns if a value is missing
    static std::size_t best(view<double const, 2> v, extent n)
    {
        std::size_t at = 0;
        for (extent o = 0; o < v.size(1); ++o) {
            if (std::isnan(v(n, o))) return static_cast<std::size_t>(v.size(1));
            if (v(n, o) > v(n, static_cast<extent>(at))) at = static_cast<std::size_t>(o);
        }
        return at;
    }
};

/// Real numbers by column. Link: identity. Measures: PCC, Spearman, R2. Well predicted: among both the lowest
/// or both the highest `percent` of a column.
struct regression : detail::accepts<mean_squared_error, huber> {
    using loss_type = mean_squared_error;
    static constexpr char const* name = "regression";
    double percent = 10;
    void link(std::span<double>) const {}
    std::vector<named_measure> measures(outcome_table const& t) const
    {
        return {
            detail::by_column("pcc", t, [](auto const& p) { return pearson(p.predictions, p.labels); }),
            detail::by_column("spearman", t, [](auto const& p) { return spearman(p.predictions, p.labels); }),
            detail::by_column("r2", t, detail::r_squared)};
    }
    std::vector<char> well_predicted(outcome_table const& t) const
    {
        std::vector<char> rows(static_cast<std::size_t>(t.rows()), 0);
        for (extent o = 0; o < t.outputs(); ++o) detail::mark_ends(t, o, percent, rows);
        return rows;
    }
};

/// A profile over the outputs of a row (AI-TAC's cell types). Link: identity. Measures: mean row PCC and rows
/// with PCC >= 0.75, as the paper counts them. Well predicted: row PCC above `least`.
struct profile : detail::accepts<pearson_loss, mean_squared_error> {
    using loss_type = pearson_loss;
    static constexpr char const* name = "profile";
    double least = 0.75;
    void link(std::span<double>) const {}
    std::vector<named_measure> measures(outcome_table const& t) const
    {
        std::vector<double> rows;
        double high = 0;
        for (extent n = 0; n < t.rows(); ++n) {
            rows.push_back(of_row(t, n));
            high += rows.back() >= 0.75;
        }
        return {{"row_pcc", {}, detail::mean_of_existing(rows)}, {"rows_pcc_0.75", {}, high}};
    }
    std::vector<char> well_predicted(outcome_table const& t) const
    {
        std::vector<char> rows;
        rows.reserve(static_cast<std::size_t>(t.rows()));
        for (extent n = 0; n < t.rows(); ++n) rows.push_back(of_row(t, n) > least);
        return rows;
    }

private:
    static double of_row(outcome_table const& t, extent n)
    {
        auto const p = detail::row_pairs(t, n);
        return p.labels.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                   : pearson(p.predictions, p.labels);
    }
};

/// Counts. Link: exp of the logit is the rate. Measures: mean Poisson deviance and PCC. Well predicted as in
/// a regression.
struct counts : detail::accepts<poisson_loss> {
    using loss_type = poisson_loss;
    static constexpr char const* name = "counts";
    double percent = 10;
    void link(std::span<double> row) const
    {
        for (double& x : row) x = std::exp(x);
    }
    std::vector<named_measure> measures(outcome_table const& t) const
    {
        return {detail::by_column("deviance", t, deviance),
                detail::by_column("pcc", t, [](auto const& p) { return pearson(p.predictions, p.labels); })};
    }
    std::vector<char> well_predicted(outcome_table const& t) const
    {
        return regression{{}, percent}.well_predicted(t);
    }

private:
    static double deviance(detail::pairs const& p)
    {
        double sum = 0;
        for (std::size_t i = 0; i < p.labels.size(); ++i) {
            double const y = p.labels[i], rate = p.predictions[i];
            sum += 2 * ((y > 0 ? y * std::log(y / rate) : 0) - (y - rate));
        }
        return p.labels.empty() ? std::numeric_limits<double>::quiet_NaN()
                                : sum / static_cast<double>(p.labels.size());
    }
};

} // namespace explainn::EXPLAINN_ABI
