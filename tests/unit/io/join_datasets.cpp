#include <doctest/doctest.h>

#include <cmath>

#include "support/folder.hpp"

#include <explainn/io/join_datasets.hpp>
#include <explainn/io/read_table.hpp>

namespace ex = explainn;

TEST_CASE("three files become one dataset and its split")
{
    testing::folder const dir;
    auto const table = [&](std::string_view text) { return ex::read_table(dir.write("t.tsv", text)); };
    auto const train = table("a\tACGT\t1\t\nb\tNNGT\t0\t1\n"), valid = table("c\tTTTT\t1\t0.5\n"),
               test = table("d\tGGGG\t\t1\n");
    auto const joined = ex::join_datasets(train, valid, test);
    REQUIRE(joined.data.size() == 4);
    CHECK(joined.rows.train == std::vector<std::uint32_t>{0, 1});
    CHECK(joined.rows.valid == std::vector<std::uint32_t>{2});
    CHECK(joined.rows.test == std::vector<std::uint32_t>{3});
    CHECK(joined.data.sequences().letters(1) == "NNGT");
    CHECK(joined.data.name(3) == "d");
    CHECK(joined.data.label(2, 1) == 0.5f);
    CHECK(std::isnan(joined.data.label(3, 0)));
    CHECK(std::isnan(joined.data.label(0, 1)));
    CHECK(testing::said([&] { ex::join_datasets(train, valid, table("a\tGGGG\t\t1\n")); }) ==
          "expected every sequence in one of the files, found 'a' of the test data in an earlier one");
    CHECK(testing::said([&] { ex::join_datasets(train, table("c\tTTTT\t1\n"), test); }) ==
          "expected the tasks of the training data in the validation data too, found others");
    CHECK(testing::said([&] { ex::join_datasets(train, valid, table("d\tGG\t1\t1\n")); }) ==
          "expected sequences of 4 bases, as for training, in the test data, found 2");
}
