// Reads: what files are read, what is clipped, counted, joined and chosen, and what is refused.
#include <explainn/prepare/reads.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/folder.hpp"
#include "support/skip.hpp"

using namespace explainn;

namespace {

struct row {
    std::string name, bases;
    std::vector<float> labels;
    std::uint64_t reads;
};
std::vector<row> rows_of(read_counter const& reads, read_choice const& how, read_row_tally* tally = nullptr)
{
    std::vector<row> all;
    auto const seen = make_read_rows(
        reads, how,
        [&](std::string const& name, std::string_view bases, std::span<float const> labels, std::uint64_t n) {
            all.push_back({name, std::string{bases}, {labels.begin(), labels.end()}, n});
        });
    if (tally != nullptr) *tally = seen;
    return all;
}
std::string names_of(std::vector<row> const& all)
{
    std::string text;
    for (row const& each : all) text += (text.empty() ? "" : " ") + each.name + '=' + each.bases;
    return text;
}
std::string text_of(std::filesystem::path const& path, read_columns columns = {})
{
    reads_file file{path, std::move(columns)};
    std::string text;
    for (sequencing_read r; file.next(r);) {
        text += std::to_string(r.line) + ':' + std::string{r.name} + ':' + std::string{r.bases} + ':' +
                std::string{r.qualities};
        for (auto const n : r.counts) text += '/' + std::to_string(n);
        text += ' ';
    }
    return text;
}
// counts of the pairs of neighbours
std::map<std::string, int> pairs(std::string const& s)
{
    std::map<std::string, int> all;
    for (std::size_t i = 0; i + 1 < s.size(); ++i) ++all[s.substr(i, 2)];
    return all;
}

} // namespace

TEST_CASE("reads are read from FASTQ, FASTA, lines and tables alike")
{
    testing::folder const s;
    CHECK(text_of(s.write("a.fq", "@r1 x/1\nACGT\n+\nIIII\n@r2\nnacg\n+r2\n!!!!\n")) ==
          "1:r1:ACGT:IIII 5:r2:NACG:!!!! ");
    CHECK(text_of(s.write("crlf.fq", "@r1\r\nACGT\r\n+\r\nIIII\r\n")) == "1:r1:ACGT:IIII ");
    CHECK(text_of(s.write_gzip("a.fq.gz", "@r1\nAC\n+\nI@\n", 0, 2)) == "1:r1:AC:I@ ");
    // trimming leaves reads without bases
    CHECK(text_of(s.write("empty.fq", "@r1\n\n+\n\n@r2\nA\n+\nI\n")) == "1:r1:: 5:r2:A:I ");
    // as Bioconductor's SELEX package has it: no names, no qualities
    CHECK(text_of(s.write("bare.fq", "+\nACGT\n+\n+\n+\nGGTT\n+\n+\n")) == "1::ACGT: 5::GGTT: ");
    CHECK(text_of(s.write("a.fa", "> x; signal: 2\nAC\nGT\n\n>y\nTTTT\n")) == "1:x;:ACGT: 5:y:TTTT: ");
    CHECK(text_of(s.write("a.txt", "# reads\nACGT\n\nuuuu\n")) == "2::ACGT: 4::TTTT: ");
    CHECK(text_of(s.write("a.tsv", "ACGT\t0\t3\nCCCC\t1\t0\n")) == "1::ACGT:/0/3 2::CCCC:/1/0 ");
    CHECK(text_of(s.write("h.csv", "input,seq,bound\n4,ACGT,7\n")) == "2::ACGT:/4/7 ");
    CHECK(text_of(s.write("c.csv", "methl,random\nAGTA,ACGT\n"), {"random", {}}) == "2::ACGT: ");
    CHECK(text_of(s.write("d.csv", "x,random,n\nA,ACGT,5\n"), {"random", {"n"}}) == "2::ACGT:/5 ");
}

