// Numbers, names, models and optimizers that training must refuse, and some that it must accept.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/checkpoint_file.hpp>
#include <explainn/train/trainer.hpp>

#include "support/folder.hpp"
#include "train/toy_data.hpp"

namespace ex = explainn;

namespace {

using device = ex::cpu<float>;
using net = ex::paper_network<ex::paper{.length = 40, .units = 3, .outputs = 2, .width = 7, .hidden = 4}>;

template <class F>
std::string said_by(F f)
{
    try {
        f();
    } catch (ex::error const& e) {
        return e.what();
    }
    return "nothing";
}
template <class Optimizer = ex::adam, class Schedule = ex::constant_rate>
std::string said_of(ex::training how, Optimizer o = {}, Schedule s = {})
{
    ex::model<net, device> m{ex::seed{1}};
    toy::data const data{40};
    auto const rows = toy::rows(0, 40);
    how.batch = 20;
    return said_by([&] {
        ex::trainer t{m, o, ex::bce_with_logits{}, how, s};
        t.fit(ex::part{data, rows}, ex::part{data, rows});
    });
}

/// Momentum in three arrays, of which the third holds the sum of the others, so that two arrays would not be
/// enough.
struct three_states {
    double learning_rate = 0.05;
    static constexpr int states = 3;
    template <ex::backend B>
    void operator()(B&, ex::optimizer_run<typename B::scalar> const& r) const
    {
        using T = typename B::scalar;
        auto const step = static_cast<T>(r.learning_rate);
        for (std::size_t i = 0; i < r.parameter.count(); ++i) {
            r.state[0].data[i] = T(0.5) * r.state[0].data[i] + r.gradient.data[i];
            r.state[1].data[i] = T(0.9) * r.state[1].data[i] + r.gradient.data[i];
            r.state[2].data[i] += r.state[0].data[i] + r.state[1].data[i];
            r.parameter.data[i] -= step * (r.state[0].data[i] + T(0.01) * r.state[2].data[i]);
        }
    }
};

} // namespace

