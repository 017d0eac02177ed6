#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genome/bigwig.hpp>
#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/interval_file.hpp>
#include <explainn/prepare/matched_windows.hpp>
#include <explainn/prepare/peaks.hpp>
#include <explainn/prepare/region_bases.hpp>
#include <explainn/prepare/region_labels.hpp>
#include <explainn/prepare/region_signals.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"

using namespace explainn;
namespace fs = std::filesystem;

namespace {
contig_list two_contigs() { return {"genome.fa", {{"chr1", 1000}, {"chr2", 500}}}; }

std::vector<bed_interval> intervals_of(fs::path const& path, std::string const& text)
{
    std::ofstream{path, std::ios::binary} << text;
    interval_file file{path};
    std::vector<bed_interval> all;
    for (bed_interval each; file.next(each);) all.push_back(each);
    return all;
}
/// Bases whose GC changes along the way, some in lower case, some N.
std::string made_up_bases(std::size_t length, std::uint64_t from)
{
    random_numbers draw{seed{from}, stream::tests};
    std::string s;
    double gc = 0.4;
    bool masked = false;
    for (std::size_t i = 0; i < length; ++i) {
        if (i % 500 == 0) {
            gc = draw.uniform(0.25, 0.65);
            masked = draw.below(4) == 0;
        }
        char const c = draw.uniform() < gc ? "GC"[draw.below(2)] : "AT"[draw.below(2)];
        s += masked ? static_cast<char>(c | 0x20) : c;
        if (i % 9000 < 60) s.back() = 'N';
    }
    return s;
}
} // namespace

TEST_CASE("intervals of every usual format: the same place by each of them")
{
    testing::folder here;
    auto const bed = intervals_of(
        here / "a", "track name=x\n# comment\nbrowser hide all\n\nchr1\t9\t20\r\nchr1 30 40 name 5 -\n");
    REQUIRE(bed.size() == 2);
    CHECK(bed[0].start == 9);
    CHECK(bed[1].strand == '-');
    CHECK(bed[1].line == 6);
    auto const narrow = intervals_of(
        here / "b", "chr1\t9\t20\tp\t0\t.\t1.5\t-1\t-1\t4\nchr1\t9\t20\tp\t0\t.\t1.5\t-1\t-1\t-1\n");
    REQUIRE(narrow.size() == 2);
    CHECK(narrow[0].summit == 4u);
    CHECK(!narrow[1].summit);
    auto const broad = intervals_of(here / "c", "chr1\t9\t20\tp\t0\t+\t1.5\t2.5\t3.5\n");
    CHECK(broad[0].start == 9);
    // GFF3 counts from 1 and includes the last base; FASTA may follow
    auto const gff = intervals_of(
        here / "d",
        "##gff-version 3\nchr%31\tx\tenhancer\t10\t20\t.\t?\t.\tID=a\n###\n##FASTA\n>chr1\nACGT\n");
    REQUIRE(gff.size() == 1);
    CHECK(gff[0].contig == "chr1");
    CHECK(gff[0].start == 9);
    CHECK(gff[0].end == 20);
    CHECK(gff[0].name == "enhancer");
    CHECK(gff[0].strand == '.');
    // and is known without its first line
    CHECK(intervals_of(here / "e", "chr1\tx\tgene\t10\t20\t.\t-\t.\tID=a\n")[0].start == 9);
    auto const refused = [&](std::string const& text) {
        return testing::message_of([&] { intervals_of(here / "f", text); });
    };
    CHECK(refused("##gff-version 3\nchr1\tx\ty\t0\t20\t.\t+\t.\tz\n")
              .find("f:2: expected the first base, from 1, in column 4, found '0'") != std::string::npos);
    CHECK(refused("##gff-version 3\nchr1\tx\ty\t21\t20\t.\t+\t.\tz\n")
              .find("f:2: expected a first base that is not behind the last, found 21 and 20") !=
          std::string::npos);
    CHECK(refused("##gff-version 3\nchr1\tx\ty\t21\n").find("f:2: expected 9 columns (GFF3), found 4") !=
          std::string::npos);
    CHECK(refused("##gff-version 3\nchr1\tx\ty\t1\t2\t.\tplus\t.\tz\n").find("in column 7, found 'plus'") !=
          std::string::npos);
    CHECK(refused("chr1\t-5\t20\n").find("f:1: expected the first base, from 0, in column 2, found '-5'") !=
          std::string::npos);
}

