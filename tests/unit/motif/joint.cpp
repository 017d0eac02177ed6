// Motifs fitted together: the gradient, its slow twin, threads, kinds of sites that are taken apart, and what
// is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <explainn/motif/joint_search.hpp>

#include "motif/planted.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using namespace planted_words;

TEST_CASE("the gradient of a joint fit is that of differences, and its loss that of the slow twin")
{
    auto p = plant_words({"GATTACA", "CCGTGG"}, 150, 60, 5, 0.7);
    ex::windowed_sequences const s{p.sequences};
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
    for (bool const binary : {true, false}) {
        std::vector<double> labels = p.labels;
        if (!binary)
            for (double& y : labels) y += draw.uniform();
        auto const data = ex::detail::refine_data_of(s, labels, {}, 9);
        ex::thread_pool const pool{ex::threads{2}};
        ex::detail::bank_step<> step{data, true, pool};
        std::vector<std::uint32_t> places;
        for (std::uint32_t i = 0; i < 150; i += 2) places.push_back(i);
        std::vector<ex::joint_unit> units{{random_weights(draw, 7), 0.7, 6},
                                          {random_weights(draw, 9), -0.4, 8},
                                          {random_weights(draw, 5), 0.2}};
        double bias = -1.5;
        auto const g = step.of(units, bias, places);
        auto const difference = [&](double& x) {
            double const at = x, h = 1e-5;
            x = at + h;
            double const up = step.of(units, bias, places).loss;
            x = at - h;
            double const down = step.of(units, bias, places).loss;
            x = at;
            return (up - down) / (2 * h);
        };
        auto const single = ex::detail::bank_step<float>{data, true, pool}.of(units, bias, places);
        CHECK(single.loss == doctest::Approx(g.loss).epsilon(1e-5));
        CHECK(g.bias == doctest::Approx(difference(bias)).epsilon(1e-5).scale(1));
        for (std::size_t u = 0; u < units.size(); ++u) {
            CAPTURE(u);
            CHECK(g.units[u].slope == doctest::Approx(difference(units[u].slope)).epsilon(1e-5).scale(1));
            if (std::isfinite(units[u].floor))
                CHECK(g.units[u].floor == doctest::Approx(difference(units[u].floor)).epsilon(1e-5).scale(1));
            else CHECK(g.units[u].floor == 0);
            for (std::size_t j = 0; j < units[u].weights.size(); ++j)
                for (std::size_t b = 0; b < 4; ++b) {
                    CHECK(g.units[u].weights[j][b] ==
                          doctest::Approx(difference(units[u].weights[j][b])).epsilon(1e-5).scale(1));
                    CHECK(single.units[u].weights[j][b] ==
                          doctest::Approx(g.units[u].weights[j][b]).epsilon(1e-5).scale(1));
                }
        }
        // window by window, letter by letter
        ex::joint_fit fit;
        fit.units = units;
        fit.bias = bias;
        auto const logits = ex::joint_logits(fit, s);
        double loss = 0;
        for (std::uint32_t const place : places) {
            double z = bias;
            for (ex::joint_unit const& u : units) {
                ex::motif_weights ignored;
                double const occupancy = ex::occupancy_slowly(u.weights, p.sequences, place, true, ignored);
                z += u.slope * ex::detail::with_floor(occupancy, u.floor);
            }
            CHECK(logits[place] == doctest::Approx(z).epsilon(1e-9));
            loss += ex::detail::loss_at(z, data.labels[place], binary).first;
        }
        CHECK(g.loss == doctest::Approx(loss / static_cast<double>(places.size())).epsilon(1e-9));
    }
}

TEST_CASE("two motifs fitted together grow into both words, whatever the threads")
{
    std::string const first = "TGACTCAGCA", second = "CCATTAGGTA";
    auto const p = plant_words({first, second}, 3000, 100, 6, 0.4);
    ex::windowed_sequences const s{p.sequences};
    std::vector<ex::motif> const starts{motif_of("ACTCAG", 0.6, "one"), motif_of("CATTAG", 0.6, "two")};
    ex::refine_options o;
    o.threads = 1;
    o.free_columns = 4;
    auto const one = ex::refine_jointly(starts, s, p.labels, o);
    CHECK(one.losses.back() < 0.9 * one.losses.front());
    CHECK(agreeing(first, ex::unit_motif(one.units[0], "one").probabilities) >= first.size() - 1);
    CHECK(agreeing(second, ex::unit_motif(one.units[1], "two").probabilities) >= second.size() - 1);
    for (std::size_t const threads : {2u, 3u}) {
        o.threads = threads;
        auto const more = ex::refine_jointly(starts, s, p.labels, o);
        CHECK(more.losses == one.losses);
        CHECK(more.bias == one.bias);
        for (std::size_t u = 0; u < 2; ++u) {
            CHECK(more.units[u].weights == one.units[u].weights);
            CHECK(more.units[u].slope == one.units[u].slope);
            CHECK(more.units[u].floor == one.units[u].floor);
        }
    }
}

