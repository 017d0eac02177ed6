// The training loop: what it keeps, when it stops, and that it can be interrupted and continued.
#include <algorithm>

#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/listeners.hpp>
#include <explainn/train/trainer.hpp>

#include "train/toy_data.hpp"

using namespace explainn;

namespace {

using net = paper_network<paper{.length = 40, .units = 4, .outputs = 2, .width = 7, .hidden = 6}>;
using device = cpu<float>;

struct finished_run {
    std::vector<float> values;
    training_state<float> state;
};

template <class Optimizer = adam, class Schedule = constant_rate>
finished_run run_with(training how, Optimizer optimizer = {.learning_rate = 0.02},
                      device b = device{threads{1}}, Schedule schedule = {})
{
    toy::data const data{330};
    auto const train = toy::rows(0, 241), valid = toy::rows(241, 330);
    model<net, device> m{seed{5}, std::move(b)};
    trainer t{m, optimizer, bce_with_logits{}, how, schedule};
    t.fit(part{data, train}, part{data, valid});
    return {m.snapshot(), t.state()};
}
bool unchanged(parameter const& p, std::vector<float> const& before, std::vector<float> const& after)
{
    auto const first = static_cast<std::ptrdiff_t>(p.offset),
               last = static_cast<std::ptrdiff_t>(p.offset + p.count);
    return std::equal(before.begin() + first, before.begin() + last, after.begin() + first);
}
bool same_history(training_state<float> const& a, training_state<float> const& b)
{
    return a.history.size() == b.history.size() &&
           std::equal(a.history.begin(), a.history.end(), b.history.begin(),
                      [](auto const& x, auto const& y) { return x.train == y.train && x.valid == y.valid; });
}

} // namespace

