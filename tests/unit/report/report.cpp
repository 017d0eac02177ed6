#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include <explainn/io/json_cursor.hpp>
#include <explainn/reference.hpp>
#include <explainn/report/report_of.hpp>
#include <explainn/report/write_report.hpp>

#include "interpret/small_models.hpp"
#include "support/folder.hpp"

namespace ex = explainn;
namespace fs = std::filesystem;
using device = ex::reference<float>;
using testing::small_data;

namespace {

std::string text_of(fs::path const& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The report of a small model of random numbers.
struct small_report {
    ex::model<testing::small_network, device> m{ex::seed{3}};
    small_data data{60, 31, 3, 6};
    ex::model_report r;

    explicit small_report(ex::report_options how = {})
    {
        testing::shake(m, 5, 0.5);
        ex::split_rows rows;
        for (std::uint32_t i = 0; i < 60; ++i)
            (i < 40 ? rows.train : i < 45 ? rows.valid : rows.test).push_back(i);
        rows.test.push_back(3); // a sequence that was trained on
        auto const seen = ex::look_into_all(m, ex::part{data, rows.train});
        how.tasks = {"A", "<b>B</b>", "C & D"};
        r = ex::report_of(
            m, data, rows, seen, rows.train,
            [&](std::uint32_t row) { return std::string{data.sequences.name(row)}; }, how);
    }
};

} // namespace

TEST_CASE("curves by hand, ties in one step; their areas are the measures'")
{
    // scores 4 3 3 2 1, labels 1 1 0 0 1, and one that does not count
    std::vector<double> const scores{4, 3, 3, 2, 1, 5}, labels{1, 1, 0, 0, 1, NAN};
    auto const c = ex::curves_of(scores, labels);
    CHECK(c.roc.x == std::vector<double>{0, 0, 0.5, 1, 1});
    CHECK(c.roc.y == std::vector<double>{0, 1.0 / 3, 2.0 / 3, 2.0 / 3, 1});
    CHECK(c.precision_recall.x == std::vector<double>{0, 1.0 / 3, 2.0 / 3, 2.0 / 3, 1});
    CHECK(c.precision_recall.y == std::vector<double>{1, 1, 2.0 / 3, 0.5, 0.6});
    CHECK(ex::curves_of(scores, std::vector<double>(6, 1)).roc.empty());
    CHECK_THROWS_WITH(ex::curves_of(scores, std::vector<double>(2)),
                      "expected a score for each of 2 labels, found 6");

    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    std::vector<double> x, y;
    std::vector<std::uint8_t> classes;
    for (int i = 0; i < 3000; ++i) {
        classes.push_back(draw.below(4) == 0);
        y.push_back(classes.back());
        x.push_back(std::floor(50 * (draw.uniform() + 0.3 * classes.back())));
    }
    auto const many = ex::curves_of(x, y, 100000);
    double area = 0;
    for (std::size_t i = 1; i < many.roc.x.size(); ++i)
        area += (many.roc.x[i] - many.roc.x[i - 1]) * (many.roc.y[i] + many.roc.y[i - 1]) / 2;
    CHECK(area == doctest::Approx(ex::auroc(x, classes)));
    double precision = 0;
    for (std::size_t i = 1; i < many.precision_recall.x.size(); ++i)
        precision +=
            (many.precision_recall.x[i] - many.precision_recall.x[i - 1]) * many.precision_recall.y[i];
    CHECK(precision == doctest::Approx(ex::average_precision(x, classes)));
    auto const few = ex::curves_of(x, y, 10);
    CHECK(few.roc.x.size() < 25);
    CHECK(few.roc.x.back() == 1);
    CHECK(few.roc.y.back() == 1);
}

TEST_CASE("the checklist: each check says good, look or bad where it should")
{
    using ex::judgement;
    CHECK(ex::check_dead_units(0, 100).said == judgement::good);
    CHECK(ex::check_dead_units(20, 100).said == judgement::look);
    CHECK(ex::check_dead_units(60, 100).said == judgement::bad);
    CHECK(ex::check_dead_units(1, 4).found == "1 unit of 4 has the same output for every sequence.");
    CHECK(ex::check_few_positives({"A", "B"}, {60, 70}, "test").said == judgement::good);
    CHECK(ex::check_few_positives({"A", "B"}, {60, 20}, "test").said == judgement::look);
    CHECK(ex::check_few_positives({"A", "B"}, {60, 2}, "test").found == "Fewer than 50: B (2).");
    CHECK(ex::check_few_positives({"A", "B"}, {60, 2}, "test").said == judgement::bad);
    std::vector<ex::epoch_losses> const falling{{3, 3}, {2, 2}, {1, 1}}, flat{{3, 3}, {2, 1.001}, {1, 1}},
        over{{3, 3}, {1, 2.5}, {0.5, 2.6}};
    CHECK(ex::check_convergence(falling, 3).said == judgement::look);
    CHECK(ex::check_convergence(flat, 3).said == judgement::good);
    CHECK(ex::check_convergence(over, 2).said == judgement::good);
    CHECK(ex::check_convergence({{1, NAN}, {1, NAN}}, 2).said == judgement::unknown);
    CHECK(ex::check_overfitting(falling, 3).said == judgement::good);
    CHECK(ex::check_overfitting({{1, 1.5}}, 1).said == judgement::look);
    CHECK(ex::check_overfitting(over, 2).said == judgement::bad);
    CHECK(ex::check_strands(0.95, true).said == judgement::good);
    CHECK(ex::check_strands(0.8, true).said == judgement::look);
    CHECK(ex::check_strands(0.8, false).said == judgement::good);
    CHECK(ex::check_strands(0.2, true).said == judgement::bad);
    CHECK(ex::check_strands(NAN, true).said == judgement::unknown);
    CHECK(ex::check_chance({"A", "B"}, {0.9, 0.6}).said == judgement::look);
    CHECK(ex::check_chance({"A", "B"}, {0.5, 0.6}).said == judgement::bad);
    CHECK(ex::check_chance({"A"}, {NAN}).said == judgement::unknown);
    CHECK(ex::check_leaks(0, 9).said == judgement::good);
    CHECK(ex::check_leaks(1, 1000).said == judgement::look);
    CHECK(ex::check_leaks(1, 9).said == judgement::bad);
    CHECK(ex::check_sums(1e-7).said == judgement::good);
    CHECK(ex::check_sums(1e-3).said == judgement::bad);
    CHECK(ex::check_unknown_motifs(1, 10, 0.05, "X").said == judgement::good);
    CHECK(ex::check_unknown_motifs(10, 10, 0.05, "X").said == judgement::bad);
}

TEST_CASE("JSON by hand: commas, escapes, what is no number, packed bytes")
{
    ex::json_text j;
    j.object([&] {
        j.key("a").numbers(std::vector<double>{1.5, NAN});
        j.key("</b>").text("q\"\\\n\xff<&");
        j.key("c").array([&] { j.array([] {}).truth(true).nothing().count(7); });
    });
    CHECK(j.str() ==
          "{\"a\":[1.5,null],\"\\u003c/b>\":\"q\\\"\\\\ ?\\u003c\\u0026\",\"c\":[[],true,null,7]}");
    ex::json_text packed;
    ex::detail::write_packed(packed, std::vector<double>{0, 127, 254, NAN});
    CHECK(packed.str() == R"({"bytes":"AH/+/w==","least":0,"most":254})"); // 00 7f fe ff
    ex::json_text none;
    ex::detail::write_packed(none, {});
    CHECK(none.str() == R"({"bytes":"","least":0,"most":0})");
}

TEST_CASE("a report of a small model: what it says is what the model says")
{
    small_report const all{{.names = {"first"}, .most_mapped = 12}};
    auto const& r = all.r;
    REQUIRE(r.units.size() == 5);
    REQUIRE(r.tasks.size() == 3);
    CHECK(r.title == "ExplaiNN of 3 tasks");
    CHECK(r.units[0].name == "first");
    CHECK(r.units[1].name.empty());
    CHECK(r.measures[0].name == "auroc");
    for (auto const& t : r.tasks) {
        CHECK(t.sequences <= 16);
        CHECK(t.positives.has_value());
        CHECK(t.roc.x.empty() == t.precision_recall.x.empty());
    }
    for (auto const& u : r.units) {
        CHECK(u.matches.empty()); // nothing was compared
        std::uint32_t hits = 0;
        for (auto const n : u.positions) hits += n;
        CHECK(hits <= u.sequences);
        CHECK(hits > 0);
        CHECK(u.outputs.count == u.sequences);
    }
    for (auto const& e : r.examples) {
        double sum = e.bias + e.rest;
        for (auto const& u : e.units) sum += u.contribution;
        CHECK(sum == doctest::Approx(e.logit).epsilon(1e-4));
        CHECK(e.label == 1);
    }
    auto const leak = std::find_if(r.checks.begin(), r.checks.end(), [](auto const& c) {
        return c.title == "Test sequences that were trained on";
    });
    REQUIRE(leak != r.checks.end());
    CHECK(leak->found.starts_with("1 of 16 test sequences"));
    REQUIRE(r.map.has_value());
    CHECK(r.map->names.size() == 12);
    CHECK(r.map->outputs.size() == 60);
    CHECK(r.map->predictions.size() == 36);
    // without a unit: what the model says when its weights are 0, run again
    auto& m = const_cast<small_report&>(all).m;
    std::vector<std::uint32_t> test;
    for (std::uint32_t i = 45; i < 60; ++i) test.push_back(i);
    test.push_back(3);
    auto const kept = m.values("final.weight");
    std::size_t taken_out = 0;
    for (std::size_t o = 0; o < 3; ++o)
        for (auto const& each : r.tasks[o].removals) {
            auto weights = kept;
            for (std::size_t k = 0; k < 3; ++k) weights[k * 5 + each.unit] = 0;
            m.set_values("final.weight", weights);
            auto const seen = ex::outcomes_of(m, ex::part{all.data, test}, ex::multilabel{});
            auto const again = ex::multilabel{}.measures(seen.table());
            CHECK(r.tasks[o].removal_measure == "auprc");
            CHECK(each.after == doctest::Approx(again.at(1).by_output.at(o)).epsilon(1e-6));
            ++taken_out;
        }
    m.set_values("final.weight", kept);
    CHECK(taken_out > 5);
    CHECK(r.removal_rows == 16);
    for (std::size_t o = 0; o < 3; ++o)
        CHECK(r.tasks[o].before == doctest::Approx(r.measures.at(1).by_output.at(o)));
    // one hit: the largest activation in the mean over places is the last point of the other curve
    for (auto const& u : r.units) {
        REQUIRE(u.response.strength.size() == 21);
        REQUIRE(!u.response.position.empty());
        double sum = 0;
        for (double const x : u.response.position) sum += x;
        CHECK(u.response.strength.back() ==
              doctest::Approx(sum / static_cast<double>(u.response.position.size())));
    }
    // motifs of random filters say too little for a word, and so there are no pairs of them
    CHECK(r.pairs.empty());
    CHECK_THROWS_AS(
        ex::report_of(const_cast<small_report&>(all).m, all.data, {}, {}, {}, {}, {.tasks = {"one"}}),
        ex::error);
}

TEST_CASE("a report goes without what it has no sequences for")
{
    small_report all;
    auto const none = ex::look_into_all(all.m, ex::part{all.data, std::vector<std::uint32_t>{}});
    std::vector<std::uint32_t> const test{45, 46, 47, 48, 49, 50};
    auto const name_of = [&](std::uint32_t row) { return std::string{all.data.sequences.name(row)}; };
    auto const r =
        ex::report_of(all.m, all.data, {{}, {}, test}, none, {}, name_of, {.tasks = {"A", "B", "C"}});
    for (auto const& u : r.units) CHECK(u.response.empty());
    CHECK(r.pairs.empty());
    for (auto const& t : r.tasks) CHECK(t.removals.empty()); // no hit, no effect
    CHECK(ex::report_page(r).find("</html>") != std::string::npos);
}

TEST_CASE("the page and its tables: whole, nothing of the template left, names as text")
{
    small_report const all;
    testing::folder const place;
    auto const& dir = place.path();
    ex::write_report(dir, all.r);
    auto const page = text_of(dir / "report.html");
    CHECK(page.find("{{") == std::string::npos);
    CHECK(page.find("<b>B</b>") == std::string::npos); // markup in a task's name is escaped
    CHECK(page.find("\\u003cb>B\\u003c/b>") != std::string::npos);
    // the motif of the page is the motif of filters.meme, in parts of a thousand
    std::string expected = "\"p\":[";
    for (auto const& c : all.r.units[2].shape.probabilities.columns)
        for (double const p : c) expected += std::to_string(std::lround(1000 * p)) + ",";
    expected.back() = ']';
    CHECK(page.find(expected) != std::string::npos);
    for (auto const* name : {"checks", "curves", "units", "positions", "importances", "groups",
                             "removed_units", "shapes", "pairs", "example_effects", "example_sums", "map"}) {
        CAPTURE(name);
        auto const table = text_of(dir / "report" / (std::string{name} + ".tsv"));
        REQUIRE(!table.empty());
        std::size_t const columns = static_cast<std::size_t>(
            std::count(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(table.find('\n')), '\t'));
        std::size_t tabs = 0;
        for (char const c : table) {
            tabs += c == '\t';
            if (c == '\n') {
                CHECK(tabs == columns);
                tabs = 0;
            }
        }
    }
    // importances.tsv: 5 units x 3 tasks and a header
    auto const table = text_of(dir / "report" / "importances.tsv");
    CHECK(std::count(table.begin(), table.end(), '\n') == 16);
    CHECK_THROWS_WITH_AS(ex::write_report(dir / "report.html", all.r),
                         doctest::Contains("cannot be made a folder"), ex::error);
}

TEST_CASE("a report of nothing is a page all the same")
{
    auto const page = ex::report_page({});
    CHECK(page.find("\"units\":[]") != std::string::npos);
    CHECK(page.find("</html>") != std::string::npos);
    CHECK_THROWS_WITH(ex::detail::filled("a {{b}}", {{"c", "d"}}),
                      "the template of the report asks for 'b', which has no value");
}

TEST_CASE("examples: positives by prediction; numbers by distance; few rows give few")
{
    std::vector<double> const predictions{0.9, 0.1, 0.5, 0.99, 0.7}, labels{1, 1, 1, 0, NAN};
    ex::outcome_table const t{{predictions.data(), 5, 1}, {labels.data(), 5, 1}};
    auto const rows = ex::example_rows(t, 0);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0] == std::pair<std::string, std::size_t>{"Best explained", 0});
    CHECK(rows[1].second == 2);
    CHECK(rows[2].second == 1);
    std::vector<double> const numbers{1.0, 2.5, 0.2}, truth{1.1, 2.0, 3};
    auto const by_distance = ex::example_rows({{numbers.data(), 3, 1}, {truth.data(), 3, 1}}, 0);
    CHECK(by_distance[0].second == 0);
    CHECK(by_distance[2].second == 2);
    std::vector<double> const none{0, 0};
    CHECK(ex::example_rows({{none.data(), 2, 1}, {none.data(), 2, 1}}, 0).empty());
    CHECK(ex::example_rows({{numbers.data(), 1, 1}, {truth.data(), 1, 1}}, 0).size() == 1);
}

