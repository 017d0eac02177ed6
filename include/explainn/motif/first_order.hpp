// Motifs whose neighbouring columns depend on one another: weights of bases and of pairs of neighbours.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <explainn/genomics/motif.hpp>
#include <explainn/motif/occupancy.hpp>
#include <explainn/motif/palindrome.hpp>

namespace explainn::EXPLAINN_ABI {

/// A weight for each of the 16 pairs of neighbouring bases, first base x 4 + second base, in the order A, C,
/// G, T.
using pair_column = std::array<double, 16>;

/// Natural log-odds of bases by position and, beside them, what each pair of bases in columns k and k + 1
/// adds: the weights of a Markov chain of first order whose steps differ from column to column. pairs[k]
/// belongs to columns k and k + 1.
struct first_order_weights {
    motif_weights single;
    std::vector<pair_column> pairs;
    friend bool operator==(first_order_weights const&, first_order_weights const&) = default;
};

namespace detail {
inline std::size_t width_of(first_order_weights const& w) { return w.single.size(); }
inline first_order_weights zeros_like(first_order_weights const& w)
{
    return {motif_weights(w.single.size(), column{}),
            std::vector<pair_column>(w.pairs.size(), pair_column{})};
}
// a table of four columns shares its last column with the next one, so that each pair lies in one of them
template <>
inline constexpr std::size_t table_stride<first_order_weights> = 3;
template <class F>
void each_weight(first_order_weights& w, F f)
{
    each_weight(w.single, f);
    for (pair_column& c : w.pairs)
        for (double& x : c) f(x, true);
}

// Calls f(k) for the columns of table t, k from 0 to 3, whose bases count in this table.
template <class F>
void each_single_of_table(std::size_t t, std::size_t width, F f)
{
    for (std::size_t k = 0; k < 4; ++k)
        if (3 * t + k < width && (k < 3 || 3 * t + k + 1 == width)) f(k);
}
template <class F>
void each_pair_of_table(std::size_t t, std::size_t width, F f)
{
    for (std::size_t k = 0; k < 3; ++k)
        if (3 * t + k + 1 < width) f(k);
}
inline unsigned base_of_word(unsigned word, std::size_t k) { return word >> (6 - 2 * k) & 3u; }

template <class T = double>
std::vector<word_table<T>> word_tables(first_order_weights const& w)
{
    std::size_t const width = w.single.size();
    std::vector<word_table<T>> tables(width < 2 ? width : (width + 1) / 3);
    for (std::size_t t = 0; t < tables.size(); ++t)
        for (unsigned word = 0; word < 256; ++word) {
            double ahead = 0, back = 0;
            each_single_of_table(t, width, [&](std::size_t k) {
                unsigned const x = base_of_word(word, k);
                ahead += w.single[3 * t + k][x];
                back += w.single[width - 1 - (3 * t + k)][3 - x];
            });
            each_pair_of_table(t, width, [&](std::size_t k) {
                unsigned const x = base_of_word(word, k), y = base_of_word(word, k + 1);
                ahead += w.pairs[3 * t + k][4 * x + y];
                back += w.pairs[width - 2 - (3 * t + k)][4 * (3 - y) + (3 - x)];
            });
            tables[t].of[word] = typename strand_pair<T>::type{static_cast<T>(ahead), static_cast<T>(back)};
        }
    return tables;
}

template <class T>
void add_word_sums(std::vector<word_table<T>> const& sums, first_order_weights& gradient)
{
    std::size_t const width = gradient.single.size();
    for (std::size_t t = 0; t < sums.size(); ++t)
        for (unsigned word = 0; word < 256; ++word) {
            double const ahead = sums[t].of[word][0], back = sums[t].of[word][1];
            if (ahead == 0 && back == 0) continue;
            each_single_of_table(t, width, [&](std::size_t k) {
                unsigned const x = base_of_word(word, k);
                gradient.single[3 * t + k][x] += ahead;
                gradient.single[width - 1 - (3 * t + k)][3 - x] += back;
            });
            each_pair_of_table(t, width, [&](std::size_t k) {
                unsigned const x = base_of_word(word, k), y = base_of_word(word, k + 1);
                gradient.pairs[3 * t + k][4 * x + y] += ahead;
                gradient.pairs[width - 2 - (3 * t + k)][4 * (3 - y) + (3 - x)] += back;
            });
        }
}

// gives each weight and its counterpart on the other strand their mean
inline void tie_halves(first_order_weights& w)
{
    tie_halves(w.single);
    for (std::size_t j = 0; j < w.pairs.size(); ++j)
        for (std::size_t x = 0; x < 4; ++x)
            for (std::size_t y = 0; y < 4; ++y) {
                double& other = w.pairs[w.pairs.size() - 1 - j][4 * (3 - y) + (3 - x)];
                w.pairs[j][4 * x + y] = other = (w.pairs[j][4 * x + y] + other) / 2;
            }
}
} // namespace detail

/// The same weights without pairs.
inline first_order_weights without_pairs(motif_weights single)
{
    first_order_weights w;
    w.pairs.resize(single.size() < 2 ? 0 : single.size() - 1);
    w.single = std::move(single);
    return w;
}

/// Weights that score every word alike, with the pairs' means by first and by second base moved to the bases:
/// what is left in a pair is what the bases of its two columns do not say.
inline first_order_weights centred_pairs(first_order_weights w)
{
    for (std::size_t k = 0; k < w.pairs.size(); ++k) {
        std::array<double, 4> by_first{}, by_second{};
        double all = 0;
        for (std::size_t x = 0; x < 4; ++x)
            for (std::size_t y = 0; y < 4; ++y) {
                double const d = w.pairs[k][4 * x + y];
                by_first[x] += d / 4;
                by_second[y] += d / 4;
                all += d / 16;
            }
        for (std::size_t x = 0; x < 4; ++x)
            for (std::size_t y = 0; y < 4; ++y) w.pairs[k][4 * x + y] += all - by_first[x] - by_second[y];
        for (std::size_t x = 0; x < 4; ++x) {
            w.single[k][x] += by_first[x] - all;
            w.single[k + 1][x] += by_second[x];
        }
    }
    return w;
}

/// The occupancy of every sequence, as occupancies() of weights without pairs.
///
///     first_order_weights const w = without_pairs(motif_weights(7, column{1, 0, 0, 0}));
///     std::vector<double> const z = occupancies(w, windowed_sequences{peaks}, true);
inline std::vector<double> occupancies(first_order_weights const& w, windowed_sequences const& s,
                                       bool both_strands)
{
    auto const tables = detail::word_tables(w);
    detail::window_scores<double, detail::table_stride<first_order_weights>> scores{tables, w.single.size(),
                                                                                    both_strands};
    std::vector<double> all(s.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = scores.occupancy(s, i);
    return all;
}

/// The occupancy and its gradient by every weight, window by window and letter by letter: the slow twin.
/// `gradient` gets the shape of `w` and is written.
inline double occupancy_slowly(first_order_weights const& w, packed_sequences const& s, std::size_t i,
                               bool both_strands, first_order_weights& gradient)
{
    std::vector<letter> letters(s.length(i));
    s.unpack(i, letters);
    std::size_t const width = w.single.size();
    gradient = detail::zeros_like(w);
    double sum = 0;
    auto const each_window = [&](auto f) {
        std::vector<letter> window(width);
        for (std::size_t p = 0; p + width <= letters.size(); ++p)
            for (bool const reverse : {false, true}) {
                if (reverse && !both_strands) continue;
                bool whole = true;
                for (std::size_t j = 0; j < width; ++j) {
                    letter const l = letters[p + (reverse ? width - 1 - j : j)];
                    whole = whole && l < 4;
                    window[j] = reverse ? static_cast<letter>(3u - (l & 3u)) : l;
                }
                if (!whole) continue;
                double score = 0;
                for (std::size_t j = 0; j < width; ++j) score += w.single[j][window[j]];
                for (std::size_t j = 0; j + 1 < width; ++j)
                    score += w.pairs[j][4u * window[j] + window[j + 1]];
                f(window, std::exp(score));
            }
    };
    each_window([&](std::vector<letter> const&, double e) { sum += e; });
    each_window([&](std::vector<letter> const& window, double e) {
        for (std::size_t j = 0; j < width; ++j) gradient.single[j][window[j]] += e / sum;
        for (std::size_t j = 0; j + 1 < width; ++j)
            gradient.pairs[j][4u * window[j] + window[j + 1]] += e / sum;
    });
    return sum > 0 ? std::log(sum) : -std::numeric_limits<double>::infinity();
}

/// What the weights say of sites: the probability of a word is exp of its score over the sum of all words'.
struct first_order_probabilities {
    ppm single;                     ///< of each base by column
    std::vector<pair_column> pairs; ///< pairs[k]: of each pair of bases in columns k and k + 1
};

/// Probabilities of bases and pairs in the words that the weights favour, by passing sums along the columns
/// from both ends.
///
///     first_order_weights const w = without_pairs(motif_weights(7, column{1, 0, 0, 0}));
///     double const cg = probabilities_of(w).pairs[0][4 * 1 + 2]; // CG in the first two columns
inline first_order_probabilities probabilities_of(first_order_weights const& w)
{
    std::size_t const width = w.single.size();
    first_order_probabilities out;
    if (width == 0) return out;
    // logarithms of the sums over all words that end, and begin, with a base in a column
    std::vector<column> ahead(width), back(width, column{});
    auto const log_sum = [](std::array<double, 4> const& x) {
        double const top = *std::max_element(x.begin(), x.end());
        double sum = 0;
        for (double const y : x) sum += std::exp(y - top);
        return top + std::log(sum);
    };
    ahead[0] = w.single[0];
    for (std::size_t k = 1; k < width; ++k)
        for (std::size_t y = 0; y < 4; ++y) {
            std::array<double, 4> some{};
            for (std::size_t x = 0; x < 4; ++x) some[x] = ahead[k - 1][x] + w.pairs[k - 1][4 * x + y];
            ahead[k][y] = log_sum(some) + w.single[k][y];
        }
    for (std::size_t k = width - 1; k-- > 0;)
        for (std::size_t x = 0; x < 4; ++x) {
            std::array<double, 4> some{};
            for (std::size_t y = 0; y < 4; ++y)
                some[y] = w.pairs[k][4 * x + y] + w.single[k + 1][y] + back[k + 1][y];
            back[k][x] = log_sum(some);
        }
    double const all = log_sum(ahead[width - 1]);
    for (std::size_t k = 0; k < width; ++k) {
        column c{};
        for (std::size_t b = 0; b < 4; ++b) c[b] = std::exp(ahead[k][b] + back[k][b] - all);
        out.single.columns.push_back(c);
        if (k + 1 == width) break;
        pair_column pairs{};
        for (std::size_t x = 0; x < 4; ++x)
            for (std::size_t y = 0; y < 4; ++y)
                pairs[4 * x + y] =
                    std::exp(ahead[k][x] + w.pairs[k][4 * x + y] + w.single[k + 1][y] + back[k + 1][y] - all);
        out.pairs.push_back(pairs);
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
