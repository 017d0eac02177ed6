// Text of a user's file in the form that an error shows: on one line, printable, not too long.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// 'x', or "byte 7" for a character that does not print.
///
///     in_quotes('-')                                 // "'-'"
inline std::string in_quotes(char c)
{
    if (c >= ' ' && c <= '~') return std::string{"'"} + c + "'";
    return "byte " + std::to_string(static_cast<unsigned char>(c));
}

/// The text between quotes. Characters that do not print become '?', and the text is cut after 60 characters.
///
///     in_quotes("abc\n")                             // "'abc?'"
inline std::string in_quotes(std::string_view s)
{
    std::size_t const longest = 60;
    std::string out{"'"};
    for (char const c : s.substr(0, longest)) out += c >= ' ' && c != '\x7f' ? c : '?';
    out += s.size() > longest ? "...'" : "'";
    return out;
}

} // namespace explainn::EXPLAINN_ABI
