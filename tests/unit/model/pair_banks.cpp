// Banks of pairs of units: what they compute, their gradients, files, and errors.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/open_model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"

using namespace explainn;

namespace {

using scanned = unit<conv<7>, batch_norm, exponential, max_pool<5>, dense<4>, batch_norm, relu, dense<1>>;
using by_place = unit<dense<3>, relu, dense<2>>;
using by_gap = unit<batch_norm, by_distance, batch_norm, dense<1>>;
// the pairs share units 3 and 0; the second bank of pairs reads the same units as the first
using paired = network<dna<30>, bank<6, scanned>, pair_bank<by_place, unit_pair{0, 3}, unit_pair{3, 5}>,
                       pair_bank<by_gap, unit_pair{3, 0}, unit_pair{1, 2}, unit_pair{4, 3}>, linear_head<2>,
                       linear_head<1>>;
static_assert(paired::is_static && paired::rows.features == 6 + 4 + 3);
static_assert(paired::rows.layers[8].in == shape{2, 4} && paired::rows.banks[2].out == shape{1, 1});
// layers without a stage that takes several, and cells of two channels
using many_channels = network<dna<30>, bank<5, unit<conv<7, 2>, relu, max_pool<5>, dense<2>>>,
                              pair_bank<by_place, unit_pair{4, 1}, unit_pair{1, 0}>, linear_head<3>>;
static_assert(many_channels::rows.layers[4].in == shape{4, 4});

template <class Network, class B>
model<Network, B> stirred(B b = B{}, fusing fuse = fusing::on)
{
    model<Network, B> m{seed{4}, std::move(b), fuse};
    random_model::stir(m);
    return m;
}
using testing::message_of;

// the largest difference between the gradients of a step and numerical ones, over all tensors that learn
template <class Network>
void check_gradients(std::span<char const> frozen)
{
    auto m = stirred<Network>(reference<double>{});
    auto const host = random_model::batch(6, 30, 3, true);
    batch_view const batch{{host.letters.data(), host.count, 30}, host.has_n};
    step_number step{seed{5}, 3, {}, {}};
    step.frozen_banks = frozen;
    std::vector<double> gradients(m.parameters().total()), dlogits(18);
    for (std::size_t i = 0; i < dlogits.size(); ++i) dlogits[i] = 1 + 0.1 * static_cast<double>(i % 5);
    auto const loss = [&] {
        auto const y = m.run().train_forward(batch, m.data(), step);
        double sum = 0;
        for (std::size_t i = 0; i < y.count(); ++i) sum += y.data[i] * dlogits[i];
        return sum;
    };
    auto const start = m.snapshot();
    (void)loss();
    m.run().backward(batch, m.data(), {dlogits.data(), 6, 3}, gradients.data(), step);
    for (auto const& p : m.parameters()) {
        bool const is_frozen = p.bank >= 0 && static_cast<std::size_t>(p.bank) < frozen.size() &&
                               frozen[static_cast<std::size_t>(p.bank)] != 0;
        if (!p.trained || is_frozen) continue;
        for (std::size_t i = 0; i < p.count; i += std::max<std::size_t>(1, p.count / 9)) {
            auto moved = start;
            moved[p.offset + i] += 1e-6;
            m.restore(moved);
            double const up = loss();
            moved[p.offset + i] -= 2e-6;
            m.restore(moved);
            double const down = loss();
            CAPTURE(p.name());
            CHECK(gradients[p.offset + i] == doctest::Approx((up - down) / 2e-6).epsilon(2e-4).scale(1e-2));
        }
    }
}

} // namespace

