// Groups of outputs from a table, and which units distinguish one group from another.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <explainn/interpret/output_groups.hpp>

#include "support/folder.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;

namespace {

std::vector<std::string> const outputs{"a", "b", "c"};

std::string refusal(std::string const& text)
{
    testing::folder const folder;
    auto const file = folder.write("groups.tsv", text);
    return testing::message_of([&] { ex::read_output_groups(file, outputs); });
}

} // namespace

TEST_CASE("groups stand in the order of the file, their outputs in that of the model")
{
    testing::folder const folder;
    auto const groups = ex::read_output_groups(
        folder.write("groups.tsv", "output\tgroup\r\nc\tlast\r\nb\tfirst\r\n\r\na\tlast\r\n"), outputs);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].name == "last");
    CHECK(groups[0].outputs == std::vector<ex::extent>{0, 2});
    CHECK(groups[1].outputs == std::vector<ex::extent>{1});
    CHECK(ex::other_outputs(groups[0].outputs, 3) == groups[1].outputs);
}

TEST_CASE("a table of groups that is none is refused with its line")
{
    CHECK(refusal("").find("expected at least one group of outputs, found none") != std::string::npos);
    CHECK(refusal("output\tgroup\n").find("expected at least one group") != std::string::npos);
    CHECK(refusal("a\tx\n").find("groups.tsv:1: expected the header") != std::string::npos);
    CHECK(refusal("output\tgroup\na\n").find("groups.tsv:2: expected an output and its group") !=
          std::string::npos);
    CHECK(refusal("output\tgroup\na\t\n").find("groups.tsv:2:") != std::string::npos);
    CHECK(refusal("output\tgroup\na\tx\tmore\n").find("groups.tsv:2:") != std::string::npos);
    CHECK(refusal("output\tgroup\nd\tx\n").find("groups.tsv:2: expected an output of the model") !=
          std::string::npos);
    CHECK(refusal("output\tgroup\na\tx\nb\ty\na\ty\n").find("'a' again, first at line 2") !=
          std::string::npos);
}

TEST_CASE("units are ordered by what their hits add here and not there, times how often they are hit")
{
    ex::model_insight seen;
    seen.importances = {4, 3, {1, 1, 0, /**/ 0, 3, 0, /**/ 2, 0, NAN, /**/ 5, 5, 5}};
    seen.sequences = {80, 10, 50, 0};
    std::vector<ex::extent> const here{0, 1}, there{2};
    auto const by_unit = ex::contrast_units(seen, here, there, 100);
    REQUIRE(by_unit.size() == 2); // units without a number for an output or without a hit are left out
    CHECK(by_unit[0].unit == 0);
    CHECK(by_unit[0].gain() == doctest::Approx(0.8));
    CHECK(by_unit[1].unit == 1);
    CHECK(by_unit[1].here == doctest::Approx(1.5));
    CHECK(by_unit[1].gain() == doctest::Approx(0.15));
    auto const turned = ex::contrast_units(seen, there, here, 100);
    CHECK(turned[0].unit == 1);
    CHECK(turned[0].gain() == doctest::Approx(-0.15));
    CHECK_THROWS_WITH_AS(ex::contrast_units(seen, here, {}, 100), doctest::Contains("on both sides"),
                         ex::error);
}
