// How similar whole motifs are: the normalized correlation of their best alignment, for trees and choices.
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
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

/// The best alignment of two motifs.
struct motif_alignment {
    double similarity = -1;  ///< normalized correlation, at most 1
    double correlation = -1; ///< Pearson's r over the aligned cells
    std::int32_t offset = 0; ///< where b's first column stands relative to a's
    std::uint32_t overlap = 0;
    bool reverse = false; ///< b is read as its reverse complement
};

namespace detail {

// columns minus 1/4, and the sums of their squares up to each column
struct centred {
    std::vector<column> columns;
    std::vector<double> squares; // squares[i] = sum over columns before i

    explicit centred(ppm const& p) : columns{p.columns}, squares(p.width() + 1)
    {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            double sum = 0;
            for (double& x : columns[i]) {
                x -= 0.25;
                sum += x * x;
            }
            squares[i + 1] = squares[i] + sum;
        }
    }
};

inline void best_of_strand(centred const& a, centred const& b, bool reverse, std::size_t min_overlap,
                           std::vector<double>& sums, motif_alignment& best)
{
    std::size_t const w = a.columns.size(), v = b.columns.size();
    sums.assign(w + v - 1, 0.0);
    for (std::size_t i = 0; i < w; ++i) {
        column const& x = a.columns[i];
        double* const to = sums.data() + i + v - 1;
        for (std::size_t j = 0; j < v; ++j) {
            column const& y = b.columns[j];
            *(to - j) += x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
        }
    }
    std::size_t const least = std::min({std::max<std::size_t>(min_overlap, 1), w, v});
    for (std::size_t d = least - 1; d <= w + v - 1 - least; ++d) {
        auto const offset = static_cast<std::ptrdiff_t>(d) - static_cast<std::ptrdiff_t>(v - 1);
        auto const first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0));
        auto const last = static_cast<std::size_t>(
            std::min(static_cast<std::ptrdiff_t>(w), offset + static_cast<std::ptrdiff_t>(v)));
        auto const b_first = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(first) - offset);
        std::size_t const overlap = last - first;
        double const squares =
            (a.squares[last] - a.squares[first]) * (b.squares[b_first + overlap] - b.squares[b_first]);
        double const r = squares > 1e-20 ? sums[d] / std::sqrt(squares) : 0;
        double const normalized = r * static_cast<double>(overlap) / static_cast<double>(w + v - overlap);
        if (normalized > best.similarity)
            best = {normalized, r, static_cast<std::int32_t>(offset), static_cast<std::uint32_t>(overlap),
                    reverse};
    }
}

} // namespace detail

/// The alignment of two motifs with the largest normalized correlation: Pearson's r over all cells of the
/// aligned columns, times aligned columns over all columns the pair covers (van Helden's Ncor; RSAT
/// matrix-clustering, Castro- Mondragon et al. 2017). Offsets with fewer than min_overlap columns are left
/// out where the motifs are wider.
///
///     align(ctcf.probabilities, jaspar[0].probabilities).similarity
inline motif_alignment align(ppm const& a, ppm const& b, std::size_t min_overlap = 5,
                             bool both_strands = true)
{
    if (a.width() == 0 || b.width() == 0) throw error{"expected motifs with columns, found one without"};
    motif_alignment best;
    std::vector<double> sums;
    detail::centred const x{a};
    detail::best_of_strand(x, detail::centred{b}, false, min_overlap, sums, best);
    if (both_strands)
        detail::best_of_strand(x, detail::centred{reverse_complement(b)}, true, min_overlap, sums, best);
    return best;
}

/// All pairs of motifs: at(i, j) aligns j to i.
class similarity_matrix {
public:
    /// Aligns all pairs; any number of threads gives the same.
    explicit similarity_matrix(std::span<motif const> motifs, std::size_t min_overlap = 5,
                               std::size_t threads = 0)
        : count_{motifs.size()}, pairs_(motifs.size() * motifs.size())
    {
        std::vector<detail::centred> forward, reverse;
        for (motif const& m : motifs) {
            if (m.width() == 0) throw error{"motif " + m.name + ": expected at least 1 column, found 0"};
            forward.emplace_back(m.probabilities);
            reverse.emplace_back(reverse_complement(m.probabilities));
        }
        for_each_item(count_, threads, [&](std::size_t i, std::size_t) {
            std::vector<double> sums;
            for (std::size_t j = i; j < count_; ++j) {
                motif_alignment best;
                detail::best_of_strand(forward[i], forward[j], false, min_overlap, sums, best);
                detail::best_of_strand(forward[i], reverse[j], true, min_overlap, sums, best);
                pairs_[i * count_ + j] = best;
                if (i == j) continue;
                auto const w = static_cast<std::int32_t>(forward[i].columns.size());
                auto const v = static_cast<std::int32_t>(forward[j].columns.size());
                // seen from j: on the same strand i starts at -offset; reversed, i starts where it ended
                // before
                motif_alignment back = best;
                back.offset = best.reverse ? best.offset + v - w : -best.offset;
                pairs_[j * count_ + i] = back;
            }
        });
    }

    std::size_t size() const { return count_; }
    motif_alignment const& at(std::size_t i, std::size_t j) const { return pairs_[i * count_ + j]; }

private:
    std::size_t count_;
    std::vector<motif_alignment> pairs_;
};

} // namespace explainn::EXPLAINN_ABI
