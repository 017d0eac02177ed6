// Names, shapes and counts of parameters, which must be the reference's.
#include <map>
#include <set>

#include <doctest/doctest.h>

#include <explainn/model/paper.hpp>
#include <explainn/model/parameters.hpp>
#include <explainn/model/rows.hpp>

namespace ex = explainn;

// the counts of the reference's modules
static_assert(ex::trained_parameters(
                  ex::paper_network<ex::paper{.length = 200, .units = 100, .outputs = 50}>::rows) == 313250);
static_assert(ex::trained_parameters(
                  ex::paper_network<ex::paper{.length = 251, .units = 300, .outputs = 81}>::rows) == 1158981);
static_assert(ex::trained_parameters(
                  ex::paper_network<ex::paper{.length = 600, .units = 400, .outputs = 12}>::rows) == 3517612);
static_assert(
    ex::trained_parameters(ex::paper_network<ex::paper{.length = 251, .units = 1492, .outputs = 81}>::rows) ==
    5763677);
static_assert(
    ex::trained_parameters(
        ex::paper_network<ex::paper{.length = 249, .units = 300, .outputs = 2, .width = 20}>::rows) ==
    1106402);

namespace {

std::set<std::string> names_of(ex::parameter_list const& all)
{
    std::set<std::string> names;
    for (auto const& p : all) names.emplace(p.name());
    return names;
}
std::string file_shape(ex::parameter const& p)
{
    std::string s;
    for (int d = 0; d < p.file_rank; ++d)
        s += (d ? "," : "") + std::to_string(p.file_sizes[static_cast<std::size_t>(d)]);
    return s;
}

} // namespace

TEST_CASE("the paper's network has the reference's names and shapes")
{
    ex::parameter_list const all{ex::paper_network<ex::paper{.outputs = 3}>::rows};
    std::map<std::string, std::string> const shapes{
        {"linears.0.weight", "100,4,19"},    {"linears.0.bias", "100"},
        {"linears.1.weight", "100"},         {"linears.1.bias", "100"},
        {"linears.1.running_mean", "100"},   {"linears.1.running_var", "100"},
        {"linears.6.weight", "10000,26,1"},  {"linears.6.bias", "10000"},
        {"linears.7.weight", "10000"},       {"linears.7.bias", "10000"},
        {"linears.7.running_mean", "10000"}, {"linears.7.running_var", "10000"},
        {"linears.10.weight", "100,100,1"},  {"linears.10.bias", "100"},
        {"linears.11.weight", "100"},        {"linears.11.bias", "100"},
        {"linears.11.running_mean", "100"},  {"linears.11.running_var", "100"},
        {"final.weight", "3,100"},           {"final.bias", "3"}};
    CHECK(all.size() == shapes.size());
    for (auto const& p : all) {
        std::string const name{p.name()};
        CAPTURE(name);
        REQUIRE(shapes.contains(name));
        CHECK(file_shape(p) == shapes.at(name));
    }
}
TEST_CASE("depths 0, 1 and 3 have the reference's names")
{
    ex::parameter_list const none{ex::paper_network<ex::paper{.num_fc = 0}>::rows};
    CHECK(names_of(none) == std::set<std::string>{"linears.0.weight", "linears.0.bias", "linears.1.weight",
                                                  "linears.1.bias", "linears.1.running_mean",
                                                  "linears.1.running_var", "final.weight", "final.bias"});
    ex::parameter_list const one{ex::paper_network<ex::paper{.num_fc = 1}>::rows};
    CHECK(names_of(one).contains("linears.6.weight"));
    CHECK(names_of(one).contains("linears.7.running_var"));
    CHECK(one.size() == 14);
    ex::parameter_list const four{ex::paper_network<ex::paper{.num_fc = 4}>::rows};
    for (char const* name : {"linears.6.weight", "linears.7.bias", "linears_bg.0.1.weight",
                             "linears_bg.0.2.running_mean", "linears_bg.1.1.bias", "linears_bg.1.2.weight",
                             "last_linear.1.weight", "last_linear.2.running_var"}) {
        CAPTURE(name);
        CHECK(names_of(four).contains(name));
    }
    CHECK(four.size() == 8 + 4 * 6);
}
TEST_CASE("names do not change where dropout is off")
{
    ex::parameter_list const with{ex::paper_network<ex::paper{.num_fc = 3}>::rows};
    ex::parameter_list const without{
        ex::paper_network<ex::paper{.num_fc = 3, .dropout = ex::percent{0}}>::rows};
    CHECK(names_of(with) == names_of(without));
}
TEST_CASE("tensors lie one after the other, aligned, and none overlaps")
{
    ex::parameter_list const all{ex::paper_network<ex::paper{.length = 50, .units = 7, .outputs = 3}>::rows};
    std::size_t end = 0;
    for (auto const& p : all) {
        CHECK(p.offset >= end);
        CHECK(p.offset % ex::parameter_alignment == 0);
        end = p.offset + p.count;
    }
    CHECK(end <= all.total());
    CHECK(all.find("linears.2.weight") == nullptr);
    CHECK_THROWS_WITH_AS(all["linears.2.weight"], "no parameter is called linears.2.weight", ex::error);
}
TEST_CASE("the tensors of several banks are told apart")
{
    using namespace explainn;
    using net = network<dna<40>, bank<3, unit<conv<7>, batch_norm, relu, global_max_pool>>,
                        bank<2, unit<conv<5>, relu, global_max_pool>>, linear_head<2>>;
    parameter_list const all{net::rows};
    CHECK(names_of(all).contains("banks.0.linears.1.weight"));
    CHECK(names_of(all).contains("banks.1.linears.0.bias"));
    CHECK(all["final.weight"].count == 10);
    CHECK(all.of(1, 0)->name() == "banks.0.linears.1.weight");
    CHECK(all.of(2, 0) == nullptr);
}
TEST_CASE("the list of a dynamic network is that of the static one")
{
    using fixed = ex::paper_network<ex::paper{.length = 60, .units = 5, .outputs = 4, .num_fc = 3}>;
    ex::parameter_list const a{fixed::rows};
    ex::sizes given{.length = 60, .units = {5}, .outputs = 4};
    given.width = 19, given.pool = given.stride = 7, given.hidden = 100, given.dropout = 30;
    ex::parameter_list const b{ex::dynamic_paper_network<3>::resolve(given)};
    REQUIRE(a.size() == b.size());
    auto other = b.begin();
    for (auto const& p : a) {
        auto const& q = *other++;
        CHECK(p.name() == q.name());
        CHECK(p.offset == q.offset);
        CHECK(p.count == q.count);
        CHECK(p.file_sizes == q.file_sizes);
        CHECK(p.trained == q.trained);
        CHECK(p.fan_in == q.fan_in);
    }
    CHECK(a.total() == b.total());
}