TEST_CASE("files of reads that are none are refused in one line")
{
    testing::folder const s;
    auto const refusal = [&](std::string const& content, read_columns columns = {}) {
        auto const path = s.write("x", content);
        return testing::said([&] { text_of(path, columns); });
    };
    CHECK(refusal("") == "x: expected sequencing reads, found an empty file");
    CHECK(refusal("@r\nACGT\n+\nIII\n") ==
          "x:4: expected 4 quality characters, as many as the read has bases, found 3");
    CHECK(refusal("@r\nACGT\n+\nIIIII\n") ==
          "x:4: expected 4 quality characters, as many as the read has bases, found 5");
    CHECK(refusal("@r\nACGT\n") == "x:2: expected four lines to each FASTQ read, found the end of the file");
    CHECK(refusal("@r\nACGT\n+\n") ==
          "x:3: expected four lines to each FASTQ read, found the end of the file");
    CHECK(refusal("@r\nACGT\nIIII\n") == "x:3: expected a line that begins with '+', found 'IIII'");
    CHECK(refusal("@r\nACGT\n+\nIIII\nr\n") == "x:5: expected a header line that begins with '@', found 'r'");
    CHECK(refusal("@r\nAC-T\n+\nIIII\n") == "x:2: expected IUPAC nucleotides, found '-'");
    CHECK(refusal(">p\nMKLV\n") == "x:2: expected IUPAC nucleotides, found 'L'");
    CHECK(refusal("hello, world\n").find("x:1: expected a row of a sequence and counts, or a header") == 0);
    CHECK(refusal("hello\n").find("x:1: expected reads: FASTQ ('@' first), FASTA ('>' first)") == 0);
    CHECK(refusal("ACGT\nAC T\n") == "x:2: expected IUPAC nucleotides, found ' '");
    CHECK(refusal("ACGT\t1\nACGT\t-1\n") ==
          "x:2: expected a count (a whole number of 0 or more) in column 2, found '-1'");
    CHECK(refusal("ACGT\t1\nACGT\t1.5\n") ==
          "x:2: expected a count (a whole number of 0 or more) in column 2, found '1.5'");
    CHECK(refusal("ACGT\t1\nACGT\n") == "x:2: expected 2 columns as in the first line, found 1");
    CHECK(refusal("a,b\nACGT,1\n", {"c", {}}) == "x:1: expected a column 'c' in the header, found 'a,b'");
    CHECK(refusal(std::string{"@r\nAC\0T\n", 9}).find("NUL byte") != std::string::npos);
    auto const torn = s.write_gzip("torn.gz", std::string(2000, 'A') + "\n", 9);
    CHECK(testing::said([&] { text_of(torn); }) == "torn.gz: the gzip stream ends early");
    CHECK(testing::said([&] { text_of(s.path("none")); }) ==
          "none: expected a file that can be read, found No such file or directory");
}

TEST_CASE("reads are clipped, and left out by flank, length, quality and N")
{
    testing::folder const s;
    auto const path = s.write("a.fq", "@ok\nTGGACGTACCAG\n+\nIIIIIIIIIIII\n"
                                      "@flank\nTGCACGTACCAG\n+\nIIIIIIIIIIII\n"
                                      "@poor\nTGGACGTACCAG\n+\nIII####IIIII\n"
                                      "@n\nTGGACNTACCAG\n+\nIIIIIIIIIIII\n"
                                      "@long\nTGGACGTTACCAG\n+\nIIIIIIIIIIIII\n"
                                      "@short\nTGG\n+\nIII\n");
    auto const fates = [&](read_rules const& rules) {
        require_rules(rules);
        reads_file file{path};
        std::string text;
        for (sequencing_read r; file.next(r);) {
            std::string_view bases;
            auto const fate = clip_read(r, rules, file, bases);
            text += fate == read_fate::kept ? std::string{bases} : std::string{fate_names[std::size_t(fate)]};
            text += ' ';
        }
        return text;
    };
    CHECK(fates({.clip_left = 3, .clip_right = 4}) == "ACGTA ACGTA ACGTA with N ACGTTA too short ");
    CHECK(fates({.clip_left = 3,
                 .clip_right = 4,
                 .left_flank = "tgg",
                 .right_flank = "CCAG",
                 .length = 5,
                 .least_quality = 20}) == "ACGTA another flank low quality with N too long too short ");
    CHECK(fates({.clip_left = 3, .length = 5, .cut = true, .keep_n = true}) ==
          "ACGTA ACGTA ACGTA ACNTA ACGTT too short ");
    // mean quality of '#' is 2, of 'I' is 40: the kept part alone counts
    CHECK(fates({.clip_left = 7, .least_quality = 39.5}) == "ACCAG ACCAG ACCAG ACCAG TACCAG too short ");

    CHECK(testing::said([&] { fates({.clip_left = 2, .left_flank = "TGG"}); }) ==
          "expected 3 bases or more to be clipped on the left, as many as its flank has, found 2");
    CHECK(testing::said([&] { fates({.clip_left = 3, .left_flank = "T-G"}); }) ==
          "expected bases in the left flank, found 'T-G'");
    CHECK(testing::said([&] {
              fates({.least_quality = 20, .phred = 64});
          }).find("a.fq:9: expected qualities") == 0);
    auto const fasta = s.write("a.fa", ">r\nACGT\n");
    read_counter counter{{.least_quality = 20}};
    CHECK(testing::said([&] { counter.add(fasta); }) ==
          "a.fa:1: expected qualities of the bases (FASTQ), found none");
}

