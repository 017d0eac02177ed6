// Reports of models that read signals, alone or beside DNA; and outcomes that are known already.
#include <doctest/doctest.h>

#include <cmath>

#include <explainn/io/json_cursor.hpp>
#include <explainn/reference.hpp>
#include <explainn/report/page.hpp>
#include <explainn/report/report_of.hpp>
#include <explainn/train/with_signals.hpp>

#include "interpret/small_data.hpp"
#include "model/random_model.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using device = ex::reference<float>;

namespace {

using numbers_alone =
    ex::network<ex::signals<6>,
                ex::bank<6, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::own_signal>,
                ex::linear_head<2>>;
using dna_and_numbers =
    ex::network<ex::inputs<ex::dna<30>, ex::signals<4>>,
                ex::bank<5, ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>,
                                     ex::dense<3>, ex::relu, ex::dense<1>>>,
                ex::bank<4, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::own_signal>,
                ex::linear_head<2>>;

ex::signal_matrix some_signals(std::size_t rows, ex::extent channels)
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    std::vector<float> all(rows * static_cast<std::size_t>(channels));
    for (float& x : all) x = static_cast<float>(draw.uniform(-1.5, 1.5));
    return {{channels, 1}, std::move(all)};
}
template <class Data>
ex::model_report report(ex::basic_model<device>& m, Data const& data, ex::report_options how = {})
{
    ex::split_rows rows;
    for (std::uint32_t i = 0; i < 60; ++i) (i < 40 ? rows.train : rows.test).push_back(i);
    how.tasks = {"A", "B"};
    auto const seen = ex::look_into_all(m, ex::part{data, rows.train});
    return ex::report_of(
        m, data, rows, seen, rows.train, [](std::uint32_t row) { return "row" + std::to_string(row); }, how);
}
void hold_sums(ex::model_report const& r)
{
    REQUIRE(!r.examples.empty());
    for (auto const& e : r.examples) {
        double sum = e.bias + e.rest;
        for (auto const& u : e.units) sum += u.contribution;
        CHECK(e.logit == doctest::Approx(sum).epsilon(1e-4));
    }
}

} // namespace

TEST_CASE("a model of DNA and signals: motifs of the units of DNA, examples with the signals of their row")
{
    ex::model<dna_and_numbers, device> m{ex::seed{3}};
    random_model::stir(m);
    testing::small_data const sequences{60, 30, 2, 6};
    ex::with_signals const data{sequences, some_signals(60, 4)};
    auto const r = report(m, data);
    REQUIRE(r.units.size() == 9);
    for (std::size_t u = 0; u < 9; ++u) {
        CHECK(r.units[u].reads_signals == (u >= 5));
        CHECK(r.units[u].positions.empty() == (u >= 5));
        CHECK(r.units[u].outputs.count > 0);
        if (u >= 5) CHECK(r.units[u].shape.width() == 0);
    }
    CHECK(r.lead == "A model of 9 units that reads 30 bases and 4 signals and predicts 2 tasks.");
    CHECK(r.pairs.empty());
    CHECK(r.map.has_value());
    CHECK(r.removal_rows == 20);
    hold_sums(r);
    // the logit of an example is that of its row with the signals of the row
    auto const& e = r.examples.front();
    auto const row = static_cast<std::uint32_t>(std::stoul(e.name.substr(3)));
    std::vector<std::uint32_t> const one{row};
    auto const seen = ex::explain(m, ex::part{data, one});
    CHECK(e.logit == doctest::Approx(static_cast<double>(seen.logit(0, static_cast<ex::extent>(e.task)))));
    CHECK(e.sequence.size() == 30);
    CHECK(e.effects.size() == 120);
    CHECK(ex::report_json(r).find("\"signals\":true") != std::string::npos);
    CHECK(ex::report_page(r).find("Units that read signals have no motif") != std::string::npos);
}
TEST_CASE("a model of signals alone has no strands, motifs or bases in its report")
{
    ex::model<numbers_alone, device> m{ex::seed{3}};
    random_model::stir(m);
    testing::small_data const labels{60, 30, 2, 6};
    ex::label_matrix rows{2};
    for (std::size_t i = 0; i < 60; ++i) rows.append(std::span{labels.labels_by_row}.subspan(2 * i, 2));
    ex::signal_dataset const data{some_signals(60, 6), {"A", "B"}, std::move(rows)};
    auto const r = report(m, data);
    CHECK(r.lead == "A model of 6 units that reads 6 signals and predicts 2 tasks.");
    CHECK(r.length == 0);
    for (auto const& c : r.checks) CHECK(c.title != "Strand agreement");
    for (auto const& e : r.examples) {
        CHECK(e.sequence.empty());
        CHECK(e.effects.empty());
    }
    hold_sums(r);
    CHECK(r.map.has_value());
    CHECK(!ex::report_page(r).empty());
}
TEST_CASE("outcomes that are known already give the report that computing them gives")
{
    ex::model<dna_and_numbers, device> m{ex::seed{3}};
    random_model::stir(m);
    testing::small_data const sequences{60, 30, 2, 6};
    ex::with_signals const data{sequences, some_signals(60, 4)};
    std::vector<std::uint32_t> test;
    for (std::uint32_t i = 40; i < 60; ++i) test.push_back(i);
    auto const known = ex::outcomes_of(m, ex::part{data, test}, ex::tasks_of("multilabel", 2));
    CHECK(ex::report_json(report(m, data, {.measured = &known})) == ex::report_json(report(m, data)));
    std::vector<std::uint32_t> const fewer{40, 41};
    auto const other = ex::outcomes_of(m, ex::part{data, fewer}, ex::tasks_of("multilabel", 2));
    CHECK(testing::message_of([&] { report(m, data, {.measured = &other}); }) ==
          "expected outcomes of 20 test rows and 2 tasks, found 4 labels");
}
