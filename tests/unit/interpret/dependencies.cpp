// Dependency maps and designs, compared with the model run on every mutant.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/dependencies.hpp>
#include <explainn/interpret/design.hpp>
#include <explainn/model/paper_card.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"

namespace ex = explainn;

namespace {

template <class Model>
std::vector<double> logits_of(Model& m, std::vector<ex::letter> const& letters, bool both)
{
    return m.predict({letters.data(), 1, static_cast<ex::extent>(letters.size())}, ex::strands_read{both});
}

std::vector<ex::letter> letters_of(testing::small_data const& data, std::size_t row)
{
    std::vector<ex::letter> letters(data.length());
    data.letters_of(row, letters);
    return letters;
}

// The same random numbers in float and in double; filters as large as trained ones.
struct two_models {
    ex::basic_model<ex::reference<double>> slow;
    ex::basic_model<ex::cpu<float>> fast;
    explicit two_models(ex::paper_card const& card)
        : slow{ex::make_paper_model<ex::reference<double>>(card, ex::seed{3})},
          fast{ex::make_paper_model<ex::cpu<float>>(card, ex::seed{3})}
    {
        random_model::stir(fast);
        auto filters = fast.values("linears.0.weight");
        for (float& x : filters) x *= 3;
        fast.set_values("linears.0.weight", filters);
        for (auto const& p : fast.parameters()) {
            auto const values = fast.values(p.name());
            slow.set_values(p.name(), std::vector<double>(values.begin(), values.end()));
        }
    }
};

} // namespace

TEST_CASE("dependency maps are those of every pair of substitutions, run one by one")
{
    testing::small_data const data{2, 32, 1, 2};
    for (int const num_fc : {0, 1, 2})
        for (bool const both : {false, true}) {
            two_models m{{.length = 32,
                          .units = 5,
                          .outputs = 2,
                          .width = 7,
                          .num_fc = num_fc,
                          .pool = 4,
                          .stride = 3,
                          .hidden = 6}};
            CAPTURE(num_fc);
            CAPTURE(both);
            auto const x = letters_of(data, 0); // with N
            auto const map = ex::dependencies(m.fast, x, {.both_strands = both, .first = 3, .last = 29});
            CHECK(map.positions == 26);
            CHECK(map.letters == std::vector<ex::letter>(x.begin() + 3, x.begin() + 29));
            double worst = 0, largest = 0;
            auto const changed = [&](std::vector<ex::letter> s, ex::extent i, ex::letter a) {
                s[static_cast<std::size_t>(i)] = a;
                return s;
            };
            auto const none = logits_of(m.slow, x, both);
            for (ex::extent i = 3; i < 29; i += 5)
                for (ex::extent k = 3; k < 29; ++k)
                    for (ex::letter a = 0; a < 4; ++a)
                        for (ex::letter b = 0; b < 4; ++b) {
                            auto const one = logits_of(m.slow, changed(x, i, a), both),
                                       other = logits_of(m.slow, changed(x, k, b), both),
                                       pair = logits_of(m.slow, changed(changed(x, i, a), k, b), both);
                            for (ex::extent o = 0; o < 2; ++o) {
                                auto const at = static_cast<std::size_t>(o);
                                double expected = pair[at] - one[at] - other[at] + none[at];
                                if (i == k) expected = 0;
                                auto const found = static_cast<double>(map.interaction(i, a, k, b, o));
                                worst = std::max(worst, std::abs(found - expected));
                                largest = std::max(largest, std::abs(none[at]));
                                CHECK(map.interaction(k, b, i, a, o) == map.interaction(i, a, k, b, o));
                            }
                        }
            CHECK(worst <= 1e-5 * largest);
            float most = 0;
            for (ex::letter a = 0; a < 4; ++a)
                for (ex::letter b = 0; b < 4; ++b)
                    most = std::max(most, std::abs(map.interaction(8, a, 12, b, 1)));
            CHECK(std::abs(map.strongest(8, 12, 1)) == most);
        }
}

