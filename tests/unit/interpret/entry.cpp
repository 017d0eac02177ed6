// Calls with banks that do not exist, and with numbers that make no sense.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>

#include "small_data.hpp"

namespace ex = explainn;

namespace {
using device = ex::cpu<float>;
using unit = ex::unit<ex::conv<6>, ex::relu, ex::max_pool<7>, ex::dense<1>>;
using net = ex::network<ex::dna<31>, ex::bank<3, unit>, ex::bank<2, unit>, ex::linear_head<3>>;
} // namespace

TEST_CASE("a bank that the model does not have is refused, the last one is looked into")
{
    ex::model<net, device> m{ex::seed{1}};
    testing::small_data const data{20, 31, 3, 4};
    auto const rows = data.all_rows();
    ex::part const p{data, rows};
    std::string const sentence = "bank 2 is asked for (they count from 0), the model has 2";
    CHECK_THROWS_WITH_AS(ex::look_into(m, p, {}, 2), sentence.c_str(), ex::error);
    CHECK_THROWS_WITH_AS((ex::bank_scan<device>{m, {}, 2}), sentence.c_str(), ex::error);
    CHECK_THROWS_WITH_AS((ex::filter_bank<device>{m, 2}), sentence.c_str(), ex::error);
    CHECK_THROWS_WITH_AS(ex::head_weights(m, 2), sentence.c_str(), ex::error);
    CHECK_THROWS_WITH_AS(ex::head_weights(m, -1), "bank -1 is asked for (they count from 0), the model has 2",
                         ex::error);
    CHECK(ex::look_into(m, p, {}, 1).importances.values.size() == 2 * 3);
}
TEST_CASE("a share of hits that is no share is refused")
{
    ex::model<net, device> m{ex::seed{1}};
    CHECK_THROWS_WITH_AS((ex::bank_scan<device>{m, {.share = -0.5}}),
                         "expected a share of 0 and more of the largest activation, found -0.5", ex::error);
    CHECK_THROWS_AS((ex::bank_scan<device>{m, {.share = std::numeric_limits<double>::quiet_NaN()}}),
                    ex::error);
}
TEST_CASE("a scan goes on with a model that was moved")
{
    ex::model<net, device> m{ex::seed{1}};
    testing::small_data const data{20, 31, 3, 4};
    auto const rows = data.all_rows();
    auto const expected = ex::bank_scan<device>{m}(ex::part{data, rows});
    ex::bank_scan<device> scan{m};
    ex::model<net, device> const moved{std::move(m)};
    CHECK(scan(ex::part{data, rows}).counts == expected.counts);
}
TEST_CASE("letters that are not there are refused by the sentence of predict")
{
    ex::model<net, device> m{ex::seed{1}};
    std::vector<ex::letter> letters(3 * 31, ex::letter{1});
    using given = ex::view<ex::letter const, 2>;
    auto const refused_by_all = [&](given v, std::string const& sentence) {
        CHECK_THROWS_WITH_AS(m.predict(v), sentence.c_str(), ex::shape_error);
        CHECK_THROWS_WITH_AS(ex::best_windows(m, v), sentence.c_str(), ex::shape_error);
        CHECK_THROWS_WITH_AS(ex::explain(m, v), sentence.c_str(), ex::shape_error);
    };
    ex::letter const* const nowhere = nullptr;
    refused_by_all({nowhere, 3, 31}, "expected letters of some sequences, found no memory of letters");
    refused_by_all({letters.data(), -3, 31}, "expected letters of some sequences, found -3 sequences");
    refused_by_all({letters.data(), 3, -31},
                   "expected letters of some sequences, found sequences of -31 bases");
    CHECK(ex::best_windows(m, given{letters.data(), 3, 31}).sequences == 3);
    CHECK(ex::best_windows(m, given{nowhere, 0, 31}).sequences == 0);
}
TEST_CASE("predict and what looks into a model count sequences alike, from 1")
{
    ex::model<net, device> m{ex::seed{1}};
    std::vector<ex::letter> letters(3 * 31, ex::letter{1});
    letters[31 + 4] = 9;
    ex::view<ex::letter const, 2> const v{letters.data(), 3, 31};
    char const* const sentence = "expected letters 0 to 4 (A, C, G, T, N), found 9 at base 5 of sequence 2";
    CHECK_THROWS_WITH_AS(m.predict(v), sentence, ex::error);
    CHECK_THROWS_WITH_AS(ex::best_windows(m, v), sentence, ex::error);
    CHECK_THROWS_WITH_AS(ex::explain(m, v), sentence, ex::error);
}
