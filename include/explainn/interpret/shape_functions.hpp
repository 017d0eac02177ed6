// How a unit's output depends on the place and strength of one hit, and on the distance of two hits: computed
// from its dense layers.
#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <explainn/interpret/unit_tail.hpp>

namespace explainn::EXPLAINN_ABI {

/// A unit's output as a function of place and strength of one hit; all other cells hold `background`.
struct shape_function {
    std::size_t cells = 0;
    std::vector<double> activations; ///< the strengths of the hit
    std::vector<double> outputs;     ///< (cells, activations)
    double without = 0;              ///< the output without a hit

    double operator()(std::size_t cell, std::size_t strength) const
    {
        return outputs[cell * activations.size() + strength];
    }
};

/// One hit in each pooled cell in turn, with each of `activations`, while all others hold `background`: no
/// sequences are simulated, the dense layers are computed directly. Throws error as unit_tail does, and for
/// units of several outputs.
///
///     shape_function const f = shape_of_unit(unit_tail{m}, 3, std::vector{1.0, 5.0, 10.0}, 0.1);
///     f(12, 2) - f.without;                              // what a hit of activation 10 in cell 12 adds
inline shape_function shape_of_unit(unit_tail const& tail, extent unit, std::span<double const> activations,
                                    double background)
{
    shape_function f{tail.cells(), {activations.begin(), activations.end()}, {}, 0};
    std::vector<double> cells(tail.cells(), background);
    auto const without = tail(unit, cells);
    if (without.size() != 1)
        throw error{"expected units of one output, found units of " + std::to_string(without.size())};
    f.without = without.front();
    for (std::size_t c = 0; c < cells.size(); ++c) {
        for (double const a : activations) {
            cells[c] = a;
            f.outputs.push_back(tail(unit, cells).front());
        }
        cells[c] = background;
    }
    return f;
}

/// The effect of two hits of one unit beyond the sum of both, by the distance of their cells.
struct spacing_curve {
    std::vector<std::size_t>
        distances; ///< in pooled cells: 1, 2, ...; times the stride of the pooling in bases
    std::vector<double>
        medians; ///< of f(both) - f(one) - f(other) + f(none) over all places at that distance
};

/// The homotypic spacing curve of a unit, from its own dense layers: 0 everywhere for a unit that adds up
/// hits, and above 0 where two hits at that distance give more than the sum of both.
///
///     spacing_curve const curve = homotypic_spacing(unit_tail{m}, 3, 10, 0.1);
inline spacing_curve homotypic_spacing(unit_tail const& tail, extent unit, double hit, double background)
{
    auto const one = shape_of_unit(tail, unit, std::span{&hit, 1}, background);
    spacing_curve curve;
    std::vector<double> cells(tail.cells(), background);
    for (std::size_t d = 1; d < cells.size(); ++d) {
        std::vector<double> beyond;
        for (std::size_t c = 0; c + d < cells.size(); ++c) {
            cells[c] = cells[c + d] = hit;
            beyond.push_back(tail(unit, cells).front() - one(c, 0) - one(c + d, 0) + one.without);
            cells[c] = cells[c + d] = background;
        }
        std::sort(beyond.begin(), beyond.end());
        std::size_t const n = beyond.size();
        curve.distances.push_back(d);
        curve.medians.push_back((beyond[(n - 1) / 2] + beyond[n / 2]) / 2);
    }
    return curve;
}

} // namespace explainn::EXPLAINN_ABI
