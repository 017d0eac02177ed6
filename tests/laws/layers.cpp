// The shape laws, on every layer and on layers that break them.
#include <doctest/doctest.h>
#include <explainn/layers/layers.hpp>

#include "layer_laws.hpp"

namespace ex = explainn;

TEST_CASE_TEMPLATE("layers obey the shape laws", Layer, ex::conv<1>, ex::conv<19>, ex::conv<5, 3>,
                   ex::conv<5, 3, 2>, ex::conv<ex::dynamic>, ex::batch_norm, ex::layer_norm,
                   ex::layers::identity, ex::exponential, ex::relu, ex::elu, ex::softplus, ex::sigmoid,
                   ex::layers::tanh, ex::gelu, ex::silu, ex::max_pool<7>, ex::max_pool<7, 3>,
                   ex::max_pool<3, 2, 1>, ex::average_pool<4>, ex::average_pool<3, 2, 1>, ex::global_max_pool,
                   ex::global_average_pool, ex::dense<1>, ex::dense<100>, ex::dropout<ex::percent{30}>)
{
    if constexpr (std::is_same_v<Layer, ex::conv<ex::dynamic>>) {
        // an open width needs its number before it has a shape; open it stays within the algebra
        CHECK(Layer::after({4, 10}, {5, 1, 0}).out == ex::shape{1, 6});
        CHECK(Layer::after({4, 10}, {ex::dynamic, 1, 0}).out == ex::shape{1, ex::dynamic});
    } else {
        CHECK(laws::broken<Layer>() == "");
    }
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
    CHECK(laws::broken<refuses_the_unknown>().starts_with("what is refused without a length"));
    CHECK(laws::broken<leaves_nothing>().starts_with("what fits leaves at least one"));
    CHECK(laws::broken<shrinks_with_length>().starts_with("a longer input gives no shorter output"));
    CHECK(laws::broken<weighs_twice>().starts_with("weights of a layer have names of their own"));
    CHECK(laws::broken<nameless>() == "a layer has a name");
    static_assert(ex::unit_of_layers<ex::unit<ex::conv<3>>> && !ex::unit_of_layers<int>);
    static_assert(ex::head<ex::linear_head<2>> && !ex::head<int> &&
                  !ex::head<ex::bank<1, ex::unit<ex::conv<3>>>>);
    static_assert(ex::own_layer<nameless> && !ex::layer<int>);
}
