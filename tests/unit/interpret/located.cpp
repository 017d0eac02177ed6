// Contributions located on windows, and motif hits, compared with loops over windows and with the model run
// without the windows.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/model_hits.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper_card.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"

namespace ex = explainn;

namespace {

// The activation of a filter on a window of one strand, by hand.
double by_hand(ex::basic_model<ex::cpu<float>>& m, ex::extent unit, std::vector<ex::letter> strand,
               ex::extent at)
{
    auto const get = [&](std::string const& name) { return m.values(name); };
    auto const w = get("linears.0.weight"), b = get("linears.0.bias"), gamma = get("linears.1.weight"),
               beta = get("linears.1.bias"), mean = get("linears.1.running_mean"),
               variance = get("linears.1.running_var");
    auto const u = static_cast<std::size_t>(unit);
    auto const width = w.size() / b.size() / 4;
    double sum = static_cast<double>(b[u]);
    for (std::size_t k = 0; k < width; ++k)
        if (ex::letter const c = strand[static_cast<std::size_t>(at) + k]; c < 4)
            sum += static_cast<double>(w[(u * 4 + c) * width + k]);
    return std::exp((sum - static_cast<double>(mean[u])) /
                        std::sqrt(static_cast<double>(variance[u]) + 1e-5) * static_cast<double>(gamma[u]) +
                    static_cast<double>(beta[u]));
}

} // namespace

TEST_CASE("located contributions: shares and remainders add up to what units add, and those to the logits")
{
    testing::small_data const data{7, 45, 3, 2};
    for (int const num_fc : {0, 1, 2, 3})
        for (bool const both : {false, true}) {
            CAPTURE(num_fc);
            CAPTURE(both);
            auto m = ex::make_paper_model<ex::cpu<float>>({.length = 45,
                                                           .units = 6,
                                                           .outputs = 2,
                                                           .width = 9,
                                                           .num_fc = num_fc,
                                                           .pool = 5,
                                                           .stride = 3,
                                                           .hidden = 5},
                                                          ex::seed{3});
            random_model::stir(m);
            ex::locator<ex::cpu<float>> locate{m, {.both_strands = both, .batch = 3}};
            auto const seen = ex::explain(m, data.sequences, {.both_strands = both});
            std::size_t next = 0;
            locate(data.sequences, [&](ex::located_sequence const& one) {
                CHECK(one.number == next);
                auto const n = static_cast<ex::extent>(next++);
                std::vector<ex::letter> forward(45);
                data.letters_of(one.number, forward);
                auto backward = forward;
                ex::reverse_complement(backward);
                for (ex::extent o = 0; o < 2; ++o) {
                    double logit = one.head->bias[static_cast<std::size_t>(o)], size = std::abs(logit);
                    for (ex::extent u = 0; u < 6; ++u) {
                        CHECK(one.contribution(u, o) == seen.contribution(n, u, o));
                        double sum = one.remainder(u, o);
                        for (std::size_t i = 0; i < one.windows.size(); ++i)
                            if (one.windows[i].unit == u) sum += one.share(i, o);
                        CHECK(std::abs(sum - one.contribution(u, o)) <= 1e-9 + 1e-9 * std::abs(sum));
                        // plain sums of cells leave no remainder
                        if (num_fc == 0)
                            CHECK(std::abs(one.remainder(u, o)) <= 1e-5 * std::abs(one.contribution(u, o)));
                        logit += one.contribution(u, o);
                        size += std::abs(one.contribution(u, o));
                    }
                    CHECK(std::abs(logit - one.logits[static_cast<std::size_t>(o)]) <= 1e-5 * size);
                }
                bool ordered = true;
                for (std::size_t i = 0; i < one.windows.size(); ++i) {
                    auto const& w = one.windows[i];
                    CHECK(w.width == 9);
                    double const expected = by_hand(m, w.unit, w.reverse ? backward : forward,
                                                    w.reverse ? 45 - 9 - w.start : w.start);
                    CHECK(w.activation == doctest::Approx(expected).epsilon(1e-4));
                    if (i == 0) continue;
                    auto const& before = one.windows[i - 1];
                    ordered = ordered && std::tuple{before.unit, before.reverse, before.start} <
                                             std::tuple{w.unit, w.reverse, w.start};
                }
                CHECK(ordered);
                if (!both) CHECK(std::ranges::none_of(one.windows, [](auto const& w) { return w.reverse; }));
            });
            CHECK(next == 7);
        }
}

