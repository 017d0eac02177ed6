// A file with given bytes that is removed when the test ends.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace motif_files_test {

class temporary_file {
public:
    explicit temporary_file(std::string_view content, std::string const& ending = ".txt")
    {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("explainn_motifs_" + std::to_string(::getpid()) + "_" + std::to_string(count++) + ending);
        std::ofstream{path_, std::ios::binary} << content;
    }
    ~temporary_file() { std::filesystem::remove(path_); }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string content_of(std::filesystem::path const& path)
{
    std::ostringstream out;
    out << std::ifstream{path, std::ios::binary}.rdbuf();
    return out.str();
}

} // namespace motif_files_test
