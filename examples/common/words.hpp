// Words that options give as letters or as the name of a motif.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/genomics/motif_set.hpp>

namespace shared {
namespace ex = explainn;

/// The likeliest word of a motif, without its ends of little information.
inline std::vector<ex::letter> likeliest_word(ex::motif const& m)
{
    auto const core = ex::trim(m.probabilities, 0.3);
    std::vector<ex::letter> word;
    for (ex::column const& c : core.columns)
        word.push_back(static_cast<ex::letter>(std::max_element(c.begin(), c.end()) - c.begin()));
    return word;
}

/// A word of A, C, G and T, or the likeliest word of the motif of that name (its own or its alternative one).
inline std::vector<ex::letter> word_of(std::string const& text, ex::motif_set const& motifs,
                                       char const* option)
{
    for (ex::motif const& m : motifs.motifs)
        if (m.name == text || m.alternative_name == text) {
            auto word = likeliest_word(m);
            if (word.empty())
                throw ex::error{std::string{option} + ": motif " + ex::in_quotes(text) +
                                " says nothing: no column holds 0.3 bits"};
            return word;
        }
    std::vector<ex::letter> word;
    for (char const c : text) {
        ex::letter const x = ex::letter_of(c);
        if (x >= ex::letter_n)
            throw ex::error{std::string{option} +
                            ": expected a word of A, C, G and T, or the name of a motif of --motifs, found " +
                            ex::in_quotes(text)};
        word.push_back(x);
    }
    return word;
}

} // namespace shared
