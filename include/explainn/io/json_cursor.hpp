// The small part of JSON that headers of files need, read strictly and without building a tree.
#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads JSON text from left to right; throws error with the place in bytes where something else stands there
/// than was expected.
///
///     json_cursor at{R"({"a": [1, 2]})"};
///     at.expect('{');
///     std::string const key = at.string();       // "a"
class json_cursor {
public:
    /// Begins at the start of the text, which must outlive the cursor; errors call the text `what`.
    explicit json_cursor(std::string_view text, char const* what = "header") : text_{text}, what_{what} {}

    /// Skips blanks and takes this character; throws error if another one is there.
    void expect(char c)
    {
        if (!accept(c)) refuse(in_quotes(c));
    }
    /// Does the same and returns true if the character is there; else stays where it is and returns false.
    bool accept(char c)
    {
        skip_blanks();
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    /// Throws error unless only blanks follow.
    void expect_end()
    {
        skip_blanks();
        if (at_ != text_.size()) refuse("the end of the text");
    }
    /// Reads a string, its escapes resolved, UTF-8.
    std::string string()
    {
        expect('"');
        std::string out;
        for (;;) {
            char const c = next("a closing '\"'");
            if (c == '"') return out;
            if (static_cast<unsigned char>(c) < ' ') refuse("no control character in a string");
            if (c != '\\') {
                out += c;
                continue;
            }
            char const escape = next("an escape");
            if (escape == 'u') append_utf8(out, code_point());
            else {
                std::size_t const which = std::string_view{"\"\\/bfnrt"}.find(escape);
                if (which == std::string_view::npos) refuse("a known escape");
                out += "\"\\/\b\f\n\r\t"[which];
            }
        }
    }
    /// Reads a whole number from 0 to 2^63 - 1.
    std::int64_t whole_number()
    {
        skip_blanks();
        std::int64_t x = 0;
        std::size_t const begin = at_;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
            if (__builtin_mul_overflow(x, 10, &x) || __builtin_add_overflow(x, text_[at_] - '0', &x))
                refuse("a number below 2^63");
        if (at_ == begin || (text_[begin] == '0' && at_ > begin + 1)) refuse("a whole number");
        return x;
    }
    /// Reads a number as JSON writes it. Throws error where there is none, or where it is too large for a
    /// double.
    double number()
    {
        skip_blanks();
        std::size_t const begin = at_;
        accept_here('-');
        if (!accept_here('0')) digits();
        if (accept_here('.')) digits();
        if (accept_here('e') || accept_here('E')) {
            if (!accept_here('+')) accept_here('-');
            digits();
        }
        double x{};
        auto const end = std::from_chars(text_.data() + begin, text_.data() + at_, x);
        if (end.ec != std::errc{}) refuse("a number that a double holds");
        return x;
    }
    /// Reads true or false.
    bool boolean()
    {
        skip_blanks();
        for (bool const value : {true, false}) {
            std::string_view const word = value ? "true" : "false";
            if (text_.substr(at_, word.size()) != word) continue;
            at_ += word.size();
            return value;
        }
        refuse("true or false");
    }
    /// Calls each(key) for every member of an object; `each` reads the value. Throws error for a key that
    /// occurs twice.
    template <class Each>
    void members(Each each)
    {
        expect('{');
        if (accept('}')) return;
        std::vector<std::string> seen;
        do {
            seen.push_back(string());
            if (std::find(seen.begin(), seen.end() - 1, seen.back()) != seen.end() - 1)
                throw error{std::string{"expected every key of the "} + what_ + " once, found " +
                            in_quotes(seen.back()) + " twice"};
            expect(':');
            each(std::as_const(seen.back()));
        } while (accept(','));
        expect('}');
    }
    /// Calls each() for every element of a list; `each` reads the element.
    template <class Each>
    void elements(Each each)
    {
        expect('[');
        if (accept(']')) return;
        do each();
        while (accept(','));
        expect(']');
    }
    /// Throws error, saying what was expected and the present place.
    [[noreturn]] void refuse(std::string const& expected) const
    {
        throw error{"expected " + expected + " at byte " + std::to_string(at_) + " of the " + what_ +
                    ", found " +
                    (at_ < text_.size() ? in_quotes(text_.substr(at_, 12)) : std::string{"its end"})};
    }

private:
    void skip_blanks()
    {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }
    bool accept_here(char c)
    {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void digits()
    {
        std::size_t const begin = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
        if (at_ == begin) refuse("a number");
    }
    char next(char const* what)
    {
        if (at_ == text_.size()) refuse(what);
        return text_[at_++];
    }
    std::uint32_t four_hex()
    {
        std::uint32_t x = 0;
        for (int i = 0; i < 4; ++i) {
            char const c = next("four hexadecimal digits");
            std::size_t const lower = std::string_view{"0123456789abcdef"}.find(c);
            std::size_t const digit =
                lower != std::string_view::npos ? lower : std::string_view{"0123456789ABCDEF"}.find(c);
            if (digit == std::string_view::npos) refuse("four hexadecimal digits");
            x = x << 4 | static_cast<std::uint32_t>(digit);
        }
        return x;
    }
    std::uint32_t code_point()
    {
        std::uint32_t const high = four_hex();
        if (high < 0xD800 || high > 0xDFFF) return high;
        bool const pair = high < 0xDC00 && text_.substr(at_, 2) == "\\u";
        if (pair) at_ += 2;
        std::uint32_t const low = pair ? four_hex() : 0;
        if (low < 0xDC00 || low > 0xDFFF) refuse("a whole surrogate pair");
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    static void append_utf8(std::string& out, std::uint32_t c)
    {
        auto const tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 63)); };
        if (c < 0x80) out += static_cast<char>(c);
        else if (c < 0x800) {
            out += static_cast<char>(0xC0 | c >> 6);
            tail(0);
        } else if (c < 0x10000) {
            out += static_cast<char>(0xE0 | c >> 12);
            tail(6);
            tail(0);
        } else {
            out += static_cast<char>(0xF0 | c >> 18);
            tail(12);
            tail(6);
            tail(0);
        }
    }

    std::string_view text_;
    char const* what_;
    std::size_t at_{};
};

/// The text as a JSON string, quotes included.
inline std::string json_string(std::string_view s)
{
    std::string out{"\""};
    for (char const c : s) {
        auto const code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') (out += '\\') += c;
        else if (code < ' ') {
            out += "\\u00";
            out += "01"[code >> 4];
            out += "0123456789abcdef"[code & 15];
        } else out += c;
    }
    return out + '"';
}

} // namespace explainn::EXPLAINN_ABI
