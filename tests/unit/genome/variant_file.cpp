// Variants from VCF and BCF, and the same variants written again with fields of our own.
#include <doctest/doctest.h>

#include <cstdlib>

#include <explainn/genome/variant_file.hpp>
#include <explainn/genome/variant_writer.hpp>

#include "made_up.hpp"
#include "support/folder.hpp"

namespace ex = explainn;

namespace {

std::vector<ex::variant> all_of(std::filesystem::path const& path, ex::variant_reading const& how = {})
{
    ex::variant_file file{path, how};
    std::vector<ex::variant> all;
    for (ex::variant v; file.next(v);) all.push_back(v);
    return all;
}

void hold_to(std::vector<ex::variant> const& found, std::vector<ex::variant> const& expected)
{
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        REQUIRE(found[i].contig == expected[i].contig);
        REQUIRE(found[i].position == expected[i].position);
        REQUIRE(found[i].id == expected[i].id);
        REQUIRE(found[i].reference == expected[i].reference);
        REQUIRE(found[i].alternatives == expected[i].alternatives);
    }
}

// a file as htslib writes it, in the format of the mode, with an index beside it
void convert(std::filesystem::path const& from, std::filesystem::path const& to, char const* mode)
{
    ex::variant_file in{from, {.records = true}};
    htsFile* const out = hts_open(to.c_str(), mode);
    REQUIRE(bcf_hdr_write(out, in.header()) == 0);
    for (ex::variant v; in.next(v);) REQUIRE(bcf_write(out, in.header(), in.record().get()) == 0);
    REQUIRE(hts_close(out) == 0);
    if (std::string_view{mode} != "wbu") REQUIRE(bcf_index_build(to.c_str(), 14) == 0);
}

std::string const contigs =
    "##contig=<ID=chr2>\n##contig=<ID=chr10>\n##contig=<ID=chr1>\n##contig=<ID=scaffold_3>\n"
    "##contig=<ID=tiny>\n##contig=<ID=chrX>\n##contig=<ID=unused>\n";

std::vector<ex::variant> sorted_variants(made_up::genome_text const& text, std::size_t count)
{
    auto all = made_up::variants(text, count, 1);
    auto const order = [&](std::string const& name) {
        return std::find_if(text.begin(), text.end(), [&](auto const& each) { return each.name == name; });
    };
    std::stable_sort(all.begin(), all.end(), [&](auto const& a, auto const& b) {
        return a.contig != b.contig ? order(a.contig) < order(b.contig) : a.position < b.position;
    });
    return all;
}

} // namespace

TEST_CASE("the same variants from VCF, plain, gzip and bgzip, and from BCF")
{
    testing::folder const dir;
    auto variants = sorted_variants(made_up::genome(1), 300);
    variants[7].alternatives.clear();
    variants[8].alternatives = {"<DEL>", "*", "A[chr2:30["};
    std::string const text = made_up::vcf(variants, contigs);
    auto const plain = dir.write("a.vcf", text);
    hold_to(all_of(plain), variants);
    hold_to(all_of(plain, {.records = true}), variants);
    hold_to(all_of(dir.write_gzip("b.vcf.gz", text)), variants);
    made_up::write_bgzip(dir.path("c.vcf.gz"), text);
    hold_to(all_of(dir.path("c.vcf.gz")), variants);
    convert(plain, dir.path("d.bcf"), "wb");
    hold_to(all_of(dir.path("d.bcf")), variants);
    std::string carriage;
    for (char const c : text) carriage += c == '\n' ? "\r\n" : std::string{c};
    hold_to(all_of(dir.write("e.vcf", carriage)), variants);
    // seven columns, as some callers write, and contigs that the header does not declare
    CHECK(all_of(dir.write("f.vcf",
                           "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr7\t3\t."
                           "\tA\tC\t0\tPASS\n"))[0]
              .contig == "chr7");
}

