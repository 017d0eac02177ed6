// Shuffles of a sequence that keep how often every word of k letters stands in it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI {

/// The most letters of the words that kmer_shuffle keeps.
inline constexpr int longest_shuffled_word = 24;

/// A shuffle that holds every word of k letters as often as the sequence does, each such sequence with the
/// same first k - 1 letters equally likely: a random Eulerian path over words of k - 1 letters (Altschul and
/// Erickson 1985; Jiang et al. 2008, uShuffle), the last edges of which are a random tree (Wilson 1996;
/// Kandel et al. 1996). The last k - 1 letters stay, too. k = 1 keeps the letters alone, k = 2 is
/// dinucleotide_shuffle. N counts as a fifth letter. Throws error for k below 1 or above 24, and for codes
/// that are no letters.
///
///     random_numbers draw{seed{1}, stream::shuffles};
///     std::vector<letter> const s = kmer_shuffle(codes, 3, draw);
inline std::vector<letter> kmer_shuffle(std::span<letter const> sequence, int k, random_numbers& draw)
{
    if (k < 1 || k > longest_shuffled_word)
        throw error{"expected words of 1 to " + std::to_string(longest_shuffled_word) +
                    " letters for a shuffle, found " + std::to_string(k)};
    for (letter const code : sequence)
        if (code > letter_n) throw error{"expected letters for a shuffle, found another code"};
    std::vector<letter> out{sequence.begin(), sequence.end()};
    if (k == 1) {
        draw.shuffle(out);
        return out;
    }
    auto const word = static_cast<std::size_t>(k - 1);
    if (sequence.size() < word + 2) return out;
    // words of k - 1 letters, numbered as they come
    std::size_t const places = sequence.size() - word + 1;
    std::vector<std::uint32_t> at(places);
    std::vector<std::size_t> first_place;
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::string text;
    for (std::size_t i = 0; i < places; ++i) {
        text.assign(sequence.begin() + static_cast<std::ptrdiff_t>(i),
                    sequence.begin() + static_cast<std::ptrdiff_t>(i + word));
        auto const [found, is_new] = numbers.emplace(text, static_cast<std::uint32_t>(numbers.size()));
        at[i] = found->second;
        if (is_new) first_place.push_back(i);
    }
    std::vector<std::vector<std::uint32_t>> next(first_place.size()); // of each word, those that follow it
    for (std::size_t i = 0; i + 1 < places; ++i) next[at[i]].push_back(at[i + 1]);
    // from every word a walk to the last one, its loops erased (Wilson 1996): a tree drawn fairly
    std::uint32_t const last = at.back();
    std::vector<char> in_tree(next.size());
    std::vector<std::uint32_t> exit(next.size()); // which of next[x] is the last edge out of x
    in_tree[last] = 1;
    for (std::size_t x = 0; x < next.size(); ++x) {
        for (std::size_t here = x; !in_tree[here]; here = next[here][exit[here]])
            exit[here] = draw.below(static_cast<std::uint32_t>(next[here].size()));
        for (std::size_t here = x; !in_tree[here]; here = next[here][exit[here]]) in_tree[here] = 1;
    }
    for (std::size_t x = 0; x < next.size(); ++x) {
        if (x == last) {
            draw.shuffle(next[x]);
            continue;
        }
        std::swap(next[x][exit[x]], next[x].back());
        std::uint32_t const kept = next[x].back();
        next[x].pop_back();
        draw.shuffle(next[x]);
        next[x].push_back(kept);
    }
    std::vector<std::uint32_t> used(next.size());
    std::uint32_t here = at.front();
    for (std::size_t i = word; i < sequence.size(); ++i) {
        here = next[here][used[here]++];
        out[i] = sequence[first_place[here] + word - 1]; // the last letter of the word
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
