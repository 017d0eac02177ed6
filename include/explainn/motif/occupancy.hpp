// The occupancy of sequences by a motif with real weights, and the gradient of any loss of it.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/best_hits.hpp>

namespace explainn::EXPLAINN_ABI {

/// Natural log-odds of the bases by position, in the order A, C, G, T: what a refinement learns.
using motif_weights = std::vector<column>;

namespace detail {
/// Two doubles: a number of the forward and one of the reverse strand.
typedef double doubles2 __attribute__((vector_size(16)));

// Tables of four columns: what each word of four letters adds to a window's score, ahead and on the reverse
// strand.
struct word_table {
    std::array<doubles2, 256> of{};
};

inline std::vector<word_table> word_tables(motif_weights const& w)
{
    std::vector<word_table> tables((w.size() + 3) / 4);
    for (std::size_t t = 0; t < tables.size(); ++t)
        for (unsigned word = 0; word < 256; ++word)
            for (std::size_t k = 0; k < 4 && 4 * t + k < w.size(); ++k) {
                unsigned const base = word >> (6 - 2 * k) & 3u;
                tables[t].of[word] += doubles2{w[4 * t + k][base], w[w.size() - 1 - (4 * t + k)][3 - base]};
            }
    return tables;
}

// Adds to `gradient` what the sums over words say about the weights.
inline void add_word_sums(std::vector<word_table> const& sums, motif_weights& gradient)
{
    std::size_t const width = gradient.size();
    for (std::size_t t = 0; t < sums.size(); ++t)
        for (unsigned word = 0; word < 256; ++word) {
            doubles2 const both = sums[t].of[word];
            if (both[0] == 0 && both[1] == 0) continue;
            for (std::size_t k = 0; k < 4 && 4 * t + k < width; ++k) {
                unsigned const base = word >> (6 - 2 * k) & 3u;
                gradient[4 * t + k][base] += both[0];
                gradient[width - 1 - (4 * t + k)][3 - base] += both[1];
            }
        }
}

// e^x for x from -700 to 0, by 2^k times a polynomial of degree 9 (Taylor's, on +-ln 2 / 2): within 2e-11 of
// the value; 0 below -700.
inline doubles2 exp_of_negative(doubles2 x)
{
    constexpr double to_whole =
        0x1.8p52; // adding it rounds to a whole number, which stands in the lowest bits
    doubles2 const floor = doubles2{} - 700;
    doubles2 const kept = x > floor ? x : floor;
    doubles2 const shifted = kept * std::numbers::log2e + to_whole;
    doubles2 const r = kept - (shifted - to_whole) * std::numbers::ln2;
    doubles2 y = doubles2{} + 1.0 / 362880;
    for (double const factorial : {40320.0, 5040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0})
        y = y * r + 1 / factorial;
    typedef std::int64_t whole2 __attribute__((vector_size(16)));
    whole2 bits, power;
    std::memcpy(&power, &shifted, sizeof power);
    std::memcpy(&bits, &y, sizeof bits);
    bits += power << 52;
    std::memcpy(&y, &bits, sizeof y);
    return x > floor ? y : doubles2{};
}

// Windows whose share of a sequence's occupancy is below this are left out of its gradient.
inline constexpr double least_share = 1e-7;

// The scores of one sequence's windows, and their log-sum-exp.
class window_scores {
public:
    window_scores(std::vector<word_table> const& tables, std::size_t width, bool both_strands)
        : tables_{tables}, width_{width}, both_strands_{both_strands}
    {
    }
    // log of the sum over windows and strands of exp(score); minus infinity where no window is whole and
    // without N
    double occupancy(windowed_sequences const& s, std::size_t i)
    {
        scores_.clear();
        starts_.clear();
        constexpr double none = -std::numeric_limits<double>::infinity();
        doubles2 most{none, none};
        for (std::size_t p = s.begin(i); p + width_ <= s.end(i); ++p) {
            if (s.known(p) < width_) continue;
            doubles2 score{};
            for (std::size_t t = 0; t < tables_.size(); ++t) score += tables_[t].of[s.four(p + 4 * t)];
            if (!both_strands_) score[1] = none;
            scores_.push_back(score);
            starts_.push_back(p);
            most = score > most ? score : most;
        }
        if (scores_.empty()) return none;
        double const top = std::max(most[0], most[1]);
        doubles2 sum{};
        for (doubles2& both : scores_) sum += both = exp_of_negative(both - top);
        sum_ = sum[0] + sum[1];
        return top + std::log(sum_);
    }
    // adds g times the gradient of the occupancy found last to the sums over words
    void add_gradient(windowed_sequences const& s, double g, std::vector<word_table>& sums) const
    {
        double const least = least_share * sum_;
        for (std::size_t w = 0; w < scores_.size(); ++w) {
            if (scores_[w][0] < least && scores_[w][1] < least) continue;
            doubles2 const share = scores_[w] * (g / sum_);
            for (std::size_t t = 0; t < sums.size(); ++t) sums[t].of[s.four(starts_[w] + 4 * t)] += share;
        }
    }

private:
    std::vector<word_table> const& tables_;
    std::size_t width_;
    bool both_strands_;
    std::vector<doubles2> scores_;
    std::vector<std::size_t> starts_;
    double sum_ = 0;
};
} // namespace detail

/// The occupancy of every sequence: the natural logarithm of the sum, over all windows without N and the
/// strands read, of exp(sum of the window's weights). Minus infinity where there is no such window.
///
///     motif_weights const w(7, column{1, 0, 0, 0});
///     double const first = occupancies(w, windowed_sequences{peaks}, true)[0];
inline std::vector<double> occupancies(motif_weights const& w, windowed_sequences const& s, bool both_strands)
{
    auto const tables = detail::word_tables(w);
    detail::window_scores scores{tables, w.size(), both_strands};
    std::vector<double> all(s.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = scores.occupancy(s, i);
    return all;
}

/// The occupancy and its gradient by every weight, window by window and letter by letter: the slow twin.
/// `gradient` has the width of `w` and is written.
inline double occupancy_slowly(motif_weights const& w, packed_sequences const& s, std::size_t i,
                               bool both_strands, motif_weights& gradient)
{
    std::vector<letter> letters(s.length(i));
    s.unpack(i, letters);
    gradient.assign(w.size(), column{});
    double sum = 0;
    auto const each_window = [&](auto f) {
        for (std::size_t p = 0; p + w.size() <= letters.size(); ++p) {
            if (std::any_of(letters.begin() + static_cast<std::ptrdiff_t>(p),
                            letters.begin() + static_cast<std::ptrdiff_t>(p + w.size()),
                            [](letter l) { return l > 3; }))
                continue;
            for (bool const reverse : {false, true}) {
                if (reverse && !both_strands) continue;
                double score = 0;
                for (std::size_t j = 0; j < w.size(); ++j)
                    score += reverse ? w[w.size() - 1 - j][3u - letters[p + j]] : w[j][letters[p + j]];
                f(p, reverse, std::exp(score));
            }
        }
    };
    each_window([&](std::size_t, bool, double e) { sum += e; });
    each_window([&](std::size_t p, bool reverse, double e) {
        for (std::size_t j = 0; j < w.size(); ++j)
            if (reverse) gradient[w.size() - 1 - j][3u - letters[p + j]] += e / sum;
            else gradient[j][letters[p + j]] += e / sum;
    });
    return sum > 0 ? std::log(sum) : -std::numeric_limits<double>::infinity();
}

} // namespace explainn::EXPLAINN_ABI
