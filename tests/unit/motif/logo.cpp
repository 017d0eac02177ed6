// Logos by their structure: which letters, in which order, how high.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <explainn/motif/logo.hpp>

namespace ex = explainn;

namespace {

struct drawn {
    char letter;
    double y, width, height;
};

double attribute(std::string const& tag, std::string const& name)
{
    auto const at = tag.find(" " + name + "=\"");
    REQUIRE(at != tag.npos);
    return std::stod(tag.substr(at + name.size() + 3));
}

// the letters and heights of every column of an SVG, from its <use> elements
std::vector<std::vector<drawn>> columns_drawn(std::string const& svg)
{
    std::vector<std::vector<drawn>> out;
    for (std::size_t at = 0; (at = svg.find("<g transform=\"translate(", at)) != svg.npos;) {
        std::size_t const end = svg.find("</g>", at);
        out.emplace_back();
        while ((at = svg.find("<use href=\"#", at)) < end) {
            std::string const tag = svg.substr(at, svg.find("/>", at) - at);
            out.back().push_back({tag[tag.find("\" ") - 1], attribute(tag, "y"), attribute(tag, "width"),
                                  attribute(tag, "height")});
            ++at;
        }
        at = end;
    }
    return out;
}

std::size_t count(std::string const& svg, std::string const& what)
{
    std::size_t n = 0;
    for (std::size_t at = 0; (at = svg.find(what, at)) != svg.npos; ++at) ++n;
    return n;
}

// whether every element that is opened is closed, in order
bool well_formed(std::string const& svg)
{
    std::vector<std::string> open;
    for (std::size_t at = 0; (at = svg.find('<', at)) != svg.npos;) {
        std::size_t const end = svg.find('>', at);
        if (end == svg.npos) return false;
        std::string const tag = svg.substr(at + 1, end - at - 1);
        std::string const name = tag.substr(0, tag.find(' '));
        if (count(tag, "\"") % 2 != 0 || tag.find('<') != tag.npos) return false;
        if (tag.front() == '/') {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(name);
        }
        at = end;
    }
    return open.empty();
}

ex::motif const example{
    "m", "", ex::ppm{{{0.7, 0.1, 0.15, 0.05}, {0, 0, 0.5, 0.5}, {0.25, 0.25, 0.25, 0.25}, {0, 1, 0, 0}}}, 10};

} // namespace

TEST_CASE("a logo stacks the letters by probability, their heights shares of the information")
{
    std::string const svg = ex::motif_logo(example, {.style = {.height = 100}});
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
    CHECK(svg.ends_with("</svg>"));
    CHECK(well_formed(svg));
    auto const columns = columns_drawn(svg);
    REQUIRE(columns.size() == 4);
    std::string letters;
    for (drawn const& d : columns[0]) letters += d.letter;
    CHECK(letters == "TCGA"); // the most probable is drawn last and on top
    double const bits = ex::information(example.probabilities.columns[0]);
    double y = 106; // the base line: 6 above, 100 high
    for (drawn const& d : columns[0]) {
        double const p = example.probabilities.columns[0][ex::letter_of(d.letter)];
        CHECK(d.height == doctest::Approx(100 * p * bits / 2).epsilon(0.01));
        CHECK(d.y + d.height == doctest::Approx(y).epsilon(0.001));
        CHECK(d.width == doctest::Approx(18.4));
        y = d.y;
    }
    REQUIRE(columns[1].size() == 2);
    CHECK(columns[1][0].letter == 'G');
    CHECK(columns[1][1].letter == 'T');
    CHECK(columns[1][0].height == doctest::Approx(25));
    CHECK(columns[2].empty()); // no information, no letters
    REQUIRE(columns[3].size() == 1);
    CHECK(columns[3][0].height == doctest::Approx(100));
    CHECK(columns[3][0].y == doctest::Approx(6));
}

