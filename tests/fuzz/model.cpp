// libFuzzer target: model files, the networks that their headers claim, and small ones opened and run.
#include "with_file.hpp"

#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>
#include <explainn/reference.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::paper_card_of(explainn::read_safetensors(path), path);
    });
    return with_file(bytes, count, [&](std::filesystem::path const& path) {
        auto const file = explainn::read_model_file(std::as_bytes(std::span{bytes, count}), path);
        auto const rows = explainn::detail::checked_rows(file);
        std::size_t numbers = 0;
        for (auto const& bank : rows.banks)
            for (int i = bank.first; i < bank.last; ++i)
                numbers += static_cast<std::size_t>(bank.units) *
                           static_cast<std::size_t>(rows.layer(i).out.channels) *
                           static_cast<std::size_t>(rows.layer(i).out.positions);
        if (numbers < 1u << 18) explainn::open_model<explainn::reference<float>>(file);
    });
}
