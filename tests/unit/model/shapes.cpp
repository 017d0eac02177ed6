// Shapes, at compile time and at run time, and the sentences where they do not fit.
#include <doctest/doctest.h>

#include <explainn/model/paper.hpp>
#include <explainn/model/rows.hpp>

namespace ex = explainn;
using namespace explainn;

using fixed = paper_network<paper{.length = 200, .units = 100, .outputs = 50}>;
static_assert(fixed::is_static);
static_assert(fixed::rows.layers[3].out.positions == 26);
static_assert(fixed::rows.features == 100);
static_assert(paper_network<paper{.length = 40}>::rows.layers[3].out.positions == 3);
static_assert(paper_network<paper{.length = 251}>::rows.layers[3].out.positions == 33);
static_assert(paper_network<paper{.length = 600}>::rows.layers[3].out.positions == 83);
static_assert(paper_network<paper{.length = 249, .width = 20}>::rows.layers[3].out.positions == 32);
static_assert(!dynamic_paper_network<2>::is_static);

namespace {

sizes paper_sizes(extent length, extent units, extent outputs)
{
    sizes s{.length = length, .units = {units}, .outputs = outputs};
    s.width = 19, s.pool = s.stride = 7, s.hidden = 100, s.dropout = 30;
    return s;
}

} // namespace

TEST_CASE("a dynamic network has the rows of the static one")
{
    network_rows const a{fixed::resolve()};
    network_rows const b{dynamic_paper_network<2>::resolve(paper_sizes(200, 100, 50))};
    CHECK(a.length == b.length);
    CHECK(a.features == b.features);
    CHECK(a.outputs == b.outputs);
    REQUIRE(a.layers.size() == b.layers.size());
    for (int i = 0; i < static_cast<int>(a.layers.size()); ++i) {
        CAPTURE(i);
        auto const& p = a.layer(i);
        auto const& q = b.layer(i);
        CHECK(p.what == q.what);
        CHECK(p.in == q.in);
        CHECK(p.out == q.out);
        CHECK(p.given == q.given);
        CHECK(p.act == q.act);
        CHECK(p.epsilon == q.epsilon);
    }
    CHECK(a.banks[0].units == b.banks[0].units);
}
TEST_CASE("what does not fit at run time is said in the compiler's words")
{
    auto given = paper_sizes(24, 5, 1);
    CHECK_THROWS_WITH_AS(dynamic_paper_network<2>::resolve(given),
                         "in bank 1, at layer 4: max_pool<7, 7> needs at least 7 positions, but gets 6",
                         shape_error);
    given.length = 18;
    CHECK_THROWS_WITH_AS(dynamic_paper_network<2>::resolve(given),
                         "in bank 1, at layer 1: conv<19> needs at least 19 positions, but gets 18",
                         shape_error);
    CHECK_THROWS_WITH_AS(dynamic_paper_network<2>::resolve(paper_sizes(200, 0, 1)),
                         "in bank 1: bank<0> needs at least 1 copy, but gets 0", shape_error);
    CHECK_THROWS_WITH_AS(dynamic_paper_network<2>::resolve(paper_sizes(200, 5, 0)),
                         "linear_head<0> needs at least 1 output, but gets 0", shape_error);
    CHECK_THROWS_WITH_AS(dynamic_paper_network<2>::resolve(paper_sizes(0, 5, 1)),
                         "dna<0> needs at least 1 base, but gets 0", shape_error);
    auto rate = paper_sizes(200, 5, 1);
    rate.dropout = 100;
    CHECK_THROWS_WITH_AS(dynamic_paper_network<2>::resolve(rate),
                         "in bank 1, at layer 8: dropout<100> needs at most 99 percent, but gets 100",
                         shape_error);
}
TEST_CASE("a dynamic network asks for the numbers it was not given")
{
    sizes given = paper_sizes(200, 5, 1);
    given.outputs = dynamic;
    CHECK_THROWS_AS(dynamic_paper_network<2>::resolve(given), shape_error);
    given = paper_sizes(200, 5, 1);
    given.hidden = dynamic;
    CHECK_THROWS_AS(dynamic_paper_network<2>::resolve(given), shape_error);
    given = paper_sizes(200, dynamic, 1);
    CHECK_THROWS_AS(dynamic_paper_network<2>::resolve(given), shape_error);
}
TEST_CASE("the second bank is named in its own refusals")
{
    using two = network<dna<dynamic>, bank<2, unit<conv<5>, relu, max_pool<3>>>,
                        bank<2, unit<conv<11>, relu, max_pool<3>>>, linear_head<1>>;
    CHECK_THROWS_WITH_AS(two::resolve({.length = 9}),
                         "in bank 2, at layer 1: conv<11> needs at least 11 positions, but gets 9",
                         shape_error);
    network_rows const rows{two::resolve({.length = 20})};
    CHECK(rows.features == 2 * 5 + 2 * 3);
}
