// Compares a model on any backend with a golden case.
#pragma once
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/trainer.hpp>

#include "golden_case.hpp"
#include "loss_by_name.hpp"
#include "support/skip.hpp"

namespace golden {

/// Compares tensors with a case: in double within the required tolerances, in float within three times
/// PyTorch's own error.
template <class T>
class comparison {
public:
    comparison(std::string name, golden_case const& g) : name_{std::move(name)}, golden_{g}
    {
        if constexpr (std::same_as<T, float>) errors_ = float_errors();
    }
    /// `exempt` may leave out elements.
    template <class X>
    void hold(std::string const& tensor, std::vector<X> const& got, double tolerance,
              std::vector<char> const& exempt = {})
    {
        auto const want = golden_.values(tensor);
        REQUIRE(got.size() == want.size());
        double worst = 0, largest = 0;
        for (std::size_t i = 0; i < want.size(); ++i) {
            largest = std::max(largest, std::abs(want[i]));
            if (exempt.empty() || !exempt[i]) {
                double const d = std::abs(static_cast<double>(got[i]) - want[i]);
                worst = d > worst || std::isnan(d) ? d : worst;
            }
        }
        if (largest == 0) largest = 1;
        double const limit = limit_of(tensor, tolerance);
        INFO(name_, " ", tensor, ": error ", worst / largest, ", limit ", limit);
        CHECK(worst / largest <= limit);
    }

private:
    double limit_of(std::string const& tensor, double tolerance) const
    {
        if constexpr (std::same_as<T, double>) return tolerance;
        // a tensor that PyTorch happens to compute exactly may still be rounded differently here
        constexpr double rounding = 4 * 6e-8;
        auto const found = errors_.find(name_ + "/" + tensor);
        REQUIRE_MESSAGE(found != errors_.end(), "no float error of ", name_, "/", tensor);
        return 3 * std::max(found->second, rounding);
    }