TEST_CASE("regions lie around centres: slop and its edges")
{
    auto const contigs = two_contigs();
    CHECK(around(0, 100, 200, 1000) == region{0, 0, 200});
    CHECK(!around(0, 99, 200, 1000));
    CHECK(around(0, 900, 200, 1000) == region{0, 800, 1000});
    CHECK(!around(0, 901, 200, 1000));
    CHECK(around(0, 5, 1, 1000) == region{0, 5, 6});
    CHECK(around(0, 1, 3, 1000) == region{0, 0, 3});
    // an interval of the length itself is its own region, odd or even
    for (std::uint64_t length : {199u, 200u}) {
        peak const p = peak_of({"chr1", 300, 300 + length, "", '.', 1, {}}, 0, 0, peak_centre::middle, "x");
        CHECK(around(0, p.centre, length, 1000) == region{0, 300, 300 + length});
    }
    auto const with = [&](std::vector<peak> const& peaks, region_rules how, region_counts& counts,
                          interval_set const& excluded = {}) {
        return regions_around(peaks, contigs, how, excluded, counts);
    };
    std::vector<peak> const peaks{{1, 0, 200, 210, 205, '+'},
                                  {0, 0, 500, 510, 505, '+'},
                                  {0, 1, 500, 510, 505, '-'},
                                  {0, 0, 505, 535, 520, '.'},
                                  {0, 0, 0, 20, 10, '.'}};
    region_counts counts;
    auto found = with(peaks, {.length = 100}, counts);
    CHECK(found == std::vector<stranded_region>{{0, 455, 555, '.'}, {0, 470, 570, '.'}, {1, 155, 255, '.'}});
    CHECK(counts.beyond_contig == 1);
    CHECK(counts.duplicate == 1);
    CHECK(name_of(found[0], contigs, false) == "chr1:455-555");
    counts = {};
    found = with(peaks, {.length = 100, .stranded = true}, counts);
    CHECK(found.size() == 4);
    CHECK(counts.duplicate == 0);
    CHECK(name_of(found[1], contigs, true) == "chr1:455-555(-)");
    counts = {};
    found = with(peaks, {.length = 100, .merge = 15}, counts);
    CHECK(found.size() == 2);
    CHECK(counts.merged == 1);
    counts = {};
    found = with(peaks, {.length = 100}, counts, interval_set{{{0, 569, 570}}});
    CHECK(found.size() == 2);
    CHECK(counts.excluded == 1);
    // what negatives must not overlap: a peak, and what lies around its centre, cut at the contig's first
    // base
    CHECK(covered_by(std::vector<peak>{{0, 0, 500, 510, 505, '.'}, {1, 0, 10, 900, 20, '.'}}, 101) ==
          std::vector<region>{{0, 455, 556}, {1, 0, 900}});
    CHECK(covered_by(std::vector<peak>{{0, 0, 0, 20, 10, '.'}}, 100) == std::vector<region>{{0, 0, 60}});
}

TEST_CASE("contigs that differ in name only are offered, and taken where a file says so")
{
    testing::folder here;
    auto const contigs = two_contigs();
    CHECK(contig_in(contigs, "chr2", {}, "p.bed", 3) == 1u);
    CHECK(!contig_in(contigs, "plasmid", {}, "p.bed", 3));
    CHECK(testing::message_of([&] { contig_in(contigs, "2", {}, "p.bed", 3); }) ==
          "p.bed:3: expected a contig of genome.fa, found '2'; genome.fa has 'chr2': where these are the "
          "same, a file with the line \"2 chr2\" "
          "says so (--contig-names)");
    std::ofstream{here / "names"} << "2 chr2\n\n1\tchr1 \n";
    auto const names = read_contig_names(here / "names");
    CHECK(contig_in(contigs, "2", names, "p.bed", 3) == 1u);
    CHECK(testing::message_of([&] {
              contig_in(contigs, "x", {{"x", "chr9"}}, "p.bed", 3);
          }).find("by the name that is given for 'x', found 'chr9'") != std::string::npos);
    std::ofstream{here / "names"} << "2 chr2 chr3\n";
    CHECK(testing::message_of([&] {
              read_contig_names(here / "names");
          }).find("names:1: expected the name of a contig in the file, a blank, its name in the genome") !=
          std::string::npos);
}

