// Two heads on one bank, with a task each, trained together.
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/task_by_name.hpp>
#include <explainn/train/trainer.hpp>

#include "support/folder.hpp"
#include "train/table.hpp"
#include "train/toy_data.hpp"

namespace ex = explainn;
using doctest::Approx;
using small::missing;

namespace {

using unit = ex::paper_unit<ex::paper{.length = 40, .width = 7, .hidden = 6}>;
using net = ex::network<ex::dna<40>, ex::bank<6, unit>, ex::linear_head<2>, ex::linear_head<1>>;
using joint = ex::joint_task<ex::multilabel, ex::regression>;

static_assert(net::rows.outputs == 3 && net::heads == std::array<ex::extent, 2>{2, 1});
static_assert(ex::task_kind<joint>);
static_assert(ex::loss<joint::loss_type, ex::reference<float>> && ex::loss_for<joint::loss_type, joint>);
static_assert(ex::loss_for<ex::joint_loss<ex::weighted_bce, ex::huber>, joint>);
static_assert(!ex::loss_for<ex::joint_loss<ex::huber, ex::bce_with_logits>, joint>,
              "heads the wrong way round");
static_assert(!ex::loss_for<ex::joint_loss<ex::bce_with_logits>, joint>, "a head without a loss");
static_assert(!ex::loss_for<ex::bce_with_logits, joint>);
static_assert(std::is_constructible_v<joint, std::array<ex::extent, 2>, ex::multilabel, ex::regression>);
static_assert(!std::is_constructible_v<joint, std::array<ex::extent, 3>, ex::multilabel, ex::regression>,
              "three heads, two tasks");

/// The toy's two tasks of yes and no, and a number: how many As the sequence has. The number is missing in
/// one row of five.
struct two_kinds : toy::data {
    using toy::data::data;
    static std::size_t outputs() { return 3; }
    void labels_of(std::size_t row, std::span<float> to) const
    {
        toy::data::labels_of(row, to.first(2));
        std::vector<ex::letter> letters(length());
        letters_of(row, letters);
        float const as = static_cast<float>(std::count(letters.begin(), letters.end(), 0));
        to[2] = row % 5 == 4 ? std::nanf("") : (as - 10) / 3;
    }
};
static_assert(ex::labelled_sequences<two_kinds>);

ex::host_batch batch_of(two_kinds const& data, std::uint32_t count)
{
    ex::host_batch b;
    auto const order = ex::epoch_order(toy::rows(0, count), false, ex::seed{1}, 1);
    b.fill(data, std::span<ex::sample const>{order});
    return b;
}

} // namespace

TEST_CASE("a joint loss is the sum of the terms of its heads, by weight")
{
    ex::reference<double> b;
    std::vector<double> const x{0.3, -1, 2, 0.5, 0.1, -0.2}, yes{0.3, -1, 0.5, 0.1}, number{2, -0.2};
    float const none = std::nanf("");
    std::vector<float> const y{1, 0, 3, none, 1, none}, y_yes{1, 0, none, 1}, y_number{3, none};
    std::vector<double> g(6), g_yes(4), g_number(2);
    ex::joint_loss const loss =
        ex::joint_loss{{2, 1}, ex::bce_with_logits{}, ex::mean_squared_error{}}.weighted({1, 4});
    auto const all =
        ex::total_of(b, loss, ex::view<double const, 2>{x.data(), 2, 3},
                     ex::view<float const, 2>{y.data(), 2, 3}, ex::view<double, 2>{g.data(), 2, 3});
    auto const one =
        ex::total_of(b, ex::bce_with_logits{}, ex::view<double const, 2>{yes.data(), 2, 2},
                     ex::view<float const, 2>{y_yes.data(), 2, 2}, ex::view<double, 2>{g_yes.data(), 2, 2});
    auto const other = ex::total_of(
        b, ex::mean_squared_error{}, ex::view<double const, 2>{number.data(), 2, 1},
        ex::view<float const, 2>{y_number.data(), 2, 1}, ex::view<double, 2>{g_number.data(), 2, 1});
    CHECK(one.count == 3);
    CHECK(other.count == 1);
    CHECK(all.sum == Approx(one.sum + 4 * other.sum));
    CHECK(all.count == 3 + 4);
    for (std::size_t n = 0; n < 2; ++n) {
        for (std::size_t o = 0; o < 2; ++o) CHECK(g[n * 3 + o] == Approx(g_yes[n * 2 + o]));
        CHECK(g[n * 3 + 2] == Approx(4 * g_number[n]));
    }
    CHECK_THROWS_WITH_AS((ex::total_of(b, loss, ex::view<double const, 2>{x.data(), 3, 2},
                                       ex::view<float const, 2>{y.data(), 3, 2})),
                         "expected losses for 2 outputs, found losses for 3", ex::error);
}

