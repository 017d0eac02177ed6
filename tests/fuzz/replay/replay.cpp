// Gives every file of the named folders, and its first half, to the fuzz target that it is linked with.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count);

int main(int count, char** arguments)
{
    std::size_t files = 0;
    for (int i = 1; i < count; ++i)
        for (auto const& entry : std::filesystem::directory_iterator{arguments[i]}) {
            std::ifstream in{entry.path(), std::ios::binary};
            std::string const content{std::istreambuf_iterator<char>{in}, {}};
            auto const* const bytes = reinterpret_cast<std::uint8_t const*>(content.data());
            LLVMFuzzerTestOneInput(bytes, content.size());
            LLVMFuzzerTestOneInput(bytes, content.size() / 2);
            ++files;
        }
    std::printf("%zu files\n", files);
    return files == 0 ? 1 : 0;
}
