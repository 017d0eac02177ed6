// Genomes read by place, from every kind of file, compared with the text from which they were written.
#include <doctest/doctest.h>

#include <explainn/genome/genome.hpp>

#include "made_up.hpp"
#include "support/folder.hpp"

namespace ex = explainn;

namespace {

// compares every way of reading with loops over the text
void hold_to_text(std::filesystem::path const& path, made_up::genome_text const& text, bool keeps_case = true)
{
    ex::genome g{path};
    REQUIRE(g.contigs().size() == text.size());
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    for (std::size_t i = 0; i < text.size(); ++i) {
        CHECK(g.contigs()[i] == ex::contig{text[i].name, text[i].bases.size()});
        CHECK(g.contigs().find(text[i].name) == i);
    }
    for (int round = 0; round < 400; ++round) {
        std::size_t const i = draw.below(static_cast<std::uint32_t>(text.size()));
        auto const& bases = text[i].bases;
        auto const size = static_cast<std::uint32_t>(bases.size());
        std::int64_t const start = static_cast<std::int64_t>(draw.below(size + 200)) - 100;
        std::vector<ex::letter> codes(1 + draw.below(round % 10 == 0 ? 3000 : 100)), expected;
        g.letters(i, start, codes);
        for (std::size_t k = 0; k < codes.size(); ++k)
            expected.push_back(made_up::letter_at(bases, start + static_cast<std::int64_t>(k)));
        REQUIRE(codes == expected);
        std::uint64_t const from = draw.below(size),
                            to = from + draw.below(static_cast<std::uint32_t>(size - from + 1));
        std::string characters = g.characters(i, from, to), should = bases.substr(from, to - from);
        if (!keeps_case)
            for (char& c : should) c = c == 'n' ? 'N' : c;
        REQUIRE(characters == should);
    }
    CHECK(testing::said([&] {
              g.characters(0, 5, text[0].bases.size() + 1);
          }).find("expected bases within") != std::string::npos);
}

std::size_t files_in(std::filesystem::path const& folder)
{
    std::size_t count = 0;
    for ([[maybe_unused]] auto const& each : std::filesystem::directory_iterator{folder}) ++count;
    return count;
}

} // namespace

TEST_CASE(
    "a genome of every kind of file gives the letters that were written, and nothing is written beside it")
{
    testing::folder const dir;
    auto const text = made_up::genome(1);
    std::filesystem::create_directory(dir.path("plain"));
    hold_to_text(dir.write("plain/a.fa", made_up::fasta(text)), text);
    hold_to_text(dir.write("plain/long_lines.fa", made_up::fasta(text, 10000)), text);
    hold_to_text(dir.write("plain/carriage.fa", made_up::fasta(text, 60, "\r\n")), text);
    std::string no_end = made_up::fasta(text);
    no_end.pop_back();
    hold_to_text(dir.write("plain/no_end.fa", no_end), text);
    hold_to_text(dir.write("plain/blank_lines.fa", made_up::fasta(text) + "\n\n"), text);
    made_up::write_bgzip(dir.path("plain/b.fa.gz"), made_up::fasta(text));
    hold_to_text(dir.path("plain/b.fa.gz"), text);
    // these cannot be read in place, and are kept in memory
    hold_to_text(dir.write_gzip("plain/c.fa.gz", made_up::fasta(text)), text);
    std::string ragged = made_up::fasta(text);
    ragged.insert(ragged.find('\n') + 10, "\n");
    hold_to_text(dir.write("plain/ragged.fa", ragged), text);
    CHECK(files_in(dir.path("plain")) == 8);
    for (bool const other : {false, true})
        hold_to_text(dir.write("a.2bit", made_up::two_bit(text, other)), text);
}

