// How alike seqlets are: first by the gapped words that they share, then by their best alignment.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <explainn/interpret/seqlets.hpp>
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

/// Where one stretch lies on another, and how alike they are there.
struct seqlet_alignment {
    double similarity = 0;
    extent offset = 0;    ///< where the second one's first base stands relative to the first one's
    bool reverse = false; ///< the second one is read on its other strand
};

/// The continuous Jaccard similarity of two stretches (TF-MoDISco): over all places, the sum of the smaller
/// magnitude where both have the same base, with a minus where its contributions differ in sign, divided by
/// the sum of the larger one (of both, where the bases differ). Each is scaled to magnitudes that add up
/// to 1. What stands beyond the other one counts as different.
///
///     seqlet_values const a = stretches[0], x = stretches[1];
///     seqlet_alignment const best = align_seqlets(a, x, x.reversed(), 15);      // by at most 15 bases
inline seqlet_alignment align_seqlets(seqlet_values const& a, seqlet_values const& b,
                                      seqlet_values const& b_reversed, extent most_offset)
{
    auto const total = [](seqlet_values const& x) {
        double sum = 0;
        for (float const v : x.values) sum += std::abs(static_cast<double>(v));
        return sum;
    };
    double const of_a = total(a), of_b = total(b);
    seqlet_alignment best{-1, 0, false};
    if (of_a == 0 || of_b == 0) return {};
    auto const width = static_cast<extent>(a.values.size()), other = static_cast<extent>(b.values.size());
    for (bool const reverse : {false, true}) {
        auto const& y = reverse ? b_reversed : b;
        for (extent offset = -most_offset; offset <= most_offset; ++offset) {
            double shared = 0, smaller = 0; // of magnitudes where the bases agree
            for (extent l = std::max<extent>(0, offset); l < std::min<extent>(width, offset + other); ++l) {
                auto const i = static_cast<std::size_t>(l), j = static_cast<std::size_t>(l - offset);
                if (a.bases[i] != y.bases[j] || a.bases[i] >= letter_n) continue;
                double const u = static_cast<double>(a.values[i]) / of_a,
                             v = static_cast<double>(y.values[j]) / of_b;
                double const least = std::min(std::abs(u), std::abs(v));
                shared += u * v >= 0 ? least : -least;
                smaller += least;
            }
            // max(u, v) = u + v - min(u, v), and all magnitudes add up to 2
            double const similarity = shared / (2 - smaller);
            if (similarity > best.similarity) best = {similarity, offset, reverse};
        }
    }
    return best;
}

/// A pair of seqlets that are neighbours.
struct seqlet_edge {
    std::uint32_t a{}, b{}; ///< a < b
    double weight{};        ///< their similarity
    friend bool operator==(seqlet_edge const&, seqlet_edge const&) = default;
};

/// How neighbours are found.
struct neighbour_options {
    std::size_t candidates =
        100; ///< seqlets that are aligned with each: those whose gapped words are the most alike
    std::size_t neighbours = 20; ///< that are kept of each
    std::size_t threads = 0;     ///< 0 = all cores; changes no result
};

namespace detail {

/// The words of three bases with gaps, within eight bases, of a stretch's places of the largest magnitude;
/// each counts with the sum of its contributions. Ascending by number, of length 1.
inline std::vector<std::pair<std::uint32_t, float>> gapped_words(seqlet_values const& s)
{
    constexpr std::size_t most_places = 20, span = 8;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < s.bases.size(); ++i)
        if (s.bases[i] < letter_n && s.values[i] != 0) places.push_back(i);
    sort_places(places,
                [&](std::size_t x, std::size_t y) { return std::abs(s.values[x]) > std::abs(s.values[y]); });
    if (places.size() > most_places) places.resize(most_places);
    std::ranges::sort(places);
    std::vector<std::pair<std::uint32_t, float>> words;
    for (std::size_t i = 0; i < places.size(); ++i)
        for (std::size_t j = i + 1; j < places.size() && places[j] - places[i] < span; ++j)
            for (std::size_t k = j + 1; k < places.size() && places[k] - places[i] < span; ++k) {
                std::size_t const gaps = (places[j] - places[i]) * span + (places[k] - places[j]);
                std::size_t const bases =
                    s.bases[places[i]] * 16u + s.bases[places[j]] * 4u + s.bases[places[k]];
                words.emplace_back(static_cast<std::uint32_t>(gaps * 64 + bases),
                                   s.values[places[i]] + s.values[places[j]] + s.values[places[k]]);
            }
    sort_keeping_order(words, [](auto const& v, auto const& w) { return v.first < w.first; });
    std::vector<std::pair<std::uint32_t, float>> sums;
    for (auto const& w : words)
        if (!sums.empty() && sums.back().first == w.first) sums.back().second += w.second;
        else sums.push_back(w);
    double squares = 0;
    for (auto const& w : sums) squares += static_cast<double>(w.second) * static_cast<double>(w.second);
    auto const scale = static_cast<float>(squares > 0 ? 1 / std::sqrt(squares) : 0);
    for (auto& w : sums) w.second *= scale;
    return sums;
}

} // namespace detail

