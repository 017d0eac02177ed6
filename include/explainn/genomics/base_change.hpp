// A sequence with one base changed: by substitution, deletion or insertion.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

#include <explainn/genomics/letters.hpp>

namespace explainn::EXPLAINN_ABI {

/// The ways to change one base of a sequence such that its length stays.
enum class base_change : unsigned char {
    substitution, ///< another base takes its place
    deletion,     ///< the base is taken out, the bases after it move up, and N is the new last base
    insertion     ///< a base is put before it, the bases from it on move back, and the last base drops out
};

/// How many variants of a change there are at one place: one for each of four bases, but one for a deletion,
/// which needs no base.
constexpr int alternatives_of(base_change what) { return what == base_change::deletion ? 1 : 4; }

/// Writes `from` with one base changed to `to`, which has the same length. The change is made at place `at`,
/// with `base` where the change needs one.
///
///     std::vector<letter> mutant(codes.size());
///     mutate(codes, base_change::deletion, 10, {}, mutant);
inline void mutate(std::span<letter const> from, base_change what, std::size_t at, letter base,
                   std::span<letter> to)
{
    std::copy(from.begin(), from.end(), to.begin());
    auto const place = static_cast<std::ptrdiff_t>(at);
    switch (what) {
    case base_change::substitution:
        to[at] = base;
        break;
    case base_change::deletion:
        std::copy(from.begin() + place + 1, from.end(), to.begin() + place);
        to.back() = letter_n;
        break;
    case base_change::insertion:
        std::copy(from.begin() + place, from.end() - 1, to.begin() + place + 1);
        to[at] = base;
        break;
    }
}

} // namespace explainn::EXPLAINN_ABI
