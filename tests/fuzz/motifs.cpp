// libFuzzer target: motif files of every format, without options and with those that a caller may give.
#include "with_file.hpp"

#include <explainn/io/motif_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    using namespace explainn;
    with_file(bytes, count, [](std::filesystem::path const& path) { read_motifs(path, {.skip_bad = true}); });
    with_file(bytes, count, [](std::filesystem::path const& path) {
        read_motifs(path, {.layout = motif_layout::positions, .skip_bad = true});
    });
    return with_file(bytes, count, [](std::filesystem::path const& path) { read_motifs(path); });
}
