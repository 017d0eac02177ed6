// Characters of UTF-8.
#pragma once
#include <cstddef>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// How many bytes the UTF-8 character at the start of `s` has; 0 if it is none.
inline std::size_t utf8_length(std::string_view s)
{
    auto const byte = [&s](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    std::size_t const n = byte(0) < 0x80                       ? 1
                          : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                          : byte(0) >= 0xE0 && byte(0) <= 0xEF ? 3
                          : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                               : 0;
    if (n > s.size()) return 0;
    for (std::size_t i = 1; i < n; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    return n;
}

} // namespace explainn::EXPLAINN_ABI::detail
