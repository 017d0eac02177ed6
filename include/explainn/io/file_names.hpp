// Turns names of any kind into names of files: safe in a folder of every common system, and all different.
#pragma once
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// The most bytes of a name that file_name_of() returns. File systems allow 255, and an ending and the
/// `.partial` of an output_file need some of them.
inline constexpr std::size_t longest_file_name = 200;

namespace detail {

inline std::string lower_case(std::string s)
{
    for (char& c : s) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return s;
}

// names that stand for devices on Windows, whatever ending follows
inline bool is_device_name(std::string_view name)
{
    std::string const stem = lower_case(std::string{name.substr(0, name.find('.'))});
    if (stem == "con" || stem == "prn" || stem == "aux" || stem == "nul") return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' &&
           stem[3] <= '9';
}

} // namespace detail

/// A name fit for a file: letters and digits of ASCII, dots, dashes and underscores stay; every other
/// character (also one of several bytes) becomes an underscore. An underscore is put before a name that is
/// empty or would be hidden, an option or a device (CON); a name longer than longest_file_name is cut.
///
///     file_name_of("../a b")                         // "_.._a_b"
inline std::string file_name_of(std::string_view name)
{
    std::string s;
    for (char const c : name) {
        if ((static_cast<unsigned char>(c) & 0xC0) == 0x80 && !s.empty()) continue; // a later byte of it
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '.' || c == '-' || c == '_';
        s += plain ? c : '_';
    }
    if (s.empty() || s[0] == '.' || s[0] == '-' || detail::is_device_name(s)) s.insert(s.begin(), '_');
    s.resize(std::min(s.size(), longest_file_name));
    return s;
}

/// Names of files for one folder: each is the file_name_of() of a name, with _2, _3, ... added where an
/// earlier one is the same apart from letter case, because some systems do not distinguish `A` from `a`. The
/// same names in the same order give the same files.
///
///     file_names names;
///     names.next("a/b");                             // "a_b"
///     names.next("A_B");                             // "A_B_2"
class file_names {
public:
    std::string next(std::string_view name)
    {
        std::string const plain = file_name_of(name);
        std::string s = plain;
        for (std::size_t k = 2; !taken_.insert(detail::lower_case(s)).second; ++k) {
            std::string const number = "_" + std::to_string(k);
            s = plain.substr(0, longest_file_name - number.size()) + number;
        }
        return s;
    }

private:
    std::unordered_set<std::string> taken_;
};

} // namespace explainn::EXPLAINN_ABI
