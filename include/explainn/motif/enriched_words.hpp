// Words that sequences of high labels hold more often than others: where a search of motifs can begin.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/best_hits.hpp>
#include <explainn/motif/similarity.hpp>
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which words are looked for.
struct word_options {
    std::size_t count = 12;      ///< words at most
    std::size_t widest_gap = 12; ///< columns between the two halves of a word, at most
    double least_score = 4;      ///< standard deviations that labels must lie above what chance gives
    double alike = 0.75; ///< a word with at least this normalized correlation to a better one is left out
    bool both_strands = true; ///< a word is found on both strands
    std::size_t threads = 0;  ///< 0 = as default_thread_count() says; changes no result
};

namespace detail {
struct scored_word {
    double score;
    std::size_t gap;
    unsigned word; // two halves of three letters, the first highest
};
// the word read on the other strand
constexpr unsigned other_strand(unsigned word)
{
    unsigned back = 0;
    for (int k = 0; k < 6; ++k) back = back << 2 | (3u - (word >> (2 * k) & 3u));
    return back;
}
inline motif motif_of(scored_word const& w)
{
    motif m;
    m.sites = 20;
    for (int k = 0; k < 6; ++k) {
        if (k == 3)
            for (std::size_t g = 0; g < w.gap; ++g) {
                m.probabilities.columns.push_back({0.25, 0.25, 0.25, 0.25});
                m.alternative_name += 'N';
            }
        unsigned const base = w.word >> (10 - 2 * k) & 3u;
        column c;
        c.fill(0.08);
        c[base] = 0.76;
        m.probabilities.columns.push_back(c);
        m.alternative_name += "ACGT"[base];
    }
    m.name = m.alternative_name;
    return m;
}
} // namespace detail

/// The words of two halves of three letters, with 0 to widest_gap letters of any kind between, whose
/// sequences have the highest labels: score = sum of their labels, scaled to mean 0 and variance 1, over the
/// square root of how many sequences hold the word times the share that does not, which is a standard normal
/// number by chance. Binary and real labels serve alike; nan = unresolved. The best first, as motifs with
/// 0.76 for each letter; words that are like a better one are left out.
///
/// Throws error for another number of labels than sequences.
///
///     auto const seeds = enriched_words(windowed_sequences{peaks}, labels_by_task[0]);
inline std::vector<motif> enriched_words(windowed_sequences const& sequences, std::span<double const> labels,
                                         word_options const& o = {})
{
    if (labels.size() != sequences.size())
        throw error{"expected " + std::to_string(sequences.size()) + " labels, one a sequence, found " +
                    std::to_string(labels.size())};
    double n = 0, mean = 0, variance = 0;
    for (double const y : labels)
        if (!std::isnan(y)) {
            n += 1;
            mean += y;
        }
    if (n == 0) return {};
    mean /= n;
    for (double const y : labels)
        if (!std::isnan(y)) variance += (y - mean) * (y - mean) / n;
    if (!(variance > 0)) return {};

    constexpr std::size_t words = 4096;
    std::array<std::uint16_t, words> one_of{}; // a word and its reverse complement are one
    for (unsigned w = 0; w < words; ++w)
        one_of[w] = static_cast<std::uint16_t>(o.both_strands ? std::min(w, detail::other_strand(w)) : w);
    std::vector<std::vector<detail::scored_word>> by_gap(o.widest_gap + 1);
    for_each_item(by_gap.size(), o.threads, [&](std::size_t gap, std::size_t) {
        std::vector<double> sums(words, 0.0), counts(words, 0.0);
        std::vector<std::uint32_t> last(words, 0);
        std::size_t const width = 6 + gap;
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            if (std::isnan(labels[i])) continue;
            double const y = (labels[i] - mean) / std::sqrt(variance);
            for (std::size_t p = sequences.begin(i); p + width <= sequences.end(i); ++p) {
                if (sequences.known(p) < width) continue;
                unsigned const first = sequences.four(p) >> 2, second = sequences.four(p + 3 + gap) >> 2;
                std::size_t const word = one_of[first << 6 | second];
                if (last[word] == i + 1) continue;
                last[word] = static_cast<std::uint32_t>(i + 1);
                sums[word] += y;
                counts[word] += 1;
            }
        }
        for (unsigned w = 0; w < words; ++w) {
            double const spread = counts[w] * (1 - counts[w] / n);
            if (!(spread >= 1)) continue;
            double const score = sums[w] / std::sqrt(spread);
            if (score >= o.least_score) by_gap[gap].push_back({score, gap, w});
        }
    });
    std::vector<detail::scored_word> all;
    for (auto const& some : by_gap) all.insert(all.end(), some.begin(), some.end());
    sort_keeping_order(all, [](auto const& a, auto const& b) { return a.score > b.score; });
    all.resize(std::min<std::size_t>(all.size(), 400));
    std::vector<motif> kept;
    for (auto const& w : all) {
        if (kept.size() == o.count) break;
        motif m = detail::motif_of(w);
        bool const is_new = std::none_of(kept.begin(), kept.end(), [&](motif const& other) {
            return align(other.probabilities, m.probabilities, 5).similarity >= o.alike;
        });
        if (is_new) kept.push_back(std::move(m));
    }
    return kept;
}

} // namespace explainn::EXPLAINN_ABI
