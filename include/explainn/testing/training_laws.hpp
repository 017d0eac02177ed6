// The laws of losses and optimizers, for the tests of this library and of users' own: each names the law that
// is broken.
#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <vector>

#include <explainn/model/stages/stage.hpp>
#include <explainn/train/loss.hpp>
#include <explainn/train/optimizer.hpp>

namespace explainn::EXPLAINN_ABI::laws {

/// Empty, or a sentence with the law that a loss breaks on these logits and labels (rows of `outputs`; NaN =
/// missing): it is finite where there are labels, the same whether its gradient is wanted or not, its
/// gradient is the slope of its mean, and a missing label has none. It runs on a backend of double; logits
/// should not lie on a kink of the loss.
///
///     reference<double> b;
///     std::string const law = laws::broken(b, huber{}, {0.3, -1.2, 2.1, 0.4}, {1, 0, 2, 0.5f}, 2);
template <class Loss, backend B>
requires loss<Loss, B> && std::same_as<typename B::scalar, double> std::string
broken(B& b, Loss const& loss, std::vector<double> logits, std::vector<float> const& labels, int outputs)
{
    if (outputs < 1 || logits.empty() || logits.size() % static_cast<std::size_t>(outputs) != 0 ||
        labels.size() != logits.size())
        return "logits and labels are as many, and whole rows of outputs";
    int const rows = static_cast<int>(logits.size()) / outputs;
    auto x = b.template make<double>(logits.size()), g = b.template make<double>(logits.size());
    auto y = b.template make<float>(labels.size());
    b.upload(y.data(), labels.data(), labels.size());
    auto const call = [&](std::vector<double> const& at, std::vector<double>* gradient) {
        b.upload(x.data(), at.data(), at.size());
        view<double, 2> where{};
        if (gradient) {
            gradient->assign(at.size(), 7);
            b.upload(g.data(), gradient->data(), at.size());
            where = {g.data(), rows, outputs};
        }
        loss_sum const sum = loss(b, view<double const, 2>{x.data(), rows, outputs},
                                  view<float const, 2>{y.data(), rows, outputs}, where);
        if (gradient) b.download(gradient->data(), g.data(), at.size());
        return sum;
    };
    std::vector<double> gradient, other;
    loss_sum const all = call(logits, &gradient), alone = call(logits, nullptr);
    if (!(all.count > 0) || !std::isfinite(all.sum)) return "labels that are there give a finite loss";
    if (alone.sum != all.sum || alone.count != all.count)
        return "the loss is the same whether its gradient is wanted or not";
    for (std::size_t i = 0; i < logits.size(); ++i) {
        double const h = 1e-6, was = logits[i];
        logits[i] = was + h;
        double const up = call(logits, &other).mean();
        logits[i] = was - h;
        double const down = call(logits, &other).mean();
        logits[i] = was;
        double const slope = (up - down) / (2 * h);
        if (!(std::abs(gradient[i] - slope) <= 1e-6 + 1e-5 * std::abs(slope)))
            return "the gradient is the slope of the mean: " + std::to_string(gradient[i]) + " and " +
                   std::to_string(slope) + " at " + std::to_string(i);
        if (std::isnan(labels[i]) && gradient[i] != 0) return "a missing label has no gradient";
    }
    return {};
}

/// Empty, or a sentence with the law that an optimizer breaks: parameters that are stepped in pieces end as
/// those stepped at once, nothing moves without gradient, momentum and decay, and steps go down the slope.
///
///     reference<double> b;
///     std::string const law = laws::broken(b, adam{});
template <class Optimizer, backend B>
requires optimizer<Optimizer, B> && std::same_as<typename B::scalar, double> std::string
broken(B& b, Optimizer const& o)
{
    constexpr int n = 24, steps = 40;
    // a bowl: f(p) = sum c p^2 / 2
    auto const run = [&](int cut, double slope) {
        std::vector<double> p(n), g(n);
        for (int i = 0; i < n; ++i) p[static_cast<std::size_t>(i)] = 1 + 0.1 * i;
        auto parameter = b.template make<double>(n), gradient = b.template make<double>(n);
        std::vector<decltype(parameter)> kept;
        for (int i = 0; i < Optimizer::states; ++i) kept.push_back(b.template make<double>(n));
        b.upload(parameter.data(), p.data(), n);
        for (int step = 1; step <= steps; ++step) {
            for (int i = 0; i < n; ++i) {
                auto const at = static_cast<std::size_t>(i);
                g[at] = slope * (1 + i % 3) * p[at];
            }
            b.upload(gradient.data(), g.data(), n);
            for (auto const& [from, count] : {std::array{0, cut}, std::array{cut, n - cut}}) {
                if (count == 0) continue;
                optimizer_run<double> r{.parameter = {parameter.data() + from, count},
                                        .gradient = view<double, 1>{gradient.data() + from, count},
                                        .step = step,
                                        .learning_rate = o.learning_rate,
                                        .decays = false};
                for (std::size_t i = 0; i < kept.size(); ++i) r.state[i] = {kept[i].data() + from, count};
                o(b, r);
            }
            b.download(p.data(), parameter.data(), n);
        }
        return p;
    };
    auto const whole = run(n, 1), cut = run(7, 1), still = run(n, 0);
    if (whole != cut) return "a run in two pieces steps as one";
    for (std::size_t i = 0; i < n; ++i) {
        double const start = 1 + 0.1 * static_cast<double>(i);
        if (still[i] != start) return "without gradient, momentum or decay nothing moves";
        if (!(std::abs(whole[i]) < start)) return "it goes down the slope";
    }
    return {};
}

} // namespace explainn::EXPLAINN_ABI::laws
