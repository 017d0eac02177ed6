#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdio>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/io/read_dataset.hpp>
#include <explainn/io/read_table.hpp>

namespace ex = explainn;

static std::string words_of(ex::dataset const& data)
{
    std::string all;
    for (std::size_t i = 0; i < data.size(); ++i) {
        all += std::string{data.name(i)} + "=" + data.sequences().letters(i);
        std::vector<float> labels(data.tasks().size());
        data.labels_of(i, labels);
        for (std::size_t t = 0; t < labels.size(); ++t) {
            CHECK((labels[t] == data.label(i, t) || std::isnan(labels[t])));
            all += std::isnan(labels[t]) ? std::string{"/-"}
                                         : "/" + ex::number_text(static_cast<double>(labels[t]));
        }
        all += ' ';
    }
    return all;
}

TEST_CASE("sequences and labels are matched by name, in the order of the sequences")
{
    testing::folder const dir;
    auto const fasta = dir.write("s.fa", ">c\nACGT\n>a x\nNNAC\n>d\nTTTT\n>b\nggCC\n");
    auto const labels = dir.write_gzip("l.tsv.gz", "s\tA\tB\na\t1\t0\nq\t1\t1\nb\t\t1\nc\t0\t0\nd\t\t\n");
    auto const any = ex::read_dataset(fasta, labels);
    CHECK(words_of(any) == "c=ACGT/0/0 a=NNAC/1/0 b=GGCC/-/1 ");
    CHECK(any.length() == 4);
    CHECK(any.binary());
    CHECK(any.left_out().without_sequence == 1);
    CHECK(any.left_out().warnings ==
          std::vector<std::string>{labels.string() + ": 1 of 5 rows are left out, since " + fasta.string() +
                                   " has no sequence of their name; the first is 'q'"});
    CHECK(any.left_out().unresolved == 1);
    auto const all =
        ex::read_dataset(fasta, labels, {.resolved = ex::resolved_rows::all, .n = ex::n_bases::skip});
    CHECK(words_of(all) == "c=ACGT/0/0 ");
    CHECK(all.left_out().unresolved == 2);
    CHECK(all.left_out().with_n == 1);
    CHECK(words_of(ex::read_dataset(fasta, labels, {.targets = {"B", "A"}})) ==
          "c=ACGT/0/0 a=NNAC/0/1 b=GGCC/1/- ");
    CHECK(words_of(ex::read_dataset(fasta, labels, {.targets = {"A"}})) == "c=ACGT/0 a=NNAC/1 ");
    CHECK(any.fingerprint() == ex::read_dataset(fasta, labels).fingerprint());
    CHECK(any.fingerprint() != all.fingerprint());
    auto const changed = dir.write("l2.tsv", "s\tA\tB\na\t1\t0\nq\t1\t1\nb\t\t0\nc\t0\t0\nd\t\t\n");
    CHECK(any.fingerprint() != ex::read_dataset(fasta, changed).fingerprint());
}

TEST_CASE("data that do not fit together are refused with file, line, expected and found")
{
    testing::folder const dir;
    auto const refusal = [&](std::string_view fasta, std::string_view labels,
                             ex::dataset_options const& how = {}) {
        return testing::said(
            [&] { ex::read_dataset(dir.write("s.fa", fasta), dir.write("l.tsv", labels), how); });
    };
    std::string const lost = refusal(">a\nAC\n>x\nGT\n", "s\tA\na\t1\n");
    CHECK(lost.find("s.fa:3: expected a name that ") == 0);
    CHECK(lost.find("l.tsv has too, found 'x'") != std::string::npos);
    CHECK(refusal(">a\nAC\n>b\nGTA\n", "s\tA\na\t1\nb\t1\n") ==
          "s.fa:3: expected sequences of one length, 2 bases as the first, found 3 in 'b'");
    CHECK(refusal(">a\nACG\n>b\nG\nT\n", "s\tA\na\t1\nb\t1\n") ==
          "s.fa:3: expected sequences of one length, 3 bases as the first, found 2 in 'b'");
    CHECK(refusal(">a\nAC\n>b\nGT\n>a\nAC\n", "s\tA\na\t1\nb\t1\n") ==
          "s.fa:5: the name 'a' is given twice, first at line 1");
    CHECK(refusal(">a\nAC\n>a\nAC\n", "s\tA\na\t\nb\t1\n") ==
          "s.fa:3: the name 'a' is given twice, first at line 1");
    CHECK(refusal(">a\nAC\n>b\nNT\n", "s\tA\na\t\nb\t1\n", {.n = ex::n_bases::skip}) ==
          "s.fa: expected some rows to stay, found none (1 unresolved, 1 with N)");
    CHECK(refusal(">a\nAC\n", "s\tA\na\t1\n", {.targets = {"Z"}}) ==
          "l.tsv:1: expected targets among A, found 'Z'");
}

