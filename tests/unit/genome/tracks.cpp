// Tracks along a genome, and the bigWig files that hold them.
#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include <explainn/cpu.hpp>
#include <explainn/genome/bigwig.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/interpret/genome_tracks.hpp>
#include <explainn/model/paper_card.hpp>

#include "made_up.hpp"
#include "model/random_model.hpp"
#include "support/folder.hpp"
#include "support/skip.hpp"

namespace ex = explainn;

TEST_CASE("a track's values are those of windows cut out by hand, whatever regions are asked for")
{
    testing::folder const dir;
    auto const text = made_up::genome(8);
    ex::genome g{dir.write("a.fa", made_up::fasta(text))};
    for (std::size_t const length : {40u, 41u}) {
        auto m = ex::make_paper_model<ex::cpu<float>>(
            {.length = static_cast<ex::extent>(length), .units = 3, .outputs = 2, .width = 7, .hidden = 4},
            ex::seed{1});
        random_model::stir(m);
        m.set_both_strands(length == 41);
        for (std::size_t const stride : {1u, 7u, 50u, 5000u}) {
            std::vector<ex::region> const regions{{2, 100, 330}, {0, 3, 9},     {2, 320, 400},
                                                  {4, 0, 1},     {0, 690, 700}, {1, 0, 61}};
            std::map<std::pair<std::size_t, std::uint64_t>, std::vector<float>> seen;
            std::vector<ex::region> cells;
            ex::walk_genome(m, g, regions, {.stride = stride, .batch = 16}, [&](ex::track_batch const& some) {
                for (std::size_t i = 0; i < some.cells.size(); ++i) {
                    cells.push_back(some.cells[i]);
                    for (std::uint64_t at = some.cells[i].start; at < some.cells[i].end; ++at)
                        seen[{some.cells[i].contig, at}] = {some.logits[2 * i], some.logits[2 * i + 1]};
                }
            });
            // in order and without overlap, so that bases of several regions come once
            for (std::size_t i = 1; i < cells.size(); ++i) {
                auto const &a = cells[i - 1], &b = cells[i];
                REQUIRE(
                    (a.contig == b.contig ? a.end <= b.start : text[a.contig].name < text[b.contig].name));
            }
            std::size_t bases = 0;
            for (std::size_t c = 0; c < text.size(); ++c)
                for (std::uint64_t at = 0; at < text[c].bases.size(); ++at) {
                    bool const asked = std::any_of(regions.begin(), regions.end(), [&](ex::region const& r) {
                        return r.contig == c && r.start <= at && at < r.end;
                    });
                    std::vector<ex::letter> codes;
                    auto const middle = static_cast<std::int64_t>(at / stride * stride + stride / 2);
                    for (std::size_t k = 0; k < length; ++k)
                        codes.push_back(
                            made_up::letter_at(text[c].bases, middle - static_cast<std::int64_t>(length / 2) +
                                                                  static_cast<std::int64_t>(k)));
                    bool const empty = std::all_of(codes.begin(), codes.end(),
                                                   [](ex::letter x) { return x == ex::letter_n; });
                    auto const found = seen.find({c, at});
                    REQUIRE((found != seen.end()) == (asked && !empty));
                    if (found == seen.end()) continue;
                    ++bases;
                    auto const y = m.predict({codes.data(), 1, static_cast<ex::extent>(length)});
                    for (std::size_t o = 0; o < 2; ++o)
                        REQUIRE(found->second[o] == doctest::Approx(y[o]).epsilon(1e-5));
                }
            CHECK(bases == seen.size());
        }
    }
}