TEST_CASE("both heads learn in one run, from the same units, with the same bits for any number of threads")
{
    two_kinds const data{600};
    auto const train = toy::rows(0, 400), valid = toy::rows(400, 500), test = toy::rows(500, 600);
    joint const both{net::heads, ex::multilabel{}, ex::regression{}};
    std::vector<float> first;
    for (int const threads : {1, 2}) {
        ex::model<net, ex::cpu<float>> m{ex::seed{5}, ex::cpu<float>{ex::threads{threads}}};
        ex::trainer t{m, ex::adam{.learning_rate = 0.01}, both.own_loss(),
                      ex::training{.epochs = 25, .patience = 0, .batch = 20, .from = ex::seed{3}}};
        t.fit(ex::part{data, train}, ex::part{data, valid});
        if (first.empty()) first = m.snapshot();
        CHECK(first == m.snapshot());
        auto const measures = both.measures(ex::outcomes_of(m, ex::part{data, test}, both, {}).table());
        MESSAGE("AUROC " << small::of(measures, "head1_auroc").overall << ", PCC "
                         << small::of(measures, "head2_pcc").overall);
        CHECK(small::of(measures, "head1_auroc").overall > 0.75);
        CHECK(small::of(measures, "head2_pcc").overall > 0.6);
        CHECK(std::isnan(small::of(measures, "head1_auroc").by_output[2]));
        CHECK(std::isnan(small::of(measures, "head2_pcc").by_output[0]));
    }
}

TEST_CASE("a head's weights learn from its own labels, units from all")
{
    two_kinds const data{40};
    joint const both{net::heads, ex::multilabel{}, ex::regression{}};
    auto const gradients = [&](bool changed) {
        ex::model<net, ex::reference<double>> m{ex::seed{5}};
        auto b = batch_of(data, 40);
        if (changed)
            for (std::size_t i = 2; i < b.labels.size(); i += 3) b.labels[i] += 1; // of the second head
        ex::trainer t{m, ex::sgd{}, both.own_loss(), ex::training{}};
        t.train_batch(b);
        std::map<std::string, std::vector<double>> all;
        auto const flat = t.gradients();
        for (auto const& p : m.parameters())
            all[std::string{p.name()}] = {flat.begin() + static_cast<std::ptrdiff_t>(p.offset),
                                          flat.begin() + static_cast<std::ptrdiff_t>(p.offset + p.count)};
        return all;
    };
    auto const was = gradients(false), is = gradients(true);
    REQUIRE(was.at("final.weight").size() == 3 * 6);
    for (std::size_t i = 0; i < 18; ++i)
        CHECK((was.at("final.weight")[i] == is.at("final.weight")[i]) == (i < 12));
    CHECK(was.at("linears.0.weight") != is.at("linears.0.weight"));
}

TEST_CASE("links, measures and well predicted rows go by head")
{
    ex::joint_task const both{{2, 1}, ex::multilabel{}, ex::counts{}};
    std::vector<double> row{0, 2, 1};
    both.link(row);
    CHECK(row[0] == 0.5);
    CHECK(row[1] == Approx(1 / (1 + std::exp(-2))));
    CHECK(row[2] == Approx(std::exp(1)));
    ex::joint_task const two{{2, 2}, ex::multilabel{}, ex::multiclass{}};
    small::table const t{
        4,
        {.9, .1, .8, .2, /**/ .9, .1, .8, .2, /**/ .9, .9, .8, .2, /**/ .9, .9, .2, .8},
        {1, 0, 1, 0, /**/ 1, 0, 0, 1, /**/ missing, missing, 1, 0, /**/ missing, missing, missing, missing}};
    // right in both; wrong in the second; no labels for the first; no labels at all
    CHECK(two.well_predicted(t.view()) == std::vector<char>{1, 0, 1, 0});
    auto const measures = two.measures(t.view());
    CHECK(small::of(measures, "head2_accuracy").overall == Approx(2. / 3));
    CHECK(small::of(measures, "head2_accuracy").by_output.empty());
    CHECK(small::of(measures, "head2_f1").by_output.size() == 4);
    CHECK_THROWS_WITH_AS(both.link(std::span{row}.first(2)),
                         "expected tasks for 2 outputs, found multilabel:2,counts:1", ex::error);
}

TEST_CASE("tasks by head are written as text and read again")
{
    joint const both{net::heads, ex::multilabel{}, ex::regression{}};
    CHECK(both.text() == "multilabel:2,regression:1");
    CHECK(ex::tasks_of(both.text(), 3).text() == both.text());
    CHECK(ex::tasks_of("counts", 4).text() == "counts:4");
    std::vector<double> row{0, 0, 7};
    ex::tasks_of(both.text(), 3).link(row);
    CHECK(row == std::vector<double>{0.5, 0.5, 7});
    for (auto const* bad : {"multilabel:2,regression", "multilabel:0,regression:3", "multilabel:x", ":3", "",
                            "multilabel:2,,regression:1", "multilabel:2,regression:1,"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(ex::tasks_of(bad, 3), ex::error);
    }
    CHECK_THROWS_WITH_AS(ex::tasks_of("multilabel:2,regression:2", 3),
                         "expected tasks for 3 outputs, found 'multilabel:2,regression:2'", ex::error);
}

TEST_CASE("a model of two heads is one state dict, and its file says the tasks of both")
{
    testing::folder const dir;
    ex::model<net, ex::cpu<float>> m{ex::seed{5}};
    joint const both{net::heads, ex::multilabel{}, ex::regression{}};
    ex::write_model(dir.path("m"), m, {.tasks = {"a", "b", "c"}, .from = ex::seed{5}, .task = both.text()});
    auto const file = ex::read_model_file(dir.path("m"));
    CHECK(file.tensors.at("final.weight").shape == std::vector<std::int64_t>{3, 6});
    CHECK(file.tensors.at("final.bias").shape == std::vector<std::int64_t>{3});
    CHECK(file.facts.task == both.text());
    auto again = ex::paper_model_of<ex::cpu<float>>(file);
    CHECK(again.snapshot() == m.snapshot());
}