TEST_CASE("the reference's table reads as sequences and labels do")
{
    testing::folder const dir;
    std::string const text = "# id\tseq\nc\tACGT\t0\t0\r\n\na x\tNNAC\t1\t0\n#b\nd\tTTTT\t\t\nb\tggCC\t\t1";
    for (auto const& path : {dir.write("t.tsv", text), dir.write_gzip("t.gz", text)}) {
        auto const any = ex::read_table(path);
        CHECK(words_of(any) == "c=ACGT/0/0 a=NNAC/1/0 b=GGCC/-/1 ");
        CHECK(any.tasks() == std::vector<std::string>{"class0", "class1"});
        CHECK(any.left_out().unresolved == 1);
        CHECK(words_of(ex::read_table(path, {.targets = {"class1"}})) == "c=ACGT/0 a=NNAC/0 b=GGCC/1 ");
        CHECK(words_of(ex::read_table(path, {.resolved = ex::resolved_rows::all, .n = ex::n_bases::skip})) ==
              "c=ACGT/0/0 ");
    }
    // as R, Excel and pandas write tables
    for (std::string const same :
         {"\"c\"\t\"ACGT\"\t\"0\"\t0\n\"d\"\tTTTT\tNA\tN/A\n\"b\"\tGGCC\t<NA>\t1\n",
          "c,ACGT,0,0\nd,TTTT,,nan\nb,GGCC,NA,1.0\n",
          "\"c\",\"ACGT\",\"0\",\"0\"\r\n\"d\",TTTT,,\r\n\"b x\",\"GGCC\",null,1\r\n"})
        CHECK(words_of(ex::read_table(dir.write("t.tsv", same))) == "c=ACGT/0/0 b=GGCC/-/1 ");
    CHECK(words_of(ex::read_table(dir.write("t.csv", "\"a,1\",ACGT,1\n"))) == "a,1=ACGT/1 ");
    auto const refusal = [&](std::string_view table, ex::dataset_options const& how = {}) {
        return testing::said([&] { ex::read_table(dir.write("t.tsv", table), how); });
    };
    CHECK(refusal("") == "t.tsv: expected rows of id, sequence and labels, found none");
    CHECK(refusal("#x\n") == "t.tsv: expected rows of id, sequence and labels, found none");
    CHECK(refusal("a\tACGT\n") ==
          "t.tsv:1: expected at least 3 columns (id, sequence, labels) between tabs, found 2");
    CHECK(refusal("a\tACGT\t1\nb\n") == "t.tsv:2: expected 3 columns, found 1");
    CHECK(refusal("a\tACGT\t1\nb\tACGT\n") == "t.tsv:2: expected 3 columns, found 2");
    CHECK(refusal("a\tACGT\t1\nb\tACGT\t1\t1\n") == "t.tsv:2: expected 3 columns, found 4");
    CHECK(refusal("a\tAC.T\t1\n") == "t.tsv:1: expected IUPAC nucleotides, found '.'");
    CHECK(refusal("a;ACGT;0,5\n") ==
          "t.tsv:1: expected columns between tabs or commas, found semicolons in 'a;ACGT;0,5'");
    CHECK(refusal("a,ACGT,0,5\nb,ACGT,1\n") == "t.tsv:2: expected 4 columns, found 3");
    CHECK(refusal("a ACGT 1\n") ==
          "t.tsv:1: expected at least 3 columns (id, sequence, labels) between tabs, found 1");
    CHECK(refusal("a\t\t1\n") == "t.tsv:1: expected a sequence in column 2, found none");
    CHECK(refusal("\tA\t1\n") == "t.tsv:1: expected an id in column 1, found none");
    CHECK(refusal("a\tA\t1\n#\nb\tA\t1\na\tA\t1\n") ==
          "t.tsv:4: the name 'a' is given twice, first at line 1");
    CHECK(refusal("a\tA\tx\n") == "t.tsv:1: expected a number or an empty label, found 'x'");
    CHECK(refusal("a\tA\t1\nb\tAA\t1\n") ==
          "t.tsv:2: expected sequences of one length, 1 bases as the first, found 2 in 'b'");
    CHECK(refusal("a\tA\t1\n", {.targets = {"MAX"}}) == "t.tsv: expected targets among class0, found 'MAX'");
    CHECK(refusal("a\tA\t\n") == "t.tsv: expected some rows to stay, found none (1 unresolved, 0 with N)");
    CHECK(testing::said([&] {
              ex::read_table(dir.write_gzip("t.gz", text, 2));
          }).find("the gzip stream ends early") != std::string::npos);
}

