// Everything that a motif format holds is read, and written without loss.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/io/motif_file.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"

namespace ex = explainn;
using testing::temporary_file;

namespace {

std::filesystem::path const data = std::filesystem::path{EXPLAINN_TEST_DATA} / "motif_files";
std::filesystem::path const shared = EXPLAINN_SHARED_DATA;

// probabilities that have no short decimal form
ex::motif_set random_motifs(std::size_t count)
{
    ex::random_numbers draw{ex::seed{7}, ex::stream::tests};
    ex::motif_set set;
    for (std::size_t i = 0; i < count; ++i) {
        ex::motif m;
        m.name = "motif" + std::to_string(i);
        for (std::size_t k = 0; k <= i % 30; ++k) {
            ex::column c{};
            for (double& x : c) x = std::pow(draw.uniform(), 6) + 1e-9;
            double const sum = ex::total(c);
            for (double& x : c) x /= sum;
            m.probabilities.columns.push_back(c);
        }
        set.motifs.push_back(m);
    }
    return set;
}

constexpr std::array formats{ex::motif_format::meme,  ex::motif_format::jaspar, ex::motif_format::transfac,
                             ex::motif_format::homer, ex::motif_format::cisbp,  ex::motif_format::uniprobe};

} // namespace

TEST_CASE("probabilities of any motif read back to the same bits from every format")
{
    ex::motif_set const set = random_motifs(60);
    for (ex::motif_format const format : formats) {
        CAPTURE(static_cast<int>(format));
        std::string const text = ex::motif_text(set, format);
        CHECK(ex::motif_format_of(text) == format);
        ex::motif_set const back = ex::parse_motifs(text);
        REQUIRE(back.motifs.size() == set.motifs.size());
        for (std::size_t i = 0; i < set.motifs.size(); ++i) {
            CHECK(back.motifs[i].name == set.motifs[i].name);
            CHECK(back.motifs[i].probabilities == set.motifs[i].probabilities);
        }
        CHECK(ex::motif_text(back, format) == text);
    }
}

TEST_CASE("MEME: everything the format holds comes back")
{
    ex::motif_set set = random_motifs(5);
    set.letters = ex::background{{0.3, 0.2, 0.2, 0.3}};
    set.strands = ex::motif_strands::both;
    set.motifs[0].alternative_name = "CTCF (short form)";
    set.motifs[1].sites = 20;
    set.motifs[2].e_value = 1.25e-17;
    set.motifs[3].url = "https://jaspar.elixir.no/matrix/MA0139.1";
    CHECK(ex::parse_motifs(ex::meme_text(set)) == set);
    set.strands = ex::motif_strands::forward;
    set.letters = std::nullopt;
    temporary_file const file{""};
    ex::output_file out{file.path()};
    ex::write_meme(out, set);
    out.commit();
    CHECK(ex::read_motifs(file.path()) == set);
}

TEST_CASE("MEME: the text is what MEME 5 reads")
{
    ex::motif_set set;
    set.letters = ex::background{};
    set.strands = ex::motif_strands::both;
    set.motifs.push_back({"filter 0", "SPI1", ex::ppm{{{0.125, 0.375, 0.5, 0}}}, 20, 0});
    CHECK(ex::meme_text(set) ==
          "MEME version 5\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\n"
          "A 0.25 C 0.25 G 0.25 T 0.25\n\nMOTIF filter_0 SPI1\n"
          "letter-probability matrix: alength= 4 w= 1 nsites= 20 E= 0\n 0.125 0.375 0.5 0\n\n");
}

