// The ops of pairs of units: by hand, on every backend, and their gradients.
#include <array>

#include <doctest/doctest.h>

#include <explainn/testing/gradients.hpp>

#include "agreement.hpp"

namespace {

namespace ex = explainn;
using ex::extent;

struct pair_case {
    extent units, n, channels, length;
    std::vector<extent> pairs;
};
std::vector<pair_case> const pair_cases{{2, 1, 1, 1, {0, 1}},
                                        {3, 5, 1, 7, {0, 1, 2, 0, 1, 2}},
                                        {5, 3, 2, 4, {4, 3, 3, 4}},
                                        {17, 9, 1, 26, {0, 16, 16, 3, 5, 0, 16, 1}}};

} // namespace

TEST_CASE("by_distance by hand")
{
    ex::reference<double> b;
    // tracks 1 2 3 and 4 5 6; distances from -2 to 2
    std::array<double, 6> const x{1, 2, 3, 4, 5, 6};
    std::array<double, 5> y{};
    run(b, ex::op::by_distance<double>{.x = {x.data(), 1, 1, 2, 3}, .y = {y.data(), 1, 1, 1, 5}});
    CHECK(y == std::array<double, 5>{3 * 4, 2 * 4 + 3 * 5, 1 * 4 + 2 * 5 + 3 * 6, 1 * 5 + 2 * 6, 1 * 6});
}
TEST_CASE("pair_cells by hand, and the gradients of some units alone")
{
    ex::reference<double> b;
    std::array<double, 6> const x{1, 2, 3, 4, 5, 6}; // three units of two cells
    std::array<extent, 4> const places{2, 0, 0, 1};
    ex::view<extent const, 2> const pairs{places.data(), 2, 2};
    std::array<double, 8> y{};
    run(b,
        ex::op::pair_cells<double>{.x = {x.data(), 3, 1, 1, 2}, .pairs = pairs, .y = {y.data(), 2, 1, 2, 2}});
    CHECK(y == std::array<double, 8>{5, 6, 1, 2, 1, 2, 3, 4});
    std::array<double, 4> dx{100, 100, 100, 100}; // of units 1 and 2
    run(b, ex::op::pair_cells_gradient<double>{
               .pairs = pairs, .dy = {y.data(), 2, 1, 2, 2}, .first = 1, .dx = {dx.data(), 2, 1, 1, 2}});
    CHECK(dx == std::array<double, 4>{103, 104, 105, 106});
}
TEST_CASE_TEMPLATE("the ops of pairs", B, EXPLAINN_TEST_BACKENDS)
{
    if constexpr (ex::runs<B, ex::op::pair_cells>) {
        std::uint32_t number = 15100;
        for (auto const& c : pair_cases)
            test::agrees<B>(number++, [&](auto& d) {
                using T = typename std::decay_t<decltype(d)>::T;
                auto const k = static_cast<extent>(c.pairs.size() / 2);
                auto const places = d.template values<extent>(c.pairs, k, extent{2});
                auto const x = d.rough(c.units, c.n, c.channels, c.length);
                run(d.backend, ex::op::pair_cells<T>{.x = x,
                                                     .pairs = places,
                                                     .y = d.out("y", k, c.n, 2 * c.channels, c.length)});
                auto const dy = d.rough(k, c.n, 2 * c.channels, c.length);
                auto const dx = d.rough(c.units, c.n, c.channels, c.length);
                d.watch("dx", dx);
                run(d.backend, ex::op::pair_cells_gradient<T>{.pairs = places, .dy = dy, .dx = dx});
                auto const tracks = d.rough(k, c.n, extent{2}, c.length);
                run(d.backend, ex::op::by_distance<T>{
                                   .x = tracks, .y = d.out("products", k, c.n, extent{1}, 2 * c.length - 1)});
                run(d.backend,
                    ex::op::by_distance_gradient<T>{.x = tracks,
                                                    .dy = d.rough(k, c.n, extent{1}, 2 * c.length - 1),
                                                    .dx = d.out("dtracks", k, c.n, extent{2}, c.length)});
            });
    }
}
TEST_CASE("the gradient of by_distance is the numerical one")
{
    ex::reference<double> b;
    test::on_device<ex::reference<double>> d{b, 15200};
    auto const x = d.rough(2, 3, 2, 5), dx = d.rough(2, 3, 2, 5);
    auto const y = d.rough(2, 3, 1, 9);
    ex::view<double const, 4> const dy = d.rough(2, 3, 1, 9);
    auto const loss = [&] {
        run(b, ex::op::by_distance<double>{.x = x, .y = y});
        double sum = 0;
        for (std::size_t i = 0; i < y.count(); ++i) sum += dy.data[i] * y.data[i];
        return sum;
    };
    run(b, ex::op::by_distance_gradient<double>{.x = x, .dy = dy, .dx = dx});
    std::vector<double> const gradient{dx.data, dx.data + dx.count()};
    auto const verdict = ex::check_gradient(loss, {const_cast<double*>(x.data), x.count()}, gradient);
    CHECK_MESSAGE(verdict.agrees, verdict.log);
}