TEST_CASE("a design goes up by the best substitution of each step, as runs of every mutant find it")
{
    testing::small_data const data{2, 40, 1, 2};
    two_models m{{.length = 40, .units = 9, .outputs = 2, .width = 7, .pool = 4, .stride = 4, .hidden = 6}};
    auto const x = letters_of(data, 1);
    ex::design_options how{.goal = {1, -1}, .changes = 5, .fixed = std::vector<char>(40)};
    for (std::size_t i = 10; i < 20; ++i) how.fixed[i] = 1;
    auto const best = ex::design(m.fast, x, how);
    REQUIRE(best.size() == 1);
    CHECK(best[0].goal > best[0].before);
    auto now = x;
    std::vector<char> taken = how.fixed;
    auto const goal = [&](std::vector<ex::letter> const& s) {
        auto const y = logits_of(m.slow, s, false);
        return y[0] - y[1];
    };
    CHECK(best[0].before == doctest::Approx(goal(x)).epsilon(1e-5));
    for (auto const& step : best[0].steps) {
        double most = -INFINITY;
        for (std::size_t i = 0; i < 40; ++i)
            for (ex::letter a = 0; a < 4; ++a) {
                auto s = now;
                s[i] = a;
                if (!taken[i] && a != now[i]) most = std::max(most, goal(s));
            }
        auto const i = static_cast<std::size_t>(step.position);
        CHECK(!taken[i]);
        CHECK(step.from == now[i]);
        now[i] = step.to;
        taken[i] = 1;
        CHECK(step.goal == doctest::Approx(goal(now)).epsilon(1e-5));
        CHECK(step.goal == doctest::Approx(most).epsilon(1e-5));
    }
    CHECK(now == best[0].letters);
    CHECK(best[0].steps.size() <= 5);
    CHECK(best[0].logits.size() == 2);
    CHECK(best[0].logits[0] - best[0].logits[1] == doctest::Approx(best[0].goal));
}

TEST_CASE("a beam finds no worse designs than greed, gives different ones, and ends where nothing is better")
{
    testing::small_data const data{2, 40, 1, 2};
    two_models m{{.length = 40, .units = 9, .outputs = 1, .width = 7, .pool = 4, .stride = 4, .hidden = 6}};
    auto const x = letters_of(data, 1);
    auto const greedy = ex::design(m.fast, x, {.goal = {1}, .changes = 4});
    auto const wide = ex::design(m.fast, x, {.goal = {1}, .changes = 4, .beam = 8});
    CHECK(wide.size() == 8);
    CHECK(wide[0].goal >= greedy[0].goal);
    for (std::size_t i = 1; i < wide.size(); ++i) {
        CHECK(wide[i - 1].goal >= wide[i].goal);
        for (std::size_t k = 0; k < i; ++k) CHECK(wide[i].letters != wide[k].letters);
    }
    // where nothing may change, the sequence itself is the best
    auto const fixed = ex::design(m.fast, x, {.goal = {1}, .fixed = std::vector<char>(40, 1)});
    REQUIRE(fixed.size() == 1);
    CHECK(fixed[0].letters == x);
    CHECK(fixed[0].steps.empty());
    CHECK(fixed[0].goal == fixed[0].before);
}

TEST_CASE("designs and dependency maps refuse what cannot be, in a sentence")
{
    two_models m{{.length = 40, .units = 3, .outputs = 2, .width = 7, .pool = 4, .stride = 4, .hidden = 3}};
    std::vector<ex::letter> const x(40), longer(41);
    CHECK_THROWS_WITH_AS(ex::design(m.fast, x, {.goal = {1}}),
                         "expected a goal of 2 numbers, one for each output, found 1", ex::error);
    CHECK_THROWS_WITH_AS(ex::design(m.fast, x, {.goal = {0, 0}}),
                         "expected a goal for some output, found zeros", ex::error);
    CHECK_THROWS_WITH_AS(ex::design(m.fast, x, {.goal = {1, 0}, .fixed = {1}}),
                         "expected fixed positions for 40 bases, found 1", ex::error);
    CHECK_THROWS_WITH_AS(ex::design(m.fast, x, {.goal = {1, 0}, .changes = 0}),
                         "expected a beam and changes of at least 1, found 1 and 0", ex::error);
    CHECK_THROWS_WITH_AS(ex::design(m.fast, longer, {.goal = {1, 0}}),
                         "expected sequences of 40 bases as the model, found 41", ex::shape_error);
    CHECK_THROWS_WITH_AS(ex::dependencies(m.fast, longer),
                         "expected sequences of 40 bases as the model, found 41", ex::shape_error);
    CHECK_THROWS_WITH_AS(ex::dependencies(m.fast, x, {.first = 5, .last = 5}),
                         "expected positions within the 40 of a sequence, found 5 to 5", ex::error);
}
