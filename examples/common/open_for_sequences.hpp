// The model of a file, for programs that give it sequences and nothing else.
#pragma once
#include <string>
#include <utility>

#include <explainn/model/model_file.hpp>

#include "common/device.hpp"

namespace shared {

/// Opens the model of a file that was read from `path`. Throws error as open_model does, and for a model that
/// reads signals.
inline explainn::basic_model<device> open_for_sequences(std::string const& path,
                                                        explainn::model_file const& file, device on)
{
    auto m = explainn::open_model<device>(file, std::move(on));
    if (m.rows().reads_signals())
        throw explainn::error{path +
                              ": expected a model that reads sequences alone, found one that reads signals"};
    return m;
}

} // namespace shared
