// The laws of losses and optimizers, for the tests of this library and of users' own; each function names the
// law that is broken.
#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/train/loss.hpp>
#include <explainn/train/optimizer.hpp>

namespace explainn::EXPLAINN_ABI::laws {

/// Returns an empty text or, where a loss breaks a law on these logits and labels (rows of `outputs`; NaN =
/// missing), a sentence with the law: the loss is finite where there are labels; it is the same whether its
/// gradient is wanted or not; its gradient is the slope of its sum; a missing label has no gradient. A loss
/// that takes columns gives for some columns, with a weight, what it gives for a table of those columns
/// alone; it adds to the totals where the call asks for it, and leaves the gradient of the other columns as
/// it is. It runs on a backend of double; logits should not lie on a kink of the loss.
///
///     reference<double> b;
///     std::string const law = laws::broken(b, huber{}, {0.3, -1.2, 2.1, 0.4}, {1, 0, 2, 0.5f}, 2);
template <class Loss, backend B>
    requires loss<Loss, B> && std::same_as<typename B::scalar, double>
std::string broken(B& b, Loss const& loss, std::vector<double> logits, std::vector<float> const& labels,
                   int outputs)
{
    if (outputs < 1 || logits.empty() || logits.size() % static_cast<std::size_t>(outputs) != 0 ||
        labels.size() != logits.size())
        return "there are as many labels as logits, in whole rows of outputs";
    int const rows = static_cast<int>(logits.size()) / outputs;
    auto x = b.template make<double>(logits.size()), g = b.template make<double>(logits.size()),
         totals = b.template make<double>(2);
    auto y = b.template make<float>(labels.size());
    b.upload(y.data(), labels.data(), labels.size());
    loss_call<double> const whole{.logits = view<double, 2>{x.data(), rows, outputs},
                                  .labels = view<float, 2>{y.data(), rows, outputs},
                                  .totals = {totals.data(), 2}};
    auto const call = [&](std::vector<double> const& at, std::vector<double>* gradient, loss_call<double> a) {
        b.upload(x.data(), at.data(), at.size());
        double seen[2]{1000, 100}; // values that stood there before
        b.upload(totals.data(), seen, 2);
        if (gradient) {
            gradient->assign(at.size(), 7);
            b.upload(g.data(), gradient->data(), at.size());
            a.gradient = {g.data(), rows, outputs};
        }
        loss(b, a);
        if (gradient) b.download(gradient->data(), g.data(), at.size());
        fetch(b, seen, totals.data(), 2);
        return loss_sum{seen[0], seen[1]};
    };
    std::vector<double> gradient, other;
    loss_sum const all = call(logits, &gradient, whole), alone = call(logits, nullptr, whole);
    if (!(all.count > 0) || !std::isfinite(all.sum)) return "labels that are there give a finite loss";
    if (alone.sum != all.sum || alone.count != all.count)
        return "the loss is the same whether its gradient is wanted or not";
    for (std::size_t i = 0; i < logits.size(); ++i) {
        double const h = 1e-6, was = logits[i];
        logits[i] = was + h;
        double const up = call(logits, &other, whole).sum;
        logits[i] = was - h;
        double const down = call(logits, &other, whole).sum;
        logits[i] = was;
        double const slope = (up - down) / (2 * h);
        if (!(std::abs(gradient[i] - slope) <= 1e-6 + 1e-5 * std::abs(slope)))
            return "the gradient is the slope of the sum: " + std::to_string(gradient[i]) + " and " +
                   std::to_string(slope) + " at " + std::to_string(i);
        if (std::isnan(labels[i]) && gradient[i] != 0) return "a missing label has no gradient";
    }
    if constexpr (takes_columns<Loss>) {
        if (outputs < 2) return {};
        // the loss of all columns but the first, by itself and as columns of the whole
        auto const width = static_cast<std::size_t>(outputs);
        std::vector<double> some_logits, some_gradient((width - 1) * static_cast<std::size_t>(rows));
        std::vector<float> some_labels;
        for (std::size_t i = 0; i < logits.size(); ++i)
            if (i % width != 0) some_logits.push_back(logits[i]), some_labels.push_back(labels[i]);
        auto sx = b.template make<double>(some_logits.size()),
             sg = b.template make<double>(some_logits.size());
        auto sy = b.template make<float>(some_labels.size());
        b.upload(sx.data(), some_logits.data(), some_logits.size());
        b.upload(sy.data(), some_labels.data(), some_labels.size());
        loss_call<double> some{.logits = view<double, 2>{sx.data(), rows, outputs - 1},
                               .labels = view<float, 2>{sy.data(), rows, outputs - 1},
                               .gradient = {sg.data(), rows, outputs - 1},
                               .totals = {totals.data(), 2}};
        double expected[2];
        bool fits = true; // a loss may be made for a certain number of columns
        try {
            loss(b, some);
        } catch (error const&) {
            fits = false;
        }
        if (!fits) return {};
        b.download(some_gradient.data(), sg.data(), some_gradient.size());
        fetch(b, expected, totals.data(), 2);
        auto columns = whole;
        columns.first = 1;
        columns.count = outputs - 1;
        columns.weight = 3;
        columns.add = true;
        loss_sum const seen = call(logits, &gradient, columns);
        auto const near = [](double a, double c) { return std::abs(a - c) <= 1e-9 * (1 + std::abs(c)); };
        if (!near(seen.sum, 1000 + 3 * expected[0]) || !near(seen.count, 100 + 3 * expected[1]))
            return "the weighted totals of some columns are added to the totals that were there";
        for (std::size_t i = 0, k = 0; i < logits.size(); ++i)
            if (!near(gradient[i], i % width == 0 ? 7 : 3 * some_gradient[k++]))
                return "the weighted gradient of some columns is that of a table of these columns, and the "
                       "other columns keep theirs";
    }
    return {};
}

/// Returns an empty text or, where an optimizer breaks a law, a sentence with the law: parameters that are
/// stepped in two pieces end as those stepped at once; nothing moves without gradient, momentum and decay;
/// steps go down the slope.
///
///     reference<double> b;
///     std::string const law = laws::broken(b, adam{});
template <class Optimizer, backend B>
    requires optimizer<Optimizer, B> && std::same_as<typename B::scalar, double>
std::string broken(B& b, Optimizer const& o)
{
    constexpr int n = 24, steps = 40;
    // a bowl: f(p) = sum c p^2 / 2
    auto const run = [&](int cut, double slope) {
        std::vector<double> p(n), g(n);
        for (int i = 0; i < n; ++i) p[static_cast<std::size_t>(i)] = 1 + 0.1 * i;
        auto parameter = b.template make<double>(n), gradient = b.template make<double>(n);
        std::vector<decltype(parameter)> kept;
        for (int i = 0; i < Optimizer::states; ++i) kept.push_back(b.template make<double>(n));
        auto now = b.template make<step_values>(1);
        auto runs = b.template make<parameter_run>(2);
        auto const until = static_cast<std::size_t>(cut);
        parameter_run const pieces[2]{{0, until, 1, false}, {until, n - until, 1, false}};
        b.upload(runs.data(), pieces, 2);
        optimizer_step<double> a{.parameter = {parameter.data(), n},
                                 .gradient = view<double, 1>{gradient.data(), n},
                                 .runs = view<parameter_run, 1>{runs.data(), cut < n ? 2 : 1},
                                 .now = view<step_values, 1>{now.data(), 1}};
        for (std::size_t i = 0; i < kept.size(); ++i) a.state[i] = {kept[i].data(), n};
        b.upload(parameter.data(), p.data(), n);
        for (int step = 1; step <= steps; ++step) {
            for (int i = 0; i < n; ++i) {
                auto const at = static_cast<std::size_t>(i);
                g[at] = slope * (1 + i % 3) * p[at];
            }
            b.upload(gradient.data(), g.data(), n);
            step_values const values{o.learning_rate, 0, step, step};
            b.upload(now.data(), &values, 1);
            step_all(b, o, a);
            fetch(b, p.data(), parameter.data(), n);
        }
        return p;
    };
    auto const whole = run(n, 1), cut = run(7, 1), still = run(n, 0);
    if (whole != cut) return "parameters stepped in two pieces end as those stepped at once";
    for (std::size_t i = 0; i < n; ++i) {
        double const start = 1 + 0.1 * static_cast<double>(i);
        if (still[i] != start) return "without gradient, momentum or decay nothing moves";
        if (!(std::abs(whole[i]) < start)) return "a step goes down the slope";
    }
    return {};
}

} // namespace explainn::EXPLAINN_ABI::laws