TEST_CASE("located contributions: a share is what goes where nothing is like the motif, by hand")
{
    // one unit of two cells of two windows: output 2 a + 3 b - 1, weight 10
    using net =
        ex::network<ex::dna<5>, ex::bank<1, ex::unit<ex::conv<2>, ex::relu, ex::max_pool<2>, ex::dense<1>>>,
                    ex::linear_head<1>>;
    ex::model<net, ex::cpu<float>> m{ex::seed{1}};
    m.set_values("linears.0.weight", std::vector<float>{1, 2, 0, 0, 0, 0, 0, 0}); // A first 1, A second 2
    m.set_values("linears.0.bias", std::vector<float>{0});
    auto const dense = [&m](int part) { return m.parameters().of(3, part)->name(); };
    m.set_values(dense(0), std::vector<float>{2, 3});
    m.set_values(dense(1), std::vector<float>{-1});
    m.set_values("final.weight", std::vector<float>{10});
    m.set_values("final.bias", std::vector<float>{0.5});
    std::vector<ex::letter> const s{1, 0, 0, 1, 1}; // C A A C C: windows CA 2, AA 3, AC 1, CC 0
    ex::locator<ex::cpu<float>> locate{m};
    locate(ex::view<ex::letter const, 2>{s.data(), 1, 5}, [](ex::located_sequence const& one) {
        REQUIRE(one.windows.size() == 2);
        CHECK(one.windows[0] == ex::won_window{0, 1, 2, false, 3});
        CHECK(one.windows[1] == ex::won_window{0, 2, 2, false, 1});
        CHECK(one.share(0, 0) == doctest::Approx(60));
        CHECK(one.share(1, 0) == doctest::Approx(30));
        CHECK(one.contribution(0, 0) == doctest::Approx(80));
        CHECK(one.remainder(0, 0) == doctest::Approx(-10));
        CHECK(one.logits[0] == doctest::Approx(80.5));
        double const cut = 2;
        auto const hits = ex::hits_of(one, {&cut, 1});
        REQUIRE(hits.size() == 1);
        CHECK(hits[0].start == 1);
        CHECK(hits[0].end == 3);
        CHECK(hits[0].contributions[0] == doctest::Approx(60));
    });
}

TEST_CASE("hits of one group compete or merge where half of the shorter one is shared")
{
    auto const hit = [](ex::extent start, ex::extent end, ex::extent unit, double contribution,
                        bool reverse = false) {
        return ex::model_hit{0, start, end, reverse, {unit}, std::abs(contribution), {contribution, 1}};
    };
    std::vector<ex::model_hit> const all{hit(40, 50, 2, 1), hit(10, 20, 0, 2), hit(15, 25, 1, -4, true),
                                         hit(16, 26, 2, 9), hit(26, 36, 0, 3)};
    std::vector<std::size_t> const groups{7, 7, 2};
    auto const starts = [](std::vector<ex::model_hit> const& hits) {
        std::vector<ex::extent> at;
        for (auto const& h : hits) at.push_back(h.start);
        return at;
    };
    CHECK(starts(ex::settled(all, groups, ex::overlapping_hits::all)) ==
          std::vector<ex::extent>{10, 15, 16, 26, 40});
    auto const winners = ex::settled(all, groups, ex::overlapping_hits::compete);
    CHECK(starts(winners) == std::vector<ex::extent>{15, 16, 26, 40});
    CHECK(winners[0].contributions[0] == -4);
    auto const merged = ex::settled(all, groups, ex::overlapping_hits::merge);
    CHECK(starts(merged) == std::vector<ex::extent>{10, 16, 26, 40});
    CHECK(merged[0].end == 25);
    CHECK(merged[0].units == std::vector<ex::extent>{1, 0});
    CHECK(merged[0].contributions == std::vector<double>{-2, 2});
    CHECK(merged[0].activation == 4);
    CHECK(merged[0].reverse);
}

TEST_CASE("located contributions: other networks are refused in a sentence")
{
    using falls = ex::network<
        ex::dna<33>,
        ex::bank<5, ex::unit<ex::conv<9>, ex::batch_norm, ex::gelu, ex::max_pool<5>, ex::dense<1>>>,
        ex::linear_head<2>>;
    ex::model<falls, ex::cpu<float>> m{ex::seed{1}};
    CHECK_THROWS_WITH_AS(
        ex::locator<ex::cpu<float>>{m},
        "expected banks of a scan, a max pool and dense layers to locate contributions, found "
        "others in bank 0",
        ex::error);
}
