// A collection of motifs with what a motif file says about all of them.
#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/motif.hpp>

namespace explainn {

/// Which strands a motif file says its motifs came from.
enum class motif_strands { not_said, forward, both };

/// Motifs in file order. Names may repeat; who needs them unique asks require_unique_names.
struct motif_set {
    std::vector<motif> motifs;
    std::optional<background> letters{}; ///< the background the file gives
    motif_strands strands = motif_strands::not_said;
    friend bool operator==(motif_set const&, motif_set const&) = default;
};

/// Throws error, naming the first name that two motifs share.
///
///     require_unique_names(set);                  // before writing one file per motif
inline void require_unique_names(motif_set const& set)
{
    std::unordered_set<std::string> seen;
    for (motif const& m : set.motifs)
        if (!seen.insert(m.name).second)
            throw error{"expected motifs of different names, found two called " + in_quotes(m.name)};
}

/// Throws error, naming the first motif with a number that is not finite: what no reader takes is not
/// written.
inline void require_finite(motif_set const& set)
{
    auto const finite = [](std::vector<column> const& columns) {
        return std::ranges::all_of(columns, [](column const& c) {
            return std::ranges::all_of(c, [](double x) { return std::isfinite(x); });
        });
    };
    for (motif const& m : set.motifs)
        if (!finite(m.probabilities.columns) || (m.counts && !finite(m.counts->columns)) ||
            !std::isfinite(m.sites) || std::isnan(m.e_value))
            throw error{"expected finite numbers in a motif that is to be written, found others in " +
                        in_quotes(m.name)};
    if (set.letters && !finite({set.letters->frequencies}))
        throw error{"expected a background of finite numbers to be written, found another"};
}

} // namespace explainn