TEST_CASE("a model learns a planted motif")
{
    auto const r = run_with({.epochs = 12, .patience = 0, .batch = 20, .from = seed{3}});
    REQUIRE(r.state.history.size() == 12);
    CHECK(r.state.history.front().valid > r.state.best_loss);
    CHECK(r.state.best_loss < 0.6);
}
TEST_CASE("the best epoch is kept, and training stops when patience is over")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 60), valid = toy::rows(60, 330);
    model<net, device> m{seed{5}, device{threads{1}}};
    training const how{.epochs = 60, .patience = 3, .batch = 20, .from = seed{3}};
    trainer t{m, adam{.learning_rate = 0.03}, bce_with_logits{}, how};
    CHECK(t.fit(part{data, train}, part{data, valid}) == ending::finished);
    auto const& s = t.state();
    REQUIRE(s.history.size() < 60);
    CHECK(static_cast<int>(s.history.size()) == s.best_epoch + 3);
    double lowest = s.history[0].valid;
    for (auto const& h : s.history) lowest = std::min(lowest, h.valid);
    CHECK(s.best_loss == lowest);
    CHECK(s.history[static_cast<std::size_t>(s.best_epoch - 1)].valid == lowest);
    // the model now holds that epoch's values
    CHECK(evaluate(m, part{data, valid}, bce_with_logits{}, reading{}).mean() ==
          doctest::Approx(lowest).epsilon(1e-6));
    CHECK(m.snapshot() == s.best);
}
TEST_CASE("the validation loss is over all labels, not a mean of batch means")
{
    toy::data const data{101};
    auto const rows = toy::rows(0, 101);
    model<net, reference<double>> m{seed{5}};
    auto const whole = evaluate(m, part{data, rows}, bce_with_logits{}, reading{false, 101});
    auto const pieces = evaluate(m, part{data, rows}, bce_with_logits{}, reading{false, 7});
    CHECK(whole.count == pieces.count);
    CHECK(whole.mean() == doctest::Approx(pieces.mean()).epsilon(1e-12));
}
TEST_CASE("evaluation on both strands is the mean of their logits")
{
    toy::data const data{5};
    auto const rows = toy::rows(0, 5);
    model<net, reference<double>> m{seed{5}};
    std::vector<double> both, forward, reverse;
    evaluator<reference<double>>{m, {true, 2}}(part{data, rows}, [&](std::size_t, auto y, host_batch const&) {
        both.insert(both.end(), y.data, y.data + y.count());
    });
    for (std::uint32_t i = 0; i < 5; ++i)
        for (bool const flip : {false, true}) {
            host_batch b;
            std::vector<sample> const one{{i, flip}};
            b.fill(data, one);
            auto const y = m.predict({b.letters.data(), 1, 40});
            (flip ? reverse : forward).insert((flip ? reverse : forward).end(), y.begin(), y.end());
        }
    REQUIRE(both.size() == 10);
    for (std::size_t i = 0; i < 10; ++i)
        CHECK(both[i] == doctest::Approx((forward[i] + reverse[i]) / 2).epsilon(1e-12));
}
TEST_CASE("a batch without a label makes no step")
{
    toy::data data{20};
    data.forget_labels();
    model<net, device> m{seed{5}};
    auto const before = m.snapshot();
    trainer t{m, adam{}, bce_with_logits{}, training{}};
    host_batch b;
    auto const order = epoch_order(toy::rows(0, 20), false, seed{1}, 1);
    b.fill(data, order);
    auto const none = t.train_batch(b);
    CHECK(none.count == 0);
    CHECK(t.state().step == 0);
    CHECK(m.snapshot() == before);
}
TEST_CASE("a last batch of one sequence joins the one before")
{
    // 241 rows in batches of 20: 12 batches, the last of 21
    auto const r = run_with({.epochs = 2, .patience = 0, .batch = 20, .from = seed{3}});
    CHECK(r.state.step == 2 * 12);
    for (float const x : r.values) REQUIRE(std::isfinite(x));
}
TEST_CASE("what cannot be trained on is refused in words")
{
    toy::data data{20};
    auto const none = toy::rows(0, 0), one = toy::rows(0, 1), some = toy::rows(1, 20);
    model<net, device> m{seed{5}};
    auto const fit = [&](std::size_t batch, auto const& train, auto const& valid) {
        trainer t{m, adam{}, bce_with_logits{}, {.epochs = 1, .batch = batch}};
        t.fit(part{data, train}, part{data, valid});
    };
    CHECK_THROWS_WITH_AS(fit(20, one, some),
                         "expected at least two training sequences (batch norm needs two), found 1", error);
    CHECK_THROWS_WITH_AS(fit(20, none, some),
                         "expected at least two training sequences (batch norm needs two), found 0", error);
    CHECK_THROWS_WITH_AS(fit(1, some, some),
                         "expected batches of at least two sequences (batch norm needs two), found 1", error);
    CHECK_THROWS_WITH_AS(fit(20, some, none),
                         "expected some resolved labels in the validation part, found none", error);
}
TEST_CASE("any number of threads gives the same bits")
{
    training const how{.epochs = 3, .patience = 0, .batch = 20, .from = seed{3}, .both_strands = true};
    auto const one = run_with(how), two = run_with(how, adam{.learning_rate = 0.02}, device{threads{2}}),
               three = run_with(how, adam{.learning_rate = 0.02}, device{threads{3}});
    CHECK(one.values == two.values);
    CHECK(one.values == three.values);
    CHECK(same_history(one.state, two.state));
    CHECK(same_history(one.state, three.state));
    auto const other =
        run_with({.epochs = 3, .patience = 0, .batch = 20, .from = seed{4}, .both_strands = true});
    CHECK(one.values != other.values);
}
TEST_CASE("a run goes on from any checkpoint to the same bits")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    training const how{
        .epochs = 5, .patience = 2, .batch = 20, .from = seed{3}, .clip_norm = 1, .average = 0.9};
    std::vector<training_state<float>> states;
    std::vector<float> unbroken;
    training_state<float> last;
    {
        model<net, device> m{seed{5}, device{threads{1}}};
        trainer t{m, adamw{.learning_rate = 0.03}, bce_with_logits{}, how, cosine_rate{.warm_up = 0.1}};
        t.checkpoint([&](auto const& s) { states.push_back(s); }, 0);
        t.fit(part{data, train}, part{data, valid});
        unbroken = m.snapshot();
        last = t.state();
    }
    REQUIRE(states.size() > 15);
    for (std::size_t i = 0; i < states.size(); i += 3) {
        CAPTURE(i);
        // other initial values: everything must come from the state
        model<net, device> m{seed{77}, device{threads{1 + static_cast<int>(i % 2)}}};
        trainer t{m, adamw{.learning_rate = 0.03}, bce_with_logits{}, how, cosine_rate{.warm_up = 0.1}};
        t.resume(states[i]);
        t.fit(part{data, train}, part{data, valid});
        CHECK(m.snapshot() == unbroken);
        CHECK(same_history(t.state(), last));
    }
}
TEST_CASE("a listener stops a run, which goes on to the same bits")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    training const how{.epochs = 3, .patience = 0, .batch = 20, .from = seed{3}};
    auto const run_on = [&](auto& m, auto listener, training_state<float> const* from,
                            training_state<float>* to) {
        trainer t{m, adam{}, bce_with_logits{}, how};
        if (from) t.resume(*from);
        t.checkpoint([&](auto const& s) {
            if (to) *to = s;
        });
        return t.fit(part{data, train}, part{data, valid}, listener);
    };
    model<net, device> whole{seed{5}}, first{seed{5}}, second{seed{6}};
    CHECK(run_on(whole, silent{}, nullptr, nullptr) == ending::finished);
    training_state<float> stopped;
    int seen = 0;
    auto const stop = listeners{[&](batch_done const&) { return ++seen == 7 ? go_on::no : go_on::yes; },
                                [](epoch_done const&) {}};
    CHECK(run_on(first, stop, nullptr, &stopped) == ending::interrupted);
    CHECK(run_on(second, silent{}, &stopped, nullptr) == ending::finished);
    CHECK(second.snapshot() == whole.snapshot());
}
TEST_CASE("a loss that is no number stops the run and says where")
{
    toy::data data{40};
    auto const rows = toy::rows(0, 40);
    model<net, device> m{seed{5}};
    // set_values refuses such a number, so it is written directly into the model's array
    float const nan = std::numeric_limits<float>::quiet_NaN();
    m.device().upload(m.data() + m.parameters()["final.weight"].offset, &nan, 1);
    trainer t{m, adam{}, bce_with_logits{}, {.epochs = 2, .batch = 20}};
    CHECK_THROWS_WITH_AS(t.fit(part{data, rows}, part{data, rows}),
                         "the loss is no longer a number at epoch 1, batch 1; a smaller learning rate may "
                         "help; the model holds "
                         "the values it had before",
                         error);
}
TEST_CASE("what is frozen stays to the bit, running statistics included")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    model<net, device> m{seed{5}};
    auto const before = m.snapshot();
    training how{.epochs = 2, .patience = 0, .batch = 20, .from = seed{3}};
    how.freezes = [](std::string_view name) { return name.starts_with("linears."); };
    trainer t{m, adamw{}, bce_with_logits{}, how};
    t.fit(part{data, train}, part{data, valid});
    auto const after = m.snapshot();
    for (auto const& p : m.parameters()) {
        std::string const name{p.name()};
        CAPTURE(name);
        bool const same = unchanged(p, before, after);
        CHECK(same == name.starts_with("linears."));
    }
}
TEST_CASE("a frozen bank beside one that learns: filters of 19 bases stay, filters of 11 do not")
{
    using frozen = unit<conv<19>, batch_norm, exponential, max_pool<5>, dense<1>, batch_norm, relu>;
    using learning = unit<conv<11>, batch_norm, exponential, max_pool<5>, dense<1>, batch_norm, relu>;
    toy::data const data{330};
    auto const train = toy::rows(0, 241), valid = toy::rows(241, 330);
    model<network<dna<40>, bank<5, frozen>, bank<3, learning>, linear_head<2>>, device> m{seed{5}};
    auto const before = m.snapshot();
    training how{.epochs = 3, .patience = 0, .batch = 20, .from = seed{3}};
    how.freezes = [](std::string_view name) { return name.starts_with("banks.0."); };
    trainer t{m, adam{.learning_rate = 0.02}, bce_with_logits{}, how};
    t.fit(part{data, train}, part{data, valid});
    auto const after = m.snapshot();
    for (auto const& p : m.parameters()) {
        std::string const name{p.name()};
        CAPTURE(name);
        bool const same = unchanged(p, before, after);
        // a bias before a batch norm has no gradient
        if (name.starts_with("banks.0.") || name.ends_with("weight"))
            CHECK(same == name.starts_with("banks.0."));
    }
    CHECK(t.state().history.back().train < t.state().history.front().train);
}
TEST_CASE("a learning rate of its own for each name")
{
    toy::data const data{40};
    auto const order = epoch_order(toy::rows(0, 40), false, seed{1}, 1);
    host_batch b;
    b.fill(data, order);
    model<net, reference<double>> m{seed{5}};
    auto const before = m.snapshot();
    training how;
    how.rate_of = [](std::string_view name) {
        return name == "final.weight" ? 0.5 : name == "final.bias" ? 0. : 1.;
    };
    trainer t{m, sgd{.learning_rate = 0.1}, bce_with_logits{}, how};
    t.train_batch(b);
    auto const g = t.gradients();
    auto const after = m.snapshot();
    for (auto const& p : m.parameters()) {
        if (!p.trained) continue;
        double const rate = 0.1 * how.rate_of(p.name());
        for (std::size_t i = p.offset; i < p.offset + p.count; ++i)
            CHECK(after[i] == doctest::Approx(before[i] - rate * g[i]).epsilon(1e-12));
    }
}
TEST_CASE("head weights stay non-negative where asked for, and learn")
{
    training how{.epochs = 8, .patience = 0, .batch = 20, .from = seed{3}, .non_negative = true};
    toy::data const data{330};
    auto const train = toy::rows(0, 241), valid = toy::rows(241, 330);
    model<net, device> m{seed{5}};
    trainer t{m, adam{.learning_rate = 0.02}, bce_with_logits{}, how};
    t.fit(part{data, train}, part{data, valid});
    bool any = false;
    for (float const w : m.values("final.weight")) {
        CHECK(w >= 0);
        any = any || w > 0;
    }
    CHECK(any);
    CHECK(t.state().best_loss < t.state().history[0].valid);
}

