// A motif as whole log-odds scores with the exact distribution of a window's score under the background.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/pseudocount.hpp>
#include <explainn/motif/simd.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
// out[x] = sum over a of share[a] in[x - step[a]] for x = 0..last; `in` is zero for 1,000 entries before 0
EXPLAINN_MOTIF_INLINE void spread_body(double const* in, std::array<std::int32_t, 4> const& step,
                                       column const& share, std::size_t last, double* out)
{
    doubles4 const s0 = doubles4{} + share[0], s1 = doubles4{} + share[1], s2 = doubles4{} + share[2],
                   s3 = doubles4{} + share[3];
    for (std::size_t x = 0; x <= last; x += 4) {
        doubles4 a, b, c, d;
        std::memcpy(&a, in + x - step[0], sizeof a);
        std::memcpy(&b, in + x - step[1], sizeof b);
        std::memcpy(&c, in + x - step[2], sizeof c);
        std::memcpy(&d, in + x - step[3], sizeof d);
        a = s0 * a + s1 * b + s2 * c + s3 * d;
        std::memcpy(out + x, &a, sizeof a);
    }
}
#ifdef EXPLAINN_MOTIF_X86
EXPLAINN_MOTIF_AVX2 inline void spread_avx2(double const* in, std::array<std::int32_t, 4> const& step,
                                            column const& share, std::size_t last, double* out)
{
    spread_body(in, step, share, last, out);
}
#endif
inline void spread(double const* in, std::array<std::int32_t, 4> const& step, column const& share,
                   std::size_t last, double* out)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return spread_avx2(in, step, share, last, out);
#endif
    spread_body(in, step, share, last, out);
}
} // namespace detail

/// Log-odds log2(p / b) of a motif with a pseudocount, as whole numbers 0..1000 per column (MEME's scaling),
/// so that the p-value of every score can be computed exactly by counting.
///
/// The rule for the background is that of MEME's fimo. The pseudocount is added with the frequencies as
/// given. Where both strands are read, the log-odds and the p-values use the symmetric frequencies, so that
/// both strands have one distribution; where only the forward strand is read, they use the frequencies as
/// given. Throws error on frequencies that are not above 0, and as smoothed() does.
///
///     score_matrix const s{m, background{}, 0.1};
///     s.p_value(*s.least_significant(1e-4));        // at most 1e-4
class score_matrix {
public:
    score_matrix(motif const& m, background const& given, double pseudocount, bool both_strands = true)
    {
        both_strands_ = both_strands;
        background const b = both_strands ? symmetric(given) : given;
        for (double const f : b.frequencies)
            if (!(f > 0)) throw error{"expected background frequencies above 0, found " + std::to_string(f)};
        ppm const p = smoothed(m, given, pseudocount);
        std::vector<column> odds;
        double least = std::numeric_limits<double>::infinity(), most = -least;
        for (column const& c : p.columns) {
            column o{};
            for (std::size_t a = 0; a < 4; ++a) {
                o[a] = std::log2(std::max(c[a], 1e-30) / b.frequencies[a]);
                least = std::min(least, o[a]);
                most = std::max(most, o[a]);
            }
            odds.push_back(o);
        }
        uniform_ = is_uniform(p) || most - least < 1e-9;
        if (most == least) least = most - 1;
        offset_ = std::floor(least);
        scale_ = std::floor(1000 / (most - offset_));
        if (scale_ < 1) throw error{"motif " + m.name + ": its log-odds span too wide a range"};
        for (column const& o : odds) {
            std::array<std::int32_t, 4> s{};
            for (std::size_t a = 0; a < 4; ++a)
                s[a] = static_cast<std::int32_t>(std::floor((o[a] - offset_) * scale_ + 0.5));
            scores_.push_back(s);
            least_ += *std::min_element(s.begin(), s.end());
            most_ += *std::max_element(s.begin(), s.end());
        }
        count_out(b);
    }

    std::size_t width() const { return scores_.size(); }
    /// Whether the p-values hold on both strands; if not, only forward windows may be scored.
    bool both_strands() const { return both_strands_; }
    /// Whole scores of A, C, G, T in each column.
    std::vector<std::array<std::int32_t, 4>> const& scores() const { return scores_; }
    /// The largest whole score a window can have.
    std::int32_t most() const { return most_; }
    /// The p-value of the best possible window: no hit has a smaller one. A motif of w columns cannot have
    /// less than 1 / 4^w under the uniform background, so that a narrow motif may match nothing at a small
    /// threshold.
    double best_p_value() const { return p_value(most_); }
    /// Whether the motif holds no information; then every p-value is 1.
    bool is_uninformative() const { return uniform_; }
    /// The log-odds score in bits that a whole score stands for.
    double bits(std::int32_t whole) const
    {
        return static_cast<double>(whole) / scale_ + static_cast<double>(width()) * offset_;
    }
    /// P(a random window scores at least `whole`).
    double p_value(std::int32_t whole) const
    {
        if (uniform_ || whole <= least_) return 1;
        return whole > most_ ? 0 : tail_[static_cast<std::size_t>(whole - least_)];
    }
    /// The smallest whole score whose p-value is at most p; nothing if there is none.
    std::optional<std::int32_t> least_significant(double p) const
    {
        if (p >= 1) return least_;
        if (uniform_) return std::nullopt;
        auto const at = std::partition_point(tail_.begin(), tail_.end(), [p](double t) { return t > p; });
        if (at == tail_.end()) return std::nullopt;
        return least_ + static_cast<std::int32_t>(at - tail_.begin());
    }
    /// The whole score of a window of width() letters, or nothing where it holds an N.
    std::optional<std::int32_t> whole_score(letter const* window) const
    {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < scores_.size(); ++i) {
            if (window[i] >= 4) return std::nullopt;
            sum += scores_[i][window[i]];
        }
        return sum;
    }
    /// The same on the other strand: the window is read as its reverse complement.
    std::optional<std::int32_t> whole_score_reverse(letter const* window) const
    {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < scores_.size(); ++i) {
            if (window[i] >= 4) return std::nullopt;
            sum += scores_[scores_.size() - 1 - i][3u - window[i]];
        }
        return sum;
    }

private:
    void count_out(background const& b)
    {
        constexpr std::size_t pad = 1024; // more than any step, and zero
        auto const size = static_cast<std::size_t>(most_ - least_) + 1;
        std::vector<double> in(pad + size + 8), out(pad + size + 8);
        in[pad] = 1;
        std::size_t reach = 0;
        for (auto const& s : scores_) {
            auto const low = *std::min_element(s.begin(), s.end()),
                       high = *std::max_element(s.begin(), s.end());
            std::array<std::int32_t, 4> step{};
            for (std::size_t a = 0; a < 4; ++a) step[a] = s[a] - low;
            reach += static_cast<std::size_t>(high - low);
            detail::spread(in.data() + pad, step, b.frequencies, reach, out.data() + pad);
            std::fill(out.begin() + static_cast<std::ptrdiff_t>(pad + reach + 1), out.end(), 0.0);
            in.swap(out);
        }
        tail_.resize(size);
        double sum = 0;
        for (std::size_t x = size; x-- > 0;) tail_[x] = std::min(sum += in[pad + x], 1.0);
    }

    std::vector<std::array<std::int32_t, 4>> scores_;
    std::vector<double> tail_;
    double offset_ = 0, scale_ = 1;
    std::int32_t least_ = 0, most_ = 0;
    bool uniform_ = false, both_strands_ = true;
};

} // namespace explainn::EXPLAINN_ABI
