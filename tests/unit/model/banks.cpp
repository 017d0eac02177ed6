// Several banks, a bank of one, a user's own layer: every gradient is compared with a numerical one.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"

using namespace explainn;

namespace {

/// y = x * scale, with one number for each channel: a layer as a user writes it in a separate file.
struct channel_scale {
    static constexpr phrase name() { return "channel_scale"; }
    static constexpr outcome after(shape in) { return in; }
    static constexpr weight_rows weights(shape in) { return {constant_weight("scale", 1.5, in.channels)}; }
    template <class B>
    static void forward(B&, layer_forward<typename B::scalar> const& a)
    {
        each(a.x, [&](extent u, extent n, extent c, extent l) {
            a.y(u, n, c, l) = a.x(u, n, c, l) * a.weights[0](u, c);
        });
    }
    template <class B>
    static void backward(B&, layer_backward<typename B::scalar> const& a)
    {
        for (extent u = 0; u < a.dweights[0].size(0); ++u)
            for (extent c = 0; c < a.dweights[0].size(1); ++c) a.dweights[0](u, c) = 0;
        each(a.x, [&](extent u, extent n, extent c, extent l) {
            a.dx(u, n, c, l) = a.dy(u, n, c, l) * a.weights[0](u, c);
            a.dweights[0](u, c) += a.dy(u, n, c, l) * a.x(u, n, c, l);
        });
    }

private:
    template <class V, class F>
    static void each(V const& v, F f)
    {
        for (extent u = 0; u < v.size(0); ++u)
            for (extent n = 0; n < v.size(1); ++n)
                for (extent c = 0; c < v.size(2); ++c)
                    for (extent l = 0; l < v.size(3); ++l) f(u, n, c, l);
    }
};
/// y(0, l) = sum over c of weight(c) x(c, l). As the first layer of a unit it is called for one unit at a
/// time.
struct base_weights {
    static constexpr phrase name() { return "base_weights"; }
    static constexpr outcome after(shape in) { return shape{1, in.positions}; }
    static constexpr weight_rows weights(shape in) { return {uniform_weight("weight", 4, in.channels)}; }
    template <class B>
    static void forward(B&, layer_forward<typename B::scalar> const& a)
    {
        for (extent u = 0; u < a.y.size(0); ++u)
            for (extent n = 0; n < a.y.size(1); ++n)
                for (extent l = 0; l < a.y.size(3); ++l) {
                    a.y(u, n, 0, l) = 0;
                    for (extent c = 0; c < 4; ++c) a.y(u, n, 0, l) += a.weights[0](u, c) * a.x(0, n, c, l);
                }
    }
    template <class B>
    static void backward(B&, layer_backward<typename B::scalar> const& a)
    {
        for (extent u = 0; u < a.y.size(0); ++u)
            for (extent c = 0; c < 4; ++c) {
                a.dweights[0](u, c) = 0;
                for (extent n = 0; n < a.y.size(1); ++n)
                    for (extent l = 0; l < a.y.size(3); ++l)
                        a.dweights[0](u, c) += a.dy(u, n, 0, l) * a.x(0, n, c, l);
            }
    }
};
/// A layer that does not say how it is computed.
struct no_code {
    static constexpr phrase name() { return "no_code"; }
    static constexpr outcome after(shape in) { return in; }
};
static_assert(own_layer<channel_scale> && layer<channel_scale>);

double loss_of(basic_model<reference<double>>& m, host_batch const& b)
{
    auto letters = b.letters;
    auto const y = m.run().train_forward({{letters.data(), b.count, m.length()}, b.has_n}, m.data(), {});
    return total_of(m.device(), bce_with_logits{}, y,
                    view<float const, 2>{b.labels.data(), b.count, m.outputs()})
        .mean();
}

// Central differences for a few elements of every tensor.
template <class Net>
void gradients_are_right(char const* what)
{
    CAPTURE(what);
    model<Net, reference<double>> m{seed{11}};
    random_model::stir(m);
    auto const b = random_model::batch(6, m.length(), m.outputs(), true);
    auto const start = m.snapshot();
    trainer t{m, sgd{.learning_rate = 0}, bce_with_logits{}, training{}};
    t.train_batch(b);
    auto const g = t.gradients();
    for (auto const& p : m.parameters()) {
        if (!p.trained) continue;
        std::string const name{p.name()};
        std::size_t const jump = std::max<std::size_t>(1, p.count / 7);
        for (std::size_t i = 0; i < p.count; i += jump) {
            double const h = 1e-6;
            auto moved = start;
            moved[p.offset + i] += h;
            m.restore(moved);
            double const up = loss_of(m, b);
            moved = start;
            moved[p.offset + i] -= h;
            m.restore(moved);
            double const down = loss_of(m, b);
            CAPTURE(name);
            CAPTURE(i);
            CHECK(g[p.offset + i] == doctest::Approx((up - down) / (2 * h)).epsilon(2e-4).scale(1e-3));
        }
    }
}

using motif_unit = unit<conv<7>, batch_norm, exponential, max_pool<5>, dense<4>, batch_norm, relu, dense<1>>;

} // namespace

