// The losses where a correlation or a mean has no value, and sums compared with means.
#include <cmath>

#include <doctest/doctest.h>

#include <explainn/reference.hpp>
#include <explainn/train/losses.hpp>

#include "table.hpp"

namespace ex = explainn;
using doctest::Approx;
using small::missing;
using device = ex::reference<double>;

namespace {

struct of_loss {
    ex::loss_sum total;
    std::vector<double> gradient;
};
template <class Loss>
of_loss apply(Loss const& loss, ex::extent outputs, std::vector<double> const& logits,
              std::vector<float> const& labels)
{
    device b;
    of_loss r{{}, std::vector<double>(logits.size())};
    ex::extent const rows = static_cast<ex::extent>(logits.size()) / outputs;
    r.total = ex::total_of(b, loss, ex::view<double const, 2>{logits.data(), rows, outputs},
                           ex::view<float const, 2>{labels.data(), rows, outputs},
                           ex::view<double, 2>{r.gradient.data(), rows, outputs});
    return r;
}
auto const nan32 = static_cast<float>(missing);

} // namespace

TEST_CASE("the reference's defect 12: the Pearson loss of a single output has no term and no gradient")
{
    auto const r = apply(ex::pearson_loss{}, 1, {1, 2, 3}, {3, 2, 1});
    CHECK(r.total.count == 0);
    CHECK(r.total.sum == 0);
    CHECK(r.gradient == std::vector<double>{0, 0, 0});
}

TEST_CASE(
    "the reference's defect 12: constant rows add 1 and a gradient that leaves no direction out of bounds")
{
    // constant labels give no term; a constant prediction gives 1 and a finite gradient
    auto const labels_same = apply(ex::pearson_loss{}, 3, {1, 2, 4}, {5, 5, 5});
    CHECK(labels_same.total.sum == Approx(1));
    for (double const g : labels_same.gradient) CHECK(g == Approx(0));
    auto const logits_same = apply(ex::pearson_loss{}, 3, {2, 2, 2}, {1, 2, 3});
    CHECK(logits_same.total.sum == Approx(1));
    for (double const g : logits_same.gradient) CHECK(std::isfinite(g));
}

TEST_CASE("a missing label adds no term and no gradient to any loss")
{
    std::vector<double> const logits{1, 2, 4, 0, 1, -1};
    std::vector<float> const some{1, nan32, 0, 0, 1, 1};
    std::vector<float> const none(6, nan32);
    auto const hold = [&](auto const& loss, double terms) {
        auto const r = apply(loss, 3, logits, some);
        CHECK(r.total.count == terms);
        CHECK(std::isfinite(r.total.sum));
        CHECK(r.gradient[1] == 0);
        auto const nothing = apply(loss, 3, logits, none);
        CHECK(nothing.total.count == 0);
        CHECK(nothing.total.sum == 0);
        for (double const g : nothing.gradient) CHECK(g == 0);
    };
    hold(ex::bce_with_logits{}, 5);
    hold(ex::mean_squared_error{}, 5);
    hold(ex::huber{}, 5);
    hold(ex::poisson_loss{}, 5);
    hold(ex::pearson_loss{}, 2);
    hold(ex::cross_entropy{}, 1); // a row without all its labels has no term
}
