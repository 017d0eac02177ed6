// libFuzzer target: model files and the networks that their headers claim.
#include "with_file.hpp"

#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        auto const file = explainn::read_model_file(path);
        explainn::parameter_list{
            explainn::rows_of(explainn::paper_card_of(std::string_view{file.architecture}))};
        explainn::paper_card_of(file.tensors, path);
    });
}