TEST_CASE("a motif that stands for two kinds of sites is taken apart, and a motif that says nothing left out")
{
    // both words have ACGT in the same columns: a motif of it is a blend of the two
    std::string const first = "TTGAACGTCC", second = "CAATACGTGA";
    auto const p = plant_words({first, second}, 4000, 80, 8, 0.25, 0.95),
               other = plant_words({first, second}, 2000, 80, 9, 0.25, 0.95);
    ex::windowed_sequences const s{p.sequences}, aside{other.sequences};
    auto const kinds =
        ex::split_motif(ex::detail::natural_log_odds(motif_of("ACGT", 0.9, "").probabilities), s, p.labels);
    REQUIRE(kinds.size() == 2);
    bool const in_order = agreeing(first, kinds[0]) > agreeing(first, kinds[1]);
    CHECK(agreeing(first, kinds[in_order ? 0 : 1]) >= 8);
    CHECK(agreeing(second, kinds[in_order ? 1 : 0]) >= 8);

    std::vector<ex::motif> const starts{motif_of("ACGT", 0.7, "blend"), motif_of("GGGGGGG", 0.5, "nothing")};
    ex::turn_judge const judge{aside, other.labels, 2};
    ex::joint_options o;
    o.priors = {1};
    o.refine.threads = 1;
    auto const found = ex::joint_search(starts, s, p.labels, judge, o);
    CHECK(found.judged < found.judged_first);
    REQUIRE(found.motifs.size() == 2);
    REQUIRE(found.fit.units.size() == 2);
    for (std::string const& word : {first, second}) {
        std::size_t most = 0;
        for (auto const& m : found.motifs) most = std::max(most, agreeing(word, m.result.probabilities));
        CHECK(most >= word.size() - 1);
    }
    for (auto const& m : found.motifs) {
        CHECK(m.splits >= 1);
        CHECK(m.candidate == 0);
        CHECK(m.result.name == "blend");
        CHECK(m.gain > o.least_gain);
    }
    CHECK(found.motifs[0].gain >= found.motifs[1].gain);
    for (std::size_t const threads : {2u, 3u}) {
        o.refine.threads = threads;
        auto const again = ex::joint_search(starts, s, p.labels, judge, o);
        REQUIRE(again.motifs.size() == 2);
        CHECK(again.judged == found.judged);
        CHECK(again.motifs[0].result == found.motifs[0].result);
        CHECK(again.motifs[1].result == found.motifs[1].result);
    }
    // sites of one kind are no two motifs that explain more
    auto const alone = plant_words({first}, 3000, 80, 10, 0.4, 0.95),
               rest = plant_words({first}, 1500, 80, 11, 0.4, 0.95);
    ex::windowed_sequences const in_rest{rest.sequences};
    ex::turn_judge const of_rest{in_rest, rest.labels, 2};
    CHECK(ex::joint_search(std::vector{motif_of("TTGAACG", 0.7, "one")},
                           ex::windowed_sequences{alone.sequences}, alone.labels, of_rest, o)
              .motifs.size() == 1);
}

TEST_CASE("what cannot be fitted together is refused in a sentence")
{
    using testing::message_of;
    auto const p = plant_words({"GATTACA"}, 200, 40, 11, 0.8);
    ex::windowed_sequences const s{p.sequences};
    std::vector<ex::motif> const one{motif_of("GATTACA", 0.7, "m")};
    auto const w = ex::detail::natural_log_odds(one[0].probabilities);
    CHECK(message_of([&] { ex::refine_jointly({}, s, p.labels); }) ==
          "expected motifs to fit together, found none");
    CHECK(message_of([&] {
              ex::refine_jointly(std::vector{ex::motif{}}, s, p.labels);
          }).find("a motif with columns") != std::string::npos);
    CHECK(message_of([&] {
              ex::refine_jointly(one, s, std::vector<double>(200, 1.0));
          }).find("labels that differ") != std::string::npos);
    CHECK(message_of([&] { ex::refine_jointly(one, s, std::vector<double>(3, 1.0)); }) ==
          "expected 200 labels, one a sequence, found 3");
    ex::packed_sequences n;
    n.append("a", "NNNNNNNNNNNNNNNNNN");
    n.append("b", "NNNNNNNNNNNNNNNNNN");
    CHECK(message_of([&] {
              ex::refine_jointly(one, ex::windowed_sequences{n}, std::vector<double>{0, 1});
          }).find("found none") != std::string::npos);
    ex::packed_sequences single;
    single.append("a", "ACGTGATTACAGGT");
    CHECK(message_of([&] {
              ex::refine_jointly(one, ex::windowed_sequences{single}, std::vector<double>{1});
          }).find("found 1 with") != std::string::npos);
    CHECK(message_of([&] { ex::split_motif(w, s, std::vector<double>(3, 1.0)); }) ==
          "expected 200 labels, one a sequence, found 3");
    // too few sites, or labels that are all equal, make no two kinds
    CHECK(ex::split_motif(w, s, std::vector<double>(200, 1.0)).empty());
    auto const few = plant_words({"GATTACA"}, 30, 40, 12, 0.8);
    CHECK(ex::split_motif(w, ex::windowed_sequences{few.sequences}, few.labels).empty());
    // motifs wider than the sequences are cut to what holds most of them
    auto const narrow = plant_words({"GATTA"}, 200, 8, 13, 0.9);
    for (auto const& u : ex::refine_jointly(std::vector{motif_of("GATTACAGATTACA", 0.7, "wide"), one[0]},
                                            ex::windowed_sequences{narrow.sequences}, narrow.labels)
                             .units)
        CHECK(u.weights.size() <= 8);
}
