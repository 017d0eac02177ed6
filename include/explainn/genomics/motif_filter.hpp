// Motifs as convolution filters, and filters as motifs.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a probability becomes a weight: p - 0.25 (Novakovsky et al. 2023) or log2(p / 0.25).
enum class filter_scale { centred, log_odds };

/// The motif brought to `width` columns as in the paper: uniform columns, a quarter of `width` rounded down,
/// are added on both sides; then the end column whose largest probability is smaller is dropped until `width`
/// are left (where both are equal, left and right take turns, left first). If there are still too few
/// columns, uniform ones are added on both sides in turn, right first.
///
///     ppm const p = fit_width(ctcf.probabilities, 19);
inline ppm fit_width(ppm const& p, std::size_t width)
{
    ppm const wide = pad(p, width / 4, width / 4);
    auto const best = [&wide](std::size_t i) {
        return *std::max_element(wide.columns[i].begin(), wide.columns[i].end());
    };
    std::size_t first = 0;
    std::size_t end = wide.width();
    for (bool tie_goes_left = true; end - first > width;) {
        double const left = best(first);
        double const right = best(end - 1);
        bool const drop_left = left < right || (left == right && tie_goes_left);
        if (left == right) tie_goes_left = !tie_goes_left;
        if (drop_left) ++first;
        else --end;
    }
    std::size_t const missing = width - (end - first);
    return pad(columns_of(wide, first, end - first), missing / 2, missing - missing / 2);
}

/// The motif, brought to `width` by fit_width, as weights of one filter: 4 x width, row by row (A, C, G, T).
/// log_odds needs probabilities above 0 (see with_pseudocount) and throws error for others.
///
///     std::vector<float> const weights = filter_weights(ctcf.probabilities, 19);
inline std::vector<float> filter_weights(ppm const& p, std::size_t width,
                                         filter_scale scale = filter_scale::centred)
{
    ppm const fitted = fit_width(p, width);
    std::vector<float> weights(4 * width);
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t b = 0; b < 4; ++b) {
            double const x = fitted.columns[i][b];
            if (scale == filter_scale::log_odds && !(x > 0))
                throw error{"expected probabilities above 0 for log-odds weights, found 0 in column " +
                            std::to_string(i + 1) + ": mix a pseudocount in"};
            weights[b * width + i] =
                static_cast<float>(scale == filter_scale::centred ? x - 0.25 : std::log2(x / 0.25));
        }
    return weights;
}

/// The motif that the weights of a filter (4 x width, row by row) stand for: w + 0.25 with negative numbers
/// set to 0, or 0.25 2^w; the columns of both are scaled to add up to 1. It undoes filter_weights. For a
/// trained filter it shows the weights, not the sequences that activate the filter. Throws error for weights
/// that are not finite or do not form 4 rows.
inline ppm filter_motif(std::span<float const> weights, filter_scale scale = filter_scale::centred)
{
    if (weights.size() % 4 != 0)
        throw error{"expected filter weights of 4 rows, found " + std::to_string(weights.size()) +
                    " numbers"};
    std::size_t const width = weights.size() / 4;
    pwm matrix{std::vector<column>(width)};
    for (std::size_t k = 0; k < weights.size(); ++k) {
        if (!std::isfinite(weights[k])) throw error{"expected finite filter weights, found one that is not"};
        matrix.columns[k % width][k / width] = static_cast<double>(weights[k]);
    }
    if (scale == filter_scale::log_odds) return to_ppm(matrix, background{});
    ppm out{matrix.columns};
    for (column& c : out.columns) {
        for (double& x : c) x = std::max(0.0, x + 0.25);
        double const sum = total(c);
        for (double& x : c) x = sum > 0 ? x / sum : 0.25;
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
