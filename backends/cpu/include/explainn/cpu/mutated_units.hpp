// Sixteen units side by side, as op::point_mutations reads them: filters by base, dense layers by input.
#pragma once
#include <algorithm>
#include <array>
#include <utility>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/scan_tables.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// A dense layer of sixteen units: rows of sixteen numbers.
struct mutated_layer {
    float const* weight{}; ///< (F, H, 16)
    float const* bias{};   ///< (H, 16)
    std::size_t inputs{}, outputs{};
    activation act{};
};

/// A block of units as they read the strand that is given: where the op reads the other one, filters are
/// reverse complements, and the cells stand in the order of the strand that is given.
struct mutated_units {
    std::size_t width{}, pool{}, stride{}, cells{}, depth{};
    std::size_t windows{};
    std::size_t origin{}; ///< the first window of the first cell
    bool reverse{};
    activation act{};
    float const* filters{};                  ///< (5, W, 16), times the sign; N is a row of zeros
    float const *scale{}, *shift{}, *sign{}; ///< (16), zeros beyond the units
    std::array<mutated_layer, most_folded_layers> layers{};

    /// Outputs of a unit.
    std::size_t outputs() const { return depth == 0 ? cells : layers[depth - 1].outputs; }
    std::size_t start(std::size_t cell) const { return origin + cell * stride; }
    /// The first cell, or `cells`, that begins at window t or later.
    std::size_t first_from(std::size_t t) const
    {
        return t <= origin ? 0 : std::min(cells, (t - origin + stride - 1) / stride);
    }
    /// The first cell, or `cells`, that ends behind window t.
    std::size_t first_behind(std::size_t t) const { return t < pool ? 0 : first_from(t - pool + 1); }
};

/// Units [first, first + units) of an op, at most sixteen, packed into scratch memory of this thread.
inline mutated_units packed_units(op::point_mutations<float> const& a, std::size_t first, std::size_t units)
{
    constexpr std::size_t B = block_units;
    auto const size = [](extent e) { return static_cast<std::size_t>(e); };
    mutated_units m;
    m.width = size(a.weight.size(2));
    m.pool = size(a.pool);
    m.stride = size(a.stride);
    m.cells = size(a.cells);
    m.depth = static_cast<std::size_t>(a.depth);
    m.windows = size(a.sequences.size(1)) - m.width + 1;
    m.reverse = a.reverse;
    m.origin = a.reverse ? m.windows - m.pool - (m.cells - 1) * m.stride : 0;
    m.act = a.act;
    std::size_t count = 5 * m.width * B + 3 * B;
    for (std::size_t i = 0; i < m.depth; ++i)
        count += (a.dense[i].weight.stride() + a.dense[i].bias.stride()) * B;
    float* to = scratch<float>(piece::mutated_units, count);
    std::fill_n(to, count, 0.0f);
    auto const take = [&to](std::size_t n) { return std::exchange(to, to + n); };

    float *const scale = take(B), *const shift = take(B), *const sign = take(B),
                 *const filters = take(5 * m.width * B);
    for (std::size_t u = 0; u < units; ++u) {
        scale[u] = a.scale.data[first + u];
        shift[u] = a.shift.data[first + u];
        sign[u] = scale[u] < 0 ? -1.0f : 1.0f;
        float const* const w = a.weight.data + (first + u) * 4 * m.width;
        for (std::size_t c = 0; c < 4; ++c)
            for (std::size_t k = 0; k < m.width; ++k)
                filters[((a.reverse ? 3 - c : c) * m.width + (a.reverse ? m.width - 1 - k : k)) * B + u] =
                    sign[u] * w[c * m.width + k];
    }
    m.scale = scale, m.shift = shift, m.sign = sign, m.filters = filters;
    for (std::size_t i = 0; i < m.depth; ++i) {
        auto const& layer = a.dense[i];
        std::size_t const h = size(layer.weight.size(1)), f = size(layer.weight.size(2));
        float *const weight = take(f * h * B), *const bias = take(h * B);
        for (std::size_t u = 0; u < units; ++u) {
            float const* from = layer.weight.data + (first + u) * h * f;
            for (std::size_t r = 0; r < h; ++r) {
                bias[r * B + u] = layer.bias.data[(first + u) * h + r];
                for (std::size_t k = 0; k < f; ++k, ++from)
                    weight[((i == 0 && a.reverse ? f - 1 - k : k) * h + r) * B + u] = *from;
            }
        }
        m.layers[i] = {weight, bias, f, h, layer.act};
    }
    return m;
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
