// op::dense and its gradient: products, shared out by outputs and by features.
#pragma once
#include <algorithm>
#include <cstring>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/product.hpp>
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
        float* const weight = scratch<float>(piece::packed, features * dense_columns);
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const u = item / blocks, first = item % blocks * dense_columns,
                              count = std::min(dense_columns, outputs - first);
            turn(level, transposition<float>{o.weight.data + (u * outputs + first) * features, features,
                                             count, features, weight, dense_columns});
            float* const y = o.y.data + u * n * outputs + first;
            for (std::size_t i = 0; i < n; ++i)
                std::copy_n(o.bias.data + u * outputs + first, count, y + i * outputs);
            product<float> p;
            p.a = o.x.data + u * n * features;
            p.a_row = features;
            p.a_depth = 1;
            p.b = weight;
            p.b_row = dense_columns;
            p.c = y;
            p.c_row = outputs;
            p.rows = n;
            p.depth = features;
            p.columns = count;
            p.add = true;
            multiply(level, p);
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
        float* const some = scratch<float>(piece::packed, std::max(n, outputs) * dense_columns);
        // columns [first, first + count) of a matrix, as rows of their own
        auto const pack = [&](float const* from, std::size_t rows, std::size_t first, std::size_t count) {
            for (std::size_t i = 0; i < rows; ++i)
                std::memcpy(some + i * dense_columns, from + i * features + first, count * sizeof(float));
        };
        for (std::size_t item = begin; item < end; ++item) {
            std::size_t const u = item / blocks, first = item % blocks * dense_columns,
                              count = std::min(dense_columns, features - first);
            product<float> p;
            p.a = o.dy.data + u * n * outputs;
            p.b = some;
            p.b_row = dense_columns;
            p.c_row = features;
            p.columns = count;
            // dweight(h, f) = sum over n of dy(n, h) x(n, f)
            pack(o.x.data + u * n * features, n, first, count);
            p.a_row = 1;
            p.a_depth = outputs;
            p.c = o.dweight.data + u * outputs * features + first;
            p.rows = outputs;
            p.depth = n;
            multiply(level, p);
            if (!o.dx) continue;
            // dx(n, f) = sum over h of dy(n, h) weight(h, f)
            pack(o.weight.data + u * outputs * features, outputs, first, count);
            p.a_row = outputs;
            p.a_depth = 1;
            p.c = o.dx.data + u * n * features + first;
            p.rows = n;
            p.depth = outputs;
            multiply(level, p);
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
