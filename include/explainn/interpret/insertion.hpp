// Words inserted into backgrounds: what one word adds to the logits (marginalisation), and what two add
// beyond the sum of both (cooperativity).
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/genomics/letters.hpp>
#include <explainn/genomics/shuffle.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// Backgrounds of one length: rows of letters (N, L).
struct background_sequences {
    std::size_t length = 0;
    std::vector<letter> letters;

    std::size_t size() const { return length == 0 ? 0 : letters.size() / length; }
    std::span<letter const> operator[](std::size_t i) const { return {letters.data() + i * length, length}; }
    void append(std::span<letter const> s) { letters.insert(letters.end(), s.begin(), s.end()); }
};

/// Makes backgrounds base by base at random.
///
///     auto const backgrounds = random_backgrounds(100, 200, {0.25, 0.25, 0.25, 0.25}, seed{1});
inline background_sequences random_backgrounds(std::size_t count, std::size_t length,
                                               std::array<double, 4> const& frequencies, seed from)
{
    background_sequences out{length, {}};
    for (std::size_t i = 0; i < count; ++i) {
        random_numbers draw{from, stream::backgrounds, static_cast<std::uint32_t>(i)};
        out.append(random_letters(length, frequencies, draw));
    }
    return out;
}

/// Makes backgrounds by dinucleotide shuffles of given sequences (N, L), taken in turn until there are
/// `count`. Throws error without a sequence.
inline background_sequences shuffled_backgrounds(std::size_t count, background_sequences const& sequences,
                                                 seed from)
{
    if (sequences.size() == 0) throw error{"expected sequences to shuffle into backgrounds, found none"};
    background_sequences out{sequences.length, {}};
    for (std::size_t i = 0; i < count; ++i) {
        random_numbers draw{from, stream::backgrounds, static_cast<std::uint32_t>(i)};
        out.append(dinucleotide_shuffle(sequences[i % sequences.size()], draw));
    }
    return out;
}

namespace detail {
inline void require_word(std::span<letter const> word, std::size_t place, std::size_t length)
{
    if (word.empty() || place > length || word.size() > length - place)
        throw error{"expected a word that fits into backgrounds of " + std::to_string(length) +
                    " bases, found one of " + std::to_string(word.size()) + " bases at base " +
                    std::to_string(place)};
}
// computes logits (N, O) of the backgrounds after each was changed
template <backend B, class Change>
std::vector<double> logits_of_changed(background_sequences const& backgrounds, evaluator<B>& run,
                                      Change change)
{
    std::vector<double> out;
    host_batch batch;
    std::size_t const at_once = 256;
    for (std::size_t first = 0; first < backgrounds.size(); first += at_once) {
        std::size_t const count = std::min(at_once, backgrounds.size() - first);
        batch.letters.assign(
            backgrounds.letters.begin() + static_cast<std::ptrdiff_t>(first * backgrounds.length),
            backgrounds.letters.begin() + static_cast<std::ptrdiff_t>((first + count) * backgrounds.length));
        for (std::size_t i = 0; i < count; ++i)
            change(std::span{batch.letters.data() + i * backgrounds.length, backgrounds.length});
        batch.count = static_cast<extent>(count);
        auto const y = run.logits(batch);
        for (std::size_t i = 0; i < y.count(); ++i) out.push_back(static_cast<double>(y.data[i]));
    }
    return out;
}
inline void put(std::span<letter const> word, std::size_t place, std::span<letter> into)
{
    std::copy(word.begin(), word.end(), into.begin() + static_cast<std::ptrdiff_t>(place));
}
} // namespace detail

/// What a word adds to the logits when it is written into backgrounds at one place.
struct marginal_effect {
    std::vector<double> without, with; ///< (N, O)
    std::vector<double> medians;       ///< (O): the medians of with - without over backgrounds
};

/// Computes the marginal effect of a word. Throws error for a word that does not fit and for backgrounds of
/// another length than the model's.
///
///     std::vector<letter> const ap1{3, 2, 0, 1, 3, 1, 0}; // TGACTCA
///     auto const backgrounds = random_backgrounds(100, 200, {0.25, 0.25, 0.25, 0.25}, seed{1});
///     marginal_effect const e = marginalise(m, ap1, 96, backgrounds);
template <backend B>
marginal_effect marginalise(basic_model<B>& m, std::span<letter const> word, std::size_t place,
                            background_sequences const& backgrounds, reading how = {})
{
    detail::require_word(word, place, backgrounds.length);
    evaluator<B> run{m, how};
    marginal_effect out;
    out.without = detail::logits_of_changed(backgrounds, run, [](auto) {});
    out.with =
        detail::logits_of_changed(backgrounds, run, [&](auto into) { detail::put(word, place, into); });
    auto const outputs = static_cast<std::size_t>(m.outputs());
    for (std::size_t o = 0; o < outputs; ++o) {
        std::vector<double> added;
        for (std::size_t i = o; i < out.with.size(); i += outputs)
            added.push_back(out.with[i] - out.without[i]);
        out.medians.push_back(median(added));
    }
    return out;
}