TEST_CASE("units of pairs read the pooled cells of both units, in the order of the pair")
{
    auto m = stirred<paired>(reference<double>{});
    // the same bank with its cells as outputs
    using only_cells =
        network<dna<30>, bank<6, unit<conv<7>, batch_norm, exponential, max_pool<5>>>, linear_head<1>>;
    model<only_cells, reference<double>> cells{seed{1}};
    for (char const* name : {"linears.0.weight", "linears.0.bias", "linears.1.weight", "linears.1.bias",
                             "linears.1.running_mean", "linears.1.running_var"})
        cells.set_values(name, m.values("banks.0." + std::string{name}));
    auto const batch = random_model::batch(5, 30, 1, true);
    view<letter const, 2> const letters{batch.letters.data(), 5, 30};
    (void)m.predict(letters);
    (void)cells.predict(letters);
    auto const z = cells.run().unit_outputs(0, 5); // (6, 5, 4)
    // bank 1, dense<3>, relu, dense<2>
    auto const first = m.values("banks.1.linears.2.weight"), first_bias = m.values("banks.1.linears.2.bias"),
               second = m.values("banks.1.linears.4.weight"),
               second_bias = m.values("banks.1.linears.4.bias");
    auto const y = m.run().unit_outputs(1, 5);
    unit_pair const pairs[]{{0, 3}, {3, 5}};
    for (extent k = 0; k < 2; ++k)
        for (extent n = 0; n < 5; ++n)
            for (extent o = 0; o < 2; ++o) {
                auto const at = [](extent i) { return static_cast<std::size_t>(i); };
                double out = second_bias[at(k * 2 + o)];
                for (extent h = 0; h < 3; ++h) {
                    double x = first_bias[at(k * 3 + h)];
                    for (extent l = 0; l < 4; ++l)
                        x += first[at((k * 3 + h) * 8 + l)] * z(pairs[k].first, n, l) +
                             first[at((k * 3 + h) * 8 + 4 + l)] * z(pairs[k].second, n, l);
                    out += second[at((k * 2 + o) * 3 + h)] * std::max(0.0, x);
                }
                CHECK(y(k, n, o) == doctest::Approx(out));
            }
}
TEST_CASE("the gradients of a network with pairs are the numerical ones, beside frozen banks, too")
{
    constexpr char units_are_frozen[]{1, 0, 0};
    check_gradients<paired>({});
    check_gradients<paired>(units_are_frozen);
    check_gradients<many_channels>({});
}
TEST_CASE("a step with pairs is the same fused and unfused, on both backends, for any number of threads")
{
    auto const batch = random_model::batch(19, 30, 3, true);
    auto const step = [&]<class Network>(std::type_identity<Network>, auto b, fusing fuse = fusing::on) {
        auto m = stirred<Network>(std::move(b), fuse);
        auto const r = random_model::step(m, batch);
        return std::pair{std::vector<double>(r.gradients.begin(), r.gradients.end()),
                         std::vector<double>(r.after.begin(), r.after.end())};
    };
    auto const compare = [&]<class Network>(std::type_identity<Network> net) {
        auto const slow = step(net, reference<double>{}), one = step(net, cpu<float>{threads{1}});
        CHECK(random_model::apart(step(net, reference<double>{}, fusing::off).first, slow.first) < 1e-9);
        CHECK(random_model::apart(one.first, slow.first) < 1e-4);
        CHECK(random_model::apart(one.second, slow.second) < 1e-4);
        CHECK(step(net, cpu<float>{threads{2}}) == one);
        CHECK(step(net, cpu<float>{threads{3}}) == one);
    };
    compare(std::type_identity<paired>{});
    compare(std::type_identity<many_channels>{});
}
TEST_CASE("a file holds the pairs, and opens without the type")
{
    auto m = stirred<paired>(cpu<float>{});
    model_facts const facts{.tasks = {"a", "b", "c"}, .from = seed{9}};
    auto const bytes = model_bytes(m, facts);
    auto const file = read_model_file(bytes);
    REQUIRE(file.network);
    CHECK(*file.network == description_of(network_rows{paired::rows}));
    CHECK(file.architecture.find(R"({"units":2,"reads":"pair_cells","pairs":[[0,3],[3,5]],"layers":)") !=
          std::string::npos);
    auto reopened = open_model<cpu<float>>(file);
    CHECK(reopened.snapshot() == m.snapshot());
    CHECK(model_bytes(reopened, facts) == bytes);
    auto const typed = open_model<paired, cpu<float>>(file);
    CHECK(typed.rows().unit_pairs == m.rows().unit_pairs);
    using other_pairs =
        network<dna<30>, bank<6, scanned>, pair_bank<by_place, unit_pair{0, 3}, unit_pair{3, 4}>,
                pair_bank<by_gap, unit_pair{3, 0}, unit_pair{1, 2}, unit_pair{4, 3}>, linear_head<2>,
                linear_head<1>>;
    CHECK(message_of([&] {
              open_model<other_pairs, cpu<float>>(file);
          }).find("in bank 2: in pair 2: expected units 3 and 4, found 3 and 5") != std::string::npos);
}
TEST_CASE("pairs that do not fit are refused in a sentence")
{
    auto const good = description_of(network_rows{paired::rows});
    auto const why = [&](auto change) {
        auto d = good;
        change(d);
        return message_of([&] { (void)rows_of(d); });
    };
    CHECK(why([](auto& d) {
              d.banks[1].pairs[1] = {0, 6};
          }) == "in bank 2: expected pairs of two different units of 6 (they count from 0), found 0 and 6");
    CHECK(why([](auto& d) { d.banks[1].pairs[1] = {2, 2}; }).find("found 2 and 2") != std::string::npos);
    CHECK(why([](auto& d) { d.banks[1].pairs.pop_back(); }) ==
          "in bank 2: expected a pair for each of 2 units, found 1");
    CHECK(why([](auto& d) { d.banks.erase(d.banks.begin()); }) ==
          "in bank 1: expected a bank before it whose units are paired, found none");
    CHECK(why([](auto& d) { d.banks[0].layers.resize(4); }) ==
          "in bank 2: pair_bank needs at least 1 layer before a dense one in the bank of its pairs, but gets "
          "0");
    auto const json = [&](std::string pairs) {
        std::string text = to_json(good);
        auto const at = text.find("[[0,3],[3,5]]");
        return text.replace(at, 13, pairs);
    };
    CHECK(network_of(json("[[1,2],[3,4]]")).banks[1].pairs == std::vector<unit_pair>{{1, 2}, {3, 4}});
    CHECK(message_of([&] { network_of(json("[[1]]")); }) == "expected two units in a pair, found fewer");
    CHECK(message_of([&] { network_of(json("[[1,2,3]]")); }) == "expected two units in a pair, found more");
    CHECK(
        message_of([&] {
            network_of(
                R"({"network":"rows","input":{"kind":"dna","length":30},"banks":[{"units":2,"pairs":[[0,1]],"layers":[]}],"heads":[]})");
        }) == "expected pairs in a bank that reads pair_cells alone, found some in another");
}
TEST_CASE("a bank of pairs does not run without the cells of its units, and does not stay behind them")
{
    auto m = stirred<paired>(reference<float>{});
    auto const host = random_model::batch(6, 30, 3, true);
    batch_view const batch{{host.letters.data(), host.count, 30}, host.has_n};
    std::vector<float> const outputs(36);
    std::vector<std::span<float const>> const given{outputs};
    CHECK(message_of([&] { m.run().infer(batch, m.data(), given); }) ==
          "bank 1 reads the cells of units of bank 0, whose outputs are given: its own outputs must be "
          "given, too");
    constexpr char first_pairs_are_frozen[]{0, 1, 0};
    step_number step{seed{5}, 3, {}, first_pairs_are_frozen};
    CHECK(message_of([&] { m.run().train_forward(batch, m.data(), step); }) ==
          "bank 1 reads the cells of units of bank 0, which learns in this step: it must learn, too, or both "
          "are "
          "frozen");
}
