// Numbers as text and back, independent of the locale.
#pragma once
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <explainn/core/cpp20.hpp>
#include <explainn/core/floating_point.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

// the powers of ten that are doubles
inline constexpr double exact_tens[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Takes up to 15 digits with at most one dot among them: then the digits and the power of ten are both exact
// doubles, so that one division gives the nearest double. Returns nothing for any other text.
inline std::optional<double> quick_number(std::string_view s)
{
    std::uint64_t digits = 0;
    std::size_t fraction = 0, dots = 0;
    if (s.size() > 16) return std::nullopt;
    for (char const c : s) {
        if (c >= '0' && c <= '9') {
            digits = 10 * digits + static_cast<std::uint64_t>(c - '0');
            fraction += dots;
        } else if (c == '.' && dots == 0) {
            dots = 1;
        } else {
            return std::nullopt;
        }
    }
    std::size_t const count = s.size() - dots;
    if (count == 0 || count > 15) return std::nullopt;
    return static_cast<double>(digits) / exact_tens[fraction];
}

// Writes 1 to 9 digits d and an exponent e in the form of %g; returns the end of what it wrote.
inline char* write_general(bool negative, std::uint32_t digits_of, int count, int exponent, char* out)
{
    char digits[9];
    for (int i = count; i-- > 0; digits_of /= 10) digits[i] = static_cast<char>('0' + digits_of % 10);
    int const precision = count;
    while (count > 1 && digits[count - 1] == '0') --count;
    if (negative) *out++ = '-';
    auto const put = [&out](char const* from, int n) {
        std::memcpy(out, from, static_cast<std::size_t>(n));
        out += n;
    };
    if (exponent < -4 || exponent >= precision) {
        *out++ = digits[0];
        if (count > 1) *out++ = '.';
        put(digits + 1, count - 1);
        *out++ = 'e';
        *out++ = exponent < 0 ? '-' : '+';
        int const e = exponent < 0 ? -exponent : exponent; // two digits: see quick_general
        *out++ = static_cast<char>('0' + e / 10);
        *out++ = static_cast<char>('0' + e % 10);
    } else if (exponent < 0) {
        put("0.000", 1 - exponent);
        put(digits, count);
    } else {
        for (int i = 0; i <= exponent; ++i) *out++ = i < count ? digits[i] : '0';
        if (count > exponent + 1) *out++ = '.';
        if (count > exponent + 1) put(digits + exponent + 1, count - exponent - 1);
    }
    return out;
}

// Writes x as printf's %.<digits>g does, by one product of doubles, for 1 to 9 digits and numbers of common
// size. Returns nullptr where the product is so near to the middle between two texts, or x so far from 1,
// that this product cannot decide which text is right.
inline char* quick_general(double x, int digits, char* out)
{
    constexpr auto& tens = exact_tens;
    double const size = std::abs(x);
    if (digits < 1 || digits > 9 || !(size > 1e-50 && size < 1e22)) return nullptr;
    int const binary = static_cast<int>(std::bit_cast<std::uint64_t>(size) >> 52) - 1023;
    int exponent = binary * 1233 >> 12; // floor(log10), or one less
    auto const scaled = [size, digits](int e) {
        int shift = digits - 1 - e;
        if (shift < 0) return size / tens[-shift];
        double y = size;
        for (; shift > 22; shift -= 22) y *= 1e22; // each product is exact except for its last bit
        return y * tens[shift];
    };
    double y = scaled(exponent);
    if (y >= tens[digits]) y = scaled(++exponent);
    if (!(y >= tens[digits - 1])) return nullptr;
    auto whole = static_cast<std::uint32_t>(y + 0.5);
    if (std::abs(std::abs(y - static_cast<double>(whole)) - 0.5) < 1e-5) return nullptr;
    if (whole == static_cast<std::uint32_t>(tens[digits])) {
        whole /= 10;
        ++exponent;
    }
    return write_general(x < 0, whole, digits, exponent, out);
}

} // namespace detail

/// Appends number_text(x, digits) to a text.
inline void append_number(std::string& text, double x, int digits = 9)
{
    char chars[48];
    char* end = detail::quick_general(x, digits, chars);
    if (end == nullptr && std::isnan(x)) {
        text += "nan";
        return;
    }
    if (end == nullptr)
        end = std::to_chars(chars, chars + sizeof chars, x, std::chars_format::general, digits).ptr;
    text.append(chars, end);
}

/// The number as printf's %.9g writes it, so that a float reads back exactly; `nan`, `inf` and `-inf` in
/// words.
inline std::string number_text(double x, int digits = 9)
{
    std::string text;
    append_number(text, x, digits);
    return text;
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

/// The number that the whole of `s` spells (nan and inf included), or nothing. A leading + is allowed.
inline std::optional<double> number_of(std::string_view s)
{
    if (auto const quick = detail::quick_number(s)) return quick;
    if (s.size() > 1 && s.front() == '+' && s[1] != '-') s.remove_prefix(1);
    double x{};
    auto const end = std::from_chars(s.data(), s.data() + s.size(), x);
    if (end.ptr != s.data() + s.size() || s.empty()) return std::nullopt;
    if (end.ec == std::errc::result_out_of_range) return std::nullopt;
    if (end.ec != std::errc{}) return std::nullopt;
    return x;
}

} // namespace explainn::EXPLAINN_ABI
