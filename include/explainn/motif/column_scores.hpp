// The column_score of one query column with many target columns, four or eight at a time.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <explainn/motif/column_distance.hpp>
#include <explainn/motif/simd.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Target columns stored as one array per feature. A score is f(x) of a bilinear form, so that each distance
/// needs the four probabilities of a column, at most four logarithms, and one more number.
struct target_columns {
    std::size_t count = 0; ///< columns; the arrays are padded to a multiple of 8
    std::array<std::vector<double>, 4> p, log_p;
    std::vector<double> extra; ///< sum of squares about 1/4 (pearson), sites (allr)

    target_columns(column_distance d, std::span<column const> columns, std::span<double const> sites,
                   background const& b)
        : count{columns.size()}
    {
        std::size_t const padded = (count + 7) / 8 * 8;
        for (std::size_t a = 0; a < 4; ++a) p[a].assign(padded, 0.25);
        bool const logs = d == column_distance::kullback || d == column_distance::allr;
        if (logs)
            for (auto& l : log_p) l.assign(padded, 0.0);
        if (d == column_distance::pearson || d == column_distance::allr) extra.assign(padded, 1.0);
        for (std::size_t j = 0; j < count; ++j) {
            column const& c = columns[j];
            double squares = 0;
            for (std::size_t a = 0; a < 4; ++a) {
                p[a][j] = c[a];
                squares += (c[a] - 0.25) * (c[a] - 0.25);
                if (d == column_distance::kullback) log_p[a][j] = std::log10(c[a]);
                if (d == column_distance::allr) log_p[a][j] = std::log(c[a] / b.frequencies[a]);
            }
            if (d == column_distance::pearson) extra[j] = squares;
            if (d == column_distance::allr) extra[j] = sites[j];
        }
    }
};

/// The range of one row of scores.
struct least_most {
    double least, most;
};

/// The score of a raw value. Where a score is f(r) of an increasing r that is cheap to compute, rows hold r
/// and f is applied last: -sqrt(-r) for euclidean.
inline double score_of_raw(column_distance d, double raw)
{
    return d == column_distance::euclidean ? -std::sqrt(-raw) : raw;
}

EXPLAINN_MOTIF_INLINE void load4(double const* from, doubles4& x) { std::memcpy(&x, from, sizeof x); }

// computes raw scores of query column q with targets begin..end-1 (begin a multiple of 4); `out` has room for
// the padded count
template <column_distance D>
EXPLAINN_MOTIF_INLINE least_most raw_scores_body(target_columns const& t, column const& q, double q_sites,
                                                 background const& b, std::size_t begin, std::size_t end,
                                                 double* out)
{
    double log_q[4] = {}, square = 0;
    for (std::size_t a = 0; a < 4; ++a) {
        if (D == column_distance::kullback) log_q[a] = std::log10(q[a]);
        if (D == column_distance::allr) log_q[a] = std::log(q[a] / b.frequencies[a]);
        square += (q[a] - 0.25) * (q[a] - 0.25);
    }
    doubles4 low = doubles4{} + 1e300, high = doubles4{} - 1e300;
    for (std::size_t j = begin; j < end; j += 4) {
        doubles4 x{}, y{};
        for (std::size_t a = 0; a < 4; ++a) {
            doubles4 p;
            load4(t.p[a].data() + j, p);
            if constexpr (D == column_distance::euclidean || D == column_distance::sandelin) {
                doubles4 const difference = p - q[a];
                x -= difference * difference;
            } else if constexpr (D == column_distance::pearson) {
                x += (p - 0.25) * (q[a] - 0.25);
            } else {
                doubles4 l;
                load4(t.log_p[a].data() + j, l);
                if constexpr (D == column_distance::kullback) {
                    x -= 0.5 * (p - q[a]) * (l - log_q[a]);
                } else {
                    x += p * log_q[a];
                    y += q[a] * l;
                }
            }
        }
        if constexpr (D == column_distance::sandelin) x += 2.0;
        if constexpr (D == column_distance::pearson || D == column_distance::allr) {
            doubles4 e;
            load4(t.extra.data() + j, e);
            for (int k = 0; k < 4; ++k) {
                if constexpr (D == column_distance::pearson) {
                    double const squares = square * e[k];
                    x[k] = squares > 0 ? x[k] / __builtin_sqrt(squares) : 0;
                } else {
                    bool const unsaid = q_sites + e[k] <= 0;
                    double const n = unsaid ? 1 : q_sites, m = unsaid ? 1 : e[k];
                    x[k] = (m * x[k] + n * y[k]) / (n + m);
                }
            }
        }
        std::memcpy(out + j, &x, sizeof x);
        if (j + 4 > end)
            for (std::size_t k = end - j; k < 4; ++k) x[static_cast<int>(k)] = x[0];
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    least_most m{1e300, -1e300};
    for (int k = 0; k < 4; ++k) {
        m.least = low[k] < m.least ? low[k] : m.least;
        m.most = high[k] > m.most ? high[k] : m.most;
    }
    return m;
}

template <column_distance D>
least_most raw_scores_plain(target_columns const& t, column const& q, double q_sites, background const& b,
                            std::size_t begin, std::size_t end, double* out)
{
    return raw_scores_body<D>(t, q, q_sites, b, begin, end, out);
}
#ifdef EXPLAINN_MOTIF_X86
template <column_distance D>
EXPLAINN_MOTIF_AVX2 least_most raw_scores_avx2(target_columns const& t, column const& q, double q_sites,
                                               background const& b, std::size_t begin, std::size_t end,
                                               double* out)
{
    return raw_scores_body<D>(t, q, q_sites, b, begin, end, out);
}
#endif

template <column_distance D>
least_most raw_scores_as(target_columns const& t, column const& q, double q_sites, background const& b,
                         std::size_t begin, std::size_t end, double* out)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return raw_scores_avx2<D>(t, q, q_sites, b, begin, end, out);
#endif
    return raw_scores_plain<D>(t, q, q_sites, b, begin, end, out);
}

