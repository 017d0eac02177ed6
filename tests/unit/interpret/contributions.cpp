// Contributions of units to logits, compared with the definition.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <explainn/cpu.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper_card.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"

namespace ex = explainn;

namespace {

// The reference backend in double computes one sequence after the other and one strand after the other; the
// head is computed by hand.
template <class Slow, class Fast>
void hold_to_definition(Slow& slow, Fast& fast, testing::small_data const& data, bool both)
{
    // the same numbers in both
    for (auto const& p : fast.parameters()) {
        auto const values = fast.values(p.name());
        slow.set_values(p.name(), std::vector<double>(values.begin(), values.end()));
    }
    auto const rows = data.all_rows();
    auto const seen = ex::explain(fast, ex::part{data, rows}, {.both_strands = both, .batch = 6});
    auto const weights = slow.values("final.weight");
    bool const has_bias = slow.parameters().find("final.bias") != nullptr;
    auto const bias = has_bias ? slow.values("final.bias")
                               : std::vector<double>(static_cast<std::size_t>(slow.outputs()), 0.0);
    auto const features = static_cast<std::size_t>(slow.rows().features);
    REQUIRE(seen.sequences == static_cast<ex::extent>(data.size()));
    REQUIRE(seen.units().size() == static_cast<std::size_t>(slow.units()));
    CHECK(seen.largest_error <= 1e-5);
    auto const all = seen.contributions();
    std::size_t at = 0;
    for (std::size_t n = 0; n < data.size(); ++n) {
        std::vector<double> outputs(features), logits(static_cast<std::size_t>(slow.outputs()));
        for (int const reverse : {0, 1}) {
            if (reverse && !both) continue;
            std::vector<ex::letter> codes(data.length());
            if (reverse) data.sequences.unpack_reverse_complement(n, codes);
            else data.letters_of(n, codes);
            auto const y = slow.predict({codes.data(), 1, static_cast<ex::extent>(codes.size())});
            for (std::size_t o = 0; o < logits.size(); ++o) logits[o] += y[o] / (both ? 2 : 1);
            std::size_t feature = 0;
            for (std::size_t b = 0; b < slow.rows().banks.size(); ++b) {
                auto const x = slow.run().unit_outputs(static_cast<int>(b), 1);
                for (std::size_t i = 0; i < x.count(); ++i) outputs[feature++] += x.data[i] / (both ? 2 : 1);
            }
        }
        auto const i = static_cast<ex::extent>(n);
        std::vector<double> sums(bias), sizes(logits.size());
        ex::extent u = 0;
        for (auto const& unit : seen.units()) {
            for (std::size_t o = 0; o < logits.size(); ++o) {
                double expected = 0;
                for (ex::extent k = 0; k < unit.outputs; ++k) {
                    auto const f = static_cast<std::size_t>(unit.first + k);
                    expected += weights[o * features + f] * outputs[f];
                }
                double const found = seen.contribution(i, u, static_cast<ex::extent>(o));
                CHECK(std::abs(found - expected) <= 1e-4 * std::max(1.0, std::abs(expected)));
                CHECK(all[at++] == found);
                sums[o] += found;
                sizes[o] += std::abs(found);
            }
            ++u;
        }
        for (std::size_t o = 0; o < logits.size(); ++o) {
            auto const logit = static_cast<double>(seen.logit(i, static_cast<ex::extent>(o)));
            CHECK(std::abs(logit - logits[o]) <= 1e-4 * std::max(1.0, std::abs(logits[o])));
            CHECK(std::abs(sums[o] - logit) <= 1e-5 * (sizes[o] + std::abs(bias[o])));
            CHECK(seen.bias(static_cast<ex::extent>(o)) == bias[o]);
        }
    }
}

template <class Net>
void hold(testing::small_data const& data)
{
    for (bool const both : {false, true}) {
        ex::model<Net, ex::reference<double>> slow{ex::seed{4}};
        ex::model<Net, ex::cpu<float>> fast{ex::seed{4}};
        random_model::stir(fast);
        hold_to_definition(slow, fast, data, both);
    }
}

} // namespace

TEST_CASE("contributions are weight x unit output, for every depth and both strands")
{
    testing::small_data const data{17, 45, 3, 2};
    for (int const num_fc : {0, 1, 2, 3})
        for (bool const both : {false, true}) {
            ex::paper_card const card{.length = 45, .units = 19, .outputs = 3, .num_fc = num_fc, .hidden = 5};
            auto slow = ex::make_paper_model<ex::reference<double>>(card, ex::seed{3});
            auto fast = ex::make_paper_model<ex::cpu<float>>(card, ex::seed{3});
            random_model::stir(fast);
            CAPTURE(num_fc);
            hold_to_definition(slow, fast, data, both);
        }
}

