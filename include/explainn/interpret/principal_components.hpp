// Principal components: the directions in which points vary most, and the coordinates of the points along
// them.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/core/sort_places.hpp>

namespace explainn::EXPLAINN_ABI {

/// The first components of some points.
struct principal_components {
    std::size_t points = 0, dimensions = 0, components = 0;
    std::vector<double> coordinates; ///< (points, components), relative to the mean of the points
    std::vector<double> directions;  ///< (components, dimensions), of length 1, orthogonal
    std::vector<double> variances;   ///< (components), descending: of the points along each direction
    double total_variance = 0;       ///< over all dimensions

    double at(std::size_t point, std::size_t component) const
    {
        return coordinates[point * components + component];
    }
    /// The share of the total variance along a component; 0 where nothing varies.
    double share(std::size_t component) const
    {
        return total_variance > 0 ? variances[component] / total_variance : 0;
    }
};

namespace detail {

// makes rows orthonormal (modified Gram-Schmidt, twice); a row without length becomes zeros
inline void orthonormal_rows(std::vector<double>& rows, std::size_t count, std::size_t n)
{
    for (std::size_t i = 0; i < count; ++i) {
        double* const x = rows.data() + i * n;
        for (int round = 0; round < 2; ++round)
            for (std::size_t j = 0; j < i; ++j) {
                double const* const y = rows.data() + j * n;
                double dot = 0;
                for (std::size_t k = 0; k < n; ++k) dot += x[k] * y[k];
                for (std::size_t k = 0; k < n; ++k) x[k] -= dot * y[k];
            }
        double square = 0;
        for (std::size_t k = 0; k < n; ++k) square += x[k] * x[k];
        double const factor = square > 1e-280 ? 1 / std::sqrt(square) : 0;
        for (std::size_t k = 0; k < n; ++k) x[k] *= factor;
    }
}

// eigenvalues (descending) and eigenvectors (rows) of a small symmetric matrix, by Jacobi's rotations
inline std::vector<double> small_eigen(std::vector<double>& a, std::size_t n, std::vector<double>& vectors)
{
    vectors.assign(n * n, 0);
    for (std::size_t i = 0; i < n; ++i) vectors[i * n + i] = 1;
    for (int sweep = 0; sweep < 60; ++sweep) {
        double off = 0, all = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += a[i * n + j] * a[i * n + j];
        if (off <= 1e-30 * all) break;
        for (std::size_t p = 0; p < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p * n + q] == 0) continue;
                double const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
                double const t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                double const c = 1 / std::sqrt(t * t + 1), s = t * c;
                for (std::size_t k = 0; k < n; ++k) {
                    double const x = a[k * n + p], y = a[k * n + q];
                    a[k * n + p] = c * x - s * y;
                    a[k * n + q] = s * x + c * y;
                }
                for (std::size_t k = 0; k < n; ++k) {
                    double const x = a[p * n + k], y = a[q * n + k];
                    a[p * n + k] = c * x - s * y;
                    a[q * n + k] = s * x + c * y;
                    double const v = vectors[p * n + k], w = vectors[q * n + k];
                    vectors[p * n + k] = c * v - s * w;
                    vectors[q * n + k] = s * v + c * w;
                }
            }
    }
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    sort_places(order, [&](std::size_t i, std::size_t j) { return a[i * n + i] > a[j * n + j]; });
    std::vector<double> values, sorted;
    for (std::size_t const i : order) {
        values.push_back(a[i * n + i]);
        sorted.insert(sorted.end(), vectors.begin() + static_cast<std::ptrdiff_t>(i * n),
                      vectors.begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
    }
    vectors = std::move(sorted);
    return values;
}

} // namespace detail

