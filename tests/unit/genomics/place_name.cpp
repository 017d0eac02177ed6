#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <explainn/genomics/place_name.hpp>

namespace ex = explainn;

TEST_CASE("names tell places as bedtools getfasta writes them")
{
    struct row {
        std::string name;
        ex::genomic_place place;
    };
    for (auto const& [name, place] : std::vector<row>{
             {"chr19:100-120", {"chr19", 100, 120, '.'}},
             {"peak1::chr19:100-120(+)", {"chr19", 100, 120, '+'}},
             {"chr5:2000-2030(-)", {"chr5", 2000, 2030, '-'}},
             {"chr1:1-10(.)", {"chr1", 1, 10, '.'}},
             {"a::b::chr1:0-10", {"chr1", 0, 10, '.'}},
             {"::chr1:0-10(+)", {"chr1", 0, 10, '+'}},
             {"gene (low)::chr1:0-10", {"chr1", 0, 10, '.'}},
             {"HLA-A*01:01:01:01:100-120", {"HLA-A*01:01:01:01", 100, 120, '.'}},
             {"x::HLA-DRB1*15:01:100-120(-)", {"HLA-DRB1*15:01", 100, 120, '-'}},
             {"chrUn_KI270742v1:3-4", {"chrUn_KI270742v1", 3, 4, '.'}},
             {"KI270742.1:3-4", {"KI270742.1", 3, 4, '.'}},
             {"chr6_GL000250v2_alt:3-4", {"chr6_GL000250v2_alt", 3, 4, '.'}},
             {"2L:17-18446744073709551615", {"2L", 17, 18446744073709551615u, '.'}},
         }) {
        CAPTURE(name);
        auto const found = ex::place_of(name);
        REQUIRE(found);
        CHECK(*found == place);
        CHECK(ex::chromosome_of(name) == place.chromosome);
    }
}

TEST_CASE("names without a place tell none")
{
    for (std::string const name : {"",
                                   "peak7",
                                   "chr19",
                                   "chr19:",
                                   ":1-10",
                                   "HLA:DRB1",
                                   "chr1:1,000-2,000",
                                   "chr1:1000",
                                   "chr1:a-b",
                                   "chr1:-10",
                                   "chr1:10-",
                                   "chr1:10-10",
                                   "chr1:20-10",
                                   "chr1:1-10-20",
                                   "chr1:+1-10",
                                   "chr1:1 -10",
                                   "chr1:1-10(*)",
                                   "chr1:1-10(+)x",
                                   "chr1:1-10::peak1",
                                   "chr1:1-99999999999999999999",
                                   "peak1::",
                                   "(+)",
                                   "chr1:0x1-0x9",
                                   "chr1:1.5-3"}) {
        CAPTURE(name);
        CHECK(!ex::place_of(name));
    }
    CHECK(ex::chromosome_of("peak7") == "");
    CHECK(ex::chromosome_of("chr19") == "");
    CHECK(ex::chromosome_of("peak1::chr19") == "");
    // a name may give the chromosome although it does not give the place
    CHECK(ex::chromosome_of("chr8:128747680:A:G") == "chr8");
    CHECK(ex::chromosome_of("snp::chr8:128747680") == "chr8");
    CHECK(ex::chromosome_of("chr1:1,000-2,000") == "chr1");
    CHECK(ex::chromosome_of("HLA:DRB1") == "HLA");
}

TEST_CASE("a part of a sequence lies where its bases do, on either strand")
{
    auto const forward = *ex::place_of("chr5:1000-1030"), reverse = *ex::place_of("chr5:2000-2030(-)");
    CHECK(forward.length() == 30);
    CHECK(forward.part(4, 14, false) == ex::genomic_place{"chr5", 1004, 1014, '+'});
    CHECK(forward.part(4, 14, true) == ex::genomic_place{"chr5", 1004, 1014, '-'});
    CHECK(reverse.part(4, 14, false) == ex::genomic_place{"chr5", 2016, 2026, '-'});
    CHECK(reverse.part(4, 14, true) == ex::genomic_place{"chr5", 2016, 2026, '+'});
    CHECK(reverse.part(0, 30, false) == ex::genomic_place{"chr5", 2000, 2030, '-'});
}
