// Random sequences of given frequencies, and shuffles of a sequence that keep its bases or its pairs of
// bases.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI {

/// Letters drawn one by one with the frequencies of A, C, G and T. Throws error for frequencies that are
/// below 0 or add up to 0.
///
///     random_numbers draw{seed{1}, stream::backgrounds};
///     std::vector<letter> const s = random_letters(200, {0.3, 0.2, 0.2, 0.3}, draw);
inline std::vector<letter> random_letters(std::size_t length, std::array<double, 4> const& frequencies,
                                          random_numbers& draw)
{
    double total = 0;
    for (double const f : frequencies) {
        if (!(f >= 0)) throw error{"expected frequencies of bases of 0 and more, found another"};
        total += f;
    }
    if (!(total > 0)) throw error{"expected frequencies of bases that add up to more than 0"};
    std::vector<letter> out(length);
    for (letter& x : out) {
        double at = draw.uniform() * total;
        x = 0;
        while (x < 3 && (at >= frequencies[x] || frequencies[x] == 0)) at -= frequencies[x++];
    }
    return out;
}

/// A shuffle with the same first and last letter and exactly the same pairs of neighbours: a random Eulerian
/// path (Altschul and Erickson 1985; the last edges form a random tree, Kandel et al. 1996). N counts as a
/// fifth letter.
///
///     random_numbers draw{seed{1}, stream::backgrounds};
///     std::vector<letter> const s = dinucleotide_shuffle(codes, draw);
inline std::vector<letter> dinucleotide_shuffle(std::span<letter const> sequence, random_numbers& draw)
{
    if (sequence.size() < 3) return {sequence.begin(), sequence.end()};
    constexpr std::size_t letters = 5;
    std::array<std::vector<letter>, letters> next; // of each letter, those that follow it
    for (std::size_t i = 0; i + 1 < sequence.size(); ++i) {
        if (sequence[i] >= letters || sequence[i + 1] >= letters)
            throw error{"expected letters for a shuffle, found another code"};
        next[sequence[i]].push_back(sequence[i + 1]);
    }
    letter const last = sequence.back();
    // a random walk from every letter to the last one with its loops erased (Wilson 1996) draws a uniform
    // tree
    std::array<bool, letters> in_tree{};
    std::array<std::size_t, letters> exit{}; // which of next[x] is the last edge out of x
    in_tree[last] = true;
    for (std::size_t x = 0; x < letters; ++x) {
        if (next[x].empty()) continue;
        for (std::size_t at = x; !in_tree[at]; at = next[at][exit[at]])
            exit[at] = draw.below(static_cast<std::uint32_t>(next[at].size()));
        for (std::size_t at = x; !in_tree[at]; at = next[at][exit[at]]) in_tree[at] = true;
    }
    for (std::size_t x = 0; x < letters; ++x) {
        auto& all = next[x];
        if (x != last && !all.empty()) {
            std::swap(all[exit[x]], all.back());
            letter const kept = all.back();
            all.pop_back();
            draw.shuffle(all);
            all.push_back(kept);
        } else {
            draw.shuffle(all);
        }
    }
    std::vector<letter> out{sequence.front()};
    std::array<std::size_t, letters> used{};
    while (out.size() < sequence.size()) out.push_back(next[out.back()][used[out.back()]++]);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
