// Interpretation of symmetric units: their hits are those of plain units with the same filters on both
// strands.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/constant_filters.hpp>
#include <explainn/interpret/deep_lift.hpp>
#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/interpret/model_hits.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/model/symmetric_units.hpp>
#include <explainn/model/with_pairs.hpp>

#include "small_models.hpp"

namespace ex = explainn;

namespace {

using device = ex::cpu<float>;
using model = ex::basic_model<device>;

constexpr ex::extent length = 45;

// Symmetric units and plain ones with the same values.
struct twins {
    model symmetric, plain;
    explicit twins(ex::paper_card card)
        : symmetric{ex::make_model<device>(ex::rows_of(ex::with_symmetric_units(ex::description_of(card))),
                                           ex::seed{5})},
          plain{ex::make_paper_model<device>(card, ex::seed{5})}
    {
        testing::shake(symmetric, 8);
        for (auto const& p : plain.parameters()) {
            // one more layer stands behind the activation
            auto const& same = p.layer < 0   ? p.name()
                               : p.layer < 3 ? symmetric.parameters().of(p.layer, p.part)->name()
                                             : symmetric.parameters().of(p.layer + 1, p.part)->name();
            plain.set_values(p.name(), symmetric.values(same));
        }
    }
};

constexpr ex::paper_card card_of(int num_fc)
{
    return {.length = length,
            .units = 6,
            .outputs = 2,
            .width = 9,
            .num_fc = num_fc,
            .pool = 5,
            .stride = 3,
            .hidden = 5};
}

std::vector<ex::letter> letters_of(testing::small_data const& data, std::size_t row)
{
    std::vector<ex::letter> s(data.length());
    data.letters_of(row, s);
    return s;
}

} // namespace

TEST_CASE("hits, motifs and best windows of symmetric units are those of both strands, whatever is asked for")
{
    testing::small_data const data{20, length, 2, 3};
    auto const rows = data.all_rows();
    twins both{card_of(2)};
    auto const expected = ex::bank_scan<device>{both.plain, {.both_strands = true}}(ex::part{data, rows});
    for (bool const asked : {true, false}) {
        auto const hits =
            ex::bank_scan<device>{both.symmetric, {.both_strands = asked}}(ex::part{data, rows});
        CHECK(hits.largest == expected.largest);
        CHECK(hits.counts == expected.counts);
        CHECK(hits.windows == expected.windows);
        CHECK(hits.both_strands());
        CHECK(ex::motifs_of(hits).motifs.size() == 6);
        auto const best = ex::best_windows(both.symmetric, data.sequences, {.both_strands = asked}),
                   slow = ex::best_windows(both.plain, data.sequences, {.both_strands = true});
        bool reverse = false, same = true;
        for (ex::extent n = 0; n < 20; ++n)
            for (ex::extent u = 0; u < 6; ++u) {
                same = same && best(n, u).start == slow(n, u).start &&
                       best(n, u).reverse == slow(n, u).reverse && best(n, u).response == slow(n, u).response;
                reverse = reverse || best(n, u).reverse;
            }
        CHECK(same);
        CHECK(reverse);
    }
}

TEST_CASE("contributions of symmetric units are located on the strand that won the cell")
{
    testing::small_data const data{7, length, 2, 4};
    for (int const num_fc : {0, 1, 2})
        for (bool const read_both : {false, true}) {
            CAPTURE(num_fc);
            CAPTURE(read_both);
            twins both{card_of(num_fc)};
            auto const best = ex::best_windows(both.plain, data.sequences, {.both_strands = true});
            ex::locator<device> locate{both.symmetric, {.both_strands = read_both, .batch = 3}};
            bool other_strand = false;
            locate(data.sequences, [&](ex::located_sequence const& one) {
                auto const n = static_cast<ex::extent>(one.number);
                for (ex::extent u = 0; u < 6; ++u) {
                    for (ex::extent o = 0; o < 2; ++o) {
                        double sum = one.remainder(u, o);
                        for (std::size_t i = 0; i < one.windows.size(); ++i)
                            if (one.windows[i].unit == u) sum += one.share(i, o);
                        CHECK(std::abs(sum - one.contribution(u, o)) <= 1e-9 + 1e-9 * std::abs(sum));
                        if (num_fc == 0)
                            CHECK(std::abs(one.remainder(u, o)) <= 1e-5 * std::abs(one.contribution(u, o)));
                    }
                    // a global pool is won by the best window; of cells none is better
                    for (auto const& w : one.windows) {
                        if (w.unit != u) continue;
                        CHECK(w.activation <= best(n, u).activation * (1 + 1e-5));
                        other_strand = other_strand || w.reverse;
                        if (num_fc != 0) continue;
                        CHECK(w.start == best(n, u).start);
                        CHECK(w.reverse == best(n, u).reverse);
                    }
                }
            });
            CHECK(other_strand);
        }
}

