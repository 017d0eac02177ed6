// A training step's ops over units shared out among threads: the same bits for one, two and three of them.
#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

// Scan, dense block and back, a block of units at a time, as the executor runs them.
template <class D>
void units_shared_out(D& d, extent u)
{
    using T = typename D::T;
    auto& b = d.backend;
    extent const n = 13, length = 60, w = 19, p = 6, h = 20;
    auto const s = d.letters(n, length, true);
    auto const weight = d.rough(u, 4, w);
    auto const bias = d.rough(u), gamma = d.rough(u), beta = d.rough(u);
    auto const window_mean = d.template out<double>("window mean", 4 * w);
    auto const covariance = d.template out<double>("covariance", 4 * w, 4 * w);
    auto const mean = d.out("mean", u), variance = d.out("variance", u), scale = d.out("scale", u),
               shift = d.out("shift", u), inv_sd = d.out("inv_sd", u);
    auto const covariance_weight = d.out("covariance_weight", u, 4 * w);
    auto const y = d.out("y", u, n, p);
    ex::op::motif_scan<T> scan_sizes{};
    scan_sizes.y = y;
    auto const winners = d.kept(scan_sizes, u);
    auto const dense_weight = d.rough(u, h, p);
    auto const dense_bias = d.rough(u, h), dense_gamma = d.rough(u, h), dense_beta = d.rough(u, h);
    auto const dense_mean = d.out("dense mean", u, h), dense_variance = d.out("dense variance", u, h);
    auto const z = d.out("z", u, n, h), dz = d.rough(u, n, h);
    ex::op::dense_block<T> block_sizes{};
    block_sizes.y = z;
    auto const kept = d.kept(block_sizes, u);
    auto const dy = d.out("dy", u, n, p), dweight = d.out("dweight", u, 4, w),
               dense_dweight = d.out("dense dweight", u, h, p);
    auto const dbias = d.out("dbias", u), dgamma = d.out("dgamma", u), dbeta = d.out("dbeta", u);
    auto const dense_dbias = d.out("dense dbias", u, h), dense_dgamma = d.out("dense dgamma", u, h),
               dense_dbeta = d.out("dense dbeta", u, h);
    run(b, ex::op::window_statistics<T>{.sequences = s, .mean = window_mean, .covariance = covariance});
    b.for_units(u, [&](extent i, extent j) {
        run(b, ex::op::conv_statistics<T>{.window_mean = window_mean,
                                          .window_covariance = covariance,
                                          .weight = weight.as(u, 4 * w).slice(i, j),
                                          .bias = bias.slice(i, j),
                                          .mean = mean.slice(i, j),
                                          .variance = variance.slice(i, j),
                                          .covariance_weight = covariance_weight.slice(i, j)});
        run(b, ex::op::fold_norm<T>{.gamma = gamma.slice(i, j),
                                    .beta = beta.slice(i, j),
                                    .mean = mean.slice(i, j),
                                    .variance = variance.slice(i, j),
                                    .bias = bias.slice(i, j),
                                    .scale = scale.slice(i, j),
                                    .shift = shift.slice(i, j),
                                    .inv_sd = inv_sd.slice(i, j)});
        run(b, ex::op::motif_scan<T>{.sequences = s,
                                     .weight = weight.slice(i, j),
                                     .scale = scale.slice(i, j),
                                     .shift = shift.slice(i, j),
                                     .act = ex::activation::exponential,
                                     .pool = 7,
                                     .stride = 7,
                                     .y = y.slice(i, j),
                                     .kept = winners.from(i)});
        ex::dropout_mask const mask{
            .rate = 0.3, .from = {1}, .layer = 1, .step = 1, .unit = static_cast<std::uint32_t>(i)};
        run(b, ex::op::dense_block<T>{.x = y.slice(i, j),
                                      .weight = dense_weight.slice(i, j),
                                      .bias = dense_bias.slice(i, j),
                                      .gamma = dense_gamma.slice(i, j),
                                      .beta = dense_beta.slice(i, j),
                                      .batch_statistics = true,
                                      .mean = dense_mean.slice(i, j),
                                      .variance = dense_variance.slice(i, j),
                                      .act = ex::activation::relu,
                                      .dropout = mask,
                                      .kept = kept.from(i),
                                      .y = z.slice(i, j)});
        run(b, ex::op::dense_block_gradient<T>{.x = y.slice(i, j),
                                               .weight = dense_weight.slice(i, j),
                                               .gamma = dense_gamma.slice(i, j),
                                               .beta = dense_beta.slice(i, j),
                                               .batch_statistics = true,
                                               .variance = dense_variance.slice(i, j),
                                               .act = ex::activation::relu,
                                               .dropout = mask,
                                               .kept = kept.from(i),
                                               .y = z.slice(i, j),
                                               .dy = dz.slice(i, j),
                                               .dx = dy.slice(i, j),
                                               .dweight = dense_dweight.slice(i, j),
                                               .dbias = dense_dbias.slice(i, j),
                                               .dgamma = dense_dgamma.slice(i, j),
                                               .dbeta = dense_dbeta.slice(i, j)});
        run(b, ex::op::motif_scan_gradient<T>{.sequences = s,
                                              .weight = weight.slice(i, j),
                                              .y = y.slice(i, j),
                                              .dy = dy.slice(i, j),
                                              .kept = winners.from(i),
                                              .act = ex::activation::exponential,
                                              .scale = scale.slice(i, j),
                                              .mean = mean.slice(i, j),
                                              .inv_sd = inv_sd.slice(i, j),
                                              .bias = bias.slice(i, j),
                                              .batch_statistics = true,
                                              .window_mean = window_mean,
                                              .covariance_weight = covariance_weight.slice(i, j),
                                              .dweight = dweight.slice(i, j),
                                              .dbias = dbias.slice(i, j),
                                              .dgamma = dgamma.slice(i, j),
                                              .dbeta = dbeta.slice(i, j)});
    });
}

} // namespace

