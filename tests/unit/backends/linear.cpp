// linear and linear_gradient: the head over one or several banks.
#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

struct head_case {
    extent units, n, per_unit, outputs, before, after;
};

std::ostream& operator<<(std::ostream& o, head_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " K " << c.per_unit << " O " << c.outputs << " first "
             << c.before << " after " << c.after;
}

std::vector<head_case> head_cases()
{
    std::vector<head_case> cases;
    constexpr extent batches[]{1, 2, 3, 17, 100};
    std::size_t k = 0;
    for (extent const u : {1, 3, 8, 16, 17, 33, 100})
        for (extent const o : {1, 2, 8, 17, 50}) {
            cases.push_back(
                {u, batches[(k + k / 5) % 5], k % 4 == 3 ? 3 : 1, o, k % 3 == 1 ? 5 : 0, k % 3 == 2 ? 4 : 0});
            ++k;
        }
    return cases;
}

} // namespace

TEST_CASE("linear by hand: units of two features behind another bank's one")
{
    ex::reference<double> b;
    std::vector<double> const x{1, 2, 3, 4}, weight{100, 1, 10, 2, 20}, bias{0.5};
    std::vector<double> y{7};
    ex::op::linear<double> a{.x = {x.data(), 2, 1, 2},
                             .weight = {weight.data(), 1, 5},
                             .first = 1,
                             .bias = {bias.data(), 1},
                             .y = {y.data(), 1, 1}};
    run(b, a);
    CHECK(y[0] == 1 * 1 + 10 * 2 + 2 * 3 + 20 * 4 + 0.5);
    a.add = true;
    run(b, a);
    CHECK(y[0] == 2 * 107 + 0.5);
}

TEST_CASE_TEMPLATE("linear", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 7000;
    for (auto const& c : head_cases())
        for (bool const add : {false, true}) {
            CAPTURE(c);
            CAPTURE(add);
            test::agrees<B>(number++, [&](auto& d) {
                using T = typename std::decay_t<decltype(d)>::T;
                ex::op::linear<T> a{};
                a.x = d.rough(c.units, c.n, c.per_unit);
                a.weight = d.rough(c.outputs, c.before + c.units * c.per_unit + c.after);
                a.first = c.before;
                if (number % 4 != 0) a.bias = d.rough(c.outputs);
                a.add = add;
                a.y = d.rough(c.n, c.outputs);
                d.watch("y", a.y);
                run(d.backend, a);
            });
        }
}

TEST_CASE_TEMPLATE("linear_gradient writes its own bank's columns", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 8000;
    for (auto const& c : head_cases()) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) {
            using T = typename std::decay_t<decltype(d)>::T;
            extent const features = c.before + c.units * c.per_unit + c.after;
            ex::op::linear_gradient<T> a{};
            a.x = d.rough(c.units, c.n, c.per_unit);
            a.weight = d.rough(c.outputs, features);
            a.first = c.before;
            a.dy = d.rough(c.n, c.outputs);
            if (number % 5 != 0) a.dx = d.out("dx", c.units, c.n, c.per_unit);
            a.dweight = d.rough(c.outputs, features);
            d.watch("dweight", a.dweight);
            if (c.before == 0) a.dbias = d.out("dbias", c.outputs);
            run(d.backend, a);
        });
    }
}

TEST_CASE("pair_products by hand: of two banks, and of one with itself")
{
    ex::reference<double> b;
    // two units of two outputs beside three units of one, one sequence
    std::vector<double> const x{1, 2, 3, 4}, z{5, 6, 7}, weight{10, 20, 30};
    std::vector<extent> const across{3, 1, 2, 0, 2, 0}, within{0, 2, 1};
    std::vector<double> y{0.5};
    ex::op::pair_products<double> a{.x = {x.data(), 2, 1, 2},
                                    .z = {z.data(), 3, 1, 1},
                                    .pairs = {across.data(), 2, 3},
                                    .weight = {weight.data(), 1, 3},
                                    .y = {y.data(), 1, 1}};
    run(b, a);
    CHECK(y[0] == 0.5 + 30 * 4 * 6 + 10 * 1 * 7);
    a.z = a.x;
    a.pairs = {within.data(), 1, 3};
    run(b, a);
    CHECK(y[0] == 0.5 + 30 * 4 * 6 + 10 * 1 * 7 + 20 * 1 * 3);
}

TEST_CASE_TEMPLATE("pair_products and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 7900;
    for (extent const n : {1, 3, 17})
        for (extent const outputs : {1, 5})
            for (bool const of_one : {false, true})
                test::agrees<B>(number++, [&](auto& d) {
                    using T = typename std::decay_t<decltype(d)>::T;
                    auto const x = d.rough(4, n, 2), z = of_one ? x : d.rough(3, n, 1);
                    auto const dx = d.rough(4, n, 2), dz = of_one ? dx : d.rough(3, n, 1);
                    auto const weight = d.rough(outputs, 5), dweight = d.rough(outputs, 5),
                               y = d.rough(n, outputs), dy = d.rough(n, outputs);
                    std::vector<double> const numbers{7, 2, 4, 0, 1, 0, 3, 2, 1};
                    auto const pairs = d.template values<extent>(numbers, 3, 3);
                    run(d.backend,
                        ex::op::pair_products<T>{.x = x, .z = z, .pairs = pairs, .weight = weight, .y = y});
                    run(d.backend, ex::op::pair_products_gradient<T>{.x = x,
                                                                     .z = z,
                                                                     .pairs = pairs,
                                                                     .weight = weight,
                                                                     .dy = dy,
                                                                     .dx = dx,
                                                                     .dz = dz,
                                                                     .dweight = dweight});
                    d.watch("y", y);
                    d.watch("dx", dx);
                    if (!of_one) d.watch("dz", dz);
                    d.watch("dweight", dweight); // columns 2 and 3 belong to other calls
                });
}
