// window_statistics, conv_statistics and fold_norm.
#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

TEST_CASE("window_statistics of AAC, by hand")
{
    ex::reference<double> b;
    std::vector<ex::letter> const s{0, 0, 1};
    std::vector<double> mean(8), covariance(64);
    run(b, ex::op::window_statistics<double>{.sequences = {s.data(), 1, 3},
                                             .mean = {mean.data(), 8},
                                             .covariance = {covariance.data(), 8, 8}});
    // windows AA and AC: A first always, then A or C; places are c * 2 + k
    CHECK(mean == std::vector<double>{1, 0.5, 0, 0.5, 0, 0, 0, 0});
    CHECK(covariance[1 * 8 + 1] == 0.25);
    CHECK(covariance[1 * 8 + 3] == -0.25);
    CHECK(covariance[0 * 8 + 1] == 0);
}

TEST_CASE_TEMPLATE("window_statistics", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 0;
    for (extent const n : {1, 2, 17, 130})
        for (extent const w : {1, 2, 3, 5, 7, 8, 19, 20, 26, 31})
            for (extent const more : {0, 1, 38})
                for (bool const has_n : {false, true}) {
                    if (n == 130 && w != 5 && w != 19) continue; // the slow version takes too long
                    CAPTURE(n);
                    CAPTURE(w);
                    CAPTURE(more);
                    test::agrees<B>(number++, [&](auto& d) {
                        using T = typename std::decay_t<decltype(d)>::T;
                        auto const s = d.letters(n, w + more, has_n);
                        auto const mean = d.template out<double>("mean", 4 * w);
                        auto const covariance = d.template out<double>("covariance", 4 * w, 4 * w);
                        d.difference_of(1);
                        run(d.backend, ex::op::window_statistics<T>{
                                           .sequences = s, .mean = mean, .covariance = covariance});
                    });
                }
}

TEST_CASE_TEMPLATE("conv_statistics", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 100;
    for (extent const u : {1, 3, 8, 16, 17, 33})
        for (extent const w : {1, 4, 19, 26}) {
            CAPTURE(u);
            CAPTURE(w);
            test::agrees<B>(number++, [&](auto& d) {
                using T = typename std::decay_t<decltype(d)>::T;
                auto const s = d.letters(9, w + 11, true);
                auto const window_mean = d.template out<double>("window mean", 4 * w);
                auto const covariance = d.template out<double>("window covariance", 4 * w, 4 * w);
                auto const weight = d.rough(u, 4 * w);
                auto const bias = d.rough(u);
                auto const mean = d.out("mean", u), variance = d.out("variance", u);
                auto const covariance_weight = d.out("covariance_weight", u, 4 * w);
                run(d.backend, ex::op::window_statistics<T>{
                                   .sequences = s, .mean = window_mean, .covariance = covariance});
                run(d.backend, ex::op::conv_statistics<T>{.window_mean = window_mean,
                                                          .window_covariance = covariance,
                                                          .weight = weight,
                                                          .bias = bias,
                                                          .mean = mean,
                                                          .variance = variance,
                                                          .covariance_weight = covariance_weight});
            });
        }
}

TEST_CASE_TEMPLATE("conv_statistics are those of the responses", B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    test::on_device<B> d{b, 3};
    extent const u = 5, n = 7, w = 6, length = 20, windows = length - w + 1;
    auto const s = d.letters(n, length, true);
    auto const weight = d.random(u, 4 * w);
    auto const bias = d.random(u), mean = d.out("mean", u), variance = d.out("variance", u);
    auto const window_mean = d.template out<double>("", 4 * w);
    auto const covariance = d.template out<double>("", 4 * w, 4 * w);
    run(b, ex::op::window_statistics<T>{.sequences = s, .mean = window_mean, .covariance = covariance});
    run(b, ex::op::conv_statistics<T>{.window_mean = window_mean,
                                      .window_covariance = covariance,
                                      .weight = weight,
                                      .bias = bias,
                                      .mean = mean,
                                      .variance = variance,
                                      .covariance_weight = d.out("", u, 4 * w)});
    auto const x = d.out("", 1, n, 4, length), c = d.out("", u, n, 1, windows),
               y = d.out("", u, n, 1, windows);
    auto const ones = d.template values<T>(std::vector<T>(5, T(1)), u, 1);
    auto const mean2 = d.out("", u, 1), variance2 = d.out("", u, 1);
    run(b, ex::op::one_hot<T>{.sequences = s, .y = x});
    run(b, ex::op::conv<T>{.x = x, .weight = weight.as(u, 1, 4, w), .bias = bias.as(u, 1), .y = c});
    run(b, ex::op::batch_norm<T>{.x = c,
                                 .gamma = ones,
                                 .beta = ones,
                                 .batch_statistics = true,
                                 .mean = mean2,
                                 .variance = variance2,
                                 .y = y});
    for (extent i = 0; i < u; ++i) {
        auto const k = static_cast<std::size_t>(i);
        CHECK(d.read(mean)[k] == doctest::Approx(d.read(mean2)[k]).epsilon(test::tolerance<T>));
        CHECK(d.read(variance)[k] == doctest::Approx(d.read(variance2)[k]).epsilon(test::tolerance<T>));
    }
}

TEST_CASE_TEMPLATE("fold_norm", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 200;
    for (extent const u : {1, 3, 8, 16, 17, 33, 100})
        for (bool const norm : {true, false}) {
            CAPTURE(u);
            CAPTURE(norm);
            test::agrees<B>(number++, [&](auto& d) {
                using D = std::decay_t<decltype(d)>;
                using T = typename D::T;
                ex::op::fold_norm<T> a{};
                if (norm) {
                    a.gamma = d.rough(u);
                    a.beta = d.rough(u);
                    a.mean = d.rough(u);
                    a.variance = d.positive(u);
                }
                a.bias = d.rough(u);
                a.epsilon = 1e-3;
                a.scale = d.out("scale", u);
                a.shift = d.out("shift", u);
                // only batch norm uses a standard deviation
                a.inv_sd = norm ? d.out("inv_sd", u) : d.random(u);
                run(d.backend, a);
            });
        }
}
