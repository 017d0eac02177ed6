// Motif probabilities with a pseudocount as MEME adds it.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>

namespace explainn::EXPLAINN_ABI {

/// The number of sites assumed for a motif whose file does not give it (MEME's rule).
inline constexpr double unsaid_sites = 20;

/// The background made the same on both strands: A averaged with T, and C with G.
inline background symmetric(background const& b)
{
    auto const& f = b.frequencies;
    double const at = 0.5 * (f[0] + f[3]), cg = 0.5 * (f[1] + f[2]);
    return {{at, cg, cg, at}};
}

/// Probabilities (p n + c b) / (n + c) for n sites, pseudocount c >= 0 and background b; columns are first
/// scaled to a sum of 1. Throws error if the motif is empty, a value is negative or not finite, or a column
/// adds up to 0.
///
///     ppm const p = smoothed(m, background{}, 0.1);
inline ppm smoothed(motif const& m, background const& b, double pseudocount)
{
    if (m.width() == 0) throw error{"motif " + m.name + ": expected at least 1 column, found 0"};
    double const sites = m.sites > 0 ? m.sites : unsaid_sites;
    ppm out;
    out.columns.reserve(m.width());
    for (std::size_t i = 0; i < m.width(); ++i) {
        column const& p = m.probabilities.columns[i];
        double sum = 0;
        for (double const x : p) {
            if (!(x >= 0) || !std::isfinite(x))
                throw error{"motif " + m.name + ", column " + std::to_string(i + 1) +
                            ": expected probabilities, found " + std::to_string(x)};
            sum += x;
        }
        if (!(sum > 0))
            throw error{"motif " + m.name + ", column " + std::to_string(i + 1) +
                        ": expected a sum above 0, found 0"};
        column c{};
        for (std::size_t a = 0; a < 4; ++a)
            c[a] = (p[a] / sum * sites + pseudocount * b.frequencies[a]) / (sites + pseudocount);
        out.columns.push_back(c);
    }
    return out;
}

/// Whether every column is uniform, so that the motif holds no information.
inline bool is_uniform(ppm const& m)
{
    return std::all_of(m.columns.begin(), m.columns.end(), [](column const& c) {
        auto const [low, high] = std::minmax_element(c.begin(), c.end());
        return *high - *low < 1e-9;
    });
}

} // namespace explainn::EXPLAINN_ABI
