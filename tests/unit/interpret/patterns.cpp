// Seqlets, their neighbours and groups, and the patterns that are planted.
#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include <explainn/cpu.hpp>
#include <explainn/interpret/deep_lift.hpp>
#include <explainn/interpret/mutagenesis_attribution.hpp>
#include <explainn/interpret/patterns.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
#include <explainn/motif/compare.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/trainer.hpp>

namespace ex = explainn;
using ex::extent;

namespace {

constexpr char bases[] = "ACGT";

/// Attributions of one output of random sequences: Laplace noise.
ex::attributed_sequences noise(extent sequences, extent length, std::uint64_t from)
{
    ex::random_numbers draw{ex::seed{from}, ex::stream::tests};
    ex::attributed_sequences all;
    all.sequences = sequences;
    all.length = length;
    all.outputs = {0};
    auto const count = static_cast<std::size_t>(sequences * length);
    for (std::size_t i = 0; i < count; ++i) {
        all.letters.push_back(static_cast<ex::letter>(draw.below(4)));
        double const u = draw.uniform() - 0.5;
        all.contributions.push_back(
            static_cast<float>((u < 0 ? 1 : -1) * std::log(1 - 2 * std::min(std::abs(u), 0.4999)) * 0.01));
    }
    all.hypothetical.resize(4 * count);
    for (extent n = 0; n < sequences; ++n)
        for (extent l = 0; l < length; ++l) {
            auto const i = static_cast<std::size_t>(n * length + l);
            all.hypothetical[static_cast<std::size_t>((n * 4 + all.letters[i]) * length + l)] =
                all.contributions[i];
        }
    return all;
}
/// Writes a word with a contribution at every base; on the other strand where `reverse` says so.
void plant(ex::attributed_sequences& all, extent n, extent at, std::string word, float each, bool reverse)
{
    for (std::size_t k = 0; k < word.size(); ++k) {
        auto c =
            static_cast<ex::letter>(std::string_view{bases}.find(word[reverse ? word.size() - 1 - k : k]));
        if (reverse) c = static_cast<ex::letter>(3 - c);
        auto const l = at + static_cast<extent>(k);
        all.letters[static_cast<std::size_t>(n * all.length + l)] = c;
        all.contributions[static_cast<std::size_t>(n * all.length + l)] = each;
        for (extent b = 0; b < 4; ++b)
            all.hypothetical[static_cast<std::size_t>((n * 4 + b) * all.length + l)] = b == c ? each : 0;
    }
}
std::string consensus(ex::motif const& m)
{
    std::string word;
    for (auto const& c : m.probabilities.columns) word += bases[std::ranges::max_element(c) - c.begin()];
    return word;
}
std::string other_strand(std::string word)
{
    std::ranges::reverse(word);
    for (char& c : word) c = bases[3 - std::string_view{bases}.find(c)];
    return word;
}
ex::seqlet_values stretch(std::string const& word, std::vector<float> values)
{
    ex::seqlet_values s;
    for (char const c : word)
        s.bases.push_back(c == 'N' ? ex::letter_n : static_cast<ex::letter>(std::string_view{bases}.find(c)));
    s.values = std::move(values);
    return s;
}
ex::seqlet_values random_stretch(ex::random_numbers& draw, std::size_t width)
{
    ex::seqlet_values s;
    for (std::size_t i = 0; i < width; ++i) {
        s.bases.push_back(static_cast<ex::letter>(draw.below(5)));
        s.values.push_back(s.bases.back() == ex::letter_n ? 0.0f : static_cast<float>(draw.uniform(-1, 1)));
    }
    return s;
}
/// The similarity by its definition: whole matrices, place by place.
double similarity_slowly(ex::seqlet_values const& a, ex::seqlet_values const& b, extent offset)
{
    std::map<extent, std::array<double, 8>> at; // four of a, four of b
    double of_a = 0, of_b = 0;
    for (float const v : a.values) of_a += std::abs(static_cast<double>(v));
    for (float const v : b.values) of_b += std::abs(static_cast<double>(v));
    for (std::size_t i = 0; i < a.bases.size(); ++i)
        if (a.bases[i] < 4) at[static_cast<extent>(i)][a.bases[i]] = static_cast<double>(a.values[i]) / of_a;
    for (std::size_t i = 0; i < b.bases.size(); ++i)
        if (b.bases[i] < 4)
            at[static_cast<extent>(i) + offset][4u + b.bases[i]] = static_cast<double>(b.values[i]) / of_b;
    double shared = 0, larger = 0;
    for (auto const& [l, c] : at)
        for (std::size_t k = 0; k < 4; ++k) {
            double const least = std::min(std::abs(c[k]), std::abs(c[4 + k]));
            shared += c[k] * c[4 + k] >= 0 ? least : -least;
            larger += std::max(std::abs(c[k]), std::abs(c[4 + k]));
        }
    return shared / larger;
}

} // namespace

