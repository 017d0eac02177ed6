// Networks that read signals, or DNA and signals, are explained as those of DNA: contributions, importances,
// removed units, mutants.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/dependencies.hpp>
#include <explainn/interpret/design.hpp>
#include <explainn/interpret/located_contributions.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/interpret/nullify.hpp>
#include <explainn/model/network.hpp>
#include <explainn/train/with_signals.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using testing::message_of;

namespace {

using numbers_alone =
    ex::network<ex::signals<9>, ex::bank<4, ex::unit<ex::dense<5>, ex::relu, ex::dense<1>>>,
                ex::bank<9, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::own_signal>,
                ex::linear_head<2>>;
using dna_and_numbers =
    ex::network<ex::inputs<ex::dna<30>, ex::signals<4, 2>>,
                ex::bank<3, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::signals>,
                ex::bank<5, ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>,
                                     ex::dense<3>, ex::relu, ex::dense<1>>>,
                ex::bank<4, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::own_signal>,
                ex::linear_head<2>>;

ex::signal_matrix some_signals(std::size_t rows, ex::shape of_row)
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    std::vector<float> all(rows * static_cast<std::size_t>(of_row.channels) *
                           static_cast<std::size_t>(of_row.positions));
    for (float& x : all) x = static_cast<float>(draw.uniform(-1.5, 1.5));
    return {of_row, std::move(all)};
}
ex::signal_dataset signals_alone(std::size_t rows)
{
    ex::label_matrix labels{2};
    for (std::size_t i = 0; i < rows; ++i)
        labels.append(std::vector<float>{static_cast<float>(i % 2), static_cast<float>(i % 3 == 0)});
    return {some_signals(rows, {9, 1}), {"a", "b"}, std::move(labels)};
}
std::vector<std::uint32_t> all_rows(std::size_t count)
{
    std::vector<std::uint32_t> rows(count);
    for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<std::uint32_t>(i);
    return rows;
}

template <class Network, class B>
ex::model<Network, B> stirred()
{
    ex::model<Network, B> m{ex::seed{4}};
    random_model::stir(m);
    return m;
}

// what one row gives when it is predicted alone, on one strand
struct one_row {
    std::vector<double> logits, outputs;
};
template <class B, class Data>
one_row predicted_alone(ex::basic_model<B>& m, Data const& data, std::size_t row, bool reverse)
{
    ex::input_rows given;
    std::vector<ex::letter> letters;
    if constexpr (ex::labelled_sequences<Data>) {
        letters.resize(data.length());
        data.letters_of(row, letters);
        if (reverse) ex::reverse_complement(letters);
        given.sequences = {letters.data(), 1, m.length()};
    }
    auto const [channels, positions] = data.signal_shape();
    std::vector<float> numbers(static_cast<std::size_t>(channels) * static_cast<std::size_t>(positions));
    data.signals_of(row, numbers);
    given.signals = {numbers.data(), 1, channels, positions};
    one_row out;
    auto const y = m.predict(given, false);
    out.logits.assign(y.begin(), y.end());
    for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
        auto const x = m.run().unit_outputs(bank, 1);
        out.outputs.insert(out.outputs.end(), x.data, x.data + x.count());
    }
    return out;
}

