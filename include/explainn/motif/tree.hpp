// Hierarchical clustering: a tree from distances, its division into clusters, its Newick text; the Rand
// index.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/sort_places.hpp>

namespace explainn::EXPLAINN_ABI {

/// The distance of two clusters: the mean or the largest distance of their members.
enum class linkage { average, complete };

/// Two nodes that become one. Leaves are 0..n-1, the node of join k is n + k.
struct join {
    std::size_t left = 0, right = 0;
    double height = 0;    ///< their distance
    std::size_t size = 0; ///< how many leaves are below
};

/// A tree over n leaves: n - 1 joins, the lowest first.
struct cluster_tree {
    std::size_t leaves = 0;
    std::vector<join> joins;
};

/// The tree of a symmetric n x n matrix of distances, row by row (nearest-neighbour chain: time n^2; Müllner
/// 2011). Among equal distances the lower index goes first, so that the order of the work changes nothing.
///
///     auto const tree = grow_tree(distances, n, linkage::average);
inline cluster_tree grow_tree(std::vector<double> distances, std::size_t n, linkage how)
{
    if (distances.size() != n * n)
        throw error{"expected a square of distances, found " + std::to_string(distances.size()) + " numbers"};
    cluster_tree tree{n, {}};
    std::vector<std::size_t> size(n, 1), chain, first_leaf(n);
    std::iota(first_leaf.begin(), first_leaf.end(), std::size_t{0});
    std::vector<bool> gone(n);
    struct raw_join {
        std::size_t a, b;
        double height;
    };
    std::vector<raw_join> raw;
    for (std::size_t left = n; left > 1;) {
        if (chain.empty())
            for (std::size_t i = 0; i < n; ++i)
                if (!gone[i]) {
                    chain.push_back(i);
                    break;
                }
        for (;;) {
            std::size_t const top = chain.back();
            std::size_t const before = chain.size() > 1 ? chain[chain.size() - 2] : n;
            std::size_t nearest = before;
            double least = before < n ? distances[top * n + before] : std::numeric_limits<double>::infinity();
            for (std::size_t j = 0; j < n; ++j)
                if (!gone[j] && j != top && (distances[top * n + j] < least || nearest == n)) {
                    least = distances[top * n + j];
                    nearest = j;
                }
            if (nearest != before) {
                chain.push_back(nearest);
                continue;
            }
            chain.resize(chain.size() - 2);
            std::size_t const a = std::min(top, nearest), b = std::max(top, nearest);
            raw.push_back({a, b, least});
            for (std::size_t j = 0; j < n; ++j) {
                if (gone[j] || j == a || j == b) continue;
                double const x = distances[a * n + j], y = distances[b * n + j];
                auto const s = static_cast<double>(size[a]), t = static_cast<double>(size[b]);
                double const d = how == linkage::average ? (s * x + t * y) / (s + t) : std::max(x, y);
                distances[a * n + j] = distances[j * n + a] = d;
            }
            size[a] += size[b];
            gone[b] = true;
            --left;
            break;
        }
    }
    std::vector<std::size_t> by_height(raw.size());
    std::iota(by_height.begin(), by_height.end(), std::size_t{0});
    sort_places(by_height, [&raw](std::size_t a, std::size_t b) { return raw[a].height < raw[b].height; });
    // from representatives to nodes
    std::vector<std::size_t> parent(n), node(n), count(n, 1);
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    std::iota(node.begin(), node.end(), std::size_t{0});
    auto const root = [&parent](std::size_t i) {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    };
    for (std::size_t const place : by_height) {
        raw_join const& r = raw[place];
        std::size_t const a = root(r.a), b = root(r.b);
        std::size_t const low = std::min(node[a], node[b]), high = std::max(node[a], node[b]);
        tree.joins.push_back({low, high, r.height, count[a] + count[b]});
        parent[b] = a;
        count[a] += count[b];
        node[a] = n + tree.joins.size() - 1;
    }
    return tree;
}

/// The leaves below each node, node by node (n leaves, then the joins).
inline std::vector<std::vector<std::size_t>> leaves_of_nodes(cluster_tree const& tree)
{
    std::vector<std::vector<std::size_t>> leaves(tree.leaves);
    for (std::size_t i = 0; i < tree.leaves; ++i) leaves[i] = {i};
    for (join const& j : tree.joins) {
        auto all = leaves[j.left];
        all.insert(all.end(), leaves[j.right].begin(), leaves[j.right].end());
        leaves.push_back(std::move(all));
    }
    return leaves;
}

/// Clusters of leaves joined at no more than `height`: a number for each leaf, 0, 1, ... in the order of the
/// first leaf of each.
inline std::vector<std::size_t> cut(cluster_tree const& tree, double height)
{
    std::size_t const nodes = tree.leaves + tree.joins.size();
    std::vector<std::size_t> above(nodes, nodes);
    for (std::size_t k = 0; k < tree.joins.size(); ++k) {
        if (tree.joins[k].height > height) continue;
        above[tree.joins[k].left] = above[tree.joins[k].right] = tree.leaves + k;
    }
    std::vector<std::size_t> number(nodes, nodes), labels(tree.leaves);
    std::size_t next = 0;
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        std::size_t top = i;
        while (above[top] != nodes) top = above[top];
        if (number[top] == nodes) number[top] = next++;
        labels[i] = number[top];
    }
    return labels;
}

