// Whole collections and outputs of public tools: how many motifs each file holds, the first and the last,
// spot values.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <explainn/io/motif_file.hpp>

#include "support/skip.hpp"

namespace ex = explainn;

namespace {

std::filesystem::path const formats = std::filesystem::path{EXPLAINN_SHARED_DATA} / "more/motif_formats";

// These numbers were counted and computed by a separate parser for each file, which agreed with the library
// in every column of every motif.
struct collection {
    char const* file;
    std::size_t count;
    char const* first;
    std::size_t first_width;
    double first_sites;
    double first_a; ///< of A in its second column
    char const* last;
    std::size_t last_width;
    double last_t; ///< of T in its last column
};

std::vector<collection> collections()
{
    return {
        {"databases/H12CORE_meme_format.meme.gz", 1443, "AHR.H12CORE.0.P.B", 10, 1003, 0.187437687,
         "ZSCA4.H12CORE.0.SM.B", 17, 0.273084859},
        {"databases/H13CORE_meme_format.meme.gz", 1611, "AHCTF1.H13CORE.0.B.B", 7, 681, 0.487518355,
         "ZXDC.H13CORE.0.PI.A", 14, 0.312568908},
        {"databases/JASPAR2024.meme.gz", 2346, "MA0004.1", 6, 20, 0.95, "MA1407.2", 8, 0.156156},
        {"databases/macisaac_yeast.v1.meme.gz", 124, "ABF1", 15, 20, 0.677759, "ZAP1", 15, 0},
        {"databases/HOCOMOCOv11_HUMAN.gimme.pfm.gz", 401, "AHR_HUMAN.H11MO.0.B", 9, 153.958717, 0.070651868,
         "ZSC31_HUMAN.H11MO.0.C", 18, 0.0810810811},
        {"databases/HOMER.gimme.pfm.gz", 436, "ATGACTCATC_AP-1(bZIP)/ThioMac-PU.1-ChIP-Seq(GSE21512)/Homer",
         10, 0, 0.001, "SMCAGTCWGAKGGAGGAGGC_ZSCAN22(Zf)/HEK293-ZSCAN22.GFP-ChIP-Seq(GSE58341)/Homer", 20,
         0.115},
        {"databases/JASPAR2022_vertebrates.gimme.pfm.gz", 838, "MA0004.1_MA0004.1.Arnt", 6, 20, 0.95,
         "MA1647.2_MA1647.2.Prdm4", 17, 0.193903472},
        {"databases/HOCOMOCOv11_full_HUMAN_mono_jaspar_format.txt.gz", 769, "AHR_HUMAN.H11MO.0.B", 9, 154,
         0.0714285714, "ZSCA4_HUMAN.H11MO.0.D", 12, 0.484429066},
        {"databases/JASPAR2022_CORE_non-redundant_pfms_jaspar.txt.gz", 1956, "MA0004.1", 6, 20, 0.95,
         "MA1001.3", 12, 0.211216315},
        {"databases/JASPAR2024.jaspar.gz", 2346, "MA0004.1", 6, 20, 0.95, "MA1407.2", 8, 0.156156156},
        {"databases/JASPAR2026_CORE_vertebrates_latest_versions.jaspar.gz", 1019, "MA0002.3", 9, 2000, 0.0285,
         "MA2692.1", 12, 0.333830104},
        {"databases/prodoric.transfac.gz", 342, "MX000001", 15, 2, 0, "MX000416", 18, 0.25},
        {"lightmotif_tests/Cha4.uniprobe", 1, "Cha4-primary", 21, 0, 0.220963079, "Cha4-primary", 21,
         0.194260256},
        {"lightmotif_tests/Gal4.uniprobe", 1, "Gal4-primary", 19, 0, 0.00440635102, "Gal4-primary", 19,
         0.0137928673},
        {"lightmotif_tests/demo.uniprobe", 2, "Arid3a_primary", 17, 0, 0.210100831, "Arid5a_primary", 14,
         0.272795085},
        {"lightmotif_tests/DNA.meme", 2, "crp", 19, 17, 0, "lexA", 18, 0.214286},
        {"lightmotif_tests/DREME.meme", 16, "CCMCRCCC", 8, 454, 0, "ACACGB", 6, 0.329341329},
        {"lightmotif_tests/MEME.meme", 3, "TACTGTATATAHAHMCAG", 18, 14, 0.857142143,
         "YTTSNTSYTRMTGATRAKMACTAWCATYWAMTMTTGACAY", 40, 0.666667},
        {"lightmotif_tests/STREME.meme", 7, "1-RGCCACACCCWNNBY", 15, 325, 0.261340739, "7-AAAACAAACCTAG", 13,
         0.001361},
        {"lightmotif_tests/M00005.transfac", 1, "M00005", 18, 5, 0.2, "M00005", 18, 0.4},
        {"lightmotif_tests/MA0001.2.transfac", 1, "MA0001.2", 18, 95, 0.168421053, "MA0001.2", 18,
         0.252631579},
        {"lightmotif_tests/MX000001.transfac", 1, "prodoric_MX000001", 15, 2, 0, "prodoric_MX000001", 15, 0},
        {"lightmotif_tests/MA0001.3.pfm", 1, "MA0001.3", 10, 95, 0, "MA0001.3", 10, 0.0315789474},
        {"lightmotif_tests/MA0017.3.pfm", 1, "MA0017.3", 12, 48922, 0.525211478, "MA0017.3", 12,
         0.0708474715},
        {"meme_suite_outputs/dreme.txt", 16, "CCMCRCCC", 8, 454, 0, "ACACGB", 6, 0.329341329},
        {"meme_suite_outputs/meme.txt", 3, "TACTGTATATAHAHMCAG", 18, 14, 0.857142143,
         "YTTSNTSYTRMTGATRAKMACTAWCATYWAMTMTTGACAY", 40, 0.666667},
        {"meme_suite_outputs/streme.txt", 7, "1-RGCCACACCCWNNBY", 15, 325, 0.261340739, "7-AAAACAAACCTAG", 13,
         0.001361},
        {"meme_suite_outputs/memechip_combined.meme", 58, "1", 12, 312, 0.020051, "58", 6, 0.00127399873},
        {"meme_suite_outputs/xstreme.txt", 18, "2-GCTGAGTCATN", 11, 181, 0.157305, "RGCTCACTGCAGCCT", 15, 1},
        {"meme_suite_outputs/xstreme_combined.meme.gz", 184, "1", 11, 181, 0.157305, "184", 15, 1},
    };
}

struct refused {
    char const* file;
    char const* says;
};

std::vector<refused> refused_files()
{
    return {
        {"databases/JASPAR2026_bpnet_tfmodisco_cwm_pfm.tsv.gz", ":1: expected a motif file (MEME, JASPAR"},
        {"databases/prodoric.transfac.gz",
         ":95: expected a count in some column, found zeros alone in motif 'MX000006'"},
        {"meme_suite_outputs/COPYING", ":1: expected a motif file (MEME, JASPAR"},
        {"meme_suite_outputs/dreme.xml", ":1: expected text, not XML or HTML"},
        {"meme_suite_outputs/fimo.tsv.gz", ":1: expected a motif file (MEME, JASPAR"},
        {"meme_suite_outputs/glam2.meme.gz",
         ":3: expected the DNA alphabet ACGT, found the protein alphabet 'ACDEFGHIKLMNPQRSTVWY'"},
        {"meme_suite_outputs/meme.xml.gz", ":1: expected text, not XML or HTML"},
        {"meme_suite_outputs/memechip_summary.tsv", ":1: expected a motif file (MEME, JASPAR"},
        {"meme_suite_outputs/streme.xml", ":1: expected text, not XML or HTML"},
        {"meme_suite_outputs/tomtom.tsv", ":1: expected a motif file (MEME, JASPAR"},
        {"meme_suite_outputs/tomtom.xml", ":1: expected text, not XML or HTML"},
        {"meme_suite_outputs/xstreme.tsv", ":1: expected a motif file (MEME, JASPAR"},
        {"memes_extdata/dreme.xml", ":1: expected text, not XML or HTML"},
        {"memes_extdata/streme.xml", ":1: expected text, not XML or HTML"},
        {"memes_extdata/tomtom.xml", ":1: expected text, not XML or HTML"},
        {"memes_extdata/tomtom_bad.xml", ":1: expected text, not XML or HTML"},
    };
}

} // namespace

