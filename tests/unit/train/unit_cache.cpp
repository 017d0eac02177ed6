// Outputs of frozen banks that are computed once: the same bits as computing them each time, and refused when
// they no longer fit the model.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
#include <explainn/train/unit_cache.hpp>
#include <explainn/train/with_signals.hpp>

#include "support/message_of.hpp"
#include "support/model_backends.hpp"
#include "toy_data.hpp"

using namespace explainn;

namespace {

using pretrained = unit<conv<8>, batch_norm, exponential, max_pool<7>, dense<5>, batch_norm, relu,
                        dropout<percent{30}>, dense<1>>;
using learner = unit<conv<6>, batch_norm, relu, max_pool<5>, dense<2>>;
using net = network<dna<40>, bank<20, pretrained>, bank<9, learner>, linear_head<2>>;

training how_with(bool both_strands, double average = 0)
{
    return {.epochs = 4,
            .batch = 50,
            .from = seed{1},
            .both_strands = both_strands,
            .average = average,
            .freezes = [](std::string_view name) { return name.starts_with("banks.0."); }};
}
template <class B, class Data>
std::vector<typename B::scalar> trained_on(model<net, B>& m, Data const& data, training const& how)
{
    auto const train = toy::rows(0, 300), valid = toy::rows(300, 400);
    trainer t{m, adam{.learning_rate = 0.01}, bce_with_logits{}, how};
    t.fit(part{data, train}, part{data, valid});
    auto values = m.snapshot();
    values.push_back(static_cast<typename B::scalar>(t.state().history.back().valid));
    return values;
}
using testing::message_of;

} // namespace

TEST_CASE_TEMPLATE("training on kept unit outputs gives the bits of running the frozen bank" *
                       doctest::test_suite("long"),
                   B, EXPLAINN_MODEL_BACKENDS)
{
    toy::data const data{400};
    for (bool const both : {false, true}) {
        model<net, B> run_each_time{seed{3}}, given{seed{3}};
        auto const expected = trained_on(run_each_time, data, how_with(both));
        unit_cache const cached{given, data, {0}, {both}};
        CHECK(trained_on(given, cached, how_with(both)) == expected);
    }
}
TEST_CASE("a network of given banks alone trains its head")
{
    using head_alone = network<dna<40>, bank<20, pretrained>, linear_head<2>>;
    toy::data const data{300};
    auto const rows = toy::rows(0, 300);
    auto const trained = [&](auto const& of, auto& m) {
        trainer t{m,
                  adam{},
                  bce_with_logits{},
                  {.epochs = 3, .from = seed{1}, .freezes = [](std::string_view name) {
                       return !name.starts_with("final");
                   }}};
        t.fit(part{of, rows});
        return m.snapshot();
    };
    model<head_alone, cpu<float>> one{seed{2}}, other{seed{2}};
    unit_cache const cached{other, data, {0}};
    CHECK(trained(cached, other) == trained(data, one));
}
TEST_CASE("a moving average does not make a cache stale")
{
    toy::data const data{400};
    model<net, cpu<float>> m{seed{3}};
    unit_cache const cached{m, data, {0}};
    CHECK_NOTHROW(trained_on(m, cached, how_with(false, 0.99)));
}
TEST_CASE("kept unit outputs are refused where they are not those of the model, in a sentence")
{
    toy::data const data{400};
    model<net, cpu<float>> m{seed{3}};
    unit_cache const cached{m, data, {0}};
    auto const why = [&](training const& how) { return message_of([&] { trained_on(m, cached, how); }); };
    CHECK(why(how_with(true)).find("expected unit outputs of both strands") == 0);
    auto moved = how_with(false);
    moved.shift = 2;
    CHECK(why(moved).find("expected sequences that are not moved") == 0);
    auto learns = how_with(false);
    learns.freezes = {};
    CHECK(why(learns) ==
          "the outputs of bank 0 are given, and it learns in this step: only a frozen bank can "
          "be given");
    auto filters = m.values("banks.0.linears.0.weight");
    filters[0] += 1;
    m.set_values("banks.0.linears.0.weight", filters);
    CHECK(why(how_with(false)).find("found other values in them: a new unit_cache is needed") !=
          std::string::npos);
    CHECK(message_of([&] {
              unit_cache<cpu<float>, toy::data>{m, data, {}};
          }).find("found none") != std::string::npos);
    CHECK(message_of([&] {
              unit_cache<cpu<float>, toy::data>{m, data, {2}};
          }).find("the model has 2") != std::string::npos);
}
TEST_CASE("given outputs of another size are refused by the executor")
{
    model<net, reference<float>> m{seed{3}};
    std::vector<letter> const letters(2 * 40);
    std::vector<float> const outputs(39);
    std::vector<std::span<float const>> const given{outputs};
    batch_view const batch{{letters.data(), 2, 40}, false};
    CHECK(message_of([&] { m.run().infer(batch, m.data(), given); }) ==
          "expected 40 outputs of the units of bank 0, found 39");
}
