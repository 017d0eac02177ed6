// Every gradient op compared with differences of its forward op, in double on the reference backend.
#include <doctest/doctest.h>

#include <explainn/testing/gradients.hpp>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

using slow = ex::reference<double>;
using memory = test::on_device<slow>;

// The loss is sum r y: its gradient at y is r.
template <int Rank>
double dot(ex::view<double, Rank> r, ex::view<double, Rank> y)
{
    double sum = 0;
    for (std::size_t i = 0; i < y.count(); ++i) sum += r.data[i] * y.data[i];
    return sum;
}

template <class F, int Rank>
void check(char const* name, F const& loss, ex::view<double, Rank> x, ex::view<double, Rank> gradient)
{
    CAPTURE(name);
    auto const verdict = ex::check_gradient(loss, {x.data, x.count()}, {gradient.data, gradient.count()});
    CHECK_MESSAGE(verdict.agrees, verdict.log);
}

constexpr ex::activation all_activations[]{
    ex::activation::identity, ex::activation::exponential, ex::activation::relu,
    ex::activation::elu,      ex::activation::softplus,    ex::activation::sigmoid,
    ex::activation::tanh,     ex::activation::gelu,        ex::activation::silu};

} // namespace

TEST_CASE("the gradient checker believes a right gradient and names what is wrong in a wrong one")
{
    std::vector<double> x{1, -2, 3};
    auto const f = [&] { return x[0] * x[0] * x[1] + std::exp(x[2]); };
    std::vector<double> right{2 * 1 * -2, 1, std::exp(3.0)};
    auto const good = ex::check_gradient(f, x, right);
    CHECK(good);
    CHECK(good.log.empty());
    CHECK(x == std::vector<double>{1, -2, 3});
    right[1] += 1e-4;
    auto const bad = ex::check_gradient(f, x, right);
    CHECK_FALSE(bad);
    CHECK(bad.worst_at == 1);
    CHECK(bad.log.find("element 1: gradient 1.0001, differences ") == 0);
    right.pop_back();
    CHECK(ex::check_gradient(f, x, right).log == "the gradient has 2 elements, x has 3\n");
    right.push_back(std::nan(""));
    CHECK_FALSE(ex::check_gradient(f, x, right));
}

TEST_CASE("activations")
{
    slow b;
    for (auto const act : all_activations) {
        memory d{b, 20};
        CAPTURE(static_cast<int>(act));
        auto const x = d.rough(1, 1, 1, 40), y = d.rough(1, 1, 1, 40), dy = d.rough(1, 1, 1, 40),
                   dx = d.rough(1, 1, 1, 40);
        auto const loss = [&, act] {
            run(b, ex::op::activate<double>{.x = x, .act = act, .y = y});
            return dot(dy, y);
        };
        loss();
        run(b, ex::op::activate_gradient<double>{.x = x, .y = y, .dy = dy, .act = act, .dx = dx});
        check("x", loss, x, dx);
    }
}

TEST_CASE("conv")
{
    slow b;
    struct places {
        extent padding, stride, dilation;
    };
    for (auto const [padding, stride, dilation] :
         {places{0, 1, 1}, {2, 1, 1}, {0, 2, 1}, {3, 3, 1}, {2, 1, 2}, {4, 2, 3}}) {
        memory d{b, 21};
        extent const u = 2, n = 3, c = 2, length = 7, w = 4, f = 3,
                     t = (length + 2 * padding - dilation * (w - 1) - 1) / stride + 1;
        ex::op::conv<double> o{};
        o.padding = padding, o.stride = stride, o.dilation = dilation;
        ex::op::conv_gradient<double> g{};
        g.padding = padding, g.stride = stride, g.dilation = dilation;
        auto const x = d.rough(u, n, c, length), weight = d.rough(u, f, c, w);
        auto const bias = d.rough(u, f);
        auto const y = d.rough(u, n, f, t), dy = d.rough(u, n, f, t);
        auto const dx = d.rough(u, n, c, length), dweight = d.rough(u, f, c, w);
        auto const dbias = d.rough(u, f);
        o.x = g.x = x, o.weight = g.weight = weight, o.bias = bias, o.y = y;
        g.dy = dy, g.dx = dx, g.dweight = dweight, g.dbias = dbias;
        auto const loss = [&] {
            run(b, o);
            return dot(dy, y);
        };
        run(b, g);
        check("x", loss, x, dx);
        check("weight", loss, weight, dweight);
        check("bias", loss, bias, dbias);
    }
}

