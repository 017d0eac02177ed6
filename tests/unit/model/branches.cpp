// Units with branches, LSTMs, gates and filters of single channels: gradients, both backends, files,
// refusals.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network_file.hpp>
#include <explainn/reference.hpp>
#include <explainn/testing/gradients.hpp>

namespace ex = explainn;
using ex::extent;
using ex::kind;

namespace {

ex::layer_description layer(kind what, ex::numbers given = {}, ex::activation act = {})
{
    return {.what = what, .given = given, .act = act};
}
ex::layer_description conv(extent width, extent filters)
{
    return layer(kind::conv, {.width = width, .filters = filters, .padding = width / 2});
}
ex::layer_description silu() { return layer(kind::activate, {}, ex::activation::silu); }

// Branches within a branch: a sum, and what is behind it concatenated with what was before.
std::vector<ex::layer_description> nested()
{
    return {conv(3, 4),
            silu(),
            layer(kind::remember),
            layer(kind::strided_conv, {.width = 3, .filters = 3, .stride = 1, .padding = 2, .dilation = 2}),
            layer(kind::remember),
            layer(kind::depthwise_conv, {.width = 5, .padding = 2}),
            silu(),
            layer(kind::squeeze_excite, {.outputs = 2}),
            layer(kind::add_remembered),
            layer(kind::concat_remembered),
            layer(kind::bidirectional_lstm, {.outputs = 2}),
            layer(kind::lstm, {.outputs = 3}),
            layer(kind::transpose),
            layer(kind::dense, {.outputs = 2})};
}
ex::network_description description(extent units, std::vector<ex::layer_description> layers)
{
    ex::network_description d;
    d.length = 9;
    d.heads = {2};
    d.banks.push_back({units, std::move(layers)});
    return d;
}

constexpr extent rows = 3;
std::vector<ex::letter> letters()
{
    std::vector<ex::letter> all;
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests, 77};
    for (int i = 0; i < rows * 9; ++i) all.push_back(static_cast<ex::letter>(draw.below(4)));
    return all;
}

// Logits of a training step and the gradient of their sum, weighted by 1, 2, 3 and so on.
template <class B>
struct passes {
    ex::basic_model<B> m;
    std::vector<ex::letter> bases = letters();
    std::vector<typename B::scalar> weights;

    explicit passes(ex::network_rows net, B b = B{}) : m{ex::make_model<B>(std::move(net), ex::seed{4}, b)}
    {
        for (int i = 0; i < rows * m.outputs(); ++i)
            weights.push_back(static_cast<typename B::scalar>(i % 5 + 1));
    }
    ex::batch_view batch() { return {{bases.data(), rows, 9}, true}; }
    std::vector<double> logits()
    {
        auto const y = m.run().train_forward(batch(), m.data(), {});
        return {y.data, y.data + y.count()};
    }
    std::vector<double> gradient()
    {
        (void)logits();
        std::vector<typename B::scalar> all(m.parameters().total());
        m.run().backward(batch(), m.data(), {weights.data(), rows, m.outputs()}, all.data(), {});
        return {all.begin(), all.end()};
    }
};

} // namespace

TEST_CASE("gradients of branches, LSTMs and gates are the numerical ones")
{
    passes<ex::reference<double>> p{ex::rows_of(description(2, nested()))};
    auto const gradient = p.gradient();
    auto const loss = [&] {
        double sum = 0;
        auto const y = p.logits();
        for (std::size_t i = 0; i < y.size(); ++i) sum += p.weights[i] * y[i];
        return sum;
    };
    for (auto const& parameter : p.m.parameters()) {
        CAPTURE(parameter.name());
        auto const verdict = ex::check_gradient(loss, {p.m.data() + parameter.offset, parameter.count},
                                                {gradient.data() + parameter.offset, parameter.count});
        CHECK_MESSAGE(verdict.agrees, verdict.log);
    }
}

TEST_CASE("both backends agree on them, with the same bits for any number of threads and units")
{
    for (extent const units : {1, 2, 9}) {
        CAPTURE(units);
        auto const net = ex::rows_of(description(units, nested()));
        passes<ex::reference<double>> slow{net};
        passes<ex::cpu<float>> one{net, ex::cpu<float>{ex::threads{1}}},
            three{net, ex::cpu<float>{ex::threads{3}}};
        for (auto const& p : slow.m.parameters()) {
            auto const exact = slow.m.values(p.name());
            std::vector<float> const same(exact.begin(), exact.end());
            one.m.set_values(p.name(), same);
            three.m.set_values(p.name(), same);
            slow.m.set_values(p.name(), std::vector<double>(same.begin(), same.end()));
        }
        auto const agree = [](std::vector<double> const& want, std::vector<double> const& got) {
            double largest = 0, worst = 0;
            for (std::size_t i = 0; i < want.size(); ++i) {
                largest = std::max(largest, std::abs(want[i]));
                worst = std::max(worst, std::abs(want[i] - got[i]));
            }
            CHECK(worst <= 2e-5 * largest);
        };
        agree(slow.logits(), one.logits());
        agree(slow.gradient(), one.gradient());
        CHECK(one.logits() == three.logits());
        CHECK(one.gradient() == three.gradient());
        // at inference nothing is kept for a gradient, and the logits are the same: there is no dropout
        auto const inferred = one.m.predict({one.bases.data(), rows, 9});
        CHECK(std::vector<double>(inferred.begin(), inferred.end()) == one.logits());
    }
}

