// Scans of both strands: against reference, against one strand at a time, and what is promised to the bit.
#include <doctest/doctest.h>

#include "agreement.hpp"
#include "scan_cases.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

template <class B>
constexpr bool has_both = ex::runs<B, ex::op::symmetric_scan>;

// (N, L) letters and, behind them, their reverse complements.
template <class D>
ex::view<ex::letter, 2> with_reverses(D& d, ex::view<ex::letter, 2> sequences)
{
    extent const n = sequences.size(0), length = sequences.size(1);
    auto all = d.read(sequences);
    for (extent i = 0; i < n; ++i)
        for (extent k = 0; k < length; ++k)
            all.push_back(ex::complement(all[static_cast<std::size_t>(i * length + length - 1 - k)]));
    return d.template values<ex::letter>(all, 2 * n, length);
}

// A case on memory d: y, and the places where `places`.
template <class D, class Weights>
auto scan(D& d, test::scan_case const& c, ex::view<ex::letter, 2> s, Weights weight, bool places,
          bool prepare = false)
{
    using T = typename D::T;
    extent const n = s.size(0);
    ex::op::symmetric_scan<T> a{.sequences = s,
                                .has_n = c.has_n,
                                .prepared = prepare ? d.prepared(s, c.has_n, true) : ex::own_bytes{},
                                .weight = weight,
                                .scale = d.random(c.units),
                                .shift = d.random(c.units),
                                .act = c.act,
                                .pool = c.pool,
                                .stride = c.stride,
                                .y = d.out("y", c.units, n, c.cells())};
    if (places) {
        auto const at = d.template out<std::uint16_t>("at", c.units, n, c.cells());
        REQUIRE(ex::kept_bytes(d.backend, a) == sizeof(std::uint16_t) * at.stride());
        a.kept = {reinterpret_cast<std::byte*>(at.data), sizeof(std::uint16_t) * at.stride()};
    }
    run(d.backend, a);
    return a;
}

template <class D>
void scan_gradient(D& d, test::scan_case const& c, bool norm, bool batch_statistics, bool prepare)
{
    using T = typename D::T;
    extent const u = c.units, w = c.width, p = c.cells();
    auto const s = d.letters(c.n, c.length, c.has_n);
    // sums of these are exact, so that every backend keeps the same places
    ex::op::symmetric_scan_gradient<T> a{};
    auto const forward = scan(d, c, s, d.random(u, 4, w), true, prepare);
    a.sequences = s;
    a.has_n = c.has_n;
    a.prepared = forward.prepared;
    a.weight = forward.weight;
    a.y = d.positive(u, c.n, p);
    a.dy = d.rough(u, c.n, p);
    a.kept = forward.kept;
    a.act = c.act;
    a.scale = forward.scale;
    a.bias = d.random(u);
    if (norm) a.mean = d.random(u), a.inv_sd = d.positive(u);
    a.batch_statistics = batch_statistics;
    if (batch_statistics) {
        std::vector<double> m(static_cast<std::size_t>(4 * w));
        for (auto& x : m) x = d.draw.uniform();
        a.window_mean = d.template values<double>(m, 4 * w);
        a.covariance_weight = d.random(u, 4 * w);
    }
    a.dweight = d.out("dweight", u, 4, w);
    a.dbias = d.out("dbias", u);
    if (norm) a.dgamma = d.out("dgamma", u), a.dbeta = d.out("dbeta", u);
    run(d.backend, a);
}

} // namespace

TEST_CASE("symmetric_scan by hand: the given strand wins ties, N counts as zeros, a negative scale takes the "
          "minimum")
{
    ex::reference<double> b;
    std::vector<ex::letter> const s{0, 4, 1, 0, 1, 2};        // A N C A C G
    std::vector<double> const weight{1, 0, 0, 2, 0, -1, 0, 0, // "AC": 1 + 2; the other strand's is "GT"
                                     1, 0, 0, 2, 0, -1, 0, 0};
    std::vector<double> const scale{2, -2}, shift{0.5, 0.5};
    std::vector<double> y(4);
    std::vector<std::uint16_t> at(4);
    // windows AN NC CA AC CG: 1 2 0 3 -1; their reverse complements NT GN TG GT CG: 0 0 -1 0 -1
    run(b, ex::op::symmetric_scan<double>{.sequences = {s.data(), 1, 6},
                                          .weight = {weight.data(), 2, 4, 2},
                                          .scale = {scale.data(), 2},
                                          .shift = {shift.data(), 2},
                                          .act = ex::activation::identity,
                                          .pool = 3,
                                          .stride = 2,
                                          .y = {y.data(), 2, 1, 2},
                                          .kept = {reinterpret_cast<std::byte*>(at.data()), 4}});
    // the minima: -1 of TG at window 2; then TG at window 2 again, before both strands of CG
    CHECK(at == std::vector<std::uint16_t>{2, 6, 5, 5});
    CHECK(y == std::vector<double>{4.5, 6.5, 2.5, 2.5});
}

