// Pairs are chosen by the residuals of trained units, and learn what units alone cannot.
#include <doctest/doctest.h>

#include <cmath>

#include <explainn/cpu.hpp>
#include <explainn/interpret/pair_importances.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/with_pairs.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/pair_screen.hpp>
#include <explainn/train/trainer.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"
#include "train/planted_pairs.hpp"
#include "train/toy_data.hpp"

namespace ex = explainn;

namespace {

using device = ex::cpu<float>;
using additive_unit = ex::unit<ex::conv<8>, ex::batch_norm, ex::exponential, ex::max_pool<5>, ex::dense<1>>;
using additive = ex::network<ex::dna<120>, ex::bank<4, additive_unit>, ex::linear_head<1>>;
using testing::message_of;

double auroc(ex::basic_model<device>& m, planted::pairs const& of)
{
    auto const rows = toy::rows(0, static_cast<std::uint32_t>(of.size()));
    std::vector<std::string> const task{"both"};
    return ex::measure(m, ex::part{of, rows}, task).front().auroc;
}
void train(ex::basic_model<device>& m, planted::pairs const& on, planted::pairs const& valid, int epochs,
           std::string const& frozen = "none")
{
    auto const rows = toy::rows(0, static_cast<std::uint32_t>(on.size())),
               held = toy::rows(0, static_cast<std::uint32_t>(valid.size()));
    ex::training how{.epochs = epochs, .patience = 15, .from = ex::seed{2}};
    if (frozen != "none") how.freezes = [frozen](std::string_view name) { return name.starts_with(frozen); };
    ex::trainer t{m, ex::adam{.learning_rate = 0.003}, ex::bce_with_logits{}, how};
    t.fit(ex::part{on, rows}, ex::part{valid, held});
}
// filters 0 and 1 begin with the planted motifs, as --filters does it; 2 and 3 at random
void begin_with_motifs(ex::basic_model<device>& m)
{
    auto filters = m.values("linears.0.weight"); // (4, 1, 4, 8)
    for (std::size_t u = 0; u < 2; ++u)
        for (std::size_t k = 0; k < 8; ++k)
            for (std::size_t c = 0; c < 4; ++c)
                filters[(u * 4 + c) * 8 + k] =
                    std::string_view{"ACGT"}[c] == planted::pairs::motifs[u][k] ? 0.6f : -0.2f;
    m.set_values("linears.0.weight", filters);
}

} // namespace

