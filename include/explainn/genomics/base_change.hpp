// One base of a sequence changed: substitution, deletion, insertion.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

#include <explainn/genomics/letters.hpp>

namespace explainn::EXPLAINN_ABI {

/// One base of a sequence changed, so that its length stays.
enum class base_change : unsigned char {
    substitution, ///< another base at its place
    deletion,     ///< the base is taken out, what follows moves up, and N is the new last base
    insertion     ///< a base stands before it, what follows moves back, and the last base drops out
};

/// How many bases a change is tried with: four, and one for a deletion, which needs none.
constexpr int alternatives_of(base_change what) { return what == base_change::deletion ? 1 : 4; }

/// Writes `from` with one base changed to `to`, which is as long: at place `at`, with `base` where the change
/// takes one.
///
///     std::vector<letter> mutant(s.size());
///     mutate(s, base_change::deletion, 10, {}, mutant);
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
