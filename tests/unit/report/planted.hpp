// Sequences in which motifs were planted, so that what a model should learn from them is known.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/io/dataset.hpp>

namespace planted {

/// Where a site of a motif was put.
struct site {
    std::size_t sequence = 0, motif = 0, begin = 0, end = 0;
    bool reverse = false;
};

/// Sequences with their labels and what was planted in them.
struct truth {
    explainn::dataset data;
    std::vector<site> sites;
};

/// A word drawn from a motif, column by column.
inline std::string word_of(explainn::motif const& m, explainn::random_numbers& draw)
{
    std::string word;
    for (auto const& c : m.probabilities.columns) {
        double at = draw.uniform();
        std::size_t b = 0;
        while (b < 3 && at >= c[b]) at -= c[b++];
        word += "ACGT"[b];
    }
    return word;
}
inline std::string turned(std::string const& word)
{
    std::string out;
    for (auto at = word.rbegin(); at != word.rend(); ++at)
        out += *at == 'A' ? 'T' : *at == 'C' ? 'G' : *at == 'G' ? 'C' : 'A';
    return out;
}

/// `count` random sequences of `length` bases; each motif stands in half of them, on either strand, anywhere
/// where none overlaps. The task `bound` is 1 where motif 0 stands and motif 1 does not: motif 0 raises it,
/// motif 1 lowers it. The task `other` is 1 where motif 2 stands. One label of twenty is turned round.
inline truth plant(std::vector<explainn::motif> const& motifs, std::size_t count, std::size_t length,
                   std::uint64_t from)
{
    explainn::random_numbers draw{explainn::seed{from}, explainn::stream::tests};
    explainn::packed_sequences sequences;
    std::vector<std::vector<float>> labels;
    std::vector<site> sites;
    for (std::size_t i = 0; i < count; ++i) {
        std::string s;
        for (std::size_t k = 0; k < length; ++k) s += "ACGT"[draw.below(4)];
        std::vector<bool> there(motifs.size()), taken(length);
        for (std::size_t m = 0; m < motifs.size(); ++m) {
            there[m] = draw.below(2) == 1;
            if (!there[m]) continue;
            site here{i, m, 0, 0, draw.below(2) == 1};
            std::string word = word_of(motifs[m], draw);
            if (here.reverse) word = turned(word);
            bool free = false;
            while (!free) {
                here.begin = draw.below(static_cast<std::uint32_t>(length - word.size() + 1));
                here.end = here.begin + word.size();
                free = true;
                for (std::size_t k = here.begin; k < here.end; ++k) free = free && !taken[k];
            }
            for (std::size_t k = here.begin; k < here.end; ++k) taken[k] = true;
            s.replace(here.begin, word.size(), word);
            sites.push_back(here);
        }
        sequences.append("chr" + std::to_string(i % 5 + 1) + ":" + std::to_string(1000 * i) + "-" +
                             std::to_string(1000 * i + length),
                         s);
        auto const noisy = [&](bool label) { return static_cast<float>(label != (draw.below(20) == 0)); };
        labels.push_back({noisy(there[0] && !there[1]), noisy(there[2])});
    }
    explainn::label_matrix matrix{2};
    for (auto const& row : labels) matrix.append(row);
    return {explainn::dataset{std::move(sequences), {"bound", "other"}, std::move(matrix)}, std::move(sites)};
}

} // namespace planted