/// The graph of neighbours among stretches of one width: of each, those of the largest similarity among the
/// candidates that share the most gapped words with it, on either strand, where the similarity is above 0.
/// Ascending by a, then b. Any number of threads gives the same.
///
///     auto const edges = neighbours_of(stretches, 15);
inline std::vector<seqlet_edge> neighbours_of(std::vector<seqlet_values> const& all, extent most_offset,
                                              neighbour_options const& how = {})
{
    constexpr std::size_t words = 64 * 64;
    std::vector<seqlet_values> reversed;
    std::vector<std::vector<std::pair<std::uint32_t, float>>> of_each, of_reversed;
    std::vector<std::vector<std::pair<std::uint32_t, float>>> by_word(words), by_word_reversed(words);
    for (std::size_t i = 0; i < all.size(); ++i) {
        reversed.push_back(all[i].reversed());
        of_each.push_back(detail::gapped_words(all[i]));
        for (auto const& [word, x] : of_each.back())
            by_word[word].emplace_back(static_cast<std::uint32_t>(i), x);
        for (auto const& [word, x] : detail::gapped_words(reversed.back()))
            by_word_reversed[word].emplace_back(static_cast<std::uint32_t>(i), x);
    }
    std::vector<std::vector<seqlet_edge>> of_row(all.size());
    for_each_item(all.size(), how.threads, [&](std::size_t i, std::size_t) {
        std::vector<float> forward(all.size()), reverse(all.size());
        for (auto const& [word, x] : of_each[i]) {
            for (auto const& [j, y] : by_word[word]) forward[j] += x * y;
            for (auto const& [j, y] : by_word_reversed[word]) reverse[j] += x * y;
        }
        std::vector<std::uint32_t> order;
        for (std::size_t j = 0; j < all.size(); ++j) {
            forward[j] = std::max(forward[j], reverse[j]);
            if (j != i && forward[j] > 0) order.push_back(static_cast<std::uint32_t>(j));
        }
        std::size_t const kept = std::min(how.candidates, order.size());
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                          [&](std::uint32_t x, std::uint32_t y) {
                              return forward[x] != forward[y] ? forward[x] > forward[y] : x < y;
                          });
        order.resize(kept);
        auto& edges = of_row[i];
        for (std::uint32_t const j : order)
            if (double const s = align_seqlets(all[i], all[j], reversed[j], most_offset).similarity; s > 0)
                edges.push_back({static_cast<std::uint32_t>(i), j, s});
        std::ranges::sort(edges, [](seqlet_edge const& x, seqlet_edge const& y) {
            return x.weight != y.weight ? x.weight > y.weight : x.b < y.b;
        });
        if (edges.size() > how.neighbours) edges.resize(how.neighbours);
    });
    std::vector<seqlet_edge> edges;
    for (auto const& row : of_row)
        for (auto const& e : row) edges.push_back({std::min(e.a, e.b), std::max(e.a, e.b), e.weight});
    // a pair that is there from both sides is there once, with its larger similarity
    std::ranges::sort(edges, [](seqlet_edge const& x, seqlet_edge const& y) {
        return x.a != y.a ? x.a < y.a : x.b != y.b ? x.b < y.b : x.weight > y.weight;
    });
    edges.erase(
        std::unique(edges.begin(), edges.end(),
                    [](seqlet_edge const& x, seqlet_edge const& y) { return x.a == y.a && x.b == y.b; }),
        edges.end());
    return edges;
}

} // namespace explainn::EXPLAINN_ABI
