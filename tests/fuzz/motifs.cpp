// libFuzzer target: motif files of every format.
#include "with_file.hpp"

#include <explainn/io/motif_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) { explainn::read_motifs(path); });
}
