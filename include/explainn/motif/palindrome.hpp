// Motifs that are their own reverse complement: how nearly they are, and how they are kept so.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/occupancy.hpp>

namespace explainn::EXPLAINN_ABI {

/// How like its own reverse complement a motif is.
struct self_likeness {
    double likeness = 0;       ///< at most 1, which a palindrome has
    std::ptrdiff_t centre = 0; ///< columns i and centre - i are each other's counterparts
};

/// The correlation of a motif's cells with those of its own reverse complement, at the centre where it is
/// largest; columns without a counterpart are set against background columns, so that a palindrome inside a
/// longer motif counts as far as it holds the motif's information. 0 for a motif without information.
///
///     self_likeness_of(to_ppm(counts, 0.1, background{})).likeness >= 0.7;
inline self_likeness self_likeness_of(ppm const& p)
{
    auto const width = static_cast<std::ptrdiff_t>(p.width());
    double squares = 0;
    for (column const& c : p.columns)
        for (double const x : c) squares += (x - 0.25) * (x - 0.25);
    self_likeness best;
    if (!(squares > 1e-12)) return best;
    for (std::ptrdiff_t centre = 0; centre <= 2 * (width - 1); ++centre) {
        double sum = 0;
        for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, centre - width + 1); i < width && centre - i >= 0;
             ++i)
            for (std::size_t b = 0; b < 4; ++b)
                sum += (p.columns[static_cast<std::size_t>(i)][b] - 0.25) *
                       (p.columns[static_cast<std::size_t>(centre - i)][3 - b] - 0.25);
        if (sum / squares > best.likeness + 1e-12) best = {sum / squares, centre};
    }
    return best;
}

/// The palindrome nearest to a motif: the mean of it and its reverse complement about a centre, with as many
/// columns as both cover. Column k and the last but k are exact counterparts, to the bit.
///
///     ppm const even = symmetric_about(p, self_likeness_of(p).centre);
inline ppm symmetric_about(ppm const& p, std::ptrdiff_t centre)
{
    auto const width = static_cast<std::ptrdiff_t>(p.width());
    auto const at = [&](std::ptrdiff_t i, std::size_t b) {
        return i < 0 || i >= width ? 0.25 : p.columns[static_cast<std::size_t>(i)][b];
    };
    ppm even;
    for (std::ptrdiff_t i = std::min<std::ptrdiff_t>(0, centre - width + 1); i <= std::max(width - 1, centre);
         ++i) {
        column c{};
        for (std::size_t b = 0; b < 4; ++b) c[b] = (at(i, b) + at(centre - i, 3 - b)) / 2;
        even.columns.push_back(c);
    }
    return even;
}

namespace detail {
// of a palindrome, without as many columns at both ends as are below so many bits, but with at least so many
// columns, where it has them; empty where all columns are below
inline ppm trimmed_evenly(ppm const& p, double bits, std::size_t least)
{
    std::size_t cut = 0;
    while (2 * cut < p.width() && information(p.columns[cut]) < bits) ++cut;
    if (2 * cut >= p.width()) return {};
    cut = std::min(cut, (p.width() - std::min(least, p.width())) / 2);
    return columns_of(p, cut, p.width() - 2 * cut);
}
// at most so many columns around the middle; one fewer where the motif's own number is odd and `most` even,
// or the other way round
inline ppm middle_columns(ppm const& p, std::size_t most)
{
    if (p.width() <= most) return p;
    std::size_t const cut = (p.width() - most + 1) / 2;
    return columns_of(p, cut, p.width() - 2 * cut);
}
// gives each weight and its counterpart their mean
inline void tie_halves(motif_weights& w)
{
    for (std::size_t j = 0; j < w.size(); ++j)
        for (std::size_t b = 0; b < 4; ++b) {
            double& other = w[w.size() - 1 - j][3 - b];
            w[j][b] = other = (w[j][b] + other) / 2;
        }
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
