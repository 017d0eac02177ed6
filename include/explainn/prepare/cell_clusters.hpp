// Which cluster each cell of a matrix is of.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/labels.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/table_columns.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// The clusters of cells.
struct cell_clusters {
    static constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);

    std::vector<std::string> names; ///< of the clusters: by number where all are whole numbers, else by name
    std::vector<std::uint32_t> of_cell; ///< the cluster of each cell, or none
    std::size_t unknown{};              ///< rows of the table whose cell the matrix does not have

    /// How many cells each cluster has.
    std::vector<std::size_t> sizes() const
    {
        std::vector<std::size_t> out(names.size());
        for (std::uint32_t const c : of_cell)
            if (c != none) ++out[c];
        return out;
    }
};

namespace detail {
/// Puts clusters that are numbered by first appearance into the order that cell_clusters tells.
inline void order_clusters(cell_clusters& all)
{
    std::vector<std::uint32_t> order(all.names.size()), place(all.names.size());
    std::iota(order.begin(), order.end(), 0u);
    bool const numbers = std::all_of(all.names.begin(), all.names.end(),
                                     [](std::string const& s) { return digits_of(s).has_value(); });
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (numbers && *digits_of(all.names[a]) != *digits_of(all.names[b]))
            return *digits_of(all.names[a]) < *digits_of(all.names[b]);
        return all.names[a] < all.names[b];
    });
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        names.push_back(std::move(all.names[order[i]]));
    }
    all.names = std::move(names);
    for (std::uint32_t& c : all.of_cell)
        if (c != cell_clusters::none) c = place[c];
}
inline bool is_missing_cluster(std::string_view name) { return name.empty() || is_missing_word(name); }

/// The columns of a table of clusters.
struct cluster_columns {
    std::size_t barcode = 0, cluster = 1;
};
inline cluster_columns find_cluster_columns(std::vector<std::string_view> const& header,
                                            std::string const& wanted, text_file const& file)
{
    cluster_columns out;
    auto const find = [&](auto const& names) -> std::optional<std::size_t> {
        auto const at = std::find_first_of(header.begin(), header.end(), names.begin(), names.end());
        if (at == header.end()) return std::nullopt;
        return static_cast<std::size_t>(at - header.begin());
    };
    std::string shown;
    for (auto const field : header) shown += (shown.empty() ? "" : ", ") + std::string{field};
    static constexpr std::array<std::string_view, 6> cells{"barcode", "Barcode", "cell",
                                                           "Cell",    "cell_id", "barcodes"};
    static constexpr std::array<std::string_view, 10> clusters{
        "cluster", "Cluster",         "clusters",  "Clusters", "leiden",
        "louvain", "seurat_clusters", "cell_type", "celltype", "CellType"};
    if (auto const i = find(cells)) out.barcode = *i;
    if (!wanted.empty()) {
        auto const i = find(std::array<std::string_view, 1>{wanted});
        if (!i) file.refuse("a column " + in_quotes(wanted) + " in the header", in_quotes(shown));
        out.cluster = *i;
    } else if (auto const i = find(clusters)) {
        out.cluster = *i;
    } else if (header.size() == 2) {
        out.cluster = 1 - out.barcode;
    } else {
        file.refuse("two columns (cell, cluster), or a column named cluster (--cluster-column names another)",
                    in_quotes(shown));
    }
    if (out.cluster == out.barcode)
        file.refuse("clusters in another column than the names of cells", in_quotes(shown));
    return out;
}
} // namespace detail

/// The clusters of a matrix's cells by what a table of cells says of each (cell_matrix::cell_column); cells
/// of which it says nothing have none. Throws error where no cell has one.
inline cell_clusters clusters_of_values(std::vector<std::string> const& values)
{
    cell_clusters out;
    std::map<std::string, std::uint32_t> numbers;
    for (auto const& value : values) {
        if (detail::is_missing_cluster(value)) {
            out.of_cell.push_back(cell_clusters::none);
            continue;
        }
        auto const at = numbers.emplace(value, static_cast<std::uint32_t>(numbers.size())).first;
        if (at->second == out.names.size()) out.names.push_back(value);
        out.of_cell.push_back(at->second);
    }
    if (out.names.empty()) throw error{"expected cells with clusters, found none"};
    detail::order_clusters(out);
    return out;
}

