// Pairs of units in explanations: purified terms, contributions, mutants, and what refuses them.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/located_contributions.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/interpret/nullify.hpp>
#include <explainn/interpret/nullify_by_rerun.hpp>
#include <explainn/interpret/pair_terms.hpp>
#include <explainn/layers/layers.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;

namespace {

using scanned = ex::unit<ex::conv<7>, ex::batch_norm, ex::exponential, ex::max_pool<5>, ex::dense<4>,
                         ex::batch_norm, ex::relu, ex::dense<1>>;
using by_place = ex::unit<ex::dense<3>, ex::relu, ex::dense<2>>;
using by_gap = ex::unit<ex::batch_norm, ex::by_distance, ex::batch_norm, ex::dense<1>>;
using paired =
    ex::network<ex::dna<30>, ex::bank<6, scanned>,
                ex::pair_bank<by_place, ex::unit_pair{0, 3}, ex::unit_pair{3, 5}>,
                ex::pair_bank<by_gap, ex::unit_pair{3, 0}, ex::unit_pair{1, 2}>, ex::linear_head<2>>;

template <class T>
ex::model<paired, ex::cpu<T>> stirred()
{
    ex::model<paired, ex::cpu<T>> m{ex::seed{4}, ex::cpu<T>{ex::threads{1}}};
    random_model::stir(m);
    return m;
}
ex::view<ex::letter const, 2> letters_of(ex::host_batch const& b) { return {b.letters.data(), b.count, 30}; }
using testing::message_of;

} // namespace

