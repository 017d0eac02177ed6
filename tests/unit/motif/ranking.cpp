// AUROC, average precision and Spearman's correlation against their definitions.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <explainn/core/ranking.hpp>
#include <explainn/core/rng.hpp>

namespace {
namespace ex = explainn;

TEST_CASE("AUROC is the share of pairs in order, ties half; average precision is the sum over thresholds")
{
    ex::random_numbers draw{ex::seed{41}, ex::stream::tests};
    for (int round = 0; round < 50; ++round) {
        std::size_t const n = 2 + draw.below(60);
        std::uint32_t const levels = 1 + draw.below(20);
        std::vector<double> scores;
        std::vector<std::uint8_t> labels;
        for (std::size_t i = 0; i < n; ++i) {
            scores.push_back(draw.below(levels));
            labels.push_back(static_cast<std::uint8_t>(draw.below(3)));
        }
        double pairs = 0, good = 0, positives = 0, precision = 0;
        for (std::size_t i = 0; i < n; ++i) {
            if (labels[i] != 1) continue;
            positives += 1;
            double above = 0, positives_above = 0;
            for (std::size_t j = 0; j < n; ++j) {
                if (labels[j] > 1) continue;
                above += scores[j] >= scores[i];
                positives_above += labels[j] == 1 && scores[j] >= scores[i];
                if (labels[j] == 1) continue;
                pairs += 1;
                good += scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0;
            }
            precision += positives_above / above;
        }
        if (pairs > 0) CHECK(ex::auroc(scores, labels) == doctest::Approx(good / pairs));
        else CHECK(std::isnan(ex::auroc(scores, labels)));
        if (positives > 0)
            CHECK(ex::average_precision(scores, labels) == doctest::Approx(precision / positives));
        else CHECK(std::isnan(ex::average_precision(scores, labels)));
    }
}

TEST_CASE("ranks share ties, Spearman leaves NaN out")
{
    CHECK(ex::ranks(std::vector{3.0, 1.0, 3.0, 2.0}) == std::vector{3.5, 1.0, 3.5, 2.0});
    CHECK(ex::spearman(std::vector{1.0, 2.0, 3.0, 9.0}, std::vector{1.0, 8.0, 27.0, 100.0}) ==
          doctest::Approx(1));
    CHECK(ex::spearman(std::vector{1.0, 2.0, 3.0, 4.0}, std::vector{1.0, 3.0, 2.0, 4.0}) ==
          doctest::Approx(0.8));
    CHECK(ex::spearman(std::vector{1.0, 2.0, std::nan("")}, std::vector{2.0, 1.0, 5.0}) ==
          doctest::Approx(-1));
    CHECK(std::isnan(ex::spearman(std::vector{1.0, 1.0}, std::vector{1.0, 2.0})));
}

TEST_CASE("the order of scores: highest first, ties as they came, NaN last")
{
    std::vector<double> const scores{1, std::nan(""), 3, 1};
    CHECK(ex::descending_order(scores) == std::vector<std::uint32_t>{2, 0, 3, 1});
}

} // namespace
