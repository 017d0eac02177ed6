// dense_pair and dense_pair_gradient.
#include <bit>

#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

enum class norm { none, running, batch };

struct pair_case {
    extent units, n, features, hidden;
    bool hidden_of_batch;
    norm last;
    double rate;
};

std::ostream& operator<<(std::ostream& o, pair_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " F " << c.features << " H " << c.hidden
             << (c.hidden_of_batch ? ", hidden norm of the batch" : "") << ", last norm "
             << static_cast<int>(c.last) << ", rate " << c.rate;
}

std::vector<pair_case> pair_cases()
{
    ex::random_numbers draw{ex::seed{6}, ex::stream::tests};
    auto const one_of = [&](std::vector<extent> const& v) {
        return v[draw.below(static_cast<std::uint32_t>(v.size()))];
    };
    std::vector<pair_case> cases{{2, 100, 26, 100, true, norm::batch, 0.3},
                                 {3, 101, 33, 16, true, norm::batch, 0.3},
                                 {1, 1, 1, 2, false, norm::none, 0}};
    for (extent const hidden : {2, 7, 15, 16, 17, 33, 50, 64, 65, 100})
        for (bool const of_batch : {false, true})
            for (auto const last : {norm::none, norm::running, norm::batch})
                for (double const rate : {0.0, 0.3})
                    cases.push_back(
                        {one_of({1, 2, 3, 8, 17}),
                         of_batch || last == norm::batch ? one_of({5, 17, 40}) : one_of({1, 2, 3, 17, 40}),
                         one_of({1, 2, 7, 16, 26, 33, 100}), hidden, of_batch, last, rate});
    return cases;
}

template <class D>
void forward(D& d, pair_case const& c, bool inference, bool short_factors = false)
{
    using T = typename D::T;
    ex::op::dense_pair<T> both{};
    auto& a = both.hidden;
    // short: of 8 bits, so that bfloat16 loses nothing
    a.x = short_factors ? d.random(c.units, c.n, c.features) : d.rough(c.units, c.n, c.features);
    a.weight =
        short_factors ? d.random(c.units, c.hidden, c.features) : d.rough(c.units, c.hidden, c.features);
    a.bias = d.rough(c.units, c.hidden);
    a.gamma = d.rough(c.units, c.hidden);
    a.beta = d.rough(c.units, c.hidden);
    a.batch_statistics = c.hidden_of_batch;
    auto const statistic = [&](bool of_batch, char const* name, extent h) {
        return of_batch ? d.out(name, c.units, h) : d.positive(c.units, h);
    };
    a.mean = statistic(c.hidden_of_batch, "mean", c.hidden);
    a.variance = statistic(c.hidden_of_batch, "variance", c.hidden);
    a.epsilon = 1e-3;
    a.act = ex::activation::relu;
    a.dropout = {.rate = c.rate, .from = {99}, .layer = 2, .step = 5, .unit = 3};
    auto& b = both.last;
    b.weight = d.rough(c.units, 1, c.hidden);
    b.bias = d.rough(c.units, 1);
    if (c.last != norm::none) {
        b.gamma = d.rough(c.units, 1);
        b.beta = d.rough(c.units, 1);
        b.mean = statistic(c.last == norm::batch, "last mean", 1);
        if (c.last == norm::batch) d.difference_of(1);
        b.variance = statistic(c.last == norm::batch, "last variance", 1);
    }
    b.batch_statistics = c.last == norm::batch;
    b.epsilon = 0.1;
    b.act = ex::activation::elu;
    b.dropout = {.rate = c.rate / 2, .from = {99}, .layer = 3, .step = 5, .unit = 3};
    b.y = d.out("y", c.units, c.n, 1);
    if (!inference) both.kept = d.kept(both, c.units);
    run(d.backend, both);
}

// The hidden values before gamma and beta of a pair (of mean 0 where they are a batch's).
template <class D>
auto values_before_gamma(D& d, pair_case const& c)
{
    using T = typename D::T;
    auto v = d.read(d.rough(c.units, c.n, c.hidden));
    auto const columns = static_cast<std::size_t>(c.hidden), n = static_cast<std::size_t>(c.n);
    for (std::size_t u = 0; c.hidden_of_batch && u < static_cast<std::size_t>(c.units); ++u)
        for (std::size_t h = 0; h < columns; ++h) {
            T* const column = v.data() + u * n * columns + h;
            double sum = 0;
            for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(column[i * columns]);
            for (std::size_t i = 0; i < n; ++i)
                column[i * columns] -= static_cast<T>(sum / static_cast<double>(n));
        }
    return v;
}

