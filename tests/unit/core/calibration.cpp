// Calibration by hand, at the ends, and of predictions that are right by construction.
#include <cmath>

#include <doctest/doctest.h>

#include <explainn/core/calibration.hpp>
#include <explainn/core/rng.hpp>

namespace ex = explainn;

TEST_CASE("calibration by hand")
{
    // three predictions below .5 of which one is 1, two above of which both are; one label does not count
    std::vector<double> const p{0.1, 0.2, 0.3, 0.5, 1, 0.7}, y{0, 1, 0, 1, 1, NAN};
    auto const c = ex::calibration_of(p, y, 2);
    REQUIRE(c.counts == std::vector<std::size_t>{3, 2});
    CHECK(c.predicted[0] == doctest::Approx(0.2));
    CHECK(c.observed[0] == doctest::Approx(1.0 / 3));
    CHECK(c.predicted[1] == doctest::Approx(0.75));
    CHECK(c.observed[1] == 1);
    CHECK(c.expected_error == doctest::Approx((3 * (1.0 / 3 - 0.2) + 2 * 0.25) / 5));
    CHECK(std::isnan(ex::calibration_of({}, {}).expected_error));
    CHECK_THROWS_WITH(ex::calibration_of(p, std::vector<double>(2)),
                      "expected a prediction for each of 2 labels, found 6");
    CHECK_THROWS_WITH(ex::calibration_of(p, y, 0),
                      "expected at least one part of the probabilities, found none");
    CHECK_THROWS_WITH(ex::calibration_of(std::vector{1.5}, std::vector{1.0}),
                      "expected probabilities from 0 to 1, found 1.500000");
}

TEST_CASE("labels that are drawn with the predicted probabilities are calibrated, others are not")
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests, 5};
    std::vector<double> p, right, always;
    for (int i = 0; i < 100000; ++i) {
        p.push_back(draw.uniform());
        right.push_back(draw.uniform() < p.back() ? 1 : 0);
        always.push_back(1);
    }
    CHECK(ex::calibration_of(p, right).expected_error < 0.01);
    CHECK(ex::calibration_of(p, always).expected_error == doctest::Approx(0.5).epsilon(0.01));
}