TEST_CASE("an index beside the file is used where it is the file's, and an older one is made anew in memory")
{
    testing::folder const dir;
    auto const text = made_up::genome(2), other = made_up::genome(3, {500, 300});
    auto const fasta = dir.write("a.fa", made_up::fasta(text));
    auto const packed = dir.path("b.fa.gz");
    made_up::write_bgzip(packed, made_up::fasta(text));
    auto const other_fasta = dir.write("other.fa", made_up::fasta(other));
    for (auto const& path : {fasta, packed, other_fasta}) REQUIRE(fai_build(path.c_str()) == 0);
    hold_to_text(fasta, text);
    hold_to_text(packed, text);

    // that of another file
    std::filesystem::copy_file(other_fasta.string() + ".fai", fasta.string() + ".fai",
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(testing::said([&] { ex::genome{fasta}; }).starts_with("a.fa.fai:2: expected the index of "));
    // it is older than the file: it is not used, and not changed
    std::filesystem::last_write_time(fasta.string() + ".fai",
                                     std::filesystem::last_write_time(fasta) - std::chrono::hours{1});
    std::string const before = testing::bytes_of(fasta.string() + ".fai");
    hold_to_text(fasta, text);
    CHECK(testing::bytes_of(fasta.string() + ".fai") == before);
    // no index at all
    dir.write("a.fa.fai", "chr2\t700\tsix\t60\t61\n");
    CHECK(testing::said([&] { ex::genome{fasta}; }) ==
          "a.fa.fai:1: expected a name, a length, an offset, bases and "
          "bytes of a line, as samtools faidx writes, "
          "found 'chr2?700?six?60?61'");
    dir.write("a.fa.fai", "");
    CHECK(testing::said([&] { ex::genome{fasta}; }) ==
          "a.fa.fai: expected a sequence with bases, found an empty file");
    dir.write("b.fa.gz.gzi", "no");
    CHECK(testing::said([&] { ex::genome{packed}; }) ==
          "b.fa.gz.gzi: expected the index of a bgzip file, found something else");
}

TEST_CASE("what is no genome is refused in a sentence")
{
    testing::folder const dir;
    auto const text = made_up::genome(1);
    auto const refusal = [&](std::string const& name, std::string_view content) {
        auto const path = dir.write(name, content);
        return testing::said([&] { ex::genome{path}; });
    };
    CHECK(testing::said([&] { ex::genome{dir.path("none.fa")}; }) ==
          "none.fa: expected a file that can be read, found No such file or directory");
    CHECK(testing::said([&] { ex::genome{dir.path("")}; }).find("a folder") != std::string::npos);
    CHECK(refusal("empty.fa", "") == "empty.fa: expected sequences, found none");
    CHECK(refusal("bed.fa", "chr1\t1\t2\n") ==
          "bed.fa:1: expected a header line that begins with '>', found 'chr1?1?2'");
    CHECK(refusal("twice.fa", ">a\nACGT\n>b\nAC\n>a\nGG\n") ==
          "twice.fa: expected every name once, found 'a' twice");
    CHECK(refusal("twice_in_a_row.fa", ">a\nACGT\n>a\nACGG\n>b\nGG\n") ==
          "twice_in_a_row.fa: expected every name once, found 'a' twice");
    CHECK(refusal("ragged_twice.fa", ">a\nACGT\nA\nCC\n>a\nGG\n") ==
          "ragged_twice.fa: expected every name once, found 'a' for two sequences");
    CHECK(refusal("no_bases.fa", ">a\n>b\nACGT\n").find("no_bases.fa") == 0);
    CHECK(refusal("no_name.fa", "> a\nAC\nA\nACG\n") ==
          "no_name.fa:1: expected a sequence name after the '>', found '> a'");
    CHECK(refusal("lfs.fa", "version https://git-lfs.github.com/spec/v1\n").find("Git LFS pointer") !=
          std::string::npos);
    CHECK(refusal("page.fa", "<!DOCTYPE html><html>").find("HTML") != std::string::npos);
    std::string const bits = made_up::two_bit(text);
    CHECK(
        refusal("torn.2bit", std::string_view{bits}.substr(0, bits.size() - 1)).find("torn.2bit: expected") ==
        0);
    for (std::size_t cut = 0; cut < bits.size(); cut += 7) // wherever it is cut
        CHECK(refusal("torn.2bit", std::string_view{bits}.substr(0, cut)).find("torn.2bit") == 0);
    CHECK(refusal("version.2bit", bits.substr(0, 4) + std::string("\7\0\0\0", 4) + bits.substr(8)) ==
          "version.2bit: expected version 0 or 1 of the 2bit format, found 7");

    auto const packed = dir.path("torn.fa.gz");
    made_up::write_bgzip(packed, made_up::fasta(text));
    std::filesystem::resize_file(packed, std::filesystem::file_size(packed) - 28);
    CHECK(testing::said([&] { ex::genome{packed}; }) ==
          "torn.fa.gz: the bgzip file ends early: its last block, which is empty, is missing");
    CHECK(testing::said([&] {
              ex::genome{dir.write_gzip("torn_gzip.fa.gz", made_up::fasta(text), 5)};
          }).find("the gzip stream ends early") != std::string::npos);

    CHECK(refusal("cr.fa", ">a\r0\nACG\n") ==
          "cr.fa: expected lines that all end in a line feed, with or without "
          "CR before it, found a CR alone in the header of 'a'");

    // htslib counts characters that can be seen, so that it takes others at the ends of lines for line ends
    ex::genome trailing{dir.write("trailing.fa", ">a\nACG\xff\xff\nACG\xff\xff\nA\n")};
    std::vector<ex::letter> all(7);
    CHECK(testing::said([&] {
              trailing.letters(0, 0, all);
          }).starts_with("trailing.fa: expected the end of a line, found "));

    ex::genome protein{dir.write("protein.fa", ">p\nMKVLEEQ\n")};
    std::vector<ex::letter> codes(7);
    CHECK(testing::said([&] { protein.letters(0, 0, codes); }) ==
          "protein.fa: expected IUPAC nucleotides, found 'L' at base 4 of 'p'");
}

TEST_CASE("names of contigs that could mean the same are offered and not taken")
{
    auto const alike = [](std::vector<std::string> const& names, std::string const& name) {
        std::vector<ex::contig> all;
        for (auto const& each : names) all.push_back({each, 1});
        return ex::contig_list{"g.fa", all}.alike(name);
    };
    using list = std::vector<std::string>;
    CHECK(alike({"chr1", "chr10", "chrM"}, "1") == list{"chr1"});
    CHECK(alike({"1", "10", "MT"}, "chr10") == list{"10"});
    CHECK(alike({"1", "10", "MT"}, "chrM") == list{"MT"});
    CHECK(alike({"chrI", "chrII", "chrX"}, "chr10") == list{"chrX"});
    CHECK(alike({"chrIV", "chrVII"}, "chr4") == list{"chrIV"}); // a part of such a genome
    CHECK(alike({"chrV", "chrX"}, "5").empty());                // one letter says nothing
    CHECK(alike({"chr1", "chr2", "chr10"}, "chrII") == list{"chr2"});
    CHECK(alike({"chr1", "chr2", "chrX"}, "10").empty()); // X is not a Roman number there
    CHECK(alike({"chr1", "chr2", "chr10"}, "chrX").empty());
    CHECK(alike({"chr1"}, "CHR1") == list{"chr1"});
    CHECK(alike({"chr1"}, "chr01") == list{"chr1"});
    CHECK(alike({"chr1"}, "GL000219.1").empty());
    ex::contig_list const some{"g.fa", {{"chr1", 1}, {"chr2", 1}, {"chr3", 1}, {"chr4", 1}}};
    CHECK(testing::said([&] { some.require("1", "a.bed", 7); }) ==
          "a.bed:7: expected a contig of g.fa, found '1'; g.fa has 'chr1'");
    CHECK(testing::said([&] { some.require("plasmid", "a.bed", 7); }) ==
          "a.bed:7: expected a contig of g.fa, found 'plasmid'; it has 'chr1', 'chr2', 'chr3' and 1 more");
}
