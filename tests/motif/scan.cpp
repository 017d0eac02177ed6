// Scanning: MEME's own fimo, the slow twin, the rules for N.
#include <doctest/doctest.h>

#include <explainn/io/fasta.hpp>
#include <explainn/motif/best_hits.hpp>
#include <explainn/motif/scan.hpp>

#include "motif_data.hpp"

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
    if (!std::filesystem::exists(shared / "motif_golden")) {
        MESSAGE("skipped: no shared data");
        return;
    }
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
    // a window with an N is skipped, where the reference gave the N 0, better than any log-probability
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
