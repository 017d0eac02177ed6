// op::window_statistics by counting pairs of bases at each lag in bit strings; op::conv_statistics from them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/base_bits.hpp>
#include <explainn/cpu/prepared_letters.hpp>
#include <explainn/cpu/product.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {

/// Counts of pairs of a base (row) and the one a lag behind it (column).
using pair_counts = std::int64_t[4][4];

/// Whether this processor counts the bits of vectors (AVX512_VPOPCNTDQ).
inline bool has_vector_popcount()
{
#if EXPLAINN_HAS_WIDE_KERNELS
    return __builtin_cpu_supports("avx512vpopcntdq") != 0;
#else
    return false;
#endif
}

// The pairs of the windows' first bases.
EXPLAINN_INLINE void first_pairs(base_bits const& b, std::size_t lag, pair_counts& count)
{
    std::size_t const shift = lag % 64;
    for (std::size_t w = 0; w < b.words(); ++w) {
        std::uint64_t const valid = w + 1 == b.words() ? b.last_word() : ~std::uint64_t{0};
        for (std::size_t i = 0; i < b.n; ++i) {
            std::uint64_t second[4];
            EXPLAINN_UNROLL
            for (std::size_t y = 0; y < 4; ++y)
                // two shifts, since one by 64 is undefined
                second[y] = b.of_sequences(w + lag / 64, y)[i] >> shift |
                            (b.of_sequences(w + lag / 64 + 1, y)[i] << 1) << (63 - shift);
            EXPLAINN_UNROLL
            for (std::size_t x = 0; x < 4; ++x) {
                std::uint64_t const first = b.of_sequences(w, x)[i] & valid;
                EXPLAINN_UNROLL
                for (std::size_t y = 0; y < 4; ++y) count[x][y] += __builtin_popcountll(first & second[y]);
            }
        }
    }
}

#if EXPLAINN_HAS_WIDE_KERNELS
// The same, eight sequences at once.
__attribute__((target("avx512f,avx512vpopcntdq"))) inline void
first_pairs_avx512(base_bits const& b, std::size_t lag, pair_counts& count)
{
    using words = pack<std::uint64_t, 64>::raw;
    std::size_t const shift = lag % 64;
    words sums[4][4] = {};
    for (std::size_t w = 0; w < b.words(); ++w) {
        std::uint64_t const valid = w + 1 == b.words() ? b.last_word() : ~std::uint64_t{0};
        for (std::size_t i = 0; i < b.n; i += 8) {
            words second[4];
            EXPLAINN_UNROLL
            for (std::size_t y = 0; y < 4; ++y) {
                words here, next;
                std::memcpy(&here, b.of_sequences(w + lag / 64, y) + i, 64);
                std::memcpy(&next, b.of_sequences(w + lag / 64 + 1, y) + i, 64);
                second[y] = here >> shift | (next << 1) << (63 - shift);
            }
            EXPLAINN_UNROLL
            for (std::size_t x = 0; x < 4; ++x) {
                words first;
                std::memcpy(&first, b.of_sequences(w, x) + i, 64);
                first &= valid;
                EXPLAINN_UNROLL
                for (std::size_t y = 0; y < 4; ++y)
                    sums[x][y] += reinterpret_cast<words>(
                        _mm512_popcnt_epi64(reinterpret_cast<__m512i>(first & second[y])));
            }
        }
    }
    for (std::size_t x = 0; x < 4; ++x)
        for (std::size_t y = 0; y < 4; ++y)
            for (std::size_t i = 0; i < 8; ++i) count[x][y] += static_cast<std::int64_t>(sums[x][y][i]);
}
#endif

/// For lag d, the share of pairs (base a at k, base b at k + d) among all windows, for every k.
struct pair_shares {
    base_bits const* bits{};
    std::size_t lag{};
    double* pairs{}; ///< (W, 4, 4), by k, a and b; none where k + d is not in the window
    bool counts_in_vectors = has_vector_popcount();

    template <int Bytes>
    static EXPLAINN_INLINE void run(pair_shares const& a)
    {
        base_bits const& b = *a.bits;
        std::size_t const windows = b.windows();
        auto const all = static_cast<double>(b.n * windows);
        pair_counts count = {};
#if EXPLAINN_HAS_WIDE_KERNELS
        if (Bytes == 64 && a.counts_in_vectors) first_pairs_avx512(b, a.lag, count);
        else
#endif
            first_pairs(b, a.lag, count);
        for (std::size_t k = 0; k + a.lag < b.width; ++k) {
            for (std::size_t x = 0; x < 4; ++x)
                for (std::size_t y = 0; y < 4; ++y)
                    a.pairs[(k * 4 + x) * 4 + y] = static_cast<double>(count[x][y]) / all;
            if (k + a.lag + 1 == b.width) break;
            // the windows' base k + 1 is their base k but for the first window's, and one more
            for (std::size_t x = 0; x < 4; ++x)
                for (std::size_t y = 0; y < 4; ++y)
                    for (std::size_t w = 0; w < b.column; ++w)
                        count[x][y] +=
                            __builtin_popcountll(b.of_position(w, k + windows, x) &
                                                 b.of_position(w, k + windows + a.lag, y)) -
                            __builtin_popcountll(b.of_position(w, k, x) & b.of_position(w, k + a.lag, y));
        }
    }
};

