// Networks that read signals, or DNA and signals, are trained, evaluated and checked against their data.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/trainer.hpp>
#include <explainn/train/with_signals.hpp>

#include "support/message_of.hpp"
#include "toy_data.hpp"

using namespace explainn;

namespace {

// 350 numbers a row; the label is whether the fourth minus twice the ninth is above 0.3
signal_dataset scores(std::size_t rows, std::uint32_t salt = 0)
{
    random_numbers draw{seed{3}, stream::tests, salt};
    std::vector<float> numbers(rows * 350);
    for (float& x : numbers) x = static_cast<float>(draw.uniform(-1, 1));
    label_matrix labels{1};
    for (std::size_t i = 0; i < rows; ++i) {
        float const y = numbers[i * 350 + 3] - 2 * numbers[i * 350 + 8] > 0.3f ? 1.0f : 0.0f;
        labels.append(std::span{&y, 1});
    }
    return {{{350, 1}, std::move(numbers)}, {"above"}, std::move(labels)};
}
using additive =
    network<signals<350>, bank<350, unit<dense<4>, relu, dense<1>>, reads::own_signal>, linear_head<1>>;
using mixing = network<signals<350>, bank<12, unit<dense<6>, batch_norm, relu, dense<1>>>, linear_head<1>>;

static_assert(labelled_signals<signal_dataset> && labelled_data<signal_dataset>);
static_assert(!labelled_sequences<signal_dataset>);
static_assert(labelled_signals<with_signals<toy::data>> && labelled_sequences<with_signals<toy::data>>);

// one signal that equals the label of the first task; the second task depends only on the bases
signal_matrix first_label_of(toy::data const& data)
{
    std::vector<float> numbers, labels(2);
    random_numbers draw{seed{8}, stream::tests};
    for (std::size_t i = 0; i < data.size(); ++i) {
        data.labels_of(i, labels);
        for (int k = 0; k < 3; ++k) numbers.push_back(static_cast<float>(draw.uniform(-1, 1)));
        if (labels[0] == labels[0]) numbers[numbers.size() - 2] = 2 * labels[0] - 1;
    }
    return {{3, 1}, std::move(numbers)};
}
using both = network<inputs<dna<40>, signals<3>>,
                     bank<16, unit<conv<8>, batch_norm, exponential, max_pool<7>, dense<1>>>,
                     bank<3, unit<dense<4>, relu, dense<1>>, reads::own_signal>, linear_head<2>>;

using testing::message_of;

} // namespace

