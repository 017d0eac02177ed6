// Malformed and odd motif files of every format: each gives one clear line or is read right.
#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include <explainn/io/motif_file.hpp>

#include "support/folder.hpp"

namespace ex = explainn;
using testing::temporary_file;

namespace {

std::string const meme = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\n";
std::string const meme_rows = "letter-probability matrix: alength= 4 w= 2 nsites= 20 E= 0\n"
                              "0.1 0.2 0.3 0.4\n0.25 0.25 0.25 0.25\n";

struct refused {
    std::string name;
    std::string content;
    int line; // 0: the error gives no line
    char const* says;
};

struct read_right {
    std::string name;
    std::string content;
    std::vector<std::string> names;
    std::vector<std::size_t> widths;
};

std::string many_rows(std::size_t n)
{
    std::string rows;
    for (std::size_t i = 0; i < n; ++i) rows += "0.25 0.25 0.25 0.25\n";
    return rows;
}

std::vector<refused> refused_files()
{
    std::string const head = meme + "MOTIF a\n"; // 7 lines; the matrix is line 8
    std::string const matrix = "letter-probability matrix: alength= 4 w= 2\n";
    std::string const transfac = "AC  M1\nXX\nP0  A  C  G  T\n";
    std::string const cisbp = "Motif\tM1\nPos\tA\tC\tG\tT\n";
    return {
        {"empty file", "", 0, "expected a motif file, found an empty one"},
        {"only blank lines", "\n\n \t\n", 0, "found an empty one"},
        {"only a comment", "# motifs\n", 0, "found an empty one"},
        {"prose", "Once upon a time\nthere was a motif.\n", 1, "expected a motif file (MEME, JASPAR"},
        {"binary bytes", std::string("\x00\x01\x02\xff\xfe", 5), 1, "expected a motif file"},
        {"XML", "<?xml version='1.0'?>\n<MEME/>\n", 1, "not XML"},
        {"web page", "<!doctype html><html></html>\n", 1, "not XML or HTML"},
        {"old Mac line ends", "MEME version 4\rMOTIF a\rletter-probability matrix: w= 2\rno row\r", 4,
         "row 1"},

        {"MEME: only a header", meme, 6, "at least one motif"},
        {"MEME: no version", "MOTIF a\n" + meme_rows, 1, "expected a line \"MEME version 4\""},
        {"MEME: version 0", "MEME version 0\nMOTIF a\n" + meme_rows, 1,
         "the number of a version of MEME, found '0'"},
        {"MEME: version in words", "MEME version four\nMOTIF a\n" + meme_rows, 1, "found 'four'"},
        {"MEME: protein", "MEME version 4\nALPHABET= ACDEFGHIKLMNPQRSTVWY\n", 2, "the DNA alphabet ACGT"},
        {"MEME: RNA with a T",
         "MEME version 4\nALPHABET= ACGU\nBackground letter frequencies\nA .25 C .25 G .25 T .25\n", 4,
         "found 'T'"},
        {"MEME: custom alphabet", "MEME version 5\nALPHABET \"X\"\nA\nB ~ C\nEND ALPHABET\n", 5,
         "a custom alphabet of 'ABC'"},
        {"MEME: alphabet block torn", "MEME version 5\nALPHABET \"DNA\" DNA-LIKE\nA \"Adenine\" CC0000 ~ T\n",
         3, "END ALPHABET"},
        {"MEME: strands", "MEME version 4\nstrands: sideways\n", 2, "strands + or + -"},
        {"MEME: background torn", meme + "Background letter frequencies\nA 0.25 C 0.25\n", 8,
         "background frequencies of A, C, G and T"},
        {"MEME: background without number", meme + "Background letter frequencies\nA 0.25 C 0.25 G 0.25 T\n",
         8, "a frequency of T"},
        {"MEME: background of five letters",
         meme + "Background letter frequencies\nA .2 C .2 G .2 N .2 T .2\n", 8, "found 'N'"},
        {"MEME: background twice the same", meme + "Background letter frequencies\nA .25 A .25 G .25 T .25\n",
         8, "each of A, C, G and T once"},
        {"MEME: background sum", meme + "Background letter frequencies\nA 0.5 C 0.5 G 0.5 T 0.5\n", 8,
         "add up to 1, found 2"},
        {"MEME: background negative", meme + "Background letter frequencies\nA -1 C 1 G 0.5 T 0.5\n", 8,
         "at least 0, found '-1'"},
        {"MEME: motif without name", meme + "MOTIF\n" + meme_rows, 7, "a motif name after MOTIF"},
        {"MEME: matrix without motif", meme + meme_rows, 7, "a line MOTIF before a matrix"},
        {"MEME: motif without matrix", meme + "MOTIF a\nMOTIF b\n" + meme_rows, 8,
         "matrix of motif 'a', found none"},
        {"MEME: last motif without matrix", meme + "MOTIF a\n" + meme_rows + "\nMOTIF b\n", 12,
         "matrix of motif 'b'"},
        {"MEME: two matrices", head + meme_rows + meme_rows, 11, "one letter-probability matrix"},
        {"MEME: width 0", head + "letter-probability matrix: alength= 4 w= 0\n", 8, "at least one column"},
        {"MEME: negative width", head + "letter-probability matrix: w= -3\n", 8, "a number after w="},
        {"MEME: width in letters", head + "letter-probability matrix: w= two\n", 8, "found 'two'"},
        {"MEME: width with a fraction", head + "letter-probability matrix: w= 1.5\n", 8, "from 1 to 10000"},
        {"MEME: immense width", head + "letter-probability matrix: w= 99999999999\n", 8, "from 1 to 10000"},
        {"MEME: alphabet of 20", head + "letter-probability matrix: alength= 20 w= 2\n", 8,
         "alength= 4 (DNA)"},
        {"MEME: nsites nan", head + "letter-probability matrix: w= 2 nsites= nan\n", 8, "after nsites="},
        {"MEME: nsites infinite", head + "letter-probability matrix: w= 2 nsites= inf\n", 8, "after nsites="},
        {"MEME: rows missing", head + matrix + "0.1 0.2 0.3 0.4\n", 9,
         "row 2 of w= 2, found the end of the file"},
        {"MEME: no row at all", head + matrix, 8, "row 1 of w= 2"},
        {"MEME: rows missing before the next motif", head + matrix + "0.1 0.2 0.3 0.4\nMOTIF b\n" + meme_rows,
         10, "row 2 of w= 2, found 'MOTIF b'"},
        {"MEME: rows too many", head + matrix + many_rows(3), 11, "after w= 2 rows"},
        {"MEME: blank line within, without w=",
         head + "letter-probability matrix:\n0.1 0.2 0.3 0.4\n\n0.1 0.2 0.3 0.4\n", 11,
         "expected w= in the head"},
        {"MEME: row torn", head + matrix + "0.1 0.2 0.3 0.4\n0.1 0.2", 10, "4 numbers, found 2"},
        {"MEME: row of five", head + matrix + "0.1 0.2 0.3 0.3 0.1\n", 9, "4 numbers, found 5"},
        {"MEME: commas", head + matrix + "0.1,0.2,0.3,0.4\n", 9, "row 1 of w= 2"},
        {"MEME: decimal commas", head + matrix + "0 0,2 0,3 0,5\n", 9, "found '0,2'"},
        {"MEME: letters for numbers", head + matrix + "A C G T\n", 9, "row 1 of w= 2, found 'A C G T'"},
        {"MEME: a letter among numbers", head + matrix + "0.1 x 0.3 0.4\n", 9, "a probability, found 'x'"},
        {"MEME: nan", head + matrix + "nan 0.2 0.3 0.4\n", 9, "a probability, found 'nan'"},
        {"MEME: infinite", head + matrix + "0.1 inf 0.3 0.4\n", 9, "found 'inf'"},
        {"MEME: beyond a double", head + matrix + "0.1 1e999 0.3 0.4\n", 9, "found '1e999'"},
        {"MEME: negative", head + matrix + "-0.1 0.3 0.4 0.4\n", 9, "at least 0, found '-0.1'"},
        {"MEME: sum above 1", head + matrix + "0.5 0.2 0.3 0.4\n", 9, "add up to 1 in column 1, found 1.4"},
        {"MEME: sum below 1", head + matrix + "0.25 0.25 0.25 0.25\n0.1 0.2 0.3 0.3\n", 10,
         "in column 2, found 0.9"},
        {"MEME: all zeros", head + matrix + "0 0 0 0\n", 9, "add up to 1 in column 1, found 0"},
        {"MEME: counts", head + matrix + "3 1 0 6\n", 9, "add up to 1"},
        {"MEME: 10,001 columns", head + "letter-probability matrix:\n" + many_rows(10'001), 10'009,
         "at most 10000"},
        {"MEME: torn word", head + "letter-probab", 8, "matrix of motif 'a'"},
        {"MEME: log-odds infinite", head + "log-odds matrix: alength= 4 w= 1\n-inf 0 0 0\n", 9,
         "a log-odds score"},

        {"JASPAR: only a name", ">MA0001.1 AGL3\n", 1, "row 1 of 4 of motif 'MA0001.1'"},
        {"JASPAR: no name", ">\n1 2\n3 4\n5 6\n7 8\n", 1, "a motif name after >"},
        {"JASPAR: three rows", ">m\nA [1 2]\nC [3 4]\nG [5 6]\n", 4, "row 4 of 4"},
        {"JASPAR: three rows, then a motif", ">m\n1 2\n3 4\n5 6\n>n\n", 5,
         "row 4 of 4 of motif 'm', found '>n'"},
        {"JASPAR: five rows", ">m\n1 2\n3 4\n5 6\n7 8\n9 9\n", 6, "> and the name of a motif"},
        {"JASPAR: row longer", ">m\nA [1 2]\nC [3 4 5]\nG [5 6]\nT [7 8]\n", 3,
         "2 counts as in the first row, found 3"},
        {"JASPAR: row shorter", ">m\n1 2 3\n3 4 5\n5 6 7\n7 8\n", 5, "3 counts"},
        {"JASPAR: bracket torn", ">m\nA [1 2]\nC [3 4]\nG [5 6]\nT [7 ", 5, "a row that ends in ]"},
        {"JASPAR: a base twice", ">m\nA [1 2]\nA [3 4]\nG [5 6]\nT [7 8]\n", 3, "A twice"},
        {"JASPAR: empty rows", ">m\nA [ ]\nC [ ]\nG [ ]\nT [ ]\n", 2, "at least one column"},
        {"JASPAR: negative count", ">m\nA [1 2]\nC [3 -4]\nG [5 6]\nT [7 8]\n", 3, "at least 0, found '-4'"},
        {"JASPAR: nan", ">m\nA [1 2]\nC [nan 4]\nG [5 6]\nT [7 8]\n", 3, "a count, found 'nan'"},
        {"JASPAR: letters", ">m\nA [1 2]\nC [x 4]\nG [5 6]\nT [7 8]\n", 3, "a count, found 'x'"},
        {"JASPAR: zeros alone", ">m\nA [0 0]\nC [0 0]\nG [0 0]\nT [0 0]\n", 5, "found zeros alone"},
        {"JASPAR: counts beyond reason", ">m\n1e300\n1e300\n1e300\n1e300\n", 5, "at most 1e15"},
        {"FASTA", ">chr1\nACGTACGTACGT\nACGT\n", 2, "a count"},

        {"HOMER: row of three", ">ACG\tm\t6.5\n0.1 0.2 0.7\n", 2, "4 probabilities, found 3"},
        {"HOMER: no rows", ">ACG\tm\t6.5\n>TTT\tn\t5\n1\t0\t0\t0\n", 2,
         "a row of 4 probabilities of motif 'm'"},
        {"HOMER: torn", ">ACG\tm\t6.5", 1, "found the end of the file"},
        {"HOMER: unnormalised", ">ACG\tm\t6.5\n0.1 0.2 0.7 0.7\n", 2, "add up to 1"},
        {"HOMER: threshold infinite", ">ACG\tm\tinf\n1 0 0 0\n", 1, "a threshold"},
        {"HOMER: letters", ">ACG\tm\t6.5\n0.1 0.2 0.7 x\n", 2, "found 'x'"},

        {"TRANSFAC: header only", "VV  x\nXX\n//\n", 3, "at least one matrix"},
        {"TRANSFAC: no table", "AC  M1\nXX\n//\n", 3, "a table from P0"},
        {"TRANSFAC: empty table", transfac + "XX\n//\n", 5, "at least one column"},
        {"TRANSFAC: torn in the table", transfac + "01 1 2 3 4 N\n", 4,
         "expected // at the end of the record"},
        {"TRANSFAC: row torn", transfac + "01 1 2 3\n//\n", 4, "4 counts and a letter, found 4 fields"},
        {"TRANSFAC: row of seven", transfac + "01 1 2 3 4 5 N\n//\n", 4, "found 7 fields"},
        {"TRANSFAC: a row left out", transfac + "01 1 2 3 4 N\n03 1 2 3 4 N\n//\n", 5, "row 2, found '03'"},
        {"TRANSFAC: letters N", "AC  M1\nP0  A  C  G  N\n01 1 2 3 4\n//\n", 2, "A C G T after P0"},
        {"TRANSFAC: no //", transfac + "01 1 2 3 4 N\nXX\nAC  M2\n", 6, "// before the next record"},
        {"TRANSFAC: rows before P0", "AC  M1\n01 1 2 3 4 N\n//\n", 2, "P0 before the rows"},
        {"TRANSFAC: no name", "P0  A  C  G  T\n01 1 2 3 4 N\nXX\n//\n", 4, "the motif's name"},
        {"TRANSFAC: infinite", transfac + "01 1 inf 3 4 N\n//\n", 4, "found 'inf'"},
        {"TRANSFAC: rubbish", transfac + "01 1 2 3 4 N\nhello\n//\n", 5, "a two-letter key"},

        {"cis-BP: no rows", cisbp, 2, "a row of motif 'M1'"},
        {"cis-BP: RNA", "Motif\tM1\nPos\tA\tC\tG\tU\n1\t1\t0\t0\t0\n", 2, "the columns Pos A C G T"},
        {"cis-BP: row torn", cisbp + "1\t0.5\t0.5\n", 3, "4 probabilities, found 3 fields"},
        {"cis-BP: a row left out", cisbp + "1\t1\t0\t0\t0\n3\t1\t0\t0\t0\n", 4, "row 2, found '3'"},
        {"cis-BP: unnormalised", cisbp + "1\t1\t1\t0\t0\n", 3, "add up to 1 in column 1, found 2"},
        {"cis-BP: negative", cisbp + "1\t-1\t1\t1\t0\n", 3, "at least 0"},
        {"cis-BP: rubbish after", cisbp + "1\t1\t0\t0\t0\nthe end\n", 4, "a line \"key<tab>value\""},

        {"UniPROBE: a row missing", "m\nA:\t1\t0\nC:\t0\t1\nG:\t0\t0\n", 4, "row \"T:\" of motif 'm'"},
        {"UniPROBE: rows in another order", "m\nA:\t1\nC:\t0\nT:\t0\nG:\t0\n", 4, "row \"G:\""},
        {"UniPROBE: widths", "m\nA:\t1\t0\nC:\t0\nG:\t0\t0\nT:\t0\t1\n", 3,
         "2 probabilities as in row \"A:\""},
        {"UniPROBE: unnormalised", "m\nA:\t1\t0\nC:\t0\t0\nG:\t0\t0\nT:\t0\t0\n", 5, "in column 2, found 0"},
        {"UniPROBE: width 0", "m\nA:\nC:\nG:\nT:\n", 2, "at least one column"},
    };
}

std::vector<read_right> read_files()
{
    return {
        {"MEME: Windows line ends",
         "MEME version 4\r\n\r\nMOTIF a b\r\nletter-probability matrix: alength= 4 w= 1\r\n1 0 0 0\r\n",
         {"a"},
         {1}},
        {"MEME: UTF-8 name",
         meme + "MOTIF \xCE\xB2-cat\xC3\xA9nine \xE5\xB7\xA5\n" + meme_rows,
         {"\xCE\xB2-cat\xC3\xA9nine"},
         {2}},
        {"MEME: byte order mark", "\xEF\xBB\xBF" + meme + "MOTIF a\n" + meme_rows, {"a"}, {2}},
        {"MEME: duplicate names",
         meme + "MOTIF a\n" + meme_rows + "\nMOTIF a\n" + meme_rows,
         {"a", "a"},
         {2, 2}},
        {"MEME: 10,000 columns",
         meme + "MOTIF a\nletter-probability matrix: w= 10000\n" + many_rows(10'000),
         {"a"},
         {10'000}},
        {"MEME: no w=",
         meme + "MOTIF a\nletter-probability matrix:\n" + many_rows(3) + "\nMOTIF b\n" + meme_rows,
         {"a", "b"},
         {3, 2}},
        {"MEME: blank line before the rows",
         meme + "MOTIF a\nletter-probability matrix: w= 1\n\n1 0 0 0\n",
         {"a"},
         {1}},
        {"MEME: no blank line between motifs",
         meme + "MOTIF a\n" + meme_rows + "MOTIF b\n" + meme_rows,
         {"a", "b"},
         {2, 2}},
        {"MEME: sum within 1 %",
         meme + "MOTIF a\nletter-probability matrix: w= 1\n0.333 0.333 0.333 0\n",
         {"a"},
         {1}},
        {"MEME: E far below a double",
         meme + "MOTIF a\nletter-probability matrix: w= 1 E= 1.6e-1300\n1 0 0 0\n",
         {"a"},
         {1}},
        {"MEME: DNA alphabet block",
         "MEME version 5\nALPHABET \"DNA\" DNA-LIKE\nA \"Adenine\" CC0000 ~ T \"Thymine\" 008000\n"
         "C \"Cytosine\" 0000CC ~ G \"Guanine\" FFB300\nN \"Any base\" = ACGT\nX = ACGT\nEND ALPHABET\nMOTIF "
         "a\n" +
             meme_rows,
         {"a"},
         {2}},
        {"JASPAR: plain rows", ">MA1 x\n1 2 3\n4 5 6\n7 8 9\n1 1 1\n", {"MA1"}, {3}},
        {"JASPAR: bases in another order", ">m\nT [1]\nG [2]\nC [3]\nA [4]\n", {"m"}, {1}},
        {"JASPAR: no last line end", ">m\nA [1 2]\nC [3 4]\nG [5 6]\nT [7 8]", {"m"}, {2}},
        {"JASPAR: blank lines and Windows",
         ">m\r\n\r\nA [1 2]\r\nC [3 4]\r\nG [5 6]\r\nT [7 8]\r\n\r\n",
         {"m"},
         {2}},
        {"JASPAR: letters without brackets",
         ">m\nA 1 2\nC 3 4\nG 5 6\nT 7 8\n>n\n1\n1\n1\n1\n",
         {"m", "n"},
         {2, 1}},
        {"JASPAR: four plain rows of four", ">m\tx\n1 2 3 4\n1 2 3 4\n1 2 3 4\n1 2 3 4\n", {"m"}, {4}},
        {"HOMER: two motifs",
         ">AC\tone\t5.5\t-10\t0\tT:5\n1 0 0 0\n0 1 0 0\n>G\ttwo\t3\n0 0 1 0\n",
         {"one", "two"},
         {2, 1}},
        {"HOMER: without threshold", ">ACG\n1 0 0 0\n0 1 0 0\n0 0 1 0\n", {"ACG"}, {3}},
        {"TRANSFAC: no letters, no last //",
         "ID  m\nBF  x\nP0 A C G T\n1 1 2 3 4\n2 1 2 3 4\nXX\n",
         {"m"},
         {2}},
        {"TRANSFAC: rows from 00, bases in another order",
         "DE  m x\nPO T G C A\n00 1 2 3 4 N\nXX\n//\n",
         {"m"},
         {1}},
        {"TRANSFAC: Windows line ends",
         "AC  m\r\nXX\r\nP0 A C G T\r\n01 1 2 3 4 N\r\nXX\r\n//\r\n",
         {"m"},
         {1}},
        {"cis-BP: with lines of the factor",
         "TF\tT1\nTF "
         "Name\tSox2\nMotif\tM1\nPos\tA\tC\tG\tT\n1\t1\t0\t0\t0\n\nTF\tT2\nMotif\tM2\nPos\tA\tC\tG\tT\n"
         "1\t0\t0\t0\t1\n2\t0\t0\t0\t1\n",
         {"M1", "M2"},
         {1, 2}},
        {"UniPROBE: two",
         "Protein: Sox2\tSeed k-mer: ACAAT\nA:\t1\nC:\t0\nG:\t0\nT:\t0\n\nB\nA:\t1\nC:\t0\nG:\t0\nT:\t0\n",
         {"Sox2", "B"},
         {1, 1}},
    };
}

} // namespace

TEST_CASE("a malformed motif file is refused in one line that names file and line")
{
    std::vector<refused> const all = refused_files();
    CHECK(all.size() >= 60);
    for (refused const& bad : all) {
        CAPTURE(bad.name);
        temporary_file const file{bad.content};
        std::string what;
        try {
            ex::read_motifs(file.path());
        } catch (ex::input_error const& e) {
            what = e.what();
        }
        std::string const place =
            file.path().string() + (bad.line == 0 ? "" : ":" + std::to_string(bad.line)) + ": expected ";
        CAPTURE(what);
        CHECK(what.starts_with(place));
        CHECK(what.find(", found ") != what.npos);
        CHECK(what.find(bad.says) != what.npos);
        CHECK(what.find('\n') == what.npos);
        CHECK(what.size() < 400);
    }
}

TEST_CASE("an odd but sound motif file is read right")
{
    for (read_right const& good : read_files()) {
        CAPTURE(good.name);
        temporary_file const file{good.content};
        ex::motif_set set;
        REQUIRE_NOTHROW(set = ex::read_motifs(file.path()));
        REQUIRE(set.motifs.size() == good.names.size());
        for (std::size_t i = 0; i < set.motifs.size(); ++i) {
            CHECK(set.motifs[i].name == good.names[i]);
            CHECK(set.motifs[i].width() == good.widths[i]);
            for (ex::column const& c : set.motifs[i].probabilities.columns)
                CHECK(ex::total(c) == doctest::Approx(1).epsilon(1e-12));
        }
        CHECK(set == ex::parse_motifs(good.content));
    }
}

TEST_CASE("a gzipped motif file is read, a torn one refused")
{
    temporary_file const file{"", ".meme.gz"};
    ex::output_file out{file.path()};
    out << meme << "MOTIF a\n" << meme_rows;
    out.commit();
    CHECK(ex::read_motifs(file.path()).motifs.at(0).width() == 2);
    std::string const bytes = testing::bytes_of(file.path());
    temporary_file const torn{bytes.substr(0, bytes.size() / 2), ".meme.gz"};
    CHECK_THROWS_WITH_AS(ex::read_motifs(torn.path()), doctest::Contains("gzip stream ends early"),
                         ex::input_error);
    temporary_file const damaged{bytes.substr(0, 12) + "\xff\xff\xff\xff" + bytes.substr(16), ".meme.gz"};
    CHECK_THROWS_AS(ex::read_motifs(damaged.path()), ex::input_error);
}

TEST_CASE("folders and absent files are refused")
{
    CHECK_THROWS_WITH_AS(ex::read_motifs(std::filesystem::temp_directory_path()),
                         doctest::Contains("a folder"), ex::input_error);
    CHECK_THROWS_WITH_AS(ex::read_motifs("no/such/file.meme"),
                         doctest::Contains("no/such/file.meme: expected"), ex::input_error);
}

TEST_CASE("two motifs of one name are found where names must differ")
{
    ex::motif_set set = ex::parse_motifs(meme + "MOTIF a\n" + meme_rows + "\nMOTIF b\n" + meme_rows);
    CHECK_NOTHROW(ex::require_unique_names(set));
    set.motifs[1].name = "a";
    CHECK_THROWS_WITH_AS(ex::require_unique_names(set), doctest::Contains("found two called 'a'"), ex::error);
}

// Every prefix of a correct file, and every correct file with one byte changed, is either read or refused.
TEST_CASE("torn and damaged files never do worse than a refusal")
{
    for (read_right const& good : read_files()) {
        if (good.content.size() > 2000) continue;
        CAPTURE(good.name);
        auto const survive = [](std::string const& content) {
            try {
                ex::motif_set const set = ex::parse_motifs(content);
                bool sound = !set.motifs.empty();
                for (ex::motif const& m : set.motifs) sound = sound && m.width() > 0 && !m.name.empty();
                return sound;
            } catch (ex::input_error const& e) {
                return std::strchr(e.what(), '\n') == nullptr;
            }
        };
        for (std::size_t n = 0; n < good.content.size(); ++n) {
            CHECK(survive(good.content.substr(0, n)));
            for (char const c : {'\0', '\n', '\t', '-', '9', '>', '\xff'}) {
                std::string changed = good.content;
                changed[n] = c;
                if (!survive(changed)) FAIL_CHECK("byte ", n, " as ", static_cast<int>(c));
            }
        }
    }
}
