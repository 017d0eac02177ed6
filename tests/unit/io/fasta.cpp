#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/core/rng.hpp>
#include <explainn/io/fasta.hpp>

namespace ex = explainn;

static std::string read_back(std::filesystem::path const& path)
{
    auto const s = ex::read_fasta(path);
    std::string all;
    for (std::size_t i = 0; i < s.size(); ++i) all += std::string{s.name(i)} + "=" + s.letters(i) + " ";
    return all;
}

TEST_CASE("a FASTA file reads the same whatever its line width, case, line ends and compression")
{
    testing::folder const dir;
    std::string const want = "a=ACGTNT b=GGGTTTAC ";
    CHECK(read_back(dir.write("1.fa", ">a first\nACGTNT\n>b\tsecond\nGGGTTTAC\n")) == want);
    CHECK(read_back(dir.write("2.fa", ">a first\nac\ngt\nrU\n\n>b\nGGG\nTTTA\nC")) == want);
    CHECK(read_back(dir.write("3.fa", "\r\n>a x\r\nACGT\r\nNT\r\n\r\n>b\r\nGGGTT \r\nTAC\r\n")) == want);
    CHECK(read_back(dir.write_gzip("4.fa.gz", ">a\nACGTNT\n>b\nGGGTTTAC\n")) == want);
    CHECK(read_back(dir.write_gzip("5.fa", ">a\nACGTNT\n>b\nGGGTTTAC\n", 0, 3)) == want);
    CHECK(read_back(dir.write("1.fq", "@a first\nACGTnt\n+\nIIIII@\n@b\nGGGTTTAC\n+b\n@IIIIIII\n")) == want);
}

TEST_CASE("masked bases are N, whatever stands for them")
{
    testing::folder const dir;
    std::string const want = "a=ACGTNNNNACGT b=NNNNNNNACNGT ";
    CHECK(read_back(dir.write("1.fa", ">a\nACGTXXXXACGT\n>b\nNNNNNNNACNGT\n")) == want);
    CHECK(read_back(dir.write("2.fa", ">a\nacgtxxxxacgt\n>b\nRYSWKMBACDGT\n")) == want);
    CHECK(read_back(dir.write("3.fa", ">a\nACGT..\n..ACGT\n>b\nVHN.x.XACNGT\n")) == want);
    CHECK(read_back(dir.write(
              "4.fq", "@a\nACGT....ACGT\n+\nIIIIIIIIIIII\n@b\n.......AC.GT\n+\n............\n")) == want);
    ex::fasta_file file{dir.path("3.fa")};
    std::string name, bases;
    CHECK(file.next(name, bases));
    CHECK(bases == "ACGTNNNNACGT");
}

TEST_CASE("the streaming reader and the packing reader agree")
{
    testing::folder const dir;
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    std::string file;
    std::size_t const records = 300;
    for (std::size_t i = 0; i < records; ++i) {
        file += ">s" + std::to_string(i) + " of many\n";
        for (std::size_t j = 0, n = 1 + draw.below(90); j < n; ++j) {
            file += "ACGTUNRYacgtunkm"[draw.below(draw.below(4) == 0 ? 16 : 4)];
            if (draw.below(20) == 0) file += '\n';
        }
        file += '\n';
    }
    auto const path = dir.write_gzip("r.fa.gz", file, 0, 5);
    auto const packed = ex::read_fasta(path);
    REQUIRE(packed.size() == records);
    ex::fasta_file stream{path};
    std::size_t i = 0;
    for (std::string name, bases; stream.next(name, bases); ++i) {
        CHECK(name == packed.name(i));
        CHECK(bases == packed.letters(i));
    }
    CHECK(i == records);
    auto const some = ex::read_fasta(path, [](std::string_view name) { return name.back() == '7'; });
    CHECK(some.size() == 30);
    for (std::size_t k = 0; k < some.size(); ++k) CHECK(some.letters(k) == packed.letters(10 * k + 7));
}