// The bit strings of a batch for windows of one width: those along the sequences as they were prepared, and
// those across them.
template <class Spread>
base_bits bits_of(isa level, op::window_statistics<float> const& o, std::size_t width, Spread& spread)
{
    base_bits b;
    b.n = static_cast<std::size_t>(o.sequences.size(0));
    b.length = static_cast<std::size_t>(o.sequences.size(1));
    b.width = width;
    letter_layout const layout{b.n, b.length, level == isa::avx512};
    b.side = layout.side();
    b.column = (b.n + 63) / 64;
    b.along = prepared_letters(level, o.sequences, true, o.prepared, letter_parts::bases, spread).bases;
    std::size_t const across = b.length * 4 * b.column;
    b.across = scratch<std::uint64_t>(piece::values, across);
    std::fill_n(b.across, across, 0u);
    spread(b.n, std::size_t{64},
           [&b, &o](std::size_t first, std::size_t) { set_across(b, o.sequences.data, first / 64); });
    return b;
}

} // namespace detail

/// op::window_statistics; `spread(n, block, f)` shares out f(first, last). Counts are whole numbers: exact in
/// any order.
template <class Spread>
void window_statistics(isa level, op::window_statistics<float> const& o, Spread&& spread)
{
    auto const width = static_cast<std::size_t>(o.mean.size(0)) / 4, size = 4 * width;
    detail::base_bits const bits = detail::bits_of(level, o, width, spread);
    double* const covariance = o.covariance.data;
    double* const mean = o.mean.data;
    // a lag's shares lie together: in the matrix threads would write to each other's cache lines
    double* const pairs = scratch<double>(piece::product, width * width * 16);
    spread(width, std::size_t{1}, [&bits, pairs, width, level](std::size_t first, std::size_t last) {
        for (std::size_t lag = first; lag < last; ++lag)
            dispatch<detail::pair_shares>(level, detail::pair_shares{&bits, lag, pairs + lag * width * 16});
    });
    for (std::size_t x = 0; x < 4; ++x)
        for (std::size_t k = 0; k < width; ++k) mean[x * width + k] = pairs[(k * 4 + x) * 4 + x];
    // pairs of a row's base with others before it, then with itself and those behind
    spread(size, width, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            std::size_t const x = i / width, k = i % width;
            for (std::size_t y = 0; y < 4; ++y) {
                double* const row = covariance + i * size + y * width;
                double const* const others = mean + y * width;
                for (std::size_t j = 0; j < k; ++j)
                    row[j] = pairs[(((k - j) * width + j) * 4 + y) * 4 + x] - mean[i] * others[j];
                for (std::size_t j = k; j < width; ++j)
                    row[j] = pairs[(((j - k) * width + k) * 4 + x) * 4 + y] - mean[i] * others[j];
            }
        }
    });
}

namespace detail {

inline void conv_statistics(isa level, op::conv_statistics<float> const& o)
{
    auto const units = static_cast<std::size_t>(o.weight.size(0)),
               size = static_cast<std::size_t>(o.weight.size(1));
    std::size_t const lane = lanes<double>(level), whole = size / lane * lane, rest = size - whole;
    double const* const covariance = o.window_covariance.data;
    double* const weights = scratch<double>(piece::packed, units * size);
    double* const rows = scratch<double>(piece::product, units * round_up(size, lane));
    double* const tail = scratch<double>(piece::other_packed, size * lane);
    for (std::size_t i = 0; i < units * size; ++i) weights[i] = o.weight.data[i];
    product<double> p;
    p.a = weights;
    p.a_row = size;
    p.a_depth = 1;
    p.b = covariance;
    p.b_row = size;
    p.c = rows;
    p.c_row = round_up(size, lane);
    p.rows = units;
    p.depth = size;
    p.columns = whole;
    p.whole = true;
    if (whole != 0) multiply(level, p);
    if (rest != 0) {
        std::fill_n(tail, size * lane, 0.0);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < rest; ++j) tail[i * lane + j] = covariance[i * size + whole + j];
        p.b = tail;
        p.b_row = lane;
        p.c = rows + whole;
        p.columns = rest;
        multiply(level, p);
    }
    for (std::size_t u = 0; u < units; ++u) {
        double const* const row = rows + u * p.c_row;
        double const* const w = weights + u * size;
        float* const to = o.covariance_weight.data + u * size;
        // four sums, so that one addition need not wait for the one before; 4 W is a multiple of four
        double mean[4] = {}, variance[4] = {};
        for (std::size_t i = 0; i < size; i += 4)
            for (std::size_t j = 0; j < 4; ++j) {
                mean[j] += o.window_mean.data[i + j] * w[i + j];
                variance[j] += row[i + j] * w[i + j];
                to[i + j] = static_cast<float>(row[i + j]);
            }
        o.mean.data[u] = static_cast<float>(o.bias.data[u] + ((mean[0] + mean[2]) + (mean[1] + mean[3])));
        o.variance.data[u] =
            static_cast<float>(std::max((variance[0] + variance[2]) + (variance[1] + variance[3]), 0.0));
    }
}

} // namespace detail

/// op::conv_statistics with the vectors of `level`, in double; `spread(n, block, f)` shares out f(first,
/// last).
template <class Spread>
void conv_statistics(isa level, op::conv_statistics<float> const& o, Spread&& spread)
{
    spread(static_cast<std::size_t>(o.weight.size(0)), std::size_t{16},
           [&o, level](std::size_t from, std::size_t to) {
               auto const first = static_cast<extent>(from), last = static_cast<extent>(to);
               auto part = o;
               part.weight = o.weight.slice(first, last);
               part.bias = o.bias.slice(first, last);
               part.mean = o.mean.slice(first, last);
               part.variance = o.variance.slice(first, last);
               part.covariance_weight = o.covariance_weight.slice(first, last);
               detail::conv_statistics(level, part);
           });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
