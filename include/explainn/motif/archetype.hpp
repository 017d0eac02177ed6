// One motif that represents many: its members are aligned and averaged.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/similarity.hpp>

namespace explainn::EXPLAINN_ABI {

/// A motif aligned to others: the place of its first column, and whether it is read as its reverse
/// complement.
struct placed_motif {
    ppm const* probabilities = nullptr;
    std::int32_t offset = 0;
    bool reverse = false;
    double weight = 1;
};

/// The weighted mean of placed motifs, column by column; where a motif does not reach, it counts as uniform
/// (Vierstra et al. 2020). Columns at the ends that are covered by less than half of the weight are left out.
/// Throws error if all weights are 0.
inline ppm aligned_average(std::span<placed_motif const> members)
{
    std::int32_t begin = 0, end = 0;
    double all = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        auto const stop = members[i].offset + static_cast<std::int32_t>(members[i].probabilities->width());
        begin = i == 0 ? members[i].offset : std::min(begin, members[i].offset);
        end = i == 0 ? stop : std::max(end, stop);
        all += members[i].weight;
    }
    if (!(all > 0)) throw error{"expected motifs of some weight to average, found none"};
    auto const width = static_cast<std::size_t>(end - begin);
    std::vector<column> sums(width);
    std::vector<double> reached(width);
    for (placed_motif const& m : members) {
        ppm const p = m.reverse ? reverse_complement(*m.probabilities) : *m.probabilities;
        for (std::size_t i = 0; i < p.width(); ++i) {
            auto const at = static_cast<std::size_t>(m.offset - begin) + i;
            reached[at] += m.weight;
            for (std::size_t a = 0; a < 4; ++a) sums[at][a] += m.weight * p.columns[i][a];
        }
    }
    std::size_t first = 0, stop = width;
    while (first < stop && reached[first] < 0.5 * all) ++first;
    while (stop > first && reached[stop - 1] < 0.5 * all) --stop;
    if (first == stop) {
        first = 0;
        stop = width;
    }
    ppm out;
    for (std::size_t i = first; i < stop; ++i) {
        column c{};
        for (std::size_t a = 0; a < 4; ++a) c[a] = (sums[i][a] + 0.25 * (all - reached[i])) / all;
        out.columns.push_back(c);
    }
    return out;
}

/// The archetype of some motifs: all are aligned to the one that is most similar to the others, and averaged.
/// It has that motif's name, and its number of sites is the sum of all. A single member stays as it is.
/// Throws error without members.
///
///     motif const a = archetype(motifs, similarities, std::vector<std::size_t>{0, 4, 7});
inline motif archetype(std::span<motif const> motifs, similarity_matrix const& similar,
                       std::span<std::size_t const> members)
{
    if (members.empty()) throw error{"expected members of an archetype, found none"};
    std::size_t centre = members.front();
    double most = -1e300;
    for (std::size_t const i : members) {
        double sum = 0;
        for (std::size_t const j : members) sum += similar.at(i, j).similarity;
        bool const earlier_name = sum == most && motifs[i].name < motifs[centre].name;
        if (sum > most || earlier_name) {
            most = sum;
            centre = i;
        }
    }
    motif out = motifs[centre];
    if (members.size() == 1) return out;
    std::vector<placed_motif> placed;
    double sites = 0;
    for (std::size_t const j : members) {
        motif_alignment const& a = similar.at(centre, j);
        if (j == centre) placed.push_back({&motifs[j].probabilities, 0, false, 1});
        else placed.push_back({&motifs[j].probabilities, a.offset, a.reverse, 1});
        sites += motifs[j].sites;
    }
    out.probabilities = aligned_average(placed);
    out.counts.reset();
    out.sites = sites;
    return out;
}

} // namespace explainn::EXPLAINN_ABI
