// Orders units and tasks such that similar ones are adjacent, for a heat map of weights.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/interpret/unit_task_table.hpp>
#include <explainn/motif/tree.hpp>

namespace explainn::EXPLAINN_ABI {

/// The leaves of a tree from left to right, such that those that were joined early are adjacent. Of the two
/// branches of a join, the one with the lowest leaf comes first.
///
///     std::vector<std::size_t> const order = leaf_order(grow_tree({0, 1, 1, 0}, 2, linkage::average));
inline std::vector<std::size_t> leaf_order(cluster_tree const& tree)
{
    std::vector<std::size_t> order;
    for (auto const& part : parts(tree)) {
        auto nodes = leaves_of_nodes(part.tree);
        if (nodes.empty()) continue;
        std::size_t const n = part.tree.leaves;
        for (std::size_t k = 0; k < part.tree.joins.size(); ++k) {
            auto left = nodes[part.tree.joins[k].left], right = nodes[part.tree.joins[k].right];
            if (*std::min_element(right.begin(), right.end()) < *std::min_element(left.begin(), left.end()))
                left.swap(right);
            left.insert(left.end(), right.begin(), right.end());
            nodes[n + k] = std::move(left);
        }
        for (std::size_t const leaf : nodes.back()) order.push_back(part.leaves[leaf]);
    }
    return order;
}

/// The order of a table's rows and columns by hierarchical clustering: average linkage of Euclidean
/// distances, as in the heat maps of the reference's notebooks.
struct table_order {
    std::vector<std::size_t> units, tasks;
};

/// Orders a table; numbers that are nan count as 0.
///
///     table_order const order = clustered_order(head_weights(m));
inline table_order clustered_order(unit_task_table const& table)
{
    auto const order = [&](extent items, extent features, auto value) {
        auto const n = static_cast<std::size_t>(items);
        std::vector<double> distances(n * n);
        for (extent i = 0; i < items; ++i)
            for (extent j = 0; j < i; ++j) {
                double square = 0;
                for (extent k = 0; k < features; ++k) {
                    double const a = value(i, k), b = value(j, k);
                    double const d = (std::isnan(a) ? 0 : a) - (std::isnan(b) ? 0 : b);
                    square += d * d;
                }
                auto const x = static_cast<std::size_t>(i), y = static_cast<std::size_t>(j);
                distances[x * n + y] = distances[y * n + x] = std::sqrt(square);
            }
        return leaf_order(grow_tree(std::move(distances), n, linkage::average));
    };
    return {order(table.units, table.tasks, [&](extent u, extent o) { return table(u, o); }),
            order(table.tasks, table.units, [&](extent o, extent u) { return table(u, o); })};
}

} // namespace explainn::EXPLAINN_ABI
