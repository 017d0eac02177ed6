// Memory that is a backend's own: how much ops ask for, and letters that are prepared once.
#include <doctest/doctest.h>

#include "agreement.hpp"
#include "scan_cases.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

// The ops that read letters, forward and back, told of prepared letters or not.
template <class D>
void scans(D& d, test::scan_case const& c, bool prepare)
{
    using T = typename D::T;
    auto& b = d.backend;
    extent const u = c.units, w = c.width, p = c.cells();
    auto const s = d.letters(c.n, c.length, c.has_n);
    auto const weight = d.rough(u, 4, w);
    auto const scale = d.random(u), shift = d.random(u), bias = d.random(u);
    auto const forward = prepare ? d.prepared(s, c.has_n, false) : ex::own_bytes{},
               both_ways = prepare ? d.prepared(s, c.has_n, true) : ex::own_bytes{};
    for (auto const prepared : {forward, both_ways}) {
        ex::op::motif_scan<T> scan{.sequences = s,
                                   .has_n = c.has_n,
                                   .prepared = prepared,
                                   .weight = weight,
                                   .scale = scale,
                                   .shift = shift,
                                   .act = c.act,
                                   .pool = c.pool,
                                   .stride = c.stride,
                                   .y = d.out("y", u, c.n, p)};
        scan.kept = d.kept(scan, u);
        run(b, scan);
        run(b, ex::op::scan_winners<T>{.sequences = s,
                                       .has_n = c.has_n,
                                       .prepared = prepared,
                                       .weight = weight,
                                       .scale = scale,
                                       .shift = shift,
                                       .act = c.act,
                                       .pool = c.pool,
                                       .stride = c.stride,
                                       .y = d.out("y of winners", u, c.n, p),
                                       .at = d.template out<std::uint16_t>("at", u, c.n, p)});
        ex::op::scan_largest<T> first{.sequences = s,
                                      .has_n = c.has_n,
                                      .prepared = prepared,
                                      .weight = weight,
                                      .scale = scale,
                                      .shift = shift,
                                      .cut = shift,
                                      .largest =
                                          d.template values<T>(std::vector<int>(std::size_t(u), -9), u)};
        first.kept = d.kept(first);
        d.watch("largest", first.largest);
        run(b, first);
        run(b, ex::op::scan_hits<T>{.sequences = s,
                                    .has_n = c.has_n,
                                    .prepared = prepared,
                                    .weight = weight,
                                    .scale = scale,
                                    .shift = shift,
                                    .cut = shift,
                                    .kept = first.kept,
                                    .hits = d.template out<std::uint32_t>("hits", u, c.n),
                                    .counts = d.template values<std::uint64_t>(
                                        std::vector<int>(std::size_t(u * w * 4)), u, w, 4)});
        // with letters that were prepared for a scan alone, these make the rest themselves
        run(b,
            ex::op::window_statistics<T>{.sequences = s,
                                         .prepared = prepared,
                                         .mean = d.template out<double>("window mean", 4 * w),
                                         .covariance = d.template out<double>("covariance", 4 * w, 4 * w)});
        run(b, ex::op::motif_scan_gradient<T>{.sequences = s,
                                              .has_n = c.has_n,
                                              .prepared = prepared,
                                              .weight = weight,
                                              .y = scan.y,
                                              .dy = scan.y,
                                              .kept = scan.kept,
                                              .act = c.act,
                                              .scale = scale,
                                              .bias = bias,
                                              .dweight = d.out("dweight", u, 4, w),
                                              .dbias = d.out("dbias", u)});
    }
}

template <class B>
void grows_with_sequences(B const& b)
{
    using T = typename B::scalar;
    std::size_t last[6]{};
    for (extent n = 1; n < 200; ++n) {
        ex::op::motif_scan<T> scan{};
        scan.y = {nullptr, 2, n, 7};
        ex::op::pool<T> pool{};
        pool.y = {nullptr, 2, n, 3, 5};
        ex::op::dense_block<T> block{};
        block.y = {nullptr, 2, n, 33};
        ex::op::dense_pair<T> pair{};
        pair.hidden.weight = {nullptr, 2, 33, 7};
        pair.last.y = {nullptr, 2, n, 1};
        ex::op::scan_largest<T> largest{};
        largest.weight = {nullptr, 33, 4, 5};
        largest.sequences = {nullptr, n, 21};
        ex::op::prepare_letters<T> letters{};
        letters.sequences = {nullptr, n, 21};
        letters.gradient = true;
        std::size_t const now[]{kept_bytes(b, scan), kept_bytes(b, pool),    kept_bytes(b, block),
                                kept_bytes(b, pair), kept_bytes(b, largest), prepared_bytes(b, letters)};
        for (std::size_t i = 0; i < 6; ++i) {
            CHECK(now[i] >= last[i]);
            last[i] = now[i];
        }
        letters.gradient = false;
        CHECK(prepared_bytes(b, letters) <= now[5]);
        pool.average = true;
        CHECK(kept_bytes(b, pool) == 0);
    }
}

} // namespace

TEST_CASE_TEMPLATE("prepared letters change no bit, and neither they nor what ops keep overflow their memory",
                   B, EXPLAINN_TEST_BACKENDS)
{
    B b;
    std::uint32_t number = 15000;
    for (auto const& c : test::scan_cases()) {
        CAPTURE(c);
        auto const plain = test::written(b, number, [&](auto& d) { scans(d, c, false); });
        auto prepared = test::same_for_any_threads<B>(number, [&](auto& d) { scans(d, c, true); });
        // without the results of the two guarded memories of the letters, which come first
        prepared.erase(prepared.begin(), prepared.begin() + 2);
        REQUIRE(plain.size() == prepared.size());
        for (std::size_t i = 0; i < plain.size(); ++i) test::compare_bits(prepared[i], plain[i]);
        ++number;
    }
}

TEST_CASE_TEMPLATE("what is kept and prepared is no less for more sequences", B, EXPLAINN_TEST_BACKENDS)
{
    B b;
    grows_with_sequences(b);
}

namespace {
// says nothing of its own memory, as a backend of a user's own may
struct silent : ex::reference<float> {};
} // namespace

TEST_CASE("a backend that says nothing keeps the plain form and reads the letters as they are")
{
    silent b;
    ex::op::dense_block<float> block{};
    block.y = {nullptr, 4, 3, 5};
    CHECK(ex::kept_bytes(b, block) == 3 * 5 * sizeof(float));
    ex::op::prepare_letters<float> letters{};
    letters.sequences = {nullptr, 3, 21};
    CHECK(ex::prepared_bytes(b, letters) == 0);
    CHECK_FALSE(ex::prepare(b, letters, nullptr));
}
