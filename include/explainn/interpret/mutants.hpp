// The results of mutagenesis: how much every change of one base changes every logit.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <explainn/genomics/base_change.hpp>
#include <explainn/interpret/contributions.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which kinds of changes are made, and at which positions.
struct mutagenesis_options {
    strands_read both_strands{}; ///< as in `reading`: changes are then the mean over the strands
    bool substitutions = true, deletions = false, insertions = false;
    bool by_unit = false;       ///< the changes of every unit's outputs are computed too
    extent first = 0, last = 0; ///< positions [first, last), from 0; if last is 0, to the end
    std::size_t batch = 256;    ///< the most sequences in a batch

    /// Whether a kind of change is asked for.
    bool wants(base_change what) const
    {
        return what == base_change::substitution ? substitutions
               : what == base_change::deletion   ? deletions
                                                 : insertions;
    }
};

/// All changes of one kind in some sequences. The arrays are empty where the kind is not asked for.
template <class T>
struct changes_of_bases {
    std::vector<T> logits;  ///< (N, R, A, O): mutant - sequence; A = alternatives_of the kind
    std::vector<T> outputs; ///< (N, R, A, features): the same of the units' outputs, with by_unit
};

/// The mutants of some sequences.
template <class T>
struct mutants {
    std::shared_ptr<head_values const> head;
    std::size_t first{};                        ///< the number of the first sequence; 0 except in batches
    extent sequences{}, length{};               ///< N, L
    extent from{}, positions{};                 ///< positions [from, from + R)
    std::vector<letter> letters;                ///< (N, L)
    std::vector<T> logits;                      ///< (N, O): of the unchanged sequences
    std::array<changes_of_bases<T>, 3> by_kind; ///< in the order of base_change

    changes_of_bases<T> const& of(base_change what) const { return by_kind[static_cast<std::size_t>(what)]; }
    extent outputs() const { return head->outputs; }
    T logit(extent n, extent output) const { return logits[at(n, head->outputs) + at(output, 1)]; }
    /// The base of sequence n at a position.
    letter base(extent n, extent position) const { return letters[at(n, length) + at(position, 1)]; }

    /// The effect of a change at a position of sequence n on a logit: `base` is the new base of a
    /// substitution or insertion, and 0 for a deletion.
    T change(base_change what, extent n, extent position, letter base, extent output) const
    {
        return of(what).logits[row(what, n, position, base) * at(head->outputs, 1) + at(output, 1)];
    }
    /// The effect on what unit u, numbered over all banks, contributes to the logit; by_unit must have been
    /// set.
    double change_of_unit(base_change what, extent n, extent position, letter base, extent u,
                          extent output) const
    {
        auto const& unit = head->units[at(u, 1)];
        T const* const changes =
            of(what).outputs.data() + row(what, n, position, base) * at(head->features, 1);
        double sum = 0;
        for (extent f = unit.first; f < unit.first + unit.outputs; ++f)
            sum += head->weight(f, output) * static_cast<double>(changes[f]);
        return sum;
    }

private:
    static std::size_t at(extent i, extent step)
    {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(step);
    }
    std::size_t row(base_change what, extent n, extent position, letter base) const
    {
        auto const alternatives = static_cast<std::size_t>(alternatives_of(what));
        return (at(n, positions) + at(position - from, 1)) * alternatives + base;
    }
};

namespace detail {

inline constexpr std::array base_changes{base_change::substitution, base_change::deletion,
                                         base_change::insertion};

/// Throws error unless the positions exist; returns the one behind the last.
inline extent end_of_positions(mutagenesis_options const& how, extent length)
{
    extent const last = how.last == 0 ? length : how.last;
    if (how.first < 0 || how.first >= last || last > length)
        throw error{"expected positions within the " + std::to_string(length) + " of a sequence, found " +
                    std::to_string(how.first) + " to " + std::to_string(last)};
    return last;
}
/// Throws error for a model that reads no DNA, in which there is nothing to mutate.
template <backend B>
void require_dna(basic_model<B> const& m)
{
    if (!m.rows().reads_dna())
        throw error{"expected a model that reads DNA, whose bases can be mutated, found one that reads "
                    "signals alone"};
}

/// Appends the mutants of further sequences.
template <class T>
void append(mutants<T>& all, mutants<T> const& some)
{
    auto const add = [](auto& to, auto const& from) { to.insert(to.end(), from.begin(), from.end()); };
    all.sequences += some.sequences;
    add(all.letters, some.letters);
    add(all.logits, some.logits);
    for (std::size_t k = 0; k < all.by_kind.size(); ++k) {
        add(all.by_kind[k].logits, some.by_kind[k].logits);
        add(all.by_kind[k].outputs, some.by_kind[k].outputs);
    }
}

} // namespace detail
} // namespace explainn::EXPLAINN_ABI