TEST_CASE("contrasts of groups stand in the page: units that speak for the group, eight at most")
{
    ex::report_options how;
    how.contrasts = {{"x", "y", {{2, 3, 1, 0.5}, {0, 2, 1, 0.25}, {1, 1, 1, 1}}},
                     {"none", "others", {{1, 0, 2, 1}}}};
    for (ex::extent i = 0; i < 12; ++i)
        how.contrasts[1].units.insert(how.contrasts[1].units.begin(), {i % 3, 1, 0, 1});
    auto const json = ex::report_json(small_report{how}.r);
    CHECK(
        json.find(
            "\"contrasts\":[{\"group\":\"x\",\"against\":\"y\",\"units\":[{\"unit\":2,\"here\":3,\"there\":1,"
            "\"share\":0.5,\"gain\":1},{\"unit\":0,\"here\":2,\"there\":1,\"share\":0.25,\"gain\":0.25}]},{"
            "\"group\":"
            "\"none\"") != json.npos);
    std::size_t units = 0;
    for (auto at = json.find("\"gain\""); at != json.npos; at = json.find("\"gain\"", at + 1)) ++units;
    CHECK(units == 2 + 8);
    CHECK(ex::report_json(small_report{}.r).find("\"contrasts\":[]") != json.npos);
}
