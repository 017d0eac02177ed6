// What every loss and every optimizer must obey, as code that names the law one breaks.
#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <explainn/reference.hpp>
#include <explainn/train/loss.hpp>
#include <explainn/train/optimizer.hpp>

namespace laws {
namespace ex = explainn;
using device = ex::reference<double>;

/// Empty, or the law that a loss breaks on these logits and labels (rows of `outputs`).
template <class Loss>
requires ex::loss<Loss, device> std::string broken(Loss const& loss, std::vector<double> logits,
                                                   std::vector<float> const& labels, int outputs)
{
    device b;
    int const rows = static_cast<int>(logits.size()) / outputs;
    std::vector<double> gradient(logits.size(), 7), other(logits.size());
    auto const call = [&](std::vector<double> const& x, std::vector<double>& g) {
        return loss(b, ex::view<double const, 2>{x.data(), rows, outputs},
                    ex::view<float const, 2>{labels.data(), rows, outputs},
                    ex::view<double, 2>{g.data(), rows, outputs});
    };
    ex::loss_sum const all = call(logits, gradient);
    if (!(all.count > 0) || !std::isfinite(all.sum)) return "labels that are there give a finite loss";
    ex::loss_sum const alone = loss(b, ex::view<double const, 2>{logits.data(), rows, outputs},
                                    ex::view<float const, 2>{labels.data(), rows, outputs}, {});
    if (alone.sum != all.sum || alone.count != all.count)
        return "the loss is the same whether its gradient is wanted or not";
    for (std::size_t i = 0; i < logits.size(); ++i) {
        double const h = 1e-6, was = logits[i];
        logits[i] = was + h;
        double const up = call(logits, other).mean();
        logits[i] = was - h;
        double const down = call(logits, other).mean();
        logits[i] = was;
        double const slope = (up - down) / (2 * h);
        if (!(std::abs(gradient[i] - slope) <= 1e-6 + 1e-5 * std::abs(slope)))
            return "the gradient is the slope of the mean: " + std::to_string(gradient[i]) + " and " +
                   std::to_string(slope) + " at " + std::to_string(i);
        if (std::isnan(labels[i]) && gradient[i] != 0) return "a missing label has no gradient";
    }
    return {};
}

/// Empty, or the law that an optimizer breaks.
template <class Optimizer>
requires ex::optimizer<Optimizer, device> std::string broken(Optimizer const& o)
{
    device b;
    constexpr int n = 24, steps = 40;
    // a bowl: f(p) = sum c p^2 / 2
    auto const run = [&](int cut, double slope) {
        std::vector<double> p(n), g(n);
        std::vector<std::vector<double>> kept(Optimizer::states, std::vector<double>(n));
        for (int i = 0; i < n; ++i) p[static_cast<std::size_t>(i)] = 1 + 0.1 * i;
        for (int step = 1; step <= steps; ++step) {
            for (int i = 0; i < n; ++i) {
                auto const at = static_cast<std::size_t>(i);
                g[at] = slope * (1 + i % 3) * p[at];
            }
            for (int from : {0, cut}) {
                int const count = from == 0 ? cut : n - cut;
                if (count == 0 || (from == cut && cut == 0)) continue;
                ex::optimizer_run<double> run{.parameter = {p.data() + from, count},
                                              .gradient = {g.data() + from, count},
                                              .step = step,
                                              .learning_rate = o.learning_rate,
                                              .decays = false};
                for (std::size_t i = 0; i < kept.size(); ++i) run.state[i] = {kept[i].data() + from, count};
                o(b, run);
            }
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

} // namespace laws
