// How much memory a deep bank needs at inference: two arrays in turn, whatever its depth.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"

using namespace explainn;

namespace {

// a reference backend that takes whole banks and counts the numbers that it allocates
std::size_t asked = 0;
struct counting : reference<float> {
    template <template <class> class Op>
    bool takes_whole_bank(extent) const
    {
        return true;
    }
    template <class X>
    auto make(std::size_t n)
    {
        if (std::same_as<X, float>) asked += n;
        return reference<float>::make<X>(n);
    }
};
template <int Convolutions>
struct deep {
    template <int... I>
    static auto unit_of(std::integer_sequence<int, I...>)
        -> unit<conv<3, 4, 1>, conv<(I, 3), 4, 1>..., global_max_pool>;
    using type = network<dna<50>, bank<1, decltype(unit_of(std::make_integer_sequence<int, Convolutions>{}))>,
                         linear_head<1>>;
};

template <int Convolutions>
std::size_t asked_at_inference()
{
    model<typename deep<Convolutions>::type, counting> m{seed{1}};
    auto const batch = random_model::batch(8, 50, 1, true);
    asked = 0;
    m.predict({batch.letters.data(), 8, 50});
    return asked;
}

} // namespace

TEST_CASE("the memory of a deep bank does not grow with its depth at inference")
{
    std::size_t const four = asked_at_inference<4>();
    CHECK(four >= 2 * 8 * 4 * 50); // both arrays
    CHECK(asked_at_inference<16>() == four);
}
TEST_CASE("a deep bank gives the same logits with shared arrays and with its own, and trains after inference")
{
    using net = deep<6>::type;
    auto const batch = random_model::batch(8, 50, 1, true);
    view<letter const, 2> const letters{batch.letters.data(), 8, 50};
    model<net, counting> m{seed{1}};
    auto const shared = m.predict(letters);
    model<net, reference<float>> plain{seed{1}}; // by blocks of units: each stage has its own array
    CHECK(plain.predict(letters) == shared);
    auto const a = random_model::step(m, batch), b = random_model::step(plain, batch);
    CHECK(a.gradients == b.gradients);
    CHECK(m.predict(letters) == plain.predict(letters)); // the arrays for training exist by now
    CHECK(m.predict(letters.slice(0, 3)) == plain.predict(letters.slice(0, 3)));
}
