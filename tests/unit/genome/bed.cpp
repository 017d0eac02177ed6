// BED files: what they hold, and what is refused with its line.
#include <doctest/doctest.h>

#include <explainn/genome/bed_file.hpp>

#include "support/folder.hpp"

namespace ex = explainn;

namespace {
std::vector<ex::bed_interval> all_of(std::filesystem::path const& path)
{
    ex::bed_file file{path};
    std::vector<ex::bed_interval> all;
    for (ex::bed_interval each; file.next(each);) all.push_back(each);
    return all;
}
} // namespace

TEST_CASE("BED of 3 to 12 columns, with comments, track lines, blanks, other line ends, and compressed")
{
    testing::folder const dir;
    std::string const text = "browser position chr1:1-2\ntrack name=x\n# comment\n\nchr1\t0\t10\r\n"
                             "chr1\t5\t20\tpeak 1\t.\t-\n"
                             "chr2 7 9\n"
                             "chrX\t1\t2\tn\t0\t+\t1\t2\t0,0,0\t1\t1\t0\ntracking\t3\t4\n";
    for (auto const& path : {dir.write("a.bed", text), dir.write_gzip("a.bed.gz", text)}) {
        auto const all = all_of(path);
        REQUIRE(all.size() == 5);
        CHECK(all[0].contig == "chr1");
        CHECK(all[0].end == 10);
        CHECK(all[0].line == 5);
        CHECK(all[1].name == "peak 1");
        CHECK(all[1].strand == '-');
        CHECK(all[1].length() == 15);
        CHECK(all[2].contig == "chr2");
        CHECK(all[2].start == 7);
        CHECK(all[3].strand == '+');
        CHECK(all[4].contig == "tracking");
    }
}

TEST_CASE("what is no interval is refused with its line")
{
    testing::folder const dir;
    auto const refusal = [&](std::string_view line) {
        auto const path = dir.write("a.bed", "chr1\t1\t2\n" + std::string{line} + "\n");
        return testing::said([&] { all_of(path); });
    };
    CHECK(refusal("chr1\t1") == "a.bed:2: expected 3 to 12 columns (BED), found 2: 'chr1?1'");
    CHECK(refusal("chr1\t1\t2\t3\t4\t+\t6\t7\t8\t9\t10\t11\t12").find("found 13") != std::string::npos);
    CHECK(refusal("chr1\tone\t2") == "a.bed:2: expected the first base, from 0, in column 2, found 'one'");
    CHECK(refusal("chr1\t-1\t2") == "a.bed:2: expected the first base, from 0, in column 2, found '-1'");
    CHECK(refusal("chr1\t1\t2.5") == "a.bed:2: expected the end, a whole number in column 3, found '2.5'");
    CHECK(refusal("chr1\t5\t5") == "a.bed:2: expected a start before the end, found 5 and 5");
    CHECK(refusal("chr1\t9\t5") == "a.bed:2: expected a start before the end, found 9 and 5");
    CHECK(refusal("chr1\t1\t99999999999999999999").find("in column 3") != std::string::npos);
    CHECK(refusal("\t1\t2") == "a.bed:2: expected a contig in column 1, found nothing");
    CHECK(refusal("chr1\t1\t2\tn\t0\tforward") ==
          "a.bed:2: expected a strand (+, - or .) in column 6, found 'forward'");

    ex::contig_list const contigs{"g.fa", {{"chr1", 100}, {"chr2", 50}}};
    auto const regions = [&](std::string_view text) {
        auto const path = dir.write("a.bed", text);
        return testing::said([&] { ex::read_regions(path, contigs); });
    };
    CHECK(regions("chr1\t1\t2\n1\t1\t2\n") ==
          "a.bed:2: expected a contig of g.fa, found '1'; g.fa has 'chr1'");
    CHECK(regions("chr2\t1\t51\n") ==
          "a.bed:1: expected an end within the 50 bases of 'chr2' in g.fa, found 51");
    CHECK(regions("# nothing\n") == "a.bed: expected intervals (BED), found none");
    CHECK(regions("PK\x03\x04zip").find("a zip archive") != std::string::npos);
}

TEST_CASE("regions that overlap or touch become one, in the order of the bytes of names")
{
    ex::contig_list const contigs{"g.fa", {{"chr2", 100}, {"chr10", 100}, {"Chr1", 100}}};
    std::vector<ex::region> const given{{0, 10, 30}, {1, 5, 6},   {0, 20, 40}, {0, 40, 41},
                                        {0, 50, 60}, {2, 0, 100}, {0, 12, 13}};
    std::vector<ex::region> const expected{{2, 0, 100}, {1, 5, 6}, {0, 10, 41}, {0, 50, 60}};
    CHECK(ex::merged(given, contigs) == expected);
}
