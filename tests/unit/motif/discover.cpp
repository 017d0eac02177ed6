// De novo motifs: enriched words, motifs chosen in turn, planted motifs found, shuffled labels not.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/motif/discover.hpp>
#include <explainn/motif/enriched_words.hpp>
#include <explainn/motif/site_motif.hpp>

#include "support/message_of.hpp"

namespace ex = explainn;

namespace {
ex::letter drawn(ex::random_numbers& draw, ex::column const& p)
{
    double at = draw.uniform();
    ex::letter b = 0;
    while (b < 3 && at >= p[b]) at -= p[b++];
    return b;
}
struct labelled {
    ex::packed_sequences sequences;
    std::vector<double> labels;
};
// half of the sequences are positives, of which shares[m] hold a site of motif m, on a random strand
labelled plant(std::vector<ex::motif> const& motifs, std::vector<double> const& shares, std::size_t count,
               std::size_t length, std::uint64_t by)
{
    ex::random_numbers draw{ex::seed{by}, ex::stream::tests};
    labelled out;
    std::vector<ex::letter> letters(length);
    for (std::size_t i = 0; i < count; ++i) {
        for (ex::letter& l : letters) l = static_cast<ex::letter>(draw.below(4));
        bool const positive = i % 2 == 0;
        for (std::size_t m = 0; positive && m < motifs.size(); ++m) {
            if (draw.uniform() >= shares[m]) continue;
            ex::ppm const p = draw.below(2) == 0 ? motifs[m].probabilities
                                                 : ex::reverse_complement(motifs[m].probabilities);
            std::size_t const at = draw.below(static_cast<std::uint32_t>(length - p.width() + 1));
            for (std::size_t k = 0; k < p.width(); ++k) letters[at + k] = drawn(draw, p.columns[k]);
        }
        out.sequences.append("s" + std::to_string(i), std::span<ex::letter const>{letters});
        out.labels.push_back(positive);
    }
    return out;
}
ex::split_rows in_three(std::size_t count)
{
    ex::split_rows rows;
    for (std::uint32_t i = 0; i < count; ++i)
        (i / 2 % 10 == 0 ? rows.test : i / 2 % 10 < 3 ? rows.valid : rows.train).push_back(i);
    return rows;
}
std::vector<ex::motif> words_of(labelled const& data, ex::split_rows const& rows)
{
    auto const part = ex::detail::part_of(data.sequences, data.labels, rows.train);
    return ex::enriched_words(ex::windowed_sequences{part.sequences}, part.labels);
}
std::vector<ex::motif> const& jaspar()
{
    static auto const all = ex::read_motifs(std::string{EXPLAINN_EXAMPLE_DATA} +
                                            "/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz")
                                .motifs;
    return all;
}
ex::motif const& known(std::string const& name)
{
    return *std::find_if(jaspar().begin(), jaspar().end(),
                         [&](ex::motif const& m) { return m.alternative_name == name; });
}
// a search that is cheap enough for a test
ex::discover_options quick(std::size_t count)
{
    ex::discover_options o;
    o.count = count;
    o.refine.steps = 150;
    o.refine.screened = 5;
    o.refine.starts = 1;
    return o;
}
ex::motif motif_of(std::string const& word, double share)
{
    ex::motif m;
    m.name = word;
    for (char const base : word) {
        ex::column c{0.25, 0.25, 0.25, 0.25};
        if (base != 'N') {
            c.fill((1 - share) / 3);
            c[std::string{"ACGT"}.find(base)] = share;
        }
        m.probabilities.columns.push_back(c);
    }
    return m;
}
} // namespace

