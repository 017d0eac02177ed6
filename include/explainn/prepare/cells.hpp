// Accessibility of peaks by clusters of cells.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/io/cell_matrix.hpp>
#include <explainn/prepare/cell_clusters.hpp>

namespace explainn::EXPLAINN_ABI {

/// What a cell says of a peak before cells are averaged: its count by all counts of the cell, times the
/// median of that over all cells that have a cluster; 1 where it is above 0; or its count.
enum class cell_values { normalised, binarised, counts };

/// Means of peaks over the cells of each cluster.
struct cluster_means {
    std::vector<double> means;      ///< peaks by clusters
    std::vector<std::size_t> sizes; ///< cells of each cluster
    std::size_t empty_cells{};      ///< cells with a cluster in which no peak is open
    std::uint64_t entries{};        ///< numbers above 0 in cells that have a cluster
};

/// The mean of every peak over the cells of each cluster, cells in which the peak is closed counted as 0. The
/// matrix is read once, twice where counts are normalised, and never held: memory is 8 bytes a peak and
/// cluster. The same matrix gives the same bits. Throws input_error as cell_matrix::each does.
///
///     market_matrix const matrix{"filtered_peak_bc_matrix"};
///     cell_clusters const clusters = read_clusters("clusters.csv", matrix.barcodes());
///     auto const seen = mean_accessibility(matrix, clusters, cell_values::binarised);
///     seen.means[3 * clusters.names.size() + 1];       // peak 3, cluster 1
inline cluster_means mean_accessibility(cell_matrix const& matrix, cell_clusters const& clusters,
                                        cell_values values)
{
    if (clusters.of_cell.size() != matrix.cells())
        throw error{"expected a cluster, or none, for each of " + std::to_string(matrix.cells()) +
                    " cells, found " + std::to_string(clusters.of_cell.size())};
    cluster_means out;
    out.sizes = clusters.sizes();
    std::vector<double> factor(matrix.cells(), 1.0);
    std::vector<std::uint32_t> open(matrix.cells());
    if (values == cell_values::normalised) {
        std::vector<double> totals(matrix.cells());
        matrix.each([&](std::span<cell_entry const> some) {
            for (cell_entry const& e : some) totals[e.cell] += e.value;
        });
        std::vector<double> known;
        for (std::size_t i = 0; i < totals.size(); ++i)
            if (clusters.of_cell[i] != cell_clusters::none && totals[i] > 0) known.push_back(totals[i]);
        if (known.empty()) throw input_error{matrix.path(), 0, "open peaks in cells with a cluster", "none"};
        auto const middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
        std::nth_element(known.begin(), middle, known.end());
        for (std::size_t i = 0; i < totals.size(); ++i) factor[i] = totals[i] > 0 ? *middle / totals[i] : 0;
    }
    std::size_t const width = clusters.names.size();
    out.means.assign(matrix.peaks() * width, 0.0);
    matrix.each([&](std::span<cell_entry const> some) {
        for (cell_entry const& e : some) {
            std::uint32_t const c = clusters.of_cell[e.cell];
            if (c == cell_clusters::none) continue;
            ++out.entries;
            open[e.cell] = 1;
            out.means[e.peak * width + c] +=
                values == cell_values::binarised ? 1.0 : e.value * factor[e.cell];
        }
    });
    if (out.entries == 0) throw input_error{matrix.path(), 0, "open peaks in cells with a cluster", "none"};
    for (std::size_t i = 0; i < out.means.size(); ++i)
        out.means[i] /= static_cast<double>(out.sizes[i % width]);
    for (std::size_t i = 0; i < open.size(); ++i)
        out.empty_cells += clusters.of_cell[i] != cell_clusters::none && open[i] == 0 ? 1 : 0;
    return out;
}

} // namespace explainn::EXPLAINN_ABI
