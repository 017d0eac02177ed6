// libFuzzer target: tables of parts; every sequence is in one part.
#include "with_file.hpp"

#include <explainn/io/split_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    explainn::packed_sequences sequences;
    for (char const* name : {"a", "b", "c", "d"}) sequences.append(name, "ACGT");
    return with_file(bytes, count, [&](std::filesystem::path const& path) {
        auto const rows = explainn::read_split(path, sequences);
        if (rows.train.size() + rows.valid.size() + rows.test.size() != sequences.size()) __builtin_trap();
    });
}