TEST_CASE("seqlets are the planted stretches, the largest first, and noise has none")
{
    auto all = noise(60, 150, 1);
    CHECK(ex::find_seqlets(all, 0, {.least_share = 0}).positive.empty());
    CHECK(ex::find_seqlets(all, 0, {.least_share = 0}).negative.empty());
    // where so many are asked for, those of the largest magnitude are taken
    auto const asked = ex::find_seqlets(all, 0, {.least_share = 0.1});
    CHECK(!asked.positive.empty());
    CHECK(asked.below == -asked.above);
    std::size_t beyond = 0;
    for (extent n = 0; n < 60; ++n)
        for (double const x : ex::detail::window_sums(all.of(n, 0), 21)) beyond += std::abs(x) >= asked.above;
    CHECK(beyond == 60 * 130 / 10);
    for (extent n = 0; n < 40; n += 2) {
        plant(all, n, 60, "ACGTACGT", 0.1f + 0.001f * static_cast<float>(n), false);
        plant(all, n + 1, 30, "ACGTACGT", -0.2f, false);
    }
    // at the default rate at most a fifth is noise, and the planted ones come first
    auto const many = ex::find_seqlets(all, 0, {.least_share = 0});
    REQUIRE(many.positive.size() >= 20);
    CHECK(many.positive.size() <= 25);
    auto const found = ex::find_seqlets(all, 0, {.rate = 0.01, .least_share = 0});
    REQUIRE(found.positive.size() == 20);
    REQUIRE(found.negative.size() == 20);
    CHECK(found.positive.front().sum > found.positive.back().sum);
    for (auto const& s : found.positive) { // the window of 21 holds the word of 8
        CHECK(s.row % 2 == 0);
        CHECK(s.start + 10 <= 60);
        CHECK(s.start + 31 >= 68);
        CHECK(s.sum > found.above);
    }
    for (auto const& s : found.negative) CHECK(s.row % 2 == 1);
    CHECK(std::ranges::is_sorted(found.positive, [](auto const& a, auto const& b) { return a.sum > b.sum; }));
    CHECK(ex::find_seqlets(all, 0, {.most = 7}).positive.size() == 7);
    CHECK_THROWS_WITH(ex::find_seqlets(all, 1), "expected an attributed output from 0 to 0, found 1");
    CHECK_THROWS_WITH(ex::find_seqlets(all, 0, {.window = 151}),
                      "expected windows of 1 to 150 bases and flanks of 0 and more, found 151 and 10");
}

