// Numbers as text: the fast way gives the same as the standard library.
#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>

namespace ex = explainn;

namespace {
std::string by_the_library(double x, int digits)
{
    char chars[64];
    auto const end = std::to_chars(chars, chars + sizeof chars, x, std::chars_format::general, digits);
    return {chars, end.ptr};
}
} // namespace

TEST_CASE("numbers are written as the standard library writes them, to the digit")
{
    ex::random_numbers draw{ex::seed{51}, ex::stream::tests};
    std::size_t tried = 0, same = 0, quick = 0;
    auto const check = [&](double x, int digits) {
        char chars[64];
        quick += ex::detail::quick_general(x, digits, chars) != nullptr;
        ++tried;
        same += ex::number_text(x, digits) == by_the_library(x, digits);
    };
    for (int i = 0; i < 40'000; ++i) {
        int const digits = 1 + i % 9;
        double const k = draw.below(2'000'000);
        check(std::pow(10, draw.uniform(-60, 25)), digits);
        check(-std::pow(10, draw.uniform(-8, 8)), digits);
        check(k, digits);
        check(k / 16, digits); // many lie exactly between two texts
        check((k + 0.5) * 1e-3, digits);
        double const any = std::bit_cast<double>(std::uint64_t{draw.bits()} << 32 | draw.bits());
        if (!std::isnan(any)) check(any, digits);
    }
    for (int e = -60; e < 25; ++e)
        for (int digits = 1; digits <= 17; ++digits)
            for (double const part :
                 {1.0, 0.99999999999999989, 1.0000000000000002, 9.9999999999, 9.99995, 9.5, 5.0})
                check(std::pow(10.0, e) * part, digits);
    for (double const x : {0.0, -0.0, 1e22, 1e-50, 5e-324, 1.7e308, HUGE_VAL, -HUGE_VAL}) check(x, 6);
    CHECK(same == tried);
    CHECK(quick > tried / 2);
    CHECK(ex::number_text(std::nan(""), 6) == "nan");
    CHECK(ex::number_text(0.000123456789, 6) == "0.000123457");
    CHECK(ex::number_text(1.5e-7) == "1.5e-07");
    std::string text = "p=";
    ex::append_number(text, 0.25, 6);
    CHECK(text == "p=0.25");
}

TEST_CASE("texts are read as the standard library reads them, to the bit")
{
    ex::random_numbers draw{ex::seed{52}, ex::stream::tests};
    std::size_t tried = 0, same = 0;
    auto const check = [&](std::string const& text) {
        double expected{};
        auto const end = std::from_chars(text.data(), text.data() + text.size(), expected);
        bool const whole = end.ec == std::errc{} && end.ptr == text.data() + text.size();
        auto const x = ex::number_of(text);
        ++tried;
        same += x.has_value() == whole &&
                (!whole || std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(expected));
    };
    for (int i = 0; i < 60'000; ++i) {
        std::string text;
        std::uint32_t const digits = 1 + draw.below(19), dot = draw.below(20);
        for (std::uint32_t k = 0; k < digits; ++k) {
            if (k == dot) text += '.';
            text += static_cast<char>('0' + draw.below(10));
        }
        check(text);
        check("0.0" + text.substr(0, 6));
    }
    for (char const* text : {"0",
                             "00",
                             "0.",
                             ".5",
                             ".",
                             "",
                             "1..2",
                             "1.2.3",
                             "-1",
                             "1e5",
                             "1e-5",
                             "nan",
                             "inf",
                             " 1",
                             "1 ",
                             "999999999999999",
                             "9999999999999999",
                             "0.123456789012345",
                             "000000000000001",
                             "1_0",
                             "\xD9\xA1"})
        check(text);
    CHECK(same == tried);
    CHECK(ex::number_of("+1.5") == 1.5);
    CHECK(!ex::number_of("+-1.5"));
}