/// The tree as Newick text, branch lengths from the heights; names are quoted where they need it.
///
///     newick(tree, std::vector<std::string>{"a", "b"});       // (a:0.2,b:0.2);
inline std::string newick(cluster_tree const& tree, std::span<std::string const> names)
{
    if (names.size() != tree.leaves)
        throw error{"expected " + std::to_string(tree.leaves) + " names, found " +
                    std::to_string(names.size())};
    auto const quoted = [](std::string_view name) {
        if (!name.empty() && name.find_first_of(" \t()[]{}':;,") == std::string_view::npos)
            return std::string{name};
        std::string s{"'"};
        for (char const c : name) s += c == '\'' ? std::string{"''"} : std::string{c};
        return s + "'";
    };
    if (tree.leaves == 0) return ";\n";
    // a stack of texts to write, so that a deep tree needs no deep calls
    struct part {
        std::size_t node;
        double above;
        bool closes;
    };
    std::string out;
    auto const height = [&tree](std::size_t node) {
        return node < tree.leaves ? 0 : tree.joins[node - tree.leaves].height;
    };
    std::size_t const top = tree.leaves + tree.joins.size() - 1;
    std::vector<part> todo{{top, height(top), false}};
    auto const length = [&out](double x) { out += ":" + number_text(std::max(x, 0.0), 6); };
    while (!todo.empty()) {
        part const p = todo.back();
        todo.pop_back();
        bool const is_top = p.node == top;
        if (p.closes) {
            out += ')';
            if (!is_top) length(p.above - height(p.node));
        } else if (p.node < tree.leaves) {
            if (!out.empty() && (out.back() != '(')) out += ',';
            out += quoted(names[p.node]);
            if (!is_top) length(p.above);
        } else {
            if (!out.empty() && (out.back() != '(')) out += ',';
            out += '(';
            join const& j = tree.joins[p.node - tree.leaves];
            todo.push_back({p.node, p.above, true});
            todo.push_back({j.right, j.height, false});
            todo.push_back({j.left, j.height, false});
        }
    }
    return out + ";\n";
}

/// One tree of a forest, and the leaves that it has.
struct tree_part {
    std::vector<std::size_t> leaves;
    cluster_tree tree;
};

/// The separate trees of a forest (iterative merging stops early), by first leaf.
inline std::vector<tree_part> parts(cluster_tree const& tree)
{
    auto const labels = cut(tree, std::numeric_limits<double>::infinity());
    std::vector<tree_part> out;
    std::vector<std::size_t> part_of(labels), place(tree.leaves + tree.joins.size());
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        if (labels[i] >= out.size()) out.resize(labels[i] + 1);
        place[i] = out[labels[i]].leaves.size();
        out[labels[i]].leaves.push_back(i);
    }
    for (tree_part& p : out) p.tree.leaves = p.leaves.size();
    for (std::size_t k = 0; k < tree.joins.size(); ++k) {
        join j = tree.joins[k];
        std::size_t const part = part_of[j.left];
        part_of.push_back(part);
        cluster_tree& t = out[part].tree;
        j.left = place[j.left];
        j.right = place[j.right];
        t.joins.push_back(j);
        place[tree.leaves + k] = t.leaves + t.joins.size() - 1;
    }
    return out;
}

/// The adjusted Rand index of two labellings of the same things (Hubert and Arabie 1985): 1 where they are
/// the same, about 0 for labellings that agree by chance only.
///
///     adjusted_rand_index(std::vector<std::size_t>{0, 0, 1}, std::vector<std::size_t>{5, 5, 7});   // 1
inline double adjusted_rand_index(std::span<std::size_t const> a, std::span<std::size_t const> b)
{
    if (a.size() != b.size())
        throw error{"expected two labellings of one size, found " + std::to_string(a.size()) + " and " +
                    std::to_string(b.size())};
    std::map<std::pair<std::size_t, std::size_t>, double> both;
    std::map<std::size_t, double> rows, columns;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both[{a[i], b[i]}] += 1;
        rows[a[i]] += 1;
        columns[b[i]] += 1;
    }
    auto const pairs = [](double n) { return n * (n - 1) / 2; };
    double together = 0, in_a = 0, in_b = 0;
    for (auto const& [key, n] : both) together += pairs(n);
    for (auto const& [key, n] : rows) in_a += pairs(n);
    for (auto const& [key, n] : columns) in_b += pairs(n);
    double const all = pairs(static_cast<double>(a.size()));
    double const expected = all > 0 ? in_a * in_b / all : 0;
    double const most = 0.5 * (in_a + in_b);
    return most == expected ? 1 : (together - expected) / (most - expected);
}

} // namespace explainn::EXPLAINN_ABI