TEST_CASE("gradients of one bank")
{
    gradients_are_right<network<dna<30>, bank<3, motif_unit>, linear_head<2>>>("motif units");
}
TEST_CASE("gradients of two banks side by side")
{
    gradients_are_right<
        network<dna<30>, bank<3, motif_unit>,
                bank<2, unit<conv<5>, batch_norm, relu, max_pool<4, 2>, dense<3>>>, linear_head<2>>>(
        "two banks");
}
TEST_CASE("an ordinary network is a bank of one")
{
    gradients_are_right<network<dna<30>,
                                bank<1, unit<conv<5, 4>, batch_norm, relu, max_pool<3>, conv<3, 2, 1>, elu,
                                             average_pool<2>, dense<6>, layer_norm, silu, dense<3>>>,
                                linear_head<2>>>("a bank of one");
}
TEST_CASE("gradients of padded pools and convolutions")
{
    gradients_are_right<
        network<dna<20>, bank<2, unit<conv<4, 2, 2>, gelu, max_pool<3, 2, 1>, average_pool<3, 2, 1>>>,
                linear_head<2>>>("padding");
}
TEST_CASE("a layer of a user's own runs and is trained")
{
    gradients_are_right<network<dna<24>, bank<3, unit<conv<5>, channel_scale, softplus, global_average_pool>>,
                                linear_head<1>>>("own layer");
    gradients_are_right<
        network<dna<24>, bank<3, unit<conv<5>, relu, max_pool<4>, channel_scale, dense<1>>>, linear_head<1>>>(
        "own layer after a scan");
    gradients_are_right<
        network<dna<24>, bank<3, unit<base_weights, softplus, average_pool<4>, dense<1>>>, linear_head<1>>>(
        "own layer first");
}
TEST_CASE("a layer of a user's own without code is refused when the model is made")
{
    using net = network<dna<24>, bank<3, unit<conv<5>, no_code, global_max_pool>>, linear_head<1>>;
    CHECK_THROWS_WITH_AS((model<net, reference<double>>{seed{1}}),
                         "a layer of a user's own needs forward(backend, layer_forward) to run", error);
}
TEST_CASE("two banks give the sum of what each gives alone")
{
    using a = unit<conv<7>, batch_norm, exponential, max_pool<5>, dense<1>>;
    using b = unit<conv<5>, batch_norm, relu, global_max_pool>;
    model<network<dna<30>, bank<3, a>, bank<2, b>, linear_head<2>>, reference<double>> both{seed{1}};
    model<network<dna<30>, bank<3, a>, linear_head<2>>, reference<double>> first{seed{1}};
    model<network<dna<30>, bank<2, b>, linear_head<2>>, reference<double>> second{seed{1}};
    random_model::stir(both);
    auto const copy = [&](auto& to, std::string const& prefix, std::size_t column, std::size_t columns) {
        for (auto const& p : to.parameters()) {
            std::string const name{p.name()};
            if (p.layer >= 0) {
                to.set_values(name, both.values(prefix + name));
            } else if (name == "final.weight") {
                auto const all = both.values(name);
                std::vector<double> own;
                for (std::size_t o = 0; o < 2; ++o)
                    for (std::size_t k = 0; k < columns; ++k) own.push_back(all[o * 5 + column + k]);
                to.set_values(name, own);
            } else if (prefix == "banks.0.") {
                to.set_values(name, both.values(name));
            } else {
                to.set_values(name, std::vector<double>{0, 0});
            }
        }
    };
    copy(first, "banks.0.", 0, 3);
    copy(second, "banks.1.", 3, 2);
    auto const data = random_model::batch(4, 30, 2, true);
    view<letter const, 2> const letters{data.letters.data(), 4, 30};
    auto const x = first.predict(letters), y = second.predict(letters), z = both.predict(letters);
    for (std::size_t i = 0; i < z.size(); ++i) CHECK(z[i] == doctest::Approx(x[i] + y[i]).epsilon(1e-12));
}