TEST_CASE("batch_norm")
{
    slow b;
    for (bool const statistics : {false, true}) {
        memory d{b, 22};
        auto const x = d.rough(2, 3, 2, 5), y = d.rough(2, 3, 2, 5), dy = d.rough(2, 3, 2, 5),
                   dx = d.rough(2, 3, 2, 5);
        auto const gamma = d.rough(2, 2), beta = d.rough(2, 2), mean = d.rough(2, 2),
                   variance = d.positive(2, 2), dgamma = d.rough(2, 2), dbeta = d.rough(2, 2);
        auto const loss = [&, statistics] {
            run(b, ex::op::batch_norm<double>{.x = x,
                                              .gamma = gamma,
                                              .beta = beta,
                                              .batch_statistics = statistics,
                                              .mean = mean,
                                              .variance = variance,
                                              .epsilon = 0.1,
                                              .y = y});
            return dot(dy, y);
        };
        loss();
        run(b, ex::op::batch_norm_gradient<double>{.x = x,
                                                   .gamma = gamma,
                                                   .batch_statistics = statistics,
                                                   .mean = mean,
                                                   .variance = variance,
                                                   .epsilon = 0.1,
                                                   .dy = dy,
                                                   .dx = dx,
                                                   .dgamma = dgamma,
                                                   .dbeta = dbeta});
        check("x", loss, x, dx);
        check("gamma", loss, gamma, dgamma);
        check("beta", loss, beta, dbeta);
    }
}

TEST_CASE("pool")
{
    slow b;
    for (bool const average : {false, true})
        for (extent const stride : {1, 3, 5}) {
            memory d{b, 23};
            extent const p = (12 + 2 - 3) / stride + 1;
            auto const x = d.rough(2, 2, 2, 12), dx = d.rough(2, 2, 2, 12), y = d.rough(2, 2, 2, p),
                       dy = d.rough(2, 2, 2, p);
            ex::op::pool<double> const sizes{
                .x = x, .width = 3, .stride = stride, .padding = 1, .average = average, .y = y};
            auto const kept = d.kept(sizes, 2);
            auto const loss = [&, average, stride] {
                run(b, ex::op::pool<double>{.x = x,
                                            .width = 3,
                                            .stride = stride,
                                            .padding = 1,
                                            .average = average,
                                            .y = y,
                                            .kept = kept});
                return dot(dy, y);
            };
            loss();
            run(b, ex::op::pool_gradient<double>{.width = 3,
                                                 .stride = stride,
                                                 .padding = 1,
                                                 .average = average,
                                                 .kept = kept,
                                                 .dy = dy,
                                                 .dx = dx});
            check("x", loss, x, dx);
        }
}

TEST_CASE("dense, dropout, layer_norm")
{
    slow b;
    memory d{b, 24};
    extent const u = 2, n = 3, f = 5, h = 4;
    auto const x = d.rough(u, n, f), dx = d.rough(u, n, f);
    auto const weight = d.rough(u, h, f), dweight = d.rough(u, h, f);
    auto const bias = d.rough(u, h), dbias = d.rough(u, h);
    auto const y = d.rough(u, n, h), dy = d.rough(u, n, h);
    auto const dense = [&] {
        run(b, ex::op::dense<double>{.x = x, .weight = weight, .bias = bias, .y = y});
        return dot(dy, y);
    };
    run(b, ex::op::dense_gradient<double>{
               .x = x, .weight = weight, .dy = dy, .dx = dx, .dweight = dweight, .dbias = dbias});
    check("x", dense, x, dx);
    check("weight", dense, weight, dweight);
    check("bias", dense, bias, dbias);

    auto const z = d.rough(u, n, f), r = d.rough(u, n, f);
    ex::dropout_mask const mask{.rate = 0.4, .from = {1}, .layer = 1, .step = 1};
    auto const dropout = [&] {
        run(b, ex::op::dropout<double>{.x = x, .mask = mask, .y = z});
        return dot(r, z);
    };
    run(b, ex::op::dropout<double>{.x = r, .mask = mask, .y = dx});
    check("dropout's x", dropout, x, dx);

    auto const gamma = d.rough(u, f), beta = d.rough(u, f), dgamma = d.rough(u, f), dbeta = d.rough(u, f);
    auto const layer_norm = [&] {
        run(b, ex::op::layer_norm<double>{.x = x, .gamma = gamma, .beta = beta, .epsilon = 0.1, .y = z});
        return dot(r, z);
    };
    run(b, ex::op::layer_norm_gradient<double>{
               .x = x, .dy = r, .gamma = gamma, .epsilon = 0.1, .dx = dx, .dgamma = dgamma, .dbeta = dbeta});
    check("layer_norm's x", layer_norm, x, dx);
    check("layer_norm's gamma", layer_norm, gamma, dgamma);
    check("layer_norm's beta", layer_norm, beta, dbeta);
}

