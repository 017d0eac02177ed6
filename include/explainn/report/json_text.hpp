// JSON as text, written step by step, safe within an HTML page.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <explainn/core/number_text.hpp>
#include <explainn/motif/logo_drawing.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes JSON and puts commas where they belong. Numbers that are not finite become null, bytes that are not
/// UTF-8 `?`, and `<` and `&` escapes, so that no text can end the element of a page that contains the JSON.
///
///     json_text j;
///     j.object([&] { j.key("name").text("CTCF"); j.key("q").number(1e-9, 3); });
///     j.str();                                     // {"name":"CTCF","q":1e-09}
class json_text {
public:
    template <class Inside>
    json_text& object(Inside inside)
    {
        return around('{', '}', inside);
    }
    template <class Inside>
    json_text& array(Inside inside)
    {
        return around('[', ']', inside);
    }
    json_text& key(std::string_view name)
    {
        comma();
        quote(name);
        out_ += ':';
        after_key_ = true;
        return *this;
    }
    json_text& text(std::string_view s)
    {
        comma();
        quote(s);
        return *this;
    }
    json_text& number(double x, int digits = 4)
    {
        comma();
        if (std::isfinite(x)) append_number(out_, x, digits);
        else out_ += "null";
        return *this;
    }
    json_text& count(std::size_t n)
    {
        comma();
        out_ += std::to_string(n);
        return *this;
    }
    json_text& truth(bool x)
    {
        comma();
        out_ += x ? "true" : "false";
        return *this;
    }
    json_text& nothing()
    {
        comma();
        out_ += "null";
        return *this;
    }
    template <class Range>
    json_text& numbers(Range const& values, int digits = 4)
    {
        return array([&] {
            for (auto const x : values) number(static_cast<double>(x), digits);
        });
    }
    std::string const& str() const { return out_; }

private:
    template <class Inside>
    json_text& around(char open, char close, Inside inside)
    {
        comma();
        out_ += open;
        first_ = true;
        inside();
        out_ += close;
        first_ = false;
        return *this;
    }
    void comma()
    {
        if (!first_ && !after_key_) out_ += ',';
        first_ = after_key_ = false;
    }
    void quote(std::string_view s)
    {
        out_ += '"';
        while (!s.empty()) {
            std::size_t const n = detail::utf8_length(s);
            char const c = s.front();
            if (n == 0) out_ += '?';
            else if (n > 1) out_ += s.substr(0, n);
            else if (c == '"' || c == '\\') (out_ += '\\') += c;
            else if (c == '<') out_ += "\\u003c";
            else if (c == '&') out_ += "\\u0026";
            else out_ += c < ' ' || c == '\x7f' ? ' ' : c;
            s.remove_prefix(n == 0 ? 1 : n);
        }
        out_ += '"';
    }

    std::string out_;
    bool first_ = true, after_key_ = false;
};

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
