#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include <explainn/interpret/distribution.hpp>
#include <explainn/interpret/umap.hpp>
#include <explainn/interpret/weight_order.hpp>

namespace ex = explainn;

namespace {

std::vector<float> random_points(std::size_t count, std::uint64_t from)
{
    ex::random_numbers draw{ex::seed{from}, ex::stream::tests};
    std::vector<float> x(count);
    for (float& v : x) v = static_cast<float>(draw.uniform(-1, 1));
    return x;
}

} // namespace

TEST_CASE("a distribution by hand, as NumPy's quantiles; scaled as its numbers would be")
{
    std::vector<float> x{4, 1, 3, 2};
    auto const d = ex::distribution_of(x, 3);
    CHECK(d.count == 4);
    CHECK(d.least == 1);
    CHECK(d.lower_quartile == 1.75); // numpy.quantile([1, 2, 3, 4], 0.25)
    CHECK(d.middle == 2.5);
    CHECK(d.upper_quartile == 3.25);
    CHECK(d.most == 4);
    CHECK(d.mean == 2.5);
    CHECK(d.bins == std::vector<std::uint32_t>{1, 1, 2});
    auto const turned = ex::scaled(d, -2);
    std::vector<double> y{-8, -2, -6, -4};
    auto const direct = ex::distribution_of(y, 3);
    CHECK(turned.least == direct.least);
    CHECK(turned.lower_quartile == direct.lower_quartile);
    CHECK(turned.upper_quartile == direct.upper_quartile);
    CHECK(turned.most == direct.most);
    CHECK(turned.bins == std::vector<std::uint32_t>{2, 1, 1});
    std::vector<float> none, one{7}, bad{1, INFINITY};
    CHECK(std::isnan(ex::distribution_of(none).middle));
    CHECK(ex::distribution_of(one).middle == 7);
    CHECK_THROWS_WITH(ex::distribution_of(bad),
                      "expected finite numbers for a distribution, found one that is not");
}

TEST_CASE("principal components by hand: a line, and a plane that two directions span")
{
    // points on the line (3, 4) t: one component of variance 25 var(t), the other of none
    std::vector<float> line;
    for (int t = -2; t <= 2; ++t)
        line.insert(line.end(), {static_cast<float>(3 * t + 1), static_cast<float>(4 * t - 7)});
    auto const p = ex::principal_components_of(line, 5, 2, 2);
    CHECK(p.variances[0] == doctest::Approx(62.5)); // 25 * 10 / 4
    CHECK(p.variances[1] == doctest::Approx(0));
    CHECK(p.share(0) == doctest::Approx(1));
    CHECK(p.directions[0] == doctest::Approx(0.6));
    CHECK(p.directions[1] == doctest::Approx(0.8));
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(p.at(i, 0) == doctest::Approx(5 * (static_cast<double>(i) - 2)));
    CHECK_THROWS_WITH(ex::principal_components_of(line, 5, 2, 3),
                      "expected 1 to 2 principal components, found 3");
    CHECK_THROWS_WITH(ex::principal_components_of(line, 4, 2, 1),
                      "expected 4 x 2 numbers for principal components, found 10");
}

TEST_CASE("principal components satisfy what defines them: eigenvectors of the covariance, the largest first")
{
    std::size_t const n = 60, d = 40;
    auto const x = random_points(n * d, 3);
    auto const p = ex::principal_components_of(x, n, d, 4);
    std::vector<double> mean(d);
    for (std::size_t i = 0; i < x.size(); ++i) mean[i % d] += static_cast<double>(x[i]) / n;
    auto const covariance = [&](std::size_t a, std::size_t b) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i)
            sum +=
                (static_cast<double>(x[i * d + a]) - mean[a]) * (static_cast<double>(x[i * d + b]) - mean[b]);
        return sum / (n - 1);
    };
    double trace = 0;
    for (std::size_t k = 0; k < d; ++k) trace += covariance(k, k);
    CHECK(p.total_variance == doctest::Approx(trace));
    for (std::size_t c = 0; c < 4; ++c) {
        for (std::size_t a = 0; a < d; ++a) {
            double image = 0;
            for (std::size_t b = 0; b < d; ++b) image += covariance(a, b) * p.directions[c * d + b];
            CHECK(image == doctest::Approx(p.variances[c] * p.directions[c * d + a]).epsilon(1e-6));
        }
        double square = 0; // the variance of the coordinates is what is said
        for (std::size_t i = 0; i < n; ++i) square += p.at(i, c) * p.at(i, c);
        CHECK(square / (n - 1) == doctest::Approx(p.variances[c]).epsilon(1e-8));
        if (c > 0) CHECK(p.variances[c] <= p.variances[c - 1]);
    }
    // no direction is missed: the whole of a small matrix adds up to its trace
    auto const all = ex::principal_components_of(x, n * 8, 5, 5);
    double sum = 0;
    for (double const v : all.variances) sum += v;
    CHECK(sum == doctest::Approx(all.total_variance));
}

