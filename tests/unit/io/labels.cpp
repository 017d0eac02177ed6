#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/core/rng.hpp>
#include <explainn/io/labels.hpp>

namespace ex = explainn;

static float const missing = std::numeric_limits<float>::quiet_NaN();

static bool same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST_CASE("a label matrix gives back what it got, before and after it turns to floats")
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    for (std::size_t tasks = 1; tasks < 12; ++tasks) {
        ex::label_matrix m{tasks};
        std::vector<std::vector<float>> want;
        for (int row = 0; row < 40; ++row) {
            std::vector<float> labels(tasks);
            for (float& x : labels) x = std::array<float, 3>{0, 1, missing}[draw.below(3)];
            if (row == 20) {
                CHECK(m.binary());
                CHECK(m.bytes() == 20 * ((tasks + 3) / 4));
                labels.back() = -2.5f;
            }
            m.append(labels);
            want.push_back(labels);
        }
        CHECK(!m.binary());
        std::vector<float> row(tasks);
        for (std::size_t i = 0; i < want.size(); ++i) {
            m.labels_of(i, row);
            std::size_t resolved = 0;
            for (std::size_t t = 0; t < tasks; ++t) {
                CHECK(same(m.at(i, t), want[i][t]));
                CHECK(same(row[t], want[i][t]));
                resolved += std::isnan(want[i][t]) ? 0 : 1;
            }
            CHECK(m.resolved(i) == resolved);
        }
    }
}

TEST_CASE("a table of labels reads")
{
    testing::folder const dir;
    std::string const text = "region\tA\tB\tC\nx:1-2\t1\t0\t\n\ny extra\t\tnan\t1.0\r\nz\t0\t1\t0";
    for (auto const& path : {dir.write("l.tsv", text), dir.write_gzip("l.tsv.gz", text, 0, 2)}) {
        auto const t = ex::read_labels(path);
        REQUIRE(t.rows() == 3);
        CHECK(t.tasks == std::vector<std::string>{"A", "B", "C"});
        CHECK(t.name(1) == "y");
        CHECK(t.find("z") == 2);
        CHECK(t.find("q") == ex::name_index::none);
        CHECK(t.at(0, 0) == 1);
        CHECK(t.at(0, 1) == 0);
        CHECK(std::isnan(t.at(0, 2)));
        CHECK(std::isnan(t.at(1, 1)));
        CHECK(t.at(1, 2) == 1);
        CHECK(t.at(2, 2) == 0);
        CHECK(t.labels.binary());
        auto const chosen = ex::read_labels(path, {"C", "A"});
        CHECK(chosen.tasks == std::vector<std::string>{"C", "A"});
        CHECK(chosen.at(1, 0) == 1);
        CHECK(chosen.at(0, 1) == 1);
    }
    auto const real = ex::read_labels(dir.write("r.tsv", "s\tA\na\t-1.5e3\nb\t+2\nc\tnan\n"));
    CHECK(!real.labels.binary());
    CHECK(real.at(0, 0) == -1500);
    CHECK(real.at(1, 0) == 2);
    CHECK(std::isnan(real.at(2, 0)));
}

TEST_CASE("every word for a missing label that R, Excel and pandas write is one")
{
    testing::folder const dir;
    for (auto const* word :
         {"",     "NA",   "N/A",  "na",   "n/a", "nan",      "NaN",    "-nan",    "-NaN",    "null",
          "NULL", "None", "<NA>", "#N/A", "#NA", "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"}) {
        CAPTURE(word);
        auto const t = ex::read_labels(dir.write("l.tsv", "s\tA\tB\nx\t" + std::string{word} + "\t1\n"));
        CHECK(std::isnan(t.at(0, 0)));
        CHECK(t.at(0, 1) == 1);
        CHECK(t.labels.binary());
    }
}