TEST_CASE("reference defect 16: MEME of unequal widths, several spaces, and a last motif without line end")
{
    std::string const text = "MEME version 4\n\nMOTIF  short \nletter-probability matrix: alength= 4 w= 1 \n"
                             "0.5   0.25  \t0.125\t 0.125\n"
                             "MOTIF\tlong   name of it\nletter-probability  matrix: none of MEME's\n"
                             "letter-probability matrix:alength=4 w=3 nsites=7\n"
                             " 1  0  0  0 \n\t0\t1\t0\t0\n0   0   0.5   0.5";
    ex::motif_set const set = ex::parse_motifs(text);
    REQUIRE(set.motifs.size() == 2);
    CHECK(set.motifs[0].name == "short");
    CHECK(set.motifs[0].probabilities == ex::ppm{{{0.5, 0.25, 0.125, 0.125}}});
    CHECK(set.motifs[1].name == "long");
    CHECK(set.motifs[1].alternative_name == "name of it");
    CHECK(set.motifs[1].sites == 7);
    CHECK(set.motifs[1].probabilities == ex::ppm{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0.5, 0.5}}});
    std::string const written = ex::meme_text(set);
    CHECK(written.ends_with("\n\n")); // some readers drop the last motif if no blank line follows it
    CHECK(ex::parse_motifs(written) == set);
}

TEST_CASE("MEME: full output of the suite")
{
    ex::motif_set const set = ex::read_motifs(data / "full.meme");
    REQUIRE(set.motifs.size() == 2);
    CHECK(set.strands == ex::motif_strands::both);
    REQUIRE(set.letters);
    CHECK(set.letters->frequencies == ex::column{0.299, 0.201, 0.201, 0.299});
    CHECK(set.motifs[0].name == "TGAC");
    CHECK(set.motifs[0].alternative_name == "MEME-1");
    CHECK(set.motifs[0].sites == 18);
    CHECK(set.motifs[0].e_value == 0);
    CHECK(set.motifs[0].probabilities == ex::ppm{{{0, 0, 0, 1}, {0, 0, 1, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}}});
    CHECK(set.motifs[1].name == "2");
    CHECK(set.motifs[1].alternative_name.empty());
    CHECK(set.motifs[1].e_value == 350);
    CHECK(set.motifs[1].width() == 2);
}

TEST_CASE("MEME: log-odds stand in where no probabilities follow")
{
    ex::motif_set const set =
        ex::parse_motifs("MEME version 4\nBackground letter frequencies\nA 0.5 C 0.125\nG 0.125 T 0.25\n\n"
                         "MOTIF m\nlog-odds matrix: alength= 4 w= 1\n-100 100 100 0\n");
    CHECK(set.motifs.at(0).probabilities == ex::ppm{{{0.25, 0.25, 0.25, 0.25}}});
}

TEST_CASE("MEME: the reference's filters, whose last line has no end")
{
    ex::motif_set const set = ex::read_motifs(data / "reference_three.meme");
    REQUIRE(set.motifs.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(set.motifs[i].name == "filter" + std::to_string(i));
        CHECK(set.motifs[i].alternative_name.empty());
        CHECK(set.motifs[i].width() == 19);
        CHECK(set.motifs[i].sites == 0);
    }
    CHECK(set.motifs[0].probabilities.columns[0][0] == doctest::Approx(0.31351351737976074).epsilon(1e-7));
}

TEST_CASE("JASPAR: counts come back, and JASPAR's own MEME gives the same motifs")
{
    ex::motif_set const counts = ex::read_motifs(data / "jaspar_six.jaspar");
    ex::motif_set const shares = ex::read_motifs(data / "jaspar_six.meme");
    REQUIRE(counts.motifs.size() == 6);
    REQUIRE(shares.motifs.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
        ex::motif const& a = counts.motifs[i];
        ex::motif const& b = shares.motifs[i];
        CHECK(a.name == b.name);
        CHECK(a.alternative_name == b.alternative_name);
        REQUIRE(a.width() == b.width());
        for (std::size_t k = 0; k < a.width(); ++k)
            for (std::size_t base = 0; base < 4; ++base)
                CHECK(std::abs(a.probabilities.columns[k][base] - b.probabilities.columns[k][base]) < 2e-6);
    }
    CHECK(counts.motifs[0].sites == 24);
    REQUIRE(counts.motifs[0].counts);
    CHECK(counts.motifs[0].counts->columns[0] == ex::column{3, 8, 2, 11});
    for (ex::motif_format const format : {ex::motif_format::jaspar, ex::motif_format::transfac})
        CHECK(ex::parse_motifs(ex::motif_text(counts, format)) == counts);
    CHECK(*counts.motifs[0].counts == ex::counts_of(shares.motifs[0]));
}

