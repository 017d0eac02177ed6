// What a search reads: sequences, their labels, and where they come from.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/score.hpp>

#include "denovo_motifs/options.hpp"

namespace denovo {

/// What is searched.
struct input {
    ex::packed_sequences sequences;
    std::vector<double> labels;
    std::string source;         ///< in words, for the page
    std::filesystem::path file; ///< that errors name
    bool binary() const { return ex::are_binary(labels); }
};

/// "12 positives": a number and what is counted.
inline std::string count_of(std::size_t n, char const* what) { return std::to_string(n) + " " + what; }

} // namespace denovo
