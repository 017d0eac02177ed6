// update_running, losses and their totals, the steps of optimizers, other ops on parameters, and the dropout
// of a share of a batch.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

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

namespace {
/// Ranges with gaps between them: of one element, of some vectors, and of a vector and a few elements, at
/// another rate and without decay; they end before n does.
std::vector<ex::parameter_run> some_runs(extent n)
{
    std::vector<ex::parameter_run> runs;
    std::size_t at = 0, k = 0;
    std::size_t const lengths[]{1, 33, 16, 100, 7};
    for (std::size_t const all = static_cast<std::size_t>(n); at < all; ++k) {
        std::size_t const count = std::min(lengths[k % 5], all - at);
        runs.push_back({at, count, k % 2 == 0 ? 1.0 : 0.5, k % 3 != 0});
        at += count + k % 2;
    }
    return runs;
}
/// The numbers that change from step to step, on the device.
template <class D>
auto step_of(D& d, ex::step_values const& v)
{
    return d.structs(std::vector<ex::step_values>{v});
}
} // namespace

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
    CHECK(gradient[2] == doctest::Approx(1));
    CHECK(gradient[3] == 0);
}

TEST_CASE_TEMPLATE("bce_with_logits", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 11100;
    for (extent const n : {1, 2, 3, 17, 100})
        for (extent const o : {1, 3, 8, 50})
            for (int const kind : {0, 1, 2, 3, 4}) {
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
                    if (kind != 4) a.totals = d.template out<double>("totals", 2);
                    if (kind == 2) a.weight = 0.25;
                    if (kind < 2 || kind == 3 || (kind == 2 && n % 2 == 0))
                        a.gradient = d.out("gradient", n, o);
                    if (kind == 4) { // some columns, added to the numbers that are there
                        a.first = o / 3;
                        a.count = std::max<extent>(o / 2, 1);
                        a.weight = 3;
                        a.add = true;
                        a.gradient = d.rough(n, o); // the gradient of the other columns stays unchanged
                        d.watch("gradient of some columns", a.gradient);
                        a.totals = d.template values<double>(std::vector<double>{1000, 100}, 2);
                        d.watch("added totals", a.totals);
                    }
                    run(d.backend, a);
                });
            }
}

TEST_CASE_TEMPLATE("divide_by_count", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (double const count : {0.0, 1.0, 7.0, 4999.0}) {
            CAPTURE(n);
            CAPTURE(count);
            test::agrees<B>(11300, [&](auto& d) {
                ex::op::divide_by_count<scalar<decltype(d)>> a{};
                a.totals = d.template values<double>(std::vector<double>{3, count}, 2);
                a.x = d.rough(n, extent{3});
                d.watch("x", a.x);
                run(d.backend, a);
            });
        }
}

TEST_CASE_TEMPLATE("add_totals names the first batch whose sum is no number", B, EXPLAINN_TEST_BACKENDS)
{
    B b;
    std::vector<double> sums{1, 2, 0}, total{0.5, 3};
    auto const add = [&](std::int64_t batch, double sum) {
        total[0] = sum;
        ex::step_values const now{.batch = batch};
        run(b, ex::op::add_totals<typename B::scalar>{
                   .totals = {total.data(), 2}, .now = {&now, 1}, .sums = {sums.data(), 3}});
    };
    add(4, 0.5);
    CHECK(sums == std::vector<double>{1.5, 5, 0});
    add(5, INFINITY);
    add(6, NAN);
    CHECK(sums[1] == 11);
    CHECK(sums[2] == 5);
    std::vector<double> two{1, 2};
    run(b, ex::op::add_totals<typename B::scalar>{.totals = {total.data(), 2}, .sums = {two.data(), 2}});
    CHECK(two[1] == 5);
}

TEST_CASE_TEMPLATE("mean_of_strands", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (bool const first : {true, false}) {
            CAPTURE(n);
            test::agrees<B>(11400, [&](auto& d) {
                ex::op::mean_of_strands<scalar<decltype(d)>> a{};
                a.strand = d.rough(n, extent{2});
                a.y = d.rough(n, extent{2});
                a.first = first;
                d.watch("y", a.y);
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
                    run(d.backend, ex::op::adam_step<scalar<decltype(d)>>{
                                       .parameter = parameter,
                                       .gradient = gradient,
                                       .first = first,
                                       .second = second,
                                       .runs = d.structs(some_runs(n)),
                                       .now = step_of(d, {.learning_rate = 0.01, .step = step}),
                                       .decoupled_decay = decay});
                });
            }
}

