// One-hot arrays and sequences, with a given order of rows.
#include <filesystem>
#include <iostream>

#include <doctest/doctest.h>

#include <explainn/io/npy.hpp>
#include <explainn/io/one_hot.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"

namespace ex = explainn;

TEST_CASE("sequences become arrays and come back, in any order of rows")
{
    ex::packed_sequences s;
    s.append("a", "ACGTN");
    s.append("b", "TTNGC");
    std::vector<std::string> const names{"a", "b"};
    for (auto const* order : {"ACGT", "ATGC", "TGCA"}) {
        auto const array = ex::one_hot_of(s, ex::row_order{order});
        CHECK(array.shape == std::vector<std::int64_t>{2, 4, 5});
        auto const again = ex::sequences_of_one_hot(array, ex::row_order{order}, names);
        REQUIRE(again.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) {
            std::vector<ex::letter> x(5), y(5);
            s.unpack(i, x);
            again.unpack(i, y);
            CHECK(x == y);
            CHECK(again.name(i) == names[i]);
        }
    }
    auto const v = ex::one_hot_of(s, ex::row_order{"ATGC"}).values<int>();
    CHECK(v[3 * 5 + 1] == 1); // C is the last row
    CHECK(v[1 * 5 + 3] == 1); // T the second
}

TEST_CASE("arrays through files; shares of a quarter are N")
{
    testing::folder const files;
    std::vector<float> const x{1, 0.25f, 0, 0.25f, 0, 0.25f, 0, 0.25f};
    ex::write_npy(files.path("x.npy"), ex::tensor_entry::of<float>("", {1, 4, 2}, x));
    auto const s = ex::sequences_of_one_hot(ex::read_npy(files.path("x.npy")));
    CHECK(s.name(0) == "sequence0");
    std::vector<ex::letter> letters(2);
    s.unpack(0, letters);
    CHECK(letters == std::vector<ex::letter>{0, ex::letter_n});
}

TEST_CASE("what is no one-hot array is refused")
{
    auto const array = [](std::vector<std::int64_t> shape, std::vector<float> const& values) {
        return ex::tensor_entry::of<float>("", std::move(shape), values);
    };
    CHECK_THROWS_AS(ex::sequences_of_one_hot(array({1, 2, 4}, std::vector<float>(8))), ex::shape_error);
    CHECK_THROWS_AS(ex::sequences_of_one_hot(array({4, 2}, std::vector<float>(8))), ex::shape_error);
    CHECK(
        testing::said([&] {
            ex::sequences_of_one_hot(array({1, 4, 2}, {1, 1, 0, 1, 0, 0, 0, 0}));
        }) ==
        "expected a single 1 or no base at all in every column, found neither in 'sequence0' at position 2");
    CHECK_THROWS_AS(ex::sequences_of_one_hot(array({1, 4, 1}, {0.5f, 0.5f, 0, 0})), ex::error);
    CHECK_THROWS_AS(ex::sequences_of_one_hot(array({1, 4, 1}, {std::nanf(""), 0, 0, 0})), ex::error);
    std::vector<std::string> const two{"a", "b"};
    CHECK_THROWS_AS(ex::sequences_of_one_hot(array({1, 4, 1}, {1, 0, 0, 0}), ex::row_order{}, two),
                    ex::shape_error);
    for (auto const* order : {"", "ACG", "ACGG", "ACGN", "ACGTT"})
        CHECK_THROWS_AS(ex::row_order{order}, ex::error);
    CHECK_THROWS_AS(ex::one_hot_of(ex::packed_sequences{}), ex::shape_error);
}

TEST_CASE("AI-TAC's sample: a hundred sequences of 251 bases")
{
    std::filesystem::path const folder = EXPLAINN_SHARED_DATA "/aitac_sample";
    if (!std::filesystem::exists(folder)) return test::skip("AI-TAC's sample is not in " + folder.string());
    auto const array = ex::read_npy(folder / "one_hot_seqs.npy");
    auto const names = ex::read_npy_texts(folder / "peak_names.npy");
    auto const s = ex::sequences_of_one_hot(array, ex::row_order{"ATGC"}, names);
    CHECK(s.size() == 100);
    CHECK(s.common_length() == 251);
    CHECK(ex::one_hot_of(s, ex::row_order{"ATGC"}).values<float>() == array.values<float>());
}
