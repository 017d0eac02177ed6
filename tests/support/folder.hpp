// Helpers for tests of files: a folder that is removed after its test, the bytes of a file, the sentence of
// an error.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "support/message_of.hpp"

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

} // namespace testing