TEST_CASE("few sites make a logo lower by the small-sample correction")
{
    auto const columns = columns_drawn(ex::motif_logo(example, {.small_sample_correction = true}));
    double const less = 3 / (2 * std::log(2.0) * 10);
    CHECK(columns[3][0].height == doctest::Approx(100 * (2 - less) / 2).epsilon(0.001));
    ex::motif unknown = example;
    unknown.sites = 0;
    CHECK(columns_drawn(ex::motif_logo(unknown, {.small_sample_correction = true}))[3][0].height == 100);
}

TEST_CASE("a probability logo fills every column")
{
    for (auto const& column :
         columns_drawn(ex::motif_logo(example, {.scale = ex::logo_scale::probability}))) {
        double sum = 0;
        for (drawn const& d : column) sum += d.height;
        CHECK(sum == doctest::Approx(100).epsilon(0.001));
    }
}

TEST_CASE("forward and reverse stand side by side")
{
    std::string const svg = ex::motif_logo(example, {.both_strands = true});
    CHECK(well_formed(svg));
    auto const columns = columns_drawn(svg);
    REQUIRE(columns.size() == 8);
    for (std::size_t i = 0; i < 4; ++i) {
        REQUIRE(columns[7 - i].size() == columns[i].size());
        if (columns[i].empty()) continue;
        drawn const& a = columns[i].back();
        drawn const& b = columns[7 - i].back();
        CHECK(a.height == b.height);
        if (columns[i].size() != 2) // G and T of equal height become A and C
            CHECK(ex::complement(ex::letter_of(a.letter)) == ex::letter_of(b.letter));
    }
    CHECK(svg.find(">reverse complement</text>") != svg.npos);
}

TEST_CASE("every column has a tooltip with its numbers")
{
    std::string const svg = ex::motif_logo(example);
    CHECK(svg.find("<title>1: A 0.7 C 0.1 G 0.15 T 0.05, 0.681 bits</title>") != svg.npos);
    CHECK(svg.find("<title>4: A 0 C 1 G 0 T 0, 2 bits</title>") != svg.npos);
    CHECK(count(svg, "<title>") == 4);
}

TEST_CASE("weights are stacked on their side of the line, the greatest furthest away")
{
    std::string const svg = ex::weight_logo({{1, 0.5, -0.25, -2}, {0, 0, 0, 0}}, {.height = 350});
    CHECK(well_formed(svg));
    auto const columns = columns_drawn(svg);
    REQUIRE(columns.size() == 2);
    CHECK(columns[1].empty());
    double const line = 6 + 350 * 1.5 / 3.75;
    double const unit = 350 / 3.75;
    std::map<char, drawn> by;
    for (drawn const& d : columns[0]) by.emplace(d.letter, d);
    REQUIRE(by.size() == 4);
    CHECK(by.at('C').y == doctest::Approx(line - 0.5 * unit).epsilon(1e-3));
    CHECK(by.at('A').y == doctest::Approx(line - 1.5 * unit).epsilon(1e-3));
    CHECK(by.at('A').height == doctest::Approx(unit).epsilon(1e-3));
    CHECK(by.at('G').y == doctest::Approx(line).epsilon(1e-3));
    CHECK(by.at('T').y == doctest::Approx(line + 0.25 * unit).epsilon(1e-3));
    CHECK(by.at('T').height == doctest::Approx(2 * unit).epsilon(1e-3));
}

TEST_CASE("contributions draw the letters of the sequence, N blank")
{
    std::vector<float> const values{0.5f, -1.0f, 3.0f, 0.25f};
    std::string const svg = ex::contribution_logo("aCNt", values);
    auto const columns = columns_drawn(svg);
    REQUIRE(columns.size() == 4);
    REQUIRE(columns[0].size() == 1);
    CHECK(columns[0][0].letter == 'A');
    CHECK(columns[1][0].letter == 'C');
    CHECK(columns[2].empty());
    CHECK(columns[3][0].letter == 'T');
    CHECK(columns[1][0].height == doctest::Approx(4 * columns[3][0].height).epsilon(0.001));
    CHECK(columns[1][0].y == doctest::Approx(columns[0][0].y + columns[0][0].height).epsilon(0.001));
    CHECK(svg.find("<title>2: C -1</title>") != svg.npos);
}