TEST_CASE("stretches are aligned where their similarity is largest, by its definition")
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    for (int i = 0; i < 30; ++i) {
        auto const a = random_stretch(draw, 14), b = random_stretch(draw, 14), r = b.reversed();
        double best = -1;
        for (extent offset = -6; offset <= 6; ++offset)
            best = std::max({best, similarity_slowly(a, b, offset), similarity_slowly(a, r, offset)});
        auto const found = ex::align_seqlets(a, b, r, 6);
        CHECK(found.similarity == doctest::Approx(best));
        CHECK(found.similarity == doctest::Approx(similarity_slowly(a, found.reverse ? r : b, found.offset)));
    }
    auto const a = stretch("NNGATTACA", {0, 0, 1, 2, 1, 1, 2, 1, 1}),
               b = stretch("TGTAATCNN", {1, 1, 2, 1, 1, 2, 1, 0, 0});
    auto const same = ex::align_seqlets(a, b, b.reversed(), 4);
    CHECK(same.similarity == doctest::Approx(1));
    CHECK(same.reverse);
    CHECK(same.offset == 0);
}

TEST_CASE("neighbours are those of all pairs where all are candidates, for any number of threads")
{
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
    std::vector<ex::seqlet_values> all;
    for (int i = 0; i < 25; ++i) all.push_back(random_stretch(draw, 16));
    for (int i = 0; i < 5; ++i) all.push_back(all[static_cast<std::size_t>(i)].reversed());
    auto const edges = ex::neighbours_of(all, 5, {.candidates = 30, .neighbours = 30, .threads = 1});
    CHECK(ex::neighbours_of(all, 5, {.candidates = 30, .neighbours = 30, .threads = 3}) == edges);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> found;
    for (auto const& e : edges) found[{e.a, e.b}] = e.weight;
    for (std::uint32_t i = 0; i < 5; ++i) CHECK(found[{i, i + 25}] == doctest::Approx(1));
    // pairs that share no word at all are no candidates; all others are there
    std::size_t checked = 0;
    for (auto const& [pair, weight] : found) {
        auto const& b = all[pair.second];
        CHECK(weight == doctest::Approx(ex::align_seqlets(all[pair.first], b, b.reversed(), 5).similarity));
        ++checked;
    }
    CHECK(checked > 100);
    // few neighbours are the best of them
    auto const few = ex::neighbours_of(all, 5, {.candidates = 30, .neighbours = 1});
    for (std::uint32_t i = 0; i < 5; ++i)
        CHECK(std::ranges::any_of(few, [i](auto const& e) { return e.a == i && e.b == i + 25; }));
}

TEST_CASE("communities are the planted ones, and no node that moves alone makes the modularity larger")
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    std::vector<ex::seqlet_edge> edges;
    constexpr std::size_t nodes = 40, groups = 4;
    for (std::uint32_t i = 0; i < nodes; ++i)
        for (std::uint32_t j = i + 1; j < nodes; ++j) {
            bool const same = i % groups == j % groups;
            if (draw.uniform() < (same ? 0.8 : 0.1)) edges.push_back({i, j, draw.uniform(0.5, 1)});
        }
    auto group = ex::communities(nodes, edges);
    for (std::size_t i = 0; i < nodes; ++i) CHECK(group[i] == i % groups);
    double const q = ex::modularity(nodes, edges, group);
    CHECK(q > 0.3);
    for (std::size_t i = 0; i < nodes; ++i)
        for (std::size_t g = 0; g < groups; ++g) {
            auto other = group;
            other[i] = g;
            CHECK(ex::modularity(nodes, edges, other) <= q + 1e-12);
        }
    CHECK(ex::communities(3, {}) == std::vector<std::size_t>{0, 1, 2});
    // two triangles with one edge between, by hand: 6 / 7 - 2 (7 / 14)^2
    std::vector<ex::seqlet_edge> const triangles{{0, 1, 1}, {0, 2, 1}, {1, 2, 1}, {2, 3, 1},
                                                 {3, 4, 1}, {3, 5, 1}, {4, 5, 1}};
    auto const two = ex::communities(6, triangles);
    CHECK(two == std::vector<std::size_t>{0, 0, 0, 1, 1, 1});
    CHECK(ex::modularity(6, triangles, two) == doctest::Approx(6.0 / 7 - 0.5));
}

