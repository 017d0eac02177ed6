// Networks that read signals, or DNA and signals: shapes, gradients, both backends, files, and errors.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/open_model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"

using namespace explainn;

namespace {

// clang-format off
using numbers_alone = network<signals<35>,
    bank<6, unit<dense<5>, batch_norm, relu, dense<1>>>,
    bank<35, unit<dense<4>, batch_norm, relu, dropout<percent{20}>, dense<1>>, reads::own_signal>,
    linear_head<2>>;
using tracks_alone = network<signals<3, 20>,
    bank<4, unit<conv<5, 2>, batch_norm, exponential, max_pool<4>, dense<2>>>,
    bank<3, unit<batch_norm, elu, average_pool<5>, dense<1>>, reads::own_signal>,
    linear_head<2>>;
using dna_and_numbers = network<inputs<dna<30>, signals<7, 2>>,
    bank<9, unit<conv<5>, batch_norm, exponential, max_pool<4>, dense<3>, batch_norm, relu, dense<1>>>,
    bank<4, unit<dense<3>, relu, dense<1>>, reads::signals>,
    bank<7, unit<dense<3>, batch_norm, relu, dense<1>>, reads::own_signal>,
    linear_head<2>>;
using signals_first = network<inputs<signals<7, 2>, dna<30>>,
    bank<4, unit<dense<3>, relu, dense<1>>>,
    bank<9, unit<conv<5>, relu, global_max_pool>, reads::dna>, linear_head<2>>;
// clang-format on
static_assert(numbers_alone::is_static && numbers_alone::rows.length == 0);
static_assert(numbers_alone::rows.features == 41);
static_assert(numbers_alone::rows.banks[0].from == reads::signals);
static_assert(numbers_alone::rows.layers[4].in == shape{1, 1});
static_assert(tracks_alone::rows.layers[0].in == shape{3, 20});
static_assert(tracks_alone::rows.banks[1].out == shape{1, 1});
static_assert(dna_and_numbers::rows.banks[0].from == reads::dna);
static_assert(signals_first::rows.banks[0].from == reads::signals);

// letters, signals and labels for a network
template <class B>
host_batch batch_for(basic_model<B> const& m, extent count, std::uint32_t salt = 0)
{
    auto b = random_model::batch(count, m.length(), m.outputs(), m.rows().reads_dna(), salt);
    random_numbers draw{seed{7}, stream::tests, 70 + salt};
    for (extent i = 0; i < count * m.rows().signals.channels * m.rows().signals.positions; ++i)
        b.signals.push_back(static_cast<float>(draw.uniform(-1.5, 1.5)));
    return b;
}
template <class B>
input_rows rows_in(basic_model<B> const& m, host_batch const& b)
{
    input_rows r;
    if (m.rows().reads_dna()) r.sequences = view<letter const, 2>{b.letters.data(), b.count, m.length()};
    if (auto const [channels, positions] = m.rows().signals; m.rows().reads_signals())
        r.signals = {b.signals.data(), b.count, channels, positions};
    return r;
}
template <class Network, class B>
model<Network, B> stirred(B b = B{}, fusing fuse = fusing::on)
{
    model<Network, B> m{seed{4}, std::move(b), fuse};
    random_model::stir(m);
    return m;
}

struct stepped {
    std::vector<double> logits, gradients;
    double loss{};
};
template <class Network, class B>
stepped step_of(B b, fusing fuse = fusing::on)
{
    auto m = stirred<Network>(std::move(b), fuse);
    auto const batch = batch_for(m, 11);
    auto const y = m.predict(rows_in(m, batch));
    trainer t{m, sgd{.learning_rate = 0.01}, bce_with_logits{}, training{}};
    double const loss = t.train_batch(batch).mean();
    auto const g = t.gradients();
    return {{y.begin(), y.end()}, {g.begin(), g.end()}, loss};
}
template <class Network>
void hold_backends_together()
{
    auto const slow = step_of<Network>(reference<double>{});
    double largest = 0;
    for (double const g : slow.gradients) largest = std::max(largest, std::abs(g));
    CHECK(largest > 1e-3);
    for (auto const& fast :
         {step_of<Network>(cpu<float>{threads{1}}), step_of<Network>(cpu<float>{threads{2}}),
          step_of<Network>(cpu<float>{threads{2}}, fusing::off)}) {
        CHECK(random_model::apart(fast.logits, slow.logits) < 1e-5);
        CHECK(fast.loss == doctest::Approx(slow.loss).epsilon(1e-5));
        CHECK(random_model::apart(fast.gradients, slow.gradients) < 2e-5);
    }
}

// compares the gradients of a training step with differences, in double
template <class Network>
void hold_to_differences()
{
    auto m = stirred<Network>(reference<double>{});
    auto const host = batch_for(m, 6);
    auto& b = m.device();
    device_batch<reference<double>> arrays;
    auto const batch = arrays.upload(b, m.rows(), host);
    auto const sum_of_logits = [&] {
        auto const y = m.run().train_forward(batch, m.data(), step_number{seed{5}, 3, {}, {}});
        double sum = 0;
        for (std::size_t i = 0; i < y.count(); ++i) sum += y.data[i] * (1 + 0.1 * static_cast<double>(i % 5));
        return sum;
    };
    std::vector<double> gradients(m.parameters().total()),
        dlogits(static_cast<std::size_t>(host.count * m.outputs()));
    for (std::size_t i = 0; i < dlogits.size(); ++i) dlogits[i] = 1 + 0.1 * static_cast<double>(i % 5);
    auto const start = m.snapshot();
    (void)sum_of_logits();
    m.run().backward(batch, m.data(), {dlogits.data(), host.count, m.outputs()}, gradients.data(),
                     step_number{seed{5}, 3, {}, {}});
    for (auto const& p : m.parameters()) {
        if (!p.trained) continue;
        for (std::size_t i = 0; i < p.count; i += std::max<std::size_t>(1, p.count / 7)) {
            auto moved = start;
            moved[p.offset + i] += 1e-6;
            m.restore(moved);
            double const up = sum_of_logits();
            moved[p.offset + i] -= 2e-6;
            m.restore(moved);
            double const down = sum_of_logits();
            CAPTURE(p.name());
            CHECK(gradients[p.offset + i] == doctest::Approx((up - down) / 2e-6).epsilon(2e-4).scale(1e-2));
        }
    }
}

template <class Network>
void hold_to_file()
{
    auto m = stirred<Network>(reference<float>{});
    model_facts const facts{.tasks = {"a", "b"}, .from = seed{9}};
    auto const bytes = model_bytes(m, facts);
    auto const file = read_model_file(bytes);
    REQUIRE(file.network);
    REQUIRE(file.test);
    CHECK(*file.network == description_of(network_rows{Network::rows}));
    auto const batch = batch_for(m, 5, 3);
    auto const expected = m.predict(rows_in(m, batch));
    auto reopened = open_model<reference<float>>(file);
    CHECK(reopened.predict(rows_in(reopened, batch)) == expected);
    CHECK(model_bytes(reopened, facts) == bytes);
    auto typed = open_model<Network, reference<float>>(file);
    CHECK(typed.predict(rows_in(typed, batch)) == expected);
    auto fast = open_model<cpu<float>>(file);
    CHECK(random_model::apart(fast.predict(rows_in(fast, batch)), expected) < 1e-4);
}

using testing::message_of;

} // namespace

