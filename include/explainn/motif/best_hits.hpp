// Each sequence's best window for a motif, and its occupancy by the motif.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/score_matrix.hpp>

namespace explainn::EXPLAINN_ABI {

/// The scores of one sequence for one motif, in bits. They are minus infinity where no window without N is as
/// wide as the motif, and for the reverse strand where the matrix was made for the forward strand alone.
struct sequence_score {
    double forward = -std::numeric_limits<double>::infinity();   ///< best window of the forward strand
    double reverse = -std::numeric_limits<double>::infinity();   ///< best window of the reverse strand
    double occupancy = -std::numeric_limits<double>::infinity(); ///< log2 of the sum of all windows' odds on
                                                                 ///< the strands read
    double best() const { return std::max(forward, reverse); }
};

/// Sequences stored so that four letters are looked up at once.
class windowed_sequences {
public:
    explicit windowed_sequences(packed_sequences const& s)
    {
        begins_.reserve(s.size() + 1);
        for (std::size_t i = 0; i < s.size(); ++i) {
            begins_.push_back(letters_.size());
            letters_.resize(letters_.size() + s.length(i));
            s.unpack(i, {letters_.data() + begins_.back(), s.length(i)});
        }
        begins_.push_back(letters_.size());
        fours_.resize(letters_.size() + 3);
        known_.resize(letters_.size());
        unsigned four = 0;
        for (std::size_t p = letters_.size(); p-- > 0;) {
            four = (four >> 2 | static_cast<unsigned>(letters_[p] & 3u) << 6) & 255u;
            fours_[p] = static_cast<std::uint8_t>(four);
        }
        for (std::size_t i = 0; i < s.size(); ++i) {
            std::uint32_t run = 0;
            for (std::size_t p = begins_[i + 1]; p-- > begins_[i];)
                known_[p] = run = letters_[p] < 4 ? run + 1 : 0;
        }
    }
    std::size_t size() const { return begins_.size() - 1; }
    std::size_t begin(std::size_t i) const { return begins_[i]; }
    std::size_t end(std::size_t i) const { return begins_[i + 1]; }
    /// How many letters without N follow from place p on, in the same sequence.
    std::uint32_t known(std::size_t p) const { return known_[p]; }
    /// The four letters from place p on, the first in the highest bits.
    std::uint8_t four(std::size_t p) const { return fours_[p]; }
    letter const* at(std::size_t p) const { return letters_.data() + p; }

private:
    std::vector<letter> letters_;
    std::vector<std::uint8_t> fours_;
    std::vector<std::uint32_t> known_;
    std::vector<std::size_t> begins_;
};

/// The scores of every sequence for one motif. They are sums of whole log-odds, so that windows which differ
/// only in where their mismatches are have exactly the same score: sums of real numbers would rank such
/// windows by rounding, and for a motif of one-letter columns almost all windows are of this kind.
///
///     auto const scores = score_sequences(score_matrix{ctcf, background{}, 0.1}, windowed_sequences{peaks});
inline std::vector<sequence_score> score_sequences(score_matrix const& m, windowed_sequences const& s)
{
    // tables of four columns for both strands: whole scores, and odds relative to the best word
    struct block {
        std::array<std::int32_t, 256> ahead{}, back{};
        std::array<double, 256> ahead_odds{}, back_odds{};
    };
    std::size_t const w = m.width();
    std::vector<block> blocks((w + 3) / 4);
    double const per_whole = m.bits(1) - m.bits(0);
    for (std::size_t b = 0; b < blocks.size(); ++b)
        for (unsigned four = 0; four < 256; ++four) {
            std::int32_t ahead = 0, back = 0, most_ahead = 0, most_back = 0;
            for (std::size_t k = 0; k < 4 && 4 * b + k < w; ++k) {
                unsigned const a = four >> (6 - 2 * k) & 3u;
                auto const& x = m.scores()[4 * b + k];
                auto const& y = m.scores()[w - 1 - (4 * b + k)];
                ahead += x[a];
                back += y[3 - a];
                most_ahead += *std::max_element(x.begin(), x.end());
                most_back += *std::max_element(y.begin(), y.end());
            }
            blocks[b].ahead[four] = ahead;
            blocks[b].back[four] = back;
            blocks[b].ahead_odds[four] = std::exp2(per_whole * (ahead - most_ahead));
            blocks[b].back_odds[four] = std::exp2(per_whole * (back - most_back));
        }
    std::vector<sequence_score> out(s.size());
    for (std::size_t i = 0; i < s.size(); ++i) {
        std::int32_t forward = -1, reverse = -1;
        double odds = 0;
        for (std::size_t p = s.begin(i); p + w <= s.end(i); ++p) {
            if (s.known(p) < w) continue;
            std::int32_t x = 0, y = 0;
            double f = 1, r = 1;
            for (std::size_t b = 0; b < blocks.size(); ++b) {
                std::uint8_t const four = s.four(p + 4 * b);
                x += blocks[b].ahead[four];
                y += blocks[b].back[four];
                f *= blocks[b].ahead_odds[four];
                r *= blocks[b].back_odds[four];
            }
            forward = std::max(forward, x);
            reverse = std::max(reverse, y);
            odds += m.both_strands() ? f + r : f;
        }
        if (forward < 0) continue;
        out[i].forward = m.bits(forward);
        if (m.both_strands()) out[i].reverse = m.bits(reverse);
        out[i].occupancy = std::log2(odds) + m.bits(m.most());
    }
    return out;
}

/// Computes the same window by window, letter by letter: the slow version, for tests.
inline std::vector<sequence_score> score_sequences_slowly(score_matrix const& m, packed_sequences const& s)
{
    std::vector<sequence_score> out(s.size());
    for (std::size_t i = 0; i < s.size(); ++i) {
        std::vector<letter> letters(s.length(i));
        s.unpack(i, letters);
        double odds = 0;
        for (std::size_t p = 0; p + m.width() <= letters.size(); ++p) {
            auto const x = m.whole_score(letters.data() + p), y = m.whole_score_reverse(letters.data() + p);
            if (!x || !y) continue;
            out[i].forward = std::max(out[i].forward, m.bits(*x));
            odds += std::exp2(m.bits(*x));
            if (!m.both_strands()) continue;
            out[i].reverse = std::max(out[i].reverse, m.bits(*y));
            odds += std::exp2(m.bits(*y));
        }
        if (odds > 0) out[i].occupancy = std::log2(odds);
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
