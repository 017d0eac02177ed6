// Files with numbers that are not finite are not written, because no reader would accept them, and an
// existing file stays.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include <explainn/cpu.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/checkpoint_file.hpp>
#include <explainn/train/trainer.hpp>

#include "support/folder.hpp"
#include "support/message_of.hpp"
#include "train/toy_data.hpp"

namespace ex = explainn;
using testing::message_of;

namespace {
using device = ex::cpu<float>;
constexpr float missing = std::numeric_limits<float>::quiet_NaN(),
                endless = std::numeric_limits<float>::infinity();

std::size_t files_in(testing::folder const& dir)
{
    std::size_t n = 0;
    for ([[maybe_unused]] auto const& each : std::filesystem::directory_iterator{dir / ""}) ++n;
    return n;
}
} // namespace

TEST_CASE("a model with a number that is not finite is not written, and an earlier file stays")
{
    testing::folder const dir;
    auto m = ex::make_paper_model<device>(ex::paper_card{.length = 40, .units = 3, .outputs = 2, .width = 6},
                                          ex::seed{5});
    ex::model_facts const facts{.tasks = {"MAX", "JUND"}};
    ex::write_model(dir / "m", m, facts);
    auto const whole = testing::bytes_of(dir / "m");
    for (float const bad : {missing, endless, -endless}) {
        // set_values refuses such a number, so it is written directly into the model's array
        m.device().upload(m.data() + m.parameters()["final.bias"].offset + 1, &bad, 1);
        CHECK(testing::message_of([&] { ex::write_model(dir / "m", m, facts); }) ==
              (dir / "m").string() + ": not written: expected finite numbers in tensor 'final.bias', found " +
                  (std::isnan(bad) ? "nan"
                   : bad > 0       ? "inf"
                                   : "-inf"));
        CHECK(testing::message_of([&] { ex::write_model(dir / "other", m, facts); }) != "nothing thrown");
        CHECK(testing::bytes_of(dir / "m") == whole);
        CHECK(files_in(dir) == 1);
    }
}
TEST_CASE("a checkpoint with a number that is not finite is not written, and the one before stays")
{
    testing::folder const dir;
    ex::training_state<float> good;
    good.values = {1, 2, 3};
    good.state[0] = good.state[1] = good.average = good.best = {4, 5, 6};
    ex::write_checkpoint(dir / "c", good, {});
    auto const whole = testing::bytes_of(dir / "c");
    auto const refused = [&](char const* name, auto change) {
        CAPTURE(name);
        auto s = good;
        change(s);
        CHECK(testing::message_of([&] { ex::write_checkpoint(dir / "c", s, {}); }) ==
              (dir / "c").string() + ": not written: expected finite numbers in tensor '" + name +
                  "', found nan");
        CHECK(testing::bytes_of(dir / "c") == whole);
        CHECK(files_in(dir) == 1);
    };
    refused("values", [](auto& s) { s.values[1] = missing; });
    refused("state0", [](auto& s) { s.state[0][2] = missing; });
    refused("state1", [](auto& s) { s.state[1][0] = missing; });
    refused("average", [](auto& s) { s.average[0] = missing; });
    refused("best", [](auto& s) { s.best[2] = missing; });
    // losses that do not exist are NaN, and the best loss before the first epoch is infinite
    good.history = {{0.5, static_cast<double>(missing)}};
    good.epoch = 2;
    ex::write_checkpoint(dir / "c", good, {});
    CHECK(std::isnan(ex::read_checkpoint<float>(dir / "c", 3).state.history[0].valid));
}
TEST_CASE("a run without a validation part goes on from its file")
{
    testing::folder const dir;
    toy::data const data{120};
    auto const rows = toy::rows(0, 120);
    ex::training const how{.epochs = 3, .batch = 20, .average = 0.9};
    ex::paper_card const card{.length = 40, .units = 3, .outputs = 2, .width = 6, .hidden = 5};
    auto whole = ex::make_paper_model<device>(card, ex::seed{5});
    ex::trainer t{whole, ex::adam{}, ex::bce_with_logits{}, how};
    t.fit(ex::part{data, rows});
    auto broken = ex::make_paper_model<device>(card, ex::seed{5});
    ex::trainer u{broken, ex::adam{}, ex::bce_with_logits{}, how};
    u.checkpoint([&](auto const& s) { ex::write_checkpoint(dir / "c", s, {}); });
    int seen = 0;
    CHECK(u.fit(ex::part{data, rows}, [&](ex::batch_done const&) {
        return ++seen == 9 ? ex::go_on::no : ex::go_on::yes;
    }) == ex::ending::interrupted);
    auto other = ex::make_paper_model<device>(card, ex::seed{77});
    ex::trainer v{other, ex::adam{}, ex::bce_with_logits{}, how};
    v.resume(ex::read_checkpoint<float>(dir / "c", other.parameters().total()).state);
    CHECK(v.fit(ex::part{data, rows}) == ex::ending::finished);
    CHECK(other.snapshot() == whole.snapshot());
}
TEST_CASE("a checkpoint keeps where patience is counted from; one of an earlier version has no such number")
{
    testing::folder const dir;
    ex::training_state<float> s;
    s.values = {1};
    s.patient_from = 7;
    s.order = {241, 20, ex::seed{0xFFFFFFFFFFFFFFFF}, true, 3};
    ex::write_checkpoint(dir / "c", s, {});
    CHECK(ex::read_checkpoint<float>(dir / "c", 1).state.patient_from == 7);
    auto const order = ex::read_checkpoint<float>(dir / "c", 1).state.order;
    CHECK(order.rows == 241);
    CHECK(order.batch == 20);
    CHECK(order.from.value == 0xFFFFFFFFFFFFFFFF);
    CHECK(order.both_strands);
    CHECK(order.shift == 3);
    auto const table = ex::read_safetensors(dir / "c");
    ex::tensor_table older;
    older.metadata = table.metadata;
    for (auto const& t : table) {
        if (t.name == "order") continue;
        if (t.name != "counters") {
            older.add(t);
            continue;
        }
        auto five = t.values<std::int64_t>();
        five.resize(5);
        older.add(ex::tensor_entry::of<std::int64_t>("counters", {5}, five));
    }
    ex::write_safetensors(dir / "older", older);
    auto const back = ex::read_checkpoint<float>(dir / "older", 1).state;
    CHECK(back.patient_from == 0);
    CHECK(back.order.rows == 0);
    CHECK(back.values == s.values);
}
