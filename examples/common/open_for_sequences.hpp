// The model of a file, for programs that give it sequences and nothing else.
#pragma once
#include <string>
#include <utility>

#include <explainn/cpu.hpp>
#include <explainn/model/model_file.hpp>

namespace shared {

/// Opens the model of a file that was read from `path`. Throws error as open_model does, and for a model that
/// reads signals.
inline explainn::basic_model<explainn::cpu<float>>
open_for_sequences(std::string const& path, explainn::model_file const& file, explainn::cpu<float> device)
{
    auto m = explainn::open_model<explainn::cpu<float>>(file, std::move(device));
    if (m.rows().reads_signals())
        throw explainn::error{path +
                              ": expected a model that reads sequences alone, found one that reads signals"};
    return m;
}

} // namespace shared
