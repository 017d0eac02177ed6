// What tests of files share: a folder that is gone with its test, the bytes of a file, the sentence of an
// error.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <explainn/core/error.hpp>

namespace testing {

class folder {
public:
    folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "explainn-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder()
    {
        std::error_code code;
        std::filesystem::remove_all(path_, code);
    }
    std::filesystem::path operator/(char const* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline std::string bytes_of(std::filesystem::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The message of the explainn::error that f throws, which is one line; "nothing thrown" where it throws
/// none.
template <class F>
std::string message_of(F f)
{
    try {
        f();
    } catch (explainn::error const& e) {
        CHECK(std::string_view{e.what()}.find('\n') == std::string_view::npos);
        return e.what();
    }
    return "nothing thrown";
}

} // namespace testing
