// DNA as letters: codes 0..3 are A, C, G, T (the row order of every matrix of the library), 4 is N.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// A base: 0, 1, 2, 3 = A, C, G, T; 4 = N (any base; zeros where a base would be one-hot).
using letter = std::uint8_t;
inline constexpr letter letter_n = 4;
/// What letter_of returns for a character that stands for no base.
inline constexpr letter no_letter = 255;

namespace detail {
inline constexpr std::array<letter, 256> letter_codes = [] {
    std::array<letter, 256> codes{};
    codes.fill(no_letter);
    auto const set = [&codes](std::string_view chars, letter code) {
        for (char const c : chars) {
            codes[static_cast<unsigned char>(c)] = code;
            codes[static_cast<unsigned char>(c + ('a' - 'A'))] = code;
        }
    };
    set("A", 0);
    set("C", 1);
    set("G", 2);
    set("TU", 3);
    set("NRYSWKMBDHVX", letter_n);
    return codes;
}();
} // namespace detail

/// The code of a character: upper or lower case, U as T, IUPAC ambiguity codes as N, and X as N too, which
/// cross_match and RepeatMasker -x write for masked bases; no_letter for every other character.
constexpr letter letter_of(char c) { return detail::letter_codes[static_cast<unsigned char>(c)]; }

/// 'A', 'C', 'G', 'T' or 'N'.
constexpr char char_of(letter code) { return "ACGTN"[code < 4 ? code : 4]; }

/// A <-> T, C <-> G, N stays.
constexpr letter complement(letter code) { return code < 4 ? static_cast<letter>(3 - code) : code; }

} // namespace explainn::EXPLAINN_ABI
