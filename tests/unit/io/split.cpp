#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <numeric>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/io/read_dataset.hpp>
#include <explainn/io/split.hpp>

namespace ex = explainn;

static void check_whole(ex::split_rows const& parts, std::size_t rows)
{
    std::vector<int> seen(rows);
    for (auto const* part : {&parts.train, &parts.valid, &parts.test}) {
        CHECK(std::is_sorted(part->begin(), part->end()));
        for (auto const row : *part) ++seen[row];
    }
    CHECK(std::all_of(seen.begin(), seen.end(), [](int n) { return n == 1; }));
}

TEST_CASE("a random split shares out every row once, in the percentages, the same for one seed")
{
    for (std::size_t const rows : {10u, 99u, 1000u, 12345u}) {
        auto const parts = ex::split_at_random(rows, {.train = 80, .valid = 10, .test = 10}, ex::seed{1});
        check_whole(parts, rows);
        CHECK(parts.valid.size() == (rows + 5) / 10);
        CHECK(parts.test.size() == (rows + 5) / 10);
        CHECK(parts.valid == ex::split_at_random(rows, {80, 10, 10}, ex::seed{1}).valid);
        if (rows > 50) CHECK(parts.valid != ex::split_at_random(rows, {80, 10, 10}, ex::seed{2}).valid);
    }
}

TEST_CASE("a stratified split keeps the mix of labels")
{
    ex::packed_sequences sequences;
    ex::label_matrix binary{2}, real{1};
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    std::size_t const rows = 1000;
    std::size_t positives = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        sequences.append("s" + std::to_string(i), "ACGT");
        bool const rare = draw.below(20) == 0;
        positives += rare ? 1 : 0;
        binary.append(std::vector<float>{rare ? 1.f : 0.f, static_cast<float>(draw.below(2))});
        real.append(std::vector<float>{static_cast<float>(draw.uniform())});
    }
    ex::dataset const classes{sequences, {"A", "B"}, binary}, values{sequences, {"A"}, real};
    auto const parts = ex::split_at_random(classes, {60, 20, 20}, ex::seed{1}, true);
    check_whole(parts, rows);
    auto const count = [&](std::vector<std::uint32_t> const& part) {
        return std::accumulate(part.begin(), part.end(), 0.0, [&](double sum, std::uint32_t row) {
            return sum + static_cast<double>(classes.label(row, 0));
        });
    };
    CHECK(std::abs(count(parts.valid) - 0.2 * static_cast<double>(positives)) <= 2);
    CHECK(std::abs(count(parts.test) - 0.2 * static_cast<double>(positives)) <= 2);
    CHECK(parts.valid.size() == 200);

    auto const tenths = ex::split_at_random(values, {80, 10, 10}, ex::seed{1}, true);
    check_whole(tenths, rows);
    std::vector<int> by_tenth(10);
    for (auto const row : tenths.test) ++by_tenth[static_cast<std::size_t>(10 * values.label(row, 0))];
    for (int const n : by_tenth) CHECK(std::abs(n - 10) <= 4);
}

TEST_CASE("a split by chromosomes goes by the names")
{
    ex::packed_sequences s;
    for (auto const* name : {"chr1:1-5", "chr19:1-5", "chr2:3-7", "chr22:3-7", "chr19:7-11"})
        s.append(name, "ACGT");
    auto const parts = ex::split_by_chromosome(s, {"chr22"}, {"chr19"});
    CHECK(parts.train == std::vector<std::uint32_t>{0, 2});
    CHECK(parts.valid == std::vector<std::uint32_t>{3});
    CHECK(parts.test == std::vector<std::uint32_t>{1, 4});
    CHECK(testing::said([&] { ex::split_by_chromosome(s, {"chr3"}, {"chr19"}); }) ==
          "expected sequences on every chromosome that is listed, found none for validation on 'chr3'; their "
          "names tell 'chr1', 'chr19', 'chr2', 'chr22'");
    CHECK(testing::said([&] {
              ex::split_by_chromosome(s, {"chr22", "X"}, {"chr19", "22"});
          }).find("found none for validation on 'X', none for test on '22'; their names tell 'chr1', ") !=
          std::string::npos);
    CHECK(testing::said([&] {
              ex::split_by_chromosome(s, {"chr1", "chr2", "chr22"}, {"chr19"});
          }) == "expected sequences in every part of the split, found none for training");
    CHECK(testing::said([&] { ex::split_by_chromosome(s, {"chr19"}, {"chr19"}); }) ==
          "expected every chromosome in one part of the split, found 'chr19' in validation and test");
    s.append("peak7", "ACGT");
    CHECK(testing::said([&] { ex::split_by_chromosome(s, {"chr22"}, {"chr19"}); }) ==
          "expected names such as chr13:18177595-18177795 for a split by chromosomes, found 'peak7'");
}

