// motif_scan and motif_scan_gradient.
#include <doctest/doctest.h>

#include "agreement.hpp"
#include "scan_cases.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

enum class weights { whole, exact, rough };

// A case on memory d: a scan that keeps, one that does not and one that tells the winners. The numbers decide
// whether places must be equal to the last one.
template <class D>
void scan(D& d, test::scan_case const& c, weights kind, bool places, bool inference = false)
{
    using T = typename D::T;
    ex::op::scan_winners<T> a{};
    a.sequences = d.letters(c.n, c.length, c.has_n);
    a.has_n = c.has_n;
    a.weight = kind == weights::whole   ? d.whole(c.units, 4, c.width)
               : kind == weights::exact ? d.random(c.units, 4, c.width)
                                        : d.rough(c.units, 4, c.width);
    a.scale = d.random(c.units);
    a.shift = d.random(c.units);
    a.act = c.act;
    a.pool = c.pool;
    a.stride = c.stride;
    ex::op::motif_scan<T> b{.sequences = a.sequences,
                            .has_n = a.has_n,
                            .weight = a.weight,
                            .scale = a.scale,
                            .shift = a.shift,
                            .act = a.act,
                            .pool = a.pool,
                            .stride = a.stride,
                            .y = d.out("y", c.units, c.n, c.cells())};
    if (!inference) b.kept = d.kept(b, c.units);
    run(d.backend, b);
    if (inference) return;
    a.y = d.out("y beside its winners", c.units, c.n, c.cells());
    a.at = places ? d.template out<std::uint16_t>("at", c.units, c.n, c.cells())
                  : d.template values<std::uint16_t>(std::vector<int>(a.y.count()), c.units, c.n, c.cells());
    run(d.backend, a);
}

// A gradient at values that a scan of doubles gave, and at the winners of this backend: the same, as sums are
// exact.
template <class D>
void scan_gradient(D& d, test::scan_case const& c, bool norm, bool batch_statistics, bool mark_n)
{
    using T = typename D::T;
    extent const u = c.units, w = c.width, p = c.cells();
    ex::op::motif_scan_gradient<T> a{};
    a.sequences = d.letters(c.n, c.length, c.has_n);
    a.has_n = c.has_n || mark_n;
    a.weight = d.random(u, 4, w);
    a.scale = norm ? d.random(u) : d.template values<T>(std::vector<int>(std::size_t(u), 1), u);
    auto const given_shift = d.random(u);
    a.bias = d.random(u);
    auto const count =
        static_cast<std::size_t>(u) * static_cast<std::size_t>(c.n) * static_cast<std::size_t>(p);
    std::vector<double> y(count);
    {
        // by the double reference, so that every backend gets the same
        ex::reference<double> slow;
        auto const wide = [&](auto v) {
            auto const host = d.read(v);
            return std::vector<double>(host.begin(), host.end());
        };
        auto const s = d.read(a.sequences);
        auto const wd = wide(a.weight), scale = wide(a.scale), shift = wide(given_shift);
        run(slow, ex::op::motif_scan<double>{.sequences = {s.data(), c.n, c.length},
                                             .weight = {wd.data(), u, 4, w},
                                             .scale = {scale.data(), u},
                                             .shift = {shift.data(), u},
                                             .act = c.act,
                                             .pool = c.pool,
                                             .stride = c.stride,
                                             .y = {y.data(), u, c.n, p}});
    }
    ex::op::motif_scan<T> forward{.sequences = a.sequences,
                                  .has_n = a.has_n,
                                  .weight = a.weight,
                                  .scale = a.scale,
                                  .shift = given_shift,
                                  .act = c.act,
                                  .pool = c.pool,
                                  .stride = c.stride,
                                  .y = d.out("y", u, c.n, p)};
    a.kept = forward.kept = d.kept(forward, u);
    run(d.backend, forward);
    a.y = d.template values<T>(y, u, c.n, p);
    a.dy = d.rough(u, c.n, p);
    a.act = c.act;
    if (norm) {
        a.mean = d.random(u);
        a.inv_sd = d.positive(u);
    }
    a.batch_statistics = batch_statistics;
    if (batch_statistics) {
        std::vector<double> m(static_cast<std::size_t>(4 * w));
        for (auto& x : m) x = d.draw.uniform();
        a.window_mean = d.template values<double>(m, 4 * w);
        a.covariance_weight = d.random(u, 4 * w);
    }
    a.dweight = d.out("dweight", u, 4, w);
    a.dbias = d.out("dbias", u);
    if (norm) {
        a.dgamma = d.out("dgamma", u);
        a.dbeta = d.out("dbeta", u);
    }
    run(d.backend, a);
}

} // namespace

