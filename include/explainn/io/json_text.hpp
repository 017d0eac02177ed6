// JSON as text, written step by step, safe within an HTML page.
#pragma once
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include <explainn/core/number_text.hpp>
#include <explainn/core/utf8.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes JSON and puts commas where they belong. Numbers that are not finite become null, bytes that are not
/// UTF-8 `?`, and `<` and `&` escapes, so that no text can end the element of a page that contains the JSON.
///
///     json_text j;
///     j.object([&] { j.key("name").text("CTCF"); j.key("q").number(1e-9, 3); });
///     j.str();                                     // {"name":"CTCF","q":1e-09}
///
/// With an indent, every value stands in a line of its own, for people to read: json_text{2}.
class json_text {
public:
    /// `indent`: blanks by which what is inside stands further right; 0 writes one line.
    explicit json_text(std::size_t indent = 0) : indent_{indent} {}

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
        out_ += indent_ > 0 ? ": " : ":";
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
        ++depth_;
        inside();
        --depth_;
        if (!first_) new_line();
        out_ += close;
        first_ = false;
        return *this;
    }
    void comma()
    {
        if (!first_ && !after_key_) out_ += ',';
        if (depth_ > 0 && !after_key_) new_line();
        first_ = after_key_ = false;
    }
    void new_line()
    {
        if (indent_ > 0) (out_ += '\n').append(depth_ * indent_, ' ');
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

    std::size_t indent_, depth_ = 0;
    std::string out_;
    bool first_ = true, after_key_ = false;
};

} // namespace explainn::EXPLAINN_ABI
