// The comparison against its slow version, its statistics, and what must not change its results.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>
#include <explainn/motif/compare_slowly.hpp>

#include "motif_data.hpp"

namespace {
using namespace motif_data;

bool near(double a, double b, double part)
{
    return std::abs(a - b) <= part * std::max(std::abs(a), std::abs(b));
}

void check_twins(std::vector<ex::motif> const& queries, std::vector<ex::motif> const& targets,
                 ex::compare_options const& options)
{
    auto const fast = ex::compare_motifs(queries, targets, options);
    auto const slow = ex::compare_motifs_slowly(queries, targets, options);
    REQUIRE(fast.size() == slow.size());
    std::size_t pairs = 0, same_place = 0;
    for (std::size_t q = 0; q < fast.size(); ++q) {
        REQUIRE(fast[q].size() == targets.size());
        std::map<std::uint32_t, ex::match> by_target;
        for (ex::match const& m : slow[q]) by_target[m.target] = m;
        for (ex::match const& m : fast[q]) {
            ex::match const& twin = by_target.at(m.target);
            CHECK(near(m.p, twin.p, 1e-9));
            CHECK(near(m.e, twin.e, 1e-9));
            CHECK(near(m.q, twin.q, 1e-9));
            ++pairs;
            same_place += m.offset == twin.offset && m.overlap == twin.overlap && m.reverse == twin.reverse;
        }
    }
    // where p is 1 except for rounding, another place may be equally good
    CHECK(static_cast<double>(same_place) >= 0.995 * static_cast<double>(pairs));
}

TEST_CASE("queries and targets that are there several times: compared once, told as often")
{
    auto targets = random_motifs(11, 30, 1, 12, "t");
    auto queries = random_motifs(12, 3, 2, 9, "q");
    for (ex::motif& m : targets) m.sites = 20; // a motif with another number of sites is another motif
    auto const once = targets;
    auto const add = [&targets](ex::motif m, std::string const& name) {
        m.name = name;
        targets.push_back(std::move(m));
    };
    for (ex::motif const& m : once) add(m, "a" + m.name); // names before and after those of the first ones
    for (ex::motif const& m : once) add(m, "z" + m.name);
    queries.push_back(queries[1]);
    queries.push_back(targets[4]);
    for (bool const complete : {true, false}) {
        ex::compare_options options;
        options.complete_scores = complete;
        check_twins(queries, targets, options);
        options.both_strands = false;
        check_twins(queries, targets, options);
    }
    // some motifs occur more often than others, so that columns have weights
    add(once[0], "again");
    add(once[0], "again"); // the same name too
    add(once[7], "b");
    targets.back().sites = 50;
    for (std::size_t d = 0; d < 5; ++d) {
        ex::compare_options options;
        options.distance = static_cast<ex::column_distance>(d);
        check_twins(queries, targets, options);
    }
    auto const table = ex::compare_motifs(queries, targets);
    REQUIRE(table[3].size() == targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        CHECK(table[3][i].query == 3);
        CHECK(table[3][i].target == table[1][i].target);
        CHECK(table[3][i].q == table[1][i].q);
    }
}

TEST_CASE("matches are handed out query by query, and what the taker throws comes back")
{
    auto const targets = random_motifs(13, 60, 4, 12, "t"), queries = random_motifs(14, 9, 4, 12, "q");
    auto const table = ex::compare_motifs(queries, targets);
    for (std::size_t const threads : {1u, 3u}) {
        ex::compare_options options;
        options.threads = threads;
        ex::match_table seen(queries.size());
        ex::compare_each(queries, targets, options,
                         [&](std::size_t i, std::vector<ex::match> const& matches) {
                             CHECK(seen[i].empty());
                             seen[i] = matches;
                         });
        for (std::size_t q = 0; q < table.size(); ++q)
            for (std::size_t i = 0; i < table[q].size(); ++i) {
                CHECK(seen[q][i].target == table[q][i].target);
                CHECK(seen[q][i].p == table[q][i].p);
            }
        CHECK_THROWS_WITH_AS(
            ex::compare_each(queries, targets, options,
                             [](std::size_t, std::vector<ex::match> const&) { throw ex::error{"enough"}; }),
            "enough", ex::error);
    }
}

TEST_CASE("a fast comparison is the slow one: every distance and option, awkward widths" *
          doctest::test_suite("long"))
{
    auto const targets = random_motifs(1, 70, 1, 33, "t");
    std::vector<ex::motif> queries = random_motifs(2, 2, 1, 20, "q");
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    for (std::size_t const width : {1u, 2u, 16u, 17u, 33u}) queries.push_back(random_motif(draw, width, "w"));
    queries[1].sites = 0; // not known
    for (std::size_t d = 0; d < 5; ++d)
        for (bool const complete : {true, false}) {
            ex::compare_options options;
            options.distance = static_cast<ex::column_distance>(d);
            options.complete_scores = complete;
            options.min_overlap = d == 2 ? 5 : 1;
            options.both_strands = d != 3;
            options.background = {{0.3, 0.15, 0.25, 0.3}};
            CAPTURE(d);
            CAPTURE(complete);
            check_twins(queries, targets, options);
        }
    check_twins(queries, random_motifs(4, 1, 8, 8, "one"), {});
    check_twins(queries, random_motifs(5, 2, 1, 1, "narrow"), {});
}

TEST_CASE("threads and the order of motifs change nothing")
{
    auto queries = random_motifs(6, 7, 6, 20, "q");
    auto targets = random_motifs(7, 90, 4, 22, "t");
    targets.push_back(targets[3]); // ties
    targets.back().name = "twin";
    ex::compare_options options;
    options.threads = 1;
    auto const first = ex::compare_motifs(queries, targets, options);
    options.threads = 3;
    auto const threaded = ex::compare_motifs(queries, targets, options);
    auto shuffled_targets = targets;
    auto shuffled_queries = queries;
    ex::random_numbers draw{ex::seed{8}, ex::stream::tests};
    draw.shuffle(shuffled_targets);
    draw.shuffle(shuffled_queries);
    auto const shuffled = ex::compare_motifs(shuffled_queries, shuffled_targets, options);
    for (std::size_t q = 0; q < queries.size(); ++q) {
        std::size_t at = 0;
        while (shuffled_queries[at].name != queries[q].name) ++at;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            auto const &a = first[q][i], &b = threaded[q][i], &c = shuffled[at][i];
            CHECK(a.p == b.p);
            CHECK(a.q == b.q);
            CHECK(a.target == b.target);
            CHECK(targets[a.target].name == shuffled_targets[c.target].name);
            CHECK(a.p == c.p);
            CHECK(a.q == c.q);
            CHECK(a.offset == c.offset);
            CHECK(a.reverse == c.reverse);
        }
    }
}