TEST_CASE(
    "what two motifs say together: units alone reach about 0.78, pairs 0.95, and the right pair is first" *
    doctest::test_suite("long"))
{
    for (planted::rule const rule : {planted::rule::together, planted::rule::arranged}) {
        CAPTURE(static_cast<int>(rule));
        planted::pairs const data{rule, 4000}, valid{rule, 1500, 1}, test{rule, 1500, 2};
        ex::model<additive, device> m{ex::seed{1}, device{ex::threads{1}}};
        begin_with_motifs(m);
        train(m, data, valid, 40);
        double const alone = auroc(m, test);
        MESSAGE("units alone: ", alone);
        CHECK(alone > 0.68);
        CHECK(alone < 0.88);
        auto const rows = toy::rows(0, 4000);
        auto const screened = ex::screen_pairs(m, ex::part{data, rows}, ex::bce_with_logits{});
        REQUIRE(screened.size() == 6);
        CHECK(screened.front().pair == ex::unit_pair{0, 1});
        CHECK(screened.front().score > 2 * screened[1].score);
        MESSAGE("scores: ", screened[0].score, " before ", screened[1].score);
        auto next = ex::with_pairs(m, ex::best_pairs(screened, 6), ex::layers_of(ex::pair_unit{}),
                                   ex::seed{3}, device{ex::threads{1}});
        // pairs alone are trained first, so that no other unit becomes one of the planted motifs, too
        train(next, data, valid, 30, "banks.0.");
        auto const some = toy::rows(0, 200), background = toy::rows(200, 260);
        ex::pair_terms<device> purify{next, ex::part{data, background}};
        auto const important = ex::importances_of_pairs(next, purify, ex::part{data, some});
        CHECK(important.front().pair == ex::unit_pair{0, 1});
        CHECK(important.front().share.front() > 2 * important[1].share.front());
        train(next, data, valid, 60);
        double const with_pairs = auroc(next, test);
        MESSAGE("with pairs: ", with_pairs);
        CHECK(with_pairs > 0.95);
    }
}
TEST_CASE("a model with pairs gives the logits of the one that it was made from until it is trained")
{
    using several = ex::network<ex::dna<120>, ex::bank<4, additive_unit>, ex::linear_head<2>>;
    ex::model<several, device> m{ex::seed{5}};
    random_model::stir(m);
    m.set_both_strands(true);
    auto const host = random_model::batch(7, 120, 2, true);
    std::vector<ex::unit_pair> const pairs{{0, 3}, {2, 1}};
    auto next = ex::with_pairs(m, pairs, ex::layers_of(ex::pair_unit{}), ex::seed{3}, device{});
    CHECK(next.both_strands());
    CHECK(next.rows().unit_pairs == pairs);
    CHECK(next.predict({host.letters.data(), 7, 120}) == m.predict({host.letters.data(), 7, 120}));
    // once more, behind the first: the pairs are of the same units
    auto more = ex::with_pairs(next, std::vector<ex::unit_pair>{{3, 2}},
                               ex::layers_of(ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>{}), ex::seed{3},
                               device{});
    CHECK(more.rows().banks[2].paired == 0);
    CHECK(more.predict({host.letters.data(), 7, 120}) == m.predict({host.letters.data(), 7, 120}));
    CHECK(message_of([&] {
              (void)ex::with_pairs(m, std::vector<ex::unit_pair>{{0, 4}}, ex::layers_of(ex::pair_unit{}),
                                   ex::seed{3}, device{});
          }).find("expected pairs of two different units of 4") != std::string::npos);
}
TEST_CASE("a screen's scores are those of loops over the data, in any batches and for any number of threads")
{
    using tail = ex::unit<ex::conv<6>, ex::batch_norm, ex::exponential, ex::max_pool<5>, ex::dense<2>>;
    using net = ex::network<ex::dna<40>, ex::bank<5, tail>, ex::linear_head<2>>;
    ex::model<net, ex::cpu<double>> m{ex::seed{5}};
    random_model::stir(m);
    toy::data const data{230};
    auto const rows = toy::rows(0, 230);
    auto const screened = ex::screen_pairs(m, ex::part{data, rows}, ex::bce_with_logits{}, 0, 64);
    auto const host = [&] {
        ex::host_batch b;
        std::vector<ex::sample> samples(230);
        for (std::uint32_t i = 0; i < 230; ++i) samples[i].row = i;
        b.fill(data, samples);
        return b;
    }();
    auto const logits = m.predict({host.letters.data(), 230, 40});
    auto const y = m.run().unit_outputs(0, 230); // in batches of at most 256, so this is all of them
    // the cells of unit u are the first of pair u
    std::vector<ex::unit_pair> const each_first{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}};
    auto paired = ex::with_pairs(m, each_first, ex::layers_of(ex::unit<ex::dense<1>>{}), ex::seed{1},
                                 ex::cpu<double>{});
    (void)paired.predict({host.letters.data(), 230, 40});
    auto const z = paired.run().pair_cells(1, 230); // (5, 230, 2, 7)
    auto const residual = [&](ex::extent n, ex::extent o) {
        auto const at = static_cast<std::size_t>(n * 2 + o);
        double const label = static_cast<double>(host.labels[at]);
        return std::isnan(label) ? 0 : label - 1 / (1 + std::exp(-logits[at]));
    };
    // the score of products, one a sequence, with the residuals of an output
    auto const score_of = [&](ex::extent o, auto product) {
        double hit = 0, size = 0, noise = 0;
        for (ex::extent n = 0; n < 230; ++n) {
            double const r = residual(n, o), p = product(n);
            hit += r * p;
            size += p * p;
            noise += r * r / 230;
        }
        return hit * hit / (size * noise);
    };
    auto const mean_output = [&](ex::extent u, ex::extent a) {
        double mean = 0;
        for (ex::extent n = 0; n < 230; ++n) mean += y(u, n, a) / 230;
        return mean;
    };
    auto const cell = [&](ex::extent u, ex::extent n, ex::extent l) {
        double mean = 0; // over the first batch
        for (ex::extent i = 0; i < 64; ++i) mean += z(u, i, 0, l) / 64;
        return z(u, n, 0, l) - mean;
    };
    auto const near = [&](ex::extent first, ex::extent second, ex::extent n) {
        double sum = 0;
        for (ex::extent l = 0; l < 7; ++l)
            for (ex::extent k = l; k < 7 && k <= l + 3; ++k) sum += cell(first, n, l) * cell(second, n, k);
        return sum;
    };
    REQUIRE(screened.size() == 10);
    int by_cells = 0;
    for (auto const& each : screened) {
        ex::extent const u = each.pair.first, v = each.pair.second;
        double best = -1;
        ex::extent output = 0;
        bool is_near = false;
        auto const take = [&](double score, ex::extent o, bool of_cells) {
            if (score > best) best = score, output = o, is_near = of_cells;
        };
        for (ex::extent o = 0; o < 2; ++o) {
            for (ex::extent a = 0; a < 2; ++a)
                for (ex::extent b = 0; b < 2; ++b) {
                    double const mean_a = mean_output(u, a), mean_b = mean_output(v, b);
                    take(score_of(
                             o, [&](ex::extent n) { return (y(u, n, a) - mean_a) * (y(v, n, b) - mean_b); }),
                         o, false);
                }
            take(score_of(o, [&](ex::extent n) { return near(u, v, n); }), o, true);
            take(score_of(o, [&](ex::extent n) { return near(v, u, n); }), o, true);
        }
        by_cells += is_near;
        CHECK(each.score == doctest::Approx(best));
        CHECK(each.output == output);
    }
    CHECK(by_cells > 0);
    CHECK(by_cells < 10);
    for (int const threads : {1, 2, 3}) {
        ex::model<net, device> single{ex::seed{5}, device{ex::threads{threads}}};
        ex::model<net, device> other{ex::seed{5}, device{ex::threads{1}}};
        CHECK(ex::screen_pairs(single, ex::part{data, rows}, ex::bce_with_logits{}) ==
              ex::screen_pairs(other, ex::part{data, rows}, ex::bce_with_logits{}));
    }
    CHECK(message_of([&] {
              (void)ex::screen_pairs(m, ex::part{data, std::span<std::uint32_t const>{}},
                                     ex::bce_with_logits{});
          }) == "expected labelled rows to screen pairs of units, found none");
    CHECK(message_of([&] {
              (void)ex::screen_pairs(m, ex::part{data, rows}, ex::bce_with_logits{}, 1);
          }).find("bank 1") == 0);
}
