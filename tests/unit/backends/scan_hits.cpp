// scan_largest and scan_hits.
#include <doctest/doctest.h>

#include <limits>

#include "agreement.hpp"
#include "scan_cases.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

// What both ops read, of numbers whose sums and products are exact; `flat`: one unit's scale is 0.
template <class Op, class D>
Op some_windows(D& d, test::scan_case const& c)
{
    Op a{};
    a.sequences = d.letters(c.n, c.length, c.has_n);
    a.has_n = c.has_n;
    a.weight = d.random(c.units, 4, c.width);
    auto const scale = d.random(c.units);
    if (c.units > 2) scale(1) = 0;
    a.scale = scale;
    a.shift = d.random(c.units);
    return a;
}

template <class D>
void largest(D& d, test::scan_case const& c)
{
    using T = typename D::T;
    auto a = some_windows<ex::op::scan_largest<T>>(d, c);
    std::vector<double> before(static_cast<std::size_t>(c.units), -std::numeric_limits<double>::infinity());
    before.back() = 100; // no response is so large
    a.largest = d.template values<T>(before, c.units);
    d.watch("largest", a.largest);
    run(d.backend, a);
    // and once more, keeping what may spare the second pass work
    a.cut = d.random(c.units);
    a.kept = d.kept(a);
    run(d.backend, a);
}

// Cuts between `low` and low + 2; as many windows pass, or as few.
template <class D>
void hits(D& d, test::scan_case const& c, double low)
{
    using T = typename D::T;
    auto a = some_windows<ex::op::scan_hits<T>>(d, c);
    auto const cut = d.random(c.units);
    for (extent u = 0; u < c.units; ++u) cut(u) += static_cast<T>(low + 1);
    if (c.units > 1) cut(0) = std::numeric_limits<T>::infinity();
    a.cut = cut;
    a.hits = d.template out<std::uint32_t>("hits", c.units, c.n);
    a.counts = d.template values<std::uint64_t>(
        std::vector<int>(static_cast<std::size_t>(c.units * c.width * 4), 3), c.units, c.width, 4);
    d.watch("counts", a.counts);
    run(d.backend, a);
    // the same behind a first pass with lower cuts that kept something
    ex::op::scan_largest<T> first{.sequences = a.sequences,
                                  .has_n = a.has_n,
                                  .weight = a.weight,
                                  .scale = a.scale,
                                  .shift = a.shift,
                                  .largest = {}};
    auto lower = d.read(a.cut);
    for (T& x : lower) x = std::isinf(x) ? T(0) : x - T(0.5);
    first.cut = d.template values<T>(lower, c.units);
    first.largest = d.template values<T>(std::vector<double>(lower.size(), -1e9), c.units);
    a.kept = first.kept = d.kept(first);
    run(d.backend, first);
    a.hits = d.template out<std::uint32_t>("hits behind a first pass", c.units, c.n);
    a.counts = d.template values<std::uint64_t>(
        std::vector<int>(static_cast<std::size_t>(c.units * c.width * 4), 3), c.units, c.width, 4);
    d.watch("counts behind a first pass", a.counts);
    run(d.backend, a);
}

std::vector<test::scan_case> cases()
{
    auto all = test::scan_cases();
    // more sequences than are scanned at once; more windows than are looked at together
    for (int const n : {127, 128, 129, 300})
        all.push_back({17, n, 27, 19, 1, 1, ex::activation::identity, n == 129});
    for (int const width : {10, 11, 14, 16, 18, 21, 22, 23, 24, 28, 29, 30})
        all.push_back({33, 3, width + 8, width, 1, 1, ex::activation::identity, width % 2 == 0});
    return all;
}

} // namespace

