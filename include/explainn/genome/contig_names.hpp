// A file that tells which names of contigs mean the same.
#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads two names in each line, a blank between: a contig's name in some file, and its name in the genome;
/// as `bcftools annotate --rename-chrs` takes them. Blank lines are passed over. Throws input_error for
/// another number of names, and for a name that is given twice.
///
///     contig_renames const names = read_contig_names("names.txt"); // 1 chr1
inline contig_renames read_contig_names(std::filesystem::path const& path)
{
    contig_renames all;
    text_file file{path, "two names in each line"};
    for (std::string_view line; file.next(line);) {
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
        if (line.empty()) continue;
        std::size_t const stop = std::min(line.find_first_of(" \t"), line.size()),
                          next = std::min(line.find_first_not_of(" \t", stop), line.size());
        std::string_view const to = line.substr(next);
        if (stop == 0 || to.empty() || to.find_first_of(" \t") != to.npos)
            file.refuse("the name of a contig in the file, a blank, its name in the genome", in_quotes(line));
        if (!all.emplace(line.substr(0, stop), to).second)
            file.refuse("every name once", in_quotes(line.substr(0, stop)) + " twice");
    }
    return all;
}

} // namespace explainn::EXPLAINN_ABI