TEST_CASE("enriched words are those of a planted motif, gap and all, with binary and with real labels")
{
    std::vector<ex::motif> const motifs{motif_of("TTGNNNNGCCAA", 0.97)};
    auto data = plant(motifs, {0.4}, 2000, 100, 1);
    ex::windowed_sequences const s{data.sequences};
    for (bool const real : {false, true}) {
        CAPTURE(real);
        if (real)
            for (double& y : data.labels) y = 100 + 7 * y;
        auto const words = ex::enriched_words(s, data.labels);
        REQUIRE(!words.empty());
        auto const like = ex::align(words[0].probabilities, motifs[0].probabilities, 5);
        CHECK(like.correlation > 0.8);
        ex::word_options one_thread;
        one_thread.threads = 1;
        CHECK(ex::enriched_words(s, data.labels, one_thread) == words);
    }
    // labels that say nothing give none, and neither do labels that are all equal or missing
    auto const none = plant({}, {}, 2000, 100, 2);
    ex::windowed_sequences const t{none.sequences};
    CHECK(ex::enriched_words(t, none.labels, {.least_score = 5.5}).empty());
    CHECK(ex::enriched_words(t, std::vector<double>(2000, 1.0)).empty());
    CHECK(ex::enriched_words(t, std::vector<double>(2000, std::numeric_limits<double>::quiet_NaN())).empty());
    CHECK(testing::message_of([&] { ex::enriched_words(t, std::vector<double>(3)); }) ==
          "expected 2000 labels, one a sequence, found 3");
    // on the forward strand alone a word is not its reverse complement
    ex::packed_sequences forward;
    std::vector<double> y;
    for (int i = 0; i < 100; ++i) {
        forward.append("p", "CCCCCCAAGACCCCCC");
        forward.append("n", "CCCCCCCTCTTCCCCCC");
        y.push_back(1);
        y.push_back(0);
    }
    ex::word_options o;
    o.both_strands = false;
    CHECK(!ex::enriched_words(ex::windowed_sequences{forward}, y, o).empty());
}

TEST_CASE("a regression on features that say nothing or the same twice stays finite")
{
    std::vector<double> const a{1, -1, 1, -1, 2, -2}, constant(6, 0.0), y{1, 0, 1, 0, 1, 1};
    std::vector<std::vector<double> const*> const features{&a, &a, &constant};
    auto const r = ex::detail::fit_regression(features, y, true, {});
    for (double const c : r.coefficients) CHECK(std::isfinite(c));
    CHECK(r.coefficients[0] == doctest::Approx(r.coefficients[1]).epsilon(1e-3));
    CHECK(r.coefficients[2] == doctest::Approx(0));
    std::vector<double> const* const one = &a;
    CHECK(r.loss ==
          doctest::Approx(ex::detail::fit_regression(std::span{&one, 1}, y, true, {}).loss).epsilon(1e-3));
    // least squares: slope and bias of a line
    std::vector<double> line;
    for (double const x : a) line.push_back(3 * x + 2);
    auto const l = ex::detail::fit_regression(std::span{&one, 1}, line, false, {});
    CHECK(l.coefficients[0] == doctest::Approx(3).epsilon(1e-3));
    CHECK(l.coefficients[1] == doctest::Approx(2).epsilon(1e-3));
}

TEST_CASE("motifs are chosen by what each adds: a copy joins the first, one of the negatives is left")
{
    std::vector<ex::motif> const planted{motif_of("TGACTCAG", 0.95), motif_of("CCATATGG", 0.95)};
    auto data = plant(planted, {0.5, 0.3}, 2000, 100, 3);
    ex::motif copy = ex::motif{planted[0]};
    copy.name = "copy";
    std::vector<ex::motif> candidates{motif_of("GGGGGGGG", 0.9), copy, planted[1], planted[0]};
    candidates[1].probabilities = ex::reverse_complement(copy.probabilities);
    ex::windowed_sequences const s{data.sequences};
    auto const chosen = ex::choose_in_turn(candidates, s, data.labels);
    REQUIRE(chosen.size() == 2);
    // the motif and its reverse complement say the same but for rounding: either is chosen, the other joins
    // it
    REQUIRE(chosen[0].alike.size() == 1);
    CHECK(chosen[0].candidate + chosen[0].alike[0] == 4);
    CHECK((chosen[0].candidate == 1 || chosen[0].candidate == 3));
    CHECK(chosen[1].candidate == 2);
    CHECK(chosen[0].gain > chosen[1].gain);
    CHECK(chosen[1].gain > 0.01);
    CHECK(chosen[0].best_hit.auroc > 0.7);
    CHECK(chosen[1].auroc_so_far > chosen[0].auroc_so_far + 0.03);
    CHECK(ex::choose_in_turn(candidates, s, data.labels, {.count = 1}).size() == 1);
    for (std::size_t const threads : {1u, 3u}) {
        ex::choice_options o;
        o.threads = threads;
        auto const again = ex::choose_in_turn(candidates, s, data.labels, o);
        REQUIRE(again.size() == 2);
        CHECK(again[1].gain == chosen[1].gain);
    }
    // where the labels are turned round, the motifs mark the others and none is chosen
    for (double& y : data.labels) y = 1 - y;
    CHECK(ex::choose_in_turn(std::span{candidates}.subspan(1), s, data.labels).empty());
    CHECK(ex::choose_in_turn({}, s, data.labels).empty());
    using testing::message_of;
    CHECK(message_of([&] {
              ex::choose_in_turn(candidates, s, std::vector<double>(2000, 1.0));
          }).find("labels that differ") != std::string::npos);
    candidates[0].probabilities.columns.clear();
    CHECK(message_of([&] { ex::choose_in_turn(candidates, s, data.labels); }).find("a motif with columns") !=
          std::string::npos);
}

