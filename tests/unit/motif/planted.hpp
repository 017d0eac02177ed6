// Sequences that hold words, and motifs made of words: for tests of refinement.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/occupancy.hpp>

namespace planted_words {
namespace ex = explainn;

inline std::string random_bases(ex::random_numbers& draw, std::size_t length)
{
    std::string s(length, 'A');
    for (char& c : s) c = "ACGT"[draw.below(4)];
    return s;
}
inline ex::motif_weights random_weights(ex::random_numbers& draw, std::size_t width)
{
    ex::motif_weights w(width);
    for (ex::column& c : w)
        for (double& x : c) x = draw.uniform(-2, 2);
    return w;
}
inline ex::motif motif_of(std::string const& word, double share, std::string const& name)
{
    ex::motif m;
    m.name = name;
    m.sites = 20;
    for (char const base : word) {
        ex::column c{};
        c.fill((1 - share) / 3);
        c[std::string{"ACGT"}.find(base)] = share;
        m.probabilities.columns.push_back(c);
    }
    return m;
}
inline std::string other_strand(std::string const& word)
{
    std::string back{word.rbegin(), word.rend()};
    for (char& c : back) c = "TGCA"[std::string{"ACGT"}.find(c)];
    return back;
}
struct labelled_bases {
    ex::packed_sequences sequences;
    std::vector<double> labels;
};
// sequences of which every second one has the label 1 and holds, with the share of positives given for it,
// each of some words at a random place on a random strand; each letter of a site is the word's with `kept`,
// else random
inline labelled_bases plant_words(std::vector<std::string> const& words, std::size_t count,
                                  std::size_t length, std::uint64_t by, double share, double kept = 1)
{
    ex::random_numbers draw{ex::seed{by}, ex::stream::tests};
    labelled_bases p;
    for (std::size_t i = 0; i < count; ++i) {
        std::string s = random_bases(draw, length);
        bool const positive = i % 2 == 0;
        for (std::string const& word : words) {
            if (!positive || draw.uniform() >= share) continue;
            std::size_t const at = draw.below(static_cast<std::uint32_t>(length - word.size()));
            std::string const site = draw.below(2) == 0 ? word : other_strand(word);
            for (std::size_t k = 0; k < word.size(); ++k)
                if (kept == 1 || draw.uniform() < kept) s[at + k] = site[k];
        }
        p.sequences.append("s" + std::to_string(i), s);
        p.labels.push_back(positive);
    }
    return p;
}
// columns of b that agree with a at the best shift, on the better strand
inline std::size_t agreeing(ex::ppm const& a, ex::ppm const& b)
{
    std::size_t most = 0;
    for (ex::ppm const& other : {b, ex::reverse_complement(b)})
        for (int shift = -20; shift <= 20; ++shift) {
            std::size_t same = 0;
            for (std::size_t i = 0; i < a.width(); ++i) {
                int const j = static_cast<int>(i) + shift;
                if (j < 0 || j >= static_cast<int>(other.width())) continue;
                ex::column const& c = other.columns[static_cast<std::size_t>(j)];
                for (std::size_t base = 0; base < 4; ++base)
                    same += a.columns[i][base] > 0.5 && c[base] > 0.5;
            }
            most = std::max(most, same);
        }
    return most;
}
inline std::size_t agreeing(std::string const& word, ex::ppm const& b)
{
    return agreeing(motif_of(word, 0.97, "").probabilities, b);
}

} // namespace planted_words
