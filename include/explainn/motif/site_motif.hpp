// The bases under a motif's best hits, counted: sharper than a motif that was fitted, and alike to what
// collections hold.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/score_matrix.hpp>

namespace explainn::EXPLAINN_ABI {

/// Counts the bases at the best hit of a motif (log-odds under a uniform background, pseudocount 0.1 of 20
/// sites) in each of some sequences: in the `share` of them whose best hits score highest, of equal ones the
/// first. Windows with N are no hits. A motif that was fitted as a regression is as soft as its sites are
/// useful; this one says what the sites look like, as the profiles of JASPAR do, and is what is compared with
/// them. Its name and width are those of `m`, its sites the number of sequences counted. Where no sequence
/// has a hit, `m` comes back with 0 sites.
///
/// Throws error for a share that is not above 0 and at most 1, and for a motif without columns.
///
///     motif const sharp = site_motif(ctcf, peaks, rows);
inline motif site_motif(motif const& m, packed_sequences const& sequences,
                        std::span<std::uint32_t const> rows, double share = 0.3, bool both_strands = true)
{
    if (!(share > 0 && share <= 1))
        throw error{"expected a share of sequences above 0 and at most 1, found " + number_text(share)};
    motif of_twenty = m;
    of_twenty.counts.reset();
    of_twenty.sites = 20;
    score_matrix const scores{of_twenty, {}, 0.1, both_strands};
    std::size_t const width = m.width();
    struct best_hit {
        double score = 0;
        std::uint32_t row = 0;
        std::size_t start = 0;
        bool reverse = false;
    };
    std::vector<best_hit> hits;
    std::vector<letter> letters;
    for (std::uint32_t const row : rows) {
        letters.resize(sequences.length(row));
        sequences.unpack(row, letters);
        best_hit best;
        bool found = false;
        auto const take = [&](auto whole, std::size_t start, bool reverse) {
            if (!whole || (found && !(scores.bits(*whole) > best.score))) return;
            best = {scores.bits(*whole), row, start, reverse};
            found = true;
        };
        for (std::size_t p = 0; p + width <= letters.size(); ++p) {
            take(scores.whole_score(letters.data() + p), p, false);
            if (both_strands) take(scores.whole_score_reverse(letters.data() + p), p, true);
        }
        if (found) hits.push_back(best);
    }
    motif out = m;
    out.counts.reset();
    out.notes.clear();
    out.sites = 0;
    if (hits.empty()) return out;
    sort_keeping_order(hits, [](best_hit const& a, best_hit const& b) { return a.score > b.score; });
    hits.resize(static_cast<std::size_t>(std::ceil(share * static_cast<double>(hits.size()))));
    pfm counts;
    counts.columns.assign(width, column{});
    for (best_hit const& hit : hits) {
        letters.resize(sequences.length(hit.row));
        sequences.unpack(hit.row, letters);
        for (std::size_t k = 0; k < width; ++k) {
            letter const l = letters[hit.start + k];
            counts.columns[hit.reverse ? width - 1 - k : k][hit.reverse ? 3u - l : l] += 1;
        }
    }
    out.sites = static_cast<double>(hits.size());
    for (std::size_t k = 0; k < width; ++k)
        for (std::size_t b = 0; b < 4; ++b)
            out.probabilities.columns[k][b] = counts.columns[k][b] / out.sites;
    out.counts = std::move(counts);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
