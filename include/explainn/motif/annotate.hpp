// Names for motifs, taken from their best matches in a collection of known ones.
#pragma once
#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <explainn/motif/match.hpp>

namespace explainn::EXPLAINN_ABI {

/// The name of a motif, taken from its matches.
struct annotation {
    std::string names; ///< names of the best matches, each once, best first, with "/" between; or empty
    double q = 1;      ///< of the best match
};

/// What people call a motif: its alternative name (CTCF) if it has one, else its name.
inline std::string const& spoken_name(motif const& m)
{
    return m.alternative_name.empty() ? m.name : m.alternative_name;
}

/// Annotates each query of a comparison with the names of its best matches of at most `q`, up to `names`
/// different ones (the paper: 0.05 and five).
///
///     auto const names = annotate(compare_motifs(filters, jaspar), jaspar);
inline std::vector<annotation> annotate(match_table const& table, std::span<motif const> targets,
                                        double q = 0.05, std::size_t names = 5)
{
    std::vector<annotation> out;
    for (auto const& matches : table) {
        annotation a;
        if (!matches.empty()) a.q = matches.front().q;
        std::vector<std::string> found;
        for (match const& m : matches) {
            if (m.q > q || found.size() == names) break;
            std::string const& name = spoken_name(targets[m.target]);
            if (std::find(found.begin(), found.end(), name) == found.end()) found.push_back(name);
        }
        for (std::string const& name : found) a.names += (a.names.empty() ? "" : "/") + name;
        out.push_back(std::move(a));
    }
    return out;
}

/// How many binding modes were recovered: the number of different clusters (of targets) among the best
/// matches of at most `q`.
inline std::size_t recovered_modes(match_table const& table, std::span<std::size_t const> cluster_of_target,
                                   double q = 0.05)
{
    std::set<std::size_t> modes;
    for (auto const& matches : table)
        if (!matches.empty() && matches.front().q <= q)
            modes.insert(cluster_of_target[matches.front().target]);
    return modes.size();
}

} // namespace explainn::EXPLAINN_ABI