/// The first `components` of points (points x dimensions), which are used as they are (not divided by their
/// standard deviation), by subspace iteration with Rayleigh-Ritz on the covariance. The sign of every
/// direction is chosen so that its largest element is positive. The same points give the same result. Throws
/// error for a size that does not fit, for numbers that are not finite, and for no components or more
/// components than dimensions.
///
///     auto const map = principal_components_of(outputs, 400, 100, 2);
///     map.at(0, 1);                                    // the second coordinate of the first point
inline principal_components principal_components_of(std::span<float const> values, std::size_t points,
                                                    std::size_t dimensions, std::size_t components = 2)
{
    if (values.size() != points * dimensions)
        throw error{"expected " + std::to_string(points) + " x " + std::to_string(dimensions) +
                    " numbers for principal components, found " + std::to_string(values.size())};
    if (components == 0 || components > dimensions)
        throw error{"expected 1 to " + std::to_string(dimensions) + " principal components, found " +
                    std::to_string(components)};
    std::size_t const n = dimensions;
    std::vector<double> mean(n), covariance(n * n);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) throw error{"expected finite numbers for principal components"};
        mean[i % n] += static_cast<double>(values[i]) / static_cast<double>(points);
    }
    std::vector<double> x(n);
    for (std::size_t p = 0; p < points; ++p) {
        for (std::size_t k = 0; k < n; ++k) x[k] = static_cast<double>(values[p * n + k]) - mean[k];
        for (std::size_t i = 0; i < n; ++i)
            if (x[i] != 0)
                for (std::size_t j = i; j < n; ++j) covariance[i * n + j] += x[i] * x[j];
    }
    double const divisor = points > 1 ? static_cast<double>(points - 1) : 1;
    principal_components out{points, n, components, {}, {}, {}, 0};
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i; j < n; ++j) covariance[j * n + i] = covariance[i * n + j] /= divisor;
        out.total_variance += covariance[i * n + i];
    }

    // uses a few directions more than asked for, so that nearly equal variances at the limit do not slow it
    // down
    std::size_t const block = std::min(n, components + 8);
    std::vector<double> rows(block * n), images(block * n), small(block * block), turn, values_now,
        values_before;
    random_numbers draw{seed{1}, stream::embedding};
    for (double& r : rows) r = draw.uniform(-1, 1);
    detail::orthonormal_rows(rows, block, n);
    for (int round = 0; round < 1000; ++round) {
        for (std::size_t b = 0; b < block; ++b)
            for (std::size_t i = 0; i < n; ++i) {
                double sum = 0;
                for (std::size_t k = 0; k < n; ++k) sum += covariance[i * n + k] * rows[b * n + k];
                images[b * n + i] = sum;
            }
        for (std::size_t a = 0; a < block; ++a)
            for (std::size_t b = 0; b < block; ++b) {
                double sum = 0;
                for (std::size_t k = 0; k < n; ++k) sum += rows[a * n + k] * images[b * n + k];
                small[a * block + b] = sum;
            }
        values_now = detail::small_eigen(small, block, turn);
        std::vector<double> turned(block * n, 0), turned_images(block * n, 0);
        for (std::size_t a = 0; a < block; ++a)
            for (std::size_t b = 0; b < block; ++b)
                for (std::size_t k = 0; k < n; ++k) {
                    turned[a * n + k] += turn[a * block + b] * rows[b * n + k];
                    turned_images[a * n + k] += turn[a * block + b] * images[b * n + k];
                }
        // ends when every direction that is asked for is mapped to itself
        double worst = 0;
        for (std::size_t c = 0; c < components; ++c) {
            double square = 0;
            for (std::size_t k = 0; k < n; ++k) {
                double const off = turned_images[c * n + k] - values_now[c] * turned[c * n + k];
                square += off * off;
            }
            worst = std::max(worst, std::sqrt(square));
        }
        rows = std::move(turned);
        if (block == n || worst <= 1e-10 * std::max(values_now[0], 1e-300)) break;
        rows = std::move(turned_images);
        detail::orthonormal_rows(rows, block, n);
    }
    for (std::size_t c = 0; c < components; ++c) {
        double* const d = rows.data() + c * n;
        double const* const largest =
            std::max_element(d, d + n, [](double a, double b) { return std::abs(a) < std::abs(b); });
        double const sign = *largest < 0 ? -1 : 1;
        for (std::size_t k = 0; k < n; ++k) out.directions.push_back(sign * d[k]);
        out.variances.push_back(std::max(values_now[c], 0.0));
    }
    out.coordinates.assign(points * components, 0);
    for (std::size_t p = 0; p < points; ++p)
        for (std::size_t c = 0; c < components; ++c)
            for (std::size_t k = 0; k < n; ++k)
                out.coordinates[p * components + c] +=
                    (static_cast<double>(values[p * n + k]) - mean[k]) * out.directions[c * n + k];
    return out;
}

} // namespace explainn::EXPLAINN_ABI
