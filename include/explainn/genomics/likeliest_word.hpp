// The word that a motif likes best.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif_math.hpp>

namespace explainn::EXPLAINN_ABI {

/// The likeliest base of every column, without the columns at both ends that hold less than `bits` of
/// information; nothing is left of a motif that says nothing.
///
///     motif_set const jaspar = read_motifs("jaspar.meme");
///     std::vector<letter> const word = likeliest_word(jaspar.motifs[0].probabilities);
inline std::vector<letter> likeliest_word(ppm const& p, double bits = 0.3)
{
    std::vector<letter> word;
    for (column const& c : trim(p, bits).columns)
        word.push_back(static_cast<letter>(std::max_element(c.begin(), c.end()) - c.begin()));
    return word;
}

} // namespace explainn::EXPLAINN_ABI
