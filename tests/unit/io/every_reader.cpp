// Every reader is checked by the same table: which text it reads, whatever program wrote the line ends, and
// what it refuses in one sentence that names the file and the cause.
#include <doctest/doctest.h>

#include <cstdio>
#include <functional>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/interval_file.hpp>
#include <explainn/io/background_file.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/npz.hpp>
#include <explainn/io/pbm_file.hpp>
#include <explainn/io/pytorch_file.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/read_table.hpp>
#include <explainn/io/safetensors.hpp>
#include <explainn/io/split_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/checkpoint_file.hpp>

namespace ex = explainn;
using namespace std::string_literals;
using file_path = std::filesystem::path;

namespace {

/// A reader of text, a file that it reads, and the contents of that file as text.
struct text_reader {
    std::string name, content;
    std::function<std::string(file_path const&)> read;
};

std::string words_of(ex::packed_sequences const& s)
{
    std::string all;
    for (std::size_t i = 0; i < s.size(); ++i) all += std::string{s.name(i)} + "=" + s.letters(i) + " ";
    return all;
}
std::string words_of(ex::dataset const& d)
{
    std::string all = words_of(d.sequences());
    for (auto const& task : d.tasks()) all += task + " ";
    for (std::size_t i = 0; i < d.size(); ++i)
        for (std::size_t t = 0; t < d.outputs(); ++t)
            all += ex::number_text(static_cast<double>(d.label(i, t))) + " ";
    return all;
}
std::string words_of_motifs(file_path const& path)
{
    std::string all;
    // in some formats the name of the motif is that of the file
    for (ex::motif const& m : ex::read_motifs(path).motifs) {
        for (ex::column const& c : m.probabilities.columns)
            for (double const x : c) all += ex::number_text(x) + " ";
        all += "/ ";
    }
    return all;
}

std::string words_of_intervals(file_path const& path)
{
    ex::interval_file file{path};
    std::string all;
    for (ex::bed_interval each; file.next(each);)
        all += each.contig + ":" + std::to_string(each.start) + "-" + std::to_string(each.end) + each.strand +
               each.name;
    return all;
}

std::vector<text_reader> text_readers()
{
    std::string const rows = "0.5\t0.5\t0\t0\n0.25\t0.25\t0.25\t0.25\n0\t0\t0\t1\n";
    return {
        {"FASTA", ">a first\nACGT\nNT\n>b\nGGTTAC\n",
         [](file_path const& path) { return words_of(ex::read_fasta(path)); }},
        {"FASTA, streamed", ">a first\nACGT\nNT\n>b\nGGTTAC\n",
         [](file_path const& path) {
             ex::fasta_file file{path};
             std::string all;
             for (std::string name, bases; file.next(name, bases);) all += name + "=" + bases + " ";
             return all;
         }},
        {"FASTA of one length", ">a\nACGTNT\n>b\nGGTTAC\n",
         [](file_path const& path) {
             auto const s = ex::read_unlabelled(path, 6);
             return std::string{s.name(0)} + std::to_string(s.size());
         }},
        {"FASTQ", "@a\nACGT\n+\nIIII\n@b\nTTTT\n+\n@@@@\n",
         [](file_path const& path) { return words_of(ex::read_fasta(path)); }},
        {"labels", "sequence\tA\tB\nx\t1\tNA\ny\t0\t0.5\n",
         [](file_path const& path) {
             auto const t = ex::read_labels(path);
             std::string all = t.tasks[0] + t.tasks[1];
             for (std::size_t i = 0; i < t.rows(); ++i)
                 for (std::size_t k = 0; k < 2; ++k)
                     all += std::string{t.name(i)} + ex::number_text(static_cast<double>(t.at(i, k))) + " ";
             return all;
         }},
        {"CSV labels", "\"sequence\",\"A\"\n\"x\",1\n\"y\",0.5\n",
         [](file_path const& path) {
             auto const t = ex::read_labels(path);
             return t.tasks[0] + std::string{t.name(0)} + ex::number_text(static_cast<double>(t.at(1, 0)));
         }},
        {"table", "a\tACGT\t1\t0\nb\tTTTT\t\t0.5\n",
         [](file_path const& path) { return words_of(ex::read_table(path)); }},
        {"microarray", "ACGT\t1.5\t1\nTTTT\t2\t1\n",
         [](file_path const& path) { return words_of(ex::read_pbm(path)); }},
        {"intervals (BED)", "chr1\t1\t9\nchr2\t5\t8\tpeak\t0\t-\n", words_of_intervals},
        {"intervals (GFF3)", "##gff-version 3\nchr1\tx\tgene\t2\t9\t.\t+\t.\tID=a\n", words_of_intervals},
        {"names of contigs", "1 chr1\n\n2\tchr2\n",
         [](file_path const& path) {
             std::string all;
             for (auto const& [from, to] : ex::read_contig_names(path)) all += from + "=" + to + " ";
             return all;
         }},
        {"parts", "sequence\tpart\nx\ttrain\ny\tvalid\nz\ttest\n",
         [](file_path const& path) {
             ex::packed_sequences three;
             for (char const* name : {"x", "y", "z"}) three.append(name, "ACGT");
             auto const rows = ex::read_split(path, three);
             return std::to_string(rows.train.at(0)) + std::to_string(rows.test.at(0));
         }},
        {"background", "# order 0\nA 0.3\nC 0.2\nG 0.2\nT 0.3\n",
         [](file_path const& path) {
             std::string all;
             for (double const x : ex::read_background(path).frequencies) all += ex::number_text(x) + " ";
             return all;
         }},
        {"MEME",
         "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF a\nletter-probability matrix: alength= 4 w= 3 nsites= "
         "20\n" +
             rows,
         words_of_motifs},
        {"JASPAR", ">m a\nA [ 1 2 3 ]\nC [ 4 5 6 ]\nG [ 7 8 9 ]\nT [ 1 1 1 ]\n", words_of_motifs},
        {"TRANSFAC", "AC  M1\nXX\nP0  A  C  G  T\n01  1  2  3  4\n02  4  3  2  1\nXX\n//\n", words_of_motifs},
        {"HOMER", ">MT\tm\t6.5\n" + rows, words_of_motifs},
        {"cis-BP", "Motif\tM1\nPos\tA\tC\tG\tT\n1\t0.25\t0.25\t0.25\t0.25\n2\t0\t0\t0\t1\n", words_of_motifs},
        {"UniPROBE", "Protein: m\nA:\t0.25\t0\nC:\t0.25\t0\nG:\t0.25\t0\nT:\t0.25\t1\n", words_of_motifs},
    };
}

/// A text with another line end.
std::string with_line_end(std::string const& text, std::string const& end)
{
    std::string out;
    for (char const c : text) c == '\n' ? out += end : out += c;
    return out;
}
std::string utf16(std::string const& text, bool big)
{
    std::string out;
    for (char const c : text) (out += big ? '\0' : c) += big ? c : '\0';
    return out;
}

struct other_file {
    std::string name, content, cause;
};

/// Files that may be found in place of the right one, for every reader.
std::vector<other_file> stand_ins()
{
    std::string const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
                            "\nsize 12345\n",
                      lfs_says = "found a Git LFS pointer: run git lfs pull to fetch the file itself",
                      page_says = "found an HTML page, not the file itself";
    return {
        {"a Git LFS pointer", lfs, lfs_says},
        {"the same with CRLF", with_line_end(lfs, "\r\n"), lfs_says},
        {"a web page", "<!DOCTYPE html>\n<html><body>404</body></html>\n", page_says},
        {"a web page in small letters", "\n  <html lang=\"en\"><head></head></html>\n", page_says},
        {"a web page with a mark", "\xEF\xBB\xBF<!doctype HTML PUBLIC>\r\n<HTML></HTML>\r\n", page_says},
        {"a web page in XML", "<?xml version=\"1.0\"?>\n<!-- -->\n<html xmlns=\"x\"></html>\n", page_says}};
}
/// Files that are not text.
std::vector<other_file> no_texts(testing::folder const& dir, std::string const& text)
{
    std::string const packed = testing::bytes_of(dir.write_gzip("once.gz", text));
    std::string tar(257, '\0');
    tar.replace(0, 5, "x.txt");
    return {
        {"UTF-16 with a mark", "\xFF\xFE" + utf16(text, false), "found UTF-16 text: save it as UTF-8"},
        {"UTF-16, the other way round", "\xFE\xFF" + utf16(text, true),
         "found UTF-16 text: save it as UTF-8"},
        {"UTF-16 without a mark", utf16(text, false), "found UTF-16 text: save it as UTF-8"},
        {"UTF-16, the other way, without", utf16(text, true), "found UTF-16 text: save it as UTF-8"},
        {"UTF-32 without a mark", utf16(utf16(text, false), false), "found UTF-32 text: save it as UTF-8"},
        {"UTF-32, the other way, without", utf16(utf16(text, true), true),
         "found UTF-32 text: save it as UTF-8"},
        {"UTF-32", "\xFF\xFE\0\0>\0\0\0"s, "found UTF-32 text: save it as UTF-8"},
        {"gzip within gzip", testing::bytes_of(dir.write_gzip("twice.gz", packed)),
         "found gzip within gzip: unpack it once with gunzip"},
        {"zip", "PK\x03\x04\x14\0\0\0\x08\0"s, "found a zip archive: unpack it first"},
        {"xz",
         "\xFD"
         "7zXZ\0\0\x04"s,
         "found xz data: unpack it with xz -d"},
        {"bzip2", "BZh91AY&SY\x12\x34", "found bzip2 data: unpack it with bunzip2"},
        {"an empty bzip2", "BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"s,
         "found bzip2 data: unpack it with bunzip2"},
        {"zstd", "\x28\xB5\x2F\xFD\x04", "found zstd data: unpack it with zstd -d"},
        {"7z", "7z\xBC\xAF\x27\x1C\0\x04"s, "found a 7z archive: unpack it first"},
        {"tar", tar + "ustar\0"s + "00", "found a tar archive: unpack it first"},
        {"tar.gz", testing::bytes_of(dir.write_gzip("t.gz", tar + "ustar  \0"s)),
         "found a tar archive: unpack it first"},
        {"a workbook", "PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml \xA2"s,
         "found an Office document (.xlsx, .docx): save it as text"},
        {"an Office document", "\xD0\xCF\x11\xE0\xA1\xB1", "found an Office document: save it as text"},
        {"PDF", "%PDF-1.4\n", "found a PDF document"},
        {"BAM", testing::bytes_of(dir.write_gzip("b.gz", "BAM\x01\x10\0\0\0"s)), "found a BAM file"},
        {"2bit", "\x43\x27\x41\x1a\0\0\0\0"s, "found a 2bit file"},
        {"npy", "\x93NUMPY\x01\0v\0"s, "found a NumPy array (.npy)"},
        {"HDF5", "\x89HDF\r\n\x1a\n\0"s, "found an HDF5 file"},
        {"pickle", "\x80\x02}q\0."s, "found a Python pickle"},
    };
}

/// Checks one refusal: the file's name first, one line, the cause.
void check_refusal(std::string const& words, std::string const& file, std::string const& cause)
{
    CHECK(words.starts_with(file));
    CHECK(words.find(": expected ") != std::string::npos);
    CHECK(words.ends_with(cause));
    CHECK(words.find('\n') == std::string::npos);
    CHECK(words.size() < 200);
}

} // namespace

