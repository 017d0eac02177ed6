// Many numbers as bytes within the JSON of a page.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <explainn/io/json_text.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Many numbers as an object of base64 bytes: 0 to 254 from `least` to `most`, 255 for one that is not
/// finite. A page shows them as shades and places, for which 1/254 of their range is fine enough; the tables
/// hold the numbers.
inline void write_packed(json_text& j, std::span<double const> values)
{
    double least = 0, most = 0;
    bool any = false;
    for (double const x : values) {
        if (!std::isfinite(x)) continue;
        least = any ? std::min(least, x) : x;
        most = any ? std::max(most, x) : x;
        any = true;
    }
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes, text;
    for (double const x : values)
        bytes += static_cast<char>(static_cast<unsigned char>(
            !std::isfinite(x) ? 255
            : most > least    ? static_cast<int>(std::lround((x - least) / (most - least) * 254))
                              : 0));
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (unsigned k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? digits[three >> (18 - 6 * k) & 63u] : '=';
    }
    j.object([&] {
        j.key("bytes").text(text);
        j.key("least").number(least, 6);
        j.key("most").number(most, 6);
    });
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
