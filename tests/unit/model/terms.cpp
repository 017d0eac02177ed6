// Terms add up: a network with a term over pairs, its logits, gradients, files, and errors.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/open_model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"

using namespace explainn;

namespace {

using first = unit<conv<7>, batch_norm, exponential, max_pool<5>, dense<4>, batch_norm, relu, dense<1>>;
using second = unit<conv<5>, batch_norm, relu, max_pool<13>, dense<2>>;
// features 0 to 5 are of the first bank, 6 to 13 of the second, two of each unit
using paired = network<dna<30>, bank<6, first>, bank<4, second>, linear_head<2>, linear_head<1>,
                       pair_products<feature_pair{0, 3}, feature_pair{7, 2}, feature_pair{12, 9},
                                     feature_pair{3, 1}, feature_pair{5, 13}>>;
using plain = network<dna<30>, bank<6, first>, bank<4, second>, linear_head<2>, linear_head<1>>;
static_assert(paired::is_static && paired::rows.pairs.size() == 5 && plain::rows.pairs.empty());
static_assert(trained_parameters(paired::rows) == trained_parameters(plain::rows) + 15);

template <class Network, class B>
model<Network, B> stirred(B b = B{})
{
    model<Network, B> m{seed{4}, std::move(b)};
    random_model::stir(m);
    return m;
}
using testing::message_of;

} // namespace

