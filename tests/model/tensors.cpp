// The tensor surface: what it gives, and what it refuses as the model itself does.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/tensors.hpp>
#include <explainn/reference.hpp>

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
    xt::xtensor<float, 2> const logits = ex::predict(m, x);
    REQUIRE(logits.shape(0) == 2);
    REQUIRE(logits.shape(1) == 2);
    auto const expected = m.predict({x.data(), 2, 30});
    CHECK(std::equal(expected.begin(), expected.end(), logits.begin()));
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
