// Similarity, trees, clusters, archetypes, choice, scores.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include <explainn/motif/choose.hpp>
#include <explainn/motif/cluster.hpp>
#include <explainn/motif/score.hpp>

#include "motif_data.hpp"

namespace {
using namespace motif_data;

// makes the tree by comparing all pairs of clusters each time
std::vector<double> slow_heights(std::vector<double> const& d, std::size_t n, ex::linkage how)
{
    std::vector<std::vector<std::size_t>> clusters;
    for (std::size_t i = 0; i < n; ++i) clusters.push_back({i});
    std::vector<double> heights;
    while (clusters.size() > 1) {
        double least = 1e300;
        std::size_t a = 0, b = 0;
        for (std::size_t x = 0; x < clusters.size(); ++x)
            for (std::size_t y = x + 1; y < clusters.size(); ++y) {
                double sum = 0, most = 0;
                for (std::size_t const i : clusters[x])
                    for (std::size_t const j : clusters[y]) {
                        sum += d[i * n + j];
                        most = std::max(most, d[i * n + j]);
                    }
                double const far = how == ex::linkage::complete
                                       ? most
                                       : sum / static_cast<double>(clusters[x].size() * clusters[y].size());
                if (far < least) {
                    least = far;
                    a = x;
                    b = y;
                }
            }
        heights.push_back(least);
        clusters[a].insert(clusters[a].end(), clusters[b].begin(), clusters[b].end());
        clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
    }
    return heights;
}

TEST_CASE("trees have the heights that all pairs of clusters give")
{
    ex::random_numbers draw{ex::seed{31}, ex::stream::tests};
    for (std::size_t const n : {1u, 2u, 3u, 17u, 40u}) {
        std::vector<double> d(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < i; ++j) d[i * n + j] = d[j * n + i] = draw.uniform();
        for (auto const how : {ex::linkage::average, ex::linkage::complete}) {
            auto const tree = ex::grow_tree(d, n, how);
            auto const heights = slow_heights(d, n, how);
            REQUIRE(tree.joins.size() == heights.size());
            for (std::size_t k = 0; k < heights.size(); ++k)
                CHECK(tree.joins[k].height == doctest::Approx(heights[k]));
            if (n > 1) {
                CHECK(tree.joins.back().size == n);
                CHECK(ex::leaves_of_nodes(tree).back().size() == n);
            }
            auto const all = ex::cut(tree, 2), none = ex::cut(tree, -1);
            CHECK(std::set<std::size_t>(all.begin(), all.end()).size() == 1);
            CHECK(std::set<std::size_t>(none.begin(), none.end()).size() == n);
        }
    }
}

TEST_CASE("newick text")
{
    std::vector<double> const d{0, 1, 4, 1, 0, 4, 4, 4, 0};
    auto const tree = ex::grow_tree(d, 3, ex::linkage::average);
    std::vector<std::string> const names{"a", "b c", "d'e"};
    CHECK(ex::newick(tree, names) == "('d''e':4,(a:1,'b c':1):3);\n");
    CHECK_THROWS_AS(ex::newick(tree, std::vector<std::string>{"a"}), ex::error);
    auto forest = tree;
    forest.joins.pop_back();
    auto const parts = ex::parts(forest);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].leaves == std::vector<std::size_t>{0, 1});
    CHECK(ex::newick(parts[0].tree, std::vector<std::string>{"a", "b"}) == "(a:1,b:1);\n");
    CHECK(ex::newick(parts[1].tree, std::vector<std::string>{"c"}) == "c;\n");
}

TEST_CASE("adjusted Rand index by hand")
{
    using labels = std::vector<std::size_t>;
    CHECK(ex::adjusted_rand_index(labels{0, 0, 1, 1}, labels{1, 1, 0, 0}) == 1);
    CHECK(ex::adjusted_rand_index(labels{0, 0, 1, 2}, labels{0, 0, 1, 1}) == doctest::Approx(0.5714285714));
    CHECK(ex::adjusted_rand_index(labels{0, 0, 1, 1}, labels{0, 1, 0, 1}) == doctest::Approx(-0.5));
}

TEST_CASE("an alignment finds a shifted and turned motif, seen from either side")
{
    ex::random_numbers draw{ex::seed{32}, ex::stream::tests};
    ex::motif const a = random_motif(draw, 12, "a");
    ex::motif b = a;
    b.probabilities.columns.erase(b.probabilities.columns.begin(), b.probabilities.columns.begin() + 3);
    auto const straight = ex::align(a.probabilities, b.probabilities);
    CHECK(straight.offset == 3);
    CHECK(straight.overlap == 9);
    CHECK(!straight.reverse);
    CHECK(straight.correlation == doctest::Approx(1));
    CHECK(straight.similarity == doctest::Approx(9.0 / 12));
    b = ex::reverse_complement(b);
    ex::similarity_matrix const both{std::vector{a, b}};
    CHECK(both.at(0, 1).reverse);
    CHECK(both.at(0, 1).offset == 3);
    auto const back = ex::align(b.probabilities, a.probabilities);
    CHECK(both.at(1, 0).offset == back.offset);
    CHECK(both.at(1, 0).overlap == back.overlap);
    CHECK(both.at(1, 0).similarity == doctest::Approx(back.similarity));
}

TEST_CASE("an archetype is the mean of what is aligned")
{
    ex::random_numbers draw{ex::seed{33}, ex::stream::tests};
    ex::motif const a = random_motif(draw, 10, "a");
    ex::motif const turned = ex::reverse_complement(a);
    std::vector<ex::motif> const motifs{a, turned, a};
    ex::similarity_matrix const similar{motifs};
    auto const mean = ex::archetype(motifs, similar, std::vector<std::size_t>{0, 1, 2});
    REQUIRE(mean.width() == 10);
    for (std::size_t i = 0; i < 10; ++i)
        for (std::size_t k = 0; k < 4; ++k)
            CHECK(mean.probabilities.columns[i][k] == doctest::Approx(a.probabilities.columns[i][k]));
    CHECK(mean.sites == doctest::Approx(3 * a.sites));
    CHECK(ex::archetype(motifs, similar, std::vector<std::size_t>{1}) == turned);
}

