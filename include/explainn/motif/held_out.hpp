// Sequences held aside from a fit by their labels.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>

namespace explainn::EXPLAINN_ABI {

/// Labels in two parts: what one of them has, the other one lacks (nan = unresolved).
struct held_out_labels {
    std::vector<double> fit, aside;
};

/// Holds a share of the resolved sequences aside, at random, by their labels: fits leave sequences without a
/// label out, so that both parts are read from the same sequences. At least one sequence is held aside.
///
/// Throws error for a share that is not above 0 and below 1.
///
///     auto const [fit, aside] = hold_out(labels_by_task[0], 0.1, seed{1});
inline held_out_labels hold_out(std::span<double const> labels, double share, seed s)
{
    if (!(share > 0 && share < 1))
        throw error{"expected a share of sequences above 0 and below 1, found " + number_text(share)};
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (!std::isnan(labels[i])) rows.push_back(static_cast<std::uint32_t>(i));
    random_numbers draw{s, stream::subsamples};
    draw.shuffle(rows);
    held_out_labels out{{labels.begin(), labels.end()}, std::vector<double>(labels.size(), none)};
    auto const count = static_cast<std::size_t>(std::ceil(share * static_cast<double>(rows.size())));
    for (std::size_t k = 0; k < count; ++k) {
        out.aside[rows[k]] = labels[rows[k]];
        out.fit[rows[k]] = none;
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