TEST_CASE("JASPAR: fractions of counts come back exactly")
{
    ex::motif_set const set = ex::parse_motifs(">m\tn\nA [ 1.5 100000 ]\nC [ 0.1 0.30000000000000004 ]\n"
                                               "G [ 7 1e-9 ]\nT [ 0 0 ]\n");
    CHECK(set.motifs.at(0).counts->columns ==
          std::vector<ex::column>{{1.5, 0.1, 7, 0}, {100000, 0.30000000000000004, 1e-9, 0}});
    std::string const text = ex::jaspar_text(set);
    CHECK(text.find(" 100000 ") != text.npos);
    CHECK(ex::parse_motifs(text) == set);
}

TEST_CASE("HOMER: name, threshold, statistics and a consensus of its own come back")
{
    ex::motif_set const set =
        ex::parse_motifs(">NNTGA\tAP-1(bZIP)/ThioMac/Homer\t6.805\t-1781.4\t0\tT:9967.0(44.36%)\n"
                         "0.419\t0.275\t0.277\t0.028\n0.001\t0.001\t0.001\t0.997\n");
    ex::motif const& m = set.motifs.at(0);
    CHECK(m.name == "AP-1(bZIP)/ThioMac/Homer");
    CHECK(m.notes == std::vector<ex::motif_note>{{"HOMER threshold", "6.805"},
                                                 {"HOMER statistics", "-1781.4\t0\tT:9967.0(44.36%)"},
                                                 {"HOMER consensus", "NNTGA"}});
    CHECK(ex::parse_motifs(ex::homer_text(set)) == set);
    CHECK(ex::homer_text(set).starts_with(
        ">NNTGA\tAP-1(bZIP)/ThioMac/Homer\t6.805\t-1781.4\t0\tT:9967.0(44.36%)\n"));
}

TEST_CASE("TRANSFAC: accession, identifier, name, remarks, order of bases")
{
    std::string const text =
        "VV  EXAMPLE January 15, 2013\nXX\n//\nAC  M00001\nXX\nID  V$MYOD_01\nXX\nNA  MyoD\nXX\n"
        "DE  myogenic\nBF  T00526; MyoD; Species: mouse\nXX\nP0      T      G      C      A\n"
        "01      0      2      2      1      S\n02      0      2      1      2      R\nXX\n"
        "BA  5 functional elements\nXX\n//\nAC  M2\nPO A C G T\n01 .1 .2 .3 .4\nXX\n//\n";
    ex::motif_set const set = ex::parse_motifs(text);
    REQUIRE(set.motifs.size() == 2);
    ex::motif const& m = set.motifs[0];
    CHECK(m.name == "M00001");
    CHECK(m.alternative_name == "MyoD");
    CHECK(m.sites == 5);
    REQUIRE(m.counts);
    CHECK(m.counts->columns == std::vector<ex::column>{{1, 2, 2, 0}, {2, 1, 2, 0}});
    CHECK(m.notes == std::vector<ex::motif_note>{{"TRANSFAC ID", "V$MYOD_01"},
                                                 {"TRANSFAC DE", "myogenic"},
                                                 {"TRANSFAC BF", "T00526; MyoD; Species: mouse"},
                                                 {"TRANSFAC BA", "5 functional elements"}});
    CHECK_FALSE(set.motifs[1].counts);
    CHECK(ex::parse_motifs(ex::transfac_text(set)) == set);
}