    std::string name_;
    golden_case const& golden_;
    std::map<std::string, double> errors_;
};

/// Elements of a tensor that have no meaning after Adam steps: biases before a batch norm, whose true
/// gradient is zero (golden below 1e-12), and the running means that depend on them.
inline std::vector<char> exempt_elements(golden_case const& g, ex::network_rows const& rows,
                                         ex::parameter_list const& all, ex::parameter const& p)
{
    auto const below = [&](ex::parameter const& bias) {
        std::vector<char> exempt;
        for (double const x : g.values("gradient/" + std::string{bias.name()}))
            exempt.push_back(std::abs(x) < 1e-12);
        return exempt;
    };
    if (p.layer < 0) return {};
    if (p.trained) return below(p);
    bool const mean = rows.layer(p.layer).what == ex::kind::batch_norm && p.part == 2;
    if (!mean || p.layer == 0) return {};
    auto const* bias = all.of(p.layer - 1, 1);
    return bias ? below(*bias) : std::vector<char>{};
}

template <ex::backend B>
void load_initial(ex::basic_model<B>& m, golden_case const& g)
{
    for (auto const& p : m.parameters()) {
        std::string const name{p.name()};
        auto const from = g.values("initial/" + name);
        std::vector<typename B::scalar> const values(from.begin(), from.end());
        m.set_values(name, values);
    }
}

template <ex::backend B, class Optimizer>
void check_steps(std::string const& name, golden_case const& g, ex::basic_model<B>& m,
                 std::string const& which, Optimizer optimizer)
{
    using T = typename B::scalar;
    comparison<T> compare{name, g};
    load_initial(m, g);
    loss_by_name const loss{g.loss(), std::make_shared<std::vector<double>>()};
    ex::trainer train{m, optimizer, loss, ex::training{.sum_of_terms = loss.sums()}};
    std::vector<double> losses;
    for (int t = 0; t < 10; ++t) {
        *loss.exact = g.labels(t);
        losses.push_back(loss.printed(train.train_batch(g.batch(t))));
        if (t == 0) {
            auto const flat = train.gradients();
            for (auto const& p : m.parameters()) {
                if (!p.trained) continue;
                auto const first = flat.begin() + static_cast<std::ptrdiff_t>(p.offset);
                std::vector<T> const mine(first, first + static_cast<std::ptrdiff_t>(p.count));
                std::string const tensor = "gradient/" + std::string{p.name()};
                auto const exempt = exempt_elements(g, m.rows(), m.parameters(), p);
                compare.hold(tensor, mine, 1e-9, exempt);
            }
        }
        if (t == 0 || t == 9)
            for (auto const& p : m.parameters())
                compare.hold(which + "_after_" + std::to_string(t + 1) + "/" + std::string{p.name()},
                             m.values(p.name()), t == 0 ? 1e-9 : 1e-6,
                             exempt_elements(g, m.rows(), m.parameters(), p));
    }
    // the first loss is that of the initial parameters, the others follow the steps
    auto const want = g.values(which + "_losses");
    if constexpr (std::same_as<T, double>) CHECK(losses[0] == doctest::Approx(want[0]).epsilon(1e-9));
    compare.hold(which + "_losses", losses, 1e-6);
}

/// Checks everything that a case contains.
template <ex::backend B>
void check_case(std::string const& name, golden_case const& g, ex::basic_model<B>& m)
{
    using T = typename B::scalar;
    comparison<T> compare{name, g};
    load_initial(m, g);
    auto batch = g.batch(0);
    ex::view<ex::letter const, 2> const letters{batch.letters.data(), batch.count, m.length()};
    compare.hold("eval_logits", m.predict(letters), 1e-9);

    auto& b = m.device();
    auto on_device = b.template make<ex::letter>(batch.letters.size());
    b.upload(on_device.data(), batch.letters.data(), batch.letters.size());
    auto const logits = m.run().train_forward({{on_device.data(), batch.count, m.length()}, batch.has_n},
                                              m.data(), ex::step_number{});
    std::vector<T> host(logits.count());
    ex::fetch(b, host.data(), logits.data, host.size());
    compare.hold("train_logits", host, 1e-9);

    check_steps(name, g, m, "adam", ex::adam{.learning_rate = g.rate("adam_lr")});
    check_steps(name, g, m, "sgd", ex::sgd{.learning_rate = g.rate("sgd_lr")});
}

/// Checks the case with a type that has every number in it and with a dynamic one.
template <ex::backend B, ex::paper P>
void check_both(std::string const& name, B (*make)())
{
    auto const file = find_case(name);
    if (!file) return test::skip(name + " is not here");
    golden_case const g{*file};
    REQUIRE(g.number("num_fc") == P.num_fc);
    {
        ex::model<ex::paper_network<P>, B> m{ex::seed{1}, make()};
        check_case(name, g, m);
    }
    {
        ex::model<ex::dynamic_paper_network<P.num_fc>, B> m{g.given(), ex::seed{1}, make()};
        check_case(name, g, m);
    }
}

template <ex::backend B>
void check_all(B (*make)())
{
    constexpr ex::percent none{0};
    using ex::paper;
    constexpr paper small{.length = 40, .units = 4, .outputs = 2, .width = 7, .dropout = none};
    constexpr auto with_outputs = [](paper p, ex::extent o) {
        p.outputs = o;
        return p;
    };
    check_both<B, paper{.length = 30, .units = 5, .outputs = 3, .width = 7, .num_fc = 0, .dropout = none}>(
        "fc0", make);
    check_both<B, paper{.length = 40,
                        .units = 6,
                        .outputs = 2,
                        .width = 9,
                        .num_fc = 1,
                        .pool = 4,
                        .stride = 4,
                        .dropout = none}>("fc1", make);
    check_both<B, paper{.length = 50, .units = 7, .outputs = 3, .dropout = none}>("fc2", make);
    check_both<
        B,
        paper{.length = 45, .units = 4, .outputs = 4, .width = 8, .pool = 5, .stride = 3, .dropout = none}>(
        "fc2_overlap", make);
    check_both<B, paper{.length = 41,
                        .units = 3,
                        .outputs = 2,
                        .width = 6,
                        .num_fc = 3,
                        .pool = 6,
                        .stride = 6,
                        .dropout = none}>("fc3", make);
    check_both<B, paper{.length = 33,
                        .units = 2,
                        .outputs = 1,
                        .width = 5,
                        .num_fc = 5,
                        .pool = 3,
                        .stride = 3,
                        .dropout = none}>("fc5", make);
    check_both<B, with_outputs(small, 5)>("fc2_masked", make);
    check_both<B, with_outputs(small, 4)>("fc2_ce", make);
    check_both<B, small>("fc2_mse", make);
    check_both<B, with_outputs(small, 6)>("fc2_pearson", make);
    check_both<B, with_outputs(small, 3)>("fc2_poisson", make);
}

} // namespace golden