TEST_CASE("one table, however its columns are parted and quoted")
{
    testing::folder const dir;
    struct row {
        char const *what, *content;
        std::size_t warnings;
    };
    for (auto const& [what, content, warnings] : std::vector<row>{
             {"tabs", "sequence\tA\tB,b\nx,1\t1\t0\ny\tNA\t0.5\n", 0},
             {"quoted tabs", "\"sequence\"\t\"A\"\t\"B,b\"\n\"x,1\"\t1\t0\n\"y\"\tNA\t0.5\n", 0},
             {"quoted numbers", "sequence\tA\tB,b\n\"x,1\"\t\"1\"\t\"0\"\ny\t\"\"\t\"0.5\"\n", 0},
             {"quoted header alone", "\"sequence\"\t\"A\"\t\"B,b\"\nx,1\t1\t0\ny\t\t0.5\n", 0},
             {"CSV", "sequence,A,\"B,b\"\n\"x,1\",1,0\ny,NA,0.5\n", 0},
             {"CSV, all quoted",
              "\"sequence\",\"A\",\"B,b\"\r\n\"x,1\",\"1\",\"0\"\r\n\"y\",\"NA\",\"0.5\"\r\n", 0},
             {"CSV of pandas", ",A,\"B,b\"\n\"x,1\",1.0,0.0\ny,,0.5\n", 0},
             {"names end at a blank", "sequence,A,\"B,b\"\n\"x,1 of many\",1,0\n\"y \",nan,0.5\n", 0},
             {"R with col.names = NA", "\"\"\t\"A\"\t\"B,b\"\n\"x,1\"\t1\t0\n\"y\"\tNA\t0.5\n", 0},
             {"R without the corner", "\"A\"\t\"B,b\"\n\"x,1\"\t1\t0\n\"y\"\tNA\t0.5\n", 1},
             {"R without corner and quotes", "A\tB,b\nx,1\t1\t0\ny\tNA\t0.5\n", 1},
             {"R's CSV without the corner", "\"A\",\"B,b\"\n\n\"x,1\",1,0\n\"y\",NA,0.5\n", 1},
         }) {
        CAPTURE(what);
        auto const path = dir.write("l.tsv", content);
        auto const t = ex::read_labels(path);
        CHECK(t.tasks == std::vector<std::string>{"A", "B,b"});
        REQUIRE(t.rows() == 2);
        CHECK(t.name(0) == "x,1");
        CHECK(t.name(1) == "y");
        CHECK(t.at(0, 0) == 1);
        CHECK(t.at(0, 1) == 0);
        CHECK(std::isnan(t.at(1, 0)));
        CHECK(t.at(1, 1) == 0.5f);
        REQUIRE(t.warnings.size() == warnings);
        if (warnings > 0)
            CHECK(t.warnings[0] == path.string() +
                                       ":1: the header has one column less than the rows; its first, 'A', is "
                                       "taken for a task, as R writes tables");
        CHECK(ex::read_labels(path, {"B,b"}).at(1, 0) == 0.5f);
    }
    auto const one = ex::read_labels(dir.write("l.tsv", "\"TF1\"\n\"s1\"\t1\n\"s \"\"2\"\"\"\t0\n"));
    CHECK(one.tasks == std::vector<std::string>{"TF1"});
    CHECK(one.name(0) == "s1");
    CHECK(one.warnings.size() == 1);
    auto const quotes = ex::read_labels(dir.write("l.csv", "s,\"T\"\"F\"\"\"\n5'end,1\n\"a\"\"b\",0\n"));
    CHECK(quotes.tasks == std::vector<std::string>{"T\"F\""});
    CHECK(quotes.find("5'end") == 0);
    CHECK(quotes.find("a\"b") == 1);
}

TEST_CASE("the index that pandas writes before the names of sequences is refused, not read as names")
{
    testing::folder const dir;
    for (std::string const name : {"sequence", "id", "name", "region", "SeqId", "peak_name"}) {
        CAPTURE(name);
        CHECK(
            testing::said([&] { ex::read_labels(dir.write("p.csv", "," + name + ",TF\n0,7,0\n1,8,1\n")); }) ==
            "p.csv:1: expected the names of sequences in column 1, found a column without a name before '" +
                name + "', as pandas writes its index; write the table without it (index=False)");
    }
    // a table with an index of names, as pandas writes it
    CHECK(ex::read_labels(dir.write("i.csv", ",MAX,TF\na,1,0\nb,0,1\n")).tasks ==
          std::vector<std::string>{"MAX", "TF"});
}