TEST_CASE("units with one cell give the same bits for a sequence and its reverse complement")
{
    testing::small_data const data{12, length, 2, 5};
    twins both{card_of(0)};
    for (std::size_t row = 0; row < data.size(); ++row) {
        auto const given = letters_of(data, row);
        auto turned = given;
        ex::reverse_complement(turned);
        ex::view<ex::letter const, 2> const one{given.data(), 1, length}, other{turned.data(), 1, length};
        CHECK(both.symmetric.predict(one) == both.symmetric.predict(other));
        CHECK(both.plain.predict(one) != both.plain.predict(other));
    }
}

TEST_CASE("the mean activation of a symmetric unit is that of the larger response to each window")
{
    testing::small_data const data{9, length, 2, 6};
    twins both{card_of(2)};
    auto const means = ex::mean_activations(both.symmetric, data.sequences);
    auto const filters = ex::filter_bank<device>{both.plain}.on_host();
    for (ex::extent u = 0; u < 6; ++u) {
        double sum = 0, count = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            auto const given = letters_of(data, row);
            auto turned = given;
            ex::reverse_complement(turned);
            for (std::size_t t = 0; t + 9 <= given.size(); ++t, ++count)
                sum += std::exp(std::max(filters.response(u, given.data() + t),
                                         filters.response(u, turned.data() + given.size() - 9 - t)));
        }
        CHECK(means[static_cast<std::size_t>(u)] == doctest::Approx(sum / count).epsilon(1e-4));
    }
}

// Symmetric units whose mirrored places share weights, or plain ones with mirror_sum before a dense layer.
model mirrored(ex::paper_card const& card, bool symmetric)
{
    auto d = ex::with_symmetric_places(ex::with_symmetric_units(ex::description_of(card)));
    if (!symmetric) {
        auto& layers = d.banks[0].layers;
        layers[0].what = ex::kind::conv;
        layers[0].given.filters = 1;
        std::erase_if(layers, [](auto const& l) { return l.what == ex::kind::larger_strand; });
    }
    auto m = ex::make_model<device>(ex::rows_of(d), ex::seed{5});
    testing::shake(m, 8);
    return m;
}
// Whether a stretch of ten bases is its own reverse complement: two windows of nine are then the same word,
// and either may win a cell.
bool has_palindrome(std::vector<ex::letter> const& s)
{
    for (std::size_t at = 0; at + 10 <= s.size(); ++at) {
        bool same = true;
        for (std::size_t k = 0; k < 5; ++k) same = same && s[at + k] == ex::complement(s[at + 9 - k]);
        if (same) return true;
    }
    return false;
}
// Mutants are what the model says of them, and DeepLIFT's parts add up.
void check_mutants_and_deep_lift(model m)
{
    testing::small_data const data{3, length, 2, 7, false};
    auto const logits = [&](std::vector<ex::letter> const& s) {
        return m.predict(ex::view<ex::letter const, 2>{s.data(), 1, length});
    };
    ex::mutagenesis<device> mutate{m};
    mutate(data.sequences, [&](ex::mutants<float> const& some) {
        for (ex::extent n = 0; n < some.sequences; ++n) {
            auto const given = letters_of(data, some.first + static_cast<std::size_t>(n));
            for (ex::extent const k : {0, 8, 22, 44}) {
                auto changed = given;
                auto& x = changed[static_cast<std::size_t>(k)];
                x = static_cast<ex::letter>((x + 1) % 4);
                double const direct =
                    static_cast<double>(logits(changed)[1]) - static_cast<double>(logits(given)[1]);
                CHECK(static_cast<double>(some.change(ex::base_change::substitution, n, k, x, 1)) ==
                      doctest::Approx(direct).epsilon(1e-3).scale(1e-2));
            }
        }
    });
    ex::deep_lift<device> lift{m};
    lift(data.sequences, [&](ex::attributed_sequences const& some) {
        for (ex::extent n = 0; n < some.sequences; ++n)
            for (ex::extent k = 0; k < some.count(); ++k)
                CHECK(std::abs(some.convergence[some.row(n, k)]) < 1e-3);
    });
}

TEST_CASE("mutants and DeepLIFT of symmetric units: each is what the model says, and the parts add up")
{
    twins both{card_of(2)};
    check_mutants_and_deep_lift(both.symmetric.handle());
}
TEST_CASE("mutants and DeepLIFT of units whose mirrored places share weights, of one strand and of both")
{
    auto card = card_of(2);
    card.pool = 7;
    check_mutants_and_deep_lift(mirrored(card, true));
    check_mutants_and_deep_lift(mirrored(card, false));
}