TEST_CASE("purified terms add up to the logits, on one strand and on both")
{
    auto m = stirred<float>();
    auto const sequences = random_model::batch(9, 30, 1, true),
               background = random_model::batch(12, 30, 1, false, 1);
    for (bool const both : {false, true}) {
        m.set_both_strands(both);
        auto const expected = m.predict(letters_of(sequences));
        ex::pair_terms<ex::cpu<float>> purify{m, letters_of(background)};
        std::size_t seen = 0;
        double moved = 0;
        auto const plain = ex::explain(m, letters_of(sequences));
        purify(letters_of(sequences), [&](ex::purified_sequence const& s) {
            CHECK(s.number == seen);
            for (std::size_t o = 0; o < 2; ++o) {
                double sum = s.bias[o], size = std::abs(s.bias[o]);
                for (std::size_t u = 0; u < s.head->units.size(); ++u) {
                    sum += s.term(u, o);
                    size += std::abs(s.term(u, o));
                    moved = std::max(moved,
                                     std::abs(s.term(u, o) - plain.contribution(static_cast<ex::extent>(seen),
                                                                                static_cast<ex::extent>(u),
                                                                                static_cast<ex::extent>(o))));
                }
                CHECK(s.logits[o] == doctest::Approx(expected[seen * 2 + o]));
                CHECK(std::abs(sum - s.logits[o]) <= 1e-5 * size);
            }
            ++seen;
        });
        CHECK(seen == 9);
        CHECK(moved > 1e-3); // there was something to purify
    }
}
TEST_CASE("the mean of a purified pair over either unit's cells is 0, and its parts are those of loops over "
          "the background")
{
    auto m = stirred<double>();
    auto const background = random_model::batch(5, 30, 1, false, 1);
    ex::pair_terms<ex::cpu<double>> purify{m, letters_of(background)};
    // the outputs of every pair for the cells of sequence i on one side and of sequence j on the other
    auto const plain = ex::explain(m, letters_of(background));
    (void)m.predict(letters_of(background));
    std::size_t const head_units = plain.units().size();
    std::vector<std::vector<double>> seen; // by sequence, terms
    std::vector<double> bias;
    purify(letters_of(background),
           [&](ex::purified_sequence const& s) { seen.push_back(s.terms), bias = s.bias; });
    struct place {
        int bank;
        std::size_t first_unit, pairs, each;
    };
    for (place const at : {place{1, 6, 2, 2}, place{2, 8, 2, 1}}) {
        (void)m.predict(letters_of(background));
        auto const x = m.run().pair_cells(at.bank, 5); // (2, 5, 2, 4), on the host as the backend is
        std::vector<double> const cells(x.data, x.data + x.count());
        std::vector<double> mixed(2 * 25 * 8); // (2, 25, 2, 4)
        for (std::size_t k = 0; k < 2; ++k)
            for (std::size_t i = 0; i < 5; ++i)
                for (std::size_t j = 0; j < 5; ++j)
                    for (std::size_t l = 0; l < 4; ++l) {
                        mixed[(k * 25 + i * 5 + j) * 8 + l] = cells[(k * 5 + i) * 8 + l];
                        mixed[(k * 25 + i * 5 + j) * 8 + 4 + l] = cells[(k * 5 + j) * 8 + 4 + l];
                    }
        auto const y = m.run().pair_outputs(at.bank, mixed, 25, m.data());
        for (std::size_t k = 0; k < at.pairs; ++k)
            for (std::size_t o = 0; o < 2; ++o) {
                auto const unit = at.first_unit + k;
                // the pair's contribution for both cells, with the weights of the head
                double f[5][5], mean = 0, first[5]{}, second[5]{};
                for (std::size_t i = 0; i < 5; ++i)
                    for (std::size_t j = 0; j < 5; ++j) {
                        f[i][j] = 0;
                        for (std::size_t e = 0; e < at.each; ++e)
                            f[i][j] +=
                                plain.head->weight(plain.units()[unit].first + static_cast<ex::extent>(e),
                                                   static_cast<ex::extent>(o)) *
                                y(static_cast<ex::extent>(k), static_cast<ex::extent>(i * 5 + j),
                                  static_cast<ex::extent>(e));
                        mean += f[i][j] / 25;
                        first[i] += f[i][j] / 5;
                        second[j] += f[i][j] / 5;
                    }
                for (std::size_t i = 0; i < 5; ++i) {
                    CHECK(seen[i][unit * 2 + o] == doctest::Approx(f[i][i] - first[i] - second[i] + mean));
                    double over_second = 0;
                    for (std::size_t j = 0; j < 5; ++j) over_second += f[i][j] - first[i] - second[j] + mean;
                    CHECK(std::abs(over_second) < 1e-12);
                }
            }
    }
    CHECK(seen[0].size() == head_units * 2);
}
TEST_CASE("contributions and mutants of a network with pairs are those of the model itself")
{
    auto m = stirred<float>();
    auto const host = random_model::batch(2, 30, 1, false);
    auto const units = ex::units_of(m.rows());
    CHECK(units[6].name == "banks.1.pair0_3");
    CHECK(units[9].name == "banks.2.pair1_2");
    CHECK(ex::explain(m, letters_of(host)).largest_error < 1e-5);
    ex::mutagenesis<ex::cpu<float>> mutate{m};
    CHECK_FALSE(mutate.is_incremental());
    auto const before = m.predict(letters_of(host));
    mutate(letters_of(host), [&](ex::mutants<float> const& some) {
        for (ex::extent n = 0; n < some.sequences; ++n)
            for (ex::extent at = 0; at < 30; at += 7) {
                auto letters = host.letters;
                auto const row = some.first + static_cast<std::size_t>(n);
                auto& base = letters[row * 30 + static_cast<std::size_t>(at)];
                base = static_cast<ex::letter>((base + 1) % 4);
                auto const after = m.predict({letters.data(), 2, 30});
                for (ex::extent o = 0; o < 2; ++o)
                    CHECK(some.change(ex::base_change::substitution, n, at, base, o) ==
                          doctest::Approx(after[row * 2 + static_cast<std::size_t>(o)] -
                                          before[row * 2 + static_cast<std::size_t>(o)])
                              .epsilon(1e-3));
            }
    });
    // units of pairs have no windows: all that they add is their remainder
    ex::locator<ex::cpu<float>> locate{m};
    locate(letters_of(host), [&](ex::located_sequence const& s) {
        for (std::size_t u = 6; u < 10; ++u)
            for (std::size_t o = 0; o < 2; ++o) CHECK(s.remainders[u * 2 + o] == s.contributions[u * 2 + o]);
    });
}
TEST_CASE("a unit that is removed takes the pairs that read it along")
{
    auto m = stirred<double>();
    auto const host = random_model::batch(5, 30, 1, false);
    CHECK(ex::removed_with(m.rows(), ex::units_of(m.rows()), 3) == std::vector<std::size_t>{3, 6, 7, 8});
    ex::additive_nullification<ex::cpu<double>> formula{m, letters_of(host), ex::nullified::unit};
    ex::rerun_nullification rerun{m, letters_of(host), ex::nullified::unit};
    REQUIRE(rerun.units() == formula.units());
    for (std::size_t u = 0; u < formula.units(); ++u) {
        // the slow version: head weights of all that depends on the unit's output
        auto const now = formula.logits_without(u), again = rerun.logits_without(u);
        auto const kept = ex::explain(m, letters_of(host));
        for (ex::extent n = 0; n < 5; ++n)
            for (ex::extent o = 0; o < 2; ++o) {
                double sum = kept.bias(o);
                for (std::size_t i = 0; i < kept.units().size(); ++i) {
                    bool const own = i == u;
                    auto const& name = kept.units()[i].name;
                    auto const reads = [&name](std::size_t unit) {
                        auto const number = std::to_string(unit);
                        return name.ends_with("pair" + number + name.substr(name.find('_'))) ||
                               name.ends_with("_" + number);
                    };
                    bool const pair = u < 6 && i >= 6 && reads(u);
                    if (!own && !pair) sum += kept.contribution(n, static_cast<ex::extent>(i), o);
                }
                auto const at = static_cast<std::size_t>(n * 2 + o);
                CHECK(now[at] == doctest::Approx(sum));
                CHECK(again[at] == doctest::Approx(sum));
            }
    }
}
TEST_CASE("what cannot take pairs refuses them in a sentence")
{
    auto m = stirred<float>();
    auto const host = random_model::batch(2, 30, 1, false);
    CHECK(message_of([&] {
              ex::filter_bank<ex::cpu<float>>{m, 1};
          }) == "expected units that read DNA, found units that read the cells of pairs");
    CHECK(
        message_of([&] {
            ex::additive_nullification<ex::cpu<float>>{m, letters_of(host), ex::nullified::filter_zero};
        }) ==
        "expected units that all have a filter of their own, found some that read the cells of pairs: whole "
        "units of them can be removed");
    using plain = ex::network<ex::dna<30>, ex::bank<6, scanned>, ex::linear_head<2>>;
    ex::model<plain, ex::cpu<float>> without{ex::seed{1}};
    CHECK(message_of([&] {
              ex::pair_terms<ex::cpu<float>>{without, letters_of(host)};
          }) == "expected a network with pairs of units, found none");
    CHECK(message_of([&] { without.run().pair_cells(0, 1); }).find("expected") == 0);
    ex::view<ex::letter const, 2> const none{host.letters.data(), 0, 30};
    CHECK(message_of([&] {
              ex::pair_terms<ex::cpu<float>>{m, none};
          }) == "expected background sequences to purify pairs with, found none");
}