TEST_CASE("JASPAR's profiles fall into JASPAR's clusters" * doctest::test_suite("long"))
{
    auto const& motifs = jaspar();
    std::map<std::string, std::size_t> cluster_of;
    for (auto const& row : table(golden / "leaf_to_cluster.tab.gz", false)) {
        std::string name = row[0].substr(row[0].rfind("_MA") + 1);
        name[name.rfind('_')] = '.';
        cluster_of[name] = std::stoul(row[1]);
    }
    std::vector<std::size_t> truth;
    for (ex::motif const& m : motifs) truth.push_back(cluster_of.at(m.name));
    auto const clusters = ex::cluster_motifs(motifs);
    CHECK(clusters.count() == 118);
    CHECK(ex::adjusted_rand_index(clusters.labels, truth) > 0.94);
    ex::cluster_options options;
    options.threads = 1;
    CHECK(ex::cluster_motifs(motifs, options).labels == clusters.labels);
    // another order of motifs gives the same clusters
    std::vector<ex::motif> turned(motifs.rbegin(), motifs.rend());
    auto labels = ex::cluster_motifs(turned).labels;
    std::reverse(labels.begin(), labels.end());
    CHECK(ex::adjusted_rand_index(labels, clusters.labels) == 1);
}

TEST_CASE("iterative merging and complete linkage find plain groups too")
{
    ex::random_numbers draw{ex::seed{34}, ex::stream::tests};
    std::vector<ex::motif> motifs;
    std::vector<std::size_t> truth;
    for (std::size_t family = 0; family < 5; ++family) {
        ex::motif const base = random_motif(draw, 12, "f");
        for (int copy = 0; copy < 6; ++copy) {
            ex::motif m = base;
            m.name += std::to_string(motifs.size());
            for (auto& c : m.probabilities.columns) {
                double sum = 0;
                for (double& x : c) sum += x += 0.05 * draw.uniform();
                for (double& x : c) x /= sum;
            }
            if (copy % 2 == 1) m = ex::reverse_complement(m);
            motifs.push_back(m);
            truth.push_back(family);
        }
    }
    for (auto const how : {ex::clustering::average, ex::clustering::complete, ex::clustering::iterative}) {
        ex::cluster_options options;
        options.how = how;
        auto const c = ex::cluster_motifs(motifs, options);
        CHECK(ex::adjusted_rand_index(c.labels, truth) == 1);
        CHECK(c.count() == 5);
        std::vector<std::vector<double>> const weights(motifs.size(), {1.0, -0.5});
        auto const groups = ex::redundant_filters(motifs, weights, options);
        REQUIRE(groups.size() == 5);
        for (auto const& g : groups) {
            CHECK(g.filters.size() == 6);
            CHECK(g.weights[0] == doctest::Approx(6));
            CHECK(g.weights[1] == doctest::Approx(-3));
        }
    }
    CHECK(ex::cluster_motifs(std::vector<ex::motif>{}).labels.empty());
    CHECK(ex::cluster_motifs(std::vector{motifs[0]}).labels == std::vector<std::size_t>{0});

    // the farthest points: one of each family
    auto const chosen = ex::choose_diverse(motifs, 5);
    std::set<std::size_t> families;
    for (std::size_t const i : chosen) families.insert(truth[i]);
    CHECK(families.size() == 5);
    CHECK(ex::choose_diverse(motifs, motifs.size()).size() == motifs.size());
    CHECK_THROWS_AS(ex::choose_diverse(motifs, 31), ex::error);
    std::vector<ex::motif> turned(motifs.rbegin(), motifs.rend());
    auto const again = ex::choose_diverse(turned, 5);
    for (std::size_t k = 0; k < 5; ++k) CHECK(turned[again[k]].name == motifs[chosen[k]].name);
}

TEST_CASE("a motif tells the sequences it stands in from others")
{
    ex::motif const ctcf =
        *std::find_if(jaspar().begin(), jaspar().end(), [](auto const& m) { return m.name == "MA0139.1"; });
    ex::random_numbers draw{ex::seed{35}, ex::stream::tests};
    ex::packed_sequences s;
    std::vector<std::vector<double>> labels(3);
    std::string word;
    for (auto const& c : ctcf.probabilities.columns)
        word += "ACGT"[std::max_element(c.begin(), c.end()) - c.begin()];
    for (int i = 0; i < 200; ++i) {
        std::string bases = random_bases(draw, 100);
        bool const positive = i % 4 == 0;
        if (positive) bases.replace(30, word.size(), word);
        s.append("s", bases);
        labels[0].push_back(positive);
        labels[1].push_back(i % 3 == 0 ? std::nan("") : static_cast<double>(!positive));
        labels[2].push_back(positive ? 10 + draw.uniform() : draw.uniform());
    }
    ex::score_matrix const matrix{ctcf, {}, 0.1};
    ex::windowed_sequences const windows{s};
    for (auto const by : {ex::motif_ranking::best_hit, ex::motif_ranking::occupancy}) {
        auto const q = ex::score_motif(matrix, windows, labels, by);
        CHECK(q[0].auroc == 1);
        CHECK(q[0].auprc == 1);
        CHECK(q[1].auroc == 0);
        CHECK(q[2].spearman > 0.5);
        CHECK(std::isnan(q[2].auroc)); // no value is four deviations above the mean
    }
}

} // namespace