TEST_CASE("numbers that training cannot use are refused when the trainer is made")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(said_of({.epochs = 1}) == "nothing");
    CHECK(said_of({.epochs = 0}) == "expected at least one epoch, found 0");
    CHECK(said_of({.patience = -1}) == "expected a patience of 0 and more, found -1");
    CHECK(said_of({.shift = -3}) == "expected a shift of 0 and more, found -3");
    CHECK(said_of({.clip_norm = -1}) == "expected a clip_norm of 0 and more, found -1");
    CHECK(said_of({.clip_norm = nan}) == "expected a clip_norm of 0 and more, found nan");
    CHECK(said_of({.clip_value = -0.5}) == "expected a clip_value of 0 and more, found -0.5");
    CHECK(said_of({.average = 1.5}) ==
          "expected a moving average that decays by a factor from 0 to below 1, found 1.5");
    CHECK(said_of({.average = -0.1}) ==
          "expected a moving average that decays by a factor from 0 to below 1, found -0.1");
    CHECK(said_of({.l1_head = -1}) == "expected an l1_head of 0 and more, found -1");
    CHECK(said_of({.l1_filters = -1}) == "expected an l1_filters of 0 and more, found -1");
    CHECK(said_of({.reduce_patience = -2}) == "expected a reduce_patience of 0 and more, found -2");
    CHECK(said_of({.reduce_factor = 0}) == "expected a reduce_factor above 0 and at most 1, found 0");
    CHECK(said_of({}, ex::adam{.learning_rate = -0.003}) ==
          "expected a learning rate of 0 and more, found -0.003");
    CHECK(said_of({}, ex::sgd{.learning_rate = nan}) == "expected a learning rate of 0 and more, found nan");
    auto const negative = [](ex::run_position const& at) { return at.step < 1 ? 1. : -1.; };
    CHECK(said_of({}, ex::sgd{.learning_rate = 0.5}, negative) ==
          "expected a learning rate of the schedule of 0 and more, found -0.5");
    CHECK(said_of({}, ex::adam{}, ex::step_rate{.epochs = 0}) ==
          "expected a rate that changes every epoch or more seldom, found one that changes every 0 epochs");
    CHECK(said_by([] { ex::epoch_order(toy::rows(0, 3), false, ex::seed{1}, 1, -1); }) ==
          "expected a shift of 0 to 32767 bases, found -1");
}
TEST_CASE("names that no parameter has are refused with those there are")
{
    ex::training how{.epochs = 1};
    how.freezes = [](std::string_view name) { return name.starts_with("filters."); };
    auto const said = said_of(how);
    CHECK(
        said.starts_with("training::freezes freezes no parameter of the model; they are linears.0.weight, "));
    CHECK(said.ends_with(", final.weight, final.bias"));
    how.freezes = [](std::string_view name) { return name.starts_with("linears."); };
    CHECK(said_of(how) == "nothing");
    how.rate_of = [](std::string_view name) { return name == "head.weight" ? 0.1 : 1; };
    CHECK(said_of(how).starts_with(
        "training::rate_of changes the rate of no parameter of the model; they are "));
    how.rate_of = [](std::string_view name) { return name == "final.weight" ? 0.1 : 1; };
    CHECK(said_of(how) == "nothing");
    how.rate_of = [](std::string_view name) { return name == "final.weight" ? -0.1 : 1; };
    CHECK(said_of(how) == "expected a factor of the learning rate of final.weight of 0 and more, found -0.1");
}
TEST_CASE("an optimizer of three states trains, is written and goes on to the same bits")
{
    testing::folder const dir;
    toy::data const data{330};
    auto const train = toy::rows(0, 241), valid = toy::rows(241, 330);
    ex::training const how{.epochs = 4, .patience = 0, .batch = 20};
    std::vector<float> unbroken;
    {
        ex::model<net, device> m{ex::seed{5}};
        ex::trainer t{m, three_states{}, ex::bce_with_logits{}, how};
        t.fit(ex::part{data, train}, ex::part{data, valid});
        CHECK(t.state().history.back().train < t.state().history.front().train);
        unbroken = m.snapshot();
    }
    {
        ex::model<net, device> m{ex::seed{5}};
        ex::trainer t{m, three_states{}, ex::bce_with_logits{}, how};
        t.checkpoint([&](auto const& s) { ex::write_checkpoint(dir / "c", s, {}); });
        int seen = 0;
        t.fit(ex::part{data, train}, ex::part{data, valid},
              [&](ex::batch_done const&) { return ++seen == 17 ? ex::go_on::no : ex::go_on::yes; });
    }
    ex::model<net, device> m{ex::seed{6}};
    ex::trainer t{m, three_states{}, ex::bce_with_logits{}, how};
    auto const state = ex::read_checkpoint<float>(dir / "c", m.parameters().total()).state;
    REQUIRE(state.state.size() == 3);
    CHECK(std::any_of(state.state[2].begin(), state.state[2].end(), [](float x) { return x != 0; }));
    t.resume(state);
    t.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(m.snapshot() == unbroken);
    // nor can an optimizer that keeps fewer arrays continue from it
    ex::trainer fewer{m, ex::adam{}, ex::bce_with_logits{}, how};
    CHECK(said_by([&] {
              fewer.resume(state);
          }).starts_with("expected the state of an optimizer that keeps 2 arrays beside the parameters"));
}
TEST_CASE("a model that is moved under its trainer is trained where it now is")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    ex::training const how{.epochs = 2, .patience = 0, .batch = 20};
    ex::model<net, device> still{ex::seed{5}};
    ex::trainer reference{still, ex::adam{}, ex::bce_with_logits{}, how};
    reference.fit(ex::part{data, train}, ex::part{data, valid});

    ex::model<net, device> m{ex::seed{5}};
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
    ex::evaluator<device> run{m, {}};
    ex::model<net, device> moved{std::move(m)};
    t.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(moved.snapshot() == still.snapshot());
    std::vector<float> logits;
    run(ex::part{data, valid},
        [&](std::size_t, auto y, auto const&) { logits.insert(logits.end(), y.data, y.data + y.count()); });
    ex::host_batch b;
    std::vector<ex::sample> samples(valid.size());
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i].row = valid[i];
    b.fill(data, samples);
    CHECK(moved.predict({b.letters.data(), b.count, 40}) == logits);
    // a model that was moved from says so
    std::string const away = "the model was moved away; the object that it was moved to holds it";
    CHECK(said_by([&] { (void)m.snapshot(); }) == away);                               // NOLINT: on purpose
    CHECK(said_by([&] { (void)m.predict({b.letters.data(), b.count, 40}); }) == away); // NOLINT
    CHECK(said_by([&] { ex::trainer{m, ex::adam{}, ex::bce_with_logits{}, how}; }) == away);
    CHECK(said_by([&] { ex::evaluate(m, ex::part{data, valid}, ex::bce_with_logits{}, {}); }) == away);
    // and a trainer outlives the model that it was given
    auto last = [&] {
        ex::model<net, device> gone{ex::seed{5}};
        return ex::trainer{gone, ex::adam{}, ex::bce_with_logits{}, how};
    }();
    last.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(last.state().best_loss == reference.state().best_loss);
    static_assert(!std::is_copy_constructible_v<ex::basic_model<device>> &&
                  !std::is_copy_assignable_v<ex::model<net, device>>);
}
TEST_CASE("a trainer's frozen batch norms are its own: the next trainer of the model trains them")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    ex::training const how{.epochs = 1, .patience = 0, .batch = 20};
    ex::training frozen = how;
    frozen.freezes = [](std::string_view name) { return name.starts_with("linears."); };
    auto const mean_of_first_norm = [](auto& m) { return m.values("linears.1.running_mean"); };

    ex::model<net, device> m{ex::seed{5}};
    auto const before = m.snapshot();
    auto const mean = mean_of_first_norm(m);
    ex::trainer first{m, ex::adam{}, ex::bce_with_logits{}, frozen};
    first.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(mean_of_first_norm(m) == mean);
    m.restore(before);
    ex::trainer second{m, ex::adam{}, ex::bce_with_logits{}, how};
    second.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(mean_of_first_norm(m) != mean);
    ex::model<net, device> fresh{ex::seed{5}};
    ex::trainer alone{fresh, ex::adam{}, ex::bce_with_logits{}, how};
    alone.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(m.snapshot() == fresh.snapshot());
    // in alternating steps, each keeps its own rule
    ex::host_batch b;
    b.fill(data, ex::epoch_order(train, false, ex::seed{1}, 1));
    auto const then = mean_of_first_norm(m);
    ex::trainer a{m, ex::adam{}, ex::bce_with_logits{}, frozen}, c{m, ex::adam{}, ex::bce_with_logits{}, how};
    a.train_batch(b);
    CHECK(mean_of_first_norm(m) == then);
    c.train_batch(b);
    auto const now = mean_of_first_norm(m);
    CHECK(now != then);
    a.train_batch(b);
    CHECK(mean_of_first_norm(m) == now);
}
TEST_CASE("a frozen head is not clamped where weights are to be 0 and more")
{
    toy::data const data{60};
    auto const rows = toy::rows(0, 60);
    for (bool const frozen : {true, false}) {
        ex::model<net, device> m{ex::seed{5}};
        auto const head = m.values("final.weight");
        REQUIRE(std::any_of(head.begin(), head.end(), [](float w) { return w < 0; }));
        ex::training how{.epochs = 1, .batch = 20, .non_negative = true};
        if (frozen) how.freezes = [](std::string_view name) { return name.starts_with("final."); };
        ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
        t.fit(ex::part{data, rows});
        auto const after = m.values("final.weight");
        CHECK((after == head) == frozen);
        CHECK(std::all_of(after.begin(), after.end(), [](float w) { return w >= 0; }) == !frozen);
    }
}
TEST_CASE("a batch larger than any number of sequences is all of them")
{
    std::size_t const most = std::numeric_limits<std::size_t>::max();
    CHECK(ex::batch_count(40, most) == 1);
    CHECK(ex::batch_count(0, most) == 0);
    CHECK(ex::batch_count(most, 2) == most / 2);
    toy::data const data{40};
    auto const rows = toy::rows(0, 40);
    auto const after = [&](std::size_t batch) {
        ex::model<net, device> m{ex::seed{5}};
        ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, {.epochs = 2, .batch = batch}};
        t.fit(ex::part{data, rows}, ex::part{data, rows});
        CHECK(t.state().step == 2);
        return m.snapshot();
    };
    CHECK(after(most) == after(40));
}
TEST_CASE("epochs are added up to the most that an int holds, and patience may be that long")
{
    int const most = std::numeric_limits<int>::max();
    ex::model<net, device> m{ex::seed{5}};
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, {.epochs = 100}};
    CHECK(said_by([&] { t.add_epochs(most); }) ==
          "expected fewer than 2147483647 epochs in all, found 2147483647 more than 100");
    CHECK(said_by([&] { t.add_epochs(most - 101); }) == "nothing");
    CHECK(said_by([&] { t.add_epochs(1); }) ==
          "expected fewer than 2147483647 epochs in all, found 1 more than 2147483646");
    CHECK(said_of({.epochs = 2, .patience = most}) == "nothing");
    CHECK(said_of({.epochs = most}) == "expected fewer than 2147483647 epochs, found 2147483647");
}
TEST_CASE("training that would train nothing, and a penalty of nothing, are refused")
{
    ex::training how{.epochs = 1};
    how.freezes = [](std::string_view) { return true; };
    CHECK(said_of(how) == "training::freezes freezes every parameter: nothing is trained");
    ex::penalty const of_a_wrong_name{
        [](ex::parameter const& p) { return p.name() == "head.weight"; },
        [](ex::parameter const&, std::span<double const>, std::span<double>) {}};
    ex::penalty of_the_head = of_a_wrong_name;
    of_the_head.applies = [](ex::parameter const& p) { return p.name() == "final.weight"; };
    how.freezes = {};
    how.penalties = {of_the_head, of_a_wrong_name};
    CHECK(said_of(how).starts_with(
        "penalty 2 of training::penalties (they count from 1) applies to no parameter that is trained; those "
        "of the model are linears.0.weight, "));
    how.penalties = {of_the_head};
    CHECK(said_of(how) == "nothing");
}
TEST_CASE("an optimizer refuses numbers that it cannot use when the trainer is made")
{
    double const endless = std::numeric_limits<double>::infinity();
    CHECK(said_of({}, ex::adam{.beta1 = 1.5}) == "expected a beta1 from 0 to below 1, found 1.5");
    CHECK(said_of({}, ex::adam{.beta1 = -1}) == "expected a beta1 from 0 to below 1, found -1");
    CHECK(said_of({}, ex::adam{.beta2 = 1}) == "expected a beta2 from 0 to below 1, found 1");
    CHECK(said_of({}, ex::adam{.epsilon = -1}) == "expected an epsilon of 0 and more, found -1");
    CHECK(said_of({}, ex::adamw{.weight_decay = -1}) == "expected a weight_decay of 0 and more, found -1");
    CHECK(said_of({}, ex::adamw{.beta2 = 2}) == "expected a beta2 from 0 to below 1, found 2");
    CHECK(said_of({}, ex::sgd{.momentum = endless}) == "expected a momentum of 0 and more, found inf");
    CHECK(said_of({}, ex::rmsprop{.alpha = 1}) == "expected an alpha from 0 to below 1, found 1");
    CHECK(said_of({.l1_head = endless}) == "expected an l1_head of 0 and more, found inf");
    CHECK(said_of({.l1_filters = endless}) == "expected an l1_filters of 0 and more, found inf");
    CHECK(said_of({.shift = 40}) == "expected a shift below the 40 bases that the model reads, found 40");
    CHECK(said_of({.epochs = 1, .shift = 39}, ex::adamw{.beta1 = 0}) == "nothing");
}