template <class Network, class Data>
void hold_contributions(Data const& data, bool both)
{
    auto fast = stirred<Network, ex::cpu<float>>();
    auto slow = stirred<Network, ex::reference<double>>();
    auto const rows = all_rows(data.size());
    auto const seen = ex::explain(fast, ex::part{data, rows}, {.both_strands = both, .batch = 7});
    REQUIRE(seen.sequences == static_cast<ex::extent>(data.size()));
    CHECK(seen.largest_error <= 1e-5);
    for (std::size_t n = 0; n < data.size(); ++n) {
        one_row expected = predicted_alone(slow, data, n, false);
        if (both && slow.rows().reads_dna()) {
            auto const other = predicted_alone(slow, data, n, true);
            for (std::size_t i = 0; i < other.logits.size(); ++i)
                expected.logits[i] = (expected.logits[i] + other.logits[i]) / 2;
            for (std::size_t i = 0; i < other.outputs.size(); ++i)
                expected.outputs[i] = (expected.outputs[i] + other.outputs[i]) / 2;
        }
        for (ex::extent o = 0; o < 2; ++o) {
            double sum = seen.bias(o);
            for (ex::extent u = 0; u < static_cast<ex::extent>(seen.units().size()); ++u) {
                double const share = seen.head->weight(u, o) * expected.outputs[static_cast<std::size_t>(u)];
                CHECK(seen.contribution(static_cast<ex::extent>(n), u, o) ==
                      doctest::Approx(share).epsilon(1e-4));
                sum += share;
            }
            CHECK(static_cast<double>(seen.logit(static_cast<ex::extent>(n), o)) ==
                  doctest::Approx(sum).epsilon(1e-4));
            CHECK(expected.logits[static_cast<std::size_t>(o)] == doctest::Approx(sum).epsilon(1e-4));
        }
    }
}

} // namespace