inline least_most raw_scores(column_distance d, target_columns const& t, column const& q, double q_sites,
                             background const& b, std::size_t begin, std::size_t end, double* out)
{
    using enum column_distance;
    switch (d) {
    case euclidean:
        return raw_scores_as<euclidean>(t, q, q_sites, b, begin, end, out);
    case pearson:
        return raw_scores_as<pearson>(t, q, q_sites, b, begin, end, out);
    case kullback:
        return raw_scores_as<kullback>(t, q, q_sites, b, begin, end, out);
    case allr:
        return raw_scores_as<allr>(t, q, q_sites, b, begin, end, out);
    case sandelin:
        break;
    }
    return raw_scores_as<sandelin>(t, q, q_sites, b, begin, end, out);
}

// whole scores trunc((f(raw) - zero) * scale + 1/2), from 0 to 100
inline void whole_scores_plain(bool root, double const* raw, std::size_t count, double zero, double scale,
                               std::int16_t* out)
{
    for (std::size_t j = 0; j < count; ++j) {
        double const x = root ? -std::sqrt(-raw[j]) : raw[j];
        out[j] = static_cast<std::int16_t>((x - zero) * scale + 0.5);
    }
}
#ifdef EXPLAINN_MOTIF_X86
EXPLAINN_MOTIF_AVX2 inline void whole_scores_avx2(bool root, double const* raw, std::size_t count,
                                                  double zero, double scale, std::int16_t* out)
{
    __m256d const z = _mm256_set1_pd(zero), s = _mm256_set1_pd(scale), half = _mm256_set1_pd(0.5);
    __m256d const sign = _mm256_set1_pd(-0.0);
    __m256 const quick_scale = _mm256_set1_ps(static_cast<float>(scale));
    __m256 const quick_start = _mm256_set1_ps(static_cast<float>(0.5 - zero * scale));
    __m256 const quick_sign = _mm256_set1_ps(-0.0f), middle = _mm256_set1_ps(0.5f);
    __m256 const sure = _mm256_set1_ps(0.499f);
    std::size_t j = 0;
    for (; j + 8 <= count; j += 8) {
        __m256d a = _mm256_loadu_pd(raw + j), b = _mm256_loadu_pd(raw + j + 4);
        if (root) {
            // single precision is enough (its error is below 1e-4) unless a result lies within 1e-3 of a
            // whole number
            __m256 const squares =
                _mm256_xor_ps(_mm256_set_m128(_mm256_cvtpd_ps(b), _mm256_cvtpd_ps(a)), quick_sign);
            __m256 const x = _mm256_fnmadd_ps(_mm256_sqrt_ps(squares), quick_scale, quick_start);
            __m256i const whole = _mm256_cvttps_epi32(x);
            __m256 const off = _mm256_sub_ps(_mm256_sub_ps(x, _mm256_cvtepi32_ps(whole)), middle);
            __m256 const doubt = _mm256_cmp_ps(_mm256_andnot_ps(quick_sign, off), sure, _CMP_GT_OQ);
            if (_mm256_movemask_ps(doubt) == 0) {
                __m128i const words =
                    _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
                _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), words);
                continue;
            }
            a = _mm256_xor_pd(_mm256_sqrt_pd(_mm256_xor_pd(a, sign)), sign);
            b = _mm256_xor_pd(_mm256_sqrt_pd(_mm256_xor_pd(b, sign)), sign);
        }
        a = _mm256_add_pd(_mm256_mul_pd(_mm256_sub_pd(a, z), s), half);
        b = _mm256_add_pd(_mm256_mul_pd(_mm256_sub_pd(b, z), s), half);
        __m128i const words = _mm_packs_epi32(_mm256_cvttpd_epi32(a), _mm256_cvttpd_epi32(b));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), words);
    }
    whole_scores_plain(root, raw + j, count - j, zero, scale, out + j);
}
#endif
inline void whole_scores(bool root, double const* raw, std::size_t count, double zero, double scale,
                         std::int16_t* out)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return whole_scores_avx2(root, raw, count, zero, scale, out);
#endif
    whole_scores_plain(root, raw, count, zero, scale, out);
}

