// Arrays as a data set: training on them gives the same bits as training on the same data.
#include <doctest/doctest.h>

#include <cmath>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/tensors.hpp>
#include <explainn/train/trainer.hpp>

#include "interpret/small_data.hpp"

namespace ex = explainn;

namespace {
using unit = ex::unit<ex::conv<5>, ex::batch_norm, ex::relu, ex::global_max_pool>;
using network = ex::network<ex::dna<30>, ex::bank<4, unit>, ex::linear_head<2>>;
using letters = xt::xtensor<ex::letter, 2>;

template <class Data>
std::vector<float> trained_on(Data const& data)
{
    std::vector<std::uint32_t> train(30), valid(10);
    for (std::uint32_t i = 0; i < 40; ++i) (i < 30 ? train[i] : valid[i - 30]) = i;
    ex::model<network, ex::cpu<float>> m{ex::seed{1}};
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, ex::training{.epochs = 3, .batch = 7}};
    t.fit(ex::part{data, train}, ex::part{data, valid});
    return m.snapshot();
}
} // namespace

TEST_CASE("training on arrays is training on their data")
{
    testing::small_data const data{40, 30, 2, 5};
    auto const rows = data.all_rows();
    letters const x = ex::letters_tensor(ex::part{data, rows});
    xt::xtensor<float, 2> const y = ex::labels_tensor(ex::part{data, rows});
    REQUIRE(x.shape() == std::array<std::size_t, 2>{40, 30});
    REQUIRE(y.shape() == std::array<std::size_t, 2>{40, 2});
    CHECK(x == ex::letters_tensor(data.sequences));
    std::size_t missing = 0, n = 0;
    for (std::size_t i = 0; i < y.size(); ++i) missing += std::isnan(y.data()[i]);
    CHECK(missing > 0);

    ex::tensor_dataset const given{x, y};
    REQUIRE(given.size() == 40);
    CHECK(given.length() == 30);
    CHECK(given.outputs() == 2);
    CHECK(given.rows() == rows);
    for (std::size_t i = 0; i < 40; ++i) {
        CHECK(given.has_n(i) == data.has_n(i));
        n += data.has_n(i);
    }
    CHECK(n > 0);
    auto const expected = trained_on(data);
    CHECK(trained_on(given) == expected);

    // wider numbers, column order, dynamic rank: the same data
    xt::xtensor<int, 2, xt::layout_type::column_major> const by_columns = x;
    xt::xarray<double> const wide = y;
    CHECK(trained_on(ex::tensor_dataset{by_columns, wide}) == expected);
}
TEST_CASE("rows of a data set come in the order they are asked for")
{
    testing::small_data const data{8, 30, 2, 5, false};
    std::vector<std::uint32_t> const some{5, 0, 5};
    letters const x = ex::letters_tensor(ex::part{data, some}), all = ex::letters_tensor(data.sequences);
    auto const y = ex::labels_tensor(ex::part{data, some});
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 30; ++k) CHECK(x(i, k) == all(some[i], k));
        for (std::size_t o = 0; o < 2; ++o) {
            float const label = data.labels_by_row[some[i] * 2 + o];
            CHECK((y(i, o) == label || (std::isnan(y(i, o)) && std::isnan(label))));
        }
    }
    std::vector<std::uint32_t> const none{8};
    auto const sentence = "row 8 is asked for (they count from 0), the data have 8 rows";
    CHECK_THROWS_WITH_AS(ex::letters_tensor(ex::part{data, none}), sentence, ex::error);
    CHECK_THROWS_WITH_AS(ex::labels_tensor(ex::part{data, none}), sentence, ex::error);
}
TEST_CASE("arrays that are no data set are refused")
{
    letters x = xt::zeros<ex::letter>({3, 30});
    xt::xtensor<float, 2> y = xt::zeros<float>({3, 2});
    auto const refused = [](auto const& a, auto const& b, char const* sentence) {
        CHECK_THROWS_WITH_AS((ex::tensor_dataset{a, b}), sentence, ex::error);
    };
    refused(x, xt::xtensor<float, 2>{xt::zeros<float>({2, 2})},
            "expected labels of 3 sequences and at least one task, found labels of shape (2, 2)");
    refused(x, xt::xtensor<float, 2>{xt::zeros<float>({3, 0})},
            "expected labels of 3 sequences and at least one task, found labels of shape (3, 0)");
    refused(x, xt::xtensor<float, 1>{xt::zeros<float>({3})}, "expected labels of shape (N, O), found (3)");
    refused(xt::xtensor<int, 3>{xt::zeros<int>({3, 30, 1})}, y,
            "expected letters of shape (N, L), found (3, 30, 1)");
    refused(letters::from_shape({0, 30}), y,
            "expected letters of at least one sequence, found letters of shape (0, 30)");
    y(1, 1) = std::numeric_limits<float>::infinity();
    refused(x, y,
            "expected labels that are numbers of a float, or nan where one is missing; found another for "
            "task 2 of "
            "sequence 2");
    xt::xtensor<double, 2> huge = xt::zeros<double>({3, 2});
    huge(2, 0) = 1e300;
    CHECK_THROWS_AS((ex::tensor_dataset{x, huge}), ex::error);
    x(2, 4) = 5;
    CHECK_THROWS_WITH_AS(ex::tensor_dataset{x},
                         "expected letters 0 to 4 (A, C, G, T, N), found 5 at base 5 of sequence 3",
                         ex::error);
    CHECK_THROWS_WITH_AS((ex::tensor_dataset{xt::xtensor<int, 2>{{0, 1, 256}, {0, 1, 2}}}),
                         "expected letters 0 to 4 (A, C, G, T, N), found 256 at base 3 of sequence 1",
                         ex::error);
    CHECK_THROWS_AS((ex::tensor_dataset{xt::xtensor<int, 2>{{0, -1}}}), ex::error);
}
