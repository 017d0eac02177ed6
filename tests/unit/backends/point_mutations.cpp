// point_mutations: changes of one base, of units that scan, pool and go on with dense layers.
#include <doctest/doctest.h>

#include <vector>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

struct mutation_case {
    extent units, n, length, width, pool, stride;
    std::vector<extent> layers; // outputs of the dense layers
    ex::activation act, hidden;
    bool has_n;
    extent first, positions; // 0: to the end
};

template <class D>
void changes(D& d, mutation_case const& c, ex::base_change what, bool reverse)
{
    using T = typename D::T;
    extent const windows = c.length - c.width + 1;
    ex::op::point_mutations<T> a{};
    a.sequences = d.letters(c.n, c.length, c.has_n);
    a.weight = d.random(c.units, 4, c.width);
    a.scale = d.random(c.units);
    a.shift = d.random(c.units);
    a.act = c.act;
    a.pool = c.pool;
    a.stride = c.stride;
    a.cells = (windows - c.pool) / c.stride + 1;
    extent inputs = a.cells;
    for (extent const h : c.layers) {
        a.dense[static_cast<std::size_t>(a.depth++)] = {d.random(c.units, h, inputs), d.random(c.units, h),
                                                        c.hidden};
        inputs = h;
    }
    a.reverse = reverse;
    a.what = what;
    a.first = c.first;
    extent const positions = c.positions == 0 ? c.length - c.first : c.positions;
    a.change = d.out("change", c.units, c.n, positions, extent{ex::alternatives_of(what)}, inputs);
    run(d.backend, a);
}

std::vector<mutation_case> cases()
{
    using enum ex::activation;
    return {
        {1, 1, 12, 3, 2, 2, {4, 1}, exponential, relu, false, 0, 0},
        {17, 3, 30, 5, 7, 7, {6, 1}, exponential, relu, true, 0, 0},
        {33, 5, 25, 4, 3, 1, {5, 1}, relu, relu, true, 0, 0}, // cells that overlap: more than four at once
        {16, 2, 25, 4, 2, 5, {3}, sigmoid, tanh, true, 0, 0}, // windows between the cells
        {9, 2, 24, 6, 19, 19, {}, exponential, relu, true, 0, 0}, // one cell over all
        {20, 2, 24, 6, 4, 3, {}, identity, relu, true, 0, 0},
        {5, 2, 26, 19, 3, 3, {4, 3, 2}, softplus, gelu, true, 0, 0},
        {4, 2, 16, 1, 3, 2, {3, 2}, exponential, relu, true, 0, 0},
        {3, 2, 12, 12, 1, 1, {2, 1}, exponential, relu, true, 0, 0}, // one window
        {18, 9, 40, 9, 5, 5, {6, 1}, exponential, relu, true, 11, 13}};
}

} // namespace

TEST_CASE("point_mutations by hand")
{
    ex::reference<double> b;
    std::vector<ex::letter> const s{0, 1, 4};                 // A C N
    std::vector<double> const weight{1, 2, 0, 3, 0, 0, 0, 0}; // A first 1, A second 2; C second 3
    std::vector<double> const scale{1}, shift{0};
    std::vector<double> change(12, 99);
    auto const run_it = [&](ex::base_change what, bool reverse) {
        change.assign(12, 99);
        run(b, ex::op::point_mutations<double>{
                   .sequences = {s.data(), 1, 3},
                   .weight = {weight.data(), 1, 4, 2},
                   .scale = {scale.data(), 1},
                   .shift = {shift.data(), 1},
                   .pool = 2,
                   .stride = 2,
                   .cells = 1,
                   .reverse = reverse,
                   .what = what,
                   .change = {change.data(), 1, 1, 3, ex::alternatives_of(what), 1}});
        return change;
    };
    // windows AC 1 + 3 = 4 and CN 0; the largest is 4
    // at 0: CC 3, GC 3, TC 3; at 1: AA 3 with AN 1, AG 1, AT 1; at 2: CA 2, CC 3, nothing above 4
    CHECK(run_it(ex::base_change::substitution, false) ==
          std::vector<double>{0, -1, -1, -1, -1, 0, -3, -3, 0, 0, 0, 0});
    // without A: CNN 0; without C: ANN 1; without N: ACN 4
    CHECK(run_it(ex::base_change::deletion, false) ==
          std::vector<double>{-4, -3, 0, 99, 99, 99, 99, 99, 99, 99, 99, 99});
    // before A: AAC 4, CAC 4, GAC 4, TAC 4; before C: AAC 4, ACC 4, AGC 3, ATC 3; before N: ACA ... 4
    CHECK(run_it(ex::base_change::insertion, false) ==
          std::vector<double>{0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0});
    // the reverse strand reads N G T, windows 0 and 0; at 0 G gives GC 3, T gives GA 2; at 1 G gives NC 3, T
    // gives NA 2; at 2 T gives AG 1
    CHECK(run_it(ex::base_change::substitution, true) ==
          std::vector<double>{0, 0, 3, 2, 0, 0, 3, 2, 0, 0, 0, 1});
}

TEST_CASE_TEMPLATE("point_mutations", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 900;
    for (auto const& c : cases())
        for (auto const what :
             {ex::base_change::substitution, ex::base_change::deletion, ex::base_change::insertion})
            for (bool const reverse : {false, true}) {
                CAPTURE(number);
                test::agrees<B>(++number, [&](auto& d) { changes(d, c, what, reverse); });
            }
}