// the bin of each element, of equal bins over the range
inline void bins_plain(double const* row, std::size_t count, double least, double scale, std::int16_t* out)
{
    for (std::size_t j = 0; j < count; ++j) out[j] = static_cast<std::int16_t>((row[j] - least) * scale);
}
// collects the places whose bin is b
inline void places_of_plain(std::int16_t const* bins, std::size_t first, std::size_t count, int b,
                            std::vector<std::uint32_t>& places)
{
    for (std::size_t j = first; j < count; ++j)
        if (bins[j] == b) places.push_back(static_cast<std::uint32_t>(j));
}
#ifdef EXPLAINN_MOTIF_X86
EXPLAINN_MOTIF_AVX2 inline void bins_avx2(double const* row, std::size_t count, double least, double scale,
                                          std::int16_t* out)
{
    __m256d const l = _mm256_set1_pd(least), s = _mm256_set1_pd(scale);
    std::size_t j = 0;
    for (; j + 8 <= count; j += 8) {
        __m256d const x = _mm256_mul_pd(_mm256_sub_pd(_mm256_loadu_pd(row + j), l), s);
        __m256d const y = _mm256_mul_pd(_mm256_sub_pd(_mm256_loadu_pd(row + j + 4), l), s);
        __m128i const words = _mm_packs_epi32(_mm256_cvttpd_epi32(x), _mm256_cvttpd_epi32(y));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), words);
    }
    bins_plain(row + j, count - j, least, scale, out + j);
}
EXPLAINN_MOTIF_AVX2 inline void places_of_avx2(std::int16_t const* bins, std::size_t count, int b,
                                               std::vector<std::uint32_t>& places)
{
    __m256i const wanted = _mm256_set1_epi16(static_cast<short>(b));
    std::size_t j = 0;
    for (; j + 16 <= count; j += 16) {
        __m256i const x = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(bins + j));
        auto hits = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi16(x, wanted)));
        for (; hits != 0; hits &= hits - 1, hits &= hits - 1)
            places.push_back(static_cast<std::uint32_t>(j) +
                             static_cast<std::uint32_t>(__builtin_ctz(hits)) / 2);
    }
    places_of_plain(bins, j, count, b, places);
}
#endif

/// Finds elements of a given rank in rows, as std::nth_element does, in time that hardly depends on the
/// values: elements are counted in bins, and only the bin that holds the rank is looked through.
class rank_finder {
public:
    /// Reads a row whose smallest and largest values are known; where `weights` are given, element j counts
    /// weights[j] times.
    void read(double const* row, std::size_t count, least_most range, std::uint32_t const* weights = nullptr)
    {
        row_ = row;
        count_ = count;
        weights_ = weights;
        bin_.resize(count);
        for (auto& half : counts_) std::fill(std::begin(half), std::end(half), 0u);
        double const width = range.most - range.least;
        double const scale = width > 0 ? (bins - 1) / width : 0;
#ifdef EXPLAINN_MOTIF_X86
        if (has_avx2()) bins_avx2(row, count, range.least, scale, bin_.data());
        else
#endif
            bins_plain(row, count, range.least, scale, bin_.data());
        std::size_t j = 0;
        for (; weights == nullptr && j + 4 <= count; j += 4) {
            std::uint64_t four;
            std::memcpy(&four, bin_.data() + j, sizeof four);
            ++counts_[0][four & 0xffff];
            ++counts_[1][four >> 16 & 0xffff];
            ++counts_[0][four >> 32 & 0xffff];
            ++counts_[1][four >> 48];
        }
        for (; j < count; ++j) counts_[0][bin_[j]] += weights == nullptr ? 1 : weights[j];
    }
    /// The element of rank k, from 0.
    double find(std::size_t k)
    {
        int b = 0;
        std::size_t below = 0;
        for (;; ++b) {
            std::size_t const here = counts_[0][b] + counts_[1][b];
            if (below + here > k) break;
            below += here;
        }
        places_.clear();
#ifdef EXPLAINN_MOTIF_X86
        if (has_avx2()) places_of_avx2(bin_.data(), count_, b, places_);
        else
#endif
            places_of_plain(bin_.data(), 0, count_, b, places_);
        if (weights_ != nullptr) {
            std::sort(places_.begin(), places_.end(),
                      [this](std::uint32_t x, std::uint32_t y) { return row_[x] < row_[y]; });
            auto at = places_.begin();
            while ((below += weights_[*at]) <= k) ++at;
            return row_[*at];
        }
        inside_.clear();
        for (std::uint32_t const j : places_) inside_.push_back(row_[j]);
        auto const at = inside_.begin() + static_cast<std::ptrdiff_t>(k - below);
        std::nth_element(inside_.begin(), at, inside_.end());
        return *at;
    }

private:
    static constexpr int bins = 1024;
    double const* row_ = nullptr;
    std::uint32_t const* weights_ = nullptr;
    std::size_t count_ = 0;
    std::vector<std::int16_t> bin_;
    std::vector<std::uint32_t> places_;
    std::vector<double> inside_;
    std::uint32_t counts_[2][bins];
};

} // namespace explainn::EXPLAINN_ABI::detail
