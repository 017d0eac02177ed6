// The occupancy of sequences by a motif with real weights, and the gradient of any loss of it.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/best_hits.hpp>
#include <explainn/motif/exponentials.hpp>

namespace explainn::EXPLAINN_ABI {

/// Natural log-odds of the bases by position, in the order A, C, G, T: what a refinement learns.
using motif_weights = std::vector<column>;

namespace detail {
/// Two numbers: one of the forward and one of the reverse strand.
template <class T>
struct strand_pair {
    typedef T type __attribute__((vector_size(2 * sizeof(T))));
};

/// What a fit asks of the weights of a motif: how far apart its tables of words are, its width, zeros of the
/// same shape, and f(weight, whether it is one of a pair) for each of them.
inline std::size_t width_of(motif_weights const& w) { return w.size(); }
inline motif_weights zeros_like(motif_weights const& w) { return motif_weights(w.size(), column{}); }
template <class Weights>
inline constexpr std::size_t table_stride = 4;
template <class F>
void each_weight(motif_weights& w, F f)
{
    for (column& c : w)
        for (double& x : c) f(x, false);
}

// Tables of four columns: what each word of four letters adds to a window's score, ahead and on the reverse
// strand.
template <class T = double>
struct word_table {
    std::array<typename strand_pair<T>::type, 256> of{};
};

template <class T = double>
std::vector<word_table<T>> word_tables(motif_weights const& w)
{
    std::vector<word_table<T>> tables((w.size() + 3) / 4);
    for (std::size_t t = 0; t < tables.size(); ++t)
        for (unsigned word = 0; word < 256; ++word) {
            double ahead = 0, back = 0;
            for (std::size_t k = 0; k < 4 && 4 * t + k < w.size(); ++k) {
                unsigned const base = word >> (6 - 2 * k) & 3u;
                ahead += w[4 * t + k][base];
                back += w[w.size() - 1 - (4 * t + k)][3 - base];
            }
            tables[t].of[word] = typename strand_pair<T>::type{static_cast<T>(ahead), static_cast<T>(back)};
        }
    return tables;
}

// Adds to `gradient` what the sums over words say about the weights.
template <class T>
void add_word_sums(std::vector<word_table<T>> const& sums, motif_weights& gradient)
{
    std::size_t const width = gradient.size();
    for (std::size_t t = 0; t < sums.size(); ++t)
        for (unsigned word = 0; word < 256; ++word) {
            double const ahead = sums[t].of[word][0], back = sums[t].of[word][1];
            if (ahead == 0 && back == 0) continue;
            for (std::size_t k = 0; k < 4 && 4 * t + k < width; ++k) {
                unsigned const base = word >> (6 - 2 * k) & 3u;
                gradient[4 * t + k][base] += ahead;
                gradient[width - 1 - (4 * t + k)][3 - base] += back;
            }
        }
}

// Windows whose share of a sequence's occupancy is below this are left out of its gradient.
inline constexpr double least_share = 1e-7;

// The scores of one sequence's windows, and their log-sum-exp. Table t reads the four letters from Stride x t
// on.
template <class T = double, std::size_t Stride = 4>
class window_scores {
public:
    using pair = typename strand_pair<T>::type;
    window_scores(std::vector<word_table<T>> const& tables, std::size_t width, bool both_strands)
        : tables_{tables}, width_{width}, both_strands_{both_strands}
    {
    }
    // log of exp(floor) and the sum over windows and strands of exp(score); minus infinity where no window is
    // whole and without N
    double occupancy(windowed_sequences const& s, std::size_t i, T floor = none)
    {
        first_ = s.begin(i);
        std::size_t const length = s.end(i) - first_;
        windows_ = length < width_ ? 0 : length - width_ + 1;
        constexpr std::size_t per_vector = exp_vector<T>::lanes / 2;
        std::size_t const room = (windows_ + per_vector - 1) / per_vector * per_vector;
        if (scores_.size() < room) scores_.resize(room);
        pair most{none, none};
        for (std::size_t at = 0; at < windows_;) {
            std::size_t const known = s.known(first_ + at);
            std::size_t const stop =
                std::min(windows_, at + (known < width_ ? known + 1 : known - width_ + 1));
            if (known < width_) // a window here would hold an N, and so would the next ones
                std::fill_n(scores_.begin() + static_cast<std::ptrdiff_t>(at), stop - at, pair{none, none});
            else with_count_of_tables([&](auto count) { most = score_windows<count>(s, at, stop, most); });
            at = stop;
        }
        for (std::size_t at = windows_; at < room; ++at) scores_[at] = pair{none, none};
        if (std::max(most[0], most[1]) == none) {
            windows_ = 0;
            floor_share_ = 0;
            sum_ = 1;
            return static_cast<double>(none);
        }
        T const top = std::max({most[0], most[1], floor});
        double const of_floor = std::exp(static_cast<double>(floor - top));
        sum_ = of_floor + sum_of_exponentials(reinterpret_cast<T*>(scores_.data()), 2 * room, top);
        floor_share_ = of_floor / sum_;
        return static_cast<double>(top) + std::log(sum_);
    }
    // the derivative of the occupancy found last by its floor
    double floor_share() const { return floor_share_; }
    // adds g times the gradient of the occupancy found last to the sums over words
    void add_gradient(windowed_sequences const& s, double g, std::vector<word_table<T>>& sums)
    {
        with_count_of_tables([&](auto count) { add_shares<count>(s, g, sums); });
    }

private:
    static constexpr T none = -std::numeric_limits<T>::infinity();
    // calls f with the number of tables as a constant, so that what it does for each window is unrolled; with
    // 0 where there are more than usual
    template <class F>
    void with_count_of_tables(F f)
    {
        switch (tables_.size()) {
        case 1:
            return f(std::integral_constant<std::size_t, 1>{});
        case 2:
            return f(std::integral_constant<std::size_t, 2>{});
        case 3:
            return f(std::integral_constant<std::size_t, 3>{});
        case 4:
            return f(std::integral_constant<std::size_t, 4>{});
        case 5:
            return f(std::integral_constant<std::size_t, 5>{});
        case 6:
            return f(std::integral_constant<std::size_t, 6>{});
        case 7:
            return f(std::integral_constant<std::size_t, 7>{});
        default:
            return f(std::integral_constant<std::size_t, 0>{});
        }
    }
    // the scores of windows without N; what is greater of `most` and all of them, by strand
    template <std::size_t Count>
    pair score_windows(windowed_sequences const& s, std::size_t from, std::size_t to, pair most)
    {
        std::size_t const count = Count != 0 ? Count : tables_.size();
        word_table<T> const* const tables = tables_.data();
        pair* const scores = scores_.data();
        std::uint8_t const* const fours = s.fours_from(first_);
        for (std::size_t at = from; at < to; ++at) {
            pair score = tables[0].of[fours[at]];
            for (std::size_t t = 1; t < count; ++t) score += tables[t].of[fours[at + Stride * t]];
            if (!both_strands_) score[1] = none;
            scores[at] = score;
            most = score > most ? score : most;
        }
        return most;
    }
    template <std::size_t Count>
    void add_shares(windowed_sequences const& s, double g, std::vector<word_table<T>>& sums)
    {
        std::size_t const count = Count != 0 ? Count : tables_.size();
        auto const least = static_cast<T>(least_share * sum_);
        auto const by = static_cast<T>(g / sum_);
        word_table<T>* const to = sums.data();
        std::uint8_t const* const fours = s.fours_from(first_);
        // which windows count is hard to foresee: they are listed without a jump
        if (counted_.size() < windows_) counted_.resize(windows_);
        std::uint32_t* const counted = counted_.data();
        std::size_t listed = 0;
        for (std::size_t at = 0; at < windows_; ++at) {
            counted[listed] = static_cast<std::uint32_t>(at);
            listed += static_cast<std::size_t>(std::max(scores_[at][0], scores_[at][1]) >= least);
        }
        for (std::size_t k = 0; k < listed; ++k) {
            std::size_t const at = counted[k];
            pair const share = scores_[at] * by;
            for (std::size_t t = 0; t < count; ++t) to[t].of[fours[at + Stride * t]] += share;
        }
    }

    std::vector<word_table<T>> const& tables_;
    std::size_t width_;
    bool both_strands_;
    std::vector<pair> scores_; // of each window; later their exponentials
    std::vector<std::uint32_t> counted_;
    std::size_t first_ = 0, windows_ = 0;
    double sum_ = 0, floor_share_ = 0;
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
    detail::window_scores<> scores{tables, w.size(), both_strands};
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
