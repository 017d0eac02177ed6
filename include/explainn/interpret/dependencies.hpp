// How the effect of one base depends on every other base: substitutions in pairs.
#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <explainn/interpret/mutagenesis.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which pairs of positions are changed, and how the model reads.
struct dependency_options {
    strands_read both_strands{};
    extent first = 0, last = 0; ///< positions [first, last), from 0; if last is 0, to the end
};

/// The effect of pairs of substitutions beyond the sum of both effects: f(both) - f(one) - f(other) +
/// f(none), the interaction. It is 0 where the two bases act independently, it is symmetric, and it is 0
/// where one of the bases is the base of the sequence.
template <class T>
struct dependency_map {
    extent from{}, positions{}, outputs{}; ///< positions [from, from + R)
    std::vector<letter> letters;           ///< (R): the bases of the sequence
    std::vector<T> values;                 ///< (R, 4, R, 4, O)

    /// The interaction of base `a` at position i and base `b` at position k of the sequence, for a logit.
    T interaction(extent i, letter a, extent k, letter b, extent output) const
    {
        return values[at(i, a, k, b, output)];
    }
    /// The interaction with the largest magnitude, with its sign, of all bases at two positions.
    T strongest(extent i, extent k, extent output) const
    {
        T most = 0;
        for (letter a = 0; a < 4; ++a)
            for (letter b = 0; b < 4; ++b)
                if (T const x = interaction(i, a, k, b, output); std::abs(x) > std::abs(most)) most = x;
        return most;
    }
    std::size_t at(extent i, letter a, extent k, letter b, extent output) const
    {
        auto const r = static_cast<std::size_t>(positions), o = static_cast<std::size_t>(outputs);
        return (((static_cast<std::size_t>(i - from) * 4 + a) * r + static_cast<std::size_t>(k - from)) * 4 +
                b) *
                   o +
               static_cast<std::size_t>(output);
    }
};

/// The dependency map of one sequence: every pair of substitutions at two positions, computed exactly, for
/// every logit. Each mutant of the first position is mutated at the positions behind it by mutagenesis. The
/// map holds (4 R)^2 O numbers. Throws as mutagenesis does.
///
///     std::vector<letter> const bases(200, letter_of('A'));
///     auto const map = dependencies(m, bases, {.first = 80, .last = 120});
///     map.strongest(95, 101, 0);    // how what is at 95 depends on what is at 101, for the first logit
template <backend B>
dependency_map<typename B::scalar> dependencies(basic_model<B>& m, std::span<letter const> sequence,
                                                dependency_options how = {})
{
    using T = typename B::scalar;
    detail::require_dna(m);
    mutagenesis_options const alone{.both_strands = how.both_strands, .first = how.first, .last = how.last};
    extent const length = static_cast<extent>(sequence.size()),
                 last = detail::end_of_positions(alone, m.length());
    mutagenesis<B> mutate{m, alone};
    dependency_map<T> map{how.first, last - how.first, m.outputs(), {}, {}};
    mutants<T> single;
    mutate(view<letter const, 2>{sequence.data(), 1, length}, [&](mutants<T> const& some) { single = some; });
    map.letters.assign(sequence.begin() + how.first, sequence.begin() + last);
    auto const r = static_cast<std::size_t>(map.positions), o = static_cast<std::size_t>(map.outputs);
    map.values.assign(4 * r * 4 * r * o, T(0));

    // mutants of a few positions are computed together, at all positions behind the first of these
    constexpr extent together = 4;
    struct one {
        extent position;
        letter base;
    };
    std::vector<one> some;
    std::vector<letter> letters;
    for (extent first = how.first; first + 1 < last; first += together) {
        some.clear();
        letters.clear();
        for (extent i = first; i < std::min<extent>(first + together, last - 1); ++i)
            for (letter a = 0; a < 4; ++a) {
                if (a == sequence[static_cast<std::size_t>(i)]) continue;
                some.push_back({i, a});
                letters.insert(letters.end(), sequence.begin(), sequence.end());
                letters[letters.size() - sequence.size() + static_cast<std::size_t>(i)] = a;
            }
        mutate.set_positions(first + 1, last);
        mutate(view<letter const, 2>{letters.data(), static_cast<extent>(some.size()), length},
               [&](mutants<T> const& pairs) {
                   for (extent n = 0; n < pairs.sequences; ++n) {
                       auto const [i, a] = some[pairs.first + static_cast<std::size_t>(n)];
                       for (extent k = i + 1; k < last; ++k)
                           for (letter b = 0; b < 4; ++b) {
                               if (b == sequence[static_cast<std::size_t>(k)]) continue;
                               for (extent t = 0; t < map.outputs; ++t)
                                   map.values[map.at(i, a, k, b, t)] = map.values[map.at(k, b, i, a, t)] =
                                       pairs.change(base_change::substitution, n, k, b, t) -
                                       single.change(base_change::substitution, 0, k, b, t);
                           }
                   }
               });
    }
    return map;
}

} // namespace explainn::EXPLAINN_ABI
