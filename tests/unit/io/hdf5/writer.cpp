// What is written in the reference's HDF5 layout is read back as it was.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/io/hdf5_writer.hpp>

#include "support/folder.hpp"

#if __has_include(<hdf5.h>)
using namespace explainn;

TEST_CASE("a data set in parts is written as the reference reads it, the same bytes each time")
{
    testing::folder here;
    random_numbers draw{seed{1}, stream::tests};
    packed_sequences sequences;
    label_matrix labels{2};
    split_rows parts;
    for (std::uint32_t i = 0; i < 600; ++i) {
        std::string s;
        while (s.size() < 21) s += "ACGTN"[draw.below(5)];
        sequences.append("s" + std::to_string(i), s);
        labels.append(
            std::vector<float>{static_cast<float>(draw.below(2)), draw.below(3) == 0 ? std::nanf("") : 0.5f});
        (i % 7 == 0 ? parts.valid : i % 7 == 1 ? parts.test : parts.train).push_back(i);
    }
    dataset const data{sequences, {"A", "B b"}, labels};
    for (char const* order : {"ACGT", "ATGC"}) {
        write_hdf5(here / "a.h5", data, parts, row_order{order});
        auto const [read, rows] = read_hdf5(here / "a.h5", row_order{order});
        CHECK(read.tasks() == data.tasks());
        REQUIRE(rows.train.size() == parts.train.size());
        REQUIRE(rows.test.size() == parts.test.size());
        for (auto const& [theirs, ours] :
             {std::pair{&rows.train, &parts.train}, {&rows.valid, &parts.valid}, {&rows.test, &parts.test}})
            for (std::size_t i = 0; i < ours->size(); ++i) {
                CHECK(read.sequences().letters((*theirs)[i]) == sequences.letters((*ours)[i]));
                CHECK(read.label((*theirs)[i], 0) == labels.at((*ours)[i], 0));
                CHECK(std::isnan(read.label((*theirs)[i], 1)) == std::isnan(labels.at((*ours)[i], 1)));
            }
    }
    write_hdf5(here / "b.h5", data, parts, row_order{"ATGC"});
    CHECK(testing::bytes_of(here / "a.h5") == testing::bytes_of(here / "b.h5"));
    CHECK(!std::filesystem::exists(here / "a.h5.partial"));
    CHECK(testing::message_of([&] {
              write_hdf5(here / "none/a.h5", data, parts);
          }).find("cannot be written") != std::string::npos);
    CHECK(testing::message_of([&] {
              write_hdf5("/dev/null", data, parts);
          }).find("expected a file for HDF5") != std::string::npos);
}
#endif
