// Refinement: the gradient, its slow twin, planted motifs, threads, and what is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/refine.hpp>
#include <explainn/motif/refine_in_turn.hpp>
#include <explainn/motif/refine_jointly.hpp>

#include "motif/planted.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;

using namespace planted_words;

namespace {
labelled_bases plant(std::string const& word, std::size_t count, std::size_t length, std::uint64_t by,
                     double share = 1)
{
    return plant_words({word}, count, length, by, share);
}
} // namespace

TEST_CASE("the occupancy and its gradient are those of the slow twin and of differences")
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    for (std::size_t const width : {1u, 3u, 4u, 9u, 13u, 18u, 22u})
        for (bool const both : {true, false}) {
            CAPTURE(width);
            CAPTURE(both);
            ex::packed_sequences s;
            std::string with_n = random_bases(draw, 60);
            with_n[20] = 'N';
            s.append("whole", random_bases(draw, 31));
            s.append("exact", random_bases(draw, width));
            s.append("with N", with_n);
            ex::windowed_sequences const windows{s};
            auto w = random_weights(draw, width);
            for (std::size_t i = 0; i < s.size(); ++i) {
                ex::motif_weights slow;
                double const z = ex::occupancy_slowly(w, s, i, both, slow);
                CHECK(ex::occupancies(w, windows, both)[i] == doctest::Approx(z).epsilon(1e-9));
                auto const tables = ex::detail::word_tables(w);
                std::vector<ex::detail::word_table<>> sums(tables.size());
                ex::detail::window_scores<> scores{tables, width, both};
                scores.occupancy(windows, i);
                scores.add_gradient(windows, 1, sums);
                ex::motif_weights fast(width);
                ex::detail::add_word_sums(sums, fast);
                for (std::size_t j = 0; j < width; ++j)
                    for (std::size_t b = 0; b < 4; ++b) {
                        double const x = w[j][b], h = 1e-5;
                        ex::motif_weights ignored;
                        w[j][b] = x + h;
                        double const up = ex::occupancy_slowly(w, s, i, both, ignored);
                        w[j][b] = x - h;
                        double const down = ex::occupancy_slowly(w, s, i, both, ignored);
                        w[j][b] = x;
                        CHECK(slow[j][b] == doctest::Approx((up - down) / (2 * h)).epsilon(1e-5).scale(1));
                        CHECK(fast[j][b] == doctest::Approx(slow[j][b]).epsilon(1e-5).scale(1));
                    }
            }
        }
    ex::packed_sequences none;
    none.append("N", "NNNNNNNN");
    none.append("short", "AC");
    for (double const z : ex::occupancies(random_weights(draw, 4), ex::windowed_sequences{none}, true))
        CHECK(std::isinf(z));
}

TEST_CASE_TEMPLATE("the exponential of negative numbers is the library's, far down 0", T, double, float)
{
    ex::random_numbers draw{ex::seed{13}, ex::stream::tests};
    double const close = sizeof(T) == 8 ? 1e-10 : 1e-6, lowest = sizeof(T) == 8 ? -690 : -86;
    std::vector<T> x(4096), e;
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<T>(draw.uniform(i % 2 == 0 ? lowest : -20, 0));
    x[0] = 0;
    x[1] = -std::numeric_limits<T>::infinity();
    for (T const top : {T{0}, T{3}}) {
        e = x;
        for (T& each : e) each += top;
        double const sum = ex::detail::sum_of_exponentials(e.data(), e.size(), top);
        double exact = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (i == 1) continue;
            double const of = std::exp(static_cast<double>(static_cast<T>(x[i] + top) - top));
            exact += of;
            CHECK(std::abs(static_cast<double>(e[i]) / of - 1) < close);
        }
        CHECK(sum == doctest::Approx(exact).epsilon(close));
        CHECK(e[0] == 1);
        CHECK(e[1] == 0);
    }
}

