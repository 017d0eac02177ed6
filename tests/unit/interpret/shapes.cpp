#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/hit_positions.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/interpret/motif_ranking.hpp>
#include <explainn/interpret/names_file.hpp>
#include <explainn/interpret/shape_functions.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/tasks.hpp>

#include "small_models.hpp"
#include "support/folder.hpp"

namespace ex = explainn;
using device = ex::reference<float>;
using testing::small_data;

TEST_CASE("a unit's dense layers on the host give the unit's output, for every depth")
{
    for (int const kind :
         {0, 1, 2, 3, 4, 5}) { // the last two have mirror_sum before one and two dense layers
        CAPTURE(kind);
        bool const mirrored = kind > 3;
        auto d = ex::description_of(ex::paper_card{.length = 40,
                                                   .units = 3,
                                                   .outputs = 2,
                                                   .width = 6,
                                                   .num_fc = mirrored ? kind - 3 : kind,
                                                   .pool = 5,
                                                   .stride = 3,
                                                   .hidden = 4});
        auto& layers = d.banks[0].layers;
        if (mirrored)
            for (std::size_t i = 0; i < layers.size(); ++i)
                if (layers[i].what == ex::kind::dense) {
                    layers.insert(layers.begin() + static_cast<std::ptrdiff_t>(i),
                                  {.what = ex::kind::mirror_sum});
                    break;
                }
        auto m = ex::make_model<device>(ex::rows_of(d), ex::seed{2}, device{});
        testing::shake(m, 8, 0.5);
        ex::unit_tail const tail{m};
        auto const filters = ex::filter_bank<device>{m}.on_host();
        small_data const data{4, 40, 2, 3};
        auto const rows = data.all_rows();
        auto const seen = ex::explain(m, ex::part{data, rows}, {.both_strands = false});
        for (std::size_t n = 0; n < 4; ++n) {
            std::vector<ex::letter> codes(40);
            data.letters_of(n, codes);
            for (ex::extent u = 0; u < 3; ++u) {
                std::vector<double> cells;
                for (std::size_t c = 0; c < tail.cells(); ++c) {
                    double most = 0;
                    auto const [first, last] = tail.windows(c);
                    for (ex::extent t = first; t < last; ++t)
                        most = std::max(most, std::exp(filters.response(u, codes.data() + t)));
                    cells.push_back(most);
                }
                auto const out = tail(u, cells);
                REQUIRE(out.size() ==
                        static_cast<std::size_t>(seen.units()[static_cast<std::size_t>(u)].outputs));
                for (std::size_t k = 0; k < out.size(); ++k)
                    CHECK(out[k] == doctest::Approx(static_cast<double>(seen.unit_output(
                                                        static_cast<ex::extent>(n),
                                                        seen.units()[static_cast<std::size_t>(u)].first +
                                                            static_cast<ex::extent>(k))))
                                        .epsilon(1e-4));
            }
        }
        CHECK_THROWS_AS(tail(0, std::vector<double>(tail.cells() + 1)), ex::error);
        CHECK_THROWS_AS(tail(3, std::vector<double>(tail.cells())), ex::error);
    }
}

TEST_CASE("shape functions and homotypic spacing, by asking the unit's layers one by one")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.7);
    ex::unit_tail const tail{m};
    double const low = 0.2, high = 6;
    auto const f = ex::shape_of_unit(tail, 2, std::vector{1.0, high}, low);
    std::size_t const n = tail.cells();
    std::vector<double> none(n, low);
    CHECK(f.without == tail(2, none)[0]);
    double varies = 0;
    for (std::size_t c = 0; c < n; ++c) {
        auto one = none;
        one[c] = high;
        CHECK(f(c, 1) == tail(2, one)[0]);
        varies = std::max(varies, std::abs(f(c, 1) - f(0, 1)));
    }
    CHECK(varies > 0);
    auto const curve = ex::homotypic_spacing(tail, 2, high, low);
    REQUIRE(curve.distances.size() == n - 1);
    // the largest distance has one pair of cells
    auto both = none;
    both.front() = both.back() = high;
    CHECK(curve.medians.back() == doctest::Approx(tail(2, both)[0] - f(0, 1) - f(n - 1, 1) + f.without));
}

TEST_CASE("units without a nonlinearity behind the pooling add hits up: their spacing curve is 0")
{
    using linear = ex::network<ex::dna<31>,
                               ex::bank<2, ex::unit<ex::conv<6>, ex::batch_norm, ex::exponential,
                                                    ex::max_pool<7, 3>, ex::dense<1>, ex::batch_norm>>,
                               ex::linear_head<1>>;
    ex::model<linear, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.7);
    for (double const x : ex::homotypic_spacing(ex::unit_tail{m}, 1, 5, 0.1).medians)
        CHECK(std::abs(x) < 1e-9);
}