namespace {

struct one_step {
    std::vector<double> before, plain, gradients, after;
    parameter_list parameters;
};
// The same batch with the settings `how` and without them.
one_step step_with(training const& how)
{
    toy::data const data{40};
    auto const order = epoch_order(toy::rows(0, 40), false, seed{1}, 1);
    host_batch b;
    b.fill(data, order);
    one_step r;
    {
        model<net, reference<double>> m{seed{5}};
        trainer t{m, sgd{.learning_rate = 1}, bce_with_logits{}, training{}};
        t.train_batch(b);
        r.plain = t.gradients();
    }
    model<net, reference<double>> m{seed{5}};
    r.before = m.snapshot();
    trainer t{m, sgd{.learning_rate = 1}, bce_with_logits{}, how};
    t.train_batch(b);
    r.gradients = t.gradients();
    r.after = m.snapshot();
    r.parameters = m.parameters();
    return r;
}
double norm_of(parameter_list const& all, std::vector<double> const& g)
{
    double squares = 0;
    for (auto const& p : all)
        if (p.trained)
            for (std::size_t i = p.offset; i < p.offset + p.count; ++i) squares += g[i] * g[i];
    return std::sqrt(squares);
}

} // namespace

TEST_CASE("gradients are clipped by norm")
{
    auto const r = step_with({.clip_norm = 1e-3});
    double const whole = norm_of(r.parameters, r.plain);
    REQUIRE(whole > 1e-3);
    CHECK(norm_of(r.parameters, r.gradients) == doctest::Approx(1e-3).epsilon(1e-2));
    for (std::size_t i = 0; i < r.plain.size(); ++i)
        CHECK(r.gradients[i] == doctest::Approx(r.plain[i] * 1e-3 / (whole + 1e-6)).epsilon(1e-9));
    auto const loose = step_with({.clip_norm = 1e6});
    CHECK(loose.gradients == loose.plain);
}
TEST_CASE("gradients are clipped by value")
{
    auto const r = step_with({.clip_value = 1e-3});
    bool any = false;
    for (auto const& p : r.parameters)
        if (p.trained)
            for (std::size_t i = p.offset; i < p.offset + p.count; ++i) {
                CHECK(r.gradients[i] == std::clamp(r.plain[i], -1e-3, 1e-3));
                any = any || r.gradients[i] != r.plain[i];
            }
    CHECK(any);
}
TEST_CASE("an L1 penalty pulls head weights to zero and touches nothing else")
{
    auto const r = step_with({.l1_head = 0.1});
    for (auto const& p : r.parameters)
        if (p.trained)
            for (std::size_t i = p.offset; i < p.offset + p.count; ++i) {
                double const pull = p.name() != "final.weight" ? 0 : r.before[i] > 0 ? 0.1 : -0.1;
                CHECK(r.gradients[i] == doctest::Approx(r.plain[i] + pull).epsilon(1e-12));
            }
}
TEST_CASE(
    "an L1 penalty pulls the filters of a bank's first convolution, whatever its stride, and nothing else")
{
    using two =
        network<dna<40>, bank<3, unit<conv<7>, relu, max_pool<4>, dense<1>>>,
                bank<2, unit<strided_conv<6, 2, 2>, relu, conv<3, 2>, relu, dense<1>>>, linear_head<2>>;
    toy::data const data{40};
    auto const rows = toy::rows(0, 40);
    auto const gradients = [&](double l1) {
        model<two, reference<double>> m{seed{5}};
        training how{.l1_filters = l1};
        trainer t{m, sgd{.learning_rate = 1}, bce_with_logits{}, how};
        host_batch b;
        std::vector<sample> all;
        for (auto const row : rows) all.push_back({row});
        b.fill(data, all);
        t.train_batch(b);
        return t.gradients();
    };
    auto const plain = gradients(0), pulled = gradients(0.1);
    model<two, reference<double>> m{seed{5}};
    auto const before = m.snapshot();
    for (auto const& p : m.parameters()) {
        bool const filters = p.name() == "banks.0.linears.0.weight" || p.name() == "banks.1.linears.0.weight";
        for (std::size_t i = p.offset; i < p.offset + p.count; ++i) {
            double const pull = !filters ? 0 : before[i] > 0 ? 0.1 : -0.1;
            CHECK(pulled[i] == doctest::Approx(plain[i] + pull).epsilon(1e-12));
        }
    }
}
TEST_CASE("a penalty of one's own is added to the gradients of the tensors it applies to, before clipping")
{
    std::vector<std::string> asked, called;
    penalty const ridge{[&](parameter const& p) {
                            asked.emplace_back(p.name());
                            return p.name() == "linears.0.weight" || p.name() == "final.bias";
                        },
                        [&](parameter const& p, std::span<double const> w, std::span<double> gradient) {
                            called.emplace_back(p.name());
                            REQUIRE(w.size() == p.count);
                            REQUIRE(gradient.size() == p.count);
                            for (std::size_t i = 0; i < w.size(); ++i) gradient[i] += 0.2 * w[i];
                        }};
    penalty const push{[](parameter const& p) { return p.name() == "final.bias"; },
                       [](parameter const&, std::span<double const>, std::span<double> gradient) {
                           for (double& g : gradient) g -= 0.5;
                       }};
    auto const r = step_with({.freezes = [](std::string_view name) { return name == "linears.0.bias"; },
                              .penalties = {ridge, push}});
    for (auto const& p : r.parameters) {
        bool const learns = p.trained && p.name() != "linears.0.bias";
        CHECK(std::ranges::count(asked, p.name()) == (learns ? 1 : 0));
        for (std::size_t i = p.offset; learns && i < p.offset + p.count; ++i) {
            double added = 0;
            if (p.name() == "linears.0.weight" || p.name() == "final.bias") added += 0.2 * r.before[i];
            if (p.name() == "final.bias") added -= 0.5;
            CHECK(r.gradients[i] == doctest::Approx(r.plain[i] + added).epsilon(1e-12));
            CHECK(r.after[i] == doctest::Approx(r.before[i] - r.gradients[i]).epsilon(1e-12));
        }
    }
    CHECK(called == std::vector<std::string>{"linears.0.weight", "final.bias"}); // once a batch
    auto const clipped = step_with({.clip_value = 1e-3, .penalties = {push}});
    for (std::size_t i = 0; i < 2; ++i)
        CHECK(clipped.gradients[clipped.parameters["final.bias"].offset + i] == -1e-3);

    CHECK_THROWS_WITH_AS(step_with({.penalties = {penalty{}}}),
                         "expected a penalty with both applies and add", error);
}
TEST_CASE("a penalty of one's own: the same bits for any number of threads")
{
    penalty const smooth{[](parameter const& p) { return p.name() == "linears.0.weight"; },
                         [](parameter const&, std::span<double const> w, std::span<double> gradient) {
                             for (std::size_t i = 1; i < w.size(); ++i)
                                 gradient[i] += 0.01 * (w[i] - w[i - 1]);
                         }};
    training const how{.epochs = 2, .batch = 20, .from = seed{3}, .penalties = {smooth}};
    auto const one = run_with(how, {.learning_rate = 0.02}, device{threads{1}}),
               three = run_with(how, {.learning_rate = 0.02}, device{threads{3}}),
               without = run_with({.epochs = 2, .batch = 20, .from = seed{3}});
    CHECK(one.values == three.values);
    CHECK(one.values != without.values);
}
TEST_CASE("the moving average follows the parameters and is what is kept")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    training const how{.epochs = 4, .patience = 0, .batch = 20, .from = seed{3}, .average = 0.9};
    model<net, device> m{seed{5}, device{threads{1}}};
    // computed here as well: decay min(0.9, step / (step + 9)) after every step
    std::vector<double> average;
    std::int64_t step = 0;
    trainer t{m, adam{.learning_rate = 0.02}, bce_with_logits{}, how};
    auto const follow = [&] {
        auto const now = m.snapshot();
        if (average.empty()) average.assign(now.begin(), now.end());
        ++step;
        double const decay = std::min(0.9, static_cast<double>(step) / static_cast<double>(step + 9));
        for (std::size_t i = 0; i < now.size(); ++i)
            average[i] = decay * average[i] + (1 - decay) * static_cast<double>(now[i]);
    };
    auto const order = epoch_order(train, false, seed{3}, 1);
    std::span<sample const> const all{order};
    for (std::size_t i = 0; i < batch_count(all.size(), 20); ++i) {
        host_batch b;
        b.fill(data, batch_of(all, 20, i));
        t.train_batch(b);
        follow();
    }
    auto const kept = t.average();
    REQUIRE(kept.size() == average.size());
    for (std::size_t i = 0; i < average.size(); ++i)
        CHECK(kept[i] == doctest::Approx(average[i]).epsilon(1e-5));
    CHECK(kept != m.snapshot());

    model<net, device> again{seed{5}, device{threads{1}}};
    trainer u{again, adam{.learning_rate = 0.02}, bce_with_logits{}, how};
    u.fit(part{data, train}, part{data, valid});
    CHECK(evaluate(again, part{data, valid}, bce_with_logits{}, reading{}).mean() ==
          doctest::Approx(u.state().best_loss).epsilon(1e-6));
}
TEST_CASE("the rate falls where the loss stays")
{
    training how{.epochs = 30,
                 .patience = 0,
                 .batch = 20,
                 .from = seed{3},
                 .reduce_patience = 2,
                 .reduce_factor = 0.5};
    // steps that are too large for any progress
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    model<net, device> m{seed{5}};
    trainer t{m, adam{.learning_rate = 0.5}, bce_with_logits{}, how};
    t.fit(part{data, train}, part{data, valid});
    auto const& s = t.state();
    double factor = 1, best = std::numeric_limits<double>::infinity();
    int since = 0;
    for (auto const& h : s.history) {
        if (h.valid < best) best = h.valid, since = 0;
        else if (++since % 2 == 0) factor *= 0.5;
    }
    CHECK(s.rate_factor == factor);
    CHECK(factor < 1);
}
