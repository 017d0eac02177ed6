// op::linear and its gradient: the head, cut into rows or features whose results do not depend on each other.
#pragma once
#include <algorithm>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/product.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// op::linear; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void linear(isa level, op::linear<float> const& o, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               k = static_cast<std::size_t>(o.x.size(2)), outputs = static_cast<std::size_t>(o.y.size(1)),
               features = static_cast<std::size_t>(o.weight.size(1));
    std::size_t const row = round_up(outputs, 16);
    float* const packed = scratch<float>(piece::packed, units * k * row);
    turn(level, transposition<float>{o.weight.data + o.first, features, outputs, units * k, packed, row});
    spread(n, std::size_t{24}, [&, level](std::size_t first, std::size_t last) {
        for (std::size_t i = first; !o.add && i < last; ++i) {
            float* const y = o.y.data + i * outputs;
            if (o.bias) std::copy_n(o.bias.data, outputs, y);
            else std::fill_n(y, outputs, 0.0f);
        }
        product<float> p;
        p.b_row = row;
        p.c = o.y.data + first * outputs;
        p.c_row = outputs;
        p.rows = last - first;
        p.columns = outputs;
        p.add = true;
        if (k == 1) { // one product over units
            p.a = o.x.data + first;
            p.a_row = 1;
            p.a_depth = n;
            p.b = packed;
            p.depth = units;
            return multiply(level, p);
        }
        for (std::size_t u = 0; u < units; ++u) {
            p.a = o.x.data + (u * n + first) * k;
            p.a_row = k;
            p.a_depth = 1;
            p.b = packed + u * k * row;
            p.depth = k;
            multiply(level, p);
        }
    });
}

/// op::linear_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void linear_gradient(isa level, op::linear_gradient<float> const& o, Spread&& spread)
{
    auto const units = static_cast<std::size_t>(o.x.size(0)), n = static_cast<std::size_t>(o.x.size(1)),
               k = static_cast<std::size_t>(o.x.size(2)), outputs = static_cast<std::size_t>(o.dy.size(1)),
               features = static_cast<std::size_t>(o.weight.size(1));
    auto const from = static_cast<std::size_t>(o.first);
    std::size_t const row = round_up(n, 16);
    float* const packed = scratch<float>(piece::packed, outputs * row);
    if (o.dx) turn(level, transposition<float>{o.dy.data, outputs, n, outputs, packed, row});
    std::size_t const block = std::max<std::size_t>(1, 64 / k);
    spread(units, block, [&, level](std::size_t first, std::size_t last) {
        std::size_t const count = (last - first) * k;
        if (o.dx) {
            // dx(f, n) = sum over o of weight(o, f) dy(n, o)
            product<float> p;
            p.a = o.weight.data + from + first * k;
            p.a_row = 1;
            p.a_depth = features;
            p.b = packed;
            p.b_row = row;
            p.rows = count;
            p.depth = outputs;
            p.columns = n;
            if (k == 1) {
                p.c = o.dx.data + first * n;
                p.c_row = n;
                multiply(level, p);
            } else {
                p.c = scratch<float>(piece::product, count * row);
                p.c_row = row;
                p.whole = true;
                multiply(level, p);
                for (std::size_t u = first; u < last; ++u)
                    turn(level, transposition<float>{p.c + (u - first) * k * row, row, k, n,
                                                     o.dx.data + u * n * k, k, false});
            }
        }
        // dweight(o, f) = sum over n of dy(n, o) x(f, n)
        std::size_t const wide = round_up(count, 16);
        float* const x = scratch<float>(piece::other_packed, n * wide);
        if (k == 1) turn(level, transposition<float>{o.x.data + first * n, n, count, n, x, wide});
        else
            for (std::size_t u = first; u < last; ++u)
                for (std::size_t i = 0; i < n; ++i)
                    std::copy_n(o.x.data + (u * n + i) * k, k, x + i * wide + (u - first) * k);
        product<float> q;
        q.a = o.dy.data;
        q.a_row = 1;
        q.a_depth = outputs;
        q.b = x;
        q.b_row = wide;
        q.c = o.dweight.data + from + first * k;
        q.c_row = features;
        q.rows = outputs;
        q.depth = n;
        q.columns = count;
        multiply(level, q);
    });
    if (!o.dbias) return;
    double* const sums = scratch<double>(piece::parameters, outputs);
    std::fill_n(sums, outputs, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < outputs; ++j) sums[j] += o.dy.data[i * outputs + j];
    for (std::size_t j = 0; j < outputs; ++j) o.dbias.data[j] = static_cast<float>(sums[j]);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
