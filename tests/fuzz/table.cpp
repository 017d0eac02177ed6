// libFuzzer target: the reference's tables of id, sequence and labels.
#include "with_file.hpp"

#include <explainn/io/read_table.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::read_table(path, {.resolved = explainn::resolved_rows::ignored}).fingerprint();
        explainn::read_table(path, {.resolved = explainn::resolved_rows::all, .n = explainn::n_bases::skip})
            .fingerprint();
    });
}
