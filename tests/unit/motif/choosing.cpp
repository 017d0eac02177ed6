// Palindromes that stay palindromes, and prior, width and symmetry chosen by sequences held aside.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <explainn/motif/refine_choosing.hpp>

#include "motif/planted.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using namespace planted_words;

TEST_CASE("how like its own reverse complement a motif is, and the palindrome nearest to it")
{
    CHECK(ex::self_likeness_of(motif_of("TGACGTCA", 0.9, "").probabilities).likeness == doctest::Approx(1));
    // a palindrome is found wherever it lies, and counts as far as it holds the information
    auto const inside = ex::self_likeness_of(motif_of("CCACGTGTTT", 0.9, "").probabilities);
    CHECK(inside.centre == 2 * 4 - 1 + 2 - 2);
    CHECK(inside.likeness < 0.8);
    CHECK(ex::self_likeness_of(motif_of("AAAAAAAA", 0.9, "").probabilities).likeness < 0.1);
    CHECK(ex::self_likeness_of(ex::pad(ex::ppm{}, 3, 3)).likeness == 0);
    for (std::string const word : {"TGACGTCA", "TGACTCA", "GATTACA"}) {
        ex::ppm const p = motif_of(word, 0.9, "").probabilities;
        ex::ppm const even = ex::symmetric_about(p, ex::self_likeness_of(p).centre);
        CHECK(even == ex::reverse_complement(even));
        CHECK(even.width() >= p.width());
    }
    ex::ppm const known = motif_of("TGACGTCA", 0.9, "").probabilities;
    CHECK(ex::symmetric_about(known, ex::self_likeness_of(known).centre) == known);
}

TEST_CASE("a symmetric fit is its own reverse complement to the bit, whatever the threads")
{
    std::string const word = "ATGACGTCAT";
    auto const p = plant_words({word}, 2000, 80, 5, 0.6, 0.9);
    ex::windowed_sequences const s{p.sequences};
    for (std::string const start : {"TGACGTCA", "TGACGTC", "GACGTCAT"}) {
        CAPTURE(start);
        ex::refine_options o;
        o.symmetric = true;
        o.threads = 1;
        auto const one = ex::refine(motif_of(start, 0.7, "m"), s, p.labels, o);
        CHECK(one.from == ex::refined_from::fitted);
        CHECK(one.result.probabilities.width() >= 8);
        CHECK(one.result.probabilities == ex::reverse_complement(one.result.probabilities));
        for (std::size_t k = 0; k < one.weights.size(); ++k)
            for (std::size_t b = 0; b < 4; ++b)
                CHECK(one.weights[k][b] == one.weights[one.weights.size() - 1 - k][3 - b]);
        CHECK(agreeing(word, one.result.probabilities) >= word.size() - 2);
        o.threads = 3;
        CHECK(ex::refine(motif_of(start, 0.7, "m"), s, p.labels, o).weights == one.weights);
    }
}

TEST_CASE("prior, width and symmetry are chosen by sequences that are held aside" *
          doctest::test_suite("long"))
{
    // a palindrome with few sequences to learn it from: half the weights serve better
    auto const p = plant_words({"ATGACGTCAT"}, 300, 80, 6, 0.7, 0.85);
    ex::windowed_sequences const s{p.sequences};
    ex::motif const start = motif_of("GACGTC", 0.6, "m");
    auto const r = ex::refine_choosing(start, s, p.labels);
    REQUIRE(r.options.trials.size() == 6);
    for (auto const& trial : r.options.trials) {
        CHECK(std::isfinite(trial.loss));
        CHECK(r.options.trials[r.options.best].loss <= trial.loss);
    }
    CHECK(r.options.trials.back().symmetric);
    CHECK(r.options.trials.front().prior == 1);
    CHECK(r.options.trials.front().free_columns == 2);
    ex::refine_options const chosen = r.options.with({});
    CHECK(ex::refine(start, s, p.labels, chosen).weights == r.motif.weights);
    // a motif that is no palindrome is not tried as one
    auto const other = plant_words({"GATTACAGGA"}, 300, 80, 7, 0.7, 0.9);
    auto const plain = ex::refine_choosing(motif_of("ATTACAGG", 0.6, "m"),
                                           ex::windowed_sequences{other.sequences}, other.labels);
    CHECK(plain.options.trials.size() == 5);
    CHECK(!plain.options.with({}).symmetric);
    // a word of six of ten columns needs more room than the two columns at each end that it begins with
    auto const wide = plant_words({"GATTACAGGACCTA"}, 4000, 100, 8, 0.5, 0.8);
    auto const grown = ex::refine_choosing(motif_of("ACAGGA", 0.6, "m"),
                                           ex::windowed_sequences{wide.sequences}, wide.labels);
    CHECK(grown.options.with({}).free_columns == 5);
    CHECK(agreeing("GATTACAGGACCTA", grown.motif.result.probabilities) >= 12);

    using testing::message_of;
    CHECK(message_of([&] { ex::hold_out(p.labels, 1, ex::seed{1}); }) ==
          "expected a share of sequences above 0 and below 1, found 1");
    auto const parts = ex::hold_out(p.labels, 0.1, ex::seed{1});
    std::size_t aside = 0, fit = 0;
    for (std::size_t i = 0; i < p.labels.size(); ++i) {
        CHECK(std::isnan(parts.fit[i]) != std::isnan(parts.aside[i]));
        aside += !std::isnan(parts.aside[i]);
        fit += !std::isnan(parts.fit[i]);
    }
    CHECK(aside == 30);
    CHECK(fit == 270);
}