TEST_CASE("what is no FASTA file is refused with file, line, expected and found")
{
    testing::folder const dir;
    auto const refusal = [&](std::string_view content) {
        auto const path = dir.write("x.fa", content);
        std::string const packed = testing::said([&] { ex::read_fasta(path); });
        std::string const streamed = testing::said([&] {
            ex::fasta_file file{path};
            for (std::string name, bases; file.next(name, bases);) {}
        });
        if (packed.find("twice") == std::string::npos) CHECK(packed == streamed);
        CHECK(packed.find('\n') == std::string::npos);
        return packed;
    };
    CHECK(refusal("") == "x.fa: expected FASTA sequences, found an empty file");
    CHECK(refusal("\n\n \n") == "x.fa: expected FASTA sequences, found an empty file");
    CHECK(refusal("ACGT\n") == "x.fa:1: expected a header line that begins with '>', found 'ACGT'");
    CHECK(refusal(">a\nACGT\nAC-T\n") == "x.fa:3: expected IUPAC nucleotides, found '-'");
    CHECK(refusal(">a\nACGT\n>b\nACGTACGTZ\n") == "x.fa:4: expected IUPAC nucleotides, found 'Z'");
    CHECK(refusal(">a\nACG T\n") == "x.fa:2: expected IUPAC nucleotides, found ' '");
    CHECK(refusal(std::string_view{">a\nAC\0GT\n", 9}) ==
          "x.fa:2: expected FASTA sequences, found a NUL byte: the file is binary or damaged");
    CHECK(refusal(">a\n>b\nACGT\n") == "x.fa:1: expected bases after the header line, found none");
    CHECK(refusal(">a\nACGT\n\n>b\n") == "x.fa:4: expected bases after the header line, found none");
    CHECK(refusal(">a\nACGT\n> b\nACGT\n") == "x.fa:3: expected a sequence name after the '>', found '> b'");
    CHECK(refusal(">\nACGT\n") == "x.fa:1: expected a sequence name after the '>', found '>'");
    CHECK(refusal(">a\nACGT\n>b\nAC\n\n>a c\nACGT\n") ==
          "x.fa:6: the name 'a' is given twice, first at line 1");
    CHECK(refusal("@a\nACGT\n+\nIII\n") == "x.fa:4: expected 4 quality characters, found 3");
    CHECK(refusal("@a\nACGT\n+\n") ==
          "x.fa:3: expected four lines to each FASTQ sequence, found the end of the file");
    CHECK(refusal("@a\nACGT\nACGT\nIIII\n") == "x.fa:3: expected a line that begins with '+', found 'ACGT'");
    CHECK(refusal("@a\nACGT\n+\nIIII\n>b\nACGT\n") ==
          "x.fa:5: expected a header line that begins with '@', found '>b'");
    CHECK(testing::said([&] { ex::read_fasta(dir.path("none.fa")); }) ==
          "none.fa: expected a file that can be read, found No such file or directory");
    CHECK(testing::said([&] { ex::read_fasta(dir.path("")); }).find("found a folder") != std::string::npos);
}

TEST_CASE("a name left out by the predicate may still not come twice")
{
    testing::folder const dir;
    auto const path = dir.write("x.fa", ">a\nA\n>b\nC\n>b\nC\n");
    CHECK(testing::said([&] { ex::read_fasta(path, [](std::string_view name) { return name == "a"; }); }) ==
          "x.fa:5: the name 'b' is given twice, first at line 3");
}

TEST_CASE("a torn gzip file is refused wherever it is cut")
{
    testing::folder const dir;
    std::string file;
    ex::random_numbers draw{ex::seed{6}, ex::stream::tests};
    for (int i = 0; i < 200; ++i) {
        file += ">s" + std::to_string(i) + "\n";
        for (int j = 0; j < 60; ++j) file += "ACGT"[draw.below(4)];
        file += '\n';
    }
    auto const whole = std::filesystem::file_size(dir.write_gzip("t.fa.gz", file));
    for (std::size_t const torn : {std::size_t{1}, std::size_t{4}, std::size_t{9}, whole / 2, whole - 12}) {
        std::string const words =
            testing::said([&] { ex::read_fasta(dir.write_gzip("t.fa.gz", file, torn)); });
        CAPTURE(torn);
        CHECK(words.find("the gzip stream ends early") != std::string::npos);
    }
    auto const path = dir.write_gzip("t.fa.gz", file);
    std::string bytes = testing::bytes_of(path);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    CHECK(testing::said([&] { ex::read_fasta(dir.write("t.fa.gz", bytes)); }) != "");
}

TEST_CASE("the real regions read")
{
    std::filesystem::path const path = std::string{EXPLAINN_SHARED_DATA} + "/tfbs/sequences.fa.gz";
    if (!std::filesystem::exists(path)) return test::skip("the shared data are not here");
    auto const s = ex::read_fasta(path);
    CHECK(s.size() == 295709);
    CHECK(s.common_length() == 200);
    CHECK(s.name(0) == "chr13:18177595-18177795");
    CHECK(s.letters(1).substr(0, 10) == "TTTATGTCTT");
    CHECK(static_cast<double>(s.bytes()) <= 0.3 * 200 * 295709);
}
