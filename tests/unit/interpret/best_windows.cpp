// The best window of every unit in every sequence, compared with loops over all windows.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <explainn/cpu.hpp>
#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper_card.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"

namespace ex = explainn;

namespace {

// The response of a filter of the model to a window, from the named tensors alone.
template <class Model>
double response(Model& m, std::string const& prefix, bool norm, std::vector<ex::letter> const& codes,
                std::size_t u, std::size_t t, std::size_t width)
{
    auto const w = m.values(prefix + "0.weight"), b = m.values(prefix + "0.bias");
    auto c = static_cast<double>(b[u]);
    for (std::size_t k = 0; k < width; ++k)
        if (auto const x = codes[t + k]; x < 4) c += static_cast<double>(w[(u * 4 + x) * width + k]);
    if (!norm) return c;
    auto const gamma = m.values(prefix + "1.weight"), beta = m.values(prefix + "1.bias"),
               mean = m.values(prefix + "1.running_mean"), variance = m.values(prefix + "1.running_var");
    return (c - double(mean[u])) / std::sqrt(double(variance[u]) + 1e-5) * double(gamma[u]) + double(beta[u]);
}

template <class Model>
void hold_to_loops(Model& m, testing::small_data const& data, bool both, int bank = 0, bool norm = true,
                   ex::activation act = ex::activation::exponential)
{
    auto const rows = data.all_rows();
    auto const& row = m.rows().layer(m.rows().banks[static_cast<std::size_t>(bank)].first);
    auto const width = static_cast<std::size_t>(row.given.width);
    std::string const prefix =
        (m.rows().banks.size() > 1 ? "banks." + std::to_string(bank) + "." : "") + "linears.";
    auto const found = ex::best_windows(m, ex::part{data, rows}, {.both_strands = both, .batch = 5}, bank);
    REQUIRE(found.sequences == static_cast<ex::extent>(data.size()));
    REQUIRE(found.width == row.given.width);
    for (std::size_t n = 0; n < data.size(); ++n)
        for (std::size_t u = 0; u < static_cast<std::size_t>(found.units); ++u) {
            double most = -std::numeric_limits<double>::infinity(), here = 0;
            auto const& best = found(static_cast<ex::extent>(n), static_cast<ex::extent>(u));
            for (int const reverse : {0, 1}) {
                if (reverse && !both) continue;
                std::vector<ex::letter> codes(data.length());
                if (reverse) data.sequences.unpack_reverse_complement(n, codes);
                else data.letters_of(n, codes);
                for (std::size_t t = 0; t + width <= data.length(); ++t) {
                    double const z = response(m, prefix, norm, codes, u, t, width);
                    most = std::max(most, z);
                    auto const start = reverse ? data.length() - width - t : t;
                    if (best.reverse == (reverse == 1) && static_cast<std::size_t>(best.start) == start)
                        here = z;
                }
            }
            CAPTURE(n);
            CAPTURE(u);
            CHECK(best.response ==
                  doctest::Approx(most).epsilon(1e-4));         // the value is that of the best window
            CHECK(here == doctest::Approx(most).epsilon(1e-4)); // and so is the place
            CHECK(best.activation == ex::activated(act, best.response));
        }
}

using two_banks = ex::network<
    ex::dna<40>,
    ex::bank<3, ex::unit<ex::conv<6>, ex::batch_norm, ex::exponential, ex::max_pool<7>, ex::dense<1>>>,
    ex::bank<18, ex::unit<ex::conv<11>, ex::sigmoid, ex::global_max_pool, ex::dense<1>>>, ex::linear_head<2>>;

} // namespace

