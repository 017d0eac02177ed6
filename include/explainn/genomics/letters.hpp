// Checks whether the codes that a caller gives are letters, at the speed of memory.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI {

/// What was found among some codes.
struct codes_seen {
    bool others = false; ///< at least one code is above 4 and so no letter
    bool n = false;      ///< at least one letter is N
};

/// Turns a sequence into its reverse complement; N stays N.
inline void reverse_complement(std::span<letter> codes)
{
    std::reverse(codes.begin(), codes.end());
    for (letter& code : codes) code = complement(code);
}

/// Looks through codes, 64 at a time where these are bases alone.
///
///     bool const some_n = look_at(codes).n;
inline codes_seen look_at(std::span<letter const> codes)
{
    constexpr std::uint64_t threes = 0x0303030303030303u, fours = 0x0404040404040404u;
    constexpr std::size_t together = 8;
    std::uint64_t high = 0, n = 0;
    auto const take = [&](std::uint64_t w) {
        std::uint64_t const four = w & fours;
        n |= four;
        // 5, 6 and 7 have the bit of 4 and a lower one; every other code that is no letter has a higher one
        high |= (w & ~(threes | fours)) | (four & (w << 1 | w << 2));
    };
    std::size_t at = 0;
    for (; at + 8 * together <= codes.size(); at += 8 * together) {
        std::uint64_t words[together], all = 0;
        std::memcpy(words, codes.data() + at, sizeof words);
        for (std::uint64_t const w : words) all |= w;
        if ((all & ~threes) != 0)
            for (std::uint64_t const w : words) take(w);
    }
    for (; at < codes.size(); ++at) take(codes[at]);
    return {high != 0, n != 0};
}

/// Looks through the codes of consecutive sequences of `length` bases each. Throws error, naming the first
/// code that is not a letter with its base and its sequence (both from 1).
inline codes_seen require_letters(std::span<letter const> codes, std::size_t length)
{
    codes_seen const seen = look_at(codes);
    for (std::size_t i = 0; seen.others && i < codes.size(); ++i)
        if (codes[i] > letter_n)
            throw error{"expected letters 0 to 4 (A, C, G, T, N), found " + std::to_string(codes[i]) +
                        " at base " + std::to_string(i % length + 1) + " of sequence " +
                        std::to_string(i / length + 1)};
    return seen;
}

} // namespace explainn::EXPLAINN_ABI