TEST_CASE("planted words of both strands become patterns with their sites, contributions and sign")
{
    auto all = noise(200, 120, 7);
    ex::random_numbers draw{ex::seed{8}, ex::stream::tests};
    struct planted {
        extent n, at;
        bool reverse;
    };
    std::vector<planted> up, down;
    for (extent n = 0; n < 60; ++n) {
        up.push_back({n, static_cast<extent>(draw.below(100)), draw.below(2) == 1});
        plant(all, up.back().n, up.back().at, "TGACTCAGC", 0.2f, up.back().reverse);
        down.push_back({n + 70, static_cast<extent>(draw.below(100)), draw.below(2) == 1});
        plant(all, down.back().n, down.back().at, "CCACGTAA", -0.3f, down.back().reverse);
    }
    auto const patterns = ex::find_patterns(all, 0);
    REQUIRE(patterns.size() == 2);
    CHECK(patterns[0].positive);
    CHECK(!patterns[1].positive);
    for (std::size_t i = 0; i < 2; ++i) {
        auto const& p = patterns[i];
        std::string const word = i == 0 ? "TGACTCAGC" : "CCACGTAA";
        auto const m = ex::motif_of(p, "found");
        bool const turned = consensus(m) == other_strand(word);
        CHECK((turned || consensus(m) == word));
        CHECK(p.sites.size() == 60);
        CHECK(m.sites == 60);
        for (auto const& s : p.sites) {
            auto const& truth = i == 0 ? up : down;
            auto const at =
                std::ranges::find_if(truth, [&](planted const& t) { return std::size_t(t.n) == s.row; });
            REQUIRE(at != truth.end());
            CHECK(s.reverse == (at->reverse != turned));
            auto const width = static_cast<extent>(p.contributions.size());
            CHECK((s.reverse ? s.start + width - static_cast<extent>(p.last)
                             : s.start + static_cast<extent>(p.first)) == at->at);
        }
        for (std::size_t l = p.first; l < p.last; ++l) {
            double sum = 0;
            for (double const x : p.contributions[l]) sum += x;
            CHECK(sum == doctest::Approx(i == 0 ? 0.2 : -0.3));
            for (std::size_t c = 0; c < 4; ++c)
                CHECK(p.hypothetical[l][c] == doctest::Approx(p.contributions[l][c]));
        }
    }
}

namespace {

/// Sequences in which ten motifs are planted on either strand; each adds to a number, three of them less than
/// 0.
struct ten_motifs {
    static constexpr std::size_t length_of_all = 200;
    std::vector<ex::motif> motifs;
    std::vector<double> effects{1, 1, 1, 1, 1, 1, 1, -1, -1, -1};
    ex::packed_sequences sequences;
    std::vector<float> values;