TEST_CASE("every text reader reads the same with any line end, byte order mark and compression")
{
    testing::folder const dir;
    std::string const mark = "\xEF\xBB\xBF";
    for (auto const& [name, content, read] : text_readers()) {
        CAPTURE(name);
        std::string const want = read(dir.write("x.txt", content));
        REQUIRE(!want.empty());
        std::string const no_end = content.substr(0, content.size() - 1);
        for (std::string const& text :
             {content, no_end, with_line_end(content, "\r\n"), with_line_end(no_end, "\r\n"),
              with_line_end(content, "\r"), with_line_end(no_end, "\r"), with_line_end(content, "\r\r\n")}) {
            CAPTURE(text);
            CHECK(read(dir.write("x.txt", text)) == want);
            CHECK(read(dir.write("x.txt", mark + text)) == want);
            CHECK(read(dir.write_gzip("x.txt", mark + text)) == want);
        }
    }
}

TEST_CASE("motifs in memory read the same with any line end too")
{
    std::string const text =
        "MEME version 4\n\nMOTIF a\nletter-probability matrix: alength= 4 w= 2\n0.1 0.2 0.3 0.4\n0 0 0 1\n\n"
        "MOTIF b\nletter-probability matrix: w= 1\n1 0 0 0\n";
    auto const want = ex::parse_motifs(text);
    REQUIRE(want.motifs.size() == 2);
    for (auto const* end : {"\r\n", "\r"}) {
        CHECK(ex::parse_motifs(with_line_end(text, end)) == want);
        CHECK(ex::parse_motifs("\xEF\xBB\xBF" + with_line_end(text, end)) == want);
    }
}

