// Latent semantic indexing: cells as points of few dimensions, by the peaks that are open in them.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/pool.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/io/cell_matrix.hpp>

namespace explainn::EXPLAINN_ABI {

/// A sparse matrix by rows.
struct sparse_rows {
    std::size_t columns{};
    std::vector<std::uint64_t> begins{0}; ///< where each row begins; one more than rows
    std::vector<std::uint32_t> places;    ///< the column of each entry
    std::vector<float> values;            ///< of each entry

    std::size_t rows() const { return begins.size() - 1; }
};

namespace detail {
/// rows x width times: out = a * right, all by rows; the same bits for any number of threads.
inline void multiply(sparse_rows const& a, std::vector<double> const& right, std::size_t width,
                     std::vector<double>& out, thread_pool const& pool)
{
    out.assign(a.rows() * width, 0.0);
    pool.for_blocks(a.rows(), 64, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
            for (std::uint64_t e = a.begins[i]; e < a.begins[i + 1]; ++e) {
                auto const x = static_cast<double>(a.values[e]);
                double const* const from = right.data() + a.places[e] * width;
                for (std::size_t k = 0; k < width; ++k) out[i * width + k] += x * from[k];
            }
    });
}
/// out = transposed a * left: every thread takes some of the columns, through all rows in their order.
inline void multiply_transposed(sparse_rows const& a, std::vector<double> const& left, std::size_t width,
                                std::vector<double>& out, thread_pool const& pool)
{
    out.assign(a.columns * width, 0.0);
    pool.for_blocks(width, 8, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = 0; i < a.rows(); ++i)
            for (std::uint64_t e = a.begins[i]; e < a.begins[i + 1]; ++e) {
                auto const x = static_cast<double>(a.values[e]);
                double* const to = out.data() + a.places[e] * width;
                for (std::size_t k = first; k < last; ++k) to[k] += x * left[i * width + k];
            }
    });
}
/// Makes the columns of a matrix (by rows) orthonormal: Gram and Schmidt, twice over. A column that the
/// others span becomes 0.
inline void make_orthonormal(std::vector<double>& m, std::size_t rows, std::size_t width)
{
    auto const dot = [&](std::size_t a, std::size_t b) {
        double sum = 0;
        for (std::size_t i = 0; i < rows; ++i) sum += m[i * width + a] * m[i * width + b];
        return sum;
    };
    for (std::size_t k = 0; k < width; ++k) {
        double const before = std::sqrt(dot(k, k));
        for (int twice = 0; twice < 2; ++twice)
            for (std::size_t j = 0; j < k; ++j) {
                double const share = dot(j, k);
                for (std::size_t i = 0; i < rows; ++i) m[i * width + k] -= share * m[i * width + j];
            }
        double const size = std::sqrt(dot(k, k));
        double const scale = size > 1e-12 * before && size > 0 ? 1 / size : 0;
        for (std::size_t i = 0; i < rows; ++i) m[i * width + k] *= scale;
    }
}
/// Eigenvalues, largest first, and eigenvectors (in columns) of a symmetric matrix: Jacobi's rotations.
inline std::pair<std::vector<double>, std::vector<double>> eigen(std::vector<double> a, std::size_t n)
{
    std::vector<double> v(n * n);
    for (std::size_t i = 0; i < n; ++i) v[i * n + i] = 1;
    for (int sweep = 0; sweep < 60; ++sweep) {
        double off = 0, all = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                all += a[i * n + j] * a[i * n + j];
                off += i == j ? 0 : a[i * n + j] * a[i * n + j];
            }
        if (off <= 1e-28 * all) break;
        for (std::size_t p = 0; p < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p * n + q] == 0) continue;
                double const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
                double const t = (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1));
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
                }
                for (std::size_t k = 0; k < n; ++k) {
                    double const x = v[k * n + p], y = v[k * n + q];
                    v[k * n + p] = c * x - s * y;
                    v[k * n + q] = s * x + c * y;
                }
            }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
        return a[x * n + x] != a[y * n + y] ? a[x * n + x] > a[y * n + y] : x < y;
    });
    std::vector<double> values(n), vectors(n * n);
    for (std::size_t k = 0; k < n; ++k) {
        values[k] = a[order[k] * n + order[k]];
        for (std::size_t i = 0; i < n; ++i) vectors[i * n + k] = v[i * n + order[k]];
    }
    return {std::move(values), std::move(vectors)};
}
} // namespace detail

/// The largest singular values of a sparse matrix, and what its rows are in their directions.
struct truncated_svd {
    std::vector<double> values; ///< largest first
    std::vector<double> rows;   ///< left singular vectors times values: rows by values.size()
};

