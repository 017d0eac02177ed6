// The arithmetic of motifs: conversions, information, consensus, trimming; motifs as filters.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_filter.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/io/motif_file.hpp>

#include "support/skip.hpp"

namespace ex = explainn;

namespace {

ex::ppm random_ppm(ex::random_numbers& draw, std::size_t width)
{
    ex::ppm p;
    for (std::size_t i = 0; i < width; ++i) {
        ex::column c{};
        for (double& x : c) x = draw.uniform() + 0.01;
        double const sum = ex::total(c);
        for (double& x : c) x /= sum;
        p.columns.push_back(c);
    }
    return p;
}

// the paper's rule in its simplest form, one column at a time
std::vector<ex::column> fit_slowly(ex::ppm const& p, std::size_t width)
{
    std::deque<ex::column> left(p.columns.begin(), p.columns.end());
    for (std::size_t i = 0; i < width / 4; ++i) {
        left.push_front({0.25, 0.25, 0.25, 0.25});
        left.push_back({0.25, 0.25, 0.25, 0.25});
    }
    int ties = 0;
    while (left.size() > width) {
        double const a = std::max({left.front()[0], left.front()[1], left.front()[2], left.front()[3]});
        double const b = std::max({left.back()[0], left.back()[1], left.back()[2], left.back()[3]});
        if (a < b) left.pop_front();
        else if (b < a) left.pop_back();
        else if (ties++ % 2 == 0) left.pop_front();
        else left.pop_back();
    }
    return {left.begin(), left.end()};
}

} // namespace

TEST_CASE("counts become probabilities with the pseudocount and background said")
{
    ex::pfm const counts{{{3, 8, 2, 11}, {0, 0, 0, 4}}};
    ex::ppm const plain = ex::to_ppm(counts, 0, ex::background{});
    CHECK(plain.columns[0][1] == 8.0 / 24);
    CHECK(plain.columns[1] == ex::column{0, 0, 0, 1});
    ex::ppm const mixed = ex::to_ppm(counts, 1, ex::background{{0.4, 0.1, 0.1, 0.4}});
    CHECK(mixed.columns[1][0] == doctest::Approx(0.4 / 5));
    CHECK(mixed.columns[1][3] == doctest::Approx(4.4 / 5));
    CHECK_THROWS_WITH_AS(ex::to_ppm(ex::pfm{{{1, 0, 0, 0}, {}}}, 0, ex::background{}),
                         doctest::Contains("none in column 2"), ex::error);
    CHECK(ex::with_pseudocount(mixed, 0, 0.1, ex::background{}).columns[0] ==
          ex::column{0.25, 0.25, 0.25, 0.25});
}

TEST_CASE("log-odds and back")
{
    ex::background const bg{{0.3, 0.2, 0.2, 0.3}};
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    ex::ppm const p = random_ppm(draw, 12);
    ex::pwm const w = ex::to_pwm(p, bg);
    CHECK(w.columns[4][2] == doctest::Approx(std::log2(p.columns[4][2] / 0.2)));
    ex::ppm const back = ex::to_ppm(w, bg);
    for (std::size_t i = 0; i < 12; ++i)
        for (std::size_t b = 0; b < 4; ++b) CHECK(back.columns[i][b] == doctest::Approx(p.columns[i][b]));
    CHECK(std::isinf(ex::to_pwm(ex::ppm{{{1, 0, 0, 0}}}, bg).columns[0][1]));
    CHECK_THROWS_AS(ex::to_pwm(p, ex::background{{1, 0, 0, 0}}), ex::error);
    CHECK(ex::to_ppm(ex::pwm{{{3000, 0, 0, 0}}}, bg).columns[0] == ex::column{1, 0, 0, 0}); // no overflow
}

TEST_CASE("information of a column")
{
    CHECK(ex::information({1, 0, 0, 0}) == 2);
    CHECK(ex::information({0.25, 0.25, 0.25, 0.25}) == 0);
    CHECK(ex::information({0.5, 0.5, 0, 0}) == 1);
    CHECK(ex::information({1, 0, 0, 0}, 10) == doctest::Approx(2 - 3 / (2 * std::log(2.0) * 10)));
    CHECK(ex::information({0.25, 0.25, 0.25, 0.25}, 5) == 0);
    CHECK(ex::relative_entropy({0.25, 0.25, 0.25, 0.25}, ex::background{}) == 0);
    CHECK(ex::relative_entropy({0, 0, 0, 1}, ex::background{{0.4, 0.3, 0.2, 0.1}}) ==
          doctest::Approx(std::log2(10.0)));
}

TEST_CASE("reverse complement, columns, trim and pad")
{
    ex::motif m{"m", "",
                ex::ppm{{{0.25, 0.25, 0.25, 0.25},
                         {1, 0, 0, 0},
                         {0.1, 0.2, 0.3, 0.4},
                         {0, 1, 0, 0},
                         {0.3, 0.2, 0.25, 0.25}}}};
    m.counts = ex::to_pfm(m.probabilities, 20);
    ex::motif const other = ex::reverse_complement(m);
    CHECK(other.probabilities.columns[0] == ex::column{0.25, 0.25, 0.2, 0.3});
    CHECK(other.probabilities.columns[2] == ex::column{0.4, 0.3, 0.2, 0.1});
    CHECK(other.counts->columns[1] == ex::column{0, 0, 20, 0});
    CHECK(ex::reverse_complement(other) == m);
    ex::motif const cut = ex::trim(m, 0.1);
    CHECK(ex::consensus(cut.probabilities) == "ATC");
    CHECK(cut.counts->width() == 3);
    CHECK(ex::trim(m.probabilities, 1.5) == cut.probabilities); // a weak column in the middle stays
    CHECK(ex::trim(m.probabilities, 2.5).width() == 0);
    CHECK(ex::pad(cut.probabilities, 1, 2).width() == 6);
    CHECK(ex::pad(cut.probabilities, 1, 2).columns[5] == ex::column{0.25, 0.25, 0.25, 0.25});
    CHECK(ex::columns_of(m.probabilities, 4, 9).width() == 1);
    CHECK(ex::columns_of(m.probabilities, 9, 1).width() == 0);
}