TEST_CASE("summits: column 10, or an interval of one base; another has none")
{
    auto const at = [](bed_interval const& i) { return peak_of(i, 0, 0, peak_centre::summit, "p").centre; };
    CHECK(at({"chr1", 100, 150, "", '.', 1, 7u}) == 107);
    CHECK(at({"chr1", 100, 101, "", '.', 1, {}}) == 100);
    CHECK(testing::message_of([&] {
              at({"chr1", 100, 150, "", '.', 4, {}});
          }) == "p:4: expected a summit in column 10 (narrowPeak) for --centre summit, found none");
    CHECK(testing::message_of([&] {
              at({"chr1", 100, 150, "", '.', 4, 50u});
          }) == "p:4: expected a summit within the 50 bases of the peak in column 10, found 50");
}

TEST_CASE("the reverse complement of characters keeps case and ambiguity codes")
{
    std::string s = "AcRNtGk";
    reverse_complement(s);
    CHECK(s == "mCaNYgT");
    CHECK(count_bases("ACgtNr") == base_counts{2, 2, 2, 3});
}

TEST_CASE("labels are those of a look at every peak and every region")
{
    random_numbers draw{seed{3}, stream::tests};
    std::vector<std::uint32_t> const task_of_set{0, 1, 0, 2, 2};
    for (int round = 0; round < 40; ++round) {
        std::vector<peak> peaks;
        for (int i = 0; i < 30; ++i) {
            std::uint64_t const start = draw.below(900), length = 1 + draw.below(90);
            peaks.push_back({draw.below(2), draw.below(5), start, start + length,
                             start + draw.below(static_cast<std::uint32_t>(length)), '.'});
        }
        for (auto const rule : {label_rule::centre, label_rule::share})
            for (auto const replicates : {replicate_rule::any, replicate_rule::all}) {
                labelling const how{rule, 10 * draw.below(4), 0.4, replicates};
                region_labels labels{peaks, task_of_set, 3, how};
                for (int k = 0; k < 20; ++k) {
                    std::uint64_t const start = draw.below(900);
                    stranded_region const r{draw.below(2), start, start + 100, '.'};
                    std::vector<float> row(3);
                    labels.labels_of(r, row);
                    for (std::uint32_t task = 0; task < 3; ++task) {
                        std::size_t sets = 0, ones = 0, zeros = 0;
                        for (std::uint32_t set = 0; set < 5; ++set) {
                            if (task_of_set[set] != task) continue;
                            ++sets;
                            std::set<std::uint64_t> covered;
                            for (peak const& p : peaks) {
                                if (p.set != set || p.contig != r.contig) continue;
                                auto const base = static_cast<std::int64_t>(p.centre),
                                           reach = static_cast<std::int64_t>(how.reach);
                                for (std::int64_t at =
                                         std::min(static_cast<std::int64_t>(p.start), base - reach);
                                     at < std::max(static_cast<std::int64_t>(p.end), base + reach + 1); ++at)
                                    if (at >= static_cast<std::int64_t>(r.start) &&
                                        at < static_cast<std::int64_t>(r.end))
                                        covered.insert(static_cast<std::uint64_t>(at));
                            }
                            bool const one = rule == label_rule::centre ? covered.count(r.start + 50) > 0
                                                                        : covered.size() >= 40;
                            ones += one ? 1 : 0;
                            zeros += covered.empty() ? 1 : 0;
                        }
                        float const expected = (replicates == replicate_rule::any ? ones > 0 : ones == sets)
                                                   ? 1.f
                                               : zeros == sets ? 0.f
                                                               : std::nanf("");
                        if (std::isnan(expected)) CHECK(std::isnan(row[task]));
                        else CHECK(row[task] == expected);
                    }
                }
            }
    }
}

