// Microarrays as text, and signals as ranks.
#include <cmath>
#include <filesystem>
#include <iostream>

#include <doctest/doctest.h>

#include <explainn/io/pbm_file.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"

namespace ex = explainn;

TEST_CASE("a microarray is a data set of one output")
{
    testing::folder const files;
    auto const data = ex::read_pbm(
        files.write_gzip("a.txt.gz",
                         "# made up\nACGTN\t2023.0\t180\nAAAAA\t-5\n\nCCCCC\t\t1\r\nggggg\t1e3\t7\n"),
        {.task = "Cebpb"});
    REQUIRE(data.size() == 3);
    CHECK(data.length() == 5);
    CHECK(data.tasks() == std::vector<std::string>{"Cebpb"});
    CHECK(data.label(0, 0) == 2023);
    CHECK(data.label(1, 0) == -5);
    CHECK(data.label(2, 0) == 1000);
    CHECK(data.name(0) == "probe2");
    CHECK(data.name(2) == "probe6");
    CHECK(data.has_n(0));
    CHECK(data.left_out().unresolved == 1);
}

TEST_CASE("a microarray reads with commas, quotes and NA as with tabs")
{
    testing::folder const dir;
    for (std::string const content :
         {"ACGTN\t2023\t1\nACGTA\t\t1\nTTTTT\t-5\t1\n", "ACGTN,2023,1\nACGTA,NA,1\nTTTTT,-5,1\n",
          "\"ACGTN\",\"2023\",1\r\n\"ACGTA\",\"NA\",1\r\nTTTTT,-5,\r\n",
          "\"ACGTN\"\t2023\n\"ACGTA\"\tNaN\n\"TTTTT\"\t\"-5\"\n"}) {
        CAPTURE(content);
        auto const data = ex::read_pbm(dir.write("a.txt", content));
        REQUIRE(data.size() == 2);
        CHECK(data.label(0, 0) == 2023);
        CHECK(data.label(1, 0) == -5);
        CHECK(data.left_out().unresolved == 1);
    }
    CHECK(testing::said([&] { ex::read_pbm(dir.write("a.txt", "ACGT;1,5\n")); }) ==
          "a.txt:1: expected columns between tabs or commas, found semicolons in 'ACGT;1,5'");
}

TEST_CASE("what is no microarray is refused with its line")
{
    testing::folder const files;
    auto const refused = [&](char const* text) {
        return testing::said([&] { ex::read_pbm(files.write("a.txt", text)); });
    };
    CHECK(refused("ACGT\t1\nACGT\n") ==
          "a.txt:2: expected 2 or 3 columns (probe, signal, background) between tabs, found 1");
    CHECK(refused("ACGT\t1\t2\t3\n") ==
          "a.txt:1: expected 2 or 3 columns (probe, signal, background) between tabs, found 4");
    CHECK(refused("ACGT\t1\nACG\t2\n") ==
          "a.txt:2: expected sequences of one length, 4 bases as the first, found 3 in 'probe2'");
    CHECK(refused("ACGT\tmuch\n") == "a.txt:1: expected a number or an empty label, found 'much'");
    CHECK(refused("AC*T\t1\n") == "a.txt:1: expected IUPAC nucleotides, found '*'");
    CHECK(refused("\t1\n") == "a.txt:1: expected a probe in column 1, found none");
    CHECK(refused("") == "a.txt: expected rows of probe and signal, found none");
    CHECK(refused("ACGT\t\n").find("expected some rows to stay") != std::string::npos);
}

TEST_CASE(
    "a quantile transform is the rank by counting, ties in the middle of theirs, missing values left alone")
{
    std::vector<float> const values{7, -1, 30, 7, std::nanf(""), 100, -1e9f, 7};
    auto const found = ex::quantile_transform(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            CHECK(std::isnan(found[i]));
            continue;
        }
        double below = 0, same = 0, all = 0;
        for (float const x : values) {
            if (std::isnan(x)) continue;
            all += 1;
            below += x < values[i];
            same += x == values[i];
        }
        CHECK(static_cast<double>(found[i]) == doctest::Approx((below + (same - 1) / 2) / (all - 1)));
    }
    CHECK(ex::quantile_transform(std::vector<float>{3}) == std::vector<float>{0.5f});
    CHECK(ex::quantile_transform(std::vector<float>{}).empty());
}

TEST_CASE("a real microarray has its 40,000 probes")
{
    std::filesystem::path const file = EXPLAINN_SHARED_DATA "/pbm/Cebpb_ME.txt.gz";
    if (!std::filesystem::exists(file)) return test::skip("no microarray at " + file.string());
    auto const data = ex::read_pbm(file, {.quantile_transform = true});
    CHECK(data.size() == 40348);
    CHECK(data.length() == 35);
    float least = 1, most = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
        least = std::min(least, data.label(i, 0)), most = std::max(most, data.label(i, 0));
    CHECK(least == 0);
    CHECK(most > 0.99f); // the scanner's largest signal is that of many probes
}