TEST_CASE("themes: the page's colours, or a ground of its own")
{
    std::string const page = ex::motif_logo(example);
    CHECK(page.find("currentColor") != page.npos);
    CHECK(count(page, "fill:var(--logo-") == 4);
    CHECK(count(page, "<rect") == 0);
    for (ex::logo_theme const theme : {ex::logo_theme::light, ex::logo_theme::dark}) {
        std::string const svg = ex::motif_logo(example, {.style = {.theme = theme}});
        CHECK(count(svg, "<rect") == 1);
        CHECK(count(svg, "var(") == 0);
        CHECK(well_formed(svg));
    }
    std::string const dark = ex::motif_logo(example, {.style = {.theme = ex::logo_theme::dark}});
    CHECK(dark.find("#14161a") != dark.npos);
    // letters of another colour have another id, so that one page can hold both
    CHECK(page.find("\"logo-A\"") != page.npos);
    CHECK(dark.find("\"logo-dark-A\"") != dark.npos);
    CHECK(columns_drawn(dark)[0].back().letter == 'A');
}

TEST_CASE("letters are outlines, defined once, under ids of the user's choice")
{
    std::string const svg = ex::motif_logo(example, {.style = {.ids = "ctcf"}});
    for (char const* id : {"ctcf-A", "ctcf-C", "ctcf-G", "ctcf-T"}) {
        CHECK(count(svg, "<symbol id=\"" + std::string{id} + "\"") == 1);
        CHECK(count(svg, "href=\"#" + std::string{id} + "\"") >= 1);
    }
    // letters are drawn as outlines only: the text holds numbers and words of the axes
    CHECK(count(svg, ">A</text>") + count(svg, ">C</text>") + count(svg, ">G</text>") +
              count(svg, ">T</text>") ==
          0);
}

TEST_CASE("titles cannot break the markup")
{
    std::string const svg =
        ex::motif_logo(example, {.style = {.title = "<b>\"CTCF\" & co\n\xFF \xCE\xB2", .ids = "a\"b"}});
    CHECK(well_formed(svg));
    CHECK(svg.find("<title>&lt;b&gt;&quot;CTCF&quot; &amp; co ? \xCE\xB2</title>") != svg.npos);
}

TEST_CASE("a logo is a few kB")
{
    ex::motif m;
    for (std::size_t i = 0; i < 19; ++i) m.probabilities.columns.push_back({0.4, 0.3, 0.2, 0.1});
    CHECK(ex::motif_logo(m).size() < 10'000);
    CHECK(ex::motif_logo(m, {.both_strands = true}).size() < 20'000);
}

TEST_CASE("what cannot be drawn is refused")
{
    CHECK_THROWS_AS(ex::motif_logo(ex::motif{}), ex::error);
    CHECK_THROWS_AS(ex::motif_logo(example, {.style = {.column_width = 0}}), ex::error);
    CHECK_THROWS_AS(ex::motif_logo(example, {.style = {.height = NAN}}), ex::error);
    CHECK_THROWS_AS(ex::weight_logo({}), ex::error);
    CHECK_THROWS_AS(ex::weight_logo({{NAN, 0, 0, 0}}), ex::error);
    CHECK_THROWS_AS(ex::weight_logo({{1e308, 1e308, 0, 0}}), ex::error);
    CHECK_NOTHROW(ex::weight_logo({{0, 0, 0, 0}}));
    CHECK_NOTHROW(ex::weight_logo({{1e-320, 0, 0, 0}}));
    CHECK_NOTHROW(ex::weight_logo({{8e307, -8e307, 0, 0}}));
    std::vector<float> const two{1, 2};
    CHECK_THROWS_AS(ex::contribution_logo("ACG", two), ex::error);
    CHECK_THROWS_AS(ex::contribution_logo("A!", two), ex::error);
}