TEST_CASE("contributions of units that read signals, and of units of both inputs, are those of row by row")
{
    hold_contributions<numbers_alone>(signals_alone(20), false);
    hold_contributions<numbers_alone>(signals_alone(20), true); // signals have one strand
    testing::small_data const sequences{18, 30, 2, 3};
    ex::with_signals const data{sequences, some_signals(18, {4, 2})};
    hold_contributions<dna_and_numbers>(data, false);
    hold_contributions<dna_and_numbers>(data, true);
}
TEST_CASE("a look into units that read signals takes all rows, one into the others those with a hit")
{
    testing::small_data const sequences{40, 30, 2, 3};
    ex::with_signals const data{sequences, some_signals(40, {4, 2})};
    auto m = stirred<dna_and_numbers, ex::cpu<float>>();
    auto const rows = all_rows(40);
    ex::part const p{data, rows};
    auto const seen = ex::look_into_all(m, p, {.both_strands = false, .batch = 9});
    auto const explained = ex::explain(m, p, {.both_strands = false});
    std::vector<std::vector<bool>> hit(5, std::vector<bool>(40));
    std::size_t first = 0;
    ex::bank_scan<ex::cpu<float>>{m, {.both_strands = false}, 1}(
        p, [&](ex::hit_batch<ex::cpu<float>> const& some) {
            auto const n = static_cast<std::size_t>(some.batch.sequences.size(0));
            for (std::size_t u = 0; u < 5; ++u)
                for (std::size_t i = 0; i < n; ++i) hit[u][first + i] = some.hits[u * n + i] != 0;
            first += n;
        });
    REQUIRE(first == 40);
    REQUIRE(seen.outputs.size() == 12);
    for (std::size_t u = 0; u < 12; ++u) {
        CAPTURE(u);
        bool const dna = u >= 3 && u < 8;
        std::vector<double> counted, others;
        for (std::size_t n = 0; n < 40; ++n)
            (!dna || hit[u - 3][n] ? counted : others)
                .push_back(static_cast<double>(
                    explained.unit_output(static_cast<ex::extent>(n), static_cast<ex::extent>(u))));
        REQUIRE(!counted.empty());
        CHECK(seen.outputs[u].count == counted.size());
        CHECK(seen.sequences[u] == (dna ? counted.size() : 0));
        CHECK(seen.motifs.motifs[u].width() == (dna ? 5 : 0));
        double mean = 0, square = 0, mean_of_others = 0;
        for (double const x : counted) mean += x / static_cast<double>(counted.size());
        for (double const x : counted)
            square += (x - mean) * (x - mean) / static_cast<double>(counted.size());
        for (double const x : others) mean_of_others += x / static_cast<double>(others.size());
        double const middle = ex::median(counted), share = static_cast<double>(counted.size()) / 40;
        for (ex::extent o = 0; o < 2; ++o) {
            double const weight = explained.head->weight(static_cast<ex::extent>(u), o);
            auto const unit = static_cast<ex::extent>(u);
            CHECK(seen.weights(unit, o) == doctest::Approx(weight));
            CHECK(seen.importances(unit, o) == doctest::Approx(weight * middle).epsilon(1e-4));
            double const effect =
                dna ? ex::hit_effect(weight, mean, mean_of_others, share) : weight * std::sqrt(square);
            CHECK(seen.effects(unit, o) == doctest::Approx(effect).epsilon(1e-3));
        }
    }
    auto alone = stirred<numbers_alone, ex::cpu<float>>();
    auto const scores = signals_alone(30);
    auto const few = all_rows(30);
    CHECK(ex::look_into_all(alone, ex::part{scores, few}).outputs[12].count == 30);
}
TEST_CASE("a unit that reads signals is removed as by a weight of zero; filters there are none")
{
    auto m = stirred<numbers_alone, ex::cpu<float>>();
    auto const data = signals_alone(15);
    auto const rows = all_rows(15);
    ex::additive_nullification<ex::cpu<float>> const removal{m, ex::part{data, rows}, ex::nullified::unit};
    REQUIRE(removal.units() == 13);
    auto const before = m.values("final.weight");
    for (std::size_t const u : {0u, 6u, 12u}) {
        auto weights = before;
        for (std::size_t o = 0; o < 2; ++o) weights[o * 13 + u] = 0;
        m.set_values("final.weight", weights);
        auto const expected = ex::explain(m, ex::part{data, rows}).logits;
        auto const found = removal.logits_without(u);
        for (std::size_t i = 0; i < found.size(); ++i)
            CHECK(found[i] == doctest::Approx(static_cast<double>(expected[i])).epsilon(1e-4));
        m.set_values("final.weight", before);
    }
    CHECK(message_of([&] {
              ex::additive_nullification<ex::cpu<float>>{m, ex::part{data, rows}, ex::nullified::filter_zero};
          }) ==
          "expected units that all have a filter on DNA, found some that read signals: whole units of them "
          "can be removed");
}
TEST_CASE("mutants keep the signals of their sequence")
{
    testing::small_data const sequences{6, 30, 2, 3};
    ex::with_signals const data{sequences, some_signals(6, {4, 2})};
    auto fast = stirred<dna_and_numbers, ex::cpu<float>>();
    auto slow = stirred<dna_and_numbers, ex::reference<double>>();
    std::vector<std::uint32_t> const rows{4, 1, 5};
    for (bool const both : {false, true}) {
        ex::mutagenesis_options const how{
            .both_strands = both, .deletions = true, .insertions = true, .by_unit = true};
        CHECK(ex::mutagenesis{fast, how}.is_incremental());
        auto const expected = ex::mutants_slowly(slow, ex::part{data, rows}, how);
        auto const found = ex::mutants_of(fast, ex::part{data, rows}, how);
        REQUIRE(found.sequences == 3);
        for (auto const what : ex::detail::base_changes) {
            auto const& a = found.of(what);
            auto const& b = expected.of(what);
            REQUIRE(a.logits.size() == b.logits.size());
            REQUIRE(a.outputs.size() == b.outputs.size());
            double largest = 1e-30, off = 0;
            for (std::size_t i = 0; i < b.logits.size(); ++i) {
                largest = std::max(largest, std::abs(b.logits[i]));
                off = std::max(off, std::abs(static_cast<double>(a.logits[i]) - b.logits[i]));
            }
            CHECK(off <= 1e-5 * largest);
            largest = 1e-30, off = 0;
            for (std::size_t i = 0; i < b.outputs.size(); ++i) {
                largest = std::max(largest, std::abs(b.outputs[i]));
                off = std::max(off, std::abs(static_cast<double>(a.outputs[i]) - b.outputs[i]));
            }
            CHECK(off <= 1e-5 * largest);
        }
        // one mutant by hand, with the signals of row 1
        if (both) continue;
        std::vector<ex::letter> letters(30);
        data.letters_of(1, letters);
        std::vector<float> numbers(8);
        data.signals_of(1, numbers);
        auto const logit = [&] {
            return slow.predict(
                ex::input_rows{.sequences = {letters.data(), 1, 30}, .signals = {numbers.data(), 1, 4, 2}},
                false)[1];
        };
        double const before = logit();
        letters[11] = letters[11] == 2 ? 3 : 2;
        CHECK(expected.change(ex::base_change::substitution, 1, 11, letters[11], 1) ==
              doctest::Approx(logit() - before));
    }
}
TEST_CASE("units that read signals have no windows; their contribution is their remainder")
{
    testing::small_data const sequences{8, 30, 2, 3};
    ex::with_signals const data{sequences, some_signals(8, {4, 2})};
    auto m = stirred<dna_and_numbers, ex::cpu<float>>();
    auto const rows = all_rows(8);
    std::size_t windows = 0;
    ex::locator<ex::cpu<float>>{m, {.both_strands = true}}(
        ex::part{data, rows}, [&](ex::located_sequence const& seen) {
            std::vector<double> sums(seen.contributions.size());
            for (std::size_t i = 0; i < seen.windows.size(); ++i) {
                CHECK(seen.windows[i].unit >= 3);
                CHECK(seen.windows[i].unit < 8);
                for (std::size_t o = 0; o < 2; ++o)
                    sums[static_cast<std::size_t>(seen.windows[i].unit) * 2 + o] +=
                        seen.share(i, static_cast<ex::extent>(o));
            }
            for (std::size_t i = 0; i < sums.size(); ++i)
                CHECK(sums[i] + seen.remainders[i] == doctest::Approx(seen.contributions[i]).epsilon(1e-5));
            windows += seen.windows.size();
        });
    CHECK(windows > 0);
}
TEST_CASE("what a model cannot read or mutate is refused in a sentence")
{
    auto m = stirred<numbers_alone, ex::cpu<float>>();
    auto both = stirred<dna_and_numbers, ex::cpu<float>>();
    testing::small_data const sequences{4, 30, 2, 3};
    auto const rows = all_rows(4);
    auto const scores = signals_alone(4);
    CHECK(message_of([&] {
              ex::explain(both, ex::part{sequences, rows});
          }) == "the model reads 4 signals of 2 positions a row, the data have no signals");
    CHECK(message_of([&] { ex::explain(both, sequences.sequences); }) ==
          "the model reads 4 signals of 2 positions a row, the data have no signals");
    CHECK(message_of([&] {
              ex::explain(both, ex::part{scores, rows});
          }) == "expected sequences of 30 bases as the model, found 0");
    CHECK(message_of([&] { ex::explain(m, sequences.sequences); }) ==
          "the model reads 9 signals a row, the data have no signals");
    CHECK(message_of([&] {
              ex::look_into(m, ex::part{sequences, rows});
          }) == "the model reads 9 signals a row, the data have no signals");
    char const* const no_dna =
        "expected a model that reads DNA, whose bases can be mutated, found one that reads signals alone";
    CHECK(message_of([&] { ex::mutagenesis<ex::cpu<float>>{m}; }) == no_dna);
    CHECK(message_of([&] { ex::slow_mutagenesis<ex::cpu<float>>{m}; }) == no_dna);
    std::vector<ex::letter> const bases(30, ex::letter{1});
    CHECK(message_of([&] { ex::dependencies(m, bases); }) == no_dna);
    CHECK(message_of([&] { ex::design(m, bases, {.goal = {1, 0}}); }) == no_dna);
    CHECK(message_of([&] { ex::locator<ex::cpu<float>>{m}; }) ==
          "expected a model that reads DNA to locate contributions, found one that reads signals alone");
}