TEST_CASE("contributions of units of several outputs, of several banks and heads, without bias")
{
    testing::small_data const data{9, 33, 3, 8};
    using several_outputs =
        ex::network<ex::dna<33>,
                    ex::bank<4, ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<7>>>,
                    ex::linear_head<2>>;
    using many_filters = ex::network<
        ex::dna<33>,
        ex::bank<1, ex::unit<ex::conv<5, 6>, ex::batch_norm, ex::relu, ex::average_pool<9>, ex::dense<4>>>,
        ex::linear_head<3, ex::head_bias::none>>;
    using two_banks = ex::network<
        ex::dna<33>,
        ex::bank<17, ex::unit<ex::conv<9>, ex::batch_norm, ex::gelu, ex::max_pool<5>, ex::dense<1>>>,
        ex::bank<2, ex::unit<ex::conv<4>, ex::exponential, ex::global_max_pool>>,
        ex::bank<3, ex::unit<ex::conv<7>, ex::softplus, ex::max_pool<13>>>, ex::linear_head<2>,
        ex::linear_head<1>>;
    hold<several_outputs>(data);
    hold<many_filters>(data);
    hold<two_banks>(data);

    auto const names = ex::units_of(ex::network_rows{two_banks::rows});
    REQUIRE(names.size() == 22);
    CHECK(names[0].name == "banks.0.filter0");
    CHECK(names[18].name == "banks.1.filter1");
    CHECK(names[19].first == 19);
    CHECK(names[20].first == 21);
    CHECK(names[21].name == "banks.2.filter2");
    CHECK(names[21].bank == 2);
    CHECK(names[21].unit == 2);
    CHECK(names[21].outputs == 2);
    CHECK(ex::units_of(ex::network_rows{several_outputs::rows})[3].name == "filter3");
}

TEST_CASE("contributions of non-negative heads are non-negative where units are")
{
    testing::small_data const data{40, 30, 2, 6};
    auto m = ex::make_paper_model<ex::cpu<float>>({.length = 30, .units = 4, .outputs = 2, .hidden = 3},
                                                  ex::seed{1});
    auto const rows = data.all_rows();
    ex::trainer t{
        m, ex::sgd{.learning_rate = 0.1}, ex::bce_with_logits{}, {.epochs = 2, .non_negative = true}};
    t.fit(ex::part{data, rows}, ex::part{data, rows});
    auto const seen = ex::explain(m, ex::part{data, rows}, {.both_strands = true});
    double sum = 0;
    for (double const c : seen.contributions()) {
        CHECK(c >= 0);
        sum += c;
    }
    CHECK(sum > 0);
}

TEST_CASE("contributions: the same bits for any threads, batches and sources; logits are the evaluator's")
{
    testing::small_data const data{150, 90, 2, 3};
    ex::paper_card const card{.length = 90, .units = 37, .outputs = 2, .hidden = 5};
    auto const rows = data.all_rows();
    ex::explained_sequences<float> first;
    for (int const threads : {1, 2, 3})
        for (std::size_t const batch : {1u, 50u, 150u}) {
            auto m =
                ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1}, ex::cpu<float>{ex::threads{threads}});
            random_model::stir(m);
            ex::reading const how{.both_strands = true, .batch = batch};
            auto const now = ex::explain(m, ex::part{data, rows}, how);
            if (first.logits.empty()) first = now;
            CHECK(now.logits == first.logits);
            CHECK(now.unit_outputs == first.unit_outputs);
            CHECK(ex::explain(m, data.sequences, how).unit_outputs == first.unit_outputs);
            ex::evaluator<ex::cpu<float>>{m, how}(
                ex::part{data, rows}, [&](std::size_t at, ex::view<float const, 2> y, ex::host_batch const&) {
                    for (std::size_t i = 0; i < y.count(); ++i) CHECK(y.data[i] == first.logits[at * 2 + i]);
                });
        }
}

TEST_CASE("contributions: batches say where they stand; no sequences give none")
{
    testing::small_data const data{11, 40, 2, 3};
    auto m = ex::make_paper_model<ex::cpu<float>>({.length = 40, .units = 3, .outputs = 2, .hidden = 3},
                                                  ex::seed{1});
    std::vector<std::size_t> firsts;
    ex::explainer<ex::cpu<float>> explain{m, {.batch = 5}};
    explain(data.sequences, [&](ex::explained_sequences<float> const& some) {
        firsts.push_back(some.first);
        CHECK(some.outputs() == 2);
        CHECK(some.unit_outputs.size() == static_cast<std::size_t>(some.sequences) * 3);
    });
    CHECK(firsts == std::vector<std::size_t>{0, 5, 10});
    CHECK(ex::explain(m, ex::packed_sequences{}).logits.empty());
    std::vector<std::uint32_t> const none;
    CHECK(ex::explain(m, ex::part{data, none}).logits.empty());
}

TEST_CASE("contributions: what does not fit or add up is refused in a sentence")
{
    auto m = ex::make_paper_model<ex::cpu<float>>({.length = 40, .units = 3, .outputs = 2, .hidden = 3},
                                                  ex::seed{1});
    testing::small_data const data{4, 40, 1, 2}, longer{4, 41, 1, 2};
    CHECK_THROWS_WITH_AS(ex::explain(m, longer.sequences),
                         "expected sequences of 40 bases as the model, found 41", ex::shape_error);
    std::vector<std::uint32_t> const outside{2, 9};
    CHECK_THROWS_WITH_AS(ex::explain(m, ex::part{data, outside}), "expected rows below 4, found 9",
                         ex::error);
    // the head was changed after the explainer read it: the sums are no longer the logits
    ex::explainer<ex::cpu<float>> explain{m};
    m.set_values("final.bias", std::vector<float>{100, 0});
    CHECK_THROWS_WITH_AS(
        explain(data.sequences, [](auto const&) {}),
        doctest::Contains("expected contributions of sequence 1 for output 0 that add up to the logit"),
        ex::error);
    // set_values refuses such a number, so it is written directly into the model's array
    float const endless = std::numeric_limits<float>::infinity();
    m.device().upload(m.data() + m.parameters()["final.bias"].offset + 1, &endless, 1);
    CHECK_THROWS_WITH_AS(ex::explain(m, data.sequences),
                         "expected a finite logit of sequence 1 for output 1, found inf", ex::error);
}