TEST_CASE("the gradient of the loss is that of differences, by weights, bias and slope")
{
    auto p = plant("GATTACA", 150, 60, 5);
    ex::windowed_sequences const s{p.sequences};
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
    for (bool const binary : {true, false}) {
        std::vector<double> labels = p.labels, offsets;
        for (double& y : labels) {
            if (!binary) y += draw.uniform();
            offsets.push_back(draw.uniform(-1, 1));
        }
        auto const data = ex::detail::refine_data_of(s, labels, offsets, 7);
        CHECK(data.binary == binary);
        ex::thread_pool const pool{ex::threads{2}};
        ex::detail::bank_step<> step{data, true, pool};
        std::vector<std::uint32_t> places;
        for (std::uint32_t i = 0; i < 150; i += 2) places.push_back(i);
        std::vector<ex::joint_unit> one{
            {random_weights(draw, 7), 0.7, binary ? 9 : -std::numeric_limits<double>::infinity()}};
        auto& w = one.front().weights;
        double &slope = one.front().slope, &floor = one.front().floor;
        double bias = -2;
        auto const all = step.of(one, bias, places);
        auto const& g = all.units.front();
        auto const difference = [&](double& x) {
            double const at = x, h = 1e-5;
            x = at + h;
            double const up = step.of(one, bias, places).loss;
            x = at - h;
            double const down = step.of(one, bias, places).loss;
            x = at;
            return (up - down) / (2 * h);
        };
        if (binary) {
            CHECK(g.floor == doctest::Approx(difference(floor)).epsilon(1e-5).scale(1));
            CHECK(std::abs(g.floor) > 1e-4);
        } else CHECK(g.floor == 0);
        CHECK(all.bias == doctest::Approx(difference(bias)).epsilon(1e-5).scale(1));
        CHECK(g.slope == doctest::Approx(difference(slope)).epsilon(1e-5).scale(1));
        for (std::size_t j = 0; j < 7; ++j)
            for (std::size_t b = 0; b < 4; ++b)
                CHECK(g.weights[j][b] == doctest::Approx(difference(w[j][b])).epsilon(1e-5).scale(1));
        // a fit scores windows in single precision
        auto const in_single = ex::detail::bank_step<float>{data, true, pool}.of(one, bias, places);
        auto const& single = in_single.units.front();
        CHECK(in_single.loss == doctest::Approx(all.loss).epsilon(1e-5));
        CHECK(in_single.bias == doctest::Approx(all.bias).epsilon(1e-5).scale(1));
        CHECK(single.floor == doctest::Approx(g.floor).epsilon(1e-5).scale(1));
        CHECK(single.slope == doctest::Approx(g.slope).epsilon(1e-5).scale(1));
        for (std::size_t j = 0; j < 7; ++j)
            for (std::size_t b = 0; b < 4; ++b)
                CHECK(single.weights[j][b] == doctest::Approx(g.weights[j][b]).epsilon(1e-5).scale(1));
    }
}

TEST_CASE("a piece of a planted motif grows into the motif, whatever the threads")
{
    std::string const word = "TGACTCAGCATT";
    auto const p = plant(word, 3000, 150, 6, 0.8);
    ex::windowed_sequences const s{p.sequences};
    ex::motif const start = motif_of("ACTCAGC", 0.6, "piece"), whole = motif_of(word, 0.97, "whole");
    ex::refine_options o;
    o.threads = 1;
    o.free_columns = 4;
    auto const one = ex::refine(start, s, p.labels, o);
    CHECK(one.from == ex::refined_from::fitted);
    CHECK(one.auroc_fitted > one.auroc_given + 0.01);
    CHECK(agreeing(whole.probabilities, one.result.probabilities) >= word.size() - 1);
    CHECK(one.result.name == "piece");
    CHECK(one.losses.back() < one.losses.front());
    for (std::size_t const threads : {2u, 3u}) {
        o.threads = threads;
        auto const more = ex::refine(start, s, p.labels, o);
        CHECK(more.result == one.result);
        CHECK(more.losses == one.losses);
    }
}

TEST_CASE("real labels are fitted by least squares, on both strands, with a free slope")
{
    std::string const word = "CACGTTAC";
    auto p = plant(word, 2000, 60, 7);
    ex::random_numbers draw{ex::seed{8}, ex::stream::tests};
    for (double& y : p.labels)
        y = 7 + 3 * y + draw.uniform(); // positives lie far above the rest only in part
    auto const r = ex::refine(motif_of("CACGTT", 0.7, "half"), ex::windowed_sequences{p.sequences}, p.labels);
    auto const in_turn = ex::refine_in_turn(std::vector{motif_of("CACGTT", 0.7, "half")},
                                            ex::windowed_sequences{p.sequences}, p.labels, 1);
    REQUIRE(in_turn.size() == 1);
    CHECK(in_turn[0].motif.weights == r.weights);
    CHECK(in_turn[0].left < 0.7 * r.losses.front()); // on the scale of the losses
    CHECK(r.slope > 0);
    CHECK(r.losses.back() < 0.7 * r.losses.front());
    CHECK(agreeing(motif_of(word, 0.97, "").probabilities, ex::detail::softmax_of(r.weights)) >=
          word.size() - 1);
}

