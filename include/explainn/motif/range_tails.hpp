// The null distributions of a comparison: the tail of the summed random scores of query columns first..last.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <explainn/motif/simd.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// How often a random target column scores 0..100 against one query column.
struct column_null {
    std::array<double, 101> share{};
    int least = 0, most = 0;

    /// Counts n scores; where `weights` are given, score j counts weights[j] times.
    void count(std::int16_t const* scores, std::size_t n, std::uint32_t const* weights = nullptr)
    {
        // there are four counts of each score, so that equal scores in a row need not wait for each other
        std::uint32_t counts[4][101] = {};
        std::size_t j = 0;
        for (; weights == nullptr && j + 4 <= n; j += 4) {
            std::uint64_t four;
            std::memcpy(&four, scores + j, sizeof four);
            ++counts[0][four & 0xffff];
            ++counts[1][four >> 16 & 0xffff];
            ++counts[2][four >> 32 & 0xffff];
            ++counts[3][four >> 48];
        }
        for (; j < n; ++j) counts[0][scores[j]] += weights == nullptr ? 1 : weights[j];
        double all = 0;
        for (auto const& part : counts)
            for (std::uint32_t const c : part) all += c;
        least = -1;
        for (std::size_t s = 0; s <= 100; ++s) {
            std::uint32_t const c = counts[0][s] + counts[1][s] + counts[2][s] + counts[3][s];
            share[s] = static_cast<double>(c) / all;
            if (c == 0) continue;
            if (least < 0) least = static_cast<int>(s);
            most = static_cast<int>(s);
        }
    }
};

// out[x] = sum over s of share[s] in[x - s] for x = first..last, rounded up to whole blocks
EXPLAINN_MOTIF_INLINE void convolve_body(column_null const& c, double const* in, long first, long last,
                                         double* out)
{
    for (long x = first; x <= last; x += 32) {
        doubles4 sum0{}, sum1{}, sum2{}, sum3{}, sum4{}, sum5{}, sum6{}, sum7{};
        for (long s = c.least; s <= c.most; ++s) {
            double const one = c.share[static_cast<std::size_t>(s)];
            doubles4 const share{one, one, one, one};
            double const* const from = in + x - s;
            doubles4 v;
            std::memcpy(&v, from, sizeof v);
            sum0 += share * v;
            std::memcpy(&v, from + 4, sizeof v);
            sum1 += share * v;
            std::memcpy(&v, from + 8, sizeof v);
            sum2 += share * v;
            std::memcpy(&v, from + 12, sizeof v);
            sum3 += share * v;
            std::memcpy(&v, from + 16, sizeof v);
            sum4 += share * v;
            std::memcpy(&v, from + 20, sizeof v);
            sum5 += share * v;
            std::memcpy(&v, from + 24, sizeof v);
            sum6 += share * v;
            std::memcpy(&v, from + 28, sizeof v);
            sum7 += share * v;
        }
        std::memcpy(out + x, &sum0, sizeof sum0);
        std::memcpy(out + x + 4, &sum1, sizeof sum1);
        std::memcpy(out + x + 8, &sum2, sizeof sum2);
        std::memcpy(out + x + 12, &sum3, sizeof sum3);
        std::memcpy(out + x + 16, &sum4, sizeof sum4);
        std::memcpy(out + x + 20, &sum5, sizeof sum5);
        std::memcpy(out + x + 24, &sum6, sizeof sum6);
        std::memcpy(out + x + 28, &sum7, sizeof sum7);
    }
}
// the chance that at least one of two independent events happens: into = into + one - into * one
EXPLAINN_MOTIF_INLINE void either_body(double const* one, std::size_t count, double* into)
{
    for (std::size_t k = 0; k < count; k += 4) {
        doubles4 a, b;
        std::memcpy(&a, into + k, sizeof a);
        std::memcpy(&b, one + k, sizeof b);
        a += b - a * b;
        std::memcpy(into + k, &a, sizeof a);
    }
}
#ifdef EXPLAINN_MOTIF_X86
EXPLAINN_MOTIF_AVX2 inline void convolve_avx2(column_null const& c, double const* in, long first, long last,
                                              double* out)
{
    convolve_body(c, in, first, last, out);
}
EXPLAINN_MOTIF_AVX2 inline void either_avx2(double const* one, std::size_t count, double* into)
{
    either_body(one, count, into);
}
#endif
inline void convolve(column_null const& c, double const* in, long first, long last, double* out)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return convolve_avx2(c, in, first, last, out);
#endif
    convolve_body(c, in, first, last, out);
}
inline void either(double const* one, std::size_t count, double* into)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return either_avx2(one, count, into);
#endif
    either_body(one, count, into);
}

/// Goes through all ranges of query columns and computes the tail of each. Scores below least_needed[length]
/// are not needed, and numbers that only they depend on are not computed.
class range_tails {
public:
    /// visit(first, last, tail, low, high): tail[x] = P(sum >= x) for low <= x <= high; above high it is 0;
    /// below low it is 1, or not needed.
    template <class Visit>
    void walk(std::vector<column_null> const& columns, std::vector<long> const& least_needed, Visit&& visit)
    {
        constexpr long pad = 128;
        auto const w = static_cast<long>(columns.size());
        auto const size = static_cast<std::size_t>(100 * w + 1 + 32 + 3 * pad);
        pmf_[0].resize(size);
        pmf_[1].resize(size);
        tail_.resize(size);
        need_.resize(columns.size());
        for (long first = w; first-- > 0;) {
            // the lowest scores that the ranges which start here need, from the longest range back
            long below = std::numeric_limits<long>::max();
            for (long last = w - 1; last >= first; --last) {
                auto const i = static_cast<std::size_t>(last);
                below = std::min(below, least_needed[static_cast<std::size_t>(last - first + 1)]);
                need_[i] = below;
                below -= columns[i].most;
            }
            double* in = pmf_[0].data() + pad;
            double* out = pmf_[1].data() + pad;
            long support_low = 0, low = 0, high = 0;
            std::fill_n(in - pad, 3 * pad + 32, 0.0);
            in[0] = 1;
            for (long last = first; last < w; ++last) {
                auto const& c = columns[static_cast<std::size_t>(last)];
                support_low += c.least;
                high += c.most;
                low = std::max(support_low, need_[static_cast<std::size_t>(last)]);
                if (low > high) break; // neither this range nor a longer one can reach the needed score
                convolve(c, in, low, high, out);
                std::fill(out + low - pad, out + low, 0.0);
                std::fill(out + high + 1, out + high + 1 + pad + 32, 0.0);
                double* const tail = tail_.data() + pad;
                double sum = 0;
                for (long x = high; x >= low; --x) tail[x] = sum += out[x]; // at most 1 but for rounding
                visit(static_cast<std::size_t>(first), static_cast<std::size_t>(last),
                      static_cast<double const*>(tail), low, high);
                std::swap(in, out);
            }
        }
    }

private:
    std::vector<double> pmf_[2], tail_;
    std::vector<long> need_;
};

} // namespace explainn::EXPLAINN_ABI::detail