TEST_CASE("linear over the second of three banks")
{
    slow b;
    memory d{b, 25};
    extent const u = 3, n = 4, k = 2, o = 5, features = 2 + u * k + 3;
    auto const x = d.rough(u, n, k), dx = d.rough(u, n, k);
    auto const weight = d.rough(o, features), y = d.rough(n, o), dy = d.rough(n, o);
    auto const dweight = d.values<double>(std::vector<double>(std::size_t(o * features)), o, features);
    auto const bias = d.rough(o), dbias = d.rough(o);
    auto const loss = [&] {
        run(b, ex::op::linear<double>{.x = x, .weight = weight, .first = 2, .bias = bias, .y = y});
        return dot(dy, y);
    };
    run(b, ex::op::linear_gradient<double>{
               .x = x, .weight = weight, .first = 2, .dy = dy, .dx = dx, .dweight = dweight, .dbias = dbias});
    check("x", loss, x, dx);
    check("weight", loss, weight, dweight);
    check("bias", loss, bias, dbias);
}

TEST_CASE("motif_scan with its statistics and folded norm")
{
    slow b;
    std::uint32_t number = 300;
    for (auto const act : all_activations) {
        if (!ex::rises(act)) continue;
        for (int const norm : {0, 1, 2}) {
            extent const u = 3, n = 4, length = 21, w = 5, p = 5, pool = 4, stride = 3;
            bool const statistics = norm == 2;
            CAPTURE(static_cast<int>(act));
            CAPTURE(norm);
            memory d{b, number++};
            auto const s = d.letters(n, length, true);
            auto const weight = d.rough(u, 4, w), dweight = d.rough(u, 4, w), y = d.rough(u, n, p),
                       dy = d.rough(u, n, p);
            ex::op::motif_scan<double> sizes{};
            sizes.y = y;
            auto const kept = d.kept(sizes, u);
            auto const bias = d.rough(u), gamma = d.rough(u), beta = d.rough(u), mean = d.rough(u),
                       variance = d.positive(u), scale = d.rough(u), shift = d.rough(u), inv_sd = d.rough(u),
                       dbias = d.rough(u), dgamma = d.rough(u), dbeta = d.rough(u);
            auto const window_mean = d.rough(4 * w);
            auto const covariance = d.rough(4 * w, 4 * w), covariance_weight = d.rough(u, 4 * w);
            auto const loss = [&, act, norm, statistics] {
                if (statistics) {
                    run(b, ex::op::window_statistics<double>{
                               .sequences = s, .mean = window_mean, .covariance = covariance});
                    run(b, ex::op::conv_statistics<double>{.window_mean = window_mean,
                                                           .window_covariance = covariance,
                                                           .weight = weight.as(u, 4 * w),
                                                           .bias = bias,
                                                           .mean = mean,
                                                           .variance = variance,
                                                           .covariance_weight = covariance_weight});
                }
                ex::op::fold_norm<double> fold{
                    .bias = bias, .epsilon = 0.1, .scale = scale, .shift = shift, .inv_sd = inv_sd};
                if (norm != 0)
                    fold.gamma = gamma, fold.beta = beta, fold.mean = mean, fold.variance = variance;
                run(b, fold);
                run(b, ex::op::motif_scan<double>{.sequences = s,
                                                  .weight = weight,
                                                  .scale = scale,
                                                  .shift = shift,
                                                  .act = act,
                                                  .pool = pool,
                                                  .stride = stride,
                                                  .y = y,
                                                  .kept = kept});
                return dot(dy, y);
            };
            loss();
            ex::op::motif_scan_gradient<double> g{.sequences = s,
                                                  .weight = weight,
                                                  .y = y,
                                                  .dy = dy,
                                                  .kept = kept,
                                                  .act = act,
                                                  .scale = scale,
                                                  .bias = bias,
                                                  .batch_statistics = statistics,
                                                  .dweight = dweight,
                                                  .dbias = dbias};
            if (norm != 0) g.mean = mean, g.inv_sd = inv_sd, g.dgamma = dgamma, g.dbeta = dbeta;
            if (statistics) g.window_mean = window_mean, g.covariance_weight = covariance_weight;
            run(b, g);
            check("weight", loss, weight, dweight);
            check("bias", loss, bias, dbias);
            if (norm == 0) continue;
            check("gamma", loss, gamma, dgamma);
            check("beta", loss, beta, dbeta);
        }
    }
}

