// The laws of shapes and passes, on layers that obey them and on layers that break them.
#include <doctest/doctest.h>
#include <explainn/layers/layers.hpp>
#include <explainn/reference.hpp>
#include <explainn/testing/layer_laws.hpp>

namespace ex = explainn;
namespace laws = explainn::laws;

TEST_CASE_TEMPLATE("layers obey the shape laws", Layer, ex::conv<1>, ex::conv<19>, ex::conv<5, 3>,
                   ex::conv<5, 3, 2>, ex::conv<ex::dynamic>, ex::batch_norm, ex::layer_norm,
                   ex::layers::identity, ex::exponential, ex::relu, ex::elu, ex::softplus, ex::sigmoid,
                   ex::layers::tanh, ex::gelu, ex::silu, ex::max_pool<7>, ex::max_pool<7, 3>,
                   ex::max_pool<3, 2, 1>, ex::average_pool<4>, ex::average_pool<3, 2, 1>, ex::global_max_pool,
                   ex::global_average_pool, ex::dense<1>, ex::dense<100>, ex::dropout<ex::percent{30}>,
                   ex::lstm<3>, ex::bidirectional_lstm<5>, ex::transpose, ex::depthwise_conv<5>,
                   ex::depthwise_conv<9, 4>, ex::squeeze_excite<4>, ex::remember, ex::strided_conv<5, 3, 2>,
                   ex::strided_conv<3, 2, 1, 4, 4>, ex::strided_conv<4, 1, 3, 2, 1>, ex::larger_strand,
                   ex::mirror_sum)
{
    if constexpr (std::is_same_v<Layer, ex::conv<ex::dynamic>>) {
        // an open width needs its number before it has a shape; as long as it is open, the shape is unknown
        CHECK(Layer::after({4, 10}, {.width = 5, .filters = 1}).out == ex::shape{1, 6});
        CHECK(Layer::after({4, 10}, {.width = ex::dynamic, .filters = 1}).out == ex::shape{1, ex::dynamic});
    } else {
        CHECK(laws::broken<Layer>() == "");
    }
}

TEST_CASE("an activation rises where it says so, and only there")
{
    for (ex::activation const a : ex::all_activations) {
        CAPTURE(ex::detail::name_of(a));
        bool never_falls = true;
        for (int i = -2000; i < 2000; ++i)
            never_falls = never_falls && ex::activated(a, i / 100.0) <= ex::activated(a, (i + 1) / 100.0);
        CHECK(ex::rises(a) == never_falls);
    }
    // a value added to the enumeration of which nothing is known is not fused
    CHECK(!ex::rises(static_cast<ex::activation>(std::size(ex::all_activations))));
}