TEST_CASE("chromosomes that are almost those of the lists are told before they train")
{
    ex::packed_sequences s;
    for (auto const* name : {"chr1:0-4", "chr2:0-4", "hg38:chr2:4-8", "hg38:chr2:8-12", "Chr2:4-8", "3:0-4",
                             "chr3:4-8", "chr22:0-4", "HLA-A*01:02:0-4"})
        s.append(name, "ACGT");
    CHECK(ex::split_warnings(s, {"chr2"}, {"chr3"}) ==
          std::vector<std::string>{"chromosome '3' (in 1 of 9 names) is for training, though 'chr3' is "
                                   "listed for validation or test",
                                   "chromosome 'Chr2' (in 1 of 9 names) is for training, though 'chr2' is "
                                   "listed for validation or test",
                                   "chromosome 'hg38:chr2' (in 2 of 9 names) is for training, though 'chr2' "
                                   "is listed for validation or test"});
    CHECK(ex::split_warnings(s, {"3", "Chr2"}, {"hg38:chr2", "chr3", "chr2"}).empty());
}

TEST_CASE("a split by chromosomes takes names as bedtools getfasta writes them")
{
    ex::packed_sequences s;
    for (auto const* name : {"peak1::chr19:100-120(+)", "peak2::chr20:300-320(-)", "chr21:500-520(+)",
                             "chr22:700-720", "HLA:DRB1", "HLA-A*01:01:01:01:5-9", "a::b::chr19:7-9(.)"})
        s.append(name, "ACGT");
    auto const parts = ex::split_by_chromosome(s, {"chr20"}, {"chr19"});
    CHECK(parts.valid == std::vector<std::uint32_t>{1});
    CHECK(parts.test == std::vector<std::uint32_t>{0, 6});
    CHECK(parts.train == std::vector<std::uint32_t>{2, 3, 4, 5});
    // a prefix is not a chromosome, nor is the beginning of a contig's name
    for (std::string const wrong : {"peak1", "HLA-A*01", "a"}) {
        CAPTURE(wrong);
        CHECK(testing::said([&] {
                  ex::split_by_chromosome(s, {wrong}, {"chr19"});
              }).find("found none for validation on '" + wrong + "'; ") != std::string::npos);
    }
    CHECK(ex::split_by_chromosome(s, {"HLA-A*01:01:01:01"}, {"chr19"}).valid ==
          std::vector<std::uint32_t>{5});

    ex::packed_sequences many;
    for (int i = 0; i < 100; ++i) many.append("contig" + std::to_string(1000 + i) + ":0-4", "ACGT");
    CHECK(testing::said([&] {
              ex::split_by_chromosome(many, {"chr1"}, {"contig1001"});
          }).find("'contig1039' and 60 others") != std::string::npos);
}

TEST_CASE("the names of bedtools that were sent to an issue tracker tell their chromosomes")
{
    std::string const folder = std::string{EXPLAINN_SHARED_DATA} + "/odd_inputs/";
    if (!std::filesystem::exists(folder)) return test::skip("the shared data are not here");
    auto const data = ex::read_dataset(folder + "28_bedtools_names.fa", folder + "28_labels.tsv");
    REQUIRE(data.size() == 5);
    auto const parts = ex::split_by_chromosome(data.sequences(), {"chr20", "chr22"}, {"chr19"});
    CHECK(parts.test == std::vector<std::uint32_t>{0});
    CHECK(parts.valid == std::vector<std::uint32_t>{1, 3});
    CHECK(testing::said([&] { ex::split_by_chromosome(data.sequences(), {"peak1"}, {"chr19"}); }) ==
          "expected sequences on every chromosome that is listed, found none for validation on 'peak1'; "
          "their names "
          "tell 'HLA', 'chr19', 'chr20', 'chr21', 'chr22'");
}

TEST_CASE("impossible splits are refused")
{
    CHECK(testing::said([] {
              ex::split_at_random(100, {80, 10, 11}, ex::seed{1});
          }) == "expected percentages that add up to 100, found 80,10,11");
    CHECK(testing::said([] {
              ex::split_at_random(100, {110, -20, 10}, ex::seed{1});
          }) == "expected percentages that add up to 100, found 110,-20,10");
    CHECK(testing::said([] {
              ex::split_at_random(100, {90, 10, 0}, ex::seed{1});
          }) == "expected sequences in every part of the split, found none for test");
    CHECK(testing::said([] {
              ex::split_at_random(3, {80, 10, 10}, ex::seed{1});
          }) == "expected sequences in every part of the split, found none for validation");
    CHECK(testing::said([] { ex::split_at_random(0, {80, 10, 10}, ex::seed{1}); }) != "");
}
