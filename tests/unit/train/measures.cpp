// Every task's measures compared with scikit-learn and scipy (benchmarks/peers/task_values.py), and cases in
// which they have no value.
#include <cmath>

#include <doctest/doctest.h>

#include "table.hpp"

namespace ex = explainn;
using doctest::Approx;
using small::missing;

namespace {

// 8 rows, 3 outputs
std::vector<double> const logits{2,    -1, 0.5, -0.5, 0.25, 1,     2, 3,    -2,  -3,   0.25, 0,
                                 0.75, -2, 4,   -1,   1.5,  -0.75, 0, -0.5, 2.5, 1.25, 0.25, -1.5};

void hold(std::vector<double> const& found, std::vector<double> const& expected)
{
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        if (std::isnan(expected[i])) CHECK(std::isnan(found[i]));
        else CHECK(found[i] == Approx(expected[i]).epsilon(1e-12));
    }
}
bool no_number(double x) { return std::isnan(x); }

} // namespace

TEST_CASE("multilabel: AUROC and AUPRC of every output, missing labels left out, none where a class lacks")
{
    ex::multilabel const task{};
    auto const t = small::linked(task, 3, logits, {1, 0, 1, 0, missing, 1, 0,       1, 1, 0, 1, missing,
                                                   1, 0, 1, 1, 1,       1, missing, 0, 1, 1, 0, 1});
    auto const all = task.measures(t.view());
    REQUIRE(all.size() == 2);
    hold(small::of(all, "auroc").by_output, {0.625, 0.958333333333333333, missing});
    hold(small::of(all, "auprc").by_output, {0.645833333333333333, 0.916666666666666667, missing});
    CHECK(small::of(all, "auroc").overall == Approx((0.625 + 0.958333333333333333) / 2).epsilon(1e-12));
}

TEST_CASE("multiclass: accuracy, F1 and log loss of the softmax")
{
    ex::multiclass const task{};
    auto const t = small::linked(task, 3, logits,
                                 {1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0});
    auto const all = task.measures(t.view());
    CHECK(small::of(all, "accuracy").overall == Approx(0.75));
    hold(small::of(all, "f1").by_output, {0.8, 2.0 / 3, 0.8});
    CHECK(small::of(all, "f1").overall == Approx(0.755555555555555556).epsilon(1e-12));
    CHECK(small::of(all, "log_loss").overall == Approx(0.797504730077311).epsilon(1e-12));
}

TEST_CASE("multiclass: a row without a label counts nowhere; a class that never comes has no F1")
{
    ex::multiclass const task{};
    auto const t =
        small::linked(task, 3, {3, 0, 0, 0, 3, 0, 0, 3, 0}, {1, 0, 0, missing, missing, missing, 0, 1, 0});
    auto const all = task.measures(t.view());
    CHECK(small::of(all, "accuracy").overall == 1);
    hold(small::of(all, "f1").by_output, {1, 1, missing});
    CHECK(task.well_predicted(t.view()) == std::vector<char>{1, 0, 1});
    auto const none = small::linked(task, 2, {1, 2}, {missing, missing});
    CHECK(no_number(small::of(task.measures(none.view()), "accuracy").overall));
    CHECK(no_number(small::of(task.measures(none.view()), "log_loss").overall));
}

TEST_CASE("regression: PCC, Spearman with ties and R2 by column")
{
    ex::regression const task{};
    std::vector<double> const labels{1.5, -1, 0.25, 0.5, 2, missing, 1,    2,    -2.5, -2, missing, 1,
                                     1,   -3, 3,    -2,  1, 0.5,     0.25, -0.5, 2,    3,  0.125,   -1};
    auto const t = small::linked(task, 3, logits, labels);
    auto const all = task.measures(t.view());
    hold(small::of(all, "pcc").by_output, {0.825107272146196, 0.855919266185251, 0.923476407831549});
    hold(small::of(all, "spearman").by_output, {0.866682583848347, 0.9, 0.892857142857143});
    hold(small::of(all, "r2").by_output, {0.632574295638749, 0.722635370671624, 0.781834372217275});
    auto const by_row = ex::profile{}.measures(t.view());
    CHECK(small::of(by_row, "row_pcc").overall == Approx(0.947241494857185).epsilon(1e-12));
    CHECK(small::of(by_row, "rows_pcc_0.75").overall == 7);
}

TEST_CASE("regression: a constant column has no correlation and does not spoil the mean of the others")
{
    ex::regression const task{};
    small::table const t{2, {1, 5, 2, 5, 4, 5}, {1, 7, 3, 8, 5, 9}};
    auto const all = task.measures(t.view());
    auto const pcc = small::of(all, "pcc");
    CHECK(no_number(pcc.by_output[1]));
    CHECK(pcc.overall == Approx(pcc.by_output[0]));
    small::table const same{1, {1, 2, 3}, {4, 4, 4}};
    CHECK(no_number(small::of(task.measures(same.view()), "r2").overall));
}

TEST_CASE("profile: constant rows, single outputs and rows without labels have no correlation")
{
    ex::profile const task{};
    small::table const t{3, {1, 2, 3, 1, 2, 3, 5, 5, 5, 1, 2, 4}, {2, 4, 6, 7, 7, 7, 1, 2, 3, 1, missing, 3}};
    auto const all = task.measures(t.view());
    CHECK(small::of(all, "row_pcc").overall ==
          Approx(1)); // of the first row and the last, which has two labels
    CHECK(small::of(all, "rows_pcc_0.75").overall == 2);
    CHECK(task.well_predicted(t.view()) == std::vector<char>{1, 0, 0, 1});
    small::table const single{1, {1, 2}, {1, 2}};
    CHECK(no_number(small::of(task.measures(single.view()), "row_pcc").overall));
    CHECK(small::of(task.measures(single.view()), "rows_pcc_0.75").overall == 0);
    CHECK(task.well_predicted(single.view()) == std::vector<char>{0, 0});
}

TEST_CASE("profile: a row at exactly 0.75 is among those counted, and not among those above 0.75")
{
    // r = 3/4: x = (1, 0, -1, 0), y = a (1, 0, -1, 0) + b (0, 1, 0, -1) with a / sqrt(a^2 + b^2) = 3/4 is not
    // exact in binary, so the row is found with the threshold set to its own value
    small::table const t{3, {1, 2, 4}, {1, 3, 2}};
    double const r = ex::pearson(t.predictions, t.labels);
    ex::profile task{};
    task.least = r;
    CHECK(task.well_predicted(t.view()) == std::vector<char>{0});
    task.least = std::nextafter(r, -1.0);
    CHECK(task.well_predicted(t.view()) == std::vector<char>{1});
}

TEST_CASE("counts: mean Poisson deviance and PCC of rates; a count of zero has no logarithm")
{
    ex::counts const task{};
    std::vector<double> const labels{9, 0, 1,  1, 1, missing, 5, 22, 0, 0, missing, 1,
                                     2, 0, 40, 0, 6, 1,       1, 0,  9, 3, 2,       0};
    auto const t = small::linked(task, 3, logits, labels);
    auto const all = task.measures(t.view());
    hold(small::of(all, "deviance").by_output, {0.290998581627113, 0.467087817540878, 0.95439903464495});
    hold(small::of(all, "pcc").by_output, {0.934119759145559, 0.997063044496676, 0.999792758784875});
    small::table const none{1, {1, 2}, {missing, missing}};
    CHECK(no_number(small::of(task.measures(none.view()), "deviance").overall));
}