/// Reads a table of cells and their clusters, columns between tabs or commas; a first line whose cell the
/// matrix does not have is a header. Of more than two columns the one named cluster (or clusters, leiden,
/// louvain, seurat_clusters, cell_type, ...) is taken, or the one that `column` names. Cells without a
/// cluster (empty, NA) and cells of the matrix that the table lacks have none.
///
/// Throws input_error with file and line where a cell stands there twice, where the matrix has none of the
/// cells, with a name of each side, and for a cluster of which the matrix has no cell.
///
///     market_matrix const matrix{"filtered_peak_bc_matrix"};
///     cell_clusters const c = read_clusters("clusters.csv", matrix.barcodes());
inline cell_clusters read_clusters(std::filesystem::path const& path,
                                   std::vector<std::string> const& barcodes,
                                   std::string const& column_name = {})
{
    name_index cells;
    auto const name_of = [&](std::size_t i) { return std::string_view{barcodes[i]}; };
    for (std::size_t i = 0; i < barcodes.size(); ++i) cells.add(barcodes[i], i, name_of);
    text_file file{path, "a table of cells and clusters"};
    table_columns columns;
    detail::cluster_columns which;
    cell_clusters out;
    out.of_cell.assign(barcodes.size(), cell_clusters::none);
    std::map<std::string, std::uint32_t> numbers;
    std::vector<std::size_t> first_line; // of each cluster
    std::vector<bool> is_there;          // a cell of the cluster in the matrix
    std::map<std::uint32_t, std::size_t> lines;
    std::string other; // the first cell that the matrix does not have
    std::size_t width = 0, other_line = 0, rows = 0, header_width = 0;
    for (std::string_view line; file.next(line);) {
        if (line.empty()) continue;
        columns.look_at(line, file);
        auto const& fields = columns.split(line, file);
        if (width == 0) {
            width = fields.size();
            if (width < 2) file.refuse("two columns (cell, cluster) between tabs or commas", in_quotes(line));
            bool const header =
                !column_name.empty() || std::none_of(fields.begin(), fields.end(), [&](auto f) {
                    return cells.find(f, name_of) != name_index::none;
                });
            if (header) {
                // names alone cannot be told from a table of other cells: two columns need no header
                if (width > 2 || !column_name.empty() || !fields[0].empty())
                    which = width == 2 && column_name.empty()
                                ? detail::cluster_columns{}
                                : detail::find_cluster_columns(fields, column_name, file);
                header_width = width;
                other = fields[which.barcode];
                other_line = file.line();
                continue;
            }
            if (width > 2)
                file.refuse("two columns (cell, cluster), or a header that names them", in_quotes(line));
        }
        // R leaves the first field of the header out where the rows begin with their names
        if (rows == 0 && header_width > 0 && fields.size() == header_width + 1) {
            ++width;
            ++which.cluster;
            which.barcode = 0;
        }
        if (fields.size() != width)
            file.refuse(std::to_string(width) + " columns as in the first line",
                        std::to_string(fields.size()));
        ++rows;
        std::string const name{fields[which.cluster]};
        std::string_view const cell = fields[which.barcode];
        if (cell.empty()) file.refuse("the name of a cell", "none");
        std::uint32_t const i = cells.find(cell, name_of);
        if (i == name_index::none) {
            ++out.unknown;
            if (rows == out.unknown && out.unknown == 1) {
                other = cell;
                other_line = file.line();
            }
        } else if (auto const [earlier, is_new] = lines.emplace(i, file.line()); !is_new) {
            file.refuse("every cell once",
                        in_quotes(cell) + ", which is at line " + std::to_string(earlier->second) + " too");
        }
        if (detail::is_missing_cluster(name)) continue;
        auto const at = numbers.emplace(name, static_cast<std::uint32_t>(numbers.size())).first->second;
        if (at == out.names.size()) {
            out.names.push_back(name);
            first_line.push_back(file.line());
            is_there.push_back(false);
        }
        if (i == name_index::none) continue;
        out.of_cell[i] = at;
        is_there[at] = true;
    }
    if (rows == 0) throw input_error{path, file.line(), "rows of cells and clusters", "none"};
    if (lines.empty())
        throw input_error{path, other_line,
                          "names of cells as the matrix has them, such as " + in_quotes(barcodes.front()),
                          "none; the first is " + in_quotes(other)};
    if (out.names.empty()) throw input_error{path, 0, "a cluster of some cell", "none"};
    for (std::size_t c = 0; c < out.names.size(); ++c)
        if (!is_there[c])
            throw input_error{path, first_line[c],
                              "a cell of the matrix in the cluster " + in_quotes(out.names[c]), "none"};
    detail::order_clusters(out);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
