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
