// A neural additive model on the outputs of frozen units is the same network as units whose first layers are
// frozen and whose last layers learn: trained alike, both end with the same numbers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/io/signals.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/trainer.hpp>

#include "toy_data.hpp"

namespace ex = explainn;

namespace {

constexpr ex::extent units = 12;
using pretrained = ex::network<
    ex::dna<40>,
    ex::bank<units, ex::unit<ex::conv<8>, ex::batch_norm, ex::exponential, ex::max_pool<7>, ex::dense<1>>>,
    ex::linear_head<2>>;
// the neural additive model of zoo/on_signals.hpp without dropout, whose masks differ from layer to layer
using additive = ex::network<
    ex::signals<units>,
    ex::bank<units, ex::unit<ex::dense<20>, ex::batch_norm, ex::relu, ex::dense<1>>, ex::reads::own_signal>,
    ex::linear_head<2>>;
// both in one: the first layers are to be frozen
using end_to_end = ex::network<
    ex::dna<40>,
    ex::bank<units, ex::unit<ex::conv<8>, ex::batch_norm, ex::exponential, ex::max_pool<7>, ex::dense<1>,
                             ex::dense<20>, ex::batch_norm, ex::relu, ex::dense<1>>>,
    ex::linear_head<2>>;

using device = ex::cpu<float>;

template <class Model>
std::vector<std::string> names_of(Model const& m)
{
    std::vector<std::string> names;
    for (auto const& p : m.parameters()) names.emplace_back(p.name());
    return names;
}

// some units that learned something, and the numbers that they give for all rows
ex::signal_dataset given_by(ex::model<pretrained, device>& m, toy::data const& data,
                            std::vector<std::uint32_t> const& rows)
{
    std::vector<float> numbers;
    ex::explainer<device> explain{m, {}};
    explain(ex::part{data, rows}, [&](ex::explained_sequences<float> const& seen) {
        numbers.insert(numbers.end(), seen.unit_outputs.begin(), seen.unit_outputs.end());
    });
    ex::label_matrix labels{2};
    std::vector<float> row(2);
    for (std::size_t i = 0; i < data.size(); ++i) {
        data.labels_of(i, row);
        labels.append(row);
    }
    return {{{units, 1}, std::move(numbers)}, {"AP1", "E-box"}, std::move(labels)};
}

} // namespace

TEST_CASE("a neural additive model over frozen units gives what the same network trained end to end gives")
{
    toy::data const data{400};
    auto const all = toy::rows(0, 400), train = toy::rows(0, 300), valid = toy::rows(300, 400);
    ex::model<pretrained, device> before{ex::seed{1}};
    ex::trainer{before, ex::adam{.learning_rate = 0.01}, ex::bce_with_logits{}, {.epochs = 3, .batch = 50}}
        .fit(ex::part{data, train});

    // the same numbers on either side: those of the units, and those that are to learn
    ex::model<additive, device> on_outputs{ex::seed{2}};
    ex::model<end_to_end, device> whole{ex::seed{3}};
    auto const of_units = names_of(before), learned = names_of(on_outputs), both = names_of(whole);
    std::size_t const heads = 2; // final.weight and final.bias stand last in each
    std::size_t const frozen = of_units.size() - heads;
    REQUIRE(both.size() == frozen + learned.size());
    for (std::size_t i = 0; i < frozen; ++i) whole.set_values(both[i], before.values(of_units[i]));
    for (std::size_t i = 0; i < learned.size(); ++i)
        whole.set_values(both[frozen + i], on_outputs.values(learned[i]));

    ex::training how{.epochs = 4, .batch = 50, .from = ex::seed{5}};
    auto const signals = given_by(before, data, all);
    ex::trainer curves{on_outputs, ex::adam{.learning_rate = 0.01}, ex::bce_with_logits{}, how};
    curves.fit(ex::part{signals, train}, ex::part{signals, valid});

    std::vector<std::string> const stay(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(frozen));
    how.freezes = [&stay](std::string_view name) {
        return std::find(stay.begin(), stay.end(), name) != stay.end();
    };
    ex::trainer ends{whole, ex::adam{.learning_rate = 0.01}, ex::bce_with_logits{}, how};
    ends.fit(ex::part{data, train}, ex::part{data, valid});

    for (std::size_t i = 0; i < frozen; ++i) CHECK(whole.values(both[i]) == before.values(of_units[i]));
    CHECK(curves.state().history.size() == ends.state().history.size());
    for (std::size_t e = 0; e < curves.state().history.size(); ++e) {
        CHECK(curves.state().history[e].train ==
              doctest::Approx(ends.state().history[e].train).epsilon(1e-5));
        CHECK(curves.state().history[e].valid ==
              doctest::Approx(ends.state().history[e].valid).epsilon(1e-5));
    }
    CHECK(curves.state().history.back().train < 0.98 * curves.state().history.front().train); // it learns
    auto const by_signals = ex::outcomes_of(on_outputs, ex::part{signals, valid}, ex::multilabel{});
    auto const by_bases = ex::outcomes_of(whole, ex::part{data, valid}, ex::multilabel{});
    REQUIRE(by_signals.predictions.size() == by_bases.predictions.size());
    double apart = 0;
    for (std::size_t i = 0; i < by_bases.predictions.size(); ++i)
        apart = std::max(apart, std::abs(by_signals.predictions[i] - by_bases.predictions[i]));
    MESSAGE("probabilities differ by at most " << apart);
    CHECK(apart < 1e-5);
}