TEST_CASE("classes of reads become rows; duplicates are counted")
{
    testing::folder const s;
    auto const input = s.write("input.txt", "AAAA\nCCCC\nCCCC\nGGGG\n"),
               bound = s.write("bound.txt", "GGGG\nTTTT\nACGT\nACGT\nACGTA\n");
    read_counter counter{{}};
    counter.add(input);
    counter.add(bound, "cycle4");
    counter.finish();
    CHECK(counter.length() == 4); // most reads have 4
    CHECK(counter.counts().size() == 6);
    CHECK(counter.tallies()[0].of(read_fate::kept) == 4);
    CHECK(counter.tallies()[1].of(read_fate::too_long) == 1);
    CHECK(counter.tallies()[1].reads == 5);
    CHECK(read_tasks(counter, {}) == std::vector<std::string>{"input", "cycle4"});

    read_row_tally tally;
    auto const each = rows_of(counter, {}, &tally);
    CHECK(names_of(each) ==
          "input_1=AAAA input_2=CCCC input_3=GGGG cycle4_1=GGGG cycle4_2=TTTT cycle4_3=ACGT");
    CHECK(each[1].labels == std::vector<float>{1, 0});
    CHECK(each[1].reads == 2);
    CHECK(each[5].labels == std::vector<float>{0, 1});
    CHECK(tally.shared == 1);
    CHECK(tally.distinct == std::vector<std::size_t>{3, 3});

    CHECK(names_of(rows_of(counter, {.shared = shared_reads::last})) ==
          "input_1=AAAA input_2=CCCC cycle4_1=GGGG cycle4_2=TTTT cycle4_3=ACGT");
    CHECK(names_of(rows_of(counter, {.shared = shared_reads::none})) ==
          "input_1=AAAA input_2=CCCC cycle4_1=TTTT cycle4_2=ACGT");
    CHECK(rows_of(counter, {.every_read = true}).size() == 8);
    CHECK(rows_of(counter, {.per_class = 2}).size() == 4);
    auto const counted = rows_of(counter, {.labels = row_labels::counts});
    CHECK(names_of(counted) == "read_1=AAAA read_2=CCCC read_3=GGGG read_4=TTTT read_5=ACGT");
    CHECK(counted[2].labels == std::vector<float>{1, 1});
    CHECK(counted[4].labels == std::vector<float>{0, 2});
    auto const zero = rows_of(counter, {.background = "input"});
    CHECK(zero[0].labels == std::vector<float>{0});
    CHECK(zero[3].labels == std::vector<float>{1});
    CHECK(testing::said([&] { rows_of(counter, {.background = "other"}); }) ==
          "expected the background to be a class of the reads, found 'other'");
    CHECK(testing::said([&] {
              rows_of(counter, {.labels = row_labels::counts, .shuffled = 1});
          }).find("counts as") != std::string::npos);
}

TEST_CASE("a random choice of reads follows from the seed and keeps classes balanced")
{
    testing::folder const s;
    std::string many, few;
    for (int i = 0; i < 256; ++i) {
        std::string bases;
        for (int k = 0; k < 4; ++k) bases += "ACGT"[i >> 2 * k & 3];
        many += bases + "AA\n";
        if (i < 20) few += bases + "CC\n";
    }
    read_counter counter{{}};
    counter.add(s.write("many.txt", many));
    counter.add(s.write("few.txt", few));
    counter.finish();
    auto const first = rows_of(counter, {.balanced = true, .from = seed{1}});
    CHECK(first.size() == 40);
    CHECK(names_of(first) == names_of(rows_of(counter, {.balanced = true, .from = seed{1}})));
    CHECK(names_of(first) != names_of(rows_of(counter, {.balanced = true, .from = seed{2}})));
    std::set<std::string> different;
    for (row const& each : first) different.insert(each.bases);
    CHECK(different.size() == 40);
}