TEST_CASE("regions side by side share a file out: each record once, by its POS")
{
    testing::folder const dir;
    auto const variants = sorted_variants(made_up::genome(1), 300);
    auto const plain = dir.write("a.vcf", made_up::vcf(variants, contigs));
    convert(plain, dir.path("a.vcf.gz"), "wz");
    convert(plain, dir.path("a.bcf"), "wb");
    for (std::string const name : {"a.vcf.gz", "a.bcf"}) {
        auto const path = dir.path(name);
        std::vector<ex::variant> together;
        for (std::string const region : {"chr2:1-100", "chr2:101-355", "chr2:356", "chr10", "chr1:1-1,250",
                                         "chr1:1251-5000", "scaffold_3", "tiny", "chrX", "unused"}) {
            auto const some = all_of(path, {.region = region});
            together.insert(together.end(), some.begin(), some.end());
        }
        hold_to(together, variants);
        CHECK(testing::said([&] {
                  all_of(path, {.region = "1:5-9"});
              }).find("--region: expected a contig of ") == 0);
        CHECK(testing::said([&] { all_of(path, {.region = "1:5-9"}); }).find("has 'chr1'") !=
              std::string::npos);
        CHECK(testing::said([&] { all_of(path, {.region = "chr1:9-5"}); }) ==
              "expected a region such as chr1:1000-2000, found 'chr1:9-5'");
    }
    CHECK(testing::said([&] {
              all_of(plain, {.region = "chr1"});
          }).find("expected an index beside the file for a region") != std::string::npos);
    std::filesystem::remove(dir.path("a.vcf.gz.csi"));
    CHECK(testing::said([&] {
              all_of(dir.path("a.vcf.gz"), {.region = "chr1"});
          }).find("expected an index beside the file") != std::string::npos);
}

TEST_CASE("what is no VCF, and a record that is torn, is refused in a sentence with its line")
{
    testing::folder const dir;
    std::string const head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    std::string const good = "chr1\t10\t.\tA\tC\t.\t.\t.\n";
    auto const refusal = [&](std::string const& content) {
        auto const path = dir.write("a.vcf", content);
        auto const plain = testing::said([&] { all_of(path); });
        CHECK(testing::said([&] { all_of(path, {.records = true}); }) == plain);
        return plain;
    };
    CHECK(refusal(head + good) == "");
    CHECK(refusal(head) == "");
    CHECK(refusal(head + good + "chr1\t12\t.\tA") ==
          "a.vcf:4: expected 8 columns between tabs (VCF), found 4: 'chr1?12?.?A'");
    CHECK(refusal(head + "chr1\t12\t.\tA\n") ==
          "a.vcf:3: expected 5 columns between tabs (VCF), found 4: 'chr1?12?.?A'");
    CHECK(refusal(head + good + "chr1 12 . A C\n").find("a.vcf:4: expected 8 columns") == 0);
    CHECK(refusal(head + "chr1\tten\t.\tA\tC\t.\t.\t.\n") ==
          "a.vcf:3: expected a position (POS), a whole number, found 'ten'");
    CHECK(refusal(head + "chr1\t-4\t.\tA\tC\t.\t.\t.\n").find("'-4'") != std::string::npos);
    CHECK(refusal(head + "chr1\t99999999999\t.\tA\tC\t.\t.\t.\n").find("'99999999999'") != std::string::npos);
    CHECK(refusal(head + "chr1\t1\t.\tA\tC,,G\t.\t.\t.\n")
              .find("expected alternatives (ALT) with a comma between") != std::string::npos);
    CHECK(refusal(head + "chr1\t1\t.\t\tC\t.\t.\t.\n").find("expected a contig, REF and ALT") !=
          std::string::npos);
    CHECK(refusal("") == "a.vcf: expected variants (VCF or BCF), found an empty file");
    CHECK(refusal(">chr1\nACGT\n").find("a.vcf: expected variants (VCF or BCF), found ") == 0);
    CHECK(refusal("chr1\t1\t2\n").find("a.vcf: expected variants (VCF or BCF), found ") == 0);
    CHECK(refusal("version https://git-lfs.github.com/spec/v1\n").find("Git LFS pointer") !=
          std::string::npos);
    CHECK(refusal("##fileformat=VCFv4.2\nchr1\t10\t.\tA\tC\t.\t.\t.\n")
              .find("a.vcf: expected a header of VCF") == 0);
    CHECK(testing::said([&] { all_of(dir.path("none.vcf")); }) ==
          "none.vcf: expected a file that can be read, found No such file or directory");

    std::string text = head;
    for (int i = 0; i < 4000; ++i)
        text += "chr1\t" + std::to_string(1 + i) + "\tname" + std::to_string(i * 7919 % 4001) +
                "\tA\tC\t.\t.\t.\n";
    CHECK(testing::said([&] { all_of(dir.write_gzip("torn.vcf.gz", text, 3000)); }).find("torn") == 0);
    made_up::write_bgzip(dir.path("b.vcf.gz"), text);
    std::filesystem::resize_file(dir.path("b.vcf.gz"), std::filesystem::file_size(dir.path("b.vcf.gz")) / 2);
    CHECK(testing::said([&] { all_of(dir.path("b.vcf.gz")); }) ==
          "b.vcf.gz: the bgzip file ends early: its last block, which is empty, is missing");
    convert(
        dir.write("c.vcf", "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n" + text.substr(text.find("#CHROM"))),
        dir.path("c.bcf"), "wbu");
    std::string const bcf = testing::bytes_of(dir.path("c.bcf"));
    int torn = 0;
    for (std::size_t cut = 1; cut < bcf.size(); cut += bcf.size() / 50) {
        auto const words =
            testing::said([&] { all_of(dir.write("d.bcf", std::string_view{bcf}.substr(0, cut))); });
        torn += words.starts_with("d.bcf: ") ? 1 : 0;
    }
    CHECK(torn >= 49); // everywhere except at the end of a record
}