TEST_CASE("rows without labels stay where labels do not matter")
{
    testing::folder const dir;
    auto const path = dir.write("t.tsv", "a\tACGT\t\t1\nb\tTTTT\t\t\n");
    CHECK(words_of(ex::read_table(path, {.resolved = ex::resolved_rows::ignored})) ==
          "a=ACGT/-/1 b=TTTT/-/- ");
    auto const bare = dir.write("u.tsv", "a\tACGT\nb\tTTTT\n");
    CHECK(words_of(ex::read_table(bare, {.resolved = ex::resolved_rows::ignored})) == "a=ACGT b=TTTT ");
    CHECK(testing::said([&] {
              ex::read_table(dir.write("u.tsv", "a\tACGT\nb\tTTTT\t1\n"),
                             {.resolved = ex::resolved_rows::ignored});
          }) == "u.tsv:2: expected 2 columns, found 3");
    CHECK(testing::said([&] {
              ex::read_table(dir.write("u.tsv", "a\n"), {.resolved = ex::resolved_rows::ignored});
          }) == "u.tsv:1: expected at least 2 columns (id, sequence) between tabs, found 1");
    auto const fasta = dir.write("s.fa", ">a\nACGT\n>b\nTTTT\n"),
               labels = dir.write("l.tsv", "s\tA\na\t\nb\t1\n");
    CHECK(ex::read_dataset(fasta, labels, {.resolved = ex::resolved_rows::ignored}).size() == 2);
}

TEST_CASE("the real regions and labels read, small")
{
    std::filesystem::path const dir = std::string{EXPLAINN_SHARED_DATA} + "/tfbs";
    if (!std::filesystem::exists(dir / "labels.tsv.gz")) return test::skip("the shared data are not here");
    auto const begin = std::chrono::steady_clock::now();
    auto const data =
        ex::read_dataset(dir / "sequences.fa.gz", dir / "labels.tsv.gz",
                         {.targets = {"MAX", "FOXA1", "JUND"}, .resolved = ex::resolved_rows::all});
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
    MESSAGE("295,709 regions x 122 labels in " << took.count() << " s");
    CHECK(data.size() == 38602 + 4088 + 9082);
    CHECK(data.left_out().without_sequence == 0);
    CHECK(data.length() == 200);
}

TEST_CASE("a data set holds no row that its labels do not have")
{
    ex::packed_sequences s;
    s.append("a", std::string_view{"ACGT"});
    s.append("b", std::string_view{"ACGA"});
    ex::label_matrix labels{1};
    labels.append(std::vector<float>{1});
    CHECK_THROWS_WITH_AS((ex::dataset{s, {"MAX"}, labels, {0, 1}}),
                         "row 1 of the labels is asked for (they count from 0), there are 1",
                         ex::shape_error);
    CHECK(ex::dataset{s, {"MAX"}, labels, {0, 0}}.size() == 2);
}
