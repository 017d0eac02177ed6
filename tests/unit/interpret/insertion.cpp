#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/insertion.hpp>
#include <explainn/reference.hpp>

#include "small_models.hpp"

namespace ex = explainn;
using device = ex::reference<float>;

namespace {

std::vector<ex::letter> word(std::string const& text)
{
    std::vector<ex::letter> out;
    for (char const c : text) out.push_back(ex::letter_of(c));
    return out;
}
std::string text(std::span<ex::letter const> s)
{
    std::string out;
    for (ex::letter const x : s) out += ex::char_of(x);
    return out;
}

} // namespace

TEST_CASE("a dinucleotide shuffle keeps ends and pairs, and every such sequence comes equally often")
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    auto const pairs = [](std::string const& s) {
        std::map<std::string, int> n;
        for (std::size_t i = 0; i + 1 < s.size(); ++i) ++n[s.substr(i, 2)];
        return n;
    };
    std::string const given = "ACGTNACCGGTTANCAGTCAGGATTTACAGA";
    std::set<std::string> seen;
    for (int i = 0; i < 50; ++i) {
        auto const s = text(ex::dinucleotide_shuffle(word(given), draw));
        CHECK(s.front() == given.front());
        CHECK(s.back() == given.back());
        CHECK(pairs(s) == pairs(given));
        seen.insert(s);
    }
    CHECK(seen.size() > 40);
    // all sequences with the pairs of a short one, found by trying every order of its letters
    std::string const small = "ACAGACTAA";
    std::string middle = small;
    std::sort(middle.begin(), middle.end());
    std::map<std::string, int> all;
    do {
        if (middle.front() == small.front() && middle.back() == small.back() && pairs(middle) == pairs(small))
            all[middle] = 0;
    } while (std::next_permutation(middle.begin(), middle.end()));
    REQUIRE(all.size() > 5);
    int const draws = 20000;
    for (int i = 0; i < draws; ++i) {
        auto const s = text(ex::dinucleotide_shuffle(word(small), draw));
        REQUIRE(all.count(s) == 1);
        ++all[s];
    }
    double chi = 0;
    double const expected = static_cast<double>(draws) / static_cast<double>(all.size());
    for (auto const& [s, n] : all) chi += (n - expected) * (n - expected) / expected;
    CHECK(chi < static_cast<double>(all.size()) +
                    5 * std::sqrt(2 * static_cast<double>(all.size()))); // five standard deviations
    CHECK(text(ex::dinucleotide_shuffle(word("AC"), draw)) == "AC");
}

TEST_CASE("random letters come with their frequencies; none comes that has none")
{
    ex::random_numbers draw{ex::seed{2}, ex::stream::tests};
    auto const s = ex::random_letters(20000, {0.1, 0, 0.6, 0.3}, draw);
    std::array<double, 4> n{};
    for (ex::letter const x : s) ++n[x];
    CHECK(n[0] == doctest::Approx(2000).epsilon(0.1));
    CHECK(n[1] == 0);
    CHECK(n[2] == doctest::Approx(12000).epsilon(0.05));
    CHECK_THROWS_WITH(ex::random_letters(3, {0, 0, 0, 0}, draw),
                      "expected frequencies of bases that add up to more than 0");
}

