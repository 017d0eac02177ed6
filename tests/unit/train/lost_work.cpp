// What a model holds, in whatever way a run ends; that a run continues from its own values; and runs without
// validation.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/progress.hpp>
#include <explainn/train/trainer.hpp>

#include "support/message_of.hpp"
#include "train/toy_data.hpp"

using namespace explainn;

namespace {

using net = paper_network<paper{.length = 40, .units = 4, .outputs = 2, .width = 7, .hidden = 6}>;
using device = cpu<float>;
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// bce_with_logits that returns NaN from the nth call with a gradient on, or in every validation.
struct breaking_loss {
    int* calls;
    int last = 1000000;
    bool in_validation = false;
    template <backend B>
    void operator()(B& b, loss_call<typename B::scalar> const& a) const
    {
        bce_with_logits{}(b, a);
        bool const step = a.gradient.data != nullptr;
        double& sum = a.totals(0);
        if (step && ++*calls > last) sum = std::numeric_limits<double>::quiet_NaN();
        if (!step && in_validation && *calls > last) sum = std::numeric_limits<double>::infinity();
    }
};
/// Data that count how often their letters were read for training.
struct counted_data : toy::data {
    using toy::data::data;
    mutable std::size_t reads = 0;
    void letters_of(std::size_t row, std::span<letter> to) const
    {
        ++reads;
        toy::data::letters_of(row, to);
    }
};
static_assert(labelled_sequences<counted_data>);

struct small {
    toy::data data{330};
    std::vector<std::uint32_t> train = toy::rows(0, 101), valid = toy::rows(241, 330);
    training how{.epochs = 7, .patience = 0, .batch = 20, .from = seed{3}};
    // steps so large that the sixth epoch is the best, and the second worse than the first
    adam rate{.learning_rate = 0.2};
    model<net, device> m{seed{5}, device{threads{1}}};
    auto trainer_with(training const& t) { return trainer{m, rate, bce_with_logits{}, t}; }
    auto fit(auto& t, auto listener) { return t.fit(part{data, train}, part{data, valid}, listener); }
    auto fit(auto& t) { return fit(t, silent{}); }
    double validation_loss() { return evaluate(m, part{data, valid}, bce_with_logits{}, reading{}).mean(); }
};
auto stop_after(int epoch)
{
    return [epoch](epoch_done const& e) { return e.epoch == epoch ? go_on::no : go_on::yes; };
}
using testing::message_of;

} // namespace

