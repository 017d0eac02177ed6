// How many binding modes of known motifs some motifs recover, in a note.
#pragma once
#include <algorithm>
#include <cstddef>
#include <iostream>

#include <explainn/genomics/motif_set.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/cluster.hpp>

#include "common/program.hpp"

namespace explain_program {
namespace ex = explainn;

/// Says how many of the motifs that were compared look like known ones, and of how many clusters of these
/// their best matches are (the binding modes of Novakovsky et al. 2023, Fig. 1D).
inline void note_binding_modes(ex::match_table const& table, ex::motif_set const& known, double q,
                               char const* what)
{
    auto const alike = std::ranges::count_if(
        table, [q](auto const& matches) { return !matches.empty() && matches.front().q <= q; });
    auto const clusters = ex::cluster_motifs(known.motifs);
    std::cerr << "note: " << alike << " of " << table.size() << ' ' << what << " look like known motifs, of "
              << ex::recovered_modes(table, clusters.labels, q) << " binding modes among "
              << clusters.archetypes.size() << '\n';
}

} // namespace explain_program
