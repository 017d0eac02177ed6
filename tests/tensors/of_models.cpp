// Models and xtensor arrays: what the library returns as arrays, and what it refuses as the model itself
// does.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/tensors.hpp>
#include <explainn/reference.hpp>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xview.hpp>
#endif

namespace ex = explainn;

namespace {
using net = ex::network<ex::dna<30>, ex::bank<4, ex::unit<ex::conv<5>, ex::relu, ex::global_max_pool>>,
                        ex::linear_head<2>>;
using letters = xt::xtensor<ex::letter, 2>;
} // namespace

TEST_CASE("tensors of letters are predicted as the letters themselves, none as none")
{
    ex::model<net, ex::reference<float>> m{ex::seed{1}};
    ex::packed_sequences s;
    s.append("a", std::string_view{"ACGTACGTACGTACGTACGTACGTACGTAC"});
    s.append("b", std::string_view{"TTTTTTTTTTNNNNNNNNNNGGGGGGGGGG"});
    letters const x = ex::letters_tensor(s);
    auto const logits = ex::predict(m, x);
    REQUIRE(logits.shape(0) == 2);
    REQUIRE(logits.shape(1) == 2);
    auto const expected = m.predict({x.data(), 2, 30});
    CHECK(std::equal(expected.begin(), expected.end(), logits.data()));
    CHECK(ex::predict(m, letters::from_shape({0, 30})).shape(0) == 0);
    CHECK(ex::tensor<2>(m, "final.weight").shape(1) == 4);
}
TEST_CASE("tensors that are not what the model reads are refused")
{
    ex::model<net, ex::reference<float>> m{ex::seed{1}};
    letters wrong = letters::from_shape({2, 20});
    wrong.fill(0);
    CHECK_THROWS_WITH_AS(ex::predict(m, wrong), "the model reads sequences of 30 bases, the data have 20",
                         ex::shape_error);
    letters odd = letters::from_shape({2, 30});
    odd.fill(1);
    odd(1, 2) = 9;
    CHECK_THROWS_WITH_AS(ex::predict(m, odd),
                         "expected letters 0 to 4 (A, C, G, T, N), found 9 at base 3 of sequence 2",
                         ex::error);
    CHECK_THROWS_WITH_AS(ex::tensor<1>(m, "final.weight"), "final.weight: expected rank 1, found 2",
                         ex::shape_error);
    CHECK_THROWS_AS(ex::tensor<2>(m, "no.such"), ex::error);
}
TEST_CASE("expressions, dynamic ranks and columns one behind the other are read as the letters they hold")
{
    ex::model<net, ex::reference<float>> m{ex::seed{1}};
    ex::random_numbers draw{ex::seed{2}, ex::stream::tests};
    letters x = letters::from_shape({6, 30});
    for (auto& base : x) base = static_cast<ex::letter>(draw.below(5));
    auto const expected = ex::predict(m, x);
    CHECK(expected(0, 0) != expected(1, 0));
    xt::xarray<int> const any_rank = x;
    xt::xtensor<long, 2, xt::layout_type::column_major> const by_columns = x;
    CHECK(ex::predict(m, any_rank) == expected);
    CHECK(ex::predict(m, by_columns) == expected);
    CHECK(ex::predict(m, xt::view(x, xt::range(0, 6), xt::all())) == expected);
    auto const every_other = ex::predict(m, xt::view(x, xt::range(0, 6, 2), xt::all()));
    REQUIRE(every_other.shape(0) == 3);
    for (std::size_t n = 0; n < 3; ++n) CHECK(every_other(n, 1) == expected(2 * n, 1));
    xt::xtensor<int, 3> const deep = xt::zeros<int>({6, 30, 1});
    CHECK_THROWS_WITH_AS(ex::predict(m, deep), "expected letters of shape (N, L), found (6, 30, 1)",
                         ex::shape_error);
    // 256 would be A in eight bits
    xt::xarray<int> wrong = any_rank;
    wrong(1, 2) = 256;
    CHECK_THROWS_WITH_AS(ex::predict(m, wrong),
                         "expected letters 0 to 4 (A, C, G, T, N), found 256 at base 3 of sequence 2",
                         ex::error);
}
TEST_CASE("logits of both strands are those of the model")
{
    ex::model<net, ex::reference<float>> m{ex::seed{1}};
    letters const x = xt::zeros<ex::letter>({2, 30});
    auto const both = ex::predict(m, x, true), one = ex::predict(m, x, false);
    auto const expected = m.predict({x.data(), 2, 30}, true);
    CHECK(std::equal(expected.begin(), expected.end(), both.data()));
    CHECK(both != one);
}
TEST_CASE("a tensor of the model is set to an array of its shape, and to no other")
{
    ex::model<net, ex::reference<float>> m{ex::seed{1}};
    auto const before = ex::tensor<2>(m, "final.weight");
    ex::set_tensor(m, "final.weight", 2.0f * before);
    auto const after = m.values("final.weight");
    for (std::size_t i = 0; i < after.size(); ++i) CHECK(after[i] == 2.0f * before.data()[i]);
    xt::xtensor<float, 2> const turned = xt::transpose(before);
    CHECK_THROWS_WITH_AS(ex::set_tensor(m, "final.weight", turned),
                         "final.weight: expected shape (2, 4), found (4, 2)", ex::shape_error);
    CHECK_THROWS_AS(ex::set_tensor(m, "no.such", turned), ex::error);
    CHECK(m.values("final.weight") == after);
    xt::xtensor<float, 2, xt::layout_type::column_major> const by_columns = before;
    ex::set_tensor(m, "final.weight", by_columns);
    CHECK(ex::tensor<2>(m, "final.weight") == before);
}