TEST_CASE("units whose mirrored places share weights give the same bits for both strands")
{
    testing::small_data const data{12, length, 2, 5, false};
    for (ex::extent const pool : {4, 7}) // twelve cells and eleven
        for (int const num_fc : {1, 2, 3}) {
            CAPTURE(pool);
            CAPTURE(num_fc);
            auto card = card_of(num_fc);
            card.pool = pool;
            auto m = mirrored(card, true), one = mirrored(card, false);
            for (std::size_t row = 0; row < data.size(); ++row) {
                auto const given = letters_of(data, row);
                auto turned = given;
                ex::reverse_complement(turned);
                ex::view<ex::letter const, 2> const here{given.data(), 1, length},
                    other{turned.data(), 1, length};
                CHECK(m.predict(here) == m.predict(other));
                CHECK(one.predict(here) != one.predict(other));
            }
            // the same windows have the same shares, at the mirrored places of the other strand
            ex::packed_sequences given_all, turned_all;
            for (std::size_t row = 0; row < data.size(); ++row) {
                auto one_row = letters_of(data, row);
                if (has_palindrome(one_row)) continue;
                given_all.append("given", one_row);
                ex::reverse_complement(one_row);
                turned_all.append("turned", one_row);
            }
            REQUIRE(given_all.size() >= 3);
            auto const located = [&](ex::packed_sequences const& all, bool turn) {
                std::vector<std::map<std::tuple<ex::extent, ex::extent, bool>, double>> found;
                ex::locator<device> locate{m, {.both_strands = false}};
                locate(all, [&](ex::located_sequence const& seen) {
                    auto& of = found.emplace_back();
                    for (std::size_t i = 0; i < seen.windows.size(); ++i) {
                        auto const& w = seen.windows[i];
                        ex::extent const start = turn ? length - w.width - w.start : w.start;
                        of[{w.unit, start, w.reverse != turn}] = seen.share(i, 0);
                    }
                });
                return found;
            };
            auto const here = located(given_all, false), there = located(turned_all, true);
            REQUIRE(here.size() == there.size());
            for (std::size_t row = 0; row < here.size(); ++row) {
                REQUIRE(here[row].size() == there[row].size());
                for (auto const& [window, share] : here[row]) {
                    REQUIRE(there[row].contains(window));
                    CHECK(there[row].at(window) == doctest::Approx(share).epsilon(1e-9).scale(1e-9));
                }
            }
        }
}

TEST_CASE("places become symmetric where units are and where cells mirror each other")
{
    auto card = card_of(2); // 37 windows, of which pools of 5 and a stride of 3 leave two over
    CHECK_THROWS_WITH_AS(ex::with_symmetric_places(ex::description_of(card)),
                         "expected units that read both strands, found conv<9>", ex::error);
    CHECK_THROWS_WITH_AS(ex::with_symmetric_places(ex::with_symmetric_units(ex::description_of(card))),
                         "expected pooling cells that mirror each other, found 37 windows, of which "
                         "max_pool<5, 3> leaves 2 over",
                         ex::error);
    card.pool = 7;
    auto const places = ex::with_symmetric_places(ex::with_symmetric_units(ex::description_of(card)));
    CHECK_THROWS_WITH_AS(ex::with_symmetric_places(places),
                         "expected a dense layer behind the pooling cells, found mirror_sum", ex::error);
    auto cells = ex::with_symmetric_units(ex::description_of(card));
    cells.banks[0].layers.resize(5); // the pool is the last
    CHECK_THROWS_WITH_AS(ex::with_symmetric_places(cells),
                         "expected a dense layer behind the pooling cells, found no layer", ex::error);
    std::erase_if(cells.banks[0].layers, [](auto const& l) { return l.what == ex::kind::larger_strand; });
    CHECK_THROWS_AS(ex::with_symmetric_places(cells), ex::error);
    card.num_fc = 0; // one cell and no dense layer: nothing to do
    auto const one = ex::with_symmetric_units(ex::description_of(card));
    CHECK(ex::with_symmetric_places(one) == one);
}

TEST_CASE("only units that begin with a plain convolution become symmetric")
{
    ex::network_description d{30, {{3, ex::layers_of(ex::unit<ex::conv<5, 2>, ex::global_max_pool>{})}}, {1}};
    CHECK_THROWS_WITH_AS(ex::with_symmetric_units(d),
                         "expected units that begin with a convolution of one filter without padding, found "
                         "conv<5, 2>",
                         ex::error);
}
