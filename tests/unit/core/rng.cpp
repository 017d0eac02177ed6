#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>

namespace ex = explainn;

TEST_CASE("Philox gives the known answers of its authors")
{
    // kat_vectors of Random123: philox4x32 10
    using four = std::array<std::uint32_t, 4>;
    CHECK(ex::philox({0, 0, 0, 0}, {0, 0}) == four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(ex::philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) ==
          four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(ex::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("uses and blocks of one seed differ, the same use repeats")
{
    ex::random_numbers a{ex::seed{1}, ex::stream::split}, again{ex::seed{1}, ex::stream::split},
        other{ex::seed{1}, ex::stream::batches}, block{ex::seed{1}, ex::stream::split, 1};
    std::vector<std::uint32_t> first, second, third, fourth;
    for (int i = 0; i < 9; ++i) {
        first.push_back(a.bits());
        second.push_back(again.bits());
        third.push_back(other.bits());
        fourth.push_back(block.bits());
    }
    CHECK(first == second);
    CHECK(first != third);
    CHECK(first != fourth);
}

TEST_CASE("below(n) is even-handed and a shuffle is a permutation")
{
    ex::random_numbers draw{ex::seed{7}, ex::stream::tests};
    std::array<int, 6> seen{};
    for (int i = 0; i < 60000; ++i) ++seen[draw.below(6)];
    for (int const n : seen) CHECK(std::abs(n - 10000) < 500);
    std::vector<int> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, sorted = order;
    draw.shuffle(order);
    CHECK(order != sorted);
    std::sort(order.begin(), order.end());
    CHECK(order == sorted);
}

TEST_CASE("numbers as text read back")
{
    for (float const x : {0.1f, 1e-38f, 3.4028235e38f, -7.25f, 1.0f / 3}) {
        CHECK(static_cast<float>(*ex::number_of(ex::number_text(static_cast<double>(x)))) == x);
        CHECK(static_cast<float>(*ex::number_of(ex::float_text(x))) == x);
    }
    CHECK(ex::float_text(0.1f) == "0.1");
    CHECK(ex::float_text(-std::nanf("")) == "nan");
    CHECK(ex::float_text(-HUGE_VALF) == "-inf");
    CHECK(!ex::number_of(""));
    CHECK(!ex::number_of("1x"));
    CHECK(!ex::number_of("+-1"));
    CHECK(*ex::number_of("+1") == 1);
}
