// libFuzzer target: state dicts of torch.save.
#include "with_file.hpp"

#include <explainn/io/pytorch_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        for (auto const& t : explainn::read_pytorch(path, {.strip_module = true})) t.values<double>();
    });
}