TEST_CASE("a file holds them, and the rows that are read are the rows that were written")
{
    auto const d = description(3, nested());
    CHECK(ex::network_of(ex::to_json(d)) == d);
    auto const net = ex::rows_of(d);
    CHECK(net.layer(8).partner == 4);
    CHECK(net.layer(9).partner == 2);
    CHECK(net.layer(9).remembered == ex::shape{4, 9});
    CHECK(net.layer(9).out == ex::shape{7, 9});
    CHECK(net.layer(10).out == ex::shape{4, 9});
    CHECK(net.layer(12).out == ex::shape{9, 3});
    using typed = ex::network<
        ex::dna<9>,
        ex::bank<3, ex::unit<ex::conv<3, 4, 1>, ex::silu, ex::remember, ex::strided_conv<3, 3, 1, 2, 2>,
                             ex::remember, ex::depthwise_conv<5, 2>, ex::silu, ex::squeeze_excite<2>,
                             ex::add_remembered, ex::concat_remembered, ex::bidirectional_lstm<2>,
                             ex::lstm<3>, ex::transpose, ex::dense<2>>>,
        ex::linear_head<2>>;
    CHECK(ex::description_of(ex::network_rows{typed::resolve()}) == d);
}

TEST_CASE("what joins nothing, or something of another shape, is refused in a sentence")
{
    auto const refused = [](std::vector<ex::layer_description> layers, char const* sentence) {
        CHECK_THROWS_WITH_AS(ex::rows_of(description(1, std::move(layers))), doctest::Contains(sentence),
                             ex::shape_error);
    };
    refused({conv(3, 4), layer(kind::add_remembered)},
            "in bank 1, at layer 2: add_remembered needs at least 1 remember layer before it, but gets 0");
    refused({conv(3, 4), layer(kind::remember), conv(3, 4), layer(kind::add_remembered),
             layer(kind::concat_remembered)},
            "at layer 5: concat_remembered needs at least 1 remember layer before it, but gets 0");
    refused({conv(3, 4), layer(kind::remember), conv(3, 5), layer(kind::add_remembered)},
            "at layer 4: add_remembered needs exactly 4 channels, but gets 5");
    refused({conv(3, 4), layer(kind::remember), layer(kind::max_pool, {.width = 3, .stride = 3}),
             layer(kind::concat_remembered)},
            "at layer 4: concat_remembered needs exactly 9 positions, but gets 3");
    refused({conv(3, 4), layer(kind::depthwise_conv, {.width = 12, .padding = 1})},
            "at layer 2: depthwise_conv<12, 1> needs at least 10 positions, but gets 9");
    auto const strided = [](extent width, extent stride, extent dilation) {
        return layer(kind::strided_conv,
                     {.width = width, .filters = 2, .stride = stride, .dilation = dilation});
    };
    refused({conv(3, 4), strided(5, 1, 3)},
            "at layer 2: strided_conv<5, 2, 1, 3, 0> needs at least 13 positions, but gets 9");
    refused({conv(3, 4), strided(3, 0, 1)}, "at layer 2: strided_conv<3, 2, 0, 1, 0> needs at least 1");
    CHECK_THROWS_WITH_AS(ex::rows_of(description(1, {conv(3, 4), strided(3, 1, 0)})),
                         doctest::Contains("expected a dilation of at least 1"), ex::error);
    CHECK_THROWS_WITH_AS(ex::rows_of(description(1, {conv(3, 4), strided(65535, 1, 65535)})),
                         doctest::Contains("expected a dilation times width of at most 1048576"), ex::error);
    CHECK_THROWS_WITH_AS(ex::rows_of(description(1, {conv(3, 4), layer(kind::lstm)})),
                         doctest::Contains("expected a hidden size of at least 1 in lstm<0>, found 0"),
                         ex::error);
    CHECK_THROWS_WITH_AS(ex::rows_of(description(1, {conv(3, 4), layer(kind::squeeze_excite)})),
                         doctest::Contains("expected a hidden size of at least 1"), ex::error);
}

namespace {
// A backend that has what every backend must have, and none of the ops of some layers.
struct plain {
    using scalar = float;
    ex::reference<float> loops{};
    template <class X>
    std::vector<X> make(std::size_t n)
    {
        return std::vector<X>(n);
    }
    template <class X>
    void upload(X* device, X const* host, std::size_t n)
    {
        loops.upload(device, host, n);
    }
    template <class X>
    void download(X* host, X const* device, std::size_t n)
    {
        loops.download(host, device, n);
    }
    void wait() {}
    template <class Key, class F>
    void record(Key const&, F&& f)
    {
        f();
    }
    template <class F>
    void for_units(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        f(std::size_t{0}, n);
    }
};
template <template <class> class Op>
    requires(ex::detail::lists<Op>(ex::all_ops{}))
void run(plain& b, Op<float> const& a)
{
    run(b.loops, a);
}
static_assert(ex::backend<plain> && !ex::runs<plain, ex::op::lstm>);
} // namespace

TEST_CASE("a backend without the ops of some layers runs all other networks and refuses these")
{
    auto m = ex::make_model<plain>(
        ex::rows_of(description(2, {conv(3, 4), silu(), layer(kind::dense, {.outputs = 1})})), ex::seed{1});
    auto const bases = letters();
    CHECK(m.predict({bases.data(), rows, 9}).size() == 6);
    CHECK_THROWS_WITH_AS(ex::make_model<plain>(ex::rows_of(description(2, nested())), ex::seed{1}),
                         doctest::Contains("this backend lacks ops of layer 3 of the network"), ex::error);
}
