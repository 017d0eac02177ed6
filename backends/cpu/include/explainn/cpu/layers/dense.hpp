// op::dense and its gradient: products, shared out by outputs and by features.
#pragma once
#include <algorithm>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/panels.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Columns of a product that one thread computes at once.
inline constexpr std::size_t dense_columns = 64;

/// op::dense; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void dense(isa level, op::dense<float> const& o, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               features = static_cast<std::size_t>(o.x.size(2)),
               outputs = static_cast<std::size_t>(o.y.size(2));
    std::size_t const blocks = (outputs + dense_columns - 1) / dense_columns;
    spread(units * blocks, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        float* const memory = scratch<float>(piece::packed, features * dense_columns);
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const u = item / blocks, first = item % blocks * dense_columns,
                              count = std::min(dense_columns, outputs - first);
            panels const weight{level, memory, features, count};
            weight.lay_turned(level, o.weight.data + (u * outputs + first) * features, features);
            float* const y = o.y.data + u * n * outputs + first;
            for (std::size_t i = 0; i < n; ++i)
                std::copy_n(o.bias.data + u * outputs + first, count, y + i * outputs);
            product<float> p;
            p.a = o.x.data + u * n * features;
            p.a_row = features;
            p.a_depth = 1;
            p.c = y;
            p.c_row = outputs;
            p.rows = n;
            p.depth = features;
            p.add = true;
            weight.multiply(level, p);
        }
    });
}

/// op::dense_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void dense_gradient(isa level, op::dense_gradient<float> const& o, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               features = static_cast<std::size_t>(o.x.size(2)),
               outputs = static_cast<std::size_t>(o.dy.size(2));
    std::size_t const blocks = (features + dense_columns - 1) / dense_columns;
    spread(units * blocks, std::size_t{1}, [&](std::size_t begin, std::size_t end) {
        float* const memory = scratch<float>(piece::packed, std::max(n, outputs) * dense_columns);
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const u = item / blocks, first = item % blocks * dense_columns,
                              count = std::min(dense_columns, features - first);
            product<float> p;
            p.a = o.dy.data + u * n * outputs;
            p.c_row = features;
            // dweight(h, f) = sum over n of dy(n, h) x(n, f)
            panels const x{level, memory, n, count};
            x.lay(o.x.data + u * n * features + first, features, 0, x.count());
            p.a_row = 1;
            p.a_depth = outputs;
            p.c = o.dweight.data + u * outputs * features + first;
            p.rows = outputs;
            p.depth = n;
            x.multiply(level, p);
            if (!o.dx) continue;
            // dx(n, f) = sum over h of dy(n, h) weight(h, f)
            panels const weight{level, memory, outputs, count};
            weight.lay(o.weight.data + u * outputs * features + first, features, 0, weight.count());
            p.a_row = outputs;
            p.a_depth = 1;
            p.c = o.dx.data + u * n * features + first;
            p.rows = n;
            p.depth = outputs;
            weight.multiply(level, p);
        }
    });
    double* const sums = scratch<double>(piece::partial, outputs);
    for (std::size_t u = 0; u < units; ++u) {
        std::fill_n(sums, outputs, 0.0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t h = 0; h < outputs; ++h) sums[h] += double(o.dy.data[(u * n + i) * outputs + h]);
        for (std::size_t h = 0; h < outputs; ++h) o.dbias.data[u * outputs + h] = static_cast<float>(sums[h]);
    }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
