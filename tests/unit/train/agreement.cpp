// Data that do not fit a model are refused in one sentence where they are given: the README's program with
// one number wrong.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/train/measure_stream.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/trainer.hpp>

#include "train/toy_data.hpp"

namespace ex = explainn;

namespace {

using device = ex::cpu<float>;
using unit = ex::unit<ex::conv<19>, ex::batch_norm, ex::exponential, ex::max_pool<7>, ex::dense<1>,
                      ex::batch_norm, ex::relu>;
template <ex::extent Length, ex::extent Outputs>
using network = ex::network<ex::dna<Length>, ex::bank<3, unit>, ex::linear_head<Outputs>>;
template <ex::extent Length, ex::extent Outputs>
using model = ex::model<network<Length, Outputs>, device>;

std::string const fasta = EXPLAINN_EXAMPLE_DATA "/sequences.fa.gz",
                  table = EXPLAINN_EXAMPLE_DATA "/labels.tsv.gz";
std::vector<std::uint32_t> const train = toy::rows(0, 60), valid = toy::rows(60, 100);

ex::dataset const& data_of_8_tasks()
{
    static ex::dataset const data = ex::read_dataset(fasta, table);
    return data;
}
ex::dataset const& data_of_2_tasks()
{
    static ex::dataset const data = ex::read_dataset(fasta, table, {.targets = {"MAX", "JUND"}});
    return data;
}

template <class F>
std::string said_by(F f)
{
    try {
        f();
    } catch (ex::error const& e) {
        return e.what();
    }
    return "nothing";
}

// every function that takes data refuses a part of them with the same sentence, and nothing is changed
template <class Model, class Data>
void refused_everywhere(Model& m, Data const& data, std::vector<std::uint32_t> const& rows,
                        std::vector<std::string> const& names, std::string const& sentence)
{
    ex::part const p{data, rows};
    auto const before = m.snapshot();
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, ex::training{.epochs = 1}};
    std::size_t batches = 0;
    auto const count = [&batches](auto&&...) { ++batches; };
    CHECK(said_by([&] { t.fit(p, p, [&](ex::batch_done const&) { ++batches; }); }) == sentence);
    CHECK(said_by([&] { ex::evaluate(m, p, ex::bce_with_logits{}, {}); }) == sentence);
    CHECK(said_by([&] { ex::measure(m, p, names, {}); }) == sentence);
    CHECK(said_by([&] { ex::look_into(m, p); }) == sentence);
    CHECK(said_by([&] { ex::well_predicted(m, p, {}); }) == sentence);
    CHECK(said_by([&] { ex::outcomes_of(m, p, ex::multilabel{}, {}); }) == sentence);
    CHECK(said_by([&] { ex::evaluator<device>{m, {}}(p, count); }) == sentence);
    CHECK(batches == 0);
    CHECK(m.snapshot() == before);
}

} // namespace

