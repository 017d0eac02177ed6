// Whether predicted probabilities are as frequent as they say.
#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// Predicted probabilities in equal parts of [0, 1]; parts without a prediction are left out.
struct calibration {
    std::vector<double> predicted;   ///< mean prediction of each part, rising
    std::vector<double> observed;    ///< share of labels that are 1
    std::vector<std::size_t> counts; ///< predictions
    /// The expected calibration error (Naeini et al. 2015): the mean over predictions of |predicted -
    /// observed| of their part; nan without predictions.
    double expected_error = std::numeric_limits<double>::quiet_NaN();
};

/// The calibration of probabilities beside labels 1 and 0; other labels do not count. Throws error for
/// another number of labels, for no parts, and for a prediction outside [0, 1].
///
///     double const e = calibration_of(std::vector{0.1, 0.9}, std::vector{0.0, 1.0}).expected_error;    //
///     0.1
inline calibration calibration_of(std::span<double const> probabilities, std::span<double const> labels,
                                  std::size_t parts = 10)
{
    if (probabilities.size() != labels.size())
        throw error{"expected a prediction for each of " + std::to_string(labels.size()) + " labels, found " +
                    std::to_string(probabilities.size())};
    if (parts == 0) throw error{"expected at least one part of the probabilities, found none"};
    std::vector<double> sums(parts), ones(parts);
    std::vector<std::size_t> counts(parts);
    std::size_t all = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] != 0 && labels[i] != 1) continue;
        double const p = probabilities[i];
        if (!(p >= 0 && p <= 1))
            throw error{"expected probabilities from 0 to 1, found " + std::to_string(p)};
        auto const at = p < 1 ? static_cast<std::size_t>(p * static_cast<double>(parts)) : parts - 1;
        sums[at] += p;
        ones[at] += labels[i];
        ++counts[at];
        ++all;
    }
    calibration c;
    double error_sum = 0;
    for (std::size_t k = 0; k < parts; ++k) {
        if (counts[k] == 0) continue;
        auto const n = static_cast<double>(counts[k]);
        c.predicted.push_back(sums[k] / n);
        c.observed.push_back(ones[k] / n);
        c.counts.push_back(counts[k]);
        error_sum += std::abs(sums[k] - ones[k]);
    }
    if (all != 0) c.expected_error = error_sum / static_cast<double>(all);
    return c;
}

} // namespace explainn::EXPLAINN_ABI
