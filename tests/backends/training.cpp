// update_running, bce_with_logits, the steps of optimizers, and what else is done to parameters.
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {
template <class D>
using scalar = typename std::decay_t<D>::T;
constexpr extent counts[]{1, 2, 7, 8, 15, 16, 17, 33, 1000};
} // namespace

TEST_CASE_TEMPLATE("update_running", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts) {
        CAPTURE(n);
        test::agrees<B>(11000, [&](auto& d) {
            auto const mean = d.rough(n), variance = d.positive(n), running = d.rough(n),
                       running2 = d.positive(n);
            d.watch("mean", running);
            d.watch("variance", running2);
            run(d.backend, ex::op::update_running<scalar<decltype(d)>>{.mean = mean,
                                                                       .variance = variance,
                                                                       .count = 7,
                                                                       .running_mean = running,
                                                                       .running_variance = running2});
        });
    }
}

TEST_CASE("bce_with_logits of large logits does not overflow")
{
    ex::reference<float> b;
    std::vector<float> const x{200, -200, 200, 0}, labels{1, 0, 0, NAN};
    std::vector<float> gradient(4);
    std::vector<double> totals(2);
    run(b, ex::op::bce_with_logits<float>{.logits = {x.data(), 1, 4},
                                          .labels = {labels.data(), 1, 4},
                                          .gradient = {gradient.data(), 1, 4},
                                          .totals = {totals.data(), 2}});
    CHECK(totals == std::vector<double>{200, 3});
    CHECK(gradient[2] == doctest::Approx(1.0 / 3));
    CHECK(gradient[3] == 0);
}

TEST_CASE_TEMPLATE("bce_with_logits", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 11100;
    for (extent const n : {1, 2, 3, 17, 100})
        for (extent const o : {1, 3, 8, 50})
            for (int const kind : {0, 1, 2, 3}) {
                CAPTURE(n);
                CAPTURE(o);
                CAPTURE(kind);
                test::agrees<B>(number++, [&](auto& d) {
                    using T = scalar<decltype(d)>;
                    std::vector<double> labels(static_cast<std::size_t>(n * o));
                    for (auto& y : labels) y = d.draw.below(2);
                    if (kind == 1)
                        for (auto& y : labels) y = d.draw.below(3) == 0 ? NAN : d.draw.below(256) / 256.0;
                    if (kind == 3)
                        for (auto& y : labels) y = NAN; // no label: no loss, and no gradient
                    ex::op::bce_with_logits<T> a{};
                    std::vector<double> logits(labels.size());
                    for (auto& x : logits) x = d.draw.below(1 << 16) / 2048.0 - 16;
                    a.logits = d.template values<T>(logits, n, o);
                    a.labels = d.template values<float>(labels, n, o);
                    a.divisor = kind == 2 ? 1000 : 0;
                    if (kind != 2 || n % 2 == 0) a.gradient = d.out("gradient", n, o);
                    a.totals = d.template out<double>("totals", 2);
                    run(d.backend, a);
                });
            }
}

TEST_CASE_TEMPLATE("adam_step", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (double const decay : {0.0, 0.1})
            for (std::int64_t const step : {1, 2, 1000}) {
                CAPTURE(n);
                CAPTURE(step);
                test::agrees<B>(11500, [&](auto& d) {
                    auto const parameter = d.rough(n), gradient = d.rough(n), first = d.rough(n),
                               second = d.positive(n);
                    d.watch("parameter", parameter);
                    d.watch("first", first);
                    d.watch("second", second);
                    run(d.backend, ex::op::adam_step<scalar<decltype(d)>>{.parameter = parameter,
                                                                          .gradient = gradient,
                                                                          .first = first,
                                                                          .second = second,
                                                                          .learning_rate = 0.01,
                                                                          .decoupled_decay = decay,
                                                                          .step = step});
                });
            }
}