TEST_CASE("every text reader refuses what is no text in one sentence that says what it is")
{
    testing::folder const dir;
    for (auto const& reader : text_readers()) {
        CAPTURE(reader.name);
        auto others = no_texts(dir, reader.content);
        for (auto const& other : stand_ins()) others.push_back(other);
        for (auto const& other : others) {
            CAPTURE(other.name);
            check_refusal(testing::said([&] { reader.read(dir.write("x.txt", other.content)); }),
                          "x.txt:", other.cause);
        }
        // a NUL anywhere, with its line
        for (std::size_t n = 0; n < reader.content.size(); n += 1 + n / 8) {
            std::string damaged = reader.content;
            damaged[n] = '\0';
            auto const line = std::to_string(
                1 + std::count(damaged.begin(), damaged.begin() + static_cast<std::ptrdiff_t>(n), '\n'));
            check_refusal(testing::said([&] { reader.read(dir.write("x.txt", damaged)); }),
                          "x.txt:" + line + ": ", "found a NUL byte: the file is binary or damaged");
        }
    }
}

TEST_CASE("every reader of binary files names a Git LFS pointer, a web page and compressed data")
{
    testing::folder const dir;
    std::vector<std::pair<std::string, std::function<void(file_path const&)>>> const readers{
        {"safetensors", [](file_path const& path) { ex::read_safetensors(path); }},
        {"model", [](file_path const& path) { ex::read_model_file(path); }},
        {"checkpoint", [](file_path const& path) { ex::read_checkpoint<float>(path, 1); }},
        {"npy", [](file_path const& path) { ex::read_npy(path); }},
        {"npy texts", [](file_path const& path) { ex::read_npy_texts(path); }},
        {"npz", [](file_path const& path) { ex::read_npz(path); }},
        {"zip", [](file_path const& path) { ex::zip_reader{path}; }},
        {"pytorch", [](file_path const& path) { ex::read_pytorch(path); }}};
    std::string const packed = testing::bytes_of(dir.write_gzip("x.gz", std::string(100, 'x')));
    for (auto const& [name, read] : readers) {
        CAPTURE(name);
        auto others = stand_ins();
        others.push_back({"gzip", packed, "found gzip data: unpack it with gunzip"});
        others.push_back({"bzip2", "BZh91AY&SY\x12\x34", "found bzip2 data: unpack it with bunzip2"});
        others.push_back({"PDF", "%PDF-1.4\n%", "found a PDF document"});
        for (auto const& other : others) {
            CAPTURE(other.name);
            check_refusal(testing::said([&] { read(dir.write("x.bin", other.content)); }),
                          "x.bin: ", other.cause);
        }
    }
}