TEST_CASE("annotated variants: declared fields, a value for each alternative, whatever is written into")
{
    testing::folder const dir;
    auto const variants = sorted_variants(made_up::genome(1), 50);
    auto const path = dir.write("a.vcf", made_up::vcf(variants));
    std::vector<ex::contig> const genome{{"chr2", 700},      {"chr10", 61}, {"chr1", 2500},
                                         {"scaffold_3", 60}, {"tiny", 1},   {"chrX", 1200}};
    for (std::string const name : {"out.vcf", "out.vcf.gz", "out.bcf"}) {
        {
            ex::variant_file in{path, {.records = true}};
            ex::variant_writer out{
                dir.path(name), in, {{"DELTA_A", false, "of \"A\""}, {"UNITS", true, "units"}}, genome};
            for (ex::variant v; in.next(v);) {
                auto const record = in.record();
                std::vector<float> numbers(v.alternatives.size(), static_cast<float>(v.position));
                numbers.back() = std::nanf("");
                std::vector<std::string> texts(v.alternatives.size());
                texts.front() = "filter1|filter2";
                out.set(*record, 0, numbers);
                out.set(*record, 1, texts);
                out.write(*record);
            }
            CHECK(!std::filesystem::exists(dir.path(name)));
            out.commit();
        }
        CHECK(!std::filesystem::exists(dir.path(name + ".partial")));
        hold_to(all_of(dir.path(name)), variants);
        ex::variant_file in{dir.path(name), {.records = true}};
        CHECK(bcf_hdr_id2length(in.header(), BCF_HL_INFO,
                                bcf_hdr_id2int(in.header(), BCF_DT_ID, "DELTA_A")) == BCF_VL_A);
        float* values = nullptr;
        char* text = nullptr;
        int room = 0, text_room = 0;
        for (ex::variant v; in.next(v);) {
            auto const record = in.record();
            int const n = bcf_get_info_float(in.header(), record.get(), "DELTA_A", &values, &room);
            REQUIRE(n == static_cast<int>(v.alternatives.size()));
            for (int i = 0; i + 1 < n; ++i) REQUIRE(values[i] == static_cast<float>(v.position));
            REQUIRE(bcf_float_is_missing(values[n - 1]));
            REQUIRE(bcf_get_info_string(in.header(), record.get(), "UNITS", &text, &text_room) > 0);
            REQUIRE(std::string{text}.starts_with("filter1|filter2"));
        }
        std::free(values);
        std::free(text);
    }
    // another program's field of this name; a field that the header does not declare
    auto const other = dir.write(
        "b.vcf", made_up::vcf(variants, "##INFO=<ID=DELTA_A,Number=1,Type=String,Description=\"x\">\n"));
    ex::variant_file in{other, {.records = true}};
    CHECK(testing::said([&] {
              ex::variant_writer{dir.path("x.vcf"), in, {{"DELTA_A", false, ""}}, genome};
          }).find("expected no other field of INFO named DELTA_A") != std::string::npos);
    auto const undeclared = dir.write(
        "c.vcf", "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                 "chr1\t5\t.\tA\tC\t.\t.\tWHAT=3\n");
    CHECK(testing::said([&] {
              ex::variant_file file{undeclared, {.records = true}};
              ex::variant_writer out{dir.path("x.bcf"), file, {}, genome};
              ex::variant v;
              file.next(v);
              out.write(*file.record());
          }).find("BCF cannot hold a contig, filter or field that its header does not declare") !=
          std::string::npos);
    CHECK(!std::filesystem::exists(dir.path("x.bcf")));
    CHECK(!std::filesystem::exists(dir.path("x.bcf.partial")));
    std::vector<std::string> const names{"A-B", "A.B", "9"};
    CHECK(ex::vcf_keys("D_", names) == std::vector<std::string>{"D_A_B", "D_A_B_2", "D_9"});
    CHECK(ex::vcf_key("", "9a") == "_9a");
}
