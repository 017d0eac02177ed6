// Scanning, compared with MEME's own fimo and with the slow version, and the rules for N.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include <explainn/io/fasta.hpp>
#include <explainn/motif/best_hits.hpp>
#include <explainn/motif/scan.hpp>
#include <explainn/motif/score.hpp>

#include "motif_data.hpp"
#include "support/skip.hpp"

namespace {
using namespace motif_data;

std::vector<ex::motif> profiles()
{
    std::vector<ex::motif> out;
    for (ex::motif const& m : jaspar())
        for (char const* name : {"MA0139.1", "MA0006.1", "MA0032.2"})
            if (m.name == name) out.push_back(m);
    return out;
}

void check_against(std::filesystem::path const& fimo, ex::background const& background)
{
    CAPTURE(fimo.string());
    auto const motifs = profiles();
    auto const sequences = ex::read_fasta(golden / "sequences.fa.gz");
    ex::scan_options options;
    options.p_value = 1e-3;
    options.background = background;
    auto const hits = ex::scan_motifs(motifs, sequences, options);
    std::map<std::string, ex::hit> mine;
    auto const key = [](std::string const& motif, std::string_view sequence, std::size_t start,
                        std::string const& strand) {
        return motif + ' ' + std::string{sequence} + ' ' + std::to_string(start) + ' ' + strand;
    };
    for (ex::hit const& h : hits)
        mine[key(motifs[h.motif].name, sequences.name(h.sequence), h.start + 1, h.reverse ? "-" : "+")] = h;
    auto const rows = table(fimo);
    CHECK(rows.size() > 1000);
    CHECK(hits.size() == rows.size());
    for (auto const& row : rows) {
        auto const found = mine.find(key(row[0], row[2], std::stoul(row[3]), row[5]));
        REQUIRE(found != mine.end());
        CHECK(std::abs(found->second.score - std::stod(row[6])) < 0.02);
        CHECK(std::abs(found->second.p - std::stod(row[7])) <= 0.01 * std::stod(row[7]));
    }
}

TEST_CASE("fimo's hits, scores and p-values under a uniform background")
{
    check_against(golden / "fimo_uniform.tsv.gz", {});
}

TEST_CASE("fimo's hits, scores and p-values under another background")
{
    if (!std::filesystem::exists(shared / "motif_golden")) return test::skip("no shared data");
    check_against(shared / "motif_golden" / "fimo_at.tsv.gz", {{0.3, 0.2, 0.2, 0.3}});
}

TEST_CASE("a fast scan is the slow one: awkward widths and lengths, N, one strand, every p-value")
{
    auto motifs = random_motifs(21, 12, 1, 25, "m");
    ex::random_numbers draw{ex::seed{22}, ex::stream::tests};
    for (std::size_t const width : {1u, 2u, 31u, 32u, 33u, 64u})
        motifs.push_back(random_motif(draw, width, "w"));
    motifs.push_back(random_motif(draw, 140, "wide"));
    for (auto& c : motifs[3].probabilities.columns) c = {0.25, 0.25, 0.25, 0.25};
    ex::packed_sequences s;
    for (std::size_t const length : {0u, 1u, 5u, 31u, 32u, 33u, 63u, 64u, 65u, 200u, 300u})
        s.append("s" + std::to_string(length), random_bases(draw, length, 0.01));
    s.append("n", std::string(80, 'N'));
    for (double const p : {1e-3, 0.05, 1.0})
        for (bool const both : {true, false}) {
            ex::scan_options options;
            options.p_value = p;
            options.both_strands = both;
            options.background = {{0.3, 0.2, 0.1, 0.4}};
            auto const slow = ex::scan_motifs_slowly(motifs, s, options);
            CHECK(ex::scan_motifs(motifs, s, options) == slow);
            options.threads = 1;
            CHECK(ex::scan_motifs(motifs, s, options) == slow);
            CHECK(slow.size() > 10);
        }
}

TEST_CASE("the portable filter lets the same windows through as the vectors do")
{
    auto const motifs = random_motifs(23, 6, 3, 20, "m");
    ex::random_numbers draw{ex::seed{24}, ex::stream::tests};
    ex::packed_sequences s;
    s.append("s", random_bases(draw, 1000, 0.01));
    ex::detail::scan_text text;
    text.read(s, 0, 1 << 20);
    for (ex::motif const& m : motifs) {
        ex::score_matrix const matrix{m, {}, 0.1};
        auto const threshold = matrix.least_significant(0.01);
        if (!threshold) continue;
        ex::detail::short_tables const tables{matrix, *threshold};
        std::map<std::pair<std::size_t, int>, std::uint64_t> plain, dispatched;
        auto const keep = [&](auto& where) {
            return [&where, &text](std::size_t at, int strand, std::uint64_t bits) {
                if (text.end - at < 64) bits &= (std::uint64_t{1} << (text.end - at)) - 1;
                if (bits != 0) where[{at, strand}] = bits;
            };
        };
        ex::detail::likely_windows_plain(text, tables, true, keep(plain));
        ex::detail::likely_windows(text, tables, true, keep(dispatched));
        CHECK(plain == dispatched);
        CHECK(!plain.empty());
    }
}

TEST_CASE("reference defect 14: an N never scores better than a base")
{
    // a window with an N is skipped; the reference implementation gave the N 0, which is better than any
    // log-probability
    ex::motif m;
    m.name = "AAAA";
    for (int i = 0; i < 4; ++i) m.probabilities.columns.push_back({0.97, 0.01, 0.01, 0.01});
    ex::packed_sequences s;
    s.append("bases", "CCAAAACC");
    s.append("one n", "CCAANACC");
    s.append("all n", "NNNNNNNN");
    ex::scan_options options;
    options.p_value = 0.2;
    for (ex::hit const& h : ex::scan_motifs(std::vector{m}, s, options)) {
        CHECK(h.sequence == 0);
        for (std::uint32_t i = h.start; i < h.start + 4; ++i) CHECK(s.letters(0)[i] != 'N');
    }
    auto const scores = ex::score_sequences(ex::score_matrix{m, {}, 0.1}, ex::windowed_sequences{s});
    CHECK(scores[0].best() > scores[1].best());
    CHECK(scores[0].best() > scores[2].best());
    CHECK(std::isinf(scores[2].best()));
    CHECK(std::isinf(scores[2].occupancy));
}

TEST_CASE("p-values count all words of a narrow motif")
{
    ex::random_numbers draw{ex::seed{25}, ex::stream::tests};
    ex::motif const m = random_motif(draw, 5, "m");
    ex::background const b{{0.3, 0.2, 0.2, 0.3}};
    ex::score_matrix const matrix{m, b, 0.1};
    std::vector<std::pair<std::int32_t, double>> words;
    for (unsigned word = 0; word < 1024; ++word) {
        ex::letter letters[5];
        double chance = 1;
        for (unsigned i = 0; i < 5; ++i) {
            letters[i] = static_cast<ex::letter>(word >> 2 * i & 3);
            chance *= b.frequencies[letters[i]];
        }
        words.push_back({*matrix.whole_score(letters), chance});
    }
    for (auto const& [score, unused] : words) {
        double tail = 0;
        for (auto const& [other, chance] : words)
            if (other >= score) tail += chance;
        CHECK(matrix.p_value(score) == doctest::Approx(tail).epsilon(1e-9));
        CHECK(matrix.p_value(*matrix.least_significant(tail + 1e-12)) <= tail + 1e-12);
    }
    CHECK(matrix.p_value(matrix.most() + 1) == 0);
    CHECK(!matrix.least_significant(0));
}

// 20 sites under A .22 C .31 G .19 T .28, which is .25 each when made symmetric
ex::motif zeros_in_columns()
{
    ex::motif m;
    m.name = "zeros";
    m.sites = 20;
    m.probabilities.columns = {{1, 0, 0, 0}, {0, 0.5, 0.5, 0}, {0.1, 0.2, 0.3, 0.4}};
    return m;
}
ex::background const uneven{{0.22, 0.31, 0.19, 0.28}};

using whole_scores = std::vector<std::array<std::int32_t, 4>>;

double p_of(ex::score_matrix const& m, std::string_view word)
{
    std::vector<ex::letter> letters;
    for (char const c : word) letters.push_back(ex::letter_of(c));
    return m.p_value(*m.whole_score(letters.data()));
}
double bits_of(ex::score_matrix const& m, std::string_view word)
{
    std::vector<ex::letter> letters;
    for (char const c : word) letters.push_back(ex::letter_of(c));
    return m.bits(*m.whole_score(letters.data()));
}

TEST_CASE("an uneven background, both strands: the pseudocount as given, scores under the symmetric one")
{
    // by hand, as fimo does: the G of column 1 has (0 20 + 0.1 0.19) / 20.1 = 0.00094527, its log-odds are
    // log2(0.00094527 / 0.25) = -8.0470, the least of all; the most is log2(0.99612 / 0.25) = 1.9944. So
    // whole scores count from -9 in steps of 1 / 90 bit, floor(1000 / (1.9944 + 9)). With a symmetric
    // pseudocount the G would have 0.0012438 and -7.6511 bits.
    ex::score_matrix const m{zeros_in_columns(), uneven, 0.1};
    CHECK(m.scores() == whole_scores{{989, 149, 86, 136}, {105, 900, 900, 136}, {692, 781, 833, 871}});
    CHECK(bits_of(m, "ACT") == doctest::Approx(2760.0 / 90 - 27));
    CHECK(bits_of(m, "GGG") == doctest::Approx(1819.0 / 90 - 27));
    // shares of the 64 words, each as likely as another under the symmetric frequencies, that score as high:
    // ACT and AGT; those and ACG, AGG
    CHECK(p_of(m, "ACT") == doctest::Approx(2.0 / 64));
    CHECK(p_of(m, "AGG") == doctest::Approx(4.0 / 64));
    CHECK(p_of(m, "TCT") == doctest::Approx(16.0 / 64));
    CHECK(p_of(m, "GGG") == doctest::Approx(28.0 / 64));
    CHECK(m.best_p_value() == doctest::Approx(2.0 / 64));
    CHECK(m.both_strands());
}

TEST_CASE("an uneven background, one strand: the frequencies as given for all")
{
    // a base without sites keeps 0.1 / 20.1 of its frequency: log2(0.1 / 20.1) = -7.6511 for each base
    ex::score_matrix const m{zeros_in_columns(), uneven, 0.1, false};
    CHECK(m.scores() == whole_scores{{998, 34, 34, 34}, {34, 851, 920, 34}, {673, 722, 848, 834}});
    CHECK(bits_of(m, "AGG") == doctest::Approx(2766.0 / 98 - 24));
    CHECK(p_of(m, "AGG") == doctest::Approx(0.22 * 0.19 * 0.19));
    // AGG, AGT, ACG and ACT score as high as ACT: A, then C or G, then G or T
    CHECK(p_of(m, "ACT") == doctest::Approx(0.22 * (0.31 + 0.19) * (0.19 + 0.28)));
    CHECK(!m.both_strands());
}

TEST_CASE("an uneven background through a scan: one strand and both, and neither for the other")
{
    ex::packed_sequences s;
    s.append("s", "TTACTTTAGTTT"); // AGT is ACT on the other strand
    std::vector const motifs{zeros_in_columns()};
    ex::scan_options options;
    options.background = uneven;
    options.p_value = 0.04;
    auto const both = ex::scan_motifs(motifs, s, options);
    CHECK(both == ex::scan_motifs_slowly(motifs, s, options));
    CHECK(both.options.both_strands);
    CHECK(both.options.p_value == options.p_value);
    CHECK(both.options.pseudocount == options.pseudocount);
    CHECK(both.options.background == options.background);
    REQUIRE(both.size() == 4); // ACT and AGT on both strands
    for (ex::hit const& h : both) CHECK(h.p == doctest::Approx(2.0 / 64));
    options.both_strands = false;
    options.p_value = 0.06;
    auto const one = ex::scan_motifs(motifs, s, options);
    CHECK(one == ex::scan_motifs_slowly(motifs, s, options));
    CHECK(!one.options.both_strands);
    REQUIRE(one.size() == 2);
    CHECK(one[0].p == doctest::Approx(0.22 * (0.31 + 0.19) * (0.19 + 0.28)));
    auto const matrices = ex::score_matrices(motifs, options);
    CHECK(ex::scan_motifs(matrices, s, options) == one);
    options.both_strands = true;
    CHECK_THROWS_WITH_AS(ex::scan_motifs(matrices, s, options), doctest::Contains("expected score matrices"),
                         ex::error);

    auto const windows = ex::windowed_sequences{s};
    auto const forward = ex::score_sequences(matrices[0], windows)[0],
               slow = ex::score_sequences_slowly(matrices[0], s)[0];
    CHECK(std::isinf(forward.reverse));
    CHECK(forward.forward == slow.forward);
    CHECK(std::isinf(slow.reverse));
    CHECK(forward.occupancy == doctest::Approx(slow.occupancy).epsilon(1e-9));
}

TEST_CASE("the best possible p-value of a narrow motif")
{
    auto const sharp = [](std::string_view word) {
        ex::motif m;
        m.name = word;
        for (char const c : word) {
            ex::column column{0.01, 0.01, 0.01, 0.01};
            column[ex::letter_of(c)] = 0.97;
            m.probabilities.columns.push_back(column);
        }
        return m;
    };
    ex::scan_options options;
    std::vector const motifs{sharp("GAATTC"), sharp("TGACTCA")};
    auto const matrices = ex::score_matrices(motifs, options);
    CHECK(matrices[0].best_p_value() == doctest::Approx(1.0 / 4096));
    CHECK(matrices[1].best_p_value() == doctest::Approx(1.0 / 16384));
    ex::packed_sequences s;
    s.append("s1", "CCCGAATTCCCGTGACTCACC");
    auto const hits = ex::scan_motifs(matrices, s, options);
    REQUIRE(hits.size() == 1); // six columns cannot reach 1e-4
    CHECK(hits[0].motif == 1);
    options.p_value = 2.5e-4;
    CHECK(ex::scan_motifs(matrices, s, options).size() == 3); // GAATTC is its own reverse complement

    options.background = {{0.4, 0.1, 0.1, 0.4}}; // A and T are common, C and G are not
    CHECK(ex::score_matrices(motifs, options)[0].best_p_value() ==
          doctest::Approx(0.1 * 0.1 * 0.4 * 0.4 * 0.4 * 0.4));
    ex::motif flat;
    flat.name = "flat";
    flat.probabilities.columns.assign(6, {0.25, 0.25, 0.25, 0.25});
    CHECK(ex::score_matrices(std::vector{flat}, {})[0].best_p_value() == 1);
}

TEST_CASE("a motif of one-letter columns ranks sequences by matching letters alone, equal ones as equal")
{
    // 19 columns of 2 bits: the score of a window depends on how many letters match, whatever their places. A
    // sum of real numbers differs in its last bit by the places and would rank equal windows.
    std::string const word = "ATTGCATGGACCTTAGCAC";
    ex::motif m;
    m.name = word;
    m.sites = 700;
    for (char const c : word) {
        ex::column column{};
        column[ex::letter_of(c)] = 1;
        m.probabilities.columns.push_back(column);
    }
    ex::random_numbers draw{ex::seed{29}, ex::stream::tests};
    ex::packed_sequences s;
    std::vector<double> matching, direct, labels;
    for (int i = 0; i < 300; ++i) {
        std::string const bases = random_bases(draw, 200);
        s.append("s" + std::to_string(i), bases);
        labels.push_back(draw.below(2));
        double most = 0, best = -1e9;
        for (std::size_t at = 0; at + word.size() <= bases.size(); ++at)
            for (bool const reverse : {false, true}) {
                double same = 0, sum = 0;
                for (std::size_t k = 0; k < word.size(); ++k) {
                    ex::letter const a = ex::letter_of(bases[at + k]);
                    bool const hit = reverse ? ex::complement(a) == ex::letter_of(word[word.size() - 1 - k])
                                             : a == ex::letter_of(word[k]);
                    same += hit;
                    sum += std::log2((hit ? 700 + 0.025 : 0.025) / 700.1 / 0.25);
                }
                most = std::max(most, same);
                best = std::max(best, sum);
            }
        matching.push_back(most);
        direct.push_back(best);
    }
    auto const quality = ex::score_motif(ex::score_matrix{m, {}, 0.1}, ex::windowed_sequences{s},
                                         std::span{&labels, 1}, ex::motif_ranking::best_hit)[0];
    auto const by_matches = ex::motif_quality_of(matching, ex::descending_order(matching), labels);
    CHECK(quality.auroc == doctest::Approx(by_matches.auroc).epsilon(1e-12));
    CHECK(quality.auprc == doctest::Approx(by_matches.auprc).epsilon(1e-12));
    // the direct sum gives the same after its rounding is removed, and something else before
    auto const raw = ex::motif_quality_of(direct, ex::descending_order(direct), labels);
    for (double& x : direct) x = std::round(x * 1e6);
    auto const rounded = ex::motif_quality_of(direct, ex::descending_order(direct), labels);
    CHECK(quality.auroc == doctest::Approx(rounded.auroc).epsilon(1e-12));
    CHECK(raw.auroc != rounded.auroc);
}

TEST_CASE(
    "sharp motifs of few sites rank sequences by whole scores as by a direct sum whose rounding is removed")
{
    ex::random_numbers draw{ex::seed{30}, ex::stream::tests};
    ex::packed_sequences s;
    std::vector<std::string> bases;
    std::vector<double> labels;
    for (int i = 0; i < 400; ++i) {
        bases.push_back(random_bases(draw, 120));
        s.append("s" + std::to_string(i), bases.back());
        labels.push_back(draw.below(2));
    }
    for (int const sites : {1, 2, 3, 9, 40}) {
        std::string const word = random_bases(draw, 19);
        ex::motif m; // of `sites` sequences that hold a word with a few other letters
        m.name = word;
        m.sites = sites;
        m.probabilities.columns.assign(word.size(), ex::column{});
        for (int k = 0; k < sites; ++k)
            for (std::size_t j = 0; j < word.size(); ++j)
                m.probabilities.columns[j][draw.below(5) == 0 ? draw.below(4) : ex::letter_of(word[j])] +=
                    1.0 / sites;
        std::vector<double> direct;
        for (std::string const& of : bases) {
            double best = -1e9;
            for (std::size_t at = 0; at + word.size() <= of.size(); ++at) {
                double ahead = 0, back = 0;
                for (std::size_t j = 0; j < word.size(); ++j) {
                    auto const log_odds = [&](std::size_t column, ex::letter a) {
                        return std::log2((m.probabilities.columns[column][a] * sites + 0.025) /
                                         (sites + 0.1) / 0.25);
                    };
                    ex::letter const a = ex::letter_of(of[at + j]);
                    ahead += log_odds(j, a);
                    back += log_odds(word.size() - 1 - j, ex::complement(a));
                }
                best = std::max({best, ahead, back});
            }
            direct.push_back(std::round(best * 1e6));
        }
        auto const whole = ex::score_motif(ex::score_matrix{m, {}, 0.1}, ex::windowed_sequences{s},
                                           std::span{&labels, 1}, ex::motif_ranking::best_hit)[0];
        auto const exact = ex::motif_quality_of(direct, ex::descending_order(direct), labels);
        CHECK(whole.auroc == doctest::Approx(exact.auroc).epsilon(sites == 1 ? 1e-12 : 0.002));
    }
}

TEST_CASE("best hits and occupancy are those of the slow twin")
{
    ex::random_numbers draw{ex::seed{26}, ex::stream::tests};
    ex::packed_sequences s;
    for (std::size_t const length : {0u, 3u, 20u, 21u, 120u, 121u})
        s.append("s", random_bases(draw, length, 0.02));
    for (std::size_t const width : {1u, 3u, 4u, 5u, 8u, 13u, 20u}) {
        ex::score_matrix const m{random_motif(draw, width, "m"), {}, 0.1};
        auto const fast = ex::score_sequences(m, ex::windowed_sequences{s}),
                   slow = ex::score_sequences_slowly(m, s);
        for (std::size_t i = 0; i < s.size(); ++i) {
            CHECK(fast[i].forward == slow[i].forward);
            CHECK(fast[i].reverse == slow[i].reverse);
            if (std::isinf(slow[i].occupancy)) CHECK(std::isinf(fast[i].occupancy));
            else CHECK(fast[i].occupancy == doctest::Approx(slow[i].occupancy).epsilon(1e-9));
        }
    }
}

TEST_CASE("q-values of hits: Benjamini and Hochberg over all windows")
{
    ex::random_numbers draw{ex::seed{27}, ex::stream::tests};
    auto const motifs = random_motifs(28, 1, 6, 6, "m");
    ex::packed_sequences s;
    s.append("a", random_bases(draw, 150));
    s.append("b", random_bases(draw, 40) + "N" + random_bases(draw, 20));
    ex::scan_options options;
    options.p_value = 1;
    options.q_values = true;
    auto const hits = ex::scan_motifs(motifs, s, options);
    std::vector<double> p;
    for (ex::hit const& h : hits) p.push_back(h.p);
    CHECK(p.size() == 2 * (145 + 35 + 15));
    auto const q = ex::q_values(p, 1.0);
    for (std::size_t i = 0; i < q.size(); ++i) CHECK(hits[i].q == doctest::Approx(q[i]));
}

} // namespace