TEST_CASE("with a floor a motif of few positives keeps its width and its sharpness")
{
    std::string const word = "TGACTCAGCA";
    auto const p = plant(word, 6000, 100, 21, 0.08);
    ex::windowed_sequences const s{p.sequences};
    ex::motif const start = motif_of("GACTCAG", 0.7, "piece"), whole = motif_of(word, 0.97, "whole");
    ex::refine_options o;
    auto const with = ex::refine(start, s, p.labels, o);
    o.with_floor = false;
    auto const without = ex::refine(start, s, p.labels, o);
    CHECK(std::isinf(without.floor));
    CHECK(agreeing(whole.probabilities, with.result.probabilities) >= word.size() - 1);
    auto const bits = [](ex::ppm const& m) {
        double sum = 0;
        for (double const b : ex::information(m)) sum += b;
        return sum;
    };
    CHECK(bits(ex::detail::softmax_of(with.weights)) > 1.5 * bits(ex::detail::softmax_of(without.weights)));
}

TEST_CASE("what offsets explain, a motif need not")
{
    std::string const first = "TGACTCAG", second = "CCATATGG";
    auto p = plant(first, 3000, 100, 9, 0.7);
    ex::packed_sequences with_both;
    ex::random_numbers draw{ex::seed{10}, ex::stream::tests};
    for (std::size_t i = 0; i < p.sequences.size(); ++i) {
        std::string s = p.sequences.letters(i);
        if (p.labels[i] == 1 && s.find(first) == std::string::npos && draw.uniform() < 0.6)
            s.replace(draw.below(90), second.size(), second);
        with_both.append(p.sequences.name(i), s);
    }
    ex::windowed_sequences const s{with_both};
    auto const one = ex::refine(motif_of(first, 0.6, "one"), s, p.labels);
    std::vector<double> offsets = ex::occupancies(one.weights, s, true);
    for (double& x : offsets) x = one.bias + one.slope * ex::detail::with_floor(x, one.floor);
    CHECK(std::isfinite(one.floor));
    auto const two = ex::refine(motif_of("CATATG", 0.4, "two"), s, p.labels, {}, offsets);
    CHECK(agreeing(motif_of(second, 0.97, "").probabilities, two.result.probabilities) >= second.size() - 1);
    CHECK(two.losses.back() < one.losses.back());

    // and in turn, from candidates of which one says nothing
    std::vector<ex::motif> const candidates{motif_of("CATATG", 0.4, "two"),
                                            motif_of("GGGGGGG", 0.5, "nothing"), motif_of(first, 0.6, "one")};
    ex::refine_options best_start; // a fit of all steps may lead from nothing to the motif, too
    best_start.starts = 1;
    auto const found = ex::refine_in_turn(candidates, s, p.labels, 2, best_start);
    REQUIRE(found.size() == 2);
    CHECK(found[0].candidate == 2);
    CHECK(found[1].candidate == 0);
    CHECK(found[0].motif.weights == one.weights);
    CHECK(agreeing(motif_of(second, 0.97, "").probabilities, found[1].motif.result.probabilities) >=
          second.size() - 1);
    CHECK(found[1].left < 0.8 * found[0].left);
    CHECK(ex::refine_in_turn(candidates, s, p.labels, 9).size() == 3);
    CHECK(ex::refine_in_turn({}, s, p.labels, 9).empty());
}