/// The first `wanted` singular values and vectors, by a random projection with ten dimensions more and three
/// power iterations (Halko, Martinsson and Tropp 2011, algorithm 4.4). The same seed gives the same bits for
/// any number of threads. `between` is called now and then with the share that is done, and may throw. Throws
/// error for more values than the matrix has rows or columns.
///
///     sparse_rows const cells = tf_idf(market_matrix{"filtered_peak_bc_matrix"});
///     auto const found = randomised_svd(cells, 10, seed{1}, thread_pool{threads{2}});
inline truncated_svd randomised_svd(sparse_rows const& a, std::size_t wanted, seed from,
                                    thread_pool const& pool, std::function<void(double)> const& between = {})
{
    std::size_t const least = std::min(a.rows(), a.columns);
    if (wanted == 0 || wanted > least)
        throw error{"expected from 1 to " + std::to_string(least) + " dimensions of a matrix of " +
                    std::to_string(a.rows()) + " cells and " + std::to_string(a.columns) + " peaks, found " +
                    std::to_string(wanted)};
    std::size_t const width = std::min(wanted + 10, least);
    random_numbers draw{from, stream::embedding};
    std::vector<double> right(a.columns * width), left;
    for (double& x : right) // a sum of four is near enough to a normal number
        x = draw.uniform() + draw.uniform() + draw.uniform() + draw.uniform() - 2;
    for (int power = 0; power < 4; ++power) {
        if (between) between(power / 4.0);
        detail::multiply(a, right, width, left, pool);
        if (between) between((power + 0.5) / 4.0);
        detail::make_orthonormal(left, a.rows(), width);
        detail::multiply_transposed(a, left, width, right, pool);
        if (power < 3) detail::make_orthonormal(right, a.columns, width);
    }
    // right is now the transpose of (left' a): its Gram matrix has the squares of the singular values
    std::vector<double> gram(width * width);
    for (std::size_t p = 0; p < width; ++p)
        for (std::size_t q = 0; q <= p; ++q) {
            double sum = 0;
            for (std::size_t i = 0; i < a.columns; ++i) sum += right[i * width + p] * right[i * width + q];
            gram[p * width + q] = gram[q * width + p] = sum;
        }
    auto const [squares, vectors] = detail::eigen(std::move(gram), width);
    truncated_svd out;
    for (std::size_t k = 0; k < wanted; ++k) out.values.push_back(std::sqrt(std::max(squares[k], 0.0)));
    out.rows.assign(a.rows() * wanted, 0.0);
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t k = 0; k < wanted; ++k) {
            double sum = 0;
            for (std::size_t p = 0; p < width; ++p) sum += left[i * width + p] * vectors[p * width + k];
            out.rows[i * wanted + k] = sum * out.values[k];
        }
    return out;
}

/// Cells by peaks, an entry where a peak is open: log(1 + 10^4 tf idf), tf being 1 by the cell's open peaks
/// and idf the number of cells by those in which the peak is open (Stuart et al. 2021,
/// doi:10.1038/s41592-021-01282-5). It is held in memory, 8 bytes an entry. Throws input_error as
/// cell_matrix::each does.
///
///     sparse_rows const cells = tf_idf(market_matrix{"filtered_peak_bc_matrix"});
inline sparse_rows tf_idf(cell_matrix const& matrix)
{
    sparse_rows out;
    out.columns = matrix.peaks();
    out.begins.assign(matrix.cells() + 1, 0);
    std::vector<std::uint32_t> open(matrix.peaks());
    matrix.each([&](std::span<cell_entry const> some) {
        for (cell_entry const& e : some) {
            ++out.begins[e.cell + 1];
            ++open[e.peak];
        }
    });
    std::partial_sum(out.begins.begin(), out.begins.end(), out.begins.begin());
    out.places.resize(out.begins.back());
    std::vector<std::uint64_t> at(out.begins.begin(), out.begins.end() - 1);
    matrix.each([&](std::span<cell_entry const> some) {
        for (cell_entry const& e : some) out.places[at[e.cell]++] = e.peak;
    });
    out.values.resize(out.places.size());
    for (std::size_t i = 0; i < out.rows(); ++i) {
        auto const begin = out.places.begin() + static_cast<std::ptrdiff_t>(out.begins[i]),
                   end = out.places.begin() + static_cast<std::ptrdiff_t>(out.begins[i + 1]);
        std::sort(begin, end);
        for (std::uint64_t e = out.begins[i]; e < out.begins[i + 1]; ++e) {
            double const tf = 1.0 / static_cast<double>(end - begin);
            double const idf = static_cast<double>(matrix.cells()) / open[out.places[e]];
            out.values[e] = static_cast<float>(std::log1p(1e4 * tf * idf));
        }
    }
    return out;
}

/// Cells as points: the dimensions of the singular value decomposition of tf_idf() but the first, which
/// follows how many peaks are open in a cell, each point at distance 1 from the middle.
struct latent_cells {
    std::size_t dimensions{};
    std::vector<double> points; ///< cells by dimensions
};

/// Throws error as randomised_svd() does; it is asked for one dimension more than is wanted. `between` is as
/// there.
///
///     market_matrix const matrix{"filtered_peak_bc_matrix"};
///     latent_cells const where = embed_cells(matrix, 20, seed{1}, thread_pool{threads{2}});
inline latent_cells embed_cells(cell_matrix const& matrix, std::size_t dimensions, seed from,
                                thread_pool const& pool, std::function<void(double)> const& between = {})
{
    auto const found = randomised_svd(tf_idf(matrix), dimensions + 1, from, pool, between);
    latent_cells out{dimensions, std::vector<double>(matrix.cells() * dimensions)};
    for (std::size_t i = 0; i < matrix.cells(); ++i) {
        double size = 0;
        for (std::size_t k = 0; k < dimensions; ++k) {
            double const x = found.rows[i * (dimensions + 1) + k + 1];
            out.points[i * dimensions + k] = x;
            size += x * x;
        }
        if (size > 0)
            for (std::size_t k = 0; k < dimensions; ++k) out.points[i * dimensions + k] /= std::sqrt(size);
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