TEST_CASE("the first step of Adam is the learning rate against the gradient's sign")
{
    ex::reference<double> b;
    std::vector<double> p{1, 1, 1}, g{5, -0.25, 0}, first(3), second(3);
    run(b, ex::op::adam_step<double>{.parameter = {p.data(), 3},
                                     .gradient = {g.data(), 3},
                                     .first = {first.data(), 3},
                                     .second = {second.data(), 3},
                                     .learning_rate = 0.1});
    CHECK(p[0] == doctest::Approx(0.9));
    CHECK(p[1] == doctest::Approx(1.1));
    CHECK(p[2] == 1);
}

TEST_CASE_TEMPLATE("sgd_step", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (double const momentum : {0.0, 0.9})
            for (bool const nesterov : {false, true}) {
                CAPTURE(n);
                CAPTURE(momentum);
                CAPTURE(nesterov);
                test::agrees<B>(11800, [&](auto& d) {
                    ex::op::sgd_step<scalar<decltype(d)>> a{};
                    a.parameter = d.rough(n);
                    a.gradient = d.rough(n);
                    d.watch("parameter", a.parameter);
                    if (momentum > 0) {
                        a.velocity = d.rough(n);
                        d.watch("velocity", a.velocity);
                    }
                    a.learning_rate = 0.25;
                    a.momentum = momentum;
                    a.nesterov = momentum > 0 && nesterov;
                    run(d.backend, a);
                });
            }
}

TEST_CASE_TEMPLATE("rmsprop_step", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (double const momentum : {0.0, 0.9}) {
            CAPTURE(n);
            CAPTURE(momentum);
            test::agrees<B>(11900, [&](auto& d) {
                ex::op::rmsprop_step<scalar<decltype(d)>> a{};
                a.parameter = d.rough(n);
                a.gradient = d.rough(n);
                a.square = d.positive(n);
                d.watch("parameter", a.parameter);
                d.watch("square", a.square);
                if (momentum > 0) {
                    a.velocity = d.rough(n);
                    d.watch("velocity", a.velocity);
                }
                a.learning_rate = 0.25;
                a.alpha = 0.75;
                a.momentum = momentum;
                run(d.backend, a);
            });
        }
}

TEST_CASE_TEMPLATE("moving_average", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (double const decay : {0.0, 0.1, 0.999}) {
            CAPTURE(n);
            CAPTURE(decay);
            test::agrees<B>(12000, [&](auto& d) {
                auto const value = d.rough(n), average = d.rough(n);
                d.watch("average", average);
                run(d.backend, ex::op::moving_average<scalar<decltype(d)>>{
                                   .value = value, .decay = decay, .average = average});
            });
        }
}

TEST_CASE("a moving average begins as a copy, whatever stood there")
{
    ex::cpu<float> b;
    std::vector<float> const value{1, -2, 3};
    std::vector<float> average{NAN, INFINITY, 0};
    run(b, ex::op::moving_average<float>{.value = {value.data(), 3}, .average = {average.data(), 3}});
    CHECK(average == value);
}

TEST_CASE_TEMPLATE("scale_and_clamp", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (int const kind : {0, 1, 2}) {
            CAPTURE(n);
            CAPTURE(kind);
            test::agrees<B>(12100, [&](auto& d) {
                ex::op::scale_and_clamp<scalar<decltype(d)>> a{};
                a.x = d.rough(n);
                d.watch("x", a.x);
                if (kind != 1) a.factor = 0.375;
                if (kind == 1) a.least = 0;
                if (kind == 2) a.least = -0.125, a.most = 0.125;
                run(d.backend, a);
            });
        }
}

TEST_CASE_TEMPLATE("sum_of_squares", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts) {
        CAPTURE(n);
        test::agrees<B>(12200, [&](auto& d) {
            run(d.backend, ex::op::sum_of_squares<scalar<decltype(d)>>{
                               .x = d.rough(n), .total = d.template out<double>("total", 1)});
        });
    }
}