TEST_CASE("shuffles keep the pairs of bases and are none of the reads")
{
    testing::folder const s;
    std::string text;
    random_numbers draw{seed{3}, stream::tests};
    for (int i = 0; i < 200; ++i) {
        for (int k = 0; k < 20; ++k) text += "ACGT"[draw.below(4)];
        text += '\n';
    }
    text += std::string(20, 'A') + '\n'; // of which there is no other order
    read_counter counter{{}};
    counter.add(s.write("bound.txt", text));
    counter.finish();
    read_row_tally tally;
    auto const all = rows_of(counter, {.shuffled = 1.5, .from = seed{7}}, &tally);
    CHECK(tally.rows == std::vector<std::size_t>{201});
    CHECK(tally.not_shuffled == 1); // the last read has one shuffle
    CHECK(tally.shuffled == 300);
    CHECK(all.size() == 501);
    std::map<std::string, std::string> by_name;
    for (row const& each : all) by_name[each.name] = each.bases;
    CHECK(by_name.size() == 501);
    for (std::size_t i = 201; i < all.size(); ++i) {
        CHECK(all[i].labels == std::vector<float>{0});
        CHECK_FALSE(counter.counts().has(all[i].bases));
        std::string of = all[i].name.substr(std::string{"shuffled_"}.size());
        if (std::count(of.begin(), of.end(), '_') == 2) of = of.substr(0, of.rfind('_'));
        CHECK(pairs(all[i].bases) == pairs(by_name[of]));
    }
}

TEST_CASE("tables of counts: their columns are classes, those of zeros alone are left out")
{
    testing::folder const s;
    auto const table = s.write("t.tsv", "ACGT\t0\t2\t0\nCCCC\t0\t1\t5\nCCCA\t0\t0\t1\n");
    read_counter counter{{}};
    counter.add(table);
    counter.finish();
    CHECK(read_tasks(counter, {}) == std::vector<std::string>{"cycle1", "cycle2"});
    CHECK(counter.counts().total(1) == 3);
    CHECK(rows_of(counter, {}).size() == 4);
    read_counter named{{}};
    named.add(table, "Bcd");
    named.finish();
    CHECK(read_tasks(named, {}) == std::vector<std::string>{"Bcd_cycle1", "Bcd_cycle2"});
}

TEST_CASE("files whose reads all are left out, and classes of one name, are refused")
{
    testing::folder const s;
    auto const reads = s.write("r.txt", "ACGT\nACGG\nNACC\n");
    auto const finish = [&](read_rules const& rules) {
        return testing::said([&] {
            read_counter counter{rules};
            counter.add(reads, "x");
            counter.finish();
        });
    };
    CHECK(finish({.length = 5}) == "expected reads that stay in the class 'x', found none of 3: 3 too short; "
                                   "most reads have 4 bases, of which 0 and 0 are clipped and 5 are to stay");
    CHECK(finish({.clip_left = 2, .clip_right = 2}).find("found none of 3: 3 too short") !=
          std::string::npos);
    std::filesystem::create_directory(s.path("other"));
    auto const twin = s.write("other/r.txt", "ACGT\n");
    CHECK(testing::said([&] {
              read_counter counter{{}};
              counter.add(reads);
              counter.add(twin);
          }).find("expected a name for each of two files whose classes are both named 'r', found none") == 0);
    CHECK(testing::said([&] {
              read_counter counter{{}};
              counter.add(reads, "a b");
          }) == "expected the name of a class without blanks, found 'a b'");
    CHECK(testing::said([&] {
              read_counter counter{{}};
              counter.add(s.write("comments.txt", "ACGT\n"), "a");
              counter.add(s.write("all.txt", "ACGT\n"), "b");
              counter.finish();
              rows_of(counter, {.shared = shared_reads::none});
          }) ==
          "expected rows of every class, found none of 'a': all its sequences were read in other classes "
          "too");
    CHECK(class_name_of("x/cycle 4.fastq.gz") == "cycle_4");
}