TEST_CASE("a model of another length: dna<190> and dna<250> on sequences of 200 bases")
{
    auto const& data = data_of_8_tasks();
    model<190, 8> shorter{ex::seed{1}};
    refused_everywhere(shorter, data, train, data.tasks(),
                       "the model reads sequences of 190 bases, the data have 200");
    model<250, 8> longer{ex::seed{1}};
    refused_everywhere(longer, data, train, data.tasks(),
                       "the model reads sequences of 250 bases, the data have 200");
    CHECK(said_by([&] {
              ex::bank_scan<device>{longer}(ex::part{data, train});
          }) == "the model reads sequences of 250 bases, the data have 200");
    CHECK(said_by([&] {
              ex::bank_scan<device>{longer}.largest(ex::part{data, train});
          }) == "the model reads sequences of 250 bases, the data have 200");
}
TEST_CASE("a head of another number of outputs: linear_head<2> on 8 tasks, linear_head<8> on 2")
{
    model<200, 2> narrow{ex::seed{1}};
    auto const& eight = data_of_8_tasks();
    refused_everywhere(narrow, eight, train, eight.tasks(), "the model has 2 outputs, the data 8 tasks");
    model<200, 8> wide{ex::seed{1}};
    auto const& two = data_of_2_tasks();
    refused_everywhere(wide, two, train, two.tasks(), "the model has 8 outputs, the data 2 tasks");
    model<200, 1> one{ex::seed{1}};
    refused_everywhere(one, two, train, two.tasks(), "the model has 1 output, the data 2 tasks");

    ex::labelled_reader file{fasta, table, {}};
    CHECK(said_by([&] { ex::measure_stream(narrow, file, false); }) ==
          "the model has 2 outputs, the data 8 tasks");
}
TEST_CASE("a row that the data do not have")
{
    model<200, 8> m{ex::seed{1}};
    auto const& data = data_of_8_tasks();
    std::vector<std::uint32_t> rows = train;
    rows.push_back(static_cast<std::uint32_t>(data.size()));
    refused_everywhere(m, data, rows, data.tasks(),
                       "row " + std::to_string(data.size()) +
                           " is asked for (they count from 0), the data have " + std::to_string(data.size()) +
                           " rows");
    // the validation part is checked as well, before the first step
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, ex::training{.epochs = 1}};
    CHECK(said_by([&] { t.fit(ex::part{data, train}, ex::part{data, rows}); }).starts_with("row "));
    CHECK(t.state().step == 0);
}
TEST_CASE("as many names of tasks as outputs")
{
    model<200, 8> m{ex::seed{1}};
    auto const& data = data_of_8_tasks();
    ex::part const p{data, train};
    auto names = data.tasks();
    names.pop_back();
    CHECK(said_by([&] { ex::measure(m, p, names, {}); }) ==
          "the model has 8 outputs, 7 task names are given");
    CHECK(said_by([&] { ex::measure(m, p, std::vector<std::string>{"MAX"}, {}); }) ==
          "the model has 8 outputs, 1 task name is given");
    auto const seen = ex::look_into(m, p);
    CHECK(said_by([&] { ex::write_unit_tasks("never_written.tsv", seen.weights, names); }) ==
          "expected names of 8 tasks, found 7");
    auto const measures = ex::multilabel{}.measures(ex::outcomes_of(m, p, ex::multilabel{}, {}).table());
    CHECK(said_by([&] { ex::write_measures("never_written.tsv", measures, names); }) ==
          "expected names of the 8 tasks of auroc, found 7");
    CHECK(!std::filesystem::exists("never_written.tsv"));
    std::vector<float> const scores{0.5f}, labels{1, 0};
    CHECK(said_by([&] { ex::measure("MAX", scores, labels); }) ==
          "expected a score for each of 2 labels, found 1");
}
TEST_CASE("data without labels are scored and looked into, and not trained on")
{
    model<200, 8> m{ex::seed{1}};
    ex::packed_sequences s;
    for (int i = 0; i < 4; ++i) s.append("s" + std::to_string(i), std::string(200, "ACGT"[i]));
    ex::unlabelled const data{std::move(s), 200};
    auto const rows = toy::rows(0, 4);
    ex::part const p{data, rows};
    std::size_t scored = 0;
    ex::evaluator<device>{m, {}}(p, [&](std::size_t, auto y, auto const&) { scored += y.count(); });
    CHECK(scored == 4 * 8);
    CHECK(ex::look_into(m, p).importances.values.size() == 3 * 8);
    CHECK(said_by([&] { ex::well_predicted(m, p, {}); }) == "the model has 8 outputs, the data 0 tasks");
    CHECK(said_by([&] { ex::evaluate(m, p, ex::bce_with_logits{}, {}); }) ==
          "the model has 8 outputs, the data 0 tasks");
}
TEST_CASE("batches that a caller fills are held to the model")
{
    model<40, 2> m{ex::seed{1}};
    toy::data const data{20};
    auto const order = ex::epoch_order(toy::rows(0, 20), false, ex::seed{1}, 1);
    ex::host_batch good;
    good.fill(data, order);
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    auto const train_on = [&](auto change) {
        ex::host_batch b = good;
        change(b);
        return said_by([&] { t.train_batch(b); });
    };
    CHECK(train_on([](ex::host_batch& b) { b.letters.resize(20 * 30); }) ==
          "the model reads sequences of 40 bases, the batch has 600 letters of 20 sequences");
    CHECK(train_on([](ex::host_batch& b) { b.labels.resize(20); }) ==
          "the model has 2 outputs, the batch has 20 labels of 20 sequences");
    CHECK(train_on([](ex::host_batch& b) { b.letters[83] = 5; }) ==
          "expected letters 0 to 4 (A, C, G, T, N), found 5 at base 4 of sequence 3");
    CHECK(train_on([](ex::host_batch& b) { b.letters[83] = 4; }) ==
          "the batch holds N and says that it does not (host_batch::has_n)");
    CHECK(train_on([](ex::host_batch& b) { b.count = 0; }) ==
          "the model reads sequences of 40 bases, the batch has 800 letters of 0 sequences");
    CHECK(t.state().step == 0);
    CHECK(train_on([](ex::host_batch&) {}) == "nothing");
    CHECK(t.state().step == 1);

    ex::evaluator<device> run{m, {}};
    ex::host_batch b = good;
    b.letters.pop_back();
    CHECK(said_by([&] { run.logits(b); }) ==
          "the model reads sequences of 40 bases, the batch has 799 letters of 20 sequences");
    CHECK(said_by([&] {
              ex::evaluator<device>{m, {.batch = 0}};
          }) == "expected batches of at least one sequence, found 0");
    CHECK(said_by([&] {
              ex::bank_scan<device>{m, {.batch = 0}};
          }) == "expected batches of at least one sequence, found 0");
}
TEST_CASE("a data set of a user's own that writes no letters is refused by row")
{
    struct bad : toy::data {
        using toy::data::data;
        void letters_of(std::size_t row, std::span<ex::letter> to) const
        {
            toy::data::letters_of(row, to);
            if (row == 7) to[2] = 84; // 'T'
        }
    };
    bad const data{20};
    model<40, 2> m{ex::seed{1}};
    auto const rows = toy::rows(0, 20);
    CHECK(said_by([&] {
              ex::evaluate(m, ex::part{data, rows}, ex::bce_with_logits{}, {});
          }) == "expected letters 0 to 4 (A, C, G, T, N), found 84 at base 3 of row 7");
    // an N that has_n() does not report is noticed all the same
    struct silent_n : toy::data {
        using toy::data::data;
        void letters_of(std::size_t row, std::span<ex::letter> to) const
        {
            toy::data::letters_of(row, to);
            to[2] = ex::letter_n;
        }
    };
    silent_n const some{4};
    ex::host_batch b;
    b.fill(some, std::vector<ex::sample>{{1, false}});
    CHECK(b.has_n);
}
TEST_CASE("a snapshot and a state of another model or optimizer are refused, and change nothing")
{
    model<40, 2> m{ex::seed{1}};
    model<40, 30> other{ex::seed{1}};
    auto const before = m.snapshot();
    auto const total = std::to_string(m.parameters().total()),
               more = std::to_string(other.parameters().total());
    CHECK(said_by([&] { m.restore(other.snapshot()); }) ==
          "the model holds " + total + " numbers, the snapshot has " + more);
    CHECK(said_by([&] { m.restore({}); }) == "the model holds " + total + " numbers, the snapshot has 0");
    CHECK(said_by([&] { m.set_values("final.bias", std::vector<float>{1}); }) ==
          "final.bias: expected 2 numbers, found 1");
    CHECK(m.snapshot() == before);

    toy::data const data{40};
    auto const rows = toy::rows(0, 40);
    ex::training_state<float> state;
    ex::training const how{.epochs = 1, .batch = 20, .average = 0.9};
    {
        model<40, 2> trained{ex::seed{1}};
        ex::trainer t{trained, ex::adam{}, ex::bce_with_logits{}, how};
        t.checkpoint([&](auto const& s) { state = s; });
        t.fit(ex::part{data, rows}, ex::part{data, rows});
    }
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
    ex::trainer of_other{other, ex::adam{}, ex::bce_with_logits{}, how};
    ex::trainer by_sgd{m, ex::sgd{}, ex::bce_with_logits{}, how};
    CHECK(said_by([&] { of_other.resume(state); }) ==
          "the model holds " + more + " numbers, the state has " + total);
    CHECK(said_by([&] { by_sgd.resume(state); }) ==
          "expected the state of an optimizer that keeps 1 array beside the parameters, found " + total +
              " numbers in array 2");
    CHECK(said_by([&] { t.resume({}); }) == "the model holds " + total + " numbers, the state has 0");
    auto torn = state;
    torn.average.pop_back();
    CHECK(said_by([&] { t.resume(torn); }).find("the state's average has ") != std::string::npos);
    torn = state;
    torn.best.pop_back();
    CHECK(said_by([&] { t.resume(torn); }).find("the state's best epoch has ") != std::string::npos);
    CHECK(m.snapshot() == before);
    CHECK(t.state().epoch == 1);
    t.resume(state);
    CHECK(t.state().epoch == 2);
}
TEST_CASE("a state with a number that is not finite is refused by the name of its tensor")
{
    model<40, 2> m{ex::seed{1}};
    ex::training const how{.epochs = 2, .batch = 20, .average = 0.9};
    toy::data const data{60};
    auto const rows = toy::rows(0, 60);
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
    ex::training_state<float> state;
    t.checkpoint([&](auto const& s) { state = s; });
    t.fit(ex::part{data, rows}, ex::part{data, rows});
    auto const before = m.snapshot();
    auto const refused = [&](std::string const& where, auto change) {
        auto torn = state;
        change(torn, m.parameters()["linears.0.weight"].offset, std::numeric_limits<float>::quiet_NaN());
        CHECK(said_by([&] { t.resume(torn); }) ==
              "expected finite numbers in linears.0.weight of the state's " + where +
                  ", found nan at number 1");
        CHECK(m.snapshot() == before);
    };
    refused("values", [](auto& s, std::size_t at, float nan) { s.values[at] = nan; });
    refused("array 1 of the optimizer", [](auto& s, std::size_t at, float nan) { s.state[0][at] = nan; });
    refused("array 2 of the optimizer", [](auto& s, std::size_t at, float nan) { s.state[1][at] = nan; });
    refused("average", [](auto& s, std::size_t at, float nan) { s.average[at] = nan; });
    refused("best epoch", [](auto& s, std::size_t at, float nan) { s.best[at] = nan; });
    t.resume(state);
}