TEST_CASE("a comment above the header is refused at its line")
{
    testing::folder const dir;
    for (std::string const comment : {"# labels of 2026", "#made,by hand", "# two\twords"}) {
        CAPTURE(comment);
        std::string const words =
            testing::said([&] { ex::read_labels(dir.write("c.tsv", comment + "\nname\tA\tB\nx\t1\t0\n")); });
        CHECK(words.starts_with("c.tsv:1: "));
    }
    CHECK(ex::read_labels(dir.write("d.tsv", "#name\tA\tB\nx\t1\t0\n")).tasks ==
          std::vector<std::string>{"A", "B"});
}

TEST_CASE("the odd tables that were sent to issue trackers read")
{
    std::string const folder = std::string{EXPLAINN_SHARED_DATA} + "/odd_inputs/";
    if (!std::filesystem::exists(folder)) return test::skip("the shared data are not here");
    auto const na = ex::read_labels(folder + "42_na_labels.tsv");
    CHECK(na.tasks == std::vector<std::string>{"TF1", "TF2"});
    REQUIRE(na.rows() == 4);
    std::vector<std::vector<float>> const want{{1, missing}, {0, 1}, {missing, missing}, {missing, missing}};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t k = 0; k < 2; ++k) CHECK(same(na.at(i, k), want[i][k]));
    for (auto const* name : {"43b_r_quoted.tsv", "43c_csv.tsv"}) {
        CAPTURE(name);
        auto const t = ex::read_labels(folder + name);
        CHECK(t.tasks == std::vector<std::string>{"TF1"});
        REQUIRE(t.rows() == 2);
        CHECK(t.at(t.find("s1"), 0) == 1);
        CHECK(t.at(t.find("s2"), 0) == 0);
        CHECK(t.warnings.empty());
    }
}