TEST_CASE("cooperativity is that of inserting and predicting one by one, at all distances and orientations")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    auto const backgrounds = ex::random_backgrounds(3, 31, {0.25, 0.25, 0.25, 0.25}, ex::seed{4});
    auto const first = word("TGACT"), second = word("GGCA");
    auto const points = ex::cooperativity(m, first, second, backgrounds, {.how = {.both_strands = false}});
    auto const logit = [&](std::vector<ex::letter> const& s, int o) {
        return static_cast<double>(
            ex::explain(m, ex::view<ex::letter const, 2>{s.data(), 1, 31}, {.both_strands = false})
                .logit(0, o));
    };
    std::set<std::tuple<int, bool, bool>> places;
    for (auto const& p : points) {
        places.insert({p.distance, p.turned.first_reverse, p.turned.second_reverse});
        auto a = first, b = second;
        if (p.turned.first_reverse) ex::reverse_complement(a);
        if (p.turned.second_reverse) ex::reverse_complement(b);
        auto const put = [](std::vector<ex::letter> s, std::vector<ex::letter> const& w, ex::extent at) {
            std::copy(w.begin(), w.end(), s.begin() + at);
            return s;
        };
        for (int o = 0; o < 3; ++o) {
            std::vector<double> ratios, beyond;
            for (std::size_t i = 0; i < 3; ++i) {
                std::vector<ex::letter> const s(backgrounds[i].begin(), backgrounds[i].end());
                auto const with_a = put(s, a, 13), with_b = put(s, b, 13 + p.distance),
                           both = put(with_a, b, 13 + p.distance);
                double const sum = logit(with_a, o) + logit(with_b, o) - logit(s, o);
                ratios.push_back(logit(both, o) / sum);
                beyond.push_back(logit(both, o) - sum);
            }
            CHECK(p.ratio[static_cast<std::size_t>(o)] == doctest::Approx(ex::median(ratios)).epsilon(1e-4));
            CHECK(std::abs(p.beyond[static_cast<std::size_t>(o)] - ex::median(beyond)) < 1e-5);
        }
    }
    // places 0 to 27 of the second word, without those that overlap bases 13 to 17
    CHECK(points.size() == 4 * (28 - 8));
    CHECK(places.size() == points.size());
    CHECK_THROWS_WITH(ex::cooperativity(m, first, second, backgrounds, {.step = 0}),
                      "expected a step of 1 base and more, found 0");
    CHECK_THROWS_WITH(
        ex::cooperativity(m, std::vector<ex::letter>(32), second, backgrounds),
        "expected a word that fits into backgrounds of 31 bases, found one of 32 bases at base 0");
}

TEST_CASE("words that different units see are independent of each other; marginalisation by hand")
{
    // two units, one for AAAAAA and one for CCCCCC, each with its strongest cell alone: max over all windows,
    // no dense layer
    using plain =
        ex::network<ex::dna<40>, ex::bank<2, ex::unit<ex::conv<6>, ex::exponential, ex::max_pool<35, 35>>>,
                    ex::linear_head<1>>;
    ex::model<plain, device> m{ex::seed{1}};
    std::vector<float> filters(48, -1.f);
    for (std::size_t k = 0; k < 6; ++k) filters[k] = filters[24 + 6 + k] = 0.5f;
    m.set_values("linears.0.weight", filters);
    m.set_values("linears.0.bias", std::vector<float>{0, 0});
    m.set_values("final.weight", std::vector<float>{1, 2});
    m.set_values("final.bias", std::vector<float>{0});
    ex::background_sequences backgrounds{40, std::vector<ex::letter>(80, ex::letter{3})}; // T alone, twice
    auto const a = word("AAAAAA"), c = word("CCCCCC");
    double const peak = std::exp(3.0);
    auto const e = ex::marginalise(m, c, 10, backgrounds, {.both_strands = false});
    REQUIRE(e.with.size() == 2);
    CHECK(e.with[0] == doctest::Approx(2 * peak + std::exp(-6.0)).epsilon(1e-5));
    CHECK(e.medians[0] == doctest::Approx(2 * (peak - std::exp(-6.0))).epsilon(1e-5));
    for (auto const& p : ex::cooperativity(m, a, c, backgrounds, {.how = {.both_strands = false}}))
        if (!p.turned.first_reverse && !p.turned.second_reverse) CHECK(std::abs(p.beyond[0]) < 1e-4);
    // for a maximum, the same word twice has the effect of one
    for (auto const& p : ex::cooperativity(m, a, a, backgrounds, {.how = {.both_strands = false}}))
        if (!p.turned.first_reverse && !p.turned.second_reverse)
            CHECK(p.beyond[0] == doctest::Approx(-(peak - std::exp(-6.0))).epsilon(1e-4));
    CHECK_THROWS_WITH(
        ex::marginalise(m, c, 35, backgrounds),
        "expected a word that fits into backgrounds of 40 bases, found one of 6 bases at base 35");
}

TEST_CASE("backgrounds: the same by seed, others by number; shuffles need a sequence")
{
    auto const a = ex::random_backgrounds(5, 20, {0.25, 0.25, 0.25, 0.25}, ex::seed{1});
    auto const more = ex::random_backgrounds(7, 20, {0.25, 0.25, 0.25, 0.25}, ex::seed{1});
    CHECK(std::equal(a.letters.begin(), a.letters.end(), more.letters.begin()));
    CHECK(text(a[0]) != text(a[1]));
    CHECK(ex::shuffled_backgrounds(6, a, ex::seed{1}).size() == 6);
    CHECK_THROWS_WITH(ex::shuffled_backgrounds(6, {}, ex::seed{1}),
                      "expected sequences to shuffle into backgrounds, found none");
}
