// libFuzzer target: safetensors files.
#include "with_file.hpp"

#include <explainn/io/safetensors.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        for (auto const& t : explainn::read_safetensors(path)) t.values<double>();
    });
}
