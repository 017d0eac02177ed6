// The fused stages compared with the layers that they replace, on every backend: forward and backward.
#include <doctest/doctest.h>

#include "agreement.hpp"
#include "scan_cases.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

template <class T>
std::vector<double> wide(std::vector<T> const& v)
{
    return {v.begin(), v.end()};
}

// in float, exp and several sums are computed in another order
template <class T>
constexpr double chain_tolerance = sizeof(T) == 4 ? 2e-4 : 1e-10;

template <class D, class V, class W>
void same(D& d, char const* name, V const& fused, W const& unfused, double magnitude = 0)
{
    test::compare({name, wide(d.read(fused)), magnitude}, {name, wide(d.read(unfused)), magnitude},
                  chain_tolerance<typename D::T>);
}

template <class B>
void scan_both_ways(test::scan_case const& c, bool norm, bool statistics, std::uint32_t number)
{
    using T = typename B::scalar;
    B b;
    test::on_device<B> d{b, number};
    extent const u = c.units, n = c.n, w = c.width, windows = c.length - w + 1, p = c.cells();
    auto const s = d.letters(n, c.length, c.has_n);
    auto const weight = d.random(u, 4, w);
    // a gamma of 0 would make all windows equal, and any of them could win
    auto const bias = d.random(u), gamma = d.rough(u), beta = d.random(u);
    auto const dy = d.random(u, n, p);
    auto const running_mean = d.random(u), running_variance = d.positive(u);
    auto const window_mean = d.template out<double>("", 4 * w);
    auto const covariance = d.template out<double>("", 4 * w, 4 * w);
    auto const scale = d.out("", u), shift = d.out("", u), inv_sd = d.out("", u);
    auto const covariance_weight = d.out("", u, 4 * w);
    double const epsilon = 1e-2;

    auto mean = running_mean, variance = running_variance;
    if (statistics) {
        mean = d.out("", u), variance = d.out("", u);
        run(b, ex::op::window_statistics<T>{.sequences = s, .mean = window_mean, .covariance = covariance});
        run(b, ex::op::conv_statistics<T>{.window_mean = window_mean,
                                          .window_covariance = covariance,
                                          .weight = weight.as(u, 4 * w),
                                          .bias = bias,
                                          .mean = mean,
                                          .variance = variance,
                                          .covariance_weight = covariance_weight});
    }
    ex::op::fold_norm<T> fold{
        .bias = bias, .epsilon = epsilon, .scale = scale, .shift = shift, .inv_sd = inv_sd};
    if (norm) fold.gamma = gamma, fold.beta = beta, fold.mean = mean, fold.variance = variance;
    run(b, fold);
    auto const y = d.out("", u, n, p);
    ex::op::motif_scan<T> scan{.sequences = s,
                               .has_n = c.has_n,
                               .weight = weight,
                               .scale = scale,
                               .shift = shift,
                               .act = c.act,
                               .pool = c.pool,
                               .stride = c.stride,
                               .y = y};
    scan.kept = d.kept(scan, u);
    run(b, scan);
    auto const dweight = d.out("", u, 4, w);
    auto const dbias = d.out("", u), dgamma = d.out("", u), dbeta = d.out("", u);
    ex::op::motif_scan_gradient<T> g{.sequences = s,
                                     .has_n = c.has_n,
                                     .weight = weight,
                                     .y = y,
                                     .dy = dy,
                                     .kept = scan.kept,
                                     .act = c.act,
                                     .scale = scale,
                                     .bias = bias,
                                     .batch_statistics = statistics,
                                     .dweight = dweight,
                                     .dbias = dbias};
    if (norm) g.mean = mean, g.inv_sd = inv_sd, g.dgamma = dgamma, g.dbeta = dbeta;
    if (statistics) g.window_mean = window_mean, g.covariance_weight = covariance_weight;
    run(b, g);

    auto const x = d.out("", 1, n, 4, c.length);
    auto const responses = d.out("", u, n, 1, windows), normed = d.out("", u, n, 1, windows);
    auto const activity = d.out("", u, n, 1, windows), slow_y = d.out("", u, n, 1, p);
    run(b, ex::op::one_hot<T>{.sequences = s, .y = x});
    run(b, ex::op::conv<T>{.x = x, .weight = weight.as(u, 1, 4, w), .bias = bias.as(u, 1), .y = responses});
    auto const slow_mean = statistics ? d.out("", u, 1) : mean.as(u, 1);
    auto const slow_variance = statistics ? d.out("", u, 1) : variance.as(u, 1);
    if (norm)
        run(b, ex::op::batch_norm<T>{.x = responses,
                                     .gamma = gamma.as(u, 1),
                                     .beta = beta.as(u, 1),
                                     .batch_statistics = statistics,
                                     .mean = slow_mean,
                                     .variance = slow_variance,
                                     .epsilon = epsilon,
                                     .y = normed});
    auto const z = norm ? normed : responses;
    run(b, ex::op::activate<T>{.x = z, .act = c.act, .y = activity});
    ex::op::pool<T> cells{.x = activity, .width = c.pool, .stride = c.stride, .y = slow_y};
    cells.kept = d.kept(cells, u);
    run(b, cells);
    same(d, "y", y, slow_y);

    auto const dactivity = d.out("", u, n, 1, windows), dz = d.out("", u, n, 1, windows);
    auto const dresponses = d.out("", u, n, 1, windows);
    auto const slow_dweight = d.out("", u, 1, 4, w);
    auto const slow_dbias = d.out("", u, 1), slow_dgamma = d.out("", u, 1), slow_dbeta = d.out("", u, 1);
    run(b, ex::op::pool_gradient<T>{
               .width = c.pool, .stride = c.stride, .kept = cells.kept, .dy = dy.as(u, n, 1, p), .dx = dactivity});
    run(b, ex::op::activate_gradient<T>{.x = z, .y = activity, .dy = dactivity, .act = c.act, .dx = dz});
    if (norm)
        run(b, ex::op::batch_norm_gradient<T>{.x = responses,
                                              .gamma = gamma.as(u, 1),
                                              .batch_statistics = statistics,
                                              .mean = slow_mean,
                                              .variance = slow_variance,
                                              .epsilon = epsilon,
                                              .dy = dz,
                                              .dx = dresponses,
                                              .dgamma = slow_dgamma,
                                              .dbeta = slow_dbeta});
    run(b, ex::op::conv_gradient<T>{.x = x,
                                    .weight = weight.as(u, 1, 4, w),
                                    .dy = norm ? dresponses : dz,
                                    .dweight = slow_dweight,
                                    .dbias = slow_dbias});
    same(d, "dweight", dweight, slow_dweight, 1);
    same(d, "dbias", dbias, slow_dbias, n * p);
    if (norm) {
        same(d, "dgamma", dgamma, slow_dgamma);
        same(d, "dbeta", dbeta, slow_dbeta);
    }
}

} // namespace