namespace {
struct forgets_the_unknown {
    static constexpr ex::phrase name() { return "forgets_the_unknown"; }
    static constexpr ex::outcome after(ex::shape in)
    {
        if (in.positions == 0) return ex::wants(ex::at_least, 1, ex::positions, in.positions);
        return ex::shape{in.channels, in.positions < 0 ? 1 : in.positions};
    }
};
struct refuses_the_unknown {
    static constexpr ex::phrase name() { return "refuses_the_unknown"; }
    static constexpr ex::outcome after(ex::shape in)
    {
        if (in.positions < 1) return ex::wants(ex::at_least, 1, ex::positions, in.positions);
        return in;
    }
};
struct leaves_nothing {
    static constexpr ex::phrase name() { return "leaves_nothing"; }
    static constexpr ex::outcome after(ex::shape in) { return ex::shape{in.channels, in.positions / 2}; }
};
struct shrinks_with_length {
    static constexpr ex::phrase name() { return "shrinks_with_length"; }
    static constexpr ex::outcome after(ex::shape in)
    {
        return ex::shape{in.channels, ex::known(in.positions) ? 100 - in.positions : ex::dynamic};
    }
};
struct weighs_twice {
    static constexpr ex::phrase name() { return "weighs_twice"; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
    static constexpr ex::weight_rows weights(ex::shape in)
    {
        return {ex::uniform_weight("weight", 1, in.channels), ex::uniform_weight("weight", 1, in.channels)};
    }
};
struct nameless {
    static constexpr ex::phrase name() { return ""; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
};
} // namespace

TEST_CASE("the laws see what breaks them")
{
    CHECK(laws::broken<forgets_the_unknown>().starts_with("an unknown length never gives another shape"));
    CHECK(laws::broken<refuses_the_unknown>().starts_with("an input that is refused without a length"));
    CHECK(laws::broken<leaves_nothing>().starts_with("an input that fits gives at least one"));
    CHECK(laws::broken<shrinks_with_length>().starts_with("a longer input gives no shorter output"));
    CHECK(laws::broken<weighs_twice>().starts_with("weights of a layer have different names"));
    CHECK(laws::broken<nameless>() == "a layer has a name");
    static_assert(ex::unit_of_layers<ex::unit<ex::conv<3>>> && !ex::unit_of_layers<int>);
    static_assert(ex::own_layer<nameless> && !ex::layer<int>);
}

namespace {
// y(c, l) = weight(l) x(c, l) + shift, with parameters. This layer obeys all laws; each of the others breaks
// one.
struct weighted {
    static constexpr ex::phrase name() { return "weighted"; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
    static constexpr ex::weight_rows weights(ex::shape in)
    {
        return {ex::constant_weight("weight", 1, in.positions), ex::constant_weight("shift", 0, 1),
                ex::state(ex::constant_weight("seen", 0, 1))};
    }
    template <class B, class T>
    static void forward(B&, ex::layer_forward<T> const& a)
    {
        for (ex::extent u = 0; u < a.x.size(0); ++u)
            for (ex::extent n = 0; n < a.x.size(1); ++n)
                for (ex::extent c = 0; c < a.x.size(2); ++c)
                    for (ex::extent l = 0; l < a.x.size(3); ++l)
                        a.y(u, n, c, l) = a.weights[0](u, l) * a.x(u, n, c, l) + a.weights[1](u, 0);
    }
    template <class B, class T>
    static void backward(B&, ex::layer_backward<T> const& a)
    {
        for (ex::extent u = 0; u < a.x.size(0); ++u) {
            a.dweights[1](u, 0) = 0;
            for (ex::extent l = 0; l < a.x.size(3); ++l) {
                T sum = 0;
                for (ex::extent n = 0; n < a.x.size(1); ++n)
                    for (ex::extent c = 0; c < a.x.size(2); ++c) {
                        a.dx(u, n, c, l) = a.weights[0](u, l) * a.dy(u, n, c, l);
                        sum += a.x(u, n, c, l) * a.dy(u, n, c, l);
                        a.dweights[1](u, 0) += a.dy(u, n, c, l);
                    }
                a.dweights[0](u, l) = sum;
            }
        }
    }
};
struct adds_to_y : weighted {
    template <class B, class T>
    static void forward(B&, ex::layer_forward<T> const& a)
    {
        for (std::size_t i = 0; i < a.y.count(); ++i) a.y.data[i] += a.x.data[i];
    }
};
struct leaves_dx : weighted {
    template <class B, class T>
    static void backward(B& b, ex::layer_backward<T> const& a)
    {
        auto const kept = a.dx(0, 0, 0, 0);
        weighted::backward(b, a);
        a.dx(0, 0, 0, 0) = kept;
    }
};
struct adds_to_weight : weighted {
    template <class B, class T>
    static void backward(B& b, ex::layer_backward<T> const& a)
    {
        auto const kept = a.dweights[0](0, 0);
        weighted::backward(b, a);
        a.dweights[0](0, 0) += kept;
    }
};
struct looks_at_others : weighted {
    template <class B, class T>
    static void forward(B& b, ex::layer_forward<T> const& a)
    {
        weighted::forward(b, a);
        for (std::size_t i = 0; i < a.y.count(); ++i) a.y.data[i] += a.x.data[0];
    }
};
struct wrong_dx : weighted {
    template <class B, class T>
    static void backward(B& b, ex::layer_backward<T> const& a)
    {
        weighted::backward(b, a);
        for (std::size_t i = 0; i < a.dx.count(); ++i) a.dx.data[i] = a.dy.data[i];
    }
};
struct wrong_shift : weighted {
    template <class B, class T>
    static void backward(B& b, ex::layer_backward<T> const& a)
    {
        weighted::backward(b, a);
        for (std::size_t i = 0; i < a.dweights[1].count(); ++i) a.dweights[1].data[i] *= 2;
    }
};
struct forward_alone {
    static constexpr ex::phrase name() { return "forward_alone"; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
    template <class B, class T>
    static void forward(B&, ex::layer_forward<T> const&)
    {
    }
};
} // namespace

TEST_CASE("a layer with parameters obeys the laws of its passes; the laws see what breaks them")
{
    ex::reference<double> b;
    CHECK(laws::broken<weighted>() == "");
    for (ex::shape const in : {ex::shape{1, 1}, ex::shape{1, 9}, ex::shape{3, 4}})
        CHECK(laws::broken<weighted>(b, in) == "");
    ex::shape const in{2, 5};
    CHECK(laws::broken<adds_to_y>(b, in) == "forward assigns all of y, whatever stood there");
    CHECK(laws::broken<leaves_dx>(b, in) == "backward assigns all of dx, whatever stood there");
    CHECK(laws::broken<adds_to_weight>(b, in) ==
          "backward assigns all of the gradient of weight, whatever stood there");
    CHECK(laws::broken<looks_at_others>(b, in) == "a unit computes the same in any slice of units");
    CHECK(laws::broken<wrong_dx>(b, in).starts_with("dx is the slope of forward: element 0: gradient "));
    CHECK(laws::broken<wrong_shift>(b, in).starts_with("the gradient of shift is the slope of forward: "));
    CHECK(laws::broken<forward_alone>(b, in) ==
          "a layer that is trained has backward(backend, layer_backward)");
    CHECK(laws::broken<nameless>(b, in) == "a layer has forward(backend, layer_forward)");
}