TEST_CASE("collections and outputs of public tools are read right")
{
    if (!std::filesystem::exists(formats)) return test::skip("the collections of motifs are not here");
    for (collection const& c : collections()) {
        std::string const file = c.file;
        CAPTURE(file);
        bool const prodoric = file.find("prodoric") != file.npos;
        ex::motif_set const set = ex::read_motifs(formats / file, {.skip_bad = prodoric});
        REQUIRE(set.motifs.size() == c.count);
        CHECK(set.skipped.size() == (prodoric ? 11 : 0));   // matrices of zeros
        CHECK(set.warnings.size() == (prodoric ? 332 : 0)); // columns of zeros
        ex::motif const &first = set.motifs.front(), &last = set.motifs.back();
        CHECK(first.name == c.first);
        REQUIRE(first.width() == c.first_width);
        CHECK(first.sites == doctest::Approx(c.first_sites).epsilon(1e-8));
        CHECK(first.probabilities.columns[1][0] == doctest::Approx(c.first_a).epsilon(1e-8));
        CHECK(last.name == c.last);
        REQUIRE(last.width() == c.last_width);
        CHECK(last.probabilities.columns.back()[3] == doctest::Approx(c.last_t).epsilon(1e-8));
        double off = 0;
        for (ex::motif const& m : set.motifs)
            for (ex::column const& column : m.probabilities.columns)
                off = std::max(off, std::abs(ex::total(column) - 1));
        CHECK(off < 1e-9);
    }
}