TEST_CASE(
    "motif_scan by hand: the first extremum wins, N counts as zeros, a negative scale takes the minimum")
{
    ex::reference<double> b;
    std::vector<ex::letter> const s{0, 4, 1, 0, 1, 2};        // A N C A C G
    std::vector<double> const weight{1, 0, 0, 2, 0, -1, 0, 0, // "AC": 1 + 2, G first: 0, G second -1
                                     1, 0, 0, 2, 0, -1, 0, 0};
    std::vector<double> const scale{2, -2}, shift{0.5, 0.5};
    std::vector<double> y(4);
    std::vector<std::uint16_t> at(4);
    // windows AN NC CA AC CG: 1 2 0 3 -1; cells of 3 at every second window: (1 2 0), (0 3 -1)
    run(b, ex::op::scan_winners<double>{.sequences = {s.data(), 1, 6},
                                        .weight = {weight.data(), 2, 4, 2},
                                        .scale = {scale.data(), 2},
                                        .shift = {shift.data(), 2},
                                        .act = ex::activation::relu,
                                        .pool = 3,
                                        .stride = 2,
                                        .y = {y.data(), 2, 1, 2},
                                        .at = {at.data(), 2, 1, 2}});
    CHECK(at == std::vector<std::uint16_t>{1, 3, 2, 4});
    CHECK(y == std::vector<double>{4.5, 6.5, 0.5, 2.5});
}

TEST_CASE_TEMPLATE("motif_scan", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 1000;
    for (auto const& c : test::scan_cases()) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) { scan(d, c, weights::whole, true); });
        test::agrees<B>(number++, [&](auto& d) { scan(d, c, weights::exact, true); });
    }
}

TEST_CASE_TEMPLATE("motif_scan of weights whose sums round", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 2000;
    for (auto const& c : test::scan_cases())
        if (c.width >= 8) {
            CAPTURE(c);
            test::agrees<B>(number++, [&](auto& d) { scan(d, c, weights::rough, false); });
        }
}

TEST_CASE_TEMPLATE("motif_scan at inference, without places", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 3000;
    for (auto const& c : test::scan_cases())
        if (c.width % 3 != 0) {
            CAPTURE(c);
            test::agrees<B>(number++, [&](auto& d) { scan(d, c, weights::exact, true, true); });
        }
}

TEST_CASE_TEMPLATE("motif_scan told of N where there is none", B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    {
        test::on_device<B> d{b, 9};
        extent const u = 17, n = 3, length = 50, w = 19, p = 4;
        auto const s = d.letters(n, length, false);
        auto const weight = d.rough(u, 4, w);
        auto const scale = d.random(u), shift = d.random(u);
        std::vector<std::vector<T>> y;
        for (bool const told : {true, false}) {
            auto const to = d.out("y", u, n, p);
            run(b, ex::op::motif_scan<T>{.sequences = s,
                                         .has_n = told,
                                         .weight = weight,
                                         .scale = scale,
                                         .shift = shift,
                                         .pool = 8,
                                         .stride = 8,
                                         .y = to});
            y.push_back(d.read(to));
        }
        for (std::size_t i = 0; i < y[0].size(); ++i)
            CHECK(y[0][i] == doctest::Approx(y[1][i]).epsilon(test::tolerance<T>));
    }
}

TEST_CASE_TEMPLATE("motif_scan_gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 4000;
    for (auto const& c : test::scan_cases()) {
        CAPTURE(c);
        bool const mark_n = number % 4 == 0;
        test::agrees<B>(number++, [&](auto& d) { scan_gradient(d, c, true, true, mark_n); });
        bool const norm = number % 3 == 0;
        test::agrees<B>(number++, [&](auto& d) { scan_gradient(d, c, norm, false, mark_n); });
    }
}
