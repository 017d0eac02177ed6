// prepare regions: sequences and labels from peaks and a genome.
#pragma once
#include "prepare/output.hpp"

namespace prepare_program {

inline void add_regions(CLI::App& app)
{
    app.add_subcommand("regions", "sequences and labels from peaks and a genome");
}

} // namespace prepare_program
