// dense_block and dense_block_gradient.
#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

struct block_case {
    extent units, n, features, hidden;
    ex::activation act;
    bool norm, batch_statistics;
    double rate;
};

std::ostream& operator<<(std::ostream& o, block_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " F " << c.features << " H " << c.hidden << " activation "
             << static_cast<int>(c.act) << (c.norm ? " norm" : "")
             << (c.batch_statistics ? " of the batch" : "") << " rate " << c.rate;
}

// Every hidden size with every kind of norm; batch norm of the batch needs two sequences.
std::vector<block_case> block_cases()
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    auto const one_of = [&](std::vector<extent> const& v) {
        return v[draw.below(static_cast<std::uint32_t>(v.size()))];
    };
    std::vector<block_case> cases{
        {1, 1, 1, 1, ex::activation::relu, true, false, 0},
        {2, 100, 26, 100, ex::activation::relu, true, true, 0.3},
        {3, 101, 33, 16, ex::activation::relu, true, true, 0.3},
    };
    for (extent const hidden : {1, 2, 7, 8, 15, 16, 17, 33, 100})
        for (int norm = 0; norm < 3; ++norm)
            for (double const rate : {0.0, 0.3}) {
                block_case c{};
                c.units = one_of({1, 2, 3, 8, 17});
                c.n = norm == 2 ? one_of({3, 5, 17, 40}) : one_of({1, 2, 3, 17, 40});
                c.features = one_of({1, 2, 7, 8, 16, 26, 33, 100});
                c.hidden = hidden;
                c.act = static_cast<ex::activation>(draw.below(9));
                c.norm = norm > 0;
                c.batch_statistics = norm == 2;
                c.rate = rate;
                cases.push_back(c);
            }
    return cases;
}

template <class D>
void forward(D& d, block_case const& c, bool inference, bool short_factors = false)
{
    using T = typename D::T;
    ex::op::dense_block<T> a{};
    // short: of 8 bits, so that bfloat16 loses nothing
    a.x = short_factors ? d.random(c.units, c.n, c.features) : d.rough(c.units, c.n, c.features);
    a.weight =
        short_factors ? d.random(c.units, c.hidden, c.features) : d.rough(c.units, c.hidden, c.features);
    a.bias = d.rough(c.units, c.hidden);
    if (c.norm) {
        a.gamma = d.rough(c.units, c.hidden);
        a.beta = d.rough(c.units, c.hidden);
        a.mean = c.batch_statistics ? d.out("mean", c.units, c.hidden) : d.rough(c.units, c.hidden);
        a.variance =
            c.batch_statistics ? d.out("variance", c.units, c.hidden) : d.positive(c.units, c.hidden);
    }
    a.batch_statistics = c.batch_statistics;
    a.epsilon = 1e-3;
    a.act = c.act;
    a.dropout = {.rate = c.rate, .from = {99}, .layer = 2, .step = 5, .unit = 3};
    a.y = d.out("y", c.units, c.n, c.hidden);
    if (!inference) a.kept = d.kept(a, c.units);
    run(d.backend, a);
}

template <class D>
void backward(D& d, block_case const& c, bool want_dx)
{
    using T = typename D::T;
    ex::op::dense_block_gradient<T> a{};
    a.x = d.rough(c.units, c.n, c.features);
    a.weight = d.rough(c.units, c.hidden, c.features);
    if (c.norm) {
        a.gamma = d.rough(c.units, c.hidden);
        a.beta = d.rough(c.units, c.hidden);
        a.variance = d.positive(c.units, c.hidden);
        a.dgamma = d.out("dgamma", c.units, c.hidden);
        a.dbeta = d.out("dbeta", c.units, c.hidden);
    }
    a.batch_statistics = c.batch_statistics;
    a.epsilon = 1e-3;
    a.act = c.act;
    a.dropout = {.rate = c.rate, .from = {99}, .layer = 2, .step = 5, .unit = 3};
    auto const before_gamma = d.rough(c.units, c.n, c.hidden);
    ex::op::dense_block<T> sizes{};
    sizes.y = before_gamma;
    a.kept = d.keep(before_gamma, sizes);
    // y as the block would have written it
    auto const normalized = d.read(before_gamma);
    auto const gamma = c.norm ? d.read(a.gamma) : std::vector<T>{};
    auto const beta = c.norm ? d.read(a.beta) : std::vector<T>{};
    std::vector<T> y(normalized.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        auto const hidden = static_cast<std::size_t>(c.hidden),
                   of_unit = static_cast<std::size_t>(c.n) * hidden;
        std::size_t const u = i / of_unit, at = u * hidden + i % hidden;
        T const z = c.norm ? gamma[at] * normalized[i] + beta[at] : normalized[i];
        bool const kept = a.dropout.keeps(static_cast<std::uint32_t>(u), i % of_unit);
        y[i] = kept ? ex::activated(c.act, z) * static_cast<T>(a.dropout.scale()) : T(0);
    }
    a.y = d.template values<T>(y, c.units, c.n, c.hidden);
    a.dy = d.rough(c.units, c.n, c.hidden);
    if (want_dx) a.dx = d.out("dx", c.units, c.n, c.features);
    a.dweight = d.out("dweight", c.units, c.hidden, c.features);
    a.dbias = d.out("dbias", c.units, c.hidden);
    run(d.backend, a);
}

} // namespace

TEST_CASE_TEMPLATE("dense_block", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 5000;
    for (auto const& c : block_cases()) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) { forward(d, c, false); });
        if (!c.batch_statistics) test::agrees<B>(number++, [&](auto& d) { forward(d, c, true); });
    }
}

TEST_CASE_TEMPLATE("dense_block_gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 6000;
    for (auto const& c : block_cases()) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) { backward(d, c, number % 3 != 0); });
    }
}

#if defined(EXPLAINN_TESTS_CPU)
TEST_CASE("dense_block and its gradient in bfloat16")
{
    if (!test::in_bfloat16::is_here()) return;
    std::uint32_t number = 5500;
    for (auto const& c : block_cases()) {
        CAPTURE(c);
        test::agrees<test::in_bfloat16>(number++, [&](auto& d) { forward(d, c, false, true); });
        if (!c.batch_statistics)
            test::agrees<test::in_bfloat16>(number++, [&](auto& d) { forward(d, c, true, true); });
        test::agrees<test::in_bfloat16>(
            number++, [&](auto& d) { backward(d, c, number % 3 != 0); }, test::bfloat16_tolerance);
    }
}
#endif

TEST_CASE_TEMPLATE("a slice of units drops what the whole would drop", B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    test::on_device<B> d{b, 6};
    extent const u = 5, n = 9, h = 21;
    auto const x = d.positive(u, n, h), whole = d.out("", u, n, h), part = d.out("", 2, n, h);
    ex::dropout_mask mask{.rate = 0.5, .from = {1}, .layer = 1, .step = 2, .unit = 10};
    run(b, ex::op::dropout<T>{.x = x, .mask = mask, .y = whole});
    mask.unit = 13;
    run(b, ex::op::dropout<T>{.x = x.slice(3, 5), .mask = mask, .y = part});
    CHECK(d.read(part) == d.read(whole.slice(3, 5)));
}
