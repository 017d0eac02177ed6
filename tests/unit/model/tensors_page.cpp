// docs/tensors.md is true: every tensor that is written is in its tables, with its shape and its initial
// values.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <explainn/layers/layers.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/reference.hpp>

namespace ex = explainn;
using device = ex::reference<float>;

namespace {

using row = std::vector<std::string>;

std::string trimmed(std::string const& s)
{
    auto const first = s.find_first_not_of(" `"), last = s.find_last_not_of(" `");
    return first == std::string::npos ? "" : s.substr(first, last - first + 1);
}

// The rows of the table whose header begins with these two words.
std::vector<row> table_of(std::string const& first, std::string const& second)
{
    std::ifstream page{std::string{EXPLAINN_EXAMPLE_DATA} + "/../../docs/tensors.md"};
    REQUIRE(page.good());
    std::vector<row> rows;
    bool within = false;
    for (std::string line; std::getline(page, line);) {
        if (line.empty() || line[0] != '|') {
            within = false;
            continue;
        }
        row cells;
        std::stringstream cut{line.substr(1)};
        for (std::string cell; std::getline(cut, cell, '|');) cells.push_back(trimmed(cell));
        if (cells[0] == first && cells[1] == second) within = true;
        else if (within && cells[0].find_first_not_of('-') != std::string::npos) rows.push_back(cells);
    }
    REQUIRE(!rows.empty());
    return rows;
}

// "U H" with U = 11 and H = 13 is 143
std::size_t product(std::string const& words, std::map<std::string, std::size_t> const& letters)
{
    std::size_t n = 1;
    std::stringstream each{words};
    for (std::string word; each >> word;) n *= letters.contains(word) ? letters.at(word) : std::stoul(word);
    return n;
}
std::vector<std::int64_t> shape_of(std::string const& cell, std::map<std::string, std::size_t> const& letters)
{
    REQUIRE(cell.front() == '(');
    REQUIRE(cell.back() == ')');
    std::vector<std::int64_t> sizes;
    std::stringstream each{cell.substr(1, cell.size() - 2)};
    for (std::string part; std::getline(each, part, ',');)
        sizes.push_back(static_cast<std::int64_t>(product(part, letters)));
    return sizes;
}

void check_beginning(std::string const& cell, std::vector<float> const& values,
                     std::map<std::string, std::size_t> const& letters)
{
    std::string const within = "within 1 / sqrt(";
    if (cell.starts_with(within)) {
        auto const inside = cell.substr(within.size(), cell.size() - within.size() - 1);
        double const bound = 1 / std::sqrt(static_cast<double>(product(inside, letters)));
        double most = 0;
        for (float const x : values) most = std::max(most, std::abs(static_cast<double>(x)));
        CHECK(most <= bound * (1 + 1e-6));
        if (values.size() > 8) CHECK(most > bound / 2); // and the values are not all within half the bound
    } else {
        for (float const x : values) CHECK(x == std::stof(cell));
    }
}

bool is_counter(std::string const& name) { return name.ends_with("num_batches_tracked"); }

// Compares a row's shape, whether it is trained and its initial values with a tensor of the model.
void check_row(ex::basic_model<device>& m, ex::tensor_table const& file, std::string const& name,
               std::string const& shape, std::string const& trained, std::string const& begins,
               std::map<std::string, std::size_t> const& letters)
{
    CAPTURE(name);
    REQUIRE(file.contains(name));
    CHECK(file.at(name).shape == shape_of(shape, letters));
    CHECK(trained == (m.parameters()[name].trained ? "yes" : "no"));
    check_beginning(begins, m.values(name), letters);
}

} // namespace

TEST_CASE("the page of tensors: every tensor of the paper's networks, and no other")
{
    auto const rows = table_of("tensor", "num_fc");
    for (int depth = 0; depth <= 5; ++depth) {
        CAPTURE(depth);
        ex::paper_card const card{
            .length = 60, .units = 11, .outputs = 3, .width = 9, .num_fc = depth, .hidden = 13};
        auto m = ex::make_paper_model<device>(card, ex::seed{1});
        std::map<std::string, std::size_t> const letters{
            {"U", 11}, {"W", 9}, {"H", 13}, {"O", 3}, {"P", (60 - 9 + 1 - 7) / 7 + 1}};
        auto const file = ex::tensors_of(m);
        std::size_t seen = 0, counters = 0;
        for (auto const& cells : rows) {
            int const from = std::stoi(cells[1]);
            if (cells[1].ends_with("and more") ? depth < from : depth != from) continue;
            auto const open = cells[0].find(".I.");
            for (int i = 0; i < (open == std::string::npos ? 1 : depth - 2); ++i) {
                std::string name = cells[0];
                if (open != std::string::npos) name.replace(open + 1, 1, std::to_string(i));
                check_row(m, file, name, cells[2], cells[3], cells[4], letters);
                ++seen;
                if (!name.ends_with("running_mean")) continue;
                auto const counter = name.substr(0, name.size() - 12) + "num_batches_tracked";
                REQUIRE(file.contains(counter));
                CHECK(file.at(counter).type == ex::dtype::i64);
                CHECK(file.at(counter).shape.empty());
            }
        }
        std::size_t all = 0;
        for (auto const& t : file) (is_counter(t.name) ? counters : all) += 1;
        CHECK(seen == all);
        CHECK(seen == m.parameters().size());
        CHECK(counters > 0);
    }
}