TEST_CASE_TEMPLATE("units shared out among threads", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const u : {1, 15, 16, 17, 33, 100}) {
        CAPTURE(u);
        test::same_for_any_threads<B>(14000, [&](auto& d) { units_shared_out(d, u); });
    }
}

TEST_CASE_TEMPLATE("for_units and for_range cover everything once", B, EXPLAINN_TEST_BACKENDS)
{
    for (auto* b : test::same_bits<B>::backends())
        for (extent const n : {1, 15, 16, 17, 100, 1000}) {
            std::vector<int> units(static_cast<std::size_t>(n)), backwards(units), range(units);
            b->for_units(n, [&](extent i, extent j) {
                for (; i < j; ++i) ++units[static_cast<std::size_t>(i)];
            });
            b->for_units_backwards(n, [&](extent i, extent j) {
                for (; i < j; ++i) ++backwards[static_cast<std::size_t>(i)];
            });
            b->for_range(static_cast<std::size_t>(n), [&](std::size_t i, std::size_t j) {
                for (; i < j; ++i) ++range[i];
            });
            CHECK(units == std::vector<int>(static_cast<std::size_t>(n), 1));
            CHECK(backwards == units);
            CHECK(range == std::vector<int>(static_cast<std::size_t>(n), 1));
        }
}

#if defined(EXPLAINN_TESTS_CPU)
TEST_CASE("bfloat16 is refused where there is none")
{
    auto const asked = [] { return ex::cpu<float>{ex::threads{1}, ex::dense_products::bfloat16}.products(); };
    if (ex::simd::has_bfloat16(ex::simd::chosen_isa())) CHECK(asked() == ex::dense_products::bfloat16);
    else CHECK_THROWS_AS(asked(), ex::error);
    CHECK(ex::cpu<float>{ex::threads{1}}.products() == ex::dense_products::float32);
}
#endif