TEST_CASE("symmetric_scan with the statistics of both strands and folded norm")
{
    slow b;
    std::uint32_t number = 900;
    for (auto const act : all_activations) {
        if (!ex::rises(act)) continue;
        for (int const norm : {0, 1, 2}) {
            extent const u = 3, n = 4, length = 21, w = 5, p = 5, pool = 4, stride = 3;
            bool const statistics = norm == 2;
            CAPTURE(static_cast<int>(act));
            CAPTURE(norm);
            memory d{b, number++};
            auto const s = d.letters(n, length, true);
            auto const weight = d.rough(u, 4, w), dweight = d.rough(u, 4, w), y = d.rough(u, n, p),
                       dy = d.rough(u, n, p);
            ex::op::symmetric_scan<double> sizes{};
            sizes.y = y;
            auto const kept = d.kept(sizes, u);
            auto const bias = d.rough(u), gamma = d.rough(u), beta = d.rough(u), mean = d.rough(u),
                       variance = d.positive(u), scale = d.rough(u), shift = d.rough(u), inv_sd = d.rough(u),
                       dbias = d.rough(u), dgamma = d.rough(u), dbeta = d.rough(u);
            auto const window_mean = d.rough(4 * w);
            auto const mean_of_both = d.rough(4 * w);
            auto const covariance_of_both = d.rough(4 * w, 4 * w);
            auto const covariance = d.rough(4 * w, 4 * w), covariance_weight = d.rough(u, 4 * w);
            auto const loss = [&, act, norm, statistics] {
                if (statistics) {
                    run(b, ex::op::window_statistics<double>{
                               .sequences = s, .mean = window_mean, .covariance = covariance});
                    run(b, ex::op::symmetric_statistics<double>{.window_mean = window_mean,
                                                                .window_covariance = covariance,
                                                                .mean = mean_of_both,
                                                                .covariance = covariance_of_both});
                    run(b, ex::op::conv_statistics<double>{.window_mean = mean_of_both,
                                                           .window_covariance = covariance_of_both,
                                                           .weight = weight.as(u, 4 * w),
                                                           .bias = bias,
                                                           .mean = mean,
                                                           .variance = variance,
                                                           .covariance_weight = covariance_weight});
                }
                ex::op::fold_norm<double> fold{
                    .bias = bias, .epsilon = 0.1, .scale = scale, .shift = shift, .inv_sd = inv_sd};
                if (norm != 0)
                    fold.gamma = gamma, fold.beta = beta, fold.mean = mean, fold.variance = variance;
                run(b, fold);
                run(b, ex::op::symmetric_scan<double>{.sequences = s,
                                                      .weight = weight,
                                                      .scale = scale,
                                                      .shift = shift,
                                                      .act = act,
                                                      .pool = pool,
                                                      .stride = stride,
                                                      .y = y,
                                                      .kept = kept});
                return dot(dy, y);
            };
            loss();
            ex::op::symmetric_scan_gradient<double> g{.sequences = s,
                                                      .weight = weight,
                                                      .y = y,
                                                      .dy = dy,
                                                      .kept = kept,
                                                      .act = act,
                                                      .scale = scale,
                                                      .bias = bias,
                                                      .batch_statistics = statistics,
                                                      .dweight = dweight,
                                                      .dbias = dbias};
            if (norm != 0) g.mean = mean, g.inv_sd = inv_sd, g.dgamma = dgamma, g.dbeta = dbeta;
            if (statistics) g.window_mean = mean_of_both, g.covariance_weight = covariance_weight;
            run(b, g);
            check("weight", loss, weight, dweight);
            check("bias", loss, bias, dbias);
            if (norm == 0) continue;
            check("gamma", loss, gamma, dgamma);
            check("beta", loss, beta, dbeta);
        }
    }
}