TEST_CASE("the reads of a pair become one molecule, by quality where they differ")
{
    testing::folder const s;
    // molecule ACGTTGCAAGCT of 12 bases: read 1 sees 10 of them, read 2 the last 10 from the other end
    std::string const r1 = "@m/1\nACGTTGCAAG\n+\nIIIIIIII#I\n@apart/1\nAAAAAAAAAA\n+\nIIIIIIIIII\n",
                      r2 = "@m/2\nAGCATGCAAC\n+\nIIIIIIIIII\n@apart/2\nCCCCCCCCCC\n+\nIIIIIIIIII\n";
    auto const first = s.write("1.fq", r1), second = s.write("2.fq", r2);
    read_pairs pairs{first, second, {.least_overlap = 6, .most_differences = 0.2}};
    sequencing_read r;
    REQUIRE(pairs.next(r));
    // read 2 says T where read 1 has a poor A
    CHECK(r.bases == "ACGTTGCATGCT");
    CHECK(r.name == "m/1");
    CHECK_FALSE(pairs.next(r));
    CHECK(pairs.apart() == 1);

    SUBCASE("a molecule shorter than its reads ends where the second read begins")
    {
        // molecule ACGTTGCA; both reads run into the adapter
        read_pairs both{s.write("a.fq", "@m\nACGTTGCAGG\n+\nIIIIIIIIII\n"),
                        s.write("b.fq", "@m\nTGCAACGTCC\n+\nIIIIIIIIII\n"),
                        {.least_overlap = 6, .most_differences = 0}};
        REQUIRE(both.next(r));
        CHECK(r.bases == "ACGTTGCA");
    }
    SUBCASE("files that do not belong together")
    {
        auto const refusal = [&](std::string const& mate) {
            return testing::said([&] {
                read_pairs bad{first, s.write("m.fq", mate), {.least_overlap = 6}};
                while (bad.next(r)) {}
            });
        };
        CHECK(refusal("@other\nAGCATGCAAC\n+\nIIIIIIIIII\n").find("m.fq:1: expected the read 'm/1' as in ") ==
              0);
        CHECK(refusal("@m/2\nAGCATGCAAC\n+\nIIIIIIIIII\n").find("expected as many reads as in ") !=
              std::string::npos);
    }
}

TEST_CASE("real reads: SELEX of several kinds")
{
    std::filesystem::path const data = std::filesystem::path{EXPLAINN_SHARED_DATA} / "more";
    if (!std::filesystem::exists(data)) return test::skip("the shared data are not here");
    {
        read_counter counter{{}};
        counter.add(data / "selex_bcd_htselex/countTable.Nitta2015.bcd_KD_TTGCCG20NTA.tsv.gz");
        counter.finish();
        CHECK(counter.counts().size() == 334515);
        CHECK(counter.length() == 20);
        CHECK(read_tasks(counter, {}) == std::vector<std::string>{"cycle1", "cycle2", "cycle3", "cycle4"});
        for (std::size_t c = 1; c <= 4; ++c) CHECK(counter.counts().total(c) == 100000);
    }
    {
        read_counter counter{{.clip_left = 3, .clip_right = 17, .right_flank = "CCAGCTG", .length = 16}};
        counter.add(data / "selex_exdhox_selexseq/R0.fastq.gz", "R0");
        counter.add(data / "selex_exdhox_selexseq/R2.fastq.gz", "R2");
        counter.finish();
        for (auto const& tally : counter.tallies()) {
            CHECK(tally.reads == 100000);
            CHECK(tally.of(read_fate::kept) + tally.of(read_fate::other_flank) +
                      tally.of(read_fate::with_n) ==
                  100000);
            CHECK(tally.of(read_fate::kept) > 30000);
        }
    }
    {
        read_counter counter{{}};
        counter.add(data / "smileseq_prdm13/UT380_154_PRDM13_DBD_C2H2_ZF_SS014_BC07.fastq.gz", "PRDM13");
        counter.finish();
        CHECK(counter.tallies()[0].reads == 116606);
        CHECK(counter.length() == 40);
        CHECK(counter.counts().size() == 92174);
    }
}
