// How similar two motif columns are: the five column scores of Tomtom; larger is more similar.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>

#include <explainn/genomics/motif.hpp>

namespace explainn::EXPLAINN_ABI {

/// Column scores (Gupta et al. 2007). `euclidean` is the default of MEME's tomtom.
enum class column_distance { euclidean, pearson, kullback, allr, sandelin };

/// The names that the command line uses.
inline constexpr std::array<std::string_view, 5> column_distance_names{"euclidean", "pearson", "kullback",
                                                                       "allr", "sandelin"};

/// The distance with this name, or nothing; `ed` means euclidean too.
inline std::optional<column_distance> column_distance_of(std::string_view name)
{
    if (name == "ed") return column_distance::euclidean;
    for (std::size_t i = 0; i < column_distance_names.size(); ++i)
        if (name == column_distance_names[i]) return static_cast<column_distance>(i);
    return std::nullopt;
}

/// The score of two columns, by the definition: -|q - t| (euclidean), 2 - |q - t|^2 (sandelin), Pearson's r
/// about 1/4 (0 for a uniform column), minus the mean Kullback-Leibler divergence with log10, or the average
/// log likelihood ratio with natural logs, sites and background. Kullback and ALLR need probabilities above
/// 0. In ALLR, a motif whose number of sites is not known has no weight, as in MEME; where neither is known,
/// both have the same weight.
inline double column_score(column_distance d, column const& q, column const& t, double q_sites,
                           double t_sites, background const& b)
{
    if (q_sites + t_sites <= 0) q_sites = t_sites = 1;
    double squares = 0, products = 0, qq = 0, tt = 0, divergence = 0, likelihood = 0;
    for (std::size_t a = 0; a < 4; ++a) {
        squares += (q[a] - t[a]) * (q[a] - t[a]);
        products += (q[a] - 0.25) * (t[a] - 0.25);
        qq += (q[a] - 0.25) * (q[a] - 0.25);
        tt += (t[a] - 0.25) * (t[a] - 0.25);
        if (d == column_distance::kullback) divergence += 0.5 * (q[a] - t[a]) * std::log10(q[a] / t[a]);
        if (d == column_distance::allr)
            likelihood += t_sites * t[a] * std::log(q[a] / b.frequencies[a]) +
                          q_sites * q[a] * std::log(t[a] / b.frequencies[a]);
    }
    switch (d) {
    case column_distance::euclidean:
        return -std::sqrt(squares);
    case column_distance::sandelin:
        return 2 - squares;
    case column_distance::pearson:
        return qq * tt > 0 ? products / std::sqrt(qq * tt) : 0;
    case column_distance::kullback:
        return -divergence;
    case column_distance::allr:
        break;
    }
    return likelihood / (q_sites + t_sites);
}

} // namespace explainn::EXPLAINN_ABI