TEST_CASE("both_strands")
{
    slow b;
    memory d{b, 29};
    auto const weight = d.rough(2, 3, 4, 5), dweight = d.rough(2, 3, 4, 5);
    auto const bias = d.rough(2, 3), dbias = d.rough(2, 3);
    auto const of_both = d.rough(2, 6, 4, 5), r = d.rough(2, 6, 4, 5);
    auto const bias_both = d.rough(2, 6), r_bias = d.rough(2, 6);
    auto const loss = [&] {
        run(b, ex::op::both_strands<double>{
                   .weight = weight, .bias = bias, .of_both = of_both, .bias_both = bias_both});
        return dot(r, of_both) + dot(r_bias, bias_both);
    };
    run(b, ex::op::both_strands_gradient<double>{
               .of_both = r, .bias_both = r_bias, .dweight = dweight, .dbias = dbias});
    check("weight", loss, weight, dweight);
    check("bias", loss, bias, dbias);
}

TEST_CASE("dense_block")
{
    slow b;
    std::uint32_t number = 400;
    for (auto const act : all_activations)
        for (int const norm : {0, 1, 2})
            for (double const rate : {0.0, 0.3}) {
                extent const u = 2, n = 5, f = 4, h = 3;
                bool const statistics = norm == 2;
                CAPTURE(static_cast<int>(act));
                CAPTURE(norm);
                CAPTURE(rate);
                memory d{b, number++};
                auto const x = d.rough(u, n, f), dx = d.rough(u, n, f);
                auto const weight = d.rough(u, h, f), dweight = d.rough(u, h, f);
                auto const bias = d.rough(u, h), gamma = d.rough(u, h), beta = d.rough(u, h),
                           mean = d.rough(u, h), variance = d.positive(u, h), dbias = d.rough(u, h),
                           dgamma = d.rough(u, h), dbeta = d.rough(u, h);
                auto const y = d.rough(u, n, h), r = d.rough(u, n, h), dy = d.rough(u, n, h);
                ex::op::dense_block<double> sizes{};
                sizes.y = y;
                auto const kept = d.kept(sizes, u);
                ex::dropout_mask const mask{.rate = rate, .from = {8}, .layer = 1, .step = 3, .unit = 1};
                auto const loss = [&, act, norm, statistics] {
                    ex::op::dense_block<double> a{.x = x,
                                                  .weight = weight,
                                                  .bias = bias,
                                                  .batch_statistics = statistics,
                                                  .epsilon = 0.1,
                                                  .act = act,
                                                  .dropout = mask,
                                                  .kept = kept,
                                                  .y = y};
                    if (norm != 0) a.gamma = gamma, a.beta = beta, a.mean = mean, a.variance = variance;
                    run(b, a);
                    return dot(r, y);
                };
                loss();
                std::copy_n(r.data, r.count(), dy.data);
                ex::op::dense_block_gradient<double> g{.x = x,
                                                       .weight = weight,
                                                       .batch_statistics = statistics,
                                                       .epsilon = 0.1,
                                                       .act = act,
                                                       .dropout = mask,
                                                       .kept = kept,
                                                       .y = y,
                                                       .dy = dy,
                                                       .dx = dx,
                                                       .dweight = dweight,
                                                       .dbias = dbias};
                if (norm != 0) g.gamma = gamma, g.beta = beta, g.variance = variance;
                if (norm != 0) g.dgamma = dgamma, g.dbeta = dbeta;
                run(b, g);
                check("x", loss, x, dx);
                check("weight", loss, weight, dweight);
                check("bias", loss, bias, dbias);
                if (norm == 0) continue;
                check("gamma", loss, gamma, dgamma);
                check("beta", loss, beta, dbeta);
            }
}

