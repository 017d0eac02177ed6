// Sequence logos as SVG text: motifs by information or probability, and weights and contributions with their
// sign.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/motif/logo_drawing.hpp>

namespace explainn::EXPLAINN_ABI {

/// The height of a stack: the information of the column in bits (0 to 2), or 1.
enum class logo_scale { information, probability };

/// What motif_logo draws.
struct logo_options {
    logo_scale scale = logo_scale::information;
    bool small_sample_correction = false; ///< subtracts 3 / (2 ln 2 sites) bits where sites are known
    bool both_strands = false;            ///< the reverse complement to the right of the motif
    logo_style style{};
};

namespace detail {

inline logo_panel motif_panel(ppm const& p, logo_options const& options, double sites)
{
    logo_panel panel;
    for (std::size_t i = 0; i < p.width(); ++i) {
        column const& c = p.columns[i];
        double const bits = information(c, options.small_sample_correction ? sites : 0);
        double const tall = options.scale == logo_scale::information ? bits : 1;
        column heights = c;
        std::string tooltip = std::to_string(i + 1) + ":";
        for (std::size_t b = 0; b < 4; ++b) {
            heights[b] *= tall;
            tooltip += std::string{" "} + "ACGT"[b] + " " + number_text(c[b], 3);
        }
        panel.heights.push_back(heights);
        panel.tooltips.push_back(tooltip + ", " + number_text(bits, 3) + " bits");
    }
    return panel;
}

/// An axis from the lowest negative to the highest positive stack, including 0.
inline logo_axis signed_axis(std::vector<column> const& values, std::string unit)
{
    logo_axis axis{0, 0, std::move(unit)};
    for (column const& c : values) {
        double up = 0;
        double down = 0;
        for (double const x : c) {
            if (!std::isfinite(x)) throw error{"expected finite weights for a logo, found one that is not"};
            (x > 0 ? up : down) += x;
        }
        axis.high = std::max(axis.high, up);
        axis.low = std::min(axis.low, down);
    }
    if (!std::isfinite(axis.high - axis.low)) throw error{"expected weights that add up to finite stacks"};
    if (!(axis.high - axis.low >= 1e-300)) axis.high = 1; // nothing to draw
    return axis;
}

} // namespace detail

/// The logo of a motif as an `<svg>` element of a few kB, which can be part of a page or a file of its own:
/// letters stacked by probability with the most probable on top, and a tooltip with the numbers of every
/// column. Throws error on a motif without columns.
///
///     output_file out{"ctcf.svg"};
///     out << motif_logo(ctcf, {.both_strands = true, .style = {.title = "CTCF"}});
///     out.commit();
inline std::string motif_logo(motif const& m, logo_options const& options = {})
{
    if (m.width() == 0) throw error{"expected a motif with columns for a logo, found none"};
    detail::logo_axis const axis = options.scale == logo_scale::information
                                       ? detail::logo_axis{0, 2, "bits"}
                                       : detail::logo_axis{0, 1, "probability"};
    std::vector<detail::logo_panel> panels{detail::motif_panel(m.probabilities, options, m.sites)};
    if (options.both_strands) {
        panels.push_back(detail::motif_panel(reverse_complement(m.probabilities), options, m.sites));
        panels[0].label = "forward";
        panels[1].label = "reverse complement";
    }
    return detail::logo_drawing{axis, options.style}.draw(panels);
}

/// Weights with their sign, four to a position: positive ones stacked above the base line, negative ones
/// below, the largest farthest from it. Throws error without columns or for weights that are not finite.
///
///     std::string const svg = weight_logo(column_weights, {.title = "unit 12"}, "weight");
inline std::string weight_logo(std::vector<column> const& weights, logo_style const& style = {},
                               std::string unit = "weight")
{
    if (weights.empty()) throw error{"expected weights with columns for a logo, found none"};
    detail::logo_panel panel;
    panel.heights = weights;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        std::string tooltip = std::to_string(i + 1) + ":";
        for (std::size_t b = 0; b < 4; ++b)
            tooltip += std::string{" "} + "ACGT"[b] + " " + number_text(weights[i][b], 3);
        panel.tooltips.push_back(std::move(tooltip));
    }
    return detail::logo_drawing{detail::signed_axis(weights, std::move(unit)), style}.draw({panel});
}

/// A sequence whose letters are as high as their contributions, and below the base line where these are
/// negative; N is left blank. Throws error where there are not as many values as letters, for values that are
/// not finite, and for characters that are not nucleotides.
///
///     std::string const svg = contribution_logo("ACGTTN", contributions);
inline std::string contribution_logo(std::string_view sequence, std::span<float const> values,
                                     logo_style const& style = {}, std::string unit = "contribution")
{
    if (sequence.empty() || sequence.size() != values.size())
        throw error{"expected a contribution for each of " + std::to_string(sequence.size()) +
                    " bases, found " + std::to_string(values.size())};
    detail::logo_panel panel;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        letter const base = letter_of(sequence[i]);
        if (base == no_letter)
            throw error{"expected nucleotides in the sequence of a logo, found another character at " +
                        std::to_string(i + 1)};
        double const value = static_cast<double>(values[i]);
        if (!std::isfinite(value)) throw error{"expected finite weights for a logo, found one that is not"};
        column heights{};
        if (base < letter_n) heights[base] = value;
        panel.heights.push_back(heights);
        panel.tooltips.push_back(std::to_string(i + 1) + ": " + char_of(base) + " " + number_text(value, 3));
    }
    detail::logo_axis const axis = detail::signed_axis(panel.heights, std::move(unit));
    return detail::logo_drawing{axis, style}.draw({panel});
}

} // namespace explainn::EXPLAINN_ABI