TEST_CASE("JASPAR's profiles planted in one of five and three of five positives are found")
{
    struct kind {
        char const* name;
        double share;
        std::size_t count;
    };
    std::uint64_t by = 20;
    for (kind const& k : {kind{"CEBPB", 0.2, 4000}, kind{"MAX", 0.6, 2000}, kind{"TP63", 0.6, 2000}}) {
        CAPTURE(k.name);
        ex::motif const& planted = known(k.name);
        auto const data = plant({planted}, {k.share}, k.count, 80, ++by);
        auto const rows = in_three(k.count);
        auto const words = words_of(data, rows);
        REQUIRE(!words.empty());
        auto const found = ex::discover_motifs(words, data.sequences, data.labels, rows, quick(1));
        REQUIRE(found.size() == 1);
        CHECK(found[0].e <= 0.05);
        CHECK(found[0].result.width() >= 5);
        CHECK(ex::align(found[0].result.probabilities, planted.probabilities, 5).correlation > 0.85);
        CHECK(found[0].test.auroc > 0.5 + 0.25 * k.share);
    }
}

TEST_CASE("three kinds at once are found each, whatever the threads" * doctest::test_suite("long"))
{
    std::vector<ex::motif> const planted{known("CTCF"), known("CEBPB"), known("GATA3")};
    auto const data = plant(planted, {0.5, 0.5, 0.5}, 2000, 80, 31);
    auto const rows = in_three(2000);
    auto const words = words_of(data, rows);
    auto o = quick(4);
    o.refine.threads = 1;
    std::vector<std::string> heard;
    o.tell = [&](std::string_view what) { heard.emplace_back(what); };
    auto const found = ex::discover_motifs(words, data.sequences, data.labels, rows, o);
    CHECK(heard.size() == 3);
    for (ex::motif const& each : planted) {
        CAPTURE(each.alternative_name);
        double best = 0;
        for (auto const& f : found)
            best = std::max(best, ex::align(f.result.probabilities, each.probabilities, 5).correlation);
        CHECK(best > 0.85);
    }
    for (std::size_t const threads : {2u, 3u}) {
        o.refine.threads = threads;
        o.refine.steps = 40; // the same bits need no whole fit
        o.refine.threads = 1;
        auto const one = ex::discover_motifs(words, data.sequences, data.labels, rows, o);
        o.refine.threads = threads;
        auto const again = ex::discover_motifs(words, data.sequences, data.labels, rows, o);
        REQUIRE(again.size() == one.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            CHECK(again[i].result == one[i].result);
            CHECK(again[i].e == one[i].e);
        }
    }
}

TEST_CASE("on shuffled labels nothing is significant but by chance")
{
    int significant = 0;
    constexpr int runs = 40;
    auto data = plant({known("CTCF")}, {0.5}, 300, 60, 41);
    auto const rows = in_three(300);
    ex::random_numbers draw{ex::seed{42}, ex::stream::tests};
    for (int run = 0; run < runs; ++run) {
        draw.shuffle(data.labels);
        auto o = quick(2);
        o.refine.steps = 40;
        o.refine.screened = 1;
        std::vector<ex::motif> const candidates{known("CTCF"), known("MAX"), known("GATA3")};
        auto const found = ex::discover_motifs(candidates, data.sequences, data.labels, rows, o);
        significant += std::any_of(found.begin(), found.end(), [](auto const& f) { return f.e <= 0.05; });
    }
    CHECK(significant <= 5); // 2 are expected; more than 5 come in 1.4 % of such series
}

