// Whether a folder may be written, before any work.
#pragma once
#include <filesystem>
#include <system_error>
#include <vector>

#include <explainn/prepare/prepared_folder.hpp>

#include "common/outputs.hpp"
#include "prepare/output.hpp"

namespace prepare_program {

/// Throws error, before any work, where the folder holds results that nobody said to replace, and where a
/// result would replace a file that is read.
inline void require_free(output_options const& o, std::vector<shared::given_path> const& inputs)
{
    std::error_code code;
    shared::require_own_files(shared::results_in(o.out, ex::prepared_names), inputs);
    for (auto const* const name : ex::prepared_names)
        if (!o.overwrite && std::filesystem::exists(std::filesystem::path{o.out} / name, code))
            throw ex::error{o.out + ": expected a folder without results, found " + name +
                            "; --overwrite replaces them"};
}

} // namespace prepare_program
