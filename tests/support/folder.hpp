// Helpers for tests of files: a folder that is removed after its test, the bytes of a file, the sentence of
// an error.
#pragma once
#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

#include "support/message_of.hpp"

namespace testing {

/// A folder for one test, which is removed at the end.
class folder {
public:
    folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "explainn-test-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder()
    {
        std::error_code code;
        std::filesystem::remove_all(path_, code);
    }
    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path path(std::string const& name) const { return path_ / name; }
    std::filesystem::path operator/(char const* name) const { return path_ / name; }
    std::filesystem::path write(std::string const& name, std::string_view content) const
    {
        std::ofstream{path(name), std::ios::binary} << content;
        return path(name);
    }
    /// Writes a compressed file as `members` gzip streams one after another (as bgzip does), without the last
    /// `torn` bytes.
    std::filesystem::path write_gzip(std::string const& name, std::string_view content, std::size_t torn = 0,
                                     std::size_t members = 1) const
    {
        for (std::size_t i = 0; i < members; ++i) {
            std::size_t const begin = content.size() * i / members, end = content.size() * (i + 1) / members;
            gzFile const file = gzopen(path(name).c_str(), i == 0 ? "wb" : "ab");
            gzwrite(file, content.data() + begin, static_cast<unsigned>(end - begin));
            gzclose(file);
        }
        if (torn > 0) std::filesystem::resize_file(path(name), std::filesystem::file_size(path(name)) - torn);
        return path(name);
    }

private:
    std::filesystem::path path_;
};

/// A file of given bytes in a folder of its own.
class temporary_file {
public:
    explicit temporary_file(std::string_view content, std::string const& ending = ".txt")
        : path_{folder_.write("file" + ending, content)}
    {
    }
    std::filesystem::path const& path() const { return path_; }

private:
    folder folder_;
    std::filesystem::path path_;
};

inline std::string bytes_of(std::filesystem::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The message of the error without the file's folder; "" if nothing was thrown.
template <class Act>
std::string said(Act&& act)
{
    try {
        act();
    } catch (explainn::error const& e) {
        std::string words = e.what();
        std::size_t const at = words.find("explainn-test-");
        if (at == std::string::npos) return words;
        std::size_t const begin = words.rfind(' ', at) == std::string::npos ? 0 : words.rfind(' ', at) + 1;
        return words.substr(0, begin) + words.substr(words.find('/', at) + 1);
    }
    return "";
}

} // namespace testing
