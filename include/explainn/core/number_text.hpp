// Numbers as text and back, independent of the locale.
#pragma once
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace explainn {

/// As printf's %.9g: a float reads back exactly; `nan`, `inf` and `-inf` in words.
inline std::string number_text(double x, int digits = 9)
{
    if (std::isnan(x)) return "nan";
    char chars[48];
    auto const end = std::to_chars(chars, chars + sizeof chars, x, std::chars_format::general, digits);
    return {chars, end.ptr};
}

/// The fewest digits that read back as the same float (0.1 for 0.1f); `nan`, `inf` and `-inf` in words.
inline std::string float_text(float x)
{
    if (std::isnan(x)) return "nan";
    char chars[24];
    auto const end = std::to_chars(chars, chars + sizeof chars, x);
    return {chars, end.ptr};
}

/// The fewest digits that read back as the same double (0.1 for 0.1); `nan`, `inf` and `-inf` in words.
inline std::string double_text(double x)
{
    if (std::isnan(x)) return "nan";
    char chars[32];
    auto const end = std::to_chars(chars, chars + sizeof chars, x);
    return {chars, end.ptr};
}

/// The whole of `s` as a number (nan and inf included), or nothing. A leading + is allowed.
inline std::optional<double> number_of(std::string_view s)
{
    if (s.size() > 1 && s.front() == '+' && s[1] != '-') s.remove_prefix(1);
    double x{};
    auto const end = std::from_chars(s.data(), s.data() + s.size(), x);
    if (end.ptr != s.data() + s.size() || s.empty()) return std::nullopt;
    if (end.ec == std::errc::result_out_of_range) return std::nullopt;
    if (end.ec != std::errc{}) return std::nullopt;
    return x;
}

} // namespace explainn
