// What a class or task is called where its file was given without a name.
#pragma once
#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include <explainn/io/file_names.hpp>

namespace explainn::EXPLAINN_ABI {

/// The name of a file without its folder and usual endings, fit for a file name of its own; "input" for
/// standard input.
///
///     class_name_of("reads/cycle4.fastq.gz")           // "cycle4"
inline std::string class_name_of(std::filesystem::path const& path)
{
    std::string name = path == "-" ? "input" : path.filename().string();
    static constexpr std::array<std::string_view, 12> endings{
        ".gz", ".bgz", ".fastq", ".fq", ".fasta", ".fa", ".fna", ".txt", ".tsv", ".csv", ".seq", ".dat"};
    auto const is_ending = [&](std::string_view each) {
        return name.size() > each.size() && name.ends_with(each);
    };
    for (;;) {
        auto const at = std::find_if(endings.begin(), endings.end(), is_ending);
        if (at == endings.end()) return file_name_of(name);
        name.resize(name.size() - at->size());
    }
}

} // namespace explainn::EXPLAINN_ABI
