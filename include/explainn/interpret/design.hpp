// Sequences changed base by base towards a goal for the tasks: greedy and beam search.
#pragma once
#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/mutagenesis.hpp>

namespace explainn::EXPLAINN_ABI {

/// How sequences are designed.
struct design_options {
    strands_read both_strands{};
    std::vector<double> goal{}; ///< by output; the sum of goal x logit is increased: {1, -1} raises the first
                                ///< logit and against the second
    extent changes = 10;        ///< the most substitutions
    std::size_t beam = 1;       ///< sequences that are kept after each step; 1 is greedy
    std::vector<char> fixed{};  ///< by position, 1 where the base must not change; empty: none
};

/// One substitution of a design.
struct design_step {
    extent position{};
    letter from{}, to{};
    double goal{}; ///< goal x logits of the sequence after it
    friend bool operator==(design_step const&, design_step const&) = default;
};

/// A designed sequence.
struct designed_sequence {
    std::vector<letter> letters;
    double before{}, goal{};        ///< goal x logits of the given sequence, and of this one
    std::vector<double> logits;     ///< (O), of this one
    std::vector<design_step> steps; ///< in order, each at a position of its own
};

/// The best sequences found, best first, at most `beam`: of all steps, the sequences with the highest goal;
/// the given sequence itself where no substitution raises the goal. In each step, one mutagenesis computes
/// for each sequence all substitutions at positions that are neither fixed nor changed before, and the `beam`
/// best sequences are kept, until `changes` are made or none is better than those before. The result is
/// deterministic: of sequences with the same goal, the one with the earlier position, then base, comes first.
///
/// Throws error where the goal does not have one number for each output or is all zeros, for a list of fixed
/// positions of another length than the sequence, a beam of 0 and fewer than 1 change, and as mutagenesis
/// does.
///
///     std::vector<letter> const bases(200, letter_of('A'));
///     auto const best = design(m, bases, {.goal = {1, -1, 0}, .changes = 8, .beam = 20});
///     best.front().steps.size();
template <backend B>
std::vector<designed_sequence> design(basic_model<B>& m, std::span<letter const> sequence,
                                      design_options const& how)
{
    using T = typename B::scalar;
    auto const outputs = static_cast<std::size_t>(m.outputs());
    if (how.goal.size() != outputs)
        throw error{"expected a goal of " + std::to_string(outputs) +
                    " numbers, one for each output, found " + std::to_string(how.goal.size())};
    if (std::ranges::none_of(how.goal, [](double x) { return x != 0; }))
        throw error{"expected a goal for some output, found zeros"};
    if (!how.fixed.empty() && how.fixed.size() != sequence.size())
        throw error{"expected fixed positions for " + std::to_string(sequence.size()) + " bases, found " +
                    std::to_string(how.fixed.size())};
    if (how.beam == 0 || how.changes < 1)
        throw error{"expected a beam and changes of at least 1, found " + std::to_string(how.beam) + " and " +
                    std::to_string(how.changes)};

    auto const length = static_cast<extent>(sequence.size());
    mutagenesis<B> mutate{m, {.both_strands = how.both_strands}};
    struct candidate {
        double goal;
        std::size_t parent;
        extent position;
        letter base;
    };
    std::vector<designed_sequence> now(1), best;
    now[0].letters.assign(sequence.begin(), sequence.end());
    auto const higher = [](auto const& a, auto const& b) { return a.goal > b.goal; };
    auto const keep = [&](designed_sequence const& one) {
        best.insert(std::upper_bound(best.begin(), best.end(), one, higher), one);
        if (best.size() > how.beam) best.pop_back();
    };
    std::vector<letter> letters;
    for (extent step = 0;; ++step) {
        letters.clear();
        for (auto const& one : now) letters.insert(letters.end(), one.letters.begin(), one.letters.end());
        std::vector<candidate> all;
        mutate(view<letter const, 2>{letters.data(), static_cast<extent>(now.size()), length},
               [&](mutants<T> const& some) {
                   for (extent n = 0; n < some.sequences; ++n) {
                       std::size_t const parent = some.first + static_cast<std::size_t>(n);
                       auto& one = now[parent];
                       one.goal = 0;
                       one.logits.resize(outputs);
                       for (std::size_t o = 0; o < outputs; ++o) {
                           one.logits[o] = static_cast<double>(some.logit(n, static_cast<extent>(o)));
                           one.goal += how.goal[o] * one.logits[o];
                       }
                       if (step == 0) one.before = one.goal;
                       else one.steps.back().goal = one.goal;
                       for (extent i = 0; i < length; ++i) {
                           bool const stays =
                               (!how.fixed.empty() && how.fixed[static_cast<std::size_t>(i)] != 0) ||
                               std::ranges::any_of(one.steps, [i](auto const& s) { return s.position == i; });
                           for (letter b = 0; b < 4 && !stays; ++b) {
                               if (b == some.base(n, i)) continue;
                               double goal = one.goal;
                               for (std::size_t o = 0; o < outputs; ++o)
                                   goal += how.goal[o] *
                                           static_cast<double>(some.change(base_change::substitution, n, i, b,
                                                                           static_cast<extent>(o)));
                               all.push_back({goal, parent, i, b});
                           }
                       }
                   }
               });
        double const before = best.empty() ? 0 : best.front().goal;
        bool const first = best.empty();
        for (auto const& one : now) keep(one);
        if (step == how.changes || (!first && !(best.front().goal > before))) return best;
        sort_keeping_order(all, higher);
        std::vector<designed_sequence> next;
        std::set<std::vector<letter>> seen;
        for (auto const& c : all) {
            if (next.size() == how.beam) break;
            auto one = now[c.parent];
            auto& base = one.letters[static_cast<std::size_t>(c.position)];
            one.steps.push_back({c.position, std::exchange(base, c.base), c.base, c.goal});
            if (seen.insert(one.letters).second) next.push_back(std::move(one));
        }
        if (next.empty()) return best;
        now = std::move(next);
    }
}

} // namespace explainn::EXPLAINN_ABI