TEST_CASE("line ends at the border of what is read at once are line ends too")
{
    testing::folder const dir;
    auto const lines = [&](std::string const& text) {
        ex::text_file file{dir.write("x.txt", text)};
        std::vector<std::size_t> lengths;
        for (std::string_view line; file.next(line);) lengths.push_back(line.size());
        return lengths;
    };
    for (std::size_t n = (1u << 16) - 5; n < (1u << 16) + 5; ++n) {
        CAPTURE(n);
        std::string const first(n, 'x'), second(70000, 'y');
        for (auto const* end : {"\n", "\r\n", "\r", "\r\r\n"}) {
            CHECK(lines(first + end + second) == std::vector<std::size_t>{n, 70000});
            CHECK(lines(first + end + second + end) == std::vector<std::size_t>{n, 70000});
            CHECK(lines(first + end + end + second) == std::vector<std::size_t>{n, 0, 70000});
        }
    }
    CHECK(lines(std::string(100000, '\r')).size() == 100000);
    CHECK(lines("\r").size() == 1);
    CHECK(lines("").empty());
    CHECK(lines("\xEF\xBB\xBF").empty());
    CHECK(lines("\xEF\xBB\xBF\xEF\xBB\xBF"
                "a") == std::vector<std::size_t>{4});
}

TEST_CASE("the odd sequences and pointers that were sent to issue trackers")
{
    std::string const folder = std::string{EXPLAINN_SHARED_DATA} + "/odd_inputs/";
    if (!std::filesystem::exists(folder)) return test::skip("the shared data are not here");
    CHECK(words_of(ex::read_fasta(folder + "36_bom.fa")) == "s1=ACGTACGTAC s2=TTTTACGTAC ");
    CHECK(words_of(ex::read_fasta(folder + "41_masked.fa")) ==
          "x_masked=ACGTTGACGATTCCNNNNNNNNACGT dots=ACGTTGACGATTCCNNNNACGT ");
    for (auto const& reader : text_readers()) {
        CAPTURE(reader.name);
        std::string const words = testing::said([&] { reader.read(folder + "47_lfs_pointer.pth"); });
        CHECK(words.find("47_lfs_pointer.pth:1: expected ") != std::string::npos);
        CHECK(words.find("a Git LFS pointer: run git lfs pull") != std::string::npos);
    }
    CHECK(testing::said([&] { ex::read_pytorch(folder + "47_lfs_pointer.pth"); }).find("a Git LFS pointer") !=
          std::string::npos);
}