TEST_CASE("of the same databases in two formats the motifs are the same")
{
    if (!std::filesystem::exists(formats)) return test::skip("the collections of motifs are not here");
    ex::motif_set const counts = ex::read_motifs(formats / "databases/JASPAR2024.jaspar.gz");
    ex::motif_set const shares = ex::read_motifs(formats / "databases/JASPAR2024.meme.gz");
    REQUIRE(counts.motifs.size() == shares.motifs.size());
    std::size_t rounded = 0; // JASPAR's counts of these are rounded shares times 1,000
    for (std::size_t i = 0; i < counts.motifs.size(); ++i) {
        ex::motif const &a = counts.motifs[i], &b = shares.motifs[i];
        CHECK(a.name == b.name);
        REQUIRE(a.width() == b.width());
        double off = 0;
        for (std::size_t k = 0; k < a.width(); ++k)
            for (std::size_t x = 0; x < 4; ++x)
                off = std::max(off, std::abs(a.probabilities.columns[k][x] - b.probabilities.columns[k][x]));
        rounded += off > 2e-6;
        CHECK(off < std::max(2e-6, 1.5 / a.sites));
    }
    CHECK(rounded == 95);
}

TEST_CASE("what public tools write beside motifs is refused in a true sentence")
{
    if (!std::filesystem::exists(formats)) return test::skip("the collections of motifs are not here");
    for (refused const& r : refused_files()) {
        std::string const file = r.file;
        CAPTURE(file);
        std::string what;
        try {
            ex::read_motifs(formats / file);
        } catch (ex::input_error const& e) {
            what = e.what();
        }
        CAPTURE(what);
        CHECK(what.starts_with((formats / file).string() + r.says));
    }
}