TEST_CASE("a term over pairs adds its products to what the linear term gives")
{
    auto m = stirred<paired>(reference<double>{});
    model<plain, reference<double>> without{seed{1}};
    for (auto const& p : without.parameters()) without.set_values(p.name(), m.values(p.name()));
    auto const batch = random_model::batch(7, 30, 3, true);
    view<letter const, 2> const letters{batch.letters.data(), 7, 30};
    auto const y = m.predict(letters), base = without.predict(letters);
    auto const weight = m.values("pairs.weight");
    // unit outputs of the second bank lie behind those of the first, feature by feature
    std::vector<std::vector<double>> features(14, std::vector<double>(7));
    for (int bank = 0, at = 0; bank < 2; ++bank) {
        auto const out = m.run().unit_outputs(bank, 7);
        for (extent u = 0; u < out.size(0); ++u)
            for (extent k = 0; k < out.size(2); ++k, ++at)
                for (extent n = 0; n < 7; ++n)
                    features[static_cast<std::size_t>(at)][static_cast<std::size_t>(n)] = out(u, n, k);
    }
    double largest = 0;
    for (std::size_t n = 0; n < 7; ++n)
        for (std::size_t o = 0; o < 3; ++o) {
            double sum = 0;
            for (std::size_t k = 0; k < 5; ++k) {
                auto const pair = paired::rows.pairs[k];
                sum += weight[o * 5 + k] * features[static_cast<std::size_t>(pair.first)][n] *
                       features[static_cast<std::size_t>(pair.second)][n];
            }
            largest = std::max(largest, std::abs(sum));
            CHECK(y[n * 3 + o] == doctest::Approx(base[n * 3 + o] + sum));
        }
    CHECK(largest > 0.01);
}
TEST_CASE(
    "the gradients of a network with a term over pairs are the numerical ones, beside a frozen bank, too")
{
    constexpr char second_is_frozen[]{0, 1};
    for (bool const freeze : {false, true}) {
        auto m = stirred<paired>(reference<double>{});
        auto const host = random_model::batch(6, 30, 3, true);
        batch_view const batch{{host.letters.data(), host.count, 30}, host.has_n};
        step_number step{seed{5}, 3, {}, {}};
        if (freeze) step.frozen_banks = second_is_frozen;
        auto const sum_of_logits = [&] {
            auto const y = m.run().train_forward(batch, m.data(), step);
            double sum = 0;
            for (std::size_t i = 0; i < y.count(); ++i)
                sum += y.data[i] * (1 + 0.1 * static_cast<double>(i % 5));
            return sum;
        };
        std::vector<double> gradients(m.parameters().total()), dlogits(18);
        for (std::size_t i = 0; i < dlogits.size(); ++i) dlogits[i] = 1 + 0.1 * static_cast<double>(i % 5);
        auto const start = m.snapshot();
        (void)sum_of_logits();
        m.run().backward(batch, m.data(), {dlogits.data(), 6, 3}, gradients.data(), step);
        for (auto const& p : m.parameters()) {
            if (!p.trained || (freeze && p.bank == 1)) continue;
            for (std::size_t i = 0; i < p.count; i += std::max<std::size_t>(1, p.count / 9)) {
                auto moved = start;
                moved[p.offset + i] += 1e-6;
                m.restore(moved);
                double const up = sum_of_logits();
                moved[p.offset + i] -= 2e-6;
                m.restore(moved);
                double const down = sum_of_logits();
                CAPTURE(p.name());
                CHECK(gradients[p.offset + i] ==
                      doctest::Approx((up - down) / 2e-6).epsilon(2e-4).scale(1e-2));
            }
        }
    }
}
TEST_CASE("a step with a term over pairs is the same on both backends, for any number of threads")
{
    auto const batch = random_model::batch(19, 30, 3, true);
    auto const step = [&](auto b) {
        auto m = stirred<paired>(std::move(b));
        auto const r = random_model::step(m, batch);
        return std::pair{std::vector<double>(r.gradients.begin(), r.gradients.end()),
                         std::vector<double>(r.after.begin(), r.after.end())};
    };
    auto const slow = step(reference<double>{}), one = step(cpu<float>{threads{1}});
    CHECK(random_model::apart(one.first, slow.first) < 1e-4);
    CHECK(random_model::apart(one.second, slow.second) < 1e-4);
    CHECK(step(cpu<float>{threads{2}}) == one);
    CHECK(step(cpu<float>{threads{3}}) == one);
}
TEST_CASE("a file holds the term over pairs, and a network without it is another one")
{
    auto m = stirred<paired>(reference<float>{});
    model_facts const facts{.tasks = {"a", "b", "c"}, .from = seed{9}};
    auto const bytes = model_bytes(m, facts);
    auto const file = read_model_file(bytes);
    REQUIRE(file.network);
    CHECK(*file.network == description_of(network_rows{paired::rows}));
    CHECK(file.architecture.find(
              R"("terms":[{"kind":"pair_products","pairs":[[0,3],[7,2],[12,9],[3,1],[5,13]]}])") !=
          std::string::npos);
    CHECK(file.tensors.at("pairs.weight").shape == std::vector<std::int64_t>{3, 5});
    auto reopened = open_model<reference<float>>(file);
    CHECK(reopened.snapshot() == m.snapshot());
    CHECK(model_bytes(reopened, facts) == bytes);
    CHECK(message_of([&] { open_model<plain, reference<float>>(file); }).find("'pairs.weight'") !=
          std::string::npos);
    auto other = *file.network;
    other.pairs[1] = {7, 14};
    CHECK(message_of([&] { (void)rows_of(other); }) ==
          "expected pairs of two different features of 14 (they count from 0), found 7 and 14");
    other.pairs[1] = {7, 7};
    CHECK(message_of([&] { (void)rows_of(other); }).find("found 7 and 7") != std::string::npos);
    auto const json = [&](std::string const& pairs) {
        std::string text = file.architecture;
        auto const at = text.find(",\"terms\"");
        return text.substr(0, at) + ",\"terms\":[{\"kind\":\"pair_products\",\"pairs\":[" + pairs + "]}]}";
    };
    CHECK(network_of(json("[1,2]")).pairs == std::vector<feature_pair>{{1, 2}});
    CHECK(message_of([&] { network_of(json("[1]")); }) == "expected two features in a pair, found fewer");
    CHECK(message_of([&] { network_of(json("[1,2,3]")); }) == "expected two features in a pair, found more");
    CHECK(message_of([&] { network_of(json("")); }) == "expected some pairs in a term, found none");
}
TEST_CASE("pairs that are chosen after training are added to a network as it is")
{
    auto m = stirred<plain>(reference<float>{});
    auto with_pairs = description_of(m.rows());
    with_pairs.pairs = {{1, 8}, {2, 4}};
    auto next = make_model<reference<float>>(rows_of(with_pairs), seed{1});
    for (auto const& p : m.parameters()) next.set_values(p.name(), m.values(p.name()));
    next.set_values("pairs.weight", std::vector<float>(6));
    auto const batch = random_model::batch(5, 30, 3, false);
    CHECK(next.predict({batch.letters.data(), 5, 30}) == m.predict({batch.letters.data(), 5, 30}));
}
TEST_CASE("contributions of single units are refused for a network with a term over pairs")
{
    auto m = stirred<paired>(reference<float>{});
    CHECK(message_of([&] { explainer<reference<float>>{m}; }).find("a term over pairs") != std::string::npos);
}
