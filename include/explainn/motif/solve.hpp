// Small symmetric systems of linear equations.
#pragma once
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Solves h x = g for a positive definite h (n x n, by row; only the lower triangle is read) by Cholesky's
/// decomposition: g becomes x, and h its triangle. A pivot that is not above 0, as of a feature that says
/// nothing, counts as infinite: its x is 0.
inline void solve_in_place(std::span<double> h, std::span<double> g)
{
    std::size_t const n = g.size();
    std::vector<bool> silent(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = h[i * n + j];
            for (std::size_t k = 0; k < j; ++k) sum -= h[i * n + k] * h[j * n + k];
            if (i == j) {
                silent[i] = !(sum > 1e-14);
                h[i * n + i] = silent[i] ? 1 : std::sqrt(sum);
            } else {
                h[i * n + j] = silent[j] ? 0 : sum / h[j * n + j];
            }
        }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) g[i] -= h[i * n + k] * g[k];
        g[i] = silent[i] ? 0 : g[i] / h[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) g[i] -= silent[k] ? 0 : h[k * n + i] * g[k];
        g[i] = silent[i] ? 0 : g[i] / h[i * n + i];
    }
}

} // namespace explainn::EXPLAINN_ABI::detail