TEST_CASE_TEMPLATE("symmetric_scan", B, EXPLAINN_TEST_BACKENDS)
{
    if constexpr (has_both<B>) {
        std::uint32_t number = 21000;
        for (auto const& c : test::scan_cases()) {
            CAPTURE(c);
            auto const letters = [&c](auto& d) { return d.letters(c.n, c.length, c.has_n); };
            test::agrees<B>(number++,
                            [&](auto& d) { scan(d, c, letters(d), d.whole(c.units, 4, c.width), true); });
            test::agrees<B>(number++, [&](auto& d) {
                scan(d, c, letters(d), d.random(c.units, 4, c.width), true, true);
            });
            test::agrees<B>(number++,
                            [&](auto& d) { scan(d, c, letters(d), d.rough(c.units, 4, c.width), false); });
        }
    }
}

TEST_CASE_TEMPLATE("symmetric_scan_gradient", B, EXPLAINN_TEST_BACKENDS)
{
    if constexpr (has_both<B>) {
        std::uint32_t number = 24000;
        for (auto const& c : test::scan_cases()) {
            CAPTURE(c);
            bool const norm = number % 3 == 0, prepare = number % 4 == 0;
            test::agrees<B>(number++, [&](auto& d) { scan_gradient(d, c, true, true, prepare); });
            test::agrees<B>(number++, [&](auto& d) { scan_gradient(d, c, norm, false, prepare); });
        }
    }
}

TEST_CASE_TEMPLATE("a sequence and its reverse complement give the same bits", B, EXPLAINN_TEST_BACKENDS)
{
    if constexpr (has_both<B>) {
        std::uint32_t number = 27000;
        int global = 0, tiled = 0;
        for (auto c : test::scan_cases())
            for (bool const one_cell : {true, false}) {
                extent const windows = c.length - c.width + 1;
                if (one_cell) c.pool = c.stride = windows;
                // else cells are the same from either end only where none is cut off
                else if ((windows - c.pool) % c.stride != 0) continue;
                ++(one_cell ? global : tiled);
                CAPTURE(c);
                for (auto* const b : test::same_bits<B>::backends()) {
                    test::on_device<B> d{*b, number};
                    auto const both = with_reverses(d, d.letters(c.n, c.length, c.has_n));
                    auto const y = d.read(scan(d, c, both, d.rough(c.units, 4, c.width), false).y);
                    auto const cells = static_cast<std::size_t>(c.cells()), n = static_cast<std::size_t>(c.n);
                    bool same = true;
                    for (std::size_t i = 0; i < y.size(); ++i) {
                        std::size_t const p = i % cells, row = i / cells % (2 * n);
                        if (row < n) same = same && y[i] == y[i + n * cells + cells - 1 - 2 * p];
                    }
                    CHECK(same);
                }
                ++number;
            }
        CHECK(global > 40);
        CHECK(tiled > 15);
    }
}

TEST_CASE_TEMPLATE("the statistics of both strands are those of the sequences and their reverse complements",
                   B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    if constexpr (has_both<B>) {
        B b;
        for (bool const has_n : {false, true})
            for (extent const w : {1, 4, 7, 19}) {
                test::on_device<B> d{b, 29000};
                auto const s = d.letters(5, 33, has_n);
                struct moments {
                    ex::view<double, 1> mean;
                    ex::view<double, 2> covariance;
                };
                auto const room = [&] {
                    return moments{d.template out<double>("", 4 * w),
                                   d.template out<double>("", 4 * w, 4 * w)};
                };
                auto const one = room(), both = room(), slow = room();
                auto const of = [&](ex::view<ex::letter, 2> sequences, moments const& to) {
                    run(b, ex::op::window_statistics<T>{
                               .sequences = sequences, .mean = to.mean, .covariance = to.covariance});
                };
                of(s, one);
                run(b, ex::op::symmetric_statistics<T>{.window_mean = one.mean,
                                                       .window_covariance = one.covariance,
                                                       .mean = both.mean,
                                                       .covariance = both.covariance});
                of(with_reverses(d, s), slow);
                auto const near = [](std::vector<double> const& x, std::vector<double> const& y) {
                    double apart = 0;
                    for (std::size_t i = 0; i < x.size(); ++i) apart = std::max(apart, std::abs(x[i] - y[i]));
                    return apart < 1e-14;
                };
                CHECK(near(d.read(both.mean), d.read(slow.mean)));
                CHECK(near(d.read(both.covariance), d.read(slow.covariance)));
            }
    }
}
