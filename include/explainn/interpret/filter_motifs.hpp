// Motifs of a bank's filters: the bases of the windows that activate them (Novakovsky et al. 2023, Methods).
#pragma once
#include <string>

#include <explainn/genomics/motif_set.hpp>
#include <explainn/interpret/bank_scan.hpp>

namespace explainn::EXPLAINN_ABI {

/// The name of unit u in files: filter0, filter1, ...
inline std::string filter_name(extent unit) { return "filter" + std::to_string(unit); }

/// The motif of every unit: the shares of the bases at its hits, with the number of hits as its number of
/// sites. A unit without hits, and a place where all hits have N, gets 0.25 for each base, so that motifs and
/// units have the same numbers. The set's strands are those on which hits were searched, unless `how` says
/// otherwise.
///
///     motif_set const motifs = motifs_of(hits);
inline motif_set motifs_of(bank_hits const& hits, hit_options const& how = {})
{
    motif_set set;
    set.strands = how.both_strands.both(hits) ? motif_strands::both : motif_strands::forward;
    auto const* counts = hits.counts.data();
    for (extent u = 0; u < hits.units; ++u) {
        motif m;
        m.name = filter_name(u);
        m.sites = static_cast<double>(hits.windows[static_cast<std::size_t>(u)]);
        pfm sums;
        for (extent k = 0; k < hits.width; ++k, counts += 4) {
            column c{}, p{0.25, 0.25, 0.25, 0.25};
            double total = 0;
            for (std::size_t i = 0; i < 4; ++i) total += c[i] = static_cast<double>(counts[i]);
            for (std::size_t i = 0; total > 0 && i < 4; ++i) p[i] = c[i] / total;
            sums.columns.push_back(c);
            m.probabilities.columns.push_back(p);
        }
        m.counts = std::move(sums);
        set.motifs.push_back(std::move(m));
    }
    return set;
}

} // namespace explainn::EXPLAINN_ABI