TEST_CASE("dense_pair")
{
    slow b;
    std::uint32_t number = 700;
    for (bool const statistics : {false, true})
        for (int const norm : {0, 1, 2})
            for (double const rate : {0.0, 0.3}) {
                extent const u = 2, n = 5, f = 4, h = 3;
                CAPTURE(statistics);
                CAPTURE(norm);
                CAPTURE(rate);
                memory d{b, number++};
                ex::op::dense_pair<double> a{};
                ex::op::dense_pair_gradient<double> g{};
                // fills a block and returns a function that checks the gradients of its parameters
                auto const block = [&](auto& o, auto& back, extent in, extent out, bool normed) {
                    auto const weight = d.rough(u, out, in), dweight = d.rough(u, out, in);
                    auto const bias = d.rough(u, out), dbias = d.rough(u, out), gamma = d.rough(u, out),
                               dgamma = d.rough(u, out), beta = d.rough(u, out), dbeta = d.rough(u, out);
                    back.variance = o.variance = d.positive(u, out);
                    back.weight = o.weight = weight;
                    o.bias = bias;
                    o.mean = d.rough(u, out);
                    back.epsilon = o.epsilon = 0.1;
                    back.act = o.act = ex::activation::relu;
                    back.dropout =
                        o.dropout = {.rate = rate, .from = {8}, .layer = normed, .step = 3, .unit = 1};
                    back.dweight = dweight;
                    back.dbias = dbias;
                    if (normed) {
                        back.gamma = o.gamma = gamma;
                        back.beta = o.beta = beta;
                        back.dgamma = dgamma;
                        back.dbeta = dbeta;
                    }
                    return [=](auto const& loss) {
                        check("weight", loss, weight, dweight);
                        check("bias", loss, bias, dbias);
                        if (!normed) return;
                        check("gamma", loss, gamma, dgamma);
                        check("beta", loss, beta, dbeta);
                    };
                };
                auto const check_hidden = block(a.hidden, g.hidden, f, h, true);
                auto const check_last = block(a.last, g.last, h, 1, norm != 0);
                g.hidden.batch_statistics = a.hidden.batch_statistics = statistics;
                g.last.batch_statistics = a.last.batch_statistics = norm == 2;
                auto const x = d.rough(u, n, f), y = d.rough(u, n, 1), r = d.rough(u, n, 1),
                           dy = d.rough(u, n, 1), dx = d.rough(u, n, f);
                g.hidden.x = a.hidden.x = x;
                g.last.y = a.last.y = y;
                g.kept = a.kept = d.kept(a, u);
                g.last.dy = dy;
                g.hidden.dx = dx;
                auto const loss = [&] {
                    run(b, a);
                    return dot(r, y);
                };
                loss();
                std::copy_n(r.data, r.count(), dy.data);
                run(b, g);
                check("x", loss, x, dx);
                check_hidden(loss);
                check_last(loss);
            }
}

TEST_CASE("bce_with_logits, labels missing included")
{
    slow b;
    memory d{b, 26};
    auto const x = d.rough(3, 4), dx = d.rough(3, 4);
    auto const totals = d.rough(2);
    auto const labels =
        d.values<float>(std::vector<double>{0, 1, NAN, 0.25, 1, 1, 0, NAN, 0.5, 0, 0, 1}, 3, 4);
    auto const loss = [&] {
        run(b, ex::op::bce_with_logits<double>{.logits = x, .labels = labels, .totals = totals});
        return totals(0);
    };
    run(b, ex::op::bce_with_logits<double>{.logits = x, .labels = labels, .gradient = dx, .totals = totals});
    CHECK(totals(1) == 10);
    check("logits", loss, x, dx);
}

TEST_CASE("pair_products")
{
    slow b;
    for (bool const of_one : {false, true}) {
        memory d{b, 41};
        auto const x = d.rough(3, 4, 2), z = of_one ? x : d.rough(2, 4, 1);
        auto const weight = d.rough(2, 3), dweight = d.rough(2, 3), y = d.rough(4, 2), dy = d.rough(4, 2);
        auto const dx = d.rough(3, 4, 2), dz = of_one ? dx : d.rough(2, 4, 1);
        std::vector<extent> const places{5, 1, 2, 0, 1, 0, 2, 0, 1};
        ex::view<extent const, 2> const pairs{places.data(), 3, 3};
        auto const loss = [&] {
            std::fill_n(y.data, y.count(), 0.0);
            run(b, ex::op::pair_products<double>{.x = x, .z = z, .pairs = pairs, .weight = weight, .y = y});
            return dot(dy, y);
        };
        std::fill_n(dx.data, dx.count(), 0.0);
        std::fill_n(dz.data, dz.count(), 0.0);
        run(b, ex::op::pair_products_gradient<double>{.x = x,
                                                      .z = z,
                                                      .pairs = pairs,
                                                      .weight = weight,
                                                      .dy = dy,
                                                      .dx = dx,
                                                      .dz = dz,
                                                      .dweight = dweight});
        check("x", loss, x, dx);
        if (!of_one) check("z", loss, z, dz);
        check("weight", loss, weight, dweight);
    }
}
