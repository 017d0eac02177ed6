// The occupancy of sequences by a motif with real weights, and the gradient of any loss of it.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
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
// Tables of four columns: what each word of four letters adds to a window's score, ahead and on the reverse
// strand.
struct word_table {
    std::array<std::array<double, 2>, 256> of{};
};

inline std::vector<word_table> word_tables(motif_weights const& w)
{
    std::vector<word_table> tables((w.size() + 3) / 4);
    for (std::size_t t = 0; t < tables.size(); ++t)
        for (unsigned word = 0; word < 256; ++word)
            for (std::size_t k = 0; k < 4 && 4 * t + k < w.size(); ++k) {
                unsigned const base = word >> (6 - 2 * k) & 3u;
                tables[t].of[word][0] += w[4 * t + k][base];
                tables[t].of[word][1] += w[w.size() - 1 - (4 * t + k)][3 - base];
            }
    return tables;
}

// Adds to `gradient` what the sums over words say about the weights.
inline void add_word_sums(std::vector<word_table> const& sums, motif_weights& gradient)
{
    std::size_t const width = gradient.size();
    for (std::size_t t = 0; t < sums.size(); ++t)
        for (unsigned word = 0; word < 256; ++word) {
            auto const& [ahead, back] = sums[t].of[word];
            if (ahead == 0 && back == 0) continue;
            for (std::size_t k = 0; k < 4 && 4 * t + k < width; ++k) {
                unsigned const base = word >> (6 - 2 * k) & 3u;
                gradient[4 * t + k][base] += ahead;
                gradient[width - 1 - (4 * t + k)][3 - base] += back;
            }
        }
}

// A window this far below its sequence's best one is left out of the gradient and of the sum; all windows
// left out of a sequence of 10,000 bases together weigh less than 1e-6 of it.
inline constexpr double negligible = 24;

// The scores of one sequence's windows, and their log-sum-exp.
class window_scores {
public:
    window_scores(std::vector<word_table> const& tables, std::size_t width, bool both_strands)
        : tables_{tables}, width_{width}, strands_{both_strands ? std::size_t{2} : std::size_t{1}}
    {
    }
    // log of the sum over windows and strands of exp(score); minus infinity where no window is whole and
    // without N
    double occupancy(windowed_sequences const& s, std::size_t i)
    {
        scores_.clear();
        starts_.clear();
        most_ = -std::numeric_limits<double>::infinity();
        for (std::size_t p = s.begin(i); p + width_ <= s.end(i); ++p) {
            if (s.known(p) < width_) continue;
            double ahead = 0, back = 0;
            for (std::size_t t = 0; t < tables_.size(); ++t) {
                auto const& both = tables_[t].of[s.four(p + 4 * t)];
                ahead += both[0];
                back += both[1];
            }
            scores_.push_back({ahead, back});
            starts_.push_back(p);
            most_ = std::max(most_, strands_ == 2 ? std::max(ahead, back) : ahead);
        }
        if (scores_.empty()) return most_;
        sum_ = 0;
        for (auto& both : scores_)
            for (std::size_t strand = 0; strand < strands_; ++strand) {
                double const below = most_ - both[strand];
                both[strand] = below < negligible ? std::exp(-below) : 0;
                sum_ += both[strand];
            }
        return most_ + std::log(sum_);
    }
    // adds g times the gradient of the occupancy found last to the sums over words
    void add_gradient(windowed_sequences const& s, double g, std::vector<word_table>& sums) const
    {
        for (std::size_t w = 0; w < scores_.size(); ++w)
            for (std::size_t strand = 0; strand < strands_; ++strand) {
                if (scores_[w][strand] == 0) continue;
                double const share = g * scores_[w][strand] / sum_;
                for (std::size_t t = 0; t < sums.size(); ++t)
                    sums[t].of[s.four(starts_[w] + 4 * t)][strand] += share;
            }
    }

private:
    std::vector<word_table> const& tables_;
    std::size_t width_, strands_;
    std::vector<std::array<double, 2>> scores_;
    std::vector<std::size_t> starts_;
    double most_ = 0, sum_ = 0;
};
} // namespace detail

/// The occupancy of sequence i: the natural logarithm of the sum, over all windows without N and the strands
/// read, of exp(sum of the window's weights). Minus infinity where there is no such window.
///
///     double const z = occupancy_of(weights_of(ctcf), windowed_sequences{peaks}, 0, true);
inline double occupancy_of(motif_weights const& w, windowed_sequences const& s, std::size_t i,
                           bool both_strands)
{
    auto const tables = detail::word_tables(w);
    return detail::window_scores{tables, w.size(), both_strands}.occupancy(s, i);
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
