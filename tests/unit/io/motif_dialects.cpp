// Motif files in the dialects that public tools and databases write: the right values, and the warnings where
// the reader had to guess. The files of data/motif_files/odd are made up.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/io/background_file.hpp>
#include <explainn/io/motif_file.hpp>

#include "support/folder.hpp"

namespace ex = explainn;
using testing::temporary_file;

namespace {

std::filesystem::path const odd = std::filesystem::path{EXPLAINN_TEST_DATA} / "motif_files/odd";

// what was read, in short: the name, the most probable bases, the sites
struct seen {
    std::string name, bases;
    double sites;
    friend bool operator==(seen const&, seen const&) = default;
    friend std::ostream& operator<<(std::ostream& out, seen const& s)
    {
        return out << s.name << ' ' << s.bases << ' ' << s.sites;
    }
};

std::string text_of(std::vector<seen> const& motifs)
{
    std::ostringstream out;
    for (seen const& s : motifs) out << s << "; ";
    return out.str();
}

std::vector<seen> in_short(ex::motif_set const& set)
{
    std::vector<seen> out;
    for (ex::motif const& m : set.motifs) {
        out.push_back({m.name, ex::consensus(m.probabilities), m.sites});
        for (ex::column const& c : m.probabilities.columns)
            CHECK(ex::total(c) == doctest::Approx(1).epsilon(1e-12));
    }
    return out;
}

struct dialect {
    char const* what;
    std::string content;
    std::vector<seen> motifs;
    std::vector<std::string> warnings; ///< a part of each
};

std::string const meme = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\n";

void check(dialect const& d, ex::motif_set const& set)
{
    std::string const what = d.what;
    CAPTURE(what);
    CHECK(text_of(in_short(set)) == text_of(d.motifs));
    REQUIRE(set.warnings.size() == d.warnings.size());
    for (std::size_t i = 0; i < set.warnings.size(); ++i) {
        std::string const text = ex::remark_text(set.warnings[i]);
        CAPTURE(text);
        CHECK(text.find(d.warnings[i]) != text.npos);
        CHECK(set.warnings[i].line > 0);
        CHECK(text.find('\n') == text.npos);
    }
}

std::string refusal(std::string const& content, ex::motif_options const& options = {})
{
    try {
        ex::parse_motifs(content, "motifs", options);
    } catch (ex::input_error const& e) {
        return e.what();
    }
    return "";
}

} // namespace

TEST_CASE("a column of zeros is uniform, and a warning names motif and column")
{
    auto const set = ex::read_motifs(odd / "01_zero_column.jaspar");
    check({"01",
           "",
           {{"XX0001.1", "ACGA", 12}, {"XX0002.1", "ACGAA", 12}, {"XX0003.1", "GAAG", 9}},
           {"motif 'XX0002.1': column 5 is zero"}},
          set);
    CHECK(set.motifs[1].probabilities.columns[4] == ex::column{0.25, 0.25, 0.25, 0.25});
    CHECK(set.motifs[1].counts->columns[4] == ex::column{});
    for (ex::motif_format const format : {ex::motif_format::jaspar, ex::motif_format::transfac})
        CHECK(ex::parse_motifs(ex::motif_text(set, format)) == set);
    // within, twice, in probabilities, and in the other layouts
    check({"two columns", "", {{"m", "AAAT", 9}}, {"motif 'm': columns 2 and 3 are zero for every base"}},
          ex::parse_motifs(">m\nA [9 0 0 1]\nC [0 0 0 1]\nG [0 0 0 1]\nT [0 0 0 6]\n"));
    auto const shares =
        ex::parse_motifs(">m\nA [0.9 0.0 0.1]\nC [0.1 0.0 0.1]\nG [0.0 0.0 0.7]\nT [0.0 0.0 0.1]\n");
    check({"probabilities", "", {{"m", "AAG", 0}}, {"column 2 is zero"}}, shares);
    CHECK_FALSE(shares.motifs[0].counts);
    check({"TRANSFAC", "", {{"m", "AAC", 4}}, {"motifs:4: motif 'm': column 2 is zero"}},
          ex::parse_motifs("AC m\nP0 A C G T\n01 4 0 0 0 A\n02 0 0 0 0 N\n03 0 4 0 0 C\nXX\n//\n"));
    check({"rows of positions", "", {{"m", "ACATG", 5}}, {"motifs:4: motif 'm': column 3 is zero"}},
          ex::parse_motifs(">m\n5 0 0 0\n0 5 0 0\n0 0 0 0\n0 0 0 5\n0 0 5 0\n"));
    CHECK(refusal(">m\nA [0 0]\nC [0 0]\nG [0 0]\nT [0 0]\n").find("zeros alone in motif 'm'") !=
          std::string::npos);
}

