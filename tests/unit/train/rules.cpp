// Which losses a task takes, its link, and its rule for "well predicted".
#include <cmath>

#include <doctest/doctest.h>

#include <explainn/interpret/well_predicted.hpp>

#include "table.hpp"

namespace ex = explainn;
using doctest::Approx;
using small::missing;

static_assert(ex::task_kind<ex::binary> && ex::task_kind<ex::multilabel> && ex::task_kind<ex::multiclass>);
static_assert(ex::task_kind<ex::regression> && ex::task_kind<ex::profile> && ex::task_kind<ex::counts>);
static_assert(!ex::task_kind<int> && !ex::task_kind<ex::cross_entropy>);

static_assert(ex::loss_for<ex::bce_with_logits, ex::multilabel>);
static_assert(ex::loss_for<ex::cross_entropy, ex::multiclass>);
static_assert(ex::loss_for<ex::mean_squared_error, ex::regression> &&
              ex::loss_for<ex::huber, ex::regression>);
static_assert(ex::loss_for<ex::pearson_loss, ex::profile> &&
              ex::loss_for<ex::mean_squared_error, ex::profile>);
static_assert(ex::loss_for<ex::poisson_loss, ex::counts>);
static_assert(!ex::loss_for<ex::cross_entropy, ex::counts>, "a softmax on counts");
static_assert(!ex::loss_for<ex::poisson_loss, ex::multilabel>, "a Poisson loss on yes and no");
static_assert(!ex::loss_for<ex::bce_with_logits, ex::multiclass>);
static_assert(!ex::loss_for<ex::pearson_loss, ex::regression>, "one output has no correlation in a row");
static_assert(!ex::loss_for<ex::mean_squared_error, int>);

TEST_CASE_TEMPLATE("a task's own loss is one it takes", Task, ex::multilabel, ex::multiclass, ex::regression,
                   ex::profile, ex::counts)
{
    CHECK(ex::loss_for<typename Task::loss_type, Task>);
    CHECK(std::string_view{Task::name} != "");
}

TEST_CASE("the reference's defect 8: every task has the link of its loss, not a sigmoid")
{
    std::vector<double> const logits{0.5, -1, 2};
    auto x = logits;
    ex::multilabel{}.link(x);
    for (std::size_t i = 0; i < 3; ++i) CHECK(x[i] == Approx(1 / (1 + std::exp(-logits[i]))));
    x = logits;
    ex::multiclass{}.link(x);
    double const sum = std::exp(0.5) + std::exp(-1) + std::exp(2);
    for (std::size_t i = 0; i < 3; ++i) CHECK(x[i] == Approx(std::exp(logits[i]) / sum));
    x = logits;
    ex::counts{}.link(x);
    for (std::size_t i = 0; i < 3; ++i) CHECK(x[i] == Approx(std::exp(logits[i])));
    x = logits;
    ex::regression{}.link(x);
    ex::profile{}.link(x);
    CHECK(x == logits);
    // large logits stay probabilities
    x = {1000, 0, -1000};
    ex::multiclass{}.link(x);
    CHECK(x == std::vector<double>{1, 0, 0});
}

TEST_CASE("multilabel: well predicted rows are right on every label they have")
{
    small::table const t{2,
                         {0.9, 0.1, 0.9, 0.6, 0.2, 0.7, 0.9, 0.1, 0.5, 0.5},
                         {1, 0, 1, 0, 0, missing, missing, missing, 0, 0}};
    // one wrong; all that exist right; none exists; a probability of a half counts as no
    CHECK(ex::multilabel{}.well_predicted(t.view()) == std::vector<char>{1, 0, 1, 0, 1});
}

TEST_CASE("the reference's defect 8: both ends by percentile are taken column by column")
{
    // column 0 is ordered as its labels; the model reverses column 1; the values of column 1 are so large
    // that they would dominate a ranking over all columns
    small::table t{2, {}, {}};
    for (int n = 0; n < 10; ++n) {
        t.labels.insert(t.labels.end(), {static_cast<double>(n), 1000.0 + n});
        t.predictions.insert(t.predictions.end(), {static_cast<double>(n), 2000.0 - n});
    }
    CHECK(ex::regression{{}, 20}.well_predicted(t.view()) == std::vector<char>{1, 1, 0, 0, 0, 0, 0, 0, 1, 1});
    CHECK(ex::counts{{}, 20}.well_predicted(t.view()) == std::vector<char>{1, 1, 0, 0, 0, 0, 0, 0, 1, 1});
    CHECK(ex::regression{{}, 9}.well_predicted(t.view()) == std::vector<char>(10, 0)); // less than a row
}

TEST_CASE("the reference's defect 10: rows without a correlation do not shift those behind them")
{
    // constant labels, constant predictions, one label alone; then two rows that are predicted well, with one
    // that is not between them
    double const rise = 1, fall = -1;
    ex::outcomes seen{3, {}, {}};
    auto const row = [&](std::vector<double> const& predictions, std::vector<double> const& labels) {
        seen.predictions.insert(seen.predictions.end(), predictions.begin(), predictions.end());
        seen.labels.insert(seen.labels.end(), labels.begin(), labels.end());
    };
    row({1, 2, 3}, {5, 5, 5});
    row({2, 2, 2}, {1, 2, 3});
    row({1, 2, 3}, {missing, missing, 3});
    row({0, rise, 2 * rise}, {1, 2, 3});
    row({0, fall, 2 * fall}, {1, 2, 3});
    row({0, rise, 2 * rise}, {4, 5, 6});
    std::vector<std::uint32_t> const rows{70, 71, 72, 80, 81, 90}; // of a data set
    CHECK(ex::well_predicted(seen, rows, ex::profile{}) == std::vector<std::uint32_t>{80, 90});
}

TEST_CASE("percentiles count the rows with a label")
{
    small::table t{1, {}, {}};
    for (int n = 0; n < 20; ++n) {
        t.labels.push_back(n % 2 == 0 ? n : missing);
        t.predictions.push_back(n);
    }
    std::vector<char> expected(20, 0);
    expected[0] = expected[18] = 1; // one in ten of the ten
    CHECK(ex::regression{}.well_predicted(t.view()) == expected);
}

TEST_CASE("the reference's defect 8: a single well predicted sequence is a list of one")
{
    small::table const t{1, {0.9, 0.9, 0.1}, {0, 1, 1}};
    CHECK(ex::multilabel{}.well_predicted(t.view()) == std::vector<char>{0, 1, 0});
    small::table const one{3, {1, 2, 3}, {1, 2, 3}};
    CHECK(ex::profile{}.well_predicted(one.view()) == std::vector<char>{1});
    small::table const empty{1, {}, {}};
    CHECK(ex::multilabel{}.well_predicted(empty.view()).empty());
    CHECK(ex::regression{}.well_predicted(empty.view()).empty());
    CHECK(std::isnan(small::of(ex::multilabel{}.measures(empty.view()), "auroc").overall));
}
