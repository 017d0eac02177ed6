// libFuzzer target: microarrays as text.
#include "with_file.hpp"

#include <explainn/io/pbm_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::read_pbm(path, {.quantile_transform = true});
    });
}
