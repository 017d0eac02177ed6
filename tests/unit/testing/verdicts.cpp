// The compiler and the error at run time agree: the same networks fit, and the others fail with the same
// sentence.
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>

namespace ex = explainn;

namespace {

template <ex::extent Width, ex::extent Pool, ex::extent Hidden>
using unit = ex::unit<ex::conv<Width>, ex::batch_norm, ex::exponential, ex::max_pool<Pool, 2>,
                      ex::dense<Hidden>, ex::batch_norm, ex::relu, ex::dense<1>>;
constexpr ex::extent open = ex::dynamic;
using open_network =
    ex::network<ex::dna<open>, ex::bank<open, unit<open, open, open>>, ex::linear_head<open>>;

std::string thrown(ex::sizes const& given)
{
    try {
        (void)open_network::resolve(given);
    } catch (ex::shape_error const& e) {
        return e.what();
    }
    return {};
}

template <ex::extent Length, ex::extent Units, ex::extent Width, ex::extent Pool, ex::extent Hidden,
          ex::extent Outputs>
void compare()
{
    // the condition that network<...> asserts, without the assertion
    static constexpr auto fixed =
        ex::walk<ex::dna<Length>, ex::bank<Units, unit<Width, Pool, Hidden>>, ex::linear_head<Outputs>>();
    std::string const compiled = fixed.says ? "" : ex::sentence(fixed.says, fixed.who).str();
    ex::sizes given;
    given.length = Length;
    given.units[0] = Units;
    given.width = Width;
    given.pool = Pool;
    given.stride = 2;
    given.hidden = Hidden;
    given.outputs = Outputs;
    CAPTURE(Length);
    CAPTURE(Width);
    CHECK(thrown(given) == compiled);
    if (!fixed.says) return;
    auto const made = open_network::resolve(given);
    for (std::size_t i = 0; i < made.layers.size(); ++i) CHECK(made.layers[i].out == fixed.layers[i].out);
    CHECK(made.features == fixed.features);
    CHECK(made.outputs == fixed.outputs);
}

template <int... I>
void compare_lengths(std::integer_sequence<int, I...>)
{
    (compare<I, 3, 5, 4, 6, 2>(), ...);
    (compare<20, 3, I, 4, 6, 2>(), ...);
    (compare<20, 3, 5, I, 6, 2>(), ...);
}

} // namespace

TEST_CASE("static and dynamic networks fit alike and fail in the same words")
{
    compare_lengths(std::make_integer_sequence<int, 24>{});
    compare<20, 0, 5, 4, 6, 2>();
    compare<20, 3, 5, 4, 0, 2>();
    compare<20, 3, 5, 4, 6, 0>();
    CHECK(thrown({.length = 22,
                  .units = {3, open, open, open},
                  .outputs = 1,
                  .width = 19,
                  .pool = 7,
                  .stride = 7,
                  .hidden = 1}) ==
          "in bank 1, at layer 4: max_pool<7, 2> needs at least 7 positions, but gets 4");
}

TEST_CASE("a dynamic network without its numbers says so")
{
    CHECK(thrown({}).find("needs its numbers") != std::string::npos);
    CHECK(thrown({.length = 200, .units = {3, open, open, open}, .outputs = 1}).find("needs its numbers") !=
          std::string::npos);
}
