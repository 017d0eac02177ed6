// Where the data of the demonstrations are: beside an installed program, or in the source tree it was built
// from.
#pragma once
#include <filesystem>
#include <system_error>

/// EXPLAINN_INSTALLED_DATA is a path seen from the program's folder, EXPLAINN_EXAMPLE_DATA one of the machine
/// that built it.
///
///     read_motifs(example_data() / "explainn_filters.meme.gz")
inline std::filesystem::path example_data()
{
#ifdef EXPLAINN_INSTALLED_DATA
    std::error_code none;
    auto const program = std::filesystem::read_symlink("/proc/self/exe", none);
    auto const installed = (program.parent_path() / EXPLAINN_INSTALLED_DATA).lexically_normal();
    if (!program.empty() && std::filesystem::exists(installed / "sequences.fa.gz", none)) return installed;
#endif
    return EXPLAINN_EXAMPLE_DATA;
}