TEST_CASE_TEMPLATE("a scan is conv, batch norm, activation and pool", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 12000;
    for (auto c : test::scan_cases()) {
        if (c.units > 33 || c.n > 17) continue;
        CAPTURE(c);
        if (number % 3 == 0) scan_both_ways<B>(c, false, false, number);
        else if (number % 3 == 1 || c.n * (c.length - c.width) < 8) scan_both_ways<B>(c, true, false, number);
        else scan_both_ways<B>(c, true, true, number);
        ++number;
    }
}

TEST_CASE_TEMPLATE("a dense block is dense, batch norm, activation and dropout", B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    std::uint32_t number = 13000;
    for (extent const n : {3, 8, 33})
        for (extent const h : {1, 7, 16, 33})
            for (bool const statistics : {false, true})
                for (unsigned act = 0; act < 9; ++act) {
                    CAPTURE(n);
                    CAPTURE(h);
                    CAPTURE(statistics);
                    CAPTURE(act);
                    test::on_device<B> d{b, number++};
                    extent const u = 3, f = 9;
                    auto const a = static_cast<ex::activation>(act);
                    ex::dropout_mask const mask{.rate = 0.25, .from = {4}, .layer = 3, .step = 1, .unit = 2};
                    auto const x = d.random(u, n, f), weight = d.random(u, h, f),
                               given_dy = d.random(u, n, h);
                    auto const bias = d.random(u, h), gamma = d.random(u, h), beta = d.random(u, h);
                    auto const mean = d.random(u, h), variance = d.positive(u, h);
                    auto const dy = d.out("", u, n, h);
                    {
                        auto const copy = d.read(given_dy);
                        b.upload(dy.data, copy.data(), copy.size());
                    }
                    auto const y = d.out("", u, n, h);
                    ex::op::dense_block<T> sizes{};
                    sizes.y = y;
                    auto const kept = d.kept(sizes, u);
                    auto const dx = d.out("", u, n, f), dweight = d.out("", u, h, f);
                    auto const dbias = d.out("", u, h), dgamma = d.out("", u, h), dbeta = d.out("", u, h);
                    run(b, ex::op::dense_block<T>{.x = x,
                                                  .weight = weight,
                                                  .bias = bias,
                                                  .gamma = gamma,
                                                  .beta = beta,
                                                  .batch_statistics = statistics,
                                                  .mean = mean,
                                                  .variance = variance,
                                                  .epsilon = 1e-2,
                                                  .act = a,
                                                  .dropout = mask,
                                                  .kept = kept,
                                                  .y = y});
                    run(b, ex::op::dense_block_gradient<T>{.x = x,
                                                           .weight = weight,
                                                           .gamma = gamma,
                                                           .beta = beta,
                                                           .batch_statistics = statistics,
                                                           .variance = variance,
                                                           .epsilon = 1e-2,
                                                           .act = a,
                                                           .dropout = mask,
                                                           .kept = kept,
                                                           .y = y,
                                                           .dy = dy,
                                                           .dx = dx,
                                                           .dweight = dweight,
                                                           .dbias = dbias,
                                                           .dgamma = dgamma,
                                                           .dbeta = dbeta});

                    auto const four = [&](auto v) { return v.as(u, n, h, 1); };
                    auto const z = d.out("", u, n, h), normed = d.out("", u, n, h),
                               active = d.out("", u, n, h);
                    auto const slow_y = d.out("", u, n, h), d1 = d.out("", u, n, h), d2 = d.out("", u, n, h);
                    auto const d3 = d.out("", u, n, h), slow_dx = d.out("", u, n, f);
                    auto const slow_dweight = d.out("", u, h, f);
                    auto const slow_dbias = d.out("", u, h), slow_dgamma = d.out("", u, h),
                               slow_dbeta = d.out("", u, h);
                    run(b, ex::op::dense<T>{.x = x, .weight = weight, .bias = bias, .y = z});
                    run(b, ex::op::batch_norm<T>{.x = four(z),
                                                 .gamma = gamma,
                                                 .beta = beta,
                                                 .batch_statistics = statistics,
                                                 .mean = mean,
                                                 .variance = variance,
                                                 .epsilon = 1e-2,
                                                 .y = four(normed)});
                    run(b, ex::op::activate<T>{.x = four(normed), .act = a, .y = four(active)});
                    run(b, ex::op::dropout<T>{.x = active, .mask = mask, .y = slow_y});
                    run(b, ex::op::dropout<T>{.x = given_dy, .mask = mask, .y = d1});
                    run(b,
                        ex::op::activate_gradient<T>{
                            .x = four(normed), .y = four(active), .dy = four(d1), .act = a, .dx = four(d2)});
                    run(b, ex::op::batch_norm_gradient<T>{.x = four(z),
                                                          .gamma = gamma,
                                                          .batch_statistics = statistics,
                                                          .mean = mean,
                                                          .variance = variance,
                                                          .epsilon = 1e-2,
                                                          .dy = four(d2),
                                                          .dx = four(d3),
                                                          .dgamma = slow_dgamma,
                                                          .dbeta = slow_dbeta});
                    run(b, ex::op::dense_gradient<T>{.x = x,
                                                     .weight = weight,
                                                     .dy = d3,
                                                     .dx = slow_dx,
                                                     .dweight = slow_dweight,
                                                     .dbias = slow_dbias});
                    same(d, "y", y, slow_y);
                    same(d, "dx", dx, slow_dx);
                    same(d, "dweight", dweight, slow_dweight);
                    same(d, "dbias", dbias, slow_dbias, n);
                    same(d, "dgamma", dgamma, slow_dgamma);
                    same(d, "dbeta", dbeta, slow_dbeta);
                }
}
