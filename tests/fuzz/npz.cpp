// libFuzzer target: archives of NumPy arrays.
#include "with_file.hpp"

#include <explainn/io/npz.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        for (auto const& t : explainn::read_npz(path)) t.values<double>();
    });
}
