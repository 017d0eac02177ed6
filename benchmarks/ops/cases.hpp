// Every op at the shape of the paper's network: 100 sequences of 200 bp, 100 units, 50 outputs.
#pragma once
#include "arrays.hpp"

namespace bench {

inline constexpr extent N = 100, L = 200, W = 19, T = L - W + 1, P = 26, POOL = 7, U = 100, H = 100, O = 50;
inline constexpr ex::dropout_mask dropped{0.3, ex::seed{1}, 7, 3, 0};

/// Calls add(name, make), where make(arrays) returns the op.
template <class Add>
void add_cases(Add add)
{
    namespace op = ex::op;
    using enum ex::activation;
    add("window_statistics", [](auto& a) {
        return op::window_statistics<float>{
            a.letters(N, L), {}, a.template out<double>(4 * W), a.template out<double>(4 * W, 4 * W)};
    });
    add("conv_statistics", [](auto& a) {
        op::conv_statistics<float> o;
        auto const covariance = a.covariance(4 * W);
        o.window_mean = {covariance.data, 4 * W};
        o.window_covariance = covariance;
        o.weight = a.uniform(-1, 1, U, 4 * W);
        o.bias = a.uniform(-1, 1, U);
        o.mean = a.out(U);
        o.variance = a.out(U);
        o.covariance_weight = a.out(U, 4 * W);
        return o;
    });
    add("fold_norm", [](auto& a) {
        op::fold_norm<float> o;
        o.gamma = a.uniform(-1, 1, U);
        o.beta = a.uniform(-1, 1, U);
        o.mean = a.uniform(-1, 1, U);
        o.variance = a.uniform(0.5, 2, U);
        o.bias = a.uniform(-1, 1, U);
        o.scale = a.out(U);
        o.shift = a.out(U);
        o.inv_sd = a.out(U);
        return o;
    });
    auto const scan = [](auto& a, bool training) {
        op::motif_scan<float> o;
        o.sequences = a.letters(N, L);
        o.has_n = false;
        o.weight = a.uniform(-0.5, 0.5, U, 4, W);
        o.scale = a.uniform(-1, 1, U);
        o.shift = a.uniform(-1, 1, U);
        o.act = exponential;
        o.pool = o.stride = POOL;
        o.y = a.out(U, N, P);
        if (training) o.kept = a.kept(o, U);
        return o;
    };
    add("motif_scan", [scan](auto& a) { return scan(a, true); });
    add("motif_scan, inference", [scan](auto& a) { return scan(a, false); });
    add("scan_largest", [](auto& a) {
        op::scan_largest<float> o;
        o.sequences = a.letters(N, L);
        o.has_n = false;
        o.weight = a.uniform(-0.5, 0.5, U, 4, W);
        o.scale = a.uniform(-1, 1, U);
        o.shift = a.uniform(-1, 1, U);
        o.largest = a.out(U);
        return o;
    });
    // of standard deviation about 1 and mean 0, one response in 10,000 is above 3.7
    add("scan_hits", [](auto& a) {
        op::scan_hits<float> o;
        o.sequences = a.letters(N, L);
        o.has_n = false;
        o.weight = a.uniform(-0.46f, 0.46f, U, 4, W);
        o.scale = a.uniform(1, 1, U);
        o.shift = a.uniform(0, 0, U);
        o.cut = a.uniform(3.7f, 3.7f, U);
        o.hits = a.template out<std::uint32_t>(U, N);
        o.counts = a.template out<std::uint64_t>(U, W, 4);
        return o;
    });
    // all substitutions of four sequences
    add("point_mutations", [](auto& a) {
        op::point_mutations<float> o{};
        o.sequences = a.letters(4, L);
        o.weight = a.uniform(-0.5, 0.5, U, 4, W);
        o.scale = a.uniform(0.5, 1, U);
        o.shift = a.uniform(-1, 1, U);
        o.act = exponential;
        o.pool = o.stride = POOL;
        o.cells = P;
        o.depth = 2;
        o.dense[0] = {a.uniform(-0.2f, 0.2f, U, H, P), a.uniform(-1, 1, U, H), relu};
        o.dense[1] = {a.uniform(-0.1f, 0.1f, U, 1, H), a.uniform(-1, 1, U, 1), relu};
        o.change = a.out(U, 4, L, 4, 1);
        return o;
    });
    add("motif_scan_gradient", [](auto& a) {
        op::motif_scan_gradient<float> o;
        o.sequences = a.letters(N, L);
        o.has_n = false;
        o.weight = a.uniform(-0.5, 0.5, U, 4, W);
        o.y = a.uniform(0, 2, U, N, P);
        o.dy = a.uniform(-1, 1, U, N, P);
        o.kept = a.as_kept(a.places(P, POOL, U, N, P));
        o.act = exponential;
        o.scale = a.uniform(-1, 1, U);
        o.mean = a.uniform(-1, 1, U);
        o.inv_sd = a.uniform(0.5, 2, U);
        o.bias = a.uniform(-1, 1, U);
        o.batch_statistics = true;
        o.window_mean = {a.covariance(4 * W).data, 4 * W};
        o.covariance_weight = a.uniform(-1, 1, U, 4 * W);
        o.dweight = a.out(U, 4, W);
        o.dbias = a.out(U);
        o.dgamma = a.out(U);
        o.dbeta = a.out(U);
        return o;
    });
    auto const block = [](auto& a, extent features, extent hidden, bool training, bool drops) {
        op::dense_block<float> o;
        o.x = a.uniform(0, 1, U, N, features);
        o.weight = a.uniform(-1, 1, U, hidden, features);
        o.bias = a.uniform(-1, 1, U, hidden);
        o.gamma = a.uniform(-1, 1, U, hidden);
        o.beta = a.uniform(-1, 1, U, hidden);
        o.batch_statistics = training;
        o.mean = a.changed(a.uniform(-1, 1, U, hidden));
        o.variance = a.changed(a.uniform(0.5, 2, U, hidden));
        o.act = relu;
        if (drops) o.dropout = dropped;
        o.y = a.out(U, N, hidden);
        if (training) o.kept = a.kept(o, U);
        return o;
    };
    auto const block_gradient = [](auto& a, extent features, extent hidden, bool drops) {
        op::dense_block_gradient<float> o;
        o.x = a.uniform(0, 1, U, N, features);
        o.weight = a.uniform(-1, 1, U, hidden, features);
        o.gamma = a.uniform(-1, 1, U, hidden);
        o.beta = a.uniform(-1, 1, U, hidden);
        o.batch_statistics = true;
        o.variance = a.uniform(0.5, 2, U, hidden);
        o.act = relu;
        if (drops) o.dropout = dropped;
        // y as the op that wrote it would have left it
        auto const normalized = a.uniform(-1, 1, U, N, hidden);
        auto const y = a.uniform(0, 0, U, N, hidden);
        for (extent u = 0; u < U; ++u)
            for (extent n = 0; n < N; ++n)
                for (extent h = 0; h < hidden; ++h) {
                    float const z = o.gamma(u, h) * normalized(u, n, h) + o.beta(u, h);
                    bool const kept = !drops || dropped.keeps(static_cast<std::uint32_t>(u),
                                                              static_cast<std::size_t>(n * hidden + h));
                    y(u, n, h) = z > 0 && kept ? z : 0;
                }
        o.kept = a.as_kept(normalized);
        o.y = y;
        o.dy = a.uniform(-1, 1, U, N, hidden);
        o.dx = a.out(U, N, features);
        o.dweight = a.out(U, hidden, features);
        o.dbias = a.out(U, hidden);
        o.dgamma = a.out(U, hidden);
        o.dbeta = a.out(U, hidden);
        return o;
    };
    add("dense_block 26 > 100", [block](auto& a) { return block(a, P, H, true, true); });
    add("dense_block 26 > 100, inference", [block](auto& a) { return block(a, P, H, false, false); });
    add("dense_block 100 > 1", [block](auto& a) { return block(a, H, 1, true, false); });
    add("dense_block_gradient 26 > 100", [block_gradient](auto& a) { return block_gradient(a, P, H, true); });
    add("dense_block_gradient 100 > 1", [block_gradient](auto& a) { return block_gradient(a, H, 1, false); });
    auto const pair = [block](auto& a, bool training) {
        op::dense_pair<float> o{block(a, P, H, training, training), block(a, H, 1, training, false), {}};
        o.hidden.y = {};
        o.last.x = {};
        if (training) o.kept = a.kept(o, U);
        return o;
    };
    add("dense_pair", [pair](auto& a) { return pair(a, true); });
    add("dense_pair, inference", [pair](auto& a) { return pair(a, false); });
    add("dense_pair_gradient", [pair, block_gradient](auto& a) {
        auto const forward = pair(a, true);
        run(a.backend(), forward);
        op::dense_pair_gradient<float> o{block_gradient(a, P, H, true), block_gradient(a, H, 1, false),
                                         forward.kept};
        auto const same = [](auto& back, auto const& before) {
            back.x = before.x;
            back.weight = before.weight;
            back.gamma = before.gamma;
            back.beta = before.beta;
            back.variance = before.variance;
        };
        same(o.hidden, forward.hidden);
        same(o.last, forward.last);
        o.last.y = forward.last.y;
        o.hidden.y = {};
        o.hidden.dy = {};
        o.last.x = {};
        o.last.dx = {};
        return o;
    });
    add("linear", [](auto& a) {
        return op::linear<float>{
            a.uniform(0, 1, U, N, 1), a.uniform(-1, 1, O, U), 0, a.uniform(-1, 1, O), false, a.out(N, O)};
    });
    add("linear_gradient", [](auto& a) {
        return op::linear_gradient<float>{a.uniform(0, 1, U, N, 1),
                                          a.uniform(-1, 1, O, U),
                                          0,
                                          a.uniform(-1, 1, N, O),
                                          a.out(U, N, 1),
                                          a.out(O, U),
                                          a.out(O)};
    });
    add("one_hot", [](auto& a) { return op::one_hot<float>{a.letters(N, L), a.out(1, N, 4, L)}; });
    add("conv", [](auto& a) {
        return op::conv<float>{.x = a.uniform(0, 1, 1, N, 4, L),
                               .weight = a.uniform(-1, 1, U, 1, 4, W),
                               .bias = a.uniform(-1, 1, U, 1),
                               .y = a.out(U, N, 1, T)};
    });
    add("conv_gradient", [](auto& a) {
        op::conv_gradient<float> o;
        o.x = a.uniform(0, 1, 1, N, 4, L);
        o.weight = a.uniform(-1, 1, U, 1, 4, W);
        o.dy = a.uniform(-1, 1, U, N, 1, T);
        o.dweight = a.out(U, 1, 4, W);
        o.dbias = a.out(U, 1);
        return o;
    });
    // of many channels: AI-TAC's second, of 24 sequences
    add("conv_channels", [](auto& a) {
        return op::conv<float>{.x = a.uniform(0, 1, 1, 24, 300, 83),
                               .weight = a.uniform(-1, 1, 1, 200, 300, 11),
                               .bias = a.uniform(-1, 1, 1, 200),
                               .padding = 5,
                               .y = a.out(1, 24, 200, 83)};
    });
    for (bool const of_inputs : {false, true})
        add(of_inputs ? "conv_channels_gradient" : "conv_channels_gradient_of_weights", [of_inputs](auto& a) {
            op::conv_gradient<float> o;
            o.x = a.uniform(0, 1, 1, 24, 300, 83);
            o.weight = a.uniform(-1, 1, 1, 200, 300, 11);
            o.padding = 5;
            o.dy = a.uniform(-1, 1, 1, 24, 200, 83);
            if (of_inputs) o.dx = a.out(1, 24, 300, 83);
            o.dweight = a.out(1, 200, 300, 11);
            o.dbias = a.out(1, 200);
            return o;
        });
    add("batch_norm", [](auto& a) {
        op::batch_norm<float> o;
        o.x = a.uniform(-1, 1, U, N, 1, T);
        o.gamma = a.uniform(-1, 1, U, 1);
        o.beta = a.uniform(-1, 1, U, 1);
        o.batch_statistics = true;
        o.mean = a.out(U, 1);
        o.variance = a.out(U, 1);
        o.y = a.out(U, N, 1, T);
        return o;
    });
    add("batch_norm_gradient", [](auto& a) {
        op::batch_norm_gradient<float> o;
        o.x = a.uniform(-1, 1, U, N, 1, T);
        o.gamma = a.uniform(-1, 1, U, 1);
        o.batch_statistics = true;
        o.mean = a.uniform(-1, 1, U, 1);
        o.variance = a.uniform(0.5, 2, U, 1);
        o.dy = a.uniform(-1, 1, U, N, 1, T);
        o.dx = a.out(U, N, 1, T);
        o.dgamma = a.out(U, 1);
        o.dbeta = a.out(U, 1);
        return o;
    });
    add("activate", [](auto& a) {
        return op::activate<float>{a.uniform(-1, 1, U, N, 1, T), exponential, a.out(U, N, 1, T)};
    });
    add("activate_gradient", [](auto& a) {
        op::activate_gradient<float> o;
        o.x = a.uniform(-1, 1, U, N, 1, T);
        o.y = a.uniform(0, 1, U, N, 1, T);
        o.dy = a.uniform(-1, 1, U, N, 1, T);
        o.act = exponential;
        o.dx = a.out(U, N, 1, T);
        return o;
    });
    add("pool", [](auto& a) {
        op::pool<float> o;
        o.x = a.uniform(-1, 1, U, N, 1, T);
        o.width = o.stride = POOL;
        o.y = a.out(U, N, 1, P);
        o.kept = a.kept(o, U);
        return o;
    });
    add("pool_gradient", [](auto& a) {
        op::pool_gradient<float> o;
        o.width = o.stride = POOL;
        o.kept = a.as_kept(a.places(P, POOL, U, N, 1, P));
        o.dy = a.uniform(-1, 1, U, N, 1, P);
        o.dx = a.out(U, N, 1, T);
        return o;
    });
    add("dense 26 > 100", [](auto& a) {
        return op::dense<float>{a.uniform(-1, 1, U, N, P), a.uniform(-1, 1, U, H, P), a.uniform(-1, 1, U, H),
                                a.out(U, N, H)};
    });
    add("dense_gradient 26 > 100", [](auto& a) {
        op::dense_gradient<float> o;
        o.x = a.uniform(-1, 1, U, N, P);
        o.weight = a.uniform(-1, 1, U, H, P);
        o.dy = a.uniform(-1, 1, U, N, H);
        o.dx = a.out(U, N, P);
        o.dweight = a.out(U, H, P);
        o.dbias = a.out(U, H);
        return o;
    });
    add("dropout", [](auto& a) {
        return op::dropout<float>{a.uniform(-1, 1, U, N, H), dropped, a.out(U, N, H)};
    });
    add("layer_norm", [](auto& a) {
        op::layer_norm<float> o;
        o.x = a.uniform(-1, 1, U, N, H);
        o.gamma = a.uniform(-1, 1, U, H);
        o.beta = a.uniform(-1, 1, U, H);
        o.y = a.out(U, N, H);
        return o;
    });
    add("layer_norm_gradient", [](auto& a) {
        op::layer_norm_gradient<float> o;
        o.x = a.uniform(-1, 1, U, N, H);
        o.dy = a.uniform(-1, 1, U, N, H);
        o.gamma = a.uniform(-1, 1, U, H);
        o.dx = a.out(U, N, H);
        o.dgamma = a.out(U, H);
        o.dbeta = a.out(U, H);
        return o;
    });
    add("update_running", [](auto& a) {
        op::update_running<float> o;
        o.mean = a.uniform(-1, 1, U * H);
        o.variance = a.uniform(0.5, 2, U * H);
        o.count = N;
        o.running_mean = a.changed(a.uniform(-1, 1, U * H));
        o.running_variance = a.changed(a.uniform(0.5, 2, U * H));
        return o;
    });
    add("bce_with_logits", [](auto& a) {
        op::bce_with_logits<float> o;
        o.logits = a.uniform(-4, 4, N, O);
        o.labels = a.labels(N, O);
        o.gradient = a.out(N, O);
        o.totals = a.template out<double>(2);
        return o;
    });
    auto const parameters = [](auto& a, float low) { return a.uniform(low, 1, 310000); };
    auto const runs = [](auto& a) { return a.runs(310000); };
    auto const now = [](auto& a) {
        return a.step({.learning_rate = 0.003, .average_decay = 0.999, .step = 10});
    };
    add("adam_step", [=](auto& a) {
        op::adam_step<float> o;
        o.parameter = a.changed(parameters(a, -1));
        o.gradient = parameters(a, -1);
        o.first = a.changed(parameters(a, -1));
        o.second = a.changed(parameters(a, 0));
        o.runs = runs(a);
        o.now = now(a);
        return o;
    });
    add("sgd_step", [=](auto& a) {
        op::sgd_step<float> o;
        o.parameter = a.changed(parameters(a, -1));
        o.gradient = parameters(a, -1);
        o.velocity = a.changed(parameters(a, -1));
        o.runs = runs(a);
        o.now = now(a);
        o.momentum = 0.9;
        return o;
    });
    add("rmsprop_step", [=](auto& a) {
        op::rmsprop_step<float> o;
        o.parameter = a.changed(parameters(a, -1));
        o.gradient = parameters(a, -1);
        o.square = a.changed(parameters(a, 0));
        o.velocity = a.changed(parameters(a, -1));
        o.runs = runs(a);
        o.now = now(a);
        o.momentum = 0.9;
        return o;
    });
    add("moving_average", [=](auto& a) {
        return op::moving_average<float>{parameters(a, -1), now(a), a.changed(parameters(a, -1))};
    });
    add("add_sign", [=](auto& a) {
        return op::add_sign<float>{parameters(a, -1), runs(a), 0.01, a.changed(parameters(a, -1))};
    });
    add("scale_and_clamp", [=](auto& a) {
        return op::scale_and_clamp<float>{0.5, -0.25, 0.25, runs(a), a.changed(parameters(a, -1))};
    });
    add("sum_of_squares", [=](auto& a) {
        auto const pieces = runs(a);
        return op::sum_of_squares<float>{parameters(a, -1), pieces, a.template out<double>(pieces.size(0))};
    });
    add("clip_norm", [=](auto& a) {
        return op::clip_norm<float>{a.template out<double>(20), 0, runs(a), a.changed(parameters(a, -1))};
    });
}

} // namespace bench
