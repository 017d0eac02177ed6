// p-values of rankings.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include <explainn/core/rank_tests.hpp>
#include <explainn/core/rng.hpp>

namespace ex = explainn;

TEST_CASE(
    "the p-value of Mann and Whitney is that of its formula, ties and labels that do not count included")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    // the formula worked out apart, rank by rank
    CHECK(ex::mann_whitney_p(std::vector{3.0, 4.0, 1.0, 2.0}, std::vector{1.0, 1.0, 0.0, 0.0}) ==
          doctest::Approx(0.1226390584).epsilon(1e-6));
    std::vector<double> const scores{3, 5, 5, 7, 9, 2, 1, 2, 2, 5, 4, 100, -100};
    std::vector<double> const labels{1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, nan, 0.5};
    CHECK(ex::mann_whitney_p(scores, labels) == doctest::Approx(0.0569515723).epsilon(1e-6));
    CHECK(ex::mann_whitney_p(std::vector{1.0, 1.0}, std::vector{1.0, 0.0}) == 1);
    CHECK(std::isnan(ex::mann_whitney_p(std::vector{1.0, 2.0}, std::vector{1.0, 1.0})));
    CHECK(std::isnan(ex::mann_whitney_p({}, {})));
}

TEST_CASE("p-values of strangers are uniform: at most their share is small")
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    int small = 0, small_of_correlation = 0;
    constexpr int runs = 2000;
    for (int run = 0; run < runs; ++run) {
        std::vector<double> scores(60), labels(60), real(60);
        for (std::size_t i = 0; i < scores.size(); ++i) {
            scores[i] = std::floor(draw.uniform() * 20); // with ties
            labels[i] = i % 2 == 0;
            real[i] = draw.uniform();
        }
        small += ex::mann_whitney_p(scores, labels) <= 0.05;
        small_of_correlation += ex::spearman_p(scores, real) <= 0.05;
    }
    CHECK(small > 0.03 * runs);
    CHECK(small < 0.065 * runs);
    CHECK(small_of_correlation > 0.03 * runs);
    CHECK(small_of_correlation < 0.065 * runs);
    CHECK(ex::spearman_p(std::vector{1.0, 2.0, 3.0, 4.0}, std::vector{1.0, 2.0, 3.0, 4.0}) ==
          doctest::Approx(0.04163226).epsilon(1e-6)); // 1 - normal CDF of sqrt(3)
    CHECK(std::isnan(ex::spearman_p(std::vector{1.0, 2.0}, std::vector{1.0, 2.0})));
}

TEST_CASE("Fisher's test: the sum over all draws, at the edges, small for many")
{
    CHECK(ex::fisher_p(8, 10, 9, 10) ==
          doctest::Approx(460.0 / 167960).epsilon(1e-9)); // (45 * 10 + 10) / C(20, 9)
    CHECK(ex::fisher_p(0, 10, 9, 10) == doctest::Approx(1));
    CHECK(ex::fisher_p(3, 3, 3, 3) == doctest::Approx(1.0 / 20));
    CHECK(ex::fisher_p(4, 3, 4, 3) == 0);
    CHECK(ex::fisher_p(0, 0, 0, 0) == doctest::Approx(1));
    CHECK(ex::fisher_p(25, 500, 26, 500) < 1e-6);
    // all draws together
    double sum = 0;
    for (std::size_t k = 0; k <= 6; ++k) sum += ex::fisher_p(k, 6, 5, 7) - ex::fisher_p(k + 1, 6, 5, 7);
    CHECK(sum == doctest::Approx(1));
}