TEST_CASE("scan_largest and scan_hits by hand: N counts as zeros and adds no base, a cut must be exceeded")
{
    ex::reference<double> b;
    std::vector<ex::letter> const s{0, 4, 1, 0, 1, 2};        // A N C A C G
    std::vector<double> const weight{1, 0, 0, 2, 0, -1, 0, 0, // "AC": 1 + 2, G first: 0, G second -1
                                     1, 0, 0, 2, 0, -1, 0, 0};
    std::vector<double> const scale{2, -2}, shift{0.5, 0.5}, cut{2.5, -3.5};
    std::vector<double> largest{-1e9, 3};
    std::vector<std::uint32_t> hits(2, 9);
    std::vector<std::uint64_t> counts(16, 10);
    // windows AN NC CA AC CG: c 1 2 0 3 -1; responses 2.5 4.5 0.5 6.5 -1.5 and -1.5 -3.5 0.5 -5.5 2.5
    run(b, ex::op::scan_largest<double>{.sequences = {s.data(), 1, 6},
                                        .weight = {weight.data(), 2, 4, 2},
                                        .scale = {scale.data(), 2},
                                        .shift = {shift.data(), 2},
                                        .largest = {largest.data(), 2}});
    CHECK(largest == std::vector<double>{6.5, 3});
    run(b, ex::op::scan_hits<double>{.sequences = {s.data(), 1, 6},
                                     .weight = {weight.data(), 2, 4, 2},
                                     .scale = {scale.data(), 2},
                                     .shift = {shift.data(), 2},
                                     .cut = {cut.data(), 2},
                                     .hits = {hits.data(), 2, 1},
                                     .counts = {counts.data(), 2, 2, 4}});
    CHECK(hits == std::vector<std::uint32_t>{2, 3});
    CHECK(counts == std::vector<std::uint64_t>{11, 10, 10, 10, 10, 12, 10, 10,   // NC, AC
                                               11, 12, 10, 10, 11, 10, 11, 10}); // AN, CA, CG
}

TEST_CASE_TEMPLATE("scan_largest", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 20000;
    for (auto const& c : cases()) {
        CAPTURE(c);
        test::agrees<B>(
            number++, [&](auto& d) { largest(d, c); }, 0);
    }
}

TEST_CASE_TEMPLATE("scan_hits", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 21000;
    for (auto const& c : cases())
        for (double const low : {-3.0, -1.0, 1.0, 3.0}) {
            CAPTURE(c);
            CAPTURE(low);
            test::agrees<B>(number++, [&](auto& d) { hits(d, c, low); });
        }
}

TEST_CASE_TEMPLATE("the largest response is a hit to any cut below it, and to no other", B,
                   EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    for (auto const& c : cases()) {
        CAPTURE(c);
        test::on_device<B> d{b, 22000};
        auto a = some_windows<ex::op::scan_hits<T>>(d, c);
        auto const weight = d.rough(c.units, 4, c.width); // sums that round
        auto const shift = d.rough(c.units);
        a.weight = weight;
        a.shift = shift;
        auto const largest = d.template values<T>(
            std::vector<double>(static_cast<std::size_t>(c.units), -std::numeric_limits<double>::infinity()),
            c.units);
        run(b, ex::op::scan_largest<T>{.sequences = a.sequences,
                                       .has_n = a.has_n,
                                       .weight = a.weight,
                                       .scale = a.scale,
                                       .shift = a.shift,
                                       .largest = largest});
        a.hits = d.template out<std::uint32_t>("hits", c.units, c.n);
        a.counts = d.template out<std::uint64_t>("counts", c.units, c.width, 4);
        for (bool const below : {false, true}) {
            auto cuts = d.read(largest);
            for (T& x : cuts)
                if (below) x = std::nextafter(x, -std::numeric_limits<T>::infinity());
            a.cut = d.template values<T>(cuts, c.units);
            run(b, a);
            auto const found = d.read(a.hits);
            for (extent u = 0; u < c.units; ++u) {
                std::uint64_t all = 0;
                for (extent n = 0; n < c.n; ++n)
                    all += found[static_cast<std::size_t>(u) * static_cast<std::size_t>(c.n) +
                                 static_cast<std::size_t>(n)];
                CHECK((all > 0) == below);
            }
        }
    }
}