TEST_CASE("consensus by Cavener's rule")
{
    CHECK(ex::iupac_code(ex::column{0.6, 0.3, 0.1, 0}) == 'A');
    CHECK(ex::iupac_code(ex::column{0.6, 0.31, 0.09, 0}) == 'M'); // not twice the second, but 0.91 together
    CHECK(ex::iupac_code(ex::column{0.5, 0.25, 0.25, 0}) == 'V'); // 0.75 is not more than 0.75
    CHECK(ex::iupac_code(ex::column{0, 0.1, 0.45, 0.45}) == 'K');
    CHECK(ex::iupac_code(ex::column{0.25, 0.25, 0.25, 0.25}) == 'N');
    CHECK(ex::iupac_code(ex::column{0.02, 0.4, 0.2, 0.38}) == 'Y');
    CHECK(ex::iupac_consensus(ex::ppm{{{1, 0, 0, 0}, {0, 0, 0, 1}, {0, 0.5, 0.5, 0}}}) == "ATS");
    CHECK(ex::consensus(ex::ppm{{{0.4, 0.4, 0.1, 0.1}, {0, 0, 0.5, 0.5}}}) == "AG");
}

TEST_CASE("consensus is what Tomtom prints")
{
    std::filesystem::path const shared = EXPLAINN_SHARED_DATA;
    if (!std::filesystem::exists(shared / "reference_model/filters_vs_jaspar_tomtom.tsv"))
        return test::skip("Tomtom's table is not here");
    std::map<std::string, std::string> expected;
    std::ifstream table{shared / "reference_model/filters_vs_jaspar_tomtom.tsv"};
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line) && !line.empty() && line[0] != '#') {
        std::istringstream fields{line};
        std::string query, target, skipped, query_consensus;
        fields >> query >> target >> skipped >> skipped >> skipped >> skipped >> skipped >> query_consensus;
        expected[query] = query_consensus;
    }
    CHECK(expected.size() >= 50);
    for (ex::motif const& m : ex::read_motifs(shared / "reference_model/explainn_filters.meme").motifs) {
        std::string const& theirs = expected[m.name];
        if (theirs.empty()) continue;
        std::string const ours = ex::consensus(m.probabilities);
        REQUIRE(ours.size() == theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            // among equal bases Tomtom's choice depends on its rounding
            ex::column const& p = m.probabilities.columns[i];
            double const best = *std::max_element(p.begin(), p.end());
            CHECK((ours[i] == theirs[i] || p[ex::letter_of(theirs[i])] == best));
        }
    }
}

TEST_CASE("a motif brought to a filter's width, by the paper's rule")
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    for (std::size_t width : {1u, 4u, 7u, 19u, 20u})
        for (std::size_t n = 1; n < 40; ++n) {
            ex::ppm const p = random_ppm(draw, n);
            ex::ppm const fitted = ex::fit_width(p, width);
            CAPTURE(width);
            CAPTURE(n);
            REQUIRE(fitted.width() == width);
            if (n + 2 * (width / 4) >= width) CHECK(fitted.columns == fit_slowly(p, width));
        }
    // too short: uniform columns are added on both sides, and the whole motif is kept
    ex::ppm const tiny{{{1, 0, 0, 0}}};
    ex::ppm const fitted = ex::fit_width(tiny, 6);
    CHECK(fitted.columns[2] == ex::column{1, 0, 0, 0});
    CHECK(ex::trim(fitted, 1) == tiny);
}

TEST_CASE("filters of motifs and motifs of filters")
{
    ex::ppm const p{{{0.7, 0.1, 0.1, 0.1}, {0.05, 0.05, 0.1, 0.8}, {0.25, 0.25, 0.25, 0.25}}};
    std::vector<float> const centred = ex::filter_weights(p, 3);
    REQUIRE(centred.size() == 12);
    CHECK(centred[0] == doctest::Approx(0.45));         // A of column 1
    CHECK(centred[3 * 3 + 1] == doctest::Approx(0.55)); // T of column 2
    CHECK(centred[2] == 0);
    std::vector<float> const odds = ex::filter_weights(p, 3, ex::filter_scale::log_odds);
    CHECK(odds[0] == doctest::Approx(std::log2(2.8)));
    for (auto const scale : {ex::filter_scale::centred, ex::filter_scale::log_odds}) {
        ex::ppm const back = ex::filter_motif(ex::filter_weights(p, 3, scale), scale);
        REQUIRE(back.width() == 3);
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t b = 0; b < 4; ++b)
                CHECK(back.columns[i][b] == doctest::Approx(p.columns[i][b]).epsilon(1e-6));
    }
    CHECK_THROWS_AS(ex::filter_weights(ex::ppm{{{1, 0, 0, 0}}}, 1, ex::filter_scale::log_odds), ex::error);
    CHECK_THROWS_AS(ex::filter_motif(std::vector<float>{1, 2, 3}), ex::error);
    CHECK_THROWS_AS(ex::filter_motif(std::vector<float>{1, 2, 3, NAN}), ex::error);
    CHECK(ex::filter_motif(std::vector<float>{-1, -1, -1, -1}).columns[0] ==
          ex::column{0.25, 0.25, 0.25, 0.25});
}
