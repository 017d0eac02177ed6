// EXPLAINN_ISA limits the vector instructions of motif/, and every level gives the same results.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>

#include <explainn/core/isa.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/motif/compare.hpp>
#include <explainn/motif/scan.hpp>

#include "motif_data.hpp"

namespace {
using namespace motif_data;
using ex::simd::isa;

// the results below as this program prints them when it is started with EXPLAINN_ISA=level
std::string printed_at(std::string const& level)
{
    auto const program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::string const command =
        "EXPLAINN_ISA='" + level + "' '" + program + "' --no-skip -tc='print motif results' 2>&1";
    std::unique_ptr<FILE, int (*)(FILE*)> const pipe{::popen(command.c_str(), "r"), &::pclose};
    REQUIRE(pipe);
    std::string all;
    char block[4096];
    for (std::size_t n; (n = std::fread(block, 1, sizeof block, pipe.get())) > 0;) all.append(block, n);
    return all;
}
// the lines that begin with `mark`, cut into words
std::vector<std::vector<std::string>> rows_of(std::string const& text, std::string_view mark)
{
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines{text};
    for (std::string line, word; std::getline(lines, line);) {
        std::istringstream words{line};
        if (!(words >> word) || word != mark) continue;
        rows.emplace_back();
        while (words >> word) rows.back().push_back(word);
    }
    return rows;
}
} // namespace

// started by the test below, in a separate process for each level
TEST_CASE("print motif results" * doctest::skip())
{
    std::printf("level %s\n", std::string{ex::simd::name_of(ex::simd::isa_in_use())}.c_str());
    auto const queries = random_motifs(3, 12, 5, 21, "q");
    std::span<ex::motif const> const targets{jaspar().data(), 150};
    for (std::size_t d = 0; d < ex::column_distance_names.size(); ++d) {
        ex::compare_options options;
        options.distance = static_cast<ex::column_distance>(d);
        options.threads = 1;
        for (auto const& row : ex::compare_motifs(queries, targets, options))
            for (auto const& m : row)
                std::printf("match %zu %u %u %d %u %d %.17g %.17g\n", d, m.query, m.target, m.offset,
                            m.overlap, m.reverse, m.p, m.q);
    }
    ex::scan_options options;
    options.p_value = 1e-3;
    options.threads = 1;
    for (auto const& h :
         ex::scan_motifs(targets.first(40), ex::read_fasta(golden / "sequences.fa.gz"), options))
        std::printf("hit %u %u %u %d %.17g %.17g\n", h.motif, h.sequence, h.start, h.reverse, h.score, h.p);
}

TEST_CASE("motif results are the same at every level, and the level in use is the one that was asked for")
{
    std::string const base = printed_at("base");
    REQUIRE(rows_of(base, "level") == std::vector<std::vector<std::string>>{{"base"}});
    for (isa const level : {isa::avx2, isa::avx512}) {
        std::string const name{ex::simd::name_of(level)}, wide = printed_at(name);
        CAPTURE(name);
        auto const expected = std::string{ex::simd::name_of(std::min(level, ex::simd::processor_isa()))};
        CHECK(rows_of(wide, "level") == std::vector<std::vector<std::string>>{{expected}});
        for (char const* const mark : {"match", "hit"}) {
            auto const a = rows_of(base, mark), b = rows_of(wide, mark);
            REQUIRE(a.size() > 1000);
            REQUIRE(a.size() == b.size());
            std::size_t different = 0;
            double furthest = 0;
            for (std::size_t i = 0; i < a.size(); ++i) {
                // places must be equal; the last two columns are doubles, in which a fused multiply-add
                // rounds only once
                different += !std::equal(a[i].begin(), a[i].end() - 2, b[i].begin(), b[i].end() - 2);
                for (std::size_t k = a[i].size() - 2; k < a[i].size(); ++k) {
                    double const x = std::stod(a[i][k]), y = std::stod(b[i][k]);
                    furthest = std::max(furthest, std::abs(x - y) / std::max(std::abs(x), 1e-300));
                }
            }
            CHECK(different == 0);
            CHECK(furthest < 1e-12);
        }
    }
}

TEST_CASE("a word that EXPLAINN_ISA does not know is refused")
{
    std::string const said = printed_at("avx");
    CHECK(said.find("EXPLAINN_ISA: expected base, avx2 or avx512, found \"avx\"") != std::string::npos);
    CHECK(rows_of(said, "level").empty());
    CHECK(rows_of(printed_at(""), "level") ==
          std::vector<std::vector<std::string>>{{std::string{ex::simd::name_of(ex::simd::processor_isa())}}});
}