TEST_CASE("best windows by hand: strand, place on the forward strand, first of equals, N")
{
    using net = ex::network<ex::dna<8>, ex::bank<2, ex::unit<ex::conv<2>, ex::relu, ex::global_max_pool>>,
                            ex::linear_head<1>>;
    ex::model<net, ex::reference<float>> m{ex::seed{1}};
    // unit 0 prefers AC: 1 + 2 (reverse GT); unit 1 responds equally to everything
    m.set_values("linears.0.weight", std::vector<float>{1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    m.set_values("linears.0.bias", std::vector<float>{-0.5f, -1});
    ex::packed_sequences s;
    s.append("forward", "TTACTTAC");
    s.append("reverse", "CCTTTGTC");
    s.append("nothing", "NNNNNNNN");
    auto const best = ex::best_windows(m, s, {.both_strands = true});
    REQUIRE(best.sequences == 3);
    REQUIRE(best.units == 2);
    CHECK(best(0, 0) == ex::best_window{2.5, 2.5, 2, false});
    CHECK(best(0, 1) == ex::best_window{-1, 0, 0, false});
    CHECK(best(1, 0) == ex::best_window{2.5, 2.5, 5, true}); // GT at 5 is AC on the other strand
    CHECK(best(2, 0) == ex::best_window{-0.5, 0, 0, false});
    // one strand alone: C C scores 2 at its second place, the first such window
    auto const alone = ex::best_windows(m, s);
    CHECK(alone(1, 0) == ex::best_window{1.5, 1.5, 0, false});
}

TEST_CASE("best windows are those of loops over all windows")
{
    testing::small_data const data{23, 40, 2, 5};
    for (bool const both : {false, true}) {
        auto m = ex::make_paper_model<ex::reference<float>>(
            {.length = 40, .units = 5, .outputs = 2, .hidden = 3}, ex::seed{1});
        random_model::stir(m);
        hold_to_loops(m, data, both);
        auto fast = ex::make_paper_model<ex::cpu<float>>(
            {.length = 40, .units = 37, .outputs = 2, .hidden = 3}, ex::seed{2});
        random_model::stir(fast);
        hold_to_loops(fast, data, both);
        ex::model<two_banks, ex::cpu<float>> banks{ex::seed{3}};
        random_model::stir(banks);
        hold_to_loops(banks, data, both, 0);
        hold_to_loops(banks, data, both, 1, false, ex::activation::sigmoid);
    }
}

TEST_CASE("best windows: the same bits for any threads, batches and sources; the best of all is bank_scan's")
{
    testing::small_data const data{61, 200, 2, 9};
    ex::paper_card const card{.length = 200, .units = 35, .outputs = 2, .hidden = 3};
    auto const rows = data.all_rows();
    ex::best_window_table first;
    for (int const threads : {1, 2, 3})
        for (std::size_t const batch : {1u, 7u, 512u}) {
            auto m =
                ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1}, ex::cpu<float>{ex::threads{threads}});
            random_model::stir(m);
            ex::reading const how{.both_strands = true, .batch = batch};
            auto const now = ex::best_windows(m, ex::part{data, rows}, how);
            if (first.windows.empty()) first = now;
            CHECK(now.windows == first.windows);
            CHECK(ex::best_windows(m, data.sequences, how).windows == first.windows);
        }
    auto m = ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1});
    random_model::stir(m);
    std::vector<ex::letter> letters(61 * 200);
    for (std::size_t n = 0; n < 61; ++n) data.letters_of(n, {letters.data() + n * 200, 200});
    CHECK(ex::best_windows(m, ex::view<ex::letter const, 2>{letters.data(), 61, 200}, {.both_strands = true})
              .windows == first.windows);
    auto const largest =
        ex::bank_scan<ex::cpu<float>>{m, {.both_strands = true}}.largest(ex::part{data, rows});
    for (ex::extent u = 0; u < 35; ++u) {
        double most = -std::numeric_limits<double>::infinity();
        for (ex::extent n = 0; n < 61; ++n) most = std::max(most, first(n, u).response);
        CHECK(most == largest[static_cast<std::size_t>(u)]);
    }
}

TEST_CASE("best windows: sequences of other lengths than the model's, batches that say where they stand")
{
    auto m = ex::make_paper_model<ex::cpu<float>>({.length = 40, .units = 3, .outputs = 1, .hidden = 2},
                                                  ex::seed{1});
    for (std::size_t const length : {19u, 20u, 333u, 65553u}) {
        testing::small_data const data{3, length, 1, length};
        auto const best = ex::best_windows(m, data.sequences, {.both_strands = true});
        for (auto const& w : best.windows) {
            CHECK(w.start >= 0);
            CHECK(static_cast<std::size_t>(w.start) + 19 <= length);
        }
    }
    testing::small_data const data{10, 60, 1, 2};
    std::vector<std::size_t> firsts;
    ex::best_window_scan<ex::cpu<float>> scan{m, {.batch = 4}};
    scan(data.sequences, [&](ex::best_window_table const& some) { firsts.push_back(some.first); });
    CHECK(firsts == std::vector<std::size_t>{0, 4, 8});
    CHECK(ex::best_windows(m, ex::packed_sequences{}).windows.empty());
}

TEST_CASE("best windows: what cannot be scanned is refused in a sentence")
{
    auto m = ex::make_paper_model<ex::reference<float>>({.length = 40, .units = 3, .outputs = 1, .hidden = 2},
                                                        ex::seed{1});
    testing::small_data const short_ones{2, 18, 1, 2}, long_ones{1, 65554, 1, 2};
    std::string const widths = "expected sequences of 19 to 65553 bases for filters of width 19, found ";
    CHECK_THROWS_WITH_AS(ex::best_windows(m, short_ones.sequences), (widths + "18").c_str(), ex::error);
    CHECK_THROWS_WITH_AS(ex::best_windows(m, long_ones.sequences), (widths + "65554").c_str(), ex::error);
    CHECK_THROWS_WITH_AS(ex::best_windows(m, short_ones.sequences, {.batch = 0}),
                         "expected batches of at least one sequence, found 0", ex::error);
    ex::packed_sequences mixed;
    mixed.append("a", std::string(40, 'A'));
    mixed.append("b", std::string(41, 'A'));
    CHECK_THROWS_WITH_AS(ex::best_windows(m, mixed),
                         "expected sequences of one length: a has 40 bases, b has 41", ex::error);
    std::vector<ex::letter> letters(80, ex::letter{0});
    letters[45] = 5;
    CHECK_THROWS_WITH_AS(ex::best_windows(m, ex::view<ex::letter const, 2>{letters.data(), 2, 40}),
                         "expected letters 0 to 4 (A, C, G, T, N), found 5 at base 6 of sequence 2",
                         ex::error);
    testing::small_data const data{4, 40, 1, 2};
    std::vector<std::uint32_t> const outside{0, 4};
    CHECK_THROWS_WITH_AS(ex::best_windows(m, ex::part{data, outside}), "expected rows below 4, found 4",
                         ex::error);
    CHECK_THROWS_AS(ex::best_windows(m, data.sequences, {}, 1), std::exception); // there is no bank 1
    using falls = ex::network<ex::dna<40>, ex::bank<2, ex::unit<ex::conv<5>, ex::gelu, ex::global_max_pool>>,
                              ex::linear_head<1>>;
    ex::model<falls, ex::reference<float>> other{ex::seed{1}};
    CHECK_THROWS_AS(ex::best_windows(other, data.sequences), ex::error);
}