TEST_CASE_TEMPLATE("a network of 350 signals learns what two of them say", Network, additive, mixing)
{
    auto const data = scores(900);
    auto const train = toy::rows(0, 700), valid = toy::rows(700, 900);
    model<Network, cpu<float>> m{seed{1}, cpu<float>{threads{2}}};
    reading const how{};
    double const before = evaluate(m, part{data, valid}, bce_with_logits{}, how).mean();
    trainer t{m, adam{.learning_rate = 0.01}, bce_with_logits{}, {.epochs = 12, .from = seed{1}}};
    t.fit(part{data, train}, part{data, valid});
    CHECK(before > 0.6);
    CHECK(t.state().history.back().train < 0.35 * before);
    CHECK(evaluate(m, part{data, valid}, bce_with_logits{}, how).mean() < 0.95 * before);
}
TEST_CASE("the same seed gives the same bits for any number of threads on signals")
{
    auto const data = scores(300);
    auto const rows = toy::rows(0, 300);
    auto const trained = [&](int n) {
        model<mixing, cpu<float>> m{seed{1}, cpu<float>{threads{n}}};
        trainer t{m, adam{}, bce_with_logits{}, {.epochs = 2, .from = seed{1}}};
        t.fit(part{data, rows});
        return m.snapshot();
    };
    auto const one = trained(1);
    CHECK(trained(2) == one);
    CHECK(trained(3) == one);
}
TEST_CASE("a network of DNA and signals learns from both")
{
    toy::data const sequences{700};
    with_signals const data{sequences, first_label_of(sequences)};
    auto const train = toy::rows(0, 550), valid = toy::rows(550, 700);
    model<both, cpu<float>> m{seed{2}, cpu<float>{threads{2}}};
    trainer t{m,
              adam{.learning_rate = 0.02},
              bce_with_logits{},
              {.epochs = 15, .batch = 50, .from = seed{1}, .both_strands = true}};
    t.fit(part{data, train}, part{data, valid});
    CHECK(m.both_strands());
    auto const seen = outcomes_of(m, part{data, valid}, multilabel{});
    double right[2]{}, count[2]{};
    auto const table = seen.table();
    for (extent n = 0; n < table.rows(); ++n)
        for (extent o = 0; o < 2; ++o)
            if (double const y = table.labels(n, o); y == y) {
                count[o] += 1;
                right[o] += (table.predictions(n, o) > 0.5) == (y > 0.5);
            }
    CHECK(right[0] / count[0] > 0.97); // from the signals
    CHECK(right[1] / count[1] > 0.75); // from the bases
}
TEST_CASE("data that a network of signals cannot read are refused before the first step")
{
    auto const data = scores(40);
    toy::data const sequences{40};
    auto const rows = toy::rows(0, 40);
    auto const fit = [&](auto& m, auto const& of) {
        return message_of([&] {
            trainer t{m, adam{}, bce_with_logits{}, training{.epochs = 1}};
            t.fit(part{of, rows});
        });
    };
    model<both, reference<float>> of_both{seed{1}};
    CHECK(fit(of_both, sequences) == "the model reads 3 signals a row, the data have no signals");
    CHECK(fit(of_both, data) == "the model reads 3 signals a row, the data have 350 signals");
    model<additive, reference<float>> of_signals{seed{1}};
    CHECK(fit(of_signals, sequences) == "the model reads 350 signals a row, the data have no signals");
    using letters_alone = network<dna<40>, bank<2, unit<conv<5>, relu, global_max_pool>>, linear_head<1>>;
    model<letters_alone, reference<float>> of_letters{seed{1}};
    CHECK(fit(of_letters, data) == "the model reads sequences of 40 bases, the data have none");
    CHECK(message_of([&] {
              trainer t{of_signals, adam{}, bce_with_logits{}, training{.both_strands = true}};
          }) == "expected a network that reads DNA for both_strands, found one that reads signals alone");
    host_batch batch{{}, {1, 0}, 2, false};
    batch.signals.assign(2 * 350 - 1, 0.5f);
    trainer t{of_signals, adam{}, bce_with_logits{}, training{}};
    CHECK(message_of([&] { t.train_batch(batch); }) ==
          "the model reads 350 signals a row, the batch has 699 numbers of 2 rows");
    batch.signals.push_back(INFINITY);
    CHECK(message_of([&] { t.train_batch(batch); }) ==
          "expected finite signals, found inf at number 350 of row 2");
}
TEST_CASE("signals are held to their shape, read from arrays, and standardised by the rows one trains on")
{
    CHECK(message_of([] {
              signal_matrix{{3, 1}, {1, 2, 3, 4}};
          }) == "expected rows of 3 signals, found 4 numbers in all");
    CHECK(message_of([] {
              signal_matrix{{2, 1}, {1, 2, 3, std::nanf("")}};
          }) == "expected finite signals, found nan at number 2 of row 2");
    CHECK(message_of([] { signal_matrix{{0, 1}, {}}; }).find("at least one channel") != std::string::npos);
    signal_matrix const m{{2, 2}, {1, 3, 5, 5, 3, 5, 5, 5, 90, 90, 6, 7}};
    std::vector<std::uint32_t> const first_two{0, 1};
    auto const s = m.standardised(first_two);
    double const deviation = std::sqrt(2.0); // of 1, 3, 3, 5
    CHECK(s.row(0)[0] == doctest::Approx(-2 / deviation));
    CHECK(s.row(2)[1] == doctest::Approx(87 / deviation));
    CHECK(s.row(2)[3] == doctest::Approx(2)); // the second channel does not vary in those rows
    CHECK(message_of([&] { m.standardised({}); }) == "expected rows to standardise signals by, found none");
    std::vector<std::uint32_t> const beyond{3};
    CHECK(message_of([&] { m.standardised(beyond); }).find("there are 3") != std::string::npos);
    auto const array = tensor_entry::of<float>("x", {3, 2, 2}, m.numbers());
    CHECK(signals_of(array).row_shape() == shape{2, 2});
    CHECK(signals_of(tensor_entry::of<float>("x", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6})).row(1)[2] ==
          6);
    CHECK(message_of([] {
              signals_of(tensor_entry::of<float>("x", {2}, std::vector<float>{1, 2}));
          }).find("of rank 1") != std::string::npos);
    toy::data const two{2};
    CHECK(message_of([&] {
              with_signals{two, m};
          }) == "expected signals for each of 2 rows, found signals for 3");
}