TEST_CASE("what is no table of labels is refused with file, line, expected and found")
{
    testing::folder const dir;
    auto const refusal = [&](std::string_view content, std::vector<std::string> const& targets = {}) {
        std::string const words =
            testing::said([&] { ex::read_labels(dir.write("l.tsv", content), targets); });
        CHECK(words.find('\n') == std::string::npos);
        return words;
    };
    CHECK(refusal("") == "l.tsv: expected a header and rows of labels, found an empty file");
    CHECK(refusal("\n\n") == "l.tsv: expected a header and rows of labels, found an empty file");
    CHECK(refusal("s\tA\n") == "l.tsv:1: expected rows of labels after the header, found none");
    for (std::string const header : {"s A", "s|A", "s", "\"s A\""})
        CHECK(refusal(header + "\nx 1\n") ==
              "l.tsv:1: expected a header of columns between tabs or commas (sequence, then tasks), found '" +
                  header + "'");
    CHECK(refusal("s;A;B\nx;0,5;1\n") ==
          "l.tsv:1: expected columns between tabs or commas, found semicolons in 's;A;B'");
    CHECK(refusal("s;A,a\nx;0,5\n") ==
          "l.tsv:1: expected columns between tabs or commas, found semicolons in 's;A,a'");
    CHECK(refusal("s,A\nx,0,5\n") == "l.tsv:2: expected 2 columns, found 3");
    CHECK(refusal("s\tA\nx\t0,5\n") == "l.tsv:2: expected a number or an empty label, found '0,5'");
    CHECK(refusal("s\tA\nx,1\n") == "l.tsv:2: expected 2 columns, found 1");
    CHECK(refusal("s\tA\nx\t\"1\n") ==
          "l.tsv:2: expected a quote at the end of a field that begins with one, found none");
    CHECK(refusal("s\tA\nx\t\"1\"0\n") == "l.tsv:2: expected a tab after a quoted field, found '0'");
    CHECK(refusal("s,A\n\"x\" ,1\n") == "l.tsv:2: expected a comma after a quoted field, found ' '");
    CHECK(refusal("\"s\tA\nx\t1\n").find("l.tsv:1: ") == 0);
    CHECK(refusal("s\tA\n\"\"\t1\n") == "l.tsv:2: expected the name of a sequence in column 1, found none");
    for (auto const* word : {"?", ".", "-", "missing", "Na", "NaN.", "TRUE", "nan nan"})
        CHECK(refusal("s\tA\nx\t" + std::string{word} + "\n") ==
              "l.tsv:2: expected a number or an empty label, found '" + std::string{word} + "'");
    // rows with one column more than the header are read as R's only where nothing else is possible
    CHECK(refusal("s\tA\nx\t1\t\n") == "l.tsv:2: expected 2 columns, found 3");
    for (std::string const corner :
         {"Region", "sequence", "SeqId", "id", "peak_name", "\"name\"", "PROBE", ""})
        CHECK(refusal(corner + "\tA\nx\t1\t0\n") == "l.tsv:2: expected 2 columns, found 3");
    CHECK(refusal("A\tB\nx\t1\t0\ny\t1\n") == "l.tsv:3: expected 3 columns, found 2");
    CHECK(refusal("A\tA\nx\t1\t0\n") == "l.tsv:1: expected every task once, found 'A' in columns 1 and 2");
    CHECK(refusal("A\tB\nx\t1\t0\n", {"C"}) == "l.tsv:1: expected targets among A, B, found 'C'");
    CHECK(refusal("s\tA\tB\nx\t1\n") == "l.tsv:2: expected 3 columns, found 2");
    CHECK(refusal("s\tA\tB\nx\t1\t0\nx2\n") == "l.tsv:3: expected 3 columns, found 1");
    CHECK(refusal("s\tA\tB\nx\t1\t0\t1\t0\n") == "l.tsv:2: expected 3 columns, found 5");
    CHECK(refusal("s\tA\nx\tyes\n") == "l.tsv:2: expected a number or an empty label, found 'yes'");
    CHECK(refusal("s\tA\nx\t1 \n") == "l.tsv:2: expected a number or an empty label, found '1 '");
    CHECK(refusal("s\tA\nx\tinf\n") == "l.tsv:2: expected a finite label, found 'inf'");
    CHECK(refusal("s\tA\nx\t-inf\n") == "l.tsv:2: expected a finite label, found '-inf'");
    CHECK(refusal("s\tA\nx\t1e39\n") == "l.tsv:2: expected a finite label, found '1e39'");
    CHECK(refusal("s\tA\tB\nx\t1\t\ny\t0\t1\n\nx\t1\t1\n") ==
          "l.tsv:5: the name 'x' is given twice, first at line 2");
    CHECK(refusal("s\tA\n\t1\n") == "l.tsv:2: expected the name of a sequence in column 1, found none");
    CHECK(refusal("s\tA\tB\tA\nx\t1\t1\t1\n") ==
          "l.tsv:1: expected every task once, found 'A' in columns 2 and 4");
    CHECK(refusal("s\tA\t\nx\t1\t1\n") == "l.tsv:1: expected a task name in column 3, found none");
    CHECK(refusal("s\tA\tB\nx\t1\t1\n", {"B", "C"}) == "l.tsv:1: expected targets among A, B, found 'C'");
    CHECK(refusal("s\tA\tB\nx\t1\t1\n", {"B", "B"}) == "expected every target once, found 'B' twice");
    CHECK(testing::said([&] { ex::read_labels(dir.path("none.tsv")); }) ==
          "none.tsv: expected a file that can be read, found No such file or directory");
    CHECK(testing::said([&] {
              ex::read_labels(dir.write_gzip("l.gz", "s\tA\nx\t1\ny\t0\n", 3));
          }).find("the gzip stream ends early") != std::string::npos);
}

TEST_CASE("the real labels read, at 2 bits each")
{
    std::filesystem::path const path = std::string{EXPLAINN_SHARED_DATA} + "/tfbs/labels.tsv.gz";
    if (!std::filesystem::exists(path)) return test::skip("the shared data are not here");
    auto const begin = std::chrono::steady_clock::now();
    auto const t = ex::read_labels(path);
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
    MESSAGE("295,709 x 122 labels in " << took.count() << " s");
    CHECK(t.rows() == 295709);
    CHECK(t.tasks.size() == 122);
    CHECK(t.labels.bytes() == 295709 * 31);
    CHECK(t.at(t.find("chr13:18177595-18177795"), 0) == 0);
    CHECK(std::isnan(t.at(0, 2)));
}