/// The strand on which each word of a pair stands.
struct pair_orientation {
    bool first_reverse = false, second_reverse = false;
};

/// Cooperativity at one distance and orientation.
struct cooperativity_point {
    extent distance =
        0; ///< from the first base of the first word to the first base of the second; below 0: before it
    pair_orientation turned;
    std::vector<double> ratio;  ///< (O): median over backgrounds of AB / (A + B - b)
    std::vector<double> beyond; ///< (O): median over backgrounds of AB - A - B + b
};

struct cooperativity_options {
    extent most = std::numeric_limits<extent>::max(); ///< largest distance, both ways; all that fit
    extent step = 1;
    reading how{};
};

/// The paper's distance dependence (Fig. 2; de Almeida et al. 2022): the first word stands in the middle of
/// each background, the second at every distance at which they do not overlap, both in all orientations. b,
/// A, B and AB are the logits of the background, with either word, and with both. Where the model treats the
/// two words as independent, the ratio AB / (A + B - b) is 1 and the difference AB - A - B + b is 0. The
/// difference is exact at any scale; a ratio with a denominator near 0 means little. Throws error for words
/// that do not fit, backgrounds of another length than the model's, and a step below 1.
///
///     std::vector<letter> const ap1{3, 2, 0, 1, 3, 1, 0}; // TGACTCA
///     auto const backgrounds = random_backgrounds(100, 200, {0.25, 0.25, 0.25, 0.25}, seed{1});
///     auto const points = cooperativity(m, ap1, ap1, backgrounds, {.most = 50});
template <backend B>
std::vector<cooperativity_point>
cooperativity(basic_model<B>& m, std::span<letter const> first, std::span<letter const> second,
              background_sequences const& backgrounds, cooperativity_options o = {})
{
    if (o.step < 1) throw error{"expected a step of 1 base and more, found " + std::to_string(o.step)};
    std::size_t const length = backgrounds.length;
    detail::require_word(first, 0, length);
    detail::require_word(second, 0, length);
    std::size_t const middle = (length - first.size()) / 2;
    evaluator<B> run{m, o.how};
    auto const outputs = static_cast<std::size_t>(m.outputs());
    auto const with = [&](auto change) { return detail::logits_of_changed(backgrounds, run, change); };
    auto const none = with([](auto) {});
    std::vector<cooperativity_point> out;
    std::vector<letter> a(first.begin(), first.end()), b(second.begin(), second.end());
    std::vector<std::vector<double>> alone[2]; // with the second word alone, by its orientation and place
    for (auto& of_turn : alone) of_turn.resize(length);
    for (int const turn_a : {0, 1}) {
        auto const one = with([&](auto into) { detail::put(a, middle, into); });
        for (int const turn_b : {0, 1}) {
            for (extent d = -std::min(o.most, static_cast<extent>(middle)); d <= o.most; d += o.step) {
                auto const place = static_cast<std::size_t>(static_cast<extent>(middle) + d);
                if (place + b.size() > length) break;
                if (d > -static_cast<extent>(b.size()) && d < static_cast<extent>(a.size()))
                    continue; // they would overlap
                auto& other = alone[turn_b][place];
                if (other.empty()) other = with([&](auto into) { detail::put(b, place, into); });
                auto const both = with([&](auto into) {
                    detail::put(a, middle, into);
                    detail::put(b, place, into);
                });
                cooperativity_point p{d, {turn_a == 1, turn_b == 1}, {}, {}};
                for (std::size_t k = 0; k < outputs; ++k) {
                    std::vector<double> ratios, beyond;
                    for (std::size_t i = k; i < both.size(); i += outputs) {
                        double const sum = one[i] + other[i] - none[i];
                        ratios.push_back(both[i] / sum);
                        beyond.push_back(both[i] - sum);
                    }
                    p.ratio.push_back(median(ratios));
                    p.beyond.push_back(median(beyond));
                }
                out.push_back(std::move(p));
            }
            reverse_complement(b);
        }
        reverse_complement(a);
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
