// libFuzzer target: checkpoints of a run, of a model of 336 numbers.
#include "with_file.hpp"

#include <explainn/train/checkpoint_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::read_run_facts(path);
        explainn::read_checkpoint<float>(path, 336);
    });
}