TEST_CASE("positions of hits: best windows above the cut, on the forward strand's places")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    small_data const data{30, 31, 3, 6};
    auto const rows = data.all_rows();
    ex::hit_options const how{.both_strands = true};
    auto const seen = ex::look_into_all(m, ex::part{data, rows}, how);
    auto const where = ex::hit_positions(m, ex::part{data, rows}, seen.largest, how);
    REQUIRE(where.places == 26);
    auto const filters = ex::filter_bank<device>{m}.on_host();
    for (ex::extent u = 0; u < 5; ++u) {
        std::vector<std::uint32_t> expected(26);
        double const cut = seen.largest[static_cast<std::size_t>(u)] + std::log(0.5);
        for (std::size_t n = 0; n < 30; ++n) {
            std::vector<ex::letter> ahead(31), back(31);
            data.sequences.unpack(n, ahead);
            data.sequences.unpack_reverse_complement(n, back);
            double most = -INFINITY;
            std::size_t at = 0;
            for (std::size_t k = 0; k < 26; ++k)
                if (double const r = filters.response(u, ahead.data() + k); r > most) most = r, at = k;
            for (std::size_t k = 0; k < 26; ++k)
                if (double const r = filters.response(u, back.data() + k); r > most) most = r, at = 25 - k;
            if (most > cut) ++expected[at];
        }
        for (ex::extent k = 0; k < 26; ++k) CHECK(where(u, k) == expected[static_cast<std::size_t>(k)]);
    }
    CHECK_THROWS_WITH(ex::hit_positions(m, ex::part{data, rows}, {1.0}),
                      "expected the largest responses of 5 units, found 1");
}

TEST_CASE("well predicted by the rule of a task is the rule for yes and no")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    small_data const data{60, 31, 3, 12};
    auto const rows = data.all_rows();
    CHECK(ex::well_predicted(m, ex::part{data, rows}, ex::multilabel{}) ==
          ex::well_predicted(m, ex::part{data, rows}));
    auto const ends = ex::well_predicted(m, ex::part{data, rows}, ex::regression{{}, 50.0});
    CHECK(!ends.empty());
    CHECK(ends.size() < rows.size() + 1);
}

TEST_CASE("best-hit AUPRC: the motif that is planted ranks first with 1, a motif of another word by chance")
{
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
    ex::packed_sequences sequences;
    std::vector<double> labels;
    for (int i = 0; i < 200; ++i) {
        std::string s;
        for (int k = 0; k < 60; ++k) s += "ACGT"[draw.below(4)];
        bool const yes = i % 4 == 0;
        if (yes) s.replace(20 + draw.below(20), 10, i % 8 == 0 ? "TGACTCATCC" : "GGATGAGTCA");
        sequences.append("s" + std::to_string(i), s);
        labels.push_back(i == 7 ? NAN : yes ? 1.0 : 0.0);
    }
    auto const motif_of = [](std::string const& name, std::string const& word) {
        ex::motif m;
        m.name = name;
        for (char const c : word) {
            ex::column column{0.01, 0.01, 0.01, 0.01};
            column[ex::letter_of(c)] = 0.97;
            m.probabilities.columns.push_back(column);
        }
        return m;
    };
    std::vector<ex::motif> const motifs{motif_of("other", "CACGTGGGCC"), motif_of("planted", "TGACTCATCC")};
    auto const q = ex::rank_motifs(motifs, sequences, labels);
    CHECK(q[1].quality.auprc == doctest::Approx(1));
    CHECK(q[1].rank == 1);
    CHECK(q[0].rank == 2);
    CHECK(q[0].quality.auprc < 0.5);
    CHECK_THROWS_WITH(ex::rank_motifs(motifs, sequences, std::vector<double>(3)),
                      "expected labels of 200 sequences, found 3");
}

TEST_CASE("names.tsv: written and read back; what is none is refused with its line")
{
    testing::folder const folder;
    auto const file = folder / "names.tsv";
    std::vector<std::string> const units{"filter0", "filter1", "filter2"};
    ex::write_names(file, units, {"CTCF", "", "zinc\tfinger"});
    CHECK(ex::read_names(file, units) == std::vector<std::string>{"CTCF", "", "zinc finger"});
    // units that have two names, as those of several banks
    std::ofstream{file} << "unit\tname\nfilter2\tA\nbanks.0.filter0\tB\n";
    std::vector<std::string> const by_bank{"banks.0.filter0", "banks.0.filter1", "banks.1.filter0"};
    CHECK(ex::read_names(file, by_bank, units) == std::vector<std::string>{"B", "", "A"});
    auto const refused = [&](std::string const& text) {
        std::ofstream{file} << text;
        try {
            ex::read_names(file, units);
        } catch (ex::input_error const& e) {
            return std::string{e.what()}.substr(file.string().size());
        }
        return std::string{"nothing was refused"};
    };
    CHECK(refused("unit\tname\nfilter9\tA\n") ==
          ":2: expected a unit of the model, such as 'filter0', found 'filter9'");
    CHECK(refused("unit\tname\nfilter0\tA\nfilter0\tB\n") ==
          ":3: expected every unit once, found 'filter0' again, first at line 2");
    CHECK(refused("filter0\tA\n") == ":1: expected the header 'unit', tab, 'name', found 'filter0?A'");
    CHECK(refused("unit\tname\nfilter0\n") ==
          ":2: expected a unit and its name with a tab between, found 'filter0'");
    CHECK(refused("").starts_with(": expected the header"));
}