TEST_CASE("cis-BP and UniPROBE: lines about the factor come back")
{
    ex::motif_set const set =
        ex::parse_motifs("TF\tT094831_1.02\nTF Name\tSox2\nGene\tENSG1\nMotif\tM1_1.02\nFamily\tSox\n"
                         "Species\tMus_musculus\nPos\tA\tC\tG\tT\n1\t0.5\t0.25\t0.25\t0\n");
    CHECK(set.motifs.at(0).name == "M1_1.02");
    CHECK(set.motifs[0].alternative_name == "Sox2");
    CHECK(set.motifs[0].notes.size() == 4);
    CHECK(ex::parse_motifs(ex::cisbp_text(set)) == set);

    temporary_file const bare{"Pos\tA\tC\tG\tT\n1\t0\t0\t1\t0\n"};
    CHECK(ex::read_motifs(bare.path()).motifs.at(0).name == bare.path().stem().string());

    ex::motif_set const uniprobe = ex::parse_motifs("Protein: Sox2\tSeed k-mer: ACAAT\tEnrichment Score: "
                                                    "0.49\nA:\t0.5\t0\nC:\t0.5\t0\nG:\t0\t1\nT:\t0\t0\n");
    CHECK(uniprobe.motifs.at(0).name == "Sox2");
    CHECK(uniprobe.motifs[0].probabilities == ex::ppm{{{0.5, 0.5, 0, 0}, {0, 0, 1, 0}}});
    CHECK(ex::parse_motifs(ex::uniprobe_text(uniprobe)) == uniprobe);
}

TEST_CASE("a name can never break the lines of a file")
{
    ex::motif_set set = random_motifs(1);
    set.motifs[0].name = "two words\nMOTIF evil\t";
    set.motifs[0].alternative_name = "a\nb";
    for (ex::motif_format const format : formats) {
        ex::motif_set back;
        REQUIRE_NOTHROW(back = ex::parse_motifs(ex::motif_text(set, format)));
        REQUIRE(back.motifs.size() == 1);
        CHECK(back.motifs[0].probabilities == set.motifs[0].probabilities);
    }
    set.motifs[0].name.clear();
    set.motifs[0].alternative_name.clear();
    for (ex::motif_format const format : formats)
        CHECK(ex::parse_motifs(ex::motif_text(set, format)).motifs.at(0).name == "unnamed");
}

TEST_CASE("counts follow from six decimals and the sites, where they are whole")
{
    ex::motif m;
    m.probabilities = {{{0.125, 0.333333, 0.083333, 0.458334}, {0.2, 0.3, 0.31, 0.19}}};
    m.sites = 24;
    CHECK(ex::counts_of(m).columns[0] == ex::column{3, 8, 2, 11});
    CHECK(ex::counts_of(m).columns[1][0] == doctest::Approx(4.8));
    m.sites = 0;
    CHECK_THROWS_AS(ex::counts_of(m), ex::error);
}

TEST_CASE("JASPAR's 746 vertebrate profiles in both formats")
{
    auto const meme = shared / "jaspar/JASPAR2020_CORE_vertebrates_non-redundant.meme";
    auto const jaspar = shared / "jaspar/JASPAR2020_CORE_vertebrates_non-redundant.jaspar";
    if (!std::filesystem::exists(meme) || !std::filesystem::exists(jaspar))
        return test::skip("JASPAR's profiles are not here");
    ex::motif_set const shares = ex::read_motifs(meme);
    ex::motif_set const counts = ex::read_motifs(jaspar);
    REQUIRE(shares.motifs.size() == 746);
    REQUIRE(counts.motifs.size() == 746);
    CHECK_NOTHROW(ex::require_unique_names(shares));
    double worst = 0;
    double worst_of_rounded = 0; // JASPAR's counts of MA1153.1 are its shares times 1,000, rounded
    for (std::size_t i = 0; i < 746; ++i) {
        CHECK(shares.motifs[i].name == counts.motifs[i].name);
        REQUIRE(shares.motifs[i].width() == counts.motifs[i].width());
        for (std::size_t k = 0; k < counts.motifs[i].width(); ++k)
            for (std::size_t b = 0; b < 4; ++b) {
                double const off = std::abs(shares.motifs[i].probabilities.columns[k][b] -
                                            counts.motifs[i].probabilities.columns[k][b]);
                double& bound = shares.motifs[i].name == "MA1153.1" ? worst_of_rounded : worst;
                bound = std::max(bound, off);
            }
    }
    CHECK(worst < 2e-6);
    CHECK(worst_of_rounded < 5e-4);
    CHECK(ex::parse_motifs(ex::jaspar_text(counts)) == counts);
    CHECK(ex::parse_motifs(ex::transfac_text(counts)) == counts);
    CHECK(ex::parse_motifs(ex::meme_text(shares)) == shares);
}