TEST_CASE("p-values of random motifs are not too small, and never outside 0 to 1")
{
    auto const queries = random_motifs(9, 60, 8, 16, "q");
    auto const targets = random_motifs(10, 200, 6, 18, "t");
    for (bool const complete : {true, false}) {
        ex::compare_options options;
        options.complete_scores = complete;
        std::vector<double> p;
        for (auto const& matches : ex::compare_motifs(queries, targets, options))
            for (ex::match const& m : matches) p.push_back(m.p);
        auto const n = static_cast<double>(p.size());
        CHECK(*std::min_element(p.begin(), p.end()) >= 0);
        CHECK(*std::max_element(p.begin(), p.end()) <= 1);
        for (double const a : {0.001, 0.01, 0.05, 0.1}) {
            double const share =
                static_cast<double>(std::count_if(p.begin(), p.end(), [a](double x) { return x <= a; })) / n;
            CAPTURE(a);
            CAPTURE(complete);
            // the p-value of the better strand is already that of the best of both strands
            CHECK(share <= 1.1 * a + 3 * std::sqrt(a * (1 - a) / n));
        }
    }
}

TEST_CASE("a uniform motif has p = 1 by rule")
{
    auto targets = random_motifs(11, 60, 6, 12, "t");
    ex::motif uniform = targets[0];
    uniform.name = "uniform";
    for (auto& c : uniform.probabilities.columns) c = {0.25, 0.25, 0.25, 0.25};
    targets.push_back(uniform);
    auto const table = ex::compare_motifs(std::vector{uniform, targets[1]}, targets);
    for (ex::match const& m : table[0]) CHECK(m.p == 1);
    for (ex::match const& m : table[1])
        if (m.target == targets.size() - 1) CHECK(m.p == 1);
}