TEST_CASE("bigWig: what is written is read back, with contigs in the order of their names")
{
    testing::folder const dir;
    std::vector<ex::contig> all;
    for (int i = 0; i < 300; ++i)
        all.push_back({"contig" + std::to_string(i), 1000u + static_cast<unsigned>(i)});
    ex::contig_list const contigs{"g.fa", all};
    std::vector<std::size_t> order(300);
    for (std::size_t i = 0; i < 300; ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return all[a].name < all[b].name; });
    auto const path = dir.path("a.bw");
    {
        ex::bigwig_writer out{path, contigs};
        for (std::size_t const i : order)
            if (i % 3 != 0) // contigs without values
                for (std::uint64_t at = 0; at + 10 <= all[i].length; at += 30)
                    out.add(i, at, at + 10, static_cast<float>(i) + static_cast<float>(at) / 1000);
        CHECK(!std::filesystem::exists(path));
        out.commit();
    }
    ex::bigwig_file in{path};
    REQUIRE(in.contigs().size() == 300);
    for (std::size_t const i : order) {
        auto const values = in.values(all[i].name, 0, all[i].length);
        for (std::uint64_t at = 0; at < all[i].length; ++at) {
            bool const there = i % 3 != 0 && at % 30 < 10 && at - at % 30 + 10 <= all[i].length;
            REQUIRE(std::isnan(values[at]) == !there);
            if (there) REQUIRE(values[at] == static_cast<float>(i) + static_cast<float>(at - at % 30) / 1000);
        }
    }
    CHECK(testing::said([&] { in.values("chr7", 0, 1); }).find("expected a contig of") != std::string::npos);
    CHECK(testing::said([&] { in.values("contig1", 5, 1002); }) ==
          "a.bw: expected bases within the 1001 of 'contig1', found 5 to 1002");
    CHECK(!std::filesystem::exists(dir.path("a.bw.partial")));
}

TEST_CASE("a track that cannot be written, and a torn bigWig, are refused and leave nothing")
{
    testing::folder const dir;
    ex::contig_list const contigs{"g.fa", {{"b", 100}, {"a", 50}}};
    auto const path = dir.path("a.bw");
    auto const refusal = [&](auto act) {
        auto const words = testing::said([&] {
            ex::bigwig_writer out{path, contigs};
            act(out);
            out.commit();
        });
        CHECK(!std::filesystem::exists(path));
        CHECK(!std::filesystem::exists(dir.path("a.bw.partial")));
        return words;
    };
    CHECK(refusal([](auto&) {}) == "a.bw: expected at least one interval to write, found none");
    CHECK(refusal([](auto& out) { out.add(0, 1, 2, 0), out.add(1, 1, 2, 0); }).find("in order") !=
          std::string::npos);
    CHECK(refusal([](auto& out) { out.add(0, 1, 5, 0), out.add(0, 4, 6, 0); }).find("in order") !=
          std::string::npos);
    CHECK(refusal([](auto& out) { out.add(1, 1, 51, 0); }).find("within their contig") != std::string::npos);
    CHECK(refusal([](auto& out) { out.add(1, 1, 2, std::nanf("")); }).find("expected finite numbers") !=
          std::string::npos);
    CHECK(testing::said([&] {
              ex::bigwig_writer{dir.path("no/a.bw"), contigs};
          }).find("cannot be written") != std::string::npos);

    {
        ex::bigwig_writer out{path, contigs};
        for (std::uint64_t at = 0; at < 100; ++at) out.add(0, at, at + 1, static_cast<float>(at % 7));
        out.commit();
    }
    std::string const whole = testing::bytes_of(path);
    for (std::size_t cut = 0; cut < whole.size(); cut += 5)
        CHECK(testing::said([&] {
                  ex::bigwig_file{dir.write("torn.bw", std::string_view{whole}.substr(0, cut))};
              }).starts_with("torn.bw: expected a "));
    CHECK(testing::said([&] { ex::bigwig_file{dir.write("fa.bw", ">a\nACGT\n")}; }) ==
          "fa.bw: expected a bigWig file, found something else");
}

TEST_CASE("a whole bigWig of others is read, with the values that its text twin has")
{
    std::filesystem::path const folder = EXPLAINN_SHARED_DATA "/more/yeast_atac";
    if (!std::filesystem::exists(folder)) return test::skip("the shared data are not here");
    ex::bigwig_file in{folder / "yeast_500k_fragment_coverage.bw"};
    ex::text_file lines{folder / "yeast_500k_fragment_coverage.chrI_chrIV.bedGraph.gz"};
    std::size_t checked = 0;
    for (std::string_view line; lines.next(line) && checked < 2000; ++checked) {
        std::string const text{line};
        char name[64];
        unsigned long start = 0, end = 0;
        float value = 0;
        REQUIRE(std::sscanf(text.c_str(), "%63s %lu %lu %f", name, &start, &end, &value) == 4);
        for (float const x : in.values(name, start, end)) REQUIRE(x == doctest::Approx(value));
    }
    CHECK(checked == 2000);
}