TEST_CASE("the page of tensors: layers of other networks, names of several banks")
{
    using net = ex::network<
        ex::dna<30>,
        ex::bank<2, ex::unit<ex::conv<5, 3>, ex::batch_norm, ex::layer_norm, ex::gelu, ex::dense<6>>>,
        ex::bank<4, ex::unit<ex::conv<7>, ex::exponential, ex::global_max_pool>>,
        ex::bank<2, ex::unit<ex::conv<5, 3>, ex::lstm<4>, ex::bidirectional_lstm<5>, ex::depthwise_conv<3>,
                             ex::squeeze_excite<6>, ex::strided_conv<3, 2, 2>, ex::global_max_pool>>,
        ex::bank<3, ex::unit<ex::conv<7, ex::strands::both>, ex::larger_strand, ex::global_max_pool>>,
        ex::linear_head<2, ex::head_bias::none>>;
    ex::model<net, device> m{ex::seed{1}};
    auto const file = ex::tensors_of(m);
    auto const rows = table_of("layer", "tensor");
    std::size_t seen = 0;
    // what each layer of the first bank reads
    std::map<std::string, std::size_t> conv{{"U", 2}, {"F", 3}, {"C", 4}, {"W", 5}},
        norm{{"U", 2}, {"C", 3}, {"L", 26}}, dense{{"U", 2}, {"C", 3}, {"L", 26}, {"H", 6}},
        second{{"U", 4}, {"F", 1}, {"C", 4}, {"W", 7}}, one_way{{"U", 2}, {"C", 3}, {"H", 4}},
        both_ways{{"U", 2}, {"C", 4}, {"H", 5}}, depthwise{{"U", 2}, {"C", 10}, {"W", 3}},
        symmetric{{"U", 3}, {"W", 7}}, gate{{"U", 2}, {"C", 10}, {"H", 6}},
        strided{{"U", 2}, {"F", 2}, {"C", 10}, {"W", 3}};
    for (auto const& cells : rows) {
        auto const check = [&](std::string const& prefix, auto const& letters) {
            check_row(m, file, prefix + cells[1], cells[2], cells[3], cells[4], letters);
            ++seen;
        };
        if (cells[0] == "conv<W, F>") {
            check("banks.0.linears.0.", conv);
            check("banks.1.linears.0.", second);
            check("banks.2.linears.0.", conv);
        } else if (cells[0] == "conv<W, strands::both>") {
            check("banks.3.linears.0.", symmetric);
        } else if (cells[0] == "lstm<H>") {
            check("banks.2.linears.1.", one_way);
            check("banks.2.linears.2.", both_ways);
            check_row(m, file, "banks.2.linears.2." + cells[1] + "_reverse", cells[2], cells[3], cells[4],
                      both_ways);
            ++seen;
        } else if (cells[0] == "depthwise_conv<W>") {
            check("banks.2.linears.3.", depthwise);
        } else if (cells[0] == "strided_conv<W, F, S>") {
            check("banks.2.linears.5.", strided);
        } else if (cells[0] == "squeeze_excite<H>") {
            check("banks.2.linears.4.", gate);
        } else if (cells[0] == "batch_norm") check("banks.0.linears.1.", norm);
        else if (cells[0] == "layer_norm") check("banks.0.linears.2.", norm);
        else if (cells[0] == "dense<H>") check("banks.0.linears.6.", dense); // 4, plus two layers before it
        else FAIL("the page names a layer that the test does not know: " << cells[0]);
    }
    CHECK(file.at("final.weight").shape == std::vector<std::int64_t>{2, 2 * 6 + 4 + 2 * 2 + 3});
    CHECK(!file.contains("final.bias"));
    CHECK(seen + 1 == m.parameters().size());
}