    ten_motifs(std::size_t count, std::uint64_t from)
    {
        std::vector<std::string> const words{"TGACTCAGC",  "CCACGTGACC", "GGGGCGGGA",  "TTATCTAACG",
                                             "ACCGGAAGTG", "CAGCTGTTG",  "TAATTGCAAT", "GTCATAAACC",
                                             "AGGTCAAGGT", "CTATTTTTAG"};
        for (auto const& word : words) {
            ex::motif m;
            m.name = word;
            m.sites = 100;
            for (char const c : word) {
                ex::column p{0.04, 0.04, 0.04, 0.04};
                p[std::string_view{bases}.find(c)] = 0.88;
                m.probabilities.columns.push_back(p);
            }
            motifs.push_back(std::move(m));
        }
        ex::random_numbers draw{ex::seed{from}, ex::stream::tests};
        for (std::size_t i = 0; i < count; ++i) {
            std::string s;
            for (std::size_t k = 0; k < length_of_all; ++k) s += bases[draw.below(4)];
            double value = draw.uniform(-0.3, 0.3);
            std::vector<std::size_t> slots{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
            draw.shuffle(slots);
            for (std::size_t m = 0; m < motifs.size(); ++m) {
                if (draw.uniform() > 0.2) continue;
                std::string word;
                for (auto const& c : motifs[m].probabilities.columns) {
                    double x = draw.uniform();
                    std::size_t b = 0;
                    while (b < 3 && x >= c[b]) x -= c[b++];
                    word += bases[b];
                }
                if (draw.below(2) == 1) word = other_strand(word);
                s.replace(slots[m] * 12 + draw.below(3), word.size(), word);
                value += effects[m];
            }
            sequences.append("s" + std::to_string(i), s);
            values.push_back(static_cast<float>(value));
        }
    }
    std::size_t size() const { return sequences.size(); }
    std::size_t length() const { return length_of_all; }
    std::size_t outputs() const { return 1; }
    void letters_of(std::size_t row, std::span<ex::letter> out) const { sequences.unpack(row, out); }
    void labels_of(std::size_t row, std::span<float> out) const { out[0] = values[row]; }
    bool has_n(std::size_t) const { return false; }

    /// How many motifs have a pattern that Tomtom says is theirs (q at most 0.05 over the ten), with their
    /// sign.
    std::size_t found(std::vector<ex::pattern> const& patterns) const
    {
        std::vector<ex::motif> queries;
        for (auto const& p : patterns) queries.push_back(ex::motif_of(p, "pattern"));
        auto const table = ex::compare_motifs(queries, motifs);
        std::vector<char> there(motifs.size());
        for (std::size_t i = 0; i < queries.size(); ++i) {
            auto const& best = table[i].front();
            if (best.q <= 0.05 && patterns[i].positive == (effects[best.target] > 0)) there[best.target] = 1;
        }
        return static_cast<std::size_t>(std::ranges::count(there, 1));
    }
};

} // namespace

TEST_CASE("of ten planted motifs at least nine become patterns, by mutagenesis and by DeepLIFT of a trained "
          "ExplaiNN")
{
    ten_motifs const data{6000, 11};
    using unit = ex::unit<ex::conv<11>, ex::batch_norm, ex::exponential, ex::max_pool<95>, ex::dense<4>,
                          ex::batch_norm, ex::relu, ex::dense<1>>;
    ex::model<ex::network<ex::dna<200>, ex::bank<50, unit>, ex::linear_head<1>>, ex::cpu<float>> m{
        ex::seed{2}};
    ex::trainer t{m, ex::adam{.learning_rate = 0.01}, ex::mean_squared_error{},
                  ex::training{.epochs = 20, .batch = 100, .both_strands = true}};
    std::vector<std::uint32_t> rows(5000), valid(1000);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = 0; i < valid.size(); ++i) valid[i] = static_cast<std::uint32_t>(5000 + i);
    t.fit(ex::part{data, rows}, ex::part{data, valid});
    MESSAGE("validation loss ", t.state().history.back().valid);
    std::span<std::uint32_t const> const looked_at{rows.data(), 2000};
    ex::part const some{data, looked_at};
    ex::mutagenesis_attribution<ex::cpu<float>> mutate{m};
    auto const by_mutagenesis = ex::find_patterns(attributions(mutate, some), 0);
    MESSAGE("patterns ", by_mutagenesis.size(), ", motifs ", data.found(by_mutagenesis));
    CHECK(data.found(by_mutagenesis) >= 9);
    ex::deep_lift_options how;
    how.shuffles = 3;
    ex::deep_lift<ex::cpu<float>> lift{m, how};
    auto const by_deep_lift = ex::find_patterns(attributions(lift, some), 0);
    MESSAGE("patterns ", by_deep_lift.size(), ", motifs ", data.found(by_deep_lift));
    CHECK(data.found(by_deep_lift) >= 9);
}