/// Packs what a pair would have kept on a backend: the plain form, and that of cpu<float>.
template <class B>
struct pair_memory {
    template <class T>
    static void put(pair_case const& c, T const* normalized, T const* y, T const* last, std::byte* unit)
    {
        auto* const to = reinterpret_cast<T*>(unit);
        auto const n = static_cast<std::size_t>(c.n), count = n * static_cast<std::size_t>(c.hidden);
        std::copy_n(normalized, count, to);
        std::copy_n(y, count, to + count);
        std::copy_n(last, n, to + 2 * count);
    }
};
#if defined(EXPLAINN_TESTS_CPU)
template <class B>
    requires std::derived_from<B, ex::cpu<float>>
struct pair_memory<B> {
    static void put(pair_case const& c, float const* normalized, float const* y, float const* last,
                    std::byte* unit)
    {
        auto const n = static_cast<std::size_t>(c.n), h = static_cast<std::size_t>(c.hidden);
        auto* const to = reinterpret_cast<float*>(unit);
        std::size_t const row = (h + 15) / 16 * 16;
        for (std::size_t i = 0; i < n * h; ++i)
            to[i / h * row + i % h] = std::bit_cast<float>(
                (std::bit_cast<std::uint32_t>(normalized[i]) & ~1u) | (y[i] > 0 ? 1u : 0u));
        std::copy_n(last, n, reinterpret_cast<float*>(unit + ex::simd::pair_layout{n, h}.last_at()));
    }
};
#endif

template <class D>
void backward(D& d, pair_case const& c, bool want_dx)
{
    using T = typename D::T;
    ex::op::dense_pair_gradient<T> both{};
    auto& a = both.hidden;
    a.x = d.rough(c.units, c.n, c.features);
    a.weight = d.rough(c.units, c.hidden, c.features);
    a.gamma = d.rough(c.units, c.hidden);
    a.beta = d.rough(c.units, c.hidden);
    a.variance = d.positive(c.units, c.hidden);
    a.batch_statistics = c.hidden_of_batch;
    a.epsilon = 1e-3;
    a.act = ex::activation::relu;
    a.dropout = {.rate = c.rate, .from = {99}, .layer = 2, .step = 5, .unit = 3};
    auto const normalized = values_before_gamma(d, c);
    if (want_dx) a.dx = d.out("dx", c.units, c.n, c.features);
    a.dweight = d.out("dweight", c.units, c.hidden, c.features);
    a.dbias = d.out("dbias", c.units, c.hidden);
    a.dgamma = d.out("dgamma", c.units, c.hidden);
    a.dbeta = d.out("dbeta", c.units, c.hidden);
    auto& b = both.last;
    b.weight = d.rough(c.units, 1, c.hidden);
    if (c.last != norm::none) {
        b.gamma = d.rough(c.units, 1);
        b.beta = d.rough(c.units, 1);
        b.variance = d.positive(c.units, 1);
        b.dgamma = d.out("last dgamma", c.units, 1);
        b.dbeta = d.out("last dbeta", c.units, 1);
    }
    b.batch_statistics = c.last == norm::batch;
    b.epsilon = 0.1;
    b.act = ex::activation::identity;
    auto const last = d.read(d.rough(c.units, c.n, 1));
    b.y = d.rough(c.units, c.n, 1);
    b.dy = d.rough(c.units, c.n, 1);
    b.dweight = d.out("last dweight", c.units, 1, c.hidden);
    b.dbias = d.out("last dbias", c.units, 1);
    // what the forward pass would have kept
    ex::op::dense_pair<T> sizes{};
    sizes.hidden.weight = a.weight;
    sizes.last.y = {nullptr, c.units, c.n, 1};
    both.kept = d.kept(sizes, c.units);
    auto const gamma = d.read(a.gamma), beta = d.read(a.beta);
    auto const n = static_cast<std::size_t>(c.n), hidden = static_cast<std::size_t>(c.hidden);
    std::vector<T> y(normalized.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        std::size_t const u = i / (n * hidden), h = i % hidden;
        double const z = double(gamma[u * hidden + h]) * double(normalized[i]) + double(beta[u * hidden + h]);
        bool const passes = z > 0 && a.dropout.keeps(static_cast<std::uint32_t>(u), i % (n * hidden));
        y[i] = passes ? static_cast<T>(z * a.dropout.scale()) : T(0);
    }
    std::vector<std::byte> memory(both.kept.each * static_cast<std::size_t>(c.units));
    for (std::size_t u = 0; u < static_cast<std::size_t>(c.units); ++u)
        pair_memory<std::remove_cvref_t<decltype(d.backend)>>::put(
            c, normalized.data() + u * n * hidden, y.data() + u * n * hidden, last.data() + u * n,
            memory.data() + u * both.kept.each);
    d.backend.upload(both.kept.data, memory.data(), memory.size());
    run(d.backend, both);
}

} // namespace

TEST_CASE_TEMPLATE("dense_pair", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 8000;
    for (auto const& c : pair_cases()) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) { forward(d, c, false); });
        if (!c.hidden_of_batch) test::agrees<B>(number++, [&](auto& d) { forward(d, c, true); });
    }
}