TEST_CASE("four rows of four numbers: sums and the file's other motifs tell rows from columns")
{
    check({"alone", "", {{"GATA_short", "GATA", 0}}, {}}, ex::read_motifs(odd / "02_vertical_w4.pfm"));
    check({"last", "", {{"six", "TGACGT", 0}, {"GATA_short", "GATA", 0}}, {}},
          ex::read_motifs(odd / "02_vertical_w4_among_others.pfm"));
    check({"first", "", {{"GATA_short", "GATA", 0}, {"six", "TGACGT", 0}}, {}},
          ex::read_motifs(odd / "02_vertical_w4_first.pfm"));
    CHECK(ex::read_motifs(odd / "02_vertical_w4.pfm").motifs[0].probabilities.columns[1] ==
          ex::column{0.90, 0.02, 0.03, 0.05});
    std::string const both =
        "0.7 0.1 0.1 0.1\n0.1 0.1 0.7 0.1\n0.1 0.1 0.1 0.7\n0.1 0.7 0.1 0.1\n"; // rows AGTC, columns ATCG
    std::string const six = ">six\n0.1 0.1 0.1 0.7\n0.1 0.1 0.7 0.1\n0.7 0.1 0.1 0.1\n0.1 0.7 0.1 0.1\n0.1 "
                            "0.1 0.7 0.1\n0.1 0.1 0.1 0.7\n";
    std::string const wide = ">wide\n0.1 0.1 0.7 0.1 0.7\n0.1 0.1 0.1 0.7 0.1\n0.1 0.7 0.1 0.1 0.1\n0.7 0.1 "
                             "0.1 0.1 0.1\n"; // a row for each base
    std::vector<dialect> const all{
        {"JASPAR's raw probabilities",
         ">m\n0.9 0.1 0.9 0.9\n0.1 0.1 0.1 0.1\n0.0 0.8 0.0 0.0\n0.0 0.0 0.0 0.0\n",
         {{"m", "AGAA", 0}},
         {}},
        {"JASPAR's raw counts", ">m\n9 0 9 5\n0 1 0 0\n1 9 1 0\n0 0 0 5\n", {{"m", "AGAA", 10}}, {}},
        {"rounded to two digits, a row for each position",
         ">m\n0.33 0.33 0.33 0.00\n0.01 0.01 0.97 0.00\n0.90 0.02 0.03 0.05\n0.50 0.17 0.17 0.17\n",
         {{"m", "AGAA", 0}},
         {}},
        {"both directions, alone",
         ">m\n" + both,
         {{"m", "ATCG", 0}},
         {"motifs:1: motif 'm': its four rows and its four columns have equal sums; taken as a row for each "
          "base"}},
        {"both directions, another motif has a row for each position",
         six + ">m\n" + both,
         {{"six", "TGACGT", 0}, {"m", "AGTC", 0}},
         {}},
        {"both directions, another motif has a row for each base",
         ">m\n" + both + wide,
         {{"m", "ATCG", 0}, {"wide", "TGACA", 0}},
         {}},
        {"the file's other motifs say otherwise than the sums",
         wide + ">GATA\n0.05 0.05 0.85 0.05\n0.90 0.02 0.03 0.05\n0.04 0.03 0.03 0.90\n0.85 0.05 0.05 0.05\n",
         {{"wide", "TGACA", 0}, {"GATA", "GATA", 0}},
         {"motif 'GATA': its rows and not its columns add up to 1, unlike the file's other motifs; taken "
          "as a row for each position"}},
        {"counts in a file of a row for each base",
         wide + ">m\n1 1 17 1\n18 0 1 1\n1 1 0 18\n17 1 1 1\n",
         {{"wide", "TGACA", 0}, {"m", "GATA", 20}},
         {"its rows and not its columns have equal sums, unlike the file's other motifs; taken as a row for "
          "each position"}},
        {"counts of a row for each base beside three positions",
         ">P nm\n0 20 0 0\n1 0 19 0\n0 0 20 0\n0 0 0 20\n20 0 0 0\n>V\n0 20 0 0\n0 0 0 12\n19 0 1 8\n1 0 19 "
         "0\n",
         {{"P", "CGGTA", 20}, {"V", "GATC", 20}},
         {"unlike the file's other motifs; taken as a row for each base"}},
        {"a row for each position beside three positions of each base",
         ">M1 nm\n0 20 0\n1 0 0\n19 0 0\n0 0 20\n>V\n0 1 19 0\n20 0 0 0\n0 0 0 20\n20 0 0 0\n",
         {{"M1", "GAT", 20}, {"V", "GATA", 20}},
         {"motif 'V': its rows and not its columns have equal sums, unlike"}},
        {"unequal counts four wide before three positions",
         ">M0\n0 3 17 0\n1 0 0 25\n0 18 3 8\n29 0 3 0\n>M1\n0 0 20 0\n20 0 0 0\n0 0 0 20\n",
         {{"M0", "GTCA", 32}, {"M1", "GAT", 20}},
         {"motif 'M1': it has fewer than four rows"}},
        {"a consensus in the head without a threshold",
         ">GATC\tX\n" + std::string{"0 0 7 3\n8 0 1 0\n0 1 2 9\n2 5 1 0\n"},
         {{"X", "GATC", 12}},
         {}},
        {"a consensus in the head, both directions", ">AGTC\tX\n" + both, {{"X", "AGTC", 0}}, {}},
        {"a consensus in the head of rows of bases", ">ATCG\tX\n" + both, {{"ATCG", "ATCG", 0}}, {}},
        {"of motifs four wide alone, one tells the others",
         ">m\n" + both +
             ">GATA\n0.05 0.05 0.85 0.05\n0.90 0.02 0.03 0.05\n0.04 0.03 0.03 0.90\n0.85 0.05 0.05 0.05\n",
         {{"m", "AGTC", 0}, {"GATA", "GATA", 0}},
         {}},
        {"counts, a row for each position, alone",
         ">m\n1 1 17 1\n18 0 1 1\n1 1 0 18\n17 1 1 1\n",
         {{"m", "GATA", 20}},
         {"motif 'm': it has four rows of four counts, of which the rows have equal sums; taken as a row for "
          "each position"}},
        {"counts of a Cluster-Buster file",
         ">m\n# WEIGHT: 1\n1 1 17 1\n18 0 1 1\n1 1 0 18\n17 1 1 1\n",
         {{"m", "GATA", 20}},
         {}},
        {"counts of unequal sums",
         ">m\n5 9 1 2\n1 0 8 2\n3 4 0 1\n0 0 2 9\n",
         {{"m", "AACT", 14}},
         {"without equal sums either way; taken as a row for each base"}},
        {"the same either way",
         ">m\n0.7 0.1 0.1 0.1\n0.1 0.7 0.1 0.1\n0.1 0.1 0.7 0.1\n0.1 0.1 0.1 0.7\n",
         {{"m", "ACGT", 0}},
         {}},
        {"HOMER's head settles it", ">AGTC\tm\t5.1\n" + both, {{"m", "AGTC", 0}}, {}},
        {"brackets settle it",
         ">m\nA [0.7 0.1 0.1 0.1]\nC [0.1 0.1 0.7 0.1]\nG [0.1 0.1 0.1 0.7]\nT [0.1 0.7 0.1 0.1]\n",
         {{"m", "ATCG", 0}},
         {}},
        {"a line A C G T settles it", ">m\nA C G T\n" + both, {{"m", "AGTC", 0}}, {}},
        {"a line of the bases in another order", ">m\nT\tG\tC\tA\n" + both, {{"m", "TCAG", 0}}, {}},
        {"Windows line ends and tabs",
         ">m\r\n0.05\t0.05\t0.85\t0.05\r\n0.90\t0.02\t0.03\t0.05\r\n0.04\t0.03\t0.03\t0.90\r\n0.85\t0.05\t0."
         "05\t0.05\r\n",
         {{"m", "GATA", 0}},
         {}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    // an option decides what is in doubt
    for (ex::motif_options const& options : {ex::motif_options{.layout = ex::motif_layout::positions},
                                             ex::motif_options{.format = ex::motif_format::homer}})
        check({"told positions", "", {{"m", "AGTC", 0}}, {}},
              ex::parse_motifs(">m\n" + both, "motifs", options));
    for (ex::motif_options const& options : {ex::motif_options{.layout = ex::motif_layout::bases},
                                             ex::motif_options{.format = ex::motif_format::jaspar}})
        check({"told bases", "", {{"m", "ATCG", 0}}, {}}, ex::parse_motifs(">m\n" + both, "motifs", options));
}

TEST_CASE("a position before four numbers, their sum behind them, and a line of column names")
{
    std::vector<seen> const gata{{"M1", "GATA", 20}};
    std::vector<dialect> const all{
        {"from 1", ">M1\n1 0 1 19 0\n2 20 0 0 0\n3 0 0 0 20\n4 20 0 0 0\n", gata, {}},
        {"from 0", ">M1\n0 0 1 19 0\n1 20 0 0 0\n2 0 0 0 20\n3 20 0 0 0\n", gata, {}},
        {"of two digits", ">M1\n01 0 1 19 0\n02 20 0 0 0\n03 0 0 0 20\n04 20 0 0 0\n", gata, {}},
        {"probabilities",
         ">M1\n1 0 0.05 0.95 0\n2 1.0 0 0 0\n3 0 0 0 1.0\n4 1.0 0 0 0\n",
         {{"M1", "GATA", 0}},
         {}},
        {"six wide",
         ">M1\n1 0 0 9 0\n2 9 0 0 0\n3 0 0 0 9\n4 9 0 0 0\n5 9 0 0 0\n6 0 9 0 0\n",
         {{"M1", "GATAAC", 9}},
         {}},
        {"three wide", ">M1\n1 0 0 9 0\n2 9 0 0 0\n3 0 0 0 9\n", {{"M1", "GAT", 9}}, {}},
        {"unequal sums",
         ">M1\n1 0 1 19 0\n2 9 0 0 0\n3 0 0 0 14\n4 30 0 0 0\n",
         {{"M1", "GATA", 30}},
         {"the first numbers of its rows count the rows"}},
        {"sums of rows", ">M1\n0 1 19 0 20\n20 0 0 0 20\n0 0 0 20 20\n20 0 0 0 20\n", gata, {}},
        {"sums of rows of probabilities",
         ">M1\n0.0 0.05 0.95 0.0 1.0\n1.0 0.0 0.0 0.0 1\n0.0 0.0 0.0 1.0 1\n1.0 0.0 0.0 0.0 1\n",
         {{"M1", "GATA", 0}},
         {}},
        {"an index and sums", ">M1\n1 0 1 19 0 20\n2 20 0 0 0 20\n3 0 0 0 20 20\n4 20 0 0 0 20\n", gata, {}},
        {"five positions of each base, which begin with 1, 2, 3, 4",
         ">m\n1 8 0 0 0\n2 0 2 9 0\n3 2 8 0 0\n4 0 0 1 10\n",
         {{"m", "TAGCT", 10}},
         {}},
        {"Pos A C G T", ">M1\nPos A C G T\n1 0 1 19 0\n2 20 0 0 0\n3 0 0 0 20\n4 20 0 0 0\n", gata, {}},
        {"P0 A C G T without an index",
         ">M1\nP0\tA\tC\tG\tT\n0 1 19 0\n20 0 0 0\n0 0 0 20\n20 0 0 0\n",
         gata,
         {}},
        {"A C G T and the numbers of R's rows",
         ">M1\nA C G T\n1 0 1 19 0\n2 20 0 0 0\n3 0 0 0 20\n4 20 0 0 0\n5 0 20 0 0\n",
         {{"M1", "GATAC", 20}},
         {}},
        {"very unequal columns",
         ">m\n1 30 0 0 4 1\n0 0 1 9 1 0\n0 0 0 9 9 0\n0 9 0 1 6 0\n",
         {{"m", "AACCGA", 39}},
         {"the counts of its columns have very unequal sums"}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    auto const rna = ex::parse_motifs(">M1\nA C G U\n0 1 19 0\n20 0 0 0\n0 0 0 20\n20 0 0 0\n");
    CHECK(rna.rna);
}

TEST_CASE("rows of positions: counts and probabilities of Cluster-Buster, HOCOMOCO, gimme")
{
    auto const set = ex::read_motifs(odd / "03_vertical_counts.cb");
    check({"03", "", {{"TGACG_counts", "TGACG", 20}, {"SHIFTED", "TCGAC", 20}}, {}}, set);
    CHECK(set.motifs[1].counts->columns[4] == ex::column{0, 10, 10, 0});
    CHECK(ex::iupac_consensus(set.motifs[1].probabilities) == "TCGAS");
    std::vector<dialect> const all{
        {"two wide", ">m\n20 0 0 0\n0 19 1 0\n", {{"m", "AC", 20}}, {"fewer than four rows of four counts"}},
        {"two wide among others",
         ">m\n20 0 0 0\n0 19 1 0\n>n\n9 0 0 0\n0 9 0 0\n0 0 9 0\n0 0 0 9\n9 0 0 0\n",
         {{"m", "AC", 20}, {"n", "ACGTA", 9}},
         {}},
        {"two wide, probabilities", ">m\n0.9 0.1 0.0 0.0\n0.0 0.9 0.1 0.0\n", {{"m", "AC", 0}}, {}},
        {"counts with fractions",
         ">m\n40.5 18.25 56.4 38.7\n10.8 11.8 34.6 96.5\n2.5 1.3 145.8 4.2\n0.0 150.3 1.4 2.1\n3.4 0.7 149.3 "
         "0.3\n",
         {{"m", "GTGCG", 153.85}},
         {}},
        {"a head with =", "=m\n0 0 0 9\n0 0 9 0\n9 0 0 0\n0 9 0 0\n0 0 9 0\n", {{"m", "TGACG", 9}}, {}},
        {"comments above and between",
         "# a database\n>m\n# GAP: 3\n9 0 0 0\n0 9 0 0\n0 0 9 0\n# end\n0 0 0 9\n9 0 0 0\n",
         {{"m", "ACGTA", 9}},
         {}},
        {"name and other name",
         ">MA1\tArnt\n0 9 0 0\n9 0 0 0\n0 9 0 0\n0 0 9 0\n0 0 0 9\n",
         {{"MA1", "CACGT", 9}},
         {}},
        {"HOMER without a threshold",
         ">CACGT\tArnt\n0.0 0.9 0.1 0\n0.9 0.1 0 0\n0 0.9 0.1 0\n0 0 0.9 0.1\n0 0.1 0 0.9\n",
         {{"Arnt", "CACGT", 0}},
         {}},
        {"sums that differ",
         ">m\n0 0 0 18\n0 0 20 0\n19 0 0 0\n0 9 0 0\n0 0 9 3\n",
         {{"m", "TGACG", 20}},
         {}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    // rows of bases before which a line with ">" is missing, and fewer than four rows of bases, are not
    // positions
    CHECK(refusal(">w\n1 2 3 4 5\n1 2 3 4 5\n1 2 3 4 5\n1 2 3 4 5\n>m\n9 0 0 9\n0 1 0 0\n0 0 9 0\n0 8 0 0\n9 "
                  "0 0 9\n0 1 0 0\n0 0 9 0\n0 8 0 0\n")
              .find("> and the name of a motif") != std::string::npos);
    CHECK(refusal(">m\n1 2 3 4\n").find("row 2 of 4 of motif 'm'") != std::string::npos);
    CHECK(refusal(">m\n9 0 0 4\n0 2 1 0\n").find("row 3 of 4 of motif 'm'") != std::string::npos);
    CHECK(refusal(">m\n9 0 0 4\n0 2 1 0\n3 3 1 1\n>n\n").find("row 4 of 4 of motif 'm'") !=
          std::string::npos);
    CHECK(refusal(">w\n1 2 3 4 5\n1 2 3 4 5\n1 2 3 4 5\n1 2 3 4 5\n>m\n9 9 0 0\n0 0 9 9\n")
              .find("row 3 of 4 of motif 'm'") != std::string::npos);
}

TEST_CASE("rounded probabilities are divided by their sum; what rounding cannot explain is warned of")
{
    check({"04 HOMER", "", {{"rounded", "AAGCATTT", 0}}, {}}, ex::read_motifs(odd / "04_rounded.homer"));
    auto const set = ex::read_motifs(odd / "04_rounded.meme");
    check({"04 MEME", "", {{"rounded", "AAGC", 30}}, {}}, set);
    CHECK(set.motifs[0].probabilities.columns[0][1] == doctest::Approx(1.0 / 3).epsilon(1e-12));
    CHECK(set.motifs[0].probabilities.columns[1][3] == doctest::Approx(0.02 / 1.01).epsilon(1e-12));
    auto const off = ex::read_motifs(odd / "04b_off_by_5_percent.meme");
    check({"04b",
           "",
           {{"wide_rounding", "AAC", 30}},
           {"04b_off_by_5_percent.meme:12: motif 'wide_rounding': the probabilities of columns 1 and 2 do "
            "not add up to 1 (the sum is 0.93)"}},
          off);
    CHECK(off.motifs[0].probabilities.columns[1][0] == doctest::Approx(0.25).epsilon(1e-12));
    std::string const head = meme + "MOTIF m\nletter-probability matrix: w= 1\n";
    check({"two digits", "", {{"m", "A", 0}}, {}}, ex::parse_motifs(head + "0.34 0.34 0.34 0.0\n"));
    check({"just beyond two digits", "", {{"m", "A", 0}}, {"the sum is 1.03"}},
          ex::parse_motifs(head + "0.35 0.34 0.34 0.0\n"));
    check({"1.09", "", {{"m", "A", 0}}, {"the sum is 1.09"}},
          ex::parse_motifs(head + "0.39 0.35 0.35 0.0\n"));
    check({"0.91", "", {{"m", "C", 0}}, {"the sum is 0.91"}}, ex::parse_motifs(head + "0.0 0.91 0.0 0.0\n"));
    CHECK(refusal(head + "0.5 0.2 0.2 0.2\n").find("add up to 1 in column 1, found 1.1 in motif 'm'") !=
          std::string::npos);
    CHECK(refusal(head + "1.05 0 0 0\n").find("at most 1 in column 1, found 1.05") != std::string::npos);
    check({"cis-BP", "", {{"M1", "A", 0}}, {}},
          ex::parse_motifs("Motif\tM1\nPos\tA\tC\tG\tT\n1\t0.33\t0.33\t0.33\t0\n"));
    check({"UniPROBE", "", {{"p", "A", 0}}, {"the sum is 0.95"}},
          ex::parse_motifs("p\nA:\t0.95\nC:\t0\nG:\t0\nT:\t0\n"));
    CHECK(
        ex::parse_motifs("MEME version 4\nBackground letter frequencies\nA 0.303 C 0.183 G 0.209 T 0.306\n" +
                         head + "1 0 0 0\n")
            .warnings.empty());
}

TEST_CASE("counts or probabilities is decided by all columns of a motif")
{
    auto const exact = ex::read_motifs(odd / "05_exact_probabilities.jaspar");
    for (char const* const name : {"05_rounded_probabilities.jaspar", "05_rounded_probabilities.transfac"}) {
        CAPTURE(name);
        auto const set = ex::read_motifs(odd / name);
        check({name, "", {{"P5.1", "TGACTCA", 0}}, {}}, set);
        CHECK_FALSE(set.motifs[0].counts);
        for (std::size_t k = 1; k < 7; ++k)
            for (std::size_t b = 0; b < 4; ++b)
                CHECK(set.motifs[0].probabilities.columns[k][b] ==
                      doctest::Approx(exact.motifs[0].probabilities.columns[k][b]).epsilon(0.011));
        CHECK(set.motifs[0].probabilities.columns[0][3] == doctest::Approx(0.96 / 1.02).epsilon(1e-12));
    }
    auto const one = ex::read_motifs(odd / "06_one_site.jaspar");
    check({"06", "", {{"ONE.1", "AGTACG", 1}}, {}}, one);
    CHECK(one.motifs[0].counts->columns[1] == ex::column{0, 0, 1, 0});
    std::vector<dialect> const all{
        {"one site, a row for each position",
         ">m\n1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n1 0 0 0\n",
         {{"m", "ACGTA", 1}},
         {}},
        {"one site, TRANSFAC",
         "AC m\nP0 A C G T\n01 1 0 0 0 A\n02 0 0 0 1 T\nXX\n//\n",
         {{"m", "AT", 1}},
         {}},
        {"probabilities of 0 and 1",
         ">m\nA [1.0 0.0]\nC [0.0 0.0]\nG [0.0 1.0]\nT [0.0 0.0]\n",
         {{"m", "AG", 0}},
         {}},
        {"three digits",
         ">m\nA 0.333 0.001\nC 0.333 0.997\nG 0.333 0.001\nT 0.000 0.001\n",
         {{"m", "AC", 0}},
         {}},
        {"counts with fractions", ">m\nA 1.5 0\nC 0.5 2\nG 0 0\nT 0 0.25\n", {{"m", "AC", 2.25}}, {}},
        {"shares of 1.5 sites",
         ">m\nA 1.0 0.5\nC 0.5 0.0\nG 0.0 1.0\nT 0.0 0.0\n",
         {{"m", "AG", 1.5}},
         {"no number is above 1, and the columns add up to 1.5"}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    // one column among columns of probabilities that is not one itself
    CHECK(refusal(">m\nA 0.3 3.0 0.1\nC 0.3 0.3 0.1\nG 0.4 0.4 0.1\nT 0.0 0.0 0.7\n")
              .find("found 3.7 in column 2 in motif 'm'") != std::string::npos);
    CHECK(refusal("AC m\nP0 A C G T\n01 0.5 0.5 0 0\n02 0.5 0.5 0.5 0\nXX\n//\n")
              .find("motifs:4: expected probabilities that add up to 1 in every column (or counts), found "
                    "1.5 in column 2") == 0);
    CHECK(refusal(">m\nA 0.9 0.2\nC 0.3 0.1\nG 0.8 0.1\nT 0.2 0.2\n").find("in motif 'm'") !=
          std::string::npos);
    // a file that is written reads back as what it was
    for (char const* const text : {">m\nA [1.0 0.0]\nC [0.0 0.0]\nG [0.0 1.0]\nT [0.0 0.0]\n",
                                   ">m\nA [1 0]\nC [0 0]\nG [0 1]\nT [0 0]\n"}) {
        auto const set = ex::parse_motifs(text);
        for (ex::motif_format const format : {ex::motif_format::jaspar, ex::motif_format::transfac})
            CHECK(ex::parse_motifs(ex::motif_text(set, format)) == set);
    }
}

TEST_CASE("MEME's dialects are read as MEME's own reader does")
{
    check({"07", "", {{"m1", "ACG", 20}, {"m2", "TCG", 20}}, {}}, ex::read_motifs(odd / "07_version3.meme"));
    check({"08", "", {{"m1", "GATA", 20}}, {}}, ex::read_motifs(odd / "08_alphabet_space.meme"));
    auto const strands = ex::read_motifs(odd / "09_strands_joined.meme");
    check({"09", "", {{"m1", "GATA", 20}}, {}}, strands);
    CHECK(strands.strands == ex::motif_strands::both);
    auto const letters = ex::read_motifs(odd / "10_background_after_blank.meme");
    check({"10", "", {{"m1", "GATA", 20}}, {}}, letters);
    CHECK(letters.letters->frequencies == ex::column{0.3, 0.2, 0.2, 0.3});
    check({"11", "", {{"m1", "GATA", 20}, {"m2", "CC", 20}}, {}},
          ex::read_motifs(odd / "11_blank_between_rows.meme"));
    check({"16", "", {{"m1", "ACG", 12}}, {}}, ex::read_motifs(odd / "16_log_odds_then_probabilities.meme"));
    check({"23", "", {{"edge", "TGACGATTCC", 20}}, {}}, ex::read_motifs(odd / "23_motif.meme"));
    CHECK(ex::read_motifs(odd / "30_names.meme").motifs.size() == 8);
    std::string const rows = " 0.97 0.01 0.01 0.01\n 0.01 0.97 0.01 0.01\n", m = "MOTIF m\n";
    std::string const matrix = "letter-probability matrix: alength= 4 w= 2 nsites= 7 E= 1e-5\n";
    std::vector<seen> const read{{"m", "AC", 7}};
    std::vector<dialect> const all{
        {"version of three numbers",
         "MEME version 5.5.6 (Release date: Wed Jun 19)\n" + m + matrix + rows,
         read,
         {}},
        {"small letters",
         "meme version 4\nalphabet= acgt\nSTRANDS: + -\nbackground Letter frequencies\na 0.25 c 0.25 g 0.25 "
         "t 0.25\n" +
             m + "Letter-Probability Matrix: ALENGTH= 4 W= 2 NSITES= 7 e= 1\n" + rows,
         read,
         {}},
        {"before a line ALPHABET with spaces",
         "MEME version 4\n  ALPHABET  =  ACGT  \n" + m + matrix + rows,
         read,
         {}},
        {"no blank behind the colon",
         meme + m + "letter-probability matrix:alength=4 w=2 nsites=7\n" + rows,
         read,
         {}},
        {"white space around the signs",
         meme + m + "letter-probability matrix: alength = 4 w = 2 nsites = 7 E = 1\n" + rows,
         read,
         {}},
        {"an E-value beyond a double",
         meme + m + "letter-probability matrix: alength= 4 w= 2 nsites= 7 E= 3.1e+400\n" + rows,
         read,
         {}},
        {"P= for E=",
         meme + m + "letter-probability matrix: alength= 4 w= 2 nsites= 7 P= 0.01\n" + rows,
         read,
         {}},
        {"no nsites", meme + m + "letter-probability matrix: alength= 4 w= 2\n" + rows, {{"m", "AC", 0}}, {}},
        {"an indented MOTIF", meme + "  MOTIF m\n" + matrix + rows, read, {}},
        {"a block BL of the same motif",
         meme + "MOTIF m width = 2 sites = 7\nBL   MOTIF m width=2 seqs=7\n//\n" + matrix + rows,
         read,
         {}},
        {"blocks BL alone", meme + "BL   MOTIF m width=2 seqs=7\n" + matrix + rows, read, {}},
        {"comments and blank lines between rows",
         meme + m + matrix + "\n 0.97 0.01 0.01 0.01\n# half way\n\n 0.01 0.97 0.01 0.01\n",
         read,
         {}},
        {"strands: none, -+", "MEME version 4\nstrands: none\nstrands: -+\n" + m + matrix + rows, read, {}},
        {"log-odds behind the probabilities",
         meme + m + matrix + rows + "\nlog-odds matrix: alength= 4 w= 2\n-inf 1 2 3\n9 9 9 9\n",
         read,
         {}},
        {"two files, one behind the other",
         meme + m + matrix + rows + meme + "MOTIF n\n" + matrix + rows,
         {{"m", "AC", 7}, {"n", "AC", 7}},
         {}},
        {"two backgrounds",
         meme + "Background letter frequencies\nA .3 C .2 G .2 T .3\n" + m + matrix + rows + meme +
             "Background letter frequencies\nA .25 C .25 G .25 T .25\nMOTIF n\n" + matrix + rows,
         {{"m", "AC", 7}, {"n", "AC", 7}},
         {"a second background differs from the first"}},
        {"a DOS file",
         "MEME version 4\r\n\r\nMOTIF m\r\nletter-probability matrix: w= 2 nsites= 7\r\n 0.97 0.01 0.01 "
         "0.01\r\n\r\n 0.01 0.97 0.01 0.01\r\n\x1A",
         read,
         {}},
        {"log-odds of bits alone",
         meme + m +
             "log-odds matrix: alength= 4 w= 2\n 1.9069 -3.5850 -3.5850 -3.5850\n -3.5850 1.9069 -3.5850 "
             "-3.5850\n",
         {{"m", "AC", 0}},
         {"taken as bits"}},
        {"log-odds of bits in few digits",
         meme + m + "log-odds matrix: alength= 4 w= 2\n-3.1 -3.1 1.9 -3.1\n1.9 -3.1 -3.1 -3.1\n",
         {{"m", "GA", 0}},
         {"taken as bits", "do not add up to 1"}},
        {"log-odds of bits with strong zeros",
         meme + m + "log-odds matrix: alength= 4 w= 2\n-13.3 -13.3 1.9 -6.1\n1.9 -13.3 -13.3 -6.1\n",
         {{"m", "GA", 0}},
         {"taken as bits", "do not add up to 1"}},
        {"log-odds of whole bits",
         meme + m + "log-odds matrix: alength= 4 w= 2\n-6 -6 2 -6\n2 -6 -6 -6\n",
         {{"m", "GA", 0}},
         {"taken as bits"}},
        {"natural log-odds",
         meme + m + "log-odds matrix: alength= 4 w= 2\n-2.1 -2.1 1.3 -2.1\n1.3 -2.1 -2.1 -2.1\n",
         {{"m", "GA", 0}},
         {"taken as natural logarithms"}},
        {"log-odds of 1/100 bit with fractions",
         meme + m +
             "log-odds matrix: alength= 4 w= 2\n190.7 -358.5 -358.5 -358.5\n-358.5 190.7 -358.5 -358.5\n",
         {{"m", "AC", 0}},
         {}},
        {"log-odds of 1/100 bit alone",
         meme + m + "log-odds matrix: alength= 4 w= 2\n 191 -358 -358 -358\n -358 191 -358 -358\n",
         {{"m", "AC", 0}},
         {}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    CHECK(refusal(meme + m + "letter-probability matrix:\n 1 0 0 0\n\n 0 1 0 0\n")
              .find("expected w= in the head of a matrix with blank lines") != std::string::npos);
    CHECK(refusal(meme + m + "letter-probability matrix: w= 1\n 1 0 0 0\n\n 0 1 0 0\n")
              .find("the end of the matrix after w= 1 rows") != std::string::npos);
    CHECK(refusal("MEME version 4\nALPHABET= ACDEFGHIKLMNPQRSTVWY\n" + m).find("the protein alphabet") !=
          std::string::npos);
    CHECK(refusal(meme + m + "letter-probability matrix: alength= 20 w= 2\n").find("alength= 20 (protein)") !=
          std::string::npos);
    // numbers below 10 that are neither bits nor natural logarithms: the reader does not guess
    CHECK(refusal(meme + m + "log-odds matrix: alength= 4 w= 1\n-0.5 -0.5 1.9 -0.5\n")
              .find("log-odds in 1/100 bit, bits or natural logarithms") != std::string::npos);
    // a motif of another format at the end of a file is refused; MEME's own sequences in FASTA are skipped
    for (std::string const& other :
         {std::string{">b\nA [9 0]\nC [0 9]\nG [0 0]\nT [0 0]\n"},
          std::string{">b\n\n9 0 1\n0 9 1\n0 0 1\n0 0 1\n"}, std::string{">b\nA C G T\n9 0 0 0\n0 9 0 0\n"},
          std::string{"AC b\nP0 A C G T\n01 9 0 0 0\nXX\n//\n"}})
        CHECK(refusal(meme + m + matrix + rows + "\n" + other)
                  .find("expected motifs of MEME's format alone (a file has one format), found a motif of "
                        "another format, '") != std::string::npos);
    check({"sequences in FASTA", "", read, {}},
          ex::parse_motifs(meme + m + matrix + rows + "\n>s1 pos 12\nACGT\n>s2 pos 3\nA\n"));
}

TEST_CASE("files of other backgrounds are warned of, and DNA and RNA do not mix")
{
    temporary_file const place{"x"};
    std::filesystem::path const folder = place.path().string() + ".d";
    auto const write = [&folder](char const* name, std::string const& text) {
        std::ofstream{folder / name} << text;
        return folder / name;
    };
    std::filesystem::create_directory(folder);
    auto const message = [&folder](ex::motif_options const& options = {}) {
        try {
            ex::read_motif_files({folder}, options);
        } catch (ex::error const& e) {
            return std::string{e.what()};
        }
        return std::string{};
    };
    CHECK(message() == folder.string() + ": expected motif files, found an empty folder");
    std::string const motif = "MOTIF m\nletter-probability matrix: w= 1\n0 0 0 1\n";
    std::string const at = "Background letter frequencies\nA .3 C .2 G .2 T .3\n";
    write("a.meme", meme + at + motif);
    write("b.meme", meme + at + motif);
    CHECK(ex::read_motif_files({folder}).warnings.empty());
    write("c.meme", meme + "Background letter frequencies\nA .2 C .3 G .3 T .2\n" + motif);
    auto const set = ex::read_motif_files({folder});
    REQUIRE(set.warnings.size() == 1);
    CHECK(ex::remark_text(set.warnings[0]) ==
          (folder / "c.meme").string() + ": its background differs from that of " +
              (folder / "a.meme").string() + ", which is taken for the motifs of all files");
    write("d.meme", "MEME version 4\nALPHABET= ACGU\n" + motif);
    CHECK(message() == (folder / "d.meme").string() + ": expected motifs of DNA as in " +
                           (folder / "a.meme").string() + ", found RNA (motif 'm')");
    auto const others = ex::read_motif_files({folder}, {.skip_bad = true});
    CHECK(others.motifs.size() == 3);
    CHECK_FALSE(others.rna);
    REQUIRE(others.skipped.size() == 1);
    CHECK(others.skipped[0].says.starts_with("expected motifs of DNA"));
    // a file of a folder that is left out is reported with its line
    write("e.md", "# a\n\nHello\n");
    auto const more = ex::read_motif_files({folder}, {.skip_bad = true});
    REQUIRE(more.skipped.size() == 2);
    CHECK(ex::remark_text(more.skipped[1]).starts_with((folder / "e.md").string() + ":3: expected"));
    std::filesystem::remove_all(folder);
    CHECK(refusal(">d\nA [1 0]\nC [0 0]\nG [0 0]\nT [0 1]\n>r\nA [1 0]\nC [0 0]\nG [0 0]\nU [0 1]\n")
              .find("motifs:10: expected motifs of DNA alone or of RNA alone, found U in line 10 and T in "
                    "line 5") != std::string::npos);
    CHECK(refusal(meme + motif + "MEME version 4\nALPHABET= ACGU\n" + motif).find("of RNA alone") !=
          std::string::npos);
}

TEST_CASE("a background file: a letter on each line, with a colon, or all on one line")
{
    auto const read = [](std::string const& text) {
        temporary_file const file{text};
        return ex::read_background(file.path()).frequencies;
    };
    ex::column const uneven = read("# order 0\nA 0.22\nC 0.31\nG 0.19\nT 0.28\nAA 0.1\n");
    CHECK(uneven[1] == doctest::Approx(0.31));
    for (char const* const text :
         {"A .22 C .31 G .19 T .28\n", "A: .22\nC: .31\nG: .19\nT: .28\n", "A : .22\tC : .31\r\nG .19 T .28"})
        CHECK(read(text) == uneven);
    CHECK_THROWS_AS(read("A .22 C .31 G .19 T .28 A .22\n"), ex::input_error);
    CHECK_THROWS_AS(read("A .22 C .31 G .19 T\n"), ex::input_error);
    CHECK_THROWS_AS(read("A: .22\n"), ex::input_error);
}

TEST_CASE("a negative zero is read and written as 0")
{
    auto const set = ex::parse_motifs(meme + "MOTIF m\nletter-probability matrix: w= 1\n-0 0 -0.0 1\n");
    CHECK(ex::meme_text(set).find("-0") == std::string::npos);
    ex::motif_set other = set;
    other.motifs[0].probabilities.columns[0][0] = -0.0;
    CHECK(ex::meme_text(other).find("-0") == std::string::npos);
}

TEST_CASE("RNA is read as DNA of one strand, with a warning")
{
    std::string const rna = "14b_rna.meme:3: the alphabet is RNA; U is read as T";
    auto const set = ex::read_motifs(odd / "14b_rna.meme");
    check({"14b", "", {{"r1", "TGTA", 20}}, {rna}}, set);
    CHECK(set.rna);
    CHECK(set.strands == ex::motif_strands::forward);
    CHECK(set.letters == ex::background{});
    CHECK(ex::parse_motifs(ex::meme_text(set)) == set);
    std::string const motif = "MOTIF r\nletter-probability matrix: w= 1\n0 0 0 1\n";
    for (std::string const& head : {std::string{"ALPHABET \"RNA\" RNA-LIKE\nA\nC\nG\nU\nEND ALPHABET\n"},
                                    std::string{"ALPHABET = acgu\n"},
                                    std::string{"Background letter frequencies\nA .2 C .3 G .3 U .2\n"}}) {
        auto const other = ex::parse_motifs("MEME version 4\nstrands: + -\n" + head + motif);
        CHECK(other.rna);
        CHECK(other.strands == ex::motif_strands::forward);
    }
    CHECK(refusal("MEME version 4\nALPHABET= ACGT\nBackground letter frequencies\nA .2 C .3 G .3 U .2\n" +
                  motif)
              .find("found 'U'") != std::string::npos);
    CHECK(refusal("Pos\tA\tC\tG\tU\n1\t1\t0\t0\t0\n").find("the columns Pos A C G T, found those of RNA") !=
          std::string::npos);
}

TEST_CASE("U for T in the other formats is RNA, too")
{
    for (char const* const text :
         {">r\nA [1 0]\nC [0 0]\nG [0 0]\nU [0 1]\n", "AC r\nP0 A C G U\n01 1 0 0 0\n02 0 0 0 1\nXX\n//\n",
          "r\nA:\t1\t0\nC:\t0\t0\nG:\t0\t0\nU:\t0\t1\n"}) {
        auto const set = ex::parse_motifs(text);
        CHECK(ex::consensus(set.motifs.at(0).probabilities) == "AT");
        CHECK(set.rna);
        REQUIRE(set.warnings.size() == 1);
        CHECK(ex::remark_text(set.warnings[0]).find("the alphabet is RNA") != std::string::npos);
    }
}

TEST_CASE("TRANSFAC's dialects: // at the start, STAMP, PRODORIC")
{
    auto const first = ex::read_motifs(odd / "17b_starts_with_slashes.transfac");
    check({"17b", "", {{"TFX", "ACT", 12}, {"TFY", "GA", 12}}, {}}, first);
    CHECK(first.motifs[0].counts->columns[0] == ex::column{10.5, 0, 1.5, 0});
    auto const stamp = ex::read_motifs(odd / "18_stamp.transfac");
    check({"18", "", {{"motif_s", "ACA", 67}, {"motif_t", "TC", 40}}, {}}, stamp);
    CHECK(stamp.motifs[0].counts->columns[0] == ex::column{28, 7, 27, 5});
    std::vector<dialect> const all{
        {"STAMP of one motif, rows from 1, family behind the name",
         "DE\tm\tbZIP\n1\t9\t0\t0\t0\tA\n2\t0\t9\t0\t0\tC\nXX\n",
         {{"m", "AC", 9}},
         {}},
        {"STAMP with spaces and Windows line ends",
         "DE  m\r\n0  9 0 0 0  A\r\n1  0 9 0 0  C\r\nXX\r\n\r\nDE  n\r\n0  0 0 9 0  G\r\nXX\r\n",
         {{"m", "AC", 9}, {"n", "G", 9}},
         {}},
        {"STAMP's rows with // behind",
         "DE\tm\n1\t9\t0\t0\t0\tA\nXX\n//\nDE\tn\n1\t0\t9\t0\t0\tC\n//\n",
         {{"m", "A", 9}, {"n", "C", 9}},
         {}},
        {"// at the start, spaces, one motif",
         "//\n//\nAC  m\nP0  A C G T\n01  9 0 0 0\n//\n",
         {{"m", "A", 9}},
         {}},
        {"small letters and another order", "ID m\nP0  t g c a\n1  9 0 0 0\nXX\n//\n", {{"m", "T", 9}}, {}},
        {"a digit in the place of the consensus",
         "ID m\nP0 A C G T\n01 2 0 0 0 A\n02 2 0 0 0 1\n03 0 2 0 0 6\nXX\n//\n",
         {{"m", "AAC", 2}},
         {}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    CHECK(refusal("DE\tm\n0\t9\t0\t0\t0\tA\n").find("XX at the end of the matrix") != std::string::npos);
    CHECK(refusal("DE\tm\n0\t9\t0\t0\t0\tA\nDE\tn\n0\t9\t0\t0\t0\tA\nXX\n")
              .find("XX at the end of the matrix") != std::string::npos);
}

TEST_CASE("cis-BP: a gzipped file's name, a file without rows, a folder of them")
{
    check({"19", "", {{"19_M90001_2.00", "ACT", 0}}, {}}, ex::read_motifs(odd / "19_M90001_2.00.txt"));
    check({"19b", "", {{"19b_M90001_2.00", "ACT", 0}}, {}}, ex::read_motifs(odd / "19b_M90001_2.00.txt.gz"));
    CHECK_THROWS_WITH_AS(
        ex::read_motifs(odd / "19c_empty_M90002_2.00.txt"),
        doctest::Contains("a row of motif '19c_empty_M90002_2.00', found the end of the file"),
        ex::input_error);
    auto const without = ex::read_motifs(odd / "19c_empty_M90002_2.00.txt", {.skip_bad = true});
    CHECK(without.motifs.empty());
    REQUIRE(without.skipped.size() == 1);
    CHECK(without.skipped[0].motif == "19c_empty_M90002_2.00");
    CHECK(ex::remark_text(without.skipped[0]).find("19c_empty_M90002_2.00.txt:1: expected a row of motif") !=
          std::string::npos);

    testing::folder const place_of_files;
    auto const& folder = place_of_files.path();
    for (char const* const name :
         {"19_M90001_2.00.txt", "19b_M90001_2.00.txt.gz", "19c_empty_M90002_2.00.txt"})
        std::filesystem::copy_file(odd / name, folder / name,
                                   std::filesystem::copy_options::overwrite_existing);
    std::ofstream{folder / "README"} << "Motifs of a database\n";
    CHECK_THROWS_WITH_AS(ex::read_motif_files({folder}), doctest::Contains("19c_empty_M90002_2.00"),
                         ex::input_error);
    auto const all = ex::read_motif_files({folder}, {.skip_bad = true});
    CHECK(in_short(all) == std::vector<seen>{{"19_M90001_2.00", "ACT", 0}, {"19b_M90001_2.00", "ACT", 0}});
    CHECK(all.skipped.size() == 2);

    check({"small letters, another order", "", {{"motifs", "AC", 0}}, {}},
          ex::parse_motifs("pos\tt\tg\tc\ta\n1\t0\t0\t0\t1\n2\t0\t0\t1\t0\n"));
    temporary_file const bare{"Pos\tA\tC\tG\tT\n1\t0\t0\t1\t0\n",
                              "_2.00"}; // no .txt: the whole name is the motif's
    CHECK(ex::read_motifs(bare.path()).motifs.at(0).name == bare.path().filename().string());
}

TEST_CASE("UniPROBE: of a protein's matrices the probabilities count")
{
    check({"20", "", {{"MadeUp", "GAT", 0}}, {}}, ex::read_motifs(odd / "20_uniprobe_three_matrices.txt"));
    std::string const rows = "A:\t0.9\t0.1\nC:\t0.1\t0.1\nG:\t0\t0.8\nT:\t0\t0\n",
                      other = "A:\t-0.9\t0.1\nC:\t0.1\t0.1\nG:\t0\t0.8\nT:\t0\t0\n";
    std::vector<dialect> const all{
        {"two proteins",
         "Protein: P\tSeed k-mer: AG\nEnrichment score matrix\n" + other + "\nProbability matrix\n" + rows +
             "\nProtein: Q\tSeed k-mer: AG\nEnergy Matrix for enoLOGOS\nPO\t1\t2\n" + other +
             "Reverse complement matrix for enoLOGOS\nPO\t1\t2\n" + other + "Probability Matrix\n" + rows,
         {{"P", "AG", 0}, {"Q", "AG", 0}},
         {}},
        {"the probabilities first",
         "Protein: P\n\nProbability matrix\n\n" + rows + "\nEnrichment Score Matrix\n\n" + other,
         {{"P", "AG", 0}},
         {}},
        {"Gene and Motif in one line",
         "Gene:  Cha4-primary  Motif:  A.CTCC  Enrichment Score:  0.49\n" + rows,
         {{"Cha4-primary", "AG", 0}},
         {}},
        {"Windows line ends, spaces",
         "P\r\nA: 0.9 0.1\r\nC: 0.1 0.1\r\nG: 0 0.8\r\nT: 0 0\r\n",
         {{"P", "AG", 0}},
         {}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
    CHECK(
        refusal("Protein: P\nEnrichment Score Matrix\n" + other).find("at least 0, found '-0.9' in motif") !=
        std::string::npos);
}

TEST_CASE("letters before the rows: a base of each row, or the consensus of each position")
{
    check({"21", "", {{"FOO_disc1", "GATC", 0}}, {}}, ex::read_motifs(odd / "21_encode_letters.txt"));
    CHECK(ex::read_motifs(odd / "21_encode_letters.txt").motifs[0].alternative_name == "FOO_cell_encode-lab");
    std::vector<dialect> const all{
        {"a base twice",
         ">m n\nG 0.1 0.1 0.7 0.1\nA 0.7 0.1 0.1 0.1\nT 0.1 0.1 0.1 0.7\nA 0.7 0.1 0.1 0.1\n",
         {{"m", "GATA", 0}},
         {}},
        {"codes of several bases",
         ">m\nR 0.5 0.0 0.5 0.0\nN 0.25 0.25 0.25 0.25\nt 0.1 0.1 0.1 0.7\nA 0.7 0.1 0.1 0.1\n",
         {{"m", "AATA", 0}},
         {}},
        {"two wide", ">m\nG 0.1 0.1 0.7 0.1\nA 0.7 0.1 0.1 0.1\n", {{"m", "GA", 0}}, {}},
        {"counts",
         ">m\nT 1 1 1 17\nC 1 17 1 1\nG 1 1 17 1\nG 1 1 17 1\nA 17 1 1 1\n",
         {{"m", "TCGGA", 20}},
         {}},
        {"JASPAR's bases without brackets",
         ">m\nA 9 1 0 5\nC 0 0 9 1\nG 1 0 1 2\nT 0 9 0 2\n",
         {{"m", "ATCA", 10}},
         {}},
        {"bases in another order, columns add up to 1",
         ">m\nT 0.9 0.8 0.1 0.3\nG 0.1 0.1 0.1 0.3\nC 0.0 0.1 0.1 0.3\nA 0.0 0.0 0.7 0.1\n",
         {{"m", "TTAC", 0}},
         {}},
        {"small letters and bars", ">m\na | 9 1\nc | 0 0\ng | 1 0\nt | 0 9\n", {{"m", "AT", 10}}, {}},
        {"rows add up to 1 under A, C, G, T",
         ">m\nA 0.7 0.1 0.1 0.1\nC 0.6 0.2 0.1 0.1\nG 0.1 0.1 0.7 0.1\nT 0.4 0.2 0.2 0.2\n",
         {{"m", "AAGA", 0}},
         {"headed A, C, G, T; taken as a row for each position"}},
        {"both directions under A, C, G, T",
         ">m\nA 0.1 0.1 0.1 0.7\nC 0.1 0.7 0.1 0.1\nG 0.7 0.1 0.1 0.1\nT 0.1 0.1 0.7 0.1\n",
         {{"m", "GCTA", 0}},
         {"taken as a row for each base"}},
    };
    for (dialect const& d : all) check(d, ex::parse_motifs(d.content));
}

TEST_CASE("tabs within a name become spaces")
{
    auto const set = ex::read_motifs(odd / "29_tabs.jaspar");
    check({"29", "", {{"MA9001.1", "GATA", 9}, {"MA9002.1", "GATA", 9}, {"MA9003.1", "GATA", 9}}, {}}, set);
    CHECK(set.motifs[0].alternative_name == "NAME zinc finger");
    CHECK(set.motifs[1].alternative_name.empty());
    CHECK(set.motifs[2].alternative_name == "A::B (var.2)");
    CHECK(ex::parse_motifs(meme + "MOTIF m a\tb\nletter-probability matrix: w= 1\n1 0 0 0\n")
              .motifs[0]
              .alternative_name == "a b");
    CHECK(ex::parse_motifs("AC\tM\t1\nNA\tx\ty\nP0 A C G T\n01 1 2 3 4\n//\n").motifs[0].name == "M 1");
    CHECK(ex::parse_motifs("TF Name\ta\tb\nMotif\tM\tx\nPos\tA\tC\tG\tT\n1\t1\t0\t0\t0\n")
              .motifs[0]
              .alternative_name == "a b");
}

TEST_CASE("with skip_bad every format goes on behind a motif that cannot be read, and names it")
{
    struct collection {
        ex::motif_format format;
        std::string content;
        std::vector<std::string> bad;
    };
    std::string const matrix = "letter-probability matrix: w= 1\n";
    std::vector<collection> const all{
        {ex::motif_format::meme,
         meme + "MOTIF a\n" + matrix + "1 0 0 0\nMOTIF b\n" + matrix + "1 1 0 0\nMOTIF c\nMOTIF d\n" +
             matrix + "x 0 0 0\n0 0 0 0\nMOTIF e\n" + matrix + "0 1 0 0\n",
         {"b", "c", "d"}},
        {ex::motif_format::jaspar,
         ">a\nA [1]\nC [2]\nG [3]\nT [4]\n>b\nA [1]\nC [-2]\nG [3]\nT [4]\n>c\nA [1]\nC [2]\n>d\nA [1]\nC "
         "[2]\nG [3]\nT [4]\n5\n>e\nA [1]\nC [2]\nG [3]\nT [4]\n",
         {"b", "c", "d"}},
        {ex::motif_format::homer,
         ">AC\ta\t5\n1 0 0 0\n0 1 0 0\n>A\tb\t5\n1 1 0 0\n>A\tc\t5\n>A\td\t5\n1 0 0\n>A\te\t5\n1 0 0 0\n",
         {"b", "c", "d"}},
        {ex::motif_format::transfac,
         "AC a\nP0 A C G T\n01 1 2 3 4\n//\nAC b\nP0 A C G T\n01 1 2 3\n//\nAC c\n//\nAC d\nP0 A C G N\n01 1 "
         "2 3 4\nXX\n//\nAC e\nP0 A C G T\n01 1 2 3 4\n//\n",
         {"b", "c", "d"}},
        {ex::motif_format::cisbp,
         "Motif\ta\nPos\tA\tC\tG\tT\n1\t1\t0\t0\t0\nMotif\tb\nPos\tA\tC\tG\tT\n1\t1\t1\t0\t0\n2\t1\t0\t0\t0\n"
         "Motif\tc\nPos\tA\tC\tG\tT\n\nMotif\te\nPos\tA\tC\tG\tT\n1\t1\t0\t0\t0\n",
         {"b", "c"}},
        {ex::motif_format::uniprobe,
         "a\nA:\t1\nC:\t0\nG:\t0\nT:\t0\nb\nA:\t1\nC:\t1\nG:\t0\nT:\t0\nc\nA:\t1\nC:\t0\nG:\t0\ne\nA:\t1\nC:"
         "\t0\nG:\t0\nT:\t0\n",
         {"b", "c"}},
    };
    for (collection const& c : all) {
        CAPTURE(static_cast<int>(c.format));
        CHECK(ex::motif_format_of(c.content) == c.format);
        std::string const what = refusal(c.content);
        CAPTURE(what);
        CHECK(what.find("motif 'b'") != what.npos);
        auto const set = ex::parse_motifs(c.content, "motifs", {.skip_bad = true});
        REQUIRE(set.motifs.size() == 2);
        CHECK(set.motifs[0].name == "a");
        CHECK(set.motifs[1].name == "e");
        std::vector<std::string> bad;
        for (ex::motif_remark const& r : set.skipped) {
            bad.push_back(r.motif);
            CAPTURE(ex::remark_text(r));
            CHECK(r.line > 0);
            CHECK(ex::remark_text(r).find("motif '" + r.motif + "'") != std::string::npos);
        }
        CHECK(bad == c.bad);
    }
    CHECK_THROWS_WITH_AS(ex::read_motif_files({odd / "19c_empty_M90002_2.00.txt"}, {.skip_bad = true}),
                         doctest::Contains("expected at least one motif, found none that can be read"),
                         ex::error);
}

TEST_CASE("a format that is told is not looked for")
{
    std::string const text = ">m\n1 2\n3 4\n5 6\n7 8\n";
    CHECK(ex::parse_motifs(text, "motifs", {.format = ex::motif_format::jaspar}).motifs.size() == 1);
    CHECK(refusal(text, {.format = ex::motif_format::meme}).find("MEME version") != std::string::npos);
    CHECK(refusal(text, {.format = ex::motif_format::transfac}).find("two-letter key") != std::string::npos);
    CHECK(refusal("", {.format = ex::motif_format::cisbp}).find("an empty one") != std::string::npos);
    CHECK(ex::motif_format_named("cisbp") == ex::motif_format::cisbp);
    CHECK_FALSE(ex::motif_format_named("fasta"));
}

TEST_CASE("what is no motif file is named")
{
    CHECK(refusal("<STREME version=\"5.5.6\">\n").find("text, not XML or HTML") != std::string::npos);
    CHECK(refusal("<html><body>404</body></html>\n").find("text, not XML or HTML") != std::string::npos);
    CHECK(refusal(">chr1\nACGTACGT\n").find("a count, found 'ACGTACGT'") != std::string::npos);
    {
        temporary_file const page{"<!-- saved -->\n<HTML><body>404</body></HTML>\n"};
        try {
            ex::read_motifs(page.path());
            FAIL("a page is read");
        } catch (ex::input_error const& e) {
            CHECK(std::string{e.what()}.find("an HTML page") != std::string::npos);
        }
    }
    CHECK(refusal("Query_ID\tTarget_ID\n").find("expected a motif file (MEME, JASPAR") != std::string::npos);
}
