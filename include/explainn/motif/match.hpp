// A match of two motifs, and the options of a comparison.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <explainn/motif/column_distance.hpp>
#include <explainn/motif/pseudocount.hpp>

namespace explainn::EXPLAINN_ABI {

/// The widest query that is compared; the work for the null distributions grows with the cube of the width.
inline constexpr std::size_t widest_query = 200;

/// How to compare; the defaults are those of MEME's tomtom.
struct compare_options {
    column_distance distance = column_distance::euclidean;
    std::size_t min_overlap = 1;     ///< columns; all columns of a narrower motif must overlap
    bool complete_scores = true;     ///< unaligned query columns count as their median score
    bool both_strands = true;        ///< targets are also tried as reverse complements
    double pseudocount = 0.1;        ///< times the background, on queries and targets
    explainn::background background; ///< is made symmetric
    std::size_t threads = 0;         ///< 0 = all cores; changes no result
};

/// A query and a target at their best offset, as a line of Tomtom's table.
struct match {
    std::uint32_t query = 0;   ///< index of the query
    std::uint32_t target = 0;  ///< index of the target
    std::int32_t offset = 0;   ///< where the target's first column stands relative to the query's
    std::uint32_t overlap = 0; ///< aligned columns
    bool reverse = false;      ///< the target is read as its reverse complement
    double p = 1;              ///< chance of a score as good at any offset
    double e = 1;              ///< p times the number of targets
    double q = 1;              ///< false discovery rate over the targets of this query
};

/// The value that matches are ranked by: p in single precision, as in MEME's tomtom, so that values that
/// differ only by rounding are equal.
inline double ranking_p(double p) { return p > 1e-30 ? static_cast<double>(static_cast<float>(p)) : p; }

/// For each query its matches to every target, the best first: sorted by p, then larger overlap, then forward
/// before reverse, then the targets' names.
using match_table = std::vector<std::vector<match>>;

} // namespace explainn::EXPLAINN_ABI