TEST_CASE("neighbours are those of all distances, for any threads; equals by their number")
{
    std::size_t const n = 50, d = 11, k = 7;
    auto const x = random_points(n * d, 8);
    auto const near = ex::nearest_neighbours(x, n, d, k, ex::thread_pool{ex::threads{1}});
    auto const again = ex::nearest_neighbours(x, n, d, k, ex::thread_pool{ex::threads{3}});
    CHECK(near.points_near == again.points_near);
    CHECK(near.distances == again.distances);
    for (std::size_t p = 0; p < n; ++p) {
        std::vector<std::pair<double, std::uint32_t>> all;
        for (std::size_t q = 0; q < n; ++q) {
            if (q == p) continue;
            double sum = 0;
            for (std::size_t i = 0; i < d; ++i)
                sum += std::pow(static_cast<double>(x[p * d + i]) - static_cast<double>(x[q * d + i]), 2);
            all.emplace_back(std::sqrt(sum), static_cast<std::uint32_t>(q));
        }
        std::sort(all.begin(), all.end());
        for (std::size_t j = 0; j < k; ++j) {
            CHECK(near.points_near[p * k + j] == all[j].second);
            CHECK(near.distances[p * k + j] == doctest::Approx(all[j].first).epsilon(1e-5));
        }
    }
    std::vector<float> const same(12, 1.f); // four points at one place
    auto const ties = ex::nearest_neighbours(same, 4, 3, 2);
    CHECK(ties.points_near == std::vector<std::uint32_t>{1, 2, 0, 2, 0, 1, 0, 1});
    CHECK_THROWS_WITH(ex::nearest_neighbours(same, 4, 3, 4),
                      "expected 1 to 3 neighbours of 4 points, found 4");
}

TEST_CASE("the graph of neighbours: weights add up to log2 k, both directions are joined")
{
    // on a line at 0, 1, 3, 7: two neighbours each, sums of log2(2) = 1 leave the second neighbour with
    // almost nothing
    std::vector<float> const x{0, 1, 3, 7};
    auto const near = ex::nearest_neighbours(x, 4, 1, 2);
    auto const edges = ex::neighbour_graph(near);
    REQUIRE(edges.size() == 5);
    CHECK(edges[0].a == 0);
    CHECK(edges[0].b == 1);
    CHECK(edges[0].weight == doctest::Approx(1)); // each is the other's nearest
    // with three neighbours each sum of weights of a point is log2(3), the nearest counts 1
    auto const three = ex::nearest_neighbours(random_points(40, 4), 20, 2, 3);
    double directed = 0;
    for (auto const& e : ex::neighbour_graph(three)) {
        CHECK(e.a < e.b);
        CHECK(e.weight > 0);
        CHECK(e.weight <= 1 + 1e-12);
        directed += e.weight;
    }
    CHECK(directed < 20 * std::log2(3)); // a + b - ab joins, so less than the sum of both directions
    CHECK(directed > 20 * std::log2(3) / 2);
}

TEST_CASE("UMAP: the same bits by seed and any threads; clusters stay together and apart")
{
    std::size_t const each = 40, clusters = 3, d = 10;
    auto x = random_points(each * clusters * d, 5);
    for (std::size_t i = 0; i < each * clusters; ++i) x[i * d + i / each] += 12;
    std::size_t const n = each * clusters;
    auto const a = ex::umap(x, n, d, {.epochs = 200, .from = ex::seed{7}}, ex::thread_pool{ex::threads{1}});
    auto const b = ex::umap(x, n, d, {.epochs = 200, .from = ex::seed{7}}, ex::thread_pool{ex::threads{3}});
    auto const c = ex::umap(x, n, d, {.epochs = 200, .from = ex::seed{8}});
    CHECK(std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
    CHECK(std::memcmp(a.data(), c.data(), a.size() * sizeof(double)) != 0);
    for (std::size_t p = 0; p < n; ++p) { // the nearest on the map is of the same cluster
        std::size_t best = n;
        double least = INFINITY;
        for (std::size_t q = 0; q < n; ++q) {
            double const far = std::hypot(a[2 * p] - a[2 * q], a[2 * p + 1] - a[2 * q + 1]);
            if (q != p && far < least) {
                least = far;
                best = q;
            }
        }
        CHECK(best / each == p / each);
    }
    // of neighbours in ten dimensions most are near on the map: a map without attraction would keep one in
    // eight
    auto const before = ex::nearest_neighbours(x, n, d, 15);
    std::vector<float> const flat(a.begin(), a.end());
    auto const after = ex::nearest_neighbours(flat, n, 2, 15);
    std::size_t kept = 0;
    for (std::size_t p = 0; p < n; ++p)
        for (std::size_t j = 0; j < 15; ++j)
            for (std::size_t k = 0; k < 15; ++k)
                kept += before.points_near[p * 15 + j] == after.points_near[p * 15 + k];
    CHECK(static_cast<double>(kept) / static_cast<double>(n * 15) > 0.5);
    CHECK(ex::umap({}, 0, 3).empty());
    CHECK(ex::umap(std::span{x}.first(3 * d), 3, d).size() == 6);
}

TEST_CASE("units and tasks beside those that are like them")
{
    // two kinds of units, mixed: the order puts each kind together; tasks 0 and 2 are alike
    ex::unit_task_table const table{5, 3, {5, 0, 5, 0, 7, 0, 5.1, 0, 5.2, 0, 7.1, 0.1, 5, 0.1, 5}};
    auto const order = ex::clustered_order(table);
    CHECK(order.units == std::vector<std::size_t>{0, 4, 2, 1, 3});
    CHECK(order.tasks == std::vector<std::size_t>{0, 2, 1});
    CHECK(ex::clustered_order({1, 1, {NAN}}).units == std::vector<std::size_t>{0});
    CHECK(ex::clustered_order({0, 2, {}}).units.empty());
}