TEST_CASE_TEMPLATE("a network of signals: both backends, fused or not, give the same step", Network,
                   numbers_alone, tracks_alone, dna_and_numbers, signals_first)
{
    hold_backends_together<Network>();
}
TEST_CASE_TEMPLATE("the gradients of a network of signals are the numerical ones", Network, numbers_alone,
                   tracks_alone, dna_and_numbers, signals_first)
{
    hold_to_differences<Network>();
}
TEST_CASE_TEMPLATE("a file of a network of signals reopens with its self-test", Network, numbers_alone,
                   tracks_alone, dna_and_numbers, signals_first)
{
    hold_to_file<Network>();
}
TEST_CASE("a file of signals whose weight or whose test was changed is refused")
{
    auto m = stirred<dna_and_numbers>(reference<float>{});
    auto file = read_model_file(model_bytes(m, {.tasks = {"a", "b"}}));
    auto changed = file;
    changed.test->signals[1][3] += 0.5f;
    CHECK(message_of([&] { open_model<reference<float>>(changed); }).find("self-test to be") !=
          std::string::npos);
    changed = file;
    changed.test->signals.pop_back();
    CHECK(message_of([&] { open_model<reference<float>>(changed); }).find("rows of signals") !=
          std::string::npos);
    changed = file;
    changed.network->signals = {8, 2};
    CHECK(message_of([&] { open_model<reference<float>>(changed); }).find("needs exactly 8 copies") !=
          std::string::npos);
}
TEST_CASE("the input of a file is read as it was written, and refused in a sentence where it is none")
{
    auto const json = to_json(description_of(network_rows{dna_and_numbers::rows}));
    CHECK(json.find(R"("input":{"kind":"dna_and_signals","length":30,"channels":7,"positions":2})") !=
          std::string::npos);
    CHECK(json.find(R"({"units":9,"layers":)") != std::string::npos);
    CHECK(json.find(R"({"units":7,"reads":"own_signal","layers":)") != std::string::npos);
    auto const with = [](std::string const& input, std::string const& reads) {
        return R"({"network":"rows","input":)" + input + R"(,"banks":[{"units":2,)" + reads +
               R"("layers":[{"layer":"dense","outputs":1}]}],"heads":[{"kind":"linear","outputs":1,"bias":true}]})";
    };
    std::string const two = R"({"kind":"signals","channels":2,"positions":1})";
    CHECK(rows_of(network_of(with(two, ""))).features == 2);
    CHECK(rows_of(network_of(with(two, R"("reads":"own_signal",)"))).layer(0).in == shape{1, 1});
    auto const why = [&](std::string const& input, std::string const& reads) {
        return message_of([&] { (void)rows_of(network_of(with(input, reads))); });
    };
    CHECK(why(R"({"kind":"signals","channels":2})", "") == "expected 'positions' in the input, found none");
    CHECK(why(R"({"kind":"signals","channels":0,"positions":0})", "") ==
          "expected signals of some channels, found 0");
    CHECK(why(R"({"kind":"signals","channels":-1,"positions":1})", "") != "nothing thrown");
    CHECK(why(R"({"kind":"signals","channels":2,"positions":0})", "") ==
          "expected signals of 1 to 65535 channels and positions, found 0");
    CHECK(why(R"({"kind":"sound","channels":2,"positions":1})", "") ==
          "expected an input of kind dna, signals or dna_and_signals, found 'sound'");
    CHECK(why(two, R"("reads":"dna",)") == "in bank 1: expected an input that the network has, found dna");
    CHECK(why(two, R"("reads":"all",)") ==
          "expected a bank that reads dna, signals, own_signal or pair_cells, found 'all'");
    CHECK(why(R"({"kind":"signals","channels":3,"positions":1})", R"("reads":"own_signal",)") ==
          "in bank 1: bank<2> needs exactly 3 copies, but gets 2");
    CHECK(why(R"({"kind":"dna","length":9,"channels":3})", "") ==
          "expected only known keys in the input dna, found 'channels'");
}
TEST_CASE("signals that a dynamic network leaves open are given when it is made")
{
    using open = network<signals<dynamic, dynamic>,
                         bank<dynamic, unit<dense<3>, relu, dense<1>>, reads::own_signal>, linear_head<1>>;
    model<open, reference<float>> m{{.signals = {12, 2}}, seed{1}};
    CHECK(m.units() == 12);
    std::vector<float> const numbers(2 * 24, 0.5f);
    CHECK(m.predict(input_rows{.sequences = {}, .signals = {numbers.data(), 2, 12, 2}}).size() == 2);
    CHECK(message_of([] {
              model<open, reference<float>>{{.signals = {0, 2}}, seed{1}};
          }) == "signals<0, 2> needs at least 1 channel, but gets 0");
    CHECK(message_of([] { model<open, reference<float>>{seed{1}}; }).find("needs its numbers") !=
          std::string::npos);
    CHECK(message_of([] {
              model<numbers_alone, reference<float>>{{.signals = {36, 1}}, seed{1}};
          }) == "the type fixes the channels of the signals at 35, but 36 is given");
}
TEST_CASE("rows that are not what a network of signals reads are refused in a sentence")
{
    auto m = stirred<dna_and_numbers>(reference<float>{});
    auto batch = batch_for(m, 3);
    auto const rows = rows_in(m, batch);
    auto const why = [&m](input_rows const& given) { return message_of([&] { m.predict(given); }); };
    CHECK(message_of([&] { m.predict(rows.sequences); }) ==
          "the model reads 7 signals of 2 positions a row, the data have no signals");
    auto wrong = rows;
    wrong.signals = {batch.signals.data(), 3, 14, 1};
    CHECK(why(wrong) == "the model reads 7 signals of 2 positions a row, the data have 14 signals");
    wrong = rows;
    wrong.signals = rows.signals.slice(0, 2);
    CHECK(why(wrong) == "expected signals for each of 3 sequences, found signals for 2");
    batch.signals[15] = std::nanf("");
    CHECK(why(rows) == "expected finite signals, found nan at number 2 of row 2");
    model<numbers_alone, reference<float>> alone{seed{1}};
    std::vector<letter> const bases(30);
    CHECK(message_of([&] {
              alone.predict({bases.data(), 1, 30});
          }) == "the model reads 35 signals a row, the data have no signals");
    CHECK(alone.predict(input_rows{}).empty());
}
TEST_CASE("signals are the same on both strands; letters turn")
{
    auto m = stirred<dna_and_numbers>(reference<double>{});
    auto batch = batch_for(m, 4);
    auto const rows = rows_in(m, batch);
    auto const given = m.predict(rows, {false}), mean = m.predict(rows, {true});
    batch.flip(30);
    auto const other = m.predict(rows, {false});
    CHECK(given != other);
    for (std::size_t i = 0; i < mean.size(); ++i) CHECK(mean[i] == (given[i] + other[i]) / 2);
}
