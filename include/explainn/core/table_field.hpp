// A name as one field of a table whose fields are separated by tabs.
#pragma once
#include <string>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// The text with a space in place of every tab, line end and other control character, so that a row of a
/// table has the right number of fields whatever its names contain.
///
///     table_field("zinc\tfinger")                    // "zinc finger"
inline std::string table_field(std::string_view s)
{
    std::string out{s};
    for (char& c : out)
        if ((c >= 0 && c < ' ') || c == '\x7f') c = ' ';
    return out;
}

} // namespace explainn::EXPLAINN_ABI
