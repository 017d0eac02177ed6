// libFuzzer target: NumPy arrays of numbers and of texts.
#include "with_file.hpp"

#include <explainn/io/npy.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        try {
            explainn::read_npy(path).values<double>();
        } catch (explainn::error const&) {
            explainn::read_npy_texts(path);
        }
    });
}