TEST_CASE("after a loss that is no number the model holds the best epoch, and the error says so")
{
    small s;
    int calls = 0;
    // five batches an epoch of 101 rows
    trainer t{s.m, s.rate, breaking_loss{&calls, 19}, s.how};
    std::string const said = message_of([&] { s.fit(t); });
    auto const& state = t.state();
    REQUIRE(state.best_epoch > 0);
    CHECK(said == "the loss is no longer a number at epoch 4, batch 5; a smaller learning rate may help; the "
                  "model holds the best epoch, " +
                      std::to_string(state.best_epoch));
    CHECK(s.m.snapshot() == state.best);
    CHECK(s.validation_loss() == doctest::Approx(state.best_loss).epsilon(1e-6));
    // its values are lost: it cannot continue
    CHECK(
        message_of([&] { s.fit(t); }) ==
        "expected a run that can go on, found one that an error cut within a step; a new trainer can resume "
        "its last checkpoint");
}
TEST_CASE("a validation loss that is no number, or infinite, leaves the best epoch, too")
{
    for (double const average : {0., 0.9}) {
        small s;
        int calls = 0;
        s.how.average = average;
        trainer t{s.m, s.rate, breaking_loss{&calls, 12, true}, s.how};
        std::string const said = message_of([&] {
            t.fit(part{s.data, s.train}, part{s.data, s.valid}, [&](batch_done const& e) {
                // the losses of epoch 3's steps are numbers
                if (e.epoch == 3 && e.batch == 1) calls = -1000;
                if (e.epoch == 3 && e.batch == e.batches) calls = 1000;
            });
        });
        CHECK(said.starts_with("the "));
        CHECK(said.ends_with("; the model holds the best epoch, " + std::to_string(t.state().best_epoch)));
        CHECK(s.m.snapshot() == t.state().best);
    }
    small s;
    int calls = 100;
    trainer t{s.m, s.rate, breaking_loss{&calls, 106, true}, s.how};
    auto const before = s.m.snapshot();
    std::string said = message_of([&] {
        t.fit(part{s.data, s.train}, part{s.data, s.valid}, [&](batch_done const& e) {
            if (e.batch == e.batches) calls = 1000;
        });
    });
    CHECK(said == "the validation loss is no longer a number at epoch 1; the model holds the values it had "
                  "before");
    CHECK(s.m.snapshot() == before);
}
TEST_CASE("a real explosion: a learning rate beyond reason leaves no garbage")
{
    small s;
    trainer t{s.m, sgd{.learning_rate = 1e30}, bce_with_logits{}, s.how};
    auto const before = s.m.snapshot();
    std::string const said = message_of([&] { s.fit(t); });
    CHECK(said.find("no longer a number at epoch") != std::string::npos);
    CHECK(said.find("; the model holds ") != std::string::npos);
    for (float const x : s.m.snapshot()) REQUIRE(std::isfinite(x));
    CHECK(s.m.snapshot() == (t.state().best.empty() ? before : t.state().best));
}
TEST_CASE("a validation part without labels is refused before anything is trained")
{
    counted_data data{60};
    auto const train = toy::rows(0, 40), valid = toy::rows(40, 60), none = toy::rows(0, 0);
    for (std::size_t i = 2 * 40; i < 2 * 60; ++i) data.set_label(i, missing);
    model<net, device> m{seed{5}, device{threads{1}}};
    auto const before = m.snapshot();
    int written = 0;
    auto const refused = [&](auto const& of, auto const& by) {
        trainer t{m, adam{}, bce_with_logits{}, {.epochs = 2, .batch = 20}};
        t.checkpoint([&](auto const&) { ++written; }, 0);
        return message_of([&] { t.fit(part{data, of}, part{data, by}); });
    };
    CHECK(refused(train, none) == "expected some resolved labels in the validation part, found none");
    CHECK(refused(train, valid) == "expected some resolved labels in the validation part, found none");
    CHECK(refused(valid, train) == "expected some resolved labels in the training part, found none");
    CHECK(data.reads == 0);
    CHECK(written == 0);
    CHECK(m.snapshot() == before);
    // one label is enough
    data.set_label(2 * 60 - 1, 1);
    CHECK(refused(train, valid) == "nothing thrown");
}
TEST_CASE("stopped after an epoch the model holds the best one, and the run goes on to the same bits")
{
    small whole;
    auto unbroken = whole.trainer_with(whole.how);
    CHECK(whole.fit(unbroken) == ending::finished);

    for (double const average : {0., 0.9})
        for (int const stop : {1, 2, 6}) {
            CAPTURE(average);
            CAPTURE(stop);
            small a, s;
            a.how.average = s.how.average = average;
            auto reference_run = a.trainer_with(a.how);
            a.fit(reference_run);

            auto t = s.trainer_with(s.how);
            CHECK(s.fit(t, stop_after(stop)) == ending::interrupted);
            CHECK(s.m.snapshot() == t.state().best);
            CHECK(s.validation_loss() == doctest::Approx(t.state().best_loss).epsilon(1e-6));
            auto const state = t.state();

            // in the same trainer
            CHECK(s.fit(t) == ending::finished);
            CHECK(s.m.snapshot() == a.m.snapshot());
            CHECK(t.state().values == reference_run.state().values);
            // in another one, from the state, with the best epoch's values in its model
            small other;
            other.how.average = average;
            other.m.restore(state.best);
            auto u = other.trainer_with(other.how);
            u.resume(state);
            CHECK(other.fit(u) == ending::finished);
            CHECK(other.m.snapshot() == a.m.snapshot());
            CHECK(u.state().values == reference_run.state().values);
        }
    // the test can fail: the last epoch is not the best
    CHECK(unbroken.state().values != unbroken.state().best);
}
TEST_CASE("stopped within an epoch the model holds the best one so far, and the run goes on to the same bits")
{
    small whole;
    auto unbroken = whole.trainer_with(whole.how);
    whole.fit(unbroken);
    for (int const stop : {3, 15}) {
        small s;
        auto t = s.trainer_with(s.how);
        int batches = 0;
        CHECK(s.fit(t, [&](batch_done const&) { return ++batches == stop ? go_on::no : go_on::yes; }) ==
              ending::interrupted);
        // after the last batch of an epoch the run stops when the epoch is complete
        CHECK(t.state().history.size() == (stop == 3 ? 0 : 3));
        CHECK(s.m.snapshot() == (stop == 3 ? t.state().values : t.state().best));
        CHECK(s.fit(t) == ending::finished);
        CHECK(s.m.snapshot() == whole.m.snapshot());
    }
}
TEST_CASE("what a listener or a checkpoint throws comes out, loses nothing, and the run goes on")
{
    small whole;
    auto unbroken = whole.trainer_with(whole.how);
    whole.fit(unbroken);
    for (bool const in_checkpoint : {false, true}) {
        small s;
        auto t = s.trainer_with(s.how);
        bool armed = true;
        auto const at = [&](int epoch) {
            if (epoch == 3 && std::exchange(armed, false)) throw std::runtime_error{"the disk is full"};
        };
        if (in_checkpoint) t.checkpoint([&](auto const& state) { at(state.epoch - 1); });
        auto const listener = [&](epoch_done const& e) {
            if (!in_checkpoint) at(e.epoch);
        };
        CHECK_THROWS_WITH_AS(s.fit(t, listener), "the disk is full", std::runtime_error);
        CHECK(s.m.snapshot() == t.state().best);
        CHECK(s.fit(t) == ending::finished);
        CHECK(s.m.snapshot() == whole.m.snapshot());
    }
}
TEST_CASE("a model that was changed while its run stood still is not overwritten in silence")
{
    small s;
    auto t = s.trainer_with(s.how);
    s.fit(t, stop_after(3));
    s.m.initialise(seed{9});
    auto const mine = s.m.snapshot();
    CHECK(
        message_of([&] { s.fit(t); }) ==
        "expected the model as this trainer left it, found other values in it; a run goes on from values of "
        "its own, a new trainer begins from the model's");
    CHECK(s.m.snapshot() == mine);
}
TEST_CASE("a second fit of a finished run is refused, and add_epochs lets it go on")
{
    small whole, s;
    auto unbroken = whole.trainer_with(whole.how);
    whole.fit(unbroken);
    s.how.epochs = 4;
    auto t = s.trainer_with(s.how);
    CHECK(s.fit(t) == ending::finished);
    auto const kept = s.m.snapshot();
    CHECK(
        message_of([&] { s.fit(t); }) ==
        "expected a run that is not over, found one that finished after epoch 4; add_epochs lets it go on, a "
        "new trainer begins anew");
    CHECK(message_of([&] { t.fit(part{s.data, s.train}); }).starts_with("expected a run that is not over"));
    CHECK(s.m.snapshot() == kept);
    CHECK(message_of([&] { t.add_epochs(0); }) == "expected at least one epoch to add, found 0");
    t.add_epochs(3);
    CHECK(s.fit(t) == ending::finished);
    CHECK(t.state().history.size() == 7);
    CHECK(s.m.snapshot() == whole.m.snapshot());
    CHECK(t.state().values == unbroken.state().values);
}
TEST_CASE("patience is counted anew in epochs that are added")
{
    small s;
    s.how.epochs = 60;
    s.how.patience = 2;
    auto t = s.trainer_with(s.how);
    CHECK(s.fit(t) == ending::finished);
    auto const first = t.state().history.size();
    REQUIRE(first < 60);
    t.add_epochs(30);
    CHECK(t.state().patient_from == static_cast<int>(first));
    CHECK(s.fit(t) == ending::finished);
    auto const& state = t.state();
    CHECK(state.history.size() >= first + 2);
    CHECK(static_cast<int>(state.history.size()) ==
          std::min(static_cast<int>(first) + 30, std::max(state.best_epoch, static_cast<int>(first)) + 2));
    CHECK(s.m.snapshot() == state.best);
}
TEST_CASE("a state of a finished run gives the model its best epoch at once")
{
    small s, other;
    auto t = s.trainer_with(s.how);
    s.fit(t);
    auto u = other.trainer_with(other.how);
    u.resume(t.state());
    int heard = 0;
    CHECK(other.fit(u, [&](batch_done const&) { ++heard; }) == ending::finished);
    CHECK(heard == 0);
    CHECK(other.m.snapshot() == s.m.snapshot());
}
TEST_CASE("without a validation part all epochs are trained and the last is kept, or the moving average")
{
    for (double const average : {0., 0.9}) {
        CAPTURE(average);
        small s, beside;
        s.how.average = beside.how.average = average;
        s.how.patience = beside.how.patience = 1; // has no effect without a validation loss
        auto t = s.trainer_with(s.how);
        std::vector<epoch_done> told;
        CHECK(t.fit(part{s.data, s.train}, [&](epoch_done const& e) { told.push_back(e); }) ==
              ending::finished);
        // the same steps with a validation part
        beside.how.patience = 0;
        auto u = beside.trainer_with(beside.how);
        beside.fit(u);
        REQUIRE(told.size() == 7);
        CHECK(told.back().best_epoch == 0);
        CHECK(t.state().best.empty());
        for (std::size_t i = 0; i < 7; ++i) {
            CHECK(std::isnan(told[i].valid_loss));
            CHECK(told[i].train_loss == u.state().history[i].train);
        }
        CHECK(t.state().values == u.state().values);
        CHECK(s.m.snapshot() == (average > 0 ? u.state().average : u.state().values));
    }
}
TEST_CASE("runs without a validation part stop, resume and go on to the same bits")
{
    for (double const average : {0., 0.9}) {
        small whole;
        whole.how.average = average;
        auto unbroken = whole.trainer_with(whole.how);
        std::vector<training_state<float>> states;
        unbroken.checkpoint([&](auto const& state) { states.push_back(state); }, 0);
        unbroken.fit(part{whole.data, whole.train});
        REQUIRE(states.size() > 20);
        for (std::size_t i = 0; i < states.size(); i += 7) {
            CAPTURE(i);
            small s;
            s.how.average = average;
            s.m.initialise(seed{77});
            auto t = s.trainer_with(s.how);
            t.resume(states[i]);
            CHECK(t.fit(part{s.data, s.train}) == ending::finished);
            CHECK(s.m.snapshot() == whole.m.snapshot());
        }
        small s;
        s.how.average = average;
        auto t = s.trainer_with(s.how);
        CHECK(t.fit(part{s.data, s.train}, stop_after(2)) == ending::interrupted);
        CHECK(s.m.snapshot() == (average > 0 ? t.state().average : t.state().values));
        CHECK(t.fit(part{s.data, s.train}) == ending::finished);
        CHECK(s.m.snapshot() == whole.m.snapshot());
    }
}
TEST_CASE("a run without a validation part that fails leaves the last whole epoch")
{
    small s, beside;
    int calls = 0;
    trainer t{s.m, s.rate, breaking_loss{&calls, 19}, s.how};
    CHECK(message_of([&] {
              t.fit(part{s.data, s.train});
          }) ==
          "the loss is no longer a number at epoch 4, batch 5; a smaller learning rate may help; the model "
          "holds the last whole epoch, 3");
    beside.how.epochs = 3;
    auto u = beside.trainer_with(beside.how);
    u.fit(part{beside.data, beside.train});
    CHECK(s.m.snapshot() == beside.m.snapshot());
}
TEST_CASE("a rate that falls on a plateau needs a validation part")
{
    small s;
    s.how.reduce_patience = 2;
    auto t = s.trainer_with(s.how);
    CHECK(message_of([&] {
              t.fit(part{s.data, s.train});
          }) == "expected a reduce_patience of 0 where there is no validation part, found 2");
}
TEST_CASE("progress says nothing of a validation loss there is not")
{
    small s;
    s.how.epochs = 1;
    std::ostringstream log;
    auto t = s.trainer_with(s.how);
    t.fit(part{s.data, s.train}, progress{log, false});
    CHECK(log.str().starts_with("epoch 1/1: training loss "));
    CHECK(log.str().find("validation") == std::string::npos);
    CHECK(log.str().find("nan") == std::string::npos);
}
TEST_CASE("a run goes on with the batch size, seed, strands, shift and number of sequences it was begun with")
{
    for (bool const within : {true, false}) {
        small s;
        auto t = s.trainer_with(s.how);
        training_state<float> stopped;
        t.checkpoint([&](auto const& state) { stopped = state; });
        int batches = 0;
        if (within) s.fit(t, [&](batch_done const&) { return ++batches == 13 ? go_on::no : go_on::yes; });
        else s.fit(t, stop_after(3));
        REQUIRE((stopped.batch != 0) == within);
        std::string const end =
            within ? "; it stands at epoch 3 after 3 batches, and would not go on to the same bits; a new "
                     "trainer begins from the model's values"
                   : "; it stands at epoch 4 after 0 batches, and would not go on to the same bits; a new "
                     "trainer begins from the model's values";
        auto const said_with = [&](auto change) {
            small other;
            change(other.how);
            auto u = other.trainer_with(other.how);
            auto const before = other.m.snapshot();
            std::string const said = message_of([&] { u.resume(stopped); });
            CHECK((said == "nothing thrown" || other.m.snapshot() == before));
            return said;
        };
        CHECK(said_with([](training&) {}) == "nothing thrown");
        CHECK(said_with([](training& how) { how.epochs = 9; }) == "nothing thrown");
        CHECK(said_with([](training& how) { how.batch = 21; }) ==
              "expected a batch size as the run was begun with, 20, found 21" + end);
        CHECK(said_with([](training& how) { how.from = seed{4}; }) ==
              "expected a seed as the run was begun with, 3, found 4" + end);
        CHECK(said_with([](training& how) { how.both_strands = true; }) ==
              "expected both_strands as the run was begun with, 0, found 1" + end);
        CHECK(said_with([](training& how) { how.shift = 2; }) ==
              "expected a shift as the run was begun with, 0, found 2" + end);
        small other;
        auto u = other.trainer_with(other.how);
        u.resume(stopped);
        auto const fewer = toy::rows(0, 100);
        CHECK(message_of([&] {
                  u.fit(part{other.data, fewer}, part{other.data, other.valid});
              }) == "expected as many training sequences as the run was begun with, 101, found 100" + end);
        CHECK(other.fit(u) == ending::finished);
        // the trainer that stopped is checked in the same way
        CHECK(message_of([&] {
                  t.fit(part{s.data, fewer}, part{s.data, s.valid});
              }) == "expected as many training sequences as the run was begun with, 101, found 100" + end);
        // a state of an earlier version does not contain the settings of its run
        stopped.order = {};
        CHECK(said_with([](training& how) { how.batch = 21; }) == "nothing thrown");
    }
    small s;
    s.how.epochs = 2;
    auto t = s.trainer_with(s.how);
    CHECK(s.fit(t) == ending::finished);
    t.add_epochs(1);
    auto const fewer = toy::rows(0, 100);
    CHECK(t.fit(part{s.data, fewer}, part{s.data, s.valid}) == ending::finished);
}