TEST_CASE("a motif matches itself and its reverse complement first")
{
    auto const& targets = jaspar();
    std::vector<ex::motif> queries;
    for (std::size_t i = 0; i < targets.size(); i += 60)
        if (targets[i].width() >= 8) queries.push_back(targets[i]);
    std::vector<ex::motif> turned;
    for (ex::motif const& m : queries) turned.push_back(ex::reverse_complement(m));
    auto const straight = ex::compare_motifs(queries, targets),
               reversed = ex::compare_motifs(turned, targets);
    for (std::size_t i = 0; i < queries.size(); ++i) {
        CAPTURE(queries[i].name);
        CHECK(targets[straight[i][0].target].probabilities == queries[i].probabilities);
        CHECK(targets[reversed[i][0].target].probabilities == queries[i].probabilities);
        CHECK(straight[i][0].offset == 0);
        CHECK(reversed[i][0].overlap == queries[i].width());
    }
}

TEST_CASE("what cannot be compared is refused in one line")
{
    auto const targets = random_motifs(12, 60, 6, 12, "t");
    auto bad = targets;
    bad[0].probabilities.columns.clear();
    CHECK_THROWS_WITH_AS(ex::compare_motifs(bad, targets), doctest::Contains("at least 1 column"), ex::error);
    bad = targets;
    bad[0].probabilities.columns[0][0] = -1;
    CHECK_THROWS_WITH_AS(ex::compare_motifs(bad, targets), doctest::Contains("column 1"), ex::error);
    ex::compare_options options;
    options.pseudocount = 0;
    options.distance = ex::column_distance::kullback;
    bad = targets;
    bad[0].probabilities.columns[0] = {1, 0, 0, 0};
    CHECK_THROWS_WITH_AS(ex::compare_motifs(bad, targets, options), doctest::Contains("pseudocount above 0"),
                         ex::error);
    auto const wide = random_motifs(13, 1, ex::widest_query + 1, ex::widest_query + 1, "w");
    CHECK_THROWS_WITH_AS(ex::compare_motifs(wide, targets), doctest::Contains("at most 200"), ex::error);
    CHECK(ex::compare_motifs(std::vector<ex::motif>{}, targets).empty());
    CHECK(ex::compare_motifs(targets, std::vector<ex::motif>{}).front().empty());
}

TEST_CASE("q-values: Benjamini and Hochberg by hand, and never below what pi0 allows")
{
    std::vector<double> const p{0.01, 0.04, 0.03, 0.5};
    auto const q = ex::q_values(p, 1.0);
    CHECK(q[0] == doctest::Approx(0.04));
    CHECK(q[1] == doctest::Approx(0.04 * 4 / 3));
    CHECK(q[2] == doctest::Approx(0.04 * 4 / 3));
    CHECK(q[3] == doctest::Approx(0.5));
    std::vector<double> uniform;
    for (int i = 0; i < 5000; ++i) uniform.push_back((i + 0.5) / 5000);
    CHECK(ex::estimate_pi0(uniform) == doctest::Approx(1).epsilon(0.05));
    for (int i = 0; i < 5000; ++i) uniform.push_back(1e-6);
    std::sort(uniform.begin(), uniform.end());
    CHECK(ex::estimate_pi0(uniform) == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("annotation: up to five different names under q")
{
    std::vector<ex::motif> targets(7);
    ex::match_table found(2);
    char const* const names[] = {"A", "B", "B", "C", "D", "E", "F"};
    for (std::uint32_t i = 0; i < 7; ++i) {
        targets[i].name = "MA" + std::to_string(i);
        targets[i].alternative_name = names[i];
        found[0].push_back({0, i, 0, 1, false, 0, 0, 0.01});
        found[1].push_back({1, i, 0, 1, false, 0, 0, 0.06});
    }
    targets[0].alternative_name.clear();
    auto const a = ex::annotate(found, targets);
    CHECK(a[0].names == "MA0/B/C/D/E");
    CHECK(a[0].q == 0.01);
    CHECK(a[1].names.empty());
    CHECK(a[1].q == 0.06);
    CHECK(ex::recovered_modes(found, std::vector<std::size_t>(7, 3)) == 1);
}

} // namespace