TEST_CASE("real labels, as of arrays, give the motif; what cannot be searched is refused in a sentence")
{
    auto data = plant({motif_of("CACGTTAC", 0.97)}, {0.9}, 1200, 40, 51);
    ex::random_numbers draw{ex::seed{52}, ex::stream::tests};
    for (double& y : data.labels) y = 5 + 2 * y + draw.uniform();
    auto const rows = in_three(1200);
    auto const words = words_of(data, rows);
    REQUIRE(!words.empty());
    auto const found = ex::discover_motifs(words, data.sequences, data.labels, rows, quick(2));
    CHECK(ex::align(found[0].result.probabilities, motif_of("CACGTTAC", 0.97).probabilities, 5).correlation >
          0.9);
    CHECK(found[0].e < 1e-6);
    CHECK(found[0].test.spearman > 0.5);

    using testing::message_of;
    auto const refused = [&](std::vector<ex::motif> const& candidates, std::vector<double> const& labels,
                             ex::split_rows const& some) {
        return message_of([&] { ex::discover_motifs(candidates, data.sequences, labels, some); });
    };
    CHECK(refused({}, data.labels, rows) == "expected motifs to refine, found none");
    CHECK(refused(words, {1, 0}, rows) == "expected 1200 labels, one a sequence, found 2");
    CHECK(refused(words, std::vector<double>(1200, 1), rows).find("labels that differ") != std::string::npos);
    CHECK(refused(words, data.labels, {{0, 1, 1200}, {3, 4}, {5, 6}}) ==
          "expected rows below 1200, found 1200");
    CHECK(refused(words, data.labels, {rows.train, {}, rows.test}).find("found none") != std::string::npos);
}

TEST_CASE("the bases at the best hits are counted, on the strand of the motif, without windows of N")
{
    ex::packed_sequences s;
    s.append("ahead", "AAATGACTCGAA");
    s.append("back", "TTTCGAGTCATT");  // CGAGTCA read on the other strand: TGACTCG
    s.append("worse", "AAATGACGAAAA"); // TGACGAA
    s.append("with N", "AAATGANTCGAA");
    s.append("short", "TGA");
    ex::motif m;
    m.name = "motif1";
    m.sites = 20;
    for (char const base : std::string{"TGACTC"}) {
        ex::column c{};
        c.fill(0.1);
        c[std::string{"ACGT"}.find(base)] = 0.7;
        m.probabilities.columns.push_back(c);
    }
    std::vector<std::uint32_t> const all{0, 1, 2, 3, 4}, two{0, 1}, none{4};
    auto const best = ex::site_motif(m, s, two, 1);
    CHECK(best.name == "motif1");
    CHECK(best.sites == 2);
    CHECK(best.width() == 6);
    for (std::size_t k = 0; k < 6; ++k)
        CHECK(best.counts->columns[k][std::string{"ACGT"}.find("TGACTC"[k])] == 2);
    // four of the five have a hit; the better half of them are the same two
    CHECK(ex::site_motif(m, s, all, 0.5).counts->columns == best.counts->columns);
    auto const more = ex::site_motif(m, s, all, 0.75);
    CHECK(more.sites == 3);
    CHECK(more.counts->columns[4][2] == 1); // the G of TGACGA
    // on one strand alone the second sequence has another best hit
    auto const ahead = ex::site_motif(m, s, two, 1, false);
    CHECK(ahead.counts->columns[0][3] + ahead.counts->columns[1][2] < 4);
    CHECK(ex::site_motif(m, s, none).sites == 0);
    CHECK(ex::site_motif(m, s, none).probabilities.columns == m.probabilities.columns);
    CHECK(testing::message_of([&] { ex::site_motif(m, s, all, 0); }) ==
          "expected a share of sequences above 0 and at most 1, found 0");
}