TEST_CASE("the first step of Adam is the learning rate against the gradient's sign")
{
    ex::reference<double> b;
    std::vector<double> p{1, 1, 1, 1}, g{5, -0.25, 0, 1}, first(4), second(4);
    ex::parameter_run const three{0, 3};
    ex::step_values const now{.learning_rate = 0.1, .step = 1};
    run(b, ex::op::adam_step<double>{.parameter = {p.data(), 4},
                                     .gradient = {g.data(), 4},
                                     .first = {first.data(), 4},
                                     .second = {second.data(), 4},
                                     .runs = {&three, 1},
                                     .now = {&now, 1}});
    CHECK(p[0] == doctest::Approx(0.9));
    CHECK(p[1] == doctest::Approx(1.1));
    CHECK(p[2] == 1);
    CHECK(p[3] == 1);
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
                    a.runs = d.structs(some_runs(n));
                    a.now = step_of(d, {.learning_rate = 0.25});
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
                a.runs = d.structs(some_runs(n));
                a.now = step_of(d, {.learning_rate = 0.25});
                a.alpha = 0.75;
                a.momentum = momentum;
                run(d.backend, a);
            });
        }
}

TEST_CASE_TEMPLATE("moving_average", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : {1, 2, 7, 8, 15, 16, 17, 33, 1000, 40000})
        for (double const decay : {0.0, 0.1, 0.999}) {
            CAPTURE(n);
            CAPTURE(decay);
            test::agrees<B>(12000, [&](auto& d) {
                auto const value = d.rough(n), average = d.rough(n);
                d.watch("average", average);
                run(d.backend,
                    ex::op::moving_average<scalar<decltype(d)>>{
                        .value = value, .now = step_of(d, {.average_decay = decay}), .average = average});
            });
        }
}

TEST_CASE_TEMPLATE("a moving average begins as a copy, whatever stood there", B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    std::vector<T> const value{1, -2, 3};
    std::vector<T> average{NAN, INFINITY, 0};
    ex::step_values const now{};
    run(b, ex::op::moving_average<T>{
               .value = {value.data(), 3}, .now = {&now, 1}, .average = {average.data(), 3}});
    CHECK(average == value);
}

TEST_CASE_TEMPLATE("add_sign", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts) {
        CAPTURE(n);
        test::agrees<B>(12050, [&](auto& d) {
            ex::op::add_sign<scalar<decltype(d)>> a{};
            a.parameter = d.whole(n); // some are 0
            a.gradient = d.rough(n);
            a.runs = d.structs(some_runs(n));
            a.amount = 0.3;
            d.watch("gradient", a.gradient);
            run(d.backend, a);
        });
    }
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
                a.runs = d.structs(some_runs(n));
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
            auto const runs = some_runs(n);
            run(d.backend, ex::op::sum_of_squares<scalar<decltype(d)>>{
                               .x = d.rough(n),
                               .runs = d.structs(runs),
                               .sums = d.template out<double>("sums", static_cast<extent>(runs.size()))});
        });
    }
}

TEST_CASE_TEMPLATE("clip_norm", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const n : counts)
        for (double const most : {0.5, 1e9}) {
            CAPTURE(n);
            CAPTURE(most);
            test::agrees<B>(12300, [&](auto& d) {
                ex::op::clip_norm<scalar<decltype(d)>> a{};
                a.x = d.rough(n);
                d.watch("x", a.x);
                a.squares = d.template values<double>(std::vector<double>{4, 0, 2.5}, 3);
                a.most = most;
                a.runs = d.structs(some_runs(n));
                run(d.backend, a);
            });
        }
}

TEST_CASE_TEMPLATE("dropout of a share is that of the whole, and its step may lie on the device", B,
                   EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    for (extent const f : {1, 7, 16, 100}) {
        extent const n = 50, u = 3;
        CAPTURE(f);
        std::vector<T> const x(static_cast<std::size_t>(u * n * f), T(1));
        std::vector<T> whole(x.size());
        ex::dropout_mask mask{.rate = 0.4, .from = {9}, .layer = 2, .step = 5, .unit = 1};
        run(b, ex::op::dropout<T>{.x = {x.data(), u, n, f}, .mask = mask, .y = {whole.data(), u, n, f}});
        ex::view<T, 3> const all{whole.data(), u, n, f};
        ex::step_values const now{.step = 6}; // from 1: dropout's step 5
        for (extent const first : {0, 1, 2, 13, 33, 49}) {
            CAPTURE(first);
            extent const here = n - first;
            std::vector<T> some(static_cast<std::size_t>(u * here * f));
            auto mine = mask;
            mine.first = static_cast<std::uint64_t>(first * f);
            mine.step = 1000;
            mine.now = &now;
            run(b, ex::op::dropout<T>{
                       .x = {x.data(), u, here, f}, .mask = mine, .y = {some.data(), u, here, f}});
            ex::view<T, 3> const part{some.data(), u, here, f};
            bool same = true;
            for (extent i = 0; i < u; ++i)
                for (extent j = 0; j < here; ++j)
                    for (extent k = 0; k < f; ++k) same = same && part(i, j, k) == all(i, first + j, k);
            CHECK(same);
        }
    }
}