TEST_CASE_TEMPLATE("dense_pair_gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 9000;
    for (auto const& c : pair_cases()) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) { backward(d, c, number % 3 != 0); });
    }
}

#if defined(EXPLAINN_TESTS_CPU)
TEST_CASE("dense_pair and its gradient in bfloat16")
{
    if (!test::in_bfloat16::is_here()) return;
    std::uint32_t number = 8600;
    for (auto const& c : pair_cases()) {
        CAPTURE(c);
        test::agrees<test::in_bfloat16>(number++, [&](auto& d) { forward(d, c, false, true); });
        if (!c.hidden_of_batch)
            test::agrees<test::in_bfloat16>(number++, [&](auto& d) { forward(d, c, true, true); });
        test::agrees<test::in_bfloat16>(
            number++, [&](auto& d) { backward(d, c, number % 3 != 0); }, test::bfloat16_tolerance);
    }
}
#endif

// The pair is its two blocks: what it writes and what goes back through it.
TEST_CASE_TEMPLATE("a dense_pair is two dense_blocks", B, EXPLAINN_TEST_BACKENDS)
{
    using T = typename B::scalar;
    B b;
    std::uint32_t number = 9500;
    for (extent const h : {2, 16, 33, 100})
        for (double const rate : {0.0, 0.3}) {
            CAPTURE(h);
            CAPTURE(rate);
            test::on_device<B> d{b, number++};
            extent const u = 3, n = 11, f = 9;
            auto const fill = [&](auto& o, auto& g, extent in, extent out, std::uint32_t layer) {
                o.weight = g.weight = d.rough(u, out, in);
                o.bias = d.rough(u, out);
                o.gamma = g.gamma = d.rough(u, out);
                o.beta = g.beta = d.rough(u, out);
                o.batch_statistics = g.batch_statistics = true;
                o.mean = d.out("", u, out);
                g.variance = o.variance = d.out("", u, out);
                o.epsilon = g.epsilon = 1e-2;
                o.act = g.act = ex::activation::relu;
                o.dropout = g.dropout = {.rate = rate, .from = {4}, .layer = layer, .step = 1, .unit = 2};
                g.y = o.y = d.out("", u, n, out);
                g.kept = o.kept = d.kept(o, u);
                g.dy = d.rough(u, n, out);
                g.dweight = d.out("dweight", u, out, in);
                g.dbias = d.out("dbias", u, out);
                g.dgamma = d.out("dgamma", u, out);
                g.dbeta = d.out("dbeta", u, out);
            };
            ex::op::dense_block<T> first{}, second{};
            ex::op::dense_block_gradient<T> first_back{}, second_back{};
            fill(first, first_back, f, h, 1);
            fill(second, second_back, h, 1, 2);
            first.x = first_back.x = d.rough(u, n, f);
            first_back.dx = d.out("dx", u, n, f);
            second.x = second_back.x = first.y;
            second_back.dx = first_back.dy;

            ex::op::dense_pair<T> pair{first, second, {}};
            pair.hidden.y = {};
            pair.last.x = {};
            pair.last.y = d.out("", u, n, 1);
            pair.kept = d.kept(pair, u);
            ex::op::dense_pair_gradient<T> pair_back{first_back, second_back, pair.kept};
            pair_back.last.y = pair.last.y;
            pair_back.last.dy = d.out("", u, n, 1);
            auto const dy = d.read(second_back.dy);
            b.upload(pair_back.last.dy.data, dy.data(), dy.size());
            for (auto* const g : {&pair_back.hidden, &pair_back.last}) {
                extent const out = g->weight.size(1), in = g->weight.size(2);
                g->dweight = d.out("", u, out, in);
                g->dbias = d.out("", u, out);
                g->dgamma = d.out("", u, out);
                g->dbeta = d.out("", u, out);
            }
            pair_back.hidden.dx = d.out("", u, n, f);

            run(b, first);
            run(b, second);
            run(b, second_back);
            run(b, first_back);
            run(b, pair);
            run(b, pair_back);
            auto const same = [&](char const* name, auto got, auto expected) {
                auto const wide = [&](auto v) {
                    auto const all = d.read(v);
                    return std::vector<double>(all.begin(), all.end());
                };
                test::compare({name, wide(got)}, {name, wide(expected)}, test::tolerance<T>);
            };
            same("y", pair.last.y, second.y);
            same("dx", pair_back.hidden.dx, first_back.dx);
            for (auto const& [got, expected] :
                 {std::pair{&pair_back.hidden, &first_back}, std::pair{&pair_back.last, &second_back}}) {
                same("dweight", got->dweight, expected->dweight);
                same("dbias", got->dbias, expected->dbias);
                same("dgamma", got->dgamma, expected->dgamma);
                same("dbeta", got->dbeta, expected->dbeta);
            }
        }
}