TEST_CASE("windows match the regions in GC, repeats and N, lie outside, do not overlap, by the seed alone")
{
    testing::folder here;
    {
        std::ofstream out{here / "genome.fa"};
        for (int c = 0; c < 3; ++c) {
            std::string const s = made_up_bases(c == 2 ? 150 : 120'000, static_cast<std::uint64_t>(c + 1));
            out << ">c" << c << '\n';
            for (std::size_t i = 0; i < s.size(); i += 70) out << s.substr(i, 70) << '\n';
        }
    }
    genome g{here / "genome.fa"};
    std::uint64_t const length = 100;
    random_numbers draw{seed{5}, stream::tests};
    std::vector<window_class> wanted;
    std::vector<region> taken;
    while (wanted.size() < 150) {
        std::size_t const contig = draw.below(2);
        std::uint64_t const start = draw.below(119'900);
        auto const found = class_of(count_bases(g.characters(contig, start, start + length)));
        if (!found) continue;
        wanted.push_back(*found);
        taken.push_back({contig, start, start + length});
    }
    interval_set const forbidden{taken}, candidates{{{0, 5000, 40'000}}};
    auto const run = [&](int threads_, std::uint64_t from, interval_set const& first) {
        return match_windows(wanted, forbidden, g,
                             {.length = length, .from = seed{from}, .candidates = first, .between = {}},
                             thread_pool{threads{threads_}});
    };
    auto const found = run(1, 1, {});
    REQUIRE(found.windows.size() == wanted.size());
    std::map<int, int> gc;
    std::map<std::vector<int>, int> all;
    for (auto const& each : wanted) {
        ++gc[each.gc];
        ++all[{each.gc, each.masked, each.n}];
    }
    for (std::size_t i = 0; i < found.windows.size(); ++i) {
        auto const& w = found.windows[i];
        CHECK(w.end - w.start == length);
        CHECK(!forbidden.overlaps(w.contig, w.start, w.end));
        if (i > 0 && found.windows[i - 1].contig == w.contig) CHECK(found.windows[i - 1].end <= w.start);
        auto const its = *class_of(count_bases(g.characters(w.contig, w.start, w.end)));
        --gc[its.gc];
        --all[{its.gc, its.masked, its.n}];
    }
    for (auto const& each : gc) CHECK(each.second == 0); // exactly as many of every percent
    int others = 0;
    for (auto const& each : all) others += std::max(0, each.second);
    CHECK(others == static_cast<int>(found.by_gc_alone));
    CHECK(found.by_gc_alone < 15);
    CHECK(run(4, 1, {}).windows == found.windows);
    CHECK(run(1, 2, {}).windows != found.windows);
    // candidates first: all that they can give
    auto const first = run(2, 1, candidates);
    std::size_t inside = 0;
    for (auto const& w : first.windows)
        inside += w.contig == 0 && w.start + 50 >= 5000 && w.start + 50 < 40'000 ? 1 : 0;
    CHECK(inside == first.in_candidates);
    CHECK(inside > 100);
    std::size_t by_chance = 0;
    for (auto const& w : found.windows)
        by_chance += w.contig == 0 && w.start + 50 >= 5000 && w.start + 50 < 40'000 ? 1 : 0;
    CHECK(by_chance < 60);
    // where there is no room, fewer come back
    auto const none =
        match_windows(wanted, interval_set{whole_contigs(g.contigs())}, g,
                      {.length = length, .from = seed{1}, .candidates = {}, .between = {}}, thread_pool{});
    CHECK(none.windows.empty());
    CHECK(none.wanted == 150);
}

TEST_CASE("every window that may be taken is as likely as another")
{
    testing::folder here;
    std::string const s(60, 'A');
    std::ofstream{here / "g.fa"} << ">c\n" << s << '\n';
    genome g{here / "g.fa"};
    window_class const kind{};
    std::vector<double> count(51);
    int const rounds = 5100;
    for (int i = 0; i < rounds; ++i) {
        auto const found = match_windows(
            std::vector{kind}, {}, g,
            {.length = 10, .from = seed{static_cast<std::uint64_t>(i)}, .candidates = {}, .between = {}},
            thread_pool{threads{1}});
        ++count[found.windows.at(0).start];
    }
    double chi_square = 0;
    for (double const n : count) chi_square += (n - 100) * (n - 100) / 100;
    CHECK(chi_square < 86.7); // 50 degrees of freedom, 1 in 1000
}

TEST_CASE("signals of a bigWig: mean, largest, sum; contigs by name and length")
{
    testing::folder here;
    contig_list const contigs{"g.fa", {{"chr1", 1000}, {"chr2", 500}, {"chr3", 100}}};
    {
        bigwig_writer out{here / "t.bw", contig_list{"g.fa", {{"chr1", 1000}, {"chr2", 500}}}};
        out.add(0, 100, 110, 2);
        out.add(0, 110, 120, 6);
        out.commit();
    }
    std::vector<stranded_region> const regions{{0, 100, 140, '.'}, {1, 0, 40, '.'}, {2, 0, 40, '.'}};
    auto const with = [&](signal_summary how) {
        return signals_of(regions, contigs, here / "t.bw", how, uncovered_bases::zero, {});
    };
    CHECK(with(signal_summary::mean) == std::vector<float>{2, 0, 0});
    CHECK(with(signal_summary::max) == std::vector<float>{6, 0, 0});
    CHECK(with(signal_summary::sum) == std::vector<float>{80, 0, 0});
    auto const covered =
        signals_of(regions, contigs, here / "t.bw", signal_summary::mean, uncovered_bases::missing, {});
    CHECK(covered[0] == 4);
    CHECK(std::isnan(covered[1]));
    CHECK(std::isnan(covered[2]));
    auto const refused = [&](contig_list const& of) {
        return testing::message_of(
            [&] { signals_of(regions, of, here / "t.bw", signal_summary::mean, uncovered_bases::zero, {}); });
    };
    CHECK(refused({"g.fa", {{"1", 1000}, {"2", 500}, {"3", 100}}}).find("found 'chr1'; g.fa has '1'") !=
          std::string::npos);
    CHECK(refused({"g.fa", {{"chr1", 1001}, {"chr2", 500}, {"chr3", 100}}})
              .find("expected 1001 bases of 'chr1' as in g.fa (is it of this assembly?), found 1000") !=
          std::string::npos);
    CHECK(refused({"g.fa", {{"a", 1001}, {"b", 500}, {"c", 100}}}).find("others alone, such as 'chr1'") !=
          std::string::npos);
    std::vector<float> values{3, 0, 1};
    transform_signal(values, signal_transform::log);
    CHECK(values[0] == doctest::Approx(std::log(4.)));
    values = {3, 0, 1};
    transform_signal(values, signal_transform::quantile);
    CHECK(values == std::vector<float>{1, 0, 0.5});
    values = {-2};
    CHECK(testing::message_of([&] { transform_signal(values, signal_transform::log); }).find("found -2") !=
          std::string::npos);
}

TEST_CASE("signals of yeast are those that pyBigWig gives")
{
    fs::path const more = fs::path{EXPLAINN_SHARED_DATA} / "more";
    if (!fs::exists(more / "yeast_atac")) return test::skip("the shared data are not here");
    genome g{more / "yeast_genome/sacCer3.fa.gz"};
    auto const chr_i = static_cast<std::uint32_t>(*g.contigs().find("chrI")),
               chr_iv = static_cast<std::uint32_t>(*g.contigs().find("chrIV"));
    std::vector<stranded_region> const regions{{chr_i, 28000, 29000, '.'}, {chr_iv, 500000, 501000, '.'}};
    fs::path const track = more / "yeast_atac/yeast_500k_fragment_coverage.bw";
    CHECK(signals_of(regions, g.contigs(), track, signal_summary::max, uncovered_bases::zero, {}) ==
          std::vector<float>{19, 1});
    CHECK(signals_of(regions, g.contigs(), track, signal_summary::mean, uncovered_bases::missing, {})[0] ==
          doctest::Approx(5.104));
}