TEST_CASE(
    "a motif of few positives is fitted with a weak prior, where other sequences are explained better so")
{
    std::string const word = "TTGACCATGGCAACTA";
    // sites differ: an exact word of ten letters would be enough to tell sequences apart
    auto const plant_sites = [&](std::size_t count, std::uint64_t by) {
        ex::random_numbers draw{ex::seed{by}, ex::stream::tests};
        labelled_bases p;
        for (std::size_t i = 0; i < count; ++i) {
            std::string bases = random_bases(draw, 100);
            bool const positive = i % 2 == 0;
            if (positive && draw.uniform() < 0.08) {
                std::size_t const at = draw.below(84);
                for (std::size_t k = 0; k < word.size(); ++k)
                    if (draw.uniform() < 0.75) bases[at + k] = word[k];
            }
            p.sequences.append("s" + std::to_string(i), bases);
            p.labels.push_back(positive);
        }
        return p;
    };
    auto const fit = plant_sites(6000, 41), other = plant_sites(2000, 42);
    ex::windowed_sequences const s{fit.sequences}, aside{other.sequences};
    ex::turn_judge const judge{aside, other.labels, 2};
    std::vector<ex::motif> const candidates{motif_of("CATGGC", 0.76, "core"), motif_of("GGTTAA", 0.76, "no")};
    auto const found_with = [&](ex::refine_options const& o) {
        return ex::refine_in_turn(candidates, s, fit.labels, 1, o, &judge).at(0);
    };
    ex::refine_options const one_prior;
    ex::refine_options two_priors;
    two_priors.rare_prior = 0.1;
    auto const soft = found_with(one_prior), sharp = found_with(two_priors);
    CHECK(soft.prior == one_prior.prior);
    CHECK(sharp.prior == two_priors.rare_prior);
    auto const loss_aside = [&](ex::refined_in_turn const& r) {
        return ex::detail::mean_loss(r.motif, ex::detail::logits_of(r.motif, aside, {}, true), other.labels,
                                     true);
    };
    CHECK(2000 * (loss_aside(soft) - loss_aside(sharp)) > ex::refine_options{}.rare_gain);
    ex::ppm const truth = motif_of(word, 0.97, "").probabilities;
    CHECK(agreeing(truth, sharp.motif.result.probabilities) >= word.size() - 1);
    auto const bits = [](ex::ppm const& m) {
        double sum = 0;
        for (double const b : ex::information(m)) sum += b;
        return sum;
    };
    CHECK(bits(sharp.motif.result.probabilities) > 1.5 * bits(soft.motif.result.probabilities));
    // without a judge, or with a motif of most positives, there is no second fit
    CHECK(ex::refine_in_turn(candidates, s, fit.labels, 1, two_priors).at(0).prior == 1);
    auto const common = plant(word, 1000, 100, 43, 0.9);
    CHECK(ex::refine_in_turn(candidates, ex::windowed_sequences{common.sequences}, common.labels, 1,
                             two_priors, &judge)
              .at(0)
              .prior == 1);
    // the same bits for any number of threads
    for (std::size_t const threads : {1u, 2u, 3u}) {
        ex::refine_options o = two_priors;
        o.threads = threads;
        CHECK(found_with(o).motif.weights == sharp.motif.weights);
    }
}

TEST_CASE("labels that are missing are left aside; what cannot be refined is refused in a sentence")
{
    auto p = plant("GATTACA", 400, 60, 11);
    ex::windowed_sequences const s{p.sequences};
    ex::motif const m = motif_of("GATTACA", 0.7, "m");
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    // of three sequences in four nothing is known: the result is that of the fourth part alone
    std::vector<double> some(p.labels.size(), nan), kept;
    ex::packed_sequences part;
    for (std::size_t i = 0; i < some.size(); i += 3) {
        some[i] = p.labels[i];
        kept.push_back(p.labels[i]);
        part.append(p.sequences.name(i), p.sequences.letters(i));
    }
    ex::refine_options o;
    o.steps = 20;
    auto const resolved = ex::refine(m, s, some, o).weights,
               alone = ex::refine(m, ex::windowed_sequences{part}, kept, o).weights;
    for (std::size_t j = 0; j < resolved.size(); ++j)
        for (std::size_t b = 0; b < 4; ++b)
            CHECK(resolved[j][b] == doctest::Approx(alone[j][b]).epsilon(1e-4).scale(1)); // single precision

    using testing::message_of;
    CHECK(message_of([&] { ex::refine(m, s, std::vector<double>(400, 1.0)); }).find("labels that differ") !=
          std::string::npos);
    CHECK(message_of([&] { ex::refine(m, s, std::vector<double>(3, 1.0)); }) ==
          "expected 400 labels, one a sequence, found 3");
    CHECK(message_of([&] { ex::refine(ex::motif{}, s, p.labels); }).find("a motif with columns") !=
          std::string::npos);
    ex::packed_sequences n;
    n.append("a", "NNNNNNNNNNNNNNNNNN");
    n.append("b", "NNNNNNNNNNNNNNNNNN");
    CHECK(message_of([&] {
              ex::refine(m, ex::windowed_sequences{n}, std::vector<double>{0, 1});
          }).find("found none") != std::string::npos);
    ex::packed_sequences one;
    one.append("a", "ACGTGATTACAGGT");
    CHECK(message_of([&] {
              ex::refine(m, ex::windowed_sequences{one}, std::vector<double>{1});
          }).find("found 1 with") != std::string::npos);
    // a motif wider than the sequences is cut to what holds most of it
    auto const cut = ex::refine(motif_of("GATTACAGATTACA", 0.7, "wide"),
                                ex::windowed_sequences{plant("GATTA", 200, 8, 12).sequences},
                                plant("GATTA", 200, 8, 12).labels);
    CHECK(cut.weights.size() <= 8);
}
