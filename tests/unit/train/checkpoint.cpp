#include <doctest/doctest.h>

#include <limits>

#include <explainn/train/checkpoint_file.hpp>

#include "support/folder.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using testing::message_of;

namespace {
ex::training_state<float> some_state()
{
    ex::training_state<float> s;
    s.epoch = 3;
    s.batch = 17;
    s.step = 4'000'000'000;
    s.so_far = {0.1 + 0.2, 1e300};
    s.history = {{1.0 / 3, 2.0 / 3}, {std::numeric_limits<double>::quiet_NaN(), 5e-324}};
    s.best_epoch = 1;
    s.best_loss = 2.0 / 3;
    s.rate_factor = 0.1;
    s.values = {1.f / 3, -0.f, std::numeric_limits<float>::denorm_min()};
    s.state[0] = {1, 2, 3};
    s.best = {4, 5, 6};
    return s;
}
} // namespace

TEST_CASE("a checkpoint reads back to the same bits")
{
    testing::folder const dir;
    auto const s = some_state();
    ex::write_checkpoint(dir / "c", s, {{"--units", "100"}, {"data", "abc"}});
    auto const [back, facts] = ex::read_checkpoint<float>(dir / "c", 3);
    CHECK(facts == ex::run_facts{{"--units", "100"}, {"data", "abc"}});
    CHECK(ex::read_run_facts(dir / "c") == facts);
    CHECK(back.epoch == 3);
    CHECK(back.batch == 17);
    CHECK(back.step == s.step);
    CHECK(back.so_far.sum == s.so_far.sum);
    CHECK(back.so_far.count == s.so_far.count);
    CHECK(back.best_epoch == 1);
    CHECK(back.best_loss == s.best_loss);
    CHECK(back.rate_factor == s.rate_factor);
    CHECK(!back.finished);
    CHECK(back.values == s.values);
    CHECK(std::signbit(back.values[1]));
    CHECK(back.state[0] == s.state[0]);
    CHECK(back.state[1].empty());
    CHECK(back.average.empty());
    CHECK(back.best == s.best);
    REQUIRE(back.history.size() == 2);
    CHECK(back.history[0].train == s.history[0].train);
    CHECK(std::isnan(back.history[1].train));
    CHECK(back.history[1].valid == 5e-324);
    ex::write_checkpoint(dir / "again", back, facts);
    CHECK(testing::bytes_of(dir / "again") == testing::bytes_of(dir / "c"));
}

TEST_CASE("the first state, with infinite best loss and nothing kept, reads back")
{
    testing::folder const dir;
    ex::training_state<float> s;
    s.values = {1};
    ex::write_checkpoint(dir / "c", s, {});
    auto const back = ex::read_checkpoint<float>(dir / "c", 1).state;
    CHECK(std::isinf(back.best_loss));
    CHECK(back.epoch == 1);
    CHECK(back.best.empty());
}

TEST_CASE("files that are no checkpoint of this model are refused")
{
    testing::folder const dir;
    ex::write_checkpoint(dir / "c", some_state(), {});
    std::string const at = (dir / "c").string();
    CHECK(testing::message_of([&] { ex::read_checkpoint<float>(dir / "c", 4); }) ==
          at + ": expected 4 numbers in values, found 3");
    auto table = ex::read_safetensors(dir / "c");
    table.metadata["format"] = "another";
    ex::write_safetensors(dir / "other", table);
    CHECK(testing::message_of([&] { ex::read_checkpoint<float>(dir / "other", 3); }) ==
          (dir / "other").string() + ": expected a checkpoint, found another safetensors file");
    auto s = some_state();
    s.history.pop_back();
    ex::write_checkpoint(dir / "c", s, {});
    CHECK(testing::message_of([&] { ex::read_checkpoint<float>(dir / "c", 3); }) ==
          at + ": expected counters of a run, found others");
}

TEST_CASE("a run with other facts is refused by the first that differs")
{
    ex::run_facts const before{{"--units", "100"}, {"data", "abc"}};
    CHECK_NOTHROW(ex::require_same_run("c", before, before));
    CHECK(testing::message_of([&] {
              ex::require_same_run("c", before, {{"--units", "50"}, {"data", "abc"}});
          }) == "c: expected --units as the run was begun with, 100, found 50");
    CHECK(testing::message_of([&] {
              ex::require_same_run("c", before, {{"--units", "100"}});
          }) == "c: expected data as the run was begun with, abc, found nothing");
}
