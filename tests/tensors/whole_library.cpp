// Results of a model as arrays: the same numbers as from the calls without arrays.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/interpret/tensors.hpp>
#include <explainn/layers/layers.hpp>

#include "interpret/small_data.hpp"

namespace ex = explainn;

namespace {

// two banks; the units of the second hand two numbers to the head
using one = ex::unit<ex::conv<5>, ex::batch_norm, ex::relu, ex::global_max_pool>;
using two = ex::unit<ex::conv<7>, ex::exponential, ex::max_pool<12>>;
using network = ex::network<ex::dna<30>, ex::bank<3, one>, ex::bank<2, two>, ex::linear_head<2>>;

struct of_both {
    testing::small_data data{17, 30, 2, 5};
    std::vector<std::uint32_t> rows = data.all_rows();
    ex::model<network, ex::cpu<float>> m{ex::seed{3}};
    xt::xtensor<ex::letter, 2> letters = ex::letters_tensor(data.sequences);
};

} // namespace

TEST_CASE_FIXTURE(of_both, "explained sequences as arrays are those of the data set")
{
    auto const expected = ex::explain(m, ex::part{data, rows}, {.both_strands = true, .batch = 4});
    auto const seen = ex::explain(m, letters, {.both_strands = true, .batch = 4});
    xt::xtensor<float, 2> const logits = ex::logits_tensor(seen), outputs = ex::unit_outputs_tensor(seen);
    xt::xtensor<double, 3> const added = ex::contributions_tensor(seen);
    REQUIRE(logits.shape() == std::array<std::size_t, 2>{17, 2});
    REQUIRE(outputs.shape() == std::array<std::size_t, 2>{17, 7});
    REQUIRE(added.shape() == std::array<std::size_t, 3>{17, 5, 2});
    xt::xtensor<float, 2> const predicted = ex::predict(m, letters, true);
    double largest = 0;
    for (ex::extent n = 0; n < 17; ++n)
        for (ex::extent o = 0; o < 2; ++o) {
            CHECK(logits(n, o) == expected.logit(n, o));
            CHECK(logits(n, o) == predicted(n, o));
            double sum = expected.bias(o);
            for (ex::extent u = 0; u < 5; ++u) {
                CHECK(added(n, u, o) == expected.contribution(n, u, o));
                sum += added(n, u, o);
                largest = std::max(largest, std::abs(added(n, u, o)));
            }
            CHECK(sum == doctest::Approx(static_cast<double>(logits(n, o))).epsilon(1e-4));
        }
    CHECK(largest > 0.1);
    for (ex::extent n = 0; n < 17; ++n)
        for (ex::extent f = 0; f < 7; ++f) CHECK(outputs(n, f) == expected.unit_output(n, f));
}
TEST_CASE_FIXTURE(of_both, "best windows as arrays are those of the table")
{
    auto const expected = ex::best_windows(m, data.sequences, {.both_strands = true}, 1);
    auto const best = ex::tensors_of(ex::best_windows(m, letters, {.both_strands = true}, 1));
    REQUIRE(best.starts.shape() == std::array<std::size_t, 2>{17, 2});
    std::size_t reverse = 0;
    for (ex::extent n = 0; n < 17; ++n)
        for (ex::extent u = 0; u < 2; ++u) {
            auto const& w = expected(n, u);
            CHECK(best.responses(n, u) == w.response);
            CHECK(best.activations(n, u) == w.activation);
            CHECK(best.starts(n, u) == w.start);
            CHECK(best.reverse(n, u) == w.reverse);
            reverse += w.reverse;
        }
    CHECK(reverse > 0);
    CHECK(reverse < 34);
}
TEST_CASE_FIXTURE(of_both, "weights, importances and motifs as arrays are those of the tables")
{
    auto const expected = ex::look_into(m, ex::part{data, rows});
    auto const seen = ex::look_into(m, letters);
    xt::xtensor<double, 2> const weights = ex::tensor_of(ex::head_weights(m)),
                                 importances = ex::tensor_of(seen.importances);
    xt::xtensor<float, 2> const head = ex::tensor<2>(m, "final.weight");
    REQUIRE(weights.shape() == std::array<std::size_t, 2>{3, 2});
    REQUIRE(importances.shape() == weights.shape());
    for (ex::extent u = 0; u < 3; ++u)
        for (ex::extent o = 0; o < 2; ++o) {
            CHECK(weights(u, o) == static_cast<double>(head(o, u)));
            CHECK(importances(u, o) == expected.importances(u, o));
        }
    auto const set = ex::motifs_of(expected.hits);
    xt::xtensor<double, 3> const motifs = ex::tensor_of(ex::motifs_of(seen.hits));
    REQUIRE(motifs.shape() == std::array<std::size_t, 3>{3, 4, 5});
    for (std::size_t u = 0; u < 3; ++u) {
        xt::xtensor<double, 2> const alone = ex::tensor_of(set.motifs[u]);
        REQUIRE(alone.shape() == std::array<std::size_t, 2>{4, 5});
        for (std::size_t base = 0; base < 4; ++base)
            for (std::size_t k = 0; k < 5; ++k) {
                CHECK(motifs(u, base, k) == set.motifs[u].probabilities.columns[k][base]);
                CHECK(alone(base, k) == motifs(u, base, k));
            }
    }
}
TEST_CASE_FIXTURE(of_both, "arrays that the calls cannot read are refused")
{
    xt::xarray<int> const deep = xt::zeros<int>({2, 30, 1});
    auto const sentence = "expected letters of shape (N, L), found (2, 30, 1)";
    CHECK_THROWS_WITH_AS(ex::explain(m, deep), sentence, ex::shape_error);
    CHECK_THROWS_WITH_AS(ex::best_windows(m, deep), sentence, ex::shape_error);
    CHECK_THROWS_WITH_AS(ex::look_into(m, deep), sentence, ex::shape_error);
    xt::xtensor<ex::letter, 2> const shorter = xt::zeros<ex::letter>({2, 20});
    CHECK_THROWS_WITH_AS(ex::explain(m, shorter), "expected sequences of 30 bases as the model, found 20",
                         ex::shape_error);
    CHECK_THROWS_WITH_AS(ex::look_into(m, shorter), "the model reads sequences of 30 bases, the data have 20",
                         ex::shape_error);
    letters(1, 2) = 9;
    CHECK_THROWS_AS(ex::explain(m, letters), ex::error);
    CHECK_THROWS_WITH_AS(ex::look_into(m, letters),
                         "expected letters 0 to 4 (A, C, G, T, N), found 9 at base 3 of sequence 2",
                         ex::error);
    ex::motif_set set;
    CHECK(ex::tensor_of(set).shape() == std::array<std::size_t, 3>{0, 4, 0});
    for (std::size_t const width : {6, 8}) {
        ex::motif each;
        each.name = "of " + std::to_string(width);
        each.probabilities.columns.resize(width);
        set.motifs.push_back(each);
    }
    CHECK_THROWS_WITH_AS(ex::tensor_of(set),
                         "expected motifs of one width, 6 places as the first, found 8 in 'of 8'",
                         ex::shape_error);
}
