// A variant of a genome, as a line of VCF describes it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// The first five columns of a record of VCF: the bases at a place of the genome, and those that may stand
/// there instead.
struct variant {
    std::string contig;
    std::uint64_t position{};              ///< POS: the first base of `reference`, counted from 1
    std::string id;                        ///< "." where there is none
    std::string reference;                 ///< REF
    std::vector<std::string> alternatives; ///< ALT, none where it is "."
    std::size_t line{}; ///< its line in a text file, from 1; 0 where there is no such number
};

} // namespace explainn::EXPLAINN_ABI
